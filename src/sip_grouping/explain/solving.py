"""The groups of a changed edition, from the groups of the edition before.

Comes in: an edition, limits, a grouping to start from, perhaps a bound that is proven already. Goes out: a
`Result`, as `form_groups` gives it.
"""

from dataclasses import asdict, dataclass
from typing import Protocol

from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping
from sip_grouping.problem import build_problem
from sip_grouping.solve.arguments import checked_arguments
from sip_grouping.solve.forming import formed, goal_of
from sip_grouping.solve.interrupt import heeding_interrupts
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.result import Result


class Ending(Protocol):
    """What says whether to end, such as an event of `threading` or `multiprocessing`."""

    def is_set(self) -> bool:
        """Return whether to end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How long and how far one edition is solved; see `form_groups`."""

    time_limit: float | None = None
    work_limit: float | None = None
    gap: float = 0.0
    seed: int = 0
    workers: int = 1
    profile: str | None = None

    def record(self) -> dict[str, JsonValue]:
        """Return the same as plain JSON."""
        return asdict(self)


def groups_of(
    edition: Edition,
    asked: Asked,
    *,
    start: Grouping | None = None,
    bound: int | None = None,
    observer: Observer | None = None,
    cancel: Ending | None = None,
) -> Result:
    """Form the groups of an edition.

    Parameters
    ----------
    start
        Groups of this edition or of one like it.
    bound
        What no grouping of the edition exceeds in the first objective, where that is known; of the score in
        thousandths of a point.

    Raises
    ------
    InputError
        A limit is of a wrong type or out of range.
    VerificationError
        The verifier refused the grouping: a defect.
    """
    given = checked_arguments(
        edition,
        time_limit=asked.time_limit,
        work_limit=asked.work_limit,
        gap=asked.gap,
        seed=asked.seed,
        workers=asked.workers,
        hint=start,
        profile=asked.profile,
        observer=observer,
        cancel=cancel,
    )
    run = given.run()
    with heeding_interrupts(run):
        run.phase("building")
        problem = build_problem(edition, given.hint, seed=given.seed)
        goals = [goal_of(name) for name in given.objectives]
        return formed(problem, given, run, goals, bound=bound)
