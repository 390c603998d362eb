"""Side by side: parts of the search that work at the same time, each with what it knew when it began.

Comes in: a `Run`, and what each side is to do. Goes out: what they return; their work and their bounds go to
the run once all of them have ended.

Engines compute outside Python, so that two sides take little longer than one where there are two cores. A
side learns nothing of another before both have ended, and its work is counted by itself: with limits of work
the outcome is the same on any machine, however fast each side is.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from sip_grouping.solve.run import Inner, Run

_T = TypeVar("_T")


class Share(Inner):
    """What a side sees of a run: beside its clock a part of the work left, and a bound of its own."""

    def __init__(self, of: Run) -> None:
        super().__init__(of, replace(of.limits, time_limit=None, work_limit=None))

    def begin(self, sides: int) -> None:
        """Begin a round, one of so many sides: from the run's bound, with what is left divided evenly."""
        self.work = 0.0
        self.bound = self._outer.bound
        self._stage_work = self._outer.work_left / sides

    def end(self) -> None:
        """Give the run what the round has proven, and count its work there."""
        self._outer.work += self.work
        if self.bound is not None:
            self._outer.lower_bound(self.bound)


def side_by_side(run: Run, sides: Sequence[tuple[Share, Callable[[], _T]]]) -> list[_T]:
    """Let each side work with its share of the run; return what they return, in the same order.

    Raises
    ------
    Exception
        What a side raised, once the others have ended.
    """
    for share, _ in sides:
        share.begin(len(sides))
    if len(sides) == 1:
        found = [sides[0][1]()]
    else:
        with ThreadPoolExecutor(len(sides), thread_name_prefix="side") as pool:
            running = [pool.submit(work) for _, work in sides]
            try:
                found = [one.result() for one in running]
            except KeyboardInterrupt:
                # Leaving waits for the others, which ask the run whether they may go on.
                run.interrupt()
                raise
    for share, _ in sides:
        share.end()
    return found
