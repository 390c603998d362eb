"""How long it takes to explain members: all of an edition, or one of a large one.

Run ``python benchmarks/explaining.py --members 240``: forms the groups of a synthetic edition, and prints
a row: seconds of the clock and of the processor to explain all members, how many reasons there are, and
how many of them have a change that was made and solved; with ``--one`` only the first member who has no
group, thoroughly.
"""

import argparse
import os
import time
from importlib.metadata import version

import sip_grouping as sip
from sip_grouping.explain import Explainer


def main() -> None:
    """Form, explain, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=240)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--gap", type=float, default=0.0)
    parser.add_argument("--one", action="store_true")
    arguments = parser.parse_args()
    edition = sip.synthetic_edition(members=arguments.members, seed=arguments.seed)
    grouping = sip.form_groups(edition, gap=arguments.gap).grouping
    if grouping is None:
        parser.error("no grouping was found")
    begun, used = time.perf_counter(), time.process_time()
    # What `form_groups` returns was verified; the command verifies what it reads from files.
    explainer = Explainer(edition, grouping, verified=True)
    if arguments.one:
        waiting = [one.member_id for one in grouping.left_out if one.status == "unplaced"]
        found = [explainer.member(waiting[0])]
    else:
        found = list(explainer.members())
    wall, cpu = time.perf_counter() - begun, time.process_time() - used
    reasons = [why for one in found for why in one.reasons]
    helped = sum(why.change is not None for why in reasons)
    load = os.getloadavg()[0]
    print("members,seed,explained,reasons,with_a_change,wall_s,cpu_s,load,cores,ortools")
    print(
        f"{len(edition.members)},{arguments.seed},{len(found)},{len(reasons)},{helped},{wall:.1f},{cpu:.1f},"
        f"{load:.1f},{os.cpu_count()},{version('ortools')}"
    )


if __name__ == "__main__":
    main()
