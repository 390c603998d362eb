"""Calendars of a plan, or of evaluations, after RFC 5545 and 5546: a file per group, member and office.

Comes in: meetings, and those sent before where there were some. Goes out: files by name. An event keeps its
UID; one that changed has a higher SEQUENCE; one that is gone is cancelled. Ids only: no names, no addresses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import icalendar

from sip_grouping import __version__
from sip_grouping.catalogue import Language, pattern
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Grouping
from sip_grouping.plan import ChosenProjects, Meeting, MeetingKind, Plan
from sip_grouping.plan.people import People

ZONES = {"BE": "Europe/Brussels", "FR": "Europe/Paris"}
_DAYS_AROUND = timedelta(days=366)
Sent = Plan | ChosenProjects
"""What has meetings, and numbers of what was sent of them."""


@dataclass(frozen=True)
class _Event:
    """A meeting as calendars have it."""

    meeting: Meeting
    sequence: int
    cancelled: bool = False


@dataclass(frozen=True)
class _Season:
    """What the events of a plan are made of."""

    people: People
    stamp: datetime
    language: Language


def calendars(
    plan: Sent,
    edition: Edition,
    grouping: Grouping,
    *,
    before: Sent | None = None,
    stamp: datetime | None = None,
    language: Language = "en",
) -> dict[str, bytes]:
    """Return the calendars of a plan, or of the evaluations of test projects, by file name.

    Who has no meeting has no file, since a calendar without an event is none.

    Parameters
    ----------
    before
        What was sent before: what changed since has a higher SEQUENCE, what is gone is cancelled. Its own
        numbers are in its settings, or its `sequences`.
    stamp
        When the calendars are made, UTC; None: the midnight before the first meeting, so that equal
        plans give equal files.
    """
    events = _events(plan, before)
    first = min((one.meeting.date for one in events), default=date(2000, 1, 1))
    made = stamp or datetime(first.year, first.month, first.day, tzinfo=UTC)
    season = _Season(People(edition, grouping), made, language)
    found: dict[str, list[_Event]] = {}
    for group in grouping.group_records:
        found[f"group-{group.group_id}"] = []
    for member in sorted({one.member_id for one in grouping.placements}):
        found[f"member-{member}"] = []
    for office in edition.offices:
        found[f"office-{office.office_id}"] = []
    for event in events:
        one = event.meeting
        if one.group_id is not None:
            found.setdefault(f"group-{one.group_id}", []).append(event)
        if one.kind is MeetingKind.SYNTHESIS:
            for group in season.people.groups_of(one):
                found[f"group-{group.group_id}"].append(event)
        for who in season.people.asked(one):
            if f"member-{who}" in found:
                found[f"member-{who}"].append(event)
        if one.track is Track.LOCAL and f"office-{one.place}" in found:
            found[f"office-{one.place}"].append(event)
    return {
        f"calendars/{name}.ics": _file(season, several)
        for name, several in sorted(found.items())
        if several
    }


def sequences(plan: Sent, before: Sent | None) -> dict[str, int]:
    """Return the SEQUENCE of each meeting of a plan, and of each that was ever cancelled."""
    now = {one.meeting.meeting_id: one.sequence for one in _events(plan, before) if one.sequence}
    # One that was cancelled long ago and comes back goes on counting, else nobody would see it.
    return {**({} if before is None else _numbers(before)), **now}


def _events(plan: Sent, before: Sent | None) -> list[_Event]:
    if before is None:
        return [_Event(one, _sent(plan, one.meeting_id)) for one in plan.meetings]
    old = {one.meeting_id: one for one in before.meetings}
    found = []
    for one in plan.meetings:
        earlier = old.get(one.meeting_id)
        number = _sent(before, one.meeting_id)
        # A meeting that was cancelled and is held again has a number already.
        changed = (earlier is None and number > 0) or (earlier is not None and _moved(earlier, one))
        found.append(_Event(one, number + changed))
    now = {one.meeting_id for one in plan.meetings}
    gone = (one for one in before.meetings if one.meeting_id not in now)
    found += (_Event(one, _sent(before, one.meeting_id) + 1, cancelled=True) for one in gone)
    return found


def _sent(plan: Sent, meeting_id: str) -> int:
    return _numbers(plan).get(meeting_id, 0)


def _numbers(plan: Sent) -> dict[str, int]:
    numbers = plan.settings.get("sequences") if isinstance(plan, Plan) else plan.sequences
    told = numbers if isinstance(numbers, Mapping) else {}
    return {name: value for name, value in told.items() if isinstance(value, int)}


def _moved(one: Meeting, other: Meeting) -> bool:
    """Return whether what a calendar shows of a meeting changed."""
    shown = ("date", "start", "end", "track", "place", "expert_id", "number", "phase")
    return any(getattr(one, name) != getattr(other, name) for name in shown)


def _file(season: _Season, events: Iterable[_Event]) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//sip_grouping//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    ordered = sorted(events, key=lambda one: (one.meeting.begins, one.meeting.meeting_id))
    for event in ordered:
        calendar.add_component(_component(season, event))
    if ordered:
        first, last = ordered[0].meeting.date, ordered[-1].meeting.date
        calendar.add_missing_timezones(
            first_date=first - _DAYS_AROUND, last_date=last + _DAYS_AROUND
        )
    return bytes(calendar.to_ical())


def _component(season: _Season, told: _Event) -> icalendar.Event:
    one, event = told.meeting, icalendar.Event()
    zone = ZoneInfo(ZONES.get(season.people.country_of(one), ZONES["BE"]))
    event.add("uid", uid_of(season.people.edition.name, one.meeting_id))
    event.add("dtstamp", season.stamp)
    event.add("sequence", told.sequence)
    event.add("dtstart", one.begins.replace(tzinfo=zone))
    event.add("dtend", one.ends.replace(tzinfo=zone))
    event.add("summary", _summary(season, one))
    where = (
        pattern(season.language, "ical", "video")
        if one.track is Track.VIDEO
        else season.people.place_name(one)
    )
    event.add("location", where)
    event.add("status", "CANCELLED" if told.cancelled else "CONFIRMED")
    return event


def uid_of(edition_name: str, meeting_id: str) -> str:
    """Return the UID of a meeting: the same in every plan of an edition, and in each of its calendars."""
    return f"{sha256(f'{edition_name}/{meeting_id}'.encode()).hexdigest()[:32]}@sip-grouping"


def _summary(season: _Season, one: Meeting) -> str:
    theme = season.people.edition.theme_by_id.get(one.theme)
    title = one.theme if theme is None else theme.title_in(season.language)
    told = pattern(season.language, "ical", one.kind.value)
    return told.format(group=one.group_id, number=one.number, theme=title, country=one.place)
