"""The independent check of a grouping: every rule and every figure is computed anew.

Comes in: an `Edition` and a `Grouping`, whoever made it. Goes out: a `Verification` with typed
violations and the true score. Shares data classes and rule ids with the engine and nothing else, so
that a mistake of the engine is seen here. Never raises on a bad grouping: whatever is wrong with it
becomes a violation.

The parts: `measures` (distances, candidate places), `facts` (both tables, matched), `group_rules` and
`member_rules` (the rules of a valid grouping), `score`, `objective_rules`, `record_rules` and `reasons`
(the figures and reasons written down), `pins_given` (pins of the call).
"""

from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.findings import finding
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.rules import RULES
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.group_rules import GROUP_CHECKS
from sip_grouping.verification.member_rules import MEMBER_CHECKS
from sip_grouping.verification.objective_rules import OBJECTIVE_CHECKS
from sip_grouping.verification.pins_given import with_pins_given
from sip_grouping.verification.reasons import check_reasons
from sip_grouping.verification.record_rules import RECORD_CHECKS
from sip_grouping.verification.violation import Verification, Violation

__all__ = ["Verification", "Violation", "verify"]

_POSITION_OF_RULE = {rule.id: position for position, rule in enumerate(RULES)}


def verify(edition: Edition, grouping: Grouping | Formed) -> Verification:
    """Check every rule of a valid grouping and every figure of its record.

    Distances are geopy's WGS-84 geodesic, rounded to whole metres (halves up). Where the record
    contradicts itself, the row of the group says its theme, track and place, and the rows of the
    members say who is in it and who holds a role; the contradiction is a violation of its own.

    Parameters
    ----------
    edition
        The input the grouping claims to be of, with or without the pins given in the call.
    grouping
        The claims, or a result that has them. May be of another edition, name unknown ids, lack
        rows: each is a violation.

    Returns
    -------
    Verification
        Violations in the order of `rules.RULES`, then of the rows; the score computed anew, in
        thousandths of a point, over the rows that can be understood.

    Raises
    ------
    NoGroupingError
        The result has no grouping.
    InputError
        An argument is of another type.
    """
    if not isinstance(edition, Edition):
        raise InputError(
            [
                finding(
                    "wrong-type", "verify", column="edition",
                    variant="edition-to-verify", kind=type(edition).__name__,
                )
            ]
        )  # fmt: skip
    grouping = grouping_of(grouping, "verify")
    edition, misfits = with_pins_given(edition, grouping)
    facts = Facts(edition, grouping)
    checks = (*GROUP_CHECKS, *MEMBER_CHECKS, *RECORD_CHECKS, *OBJECTIVE_CHECKS, check_reasons)
    violations = [*misfits, *(violation for check in checks for violation in check(facts))]
    violations.sort(key=lambda violation: _POSITION_OF_RULE[violation.rule])
    terms = facts.score_terms
    return Verification(
        violations=tuple(violations), score_thousandths=terms.total, score_terms=terms
    )
