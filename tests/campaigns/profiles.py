"""Whether every profile is the best of all groupings in its own order, by plain enumeration.

Comes in: how many editions and from which seed. Goes out: a line per disagreement with its seed, and a last
line that counts. What a profile asks for is written here anew, from its definition; agreement: the engine
proves each level, the verifier accepts it, and no grouping of the edition is worth more in that order.
Run: ``python tests/campaigns/profiles.py --editions 400``.
"""

import argparse
import sys
from collections.abc import Sequence
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from brute_force import OutOfStepsError, Worth, best_worths_by_enumeration
from positions import candidate_positions, metres
from tiny_editions import crowded_edition, tiny_edition
from valid_groups import ValidGroup

from sip_grouping import Grouping, Status, form_groups, verify
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Track

WORK_LIMIT = 100.0
MOST_STEPS = 4_000


class Comparison(NamedTuple):
    """One edition. `counts`: it was small enough; `what`: what differs, empty where nothing does."""

    seed: int
    counts: bool
    what: str


def worths_of(edition: Edition) -> dict[str, Worth]:
    """Return what each profile makes as large as possible, written anew from its definition."""
    members = edition.members
    where = candidate_positions(edition)
    last = max((len(one.themes) for one in members if one.eligible), default=1)
    units: list[list[int]] = []
    sizes = [
        limits.size_min
        for theme in edition.themes
        for track in theme.tracks
        for limits in [getattr(edition.rules_of(theme.id), track.value)]
    ]
    smallest = min(sizes)
    for of in ("office", "country"):
        for value in {getattr(one, of) for one in members} - {None}:
            inside = [
                number
                for number, one in enumerate(members)
                if one.eligible and getattr(one, of) == value
            ]
            enough = len(inside) >= (1 if of == "country" else smallest)
            units += [inside] if inside and enough else []

    def ranks(groups: Sequence[ValidGroup]) -> list[int]:
        return [members[i].themes.index(one.theme) + 1 for one in groups for i in one.members]

    def longest(groups: Sequence[ValidGroup]) -> int:
        ways = [
            metres(edition.position(members[i]), where[one.place])
            for one in groups
            if one.track is Track.LOCAL
            for i in one.members
        ]
        return max(ways, default=0)

    def least(groups: Sequence[ValidGroup]) -> int:
        placed = [i for one in groups for i in one.members]
        seats = edition.most_groups_per_member
        shares = [Fraction(sum(i in unit for i in placed), seats * len(unit)) for unit in units]
        return floor(10_000 * min(shares, default=Fraction(1)))

    def egalitarian(groups: Sequence[ValidGroup], score: int) -> tuple[int, ...]:
        found = ranks(groups)
        return (len(found), *(-found.count(rank) for rank in range(last, 1, -1)), score)

    return {
        "most_placed": lambda groups, score: (len(ranks(groups)), score),
        "rank_maximal": lambda groups, score: (
            *(ranks(groups).count(rank) for rank in range(1, last + 1)),
            score,
        ),
        "egalitarian": egalitarian,
        "travel_fair": lambda groups, score: (len(ranks(groups)), -longest(groups), score),
        "balanced": lambda groups, score: (least(groups), len(ranks(groups)), score),
    }


def chosen(grouping: Grouping, edition: Edition) -> list[ValidGroup]:
    """Return a grouping's groups as enumeration has them: all that worths look at."""
    index = {one.member_id: number for number, one in enumerate(edition.members)}
    return [
        ValidGroup(
            group.theme,
            group.track,
            group.place,
            tuple(index[one.member_id] for one in grouping.placements if one.group_id == group.group_id),
            0, (), 0, 0, (),
        )
        for group in grouping.group_records
    ]  # fmt: skip


def compare(seed: int, *, crowded: bool = False) -> Comparison:
    """Compare every profile with enumeration on the edition of a seed."""
    edition = (crowded_edition if crowded else tiny_edition)(seed)
    worths = worths_of(edition)
    try:
        best = best_worths_by_enumeration(edition, list(worths.values()), most_steps=MOST_STEPS)
    except OutOfStepsError:
        return Comparison(seed, counts=False, what="")
    wrong = [
        f"{name}: {what}"
        for number, (name, worth) in enumerate(worths.items())
        if (what := difference(edition, name, worth, None if best is None else best[number]))
    ]
    return Comparison(seed, counts=True, what="; ".join(wrong))


def difference(edition: Edition, profile: str, worth: Worth, best: tuple[int, ...] | None) -> str:
    """Return how the engine's answer differs from the best there is; empty: it does not."""
    result = form_groups(edition, work_limit=WORK_LIMIT, profile=profile)
    expected = Status.INFEASIBLE if best is None else Status.OPTIMAL
    if result.status is not expected:
        return f"{result.status} where {expected} is true"
    if result.grouping is None:
        return ""
    if not verify(edition, result.grouping).ok:
        return "the verifier refuses it"
    found = worth(chosen(result.grouping, edition), result.grouping.score_thousandths)
    return "" if found == best else f"{found} where {best} is possible"


def main() -> int:
    """Run the campaign; 1: something disagrees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=400, help="half of them with short slots")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first; the others follow")
    given = parser.parse_args()
    counted = wrong = 0
    for number in range(given.editions):
        one = compare(given.seed + number // 2, crowded=bool(number % 2))
        counted += one.counts
        wrong += bool(one.what)
        if one.what:
            print(f"seed {one.seed}{' crowded' if number % 2 else ''}: {one.what}", flush=True)
    print(f"{counted} of {given.editions} editions small enough to enumerate, {wrong} disagree")
    return 1 if wrong or not counted else 0


if __name__ == "__main__":
    sys.exit(main())
