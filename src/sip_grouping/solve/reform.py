"""`form_again`: groups that were proposed are formed again, with the least disruption.

Comes in: an `Edition` as it stands, the groups as they were proposed, who asked for a change and who
accepted. Goes out: a `Reformed`: a verified grouping that keeps every accepted placement and has the
largest score less disruption; or, where none keeps them all, the accepted placements that have to change.
"""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role
from sip_grouping.grouping import Grouping, ObjectiveName, Status, relative_gap
from sip_grouping.grouping.changes import (
    Change,
    ChangeKind,
    disruption_of,
    moved_by,
)
from sip_grouping.grouping.promises import pins_of_accepted
from sip_grouping.problem import Problem, build_problem
from sip_grouping.problem.standing import Standing
from sip_grouping.solve.arguments import Arguments, checked_arguments
from sip_grouping.solve.disruption import changes_in, less_disruption, staying
from sip_grouping.solve.engine import solve
from sip_grouping.solve.forming import Goal, formed
from sip_grouping.solve.formulation import Floor
from sip_grouping.solve.interrupt import heeding_interrupts
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.promises import InTheWay, all_that_fall, in_the_way
from sip_grouping.solve.reasons import left_out
from sip_grouping.solve.result import Result
from sip_grouping.solve.run import Limits, Run


@dataclass(frozen=True)
class Reformed:
    """What became of forming groups again.

    Attributes
    ----------
    result
        The run: status, grouping, why it stopped. Its grouping has been accepted by the verifier.
    changes
        What changed since the groups were proposed; empty without a grouping.
    in_the_way
        Accepted placements that have to change; None where all can stay, or it is not known.
    fewest_moves
        Where the limit of moves leaves no grouping: how many members have to move, proven.
    """

    result: Result
    changes: tuple[Change, ...] = ()
    in_the_way: InTheWay | None = None
    fewest_moves: int | None = None

    @property
    def grouping(self) -> Grouping | None:
        """The groups; None where there are none."""
        return self.result.grouping

    @property
    def disruption(self) -> int:
        """What changes cost together, in thousandths of a point."""
        return disruption_of(self.changes)

    @property
    def moved(self) -> frozenset[str]:
        """Who changed group or theme or was left out without having asked."""
        return moved_by(self.changes)

    @property
    def value(self) -> int | None:
        """Score less disruption, in thousandths of a point."""
        grouping = self.grouping
        return None if grouping is None else grouping.score_thousandths - self.disruption

    @property
    def bound(self) -> int | None:
        """No valid grouping that keeps what was accepted has a larger value; None: nothing is proven."""
        grouping = self.grouping
        return None if grouping is None else grouping.stages[-1].bound

    @property
    def gap(self) -> float | None:
        """(bound - value) / |value|; see `sip_grouping.grouping.relative_gap`."""
        return None if self.value is None else relative_gap(self.value, self.bound)


def form_again(
    edition: Edition,
    earlier: Grouping,
    *,
    asked: Collection[str] = (),
    accepted: Mapping[str, Role] | None = None,
    max_moves: int | None = None,
    start_from: Grouping | None = None,
    time_limit: float | None = None,
    work_limit: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
    workers: int = 1,
    observer: Observer | None = None,
    cancel: threading.Event | None = None,
) -> Reformed:
    """Form groups again with the least disruption: score less disruption is made as large as possible.

    Parameters
    ----------
    edition
        As it stands, with one group per member. A pin for each accepted placement is added to its own.
    earlier
        The groups as they were proposed.
    asked
        Ids of those who asked for a change, declined or withdrew: what changes for them costs nothing.
    accepted
        By id, the role in which those accepted whose placement stays: group, theme, track, place, slot,
        language, and the role if it is one.
    max_moves
        Most members who change group or theme or are left out without having asked; None: any number.
    start_from
        Groups from which the search begins; None: the earlier ones.

    The other parameters are those of `form_groups`.

    Raises
    ------
    InputError
        Arguments are of a wrong type or out of range.
    VerificationError
        The verifier refused a grouping: a defect of the engine.
    """
    given = checked_arguments(
        edition, time_limit=time_limit, work_limit=work_limit, gap=gap, seed=seed,
        workers=workers, hint=start_from or earlier, observer=observer, cancel=cancel,
    )  # fmt: skip
    promises, standing, whole = what_stands(edition, earlier, asked, accepted or {})
    run = replace(given, gap=_narrower(given.gap, edition, standing)).run()
    with heeding_interrupts(run):
        run.phase("building")
        problem = build_problem(whole, earlier, standing, seed=given.seed)
        again = _formed_again(problem, given, run, max_moves)
        if again.result.status is not Status.INFEASIBLE:
            return again
        if max_moves is not None:
            fewest = _fewest_moves(problem, given, run)
            if fewest is not None:
                return replace(again, fewest_moves=fewest)
        if promises:
            return replace(again, in_the_way=in_the_way(edition, standing, promises, run))
        return again


def who_must_give_way(
    edition: Edition,
    earlier: Grouping,
    *,
    asked: Collection[str] = (),
    accepted: Mapping[str, Role] | None = None,
    seed: int = 0,
    cancel: threading.Event | None = None,
) -> InTheWay | None:
    """Return accepted placements without which the others can stay, found at once and not the fewest.

    Parameters as for `form_again`. It takes a few units of work, whatever the clock says.
    """
    promises = promises_in(edition, earlier, accepted or {})
    standing = standing_in(edition, earlier, asked, promises)
    run = Run(Limits(seed=seed), members=0, cancel=cancel)
    return all_that_fall(edition, standing, promises, run)


def what_stands(
    edition: Edition, earlier: Grouping, asked: Collection[str], accepted: Mapping[str, Role]
) -> tuple[dict[str, Role], Standing, Edition]:
    """Return accepted placements, what stands already, and the edition with a pin for each of the former.

    Raises
    ------
    InputError
        The pins do not fit the edition.
    """
    promises = promises_in(edition, earlier, accepted)
    standing = standing_in(edition, earlier, asked, promises)
    return (
        promises,
        standing,
        edition.replace(pins=pins_of_accepted(earlier, promises, edition.pins)),
    )


def promises_in(
    edition: Edition, earlier: Grouping, accepted: Mapping[str, Role]
) -> dict[str, Role]:
    """Return the accepted placements of members who are placed and still take part."""
    placed = {one.member_id for one in earlier.placements}
    return {
        one.member_id: accepted[one.member_id]
        for one in edition.members
        if one.eligible and one.member_id in placed and one.member_id in accepted
    }


def as_one_of(edition: Edition, grouping: Grouping) -> Grouping:
    """Return a grouping as one of an edition that has further pins, all of which it keeps.

    Of those who are left out fewer might have had a group then: a stronger reason may be true.
    """
    placed = {one.member_id for one in grouping.placements}
    optimal = grouping.status is Status.OPTIMAL
    return grouping.model_copy(
        update={
            "edition_digest": edition.digest,
            "edition_digests": edition.digests,
            "edition_entries": edition.kept_entries,
            "left_out": left_out(build_problem(edition), placed, optimal=optimal),
        }
    )


def standing_in(
    edition: Edition, earlier: Grouping, asked: Collection[str], promises: Collection[str]
) -> Standing:
    """Return what stands already; who takes no part any more has asked for a change."""
    eligible = {one.member_id for one in edition.members if one.eligible}
    gone = {one.member_id for one in earlier.placements} - eligible
    agreed = frozenset(promises)
    return Standing(earlier, (frozenset(asked) | gone) - agreed, agreed, fixed=agreed)


def _narrower(gap: float, edition: Edition, standing: Standing) -> float:
    """Return the gap to search to: relative to the model's objective, which is larger by a constant."""
    prices = edition.disruption.thousandths
    constant = prices[ChangeKind.LEFT_OUT] * len(standing.stayers)
    score = max(standing.earlier.score_thousandths, 1)
    return gap * score / (score + constant)


def _formed_again(problem: Problem, given: Arguments, run: Run, max_moves: int | None) -> Reformed:
    standing = problem.standing
    floors: tuple[Floor, ...] = ()
    if max_moves is not None and standing is not None:
        floors = (Floor(staying(problem), len(standing.stayers) - max_moves),)
    goal = Goal(ObjectiveName.SCORE_LESS_DISRUPTION, less_disruption)
    settings = {} if max_moves is None else {"max_moves": max_moves}
    result = formed(
        problem, given, run, (goal,), floors=floors, settings=dict(settings), explain=False
    )
    changes: tuple[Change, ...] = ()
    if result.grouping is not None:
        changes = changes_in(problem, result.grouping)
    return Reformed(result, changes)


def _fewest_moves(problem: Problem, given: Arguments, run: Run) -> int | None:
    """Return how many members have to move; None where there is no grouping at all, or it is not known."""
    objective = staying(problem)
    run.begin_stage(None, 2, of_score=False)
    run.forget()
    verdict = solve(problem, objective, run, start_from=given.hint)
    if run.incumbent is None or verdict.status is not Status.OPTIMAL or problem.standing is None:
        return None
    return len(problem.standing.stayers) - run.incumbent.value
