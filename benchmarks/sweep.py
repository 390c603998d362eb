"""How much sooner 200 scenarios are known from a sweep than one by one from cold.

Run ``python benchmarks/sweep.py``: takes the demo edition and 200 scenarios (70 of rules and points, 90 of
one member's answer, 40 of one more volunteer), solves each by itself from cold, one after the other, and
all of them with a sweep on two processes, their start included; compares verdicts and scores, and prints
a row.
``--only N``: every Nth scenario. ``--results FILE`` adds the row to a file.
"""

import argparse
import csv
import multiprocessing
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sip_grouping as sip
from sip_grouping.errors import InputError
from sip_grouping.explain import Change, Sweep, changed, changes_from, sweep, volunteer

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo-2020-2021"
WORKERS = 2


def rule(key: str, value: object) -> dict[str, Any]:
    """Return a change of a key."""
    return {"kind": "rule", "key": key, "value": value}


def scenarios_of(edition: sip.Edition) -> dict[str, tuple[Change, ...]]:
    """Return the 200 scenarios, by name."""
    keys: list[tuple[str, object]] = [
        *(("rules.travel_km", km) for km in range(20, 46) if km != 30),
        *(("rules.local.size_min", size) for size in (5, 6, 7, 9, 10)),
        *(("rules.local.size_max", size) for size in (10, 11, 12, 13, 14, 16, 17, 18)),
        *(("rules.video.size_min", size) for size in (8, 9, 11, 12)),
        *(("score.video_points", points) for points in (0, 5, 10, 20, 25, 30, 35, 40)),
        *(
            (f"themes.{theme.id}.groups_max", most)
            for theme in edition.themes
            for most in (1, 2, 3, 4, 5)
        ),
    ]
    given: dict[str, list[Any]] = {f"{key} = {value}": [rule(key, value)] for key, value in keys}
    for member in edition.members[::5][:45]:
        for role in ("moderator", "secretary"):
            answer = "no" if getattr(member, role) else "yes"
            change = {
                "kind": "member",
                "member_id": member.member_id,
                "field": role,
                "value": answer,
            }
            given[f"{member.member_id}.{role} = {answer}"] = [change]
    places = [one.office_id for one in edition.offices]
    places += ["BE-5500"] * (20 - len(places))
    for place in places:
        for role in ("moderator", "secretary"):
            given[f"one more {role}: {place}"] = [volunteer(edition, role, place, member_id="new")]
    return {name: changes_from(changes) for name, changes in given.items()}


def from_cold(
    edition: sip.Edition, scenarios: dict[str, tuple[Change, ...]]
) -> dict[str, tuple[str, float | None]]:
    """Return verdict and score of each, solved by itself."""
    found: dict[str, tuple[str, float | None]] = {}
    for name, changes in scenarios.items():
        try:
            result = sip.form_groups(changed(edition, changes))
        except InputError:
            found[name] = ("invalid", None)
            continue
        found[name] = (result.status.value, result.score)
    return found


def swept(edition: sip.Edition, scenarios: dict[str, tuple[Change, ...]]) -> Sweep:
    """Return the sweep of all of them on two processes."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=spawned) as executor:
        return sweep(edition, scenarios, executor=executor)


def _cpu() -> float:
    """Return the processor's time of this process and of those that it has waited for, in seconds."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def main() -> None:
    """Solve both ways, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=int, default=1)
    parser.add_argument("--results", type=Path)
    arguments = parser.parse_args()
    edition = sip.load_edition(DEMO)
    every = scenarios_of(edition)
    scenarios = dict(list(every.items())[:: arguments.only])
    load = os.getloadavg()[0]
    begun, cpu_before = time.perf_counter(), _cpu()
    told = swept(edition, scenarios)
    of_sweep = time.perf_counter() - begun
    cpu_of_sweep = _cpu() - cpu_before
    begun, worked = time.perf_counter(), time.process_time()
    cold = from_cold(edition, scenarios)
    of_cold, cpu = time.perf_counter() - begun, time.process_time() - worked
    differing = [
        row.scenario
        for row in told.rows
        if cold[row.scenario]
        != (row.status.value, None if row.figures is None else row.figures.score)
    ]
    row = {
        "scenarios": len(scenarios),
        "proven": sum(row.status.value in {"optimal", "infeasible"} for row in told.rows),
        "differing": len(differing),
        "cold_s": round(of_cold, 1),
        "cold_cpu_s": round(cpu, 1),
        "sweep_s": round(of_sweep, 1),
        "sweep_cpu_s": round(cpu_of_sweep, 1),
        "sweep_solving_s": round(sum(row.seconds for row in told.rows), 1),
        "ratio": round(of_cold / of_sweep, 2),
        "workers": WORKERS,
        "cores": os.cpu_count(),
        "load_before": round(load, 2),
        "ortools": version("ortools"),
        "highspy": version("highspy"),
    }
    print(",".join(row))
    print(",".join(map(str, row.values())))
    for name in differing:
        print("differs:", name, cold[name], told[name].figures)
    if arguments.results:
        new = not arguments.results.exists()
        with arguments.results.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, row)
            if new:
                writer.writeheader()
            writer.writerow(row)


if __name__ == "__main__":
    main()
