"""What must hold between the records of an edition: themes, members, pairs of members, pins."""

from sip_grouping.edition.checks.records import cross_findings
from sip_grouping.edition.checks.view import EditionView, Source, Sources
from sip_grouping.edition.checks.warnings import WARNING_CODES, cross_warnings

__all__ = [
    "WARNING_CODES",
    "EditionView",
    "Source",
    "Sources",
    "cross_findings",
    "cross_warnings",
]
