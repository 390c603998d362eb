"""Whom a meeting is for, and where it is told to be: what calendars, letters and reports say of it.

Comes in: an edition, its groups, meetings. Goes out: ids of members, countries, names of places. No names of
people.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sip_grouping.edition import Edition
from sip_grouping.grouping import Group, Grouping
from sip_grouping.plan.plan import Meeting, MeetingKind


@dataclass(frozen=True)
class People:
    """Who is asked to the meetings of an edition's groups."""

    edition: Edition
    grouping: Grouping

    @cached_property
    def members_of(self) -> Mapping[str, frozenset[str]]:
        """Ids of the members of each group."""
        return {
            group: frozenset(one.member_id for one in rows)
            for group, rows in self.grouping.placements_by_group.items()
        }

    def groups_of(self, one: Meeting) -> tuple[Group, ...]:
        """Return the groups that a meeting is of: one, all of a theme, or none of a moment for everybody."""
        if one.kind is MeetingKind.SYNTHESIS:
            return tuple(group for group in self.grouping.group_records if group.theme == one.theme)
        group = self.grouping.group_by_id.get(one.group_id or "")
        return () if group is None else (group,)

    def asked(self, one: Meeting) -> frozenset[str]:
        """Return who has a meeting in its calendar: all whom it is for, of a synthesis who comes."""
        if one.kind is MeetingKind.INFORMATION:
            return frozenset(
                member.member_id
                for member in self.edition.members
                if member.cooperator and member.country == one.place
            )
        if one.kind is MeetingKind.SYNTHESIS:
            seats = {who for group in self.groups_of(one) for who in self._sent_by(group)}
            return frozenset(
                (seats - {*one.absent, *one.standing_in}) | set(one.standing_in.values())
            )
        return self.members_of.get(one.group_id or "", frozenset())

    def _sent_by(self, group: Group) -> tuple[str, ...]:
        """Return who goes to a synthesis for a group: its moderators, else its first secretary or member."""
        others = sorted(group.secretaries) or sorted(self.members_of.get(group.group_id, ()))
        return group.moderators or tuple(others[:1])

    def country_of(self, one: Meeting) -> str:
        """Return the country in whose time a meeting is told: its place, else most of who is asked."""
        if one.kind is MeetingKind.INFORMATION:
            return one.place
        office = self.edition.office_by_id.get(one.place)
        if office is not None:
            return office.country
        if one.place:
            return one.place.partition("-")[0]
        known = self.edition.member_by_id
        members = [
            who
            for group in self.groups_of(one)
            for who in sorted(self.members_of.get(group.group_id, ()))
        ]
        return most_common(known[who].country for who in members if who in known)

    def place_name(self, one: Meeting) -> str:
        """Return what the place of a meeting in person is called: an office, or a town."""
        office = self.edition.office_by_id.get(one.place)
        if office is not None:
            return office.name or office.office_id
        spot = self.edition.location_by_town.get(one.place)
        return one.place if spot is None or not spot.place_name else spot.place_name


def most_common(values: Iterable[str]) -> str:
    """Return the value that stands most often, of equal ones the first by name; nothing of nothing."""
    counted = Counter(values)
    return min(counted, key=lambda one: (-counted[one], one), default="")
