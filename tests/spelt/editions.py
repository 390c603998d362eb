"""Random editions of few members with real postcodes and real words, valid by construction or drawn again.

Comes in: a seed. Goes out: an `Edition` made in Python, against which what is read is held.
"""

import random
from functools import cache

from pydantic import ValidationError

from sip_grouping import make_edition
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Office, Pin, Places, Rules, Theme, Track
from sip_grouping.edition.score import Score
from sip_grouping.errors import InputError
from sip_grouping.geography import PostcodePoint, PostcodeTable

TITLES: dict[str, dict[str, str]] = {
    "support": {
        "nl": "Begeleiding",
        "fr": "L'accompagnement, du projet à l'emploi",
        "en": "Support",
    },
    "gender": {"nl": "Gendergelijkheid", "fr": "Égalité de genre", "en": "Gender equality"},
    "sharing": {"nl": "Deeleconomie", "fr": "Économie du partage"},
    "co_op-2": {"nl": "Coöperatief ondernemen", "fr": "Œuvrer en coopérative"},
    "english": {"en": "Work & life"},
    "plain": {},
}
OFFICES = {
    "bruxelles": ("Bruxelles - Saint-Gilles", "BE", "1060"),
    "liege": ("Liège", "BE", "4000"),
    "mons": ("", "BE", "7000"),
    "lille": ("Lille (Nord)", "FR", "59000"),
    "lyon-7": ("Lyon, quartier d'en bas", "FR", "69007"),
}
NAMES = (
    *("Aurore D'Hondt", "Jean-François Œil", "Zoë Van den Broeck", "Élise Noël", "Björn Maes"),
    *("Anaïs Lefèvre", "Jan Peeters", "Fatima El Idrissi", "Łukasz Nowak", "Maïté d'Harcourt"),
)
NOTES = (
    "voir 2e étage",
    "vient à vélo ; rentre tard",
    "zie nota",
    'dit "oui, mais"',
    "deux\nlignes",
)
LANGUAGES = ("fr", "nl", "en", "de", "it", "es", "pt", "ar")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("morning", "noon", "afternoon", "evening")
ABROAD = {"DE": ("52062", 50.7753, 6.0839), "LU": ("1009", 49.6116, 6.1319)}
EXTRA = ("Remarque", "Taille de pull")


@cache
def _points(country: str) -> list[PostcodePoint]:
    return [point for point in PostcodeTable.bundled() if point.country == country]


@cache
def point_of(country: str, postcode: str) -> PostcodePoint | None:
    """Return where a postcode of the table lies."""
    return next((one for one in _points(country) if one.postcode == postcode), None)


@cache
def real_edition(seed: int) -> Edition:
    """Return the edition of a seed; draws again until the records fit together."""
    rng = random.Random(seed)
    while True:
        try:
            return _drawn(rng)
        except (InputError, ValidationError):
            continue


def _drawn(rng: random.Random) -> Edition:
    themes = [_theme(rng, one) for one in rng.sample(sorted(TITLES), rng.randint(1, 3))]
    offices = [_office(rng, one) for one in rng.sample(sorted(OFFICES), rng.randint(0, 3))]
    ids = _ids(rng)
    columns = {name for name in ("name", "email", "note", "pairs") if rng.random() < 0.5}
    extra = rng.sample(EXTRA, rng.choice((0, 0, 1, 2)))
    members = [_member(rng, one, themes, offices, columns, extra) for one in ids]
    if "pairs" in columns and len(ids) > 2:
        members[0] = members[0].model_copy(update={"together": (ids[1],)})
        members[1] = members[1].model_copy(update={"apart": (ids[2],)})
    return make_edition(
        name=rng.choice(("2026-2027", "Smart in Progress 2026", "Édition d'hiver")),
        themes=themes,
        members=members,
        offices=offices,
        rules=_rules(rng),
        places=_places(rng),
        score=Score(
            rank_points=rng.choice(((100.0, 80.0, 60.0), (10.5,), (3.0, 2.125))),
            km_points=rng.choice((0.5, 0.0, 1.25)),
            group_points=rng.choice((0.0, 12.5)),
        ),
        pins=_pins(rng, themes, members, offices),
    )


def _ids(rng: random.Random) -> list[str]:
    count = rng.randint(2, 5)
    form = rng.choice(("m{:02}", "{:06}", "{}", "A-{:03}", "é{}", "smart/{}", "{}-BE"))
    return [form.format(one) for one in rng.sample(range(1, 400), count)]


def _theme(rng: random.Random, theme_id: str) -> Theme:
    rules: dict[str, object] = {}
    if rng.random() < 0.3:
        rules = {"travel_km": 12.5, "local": {"size_max": 9}, "shared_language": False}
    return Theme.model_validate(
        {
            "id": theme_id,
            "title": TITLES[theme_id],
            "countries": rng.choice((("BE", "FR"), ("BE", "FR"), ("BE",), ("FR",))),
            "tracks": rng.choice((("local", "video"), ("local", "video"), ("video",), ("local",))),
            "groups_max": rng.choice((1000, 1000, 7)),
            "rules": rules,
        }
    )


def _office(rng: random.Random, office_id: str) -> Office:
    name, country, postcode = OFFICES[office_id]
    return Office.model_validate(
        {
            "office_id": office_id,
            "name": name,
            "country": country,
            "postcode": postcode,
            "rooms": rng.choice((None, None, 0, 3)),
            **_coordinates(rng, country, postcode),
        }
    )


def _coordinates(rng: random.Random, country: str, postcode: str) -> dict[str, float]:
    point = point_of(country, postcode)
    if point is None or rng.random() < 0.75:
        return {}
    # Some ten kilometres away at most, to a metre or so.
    north, east = (rng.uniform(-0.08, 0.08) for _ in range(2))
    digits = rng.choice((2, 5, 6))
    return {
        "latitude": round(point.latitude + north, digits),
        "longitude": round(point.longitude + east, digits),
    }


def _member(
    rng: random.Random,
    member_id: str,
    themes: list[Theme],
    offices: list[Office],
    columns: set[str],
    extra: list[str],
) -> Member:
    country = rng.choice(("BE", "FR"))
    point = rng.choice(_points(country))
    home: dict[str, object] = {"postcode": point.postcode}
    if rng.random() < 0.1:
        abroad = rng.choice(sorted(ABROAD))
        postcode, latitude, longitude = ABROAD[abroad]
        home = {"home_country": abroad, "postcode": postcode}
        home |= {"latitude": latitude, "longitude": longitude}
    else:
        home |= _coordinates(rng, country, point.postcode)
    role = (False, False, True, "only")
    return Member.model_validate(
        {
            "member_id": member_id,
            "country": country,
            **home,
            "themes": [one.id for one in rng.sample(themes, rng.randint(1, len(themes)))],
            "office": rng.choice([None, *(one.office_id for one in offices)]),
            "cooperator": rng.random() < 0.9,
            "commits": rng.random() < 0.9,
            "moderator": rng.choice(role),
            "secretary": rng.choice(role),
            "experienced": rng.random() < 0.3,
            "local": rng.random() < 0.8,
            "video": rng.random() < 0.8,
            "share_contact": rng.random() < 0.3,
            "languages": rng.sample(LANGUAGES, rng.choice((0, 1, 1, 2, 3))),
            "slots": _slots(rng),
            "name": rng.choice(NAMES) if "name" in columns else None,
            "email": f"{rng.randrange(10**6)}@voorbeeld.example" if "email" in columns else None,
            "extra": {title: rng.choice((*NOTES, "")) for title in extra},
        }
    )


def _slots(rng: random.Random) -> list[str]:
    if rng.random() < 0.2:
        return rng.sample(("s1", "s2", "mon-18h", "week-end"), rng.randint(1, 2))
    return [f"{rng.choice(DAYS)}-{rng.choice(PARTS)}" for _ in range(rng.randint(0, 3))]


def _rules(rng: random.Random) -> Rules:
    return Rules.model_validate(
        {
            "local": {"size_min": rng.choice((1, 2)), "size_max": rng.choice((6, 15))},
            "video": {"size_min": 2, "size_max": rng.choice((8, 40))},
            "travel_km": rng.choice((30.0, 17.5)),
            "office_travel_km": rng.choice((None, 45.0)),
            "spread_km": rng.choice((None, 60.0)),
            "moderators": rng.choice((0, 1)),
            "secretaries": rng.choice((0, 1)),
            "shared_language": rng.random() < 0.5,
            "shared_slot": rng.random() < 0.3,
        }
    )


def _places(rng: random.Random) -> Places:
    towns = rng.choice(("members", "members", "none", ("FR-69003", "BE-1000")))
    return Places.model_validate({"towns": towns, "thinning_km": rng.choice((10.0, 0.0, 7.5))})


def _pins(
    rng: random.Random, themes: list[Theme], members: list[Member], offices: list[Office]
) -> list[Pin]:
    if rng.random() < 0.6:
        return []
    member = rng.choice([one for one in members if one.eligible] or members)
    theme = rng.choice([one for one in themes if one.id in member.themes])
    track = rng.choice(theme.tracks)
    roles = [None, *(role.value for role in member.roles)]
    others = [one.member_id for one in members if one is not member and theme.id in one.themes]
    return [
        Pin.model_validate(
            {
                "member_id": member.member_id,
                "theme": theme.id,
                "track": track,
                "place": rng.choice([member.town_id, *(one.office_id for one in offices)])
                if track is Track.LOCAL
                else "",
                "role": rng.choice(roles),
                "with_members": rng.sample(others, rng.randint(0, len(others))),
            }
        )
    ]
