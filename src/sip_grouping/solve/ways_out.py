"""Changes to an edition without a grouping that make one possible, and what each of them leaves.

Comes in: what is asked for and cannot hold, the rules behind it, and the run. Goes out: `Relaxation`s, each
confirmed by a solve of the changed edition, the least of its kind where that is proven, ranked by the
score of the best grouping that it leaves.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sip_grouping.catalogue import telling
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin
from sip_grouping.errors import InputError
from sip_grouping.grouping import Status
from sip_grouping.grouping.stages import ObjectiveName
from sip_grouping.objective import Objective, fewest_seats, make_objective, nothing, score
from sip_grouping.problem import Problem, build_problem
from sip_grouping.problem.needs import NEEDS
from sip_grouping.rules import RuleId
from sip_grouping.solve.called import theme_called, where
from sip_grouping.solve.changes import ALL_THEMES, Change, themes_concerned
from sip_grouping.solve.counting import counted_out, surely_none
from sip_grouping.solve.cpsat import limit_or_none
from sip_grouping.solve.engine import solve
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.formulation import Requirement
from sip_grouping.solve.result import Relaxation, relaxation
from sip_grouping.solve.run import Question, Run
from sip_grouping.solve.search import RESTRICT_ABOVE_PAIRS
from sip_grouping.solve.smaller import (
    fewer_groups,
    fewer_groups_in_all,
    more_groups_in_all,
    smaller_limits,
    volunteers,
    without_pin,
)

Ints = NDArray[np.int64]

WORK_LIMIT = 60.0
"""Deterministic work on one question."""

ANY_GAP = 1e9
"""Relative gap to the bound that is enough: any grouping answers whether there is one."""

_SEARCHES: tuple[tuple[Callable[[Problem], Objective], float], ...] = (
    (fewest_seats, 1.0),
    (score, 5.0),
    (nothing, WORK_LIMIT),
)
"""What a grouping of a large problem is looked for by, one after the other, each with so much work."""

_PRICE_WORK = 20.0
"""Deterministic work on the best score with one change at most."""

_PRICES_WORK = 60.0
"""Deterministic work on the best scores with all of them at most, shared evenly."""


@dataclass(frozen=True)
class WayOut:
    """A change that helps, and the edition with it."""

    told: Relaxation
    edition: Edition


@dataclass(frozen=True)
class Behind:
    """A rule behind a conflict, and changes of the rows that say it, from small to large."""

    told: Relaxation
    steps: Sequence[Change] = ()


def members_of(pin: Pin) -> tuple[str, ...]:
    """Return the ids of the members a pin is about."""
    return (pin.member_id, *(one for one in pin.with_members if one != pin.member_id))


def ways_of_slack(
    edition: Edition,
    requirements: Sequence[Requirement],
    slack: Ints,
    run: Run,
    *,
    least: bool,
    found_already: bool = False,
) -> list[WayOut]:
    """Return the least that has to be missed: all of these changes together are enough.

    `found_already`: whether there is a grouping with them, so that it need not be asked for.
    """
    changes: dict[tuple[str, str], Change] = {}
    for one, missed in zip(requirements, slack.tolist(), strict=True):
        if not missed:
            continue
        steps = _less_asked(edition, one)
        change = steps[min(missed, len(steps)) - 1]
        changes[change.key, change.telling.told_in("en")] = change
    found = [*changes.values()]
    without = _all_made(edition, found)
    if not found or without is None:
        return []
    if not found_already and possible(without, run) is not Status.FEASIBLE:
        return []
    first, *others = found
    if not others:
        return [WayOut(_told(first, least=least, pins=edition.pins), without)]
    together = first.telling
    for other in others:
        together = telling("conflict", "and", first=together, second=other.telling)
    every = telling("conflict", "all-of", changes=together)
    records = tuple(record for one in found for record in one.records)
    return [WayOut(relaxation(first.rule, first.key, every, least=least, changes=records), without)]


def _less_asked(edition: Edition, one: Requirement) -> Sequence[Change]:
    """Return changes that ask for less of one requirement, from small to large."""
    pin = one.pin
    if pin is None and one.theme == ALL_THEMES:
        return fewer_groups_in_all(edition.total)
    if pin is None:
        return fewer_groups(edition.theme_by_id[one.theme])
    told = telling(
        "conflict",
        "remove-pin",
        member=pin.member_id,
        theme=theme_called(edition.theme_by_id[pin.theme]),
        place=where(edition, pin),
    )
    return (without_pin(pin, told),)


def _all_made(edition: Edition, changes: Sequence[Change]) -> Edition | None:
    """Return the edition with some changes; None where what is left is no edition."""
    for change in changes:
        made = change.applied_to(edition)
        if made is None:
            # The only place was a pinned one.
            return None
        edition = made
    return edition


def single_ways(
    edition: Edition,
    needed: Sequence[Requirement],
    behind: Sequence[Behind] | None,
    run: Run,
    known: Sequence[WayOut] = (),
) -> Iterator[WayOut]:
    """Yield single changes that help: of each kind the smallest that was found to.

    Parameters
    ----------
    needed
        What cannot hold together: whatever helps has to change one of these, or a rule behind them.
    behind
        The rules behind; None: not known, so that all limits of the themes concerned are tried.
    known
        Ways that are known already: those of their kinds that are the least are not looked for again.
    """
    settled = {_kind(one.told) for one in known if one.told.least}
    for steps in _single_steps(edition, needed, behind):
        if len(steps) and steps[0].key in settled and steps[0].amount is not None:
            continue
        helps = first_that_helps(steps, edition, run)
        if helps is None:
            continue
        step, least = helps
        changed = step.applied_to(edition)
        if changed is not None:
            yield WayOut(_told(step, least=least and step.every_step, pins=edition.pins), changed)


def _single_steps(
    edition: Edition, needed: Sequence[Requirement], behind: Sequence[Behind] | None
) -> Iterator[Sequence[Change]]:
    for one in needed:
        yield _less_asked(edition, one)
    known = None
    if behind is not None:
        known = {(one.told.rule, one.told.key.split(".")[1]) for one in behind}
        yield from (one.steps for one in behind if one.steps)
    most = edition.total.groups_max
    if most is not None and (known is None or (RuleId.GROUPS_IN_ALL, "groups_max") in known):
        yield more_groups_in_all(most, len(edition.members))
    for theme_id in themes_concerned(edition, (one.theme for one in needed)):
        theme = edition.theme_by_id[theme_id]
        for steps in smaller_limits(edition, theme):
            if steps and (known is None or (steps[0].rule, theme_id) in known):
                yield steps
        for need in NEEDS:
            if known is None or (need.rule, theme_id) in known:
                yield tuple(volunteers(edition, theme, need))


def _told(change: Change, *, least: bool, pins: Sequence[Pin] = ()) -> Relaxation:
    about = {(one["member_id"], one["theme"]) for one in change.records if "theme" in one}
    return relaxation(
        change.rule,
        change.key,
        change.telling,
        least=least,
        changes=change.records,
        amount=change.amount,
        members=tuple(
            member
            for pin in pins
            if (pin.member_id, pin.theme) in about
            for member in members_of(pin)
        ),
    )


def first_that_helps(
    steps: Sequence[Change], edition: Edition, run: Run
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
    if largest is None or run.stopped() or _too_little(steps[-1], edition, run):
        return None
    low, high = _first_not_too_little(steps, edition, run), len(steps) - 1
    if 0 < low < high and not run.stopped() and _helps(steps[low], edition, run):
        # Counting shows of all that are smaller that they do not help.
        return steps[low], True
    if run.stopped() or possible(largest, run) is not Status.FEASIBLE:
        return None
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


def _first_not_too_little(steps: Sequence[Change], edition: Edition, run: Run) -> int:
    """Return the first of nested changes that counting does not show to be too little; the last may be it."""
    low, high = 0, len(steps) - 1
    if not _too_little(steps[0], edition, run):
        return 0
    while low < high and not run.stopped():
        middle = (low + high) // 2
        if _too_little(steps[middle], edition, run):
            low = middle + 1
        else:
            high = middle
    return low


def _too_little(change: Change, edition: Edition, run: Run) -> bool:
    """Return whether counting shows that there is no grouping with a change either."""
    changed = change.applied_to(edition)
    if changed is None:
        return True
    problem = build_problem(_what_is_asked(changed))
    left = limit_or_none(run.seconds_left)
    return counted_out(formulate(problem, nothing(problem)), time_limit=left)


def _first_of_all(
    steps: Sequence[Change], edition: Edition, run: Run
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
    status = possible(changed, run)
    return None if status is Status.UNKNOWN else status is Status.FEASIBLE


def possible(edition: Edition, run: Run) -> Status:
    """Return feasible, infeasible or unknown: whether an edition has a grouping.

    Of a large problem counting says first where there is none. Some grouping is found sooner where the
    search has something to go by: few seats, or the score; where that takes long, whatever has to be holds.
    """
    problem = build_problem(_what_is_asked(edition))
    searches = _SEARCHES
    if len(problem.pair_cell) <= RESTRICT_ABOVE_PAIRS:
        searches = _SEARCHES[-1:]
    elif surely_none(problem, run):
        return Status.INFEASIBLE
    status = Status.UNKNOWN
    for objective, work in searches:
        question = Question(run, work_limit=work, gap=ANY_GAP)
        status = solve(problem, objective(problem), question).status
        question.answered()
        if question.incumbent is not None:
            return Status.FEASIBLE
        if status is Status.INFEASIBLE or run.stopped():
            break
    return status


def _what_is_asked(edition: Edition) -> Edition:
    """Return an edition without groups of which none has to be: it has a grouping where the whole has one.

    What is left out of a grouping so breaks no rule; and one of what is left is one of the whole.
    """
    if edition.total.groups_min:
        return edition
    asked = {one.theme for one in edition.pins} | {
        one.id for one in edition.themes if one.groups_min
    }
    themes = tuple(
        one if one.id in asked else one.model_copy(update={"groups_max": 0})
        for one in edition.themes
    )
    try:
        return edition.replace(themes=themes)
    except InputError:
        return edition


def ranked(ways: Sequence[WayOut], run: Run) -> tuple[Relaxation, ...]:
    """Return the least change of each kind with the best score it leaves: best first, then unknown ones."""
    once: dict[str, WayOut] = {}
    for way in ways:
        kind = _kind(way.told)
        if kind not in once or _looser(once[kind].told, way.told):
            once[kind] = way
    told: list[Relaxation] = []
    left = _PRICES_WORK
    for number, way in enumerate(once.values()):
        before = run.work
        told.append(_priced(way, run, min(_PRICE_WORK, left / (len(once) - number))))
        left -= run.work - before
    return tuple(sorted(told, key=_rank))


def _kind(one: Relaxation) -> str:
    """Return what changes of which one is smaller than the other have in common: the rule they loosen."""
    by_amount = one.amount is not None and [change["kind"] for change in one.changes] == ["rule"]
    return one.key if by_amount else one.message


def _looser(one: Relaxation, other: Relaxation) -> bool:
    """Return whether one of two changes of a kind loosens more, or as much but is not proven the least."""
    return (one.amount or 0, not one.least) > (other.amount or 0, not other.least)


def _rank(one: Relaxation) -> tuple[bool, int]:
    score = one.score_thousandths
    return (score is None, 0 if score is None else -score)


def _priced(way: WayOut, run: Run, work: float) -> Relaxation:
    """Return a change with the score of the best grouping of the changed edition, as far as it is known."""
    if run.stopped():
        return way.told
    question = Question(run, work_limit=max(work, 0.0))
    problem = build_problem(way.edition)
    objective = make_objective(ObjectiveName.SCORE, problem)
    solve(problem, objective, question)
    question.answered()
    if question.incumbent is None:
        return way.told
    score = question.incumbent.grouping.score_thousandths
    bound = None if question.bound is None else question.bound - objective.constant
    return replace(way.told, score_thousandths=score, bound_thousandths=bound)
