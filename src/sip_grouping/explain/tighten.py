"""Whether one edition allows no more than another: then a bound that is proven of the other holds for it.

Comes in: two editions. Goes out: whether every grouping that is valid in the tighter one is worth as much,
or more, in the other, perhaps with fewer role holders. Read off the records, part by part; where that is
not certain the answer is no. What may be looser in which way is written down here rule by rule, since it
is not always what it seems: a member who no longer accepts local groups takes a town from the places, and
loses nothing by video any more.
"""

from collections.abc import Iterable
from math import inf

from sip_grouping.edition import Edition
from sip_grouping.edition.limits import Total
from sip_grouping.edition.records import Member, Office, Role, Rules, SizeLimits, Theme, Track
from sip_grouping.edition.score import Score
from sip_grouping.problem.places import candidate_places


def only_tightens(before: Edition, after: Edition) -> bool:
    """Return whether no grouping of `after` is worth more than the best of `before`, for certain.

    True: every grouping that is valid in `after` is valid in `before`, where its score is no lower; role
    holders that only `after` asks for become plain members. False: that is not known.
    """
    return (
        _members(before, after)
        and _rules(before, after)
        and _total(before.total, after.total)
        and _score(before.score, after.score, before)
        and _offices(before, after)
        and set(before.pins) <= set(after.pins)
        and _places(before, after)
        and _previous(before) == _previous(after)
    )


def _previous(edition: Edition) -> object:
    """Return what it is worth to meet again; where it makes no difference that is the same for all."""
    wishes = edition.previous
    return (wishes, edition.previous_seats) if wishes.asks_for_anything else None


def _members(before: Edition, after: Edition) -> bool:
    known = before.member_by_id
    # Without video there is nothing to lose by it.
    free = not after.score.video_thousandths
    every = all(
        one.member_id in known and _member(before, known[one.member_id], after, one, free=free)
        for one in after.members
    )
    return every and all(
        _pairs(before.members, name) <= _pairs(after.members, name)
        for name in ("together", "apart")
    )


def _member(before: Edition, a: Member, after: Edition, b: Member, *, free: bool) -> bool:
    return (
        (a.eligible or not b.eligible)
        and (a.country, a.office, a.weight) == (b.country, b.office, b.weight)
        and b.themes == a.themes[: len(b.themes)]
        and before.position(a) == after.position(b)
        and (a.local or not b.local)
        and (a.local == b.local or free or not b.video)
        and (a.video or not b.video)
        and b.roles <= a.roles
        and (a.experienced or not b.experienced)
        and _listed(a.languages, b.languages)
        and _listed(a.slots, b.slots)
    )


def _listed(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Return whether whoever lists `b` takes no more than who lists `a`; an empty list takes any."""
    return not a or (bool(b) and set(b) <= set(a))


def _pairs(members: Iterable[Member], name: str) -> set[frozenset[str]]:
    return {frozenset((one.member_id, other)) for one in members for other in getattr(one, name)}


def _rules(before: Edition, after: Edition) -> bool:
    if before.theme_by_id.keys() != after.theme_by_id.keys():
        return False
    # Who takes part as a moderator alone cannot be a plain member where fewer moderators are asked for;
    # and where it counts who holds a role again, one holder less may be worth less.
    only = any(Role.MEMBER not in one.roles for one in before.members)
    only |= before.previous.asks_for_anything
    return all(
        _theme(one, after.theme_by_id[one.id])
        and _limits(before.rules_of(one.id), after.rules_of(one.id), only=only)
        for one in before.themes
    )


def _theme(a: Theme, b: Theme) -> bool:
    return (
        set(b.countries) <= set(a.countries)
        and set(b.tracks) <= set(a.tracks)
        and a.groups_min <= b.groups_min
        and b.groups_max <= a.groups_max
    )


def _total(a: Total, b: Total) -> bool:
    most_a, most_b = (inf if one.groups_max is None else one.groups_max for one in (a, b))
    return a.groups_min <= b.groups_min and most_b <= most_a


def _limits(a: Rules, b: Rules, *, only: bool) -> bool:
    spread_a, spread_b = (inf if one.spread_m is None else one.spread_m for one in (a, b))
    holders = [(a.moderators, b.moderators), (a.secretaries, b.secretaries)]
    return (
        all(_sizes(a.sizes(track), b.sizes(track)) for track in Track)
        and b.travel_m <= a.travel_m
        and b.office_travel_m <= a.office_travel_m
        and spread_b <= spread_a
        and all(x == y if only else x <= y for x, y in holders)
        and a.experienced_min <= b.experienced_min
        and (b.shared_language or not a.shared_language)
        and (b.shared_slot or not a.shared_slot)
        and b.groups_per_member <= a.groups_per_member
    )


def _sizes(a: SizeLimits, b: SizeLimits) -> bool:
    return a.size_min <= b.size_min and b.size_max <= a.size_max


def _score(a: Score, b: Score, edition: Edition) -> bool:
    ranks = max((len(one.themes) for one in edition.members), default=1)
    return (
        all(b.rank_thousandths(rank) <= a.rank_thousandths(rank) for rank in range(1, ranks + 1))
        and a.km_points <= b.km_points
        and a.video_thousandths <= b.video_thousandths
        and a.group_thousandths <= b.group_thousandths
    )


def _offices(before: Edition, after: Edition) -> bool:
    known = before.office_by_id
    return known.keys() == after.office_by_id.keys() and all(
        _office(before, known[one.office_id], after, one) for one in after.offices
    )


def _office(before: Edition, a: Office, after: Edition, b: Office) -> bool:
    rooms_a, rooms_b = (inf if one.rooms is None else one.rooms for one in (a, b))
    seats_a, seats_b = (inf if one.seats_max is None else one.seats_max for one in (a, b))
    return (
        before.position(a) == after.position(b)
        and rooms_b <= rooms_a
        and seats_b <= seats_a
        and a.open_thousandths <= b.open_thousandths
    )


def _places(before: Edition, after: Edition) -> bool:
    """Return whether there is no further place: who lives where, and accepts what, decides on towns."""
    found = [
        {(one.place_id, one.latitude, one.longitude) for one in candidate_places(edition)}
        for edition in (before, after)
    ]
    return found[1] <= found[0]
