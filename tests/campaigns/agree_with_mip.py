"""Whether the engine agrees with an independent MIP on random editions over all rules.

Comes in: how many editions and from which seed. Goes out: a line per disagreement with its seed, and a
last line that counts. Agreement: the same verdict and the same score, both proven, and a grouping in
which `valid` finds nothing wrong. Run: ``python tests/campaigns/agree_with_mip.py --editions 760``.
"""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from campaigns.independent_mip import Verdict, best_by_mip
from campaigns.random_editions import features, random_edition, without
from campaigns.valid import valid

from sip_grouping import InputError, Status, VerificationError, form_groups
from sip_grouping.edition import Edition

WORK_LIMIT = 60.0


class Comparison(NamedTuple):
    """One edition. `outcome`: agree, disagree or undecided; `what` says why not."""

    seed: int
    outcome: str
    what: str = ""
    mip_seconds: float = 0.0
    engine_seconds: float = 0.0


def compare(
    seed: int, *, crowded: bool = False, members: int | None = None, time_limit: float = 30.0
) -> Comparison:
    """Compare engine and MIP on the edition of a seed; `crowded`: not only where the seed is odd."""
    edition = random_edition(seed, members=members, crowded=crowded or _odd(seed))
    start = time.perf_counter()
    verdict = best_by_mip(edition, time_limit=time_limit)
    mip_seconds = time.perf_counter() - start
    what = _difference(edition, verdict)
    engine_seconds = time.perf_counter() - start - mip_seconds
    if what.startswith("disagree"):
        # HiGHS computes in floating point: what its presolve decides is asked once more without.
        second = best_by_mip(edition, time_limit=4 * time_limit, presolve=False)
        if second != verdict and "unknown" not in second.status:
            what = f"undecided: the MIP says {verdict}, and without presolve {second}"
    outcome = what.split(":")[0] or "agree"
    return Comparison(seed, outcome, what, mip_seconds, engine_seconds)


def _odd(seed: int) -> bool:
    """Return whether an edition is drawn crowded: every second one."""
    return seed % 2 == 1


def _difference(edition: Edition, verdict: Verdict) -> str:
    """Return what differs, empty where nothing does."""
    try:
        result = form_groups(edition, work_limit=WORK_LIMIT)
    except VerificationError as error:
        return f"disagree: the verifier refuses the engine's grouping: {error}"
    if result.grouping is not None:
        wrong = valid(edition, result.grouping)
        if wrong:
            return f"disagree: the engine's grouping is not valid: {'; '.join(wrong)}"
    score, bound = result.score_thousandths, result.bound_thousandths
    mip = f"MIP {verdict.status} {verdict.score_thousandths}"
    engine = f"engine {result.status} {score}, bound {bound}"
    if verdict.status == "unknown":
        return f"undecided: {mip}, {engine}"
    best = verdict.score_thousandths
    possible = {
        Status.OPTIMAL: best is not None and score == best,
        Status.INFEASIBLE: best is None,
        Status.FEASIBLE: best is not None
        and score is not None
        and score <= best <= (best if bound is None else bound),
        Status.UNKNOWN: True,
    }
    if not possible[result.status]:
        return f"disagree: {mip}, {engine}"
    decided = result.status in {Status.OPTIMAL, Status.INFEASIBLE}
    return "" if decided else f"undecided: {mip}, {engine}"


def binding(seed: int, *, crowded: bool = False, members: int | None = None) -> dict[str, str]:
    """Return per rule what taking it away from an edition does: changes, same, or unknown."""
    crowded = crowded or _odd(seed)
    edition = random_edition(seed, members=members, crowded=crowded)
    found: dict[str, str] = {}
    best = best_by_mip(edition, time_limit=10.0)
    for feature in [*features(), "separate_slots"]:
        separate = True
        try:
            if feature == "separate_slots":
                other, separate = edition, False
            else:
                other = without(edition, feature)
        except InputError:
            continue
        if other == edition and separate:
            found[feature] = "same"
            continue
        relaxed = best_by_mip(other, separate_slots=separate, time_limit=10.0)
        if "unknown" in {best.status, relaxed.status}:
            found[feature] = "unknown"
        else:
            found[feature] = "same" if relaxed == best else "changes"
    return found


def main() -> int:
    """Run the campaign; 1: something disagrees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=760, help="how many random editions")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first; the others follow")
    parser.add_argument("--members", type=int, help="members of each; 8 to 30 if left out")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--time-limit", type=float, default=30.0, help="seconds of one MIP")
    parser.add_argument(
        "--crowded",
        action="store_true",
        help="all editions, not every second, with several groups per member and offices of few rooms",
    )
    parser.add_argument(
        "--binding", action="store_true", help="count instead how often each rule decides the score"
    )
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.editions)
    with ProcessPoolExecutor(given.jobs) as pool:
        if given.binding:
            counts: dict[str, Counter[str]] = {}
            ask = partial(binding, crowded=given.crowded, members=given.members)
            for found in pool.map(ask, seeds):
                for feature, what in found.items():
                    counts.setdefault(feature, Counter())[what] += 1
            for feature, count in sorted(counts.items()):
                print(
                    f"{feature}: decides {count['changes']} of {given.editions} editions,"
                    f" {count['unknown']} unknown"
                )
            return 0
        outcomes: Counter[str] = Counter()
        seconds = [0.0, 0.0]
        ask_both = partial(
            compare, crowded=given.crowded, members=given.members, time_limit=given.time_limit
        )
        for one in pool.map(ask_both, seeds):
            outcomes[one.outcome] += 1
            seconds[0] += one.mip_seconds
            seconds[1] += one.engine_seconds
            if one.outcome != "agree":
                print(f"seed {one.seed}: {one.what}", flush=True)
    print(f"{seconds[0]:.0f} s for the MIP, {seconds[1]:.0f} s for the engine")
    print(
        f"{given.editions} editions, {outcomes['agree']} agree,"
        f" {outcomes['disagree']} disagree, {outcomes['undecided']} undecided"
    )
    return 1 if outcomes["disagree"] else 0


if __name__ == "__main__":
    sys.exit(main())
