"""Whether the best scores of editions that differ by one change obey the laws of `law_book`.

Comes in: how many checks. Goes out: a line per law that is broken, a line per law with its count, and a
last line that counts. Only runs proven optimal (or infeasible) are compared. Editions are random ones of 8
to 16 members and, one in six, synthetic ones of 40 to 90.
Run: ``python tests/campaigns/laws.py --laws 1242``.
"""

import argparse
import itertools
import random
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from campaigns.law_book import LAWS, Turn
from campaigns.random_editions import random_edition

from sip_grouping import (
    InputError,
    Result,
    Status,
    VerificationError,
    form_groups,
    synthetic_edition,
)
from sip_grouping.edition import Edition

WORK_LIMIT = 60.0


class Check(NamedTuple):
    """One law on one edition. `outcome`: kept, broken or undecided."""

    law: str
    outcome: str
    what: str = ""


def edition_of(seed: int) -> Edition:
    """Return the edition of a seed."""
    if seed % 6 == 5:
        edition = synthetic_edition(
            members=40 + seed * 7 % 51,
            seed=5_000 + seed,
            towns="none" if seed // 6 % 2 else "members",
        )
        limits = {"local": {"size_min": 4, "size_max": 8}, "video": {"size_min": 5, "size_max": 20}}
        return edition.replace(
            rules=type(edition.rules).model_validate(edition.rules.model_dump() | limits)
        )
    return random_edition(seed, members=8 + seed % 9)


def checks(seed: int) -> list[Check]:
    """Check every law that says something of the edition of a seed."""
    edition = edition_of(seed)
    try:
        first = form_groups(edition, work_limit=WORK_LIMIT)
    except VerificationError as error:
        return [Check("the engine's grouping is valid", "broken", str(error))]
    if first.grouping is None or first.status is not Status.OPTIMAL:
        return []
    found: list[Check] = []
    for law in LAWS:
        rng = random.Random(f"{seed}-{law.__name__}")
        try:
            turn = law(edition, first.grouping, rng)
        except InputError:
            continue
        if turn is not None:
            found.append(_checked(law.__name__, first, turn))
    return found


def _checked(law: str, first: Result, turn: Turn) -> Check:
    try:
        if turn.base is not None:
            first = form_groups(turn.base, work_limit=WORK_LIMIT)
        second = form_groups(turn.edition, work_limit=WORK_LIMIT)
    except VerificationError as error:
        return Check(law, "broken", str(error))
    proven = {Status.OPTIMAL, Status.INFEASIBLE}
    if not {first.status, second.status} <= proven or first.score_thousandths is None:
        return Check(law, "undecided", f"{first.status}, {second.status}")
    before, after = first.score_thousandths, second.score_thousandths
    if after is None:
        kept = False
    elif turn.relation == "not-lower":
        kept = after >= before
    else:
        kept = after == turn.factor * before
    what = f"{before} before, {after} after, must be {turn.relation} (factor {turn.factor})"
    return Check(law, "kept" if kept else "broken", "" if kept else what)


def main() -> int:
    """Run the campaign; 1: a law is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--laws", type=int, default=1242, help="how many checks")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first edition")
    given = parser.parse_args()
    outcomes: Counter[str] = Counter()
    by_law: Counter[str] = Counter()
    for seed in itertools.count(given.seed):
        for one in checks(seed)[: given.laws - outcomes["kept"] - outcomes["broken"]]:
            outcomes[one.outcome] += 1
            by_law[one.law] += 1
            if one.outcome != "kept":
                print(f"seed {seed}: {one.outcome}: {one.law}: {one.what}", flush=True)
        if outcomes["kept"] + outcomes["broken"] >= given.laws:
            break
    for law, count in by_law.items():
        print(f"{law}: {count}")
    print(f"{outcomes['undecided']} undecided, not counted")
    print(f"{outcomes['kept'] + outcomes['broken']} laws checked, {outcomes['broken']} broken")
    return 1 if outcomes["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
