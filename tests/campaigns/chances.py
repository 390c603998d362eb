"""Whether anybody's chance of a place depends on where its row stands or what its id is.

Comes in: how many draws. Goes out: a line per small edition, and a last line that counts. Each draw forms the
groups with another seed. In each edition some members are in the same position, and fewer of them can be
placed: over all draws each of them has to be placed as often as chance allows (chi-square, at a fixed
significance, so that the same seeds always give the same verdict), as often under other ids, and with the
rows in another order the same ones have to be placed in every single draw.
Run: ``python tests/campaigns/chances.py --draws 1000``.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from meridian import edition_of, living, office_at
from scipy.stats import chi2

from sip_grouping import form_groups
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme

SIGNIFICANCE = 1e-3
"""A fair draw is called unfair once in a thousand tests; with these seeds none is."""

WORK_LIMIT = 20.0


class Case(NamedTuple):
    """A small edition: sets of members in the same position, and how many of each set have a place."""

    edition: Edition
    alike: tuple[tuple[str, ...], ...]
    places: int


class Finding(NamedTuple):
    """What the draws of one edition show. `p`: how likely counts this uneven are if the draw is fair."""

    name: str
    p_of_place: float
    p_of_ids: float
    reordered: int

    @property
    def unfair(self) -> bool:
        """Whether somebody's chance is another one."""
        return min(self.p_of_place, self.p_of_ids) < SIGNIFICANCE or self.reordered > 0


def cases(prefix: str = "m") -> Iterator[tuple[str, Case]]:
    """Yield editions whose members' ids begin with a prefix."""

    def ids(count: int, letter: str = "") -> tuple[str, ...]:
        return tuple(f"{prefix}{letter}{number}" for number in range(count))

    one_group = [Theme(id="a", groups_max=1)]
    alike = ids(5)
    yield (
        "five of one town, three seats",
        Case(
            edition_of([living(one, 2.0, video=False) for one in alike], themes=one_group),
            (alike,),
            3,
        ),
    )
    seven = ids(7)
    yield (
        "seven by video, two groups of three",
        Case(
            edition_of(
                [living(one, 90.0, local=False) for one in seven],
                themes=[Theme(id="a", groups_max=2)],
            ),
            (seven,),
            6,
        ),
    )
    first, second = ids(3, "x"), ids(3, "y")
    yield (
        "two towns as far from the hub, two seats for each",
        Case(
            edition_of(
                [
                    *(living(one, 5.0, themes=("a",), video=False) for one in first),
                    *(living(one, 5.0, themes=("b",), video=False) for one in second),
                ],
                themes=[Theme(id="a", groups_max=1), Theme(id="b", groups_max=1)],
                offices=[office_at("hub")],
                local={"size_min": 2, "size_max": 2},
            ),
            (first, second),
            2,
        ),
    )
    offices = [office_at(f"o{number}", 1.0 + number) for number in range(5)]
    yield (
        "five whose answers differ where it counts for nothing, three seats",
        Case(
            edition_of(
                [
                    living(one, 0.0, video=False, office=office.office_id)
                    for one, office in zip(alike, offices, strict=True)
                ],
                themes=one_group,
                offices=[office_at("hub"), *offices],
            ),
            (alike,),
            3,
        ),
    )
    four = ids(4)
    yield (
        "four with a moderator among them who has a seat anyway",
        Case(
            edition_of(
                [
                    *(living(one, 1.0, video=False) for one in four),
                    living(f"{prefix}mod", 1.0, video=False, moderator=True),
                ],
                themes=one_group,
                moderators=1,
            ),
            (four,),
            2,
        ),
    )


def placed(edition: Edition, seed: int) -> frozenset[str]:
    """Return who is placed in the best grouping that a seed draws."""
    grouping = form_groups(edition, seed=seed, work_limit=WORK_LIMIT).grouping
    assert grouping is not None
    return frozenset(one.member_id for one in grouping.placements)


def drawn(case: Case, draws: int) -> Counter[str]:
    """Return how often each member is placed."""
    return Counter(who for seed in range(draws) for who in placed(case.edition, seed))


def p_of_even(case: Case, counts: Mapping[str, int], draws: int) -> float:
    """Return the p-value of Pearson's chi-square, corrected for draws without replacement.

    Of n alike members k are placed in each draw, so counts vary less than in as many single draws: the
    statistic times (n - 1) / (n - k) is chi-square with n - 1 degrees of freedom for each set.
    """
    statistic, degrees = 0.0, 0
    for alike in case.alike:
        number = len(alike)
        expected = draws * case.places / number
        uneven = sum((counts[one] - expected) ** 2 / expected for one in alike)
        statistic += uneven * (number - 1) / (number - case.places)
        degrees += number - 1
    return float(chi2.sf(statistic, degrees))


def finding(name: str, draws: int) -> Finding:
    """Return what so many draws of an edition show."""
    case, relabelled = dict(cases())[name], dict(cases("other-"))[name]
    rng = random.Random(name)
    mixed = list(case.edition.members)
    rng.shuffle(mixed)
    reordered = case.edition.replace(members=tuple(mixed))
    counts: Counter[str] = Counter()
    differ = 0
    for seed in range(draws):
        here = placed(case.edition, seed)
        counts.update(here)
        differ += placed(reordered, seed) != here
    other = drawn(relabelled, draws)
    return Finding(
        name,
        p_of_even(case, counts, draws),
        p_of_even(relabelled, other, draws),
        differ,
    )


def main() -> int:
    """Run the campaign; 1: somebody's chance depends on row or id."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000, help="seeds for each edition")
    given = parser.parse_args()
    unfair = 0
    for name, _ in cases():
        one = finding(name, given.draws)
        unfair += one.unfair
        print(
            f"{name}: p {one.p_of_place:.3f}, under other ids {one.p_of_ids:.3f};"
            f" others placed in {one.reordered} of {given.draws} draws with the rows in another order",
            flush=True,
        )
    print(f"{given.draws} draws of each edition, {unfair} unfair at {SIGNIFICANCE}")
    return 1 if unfair else 0


if __name__ == "__main__":
    sys.exit(main())
