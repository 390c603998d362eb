"""Changes to an edition without a grouping that make one possible, and what each of them leaves.

Comes in: what is asked for and cannot hold, the rules behind it, and the run. Goes out: `Relaxation`s, each
confirmed by a solve of the changed edition, the least of its kind where that is proven, ranked by the
score of the best grouping that it leaves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sip_grouping.catalogue import telling
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin
from sip_grouping.grouping import Grouping, Status
from sip_grouping.grouping.stages import ObjectiveName
from sip_grouping.objective import make_objective
from sip_grouping.problem import build_problem
from sip_grouping.problem.needs import NEEDS
from sip_grouping.rules import RuleId
from sip_grouping.solve.called import theme_called, where
from sip_grouping.solve.changes import ALL_THEMES, Change, themes_concerned
from sip_grouping.solve.engine import solve
from sip_grouping.solve.formulation import Requirement
from sip_grouping.solve.helping import first_that_helps, some_grouping
from sip_grouping.solve.most_groups import Found
from sip_grouping.solve.result import Relaxation, relaxation
from sip_grouping.solve.run import Question, Run
from sip_grouping.solve.smaller import (
    fewer_groups,
    fewer_groups_in_all,
    more_groups_in_all,
    smaller_limits,
    volunteers,
    without_pin,
)

Ints = NDArray[np.int64]

_PRICE_WORK = 20.0
"""Deterministic work on the best score with one change at most."""

_PRICES_WORK = 60.0
"""Deterministic work on the best scores with all of them at most, shared evenly."""


@dataclass(frozen=True)
class WayOut:
    """A change that helps, the edition with it, and a grouping that it has."""

    told: Relaxation
    edition: Edition
    grouping: Grouping | None


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
    known: Grouping | None = None,
) -> list[WayOut]:
    """Return the least that has to be missed: all of these changes together are enough.

    `known`: a grouping with them, so that none need be asked for.
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
    found_one = Found(Status.FEASIBLE, known) if known else some_grouping(without, run)
    if found_one.status is not Status.FEASIBLE:
        return []
    first, *others = found
    if not others:
        told = _told(first, least=least, pins=edition.pins)
        return [WayOut(told, without, found_one.grouping)]
    together = first.telling
    for other in others:
        together = telling("conflict", "and", first=together, second=other.telling)
    every = telling("conflict", "all-of", changes=together)
    records = tuple(record for one in found for record in one.records)
    told = relaxation(first.rule, first.key, every, least=least, changes=records)
    return [WayOut(told, without, found_one.grouping)]


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
        changed = helps.change.applied_to(edition)
        if changed is not None:
            least = helps.proven and helps.change.every_step
            told = _told(helps.change, least=least, pins=edition.pins)
            yield WayOut(told, changed, helps.grouping)


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
    solve(problem, objective, question, start_from=way.grouping)
    question.answered()
    best = way.grouping if question.incumbent is None else question.incumbent.grouping
    if best is None:
        return way.told
    score = best.score_thousandths
    bound = None if question.bound is None else question.bound - objective.constant
    return replace(way.told, score_thousandths=score, bound_thousandths=bound)
