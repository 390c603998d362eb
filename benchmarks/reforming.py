"""Times forming the groups of a running edition again against forming them: a first round of answers.

Comes in: how many members, seeds. Goes out: a row per seed in a table, and a line of each. Of those who are
proposed a place 15 % decline and 10 % do not answer. It is measured, in seconds of the processor, how long it
takes to form the groups, to `--gap` and until they are proven; to name those whose accepted places cannot
stay; and to form the groups again without what they accepted. The ratio is that of the last two to forming
until proven.

Usage: python benchmarks/reforming.py --members 2000 --seed 0,1,2
"""

import argparse
import csv
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.run import surroundings
from sip_grouping import Edition, form_groups, synthetic_edition
from sip_grouping.edition.records import Role
from sip_grouping.grouping import Grouping
from sip_grouping.solve.reform import form_again

DECLINE, SILENT = 0.15, 0.10
RESULTS = Path(__file__).parent / "results" / "reforming.csv"

_T = TypeVar("_T")


def timed(work: Callable[[], _T]) -> tuple[float, _T]:
    """Return seconds of the processor, of all threads, and what came of it."""
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


def answered(edition: Edition, grouping: Grouping, seed: int) -> tuple[Edition, dict[str, Role]]:
    """Return the edition without those who declined, and who accepted, by id the role."""
    draws = Random(seed)
    accepted, gone = dict[str, Role](), set[str]()
    for one in grouping.placements:
        drawn = draws.random()
        if drawn < DECLINE:
            gone.add(one.member_id)
        elif drawn >= DECLINE + SILENT:
            accepted[one.member_id] = one.role
    members = []
    for member in edition.members:
        kept = tuple(other for other in member.together if other not in gone)
        change: dict[str, object] = {"together": kept}
        if member.member_id in gone:
            change = {"commits": False, "together": (), "apart": ()}
        members.append(member.model_copy(update=change))
    return edition.replace(members=tuple(members)), accepted


def measured(members: int, seed: int, gap: float, limit: float | None) -> dict[str, object]:
    """Return the row of a seed."""
    edition = synthetic_edition(members=members, seed=seed)
    near_s, near = timed(lambda: form_groups(edition, gap=gap))
    formed_s, formed = timed(lambda: form_groups(edition, work_limit=limit))
    before = formed.grouping
    if before is None:
        raise SystemExit(f"{members} members, seed {seed}: no groups")
    now, accepted = answered(edition, before, seed)
    asked = [one.member_id for one in now.members if not one.commits]
    named_s, first = timed(
        lambda: form_again(now, before, asked=asked, accepted=accepted, work_limit=limit)
    )
    named, again_s, again = first.in_the_way, 0.0, first
    if named is not None:
        kept = {who: role for who, role in accepted.items() if who not in named.members}
        again_s, again = timed(
            lambda: form_again(
                now, before, asked=asked, accepted=kept, start_from=named.grouping, work_limit=limit
            )
        )
    return {
        "members": members, "seed": seed, "accepted": len(accepted), "groups": len(before.group_records),
        "near_s": round(near_s, 2), "near_gap": None if near.gap is None else f"{near.gap:.6f}",
        "formed_s": round(formed_s, 2), "formed_status": formed.status.value,
        "named_s": round(named_s, 2), "named": 0 if named is None else len(named.members),
        "points": 0 if named is None else named.thousandths / 1000,
        "named_proven": None if named is None else named.proven,
        "again_s": round(again_s, 2), "again_status": again.result.status.value,
        "moved": len(again.moved), "value": None if again.value is None else again.value / 1000,
        "ratio": round((named_s + again_s) / formed_s, 3),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def main() -> None:
    """Measure and write; see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=2000)
    parser.add_argument("--seed", default="0", help="one seed, or several as 0,1,2")
    parser.add_argument("--gap", type=float, default=3e-4, help="the gap of the first figure")
    parser.add_argument("--work-limit", type=float, help="units of work of each step but the first")
    parser.add_argument("--results", type=Path, default=RESULTS, help="table to add the rows to")
    given = parser.parse_args()
    for seed in map(int, given.seed.split(",")):
        row = measured(given.members, seed, given.gap, given.work_limit) | surroundings()
        print(" ".join(f"{name}={value}" for name, value in row.items()), flush=True)
        new = not given.results.exists()
        with given.results.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row), lineterminator="\n")
            if new:
                writer.writeheader()
            writer.writerow(row)


if __name__ == "__main__":
    main()
