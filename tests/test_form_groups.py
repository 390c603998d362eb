"""`form_groups` as a caller sees it: limits, repeatability, hints, observers, arguments."""

import random
import threading

import pytest
from binding_editions import binding_edition
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from small import member, small_edition

from sip_grouping.demo import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme
from sip_grouping.errors import InputError
from sip_grouping.grouping import Status
from sip_grouping.solve import form_groups, search
from sip_grouping.solve.progress import Observer, TracePoint
from sip_grouping.solve.result import Result, StopReason
from sip_grouping.verification import verify


def medium_edition(seed: int, count: int = 60) -> Edition:
    """Return an edition of members along 120 km, two themes, volunteers for both roles."""
    rng = random.Random(seed)
    people = [
        member(
            f"m{i:03d}",
            rng.uniform(0, 120),
            themes=("a", "b") if rng.random() < 0.5 else ("b", "a"),
            moderator=rng.random() < 0.3,
            secretary=rng.random() < 0.3,
            video=rng.random() < 0.6,
            postcode=str(1000 + i),
        )
        for i in range(count)
    ]
    return small_edition(
        people,
        themes=[Theme(id="a"), Theme(id="b")],
        towns="members",
        moderators=1,
        secretaries=1,
        local={"size_min": 3, "size_max": 6},
        video={"size_min": 4, "size_max": 9},
        score={"km_points": 0.5},
    )


class Recorder(Observer):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        self.points: list[TracePoint] = []

    def on_phase(self, phase: str) -> None:
        self.phases.append(phase)

    def on_progress(self, point: TracePoint) -> None:
        self.points.append(point)


class Faulty(Observer):
    """Fails whenever it is told anything."""

    def on_phase(self, phase: str) -> None:
        raise RuntimeError(phase)

    def on_progress(self, point: TracePoint) -> None:
        raise RuntimeError(str(point))


@pytest.mark.parametrize("seed", range(3))
def test_the_best_grouping_is_proven(seed: int) -> None:
    result = form_groups(medium_edition(seed), work_limit=100)
    assert result.status is Status.OPTIMAL
    assert result.stop_reason is StopReason.OPTIMAL
    assert result.score_thousandths == result.bound_thousandths
    assert result.gap == 0.0


def test_the_trace_only_improves_and_ends_with_the_result() -> None:
    recorder = Recorder()
    result = form_groups(medium_edition(1), work_limit=100, observer=recorder)
    assert tuple(recorder.points) == result.trace
    scores = [p.score_thousandths for p in result.trace if p.score_thousandths is not None]
    bounds = [p.bound_thousandths for p in result.trace if p.bound_thousandths is not None]
    assert scores == sorted(scores)
    assert bounds == sorted(bounds, reverse=True)
    assert (scores[-1], bounds[-1]) == (result.score_thousandths, result.bound_thousandths)
    assert all(p.gap is None or p.gap >= 0 for p in result.trace)
    assert recorder.phases[0] == "building"
    assert recorder.phases[-1] == "verifying"


def test_a_faulty_observer_harms_nothing() -> None:
    edition = medium_edition(2)
    quiet = form_groups(edition, work_limit=100)
    assert form_groups(edition, work_limit=100, observer=Faulty()).grouping == quiet.grouping


def test_the_same_seed_and_work_give_the_same_grouping() -> None:
    edition = medium_edition(3)
    for work_limit in (0.02, 100.0):
        first = form_groups(edition, work_limit=work_limit, seed=5)
        second = form_groups(edition, work_limit=work_limit, seed=5)
        assert first.grouping == second.grouping
        assert first.bound == second.bound


def test_stopping_early_says_so() -> None:
    result = form_groups(medium_edition(4, count=150), work_limit=1e-6)
    assert result.status in {Status.UNKNOWN, Status.FEASIBLE}
    assert result.stop_reason is StopReason.WORK_LIMIT
    if result.grouping is None:
        assert (result.score, result.gap) == (None, None)
    assert result.bound is not None


@pytest.fixture(scope="module")
def best_of_ninety() -> Result:
    return form_groups(medium_edition(8, count=90), work_limit=200)


@pytest.mark.parametrize("work_limit", [1e-6, 0.01, 0.05, 0.1, 0.2, 0.4])
def test_a_bound_is_never_below_the_optimum_however_early_the_end(
    work_limit: float, best_of_ninety: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CP-SAT's bound after a solve that found nothing is no number to rely on."""
    best, edition = best_of_ninety, best_of_ninety.edition
    assert best.status is Status.OPTIMAL
    assert best.score_thousandths is not None
    for least_pairs in (-1, 10**9):
        monkeypatch.setattr(search, "RESTRICT_ABOVE_PAIRS", least_pairs)
        early = form_groups(edition, work_limit=work_limit)
        assert early.bound_thousandths is not None
        assert early.bound_thousandths >= best.score_thousandths
        if early.status is Status.OPTIMAL:
            assert early.score_thousandths == best.score_thousandths


def test_no_time_gives_no_made_up_answer() -> None:
    result = form_groups(medium_edition(4), time_limit=1e-9)
    assert result.status is Status.UNKNOWN
    assert result.grouping is None
    assert result.stop_reason is StopReason.TIME_LIMIT
    assert result.summary()


def test_two_workers_find_the_same_optimum() -> None:
    edition = medium_edition(5, count=120)
    one, two = (form_groups(edition, workers=workers, work_limit=60) for workers in (1, 2))
    assert (one.status, one.score) == (two.status, two.score)
    assert one.status is Status.OPTIMAL


def test_a_gap_that_is_reached_ends_the_search() -> None:
    edition = medium_edition(5)
    best = form_groups(edition, work_limit=100)
    near = form_groups(edition, gap=0.5)
    assert near.gap is not None
    assert near.gap <= 0.5
    assert near.score is not None
    assert best.score is not None
    assert near.score <= best.score
    assert near.stop_reason in {StopReason.GAP, StopReason.OPTIMAL}


def test_a_hint_starts_from_a_grouping() -> None:
    edition = medium_edition(6)
    best = form_groups(edition, work_limit=100)
    again = form_groups(edition, work_limit=100, hint=best.grouping)
    assert again.score == best.score
    fewer = edition.replace(members=edition.members[:-5])
    assert form_groups(fewer, work_limit=100, hint=best.grouping).status is Status.OPTIMAL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_limit", 0.0),
        ("time_limit", -1.0),
        ("time_limit", float("nan")),
        ("work_limit", 0.0),
        ("work_limit", float("inf")),
        ("gap", -0.1),
        ("gap", float("nan")),
        ("seed", -1),
        ("workers", 0),
    ],
)
def test_arguments_out_of_range_are_named(name: str, value: float) -> None:
    with pytest.raises(InputError) as caught:
        form_groups(small_edition([]), **{name: value})  # type: ignore[arg-type]
    assert [finding.column for finding in caught.value.findings] == [name]


def test_all_arguments_out_of_range_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        form_groups(small_edition([]), gap=-1.0, seed=-1, workers=0)
    assert [finding.column for finding in caught.value.findings] == ["gap", "seed", "workers"]


@settings(deadline=None, max_examples=cases(6, 15))
@given(st.randoms(use_true_random=False), st.integers(0, 50))
def test_relabelling_and_reordering_members_changes_no_score(rng: random.Random, seed: int) -> None:
    edition = medium_edition(seed, count=30)
    names = [one.member_id for one in edition.members]
    new = dict(zip(names, rng.sample(names, len(names)), strict=True))
    members = [one.model_copy(update={"member_id": new[one.member_id]}) for one in edition.members]
    rng.shuffle(members)
    before = form_groups(edition, work_limit=50)
    after = form_groups(edition.replace(members=tuple(members)), work_limit=50)
    assert before.status is after.status is Status.OPTIMAL
    assert before.score == after.score


@settings(deadline=None, max_examples=cases(6, 15))
@given(st.integers(0, 100), st.data())
def test_one_more_volunteer_never_lowers_the_best_score(seed: int, data: st.DataObject) -> None:
    edition = medium_edition(seed, count=25)
    lucky = data.draw(st.integers(0, len(edition.members) - 1))
    members = list(edition.members)
    members[lucky] = members[lucky].model_copy(update={"moderator": True, "secretary": True})
    before = form_groups(edition, work_limit=50)
    after = form_groups(edition.replace(members=tuple(members)), work_limit=50)
    assert before.score is not None
    assert after.score is not None
    assert after.score >= before.score


def test_tables_of_a_result() -> None:
    result = form_groups(medium_edition(7), work_limit=100)
    assert result.grouping is not None
    assert len(result.members) == len(result.edition.members)
    assert len(result.groups) == len(result.grouping.group_records)
    assert result.groups["size"].sum() == len(result.grouping.placements)
    assert {"postcode", "country", "travel_km"} <= set(result.members.columns)


def test_another_thread_can_cancel() -> None:
    cancel = threading.Event()

    class CancelAtFirstScore(Observer):
        def on_progress(self, point: TracePoint) -> None:
            if point.score_thousandths is not None:
                cancel.set()

    edition = synthetic_edition(members=400, seed=3)
    result = form_groups(edition, cancel=cancel, observer=CancelAtFirstScore())
    assert result.stop_reason is StopReason.INTERRUPTED
    assert result.grouping is not None
    assert verify(edition, result.grouping).ok


@pytest.mark.parametrize("order", [("placed", "score"), ("first_choices", "travel", "score")])
def test_objectives_in_order_are_stages_that_verify(order: tuple[str, ...]) -> None:
    edition = medium_edition(2, 40)
    plain = form_groups(edition, work_limit=200).grouping
    result = form_groups(edition, work_limit=200, objectives=order)
    assert plain is not None
    assert result.grouping is not None
    assert result.status is Status.OPTIMAL
    stages = result.grouping.stages
    assert [stage.name for stage in stages] == list(order)
    assert all(stage.value == stage.bound for stage in stages)
    assert verify(edition, result.grouping).ok
    assert result.grouping.score_thousandths <= plain.score_thousandths
    ranks = [one.rank for one in plain.placements]
    assert stages[0].value >= (len(ranks) if order[0] == "placed" else ranks.count(1))
    assert result.bound is None  # nothing is proven of the plain score


def test_the_score_alone_has_no_stages() -> None:
    result = form_groups(medium_edition(2, 40), work_limit=100, objectives=["score"])
    assert result.grouping is not None
    assert result.grouping.stages == ()
    assert "objectives" not in result.grouping.settings


@pytest.mark.parametrize("seed", [14, 193, 199, 203][: cases(2, 4)])
def test_objectives_in_order_are_kept_where_cells_are_taken_apart(seed: int) -> None:
    edition = binding_edition(seed)
    plain = form_groups(edition, work_limit=50)
    both = form_groups(edition, work_limit=50, objectives=["placed", "score"])
    assert both.status is Status.OPTIMAL
    assert plain.grouping is not None
    assert both.grouping is not None
    assert verify(edition, both.grouping).ok
    assert len(both.grouping.placements) >= len(plain.grouping.placements)
    assert both.grouping.score <= plain.grouping.score
