"""Plans the meetings of synthetic seasons: time, score, bound and gap, a row per run.

Run ``python benchmarks/planning.py --members 240 2000 --seeds 0 1 2 --out FILE.csv``; rows are in
``results/planning.csv``. Members list 6 to 12 of 15 weekly slots and are away for a day; each office has two
rooms; there is an expert per fifty members. Groups are formed first, to 1 %, and that time is not counted.
"""

import argparse
import csv
import os
import platform
import random
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

from sip_grouping.demo import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, Expert, Season, date_range
from sip_grouping.season import plan_meetings
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify_plan

PHASES = [
    {"id": "study", "from": date(2021, 1, 1), "to": date(2021, 1, 31), "meetings": (1, 2)},
    {"id": "ideas", "from": date(2021, 1, 20), "to": date(2021, 2, 20), "meetings": (1, 2)},
    {"id": "experts", "from": date(2021, 2, 1), "to": date(2021, 2, 15), "expert": True},
    {"id": "recommendations", "from": date(2021, 2, 20), "to": date(2021, 3, 20),
     "synthesis_before": True, "information": 2},
]  # fmt: skip
SLOTS = tuple(
    f"{day}-{part}"
    for day in ("mon", "tue", "wed", "thu", "fri")
    for part in ("evening", "afternoon", "morning")
)
COLUMNS = (
    "members", "seed", "time_limit", "groups", "meetings", "status", "score", "bound", "gap",
    "seconds", "valid", "cores", "load", "python", "ortools",
)  # fmt: skip


def season(edition: Edition, seed: int) -> Edition:
    """Return an edition whose members have slots and dates, with experts and two rooms per office."""
    rng = random.Random(seed)
    members = tuple(
        one.model_copy(
            update={
                "slots": tuple(sorted(rng.sample(SLOTS, rng.randint(6, 12)))),
                "cannot": (date_range(f"2021-01-{rng.randint(4, 28):02d}"),),
            }
        )
        for one in edition.members
    )
    themes = [one.id for one in edition.themes]
    experts = tuple(
        Expert(
            expert_id=f"e{number}",
            themes=tuple(rng.sample(themes, 2)),
            languages=() if number % 2 else ("fr", "nl"),
            slots=tuple(rng.sample(SLOTS, 8)),
            sessions_max=rng.randint(5, 12),
        )
        for number in range(max(6, len(members) // 50))
    )
    calendar = Calendar.model_validate({"phases": PHASES, "in_person_from": date(2021, 1, 1)})
    offices = tuple(one.model_copy(update={"rooms": 2}) for one in edition.offices)
    return edition.replace(
        members=members, offices=offices, season=Season(calendar=calendar, experts=experts)
    )


def row_of(members: int, seed: int, time_limit: float) -> dict[str, object]:
    """Return the row of one run."""
    edition = synthetic_edition(members=members, seed=seed)
    result = form_groups(edition, time_limit=60, gap=0.01)
    assert result.grouping is not None  # noqa: S101 - synthetic editions have groups
    edition = season(edition, seed)
    load = os.getloadavg()[0]
    begun = time.perf_counter()
    planned = plan_meetings(edition, result, time_limit=time_limit)
    seconds = time.perf_counter() - begun
    plan = planned.plan
    valid = plan is not None and verify_plan(edition, result.grouping, plan).ok
    return {
        "members": members,
        "seed": seed,
        "time_limit": time_limit,
        "groups": len(result.grouping.group_records),
        "meetings": 0 if plan is None else len(plan.meetings),
        "status": planned.status.value,
        "score": "" if plan is None else plan.score,
        "bound": "" if plan is None else plan.bound,
        "gap": "" if plan is None or plan.gap is None else round(plan.gap, 6),
        "seconds": round(seconds, 1),
        "valid": valid,
        "cores": os.cpu_count(),
        "load": round(load, 1),
        "python": platform.python_version(),
        "ortools": version("ortools"),
    }


def main() -> None:
    """Run all and append the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, nargs="+", default=[240, 2000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    for members in given.members:
        for seed in given.seeds:
            row = row_of(members, seed, given.time_limit)
            print(row, flush=True)
            if given.out is not None:
                new = not given.out.exists()
                with given.out.open("a", encoding="utf-8", newline="") as file:
                    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
                    if new:
                        writer.writeheader()
                    writer.writerow(row)


if __name__ == "__main__":
    main()
