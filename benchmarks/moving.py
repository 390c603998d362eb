"""Plans synthetic seasons again after a change: time, how many meetings and experts change, a row per run.

Run ``python -m benchmarks.moving --members 2000 --seeds 1 2 --out FILE.csv``; rows are in
``results/moving.csv``. Seasons are those of ``planning.py``. Changes: a meeting is moved by hand by about a
week, the expert with most sessions cancels, a moderator is away for two weeks of the first phase.
"""

import argparse
import csv
import os
import platform
import time
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from benchmarks.planning import season
from sip_grouping.demo import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import date_range
from sip_grouping.errors import InputError
from sip_grouping.grouping import Grouping
from sip_grouping.plan import Plan
from sip_grouping.season import plan_meetings
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify_plan

COLUMNS = (
    "members", "seed", "change", "time_limit", "meetings", "status", "moved", "fewest_moves",
    "other_experts", "fewest_other_experts", "gap", "seconds", "seconds_before", "valid", "cores",
    "load", "python", "ortools",
)  # fmt: skip


def changes(
    edition: Edition, grouping: Grouping, plan: Plan
) -> Iterator[tuple[str, Edition, tuple[str, ...]]]:
    """Yield what changes: what it is called, the edition then, the meetings moved by hand."""
    first = next(one for one in plan.meetings if one.group_id is not None)
    for days in (7, 8, 6, 9, 5):
        yield "moved", edition, (f"{first.meeting_id}={first.date + timedelta(days)}",)
    busiest = max(
        edition.season.experts,
        key=lambda expert: sum(one.expert_id == expert.expert_id for one in plan.meetings),
    )
    gone = tuple(one for one in edition.season.experts if one is not busiest)
    yield "expert", edition.replace(season=edition.season.model_copy(update={"experts": gone})), ()
    group = plan.meetings_of_group[first.group_id or ""]
    away = date_range(f"{group[0].date}/{group[0].date + timedelta(13)}")
    moderator = grouping.group_by_id[first.group_id or ""].moderators[0]
    members = tuple(
        one.model_copy(update={"cannot": (away,)}) if one.member_id == moderator else one
        for one in edition.members
    )
    yield "moderator", edition.replace(members=members), ()


def rows_of(members: int, seed: int, time_limit: float) -> Iterator[dict[str, object]]:
    """Yield the rows of one season."""
    edition = synthetic_edition(members=members, seed=seed)
    result = form_groups(edition, time_limit=60, gap=0.01)
    assert result.grouping is not None  # noqa: S101 - synthetic editions have groups
    edition = season(edition, seed, 2, 50)
    begun = time.perf_counter()
    plan = plan_meetings(edition, result, time_limit=time_limit).plan
    before = time.perf_counter() - begun
    if plan is None:
        return
    done: set[str] = set()
    for change, changed, moved in changes(edition, result.grouping, plan):
        if change in done:
            continue
        load = os.getloadavg()[0]
        begun = time.perf_counter()
        try:
            planned = plan_meetings(
                changed, result, time_limit=time_limit, before=plan, moved=moved
            )
        except InputError:
            continue  # that day cannot be by itself: the next one is tried
        seconds = time.perf_counter() - begun
        done.add(change)
        made = planned.plan
        told = {} if made is None else made.settings
        yield {
            "members": members,
            "seed": seed,
            "change": change,
            "time_limit": time_limit,
            "meetings": 0 if made is None else len(made.meetings),
            "status": planned.status.value,
            **{
                name: told.get(name, "")
                for name in ("moved", "fewest_moves", "other_experts", "fewest_other_experts")
            },
            "gap": "" if made is None or made.gap is None else round(made.gap, 6),
            "seconds": round(seconds, 1),
            "seconds_before": round(before, 1),
            "valid": made is not None and verify_plan(changed, result.grouping, made).ok,
            "cores": os.cpu_count(),
            "load": round(load, 1),
            "python": platform.python_version(),
            "ortools": version("ortools"),
        }


def main() -> None:
    """Run all and append the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, nargs="+", default=[2000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--time-limit", type=float, default=120.0)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    for members in given.members:
        for seed in given.seeds:
            for row in rows_of(members, seed, given.time_limit):
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
