"""What changed for each member since an earlier grouping: what its letter says first.

Comes in: an edition, the groups before with the answers to them, the groups now. Goes out: `News` of a member
and `SheetNews` of a group, for templates. A group is the same one where its id is the same. What is not known
is not said: why a group ended is told only where those who stayed were too few, or none would hold a role.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role
from sip_grouping.errors import InputError
from sip_grouping.findings import finding
from sip_grouping.frozen import Frozen
from sip_grouping.grouping import Group, Grouping, LeftOut, LeftOutStatus, Placement, Reason
from sip_grouping.grouping.changes import ChangeKind, kinds_of_change
from sip_grouping.grouping.proposed import Proposed

Named = Callable[[Iterable[str]], tuple[str, ...]]
"""From ids to the names of those who share theirs."""


class LetterKind(StrEnum):
    """What a letter tells beside the kinds of changes.csv.

    ``stays``: place and role are as they were. ``left``: the member takes no part any more.
    ``still_without``: it had no group and has none. ``given_up``: it had accepted its place or role, and that
    could not be kept. The others are news of a group that goes on.
    """

    STAYS = "stays"
    LEFT = "left"
    STILL_WITHOUT = "still_without"
    GIVEN_UP = "given_up"
    LANGUAGE_CHANGED = "language_changed"
    NEW_MODERATOR = "new_moderator"
    NO_MODERATOR = "no_moderator"


@dataclass(frozen=True, slots=True)
class News:
    """What changed for a member.

    Attributes
    ----------
    kinds
        Kinds of changes.csv, and those of `LetterKind`.
    from_group, from_role
        Id of the earlier group and the role there; empty without one.
    ended
        Of an earlier group that is no more: ``too_few``, ``no_moderator``, ``no_secretary``, or ``closed``
        where the reason is not known; else empty.
    as_asked
        Whether the member had asked for a change.
    accepted_role
        The role in which the member had accepted the earlier place, where that could not be kept; else empty.
    joined, gone
        Where the group is the same: how many others are new in it, and how many have left it.
    moderators
        How many others are new as moderators of the same group.
    """

    kinds: tuple[str, ...]
    from_group: str = ""
    from_role: str = ""
    ended: str = ""
    as_asked: bool = False
    accepted_role: str = ""
    joined: int = 0
    gone: int = 0
    moderators: int = 0


@dataclass(frozen=True, slots=True)
class SheetNews:
    """What changed in a group.

    Attributes
    ----------
    opened
        Whether the group is new; then nothing else is said.
    joined, gone
        How many members are new beside the reader, and how many have left.
    gone_names
        Of those who left, who shared a name with the group while the reader was in it.
    """

    opened: bool
    joined: int
    gone: int
    gone_names: tuple[str, ...]


class Since:
    """What changed since an earlier grouping of an edition.

    Raises
    ------
    InputError
        A member is in several groups before or now.
    """

    def __init__(self, edition: Edition, earlier: Proposed, grouping: Grouping) -> None:
        self._edition = edition
        self._earlier = earlier
        self._now = grouping
        for one in (earlier.grouping, grouping):
            if len({row.member_id for row in one.placements}) < len(one.placements):
                place = ("write_letters", None, "since")
                raise InputError([finding("several-groups", *place, variant="letters")])

    def of_member(self, member_id: str, row: Placement | LeftOut) -> News | None:
        """Return what changed for a member; None: it takes no part, and had no group."""
        before = self._seats_before.get(member_id)
        told = _Told(
            from_group="" if before is None else before.group_id,
            from_role="" if before is None else before.role.value,
            as_asked=member_id in self._earlier.asked,
            accepted_role=self._earlier.given_up.get(member_id, ""),
        )
        if isinstance(row, LeftOut):
            return self._without(before, row, told)
        if before is None:
            return told.news(ChangeKind.PLACED)
        was, here = self._earlier.grouping.group_by_id[before.group_id], self._group(row)
        kinds: list[str] = [str(one) for one in kinds_of_change(before, was, row, here)]
        if was.group_id != here.group_id:
            return told.news(*kinds, ended=self._ended[was.group_id])
        if was.language and here.language and was.language != here.language:
            kinds.append(LetterKind.LANGUAGE_CHANGED)
        new = set(here.moderators) - set(was.moderators) - {member_id}
        kinds = kinds or [LetterKind.STAYS]
        if new:
            kinds.append(LetterKind.NEW_MODERATOR)
        if was.moderators and not here.moderators:
            kinds.append(LetterKind.NO_MODERATOR)
        then, now = self._members_before[was.group_id], self._members_now[here.group_id]
        return told.news(*kinds, joined=len(now - then), gone=len(then - now), moderators=len(new))

    def of_group(self, group: Group, reader: str | None, named: Named) -> SheetNews:
        """Return what changed in a group, as `reader` may know it; None: nobody in particular reads it."""
        if group.group_id not in self._earlier.grouping.group_by_id:
            return SheetNews(opened=True, joined=0, gone=0, gone_names=())
        then, now = self._members_before[group.group_id], self._members_now[group.group_id]
        left = then - now
        # Who comes later never was in one group with those who have left.
        known = sorted(left) if reader in then else []
        return SheetNews(
            opened=False,
            joined=len(now - then - {reader}),
            gone=len(left),
            gone_names=named(known),
        )

    def is_new(self, placement: Placement) -> bool:
        """Return whether a member is new in a group that was there before."""
        then = self._members_before.get(placement.group_id)
        return then is not None and placement.member_id not in then

    def has_new_role(self, placement: Placement) -> bool:
        """Return whether a member holds a role in a group that was there before, and did not there."""
        was = self._earlier.grouping.group_by_id.get(placement.group_id)
        if was is None or placement.role is Role.MEMBER:
            return False
        before = was.moderators if placement.role is Role.MODERATOR else was.secretaries
        return placement.member_id not in before

    def _without(self, before: Placement | None, row: LeftOut, told: "_Told") -> News | None:
        takes_part = row.status is not LeftOutStatus.INELIGIBLE
        if before is None:
            known = any(one.member_id == row.member_id for one in self._earlier.grouping.left_out)
            return told.news(LetterKind.STILL_WITHOUT) if takes_part and known else None
        if row.reason is Reason.NOT_COMMITTED:
            # Whoever leaves since is thanked for the message, not comforted.
            told = replace(told, accepted_role="")
            return told.news(LetterKind.LEFT, ended=self._ended[before.group_id])
        return told.news(ChangeKind.LEFT_OUT, ended=self._ended[before.group_id])

    def _group(self, row: Placement) -> Group:
        return self._now.group_by_id[row.group_id]

    @cached_property
    def _seats_before(self) -> Mapping[str, Placement]:
        return Frozen({one.member_id: one for one in self._earlier.grouping.placements})

    @cached_property
    def _members_before(self) -> Mapping[str, frozenset[str]]:
        return _members_of(self._earlier.grouping)

    @cached_property
    def _members_now(self) -> Mapping[str, frozenset[str]]:
        return _members_of(self._now)

    @cached_property
    def _ended(self) -> Mapping[str, str]:
        """Of each earlier group why it ended, as far as that is known; empty of those that go on."""
        members = self._edition.member_by_id
        free = self._earlier.asked | {
            one for one in self._seats_before if one not in members or not members[one].eligible
        }
        return {
            one.group_id: "" if one.group_id in self._now.group_by_id else self._why(one, free)
            for one in self._earlier.grouping.group_records
        }

    def _why(self, group: Group, free: frozenset[str]) -> str:
        if group.theme not in self._edition.theme_by_id:
            return "closed"
        rules = self._edition.rules_of(group.theme)
        stay = self._members_before[group.group_id] - free
        if self._edition.seats_of(stay) < rules.sizes(group.track).size_min:
            return "too_few"
        wanted = {Role.MODERATOR: rules.moderators, Role.SECRETARY: rules.secretaries}
        for role, count in wanted.items():
            could = [one for one in stay if self._edition.member_by_id[one].volunteers_for(role)]
            if len(could) < count:
                return f"no_{role.value}"
        return "closed"


@dataclass(frozen=True, slots=True)
class _Told:
    from_group: str
    from_role: str
    as_asked: bool
    accepted_role: str

    def news(
        self, *kinds: str, ended: str = "", joined: int = 0, gone: int = 0, moderators: int = 0
    ) -> News:
        first = (LetterKind.GIVEN_UP,) if self.accepted_role else ()
        return News(
            tuple(str(one) for one in (*first, *kinds)), self.from_group, self.from_role, ended,
            self.as_asked, self.accepted_role, joined, gone, moderators,
        )  # fmt: skip


def _members_of(grouping: Grouping) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {one.group_id: set() for one in grouping.group_records}
    for one in grouping.placements:
        found[one.group_id].add(one.member_id)
    return Frozen({group_id: frozenset(ids) for group_id, ids in found.items()})
