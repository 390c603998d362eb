"""One run: limits hold everywhere, and nothing that was found is lost."""

import os
import signal
import threading
from math import inf

import pytest
from small import member, small_edition

from sip_grouping.demo import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme
from sip_grouping.grouping import Status
from sip_grouping.objective import Objective
from sip_grouping.problem import Problem
from sip_grouping.solve import engine, form, form_groups, narrowing, split
from sip_grouping.solve.cpsat import CpSatSettings, Outcome, solve_cpsat
from sip_grouping.solve.divide import Divider, Division
from sip_grouping.solve.engine import KEPT
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.formulation import Floor, Formulation
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.progress import Observer, TracePoint
from sip_grouping.solve.result import StopReason
from sip_grouping.solve.run import Incumbent, Limits, Question, Run
from sip_grouping.verification import verify


class Interrupting(Observer):
    """Interrupts when a phase begins, in one way or another, so many times."""

    def __init__(self, phase: str, *, raised: bool, times: int = 1) -> None:
        self.phase, self.raised, self.times = phase, raised, times

    def on_phase(self, phase: str) -> None:
        if phase == self.phase:
            for _ in range(self.times):
                if self.raised:
                    raise KeyboardInterrupt
                os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("raised", [True, False], ids=["in the observer", "Ctrl-C"])
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_an_interrupt_loses_no_grouping(raised: bool, times: int) -> None:
    edition = synthetic_edition(members=400, seed=3)
    result = form_groups(edition, observer=Interrupting("proof", raised=raised, times=times))
    assert result.stop_reason in {StopReason.INTERRUPTED, StopReason.OPTIMAL}
    assert result.grouping is not None
    assert verify(edition, result.grouping).ok
    # Ctrl-C is Python's own again.
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("phase", ["building", "bound", "search", "splitting", "verifying"])
def test_an_interrupt_at_any_phase_ends_in_a_result(phase: str) -> None:
    edition = synthetic_edition(members=300, seed=4)
    result = form_groups(edition, observer=Interrupting(phase, raised=False))
    assert result.status in {Status.UNKNOWN, Status.FEASIBLE, Status.OPTIMAL}
    if result.grouping is not None:
        assert verify(edition, result.grouping).ok


def impossible(themes: int = 6) -> Edition:
    """Return an edition whose explanation asks many questions."""
    ids = [f"t{number}" for number in range(themes)]
    people = [
        member(f"m{i}", km=i / 2, video=False, themes=tuple(ids), moderator=i % 3 == 0)
        for i in range(20)
    ]
    return small_edition(
        people,
        themes=[Theme(id=one, groups_min=3) for one in ids],
        moderators=1,
        local={"size_min": 3, "size_max": 5},
        towns="members",
        travel_km=5.0,
    )


def test_an_explanation_can_be_interrupted() -> None:
    result = form_groups(impossible(), observer=Interrupting("explaining", raised=False))
    assert result.grouping is None
    assert result.status in {Status.UNKNOWN, Status.INFEASIBLE}
    if result.conflict is not None:
        assert not result.conflict.complete
        assert not any(one.least for one in result.conflict.relaxations if "travel" in one.key)


@pytest.mark.parametrize("work_limit", [0.02, 0.1, 0.5])
def test_the_work_of_an_explanation_counts(work_limit: float) -> None:
    result = form_groups(impossible(), work_limit=work_limit)
    # CP-SAT looks at its limit now and then: a little more than asked for is done.
    assert result.work <= work_limit + 0.5
    if result.conflict is not None and result.work >= work_limit:
        assert not result.conflict.complete


def test_a_question_shares_the_limits_of_its_run() -> None:
    run = Run(Limits(work_limit=2.0))
    run.work = 1.5
    question = Question(run, work_limit=60.0)
    assert question.work_left == 0.5
    question.work = 0.25
    assert question.work_left == 0.25
    question.answered()
    assert run.work == 1.75
    run.interrupt()
    assert question.interrupted
    assert question.stopped()


def test_a_question_is_answered_by_a_value_that_is_enough_or_a_bound_below_it() -> None:
    result = form_groups(synthetic_edition(members=60), work_limit=1)
    assert result.grouping is not None

    def asked(*, value: int | None = None, bound: int | None = None) -> Question:
        question = Question(Run(Limits()), work_limit=60.0, enough=7)
        if value is not None and result.grouping is not None:
            question.offer(result.grouping, value)
        if bound is not None:
            question.lower_bound(bound)
        return question

    for question, reached in (
        (asked(), None),
        (asked(value=6, bound=7), None),
        (asked(value=7), True),
        (asked(value=5, bound=6), False),
    ):
        assert question.reached is reached
        assert question.stopped() is (reached is not None)
        assert question.gap_reached is (reached is not None)
    assert Question(Run(Limits()), work_limit=60.0).reached is None


def test_time_is_kept_to_bring_near_people_together_once_there_is_a_grouping() -> None:
    run = Run(Limits(time_limit=100.0), members=1_000)
    assert run.seconds_left == pytest.approx(run.near_seconds_left, abs=0.1)
    result = form_groups(synthetic_edition(members=60), work_limit=1)
    assert result.grouping is not None
    run.offer(result.grouping, 0)
    assert run.seconds_left < run.near_seconds_left - 0.5
    assert Question(run, work_limit=1.0).near_seconds_left == 0
    run.interrupt()
    assert run.near_seconds_left == 0
    assert Run(Limits(), members=1_000).near_seconds_left == inf


@pytest.mark.parametrize("limits", [{"time_limit": 60.0}, {"work_limit": 2.0}])
def test_bringing_near_people_together_keeps_the_time_limit(
    limits: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float | None] = []

    def watched(arrays: LinearArrays, settings: CpSatSettings, **more: object) -> Outcome:
        asked.append(settings.time_limit)
        return solve_cpsat(arrays, settings, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(split, "solve_cpsat", watched)
    form_groups(synthetic_edition(members=240, seed=4), gap=0.01, **limits)  # type: ignore[arg-type]
    assert asked
    if "time_limit" in limits:
        assert all(one is not None and 0 < one <= 60 for one in asked)
    else:
        assert set(asked) == {None}


def test_a_worse_grouping_and_another_stage_lose_nothing() -> None:
    found = form_groups(synthetic_edition(members=60), work_limit=1).grouping
    assert found is not None
    better, worse, equal = (found.model_copy(update={"seed": seed}) for seed in range(3))
    run = Run(Limits(time_limit=100.0))
    run.offer(better, 7)
    run.offer(worse, 6)
    assert run.incumbent == Incumbent(better, 7)
    run.offer(equal, 7)
    assert run.incumbent == Incumbent(equal, 7)
    run.begin_stage(3, 2, of_score=False)
    assert run.incumbent == Incumbent(equal, 3)
    assert run.bound is None


def test_a_cell_that_never_splits_ends_in_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def failing(_self: Divider, _values: object, *, seconds: float = inf) -> Division:
        asked.append(seconds)
        return Division({}, (0,))

    monkeypatch.setattr(Divider, "divide", failing)
    themes = [Theme(id="a", groups_min=1)]
    result = form_groups(small_edition([member(f"m{i}") for i in range(4)], themes=themes))
    assert result.status is Status.UNKNOWN
    # As totals, and with its groups one by one; of each search the first and the best solutions.
    assert 0 < len(asked) <= 2 * (KEPT + 1)


def test_the_model_is_made_once_also_from_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = synthetic_edition(members=60)
    hint = form_groups(edition, work_limit=1)
    made: list[Formulation] = []

    def counted(
        problem: Problem, objective: Objective, floors: tuple[Floor, ...] = ()
    ) -> Formulation:
        made.append(formulate(problem, objective, floors))
        return made[-1]

    monkeypatch.setattr(engine, "formulate", counted)
    monkeypatch.setattr(narrowing, "formulate", counted)
    monkeypatch.setattr(form, "formulate", counted, raising=False)
    assert form_groups(edition, hint=hint, work_limit=1).score == hint.score
    assert len(made) == 1


def test_a_cancelled_run_ends_before_it_begins() -> None:
    cancel = threading.Event()
    cancel.set()
    result = form_groups(synthetic_edition(members=120), cancel=cancel)
    assert result.stop_reason is StopReason.INTERRUPTED
    assert result.status is Status.UNKNOWN


def test_scores_of_the_trace_never_fall_and_bounds_never_rise() -> None:
    class Recording(Observer):
        def __init__(self) -> None:
            self.points: list[TracePoint] = []

        def on_progress(self, point: TracePoint) -> None:
            self.points.append(point)

    recording = Recording()
    result = form_groups(synthetic_edition(members=300, seed=5), observer=recording)
    points = recording.points
    scores = [one.score_thousandths for one in points if one.score_thousandths is not None]
    bounds = [one.bound_thousandths for one in points if one.bound_thousandths is not None]
    assert scores == sorted(scores)
    assert bounds == sorted(bounds, reverse=True)
    assert (scores[-1], bounds[-1]) == (result.score_thousandths, result.bound_thousandths)
