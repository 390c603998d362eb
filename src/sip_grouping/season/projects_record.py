"""What `projects` writes: chosen projects, a contact for every group, evaluation meetings.

Comes in: a `Choice`, a `FollowUp`, meetings. Goes out: files by name. Ids only.
"""

import json
from dataclasses import dataclass

from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.files.tables import csv_bytes
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.grouping import relative_gap
from sip_grouping.plan import Meeting, grouping_digest
from sip_grouping.plan.files import meetings_table
from sip_grouping.season.followup import FollowUp
from sip_grouping.season.projects import Choice
from sip_grouping.units import THOUSANDTHS

PROJECTS, FOLLOWUP, MEETINGS, RECORD = (
    *("projects.csv", "followup.csv", "meetings.csv", "projects.json"),
)
PROJECT_FILES = (PROJECTS, FOLLOWUP, MEETINGS, RECORD)


@dataclass(frozen=True)
class Projects:
    """Test projects with all that follows from them."""

    edition: Edition
    grouping: Grouping
    choice: Choice
    follow_up: FollowUp
    meetings: tuple[Meeting, ...]

    def record(self) -> dict[str, JsonValue]:
        """Return it for other programs."""
        choice = self.choice
        loads: dict[str, JsonValue] = {
            one.team_id: self.follow_up.loads.get(one.team_id, 0)
            for one in self.edition.season.team
        }
        chosen: list[JsonValue] = [one.project.project_id for one in choice.chosen]
        return {
            "edition_name": self.edition.name,
            "edition_digest": self.edition.digest,
            "grouping_digest": grouping_digest(self.grouping),
            "status": "optimal" if choice.bound == choice.score else "feasible",
            "score": choice.score / THOUSANDTHS,
            "bound": choice.bound / THOUSANDTHS,
            "gap": relative_gap(choice.score, choice.bound),
            "cost": choice.cost / THOUSANDTHS,
            "chosen": chosen,
            "loads": loads,
        }

    def files(self) -> dict[str, bytes]:
        """Return the files by name."""
        chosen = {one.project.project_id for one in self.choice.chosen}
        of_group = {one.group.group_id: one.project.project_id for one in self.choice.chosen}
        groups = sorted(one.group_id for one in self.grouping.group_records)
        return {
            PROJECTS: csv_bytes(
                ("project_id", "group_id", "chosen", "willing", "budget", "country", "from", "to"),
                (
                    (
                        one.project.project_id,
                        one.group.group_id,
                        "yes" if one.project.project_id in chosen else "no",
                        len(one.willing),
                        one.project.budget,
                        one.country,
                        one.first.isoformat(),
                        one.last.isoformat(),
                    )
                    for one in self.choice.proposals
                ),
            ),
            FOLLOWUP: csv_bytes(
                ("group_id", "project_id", "team_id"),
                ((g, of_group.get(g), self.follow_up.contact_of[g]) for g in groups),
            ),
            MEETINGS: meetings_table(self.meetings),
            RECORD: (json.dumps(self.record(), indent=2, ensure_ascii=False) + "\n").encode(),
        }
