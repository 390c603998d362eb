"""The independent check of a grouping: every rule and every figure is computed anew.

Comes in: an `Edition` and a `Grouping`, whoever made it. Goes out: a `Verification` with typed
violations and the true score. Shares data classes and rule ids with the engine and nothing else, so
that a mistake of the engine is seen here. Never raises on a bad grouping: whatever is wrong with it
becomes a violation.

The parts: `measures` (distances, candidate places), `facts` (both tables, matched), `group_rules` and
`member_rules` (the rules of a valid grouping), `score`, `objective_rules`, `record_rules` and `reasons`
(the figures and reasons written down), `pins_given` (pins of the call); `reformed` and `reform_rules` (what
groups formed again keep of those before, and what is told to have changed); `plan`, `plan_facts` and
`plan_rules` (meetings); `projects`, `project_facts`, `project_rules`, `project_choice` and `evaluation_rules`
(test projects, follow-up, evaluations).
"""

from collections.abc import Iterable

from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.findings import finding
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.grouping.proposed import Proposed
from sip_grouping.rules import RULES, PlanRuleId, ProjectRuleId, RecordRuleId
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.group_rules import GROUP_CHECKS
from sip_grouping.verification.member_rules import MEMBER_CHECKS
from sip_grouping.verification.objective_rules import OBJECTIVE_CHECKS
from sip_grouping.verification.pins_given import with_pins_given
from sip_grouping.verification.plan import PlanVerification, verify_plan
from sip_grouping.verification.projects import ProjectsVerification, verify_projects
from sip_grouping.verification.reasons import check_reasons
from sip_grouping.verification.record_rules import RECORD_CHECKS
from sip_grouping.verification.reform_rules import REFORM_CHECKS
from sip_grouping.verification.reformed import Changed
from sip_grouping.verification.violation import ReformVerification, Verification, Violation

__all__ = [
    "PlanRuleId",
    "PlanVerification",
    "ProjectRuleId",
    "ProjectsVerification",
    "ReformVerification",
    "Verification",
    "Violation",
    "verify",
    "verify_plan",
    "verify_projects",
    "verify_reformed",
]

_POSITION_OF_RULE = {rule.id: position for position, rule in enumerate(RULES)}


def verify(edition: Edition, grouping: Grouping | Formed) -> Verification:
    """Check every rule of a valid grouping and every figure of its record.

    Distances are geographiclib's WGS-84 geodesic, rounded to whole metres (halves up). Where the record
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
    facts, misfits = _facts(edition, grouping, "verify")
    terms = facts.score_terms
    return Verification(
        violations=_sorted([*misfits, *_broken(facts)]),
        score_thousandths=terms.total,
        score_terms=terms,
    )


def verify_reformed(
    edition: Edition, grouping: Grouping | Formed, proposed: Proposed
) -> ReformVerification:
    """Check groups formed again: all that `verify` checks, and what they keep of those before.

    Every accepted placement stays and nobody holds a role unasked; groups keep their ids; each row of
    changes.csv is true and none is missing, at the prices of the edition; the score less disruption is what
    is told. Where answers came after the groups were formed, the grouping has no such value any more: then
    whoever left since was where its rows say.

    Parameters
    ----------
    edition
        As it stands, accepted placements as pins.
    grouping
        The groups formed again.
    proposed
        The groups before, who accepted which role, who asked for a change, and the rows of changes.csv.

    Returns
    -------
    ReformVerification
        As `verify`, with what all changes cost in thousandths of a point, and who moved unasked.

    Raises
    ------
    NoGroupingError
        The result has no grouping.
    InputError
        The edition is of another type.
    """
    facts, misfits = _facts(edition, grouping, "verify_reformed")
    changed = Changed(facts, proposed)
    found = [*misfits, *_broken(facts)]
    for check in REFORM_CHECKS:
        # A bound that is below the value as it is told is below the true one too, and said once.
        found += [
            one for one in check(changed) if one.rule is not RecordRuleId.BOUND or one not in found
        ]
    terms = facts.score_terms
    return ReformVerification(
        violations=_sorted(found),
        score_thousandths=terms.total,
        score_terms=terms,
        disruption_thousandths=changed.disruption,
        accepted=frozenset(changed.accepted),
        moved=changed.moved,
        given_up=frozenset(changed.given_up),
        changes=len(changed.rows),
        as_formed=changed.stage is not None,
    )


def _facts(
    edition: Edition, grouping: Grouping | Formed, function: str
) -> tuple[Facts, tuple[Violation, ...]]:
    if not isinstance(edition, Edition):
        raise InputError(
            [
                finding(
                    "wrong-type", function, column="edition",
                    variant="edition-to-verify", kind=type(edition).__name__,
                )
            ]
        )  # fmt: skip
    grouping = grouping_of(grouping, function)
    edition, misfits = with_pins_given(edition, grouping)
    return Facts(edition, grouping), misfits


def _broken(facts: Facts) -> list[Violation]:
    checks = (*GROUP_CHECKS, *MEMBER_CHECKS, *RECORD_CHECKS, *OBJECTIVE_CHECKS, check_reasons)
    return [violation for check in checks for violation in check(facts)]


def _sorted(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    return tuple(sorted(violations, key=lambda one: _POSITION_OF_RULE[one.rule]))
