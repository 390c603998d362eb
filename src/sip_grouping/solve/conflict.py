"""Why no grouping exists, and changes that help.

Comes in: a `Formulation` that CP-SAT found infeasible, and the run. Goes out: a `Conflict`: what is
asked for and the rules behind it that cannot hold together (a minimal set), and relaxations, each
confirmed by a solve. Without requirements (least numbers of groups, pins) an edition without any group
is valid, so something that is asked for is always among them. Prices stand on slack variables rather
than on assumptions: cores of assumptions have named wrong literals before (google/or-tools issue 5141).
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from sip_grouping.catalogue import telling
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.grouping import Status
from sip_grouping.solve.called import theme_called, where
from sip_grouping.solve.changes import ALL_THEMES, as_asked, droppable_rules, themes_concerned
from sip_grouping.solve.cpsat import CpSatSettings, Outcome, limit_or_none, solve_cpsat
from sip_grouping.solve.formulation import Formulation, Requirement
from sip_grouping.solve.helping import WORK_LIMIT, possible
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.most_groups import most_groups
from sip_grouping.solve.needed import needed_of
from sip_grouping.solve.result import Conflict, Relaxation, relaxation
from sip_grouping.solve.run import Run
from sip_grouping.solve.said import Part, SaidRule, said_rules
from sip_grouping.solve.ways_out import (
    Behind,
    WayOut,
    members_of,
    ranked,
    single_ways,
    ways_of_slack,
)

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]


def explain_conflict(f: Formulation, run: Run) -> Conflict | None:
    """Return why no grouping exists; None where the second solve does not confirm it, or not in time.

    The run's limits hold: what was not decided in time is not claimed, and the conflict is then not
    complete.
    """
    if run.stopped():
        return None
    arrays = f.model.arrays()
    most = most_groups(f.problem.edition, run)
    if most is not None:
        slack = np.array([most.missing], dtype=np.int64)
        missed = ways_of_slack(
            f.problem.edition, f.requirements, slack, run, least=most.proven, known=most.grouping
        )
        return _explained(f, arrays, missed, run)
    if run.stopped():
        return None
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
    least = outcome.status is Status.OPTIMAL
    missed = ways_of_slack(f.problem.edition, f.requirements, slack, run, least=least)
    return _explained(f, arrays, missed, run)


def _explained(f: Formulation, arrays: LinearArrays, missed: list[WayOut], run: Run) -> Conflict:
    """Return what cannot hold together and what helps; `missed`: what is known to help already."""
    edition = f.problem.edition
    needed, all_decided = _minimal_set(arrays, f.requirements, run)
    if not run.stopped() and all_decided and _alone(edition, needed, run) is Status.FEASIBLE:
        # A pin is more than its row: it leaves its member one role, and makes its place a candidate.
        needed, all_decided = _minimal_in_editions(edition, f.requirements, run)
    behind, rules_decided = _rules_behind(edition, needed, run)
    known = behind if all_decided and rules_decided else None
    relaxations = ranked([*missed, *single_ways(edition, needed, known, run, missed)], run)
    return Conflict(
        rules=(*(_sentence(one, f) for one in needed), *(one.told for one in behind)),
        relaxations=relaxations,
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
        work_limit=min(WORK_LIMIT, run.work_left),
        time_limit=limit_or_none(run.seconds_left),
        seed=run.limits.seed,
    )
    outcome = solve_cpsat(arrays, settings, stopped=run.stopped)
    run.work += outcome.work
    return outcome


def _minimal_set(
    arrays: LinearArrays, requirements: list[Requirement], run: Run
) -> tuple[list[Requirement], bool]:
    """Return requirements that cannot hold together, a minimal set, and whether that is decided."""

    def can_hold(some: list[Requirement]) -> bool | None:
        if run.stopped():
            return None
        rows = {one.row for one in some}
        dropped = [one for one in requirements if one.row not in rows]
        status = _solved(_without(arrays, dropped), run).status
        return None if status is Status.UNKNOWN else status is not Status.INFEASIBLE

    return needed_of(requirements, can_hold)


def _alone(edition: Edition, asked: list[Requirement], run: Run) -> Status:
    """Return whether an edition that asks for nothing else has a grouping."""
    themes = {one.theme: one for one in asked if one.pin is None}
    return possible(as_asked(edition, themes, _pins(asked)), run)


def _minimal_in_editions(
    edition: Edition, requirements: list[Requirement], run: Run
) -> tuple[list[Requirement], bool]:
    """Return the same as `_minimal_set`, each time of the edition without the rest; that takes longer."""

    def can_hold(some: list[Requirement]) -> bool | None:
        if run.stopped():
            return None
        status = _alone(edition, some, run)
        return None if status is Status.UNKNOWN else status is Status.FEASIBLE

    return needed_of(requirements, can_hold)


def _without(arrays: LinearArrays, dropped: list[Requirement]) -> LinearArrays:
    lower = arrays.row_lower.copy()
    lower[[one.row for one in dropped]] = -NO_LIMIT
    return replace(arrays, row_lower=lower, objective=np.zeros_like(arrays.objective))


def _sentence(one: Requirement, f: Formulation) -> Relaxation:
    edition = f.problem.edition
    if one.pin is None:
        if one.theme == ALL_THEMES:
            least = telling("conflict", "total-min", groups=edition.total.groups_min)
            place = edition.origins.of_key("total.groups_min")
            return relaxation(one.rule, "total.groups_min", least, rows=(place,))
        theme = edition.theme_by_id[one.theme]
        asked = telling(
            "conflict", "groups-min", theme=theme_called(theme), groups=theme.groups_min
        )
        key = f"themes.{theme.id}.groups_min"
        return relaxation(one.rule, key, asked, rows=(edition.origins.of_key(key),))
    pin = one.pin
    with_members = ", ".join(pin.with_members)
    pinned = telling(
        "conflict",
        "pinned",
        member=pin.member_id,
        theme=theme_called(edition.theme_by_id[pin.theme]),
        place=where(edition, pin),
        role=telling("conflict", "as-role", role=telling("role", pin.role.value))
        if pin.role
        else "",
        company=telling("conflict", "company", members=with_members) if with_members else "",
    )
    place = edition.origins.of_pin(pin)
    return relaxation(one.rule, "pins", pinned, members=members_of(pin), rows=(place,))


def _rules_behind(
    edition: Edition, needed: list[Requirement], run: Run
) -> tuple[list[Behind], bool]:
    """Return the rules without which what is needed could hold, minimal by deletion.

    Rules are dropped one after the other for the themes concerned; one without which the rest still
    cannot hold is not needed. Of what rows say, only the rows that are needed are named.
    """
    asked = as_asked(edition, {one.theme: one for one in needed if one.pin is None}, _pins(needed))
    found: list[Behind] = []
    themes = themes_concerned(edition, (one.theme for one in needed))
    for rule in droppable_rules(edition, themes):
        if run.stopped():
            return found, False
        without = rule.applied_to(asked)
        status = Status.UNKNOWN if without is None else possible(without, run)
        if status is Status.INFEASIBLE and without is not None:
            asked = without
        elif status is not Status.UNKNOWN:
            place = edition.origins.of_key(rule.key)
            found.append(Behind(relaxation(rule.rule, rule.key, rule.telling, rows=(place,))))
        elif without is not None:
            return found, False
    for said in said_rules(asked, themes):
        parts, decided = _said(said, asked, run)
        if not decided:
            return found, False
        asked = said.keeping(asked, parts)
        for part in parts:
            told = relaxation(
                said.rule,
                said.key,
                said.telling_of(part),
                members=said.members_of(part),
                rows=said.rows_of(part),
            )
            found.append(Behind(told, said.steps_of(part)))
    return found, True


def _said(said: SaidRule, asked: Edition, run: Run) -> tuple[list[Part], bool]:
    """Return a minimal set of what rows say that is needed for the conflict, and whether it is decided."""

    def can_hold(some: Sequence[Part]) -> bool | None:
        if run.stopped():
            return None
        try:
            status = possible(said.keeping(asked, some), run)
        except InputError:
            return None
        return None if status is Status.UNKNOWN else status is Status.FEASIBLE

    without = can_hold([])
    if without is not True:
        return [], without is False
    return needed_of(said.parts, can_hold)


def _pins(requirements: list[Requirement]) -> frozenset[object]:
    return frozenset(one.pin for one in requirements if one.pin is not None)
