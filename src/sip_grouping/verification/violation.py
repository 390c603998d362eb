"""What the verifier answers: violations and the true score.

Comes in: nothing. Goes out: `Violation`, one broken rule in one place, and `Verification`. Messages
hold ids only, never a name or an e-mail address.
"""

from dataclasses import dataclass

from sip_grouping.grouping import ScoreTerms
from sip_grouping.rules import RecordRuleId, RuleId


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule, broken in one place.

    Attributes
    ----------
    rule
        Id of the rule; `rules.SENTENCES` has its sentence.
    message
        What is wrong, in ids and figures.
    group_id, member_id
        Where; None where it concerns no single group or member.
    found, allowed
        What the grouping has, and what the rule asks for.
    """

    rule: RuleId | RecordRuleId
    message: str
    group_id: str | None = None
    member_id: str | None = None
    found: object = None
    allowed: object = None

    def __str__(self) -> str:
        parts = []
        if self.group_id is not None:
            parts.append(f"group {self.group_id}")
        if self.member_id is not None:
            parts.append(f"member {self.member_id}")
        where = f"{', '.join(parts)}: " if parts else ""
        told = self.found is not None or self.allowed is not None
        figures = f" (found {self.found}, must be {self.allowed})" if told else ""
        return f"{where}{self.message}{figures} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Verification:
    """What the verifier found.

    Attributes
    ----------
    violations
        In the order of `rules.RULES`, then of the rows; empty for a valid grouping.
    score_thousandths, score_terms
        The true score and its terms, computed anew, in thousandths of a point.
    """

    violations: tuple[Violation, ...]
    score_thousandths: int
    score_terms: ScoreTerms

    @property
    def ok(self) -> bool:
        """Whether every rule is kept and every figure true."""
        return not self.violations

    def __str__(self) -> str:
        count = len(self.violations)
        title = f"{count} violation{'' if count == 1 else 's'}" if count else "no violation"
        return "\n".join([title, *(f"  {violation}" for violation in self.violations)])
