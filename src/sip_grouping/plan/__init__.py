"""A plan, and test projects: what is claimed of them, and their files. No solver, no checks."""

from sip_grouping.plan.digests import grouping_digest, plan_digest, projects_digest, season_digest
from sip_grouping.plan.files import PLAN_FILES, load_plan, save_plan
from sip_grouping.plan.plan import Meeting, MeetingKind, Plan
from sip_grouping.plan.project_files import PROJECT_FILES, load_projects, save_projects
from sip_grouping.plan.projects import ChosenProjects, ContactRow, ProposalRow

__all__ = [
    "PLAN_FILES",
    "PROJECT_FILES",
    "ChosenProjects",
    "ContactRow",
    "Meeting",
    "MeetingKind",
    "Plan",
    "ProposalRow",
    "grouping_digest",
    "load_plan",
    "load_projects",
    "plan_digest",
    "projects_digest",
    "save_plan",
    "save_projects",
    "season_digest",
]
