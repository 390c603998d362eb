"""Random editions of a few members that exercise every rule, small enough to enumerate.

Comes in: a seed, or Hypothesis. Goes out: an `Edition` of 5 to 8 members, 1 to 3 themes and a few
places 0 to 80 km apart. Every rule and score term is drawn often enough to change the best score of
some editions; `test_verify_enumeration` shows that with `without`.
"""

import random
from collections.abc import Callable, Mapping

from hypothesis import strategies as st
from positions import metres
from pydantic import ValidationError

from sip_grouping.edition import Edition
from sip_grouping.edition.records import (
    Location,
    Member,
    Office,
    Pin,
    Places,
    Role,
    Rules,
    RulesOverride,
    SizeLimits,
    SizeLimitsOverride,
    Theme,
    Track,
)
from sip_grouping.edition.score import Score
from sip_grouping.edition.values import COUNTRIES, ONLY
from sip_grouping.errors import InputError

_SPOTS_KM = ((0.0, 0.0), (6.0, 2.0), (13.0, 0.0), (24.0, -7.0), (41.0, 5.0), (78.0, 0.0))
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
_ABROAD = Location(country="DE", postcode="52062", latitude=50.44, longitude=3.26)
_OFFICES = ("hub", "north")


def tiny_edition(seed: int) -> Edition:
    """Return the tiny edition of a seed; draws again until the records fit together."""
    rng = random.Random(seed)
    while True:
        try:
            return _drawn(rng)
        except (InputError, ValidationError):
            continue


def crowded_edition(seed: int) -> Edition:
    """Return a tiny edition in which slots are short: shared by most themes, few rooms, several groups."""
    rng = random.Random(f"crowded {seed}")
    while True:
        edition = tiny_edition(rng.randrange(2**32))
        try:
            # Groups of two, near or by video, so that there are several; a theme's own rules stay.
            edition = edition.replace(
                rules=edition.rules.model_copy(
                    update={
                        "shared_slot": True,
                        "groups_per_member": rng.choice((1, 2, 2)),
                        "local": SizeLimits(
                            size_min=rng.choice((1, 2)), size_max=rng.choice((2, 3))
                        ),
                        "travel_km": 45.0,
                        "moderators": rng.choice((0, 0, 1)),
                        "secretaries": 0,
                        "experienced_min": 0,
                    }
                ),
                themes=tuple(
                    theme.model_copy(update={"rules": rng.choice((theme.rules, RulesOverride()))})
                    for theme in edition.themes
                ),
                places=edition.places.model_copy(update={"offices": True, "towns": "none"}),
            )
            return _with_rooms(edition, rng)
        except InputError:
            continue


def tiny_editions() -> st.SearchStrategy[Edition]:
    """Return a strategy of tiny editions; what fails is told by the least seed that was found."""
    return st.integers(0, 2**32 - 1).map(tiny_edition)


def _drawn(rng: random.Random) -> Edition:
    themes = [_theme(rng, theme_id) for theme_id in ("a", "b", "c")[: rng.choice((1, 2, 2, 3))]]
    spots = _spots_by_density(rng)
    offices = tuple(
        Office(office_id=office_id, country=spot.country, postcode=spot.postcode)
        for office_id, spot in zip(_OFFICES, rng.sample(spots[:4], 2), strict=True)
    )[: rng.choice((1, 1, 2))]
    office_ids = [office.office_id for office in offices]
    members = _members(rng, themes, spots, office_ids)
    places = _places(rng)
    limit_km = rng.choice((8.0, 12.0, 26.0, 45.0))
    small = rng.choice((2, 3, 3))
    rules = Rules(
        local=SizeLimits(size_min=rng.choice((1, 2, 2, 2)), size_max=small + rng.choice((0, 1))),
        video=SizeLimits(size_min=2, size_max=rng.choice((2, 3, 4))),
        travel_km=limit_km,
        office_travel_km=rng.choice((None, limit_km - 7.5, limit_km + 12.0, limit_km + 30.0)),
        spread_km=rng.choice((None, None, 8.0, 13.0, 26.0)),
        moderators=rng.choice((0, 0, 1, 1, 1, 2)),
        secretaries=rng.choice((0, 1)),
        shared_language=rng.random() < 0.5,
        shared_slot=rng.random() < 0.3,
        groups_per_member=rng.choice((1, 1, 2)),
    )
    edition = Edition(
        name="tiny",
        themes=tuple(themes),
        members=tuple(members),
        offices=offices,
        rules=rules,
        places=places,
        score=Score(
            rank_points=rng.choice(((100.0, 80.0, 60.0), (100.0, 80.0), (30.0, 25.5), (10.0,))),
            km_points=rng.choice((0.0, 0.5, 1.234567, 4.0)),
            video_points=rng.choice((0.0, 15.0, 60.125)),
            group_points=rng.choice((0.0, 0.0, 5.0, 60.5)),
        ),
        pins=tuple(_pins(rng, themes, members, offices, rules.travel_m)),
        locations=_SPOTS,
    )
    edition = _with_rooms(_with_experience(edition, rng), rng)
    return with_homes_abroad(with_closed_themes(with_only(edition, rng), rng), rng)


def _with_experience(edition: Edition, rng: random.Random) -> Edition:
    """Return the edition with experienced members, and sometimes the rule that wants them."""
    return edition.replace(
        rules=edition.rules.model_copy(update={"experienced_min": rng.choice((0, 0, 0, 1, 2))}),
        members=tuple(
            member.model_copy(update={"experienced": rng.random() < 0.6})
            for member in edition.members
        ),
    )


def _with_rooms(edition: Edition, rng: random.Random) -> Edition:
    """Return the edition with offices of few rooms."""
    rooms = (None, None, None, 1, 1, 1, 0)
    return edition.replace(
        offices=tuple(
            office.model_copy(update={"rooms": rng.choice(rooms)}) for office in edition.offices
        )
    )


def with_only(edition: Edition, rng: random.Random) -> Edition:
    """Return the edition, half the time with volunteers who take part in a role only.

    Those whose pins or pairs would contradict it keep their answers.
    """
    if rng.random() < 0.5:
        return edition
    for number, member in enumerate(edition.members):
        only = {
            role: ONLY
            for role in ("moderator", "secretary")
            if getattr(member, role) and rng.random() < 0.3
        }
        if not only:
            continue
        members = list(edition.members)
        members[number] = member.model_copy(update=only)
        try:
            edition = edition.replace(members=tuple(members))
        except InputError:
            continue
    return edition


def with_closed_themes(edition: Edition, rng: random.Random) -> Edition:
    """Return the edition, half the time with members who rank themes closed in their country as well.

    Here and there those are all they rank. Whom pins or pairs keep from it has its own themes.
    """
    if rng.random() < 0.5:
        return edition
    for number, member in enumerate(edition.members):
        closed = [one.id for one in edition.themes if member.country not in one.countries]
        if not closed or rng.random() < 0.5:
            continue
        themes = list(member.themes)
        if rng.random() < 0.15:
            themes = []
        for theme in closed:
            if theme not in themes:
                themes.insert(rng.randint(0, len(themes)), theme)
        members = list(edition.members)
        members[number] = member.model_copy(update={"themes": tuple(themes)})
        try:
            edition = edition.replace(members=tuple(members))
        except InputError:
            continue
    return edition


def with_homes_abroad(edition: Edition, rng: random.Random) -> Edition:
    """Return the edition, half the time with members who live in a country that is not theirs.

    Themes are open to them by their own country. Whom a pin puts where it is from home stays.
    """
    if rng.random() < 0.5:
        return edition
    edition = edition.replace(locations=(*edition.locations, _ABROAD))
    for number, member in enumerate(edition.members):
        spot = rng.choice([one for one in edition.locations if one.country != member.country])
        if rng.random() < 0.6:
            continue
        answers: dict[str, object] = {"home_country": spot.country, "postcode": spot.postcode}
        if rng.random() < 0.7:
            answers |= {"latitude": None, "longitude": None}
        members = list(edition.members)
        members[number] = member.model_copy(update=answers)
        try:
            edition = edition.replace(members=tuple(members))
        except InputError:
            continue
    return edition


def _theme(rng: random.Random, theme_id: str) -> Theme:
    tracks = rng.choice(((Track.LOCAL, Track.VIDEO),) * 4 + ((Track.LOCAL,), (Track.VIDEO,)))
    return Theme.model_validate(
        {
            "id": theme_id,
            "countries": rng.choice((("BE", "FR"),) * 4 + (("BE",), ("FR",))),
            "tracks": tracks,
            "groups_min": rng.choice((0,) * 7 + (1,)),
            "groups_max": rng.choice((1, 1, 2, 1000)),
            "rules": _override(rng),
        }
    )


def _override(rng: random.Random) -> RulesOverride:
    if rng.random() < 0.6:
        return RulesOverride()
    changes: dict[str, object] = {
        "local": SizeLimitsOverride(size_max=rng.choice((3, 4))),
        "video": SizeLimitsOverride(size_min=3, size_max=4),
        "travel_km": rng.choice((9.0, 30.0)),
        "office_travel_km": rng.choice((5.0, 50.0)),
        "spread_km": rng.choice((7.0, 20.0)),
        "moderators": rng.choice((0, 1)),
        "secretaries": rng.choice((0, 1)),
        "shared_language": rng.random() < 0.5,
        "shared_slot": rng.random() < 0.5,
        "groups_per_member": 1,
    }
    names = rng.sample(sorted(changes), rng.choice((1, 2)))
    return RulesOverride.model_validate({name: changes[name] for name in names})


def _spots_by_density(rng: random.Random) -> list[Location]:
    """Return all spots, those where most members live first: three neighbours, then the others."""
    start = rng.randrange(len(_SPOTS) - 3)
    dense = list(_SPOTS[start : start + 3])
    rng.shuffle(dense)
    return dense + [spot for spot in _SPOTS if spot not in dense]


def _members(
    rng: random.Random, themes: list[Theme], spots: list[Location], office_ids: list[str]
) -> list[Member]:
    count = rng.choice((5, 6, 7, 7, 8, 8))
    ids = [f"m{number}" for number in range(count)]
    pairs: dict[str, dict[str, list[str]]] = {one: {"together": [], "apart": []} for one in ids}
    for field, chance in (("together", 0.3), ("apart", 0.4)):
        if rng.random() < chance:
            first, second = rng.sample(ids, 2)
            pairs[first][field].append(second)
    return [
        _member(
            rng,
            member_id,
            themes,
            rng.choice(spots[:3] * 4 + spots[3:]),
            office_ids,
            pairs[member_id],
        )
        for member_id in ids
    ]


def _member(
    rng: random.Random,
    member_id: str,
    themes: list[Theme],
    spot: Location,
    office_ids: list[str],
    pairs: Mapping[str, list[str]],
) -> Member:
    track = rng.choice(("both", "both", "both", "local", "video"))
    open_to_it = [theme.id for theme in themes if spot.country in theme.countries]
    answers: dict[str, object] = {
        "member_id": member_id,
        "country": spot.country,
        "postcode": spot.postcode,
        "themes": rng.sample(open_to_it, rng.randint(min(1, len(open_to_it)), len(open_to_it))),
        "cooperator": rng.random() < 0.94,
        "commits": rng.random() < 0.94,
        "office": rng.choice((None, *office_ids)),
        "moderator": rng.random() < 0.7,
        "secretary": rng.random() < 0.7,
        "local": track != "video",
        "video": track != "local",
        "languages": rng.choice(((), ("fr",), ("fr",), ("nl",), ("fr", "nl"))),
        "slots": rng.choice(((), ("tue",), ("tue",), ("sat",), ("sat", "tue"))),
    }
    if rng.random() < 0.3:
        answers["latitude"] = round(spot.latitude + rng.choice((-0.02, 0.013)), 6)
        answers["longitude"] = round(spot.longitude + rng.choice((0.0, 0.017)), 6)
    return Member.model_validate(answers | dict(pairs))


def _places(rng: random.Random) -> Places:
    towns = [f"{spot.country}-{spot.postcode}" for spot in _SPOTS]
    return Places.model_validate(
        {
            "offices": rng.random() < 0.75,
            "towns": rng.choice(("members", "members", "none", tuple(rng.sample(towns, 2)))),
            "thinning_km": rng.choice((0.0, 10.0, 20.0)),
        }
    )


def _pins(
    rng: random.Random,
    themes: list[Theme],
    members: list[Member],
    offices: tuple[Office, ...],
    limit_m: int,
) -> list[Pin]:
    if rng.random() > 0.3:
        return []
    eligible = [member for member in members if member.eligible]
    if not eligible:
        return []
    member = rng.choice(eligible)
    open_to_it = [
        theme for theme in themes if theme.id in member.themes and member.country in theme.countries
    ]
    choices = [
        (theme, track) for theme in open_to_it for track in theme.tracks if member.accepts(track)
    ]
    if not choices:
        return []
    theme, track = rng.choice(choices)
    roles = [None, None, Role.MEMBER]
    roles += [role for role in (Role.MODERATOR, Role.SECRETARY) if member.volunteers_for(role)]
    others = [
        other.member_id
        for other in eligible
        if other is not member and theme.id in other.themes and other.accepts(track)
    ]
    home = _position(member)
    places = [o.office_id for o in offices if metres(home, _position(o)) <= limit_m]
    places.append(member.town_id)
    return [
        Pin(
            member_id=member.member_id,
            theme=theme.id,
            track=track,
            place=rng.choice(places) if track is Track.LOCAL else "",
            role=rng.choice(roles),
            with_members=tuple(rng.sample(others, 1)) if others and rng.random() < 0.3 else (),
        )
    ]


def _position(record: Member | Office) -> tuple[float, float]:
    spot = next(spot for spot in _SPOTS if spot.postcode == record.postcode)
    return record.own_position or (spot.latitude, spot.longitude)


def without(edition: Edition, feature: str) -> Edition:
    """Return the edition with one of `FEATURES` taken away: what it limits is limited no more.

    Raises
    ------
    InputError
        What is left does not fit together, such as a pinned moderator where none is wanted.
    """
    return FEATURES[feature](edition)


def _members_with(edition: Edition, **answers: object) -> Edition:
    return edition.replace(
        members=tuple(member.model_copy(update=answers) for member in edition.members)
    )


def _not_only(edition: Edition, *roles: str) -> Edition:
    """Let those who take part in one of these roles only be plain members too."""
    return edition.replace(
        members=tuple(
            member.model_copy(update={role: bool(getattr(member, role)) for role in roles})
            for member in edition.members
        )
    )


def _rules_with(edition: Edition, **rules: object) -> Edition:
    """Change rules for all themes, whatever they set of their own."""
    return edition.replace(
        rules=edition.rules.model_copy(update=rules),
        themes=tuple(
            theme.model_copy(
                update={"rules": theme.rules.model_copy(update=dict.fromkeys(rules, None))}
            )
            for theme in edition.themes
        ),
    )


def _themes_with(edition: Edition, **fields: object) -> Edition:
    return edition.replace(
        themes=tuple(theme.model_copy(update=fields) for theme in edition.themes)
    )


def _score_with(edition: Edition, **points: object) -> Edition:
    return edition.replace(score=edition.score.model_copy(update=points))


def _places_with(edition: Edition, **fields: object) -> Edition:
    return edition.replace(places=edition.places.model_copy(update=fields))


_ANY_SIZE = SizeLimits(size_min=1, size_max=100)

FEATURES: dict[str, Callable[[Edition], Edition]] = {
    "eligible": lambda one: _members_with(one, cooperator=True, commits=True),
    "groups_per_member": lambda one: _rules_with(one, groups_per_member=2),
    "countries": lambda one: _themes_with(one, countries=COUNTRIES),
    "tracks": lambda one: _themes_with(one, tracks=tuple(Track)),
    "size": lambda one: _rules_with(one, local=_ANY_SIZE, video=_ANY_SIZE),
    "groups_min": lambda one: _themes_with(one, groups_min=0),
    "groups_max": lambda one: _themes_with(one, groups_max=1000),
    "moderators": lambda one: _rules_with(_not_only(one, "moderator"), moderators=0),
    "secretaries": lambda one: _rules_with(_not_only(one, "secretary"), secretaries=0),
    "only": lambda one: _not_only(one, "moderator", "secretary"),
    "experienced_min": lambda one: _rules_with(one, experienced_min=0),
    "volunteers": lambda one: _members_with(one, moderator=True, secretary=True),
    "accepts_local": lambda one: _members_with(one, local=True),
    "accepts_video": lambda one: _members_with(one, video=True),
    "travel": lambda one: _rules_with(one, travel_km=500.0),
    "office_travel": lambda one: _members_with(one, office=None),
    "spread": lambda one: _rules_with(one, spread_km=None),
    "shared_language": lambda one: _rules_with(one, shared_language=False),
    "shared_slot": lambda one: _rules_with(one, shared_slot=False),
    "rooms": lambda one: one.replace(
        offices=tuple(office.model_copy(update={"rooms": None}) for office in one.offices)
    ),
    "together": lambda one: _members_with(one, together=()),
    "apart": lambda one: _members_with(one, apart=()),
    "pins": lambda one: one.replace(pins=()),
    "theme_rules": lambda one: _themes_with(one, rules=RulesOverride()),
    "offices": lambda one: _places_with(one, offices=not one.places.offices),
    "towns": lambda one: _places_with(one, towns="none"),
    "thinning": lambda one: _places_with(one, thinning_km=0.0),
    "km_points": lambda one: _score_with(one, km_points=0.0),
    "video_points": lambda one: _score_with(one, video_points=0.0),
    "group_points": lambda one: _score_with(one, group_points=0.0),
    "own_coordinates": lambda one: _members_with(one, latitude=None, longitude=None),
}
