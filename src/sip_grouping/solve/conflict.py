"""Why no grouping exists, and the smallest changes that help.

Comes in: a `Formulation` that CP-SAT found infeasible. Goes out: a `Conflict`: requirements that
cannot hold together (a minimal set), and relaxations, each confirmed by a solve. Without
requirements (least numbers of groups, pins) an edition without any group is valid, so the cause is
always among them. Prices stand on slack variables rather than on assumptions: cores of assumptions
have named wrong literals before (google/or-tools issue 5141).
"""

import logging
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from sip_grouping.edition import Edition
from sip_grouping.edition.records import MOST_KM, RulesOverride, SizeLimitsOverride, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.grouping import Status
from sip_grouping.problem import build_problem
from sip_grouping.rules import RuleId
from sip_grouping.solve.assemble import Splitter
from sip_grouping.solve.cpsat import CpSatSettings, Outcome, solve_cpsat
from sip_grouping.solve.formulation import Formulation, Requirement, formulate
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.result import Conflict, Relaxation
from sip_grouping.solve.slots import add_slots, cells_needing_slots
from sip_grouping.solve.strategy import Budget

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]

_WORK_LIMIT = 60.0


def explain_conflict(f: Formulation, budget: Budget, seed: int) -> Conflict | None:
    """Return why no grouping exists; None where the second solve does not confirm it."""
    arrays = f.model.arrays()
    outcome = _solve(_with_slack(arrays, f.requirements), seed)
    if outcome.values is None:
        # Slack on every requirement allows the edition without groups: this is no verdict.
        _logger.warning("the relaxed model has no solution within its limits: %s", outcome.status)
        return None
    slack = outcome.values[arrays.columns :]
    if not slack.any():
        _logger.warning("the infeasibility is not confirmed by a second solve")
        return None
    return Conflict(
        rules=tuple(
            _sentence(one, f) for one in _minimal_set(arrays, f.requirements, budget, seed)
        ),
        relaxations=(
            *_of_slack(f, slack),
            *_of_other_rules(f.problem.edition, f.requirements, budget, seed),
        ),
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


def _solve(arrays: LinearArrays, seed: int) -> Outcome:
    return solve_cpsat(arrays, CpSatSettings(work_limit=_WORK_LIMIT, seed=seed))


def _minimal_set(
    arrays: LinearArrays, requirements: list[Requirement], budget: Budget, seed: int
) -> list[Requirement]:
    """Return requirements that cannot hold together, minimal by deletion (each is needed)."""
    needed = list(requirements)
    for one in requirements:
        if budget.spent:
            break
        others = [other for other in needed if other is not one]
        dropped = [other for other in requirements if other not in others]
        if _solve(_without(arrays, dropped), seed).status is Status.INFEASIBLE:
            needed = others
    return needed


def _without(arrays: LinearArrays, dropped: list[Requirement]) -> LinearArrays:
    lower = arrays.row_lower.copy()
    lower[[one.row for one in dropped]] = -NO_LIMIT
    return replace(arrays, row_lower=lower, objective=np.zeros_like(arrays.objective))


def _sentence(one: Requirement, f: Formulation) -> Relaxation:
    edition = f.problem.edition
    if one.pin is None:
        theme = edition.theme_by_id[one.theme]
        return Relaxation(
            rule=one.rule,
            key=f"themes.{theme.id}.groups_min",
            message=f"theme {theme.id} must have at least {theme.groups_min} groups (groups_min)",
        )
    pin = one.pin
    where = pin.place or "video"
    company = f" with {', '.join(pin.with_members)}" if pin.with_members else ""
    role = f" as {pin.role}" if pin.role else ""
    return Relaxation(
        rule=one.rule,
        key="pins",
        message=f"member {pin.member_id} is pinned to {pin.theme} at {where}{role}{company}",
    )


def _of_slack(f: Formulation, slack: Ints) -> list[Relaxation]:
    """Return the least that has to be missed: all of these changes together are enough."""
    edition = f.problem.edition
    found: dict[str, Relaxation] = {}
    for one, missed in zip(f.requirements, slack.tolist(), strict=True):
        if not missed:
            continue
        if one.pin is None:
            theme = edition.theme_by_id[one.theme]
            message = (
                f"lower groups_min of {theme.id} from {theme.groups_min} to"
                f" {theme.groups_min - missed}"
            )
            change = Relaxation(one.rule, f"themes.{theme.id}.groups_min", message)
        else:
            message = (
                f"remove the pin of member {one.pin.member_id} to {one.pin.theme} at"
                f" {one.pin.place or 'video'}"
            )
            change = Relaxation(one.rule, "pins", message)
        found[change.message] = change
    changes = list(found.values())
    if len(changes) <= 1:
        return changes
    together = "; and ".join(change.message for change in changes)
    return [Relaxation(changes[0].rule, changes[0].key, f"all of: {together}")]


def _of_other_rules(
    edition: Edition, requirements: list[Requirement], budget: Budget, seed: int
) -> list[Relaxation]:
    """Return single changes of a limit that help: the smallest step of each, if any step does."""
    found: list[Relaxation] = []
    for theme_id in dict.fromkeys(one.theme for one in requirements):
        theme, rules = edition.theme_by_id[theme_id], edition.rules_of(theme_id)
        for track in theme.tracks:
            least = max(1, rules.moderators + rules.secretaries)
            size_min = rules.sizes(track).size_min
            tried = range(size_min - 1, least - 1, -1)
            best = _first_that_helps(
                [RulesOverride(**{track: SizeLimitsOverride(size_min=n)}) for n in tried],
                edition, theme, budget, seed,
            )  # fmt: skip
            if best is not None:
                message = f"lower size_min of {theme_id}, {track}, from {size_min} to {tried[best]}"
                key = f"themes.{theme_id}.rules.{track}.size_min"
                found.append(Relaxation(RuleId.SIZE, key, message))
        found += _of_roles(edition, theme, budget, seed)
        found += _of_travel(edition, theme, budget, seed)
    return found


def _of_roles(edition: Edition, theme: Theme, budget: Budget, seed: int) -> list[Relaxation]:
    rules = edition.rules_of(theme.id)
    found: list[Relaxation] = []
    for rule, name, wanted in (
        (RuleId.MODERATORS, "moderators", rules.moderators),
        (RuleId.SECRETARIES, "secretaries", rules.secretaries),
    ):
        tried = range(wanted - 1, -1, -1)
        best = _first_that_helps(
            [RulesOverride(**{name: n}) for n in tried], edition, theme, budget, seed
        )
        if best is not None:
            message = f"ask {tried[best]} instead of {wanted} {name} per group of {theme.id}"
            found.append(Relaxation(rule, f"themes.{theme.id}.rules.{name}", message))
    return found


def _of_travel(edition: Edition, theme: Theme, budget: Budget, seed: int) -> list[Relaxation]:
    if Track.LOCAL not in theme.tracks:
        return []
    rules = edition.rules_of(theme.id)
    found: list[Relaxation] = []
    # Each by itself, so that the one change that is offered helps without the other.
    for name, now in (
        ("travel_km", rules.travel_km),
        ("office_travel_km", rules.office_travel_km),
    ):
        if now is None:
            continue
        steps = (now + step for step in (5, 10, 15, 20, 30, 45, 60, 90))
        tried = [km for km in steps if km <= MOST_KM]
        best = _first_that_helps(
            [RulesOverride.model_validate({name: km}) for km in tried], edition, theme, budget, seed
        )
        if best is not None:
            message = f"raise {name} of {theme.id} from {now:g} to {tried[best]:g}"
            key = f"themes.{theme.id}.rules.{name}"
            found.append(Relaxation(RuleId.TRAVEL, key, message))
    return found


def _first_that_helps(
    changes: list[RulesOverride], edition: Edition, theme: Theme, budget: Budget, seed: int
) -> int | None:
    """Return the number of the first change that makes a grouping possible, by halving.

    The changes are ordered from small to large, each containing those before it.
    """
    if not changes or not _possible(_changed(edition, theme, changes[-1]), budget, seed):
        return None
    low, high = 0, len(changes) - 1
    while low < high:
        middle = (low + high) // 2
        if _possible(_changed(edition, theme, changes[middle]), budget, seed):
            high = middle
        else:
            low = middle + 1
    return high


def _changed(edition: Edition, theme: Theme, change: RulesOverride) -> Edition | None:
    own = theme.rules.model_dump(exclude_none=True)
    for name, value in change.model_dump(exclude_none=True).items():
        own[name] = own.get(name, {}) | value if isinstance(value, dict) else value
    changed = theme.model_copy(update={"rules": RulesOverride.model_validate(own)})
    themes = tuple(changed if one.id == theme.id else one for one in edition.themes)
    try:
        return edition.replace(themes=themes)
    except InputError:
        # The change contradicts another part of the input, such as a pinned role nobody would hold.
        return None


def _possible(edition: Edition | None, budget: Budget, seed: int) -> bool:
    """Return whether a grouping was found for an edition, split into its groups."""
    if edition is None:
        return False
    problem = build_problem(edition)
    with_slots: set[int] = set()
    while not budget.spent:
        f = formulate(problem)
        with_slots.update(cells_needing_slots(f))
        add_slots(f, sorted(with_slots))
        outcome = _solve(_without(f.model.arrays(), []), seed)
        if outcome.values is None:
            return False
        failed = Splitter(f, seed).divide(outcome.values).failed
        if not failed:
            return True
        with_slots.update(failed)
    return False
