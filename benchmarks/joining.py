"""How long it takes to ask which groups a member may join.

Run ``python benchmarks/joining.py --members 10000``: forms the groups of a synthetic edition (about half a
minute for 10,000 members), starts a store, and prints a row: seconds to read the store and tell its state,
seconds to make the index, and milliseconds per question, the median and the worst, of as many members as
`--questions` says, placed or not.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import sip_grouping as sip
from sip_grouping.rounds import Rounds
from sip_grouping.rounds.join import Joins


def main() -> None:
    """Form, store, index, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--questions", type=int, default=1000)
    arguments = parser.parse_args()
    edition = sip.synthetic_edition(members=arguments.members, seed=arguments.seed)
    grouping = sip.form_groups(edition, gap=0.01).grouping
    if grouping is None:
        parser.error("no grouping was found")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "store.db")
        Rounds.start(path, edition, grouping).close()
        with Rounds.open(path, write=False) as rounds:
            begun = time.perf_counter()
            state = rounds.state()
            told = time.perf_counter() - begun
    begun = time.perf_counter()
    joins = Joins(state)
    made = time.perf_counter() - begun
    ids = [one.member_id for one in edition.members]
    ways: list[float] = []
    possible = 0
    for member_id in ids[:: max(1, len(ids) // arguments.questions)]:
        begun = time.perf_counter()
        possible += bool(joins.best(member_id).possible)
        ways.append(1000 * (time.perf_counter() - begun))
    print("members,groups,state_s,index_s,questions,with_a_group,median_ms,worst_ms")
    print(
        f"{len(ids)},{len(grouping.group_records)},{told:.2f},{made:.2f},{len(ways)},{possible},"
        f"{statistics.median(ways):.1f},{max(ways):.1f}"
    )


if __name__ == "__main__":
    main()
