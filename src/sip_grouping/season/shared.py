"""What the groups of a plan share: synthesis between them, information for all, people in several groups.

Comes in: a `Case`. Goes out: the whole model of a plan; the symbols are those of `model`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from sip_grouping.season.case import Case, seats_filled
from sip_grouping.season.model import (
    ATTENDANCE,
    Literal,
    PlanModel,
    PlanRule,
    add_experts,
    add_meetings,
    add_rooms,
)
from sip_grouping.season.parts import Part
from sip_grouping.season.put import hold


def build(
    case: Case,
    groups: Iterable[int] | Part | None = None,
    without: frozenset[PlanRule] = frozenset(),
    *,
    scored: bool = True,
) -> PlanModel:
    """Return the model of a plan.

    Parameters
    ----------
    groups
        Numbers of the groups to plan, by themselves; a part: with its syntheses and moments for all; None:
        all of it.
    without
        Rules that are left out.
    scored
        Whether the score is made as large as possible; else any plan will do.
    """
    found = PlanModel(case, without)
    whole = Part(tuple(range(len(case.groups))), tuple(case.themes), tuple(case.cooperators))
    part = whole if groups is None else groups if isinstance(groups, Part) else None
    numbers = tuple(groups) if part is None else part.groups  # type: ignore[arg-type]
    special = frozenset[str]() if part is None else _special(case)
    for number in numbers:
        add_meetings(found, number, special)
    add_experts(found, numbers)
    add_rooms(found, numbers)
    if part is not None:
        for k, phase in enumerate(case.phases):
            if phase.synthesis_before and not found.drops(PlanRule.SYNTHESIS):
                for theme in part.themes:
                    _synthesis(found, k, theme, special)
        for k, phase in enumerate(case.phases):
            if phase.information:
                for country in part.countries:
                    _information(found, k, country, special)
    hold(found, None if groups is None else frozenset(numbers))
    _moderators_come(found)
    _one_place_at_a_time(found)
    if scored:
        found.maximize()
    return found


def _special(case: Case) -> frozenset[str]:
    """Return who has variables of its own.

    Those who may be asked to two meetings at once, information aside; and those who come to a synthesis for
    a group with such members.
    """
    several = {who for who, numbers in case.groups_of.items() if len(numbers) > 1}
    several |= {
        who
        for one in case.groups
        if several.intersection(one.members)
        for who in (*one.holders, *one.substitutes)
    }
    with_synthesis = [k for k, phase in enumerate(case.phases) if phase.synthesis_before]
    if with_synthesis and (len(with_synthesis) > 1 or with_synthesis[0] < len(case.phases) - 1):
        several |= {who for one in case.groups for who in (*one.holders, *one.substitutes)}
    return frozenset(several)


def _synthesis(found: PlanModel, k: int, theme: str, special: frozenset[str]) -> None:
    """Let the moderators of a theme meet between the earlier phases and this one."""
    case, model, moments = found.case, found.model, found.case.moments
    numbers = case.themes[theme]
    allowed = np.array([day <= case.phases[k].last for day in moments.days], dtype=bool)
    if not found.drops(PlanRule.CLOSED):
        allowed &= moments.open_in(case.countries_of(numbers))
    if not found.drops(PlanRule.SCHOOL_HOLIDAYS):
        for n in numbers:
            allowed &= case.groups[n].in_school
    plain = [n for n in numbers if not special & {*case.groups[n].members}]
    filled = sum((seats_filled(case, n) for n in plain), np.zeros(len(moments), dtype=np.int64))
    seats = sum(case.groups[n].seats for n in numbers)
    need = case.calendar.least_attending(seats)
    y = {int(t): model.new_bool_var("") for t in np.flatnonzero(allowed)}
    for t, one in y.items():
        found.synthesis[k, theme, t] = one
        found.gain(one, ATTENDANCE * int(filled[t]))
        found.at_time(one, t)
    model.add_exactly_one(y.values())
    for t, one in y.items():
        come = []
        for n in [n for n in numbers if n not in plain]:
            group = case.groups[n]
            own = []
            for who in (*group.moderators, *group.substitutes):
                if case.able[who][t]:
                    a = model.new_bool_var("")
                    model.add_implication(a, one)
                    found.attends[who, ("synthesis", k, theme, n), t] = a
                    found.busy.setdefault(who, {}).setdefault(t, []).append(a)
                    found.gain(a, ATTENDANCE)
                    own.append(a)
                    if who in group.moderators:
                        found.expected.append((who, ("synthesis", k, theme, n), t, one))
            if len(own) > group.seats:
                model.add(sum(own) <= group.seats)
            come += own
        short = need - int(filled[t])
        if short > 0 and not found.drops(PlanRule.QUORUM):
            model.add(sum(come) >= short * one)
    _between(found, k, numbers, y)


def _between(found: PlanModel, k: int, numbers: tuple[int, ...], y: Mapping[int, Literal]) -> None:
    """Keep a synthesis after the earlier phases of its groups and before their meetings of its own phase.

    `later[i]` says that it is the i-th of its moments or a later one: so a row has two variables, not one for
    each moment.
    """
    model, moments = found.model, found.case.moments
    times = sorted(y)
    later: dict[int, Literal] = {}
    for i in range(len(times) - 1, 0, -1):
        later[i] = model.new_bool_var("")
        model.add(later[i] == later.get(i + 1, 0) + y[times[i]])
    begins = moments.begins[times]
    for n in numbers:
        for phase in range(k + 1):
            for t, x in found.options[n, phase]:
                if phase == k:
                    latest = moments.begins[t] - moments.calendar.minutes
                    i = int(np.searchsorted(begins, latest, "right"))
                    fits, never = i == len(times), i == 0
                else:
                    i = int(np.searchsorted(begins, moments.ends[t], "left"))
                    fits, never = i == 0, i == len(times)
                if never:
                    model.add(x == 0)
                elif not fits:
                    model.add_implication(x, ~later[i] if phase == k else later[i])


def _information(found: PlanModel, k: int, country: str, special: frozenset[str]) -> None:
    """Let the cooperators of a country be told, less those who are at a meeting of their group."""
    case, model, moments = found.case, found.model, found.case.moments
    allowed = case.in_phase[k].copy()
    if not found.drops(PlanRule.CLOSED):
        allowed &= moments.open_in([country])
    if not found.drops(PlanRule.SCHOOL_HOLIDAYS):
        # Cooperators of a country speak any of its languages.
        allowed &= moments.in_school(case.edition.season.school_holidays, [country], "")
    people = case.cooperators[country]
    ordinary = [who for who in people if who not in special]
    able = sum((case.able[who].astype(np.int64) for who in ordinary), np.zeros(len(moments), int))
    by_day: dict[object, list[Literal]] = defaultdict(list)
    w = {int(t): model.new_bool_var("") for t in np.flatnonzero(allowed)}
    for t, one in w.items():
        found.information[k, country, t] = one
        found.gain(one, ATTENDANCE * int(able[t]))
        found.at_time(one, t)
        by_day[moments.days[t]].append(one)
        for who in special.intersection(people):
            if case.able[who][t]:
                a = model.new_bool_var("")
                model.add_implication(a, one)
                found.attends[who, ("information", k, country), t] = a
                found.busy.setdefault(who, {}).setdefault(t, []).append(a)
                found.gain(a, ATTENDANCE)
    model.add(sum(w.values()) == case.phases[k].information)
    for several in by_day.values():
        model.add_at_most_one(several)
    there = frozenset(ordinary)
    for g, one_group in enumerate(case.groups):
        rows = [row for who, row in one_group.row.items() if who in there]
        if rows:
            _lost_to_groups(found, g, rows, w)
    _lost_to_synthesis(found, there, special, w)


def _overlapping(found: PlanModel, t: int) -> list[int]:
    """Return the moments that are partly at the same time as one."""
    moments = found.case.moments
    same = (moments.begins < moments.ends[t]) & (moments.begins[t] < moments.ends)
    return [int(u) for u in np.flatnonzero(same)]


def _lost_to_groups(found: PlanModel, g: int, rows: list[int], w: Mapping[int, Literal]) -> None:
    """Take off who of a group is at its meeting, and could else be told something at that time."""
    able = found.case.groups[g].able[rows]
    for t, one in w.items():
        for u in _overlapping(found, t):
            lost = int((able[:, t] & able[:, u]).sum())
            pairs = found.at(g, u)
            if lost and pairs:
                z = found.model.new_bool_var("")
                found.model.add(z >= one + sum(pairs) - 1)
                found.gain(z, -ATTENDANCE * lost)


def _lost_to_synthesis(
    found: PlanModel, there: frozenset[str], special: frozenset[str], w: Mapping[int, Literal]
) -> None:
    """Take off who is at a synthesis, and could else be told something at that time."""
    case = found.case
    for (_, theme, u), y in list(found.synthesis.items()):
        plain = [n for n in case.themes[theme] if not special & {*case.groups[n].members}]
        for t in _overlapping(found, u):
            if t not in w:
                continue
            lost = sum(
                case.able[who][t]
                for n in plain
                for who in coming(case, n, u, other=t)
                if who in there
            )
            if lost:
                z = found.model.new_bool_var("")
                found.model.add(z >= w[t] + y - 1)
                found.gain(z, -ATTENDANCE * int(lost))


def coming(case: Case, number: int, moment: int, other: int | None = None) -> tuple[str, ...]:
    """Return who comes to a synthesis for a group: moderators who can, then those who stand in.

    Parameters
    ----------
    other
        A moment at the same time: of those who may stand in, the ones who could not come then go first.
    """
    one = case.groups[number]
    own = [who for who in one.moderators if case.able[who][moment]]
    others = [who for who in one.substitutes if case.able[who][moment]]
    if other is not None:
        others.sort(key=lambda who: bool(case.able[who][other]))
    return tuple((own + others)[: one.seats])


def _moderators_come(found: PlanModel) -> None:
    """Let a moderator who can come to a synthesis, unless it is at another meeting of its own then."""
    by_person: dict[tuple[str, int], list[tuple[tuple[object, ...], Literal]]] = defaultdict(list)
    for (who, what, t), a in found.attends.items():
        by_person[who, t].append((what, a))
    for who, what, t, y in found.expected:
        others = [
            a
            for u in _overlapping(found, t)
            for other, a in by_person.get((who, u), ())
            if other != what and other[0] != "information"
        ]
        found.model.add(found.attends[who, what, t] + sum(others) >= y)


def _one_place_at_a_time(found: PlanModel) -> None:
    """Keep people who may be asked to several meetings at once in one of them."""
    for by_moment in found.busy.values():
        for going_on in found.case.moments.instants:
            together = [a for t in map(int, going_on) for a in by_moment.get(t, ())]
            if len(together) > 1:
                found.model.add_at_most_one(together)
