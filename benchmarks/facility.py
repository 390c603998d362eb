"""Published instances of facility location through the engine: places that cost something, seats, weights.

Single-source capacitated facility location (Holmberg, Rönnqvist and Yuan 1999): a site is an office with
`seats_max` and `open_points`, a customer a member with its demand as `weight`, who has to be placed. The
capacitated p-median (OR-Library, pmedcap1): every point is both, and there are exactly p groups (`[total]`).
Costs of a site and a customer are a table of the instance, which no way on a map could have: they are given
to the engine as the objective, over the problem of the edition; rules and verifier are the edition's own.

Usage: python benchmarks/facility.py [--set holmberg|pmedcap] [--only p1,p2] [--seconds 60] [--results FILE]

Each instance is a row: the best cost, the bound that is proven, the published value, seconds, versions.
"""

import argparse
import csv
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from math import hypot
from pathlib import Path

import numpy as np

from sip_grouping.edition import Edition
from sip_grouping.edition.limits import Total
from sip_grouping.edition.records import Location, Member, Office, Places, Rules, SizeLimits, Theme
from sip_grouping.grouping import Grouping, ObjectiveName
from sip_grouping.objective import Objective, Term, make_objective
from sip_grouping.problem import Problem, build_problem
from sip_grouping.solve.engine import solve
from sip_grouping.solve.formulation import Floor
from sip_grouping.solve.run import Limits, Run

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "instances"
RESULTS = Path(__file__).parent / "results" / "facility.csv"
COLUMNS = (
    "set", "instance", "sites", "customers", "status", "cost", "bound", "published", "gap", "seconds",
    "cores", "python", "ortools", "highspy",
)  # fmt: skip
_SCALE = 1000
"""Costs of an instance have up to six decimals; published optima are whole."""


@dataclass(frozen=True)
class Facilities:
    """An instance: seats and cost of each site, demand of each customer, cost[customer][site].

    `groups`: exactly so many; None: any number.
    """

    seats: tuple[int, ...]
    opening: tuple[int, ...]
    demand: tuple[int, ...]
    cost: tuple[tuple[float, ...], ...]
    groups: int | None = None


def holmberg(path: Path) -> Facilities:
    """Read sites and customers, seats, opening costs, demands, a row of costs for each customer."""
    numbers = iter(path.read_text("ascii").split())
    sites, customers = int(next(numbers)), int(next(numbers))
    return Facilities(
        tuple(round(float(next(numbers))) for _ in range(sites)),
        tuple(round(float(next(numbers))) for _ in range(sites)),
        tuple(round(float(next(numbers))) for _ in range(customers)),
        tuple(tuple(float(next(numbers)) for _ in range(sites)) for _ in range(customers)),
    )


def pmedcap(path: Path) -> Facilities:
    """Read points with their demand; costs are whole Euclidean distances, rounded down."""
    _, (_, groups, seats), *points = (
        tuple(map(int, line.split()))
        for line in path.read_text("ascii").splitlines()
        if line.strip()
    )
    cost = tuple(tuple(float(int(hypot(a[1] - b[1], a[2] - b[2]))) for b in points) for a in points)
    demand = tuple(point[3] for point in points)
    return Facilities((seats,) * len(points), (0,) * len(points), demand, cost, groups)


def optima_of_holmberg(folder: Path) -> dict[str, int]:
    """Return the published optima by instance."""
    values = (folder / "os").read_text("ascii").split()
    return {f"p{number}": int(float(one)) for number, one in enumerate(values, start=1)}


def values_of_pmedcap(folder: Path) -> dict[str, int]:
    """Return the best known values by instance: the second number of each file."""
    names = [f"pmedcap1_{number}.txt" for number in range(1, 21)]
    return {name: int((folder / name).read_text("ascii").split()[1]) for name in names}


SETS = {
    "holmberg": (FOLDER / "sscflp_holmberg", holmberg, optima_of_holmberg),
    "pmedcap": (FOLDER / "cpmp_pmedcap", pmedcap, values_of_pmedcap),
}


def edition_of(told: Facilities) -> Edition:
    """Return an edition in which every member may meet at every office, and none is like another."""
    latitude = [50.0 + number * 1e-5 for number in range(len(told.demand))]
    return Edition(
        name="facilities",
        themes=(Theme(id="a", tracks=("local",), groups_max=len(told.seats)),),
        members=tuple(
            Member(
                member_id=f"c{number}", country="BE", postcode="1000", themes=("a",), weight=demand,
                latitude=latitude[number], longitude=4.0,
            )
            for number, demand in enumerate(told.demand)
        ),
        offices=tuple(
            Office(
                office_id=f"s{number}", country="BE", postcode="1000", seats_max=seats,
                open_points=opening,
            )
            for number, (seats, opening) in enumerate(zip(told.seats, told.opening, strict=True))
        ),
        rules=Rules(
            local=SizeLimits(size_min=1, size_max=max(told.seats)), moderators=0, secretaries=0,
            shared_language=False,
        ),
        places=Places(towns="none"),
        total=Total(groups_min=told.groups or 0, groups_max=told.groups),
        locations=(Location(country="BE", postcode="1000", latitude=50.0, longitude=4.0),),
    )  # fmt: skip


def least_cost(told: Facilities, problem: Problem) -> Objective:
    """Return minus the cost of sites in use and of who is served where, in thousandths."""
    cost = np.rint(np.array(told.cost).T * _SCALE).astype(np.int64)
    opening = np.array(told.opening, dtype=np.int64) * _SCALE
    site = {f"s{number}": number for number in range(len(opening))}
    member = problem.classes.member_index[problem.ways.member]
    places = [site[one.place_id] for one in problem.places]
    at = np.array([places[cell.place] for cell in problem.cells], dtype=np.int64)
    pair = np.zeros(len(problem.pair_cell), dtype=np.int64)
    np.add.at(pair, problem.ways.pair, -cost[at[problem.pair_cell[problem.ways.pair]], member])

    def reached(grouping: Grouping) -> int:
        place = {one.group_id: site[one.place] for one in grouping.group_records}
        served = [(place[one.group_id], int(one.member_id[1:])) for one in grouping.placements]
        used = {one for one, _ in served}
        return -int(sum(cost[one] for one in served) + sum(opening[one] for one in used))

    groups = np.zeros(len(problem.cells), dtype=np.int64)
    term = Term(pair, groups, place=-opening[places])
    return Objective("cost", {"cost": term}, reached, lambda other: least_cost(told, other))


def solved(told: Facilities, limits: Limits) -> Run:
    """Return the run that looked for the cheapest way to serve everybody; verified groupings alone count."""
    edition = edition_of(told)
    problem = build_problem(edition)
    run = Run(limits, members=len(edition.members))
    # What is proven is of the costs, not of the score of the edition.
    run.begin_stage(None, 1, of_score=False)
    everybody = Floor(make_objective(ObjectiveName.PLACED, problem), len(edition.members))
    solve(problem, least_cost(told, problem), run, floors=(everybody,))
    return run


def main(arguments: Sequence[str] | None = None) -> None:
    """Run instances that a results file does not have yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=sorted(SETS), default="holmberg")
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    folder, read, published = SETS[given.set]
    values = published(folder)
    known: set[tuple[str, str]] = set()
    if given.results.exists():
        with given.results.open(encoding="utf-8", newline="") as file:
            known = {(row["set"], row["instance"]) for row in csv.DictReader(file)}
    else:
        given.results.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    for name in given.only.split(",") if given.only else values:
        if (given.set, name) not in known:
            row = {"set": given.set} | _row(
                name, read(folder / name), values[name], Limits(time_limit=given.seconds)
            )
            with given.results.open("a", encoding="utf-8", newline="") as file:
                csv.DictWriter(file, COLUMNS).writerow(row)
            print(row)


def _row(name: str, told: Facilities, published: int, limits: Limits) -> dict[str, object]:
    started = time.perf_counter()
    run = solved(told, limits)
    cost = None if run.incumbent is None else -run.incumbent.value / _SCALE
    bound = None if run.bound is None else -run.bound / _SCALE
    return {
        "instance": name,
        "sites": len(told.seats),
        "customers": len(told.demand),
        "status": "optimal" if cost is not None and cost == bound else "feasible",
        "cost": cost,
        "bound": bound,
        "published": published,
        "gap": None if cost is None or bound is None else round((cost - bound) / cost, 6),
        "seconds": round(time.perf_counter() - started, 2),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "ortools": version("ortools"),
        "highspy": version("highspy"),
    }


if __name__ == "__main__":
    main()
