"""The independent check of a plan of meetings: every rule and every figure is computed anew.

Comes in: an edition, a grouping, a plan, whoever made it. Goes out: a `PlanVerification`: typed violations,
and the true score. Never raises on a bad plan: whatever is wrong with it becomes a violation. Shares
records with the planner and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Track
from sip_grouping.errors import Violation, violation
from sip_grouping.grouping import Grouping, Status
from sip_grouping.grouping.grouping import relative_gap
from sip_grouping.plan import Plan, grouping_digest, season_digest
from sip_grouping.rules import PlanRuleId
from sip_grouping.verification.plan_facts import PlanFacts
from sip_grouping.verification.plan_rules import PLAN_CHECKS


@dataclass(frozen=True)
class PlanVerification:
    """What the verifier found.

    Attributes
    ----------
    violations
        In the order of the rules, then of the meetings; empty for a valid plan.
    score_thousandths
        The true score, computed anew, in thousandths of a point.
    """

    violations: tuple[Violation, ...]
    score_thousandths: int

    @property
    def ok(self) -> bool:
        """Whether every rule is kept and every figure true."""
        return not self.violations


def verify_plan(edition: Edition, grouping: Grouping, plan: Plan) -> PlanVerification:
    """Check every rule of a valid plan and every figure of its record.

    Parameters
    ----------
    edition, grouping
        What the plan claims to be made for.
    plan
        The claims. May be of other groups, name unknown ids, lack meetings: each is a violation.
    """
    made_for = tuple(_made_for(edition, grouping, plan))
    if edition.season.calendar is None:
        none = violation(PlanRuleId.OF, "plan-of", what="[calendar]")
        return PlanVerification((none, *made_for), 0)
    facts = PlanFacts(edition, grouping, edition.season.calendar, plan)
    found = [one for check in PLAN_CHECKS for one in check(facts)]
    score = _score(facts)
    return PlanVerification((*made_for, *found, *_figures(plan, score)), score[0])


def _made_for(edition: Edition, grouping: Grouping, plan: Plan) -> Iterator[Violation]:
    for name, claimed, true in (
        ("edition_name", plan.edition_name, edition.name),
        ("edition_digest", plan.edition_digest, edition.digest),
        ("grouping_digest", plan.grouping_digest, grouping_digest(grouping)),
        ("season_digest", plan.season_digest, season_digest(edition)),
    ):
        if claimed != true:
            yield violation(PlanRuleId.OF, "plan-of", found=claimed, allowed=true, what=name)


def _score(facts: PlanFacts) -> tuple[int, int, int, int]:
    """Return score, attendances, meetings in person and what is lost for lateness, of the rows."""
    attendance = in_person = late = 0
    for one in facts.plan.meetings:
        if one.kind.value in {"group", "synthesis", "information"}:
            attendance += one.size - len(set(one.absent))
        if one.kind.value == "group" and one.track is Track.LOCAL:
            in_person += 1
    for (_, phase), meetings in facts.of_group_in_phase.items():
        last, known = max(one.date for one in meetings), facts.phases.get(phase)
        if known is not None:
            days, whole = (last - known.first).days, (known.last - known.first).days
            late += max(0, 500 * days - 250 * whole)
    return 1000 * attendance + 2000 * in_person - late, attendance, in_person, late


def _figures(plan: Plan, true: tuple[int, int, int, int]) -> Iterator[Violation]:
    claims = (plan.score_thousandths, plan.attendance, plan.in_person, plan.late_thousandths)
    names = ("score", "attendance", "in_person", "late")
    for name, claimed, value in zip(names, claims, true, strict=True):
        if claimed != value:
            yield violation(PlanRuleId.SCORE, "plan-score", found=claimed, allowed=value, what=name)
    bound = plan.bound_thousandths
    optimal = plan.status is Status.OPTIMAL
    right = plan.status is (Status.OPTIMAL if bound == true[0] else Status.FEASIBLE)
    if (bound is not None and bound < true[0]) or (optimal and bound != true[0]) or not right:
        yield violation(PlanRuleId.BOUND, "plan-bound", found=bound, allowed=true[0])
    gap = relative_gap(true[0], bound)
    if plan.gap != gap:
        yield violation(PlanRuleId.BOUND, "plan-bound", found=plan.gap, allowed=gap)
