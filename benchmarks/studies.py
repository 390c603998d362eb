"""Which editions each study runs, for how long, and what it is held against.

Comes in: the name of a study. Goes out: its cases. A case is one run of the command line.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from benchmarks.families import Family, Slots, Wanted, generated
from sip_grouping import Edition

Places = Family
SEEDS = 5
NOTHING_MORE = Wanted()
WEEKLY = Slots(known=18, least=2, most=6)


@dataclass(frozen=True)
class Case:
    """One run: which edition, how long it may take, and the largest gap that is wished for."""

    family: Places
    members: int
    seed: int
    time_limit: float
    wanted: Wanted = NOTHING_MORE
    target_gap: float | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells this case from others in a results file."""
        rules = str(self.wanted)
        return (self.family, str(self.members), rules, str(self.seed), f"{self.time_limit:g}")

    def __str__(self) -> str:
        """Return the case as one text, which `--only` looks into."""
        rules = f" {self.wanted}" if str(self.wanted) else ""
        return f"{self.family} {self.members}{rules} limit={self.time_limit:g} seed={self.seed}"

    def edition(self) -> Edition:
        """Make the edition up."""
        return generated(self.family, self.members, self.seed, self.wanted)


def editions_study() -> Iterator[Case]:
    """Yield the demo with offices alone, and 20 editions of 50 to 500 with 10 km thinned towns."""
    for seed in range(SEEDS):
        yield Case("offices", 240, seed, 60.0)
    for number in range(20):
        members = 50 + round(450 * number / 19)
        yield Case("towns", members, number, 60.0)


def larger_study() -> Iterator[Case]:
    """Yield editions of 500 to 10,000 members, at offices and with 10 km thinned towns."""
    families: tuple[Places, ...] = ("offices", "towns")
    for members, time_limit in ((500, 60.0), (2_000, 60.0), (10_000, 120.0)):
        for family in families:
            for seed in range(3):
                yield Case(family, members, seed, time_limit)


def proven_study() -> Iterator[Case]:
    """Yield what has to be proven, or nearly, in seconds: five seeds each, with the wished gap."""
    wished: tuple[tuple[Places, int, Wanted, float, float], ...] = (
        ("offices", 500, NOTHING_MORE, 60.0, 0.0),
        ("postcodes", 200, NOTHING_MORE, 60.0, 0.0),
        ("towns", 500, NOTHING_MORE, 60.0, 0.0),
        ("towns", 500, Wanted(any_language=True), 60.0, 0.0),
        ("towns", 2_000, NOTHING_MORE, 5.0, 2e-4),
        ("towns", 2_000, NOTHING_MORE, 60.0, 0.0),
        ("offices", 10_000, NOTHING_MORE, 30.0, 1e-5),
        ("towns", 10_000, NOTHING_MORE, 15.0, 2e-4),
        ("towns", 10_000, NOTHING_MORE, 120.0, 5e-5),
        ("offices", 100_000, NOTHING_MORE, 60.0, 5e-5),
    )
    for family, members, wanted, limit, gap in wished:
        for seed in range(SEEDS):
            yield Case(family, members, seed, limit, wanted, gap)


def families_study() -> Iterator[Case]:
    """Yield editions of many kinds by size: dense, sparse, few volunteers, many themes, slots, apart."""
    kinds: tuple[tuple[Places, Wanted], ...] = (
        ("offices", NOTHING_MORE),
        ("towns", NOTHING_MORE),
        ("postcodes", Wanted(tail=0.02)),
        ("towns", Wanted(tail=0.9)),
        ("towns", Wanted(volunteers=0.11)),
        ("towns", Wanted(themes=12)),
        ("towns", Wanted(slots=Slots(4, 1, 3))),
    )
    for members in (20, 60, 120, 240, 500, 1_000):
        for family, wanted in kinds:
            yield Case(family, members, 0, 60.0, wanted)
        yield Case("towns", members, 0, 60.0, Wanted(apart=members // 2))


def tight_study() -> Iterator[Case]:
    """Yield large editions under limits that leave little more than the time of the LP."""
    yield Case("towns", 1_500, 0, 2.0)
    for seed in range(3):
        yield Case("towns", 10_000, seed, 25.0)
    yield Case("offices", 50_000, 0, 58.0)


def peers_study() -> Iterator[Case]:
    """Yield what peers are held against: 60 to 500 members, at offices and with 10 km thinned towns."""
    families: tuple[Places, ...] = ("offices", "towns")
    for members, seeds in ((60, 3), (120, 3), (240, 3), (500, 1)):
        for family in families:
            for seed in range(seeds):
                yield Case(family, members, seed, 20.0)


def spread_study() -> Iterator[Case]:
    """Yield editions whose members may not live further from each other than 15 to 45 km."""
    families: tuple[Places, ...] = ("offices", "towns")
    for family in families:
        for members in (120, 240, 500, 1_000, 2_000):
            for spread_km in (15.0, 20.0, 25.0, 30.0, 45.0):
                yield Case(family, members, 0, 60.0, Wanted(spread_km=spread_km))


def apart_study() -> Iterator[Case]:
    """Yield editions with apart pairs: none, or as many as would name 10 % and 30 % of the members."""
    families: tuple[Places, ...] = ("offices", "towns")
    for members in (120, 240, 400, 1_000):
        for share in (0.0, 0.1, 0.3):
            pairs = round(share * members / 2)
            for family in families:
                yield Case(family, members, 0, 60.0, Wanted(apart=pairs))
            yield Case("towns", members, 0, 60.0, Wanted(spread_km=25.0, apart=pairs))


def blocks_study() -> Iterator[Case]:
    """Yield editions with 15 and 30 % of the members in pairs together, in triples, and in both."""
    for members in (120, 240, 500, 1_000, 2_000):
        for share in (0.15, 0.3):
            pairs, triples = round(share * members / 2), round(share * members / 3)
            yield Case("offices", members, 0, 60.0, Wanted(pairs=pairs))
            yield Case("offices", members, 0, 60.0, Wanted(triples=triples))
            yield Case("towns", members, 0, 60.0, Wanted(pairs=pairs))
            yield Case("towns", members, 0, 60.0, Wanted(triples=triples))
            half = Wanted(spread_km=25.0, pairs=pairs // 2, triples=triples // 2)
            yield Case("towns", members, 0, 60.0, half)


def slots_study() -> Iterator[Case]:
    """Yield editions whose groups share one of 18 weekly slots, with and without a spread of 40 km."""
    families: tuple[Places, ...] = ("offices", "towns")
    for members in (120, 240, 300, 500, 1_000):
        for family in families:
            yield Case(family, members, 0, 60.0, Wanted(slots=WEEKLY))
            yield Case(family, members, 0, 60.0, Wanted(slots=WEEKLY, spread_km=40.0))


def far_study() -> Iterator[Case]:
    """Yield what an edition with near members, apart pairs or many slots has to keep, five seeds each."""
    yield from _far(video=None)
    # Without a target: what found nothing, or little, once.
    yield Case("towns", 800, 0, 15.0, Wanted(spread_km=20.0, slots=Slots(4, 1, 3)))
    yield Case("towns", 200, 0, 15.0, Wanted(spread_km=20.0, moderators=0))


def far_local_study() -> Iterator[Case]:
    """Yield the same where few accept video: who is in no near group is in none."""
    yield from _far(video=0.4)


def _far(video: float | None) -> Iterator[Case]:
    def seeds(
        family: Places, members: int, wanted: Wanted, *limits: tuple[float, float]
    ) -> Iterator[Case]:
        for time_limit, gap in limits:
            for seed in range(SEEDS):
                yield Case(family, members, seed, time_limit, replace(wanted, video=video), gap)

    for spread_km in (15.0, 20.0, 25.0, 30.0):
        yield from seeds("towns", 240, Wanted(spread_km=spread_km), (10.0, 0.0))
    for spread_km in (20.0, 25.0, 30.0):
        yield from seeds("towns", 500, Wanted(spread_km=spread_km), (15.0, 0.01), (60.0, 0.003))
    yield from seeds("towns", 400, Wanted(spread_km=25.0, apart=60), (30.0, 0.01))
    yield from seeds("towns", 1_000, Wanted(spread_km=40.0), (60.0, 0.003))
    slots = Wanted(slots=WEEKLY)
    yield from seeds("towns", 300, slots, (60.0, 0.01), (180.0, 0.005))
    yield from seeds("offices", 500, slots, (60.0, 0.01), (180.0, 0.005))
    yield from seeds("towns", 500, Wanted(slots=WEEKLY, spread_km=40.0), (60.0, 0.02))
    yield from seeds("towns", 2_000, Wanted(spread_km=30.0), (60.0, 0.02))
    yield from seeds("offices", 2_000, Wanted(spread_km=40.0), (15.0, 0.0))


def smoke_study() -> Iterator[Case]:
    """Yield a few small cases, enough to see that the runner works."""
    yield Case("offices", 60, 0, 30.0)
    yield Case("towns", 60, 0, 30.0)
    slots = Slots(4, 1, 3)
    yield Case("towns", 60, 0, 30.0, Wanted(25.0, apart=4, pairs=3, triples=2, slots=slots), 0.0)


STUDIES: dict[str, Callable[[], Iterator[Case]]] = {
    "apart": apart_study,
    "blocks": blocks_study,
    "editions": editions_study,
    "families": families_study,
    "far": far_study,
    "far_local": far_local_study,
    "larger": larger_study,
    "peers": peers_study,
    "proven": proven_study,
    "slots": slots_study,
    "smoke": smoke_study,
    "spread": spread_study,
    "tight": tight_study,
}


def cases_of(study: str, only: str = "") -> Iterator[Case]:
    """Yield the cases of a study whose text has a match of the regular expression `only`."""
    wanted = re.compile(only)
    return (case for case in STUDIES[study]() if wanted.search(str(case)))
