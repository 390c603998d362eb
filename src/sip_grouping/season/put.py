"""Meetings that were put at a moment by hand: what was asked for, checked, and held in the model of a plan.

Comes in: ids of meetings of a plan that people know, each with its new date or date and time. Goes out:
`Put`s, or one `InputError` with a finding for each that cannot be; rows of the model.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import numpy as np

from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding, nearest
from sip_grouping.plan import Meeting, MeetingKind, Plan
from sip_grouping.season.case import Case, Put, seats_filled
from sip_grouping.season.model import Literal, PlanModel, PlanRule

Moves = Mapping[str, datetime | date | str] | Sequence[str]
"""New moments by id of the meeting; or texts such as ``g1-2=2021-02-04T18:30``."""

_MOVED = "moved"
_WHEN = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::00)?)?")
_OTHERS = 3
"""So many moments are named at which a meeting could be."""


@dataclass(frozen=True)
class _Asked:
    """One move as it was asked for; `start` None: that of the meeting."""

    meeting_id: str
    shown: str
    day: date | None = None
    start: time | None = None


def puts_of(case: Case, before: Plan | None, moved: Moves) -> tuple[Put, ...]:
    """Return the meetings to put elsewhere, in the order of their ids.

    Raises
    ------
    InputError
        There is no plan before, it has no such meeting, a text says no moment, or the meeting cannot be then
        whatever the others do; holds a finding for each.
    """
    asked = list(_asked(moved))
    if asked and before is None:
        raise InputError([finding("move-without-plan", _MOVED)])
    known = {one.meeting_id: one for one in (() if before is None else before.meetings)}
    findings: list[Finding] = []
    found: dict[str, Put] = {}
    seen: set[str] = set()
    for one in asked:
        meeting = known.get(one.meeting_id)
        if one.meeting_id in seen:
            findings.append(_told("move-twice", one))
        elif meeting is None:
            near = nearest(one.meeting_id, known)
            findings.append(_told("move-unknown", one, near=near))
        elif one.day is None:
            findings.append(_told("move-no-time", one))
        else:
            put = _put(case, meeting, one, one.day)
            if isinstance(put, Finding):
                findings.append(put)
            else:
                found[one.meeting_id] = put
        seen.add(one.meeting_id)
    if findings:
        raise InputError(findings)
    return tuple(found[name] for name in sorted(found))


def _asked(moved: Moves) -> Iterator[_Asked]:
    pairs: list[tuple[str, datetime | date | str]] = []
    if isinstance(moved, Mapping):
        pairs = list(moved.items())
    else:
        parts = [text.rpartition("=") for text in moved]
        pairs = [
            (name.strip() if sep else when.strip(), when if sep else "")
            for name, sep, when in parts
        ]
    for name, when in pairs:
        if isinstance(when, datetime):
            yield _Asked(name, f"{name}={when:%Y-%m-%dT%H:%M}", when.date(), when.time())
        elif isinstance(when, date):
            yield _Asked(name, f"{name}={when}", when)
        else:
            yield _read(name, when)


def _read(name: str, when: str) -> _Asked:
    shown = f"{name}={when}" if when else name
    said = _WHEN.fullmatch(when.strip())
    try:
        day = date.fromisoformat(said[1]) if said else None
        start = time.fromisoformat(said[2]) if said and said[2] else None
    except ValueError:
        return _Asked(name, shown)
    return _Asked(name, shown, day, start)


def _told(code: str, one: _Asked, variant: str = "", **parameters: Any) -> Finding:
    given = {"meeting": one.meeting_id, **parameters}
    return finding(code, _MOVED, value=one.shown, variant=variant, **given)


def _put(case: Case, meeting: Meeting, one: _Asked, day: date) -> Put | Finding:
    phases = {phase.id: k for k, phase in enumerate(case.phases)}
    starts = sorted(set(case.calendar.starts.values()))
    if meeting.phase not in phases:
        return _told("move-phase-gone", one, phase=meeting.phase)
    phase = case.phases[phases[meeting.phase]]
    # A synthesis may come long before the meetings that it prepares.
    first = case.moments.days[0] if meeting.kind is MeetingKind.SYNTHESIS else phase.first
    if not first <= day <= phase.last:
        return _told("move-phase", one, phase=phase.id, first=str(first), last=str(phase.last))
    start = one.start
    if start is None:
        start = meeting.start if meeting.start in starts or len(starts) > 1 else starts[0]
    if start not in starts:
        listed = ", ".join(f"{at:%H:%M}" for at in starts)
        return _told("move-start", one, start=f"{start:%H:%M}", starts=listed)
    put = Put(meeting, datetime.combine(day, start))
    at = [t for t in range(len(case.moments)) if case.moments.begin_of(t) == put.begins]
    reasons = [_why_not(case, meeting, t) for t in at]
    if None in reasons:
        return put
    others = _others(case, meeting, put.begins, first, phase.last)
    if not others:
        return _told("move-nowhere", one, phase=phase.id)
    variant, who = reasons[0] or ("", "")
    return _told("move-cannot", one, variant, who=who, others=", ".join(others))


def _others(case: Case, meeting: Meeting, wanted: datetime, first: date, last: date) -> list[str]:
    """Return the moments nearest to one at which a meeting could be, whatever the others do."""
    here = [t for t, day in enumerate(case.moments.days) if first <= day <= last]
    here.sort(key=lambda t: abs(case.moments.begin_of(t) - wanted))
    found: list[str] = []
    for t in here:
        if _why_not(case, meeting, t) is None:
            found.append(f"{case.moments.begin_of(t):%Y-%m-%dT%H:%M}")
        if len(found) == _OTHERS:
            break
    return found


def _why_not(case: Case, meeting: Meeting, t: int) -> tuple[str, str] | None:
    """Return why a meeting cannot be at a moment whatever the others do: a variant, and who or how many."""
    numbers = {one.group.group_id: n for n, one in enumerate(case.groups)}
    if meeting.kind is MeetingKind.INFORMATION:
        return _of_information(case, meeting.place, t)
    if meeting.kind is MeetingKind.SYNTHESIS:
        groups = case.themes.get(meeting.theme, ())
    else:
        groups = (numbers[meeting.group_id],) if meeting.group_id in numbers else ()
    if not groups:
        return "gone", ""
    if not all(case.groups[n].open[t] for n in groups):
        return "closed", ""
    if (
        meeting.kind is MeetingKind.SYNTHESIS
        and not case.moments.open_in(case.countries_of(groups))[t]
    ):
        return "closed", ""
    if not all(case.groups[n].in_school[t] for n in groups):
        return "school", ""
    if meeting.kind is MeetingKind.SYNTHESIS:
        size = sum(case.groups[n].seats for n in groups)
        come = sum(int(seats_filled(case, n)[t]) for n in groups)
    else:
        one = case.groups[groups[0]]
        away = [who for who in one.holders if not one.able[one.row[who], t]]
        if away:
            return "holders", ", ".join(away)
        size, come = len(one.members), int(one.able[:, t].sum())
    if come < case.calendar.least_attending(size) or not come:
        return "quorum", f"{come}/{size}"
    return None


def _of_information(case: Case, country: str, t: int) -> tuple[str, str] | None:
    people = case.cooperators.get(country, ())
    if not people:
        return "gone", ""
    if not case.moments.open_in([country])[t]:
        return "closed", ""
    if not case.moments.in_school(case.edition.season.school_holidays, [country], "")[t]:
        return "school", ""
    if not np.any([case.able[who][t] for who in people]):
        return "quorum", f"0/{len(people)}"
    return None


def variables_of(found: PlanModel, one: Meeting, begins: datetime) -> list[Literal]:
    """Return the variables that say that a meeting of the same kind, of the same people, begins at a time."""
    case = found.case
    phases = {phase.id: k for k, phase in enumerate(case.phases)}
    groups = {group.group.group_id: g for g, group in enumerate(case.groups)}
    k, g = phases.get(one.phase, -1), groups.get(one.group_id or "", -1)
    found_at = [
        {
            MeetingKind.GROUP: found.meets.get((g, k, t)),
            MeetingKind.SYNTHESIS: found.synthesis.get((k, one.theme, t)),
            MeetingKind.INFORMATION: found.information.get((k, one.place, t)),
        }.get(one.kind)
        for t in case.moments.beginning_at(begins)
    ]
    return [variable for variable in found_at if variable is not None]


def hold(found: PlanModel, groups: frozenset[int] | None) -> None:
    """Hold the meetings that were put somewhere where they were put; of some groups alone, theirs."""
    if found.drops(PlanRule.MOVED):
        return
    numbers = {one.group.group_id: g for g, one in enumerate(found.case.groups)}
    for put in found.case.put:
        if groups is None or numbers.get(put.meeting.group_id or "", -1) in groups:
            found.model.add_bool_or(variables_of(found, put.meeting, put.begins))
