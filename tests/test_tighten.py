"""Whether one edition allows no more than another: by hand, and against plain enumeration."""

import random
from typing import Any

import pytest
from brute_force import OutOfStepsError, best_grouping_by_enumeration
from small import member, office, small_edition
from tiny_editions import tiny_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.previous import Previous, PreviousSeat
from sip_grouping.edition.records import Role, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.explain import changed, only_tightens


def rule(key: str, value: object) -> dict[str, Any]:
    return {"kind": "rule", "key": key, "value": value}


def cell(member_id: str, field: str, value: object) -> dict[str, Any]:
    return {"kind": "member", "member_id": member_id, "field": field, "value": value}


@pytest.fixture(scope="module")
def edition() -> Edition:
    members = [member(f"m{n}", n, themes=("a", "b"), moderator=n < 3) for n in range(6)]
    return small_edition(
        members,
        themes=[Theme(id="a"), Theme(id="b")],
        offices=[office(rooms=2)],
        moderators=1,
        score={"km_points": 0.5},
    )


TIGHTER: list[dict[str, Any]] = [
    rule("rules.travel_km", 29.9), rule("rules.office_travel_km", 10), rule("rules.spread_km", 9),
    rule("rules.local.size_min", 3), rule("themes.a.rules.video.size_max", 2),
    rule("rules.moderators", 2), rule("rules.secretaries", 1), rule("rules.experienced_min", 1),
    rule("rules.shared_language", True), rule("themes.b.rules.shared_slot", True),
    rule("themes.a.groups_max", 1), rule("themes.a.groups_min", 1), rule("themes.a.tracks", ["video"]),
    rule("themes.a.countries", ["FR"]), rule("score.km_points", 1), rule("score.video_points", 20),
    rule("score.group_points", 1), rule("score.rank_points", [100, 80]),
    rule("score.rank_points", [100, 79, 60]),
    cell("m0", "moderator", "no"), cell("m0", "moderator", "only"), cell("m0", "video", "no"),
    cell("m0", "commits", "no"), cell("m0", "theme_2", ""), cell("m0", "languages", "fr"),
    cell("m0", "slots", "mon-evening"), cell("m0", "apart", "m1"), cell("m0", "together", "m1"),
    {"kind": "office", "office_id": "hub", "field": "rooms", "value": 1},
]  # fmt: skip
LOOSER_OR_OTHER: list[dict[str, Any]] = [
    rule("rules.travel_km", 30.1), rule("rules.local.size_max", 4), rule("rules.moderators", 0),
    rule("score.rank_points", [101, 80, 60]), rule("score.km_points", 0), rule("score.video_points", 0),
    rule("rules.groups_per_member", 2), rule("places.towns", ["BE-4000"]),
    cell("m5", "moderator", "yes"), cell("m0", "theme_1", "b"), cell("m0", "country", "FR"),
    # Who no longer accepts local groups loses nothing by video any more.
    cell("m0", "local", "no"),
    {"kind": "add_member", "row": {"member_id": "v", "country": "BE", "postcode": "1000", "theme_1": "a"}},
    {"kind": "office", "office_id": "hub", "field": "postcode", "value": "4000"},
]  # fmt: skip


def made(edition: Edition, change: dict[str, Any]) -> Edition:
    if change.get("field") == "theme_1":
        return changed(edition, [change, cell(change["member_id"], "theme_2", "a")])
    if change.get("field") == "postcode":
        where = {**change, "field": "latitude", "value": 50.2}
        return changed(edition, [where])
    return changed(edition, [change])


@pytest.mark.parametrize("change", TIGHTER, ids=str)
def test_what_tightens(edition: Edition, change: dict[str, Any]) -> None:
    assert only_tightens(edition, made(edition, change))


@pytest.mark.parametrize("change", LOOSER_OR_OTHER, ids=str)
def test_what_does_not_or_is_not_certain(edition: Edition, change: dict[str, Any]) -> None:
    assert not only_tightens(edition, made(edition, change))


def test_an_edition_is_no_looser_than_itself(edition: Edition) -> None:
    assert only_tightens(edition, edition)


def test_more_moderators_are_no_tightening_where_some_are_nothing_else(edition: Edition) -> None:
    """Two who only moderate may share a group that has two moderators."""
    only = changed(edition, [cell("m0", "moderator", "only")])
    assert not only_tightens(only, changed(only, [rule("rules.moderators", 2)]))


def test_a_town_that_nobody_lives_in_any_more_may_make_room_for_another() -> None:
    members = [member("m0", 0), member("m1", 0), member("m2", 0.5, postcode="1001")]
    edition = small_edition(members, towns="none", offices=[])
    near = edition.locations[0].model_copy(update={"postcode": "1001", "latitude": 50.005})
    edition = edition.replace(
        locations=(*edition.locations, near),
        places=edition.places.model_copy(update={"towns": "members", "thinning_km": 1.0}),
    )
    gone = changed(edition, [cell("m0", "commits", "no"), cell("m1", "commits", "no")])
    assert not only_tightens(edition, gone)


def test_it_is_true_of_tiny_editions() -> None:
    """No grouping of an edition that is told to be tighter is worth more than the best of the other."""
    rng = random.Random(7)
    told = lower = looser = 0
    for seed in range(240):
        edition = tiny_edition(seed)
        after = _changed_somehow(edition, rng)
        if after is None or not (only_tightens(edition, after) or only_tightens(after, edition)):
            continue
        try:
            best, other = (
                best_grouping_by_enumeration(one, most_steps=20_000) for one in (edition, after)
            )
        except OutOfStepsError:
            continue
        low = float("-inf")
        if only_tightens(edition, after):
            assert (low if other is None else other) <= (low if best is None else best), seed
            told += 1
            lower += best != other
        else:
            assert (low if other is None else other) >= (low if best is None else best), seed
            looser += best != other
    assert told > 60
    assert min(lower, looser) >= 5


def _changed_somehow(edition: Edition, rng: random.Random) -> Edition | None:
    theme = rng.choice(edition.themes).id
    who = rng.choice(edition.members).member_id
    other = rng.choice(edition.members).member_id
    track = rng.choice(list(Track)).value
    options = [
        rule("rules.travel_km", rng.choice([5, 15, 60])), rule("rules.spread_km", rng.choice([5, 60])),
        rule(f"rules.{track}.size_min", rng.choice([1, 3])), rule("rules.moderators", rng.choice([0, 1, 2])),
        rule("rules.secretaries", rng.choice([0, 1, 2])), rule("rules.experienced_min", rng.choice([0, 1])),
        rule("rules.shared_language", rng.random() < 0.7), rule("rules.shared_slot", rng.random() < 0.7),
        rule("rules.groups_per_member", rng.choice([1, 2])), rule(f"themes.{theme}.tracks", [track]),
        rule(f"themes.{theme}.groups_max", rng.choice([0, 1])), rule("score.video_points", 80),
        rule("score.km_points", rng.choice([0.1, 3])), rule("score.rank_points", [90, 10]),
        *(cell(who, name, rng.choice(["yes", "no"]))
          for name in ("moderator", "secretary", "local", "video", "commits", "experienced")),
        cell(who, "moderator", "only"), cell(who, "languages", rng.choice(["nl", "fr nl", ""])),
        cell(who, "slots", rng.choice(["tue", ""])), cell(who, "apart", other), cell(who, "together", other),
    ]  # fmt: skip
    try:
        return changed(edition, [rng.choice(options)])
    except InputError:
        return None


def test_a_holder_less_may_be_worth_less_where_it_counts_who_holds_a_role_again(
    edition: Edition,
) -> None:
    wishes = edition.replace(
        previous=Previous(same_role=5.0),
        previous_seats=(
            PreviousSeat(member_id="m0", group_id="g", theme="a", role=Role.MODERATOR),
            PreviousSeat(member_id="m1", group_id="h", theme="a", role=Role.MODERATOR),
        ),
    )
    assert not only_tightens(wishes, changed(wishes, [rule("rules.moderators", 2)]))
    assert only_tightens(wishes, changed(wishes, [rule("rules.travel_km", 20)]))
