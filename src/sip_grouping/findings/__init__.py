"""What is wrong or worth knowing in an input: findings, their sentences, and lines of alike ones."""

from sip_grouping.findings.finding import LONGEST_VALUE, Finding, file_in, finding, shortened
from sip_grouping.findings.grouped import grouped_lines, row_ranges
from sip_grouping.findings.of_records import PERSONAL, close_to, findings_of, kind_of, nearest

__all__ = [
    "LONGEST_VALUE",
    "PERSONAL",
    "Finding",
    "close_to",
    "file_in",
    "finding",
    "findings_of",
    "grouped_lines",
    "kind_of",
    "nearest",
    "row_ranges",
    "shortened",
]
