"""Small editions for tests of the engine: places on one meridian, sizes of two or three."""

from sip_grouping.edition import Edition
from sip_grouping.edition.records import (
    Location,
    Member,
    Office,
    Pin,
    Places,
    Rules,
    SizeLimits,
    Theme,
)
from sip_grouping.edition.score import Score
from sip_grouping.geography.distance import Coordinates, distance_m

BASE_LATITUDE = 50.0
LONGITUDE = 4.0
DEGREES_PER_KM = 1 / 111.23


def latitude_at(km: float) -> float:
    """Return the latitude about `km` north of the office."""
    return BASE_LATITUDE + km * DEGREES_PER_KM


def metres_between(km_a: float, km_b: float) -> int:
    """Return the exact distance of two spots of the meridian, whole metres."""
    return distance_m(
        Coordinates(latitude_at(km_a), LONGITUDE), Coordinates(latitude_at(km_b), LONGITUDE)
    )


def member(member_id: str, km: float = 0.0, **answers: object) -> Member:
    """Return a member who lives `km` north of the office and ranks theme a."""
    given: dict[str, object] = {
        "country": "BE",
        "postcode": "1000",
        "themes": ("a",),
        "latitude": latitude_at(km),
        "longitude": LONGITUDE,
    }
    return Member.model_validate({"member_id": member_id} | given | answers)


def office(office_id: str = "hub", km: float = 0.0, rooms: int | None = None) -> Office:
    """Return an office `km` north of the first one."""
    return Office(
        office_id=office_id,
        country="BE",
        postcode="1000",
        latitude=latitude_at(km),
        longitude=LONGITUDE,
        rooms=rooms,
    )


def small_edition(
    members: list[Member],
    *,
    themes: list[Theme] | None = None,
    offices: list[Office] | None = None,
    score: dict[str, object] | None = None,
    towns: str = "none",
    pins: list[Pin] | None = None,
    **rules: object,
) -> Edition:
    """Return an edition with groups of 2 or 3, no roles, no shared language, nothing lost per km."""
    limits = SizeLimits(size_min=2, size_max=3)
    own: dict[str, object] = {
        "local": limits,
        "video": limits,
        "moderators": 0,
        "secretaries": 0,
        "shared_language": False,
    }
    points: dict[str, object] = {"km_points": 0.0, "video_points": 15.0}
    return Edition(
        name="small",
        themes=tuple(themes or [Theme(id="a")]),
        members=tuple(members),
        offices=tuple([office()] if offices is None else offices),
        rules=Rules.model_validate(own | rules),
        places=Places.model_validate({"towns": towns}),
        score=Score.model_validate(points | (score or {})),
        pins=tuple(pins or []),
        locations=(Location(country="BE", postcode="1000", latitude=50.0, longitude=4.0),),
    )
