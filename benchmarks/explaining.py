"""How long it takes to explain members: all of an edition, or one of a large one.

Run ``python benchmarks/explaining.py --members 240``: forms the groups of a synthetic edition, and prints
a row: seconds of the clock and of the processor to explain all members, how many reasons there are, and
how many of them have a change that was made and solved; with ``--one`` only the first member who has no
group, thoroughly.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sip_grouping as sip
from sip_grouping.explain import Explainer


def main() -> None:
    """Form, explain, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=240)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--gap", type=float, default=0.0)
    parser.add_argument("--one", action="store_true")
    parser.add_argument("--command", action="store_true")
    arguments = parser.parse_args()
    edition = sip.synthetic_edition(members=arguments.members, seed=arguments.seed)
    grouping = sip.form_groups(edition, gap=arguments.gap).grouping
    if grouping is None:
        parser.error("no grouping was found")
    waiting = [one.member_id for one in grouping.left_out if one.status == "unplaced"]
    asked = waiting[:1] if arguments.one else []
    explain = by_command if arguments.command else in_process
    found, wall, cpu = explain(edition, grouping, asked)
    reasons = [why for one in found for why in one["reasons"]]
    helped = sum(why["change"] is not None for why in reasons)
    load = os.getloadavg()[0]
    print("members,seed,explained,reasons,with_a_change,wall_s,cpu_s,load,cores,ortools")
    print(
        f"{len(edition.members)},{arguments.seed},{len(found)},{len(reasons)},{helped},{wall:.1f},{cpu:.1f},"
        f"{load:.1f},{os.cpu_count()},{version('ortools')}"
    )


def in_process(
    edition: sip.Edition, grouping: sip.Grouping, asked: list[str]
) -> tuple[list[Any], float, float]:
    """Return what is said of some, or of all, with seconds of the clock and of the processor."""
    begun, used = time.perf_counter(), time.process_time()
    # What `form_groups` returns was verified; the command verifies what it reads from files.
    explainer = Explainer(edition, grouping, verified=True)
    found = [explainer.member(one) for one in asked] or list(explainer.members())
    wall, cpu = time.perf_counter() - begun, time.process_time() - used
    return [one.record() for one in found], wall, cpu


def by_command(
    edition: sip.Edition, grouping: sip.Grouping, asked: list[str]
) -> tuple[list[Any], float, float]:
    """Return the same of a process that reads both from files: `sip-grouping explain`."""
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder) / name) for name in ("edition", "groups")]
        sip.save_edition(edition, files[0])
        sip.save(grouping, files[1])
        options = [part for one in asked for part in ("--member", one)]
        command = [sys.executable, "-m", "sip_grouping", "explain", *files, *options, "--json"]
        begun, used = time.perf_counter(), seconds_of_children()
        run = subprocess.run(command, capture_output=True, check=True)
        wall, cpu = time.perf_counter() - begun, seconds_of_children() - used
    told = json.loads(run.stdout)
    return told.get("explanations", [told]), wall, cpu


def seconds_of_children() -> float:
    """Return what processes that have ended took of the processor."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
