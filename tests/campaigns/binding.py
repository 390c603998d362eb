"""Whether the engine agrees with plain enumeration where who is near, apart and together decides.

Comes in: how many editions and from which seed. Goes out: a line per disagreement with its seed, and a last
line that counts. An edition counts when each of `spread_km`, apart and together binds in it: without that
rule alone the best score is strictly better. Agreement: the same verdict and score, both proven, and a
grouping in which neither the verifier nor `valid` finds anything wrong. Editions in which fewer of the rules
bind are compared on the way, and do not count.
Run: ``python tests/campaigns/binding.py --editions 300``.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from pathlib import Path
from typing import Literal, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from binding_editions import RULES, binding_edition, binds
from brute_force import OutOfStepsError, best_grouping_by_enumeration
from campaigns.valid import valid

from sip_grouping import Status, VerificationError, form_groups, verify
from sip_grouping.edition import Edition

WORK_LIMIT = 60.0
MOST_STEPS = 20_000
BATCH = 20


class Comparison(NamedTuple):
    """One edition. `counts`: all three rules bind; `what`: what differs, empty where nothing does."""

    seed: int
    outcome: Literal["agree", "disagree", "passed over"]
    counts: bool = False
    with_rules: tuple[str, ...] = ()
    what: str = ""


def compare(seed: int, *, only_binding: bool = False) -> Comparison:
    """Compare engine and enumeration on the edition of a seed.

    Passed over is what takes too long to enumerate, and with `only_binding` what does not count.
    """
    edition = binding_edition(seed)
    try:
        best = best_grouping_by_enumeration(edition, most_steps=MOST_STEPS)
    except OutOfStepsError:
        return Comparison(seed, "passed over")
    counts = all(binds(edition, rule, best, most_steps=MOST_STEPS) for rule in RULES)
    if only_binding and not counts:
        return Comparison(seed, "passed over")
    what = difference(edition, best)
    others = {
        "shared_slot": edition.rules.shared_slot,
        "rooms": any(one.rooms is not None for one in edition.offices),
        "groups_per_member": edition.rules.groups_per_member > 1,
        "no grouping": best is None,
    }
    with_rules = tuple(name for name, there in others.items() if there)
    return Comparison(seed, "disagree" if what else "agree", counts, with_rules, what)


def difference(edition: Edition, best: int | None) -> str:
    """Return how the engine's answer differs from the best score that there is; empty: it does not."""
    try:
        result = form_groups(edition, work_limit=WORK_LIMIT)
    except VerificationError as error:
        return f"the verifier refuses the engine's grouping: {error}"
    if result.grouping is not None:
        wrong = [str(one) for one in verify(edition, result.grouping).violations]
        wrong += valid(edition, result.grouping)
        if wrong:
            return f"the engine's grouping is not valid: {'; '.join(wrong)}"
    expected = (Status.INFEASIBLE if best is None else Status.OPTIMAL, best)
    if (result.status, result.score_thousandths) != expected:
        score, bound = result.score_thousandths, result.bound_thousandths
        return f"engine {result.status} {score}, bound {bound}; enumeration {best}"
    return ""


def compared(editions: int, seed: int = 0, jobs: int = 1) -> Iterator[Comparison]:
    """Yield comparisons, until so many have been of editions in which all three rules bind."""
    found = 0
    with ProcessPoolExecutor(jobs) as pool:
        for first in count(seed, BATCH):
            for one in pool.map(compare, range(first, first + BATCH)):
                yield one
                found += one.counts
                if found == editions:
                    return


def main() -> int:
    """Run the campaign; 1: something disagrees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--editions",
        type=int,
        default=300,
        help="how many in which spread, apart and together bind",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the first; the others follow")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    given = parser.parse_args()
    outcomes: Counter[str] = Counter()
    features: Counter[str] = Counter()
    on_the_way = 0
    for one in compared(given.editions, given.seed, given.jobs):
        if one.what:
            print(f"seed {one.seed}: {one.what}", flush=True)
        if one.outcome == "disagree" or one.counts:
            outcomes[one.outcome] += 1
        if one.counts:
            features.update(one.with_rules)
        else:
            on_the_way += one.outcome != "passed over"
    print(", ".join(f"{number} with {name}" for name, number in sorted(features.items())))
    print(
        f"{given.editions} editions in which {', '.join(RULES)} bind, {on_the_way} others on the way;"
        f" {outcomes['agree']} of the {given.editions} agree, {outcomes['disagree']} of all disagree"
    )
    return 1 if outcomes["disagree"] else 0


if __name__ == "__main__":
    sys.exit(main())
