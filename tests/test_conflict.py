"""Editions without a grouping: what cannot hold together, and changes that help."""

from typing import NamedTuple

import pytest
from small import member, metres_between, small_edition
from source import ENGLISH

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Role, Theme, Track
from sip_grouping.grouping import Status
from sip_grouping.grouping.stages import ObjectiveName
from sip_grouping.objective import make_objective
from sip_grouping.problem import build_problem
from sip_grouping.rules import RuleId
from sip_grouping.solve import branch, form_groups, helping, partial, restriction, split, ways_out
from sip_grouping.solve import conflict as conflict_module
from sip_grouping.solve.cpsat import CpSatSettings, Outcome, solve_cpsat
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.most_groups import Found
from sip_grouping.solve.result import Conflict
from sip_grouping.solve.run import Limits, Run


class Explained(NamedTuple):
    """An explanation, and the time left at the beginning of each of its solves."""

    conflict: Conflict | None
    begun: list[float]


def local(count: int, themes: tuple[str, ...] = ("a",)) -> list[Member]:
    return [member(f"m{i}", video=False, themes=themes) for i in range(count)]


def conflict_of(edition: Edition) -> Conflict:
    result = form_groups(edition, work_limit=50)
    assert result.status is Status.INFEASIBLE
    assert (result.grouping, result.score, result.bound, result.gap) == (None, None, None, None)
    assert result.conflict is not None
    assert str(result.conflict) in result.summary()
    check_told(result.conflict)
    return result.conflict


def check_told(conflict: Conflict) -> None:
    """Check that all of it is told in each language: no line is left in English or unfilled."""
    assert conflict.text_in("en") == str(conflict)
    english = str(conflict).splitlines()
    for language in ("fr", "nl"):
        told = conflict.text_in(language).splitlines()
        assert len(told) == len(english)
        for line, other in zip(told, english, strict=True):
            assert line != other
            assert "{" not in line
            assert not ENGLISH[language].search(line), line


def messages(conflict: Conflict) -> list[str]:
    return [one.message for one in conflict.relaxations]


def test_only_what_is_needed_is_named() -> None:
    themes = [Theme(id="a", groups_min=2), Theme(id="b", groups_min=1)]
    people = [*local(3), *(member(f"b{i}", themes=("b",)) for i in range(2))]
    conflict = conflict_of(small_edition(people, themes=themes))
    # The number that is asked for, and the size of a group that stands behind it.
    assert [one.key for one in conflict.rules] == [
        "themes.a.groups_min",
        "themes.a.rules.local.size_min",
    ]
    assert [one.rule for one in conflict.rules] == [RuleId.GROUPS_PER_THEME, RuleId.SIZE]
    assert conflict.complete


def test_two_themes_that_share_their_members() -> None:
    themes = [Theme(id="a", groups_min=1), Theme(id="b", groups_min=1)]
    conflict = conflict_of(small_edition(local(3, themes=("a", "b")), themes=themes))
    asked = {one.key for one in conflict.rules if one.rule is RuleId.GROUPS_PER_THEME}
    assert asked == {"themes.a.groups_min", "themes.b.groups_min"}
    assert "lower size_min of a, local, from 2 to 1" in messages(conflict)


def test_a_pin_against_a_pin() -> None:
    pins = [
        Pin(member_id="m0", theme="a", track=Track.LOCAL, place="hub"),
        Pin(member_id="m1", theme="b", track=Track.LOCAL, place="hub"),
    ]
    edition = small_edition(
        local(3, themes=("a", "b")), themes=[Theme(id="a"), Theme(id="b")], pins=pins
    )
    conflict = conflict_of(edition)
    assert len([one for one in conflict.rules if one.rule is RuleId.PIN]) == 2
    assert {one.rule for one in conflict.rules} == {RuleId.PIN, RuleId.SIZE}
    assert any(one.startswith("remove the pin of member m") for one in messages(conflict))


@pytest.mark.parametrize("groups_min", [0, 1])
def test_a_pin_at_the_only_place_there_is(groups_min: int) -> None:
    """Without the pin nobody could meet anywhere: that is no edition, so it is not offered."""
    theme = Theme(id="a", tracks=(Track.LOCAL,), groups_min=groups_min)
    pin = Pin(member_id="m0", theme="a", track=Track.LOCAL, place="hub")
    edition = small_edition(local(1), themes=[theme], pins=[pin])
    edition = edition.replace(places=edition.places.model_copy(update={"offices": False}))
    conflict = conflict_of(edition)
    assert "themes.a.rules.local.size_min" in [one.key for one in conflict.rules]
    assert not [one for one in conflict.relaxations if one.key == "pins"]


@pytest.mark.parametrize(
    ("people", "rules", "expected"),
    [
        (local(4), {"moderators": 1}, "ask 0 instead of 1 moderators per group of a"),
        (
            [*local(1), member("far", 33, video=False)],
            {"travel_km": 30.0},
            f"raise travel_km of a from 30 to {metres_between(0, 33) / 1000}",
        ),
    ],
    ids=["roles", "travel"],
)
def test_other_rules_that_help_are_offered(
    people: list[Member], rules: dict[str, float], expected: str
) -> None:
    themes = [Theme(id="a", groups_min=1)]
    conflict = conflict_of(small_edition(people, themes=themes, **rules))  # type: ignore[arg-type]
    assert expected in messages(conflict)


def test_each_relaxation_of_a_limit_helps_and_less_does_not() -> None:
    people = local(7)
    limits = {"size_min": 5, "size_max": 6}
    base = small_edition(people, themes=[Theme(id="a", groups_min=2)], local=limits)
    assert "lower size_min of a, local, from 5 to 3" in messages(conflict_of(base))
    for size_min, status in ((3, Status.OPTIMAL), (4, Status.INFEASIBLE)):
        changed = small_edition(
            people,
            themes=[Theme(id="a", groups_min=2)],
            local={"size_min": size_min, "size_max": 6},
        )
        assert form_groups(changed, work_limit=50).status is status


def test_several_misses_are_offered_as_one_change() -> None:
    themes = [Theme(id="a", groups_min=3), Theme(id="b", groups_min=1)]
    people = [*local(3), member("b0", themes=("b",), video=False)]
    conflict = conflict_of(small_edition(people, themes=themes))
    first = messages(conflict)[0]
    assert first.startswith("all of: ")
    assert "groups_min of a from 3 to 1" in first
    assert "groups_min of b from 1 to 0" in first


def test_the_role_behind_a_pin_is_named() -> None:
    pins = [Pin(member_id="m0", theme="a", track=Track.LOCAL, place="hub")]
    edition = small_edition(local(3), pins=pins, moderators=1)
    conflict = conflict_of(edition)
    assert [one.rule for one in conflict.rules] == [RuleId.PIN, RuleId.MODERATORS]
    assert conflict.rules[1].key == "themes.a.rules.moderators"


def test_without_any_one_of_the_rules_named_a_grouping_exists() -> None:
    people = [*local(2), member("far", 33, video=False)]
    base = {"groups_min": 1}
    edition = small_edition(
        people, themes=[Theme(id="a", **base)], travel_km=30.0, local={"size_min": 3, "size_max": 3}
    )
    conflict = conflict_of(edition)
    assert {one.rule for one in conflict.rules} == {
        RuleId.GROUPS_PER_THEME,
        RuleId.SIZE,
        RuleId.TRAVEL,
    }
    without: list[dict[str, object]] = [
        {"themes": [Theme(id="a")]},
        {"local": {"size_min": 2, "size_max": 3}},
        {"travel_km": 40.0},
    ]
    for change in without:
        given: dict[str, object] = {
            "themes": [Theme(id="a", **base)],
            "travel_km": 30.0,
            "local": {"size_min": 3, "size_max": 3},
        }
        changed = small_edition(people, **(given | change))  # type: ignore[arg-type]
        assert form_groups(changed, work_limit=50).status is Status.OPTIMAL


def test_a_step_is_called_least_only_where_that_is_proven() -> None:
    people = local(7)
    edition = small_edition(
        people, themes=[Theme(id="a", groups_min=2)], local={"size_min": 5, "size_max": 6}
    )
    relaxations = {one.key: one for one in conflict_of(edition).relaxations}
    assert relaxations["themes.a.rules.local.size_min"].least
    assert relaxations["themes.a.groups_min"].least
    # All ways that occur are tried: with a metre less nobody more is in reach.
    far = [*local(1), member("far", 33, video=False)]
    edition = small_edition(far, themes=[Theme(id="a", groups_min=1)], travel_km=30.0)
    relaxations = {one.key: one for one in conflict_of(edition).relaxations}
    assert relaxations["themes.a.rules.travel_km"].least


def test_a_pinned_role_hides_neither_the_rule_behind_it_nor_a_smaller_one() -> None:
    people = [member(f"m{i}", video=False, moderator=i == 0) for i in range(4)]
    pin = Pin(member_id="m0", theme="a", track=Track.LOCAL, place="hub", role=Role.MODERATOR)
    conflict = conflict_of(small_edition(people, pins=[pin], moderators=2))
    # A group without any moderator is nothing the pin could be for, but one with a single one is.
    assert [one.rule for one in conflict.rules] == [RuleId.PIN, RuleId.MODERATORS]
    assert "ask 1 instead of 2 moderators per group of a" in messages(conflict)


@pytest.mark.parametrize("questions", [1, 2, 4, 8])
def test_an_explanation_that_is_cut_short_offers_only_what_was_confirmed(
    questions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    themes = [Theme(id="a", groups_min=3), Theme(id="b", groups_min=1)]
    people = [*local(3), member("b0", themes=("b",), video=False)]
    edition = small_edition(people, themes=themes)
    asked: list[Status] = []

    def counted(changed: Edition, run: Run) -> Found:
        found = some_grouping(changed, run)
        asked.append(found.status)
        if len(asked) == questions:
            run.interrupt()
        return found

    some_grouping = helping.some_grouping
    for module in (helping, ways_out):
        monkeypatch.setattr(module, "some_grouping", counted)
    result = form_groups(edition)
    assert result.conflict is not None
    assert not result.conflict.complete
    assert len(result.conflict.relaxations) <= asked.count(Status.FEASIBLE)
    assert messages(result.conflict)[0].startswith("all of: ")


class Ticking(Run):
    """A run whose clock goes on by one second with every solve, and by nothing else."""

    ticks = 0

    @property
    def seconds(self) -> float:
        return float(self.ticks)


def explained_within(seconds: int | None, monkeypatch: pytest.MonkeyPatch) -> Explained:
    """Explain an edition that asks for too much, with so many solves in time."""
    people = [*local(10), *(member(f"far{i}", 33 + i, video=False) for i in range(6))]
    edition = small_edition(
        people,
        themes=[Theme(id="a", groups_min=2)],
        local={"size_min": 8, "size_max": 9},
        travel_km=30.0,
    )
    problem = build_problem(edition)
    run = Ticking(Limits(time_limit=seconds))
    begun: list[float] = []

    def ticking(arrays: LinearArrays, settings: CpSatSettings, **more: object) -> Outcome:
        begun.append(run.seconds_left)
        assert settings.time_limit == (None if seconds is None else run.seconds_left)
        run.ticks += 1
        return solve_cpsat(arrays, settings, **(more | {"stopped": lambda: False}))  # type: ignore[arg-type]

    for module in (conflict_module, branch, partial, restriction, split):
        monkeypatch.setattr(module, "solve_cpsat", ticking)
    f = formulate(problem, make_objective(ObjectiveName.SCORE, problem))
    return Explained(conflict_module.explain_conflict(f, run), begun)


def test_an_explanation_keeps_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = explained_within(None, monkeypatch)
    assert whole.conflict is not None
    assert whole.conflict.complete
    proven = {one.message for one in whole.conflict.relaxations if one.least}
    assert len(proven) >= 2
    needed = len(whole.begun)
    for seconds in range(needed + 2):
        cut = explained_within(seconds, monkeypatch)
        # No solve begins when the time is over, and all of the time is used.
        assert len(cut.begun) == min(seconds, needed)
        assert all(left > 0 for left in cut.begun)
        if cut.conflict is None:
            assert seconds <= 1
            continue
        assert cut.conflict.complete == (seconds > needed)
        # What was not decided is not claimed: neither that a change is the least nor that it helps.
        assert {one.message for one in cut.conflict.relaxations if one.least} <= proven
        # Nor is more offered of one rule than the least that was found to help.
        keys = [one.key for one in cut.conflict.relaxations if len(one.changes) == 1]
        assert len(keys) == len(set(keys))
        if seconds > needed:
            assert cut.conflict == whole.conflict
