"""Limits hold while groups are made of a solution, however hard that is."""

import random
from collections.abc import Callable

import pytest
from small import member, small_edition
from test_split import task

from sip_grouping.demo import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.solve import (
    branch,
    conflict,
    cut_lp,
    form_groups,
    mip,
    partial,
    restriction,
    split,
)
from sip_grouping.solve.cpsat import CpSatSettings, Outcome, solve_cpsat
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.result import StopReason
from sip_grouping.solve.run import Limits, Run
from sip_grouping.solve.split import LEAST_SECONDS, LEAST_WORK, split_cell
from sip_grouping.solve.task import CellTask
from sip_grouping.verification import verify

MARGIN = 1.5
"""CP-SAT looks at its limits now and then, and a cell may take `LEAST_WORK` when the work is over."""


def apart_pairs(count: int, pairs: int, seed: int = 1) -> list[tuple[int, int]]:
    """Return so many different pairs of `count` members."""
    every = [(first, second) for second in range(count) for first in range(second)]
    return random.Random(seed).sample(every, pairs)


def with_apart(edition: Edition, pairs: int) -> Edition:
    """Return the edition with so many pairs of members apart, of those bound by no other pair rule."""
    free = [one for one in edition.members if not one.together and not one.apart]
    bound = {who for one in edition.members for who in (*one.together, *one.apart)}
    free = [one for one in free if one.member_id not in bound]
    apart: dict[str, list[str]] = {one.member_id: [] for one in free}
    for first, second in apart_pairs(len(free), pairs):
        apart[free[first].member_id].append(free[second].member_id)
    return edition.replace(
        members=tuple(
            one.model_copy(update={"apart": tuple(apart.get(one.member_id, one.apart))})
            for one in edition.members
        )
    )


HARD = apart_pairs(100, 745)
"""Five groups of a hundred members without these pairs are a riddle of graph colouring."""


def hard_edition() -> Edition:
    """Return an edition of one place by video with five groups that are hard to make."""
    apart: list[list[str]] = [[] for _ in range(100)]
    for first, second in HARD:
        apart[first].append(f"m{second}")
    people = [member(f"m{i}", local=False, apart=tuple(apart[i])) for i in range(100)]
    return small_edition(
        people,
        video={"size_min": 15, "size_max": 24},
        score={"group_points": 1.0, "video_points": 0.0},
    )


def hard_task() -> CellTask:
    """Return the same as a cell to be split."""
    none = {"moderators": 0, "secretaries": 0}
    return task(100, 5, size_min=15, size_max=24, apart=tuple(HARD), **none)


class Watch:
    """The settings and outcomes of every solve by CP-SAT."""

    def __init__(self) -> None:
        self.settings: list[CpSatSettings] = []
        self.outcomes: list[Outcome] = []

    def solve(self, arrays: LinearArrays, settings: CpSatSettings, **more: object) -> Outcome:
        self.settings.append(settings)
        self.outcomes.append(solve_cpsat(arrays, settings, **more))  # type: ignore[arg-type]
        return self.outcomes[-1]

    @property
    def work(self) -> float:
        return sum(one.work for one in self.outcomes)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watching = Watch()
    for module in (branch, partial, restriction, split, conflict):
        monkeypatch.setattr(module, "solve_cpsat", watching.solve)
    # What cuts and branch and cut take is no work of CP-SAT.
    monkeypatch.setattr(cut_lp, "WORK_PER_NONZERO", 0.0)
    monkeypatch.setattr(mip, "WORK_PER_STEP", 0.0)
    return watching


@pytest.mark.parametrize(
    ("edition", "work_limit"),
    [
        (lambda: with_apart(synthetic_edition(members=400, seed=1), 5_000), 0.1),
        (hard_edition, 1.0),
    ],
    ids=["5,000 apart pairs", "groups that are hard to make"],
)
def test_the_making_of_groups_keeps_the_limits(
    edition: Callable[[], Edition], work_limit: float, watch: Watch
) -> None:
    given = edition()
    # The clock is set far ahead, so that the work alone ends the run and it repeats.
    result = form_groups(given, work_limit=work_limit, time_limit=5_000.0)
    assert result.work == pytest.approx(watch.work)
    assert result.work <= work_limit + MARGIN
    assert result.stop_reason is StopReason.WORK_LIMIT
    # What could not be split in time is left out, and the rest is a grouping.
    assert result.grouping is not None
    assert verify(given, result.grouping).ok
    # Every step is told when to end.
    times = [one.time_limit for one in watch.settings]
    assert all(one is not None and 0 < one <= 5_000.0 for one in times)


@pytest.mark.parametrize("work_limit", [0.0, 2.0])
def test_a_split_keeps_to_the_work_left(work_limit: float) -> None:
    run = Run(Limits(work_limit=work_limit))
    assert split_cell(hard_task(), near_work=None, run=run) is None
    assert run.work == pytest.approx(max(work_limit / 4, LEAST_WORK), abs=0.2)


class Late(Run):
    """A run whose clock stands at its end."""

    seconds_left = near_seconds_left = 0.0


def test_a_split_keeps_to_the_time_left(watch: Watch) -> None:
    run = Late(Limits(time_limit=1.0))
    assert split_cell(hard_task(), near_work=None, run=run) is None
    assert [one.time_limit for one in watch.settings] == [LEAST_SECONDS]


def test_an_interrupt_ends_a_split() -> None:
    run = Run(Limits())
    run.interrupt()
    assert split_cell(hard_task(), run=run) is None
    assert run.work < 2.0


def test_easy_groups_are_made_when_the_work_is_over() -> None:
    run = Run(Limits(work_limit=0.0))
    assert split_cell(task(12, 3, apart=((0, 1), (4, 5))), near_work=None, run=run) is not None
