"""What changes bring by a profile of fairness: each of its levels, what is proven of it, sweeps of many."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from brute_force import OutOfStepsError, best_worths_by_enumeration
from campaigns.profiles import worths_of
from cli_case import command, write_edition
from how_many import cases
from small import member, office, small_edition
from tiny_editions import tiny_edition
from two_themes import cell, rule, two_themes

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme
from sip_grouping.errors import InputError
from sip_grouping.explain import (
    Between,
    ByProfile,
    Origin,
    RuleChange,
    Scenario,
    SweepStatus,
    changed,
    read_scenarios,
    sweep,
    what_if,
)
from sip_grouping.explain.levels import by_profile, deciding, levels_between
from sip_grouping.grouping import Status
from sip_grouping.grouping.stages import ObjectiveName, Stage
from sip_grouping.solve import form_groups
from sip_grouping.solve.profiles import PROFILES, objectives_of_profile
from sip_grouping.verification import verify

Change = dict[str, Any]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return two_themes()


# --- each level is the difference of the best groupings ----------------------------------------


def best_levels(edition: Edition) -> dict[str, dict[str, int] | None]:
    """Return what the best grouping of each profile reaches on each of its levels, by enumeration."""
    worths = worths_of(edition)
    best = best_worths_by_enumeration(edition, list(worths.values()), most_steps=4_000)
    if best is None:
        return dict.fromkeys(worths)
    return {
        profile: dict(
            zip(objectives_of_profile(profile, edition), _values(profile, list(worth)), strict=True)
        )
        for profile, worth in zip(worths, best, strict=True)
    }


def _values(profile: str, worth: list[int]) -> list[int]:
    """Return the values of the objectives: they count the first so many choices, enumeration each choice."""
    *fair, score = worth
    if profile == "rank_maximal":
        sums = [sum(fair[: at + 1]) for at in range(len(fair))]
        return [*sums, score]
    if profile == "egalitarian":
        return [*(fair[0] + sum(fair[1 : at + 1]) for at in range(len(fair))), score]
    return worth


def some_change(edition: Edition, rng: random.Random) -> Change:
    who = rng.choice(edition.members)
    return rng.choice(
        [
            rule("rules.travel_km", rng.choice([8.0, 26.0, 80.0])),
            rule("rules.local.size_min", rng.choice([1, 2, 3])),
            rule(f"themes.{rng.choice(edition.themes).id}.groups_max", 1),
            cell(who.member_id, "commits", "no"),
            cell(who.member_id, "theme_2", ""),
            cell(who.member_id, "moderator", "yes"),
        ]
    )


def some_that_differ(count: int) -> Iterator[tuple[int, Edition, list[Change], Edition]]:
    """Yield tiny editions with changes of which the best grouping of some profile differs."""
    for seed in range(10 * count + 40):
        edition, rng = tiny_edition(seed), random.Random(f"change {seed}")
        changes = [some_change(edition, rng) for _ in range(3)]
        try:
            after = changed(edition, changes)
            if best_levels(edition) != best_levels(after):
                yield seed, edition, changes, after
        except (InputError, OutOfStepsError):
            continue


def test_every_level_differs_as_the_best_of_all_groupings() -> None:
    seen: Counter[ByProfile] = Counter()
    count = cases(8, 60)
    for seed, edition, changes, after in islice(some_that_differ(count), count):
        best, other = best_levels(edition), best_levels(after)
        for profile in PROFILES:
            told = what_if(edition, changes, profile=profile, work_limit=100.0)
            old, new = best[profile], other[profile]
            if old is None or new is None:
                assert Status.INFEASIBLE in {told.before.status, told.after.status}, (seed, profile)
                assert (told.levels, told.points) == ((), None)
                continue
            for one in told.levels:
                # Who is placed is on one of so many first choices where nobody has more of them.
                reached = new.get(one.name, new.get("placed", 0))
                difference = reached - old.get(one.name, old.get("placed", 0))
                assert one.difference == Between(difference, difference), (seed, profile, one)
            verdict = ByProfile.SAME
            differ = [one.difference.certain for one in told.levels if one.difference.certain]
            if differ:
                verdict = ByProfile.BETTER if differ[0] > 0 else ByProfile.WORSE
            assert told.by_profile is verdict, (seed, profile)
            seen[verdict] += 1
            assert told.grouping_after is not None
            assert verify(after, told.grouping_after).ok
    assert min(seen[one] for one in (ByProfile.BETTER, ByProfile.WORSE, ByProfile.SAME)) >= 2


# --- what is proven ----------------------------------------------------------------------------


def stage(name: str, value: int, bound: int | None = None, *, proven: bool = True) -> Stage:
    return Stage(name=ObjectiveName(name), value=value, bound=value if proven else bound)


def test_a_level_after_one_that_is_not_proven_says_nothing() -> None:
    before = [stage("placed", 5), stage("score", 400)]
    after = [stage("placed", 6, 8, proven=False), stage("score", 450)]
    levels = levels_between(before, after)
    assert [one.difference for one in levels] == [Between(1, 3), Between(None, None)]
    assert by_profile(levels) is ByProfile.BETTER  # one more at least
    back = levels_between(after, before)
    assert back[0].difference == Between(-3, -1)
    assert by_profile(back) is ByProfile.WORSE
    open_ = levels_between(before, [stage("placed", 5, 8, proven=False), stage("score", 500)])
    assert open_[0].difference == Between(0, 3)
    assert by_profile(open_) is ByProfile.NOT_KNOWN
    assert by_profile(levels_between(before, ())) is ByProfile.NOT_KNOWN
    without = levels_between([stage("placed", 5, None, proven=False)], [stage("placed", 6)])
    assert without[0].difference == Between(None, 1)


def test_a_later_level_decides_where_earlier_ones_are_the_same() -> None:
    before = [stage("placed", 5), stage("longest_way", -29_900), stage("score", 400)]
    after = [stage("placed", 5), stage("longest_way", -23_700), stage("score", 300)]
    levels = levels_between(before, after)
    first = deciding(levels)
    assert first is not None
    assert (first.name, first.difference.certain) == ("longest_way", 6_200)
    assert by_profile(levels) is ByProfile.BETTER
    assert by_profile(levels_between(before, before)) is ByProfile.SAME
    assert deciding(levels_between(before, before)) is None


def test_fewer_choices_have_fewer_levels_and_the_last_is_that_of_all_who_are_placed() -> None:
    two = [stage("first_choices", 3), stage("within_2_choices", 4), stage("placed", 5)]
    one = [stage("first_choices", 3), stage("placed", 4)]
    assert [level.difference.certain for level in levels_between(two, one)] == [0, 0, -1]
    assert [level.difference.certain for level in levels_between(one, two)] == [0, 0, 1]


def test_no_bound_is_handed_on_where_fewer_rules_count_fewer_offices() -> None:
    """With larger groups the small office is none that is looked at: the least share rises."""
    people = [member(f"n{at}", office="hub", video=False) for at in range(3)]
    people += [member(f"s{at}", 40, office="south", video=False) for at in range(2)]
    people.append(member("alone", 41, office="south", video=False, themes=("b",)))
    themes = [Theme(id="a"), Theme(id="b")]
    edition = small_edition(people, themes=themes, offices=[office(), office("south", 40)])
    told = what_if(edition, [rule("rules.local.size_min", 3)], profile="balanced")
    assert told.tightens
    assert (told.before.status, told.after.status) == (Status.OPTIMAL, Status.OPTIMAL)
    best = form_groups(told.changed_edition, profile="balanced").grouping
    assert best is not None
    assert [one.after.value for one in told.levels] == [one.value for one in best.stages]


# --- in Python, by command, in a sweep ---------------------------------------------------------


def test_levels_are_told_as_data_and_as_text(edition: Edition) -> None:
    told = what_if(edition, [rule("rules.travel_km", 41)], profile="most_placed")
    assert [(one.name, one.difference.certain) for one in told.levels] == [
        ("placed", 1),
        ("score", 100_000),
    ]
    assert told.by_profile is ByProfile.BETTER
    assert (told.points, told.difference) == (100.0, Between(100_000, 100_000))
    record = told.record()
    assert (record["profile"], record["by_profile"]) == ("most_placed", "better")
    assert record["levels"] == [
        {"level": "placed", "before": 4, "before_bound": 4, "after": 5, "after_bound": 5,
         "least": 1, "most": 1},
        {"level": "score", "before": 400.0, "before_bound": 400.0, "after": 500.0,
         "after_bound": 500.0, "least": 100.0, "most": 100.0},
    ]  # fmt: skip
    json.dumps(record)
    assert told.levels_table["least"].tolist() == [1, 100.0]
    words_of: dict[Language, str] = {"en": "better", "fr": "meilleure", "nl": "beter"}
    for language, words in words_of.items():
        lines = told.summary(language).splitlines()
        assert sum("most-placed" in one for one in lines) == 2
        assert any(words in one and "+1" in one for one in lines), lines
        assert not any("bound" in one for one in lines)
    assert "most-placed" in told._repr_html_()
    plain = what_if(edition, [rule("rules.travel_km", 41)])
    assert (plain.levels, plain.by_profile, plain.record()["levels"]) == ((), None, [])


def test_ways_and_shares_have_units(edition: Edition) -> None:
    fair = what_if(edition, [rule("rules.travel_km", 41)], profile="travel_fair").summary()
    assert "40.0" in fair
    assert "km" in fair
    shares = what_if(edition, [cell("far", "commits", "no")], profile="balanced")
    assert shares.levels[0].difference.certain == 2_000
    assert "+20.00\u00a0%" in shares.summary()


def test_what_decides_nothing_differs_on_no_level(edition: Edition) -> None:
    base = form_groups(edition, profile="egalitarian")
    told = what_if(edition, [rule("name", "other")], before=base, profile="egalitarian")
    assert told.formed_after is base
    assert told.by_profile is ByProfile.SAME
    assert [one.difference.certain for one in told.levels] == [0] * len(told.levels) != []


def test_groups_of_another_profile_are_refused(edition: Edition) -> None:
    plain, fair = form_groups(edition), form_groups(edition, profile="rank_maximal")
    for before in (plain, plain.grouping, form_groups(edition, profile="balanced")):
        with pytest.raises(InputError) as caught:
            what_if(edition, [], before=before, profile="rank_maximal")
        (found,) = caught.value.findings
        assert found.code == "groups-of-another-profile"
        for language in ("en", "fr", "nl"):
            assert "rank-maximal" in found.told_in(language).message
    assert what_if(edition, [], before=fair.grouping, profile="rank_maximal").points == 0.0
    with pytest.raises(InputError, match="profile"):
        what_if(edition, [], before=fair, profile="fairest")


def test_a_sweep_is_what_what_if_says_for_the_profile_of_each(
    edition: Edition, tmp_path: Path
) -> None:
    farther = RuleChange(key="rules.travel_km", value=41)
    scenarios: dict[str, Scenario | list[Change]] = {
        "as the sweep": [rule("rules.travel_km", 41)],
        "its own": Scenario((farther,), "travel_fair"),
        "the score": Scenario((farther,), "score"),
        "the same": Scenario((RuleChange(key="rules.travel_km", value=41.0),)),
        "nothing": Scenario((), "balanced"),
        "none": Scenario((), "fairest"),
        "impossible": [rule("themes.b.groups_min", 2)],
    }
    found = sweep(edition, scenarios, profile="most_placed", cache=tmp_path / "kept")
    profiles = {one.scenario: one.profile for one in found.rows}
    assert profiles == {
        "as the sweep": "most_placed", "its own": "travel_fair", "the score": None,
        "the same": "most_placed", "nothing": "balanced", "none": None, "impossible": "most_placed",
    }  # fmt: skip
    for name in ("as the sweep", "its own", "the score"):
        told = what_if(edition, [farther], profile=profiles[name])
        row = found[name]
        assert (row.figures, row.difference, row.levels) == (
            told.after,
            told.difference,
            told.levels,
        )
        assert row.by_profile is told.by_profile
    assert (found["the same"].origin, found["the same"].like) == (Origin.ALIKE, "as the sweep")
    assert found["nothing"].by_profile is ByProfile.SAME
    assert (found["none"].status, found["impossible"].levels) == (SweepStatus.INVALID, ())
    frame = found.frame.set_index("scenario")
    row_of_it = frame.loc["as the sweep"].to_dict()
    assert {name: row_of_it[name] for name in ("by_profile", "level", "level_least", "level_most")} == {
        "by_profile": "better", "level": "placed", "level_least": 1.0, "level_most": 1.0,
    }  # fmt: skip
    assert set(found.levels["scenario"]) == {"as the sweep", "its own", "the same", "nothing"}
    assert len(found.levels) == 2 + 3 + 2 + 3
    assert "members placed +1" in found.summary()
    again = sweep(edition, scenarios, profile="most_placed", cache=tmp_path / "kept")
    assert [one.levels for one in again.rows] == [one.levels for one in found.rows]
    assert again["its own"].origin is Origin.STORED
    json.dumps(found.record())


CSV = """\
scenario,profile,rules.travel_km
a,Rank-Maximal,35
b,rank-maximal,35
c,score,35
d,,35
"""


def test_a_file_names_the_profile_of_each_scenario(edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(CSV.replace("Rank-Maximal", "rank_maximal"), "utf-8")
    read = read_scenarios(tmp_path / "s.csv", edition)
    assert [one.profile for one in read.values()] == ["rank_maximal", "rank_maximal", "score", None]
    assert all(len(one) == 1 for one in read.values())
    toml = "".join(
        f'[[scenarios]]\nname = "{name}"\nset = {{ rules.travel_km = 35 }}\n{profile}'
        for name, profile in (
            ("a", 'profile = "rank-maximal"\n'), ("b", 'profile = "rank_maximal"\n'),
            ("c", 'profile = "score"\n'), ("d", ""),
        )
    )  # fmt: skip
    (tmp_path / "s.toml").write_text(toml, "utf-8")
    of_toml = read_scenarios(tmp_path / "s.toml", edition)
    assert {name: one.profile for name, one in of_toml.items()} == {
        name: one.profile for name, one in read.items()
    }
    (tmp_path / "s.csv").write_text(CSV, "utf-8")
    (tmp_path / "s.toml").write_text(toml.replace('"score"', "7"), "utf-8")
    for name, row in (("s.csv", 2), ("s.toml", 3)):
        with pytest.raises(InputError) as caught:
            read_scenarios(tmp_path / name, edition)
        (found,) = caught.value.findings
        assert (found.code, found.file, found.row, found.column) == (
            "no-such-profile", name, row, "profile",
        )  # fmt: skip


def test_the_commands_take_a_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_edition(tmp_path / "edition")
    groups = tmp_path / "groups"
    form = ("form", folder, "--out", groups, "--profile", "rank-maximal", "--quiet")
    assert command(capsys, *form).code == 0
    asked = ("what-if", folder, "--set", "rules.travel_km=400", "--profile", "rank-maximal")
    told = command(capsys, *asked, "--before", groups, "--json").json
    assert told["profile"] == "rank_maximal"
    levels = told["levels"]
    assert isinstance(levels, list)
    assert [one["level"] for one in levels] == ["first_choices", "placed", "score"]
    assert "rank-maximal" in command(capsys, *asked).out
    wrong = command(capsys, *asked[:-1], "fairest")
    assert wrong.code == 2
    refused = command(capsys, *asked[:-1], "balanced", "--before", groups)
    assert (refused.code, "[groups-of-another-profile]" in refused.err) == (2, True)
    (tmp_path / "s.csv").write_text(
        "scenario,profile,rules.travel_km\nx,,400\ny,score,400\n", "utf-8"
    )
    out = tmp_path / "out.csv"
    swept = ("sweep", folder, tmp_path / "s.csv", "--profile", "egalitarian", "--out", out)
    assert command(capsys, *swept).code == 0
    header, x, y = out.read_text("utf-8-sig").splitlines()
    assert "profile" in header
    assert "egalitarian" in x
    assert "egalitarian" not in y
