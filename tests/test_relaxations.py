"""Editions without a grouping: sets that are minimal, and changes that are made, solved and least."""

import itertools
import math
import os
import random

import pytest
from brute_force import best_grouping_by_enumeration
from conflicts import (
    a_step_less,
    asked_in,
    asking_only,
    left_out,
    named_alone,
    or_none,
    rules_behind,
)
from small import member, small_edition
from tiny_editions import tiny_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.limits import Total
from sip_grouping.edition.records import Pin, Theme, Track
from sip_grouping.explain import changed, changes_from
from sip_grouping.grouping import Status
from sip_grouping.problem import Problem, build_problem
from sip_grouping.rules import RuleId
from sip_grouping.solve import branch, form_groups, helping, partial, restriction, ways_out
from sip_grouping.solve import conflict as conflict_module
from sip_grouping.solve.cpsat import Outcome
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.needed import needed_of
from sip_grouping.solve.result import Conflict
from sip_grouping.solve.run import Limits, Run

EDITIONS = int(os.environ.get("SIP_GROUPING_CONFLICTS", "6"))
"""So many tiny editions are enumerated: 100 and more in the whole campaign."""


def tiny_conflict(seed: int) -> Edition | None:
    """Return a tiny edition that asks for more groups than there can be; None: there is one."""
    rng = random.Random(f"conflict {seed}")
    edition = tiny_edition(seed)
    themes = tuple(
        one.model_copy(update={"groups_min": min(rng.choice((0, 1, 2)), one.groups_max)})
        for one in edition.themes
    )
    edition = edition.replace(themes=themes)
    return edition if best_grouping_by_enumeration(edition) is None else None


def conflict_of(edition: Edition) -> Conflict:
    result = form_groups(edition, work_limit=200)
    assert result.status is Status.INFEASIBLE
    assert result.conflict is not None
    assert result.conflict.complete
    return result.conflict


def test_what_is_named_is_minimal_and_what_is_offered_is_best_by_enumeration() -> None:
    seen = 0
    # The first of them conflicts by more of a pin than its row in the model.
    for seed in itertools.chain([115], itertools.count()):
        if seen == EDITIONS:
            return
        edition = tiny_conflict(seed)
        if edition is None:
            continue
        seen += 1
        conflict = conflict_of(edition)
        asked = asked_in(conflict)
        assert asked, seed
        assert best_grouping_by_enumeration(asking_only(edition, asked)) is None, seed
        for gone in asked:
            fewer = asking_only(edition, [one for one in asked if one != gone])
            assert best_grouping_by_enumeration(fewer) is not None, (seed, gone)
        # Nor is any of the rules behind more than is needed: they conflict alone, and not without one.
        alone = named_alone(edition, conflict)
        assert best_grouping_by_enumeration(alone) is None, seed
        for rule in rules_behind(conflict):
            others = left_out(alone, [rule])
            assert others is not None, (seed, rule)
            assert best_grouping_by_enumeration(others) is not None, (seed, rule)
        scores = []
        for one in conflict.relaxations:
            assert one.changes, (seed, one)
            best = best_grouping_by_enumeration(changed(edition, changes_from(one.changes)))
            assert best is not None, (seed, one)
            assert one.optimal, (seed, one)
            assert best == one.score_thousandths, (seed, one)
            scores.append(best)
            less = a_step_less(one)
            if less and (smaller := or_none(edition, less)) is not None:
                assert best_grouping_by_enumeration(smaller) is None, (seed, one)
        assert scores == sorted(scores, reverse=True), seed


def test_each_relaxation_is_made_and_a_smaller_one_does_not_help() -> None:
    people = [
        *(member(f"m{i}", video=False) for i in range(4)),
        *(member(f"far{i}", 33 + i, video=False) for i in range(3)),
    ]
    edition = small_edition(
        people, themes=[Theme(id="a", groups_min=1)], local={"size_min": 6, "size_max": 9},
        travel_km=30.0, moderators=0,
    )  # fmt: skip
    units = {"themes.a.rules.travel_km": 0.001, "themes.a.rules.local.size_min": -1}
    offered = {one.key: one for one in conflict_of(edition).relaxations}
    for key, unit in units.items():
        one = offered[key]
        assert one.least
        (record,) = one.changes
        result = form_groups(changed(edition, [record]), work_limit=100)
        assert result.status is Status.OPTIMAL
        assert result.grouping is not None
        assert result.grouping.score_thousandths == one.score_thousandths
        value = record["value"]
        assert isinstance(value, int | float)
        smaller = dict(record) | {"value": round(value - unit, 3)}
        less = form_groups(changed(edition, [smaller]), work_limit=100)
        assert less.status is Status.INFEASIBLE


def test_two_things_of_two_thousand_are_found_in_few_questions() -> None:
    asked: list[int] = []

    def can_hold(some: list[int]) -> bool:
        asked.append(len(some))
        return not {700, 1900} <= set(some)

    assert needed_of(range(2000), can_hold) == ([700, 1900], True)
    assert len(asked) <= 45


def test_what_is_not_decided_is_kept_and_told() -> None:
    named, decided = needed_of(range(8), lambda some: None if len(some) < 6 else 3 not in some)
    assert 3 in named
    assert not decided


def test_two_pins_of_many_are_found_in_few_solves(monkeypatch: pytest.MonkeyPatch) -> None:
    count = int(os.environ.get("SIP_GROUPING_PINS", "100"))
    # Two pins each ask for one more of three people; all others are pinned to another theme.
    three = ("x0", "x1", "x2")
    people = [member(f"m{i}", video=False, themes=("c",)) for i in range(count - 2)]
    people[5:5] = [member(one, video=False, themes=("a", "b")) for one in three]
    elsewhere = {"x0": "a", "x1": "b"}
    pins = [
        Pin(
            member_id=one.member_id,
            theme=elsewhere.get(one.member_id, "c"),
            track=Track.LOCAL,
            place="hub",
        )
        for one in people
        if one.member_id != "x2"
    ]
    solves: list[Status] = []
    solved = conflict_module._solved

    def counted(arrays: LinearArrays, run: Run) -> Outcome:
        outcome = solved(arrays, run)
        solves.append(outcome.status)
        return outcome

    monkeypatch.setattr(conflict_module, "_solved", counted)
    edition = small_edition(people, themes=[Theme(id=one) for one in "abc"], pins=pins)
    result = form_groups(edition)
    assert result.conflict is not None
    named = {one.members[0] for one in result.conflict.rules if one.rule is RuleId.PIN}
    assert named == {"x0", "x1"}
    assert len(solves) <= 1 + 4 * math.log2(count)
    removed = [one for one in result.conflict.relaxations if one.key == "pins"]
    assert removed
    for one in removed:
        assert len(changed(edition, changes_from(one.changes)).pins) == count - 1


def test_what_helps_has_a_score_without_any_work_on_its_price(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That it helps was shown by a grouping."""
    people = [member(f"m{i}", video=False) for i in range(7)]
    edition = small_edition(people, themes=[Theme(id="a", groups_min=4)])
    best = {one.message: one.score_thousandths for one in conflict_of(edition).relaxations}
    monkeypatch.setattr(ways_out, "_PRICES_WORK", 0.0)
    known = {one.message: one.score_thousandths for one in conflict_of(edition).relaxations}
    assert known.keys() == best.keys()
    assert len(known) >= 2
    for message, score in known.items():
        assert score is not None
        assert score <= (best[message] or 0)


def test_that_too_much_is_asked_for_is_counted_and_not_searched_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A conflict asks hundreds of such questions: without travel limits CP-SAT left one open after 90 s."""
    edition = small_edition(
        [member(f"m{i}", km=float(i), video=False) for i in range(40)],
        themes=[Theme(id="a", groups_min=21)], towns="members", travel_km=9000.0,
    )  # fmt: skip
    searched: list[LinearArrays] = []

    def never(arrays: LinearArrays, *_: object, **__: object) -> Outcome:
        searched.append(arrays)
        raise AssertionError

    for module in (branch, partial, restriction):
        monkeypatch.setattr(module, "solve_cpsat", never)
    assert helping.possible(edition, Run(Limits())) is Status.INFEASIBLE
    assert not searched


def test_only_what_is_asked_for_is_modelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether two groups can be formed does not hang on themes of which there need be none."""
    modelled: list[set[str]] = []

    def seen(edition: Edition) -> Problem:
        problem = build_problem(edition)
        modelled.append({cell.theme for cell in problem.cells})
        return problem

    monkeypatch.setattr(helping, "build_problem", seen)
    people = [
        member(f"{theme}{i}", video=False, themes=(theme,)) for theme in "abc" for i in range(4)
    ]
    pin = Pin(member_id="b0", theme="b", track=Track.LOCAL, place="hub")
    themes = [Theme(id="a", groups_min=2), Theme(id="b"), Theme(id="c")]
    edition = small_edition(people, themes=themes, pins=[pin])
    in_all = edition.replace(total=Total(groups_min=6))
    run = Run(Limits())
    assert helping.possible(edition, run) is Status.FEASIBLE
    assert helping.possible(in_all, run) is Status.FEASIBLE
    assert helping.possible(in_all.replace(total=Total(groups_min=7)), run) is Status.INFEASIBLE
    assert modelled == [{"a", "b"}, {"a", "b", "c"}, {"a", "b", "c"}]
