"""The evaluation meetings of test projects: each group meets within a week after its project.

Comes in: chosen projects, the groups, a plan of other meetings if there is one. Goes out: `Meeting`s, rested
where that can be, as many attending as can, at a usual time, as early as can be; or the projects without a
moment.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from ortools.sat.python import cp_model

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Phase
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Grouping
from sip_grouping.plan import Meeting, MeetingKind, Plan
from sip_grouping.season.case import Case, GroupCase, case_of
from sip_grouping.season.chosen import in_order, people_at
from sip_grouping.season.model import WEEKEND, unusual_at
from sip_grouping.season.moments import Bools, Ints
from sip_grouping.season.projects import Proposal

_DAYS = 7


def evaluations(
    edition: Edition,
    grouping: Grouping,
    chosen: tuple[Proposal, ...],
    plan: Plan | None = None,
    *,
    before: tuple[Meeting, ...] = (),
) -> tuple[Meeting, ...] | tuple[str, ...]:
    """Return the evaluation meetings; ids of projects that cannot have one where that is so.

    Parameters
    ----------
    plan
        Whose meetings they keep off.
    before
        Evaluations that people know: as few as can be are at another moment.

    Raises
    ------
    InputError
        The edition has no calendar, which says when meetings begin.
    """
    calendar = edition.season.calendar
    if not chosen or calendar is None:
        case_of(edition, grouping)
        return ()
    last = max(one.last for one in chosen) + timedelta(_DAYS)
    span = Phase(id="evaluation", first=min(one.last for one in chosen), last=last)
    season = edition.season.model_copy(
        update={"calendar": calendar.model_copy(update={"phases": (span,)})}
    )
    case = case_of(edition.model_copy(update={"season": season}), grouping)
    numbers = {one.group.group_id: n for n, one in enumerate(case.groups)}
    groups = [case.groups[numbers[one.group.group_id]] for one in chosen]
    rooms = _rooms_left(case, plan)
    busy = _busy(case, plan)
    there = [_there(group, busy) for group in groups]
    asked = zip(chosen, groups, there, strict=True)
    allowed = [_allowed(case, one, group, able, rooms) for one, group, able in asked]
    without = tuple(
        one.project.project_id
        for one, open_ in zip(chosen, allowed, strict=True)
        if not open_.any()
    )
    if without:
        return without
    restless = [_restless(case, group, plan) for group in groups]
    known = {one.meeting_id: one.begins for one in before}
    at = _at_best(case, chosen, groups, there, allowed, restless, rooms, known)
    if at is None:
        return tuple(one.project.project_id for one in chosen)
    return in_order(
        _meeting(case, one, group, held)
        for one, group, held in zip(chosen, groups, at, strict=True)
    )


def _id_of(one: Proposal) -> str:
    return f"evaluation-{one.project.project_id}"


@dataclass(frozen=True)
class _Held:
    """When an evaluation is, who is there, and whether at the group's place."""

    moment: int
    present: frozenset[str]
    in_person: bool


def _minutes(moment: datetime) -> int:
    return moment.toordinal() * 1440 + moment.hour * 60 + moment.minute


def _busy(case: Case, plan: Plan | None) -> Mapping[str, Bools]:
    """Return when members are at a meeting of the plan, shape (moments,); who never is, is left out."""
    busy: dict[str, Bools] = {}
    for one in () if plan is None else plan.meetings:
        begin, end = _minutes(one.begins), _minutes(one.ends)
        then = (case.moments.begins < end) & (begin < case.moments.ends)
        if not then.any():
            continue
        for who in (
            {*case.cooperators.get(one.place, ())} - {*one.absent}
            if one.kind is MeetingKind.INFORMATION
            else people_at(case, one)
        ):
            busy[who] = then | busy[who] if who in busy else then
    return busy


def _there(group: GroupCase, busy: Mapping[str, Bools]) -> Bools:
    """Return who of a group can come when, less those who are at a meeting of the plan then."""
    able = group.able.copy()
    for who, row in group.row.items():
        if who in busy:
            able[row] &= ~busy[who]
    return able


def _restless(case: Case, group: GroupCase, plan: Plan | None) -> Bools:
    """Return when less than rest_days lie between a moment and a meeting of the group in the plan."""
    days = np.array([day.toordinal() for day in case.moments.days], dtype=np.int64)
    found = np.zeros(len(case.moments), dtype=bool)
    for one in () if plan is None else plan.meetings:
        if one.kind is MeetingKind.GROUP and one.group_id == group.group.group_id:
            found |= np.abs(days - one.date.toordinal()) <= case.calendar.rest_days
    return found


def _in_person(case: Case, group: GroupCase) -> Bools:
    return np.asarray((group.group.track is Track.LOCAL) & case.moments.in_person)


def _rooms_left(case: Case, plan: Plan | None) -> Mapping[str, Ints]:
    """Return rooms that the plan leaves when each moment begins, shape (moments,), by office with a limit."""
    left = {}
    begins = case.moments.begins
    for office in case.edition.offices:
        if office.rooms is None:
            continue
        here = [
            (_minutes(one.begins), _minutes(one.ends))
            for one in (() if plan is None else plan.meetings)
            if one.track is Track.LOCAL and one.place == office.office_id
        ]
        taken = np.zeros(len(case.moments), dtype=np.int64)
        for begin, end in here:
            taken += (begin <= begins) & (begins < end)
        left[office.office_id] = np.maximum(office.rooms - taken, 0)
    return left


def _allowed(
    case: Case, one: Proposal, group: GroupCase, able: Bools, rooms: Mapping[str, Ints]
) -> Bools:
    week = np.array(
        [one.last < day <= one.last + timedelta(_DAYS) for day in case.moments.days], dtype=bool
    )
    holders = able[[group.row[who] for who in group.holders]].all(axis=0)
    quorum = able.sum(axis=0) >= case.calendar.least_attending(len(group.members))
    allowed = np.asarray(week & group.open & group.in_school & holders & quorum)
    left = rooms.get(group.group.place)
    if left is None or group.may_be_by_video:
        return allowed
    for t in np.flatnonzero(allowed & _in_person(case, group)):
        begin, end = case.moments.begins[t], case.moments.ends[t]
        meanwhile = (begin <= case.moments.begins) & (case.moments.begins < end)
        allowed[t] = bool((left[meanwhile] > 0).all())
    return allowed


def _at_best(
    case: Case,
    chosen: tuple[Proposal, ...],
    groups: list[GroupCase],
    there: list[Bools],
    allowed: list[Bools],
    restless: list[Bools],
    rooms_left: Mapping[str, Ints],
    known: Mapping[str, datetime],
) -> list[_Held] | None:
    """Return when each evaluation is, and who is there; None where they cannot all be."""
    model = cp_model.CpModel()
    takes: list[dict[int, cp_model.IntVar]] = []
    comes: list[dict[tuple[str, int], cp_model.IntVar]] = []
    local: list[dict[int, cp_model.IntVar]] = []
    terms = []
    rooms: dict[str, dict[int, list[cp_model.IntVar]]] = defaultdict(lambda: defaultdict(list))
    most = (_DAYS + 1) * (max(WEEKEND.values()) + len(case.calendar.starts) + 1)
    # Rest is worth more than all who attend, they more than meeting in person, that more than a usual time.
    in_person = len(chosen) * most + 1
    many = len(chosen) * (in_person + most) + 1
    rest = many * (sum(len(group.members) for group in groups) + 1)
    # What people know stays before all of it.
    stays = rest * (len(chosen) + 1)
    in_several = _in_several(groups)
    for one, group, able, open_, soon in zip(chosen, groups, there, allowed, restless, strict=True):
        own = {int(t): model.new_bool_var("") for t in np.flatnonzero(open_)}
        model.add_exactly_one(own.values())
        choosing: dict[tuple[str, int], cp_model.IntVar] = {}
        at_place: dict[int, cp_model.IntVar] = {}
        needed = case.calendar.least_attending(len(group.members))
        for t, x in own.items():
            days = (case.moments.days[t] - one.last).days
            worse = (_DAYS + 1) * unusual_at(case, t) + days + rest * int(soon[t])
            worse -= stays * int(known.get(_id_of(one)) == case.moments.begin_of(t))
            for who in in_several.intersection(group.members):
                if able[group.row[who], t]:
                    # Moderator and secretary are there; others may be at another evaluation.
                    a = choosing[who, t] = x if who in group.holders else model.new_bool_var("")
                    model.add_implication(a, x)
            free = [a for (_, at), a in choosing.items() if at == t]
            others = int(able[:, t].sum()) - len(free)
            model.add(sum(free) + others >= needed).only_enforce_if(x)
            terms.append((many * others - worse) * x + many * sum(free))
            if _in_person(case, group)[t]:
                at_place[t] = model.new_bool_var("") if group.may_be_by_video else x
                model.add_implication(at_place[t], x)
                terms.append(in_person * at_place[t])
                rooms[group.group.place][t].append(at_place[t])
        takes.append(own)
        local.append(at_place)
        comes.append(choosing)
    for place, left in rooms_left.items():
        for going_on, limit in zip(case.moments.instants, left, strict=True):
            together = [x for t in map(int, going_on) for x in rooms[place].get(t, ())]
            if len(together) > limit:
                model.add(sum(together) <= int(limit))
    for who in in_several:
        for going_on in case.moments.instants:
            at = {*map(int, going_on)}
            model.add_at_most_one(
                a
                for several in comes
                for (own_id, t), a in several.items()
                if own_id == who and t in at
            )
    model.maximize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    found = []
    for group, able, own, choosing, at_place in zip(
        groups, there, takes, comes, local, strict=True
    ):
        t = next(t for t, x in own.items() if solver.boolean_value(x))
        present = {
            who
            for who, row in group.row.items()
            if able[row, t] and ((who, t) not in choosing or solver.boolean_value(choosing[who, t]))
        }
        held = t in at_place and solver.boolean_value(at_place[t])
        found.append(_Held(t, frozenset(present), held))
    return found


def _in_several(groups: list[GroupCase]) -> frozenset[str]:
    """Return who is in more than one of some groups."""
    counted = Counter(who for group in groups for who in group.members)
    return frozenset(who for who, count in counted.items() if count > 1)


def _meeting(case: Case, one: Proposal, group: GroupCase, held: _Held) -> Meeting:
    begin, end = case.moments.begin_of(held.moment), case.moments.end_of(held.moment)
    absent = tuple(who for who in group.members if who not in held.present)
    local = held.in_person
    return Meeting(
        meeting_id=_id_of(one),
        kind=MeetingKind.EVALUATION,
        group_id=group.group.group_id,
        theme=group.group.theme,
        number=1,
        date=begin.date(),
        start=begin.time(),
        end=end.time(),
        track=Track.LOCAL if local else Track.VIDEO,
        place=group.group.place if local else "",
        attending=len(group.members) - len(absent),
        absent=absent,
        size=len(group.members),
    )
