"""An edition: all input of one run, frozen, and what must hold between its records."""

from sip_grouping.edition.calendar import (
    Calendar,
    Contact,
    DateRange,
    Expert,
    Phase,
    Project,
    ProjectRules,
    SchoolHolidays,
    Season,
)
from sip_grouping.edition.edition import Edition

__all__ = [
    "Calendar",
    "Contact",
    "DateRange",
    "Edition",
    "Expert",
    "Phase",
    "Project",
    "ProjectRules",
    "SchoolHolidays",
    "Season",
]
