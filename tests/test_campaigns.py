"""A small slice of each campaign, and of what the campaigns stand on: the independent MIP and checker."""

from dataclasses import replace
from itertools import count, islice
from types import ModuleType

import pytest
from brute_force import best_groups_by_enumeration
from campaigns import (
    agree_with_mip,
    all_cases,
    binding,
    held_out,
    infeasible,
    laws,
    reasons,
    season,
    season_files,
)
from campaigns.independent_mip import best_by_mip
from campaigns.possible_groups import Chances
from campaigns.random_editions import features, random_edition, without
from campaigns.rule_book import RuleBook
from campaigns.shrink import as_python, smallest
from campaigns.valid import valid
from grouping_builder import build_grouping
from how_many import cases
from small import member, office, small_edition
from tiny_editions import tiny_edition
from verify_cases import changed, local, with_group, with_row

from sip_grouping import Result, form_groups
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role, Theme
from sip_grouping.errors import InputError
from sip_grouping.rules import RuleId


def test_the_mip_agrees_with_plain_enumeration() -> None:
    """Two ways of reading the contract, neither of which is the engine."""
    for seed in range(cases(30, 60)):
        edition = tiny_edition(seed)
        best = best_groups_by_enumeration(edition)
        verdict = best_by_mip(edition)
        if best is None:
            assert verdict.status == "infeasible", seed
        else:
            assert (verdict.status, verdict.score_thousandths) == (
                "optimal",
                best.score_thousandths,
            ), seed
            assert not valid(edition, build_grouping(edition, best.groups, proven=True)), seed


def test_the_engine_agrees_with_the_mip() -> None:
    outcomes = [agree_with_mip.compare(seed) for seed in range(cases(8, 12))]
    assert [one for one in outcomes if one.outcome == "disagree"] == []


def test_the_engine_agrees_with_enumeration_where_spread_apart_and_together_bind() -> None:
    compared = (binding.compare(seed, only_binding=True) for seed in count())
    found = list(islice((one for one in compared if one.counts), cases(14, 300)))
    assert [one for one in found if one.what] == []
    for rule in ("shared_slot", "rooms", "groups_per_member"):
        assert any(rule in one.with_rules for one in found), rule


def test_the_laws_hold() -> None:
    found = [one for seed in (2, 5)[: cases(1, 2)] for one in laws.checks(seed)]
    assert len(found) > cases(8, 20)
    assert [one for one in found if one.outcome == "broken"] == []


def test_a_held_out_edition_is_solved_and_valid() -> None:
    row = held_out.solved(held_out.EDITIONS[0], time_limit=60.0)
    assert (row.gap, row.wrong) == (0.0, ())


def test_a_season_by_command_line_keeps_what_was_accepted() -> None:
    rows = list(season.season(season.Wanted(members=60, rounds=3, work_limit=50.0, afresh=False)))
    assert [one.wrong for one in rows] == [[]] * 4
    assert sum(one.accept for one in rows) > 20
    assert sum(one.lost for one in rows) > 0
    assert sum(one.late for one in rows) == 3
    assert any(one.relaxed for one in rows)


def test_the_files_of_a_season_are_judged() -> None:
    """A member moves, one is left out, a group closes and another meets elsewhere."""

    def stood(rows: dict[str, str], places: dict[str, str]) -> season_files.Stood:
        common = {"role": "member", "theme": "a", "track": "local"}
        return season_files.Stood(
            {who: {**common, "group_id": group} for who, group in rows.items()},
            {
                group: {"theme": "a", "place": place, "slot": "", "language": ""}
                for group, place in places.items()
            },
        )

    before = stood({"m": "1", "n": "1", "o": "2", "p": "2"}, {"1": "here", "2": "here"})
    after = stood({"m": "1", "o": "1", "q": "1"}, {"1": "there"})
    due = season_files.changes_due(before, after, {"n"}, season_files.PRICES)
    assert sorted((one[0], one[1], one[2], one[-1]) for one in due) == [
        ("", "no", "group_closed", "30.000"),
        ("m", "no", "place_changed", "10.000"),
        ("n", "yes", "left_out", "0.000"),
        ("o", "no", "moved_group", "20.000"),
        ("p", "no", "left_out", "100.000"),
        ("q", "yes", "placed", "0.000"),
    ]
    promised = dict.fromkeys("mo", "member")
    assert set(season_files.not_kept(before, after, promised)) == {"m", "o"}
    assert season_files.parted(before, after, set("mop")) == {"o", "p"}
    # Another id is no move where the members stay.
    renamed = stood({"m": "7", "n": "7", "o": "8", "p": "8"}, {"7": "here", "8": "here"})
    assert not season_files.parted(before, renamed, set("mnop"))


def roles_wanted(edition: Edition) -> Edition:
    return edition.replace(
        rules=edition.rules.model_copy(update={"moderators": 1, "secretaries": 1})
    )


def test_what_is_lacking_is_judged_by_all_groups() -> None:
    """Moderators speak fr, secretaries nl: neither role is what every group lacks."""
    edition = roles_wanted(
        small_edition(
            [
                member("fr", languages=("fr",), moderator=True),
                member("nl", languages=("nl",), secretary=True),
                member("both", languages=("fr", "nl")),
            ],
            shared_language=True,
        )
    )
    book = RuleBook(edition)
    chances = Chances(book, 2)
    assert not chances.group_exists
    for reason, kind in (
        ("no-moderator", "false"),
        ("no-secretary", "false"),
        ("too-few", "false"),
        ("outweighed", "weak"),
        ("no-place-in-reach", "false"),
    ):
        assert reasons.judge(chances, reason, optimal=True)[0] == kind, reason
    # For the moderator every group lacks a secretary.
    assert reasons.judge(Chances(book, 0), "no-secretary", optimal=True)[0] == ""


def test_a_moderator_apart_from_the_only_secretary_leaves_no_group() -> None:
    edition = roles_wanted(
        small_edition(
            [
                member("mod", moderator=True, apart=("sec",)),
                member("sec", secretary=True),
                *(member(f"m{number}") for number in range(3)),
            ]
        )
    )
    chances = Chances(RuleBook(edition), 3)
    assert not chances.group_exists
    assert reasons.judge(chances, "too-few-volunteers", optimal=True)[0] == ""
    assert reasons.judge(chances, "no-moderator", optimal=True)[0] == "false"


def test_the_checker_sees_what_is_wrong() -> None:
    edition = small_edition(
        [member("x", moderator=True), member("y", 10.0), member("z", 80.0), member("w")],
        offices=[office()],
        moderators=1,
    )
    good = build_grouping(edition, [{**local("x", "y"), "moderators": ["x"]}])
    assert valid(edition, good) == []
    for bad in (
        changed(good, score_thousandths=good.score_thousandths + 1),
        with_row(good, 1, role=Role.MODERATOR),
        with_group(good, place="nowhere"),
        build_grouping(edition, [{**local("x", "y"), "moderators": ["y"]}]),
        build_grouping(edition, [{**local("x", "z"), "moderators": ["x"]}]),
        build_grouping(edition, [{**local("x"), "moderators": ["x"]}]),
        build_grouping(edition, [local("x", "y")]),
    ):
        assert valid(edition, bad)


def test_slots_of_one_member_differ_and_rooms_suffice() -> None:
    themes = [Theme(id="a"), Theme(id="b")]
    members = [member(one, themes=("a", "b"), slots=("tue",), video=False) for one in "xy"]
    edition = small_edition(members, themes=themes, shared_slot=True, groups_per_member=2)
    assert best_by_mip(edition, separate_slots=False).score_thousandths == 360_000
    assert best_by_mip(edition).score_thousandths == 200_000
    twice = build_grouping(edition, [local("x", "y"), local("x", "y", theme="b")])
    assert not valid(edition, twice, separate_slots=False)
    assert valid(edition, twice)

    one_room = office().model_copy(update={"rooms": 1})
    four = [member(one, slots=("tue",), video=False) for one in "uvwx"]
    crowded = small_edition(four, offices=[one_room], shared_slot=True)
    assert best_by_mip(crowded, separate_slots=False).score_thousandths == 400_000
    assert best_by_mip(crowded).score_thousandths == 300_000


def test_the_smallest_edition_still_shows_it() -> None:
    edition = random_edition(3)
    small = smallest(edition, lambda one: any(who.languages == ("nl",) for who in one.members))
    assert len(small.members) == 1
    again = eval(as_python(small), {"Edition": Edition})  # noqa: S307 - our own text
    assert again.members == small.members


def test_random_editions_repeat_and_every_rule_can_be_taken_away() -> None:
    assert random_edition(7).digest == random_edition(7).digest
    taken: set[str] = set()
    for seed in range(20):
        edition = random_edition(seed, crowded=True)
        assert edition.rules.shared_slot
        for feature in features():
            try:
                other = without(edition, feature)
            except InputError:
                continue
            if other != edition:
                taken.add(feature)
    assert taken == set(features())


@pytest.mark.parametrize("kind", ["lonely_pin", "apart"])
def test_a_conflict_of_an_edition_is_minimal_and_its_relaxations_are_confirmed(kind: str) -> None:
    row = infeasible.row_of(kind, members=40, seed=0)
    assert not row.wrong
    assert row.minimal
    assert row.relaxations == row.confirmed >= 1
    assert row.rows == {"lonely_pin": 2, "apart": 3}[kind]


def test_a_conflict_that_names_too_much_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def padded(edition: Edition) -> Result:
        result = form_groups(edition)
        assert result.conflict is not None
        key = "themes.extra.rules.shared_language"
        more = replace(result.conflict.rules[0], rule=RuleId.SHARED_LANGUAGE, key=key)
        rules = (*result.conflict.rules, more)
        return replace(result, conflict=replace(result.conflict, rules=rules))

    monkeypatch.setattr("sip_grouping.form_groups", padded)
    row = infeasible.row_of("seats", members=40, seed=0)
    assert not row.minimal
    [wrong] = row.wrong
    assert wrong.startswith("not needed: ")
    assert "shared_language" in wrong


@pytest.mark.parametrize(
    "script", [agree_with_mip, all_cases, binding, laws, reasons, held_out, infeasible, season]
)
def test_the_scripts_tell_how_to_run_them(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", [str(script.__file__), "--help"])
    with pytest.raises(SystemExit) as end:
        script.main()
    assert end.value.code == 0
    assert "--" in capsys.readouterr().out
