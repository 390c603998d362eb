"""What could be done with a group that fell short, each way counted by the optimizer.

Comes in: what groups lack, and what stands already. Goes out: `Option`s, the best of each group first. A way
that leaves no valid grouping is no option.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from sip_grouping.errors import InputError
from sip_grouping.grouping import Group, ObjectiveName
from sip_grouping.grouping.changes import disruption_of, moved_by
from sip_grouping.grouping.options import Way
from sip_grouping.problem import build_problem
from sip_grouping.solve.arguments import checked_arguments
from sip_grouping.solve.disruption import changes_in, less_disruption
from sip_grouping.solve.forming import Goal, formed
from sip_grouping.solve.formulation import Floor
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.reform import what_stands
from sip_grouping.solve.ways import Missing, Question, Situation, narrowed_to, questions_of
from sip_grouping.units import THOUSANDTHS

_LEAST_SECONDS = 1.0
"""What one option may take at least where there is a limit: an answer that is too early is none."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way, and what comes of it; in thousandths of a point.

    Attributes
    ----------
    moved, placed
        Members who move without having asked, and members placed; those who are to be invited do not
        count, nor does their score.
    """

    group_id: str
    rank: int
    way: Way
    moved: int
    placed: int
    score: int
    disruption: int

    @property
    def row(self) -> tuple[str | float, ...]:
        """The row of options.csv; points."""
        return (
            self.group_id, self.rank, self.way.value, self.moved, self.placed,
            self.score / THOUSANDTHS, self.disruption / THOUSANDTHS,
        )  # fmt: skip


def options_of(missing: Sequence[Missing], at: Situation) -> tuple[tuple[Option, ...], int]:
    """Return what could be done with groups that fell short.

    Returns
    -------
    tuple
        The options, group by group, the best first: score less disruption; and of how many groups they
        were not counted, because the time was over.

    Raises
    ------
    VerificationError
        The verifier refused a grouping: a defect of the engine.
    """
    begun = perf_counter()
    found: list[Option] = []
    for number, one in enumerate(missing):
        left = None if at.seconds is None else at.seconds - (perf_counter() - begun)
        stopped = at.cancel is not None and at.cancel.is_set()
        if stopped or (left is not None and left <= 0):
            return tuple(found), len(missing) - number
        share = None if left is None else max(left / (len(missing) - number), _LEAST_SECONDS)
        made = list(_options_of(one, at, share))
        made.sort(
            key=lambda option: (option.disruption - option.score, list(Way).index(option.way))
        )
        found += [replace(option, rank=rank) for rank, option in enumerate(made, start=1)]
    return tuple(found), 0


def _options_of(missing: Missing, at: Situation, seconds: float | None) -> Iterator[Option]:
    group = at.earlier.group_by_id[missing.group_id]
    questions = dict(questions_of(missing, group, at))
    ends = None if seconds is None else perf_counter() + seconds
    for number, (way, question) in enumerate(questions.items()):
        left = None if ends is None else (ends - perf_counter()) / (len(questions) - number)
        made = _answer(group, question, at, left)
        if made is not None:
            moved, placed, score, disruption = made
            yield Option(missing.group_id, 0, way, moved, placed, score, disruption)


def _answer(
    group: Group, question: Question, at: Situation, seconds: float | None
) -> tuple[int, int, int, int] | None:
    """Return moves, placed members, score and disruption of the best grouping; None: there is none."""
    try:
        _, standing, edition = what_stands(
            question.edition, at.earlier, at.asked, question.promises
        )
    except InputError:
        # Those who would have to be together cannot be.
        return None
    if question.ends:
        standing = replace(standing, ended=frozenset({group.group_id}))
    problem = narrowed_to(build_problem(edition, at.earlier, standing, seed=at.seed), question)
    if problem is None:
        return None
    limit = None if seconds is None else max(seconds, _LEAST_SECONDS)
    given = checked_arguments(
        edition, time_limit=limit, work_limit=at.work_limit, seed=at.seed, hint=at.hint,
        cancel=at.cancel, observer=Observer(),
    )  # fmt: skip
    run = given.run()
    floors = tuple(Floor(make(problem), 1) for make in question.floors)
    goal = Goal(ObjectiveName.SCORE_LESS_DISRUPTION, less_disruption)
    result = formed(problem, given, run, (goal,), floors=floors, explain=False)
    grouping = result.grouping
    if grouping is None:
        return None
    changes = changes_in(problem, grouping)
    guests = sum(one.member_id in question.invited for one in grouping.placements)
    return (
        len(moved_by(changes)),
        len(grouping.placements) - guests,
        grouping.score_thousandths - guests * edition.score.rank_thousandths(1),
        disruption_of(changes),
    )
