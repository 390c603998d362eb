"""The meetings that a solved model says, as records, and their score.

Comes in: a `Case` and which moments were chosen. Goes out: `Meeting`s in the order of their time, with who is
absent, and the terms of the score.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sip_grouping.edition.records import Track
from sip_grouping.plan import Meeting, MeetingKind
from sip_grouping.season.case import Case
from sip_grouping.season.model import ATTENDANCE, IN_PERSON, Literal, PlanModel
from sip_grouping.season.shared import coming


@dataclass(frozen=True)
class Terms:
    """The terms of the score of a plan: attendances, meetings in person, thousandths lost for lateness."""

    attendance: int
    in_person: int
    late: int

    @property
    def score(self) -> int:
        """Thousandths of a point."""
        return ATTENDANCE * self.attendance + IN_PERSON * self.in_person - self.late


def meetings_of(found: PlanModel, said: Callable[[Literal], bool]) -> tuple[Meeting, ...]:
    """Return the meetings of a solution.

    Parameters
    ----------
    said
        Whether a variable is true in it.
    """
    meetings = [*_of_groups(found, said), *_syntheses(found, said)]
    meetings += _moments_for_all(found, said, tuple(meetings))
    return in_order(meetings)


def in_order(meetings: Iterable[Meeting]) -> tuple[Meeting, ...]:
    """Return meetings by date, start and id."""
    return tuple(sorted(meetings, key=lambda one: (one.date, one.start, one.meeting_id)))


def _of_groups(found: PlanModel, said: Callable[[Literal], bool]) -> Iterable[Meeting]:
    case = found.case
    experts = {(g, t): expert for (expert, g, t), one in found.comes.items() if said(one)}
    chosen: dict[int, list[tuple[int, int]]] = {}
    for (g, k, t), x in found.meets.items():
        if said(x):
            chosen.setdefault(g, []).append((t, k))
    for g, several in sorted(chosen.items()):
        one = case.groups[g]
        for number, (t, k) in enumerate(sorted(several), start=1):
            v = found.in_person.get((g, k, t))
            local = v is not None and said(v)
            absent = []
            for who in one.members:
                a = found.attends.get((who, ("group", g), t))
                there = said(a) if a is not None else bool(one.able[one.row[who], t])
                absent += [] if there else [who]
            yield Meeting(
                meeting_id=f"{one.group.group_id}-{number}",
                kind=MeetingKind.GROUP,
                group_id=one.group.group_id,
                theme=one.group.theme,
                phase=case.phases[k].id,
                number=number,
                **_when(case, t),
                track=Track.LOCAL if local else Track.VIDEO,
                place=one.group.place if local else "",
                expert_id=experts.get((g, t)) if case.phases[k].expert else None,
                attending=len(one.members) - len(absent),
                absent=tuple(absent),
                size=len(one.members),
            )


def _when(case: Case, t: int) -> dict[str, object]:
    begin, end = case.moments.begin_of(t), case.moments.end_of(t)
    return {"date": begin.date(), "start": begin.time(), "end": end.time()}


def _syntheses(found: PlanModel, said: Callable[[Literal], bool]) -> Iterable[Meeting]:
    case = found.case
    told = [t for (_, _, t), w in found.information.items() if said(w)]
    for (k, theme, t), y in found.synthesis.items():
        if not said(y):
            continue
        absent: list[str] = []
        standing: dict[str, str] = {}
        size = 0
        same = [u for u in told if _overlap(case, t, u)]
        for n in case.themes[theme]:
            one = case.groups[n]
            size += one.seats
            people = (*one.moderators, *one.substitutes)
            own = [found.attends.get((who, ("synthesis", k, theme, n), t)) for who in people]
            come = (
                {who for who, a in zip(people, own, strict=True) if a is not None and said(a)}
                if any(a is not None for a in own)
                else set(coming(case, n, t, other=same[0] if same else None))
            )
            holders = one.moderators or one.substitutes[:1]
            missing = [who for who in holders if who not in come]
            others = sorted(come.difference(holders))
            standing |= dict(zip(missing, others, strict=False))
            absent += missing[len(others) :]
        yield Meeting(
            meeting_id=f"synthesis-{case.phases[k].id}-{theme}",
            kind=MeetingKind.SYNTHESIS,
            theme=theme,
            phase=case.phases[k].id,
            number=1,
            **_when(case, t),
            track=Track.VIDEO,
            attending=size - len(absent),
            absent=tuple(sorted(absent)),
            size=size,
            standing_in=standing,
        )


def _overlap(case: Case, one: int, other: int) -> bool:
    moments = case.moments
    return bool(
        moments.begins[one] < moments.ends[other] and moments.begins[other] < moments.ends[one]
    )


def _moments_for_all(
    found: PlanModel, said: Callable[[Literal], bool], others: tuple[Meeting, ...]
) -> Iterable[Meeting]:
    case = found.case
    counted: dict[tuple[int, str], int] = {}
    for (k, country, t), w in sorted(found.information.items(), key=lambda one: one[0]):
        if not said(w):
            continue
        number = counted[k, country] = counted.get((k, country), 0) + 1
        begin, end = case.moments.begin_of(t), case.moments.end_of(t)
        busy: set[str] = set()
        for one in others:
            if one.begins < end and begin < one.ends:
                busy |= people_at(case, one)
        people = case.cooperators[country]
        absent = tuple(who for who in people if not case.able[who][t] or who in busy)
        yield Meeting(
            meeting_id=f"information-{case.phases[k].id}-{country}-{number}",
            kind=MeetingKind.INFORMATION,
            phase=case.phases[k].id,
            number=number,
            **_when(case, t),
            track=Track.VIDEO,
            place=country,
            attending=len(people) - len(absent),
            absent=absent,
            size=len(people),
        )


def people_at(case: Case, one: Meeting) -> set[str]:
    """Return who attends a meeting of a group or a synthesis."""
    if one.kind is MeetingKind.SYNTHESIS:
        seats: set[str] = set()
        for n in case.themes[one.theme]:
            seats |= {*(case.groups[n].moderators or case.groups[n].substitutes)}
        return (seats - {*one.absent} - {*one.standing_in}) | {*one.standing_in.values()}
    own = next(group for group in case.groups if group.group.group_id == one.group_id)
    return {*own.members} - {*one.absent}


def terms_of(case: Case, meetings: Iterable[Meeting]) -> Terms:
    """Return the terms of the score of meetings."""
    phases = {phase.id: phase for phase in case.phases}
    attendance = in_person = late = 0
    last: dict[tuple[str, str], Meeting] = {}
    for one in meetings:
        attendance += one.attending
        if one.kind is MeetingKind.GROUP and one.group_id is not None:
            in_person += one.track is Track.LOCAL
            last[one.group_id, one.phase] = one  # in the order of time, so the last one stays
    for (_, phase), one in last.items():
        late += phases[phase].late_thousandths(one.date)
    return Terms(attendance, in_person, late)
