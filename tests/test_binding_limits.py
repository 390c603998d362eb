"""What binds in a group: the least change of a limit that makes the best score higher, or that none does."""

from collections import Counter
from typing import Any

import pytest
from brute_force import best_grouping_by_enumeration
from how_many import cases
from small import member, small_edition
from test_weight import weighted_edition
from tiny_editions import tiny_edition

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.edition.records import SizeLimits
from sip_grouping.errors import InputError
from sip_grouping.explain.changes import RuleChange
from sip_grouping.explain.changing import changed
from sip_grouping.explain.explainer import Explainer
from sip_grouping.explain.why import Why

SEEDS = cases(8, 300)
"""Editions that are checked."""


def best_with(edition: Edition, key: str, value: int) -> int | None:
    """Return the best score with a limit, by enumeration; None where it does not fit the rest."""
    try:
        after = changed(edition, [RuleChange(key=key, value=value)])
    except InputError:
        return None
    return best_grouping_by_enumeration(after)


def sizes_of(edition: Edition, why: Why, group: Any) -> tuple[str, range]:
    """Return the key of the limit that a reason is about, and its looser values, nearest first."""
    rules = edition.rules_of(group.theme)
    limits = rules.sizes(group.track)
    name = why.code.removeprefix("binds-").replace("-", "_")
    key = f"themes.{group.theme}.rules.{group.track.value}.{name}"
    least = max(rules.moderators + rules.secretaries, 1)
    total = sum(one.weight for one in edition.members)
    lower = range(limits.size_min - 1, least - 1, -1)
    return key, lower if name == "size_min" else range(limits.size_max + 1, total + 1)


@pytest.mark.parametrize("draw", [tiny_edition, weighted_edition])
def test_the_least_looser_limit_that_makes_the_best_score_higher_is_told(draw: Any) -> None:
    told: Counter[str] = Counter()
    for seed in range(SEEDS):
        edition = draw(seed)
        grouping = sip.form_groups(edition, work_limit=50).grouping
        today = best_grouping_by_enumeration(edition)
        if grouping is None or today is None:
            continue
        explainer = Explainer(edition, grouping)
        for group in grouping.group_records:
            for why in explainer.group(group.group_id).reasons:
                if not why.code.startswith("binds-size"):
                    continue
                key, values = sizes_of(edition, why, group)
                found = {value: best_with(edition, key, value) for value in values}
                first = next((one for one in values if (found[one] or today) > today), None)
                assert why.minimal, (seed, key)
                if first is None:
                    assert (why.change, why.points) == (None, 0), (seed, key)
                else:
                    assert why.change == RuleChange(key=key, value=first), (seed, key)
                    best = found[first]
                    assert best is not None
                    assert why.points == best - today
                told["none" if first is None else "next" if first == values[0] else "later"] += 1
    assert told["next"]
    assert told["none"]


def test_where_two_belong_together_one_more_seat_is_too_little() -> None:
    """Three who belong together have a group; a pair joins them with two seats more, not with one."""
    three_ids = ("m0", "m1", "m2")
    people = [member(one, video=False, together=three_ids[1:]) for one in three_ids[:1]]
    people += [member(one, video=False) for one in three_ids[1:]]
    pair = [member("x", video=False, together=("y",)), member("y", video=False)]
    three = SizeLimits(size_min=3, size_max=3)
    edition = small_edition([*people, *pair], local=three)
    grouping = sip.form_groups(edition, work_limit=10).grouping
    assert grouping is not None
    [group] = grouping.group_records
    reasons = {one.code: one for one in Explainer(edition, grouping).group(group.group_id).reasons}
    key = "themes.a.rules.local"
    most, fewest = reasons["binds-size-max"], reasons["binds-size-min"]
    assert (most.change, most.minimal) == (RuleChange(key=f"{key}.size_max", value=5), True)
    assert most.points == 200_000
    assert "That changes with: 5 as the most members" in Explainer(edition, grouping).group(
        group.group_id
    ).summary("en")
    assert (fewest.change, fewest.minimal) == (RuleChange(key=f"{key}.size_min", value=2), True)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "No looser limit"), ("fr", "Aucune limite plus large"), ("nl", "Geen ruimere grens")],
)
def test_that_no_looser_limit_helps_is_told_where_it_is_proven(language: Any, words: str) -> None:
    edition = small_edition([member(f"m{one}", video=False) for one in range(3)])
    grouping = sip.form_groups(edition, work_limit=10).grouping
    assert grouping is not None
    [group] = grouping.group_records
    told = Explainer(edition, grouping).group(group.group_id)
    assert [one.code for one in told.reasons] == ["closing", "binds-size-max"]
    assert told.reasons[1].points == 0
    assert words in told.summary(language)
