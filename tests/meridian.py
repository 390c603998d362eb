"""Editions on one meridian for tests of the verifier: homes and places so many km north of an office.

Comes in: members and what differs from the plainest rules. Goes out: an `Edition`, checked or not.
Uses no code of the engine.
"""

from collections.abc import Mapping, Sequence

from positions import metres

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

LONGITUDE = 4.0
_TWO_OR_THREE = SizeLimits(size_min=2, size_max=3)
_LOCATIONS = (
    Location(country="BE", postcode="1000", latitude=50.0, longitude=LONGITUDE),
    Location(country="BE", postcode="2000", latitude=50.1, longitude=LONGITUDE),
    Location(country="FR", postcode="59000", latitude=50.2, longitude=LONGITUDE),
)


def latitude_at(km: float) -> float:
    """Return the latitude about `km` north of the office, to six decimals."""
    return round(50.0 + km / 111.23, 6)


def exact_m(km_a: float, km_b: float = 0.0) -> int:
    """Return the geodesic distance of two spots of the meridian, whole metres."""
    return metres((latitude_at(km_a), LONGITUDE), (latitude_at(km_b), LONGITUDE))


def living(member_id: str, km: float = 0.0, **answers: object) -> Member:
    """Return a member `km` north of the office who ranks theme a; postcode 1000 unless told."""
    given: dict[str, object] = {
        "member_id": member_id,
        "country": "BE",
        "postcode": "1000",
        "themes": ("a",),
        "latitude": latitude_at(km),
        "longitude": LONGITUDE,
    }
    return Member.model_validate(given | answers)


def office_at(office_id: str, km: float = 0.0, **limits: int | None) -> Office:
    """Return an office `km` north of the first; limits are `rooms` and `seats_max`."""
    return Office(
        office_id=office_id,
        country="BE",
        postcode="1000",
        latitude=latitude_at(km),
        longitude=LONGITUDE,
        rooms=limits.get("rooms"),
        seats_max=limits.get("seats_max"),
    )


def edition_of(
    members: Sequence[Member],
    *,
    themes: Sequence[Theme] = (Theme(id="a"),),
    offices: Sequence[Office] = (office_at("hub"),),
    places: Mapping[str, object] | None = None,
    score: Mapping[str, object] | None = None,
    pins: Sequence[Pin] = (),
    **rules: object,
) -> Edition:
    """Return an edition with groups of 2 or 3, no roles, no shared language, no towns."""
    plain: dict[str, object] = {
        "local": _TWO_OR_THREE,
        "video": _TWO_OR_THREE,
        "moderators": 0,
        "secretaries": 0,
        "shared_language": False,
    }
    return Edition(
        name="meridian",
        themes=tuple(themes),
        members=tuple(members),
        offices=tuple(offices),
        rules=Rules.model_validate(plain | rules),
        places=Places.model_validate({"towns": "none"} | dict(places or {})),
        score=Score.model_validate(score or {}),
        pins=tuple(pins),
        locations=_LOCATIONS,
    )


def unchecked(edition: Edition, **changes: object) -> Edition:
    """Return an edition with fields that an edition would refuse, to see that the verifier trusts nobody."""
    fields = {name: getattr(edition, name) for name in Edition.model_fields}
    return Edition.model_construct(**(fields | changes))
