"""Random editions of 6 to 12 members in which who is near, apart and together decides the grouping.

Comes in: a seed. Goes out: a tiny `Edition`: members in three or four clusters, all in reach of one office,
so that `spread_km` cuts its cells; several groups possible in a cell; apart pairs of neighbours; blocks
whose sizes do not add up to those of groups. Some with slots and few rooms, some with two groups per
member. `binds` tells by plain enumeration whether one of the three rules decides the score.
"""

import itertools
import random
from typing import NamedTuple

from brute_force import OutOfStepsError, better_exists_by_enumeration
from pydantic import ValidationError
from tiny_editions import with_only, without

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Location, Member
from sip_grouping.errors import InputError

RULES = ("apart", "together", "spread")

_CLUSTERS_KM = ((0.0, 0.0), (1.0, 11.0), (10.0, 4.5), (-9.0, 6.0))
"""Kilometres north and east of the office; each cluster is one postcode."""

_CLUSTERS = tuple(
    Location(
        country="BE",
        postcode=f"{1000 + number}",
        latitude=round(50.4 + north / 111.2, 6),
        longitude=round(3.2 + east / 71.0, 6),
    )
    for number, (north, east) in enumerate(_CLUSTERS_KM)
)
_LISTED = ("mon", "tue", "wed", "thu")


class _Form(NamedTuple):
    """What is drawn first."""

    members: int
    themes: tuple[str, ...]
    several_groups: bool
    shared_slot: bool


def binding_edition(seed: int) -> Edition:
    """Return the edition of a seed; draws again until the records fit together."""
    rng = random.Random(f"binding {seed}")
    while True:
        try:
            return with_only(_drawn(rng), rng)
        except (InputError, ValidationError):
            continue


def binds(edition: Edition, rule: str, best: int | None, *, most_steps: int) -> bool:
    """Return whether the best score is strictly better than `best` without one of `RULES`.

    Parameters
    ----------
    edition
        A tiny one.
    rule
        The one that is dropped.
    best
        The edition's best score in thousandths; None: it has no valid grouping.
    most_steps
        Of the enumeration without the rule; one that would take more is not said to bind.
    """
    other = without(edition, rule)
    try:
        return other != edition and better_exists_by_enumeration(other, best, most_steps=most_steps)
    except OutOfStepsError:
        return False


def _drawn(rng: random.Random) -> Edition:
    several = rng.random() < 0.25
    themes = ("a", "b") if several else rng.choice((("a",), ("a", "b")))
    count = rng.choice((6, 7, 8) if several else (6, 7, 8, 8, 9, 9, 10, 11, 12))
    form = _Form(count, themes, several, rng.random() < 0.35)
    size_min = rng.choice((2, 2, 3))
    towns = rng.choice(("members", "members", "none"))
    members = _kept_apart(
        rng, _in_blocks(rng, [_member(rng, form, n) for n in range(form.members)])
    )
    return Edition.model_validate(
        {
            "name": "binding",
            "themes": [_theme(rng, theme) for theme in themes],
            "members": members,
            "offices": [
                {
                    "office_id": "hub",
                    "country": "BE",
                    "postcode": "1000",
                    "rooms": rng.choice((None, 1, 2)) if form.shared_slot else None,
                }
            ],
            "rules": {
                "local": {"size_min": size_min, "size_max": size_min + rng.choice((1, 1, 2))},
                "video": {"size_min": 3, "size_max": rng.choice((3, 4))},
                "travel_km": rng.choice((14.0, 25.0)),
                "spread_km": rng.choice((3.0, 9.0, 11.5, 13.0)),
                "moderators": rng.choice((0, 0, 1)),
                "secretaries": rng.choice((0, 0, 0, 1)),
                "shared_language": rng.random() < 0.25,
                "shared_slot": form.shared_slot,
                "groups_per_member": 2 if several else 1,
            },
            "places": {
                "offices": towns == "none" or rng.random() < 0.8,
                "towns": towns,
                "thinning_km": rng.choice((0.0, 10.5, 10.5)),
            },
            "score": {
                "rank_points": rng.choice(((100, 80, 60), (30, 25.5), (10,))),
                "km_points": rng.choice((0.0, 0.5, 1.234567)),
                "video_points": rng.choice((15.0, 60.125)),
                "group_points": rng.choice((0.0, 0.0, 5.0)),
            },
            "locations": _CLUSTERS,
        }
    )


def _theme(rng: random.Random, theme_id: str) -> dict[str, object]:
    return {
        "id": theme_id,
        "tracks": rng.choice((("local",), ("local", "video"))),
        "groups_min": rng.choice((0,) * 9 + (1,)),
        "groups_max": rng.choice((2, 1000, 1000, 1000)),
        "rules": {"spread_km": rng.choice((9.0, 13.0))} if rng.random() < 0.15 else {},
    }


def _member(rng: random.Random, form: _Form, number: int) -> Member:
    spot = rng.choice((*_CLUSTERS, *_CLUSTERS[:3]))
    ranked = rng.sample(form.themes, rng.choice((1, len(form.themes), len(form.themes))))
    slots = rng.sample(_LISTED, rng.choice((1, 2, 2, 3)))
    answers: dict[str, object] = {
        "member_id": f"m{number:02}",
        "country": "BE",
        "postcode": spot.postcode,
        "themes": ranked,
        "cooperator": rng.random() < 0.97,
        "office": rng.choice((None, "hub")),
        "moderator": rng.random() < 0.6,
        "secretary": rng.random() < 0.6,
        "local": rng.random() < 0.95,
        "video": rng.random() < 0.5,
        "languages": rng.choice(((), ("fr",), ("fr",), ("nl",), ("fr", "nl"))),
        "slots": slots if form.shared_slot and rng.random() < 0.9 else (),
    }
    if rng.random() < 0.4:
        answers["latitude"] = round(spot.latitude + rng.choice((-0.012, 0.009)), 6)
        answers["longitude"] = round(spot.longitude + rng.choice((-0.01, 0.017)), 6)
    return Member.model_validate(answers)


def _in_blocks(rng: random.Random, members: list[Member]) -> list[Member]:
    """Put some together, who then answer alike; some are named in a chain."""
    free = rng.sample(range(len(members)), len(members))
    for size in rng.choice(((2,), (2, 2), (3,), (3, 2), (2, 2, 2), (3, 3))):
        if len(free) < size:
            break
        first = free.pop()
        # Neighbours more often than others.
        free.sort(key=lambda one: members[one].postcode == members[first].postcode)
        block = [first, *(free.pop(rng.choice((-1, -1, 0))) for _ in range(size - 1))]
        alike = {name: getattr(members[first], name) for name in ("themes", "languages", "slots")}
        for before, one in itertools.pairwise(block):
            named = rng.choice((before, first))
            update = alike | {"together": (members[named].member_id,)}
            members[one] = members[one].model_copy(update=update)
    return members


def _kept_apart(rng: random.Random, members: list[Member]) -> list[Member]:
    """Draw apart pairs, most of them of neighbours who are not in one block."""
    block_of = {one.member_id: {one.member_id, *one.together} for one in members}
    pairs = [
        (first, second)
        for first, second in itertools.combinations(range(len(members)), 2)
        if not block_of[members[first].member_id] & block_of[members[second].member_id]
        and (members[first].postcode == members[second].postcode or rng.random() < 0.2)
    ]
    for first, second in rng.sample(pairs, min(len(pairs), rng.choice((2, 3, 4, 6)))):
        named = tuple(sorted((*members[first].apart, members[second].member_id)))
        members[first] = members[first].model_copy(update={"apart": named})
    return members
