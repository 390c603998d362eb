"""What the verifier answers: violations and the true score.

Comes in: nothing. Goes out: `Verification`, and `Violation`, which lives beside the error that carries
it. Messages hold ids only, never a name or an e-mail address.
"""

from dataclasses import dataclass

from sip_grouping.cards import card_html
from sip_grouping.errors import Violation, listed, violations_table
from sip_grouping.grouping import ScoreTerms
from sip_grouping.units import THOUSANDTHS

__all__ = ["Verification", "Violation"]


NOT_CHECKED = (
    "that the bounds are proven: they are compared with the true values only",
    "the values of seed, settings and versions: only their names and types",
)
"""What cannot be computed anew from an edition and a grouping."""


@dataclass(frozen=True, slots=True, repr=False)
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
    def not_checked(self) -> tuple[str, ...]:
        """What no verification can tell from an edition and a grouping alone."""
        return NOT_CHECKED

    @property
    def ok(self) -> bool:
        """Whether every rule is kept and every figure true."""
        return not self.violations

    def __repr__(self) -> str:
        score = self.score_thousandths / THOUSANDTHS
        return f"Verification(ok={self.ok}, violations={len(self.violations)}, score={score})"

    def _repr_html_(self) -> str:
        lines = [f"not checked: {one}" for one in self.not_checked]
        score = (("true score", f"{self.score_thousandths / THOUSANDTHS:,.3f}"),)
        tables = [violations_table(self.violations)]
        return card_html(self._title.capitalize(), lines, figures=score, tables=tables)

    def __str__(self) -> str:
        return listed(self._title, self.violations)

    @property
    def _title(self) -> str:
        count = len(self.violations)
        return f"{count} violation{'' if count == 1 else 's'}" if count else "no violation"
