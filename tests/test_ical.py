"""Calendars of a plan: read by a second library, held to RFC 5545 and 5546, and followed through changes."""

import re
from datetime import datetime, timedelta

import pytest
import vobject
from test_verify_plan import season

from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping
from sip_grouping.plan import Plan
from sip_grouping.season import plan_meetings
from sip_grouping.season.ical import calendars, sequences

Planned = tuple[Edition, Grouping, Plan]


@pytest.fixture(scope="module")
def planned() -> Planned:
    edition, grouping = season()
    found = plan_meetings(edition, grouping, work_limit=30, workers=1)
    assert found.plan is not None
    return edition, grouping, found.plan


def unfolded(content: bytes) -> list[str]:
    """Return the content lines, each checked to end in CRLF and to be at most 75 octets long."""
    assert content.endswith(b"\r\n")
    lines = content[:-2].split(b"\r\n")
    for line in lines:
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
    return b"\r\n".join(lines).replace(b"\r\n ", b"").decode("utf-8").split("\r\n")


def events_in(lines: list[str]) -> list[dict[str, str]]:
    """Return the events by property; each property of an event stands once."""
    found: list[dict[str, str]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and not found[-1].get("END"):
            name, _, value = line.partition(":")
            key = name.partition(";")[0]
            assert key not in found[-1], line
            found[-1][key] = value
            if ";TZID=" in name:
                found[-1][f"{key} zone"] = name.partition(";TZID=")[2]
    return found


def checked(content: bytes) -> list[dict[str, str]]:
    """Return the events of a calendar that keeps RFC 5545 and 5546."""
    lines = unfolded(content)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert lines.count("VERSION:2.0") == 1
    assert sum(line.startswith("PRODID:") for line in lines) == 1
    assert lines.count("METHOD:PUBLISH") == 1
    for kind in ("VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT", "VCALENDAR"):
        assert lines.count(f"BEGIN:{kind}") == lines.count(f"END:{kind}")
    zones = {line.removeprefix("TZID:") for line in lines if line.startswith("TZID:")}
    events = events_in(lines)
    uids = [one["UID"] for one in events]
    assert len(set(uids)) == len(uids)
    for one in events:
        assert re.fullmatch(r"\d{8}T\d{6}Z", one["DTSTAMP"])
        assert re.fullmatch(r"\d+", one["SEQUENCE"])
        assert one["STATUS"] in {"CONFIRMED", "CANCELLED"}
        begin, end = (datetime.strptime(one[key], "%Y%m%dT%H%M%S") for key in ("DTSTART", "DTEND"))  # noqa: DTZ007
        assert begin < end
        assert one["DTSTART zone"] == one["DTEND zone"]
        assert one["DTSTART zone"] in zones
        assert one["SUMMARY"]
        # PUBLISH has no attendees, so no address of anybody.
        assert "ATTENDEE" not in one
    return events


def test_each_file_keeps_the_standard_and_has_its_meetings(planned: Planned) -> None:
    edition, grouping, plan = planned
    files = calendars(plan, edition, grouping)
    counts = {name: len(checked(content)) for name, content in files.items()}
    assert counts["calendars/group-g1.ics"] == 3 + 1
    assert counts["calendars/member-m1.ics"] == 3 + 1 + 1
    assert counts["calendars/member-m3.ics"] == 3 + 1
    in_person = [one for one in plan.meetings if one.place == "hub"]
    assert counts["calendars/office-hub.ics"] == len(in_person) > 0
    assert set(files) == {
        *(f"calendars/group-{g}.ics" for g in ("g1", "g2")),
        *(f"calendars/member-m{n}.ics" for n in range(1, 7)),
        "calendars/office-hub.ics",
    }
    assert files == calendars(plan, edition, grouping)


def test_a_second_library_reads_the_same_times(planned: Planned) -> None:
    edition, grouping, plan = planned
    content = calendars(plan, edition, grouping)["calendars/group-g1.ics"]
    read = vobject.readOne(content.decode("utf-8"))
    begins = {one.dtstart.value.replace(tzinfo=None) for one in read.vevent_list}
    own = {one.begins for one in plan.meetings if one.group_id == "g1" or one.theme == "a"}
    assert begins == own
    # Summer time begins on 28 March 2021: a meeting after it is two hours from UTC, before it one.
    for one in read.vevent_list:
        hours = 2 if one.dtstart.value.replace(tzinfo=None) >= datetime(2021, 3, 28, 3) else 1  # noqa: DTZ001
        assert one.dtstart.value.utcoffset() == timedelta(hours=hours)


def applied(*contents: bytes) -> dict[str, dict[str, str]]:
    """Return the events that a reader shows who has applied files one after another (RFC 5546, 2.1.5)."""
    shown: dict[str, dict[str, str]] = {}
    for content in contents:
        for one in checked(content):
            known = shown.get(one["UID"])
            if known is None or int(one["SEQUENCE"]) >= int(known["SEQUENCE"]):
                shown[one["UID"]] = one
    return {uid: one for uid, one in shown.items() if one["STATUS"] != "CANCELLED"}


def test_an_update_replaces_and_a_cancelled_meeting_disappears(planned: Planned) -> None:
    edition, grouping, plan = planned
    moved, gone = plan.meetings_of_group["g1"][0], plan.meetings_of_group["g1"][2]
    later = moved.model_copy(update={"date": moved.date + timedelta(2)})
    meetings = tuple(later if one is moved else one for one in plan.meetings if one is not gone)
    changed = plan.model_copy(update={"meetings": meetings})
    name = "calendars/group-g1.ics"
    first = calendars(plan, edition, grouping)[name]
    second = calendars(changed, edition, grouping, before=plan)[name]
    shown = applied(first, second)
    assert len(shown) == len(checked(first)) - 1
    starts = {one["DTSTART"] for one in shown.values()}
    assert later.begins.strftime("%Y%m%dT%H%M%S") in starts
    assert moved.begins.strftime("%Y%m%dT%H%M%S") not in starts
    numbers = sequences(changed, plan)
    assert numbers == {moved.meeting_id: 1, gone.meeting_id: 1}
    # A third plan goes on counting from what was sent, and brings the cancelled meeting back.
    sent = changed.model_copy(update={"settings": {**changed.settings, "sequences": numbers}})
    third = calendars(plan, edition, grouping, before=sent)[name]
    assert sequences(plan, sent) == {moved.meeting_id: 2, gone.meeting_id: 2}
    again = applied(first, second, third)
    assert {one["DTSTART"] for one in again.values()} == {one["DTSTART"] for one in checked(first)}
