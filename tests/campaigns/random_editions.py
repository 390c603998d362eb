"""Random editions of 8 to 30 members in which every rule often decides the score.

Comes in: a seed. Goes out: an `Edition`. Like `tiny_editions`, larger: several groups per theme and place,
pins of several members, chains of members who belong together. Fields that the records do not know yet
(`experienced`) are left out.
"""

import random
from typing import NamedTuple

from pydantic import ValidationError
from tiny_editions import FEATURES, with_closed_themes, with_homes_abroad, with_only

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Location, Member, Pin, Role, Rules, Track
from sip_grouping.errors import InputError

_SPOTS_KM = (
    *((0.0, 0.0), (6.0, 2.0), (13.0, 0.0), (24.0, -7.0)),
    *((41.0, 5.0), (45.0, 11.0), (58.0, 3.0), (90.0, 0.0)),
)
"""Kilometres north and east of the first spot, about; each spot is one postcode."""

_SPOTS = tuple(
    Location(
        country="BE" if number % 3 else "FR",
        postcode=f"{1000 + number}" if number % 3 else f"{59000 + number}",
        latitude=round(50.4 + north / 111.2, 6),
        longitude=round(3.2 + east / 71.0, 6),
    )
    for number, (north, east) in enumerate(_SPOTS_KM)
)
_KNOWS_EXPERIENCED = "experienced" in Member.model_fields


class Shape(NamedTuple):
    """What follows from the number of members."""

    size_min: int
    size_max: int
    video_min: int
    video_max: int


def random_edition(seed: int, *, members: int | None = None, crowded: bool = False) -> Edition:
    """Return the edition of a seed; draws again until the records fit together.

    Parameters
    ----------
    members
        How many; 8 to 30 if left out, small numbers more often.
    crowded
        Draw for slots that are taken: more groups per member, and offices with few rooms.
    """
    rng = random.Random(f"{seed}-{members}-{crowded}")
    while True:
        try:
            bare = _drawn(rng, members or int(8 + 23 * rng.random() ** 1.5), crowded)
        except (InputError, ValidationError):
            continue
        edition = _with_pins(rng, _with_pairs(rng, bare))
        return with_homes_abroad(with_closed_themes(with_only(edition, rng), rng), rng)


def _drawn(rng: random.Random, count: int, crowded: bool) -> Edition:
    themes = [_theme(rng, theme_id) for theme_id in ("a", "b", "c")[: rng.choice((1, 2, 2, 3))]]
    first = rng.randrange(4)
    spots = list(_SPOTS[first : first + 4])
    places = rng.sample([*spots[:3], rng.choice(_SPOTS)], rng.choice((1, 2, 2)))
    offices = [
        {
            "office_id": office_id,
            "country": spot.country,
            "postcode": spot.postcode,
            "rooms": rng.choice((None, 1, 1, 1, 2, 0)) if crowded else None,
        }
        for office_id, spot in zip(("hub", "north"), places, strict=False)
    ]
    office_ids = [str(one["office_id"]) for one in offices]
    return Edition.model_validate(
        {
            "name": "random",
            "themes": themes,
            "members": [
                _member(rng, f"m{number:02}", themes, rng.choice(spots[:3] * 4 + spots), office_ids)
                for number in range(count)
            ],
            "offices": offices,
            "rules": _rules(rng, _shape(rng, count), crowded),
            "places": {
                "offices": rng.random() < 0.8,
                "towns": rng.choice(
                    (
                        "members",
                        "members",
                        "none",
                        "none",
                        tuple(_town(one) for one in rng.sample(spots, 2)),
                    )
                ),
                "thinning_km": rng.choice((0.0, 10.0, 10.0, 20.0)),
            },
            "score": {
                "rank_points": rng.choice(((100, 80, 60), (100, 80), (30, 25.5), (10,))),
                "km_points": rng.choice((0.0, 0.5, 1.234567, 4.0)),
                "video_points": rng.choice((0.0, 15.0, 60.125)),
                "group_points": rng.choice((0.0, 0.0, 5.0, 60.5)),
            },
            "locations": _SPOTS,
        }
    )


def _shape(rng: random.Random, count: int) -> Shape:
    least = rng.choice((1, 2, 2, 3)) if count <= 12 else rng.choice((2, 3, 3, 4))
    video = rng.choice((2, 3, 4)) if count <= 12 else rng.choice((3, 4, 6))
    return Shape(least, least + rng.choice((0, 1, 2)), video, video + rng.choice((0, 1, 3)))


def _rules(rng: random.Random, shape: Shape, crowded: bool) -> Rules:
    # The office limit decides where the other is short.
    more_km = rng.choice((-7.5, 0.0, 12.0, 20.0, 30.0))
    limit_km = rng.choice((5.0, 8.0, 8.0, 15.0) if more_km > 0 else (8.0, 15.0, 26.0, 45.0))
    rules: dict[str, object] = {
        "local": {"size_min": shape.size_min, "size_max": shape.size_max},
        "video": {"size_min": shape.video_min, "size_max": shape.video_max},
        "travel_km": limit_km,
        "office_travel_km": max(0.0, limit_km + more_km),
        "spread_km": rng.choice((None, 6.0, 10.0, 16.0)),
        "moderators": rng.choice((0, 1, 1, 1, 1, 2)),
        "secretaries": rng.choice((0, 0, 1, 1)),
        "shared_language": rng.random() < 0.45,
        "shared_slot": crowded or rng.random() < 0.25,
        "groups_per_member": rng.choice((1, 2, 2, 3) if crowded else (1, 1, 2)),
    }
    if _KNOWS_EXPERIENCED:
        rules["experienced_min"] = rng.choice((0, 0, 0, 1, 1, 2))
    return Rules.model_validate(rules)


def _theme(rng: random.Random, theme_id: str) -> dict[str, object]:
    most = rng.choice((0, 1, 1, 2, 2, 2, 3, 1000, 1000, 1000, 1000, 1000))
    return {
        "id": theme_id,
        "countries": rng.choice((("BE", "FR"),) * 6 + (("BE",), ("FR",))),
        "tracks": rng.choice((("local", "video"),) * 6 + (("local",), ("local",), ("video",))),
        "groups_min": min(most, rng.choice((0,) * 9 + (1, 1, 2))),
        "groups_max": most,
        "rules": _override(rng),
    }


def _override(rng: random.Random) -> dict[str, object]:
    if rng.random() < 0.55:
        return {}
    changes: dict[str, object] = {
        "local": {"size_max": rng.choice((5, 6, 7))},
        "video": {"size_min": 3, "size_max": rng.choice((4, 6))},
        "travel_km": rng.choice((9.0, 30.0)),
        "office_travel_km": rng.choice((5.0, 50.0)),
        "spread_km": rng.choice((7.0, 20.0)),
        "moderators": rng.choice((0, 1)),
        "secretaries": rng.choice((0, 1)),
        "shared_language": rng.random() < 0.5,
        "shared_slot": rng.random() < 0.5,
        "groups_per_member": rng.choice((1, 2)),
    }
    if _KNOWS_EXPERIENCED:
        changes["experienced_min"] = rng.choice((0, 1))
    return {name: changes[name] for name in rng.sample(sorted(changes), rng.choice((1, 2)))}


def _member(
    rng: random.Random,
    member_id: str,
    themes: list[dict[str, object]],
    spot: Location,
    office_ids: list[str],
) -> Member:
    track = rng.choice(("both", "both", "both", "local", "video"))
    open_to_it = [str(one["id"]) for one in themes if spot.country in str(one["countries"])]
    answers: dict[str, object] = {
        "member_id": member_id,
        "country": spot.country,
        "postcode": spot.postcode,
        "themes": rng.sample(open_to_it, rng.randint((len(open_to_it) + 1) // 2, len(open_to_it))),
        "cooperator": rng.random() < 0.95,
        "commits": rng.random() < 0.95,
        "office": rng.choice((None, *office_ids, *office_ids)),
        "moderator": rng.random() < 0.5,
        "secretary": rng.random() < 0.5,
        "local": track != "video",
        "video": track != "local",
        "languages": rng.choice(((), ("fr",), ("fr",), ("fr",), ("nl",), ("nl",), ("fr", "nl"))),
        "slots": rng.choice(((), ("tue",), ("tue",), ("sat",), ("sat",), ("sat", "tue"))),
    }
    if _KNOWS_EXPERIENCED:
        answers["experienced"] = rng.random() < 0.4
    if rng.random() < 0.3:
        answers["latitude"] = round(spot.latitude + rng.choice((-0.02, 0.013)), 6)
        answers["longitude"] = round(spot.longitude + rng.choice((0.0, 0.017)), 6)
    return Member.model_validate(answers)


def _with_pairs(rng: random.Random, edition: Edition) -> Edition:
    """Add pairs that may be asked for; those that contradict the answers are refused, and left out."""
    count = len(edition.members)
    for field, wanted in (
        ("together", rng.choice((0, 0, 1, 2, 3))),
        ("apart", rng.choice((0, 2, 4, 6))),
    ):
        for _ in range(wanted):
            first, second = rng.sample(range(count), 2)
            members = list(edition.members)
            named = {*getattr(members[first], field), members[second].member_id}
            members[first] = members[first].model_copy(update={field: tuple(sorted(named))})
            try:
                edition = edition.replace(members=tuple(members))
            except InputError:
                continue
    return edition


def _with_pins(rng: random.Random, edition: Edition) -> Edition:
    """Add pins that fit the edition and each other."""
    if rng.random() < 0.6:
        return edition
    wanted = rng.choice((1, 1, 2, 3))
    for _ in range(10 * wanted):
        if len(edition.pins) == wanted:
            break
        member = rng.choice(edition.members)
        theme = edition.theme_by_id[rng.choice(member.themes)]
        track = rng.choice(theme.tracks)
        places = [office.office_id for office in edition.offices] + [member.town_id]
        alike = [
            one.member_id for one in edition.members if theme.id in one.themes and one is not member
        ]
        company = rng.sample(alike, min(len(alike), rng.choice((0, 0, 1, 2))))
        pin = Pin(
            member_id=member.member_id,
            theme=theme.id,
            track=track,
            place=rng.choice(places) if track is Track.LOCAL else "",
            role=rng.choice((None, None, *Role)),
            with_members=tuple(company),
        )
        try:
            edition = edition.with_pins((pin,))
        except InputError:
            continue
    return edition


def _town(spot: Location) -> str:
    return f"{spot.country}-{spot.postcode}"


def without(edition: Edition, feature: str) -> Edition:
    """Return the edition without a rule or score term: `tiny_editions.FEATURES` and what is newer.

    Raises
    ------
    InputError
        What is left does not fit together.
    """
    if feature == "experienced_min":
        return edition.replace(
            members=tuple(
                member.model_copy(update={"experienced": True}) for member in edition.members
            )
        )
    return FEATURES[feature](edition)


def features() -> list[str]:
    """Return the names that `without` knows."""
    return sorted(FEATURES)
