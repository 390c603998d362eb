"""The independent check of test projects, their evaluations and the follow-up: all is computed anew.

Comes in: an edition, a grouping, chosen projects, whoever made them, and a plan of other meetings. Goes out:
a `ProjectsVerification`: typed violations, and the true figures. Never raises on bad projects: whatever is
wrong with them becomes a violation. Shares records with the optimiser and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import ProjectRules
from sip_grouping.errors import Violation, violation
from sip_grouping.grouping import Grouping
from sip_grouping.plan import (
    ChosenProjects,
    Plan,
    grouping_digest,
    plan_digest,
    projects_digest,
    season_digest,
)
from sip_grouping.rules import ProjectRuleId
from sip_grouping.verification.evaluation_rules import EVALUATION_CHECKS
from sip_grouping.verification.project_choice import better_choice
from sip_grouping.verification.project_facts import ProjectFacts
from sip_grouping.verification.project_rules import PROJECT_CHECKS, check_best

_NO_MONEY = ProjectRules(first=date.min, last=date.min, budget=0.0)
"""Without proposals an edition needs no rules for them: the follow-up stands alone."""
_POSITION = {rule: number for number, rule in enumerate(ProjectRuleId)}


@dataclass(frozen=True)
class ProjectsVerification:
    """What the verifier found.

    Attributes
    ----------
    violations
        In the order of the rules, then of the rows; empty for valid projects.
    score_thousandths, cost_thousandths
        True score and cost of the chosen projects, in thousandths of a point and of the currency.
    evenness
        The true sum of squared loads.
    decided
        Whether all choices were gone through; otherwise that none is better is not checked.
    """

    violations: tuple[Violation, ...]
    score_thousandths: int = 0
    cost_thousandths: int = 0
    evenness: int = 0
    decided: bool = False

    @property
    def ok(self) -> bool:
        """Whether every rule is kept and every figure true."""
        return not self.violations


def verify_projects(
    edition: Edition, grouping: Grouping, made: ChosenProjects, plan: Plan | None = None
) -> ProjectsVerification:
    """Check every rule of test projects, evaluations and follow-up, and every figure of their record.

    Parameters
    ----------
    edition, grouping
        What the projects claim to be chosen for.
    made
        The claims. May be of other groups, name unknown ids, lack rows: each is a violation.
    plan
        The meetings beside them: then nobody is at two at one time, and no room is taken twice. What is wrong
        with the plan itself is not said; see `verify_plan`.
    """
    made_for = tuple(_made_for(edition, grouping, made, plan))
    calendar, rules = edition.season.calendar, edition.season.projects
    if rules is None and not edition.season.proposals:
        rules = _NO_MONEY
    if calendar is None or rules is None:
        what = "[calendar]" if calendar is None else "[projects]"
        return ProjectsVerification(
            (violation(ProjectRuleId.OF, "projects-of", what=what), *made_for)
        )
    facts = ProjectFacts(edition, grouping, calendar, made, rules, plan)
    checks = (*PROJECT_CHECKS, *EVALUATION_CHECKS)
    better = better_choice(facts)
    found = [*made_for, *(one for check in checks for one in check(facts))]
    found += check_best(facts, better)
    return ProjectsVerification(
        tuple(sorted(found, key=lambda one: _POSITION[ProjectRuleId(one.rule)])),
        facts.score(facts.chosen),
        facts.cost(facts.chosen),
        sum(load * load for load in facts.loads.values()),
        better.decided,
    )


def _made_for(
    edition: Edition, grouping: Grouping, made: ChosenProjects, plan: Plan | None
) -> Iterator[Violation]:
    for name, claimed, true in (
        ("edition_name", made.edition_name, edition.name),
        ("edition_digest", made.edition_digest, edition.digest),
        ("grouping_digest", made.grouping_digest, grouping_digest(grouping)),
        ("season_digest", made.season_digest, season_digest(edition)),
        ("projects_digest", made.projects_digest, projects_digest(edition)),
    ):
        if claimed != true:
            yield violation(ProjectRuleId.OF, "projects-of", found=claimed, allowed=true, what=name)
    # What was made without a plan may be held against one; what was made with one is not of another.
    if plan is not None and made.plan_digest not in {None, plan_digest(plan)}:
        yield violation(
            ProjectRuleId.OF, "projects-of", found=made.plan_digest, allowed=plan_digest(plan),
            what="plan_digest",
        )  # fmt: skip
