"""What was changed by hand, and what each change costs and breaks.

Comes in: the grouping that the tables say, the stored one, the violations. Goes out: `Changes`: the members
who moved and the groups that are others now, each with its points and the rules it breaks. The points of
all add up to the difference of the scores.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role, Track
from sip_grouping.errors import Violation
from sip_grouping.grouping import Group, Grouping
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.score import group_thousandths, places_thousandths, seat_terms

Seats = tuple[tuple[str, Role], ...]
"""Group and role of each seat of a member; empty: it has no group."""

_FIELDS = ("theme", "track", "place", "language", "slot")


@dataclass(frozen=True, slots=True)
class MemberChange:
    """A member who is in another group, or in another role, than was stored.

    `thousandths`: what the score gains by its seats, in thousandths of a point; `violations`: those that
    name it or one of its groups, before or now.
    """

    member_id: str
    before: Seats
    after: Seats
    thousandths: int
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class GroupChange:
    """A group that is new, gone, or has another theme, track, place, language or slot.

    Attributes
    ----------
    kind
        ``new``, ``gone`` or ``changed``.
    fields
        Of a changed one: name, what it was, what it is.
    thousandths
        What the score gains by it, and by the members who stay in it.
    """

    group_id: str
    kind: str
    fields: tuple[tuple[str, str, str], ...]
    thousandths: int
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes.

    Attributes
    ----------
    elsewhere
        Violations that no change is known to cause.
    stored_thousandths
        The score that is stored; None where none is.
    other_thousandths
        What the difference of the scores owes to no change: answers, rules or points of the edition are
        others, or the stored score is not true.
    """

    members: tuple[MemberChange, ...]
    groups: tuple[GroupChange, ...]
    elsewhere: tuple[Violation, ...]
    stored_thousandths: int | None
    thousandths: int
    other_thousandths: int = 0

    @property
    def every(self) -> tuple[MemberChange | GroupChange, ...]:
        """Members first, then groups."""
        return (*self.members, *self.groups)

    @property
    def difference(self) -> int | None:
        """What the score gained, in thousandths of a point; None where no score is stored."""
        return (
            None if self.stored_thousandths is None else self.thousandths - self.stored_thousandths
        )


def changes_of(
    edition: Edition,
    grouping: Grouping,
    stored: Grouping | None,
    violations: Sequence[Violation],
) -> Changes:
    """Return what differs between two groupings of an edition; without a stored one nothing does."""
    if stored is None:
        return Changes((), (), tuple(violations), None, grouping.score_thousandths)
    comparison = _Comparison(edition, grouping, stored, violations)
    members, groups = tuple(comparison.members()), tuple(comparison.groups())
    all_changes: tuple[MemberChange | GroupChange, ...] = (*members, *groups)
    told = {id(one) for change in all_changes for one in change.violations}
    points = sum(change.thousandths for change in all_changes)
    return Changes(
        members,
        groups,
        tuple(one for one in violations if id(one) not in told),
        stored.score_thousandths,
        grouping.score_thousandths,
        grouping.score_thousandths - stored.score_thousandths - points,
    )


class _Comparison:
    """Two groupings of an edition, side by side."""

    def __init__(
        self,
        edition: Edition,
        grouping: Grouping,
        stored: Grouping,
        violations: Sequence[Violation],
    ) -> None:
        self._edition = edition
        self._facts = Facts(edition, grouping)
        self._violations = violations
        self._of_member: dict[str, list[int]] = defaultdict(list)
        self._of_group: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(violations):
            for member_id in filter(None, (one.member_id, one.other_id)):
                self._of_member[member_id].append(number)
            if one.group_id is not None:
                self._of_group[one.group_id].append(number)
        self._before, self._after = stored.group_by_id, grouping.group_by_id
        self._seats_before, self._seats_after = _seats(stored), _seats(grouping)

    def members(self) -> Iterator[MemberChange]:
        """Yield the members who moved, in the order of the edition."""
        for member in self._edition.members:
            member_id = member.member_id
            before = self._seats_before.get(member_id, ())
            after = self._seats_after.get(member_id, ())
            if before == after:
                continue
            was, now = dict(before), dict(after)
            gained = sum(self._points(member_id, self._after[one]) for one in now.keys() - was)
            lost = sum(
                self._points(member_id, self._before[one])
                for one in was.keys() - now
                if one in self._before
            )
            told = set(self._of_member.get(member_id, ()))
            for group_id in was.keys() | now.keys():
                of_group = self._of_group.get(group_id, ())
                told |= {one for one in of_group if self._violations[one].member_id is None}
            yield MemberChange(member_id, before, after, gained - lost, self._told(told))

    def groups(self) -> Iterator[GroupChange]:
        """Yield the groups that are others: changed and gone ones in their order, then new ones."""
        cost = group_thousandths(self._edition)
        opened = self._used_anew(self._after, self._before)
        closed = self._used_anew(self._before, self._after)
        staying: dict[str, list[str]] = defaultdict(list)
        for member_id, seats in self._seats_after.items():
            for group_id in dict(seats).keys() & dict(self._seats_before.get(member_id, ())):
                staying[group_id].append(member_id)
        for group_id, before in self._before.items():
            after = self._after.get(group_id)
            if after is None:
                yield self._change(group_id, "gone", (), cost + closed.get(group_id, 0))
                continue
            fields = tuple(
                (name, str(getattr(before, name)), str(getattr(after, name)))
                for name in _FIELDS
                if getattr(before, name) != getattr(after, name)
            )
            if fields:
                points = sum(
                    self._points(member_id, after) - self._points(member_id, before)
                    for member_id in staying[group_id]
                )
                points += closed.get(group_id, 0) - opened.get(group_id, 0)
                yield self._change(group_id, "changed", fields, points)
        for group_id in self._after:
            if group_id not in self._before:
                yield self._change(group_id, "new", (), -cost - opened.get(group_id, 0))

    def _used_anew(
        self, groups: Mapping[str, Group], others: Mapping[str, Group]
    ) -> dict[str, int]:
        """Return what places cost that only one of two groupings uses, by its first group there."""
        used = {one.place for one in others.values() if one.track is Track.LOCAL}
        found: dict[str, int] = {}
        for group_id, group in groups.items():
            if group.place not in used:
                found[group_id] = places_thousandths(self._edition, [group])
                used.add(group.place)
        return found

    def _change(
        self, group_id: str, kind: str, fields: tuple[tuple[str, str, str], ...], points: int
    ) -> GroupChange:
        told = self._told(self._of_group.get(group_id, ()))
        return GroupChange(group_id, kind, fields, points, told)

    def _told(self, numbers: Iterable[int]) -> tuple[Violation, ...]:
        return tuple(self._violations[one] for one in sorted(numbers))

    def _points(self, member_id: str, group: Group) -> int:
        return seat_terms(self._facts, group, self._edition.member_by_id[member_id]).total


def _seats(grouping: Grouping) -> dict[str, Seats]:
    """Return the seats of each member, in ascending order of the groups."""
    found: dict[str, dict[str, Role]] = {}
    for row in grouping.placements:
        found.setdefault(row.member_id, {}).setdefault(row.group_id, row.role)
    return {member_id: tuple(sorted(seats.items())) for member_id, seats in found.items()}
