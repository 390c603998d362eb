"""What groups formed again changed, counted for the verifier alone: who was where, who is where.

Comes in: `Facts` of the groups as they are, and what is told of the groups before. Goes out: `Changed`, in
which the checks of `reform_rules` look up who has to stay, which groups go on, and the rows that changes.csv
must have. Written from docs/rounds.md, "Forming the groups again", not from the engine.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sip_grouping.edition.records import Role, Track
from sip_grouping.grouping import Group, ObjectiveName, Placement, Stage
from sip_grouping.grouping.proposed import ChangeRow, Proposed
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.score import thousandths_of

LEFT_OUT, PLACED, CLOSED = "left_out", "placed", "group_closed"
MOVES = ("moved_group", "moved_theme")
_OF_GROUPS = frozenset({"track_changed", "place_changed", "slot_changed"})


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a member is."""

    group_id: str
    theme: str
    role: Role


@dataclass(frozen=True, slots=True)
class TrueRow:
    """A row that changes.csv must have, and what it costs in thousandths of a point."""

    row: ChangeRow
    thousandths: int


@dataclass(frozen=True)
class Changed:
    """What changed between the groups that were proposed and those that were formed again.

    One group per member: of several rows of a member before, the first counts.
    """

    facts: Facts
    proposed: Proposed

    @cached_property
    def stage(self) -> Stage | None:
        """The stage of score less disruption.

        None: answers came since, and the groups are shown with those who still take part.
        """
        name = ObjectiveName.SCORE_LESS_DISRUPTION
        return next((one for one in self.facts.grouping.stages if one.name is name), None)

    @cached_property
    def groups_before(self) -> Mapping[str, Group]:
        """The groups before, by id."""
        found: dict[str, Group] = {}
        for group in self.proposed.grouping.group_records:
            found.setdefault(group.group_id, group)
        return found

    @cached_property
    def before(self) -> Mapping[str, Placement]:
        """Where each member was, by id."""
        found: dict[str, Placement] = {}
        for row in self.proposed.grouping.placements:
            if row.group_id in self.groups_before:
                found.setdefault(row.member_id, row)
        return found

    @cached_property
    def accepted(self) -> Mapping[str, Role]:
        """By id, the role in which those accepted whose placement has to stay."""
        return {
            who: role
            for who, role in self.proposed.accepted.items()
            if who in self.before and (self.stage is None or self._takes_part(who))
        }

    @cached_property
    def given_up(self) -> Mapping[str, Role]:
        """By id, the role in which those accepted whose placement is told as given up."""
        return {who: role for who, role in self.proposed.given_up.items() if who in self.before}

    def stays_as_accepted(self, who: str, role: Role) -> bool:
        """Return whether a member is where it was, in a group that meets as it did, and holds a role."""
        was, seat = self.groups_before[self.before[who].group_id], self.now.get(who)
        if seat is None or seat.group_id != was.group_id or role not in {Role.MEMBER, seat.role}:
            return False
        kinds = set(self._kinds(who, self.before[who], seat))
        here = self.facts.groups.get(seat.group_id)
        # Where it met is not known of a group that all have left since.
        spoken = (
            here is None or not (was.language and here.language) or was.language == here.language
        )
        return spoken and not kinds & {*MOVES, *_OF_GROUPS}

    @cached_property
    def asked(self) -> frozenset[str]:
        """Ids of those whom nothing binds: who asked for a change, declined or withdrew."""
        gone = {who for who in self.before if not self._takes_part(who)}
        asked = self.proposed.asked if self.stage is None else self.proposed.asked | gone
        return asked - self.accepted.keys()

    def _takes_part(self, member_id: str) -> bool:
        member = self.facts.edition.member_by_id.get(member_id)
        return member is not None and member.eligible

    @cached_property
    def now(self) -> Mapping[str, Seat]:
        """Where each member is, or was when the groups were formed if it has left since."""
        found = {
            who: Seat(group_id, self.facts.groups[group_id].theme, row.role)
            for who, rows in self.facts.rows_of_member.items()
            for group_id, row in list(rows.items())[:1]
        }
        if self.stage is None:
            for who in dict.fromkeys([*self.before, *self._told]):
                seat = None if who in found or self._takes_part(who) else self._left_since(who)
                if seat is not None:
                    found[who] = seat
        return found

    @cached_property
    def left_since(self) -> frozenset[str]:
        """Ids of those who left after the groups were formed: where they were is told by their rows."""
        return frozenset(self.now.keys() - self.facts.rows_of_member.keys())

    @cached_property
    def _told(self) -> Mapping[str, tuple[ChangeRow, ...]]:
        """The rows of changes.csv by member id."""
        found: dict[str, tuple[ChangeRow, ...]] = {}
        for row in self.proposed.changes:
            if row.member_id:
                found[row.member_id] = (*found.get(row.member_id, ()), row)
        return found

    def _left_since(self, who: str) -> Seat | None:
        """Return where the rows of a member who takes no part any more say that it was."""
        rows = self._told.get(who, ())
        kinds = {row.kind for row in rows}
        if LEFT_OUT in kinds:
            return None
        last = self.before.get(who)
        if last is None:
            row = next((one for one in rows if one.kind == PLACED), None)
            return None if row is None else Seat(row.to_group, row.to_theme, _role(row.to_role))
        theme = self.groups_before[last.group_id].theme
        if not rows:
            return Seat(last.group_id, theme, last.role)
        row = next((one for one in rows if one.kind in MOVES), rows[0])
        if row.kind in MOVES:
            return Seat(row.to_group, row.to_theme, _role(row.to_role))
        return Seat(last.group_id, theme, _role(row.to_role))

    @cached_property
    def themes_now(self) -> Mapping[str, str]:
        """The theme of each group that there is, or was when the groups were formed."""
        found = {seat.group_id: seat.theme for seat in self.now.values()}
        return found | {group_id: one.theme for group_id, one in self.facts.groups.items()}

    @cached_property
    def stayers(self) -> Counter[str]:
        """How many members of each group before did not ask for a change."""
        return Counter(row.group_id for who, row in self.before.items() if who not in self.asked)

    @cached_property
    def common(self) -> Counter[tuple[str, str]]:
        """How many of them are in each group now, by the id of the group before and that of now."""
        return Counter(
            (row.group_id, self.now[who].group_id)
            for who, row in self.before.items()
            if who not in self.asked and who in self.now
        )

    @cached_property
    def with_accepted(self) -> frozenset[str]:
        """Ids of groups with a member who accepted it, and is in it."""
        return frozenset(
            self.before[who].group_id
            for who in self.accepted
            if who in self.now and self.now[who].group_id == self.before[who].group_id
        )

    def most_in(self, earlier: str, group_id: str) -> bool:
        """Return whether most of those who could stay in a group are in one of now, of its theme."""
        return (
            2 * self.common[earlier, group_id] > self.stayers[earlier]
            and self.themes_now.get(group_id) == self.groups_before[earlier].theme
        )

    def goes_on(self, group_id: str) -> bool:
        """Return whether a group of now is rightly the one of before that had its id."""
        if group_id not in self.groups_before or group_id not in self.themes_now:
            return False
        same = self.themes_now[group_id] == self.groups_before[group_id].theme
        return same and (group_id in self.with_accepted or self.most_in(group_id, group_id))

    @cached_property
    def rows(self) -> tuple[TrueRow, ...]:
        """The rows that changes.csv must have, in no order that matters."""
        return (*self._of_members(), *self._of_groups(), *self._of_news())

    def _of_members(self) -> Iterator[TrueRow]:
        for who, row in self.before.items():
            seat = self.now.get(who)
            for kind in self._kinds(who, row, seat):
                yield self._row(
                    kind,
                    who in self.asked,
                    member_id=who,
                    from_group=row.group_id,
                    from_role=row.role.value,
                    from_theme=self.groups_before[row.group_id].theme,
                    to_group="" if seat is None else seat.group_id,
                    to_role="" if seat is None else seat.role.value,
                    to_theme="" if seat is None else seat.theme,
                )

    def _of_groups(self) -> Iterator[TrueRow]:
        for group in self.groups_before.values():
            if group.group_id not in self.themes_now:
                yield self._row(CLOSED, False, from_group=group.group_id, from_theme=group.theme)

    def _of_news(self) -> Iterator[TrueRow]:
        for who, seat in self.now.items():
            if who not in self.before:
                yield self._row(
                    PLACED,
                    True,
                    member_id=who,
                    to_group=seat.group_id,
                    to_role=seat.role.value,
                    to_theme=seat.theme,
                )

    def _row(self, kind: str, asked: bool, **cells: str) -> TrueRow:
        """Return a row with its price: nothing for those who asked."""
        price = 0 if asked else thousandths_of(getattr(self.facts.edition.disruption, kind))
        return TrueRow(ChangeRow(asked="yes" if asked else "no", kind=kind, **cells), price)

    def _kinds(self, who: str, row: Placement, seat: Seat | None) -> Iterator[str]:
        """Yield what changed for a member who was placed; somebody who is left out has that alone."""
        if seat is None:
            yield LEFT_OUT
            return
        was, here = self.groups_before[row.group_id], self.facts.groups.get(seat.group_id)
        stays = row.group_id == seat.group_id
        if was.theme != seat.theme:
            yield "moved_theme"
        elif not stays:
            yield "moved_group"
        if row.role is not seat.role and row.role is not Role.MEMBER:
            yield "role_lost"
        if row.role is not seat.role and seat.role is not Role.MEMBER:
            yield "role_gained"
        if here is None:
            # Whoever was in that group has left it since, and nobody can tell where it met.
            yield from sorted(_OF_GROUPS & {one.kind for one in self._told.get(who, ())})
            return
        if was.track is not here.track:
            yield "track_changed"
        elif stays and here.track is Track.LOCAL and was.place != here.place:
            yield "place_changed"
        if stays and was.slot and here.slot and was.slot != here.slot:
            yield "slot_changed"

    @cached_property
    def disruption(self) -> int:
        """What all changes cost together, in thousandths of a point."""
        return sum(one.thousandths for one in self.rows)

    @cached_property
    def moved(self) -> frozenset[str]:
        """Who changed group or theme or is left out without having asked."""
        kinds = {*MOVES, LEFT_OUT}
        return frozenset(
            one.row.member_id
            for one in self.rows
            if one.row.kind in kinds and one.row.asked == "no"
        )


def _role(text: str) -> Role:
    return next((one for one in Role if one.value == text), Role.MEMBER)
