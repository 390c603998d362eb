"""Why no grouping exists, and changes that help.

Comes in: a `Formulation` that CP-SAT found infeasible, and the run. Goes out: a `Conflict`: what is
asked for and the rules behind it that cannot hold together (a minimal set), and relaxations, each
confirmed by a solve. Without requirements (least numbers of groups, pins) an edition without any group
is valid, so something that is asked for is always among them. Prices stand on slack variables rather
than on assumptions: cores of assumptions have named wrong literals before (google/or-tools issue 5141).
"""

import logging
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from sip_grouping.catalogue import Telling, telling
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.grouping import Status
from sip_grouping.objective import nothing
from sip_grouping.problem import build_problem
from sip_grouping.solve.changes import (
    Change,
    as_asked,
    droppable_rules,
    smaller_limits,
)
from sip_grouping.solve.cpsat import CpSatSettings, Outcome, limit_or_none, solve_cpsat
from sip_grouping.solve.engine import solve
from sip_grouping.solve.formulation import Formulation, Requirement
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.result import Conflict, Relaxation, relaxation
from sip_grouping.solve.run import Question, Run

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]

_WORK_LIMIT = 60.0
"""Deterministic work on one question."""


def explain_conflict(f: Formulation, run: Run) -> Conflict | None:
    """Return why no grouping exists; None where the second solve does not confirm it, or not in time.

    The run's limits hold: what was not decided in time is not claimed, and the conflict is then not
    complete.
    """
    if run.stopped():
        return None
    arrays = f.model.arrays()
    outcome = _solved(_with_slack(arrays, f.requirements), run)
    if outcome.values is None:
        # Slack on every requirement allows the edition without groups: this is no verdict.
        _logger.warning("the relaxed model has no solution within its limits: %s", outcome.status)
        return None
    slack = outcome.values[arrays.columns :]
    if outcome.bound is None or outcome.bound >= 0:
        # That something has to be missed is proven only by a bound below 0 on minus what is missed.
        _logger.warning("the infeasibility is not confirmed by a second solve")
        return None
    # What certainly helps first: it is what is left if the run ends before all is known.
    missed = _of_slack(f, slack, run, least=outcome.status is Status.OPTIMAL)
    needed, all_decided = _minimal_set(arrays, f.requirements, run)
    edition = f.problem.edition
    behind, rules_decided = _rules_behind(edition, needed, run)
    relaxations = [*missed, *_of_other_rules(edition, needed, run)]
    return Conflict(
        rules=(*(_sentence(one, f) for one in needed), *behind),
        relaxations=tuple(relaxations),
        complete=all_decided and rules_decided and not run.stopped(),
    )


def _with_slack(arrays: LinearArrays, requirements: list[Requirement]) -> LinearArrays:
    """Return the model that misses as little as it can of what is required."""
    rows = np.array([one.row for one in requirements], dtype=np.int64)
    most = arrays.row_lower[rows]
    count = len(rows)
    columns = csr_matrix(
        (np.ones(count, dtype=np.int64), (rows, np.arange(count))),
        shape=(arrays.matrix.shape[0], count),
    )
    return LinearArrays(
        matrix=csr_matrix(hstack([arrays.matrix, columns])),
        lower=np.append(arrays.lower, np.zeros(count, dtype=np.int64)),
        upper=np.append(arrays.upper, most),
        objective=np.append(np.zeros(arrays.columns, dtype=np.int64), np.full(count, -1)),
        row_lower=arrays.row_lower,
        row_upper=arrays.row_upper,
    )


def _solved(arrays: LinearArrays, run: Run) -> Outcome:
    """Solve within what is left of the run; its work counts."""
    settings = CpSatSettings(
        work_limit=min(_WORK_LIMIT, run.work_left),
        time_limit=limit_or_none(run.seconds_left),
        seed=run.limits.seed,
    )
    outcome = solve_cpsat(arrays, settings, stopped=run.stopped)
    run.work += outcome.work
    return outcome


def _minimal_set(
    arrays: LinearArrays, requirements: list[Requirement], run: Run
) -> tuple[list[Requirement], bool]:
    """Return requirements that cannot hold together, minimal by deletion, and whether that is decided."""
    needed = list(requirements)
    decided = True
    for one in requirements:
        if run.stopped():
            return needed, False
        others = [other for other in needed if other is not one]
        dropped = [other for other in requirements if other not in others]
        status = _solved(_without(arrays, dropped), run).status
        if status is Status.INFEASIBLE:
            needed = others
        decided &= status is not Status.UNKNOWN
    return needed, decided


def _without(arrays: LinearArrays, dropped: list[Requirement]) -> LinearArrays:
    lower = arrays.row_lower.copy()
    lower[[one.row for one in dropped]] = -NO_LIMIT
    return replace(arrays, row_lower=lower, objective=np.zeros_like(arrays.objective))


def _sentence(one: Requirement, f: Formulation) -> Relaxation:
    edition = f.problem.edition
    if one.pin is None:
        theme = edition.theme_by_id[one.theme]
        asked = telling("conflict", "groups-min", theme=theme.id, groups=theme.groups_min)
        return relaxation(one.rule, f"themes.{theme.id}.groups_min", asked)
    pin = one.pin
    with_members = ", ".join(pin.with_members)
    pinned = telling(
        "conflict",
        "pinned",
        member=pin.member_id,
        theme=pin.theme,
        place=_where(pin),
        role=telling("conflict", "as-role", role=telling("role", pin.role.value))
        if pin.role
        else "",
        company=telling("conflict", "company", members=with_members) if with_members else "",
    )
    return relaxation(one.rule, "pins", pinned)


def _where(pin: Pin) -> str | Telling:
    return pin.place or telling("track", Track.VIDEO.value)


def _rules_behind(
    edition: Edition, needed: list[Requirement], run: Run
) -> tuple[list[Relaxation], bool]:
    """Return the rules without which what is needed could hold, minimal by deletion.

    Rules are dropped one after the other for the themes concerned; one without which the rest still
    cannot hold is not needed.
    """
    asked = as_asked(edition, {one.theme: one for one in needed if one.pin is None}, _pins(needed))
    found: list[Relaxation] = []
    for rule in droppable_rules(edition, list(dict.fromkeys(one.theme for one in needed))):
        if run.stopped():
            return found, False
        without = rule.applied_to(asked)
        status = Status.UNKNOWN if without is None else _possible(without, run)
        if status is Status.INFEASIBLE and without is not None:
            asked = without
        elif status is not Status.UNKNOWN:
            found.append(relaxation(rule.rule, rule.key, rule.telling))
        elif without is not None:
            return found, False
    return found, True


def _pins(requirements: list[Requirement]) -> frozenset[object]:
    return frozenset(one.pin for one in requirements if one.pin is not None)


def _of_slack(f: Formulation, slack: Ints, run: Run, *, least: bool) -> list[Relaxation]:
    """Return the least that has to be missed: all of these changes together are enough."""
    edition = f.problem.edition
    found: dict[Telling, Relaxation] = {}
    fewer: dict[str, int] = {}
    gone: set[object] = set()
    for one, missed in zip(f.requirements, slack.tolist(), strict=True):
        if not missed:
            continue
        if one.pin is None:
            theme = edition.theme_by_id[one.theme]
            fewer[theme.id] = theme.groups_min - missed
            told = telling(
                "conflict",
                "lower-groups-min",
                theme=theme.id,
                now=theme.groups_min,
                then=fewer[theme.id],
            )
            key = f"themes.{theme.id}.groups_min"
        else:
            gone.add(one.pin)
            pin, key = one.pin, "pins"
            told = telling(
                "conflict",
                "remove-pin",
                member=pin.member_id,
                theme=pin.theme,
                place=_where(pin),
            )
        found[told] = relaxation(one.rule, key, told, least=least)
    without = _with_less(edition, fewer, gone)
    if without is None or _possible(without, run) is not Status.FEASIBLE:
        return []
    if len(found) <= 1:
        return list(found.values())
    together, *others = found
    for other in others:
        together = telling("conflict", "and", first=together, second=other)
    first = next(iter(found.values()))
    every = telling("conflict", "all-of", changes=together)
    return [relaxation(first.rule, first.key, every, least=least)]


def _with_less(edition: Edition, fewer: dict[str, int], gone: set[object]) -> Edition | None:
    """Return the edition that asks for less; None where what is left is no edition."""
    themes = tuple(
        one.model_copy(update={"groups_min": fewer[one.id]}) if one.id in fewer else one
        for one in edition.themes
    )
    try:
        return edition.replace(themes=themes, pins=tuple(p for p in edition.pins if p not in gone))
    except InputError:
        # The only place was a pinned one.
        return None


def _of_other_rules(edition: Edition, needed: list[Requirement], run: Run) -> list[Relaxation]:
    """Return single changes of a limit that help: the smallest step of each that was found to."""
    found: list[Relaxation] = []
    for theme_id in dict.fromkeys(one.theme for one in needed):
        theme: Theme = edition.theme_by_id[theme_id]
        for steps in smaller_limits(edition, theme):
            helps = _first_that_helps(steps, edition, run)
            if helps is not None:
                step, least = helps
                proven = least and step.every_step
                found.append(relaxation(step.rule, step.key, step.telling, least=proven))
    return found


def _first_that_helps(
    steps: tuple[Change, ...], edition: Edition, run: Run
) -> tuple[Change, bool] | None:
    """Return the first change that makes a grouping possible; and whether that is proven.

    The changes are ordered from small to large; where each contains those before it, by halving.
    """
    if steps and not steps[0].nested:
        return _first_of_all(steps, edition, run)
    largest: Edition | None = None
    while steps:
        largest = steps[-1].applied_to(edition)
        if largest is not None:
            break
        # It contradicts another part of the input; a smaller step may not.
        steps = steps[:-1]
    if largest is None or run.stopped() or _possible(largest, run) is not Status.FEASIBLE:
        return None
    low, high = 0, len(steps) - 1
    proven = True
    while low < high:
        middle = (low + high) // 2
        helps = None if run.stopped() else _helps(steps[middle], edition, run)
        if helps is None and run.stopped():
            return steps[high], False
        if helps:
            high = middle
        else:
            low = middle + 1
            proven &= helps is False
    return steps[high], proven


def _first_of_all(
    steps: tuple[Change, ...], edition: Edition, run: Run
) -> tuple[Change, bool] | None:
    """Return the same where a larger change may help less, by trying each in turn."""
    proven = True
    for step in steps:
        if run.stopped():
            break
        helps = _helps(step, edition, run)
        if helps:
            return step, proven
        proven &= helps is False
    return None


def _helps(change: Change, edition: Edition, run: Run) -> bool | None:
    """Return whether a change makes a grouping possible; None where that is not decided."""
    changed = change.applied_to(edition)
    if changed is None:
        # The change contradicts another part of the input, such as a pinned role nobody would hold.
        return False
    status = _possible(changed, run)
    return None if status is Status.UNKNOWN else status is Status.FEASIBLE


def _possible(edition: Edition, run: Run) -> Status:
    """Return feasible, infeasible or unknown: whether an edition has a grouping."""
    question = Question(run, work_limit=_WORK_LIMIT)
    problem = build_problem(edition)
    verdict = solve(problem, nothing(problem), question)
    question.answered()
    return Status.FEASIBLE if question.incumbent is not None else verdict.status
