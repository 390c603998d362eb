"""Editions without a grouping: what cannot hold together, and changes that help."""

import pytest
from small import member, small_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Theme, Track
from sip_grouping.grouping import Status
from sip_grouping.rules import RuleId
from sip_grouping.solve import form_groups
from sip_grouping.solve.result import Conflict


def local(count: int, themes: tuple[str, ...] = ("a",)) -> list[Member]:
    return [member(f"m{i}", video=False, themes=themes) for i in range(count)]


def conflict_of(edition: Edition) -> Conflict:
    result = form_groups(edition, work_limit=50)
    assert result.status is Status.INFEASIBLE
    assert (result.grouping, result.score, result.bound, result.gap) == (None, None, None, None)
    assert result.conflict is not None
    assert str(result.conflict) in result.summary()
    return result.conflict


def messages(conflict: Conflict) -> list[str]:
    return [one.message for one in conflict.relaxations]


def test_only_what_is_needed_is_named() -> None:
    themes = [Theme(id="a", groups_min=2), Theme(id="b", groups_min=1)]
    people = [*local(3), *(member(f"b{i}", themes=("b",)) for i in range(2))]
    conflict = conflict_of(small_edition(people, themes=themes))
    assert [one.key for one in conflict.rules] == ["themes.a.groups_min"]
    assert conflict.rules[0].rule is RuleId.GROUPS_PER_THEME


def test_two_themes_that_share_their_members() -> None:
    themes = [Theme(id="a", groups_min=1), Theme(id="b", groups_min=1)]
    conflict = conflict_of(small_edition(local(3, themes=("a", "b")), themes=themes))
    assert {one.key for one in conflict.rules} == {"themes.a.groups_min", "themes.b.groups_min"}
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
    assert len(conflict.rules) == 2
    assert {one.rule for one in conflict.rules} == {RuleId.PIN}
    assert any(one.startswith("remove the pin of member m") for one in messages(conflict))


@pytest.mark.parametrize(
    ("people", "rules", "expected"),
    [
        (local(4), {"moderators": 1}, "ask 0 instead of 1 moderators per group of a"),
        (
            [*local(1), member("far", 33, video=False)],
            {"travel_km": 30.0},
            "raise travel_km of a from 30 to 35",
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
