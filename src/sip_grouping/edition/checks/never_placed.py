"""Members whom no grouping can place, whoever else takes part, and why.

Comes in: an `EditionView` of records that fit together. Goes out: the code of the strongest reason, the one
that a grouping gives as well, by position of the member. Only what is certain is said: places are all that
may be candidates, thinning is not looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.checks.roles import said_only, shortage_of
from sip_grouping.edition.checks.view import EditionView
from sip_grouping.edition.records import Member, Office, Role, Rules, Theme, Track
from sip_grouping.edition.towns import Position
from sip_grouping.geography.distance import distances_m, near_pairs

_FAR_M = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True)
class NeverPlaced:
    """Why a member cannot be placed: code and variant of a warning, the column and what stands there."""

    code: str
    variant: str
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A place that may be a candidate; `office`: the office that it is, None for a town."""

    place_id: str
    position: Position
    office: Office | None

    def may_hold(self, rules: Rules) -> bool:
        """Return whether local groups may meet there."""
        return self.office is None or self.office.may_hold(rules)


@dataclass(frozen=True, slots=True)
class _Walker:
    """A member who can be in local groups alone, with the rules of their themes."""

    number: int
    member: Member
    rules: Sequence[Rules]


def never_placed(view: EditionView) -> dict[int, NeverPlaced]:
    """Return the eligible members who cannot be placed, by their position in `members`."""
    found: dict[int, NeverPlaced] = {}
    walkers: list[_Walker] = []
    # Of all members few answer alike in everything, and most alike in what is looked at first.
    alike: dict[tuple[object, ...], tuple[NeverPlaced | None, tuple[Rules, ...]]] = {}
    for number, member in enumerate(view.members):
        if not member.eligible:
            continue
        answers = (
            *(member.country, member.themes, member.local, member.video),
            *(member.moderator, member.secretary, member.weight),
        )
        told = alike.get(answers)
        if told is None:
            themes = _open_themes(view, member)
            reason = _by_answers(view, member, themes)
            told = alike[answers] = reason, _rules_of_ways(view, member, themes, reason)
        reason, rules = told
        if reason is not None:
            found[number] = reason
        if rules:
            walkers.append(_Walker(number, member, rules))
    for walker in _out_of_reach(view, walkers):
        own = walker.member.own_position
        found[walker.number] = NeverPlaced(
            "no-place-in-reach", "",
            *(("postcode", walker.member.postcode) if own is None else ("latitude", str(own[0]))),
        )  # fmt: skip
    return found


_WEAKER = frozenset({"no-role-wanted", "no-groups-allowed", "no-group-possible"})


def _open_themes(view: EditionView, member: Member) -> list[Theme]:
    themes = map(view.theme_by_id.__getitem__, member.themes)
    return [theme for theme in themes if member.country in theme.countries]


def _by_answers(view: EditionView, member: Member, themes: Sequence[Theme]) -> NeverPlaced | None:
    """Return what keeps a member from being placed, wherever it lives."""
    if not themes:
        return NeverPlaced("no-theme-open", "", "country", member.country)
    if not any(member.accepts(track) for theme in themes for track in theme.tracks):
        column = "video" if member.local else "local"
        variant = "" if not member.local and not member.video else f"no-{column}"
        return NeverPlaced("no-track", variant, column, "no")
    needed = said_only([member])
    if member.only_in_a_role and all(
        shortage_of(needed, view.rules_by_theme[theme.id]) is not None for theme in themes
    ):
        column = (Role.MODERATOR if Role.MODERATOR in member.roles else Role.SECRETARY).value
        return NeverPlaced("no-role-wanted", "", column, "only")
    if not any(theme.groups_max for theme in themes):
        return NeverPlaced("no-groups-allowed", "", "theme_1", member.themes[0])
    largest = max(
        view.rules_by_theme[theme.id].sizes(track).size_max
        for theme in themes
        for track in theme.tracks
        if member.accepts(track)
    )
    if member.weight > largest:
        return NeverPlaced("no-group-possible", "", "weight", str(member.weight))
    return None


def _rules_of_ways(
    view: EditionView, member: Member, themes: Sequence[Theme], reason: NeverPlaced | None
) -> tuple[Rules, ...]:
    """Return the rules of the local groups of a member who can be in no others; none where it can.

    Of two reasons the stronger is told: that no place is in reach comes before roles and themes.
    """
    by_video = member.video and any(Track.VIDEO in theme.tracks for theme in themes)
    if not member.local or by_video or not (reason is None or reason.code in _WEAKER):
        return ()
    local = [theme for theme in themes if Track.LOCAL in theme.tracks]
    return tuple(view.rules_by_theme[theme.id] for theme in local)


def _out_of_reach(view: EditionView, walkers: Sequence[_Walker]) -> list[_Walker]:
    """Return those of whom no place is near enough to their home."""
    left = _beyond_own_town(view, walkers) if view.places.towns == "members" else list(walkers)
    if not left:
        return []
    places = _places(view)
    homes = _positions(view, left)
    limit_m = max(rules.travel_m for walker in left for rules in walker.rules)
    nearest: dict[tuple[_Place, ...], NDArray[np.int64]] = {}
    ways: dict[tuple[bool, int], NDArray[np.int64]] = {}
    for rules in (one for walker in left for one in walker.rules):
        kind = rules.shared_slot, rules.local.size_min
        if kind not in ways:
            open_to_it = tuple(one for one in places if one.may_hold(rules))
            if open_to_it not in nearest:
                nearest[open_to_it] = _nearest_m(homes, open_to_it, limit_m)
            ways[kind] = nearest[open_to_it]
    to_own, own_place = _to_own_office_m(left, homes, places)

    def reached(at: int, rules: Rules) -> bool:
        if ways[rules.shared_slot, rules.local.size_min][at] <= rules.travel_m:
            return True
        own = own_place[at]
        return to_own[at] <= rules.office_travel_m and own is not None and own.may_hold(rules)

    return [
        walker
        for at, walker in enumerate(left)
        if not any(reached(at, rules) for rules in walker.rules)
    ]


def _to_own_office_m(
    walkers: Sequence[_Walker], homes: NDArray[np.float64], places: Sequence[_Place]
) -> tuple[list[int], list[_Place | None]]:
    """Return the ways to the own offices, and these, where they are places."""
    by_id = {one.place_id: one for one in places}
    offices = [by_id.get(walker.member.office or "") for walker in walkers]
    at = np.array(
        [
            home if office is None else office.position
            for home, office in zip(homes.tolist(), offices, strict=True)
        ]
    )
    metres = distances_m(homes[:, 0], homes[:, 1], at[:, 0], at[:, 1]).tolist()
    ways = [_FAR_M if office is None else way for way, office in zip(metres, offices, strict=True)]
    return ways, offices


def _beyond_own_town(view: EditionView, walkers: Sequence[_Walker]) -> list[_Walker]:
    """Return those who do not reach the town they live in, which may be a candidate: very few."""
    if not walkers:
        return []
    towns = [view.place_position(walker.member.town_id) for walker in walkers]
    homes = _positions(view, walkers)
    at = np.array([home if town is None else town for home, town in zip(homes, towns, strict=True)])
    metres = distances_m(homes[:, 0], homes[:, 1], at[:, 0], at[:, 1])
    return [
        walker
        for walker, town, way in zip(walkers, towns, metres.tolist(), strict=True)
        if town is None or way > max(rules.travel_m for rules in walker.rules)
    ]


def _positions(view: EditionView, walkers: Sequence[_Walker]) -> NDArray[np.float64]:
    return np.array([view.position(walker.member) for walker in walkers], dtype=np.float64)


def _places(view: EditionView) -> list[_Place]:
    """Return all that may be candidate places."""
    ids = dict.fromkeys(view.office_by_id if view.places.offices else ())
    if view.places.towns == "members":
        ids |= dict.fromkeys(one.town_id for one in view.members if one.eligible and one.local)
    elif view.places.towns != "none":
        ids |= dict.fromkeys(view.places.towns)
    ids |= dict.fromkeys(pin.place for pin in view.pins if pin.place)
    found = []
    for place_id in ids:
        position, office = view.place_position(place_id), view.office_by_id.get(place_id)
        if position is not None:
            found.append(_Place(place_id, position, office))
    return found


def _nearest_m(
    homes: NDArray[np.float64], places: Sequence[_Place], limit_m: int
) -> NDArray[np.int64]:
    """Return the way from each home to the nearest place, whole metres, as far as it is in the limit."""
    # A complex number sorts as a pair and far faster than rows do; it is only a label.
    both, home_of = np.unique(homes[:, 0] + 1j * homes[:, 1], return_inverse=True)
    nearest = np.full(len(both), _FAR_M, dtype=np.int64)
    spots = np.array([one.position for one in places]).reshape(-1, 2)
    home, _, metres = near_pairs(both.real, both.imag, spots[:, 0], spots[:, 1], limit_m)
    np.minimum.at(nearest, home, metres)
    return np.asarray(nearest[home_of])
