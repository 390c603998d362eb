"""Members who can never be placed are named with the reason that a grouping gives as well."""

import random
from typing import Any

import pytest
from binding_editions import binding_edition
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from positions import metres
from small import member, metres_between, office, small_edition
from tiny_editions import crowded_edition, tiny_edition

from sip_grouping.catalogue import LANGUAGES
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Location, Member, Pin, RulesOverride, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.solve import form_groups

LOCAL, VIDEO = Theme(id="a", tracks=(Track.LOCAL,)), Theme(id="b", tracks=(Track.VIDEO,))
CODES = {
    *("no-theme-open", "no-track", "no-place-in-reach", "no-role-wanted", "no-groups-allowed"),
}


def never(edition: Edition) -> dict[object, tuple[str, str, str | None]]:
    """Return code, variant and column by the member who is told never to be placed."""
    found: dict[object, tuple[str, str, str | None]] = {}
    for one in edition.warnings:
        if one.code in CODES:
            assert all(one.told_in(language).message for language in LANGUAGES)
            assert one.row not in found
            found[one.row] = (one.code, one.variant, one.column)
    return found


def reasons(edition: Edition) -> dict[str, str]:
    result = form_groups(edition, work_limit=20)
    if result.grouping is None:
        return {}
    return {one.member_id: one.reason for one in result.grouping.left_out}


# Tracks


@pytest.mark.parametrize(
    ("answers", "themes", "told"),
    [
        ({"local": False, "video": False}, ("a", "b"), ("no-track", "", "local")),
        ({"local": False}, ("a",), ("no-track", "no-local", "local")),
        ({"video": False}, ("b",), ("no-track", "no-video", "video")),
        ({"local": False}, ("a", "b"), None),
        ({"video": False}, ("b", "a"), None),
        ({}, ("a",), None),
        ({"local": False, "video": False, "commits": False}, ("a", "b"), None),
    ],
)
def test_a_track_that_nothing_offers(
    answers: dict[str, bool], themes: tuple[str, ...], told: tuple[str, str, str] | None
) -> None:
    edition = small_edition([member("x", themes=themes, **answers)], themes=[LOCAL, VIDEO])
    assert never(edition) == ({} if told is None else {"x": told})
    if told is not None:
        assert reasons(edition)["x"] == told[0]


def test_only_themes_that_are_open_count() -> None:
    closed = VIDEO.model_copy(update={"countries": ("FR",)})
    edition = small_edition([member("x", themes=("b", "a"), local=False)], themes=[LOCAL, closed])
    assert never(edition) == {"x": ("no-track", "no-local", "local")}
    assert reasons(edition)["x"] == "no-track"


# Places


@pytest.mark.parametrize(("more_m", "told"), [(0, False), (1, True)])
def test_the_limit_itself_is_in_reach(more_m: int, told: bool) -> None:
    travel_km = (metres_between(20.0, 0.0) - more_m) / 1000
    edition = small_edition([member("x", 20.0, video=False)], travel_km=travel_km)
    assert never(edition) == ({"x": ("no-place-in-reach", "", "latitude")} if told else {})
    assert (reasons(edition)["x"] == "no-place-in-reach") is told


@pytest.mark.parametrize(("more_m", "told"), [(0, False), (1, True)])
def test_the_own_office_has_a_limit_of_its_own(more_m: int, told: bool) -> None:
    limits: dict[str, Any] = {
        "travel_km": 5.0,
        "office_travel_km": (metres_between(20.0, 0.0) - more_m) / 1000,
    }
    attached = small_edition([member("x", 20.0, video=False, office="hub")], **limits)
    assert bool(never(attached)) is told
    assert never(small_edition([member("x", 20.0, video=False)], **limits))


def test_one_theme_whose_limit_is_longer_is_enough() -> None:
    far = Theme(id="c", tracks=(Track.LOCAL,), rules=RulesOverride(travel_km=25.0))
    people = [member("x", 20.0, themes=("a",)), member("y", 20.0, themes=("a", "c"))]
    edition = small_edition(people, themes=[LOCAL, far], travel_km=5.0)
    assert never(edition) == {"x": ("no-place-in-reach", "", "latitude")}
    assert reasons(edition)["x"] == "no-place-in-reach"


def test_who_can_join_by_video_is_not_out_of_reach() -> None:
    people = [member("x", 200.0), member("y", 200.0, themes=("a", "b"))]
    edition = small_edition(people, themes=[LOCAL, VIDEO])
    assert set(never(edition)) == {"x"}


def test_the_own_town_is_in_reach_but_of_strays() -> None:
    people = [
        member("x", 49.0, video=False),
        member("y", 51.0, video=False),
        member("z", 200.0, postcode="9999", video=False),
    ]
    edition = small_edition(people, towns="members", offices=[])
    # The town lies at x; y is too far from the postcode to say where it lies, but near x.
    assert never(edition) == {}
    gone = edition.replace(members=tuple(people[1:]))
    assert never(gone) == {"y": ("no-place-in-reach", "", "latitude")}
    assert reasons(gone)["y"] == "no-place-in-reach"


def test_the_postcode_is_shown_where_it_says_where_the_member_lives() -> None:
    away = Location(country="FR", postcode="75001", latitude=48.86, longitude=2.34)
    home: dict[str, Any] = {
        "latitude": None,
        "longitude": None,
        "postcode": "75001",
        "country": "FR",
    }
    edition = small_edition([member("w")])
    edition = edition.replace(
        members=(*edition.members, member("x", video=False, **home)),
        locations=(*edition.locations, away),
    )
    (told,) = [one for one in edition.warnings if one.code == "no-place-in-reach"]
    assert (told.row, told.column, told.value) == ("x", "postcode", "75001")


def test_places_that_are_no_candidates_do_not_count() -> None:
    people = [member("x", video=False)]
    edition = small_edition(people)
    assert never(edition) == {}
    without = edition.replace(places=edition.places.model_copy(update={"offices": False}))
    assert set(never(without)) == {"x"}
    # A pinned place is always a candidate.
    pin = Pin(member_id="w", theme="a", track=Track.LOCAL, place="hub")
    pinned = without.replace(members=(*people, member("w")), pins=(pin,))
    assert never(pinned) == {}
    listed = without.replace(places=without.places.model_copy(update={"towns": ("BE-1000",)}))
    assert never(listed) == {}


def test_an_office_without_rooms_is_none_where_slots_are_shared() -> None:
    people = [member("x", video=False)]
    edition = small_edition(people, offices=[office(rooms=0)], shared_slot=True)
    assert set(never(edition)) == {"x"}
    assert reasons(edition)["x"] == "no-place-in-reach"
    assert never(small_edition(people, offices=[office(rooms=0)])) == {}
    assert never(small_edition(people, offices=[office(rooms=1)], shared_slot=True)) == {}


# Which reason


def test_the_strongest_of_several_reasons_is_told() -> None:
    none = LOCAL.model_copy(update={"groups_max": 0})
    people = [
        member("track", video=False, local=False, moderator="only"),
        member("place", 90.0, video=False, moderator="only"),
        member("role", 0.0, moderator="only"),
        member("groups", 0.0),
    ]
    edition = small_edition(people, themes=[none])
    told = {row: code for row, (code, *_) in never(edition).items()}
    assert told == {
        "track": "no-track",
        "place": "no-place-in-reach",
        "role": "no-role-wanted",
        "groups": "no-groups-allowed",
    }
    assert reasons(edition) == told


EDITIONS = {"tiny": tiny_edition, "crowded": crowded_edition, "binding": binding_edition}


def hampered(seed: int, family: str) -> Edition:
    """Return an edition in which many members can never be placed, for all kinds of reasons."""
    edition = EDITIONS[family](seed)
    rng = random.Random(f"hampered {seed}")
    places: list[dict[str, object]] = [
        {},
        {"towns": "none"},
        {"offices": False},
        {"towns": "none", "offices": False},
        {"towns": ("BE-1005",)},
    ]
    changes: list[dict[str, object]] = [
        {"rules": edition.rules.model_copy(update={"travel_km": rng.choice((3.0, 9.0))})},
        {"places": edition.places.model_copy(update=rng.choice(places))},
        {
            "themes": tuple(
                one.model_copy(update={"groups_max": 0, "groups_min": 0})
                if rng.random() < 0.3
                else one
                for one in edition.themes
            )
        },
        {"members": tuple(_answered(one, rng) for one in edition.members)},
    ]
    for change in changes:
        try:
            edition = edition.replace(**change)
        except InputError:
            continue
    return edition


def _answered(member: Member, rng: random.Random) -> Member:
    updates: list[dict[str, object]] = [
        {"local": False, "video": False},
        {"local": False},
        {"video": False},
        {"video": False, "latitude": 51.3, "longitude": 3.2},
        *[{}] * 3,
    ]
    return member.model_copy(update=rng.choice(updates))


@settings(deadline=None, max_examples=cases(60, 150))
@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(EDITIONS)))
def test_whoever_is_warned_of_is_left_out_for_that_reason(seed: int, family: str) -> None:
    edition = hampered(seed, family)
    told = {row: code for row, (code, *_) in never(edition).items()}
    given_reasons = reasons(edition)
    if not given_reasons:
        return  # nobody is left out where no grouping exists
    for who, code in told.items():
        # Thinning is not looked at: of a place out of reach only thinning may be the cause.
        weaker = {"no-place-in-reach"} if code in {"no-role-wanted", "no-groups-allowed"} else set()
        assert given_reasons[str(who)] in {code} | weaker


def test_the_editions_of_that_test_have_every_reason() -> None:
    found = {
        code
        for seed in range(60)
        for family in EDITIONS
        for code, *_ in never(hampered(seed, family)).values()
    }
    assert found == CODES


def test_many_members_are_told_as_one_by_one() -> None:
    rng = random.Random(3)
    spots = [
        Location(
            country="FR",
            postcode=f"{10_000 + at}",
            latitude=49.6 + rng.random(),
            longitude=3.4 + rng.random(),
        )
        for at in range(300)
    ]
    people = [
        member("x", 0.0, latitude=None, longitude=None, country="FR", video=False).model_copy(
            update={"member_id": f"m{at}", "postcode": rng.choice(spots).postcode}
        )
        for at in range(1_000)
    ]
    offices = [office("hub"), office("north", 30.0)]
    base = small_edition([member("w")], offices=offices, travel_km=25.0)
    edition = base.replace(members=tuple(people), locations=(*base.locations, *spots))
    away = {
        one.member_id
        for one in people
        if all(metres(edition.position(one), edition.position(place)) > 25_000 for place in offices)
    }
    assert 200 < len(away) < 800
    assert set(never(edition)) == away
    assert (
        never(edition.replace(places=edition.places.model_copy(update={"towns": "members"}))) == {}
    )
