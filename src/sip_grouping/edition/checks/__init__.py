"""What must hold between the records of an edition: themes, members, pairs of members, pins."""

from sip_grouping.edition.checks.records import cross_findings
from sip_grouping.edition.checks.view import Sources

__all__ = ["Sources", "cross_findings"]
