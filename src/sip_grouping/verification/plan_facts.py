"""What the checks of meetings look up: groups, phases, who can come when, who is counted at which meeting.

Comes in: an edition, a grouping, a plan. Goes out: `MeetingFacts` of any meetings, and `PlanFacts`. Written
from the file contract, not from the planner.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, DateRange, Phase
from sip_grouping.edition.records import Track
from sip_grouping.edition.slots import WEEKDAYS
from sip_grouping.grouping import Group, Grouping
from sip_grouping.plan import Meeting, MeetingKind, Plan


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - for those who verify plans

    return frozenset(holidays.country_holidays(country, years=year))


@dataclass(frozen=True)
class MeetingFacts:
    """Groups and a calendar, and what they say of a meeting."""

    edition: Edition
    grouping: Grouping
    calendar: Calendar

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """Groups by id."""
        return {one.group_id: one for one in self.grouping.group_records}

    @cached_property
    def people(self) -> Mapping[str, frozenset[str]]:
        """Ids of the members of each group."""
        found: dict[str, set[str]] = {group: set() for group in self.groups}
        for one in self.grouping.placements:
            found.setdefault(one.group_id, set()).add(one.member_id)
        return {group: frozenset(ids) for group, ids in found.items()}

    def groups_of_theme(self, theme: str) -> tuple[Group, ...]:
        """Return the groups on a theme."""
        return tuple(one for one in self.groups.values() if one.theme == theme)

    def parts_of(self, one: Meeting) -> tuple[str, ...]:
        """Return the parts of the day that begin when a meeting does."""
        begin = f"{one.start:%H:%M}"
        return tuple(part for part, at in self.calendar.start_times.items() if at == begin)

    def lasts_as_it_should(self, one: Meeting) -> bool:
        """Return whether a meeting ends so long after its beginning as the calendar says."""
        begin, end = (datetime.combine(date(2000, 1, 1), at) for at in (one.start, one.end))
        length = timedelta(hours=float(self.calendar.meeting_hours))
        return (begin + length).time() == end.time()

    def listed(self, slots: tuple[str, ...], cannot: tuple[DateRange, ...], one: Meeting) -> bool:
        """Return whether somebody with these slots and dates can come to a meeting."""
        if any(stretch.first <= one.date <= stretch.last for stretch in cannot):
            return False
        day = WEEKDAYS[one.date.weekday()]
        return not slots or any(f"{day}-{part}" in slots for part in self.parts_of(one))

    def can(self, member_id: str, one: Meeting) -> bool:
        """Return whether a member can come to a meeting."""
        member = self.edition.member_by_id.get(member_id)
        return member is not None and self.listed(member.slots, member.cannot, one)

    def countries(self, one: Meeting) -> frozenset[str]:
        """Return whose holidays a meeting avoids."""
        if one.kind is MeetingKind.INFORMATION:
            return frozenset({one.place})
        groups = [one.group_id] if one.group_id is not None else []
        if one.kind is MeetingKind.SYNTHESIS:
            groups = [group.group_id for group in self.groups_of_theme(one.theme)]
        known = self.edition.member_by_id
        return frozenset(
            known[who].country for g in groups for who in self.people.get(g, ()) if who in known
        )

    def closed(self, day: date, countries: frozenset[str]) -> bool:
        """Return whether nobody meets on a day."""
        if any(stretch.first <= day <= stretch.last for stretch in self.calendar.closed):
            return True
        known = countries & {"BE", "FR"}
        return self.calendar.holidays and any(
            day in _holidays(country, day.year) for country in known
        )

    def in_school_holidays(self, one: Meeting) -> str | None:
        """Return which school holidays of those whom a meeting is for it falls in; None: none."""
        if one.kind is MeetingKind.INFORMATION:
            asked = {(one.place, "")}
        else:
            known = self.edition.member_by_id
            asked = {
                (known[who].country, group.language)
                for group in self.groups.values()
                if group.group_id == one.group_id
                or (one.kind is MeetingKind.SYNTHESIS and group.theme == one.theme)
                for who in self.people[group.group_id]
                if who in known
            }
        for row in self.edition.season.school_holidays:
            last = row.last or row.first
            if not row.first <= one.date <= last:
                continue
            for country, language in asked:
                spoken = not row.languages or language == "" or language in row.languages
                if row.country == country and spoken:
                    return f"{row.country} {row.first}/{last}"
        return None

    def seats(self, group: Group) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return who has the seats of a group at a synthesis, and who may stand in."""
        ids = self.people[group.group_id]
        if group.moderators:
            return group.moderators, tuple(sorted(set(group.secretaries) - set(group.moderators)))
        return tuple((sorted(group.secretaries) or sorted(ids))[:1]), ()

    def there(self, one: Meeting) -> frozenset[str]:
        """Return who is counted as attending a meeting."""
        if one.kind is MeetingKind.INFORMATION:
            return self.cooperators(one.place) - set(one.absent)
        if one.kind is MeetingKind.SYNTHESIS:
            seats = {who for g in self.groups_of_theme(one.theme) for who in self.seats(g)[0]}
            return frozenset(
                (seats - set(one.absent) - set(one.standing_in)) | set(one.standing_in.values())
            )
        return self.people.get(one.group_id or "", frozenset()) - set(one.absent)

    def cooperators(self, country: str) -> frozenset[str]:
        """Return the cooperators of a country."""
        return frozenset(
            one.member_id
            for one in self.edition.members
            if one.cooperator and one.country == country
        )

    def may_be_by_video(self, group_id: str) -> bool:
        """Return whether a local group may meet by video: no slot that counts is listed by all."""
        group, known = self.groups[group_id], self.edition.member_by_id
        theme = self.edition.theme_by_id.get(group.theme)
        if theme is None or Track.VIDEO not in theme.tracks:
            return False
        members = [known[one] for one in self.people[group_id] if one in known]
        return not any(
            all(not one.slots or f"{day}-{part}" in one.slots for one in members)
            for day in WEEKDAYS
            for part in self.calendar.start_times
        )


@dataclass(frozen=True)
class PlanFacts(MeetingFacts):
    """A plan, and what it is of."""

    plan: Plan

    @cached_property
    def phases(self) -> Mapping[str, Phase]:
        """Phases by id, in the order of their first dates."""
        return {one.id: one for one in sorted(self.calendar.phases, key=lambda one: one.first)}

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Where a phase stands in that order."""
        return {phase: number for number, phase in enumerate(self.phases)}

    @cached_property
    def of_group(self) -> Mapping[str, tuple[Meeting, ...]]:
        """Meetings of each group by time."""
        found: dict[str, list[Meeting]] = {}
        for one in self.plan.meetings:
            if one.kind is MeetingKind.GROUP and one.group_id is not None:
                found.setdefault(one.group_id, []).append(one)
        return {g: tuple(sorted(ms, key=lambda one: one.begins)) for g, ms in found.items()}

    @cached_property
    def of_group_in_phase(self) -> Mapping[tuple[str, str], tuple[Meeting, ...]]:
        """Meetings of each group in each phase."""
        found: dict[tuple[str, str], list[Meeting]] = {}
        for group, meetings in self.of_group.items():
            for one in meetings:
                found.setdefault((group, one.phase), []).append(one)
        return {key: tuple(ms) for key, ms in found.items()}

    def of_kind(self, kind: MeetingKind) -> tuple[Meeting, ...]:
        """Return the meetings of a kind."""
        return tuple(one for one in self.plan.meetings if one.kind is kind)


def pairs_at_once(meetings: Iterable[Meeting]) -> Iterator[tuple[Meeting, Meeting]]:
    """Yield each two meetings that are partly at the same time, the earlier one first."""
    by_time = sorted(meetings, key=lambda one: one.begins)
    for number, before in enumerate(by_time):
        for one in by_time[number + 1 :]:
            if one.begins >= before.ends:
                break
            yield before, one
