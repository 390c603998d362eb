"""Why a member is where it is: each reason checked by enumeration, with the change made in the files."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from brute_force import _Search, best_grouping_by_enumeration
from changed_files import change_files
from positions import table_of
from small import member, small_edition
from tiny_editions import tiny_edition
from valid_groups import valid_groups

import sip_grouping as sip
from sip_grouping.command.app import run
from sip_grouping.edition import Edition
from sip_grouping.explain.explainer import Explainer
from sip_grouping.explain.why import Explanation
from sip_grouping.grouping import Grouping, Reason
from sip_grouping.units import THOUSANDTHS

SEEDS = int(os.environ.get("EXPLAINED", "30"))
"""Editions that are checked; the whole campaign is EXPLAINED=400."""

BATCH = 10


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


def as_changed(edition: Edition, change: dict[str, Any], folder: Path) -> Edition:
    """Return the edition read from its files with a change made there."""
    sip.save_edition(edition, folder, force=True)
    change_files(folder, [change])
    return sip.load_edition(folder, postcodes=table_of(edition))


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_each_change_does_what_is_said(first: int, tmp_path: Path) -> None:
    told: Counter[tuple[str, str]] = Counter()
    for seed in range(first, first + BATCH):
        edition = tiny_edition(seed)
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
                after = as_changed(edition, record["change"], tmp_path / "edition")
                best = best_grouping_by_enumeration(after)
                assert best is not None, (seed, record)
                assert record["points"] == (best - today) / THOUSANDTHS, (seed, record)
                assert record["placed"] == places(after, explanation.subject), (seed, record)
    assert sum(told.values()) >= BATCH


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
                        after = as_changed(edition, change, tmp_path / "edition")
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
