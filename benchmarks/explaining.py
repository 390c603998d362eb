"""How long it takes to explain members: all of an edition, or one of a large one.

Run ``python benchmarks/explaining.py --members 240``: forms the groups of a synthetic edition, and prints
a row: seconds of the clock and of the processor to explain all members, how many reasons there are, and
how many of them have a change that was made and solved; with ``--one`` only the first member who has no
group, thoroughly; with ``--costs`` those who have none though there may be one, and as many (10 at least)
who are not on their first choice, each by a new `Explainer`. Last in the row: of how many reasons points
are told, and the processor time of the slowest answer.
"""

import argparse
import os
import time
from importlib.metadata import version

import sip_grouping as sip
from sip_grouping.explain import Explainer
from sip_grouping.grouping import Reason


def main() -> None:
    """Form, explain, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=240)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--gap", type=float, default=0.0)
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--one", action="store_true")
    asked.add_argument("--costs", action="store_true")
    arguments = parser.parse_args()
    edition = sip.synthetic_edition(members=arguments.members, seed=arguments.seed)
    grouping = sip.form_groups(edition, gap=arguments.gap).grouping
    if grouping is None:
        parser.error("no grouping was found")
    begun, used = time.perf_counter(), time.process_time()
    found, seconds = [], []
    # What `form_groups` returns was verified; the command verifies what it reads from files.
    if arguments.one or arguments.costs:
        for who in _waiting(grouping)[:1] if arguments.one else _with_a_cost(edition, grouping):
            before = time.process_time()
            found.append(Explainer(edition, grouping, verified=True).member(who))
            seconds.append(time.process_time() - before)
    else:
        found = list(Explainer(edition, grouping, verified=True).members())
    wall, cpu = time.perf_counter() - begun, time.process_time() - used
    reasons = [why for one in found for why in one.reasons]
    helped = sum(why.change is not None for why in reasons)
    told = sum(why.change is not None and why.points_least is not None for why in reasons)
    load, slowest = os.getloadavg()[0], max(seconds, default=cpu)
    print(
        "members,seed,explained,reasons,with_a_change,wall_s,cpu_s,load,cores,ortools,points,slowest_cpu_s"
    )
    print(
        f"{len(edition.members)},{arguments.seed},{len(found)},{len(reasons)},{helped},{wall:.1f},{cpu:.1f},"
        f"{load:.1f},{os.cpu_count()},{version('ortools')},{told},{slowest:.1f}"
    )


def _waiting(grouping: sip.Grouping) -> list[str]:
    return [one.member_id for one in grouping.left_out if one.status == "unplaced"]


def _with_a_cost(edition: sip.Edition, grouping: sip.Grouping) -> list[str]:
    """Return who has no group though there may be one with it, and as many not on their first choice."""
    could = {Reason.OUTWEIGHED, Reason.NOT_IN_BEST_FOUND}
    left = [one.member_id for one in grouping.left_out if one.reason in could]
    themes = edition.theme_by_id
    lower = [
        one.member_id
        for one in grouping.placements
        if one.rank > 1
        and (member := edition.member_by_id[one.member_id]).country
        in themes[member.themes[0]].countries
    ]
    return [*left, *lower[: max(len(left), 10)]]


if __name__ == "__main__":
    main()
