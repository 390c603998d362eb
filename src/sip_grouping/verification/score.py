"""The score of a grouping and the values of its objectives, computed anew.

Comes in: `Facts`. Goes out: the terms of the true score in thousandths of a point, and the
value of every objective. The arithmetic is the verifier's own: decimals as written, fractions, whole
numbers.
"""

import math
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Track
from sip_grouping.grouping import Group, ObjectiveName, ScoreTerms
from sip_grouping.grouping.stages import WHOLE_SHARE

if TYPE_CHECKING:
    from sip_grouping.verification.facts import Facts


def true_score_terms(facts: "Facts") -> ScoreTerms:
    """Return the terms of the score, by the rows of groups and members that can be understood.

    Each member's travel term is rounded to a whole thousandth by itself, halves up. A group whose row
    stands there costs group_points, and its place open_points, even without members.
    """
    worth = _Worth(facts.edition)
    seats = [
        _of_seat(facts, worth, group, member)
        for group in facts.filled_groups
        for member in facts.members_of(group)
    ]
    rank, travel, video = map(sum, zip(*seats, strict=True)) if seats else (0, 0, 0)
    return ScoreTerms(
        rank=rank,
        travel=travel,
        video=video,
        groups=len(facts.groups) * group_thousandths(facts.edition),
        places=places_thousandths(facts.edition, facts.groups.values()),
        previous=previous_thousandths(facts),
    )


def previous_thousandths(facts: "Facts") -> int:
    """Return what is gained by who meets again, less what is lost by it and by roles held again.

    Counted pair by pair, for each group of the edition before by itself.
    """
    edition = facts.edition
    wishes = edition.previous
    met: dict[str, set[tuple[str, str]]] = {}
    held: set[tuple[str, Role]] = set()
    for seat in edition.previous_seats:
        met.setdefault(seat.member_id, set()).add((seat.group_id, seat.theme))
        held.add((seat.member_id, seat.role))
    total = 0
    for group in facts.filled_groups:
        ids = [one.member_id for one in facts.members_of(group)]
        for first, second in combinations(ids, 2) if wishes.asks_for_pairs else ():
            for _, theme in met.get(first, set()) & met.get(second, set()):
                prolonged = theme == group.theme
                total += thousandths_of(wishes.together if prolonged else -wishes.mix)
        for role in (Role.MODERATOR, Role.SECRETARY):
            holders = facts.holders.get((group.group_id, role), ())
            again = sum((who, role) in held for who in holders)
            total -= again * thousandths_of(wishes.same_role)
    return total


def group_thousandths(edition: Edition) -> int:
    """Return what is lost per group opened."""
    return thousandths_of(edition.score.group_points)


def places_thousandths(edition: Edition, groups: Iterable[Group]) -> int:
    """Return what is lost for offices in which groups meet, once for each."""
    total = 0
    used = {group.place for group in groups if group.track is Track.LOCAL}
    for office in edition.offices:
        if office.office_id in used:
            total += thousandths_of(office.open_points)
    return total


def seat_terms(facts: "Facts", group: Group, member: Member) -> ScoreTerms:
    """Return what one member in one group adds to the terms of the score; of groups nothing."""
    rank, travel, video = _of_seat(facts, _Worth(facts.edition), group, member)
    return ScoreTerms(rank=rank, travel=travel, video=video)


class _Worth:
    """What an edition gives and takes for one seat: thousandths of a point, of a way by the metre."""

    def __init__(self, edition: Edition) -> None:
        score = edition.score
        self.ranks = [thousandths_of(points) for points in score.rank_points]
        self.per_metre = Fraction(Decimal(str(score.km_points)))
        self.video = thousandths_of(score.video_points)

    def lost_on_the_way(self, metres: int) -> int:
        """Return what a way costs, halves up."""
        # floor(per_metre * metres + 1/2) in whole numbers, which are many times faster than fractions.
        above, below = self.per_metre.numerator, self.per_metre.denominator
        return (2 * above * metres + below) // (2 * below)


def _of_seat(facts: "Facts", worth: _Worth, group: Group, member: Member) -> tuple[int, int, int]:
    """Return rank, travel and video of one member in one group."""
    rank = travel = 0
    if group.theme in member.themes:
        rank = worth.ranks[min(member.themes.index(group.theme), len(worth.ranks) - 1)]
    travel_m = facts.travel_m(member, group)
    if travel_m is not None:
        travel = worth.lost_on_the_way(travel_m)
    by_video = group.track is Track.VIDEO and member.local
    # Whoever counts double is worth, and loses, twice as much.
    times = member.weight
    return times * rank, times * travel, times * (worth.video if by_video else 0)


def objective_values(facts: "Facts", names: Iterable[ObjectiveName]) -> dict[ObjectiveName, int]:
    """Return the true values of objectives, by the rows that can be understood.

    The score in thousandths; placements; those on one of the first choices; minus the metres travelled,
    summed or of the longest way; the least share placed. What changed since a proposal cannot be told of
    a grouping alone, and has no value here.
    """
    seats = [(group, member) for group in facts.filled_groups for member in facts.members_of(group)]
    ways = [facts.travel_m(member, group) or 0 for group, member in seats]
    ranks = [
        member.themes.index(group.theme) + 1
        for group, member in seats
        if group.theme in member.themes
    ]
    values = {
        ObjectiveName.SCORE: facts.score_terms.total,
        ObjectiveName.PLACED: len(seats),
        ObjectiveName.TRAVEL: -sum(ways),
        ObjectiveName.LONGEST_WAY: -max(ways, default=0),
        ObjectiveName.LEAST_SHARE: _least_share(facts.edition, [member for _, member in seats]),
    }
    found: dict[ObjectiveName, int] = {}
    for name in names:
        if name.within is not None:
            found[name] = sum(rank <= name.within for rank in ranks)
        elif name in values:
            found[name] = values[name]
    return found


def _least_share(edition: Edition, seated: Iterable[Member]) -> int:
    """Return the least of placements / (members who take part * groups of each), rounded down.

    Of every country of which somebody takes part, and of every office of which as many do as the smallest
    group of any theme has; all where nobody does.
    """

    def units(member: Member) -> tuple[tuple[str, str], ...]:
        country = ("country", member.country)
        return (country,) if member.office is None else (country, ("office", member.office))

    taken = Counter(unit for member in seated for unit in units(member))
    could = Counter(unit for one in edition.members if one.eligible for unit in units(one))
    most = edition.most_groups_per_member
    rules = [(edition.rules_of(theme.id), theme.tracks) for theme in edition.themes]
    smallest = min(one.sizes(track).size_min for one, tracks in rules for track in tracks)
    shares = [
        Fraction(taken[unit], count * most)
        for unit, count in could.items()
        if unit[0] == "country" or count >= smallest
    ]
    return math.floor(min(shares, default=Fraction(1)) * WHOLE_SHARE)


def thousandths_of(points: float) -> int:
    """Return points as whole thousandths."""
    return int((Decimal(str(points)) * 1000).to_integral_value())
