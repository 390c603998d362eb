"""Why a member is where it is: each reason checked by enumeration, with the change made in the files."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from brute_force import _Search, best_grouping_by_enumeration
from changed_files import change_files
from how_many import cases
from positions import table_of
from small import member, office, small_edition
from test_office_seats import seated_edition
from test_total_groups import limited_edition
from test_used_places import costly_edition
from test_weight import weighted_edition
from tiny_editions import tiny_edition
from valid_groups import valid_groups

import sip_grouping as sip
from sip_grouping.command.app import run
from sip_grouping.edition import Edition
from sip_grouping.explain.changes import RuleChange
from sip_grouping.explain.explainer import Explainer
from sip_grouping.explain.why import About, Explanation, Undecided, Why
from sip_grouping.grouping import Grouping, Reason, Status
from sip_grouping.solve import placing
from sip_grouping.units import THOUSANDTHS

SEEDS = cases(5, 400)
"""Editions that are checked."""

BATCH = 5


class _With(_Search):
    """Groupings that have a member, in a group of a kind where one is wanted."""

    who = -1

    def _keep_if_better(self, score: int) -> None:
        if any(self.who in group.members for group in self.chosen):
            super()._keep_if_better(score)


def best_with(edition: Edition, member_id: str) -> int | None:
    """Return the best score of groupings that place a member, by enumeration."""
    search = _With(edition, list(valid_groups(edition)))
    search.who = [one.member_id for one in edition.members].index(member_id)
    search.choose(first=0, start=0, score=0)
    return None if search.best is None else search.best.score_thousandths


def places(edition: Edition, member_id: str) -> bool:
    """Return whether an optimal grouping places a member."""
    best = best_grouping_by_enumeration(edition)
    return best is not None and best == best_with(edition, member_id)


def explained(edition: Edition) -> tuple[Grouping, list[Explanation]] | None:
    grouping = sip.form_groups(edition, work_limit=50).grouping
    if grouping is None:
        return None
    explainer = Explainer(edition, grouping)
    return grouping, [explainer.member(one.member_id) for one in edition.members]


def as_changed(edition: Edition, folder: Path, *changes: dict[str, Any]) -> Edition:
    """Return the edition read from its files with changes made there."""
    sip.save_edition(edition, folder, force=True)
    change_files(folder, changes)
    return sip.load_edition(folder, postcodes=table_of(edition))


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_each_change_does_what_is_said(first: int, tmp_path: Path) -> None:
    changes_hold(tiny_edition, range(first, first + BATCH), tmp_path)


@pytest.mark.parametrize(
    "draw", [costly_edition, seated_edition, weighted_edition, limited_edition]
)
def test_so_it_is_with_costs_of_places_seats_weights_and_a_number_of_groups(
    draw: Callable[[int], Edition], tmp_path: Path
) -> None:
    changes_hold(draw, range(cases(3, 10)), tmp_path)


def changes_hold(draw: Callable[[int], Edition], seeds: range, tmp_path: Path) -> None:
    told: Counter[tuple[str, str]] = Counter()
    for seed in seeds:
        edition = draw(seed)
        found = explained(edition)
        if found is None:
            continue
        today = best_grouping_by_enumeration(edition)
        assert today is not None
        for explanation in found[1]:
            for why in explanation.reasons:
                record: dict[str, Any] = dict(why.record())
                told[record["about"], record["code"]] += 1
                if record["change"] is None:
                    continue
                after = as_changed(edition, tmp_path / "edition", record["change"])
                best = best_grouping_by_enumeration(after)
                assert best is not None, (seed, record)
                assert record["points"] == (best - today) / THOUSANDTHS, (seed, record)
                assert record["placed"] == places(after, explanation.subject), (seed, record)
    assert sum(told.values()) >= len(seeds)


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_no_smaller_change_does_it_where_that_is_said(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + BATCH):
        edition = tiny_edition(seed)
        found = explained(edition)
        for explanation in found[1] if found else ():
            for why in explanation.reasons:
                record: dict[str, Any] = dict(why.record())
                if record["minimal"] and record["about"] == "placement":
                    for change in smaller(edition, record["change"]):
                        after = as_changed(edition, tmp_path / "edition", change)
                        assert not places(after, explanation.subject), (seed, record, change)


def smaller(edition: Edition, change: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return smaller changes of a rule: each size between, lengths at which somebody reaches a place more."""
    if change is None or change["kind"] != "rule":
        return []
    *path, name = change["key"].split(".")
    theme = path[1] if path[0] == "themes" else edition.themes[0].id
    rules = edition.rules_of(theme)
    if name == "size_min":
        now = getattr(rules, path[-1]).size_min
        return [change | {"value": size} for size in range(change["value"] + 1, now)]
    if name.endswith("travel_km"):
        now = getattr(rules, name)
        steps = [now + (change["value"] - now) * part / 4 for part in range(1, 4)]
        return [change | {"value": round(km, 3)} for km in (*steps, change["value"] - 0.001)]
    return []


def test_the_same_members_have_the_same_answer_in_any_order() -> None:
    for seed in (3, 8, 14):
        edition = tiny_edition(seed)
        found = explained(edition)
        if found is None:
            continue
        grouping, first = found
        explainer = Explainer(edition, grouping)
        again = [explainer.member(one.member_id) for one in reversed(edition.members)]
        assert [one.record() for one in first] == [one.record() for one in reversed(again)]


def test_a_member_beyond_the_limit_of_travel_is_told_how_far_it_would_have_to_go() -> None:
    people = [member(who, 0.0, video=False) for who in "abc"] + [member("far", 40.0, video=False)]
    edition = small_edition(people)
    found = explained(edition)
    assert found is not None
    [why] = found[1][-1].reasons
    record = why.record()
    assert (record["code"], record["placed"], record["minimal"]) == (
        Reason.NO_PLACE_IN_REACH.value, True, True,
    )  # fmt: skip
    assert record["change"] == {"kind": "rule", "key": "rules.travel_km", "value": 40.001}


def test_who_is_where_it_wished_to_be_has_nothing_to_be_told() -> None:
    found = explained(small_edition([member(who) for who in "abc"]))
    assert found is not None
    assert [one.reasons for one in found[1]] == [(), (), ()]


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_all_of_it_is_told_in_each_language(language: str) -> None:
    for seed in range(5):
        found = explained(tiny_edition(seed))
        for one in found[1] if found else ():
            text = one.summary(language)  # type: ignore[arg-type]
            assert one.subject in text
            assert "{" not in text
            assert len(text.splitlines()) == 1 + max(len(one.reasons), 1)


def test_by_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = [member(who, video=False) for who in "abcd"]
    edition = small_edition([*people, member("far", 40.0, video=False)])
    sip.save_edition(edition, tmp_path / "edition")
    folder, groups = str(tmp_path / "edition"), str(tmp_path / "groups")
    assert run(["form", folder, "--out", groups, "--quiet"]) == 0
    capsys.readouterr()
    assert run(["explain", folder, groups, "--member", "far", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["member_id"], told["status"]) == ("far", "unplaced")
    assert set(told["reasons"][0]) >= {"code", "text", "change", "placed", "points", "minimal"}
    assert run(["explain", folder, groups, "--member", "fax"]) == 2
    assert "far" in capsys.readouterr().err
    assert run(["explain", folder, groups]) == 0
    assert "far" in capsys.readouterr().out
    assert run(["explain", folder, groups, "--theme", "a", "--place", "hub", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "open"
    assert run(["explain", folder, groups, "--group", "a-hub-1", "--lang", "nl"]) == 0
    assert "a-hub-1" in capsys.readouterr().out
    assert run(["explain", folder, groups, "--theme", "a"]) == 2
    capsys.readouterr()


def best_of_kind(edition: Edition, theme: str, place: str, least: int, most: int) -> int | None:
    """Return the best score with so many groups of a theme and place, by enumeration."""

    class Search(_Search):
        def _keep_if_better(self, score: int) -> None:
            count = sum((one.theme, one.place) == (theme, place) for one in self.chosen)
            if least <= count <= most:
                super()._keep_if_better(score)

    search = Search(edition, list(valid_groups(edition)))
    search.choose(first=0, start=0, score=0)
    return None if search.best is None else search.best.score_thousandths


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_what_is_said_of_groups_is_true(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + BATCH):
        edition = tiny_edition(seed)
        grouping = sip.form_groups(edition, work_limit=50).grouping
        today = best_grouping_by_enumeration(edition)
        if grouping is None or today is None:
            continue
        explainer = Explainer(edition, grouping)
        kinds = Counter((one.theme, one.track, one.place) for one in grouping.group_records)
        for group in grouping.group_records:
            number = kinds[group.theme, group.track, group.place]
            closing, *binding = explainer.group(group.group_id).reasons
            best = best_of_kind(edition, group.theme, group.place, 0, number - 1)
            assert closing.points == (None if best is None else best - today), seed
            for why in binding:
                checked_of_kind(edition, why, group.theme, group.place, today, tmp_path)
        for theme in edition.themes:
            for place in {one.place_id for one in explainer.cases.now.problem.places}:
                if "local" not in theme.tracks or (theme.id, "local", place) in kinds:
                    continue
                first_why, *_ = explainer.possible_group(theme.id, place).reasons
                best = best_of_kind(edition, theme.id, place, 1, 9)
                assert (first_why.code == "opening") == (best is not None), (seed, theme.id, place)
                if best is not None:
                    assert first_why.points == best - today, (seed, theme.id, place)


def checked_of_kind(
    edition: Edition, why: Why, theme: str, place: str, today: int, tmp_path: Path
) -> None:
    record: dict[str, Any] = dict(why.record())
    if record["change"] is None:
        return
    after = as_changed(edition, tmp_path / "edition", record["change"])
    best = best_grouping_by_enumeration(after)
    assert best is not None
    assert record["points"] == (best - today) / THOUSANDTHS, record
    assert record["placed"] == (best == best_of_kind(after, theme, place, 1, 9)), record
    assert why.decided, record


@pytest.mark.parametrize(
    ("undecided", "words"),
    [(None, "The best groups have no such group with: "), (Undecided.LIMIT, "is not proven: ")],
)
def test_that_the_best_groups_have_none_is_said_where_it_is_proven(
    undecided: Undecided | None, words: str
) -> None:
    change = RuleChange(key="themes.a.rules.local.size_min", value=3)
    why = Why(
        "lacks-members", change, placed=False, points=None, minimal=False, about=About.GROUP,
        named=(("theme", "a"), ("place", "hub"), ("size", "3"), ("wanted", "8")), undecided=undecided,
    )  # fmt: skip
    assert words in why.text_in("en")
    assert why.record()["decided"] is (undecided is None)


def test_who_cannot_be_one_group_is_told_no_score() -> None:
    """No change is named, so there is nothing that could do anything to the best score."""
    apart = {"b": ("c", "d"), "c": ("d",)}
    people = [member(who, video=False, apart=apart.get(who, ())) for who in "bcd"]
    others = [member(who, local=False) for who in "xyz"]
    edition = small_edition([*people, *others], offices=[office()], moderators=0)
    grouping = sip.form_groups(edition, work_limit=10).grouping
    assert grouping is not None
    why, *mended = Explainer(edition, grouping).possible_group("a", "hub").reasons
    assert (why.code, why.change) == ("lacks-company", None)
    assert "score" not in why.text_in("en")
    assert [len(one.changes) for one in mended] == [1]


def test_of_one_rule_the_smallest_change_that_helps_is_told() -> None:
    edition = sip.synthetic_edition(members=60, seed=5)
    grouping = sip.form_groups(edition).grouping
    assert grouping is not None
    told = Explainer(edition, grouping).member("m001")
    values = [one.change.value for one in told.reasons if isinstance(one.change, RuleChange)]
    keys = [one.change.key for one in told.reasons if isinstance(one.change, RuleChange)]
    assert keys[0] == "rules.travel_km"
    assert len(keys) == len(set(keys)) == 2
    # A place that m001 reaches itself lies at 36.978 km; others come to it with less.
    assert values[0] == 32.796
    for limit, there in ((32.796, True), (32.795, False)):
        after = edition.with_rules(travel_km=limit)
        best, with_member = sip.form_groups(after), placing.best_with(after, "m001")
        assert best.status is Status.OPTIMAL
        assert (with_member.bound_thousandths == best.score_thousandths) is there


def test_what_a_group_lacks_is_counted() -> None:
    people = [member(who, video=False) for who in "ab"] + [member("c", 200.0, video=False)]
    edition = small_edition(people, offices=[office(), office("north", 200.0)], moderators=0)
    grouping = sip.form_groups(edition, work_limit=10).grouping
    assert grouping is not None
    [why] = Explainer(edition, grouping).possible_group("a", "north").reasons
    assert (why.code, why.placed) == ("lacks-members", True)
    assert why.record()["change"] == {
        "kind": "rule", "key": "themes.a.rules.local.size_min", "value": 1,
    }  # fmt: skip
    with pytest.raises(sip.InputError):
        Explainer(edition, grouping).group("none")
    with pytest.raises(sip.InputError):
        Explainer(edition, grouping).possible_group("b", "north")
    with pytest.raises(sip.InputError):
        Explainer(edition, grouping).possible_group("a", "south")


def test_warnings_of_the_edition_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = [member(who, video=False) for who in "abcd"]
    sip.save_edition(small_edition(people), tmp_path / "edition")
    table = tmp_path / "edition" / "members.csv"
    head, *rows = table.read_text("utf-8-sig").splitlines()
    lines = [f"{head},surplus", *(f"{one},word {number}" for number, one in enumerate(rows))]
    table.write_text("\n".join(lines) + "\n", "utf-8")
    folder, groups = str(tmp_path / "edition"), str(tmp_path / "groups")
    assert run(["form", folder, "--out", groups, "--lang", "en"]) == 0
    formed = [one for one in capsys.readouterr().err.splitlines() if "surplus" in one]
    assert formed
    assert run(["explain", folder, groups, "--member", "a", "--lang", "en"]) == 0
    shown = capsys.readouterr().err.splitlines()
    assert [one for one in shown if "surplus" in one] == formed
    assert run(["explain", folder, groups, "--member", "a", "--quiet"]) == 0
    assert capsys.readouterr().err == ""
