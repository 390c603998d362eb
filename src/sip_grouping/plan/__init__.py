"""A plan of meetings: what is claimed of it, and its files. No solver, no checks."""

from sip_grouping.plan.plan import Meeting, MeetingKind, Plan

__all__ = ["Meeting", "MeetingKind", "Plan"]
