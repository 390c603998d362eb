"""What a plan of meetings depends on: groups, who is in them, when each of them could meet.

Comes in: an edition with a calendar, and its groups. Goes out: a frozen `Case` of ids and arrays. No model.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, Expert, Phase
from sip_grouping.edition.records import Member, Role, Track
from sip_grouping.edition.slots import WEEKDAYS
from sip_grouping.errors import InputError
from sip_grouping.findings import finding
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.grouping import Group
from sip_grouping.plan import Meeting
from sip_grouping.season.moments import Bools, Ints, Moments, moments_of


@dataclass(frozen=True)
class GroupCase:
    """One group.

    Attributes
    ----------
    members
        Ids, in ascending order.
    moderators, secretaries
        Ids, in ascending order: they are at every meeting.
    able
        Who can at which moment by slots and dates, shape (members, moments).
    open
        When the group's countries have no public holiday, shape (moments,).
    in_school
        When no school holidays concern its members, shape (moments,).
    may_be_by_video
        Whether a local group may meet by video also when groups meet in person.
    """

    group: Group
    members: tuple[str, ...]
    moderators: tuple[str, ...]
    secretaries: tuple[str, ...]
    able: Bools
    open: Bools
    in_school: Bools
    may_be_by_video: bool

    @property
    def holders(self) -> tuple[str, ...]:
        """Moderators and secretaries."""
        return tuple(sorted({*self.moderators, *self.secretaries}))

    @cached_property
    def row(self) -> dict[str, int]:
        """Row of `able` by member."""
        return {member: number for number, member in enumerate(self.members)}

    @cached_property
    def holders_able(self) -> Bools:
        """When all moderators and secretaries can, shape (moments,)."""
        return np.asarray(self.able[[self.row[one] for one in self.holders]].all(axis=0))

    @property
    def seats(self) -> int:
        """How many come to a synthesis for this group."""
        return max(1, len(self.moderators))

    @property
    def substitutes(self) -> tuple[str, ...]:
        """Who stands in, in order; of a group without moderators the one who has its seat."""
        if self.moderators:
            return tuple(one for one in self.secretaries if one not in self.moderators)
        return (self.secretaries or self.members)[:1]


@dataclass(frozen=True)
class Put:
    """A meeting of a plan before that was put at another time by hand."""

    meeting: Meeting
    begins: datetime


@dataclass(frozen=True)
class Case:
    """All that a plan depends on. `put`: the meetings that were moved by hand."""

    edition: Edition
    calendar: Calendar
    moments: Moments
    groups: tuple[GroupCase, ...]
    put: tuple[Put, ...] = ()

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """Phases in the order of their first dates."""
        return self.calendar.phases_in_order

    @cached_property
    def in_phase(self) -> tuple[Bools, ...]:
        """Which moments lie in each phase."""
        return tuple(self.moments.of_phase(phase) for phase in self.phases)

    @cached_property
    def able(self) -> dict[str, Bools]:
        """When each member can, shape (moments,); of all members of the edition."""
        known: dict[tuple[object, object], Bools] = {}
        found = {}
        for member in self.edition.members:
            key = (member.slots, member.cannot)
            if key not in known:
                known[key] = self.moments.can(member.slots, member.cannot)
            found[member.member_id] = known[key]
        return found

    @cached_property
    def themes(self) -> dict[str, tuple[int, ...]]:
        """Numbers of the groups of each theme, by theme in ascending order."""
        found: dict[str, list[int]] = {}
        for number, one in enumerate(self.groups):
            found.setdefault(one.group.theme, []).append(number)
        return {theme: tuple(several) for theme, several in sorted(found.items())}

    @cached_property
    def cooperators(self) -> dict[str, tuple[str, ...]]:
        """Ids of all cooperators of each country, both in ascending order."""
        found: dict[str, list[str]] = {}
        for member in self.edition.members:
            if member.cooperator:
                found.setdefault(member.country, []).append(member.member_id)
        return {country: tuple(sorted(ids)) for country, ids in sorted(found.items())}

    @cached_property
    def groups_of(self) -> dict[str, tuple[int, ...]]:
        """Numbers of the groups of each placed member."""
        found: dict[str, list[int]] = {}
        for number, one in enumerate(self.groups):
            for member in one.members:
                found.setdefault(member, []).append(number)
        return {member: tuple(several) for member, several in found.items()}

    def countries_of(self, numbers: tuple[int, ...]) -> tuple[str, ...]:
        """Return the countries of the members of some groups."""
        by_id = self.edition.member_by_id
        found = {by_id[one].country for number in numbers for one in self.groups[number].members}
        return tuple(sorted(found))

    @cached_property
    def experts(self) -> tuple[tuple[Expert, Bools], ...]:
        """Experts, and when they can."""
        return tuple(
            (one, self.moments.can(one.slots, one.cannot))
            for one in sorted(self.edition.season.experts, key=lambda one: one.expert_id)
        )

    @cached_property
    def most_by_phase(self) -> tuple[int, ...]:
        """The most meetings a group can have in each phase."""
        return tuple(phase.meetings[1] for phase in self.phases)


def fits(expert: Expert, group: Group) -> bool:
    """Return whether an expert knows the theme of a group and speaks its language."""
    speaks = not expert.languages or not group.language or group.language in expert.languages
    return speaks and group.theme in expert.themes


def case_of(edition: Edition, grouping: Grouping) -> Case:
    """Return what a plan of the meetings of groups depends on.

    Raises
    ------
    InputError
        The edition has no calendar, or the groups are not of its members and themes.
    """
    calendar = edition.season.calendar
    if calendar is None:
        raise InputError([finding("no-calendar", "edition", None, "calendar")])
    unknown = [
        finding("group-of-others", "grouping", one.group_id, "member_id", one.member_id)
        for one in grouping.placements
        if one.member_id not in edition.member_by_id or one.theme not in edition.theme_by_id
    ]
    if unknown:
        raise InputError(unknown)
    moments = moments_of(calendar)
    open_in: dict[tuple[str, ...], Bools] = {}
    groups = []
    for group in sorted(grouping.group_records, key=lambda one: one.group_id):
        placed = grouping.placements_by_group.get(group.group_id, ())
        members = [edition.member_by_id[one.member_id] for one in placed]
        countries = tuple(sorted({one.country for one in members}))
        if countries not in open_in:
            open_in[countries] = moments.open_in(countries)
        ids = tuple(sorted(one.member_id for one in members))
        by_id = {one.member_id: one for one in members}
        able = np.array(
            [moments.can(by_id[one].slots, by_id[one].cannot) for one in ids], dtype=bool
        )
        holding = {
            role: tuple(sorted(one.member_id for one in placed if one.role is role))
            for role in (Role.MODERATOR, Role.SECRETARY)
        }
        groups.append(
            GroupCase(
                group, ids, holding[Role.MODERATOR], holding[Role.SECRETARY],
                able.reshape(len(ids), len(moments)), open_in[countries],
                moments.in_school(edition.season.school_holidays, countries, group.language),
                _may_be_by_video(edition, group, members, calendar),
            )
        )  # fmt: skip
    return Case(edition, calendar, moments, tuple(groups))


def _may_be_by_video(
    edition: Edition, group: Group, members: list[Member], calendar: Calendar
) -> bool:
    """Return whether no slot in which meetings begin is listed by all, and the theme goes by video too."""
    if group.track is Track.VIDEO or Track.VIDEO not in edition.theme_by_id[group.theme].tracks:
        return False
    listing = [frozenset(one.slots) for one in members if one.slots]
    if not listing:
        return False
    common = frozenset.intersection(*listing)
    return common.isdisjoint(f"{day}-{part}" for day in WEEKDAYS for part in calendar.starts)


def seats_filled(case: Case, number: int) -> Ints:
    """Return how many would come to a synthesis for a group at each moment, shape (moments,)."""
    one = case.groups[number]
    rows = [one.row[who] for who in one.moderators]
    come = one.able[rows].sum(axis=0) if rows else np.zeros(len(case.moments), dtype=np.int64)
    others = one.able[[one.row[who] for who in one.substitutes]].sum(axis=0)
    return np.asarray(np.minimum(come + others, one.seats), dtype=np.int64)
