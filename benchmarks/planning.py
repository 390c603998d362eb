"""Plans the meetings of synthetic seasons: time, score, bound and gap, a row per run.

Run ``python benchmarks/planning.py --members 240 2000 --seeds 0 1 2 --out FILE.csv``; rows are in
``results/planning.csv``. Members list 6 to 12 of 15 weekly slots and are away for a day; each office has so
many rooms; there is an expert per so many members. Groups are formed first, to 1 %, and that time is
not counted.
``--size-max`` makes more, smaller groups: 13 gives about 160 of 2,000 members.
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
from sip_grouping.edition.records import Track
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
    "members", "rooms", "members_per_expert", "size_max", "seed", "time_limit", "groups", "meetings",
    "status", "score", "bound", "gap",
    "seconds", "valid", "cores", "load", "python", "ortools",
)  # fmt: skip


def season(edition: Edition, seed: int, rooms: int, members_per_expert: int) -> Edition:
    """Return an edition whose members have slots and dates, with experts and rooms per office."""
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
        for number in range(max(6, len(members) // members_per_expert))
    )
    calendar = Calendar.model_validate({"phases": PHASES, "in_person_from": date(2021, 1, 1)})
    offices = tuple(one.model_copy(update={"rooms": rooms}) for one in edition.offices)
    return edition.replace(
        members=members, offices=offices, season=Season(calendar=calendar, experts=experts)
    )


def row_of(
    members: int, seed: int, time_limit: float, rooms: int, per_expert: int, size_max: int | None
) -> dict[str, object]:
    """Return the row of one run."""
    edition = synthetic_edition(members=members, seed=seed)
    if size_max is not None:
        limits = {
            track.value: edition.rules.sizes(track).model_copy(update={"size_max": size_max})
            for track in Track
        }
        edition = edition.with_rules(**limits)
    result = form_groups(edition, time_limit=60, gap=0.01)
    assert result.grouping is not None  # noqa: S101 - synthetic editions have groups
    edition = season(edition, seed, rooms, per_expert)
    load = os.getloadavg()[0]
    begun = time.perf_counter()
    planned = plan_meetings(edition, result, time_limit=time_limit)
    seconds = time.perf_counter() - begun
    plan = planned.plan
    valid = plan is not None and verify_plan(edition, result.grouping, plan).ok
    return {
        "members": members,
        "rooms": rooms,
        "members_per_expert": per_expert,
        "size_max": "" if size_max is None else size_max,
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
    parser.add_argument("--rooms", type=int, default=2)
    parser.add_argument("--members-per-expert", type=int, default=50)
    parser.add_argument("--size-max", type=int)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    for members in given.members:
        for seed in given.seeds:
            row = row_of(
                members,
                seed,
                given.time_limit,
                given.rooms,
                given.members_per_expert,
                given.size_max,
            )
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
