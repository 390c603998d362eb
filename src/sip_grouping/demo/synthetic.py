"""Synthetic editions: members who do not exist, at postcodes that do.

Comes in: a few numbers and a seed. Goes out: an `Edition` like those of "Smart in Progress": many
members around Brussels, Liège, Paris, Lille and Lyon and a long thin tail over both countries,
ranked themes, volunteers, languages. For demonstrations, tests and benchmarks. No real member, name
or e-mail address is behind any of it; the shares below are assumptions, not statistics.

The same arguments and postcode table give the same edition on every platform and Python: only
`random.Random.random` is drawn from, whose values Python guarantees, and weights are integers.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal, TypeVar

import numpy as np

from sip_grouping.demo.facts import (
    ANY_LANGUAGE_SHARE,
    AROUND_CITY_M,
    CITIES,
    FAR_FROM_OFFICES_M,
    LANGUAGES,
    MEMBERS_PER_PAIR,
    NEAREST_OFFICE_SHARE,
    NO_OFFICE_SHARE,
    NOT_COMMITTED_SHARE,
    NOT_COOPERATOR_SHARE,
    POPULARITY,
    SLOTS,
    TAIL_COUNTRIES,
    THEMES_2020,
    THEMES_RANKED,
    TRACKS,
    City,
)
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Office, Places, Theme
from sip_grouping.edition.values import Country
from sip_grouping.errors import InputError
from sip_grouping.findings import finding
from sip_grouping.geography import PostcodePoint, PostcodeTable
from sip_grouping.geography.distance import distances_m
from sip_grouping.reading import make_edition

_T = TypeVar("_T")


def synthetic_edition(
    *,
    members: int = 240,
    seed: int = 0,
    towns: Literal["members", "none"] = "members",
    themes: int = 4,
    moderator_share: float = 0.15,
    secretary_share: float = 0.17,
    tail_share: float = 0.16,
    slots: bool = False,
    name: str = "2020-2021",
    postcodes: PostcodeTable | None = None,
) -> Edition:
    """Make up an edition.

    Parameters
    ----------
    members
        How many members answer.
    seed
        Another seed, other members.
    towns
        Whether groups may meet in the members' postcodes too, or at the offices only.
    themes
        How many themes; the first four are those of the edition 2020-2021.
    moderator_share, secretary_share
        Volunteers for each role, as a part of the members.
    tail_share
        The part of the members who live anywhere in both countries, not around an office.
    slots
        Whether members say on which weekly slots they are free.
    name
        Name of the edition.
    postcodes
        Where postcodes lie; the bundled table if left out.

    Returns
    -------
    Edition
        With the default rules and score. The extra column ``answer_language`` is fr, nl or en.

    Raises
    ------
    InputError
        An argument is out of range.
    """
    _check_arguments(members, themes, (moderator_share, secretary_share, tail_share))
    dice = _Dice(seed)
    table = PostcodeTable.bundled() if postcodes is None else postcodes
    known_themes = THEMES_2020[:themes] + tuple(
        Theme(id=f"theme-{number}", title={"en": f"Theme {number}"})
        for number in range(len(THEMES_2020) + 1, themes + 1)
    )
    residents = _settle(dice, table, members, tail_share)
    _rank_themes(dice, residents, known_themes)
    _answer(dice, residents, slots=slots)
    _volunteer(dice, residents, moderator_share, secretary_share)
    _pair_up(dice, residents)
    offices = tuple(
        Office(office_id=c.office_id, name=c.name, country=c.country, postcode=c.postcode)
        for c in CITIES
    )
    width = max(3, len(str(members)))
    ids = [f"m{number:0{width}d}" for number in range(1, members + 1)]
    return make_edition(
        name=name,
        themes=known_themes,
        members=tuple(resident.as_member(ids) for resident in residents),
        offices=offices,
        places=Places(towns=towns),
        postcodes=table,
    )


@dataclass(slots=True)
class _Resident:
    """A member in the making. `together` and `apart` are positions in the list of residents."""

    number: int
    home: PostcodePoint
    area: str
    office: str | None
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    answer_language: str = ""
    local: bool = True
    video: bool = True
    cooperator: bool = True
    commits: bool = True
    moderator: bool = False
    secretary: bool = False
    slots: tuple[str, ...] = ()
    together: list[int] = field(default_factory=list)
    apart: list[int] = field(default_factory=list)

    def as_member(self, ids: Sequence[str]) -> Member:
        return Member(
            member_id=ids[self.number],
            country=_country(self.home),
            postcode=self.home.postcode,
            themes=self.themes,
            cooperator=self.cooperator,
            commits=self.commits,
            office=self.office,
            moderator=self.moderator,
            secretary=self.secretary,
            local=self.local,
            video=self.video,
            languages=self.languages,
            slots=self.slots,
            together=tuple(ids[other] for other in self.together),
            apart=tuple(ids[other] for other in self.apart),
            extra={"answer_language": self.answer_language},
        )


class _Dice:
    """Draws that every Python repeats: the other methods of `Random` may change with its version."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random  # noqa: S311 - nothing secret is drawn

    def chance(self, share: float) -> bool:
        return self._random() < share

    def number(self, below: int) -> int:
        return int(self._random() * below)

    def pick(self, weighted: Sequence[tuple[_T, int]]) -> _T:
        left = self.number(sum(weight for _, weight in weighted))
        for value, weight in weighted:
            left -= weight
            if left < 0:
                return value
        raise ValueError("nothing to pick from")

    def shuffled(self, values: Sequence[_T]) -> list[_T]:
        found = list(values)
        for last in range(len(found) - 1, 0, -1):
            other = self.number(last + 1)
            found[last], found[other] = found[other], found[last]
        return found

    def part_of(self, values: Sequence[_T], share: float) -> list[_T]:
        """Return round(share) of the values: a quota, so that small editions have it too."""
        return self.shuffled(values)[: round(share * len(values))]


def _settle(dice: _Dice, table: PostcodeTable, members: int, tail_share: float) -> list[_Resident]:
    """Give every member a home and an office."""
    points = sorted(table, key=lambda point: (point.country, point.postcode))
    centres = [(city, table.locate(city.country, city.postcode)) for city in CITIES]
    offices = [(city, spot.point) for city, spot in centres if spot is not None]
    around = _around(offices, points)
    anywhere = {
        country: [point for point in points if point.country == country]
        for country, _ in TAIL_COUNTRIES
    }
    shares = [(city, city.share) for city, _ in offices if around[city.office_id]]
    countries = [(country, share) for country, share in TAIL_COUNTRIES if anywhere[country]]
    in_tail = set(dice.part_of(range(members), tail_share if shares else 1.0))
    nearest: dict[PostcodePoint, tuple[str, int]] = {}
    residents = []
    for number in range(members):
        if number in in_tail:
            country = dice.pick(countries)
            area: str = country
            home = anywhere[country][dice.number(len(anywhere[country]))]
        else:
            area = dice.pick(shares).office_id
            home = dice.pick(around[area])
        if home not in nearest:
            nearest[home] = _nearest_office(home, offices)
        residents.append(_Resident(number, home, area, _attach(dice, home, *nearest[home])))
    return residents


def _around(
    offices: Sequence[tuple[City, PostcodePoint]], points: Sequence[PostcodePoint]
) -> dict[str, list[tuple[PostcodePoint, int]]]:
    """Return the postcodes around each office in its own country, with their weights."""
    latitudes = np.array([point.latitude for point in points])
    longitudes = np.array([point.longitude for point in points])
    around = {}
    for city, centre in offices:
        # A degree is at most 111.7 km; far points need no geodesic.
        near = np.flatnonzero(
            (np.abs(latitudes - centre.latitude) < 0.25)
            & (np.abs(longitudes - centre.longitude) < 0.5)
        )
        metres = distances_m(
            latitudes[near], longitudes[near], centre.latitude, centre.longitude
        ).tolist()
        around[city.office_id] = [
            (points[index], _pull(city, far // 1000))
            for index, far in zip(near.tolist(), metres, strict=True)
            if far <= AROUND_CITY_M and points[index].country == city.country
        ]
    return around


def _country(point: PostcodePoint) -> Country:
    return "BE" if point.country == "BE" else "FR"


def _pull(city: City, km: int) -> int:
    """Return the weight of a postcode so many km from the centre: half at `half_km`, then steep."""
    return 1_000_000 * city.half_km**4 // (city.half_km**4 + km**4)


def _nearest_office(
    home: PostcodePoint, offices: Sequence[tuple[City, PostcodePoint]]
) -> tuple[str, int]:
    metres = distances_m(
        np.array([point.latitude for _, point in offices]),
        np.array([point.longitude for _, point in offices]),
        home.latitude,
        home.longitude,
    )
    closest = int(np.argmin(metres))
    return offices[closest][0].office_id, int(metres[closest])


def _attach(dice: _Dice, home: PostcodePoint, nearest: str, metres: int) -> str | None:
    """Return the office: the nearest for most, and for some of those far away none."""
    if metres > FAR_FROM_OFFICES_M:
        return nearest if dice.chance(0.5) else None
    if dice.chance(NEAREST_OFFICE_SHARE):
        return nearest
    others = [(city.office_id, city.share) for city in CITIES if city.country == home.country]
    return None if dice.chance(NO_OFFICE_SHARE / (1 - NEAREST_OFFICE_SHARE)) else dice.pick(others)


def _rank_themes(dice: _Dice, residents: list[_Resident], themes: Sequence[Theme]) -> None:
    """Rank some of the themes open in the member's country; each area likes one theme twice as much."""
    popularity = {
        theme.id: POPULARITY[number] if number < len(POPULARITY) else 20
        for number, theme in enumerate(themes)
    }
    favourite: dict[str, str] = {}
    for resident in residents:
        open_themes = [theme.id for theme in themes if resident.home.country in theme.countries]
        if resident.area not in favourite:
            favourite[resident.area] = open_themes[dice.number(len(open_themes))]
        weights = {
            theme: popularity[theme] * (2 if theme == favourite[resident.area] else 1)
            for theme in open_themes
        }
        ranked: list[str] = []
        for _ in range(min(dice.pick(THEMES_RANKED), len(open_themes))):
            choice = dice.pick(list(weights.items()))
            ranked.append(choice)
            del weights[choice]
        resident.themes = tuple(ranked)


def _answer(dice: _Dice, residents: list[_Resident], *, slots: bool) -> None:
    """Fill in languages, tracks, membership and slots."""
    for resident in residents:
        languages = dice.pick(LANGUAGES[_region(resident.home)])
        resident.answer_language = languages[0]
        resident.languages = () if dice.chance(ANY_LANGUAGE_SHARE) else languages
        resident.local, resident.video = dice.pick(TRACKS)
        if slots:
            free = dice.shuffled(SLOTS)[: 1 + dice.number(len(SLOTS) - 1)]
            resident.slots = tuple(sorted(free))
    for resident in dice.part_of(residents, NOT_COOPERATOR_SHARE):
        resident.cooperator = False
    for resident in dice.part_of(residents, NOT_COMMITTED_SHARE):
        resident.commits = False


def _region(home: PostcodePoint) -> str:
    """Return the region of a postcode; in Belgium its thousands tell."""
    if home.country == "FR":
        return "france"
    number = int(home.postcode)
    if number < 1300:
        return "brussels"
    return "wallonia" if number < 1500 or 4000 <= number < 8000 else "flanders"


def _volunteer(
    dice: _Dice, residents: list[_Resident], moderator_share: float, secretary_share: float
) -> None:
    for resident in dice.part_of(residents, moderator_share):
        resident.moderator = True
    for resident in dice.part_of(residents, secretary_share):
        resident.secretary = True


def _pair_up(dice: _Dice, residents: list[_Resident]) -> None:
    """Name a few pairs that belong together or apart, each able to meet; no member is in two."""
    by_taste: dict[tuple[str, str], list[_Resident]] = defaultdict(list)
    for resident in residents:
        if resident.cooperator and resident.commits:
            by_taste[resident.area, resident.themes[0]].append(resident)
    pairs = [
        (first, second)
        for alike in by_taste.values()
        for first, second in zip(alike[::2], alike[1::2], strict=False)
        if _could_meet(first, second)
    ]
    wanted = len(residents) // MEMBERS_PER_PAIR
    chosen = dice.shuffled(pairs)[: 2 * wanted]
    for first, second in chosen[::2]:
        first.together.append(second.number)
    for first, second in chosen[1::2]:
        first.apart.append(second.number)


def _could_meet(first: _Resident, second: _Resident) -> bool:
    either_any = not first.languages or not second.languages
    language = either_any or bool(set(first.languages) & set(second.languages))
    slot = not first.slots or bool(set(first.slots) & set(second.slots))
    near = first.home == second.home and first.local and second.local
    return language and slot and (near or (first.video and second.video))


def _check_arguments(members: int, themes: int, shares: Sequence[float]) -> None:
    wanted = (
        ("members", members, members >= 1, "whole-from-1"),
        ("themes", themes, themes >= 1, "whole-from-1"),
        *(
            (name, share, 0 <= share <= 1, "share")
            for name, share in zip(
                ("moderator_share", "secretary_share", "tail_share"), shares, strict=True
            )
        ),
    )
    findings = []
    for name, given, fits, variant in wanted:
        if not fits:
            place = ("synthetic_edition", None, name, str(given))
            findings.append(finding("argument-out-of-range", *place, variant=variant, name=name))
    if findings:
        raise InputError(findings)
