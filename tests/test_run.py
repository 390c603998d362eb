"""One run: limits hold everywhere, and nothing that was found is lost."""

import os
import signal
import threading

import pytest
from small import member, small_edition

from sip_grouping.demo import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme
from sip_grouping.grouping import Status
from sip_grouping.solve import form_groups
from sip_grouping.solve.progress import Observer, TracePoint
from sip_grouping.solve.result import StopReason
from sip_grouping.solve.run import Limits, Question, Run
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
