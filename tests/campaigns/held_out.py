"""Whether editions that nobody tuned for are solved to the proof, and the groupings hold.

Comes in: a time limit. Goes out: a row per edition and a last line that counts. Synthetic members with
languages, 60 to 450, at offices and with towns, of seeds far from those of the benchmarks; each grouping is
judged by the verifier and by `valid`. Run: ``python tests/campaigns/held_out.py``.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Literal, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from campaigns.valid import valid

from sip_grouping import VerificationError, form_groups, synthetic_edition, verify


class HeldOut(NamedTuple):
    """One edition."""

    members: int
    seed: int
    towns: Literal["members", "none"]


EDITIONS = (
    HeldOut(60, 910_001, "none"),
    HeldOut(90, 910_002, "members"),
    HeldOut(130, 910_003, "none"),
    HeldOut(170, 910_004, "members"),
    HeldOut(240, 910_005, "none"),
    HeldOut(300, 910_006, "members"),
    HeldOut(450, 910_007, "none"),
    HeldOut(450, 910_008, "members"),
)


class Row(NamedTuple):
    """What became of an edition. `wrong`: what the verifier or the checker says; none where both agree."""

    gap: float | None
    score: float | None
    seconds: float
    wrong: tuple[str, ...]


def solved(one: HeldOut, time_limit: float) -> Row:
    """Solve one edition and judge its grouping."""
    edition = synthetic_edition(members=one.members, seed=one.seed, towns=one.towns)
    start = time.perf_counter()
    try:
        result = form_groups(edition, time_limit=time_limit)
    except VerificationError as error:
        return Row(None, None, time.perf_counter() - start, (str(error),))
    seconds = time.perf_counter() - start
    if result.grouping is None:
        return Row(None, None, seconds, ("no grouping",))
    wrong = [str(one) for one in verify(edition, result.grouping).violations]
    wrong += valid(edition, result.grouping)
    return Row(result.grouping.gap, result.score, seconds, tuple(wrong))


def main() -> int:
    """Run the campaign; 1: a gap is left, or a grouping is refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds of each")
    parser.add_argument("--editions", type=int, default=len(EDITIONS), help="the first so many")
    given = parser.parse_args()
    chosen = EDITIONS[: given.editions]
    proven = refused = 0
    print(
        f"{'members':>7} {'seed':>7} {'towns':>8} {'score':>12} {'gap':>9} {'seconds':>8}  judged"
    )
    for one in chosen:
        row = solved(one, given.time_limit)
        proven += row.gap == 0
        refused += bool(row.wrong)
        gap = "-" if row.gap is None else f"{row.gap:.4%}"
        score = "-" if row.score is None else f"{row.score:.3f}"
        judged = "valid" if not row.wrong else "; ".join(row.wrong)
        print(
            f"{one.members:>7} {one.seed:>7} {one.towns:>8} {score:>12} {gap:>9}"
            f" {row.seconds:>8.1f}  {judged}",
            flush=True,
        )
    print(f"{len(chosen)} editions, {proven} at gap 0, {refused} refused")
    return 0 if proven == len(chosen) and not refused else 1


if __name__ == "__main__":
    sys.exit(main())
