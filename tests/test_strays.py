"""Coordinates far from their postcode are the member's own, and say nothing of its town."""

from pathlib import Path

import pytest
from bad_editions import write_edition
from meridian import LONGITUDE, edition_of, latitude_at, living, office_at
from positions import candidate_positions, metres, place_positions

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Location, Member, Pin, Role, Track
from sip_grouping.errors import InputError
from sip_grouping.problem.places import candidate_places
from sip_grouping.reading import make_edition
from sip_grouping.units import FAR_FROM_POSTCODE_M
from sip_grouping.verification import verify
from sip_grouping.verification.measures import Distances, PlacesOfEdition

TOWN = "BE-2000"
POSTCODE_AT = (50.1, LONGITUDE)
CODE = "far-from-postcode"


def latitude_away(distance_m: int) -> float:
    """Return a latitude on the meridian that is exactly so many metres north of the postcode."""
    guess = POSTCODE_AT[0] + distance_m / 111_230
    steps = (round(guess + step * 1e-6, 6) for step in range(-4000, 4000))
    return next(one for one in steps if metres(POSTCODE_AT, (one, LONGITUDE)) == distance_m)


AT_THE_LIMIT = latitude_away(FAR_FROM_POSTCODE_M)
BEYOND = latitude_away(FAR_FROM_POSTCODE_M + 1)


def resident(member_id: str, latitude: float | None, **answers: object) -> Member:
    longitude = None if latitude is None else LONGITUDE
    return living(
        member_id, 0.0, postcode="2000", latitude=latitude, longitude=longitude, **answers
    )


def at_towns(*members: Member, **edition: object) -> Edition:
    places = {"towns": "members", "offices": False}
    return edition_of(members, places=places, **edition)  # type: ignore[arg-type]


def town_of(edition: Edition) -> tuple[float, float]:
    """Return where the engine, the verifier and the oracle of the tests put the town, all the same."""
    (engine,) = [
        (one.latitude, one.longitude) for one in candidate_places(edition) if one.place_id == TOWN
    ]
    assert PlacesOfEdition(edition, Distances()).position(TOWN) == engine
    assert place_positions(edition)[TOWN] == candidate_positions(edition)[TOWN] == engine
    return engine


def strays_of(edition: Edition) -> list[object]:
    found = [one for one in edition.warnings if one.code == CODE]
    for one in found:
        assert all(one.told_in(language).message for language in LANGUAGES)
    return [one.row for one in found]


def test_the_limit_itself_is_near() -> None:
    assert FAR_FROM_POSTCODE_M == 50_000
    edition = at_towns(resident("x", AT_THE_LIMIT))
    assert town_of(edition) == (AT_THE_LIMIT, LONGITUDE)
    assert strays_of(edition) == []


def test_a_metre_beyond_the_limit_says_nothing_of_the_town() -> None:
    edition = at_towns(resident("x", BEYOND))
    assert town_of(edition) == POSTCODE_AT
    assert edition.position(edition.members[0]) == (BEYOND, LONGITUDE)
    assert strays_of(edition) == ["x"]


def test_the_others_of_the_town_decide_where_it_lies() -> None:
    near = [resident("a", 50.12), resident("b", 50.14), resident("c", None)]
    edition = at_towns(*near, resident("x", 51.9))
    assert town_of(edition) == pytest.approx((50.13, LONGITUDE))
    assert strays_of(edition) == ["x"]


def test_who_takes_no_part_is_warned_of_as_well() -> None:
    """The mistake stands in the table all the same."""
    edition = at_towns(resident("a", 50.12), resident("x", BEYOND, commits=False))
    assert town_of(edition) == (50.12, LONGITUDE)
    assert strays_of(edition) == ["x"]


def test_beside_a_postcode_that_is_not_known_coordinates_decide() -> None:
    edition = at_towns(living("x", 300, postcode="9999"))
    (place,) = candidate_places(edition)
    assert (place.place_id, place.latitude) == ("BE-9999", latitude_at(300))
    assert candidate_positions(edition) == PlacesOfEdition(edition, Distances()).candidates
    assert strays_of(edition) == []


@pytest.mark.parametrize(("more_m", "near"), [(0, True), (1, False)])
def test_of_a_code_that_is_not_known_the_likely_error_is_added(more_m: int, near: bool) -> None:
    home = latitude_away(FAR_FROM_POSTCODE_M + 2_345 + more_m)
    edition = at_towns(resident("x", home))
    guessed = {"matched": "20", "likely_error_km": 2.345}
    locations = [
        one.model_copy(update=guessed) if one.postcode == "2000" else one
        for one in edition.locations
    ]
    approximate = edition.replace(locations=tuple(locations))
    assert town_of(approximate) == ((home, LONGITUDE) if near else POSTCODE_AT)
    assert strays_of(approximate) == ([] if near else ["x"])
    assert strays_of(edition) == ["x"]


def test_a_stray_counts_among_those_who_live_in_its_town() -> None:
    """Which of two near towns is kept goes by the answers, and the postcode is one."""
    others = [living("a", 5, postcode="1000"), resident("b", None), resident("x", BEYOND)]
    edition = edition_of(others, places={"towns": "members", "offices": False, "thinning_km": 30.0})
    assert [one.place_id for one in candidate_places(edition)] == [TOWN]
    assert list(PlacesOfEdition(edition, Distances()).candidates) == [TOWN]


def test_groups_meet_where_the_town_is_and_not_where_strays_live() -> None:
    near = [resident(name, None, video=False) for name in ("a", "b")]
    edition = at_towns(*near, resident("x", BEYOND, video=False), travel_km=30.0)
    grouping = sip.form_groups(edition, work_limit=20).grouping
    assert grouping is not None
    assert {row.member_id for row in grouping.placements} == {"a", "b"}
    assert [(one.member_id, one.reason) for one in grouping.left_out] == [
        ("x", "no-place-in-reach")
    ]
    assert {row.travel_m for row in grouping.placements} == {0}
    assert verify(edition, grouping).ok


def test_a_pin_is_held_against_where_the_town_is() -> None:
    pin = Pin(member_id="a", theme="a", track=Track.LOCAL, place=TOWN, role=Role.MEMBER)
    stray = resident("x", 51.0)
    near = living("a", postcode="1000", latitude=50.05)
    assert at_towns(near, stray, pins=[pin]).pins == (pin,)
    with pytest.raises(InputError) as caught:
        # Ten kilometres from the stray, and 90 from its postcode.
        at_towns(living("a", postcode="1000", latitude=50.92), stray, pins=[pin])
    assert [one.code for one in caught.value.findings] == ["pin-too-far"]


def test_the_digest_tells_whether_coordinates_count_for_the_town() -> None:
    edition = at_towns(resident("x", BEYOND), resident("y", 50.11))
    moved = Location(country="BE", postcode="2000", latitude=50.2, longitude=LONGITUDE)
    locations = [one for one in edition.locations if one.postcode != "2000"]
    nearer = edition.replace(locations=(*locations, moved))
    assert town_of(nearer) != town_of(edition)
    assert nearer.digests["members"] != edition.digests["members"]
    # Where it decides nothing the place of the postcode is in no digest.
    few = at_towns(resident("y", 50.11))
    assert few.replace(locations=(*locations, moved)).digest == few.digest


def test_offices_are_compared_too() -> None:
    edition = edition_of([living("x")], offices=[office_at("hub", 60.0)])
    assert strays_of(edition) == ["hub"]
    assert edition.position(edition.offices[0]) == (latitude_at(60.0), LONGITUDE)


def test_made_and_read_editions_warn_alike_and_once(tmp_path: Path) -> None:
    folder = write_edition(tmp_path / "edition")
    table = folder / "members.csv"
    table.write_text(
        table.read_text("utf-8").replace("latitude", "Lat", 1).replace("50.63,3.06", "48.85,2.35"),
        "utf-8",
    )
    read = sip.load_edition(folder)
    (told,) = [one for one in read.warnings if one.code == CODE]
    assert (told.file, told.column, told.value) == ("members.csv", "Lat", "48.85")
    assert isinstance(told.row, int)
    made = make_edition(
        name=read.name, themes=read.themes, members=read.members, offices=read.offices,
        rules=read.rules, places=read.places, score=read.score, pins=read.pins,
    )  # fmt: skip
    assert made == read
    (again,) = [one for one in made.warnings if one.code == CODE]
    assert (again.file, again.column, again.value) == ("members", "latitude", "48.85")
    assert again.message == told.message
    # It is told as it was read as long as it is true, and no longer.
    assert told in read.replace(pins=()).warnings
    mended = [one.model_copy(update={"latitude": None, "longitude": None}) for one in read.members]
    assert strays_of(read.replace(members=tuple(mended))) == []
