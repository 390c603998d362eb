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
from sip_grouping.edition.checks import Source
from sip_grouping.edition.edition import Edition
from sip_grouping.edition.origins import Origins, RowPlace

__all__ = [
    "Calendar",
    "Contact",
    "DateRange",
    "Edition",
    "Expert",
    "Origins",
    "Phase",
    "Project",
    "ProjectRules",
    "RowPlace",
    "SchoolHolidays",
    "Season",
    "Source",
]
