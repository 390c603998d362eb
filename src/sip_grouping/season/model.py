"""The model of a plan, group by group: one variable per group, phase and moment; experts and rooms.

Comes in: a `Case`, and which rules are left out (to find out which cannot hold together). Goes out:
`PlanModel`: a CP-SAT model whose objective is the score in thousandths of a point.

Symbols: g group, k phase, t moment, h theme, c country, e expert, p person in several groups.
x[g, k, t] the group meets; v[g, k, t] in person; l[g, k, t] it is its last meeting of the phase;
y[k, h, t] synthesis; w[k, c, t] information; s[e, g, t] the expert is there; a[p, ., t] the person attends.
Attendance of people in one group is a constant of each x; who is in several has a variable.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from sip_grouping.edition.records import Track
from sip_grouping.season.case import Case, GroupCase, fits
from sip_grouping.season.moments import Bools

Literal = Any
"""A Boolean variable of CP-SAT, of which no types are published."""

ATTENDANCE = 1000
IN_PERSON = 2000
"""Thousandths of a point per attendance, and per meeting in person of a local group."""


QUARTER = 250
"""Thousandths of a point: every term of the score is a multiple."""
WEEKEND = {5: 2, 6: 4}
"""What a Saturday and a Sunday count against one of two plans of the same score."""


class PlanRule(StrEnum):
    """Rules of a plan that can be left out of the model, to find those that cannot hold together."""

    HOLDERS = "holders"
    QUORUM = "quorum"
    REST_DAYS = "rest_days"
    CLOSED = "closed"
    SCHOOL_HOLIDAYS = "school_holidays"
    EXPERT = "expert"
    ROOMS = "rooms"
    SYNTHESIS = "synthesis"
    MEETINGS = "meetings"
    MOVED = "moved"


def unusual_at(case: Case, moment: int) -> int:
    """Return how unusual a time is: on a weekend, or in a part of the day that is listed later."""
    moments = case.moments
    parts = list(moments.calendar.starts)
    return WEEKEND.get(moments.days[moment].weekday(), 0) + parts.index(moments.parts[moment])


@dataclass
class PlanModel:
    """A CP-SAT model with its variables by what they stand for."""

    case: Case
    without: frozenset[PlanRule]
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    meets: dict[tuple[int, int, int], Literal] = field(default_factory=dict)
    in_person: dict[tuple[int, int, int], Literal] = field(default_factory=dict)
    synthesis: dict[tuple[int, str, int], Literal] = field(default_factory=dict)
    information: dict[tuple[int, str, int], Literal] = field(default_factory=dict)
    comes: dict[tuple[str, int, int], Literal] = field(default_factory=dict)
    attends: dict[tuple[str, tuple[object, ...], int], Literal] = field(default_factory=dict)
    expected: list[tuple[str, tuple[object, ...], int, Literal]] = field(default_factory=list)
    gains: list[tuple[Literal, int]] = field(default_factory=list)
    by_group: dict[int, dict[int, list[tuple[int, Literal]]]] = field(default_factory=dict)
    options: dict[tuple[int, int], list[tuple[int, Literal]]] = field(default_factory=dict)
    busy: dict[str, dict[int, list[Literal]]] = field(default_factory=dict)

    unusual: list[tuple[Literal, int]] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """What a quarter of a point counts in the objective: more than all unusual times together.

        Of a plan at most so many meetings are at the most unusual time, so that no score is given up for a
        better time.
        """
        case = self.case
        groups = len(case.groups) * case.calendar.meetings_of_a_group
        others = sum(
            phase.synthesis_before * len(case.themes) + phase.information * len(case.cooperators)
            for phase in case.phases
        )
        return 1 + (groups + others) * (max(WEEKEND.values()) + len(case.calendar.starts))

    def at_time(self, variable: Literal, moment: int) -> None:
        """Count a meeting at an unusual time: on a weekend, or in a part of the day listed later."""
        count = unusual_at(self.case, moment)
        if count:
            self.unusual.append((variable, count))

    def maximize(self) -> None:
        """Make the score as large as possible, and of equal scores the times as usual as can be."""
        weight = self.weight
        score = sum(weight * (thousandths // QUARTER) * one for one, thousandths in self.gains)
        self.model.maximize(score - sum(count * one for one, count in self.unusual))

    def score_bound(self, bound: float) -> int:
        """Return the bound of the score in thousandths of a point that a bound of the objective proves.

        `weight * score - unusual <= bound`, and `unusual` is less than `weight`.
        """
        return (math.floor(bound + 1e-6) + self.weight - 1) // self.weight * QUARTER

    def drops(self, rule: PlanRule) -> bool:
        """Return whether a rule is left out."""
        return rule in self.without

    def gain(self, variable: Literal, thousandths: int) -> None:
        """Add a term to the score."""
        if thousandths:
            self.gains.append((variable, thousandths))

    def at(self, group: int, moment: int) -> list[Literal]:
        """Return the variables of a group's meetings at a moment, one per phase."""
        return [one for _, one in self.by_group.get(group, {}).get(moment, ())]


def _allowed(found: PlanModel, one: GroupCase, k: int) -> Bools:
    case = found.case
    allowed = case.in_phase[k].copy()
    if not found.drops(PlanRule.CLOSED):
        allowed &= one.open
    if not found.drops(PlanRule.SCHOOL_HOLIDAYS):
        allowed &= one.in_school
    if not found.drops(PlanRule.HOLDERS):
        allowed &= one.holders_able
    if not found.drops(PlanRule.QUORUM):
        allowed &= one.able.sum(axis=0) >= case.calendar.least_attending(len(one.members))
    return allowed


def add_meetings(found: PlanModel, number: int, special: frozenset[str]) -> None:
    """Add the meetings of a group: how many in each phase, when, how far apart, who attends."""
    case, model = found.case, found.model
    one, moments = case.groups[number], case.moments
    ordinary = [row for who, row in one.row.items() if who not in special]
    constant = one.able[ordinary].sum(axis=0) if ordinary else np.zeros(len(moments), dtype=int)
    own = found.by_group.setdefault(number, {})
    local = one.group.track is Track.LOCAL
    for k, phase in enumerate(case.phases):
        here: list[tuple[int, Literal]] = []
        for t in map(int, np.flatnonzero(_allowed(found, one, k))):
            x = model.new_bool_var(f"x{number}.{k}.{t}")
            found.meets[number, k, t] = x
            here.append((t, x))
            own.setdefault(t, []).append((k, x))
            found.gain(x, ATTENDANCE * int(constant[t]))
            found.at_time(x, t)
            if local and moments.in_person[t]:
                v = model.new_bool_var("") if one.may_be_by_video else x
                if v is not x:
                    model.add_implication(v, x)
                found.in_person[number, k, t] = v
                found.gain(v, IN_PERSON)
        found.options[number, k] = here
        least, most = (0, phase.meetings[1]) if found.drops(PlanRule.MEETINGS) else phase.meetings
        model.add_linear_constraint(sum(x for _, x in here), least, most)
        _late(found, k, here, most)
    chosen = [x for pairs in own.values() for _, x in pairs]
    if not found.drops(PlanRule.MEETINGS):
        model.add(sum(chosen) == case.calendar.meetings_of_a_group)
    _rest(found, own)
    _first(found, number)
    for who in sorted(special.intersection(one.members)):
        _attends(found, number, who)
    if special.intersection(one.members) and not found.drops(PlanRule.QUORUM):
        need = case.calendar.least_attending(len(one.members))
        for t, pairs in own.items():
            seen = [
                found.attends[who, ("group", number), t]
                for who in sorted(special.intersection(one.members))
                if (who, ("group", number), t) in found.attends
            ]
            short = need - int(constant[t])
            if short > 0:
                model.add(sum(seen) >= short * sum(x for _, x in pairs))


def _late(found: PlanModel, k: int, here: list[tuple[int, Literal]], most: int) -> None:
    """Take off what the last meeting of a phase is late."""
    phase, days, model = found.case.phases[k], found.case.moments.days, found.model
    costs = {t: phase.late_thousandths(days[t]) for t, _ in here}
    if most <= 1:
        for t, x in here:
            found.gain(x, -costs[t])
        return
    late = [(t, x) for t, x in here if costs[t]]
    last = {t: model.new_bool_var("") for t, _ in late}
    for t, _ in late:
        found.gain(last[t], -costs[t])
    if last:
        model.add_at_most_one(last.values())
    rest = found.case.calendar.rest_days
    for t, _ in late:
        # No two of one window are chosen together, so one row holds for all of them.
        window = [
            x for u, x in late
            if u >= t and (days[u] - days[t]).days <= (0 if found.drops(PlanRule.REST_DAYS) else rest)
        ]  # fmt: skip
        if found.drops(PlanRule.REST_DAYS):
            window = [x for u, x in late if u == t]
        model.add(sum(window) <= sum(one for u, one in last.items() if u >= t))


def _rest(found: PlanModel, own: Mapping[int, list[tuple[int, Literal]]]) -> None:
    """Keep two meetings of a group apart: at most one in each stretch of days."""
    days = found.case.moments.days
    rest = 0 if found.drops(PlanRule.REST_DAYS) else found.case.calendar.rest_days
    by_day: dict[int, list[Literal]] = defaultdict(list)
    for t, pairs in own.items():
        by_day[days[t].toordinal()] += [x for _, x in pairs]
    for day in sorted(by_day):
        window = [x for other in range(day, day + rest + 1) for x in by_day.get(other, ())]
        if len(window) > 1:
            found.model.add_at_most_one(window)


def _first(found: PlanModel, number: int) -> None:
    """Let the first meeting of a group be one of the first phase."""
    case, model = found.case, found.model
    if found.drops(PlanRule.MEETINGS) or not case.calendar.meetings_of_a_group:
        return
    first = found.options[number, 0]
    model.add(sum(x for _, x in first) >= 1)
    for k in range(1, len(case.phases)):
        for t, x in found.options[number, k]:
            if case.moments.days[t] <= case.phases[0].last:
                model.add(sum(one for u, one in first if u < t) >= x)


def _attends(found: PlanModel, number: int, who: str) -> None:
    """Give a person in several groups a variable for each moment at which this group may meet."""
    case, model = found.case, found.model
    one = case.groups[number]
    for t, pairs in found.by_group[number].items():
        if not one.able[one.row[who], t]:
            continue
        a = model.new_bool_var("")
        found.attends[who, ("group", number), t] = a
        found.busy.setdefault(who, {}).setdefault(t, []).append(a)
        found.gain(a, ATTENDANCE)
        model.add(sum(x for _, x in pairs) >= a)
        if who in one.holders and not found.drops(PlanRule.HOLDERS):
            model.add(a >= sum(x for _, x in pairs))


def add_experts(found: PlanModel, numbers: Iterable[int]) -> None:
    """Let an expert be at each meeting of an expert phase."""
    case, model = found.case, found.model
    if found.drops(PlanRule.EXPERT) or not any(phase.expert for phase in case.phases):
        return
    sessions: dict[int, list[Literal]] = defaultdict(list)
    there: dict[tuple[int, int], list[Literal]] = defaultdict(list)
    for g in numbers:
        fitting = [e for e, (one, _) in enumerate(case.experts) if fits(one, case.groups[g].group)]
        for k, phase in enumerate(case.phases):
            if not phase.expert:
                continue
            for t, x in found.options[g, k]:
                own = []
                for e in fitting:
                    if case.experts[e][1][t]:
                        s = found.model.new_bool_var("")
                        found.comes[case.experts[e][0].expert_id, g, t] = s
                        sessions[e].append(s)
                        there[e, t].append(s)
                        own.append(s)
                model.add(sum(own) == x)
    for e, several in sessions.items():
        limit = case.experts[e][0].sessions_max
        if len(several) > limit:
            model.add(sum(several) <= limit)
    for e in sessions:
        for going_on in case.moments.instants:
            together = [s for t in map(int, going_on) for s in there.get((e, t), ())]
            if len(together) > 1:
                model.add_at_most_one(together)


def add_rooms(found: PlanModel, numbers: Iterable[int]) -> None:
    """Keep meetings in person at one time within the rooms of their office."""
    if found.drops(PlanRule.ROOMS):
        return
    offices = found.case.edition.office_by_id
    at: dict[str, dict[int, list[Literal]]] = defaultdict(lambda: defaultdict(list))
    wanted = frozenset(numbers)
    for (g, _, t), v in found.in_person.items():
        if g in wanted:
            at[found.case.groups[g].group.place][t].append(v)
    for place, by_moment in at.items():
        rooms = offices[place].rooms if place in offices else None
        if rooms is None:
            continue
        for going_on in found.case.moments.instants:
            together = [v for t in map(int, going_on) for v in by_moment.get(t, ())]
            if len(together) > rooms:
                found.model.add(sum(together) <= rooms)
