"""Chooses test projects of synthetic seasons and verifies them: time, score, what is shown; a row per run.

Run ``python benchmarks/projects.py --members 240 2000 --proposals 20 60 --out FILE.csv``; rows are in
``results/projects.csv``. Proposals cost 300 to 3,000 in `--steps`, the budget is 300 for each of them,
a theme gets half of it at most and a country 0.7; there is one of the team per ten groups. Members list 6 to
12 of 15 slots, and an office has one room. Groups are formed first, to 2 %, and that time is not counted.
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
from sip_grouping.edition.calendar import Calendar, Contact, Project, ProjectRules, Season
from sip_grouping.grouping import Grouping
from sip_grouping.plan import Meeting
from sip_grouping.season.evaluation import evaluations
from sip_grouping.season.followup import follow_up
from sip_grouping.season.projects import choose, proposals_of
from sip_grouping.season.projects_record import chosen_projects
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify_projects

SLOTS = tuple(
    f"{day}-{part}"
    for day in ("mon", "tue", "wed", "thu", "fri")
    for part in ("evening", "afternoon", "morning")
)
COLUMNS = (
    "members", "seed", "proposals", "step", "groups", "chosen", "proven", "score", "cost",
    "without_evaluation", "evenness", "seconds", "verified_seconds", "valid", "decided", "cores",
    "load", "python", "ortools",
)  # fmt: skip


def season(edition: Edition, seed: int) -> Edition:
    """Return an edition whose members have slots, with a calendar and a room per office."""
    rng = random.Random(seed)
    members = tuple(
        one.model_copy(update={"slots": tuple(sorted(rng.sample(SLOTS, rng.randint(6, 12))))})
        for one in edition.members
    )
    phase = {"id": "season", "from": date(2021, 1, 1), "to": date(2021, 3, 20)}
    calendar = Calendar.model_validate({"phases": [phase], "in_person_from": date(2021, 1, 1)})
    offices = tuple(one.model_copy(update={"rooms": 1}) for one in edition.offices)
    return edition.replace(members=members, offices=offices, season=Season(calendar=calendar))


def proposed(edition: Edition, grouping: Grouping, seed: int, many: int, step: float) -> Edition:
    """Return an edition with proposals of its groups, rules for them, and a team."""
    rng = random.Random(seed)
    groups = [one.group_id for one in grouping.group_records]
    rules = ProjectRules.model_validate(
        {"from": date(2021, 1, 15), "to": date(2021, 4, 15), "budget": 300.0 * many,
         "share_max": {"theme": 0.5, "country": 0.7}}
    )  # fmt: skip
    proposals = tuple(
        Project(
            project_id=f"p{number:03d}",
            group_id=rng.choice(groups),
            budget=round(step * rng.randint(round(300 / step), round(3000 / step)), 2),
        )
        for number in range(many)
    )
    team = tuple(
        Contact(
            team_id=f"t{number:02d}",
            languages=rng.choice([(), ("fr", "nl"), ("fr", "en")]) if number else (),
            groups_max=15,
        )
        for number in range(len(groups) // 10 + 1)
    )
    update = {"projects": rules, "proposals": proposals, "team": team}
    return edition.replace(season=edition.season.model_copy(update=update))


def row_of(edition: Edition, grouping: Grouping) -> dict[str, object]:
    """Return what one run takes and finds."""
    load = os.getloadavg()[0]
    begun = time.perf_counter()
    choice, followed = (
        choose(edition, proposals_of(edition, grouping)),
        follow_up(edition, grouping),
    )
    assert choice is not None  # noqa: S101 - no limit was set
    assert followed is not None  # noqa: S101 - the team is large enough
    met = evaluations(edition, grouping, choice.chosen)
    seconds = time.perf_counter() - begun
    meetings = tuple(one for one in met if isinstance(one, Meeting))
    made = chosen_projects(edition, grouping, choice, followed, meetings)
    begun = time.perf_counter()
    found = verify_projects(edition, grouping, made)
    return {
        "chosen": len(choice.chosen),
        "proven": choice.proven,
        "score": made.score,
        "cost": made.cost,
        "without_evaluation": len(met) - len(meetings),
        "evenness": made.evenness,
        "seconds": round(seconds, 2),
        "verified_seconds": round(time.perf_counter() - begun, 2),
        "valid": found.ok,
        "decided": found.decided,
        "cores": os.cpu_count(),
        "load": round(load, 1),
        "python": platform.python_version(),
        "ortools": version("ortools"),
    }


def main() -> None:
    """Run all and append the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, nargs="+", default=[240, 2000])
    parser.add_argument("--proposals", type=int, nargs="+", default=[20, 60])
    parser.add_argument("--steps", type=float, nargs="+", default=[50.0, 0.01])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    for members in given.members:
        for seed in given.seeds:
            edition = synthetic_edition(members=members, seed=seed)
            result = form_groups(edition, time_limit=60, gap=0.02)
            assert result.grouping is not None  # noqa: S101 - synthetic editions have groups
            edition = season(edition, seed)
            groups = {"groups": len(result.grouping.group_records)}
            for many in given.proposals:
                for step in given.steps:
                    made = proposed(edition, result.grouping, seed, many, step)
                    first = {"members": members, "seed": seed, "proposals": many, "step": step}
                    row = {**first, **groups, **row_of(made, result.grouping)}
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
