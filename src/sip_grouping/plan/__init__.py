"""A plan of meetings: what is claimed of it, and its files. No solver, no checks."""

from sip_grouping.plan.digests import grouping_digest, season_digest
from sip_grouping.plan.files import PLAN_FILES, load_plan, save_plan
from sip_grouping.plan.plan import Meeting, MeetingKind, Plan

__all__ = [
    "PLAN_FILES",
    "Meeting",
    "MeetingKind",
    "Plan",
    "grouping_digest",
    "load_plan",
    "save_plan",
    "season_digest",
]
