"""The season of an edition: meetings, synthesis between groups, test projects, follow-up."""

from sip_grouping.season.planning import Planned, plan_meetings

__all__ = ["Planned", "plan_meetings"]
