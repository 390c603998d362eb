"""Whether a written grouping places as many members as was asked.

Comes in: an edition, a grouping. Goes out: a finding, or None. Loads no solver.
"""

from fractions import Fraction

from sip_grouping.edition import Edition
from sip_grouping.findings import Finding, finding
from sip_grouping.grouping import Grouping


def shortfall_of(edition: Edition, grouping: Grouping, fail_under: float | None) -> Finding | None:
    """Return a finding if nobody is placed, or fewer than were asked for."""
    placed = len({one.member_id for one in grouping.placements})
    eligible = sum(member.eligible for member in edition.members)
    # As it was typed: 66.6 per cent of 500 is 333, which a binary number may miss.
    wanted = Fraction(0 if fail_under is None else str(fail_under)) * eligible / 100
    if placed and placed >= wanted:
        return None
    asked = placed and fail_under is not None
    column, value = ("--fail-under", f"{fail_under:g}") if asked else (None, None)
    return finding(
        "too-few-placed", "assignments.csv", None, column, value, placed=placed, eligible=eligible
    )
