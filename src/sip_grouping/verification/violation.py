"""What the verifier answers: violations and the true score.

Comes in: nothing. Goes out: `Verification`, and `Violation`, which lives beside the error that carries
it. Messages hold ids only, never a name or an e-mail address.
"""

from dataclasses import dataclass, field

from sip_grouping.cards import card_html
from sip_grouping.catalogue import (
    Language,
    Parameter,
    Telling,
    counted,
    number,
    pattern,
    said,
    telling,
)
from sip_grouping.errors import Violation, listed, violation, violations_table
from sip_grouping.grouping import ScoreTerms
from sip_grouping.notebook import card_language
from sip_grouping.units import THOUSANDTHS

__all__ = ["ReformVerification", "Verification", "Violation", "figure", "violation"]


NOT_CHECKED = ("bounds", "settings")
"""What cannot be computed anew from an edition and a grouping: keys of the catalogue."""


def figure(part: str, **parameters: Parameter | Telling) -> Telling:
    """Return words that stand for what was found, or for what must be."""
    return telling("figure", part, **parameters)


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
        return self.not_checked_in("en")

    def not_checked_in(self, language: Language) -> tuple[str, ...]:
        """Return what no verification can tell, in a language."""
        return tuple(pattern(language, "verified", one) for one in self._not_checked)

    @property
    def _not_checked(self) -> tuple[str, ...]:
        return NOT_CHECKED

    @property
    def ok(self) -> bool:
        """Whether every rule is kept and every figure true."""
        return not self.violations

    def __repr__(self) -> str:
        score = self.score_thousandths / THOUSANDTHS
        return f"Verification(ok={self.ok}, violations={len(self.violations)}, score={score})"

    def _repr_html_(self) -> str:
        language = card_language()
        lines = [
            said(language, "verified", "not-checked", what=one)
            for one in self.not_checked_in(language)
        ]
        true = number(language, self.score_thousandths / THOUSANDTHS, 3)
        score = ((pattern(language, "verified", "true-score"), true),)
        tables = [violations_table(self.violations, language)]
        title = self._title(language).capitalize()
        return card_html(title, lines, figures=score, tables=tables, language=language)

    def __str__(self) -> str:
        return listed(self._title("en"), self.violations)

    def _title(self, language: Language) -> str:
        count = len(self.violations)
        return (
            counted(language, "violation", count)
            if count
            else pattern(language, "verified", "none")
        )


@dataclass(frozen=True, slots=True, repr=False)
class ReformVerification(Verification):
    """What the verifier found of groups formed again.

    Attributes
    ----------
    disruption_thousandths
        What all changes cost together, computed anew, in thousandths of a point.
    accepted
        Ids of those whose accepted placement had to stay.
    given_up
        Ids of those whose accepted placement was given up.
    moved
        Ids of those who changed group or theme or are left out without having asked.
    changes
        How many rows changes.csv must have.
    as_formed
        Whether the groups are those that were formed: no answers came since.
    """

    disruption_thousandths: int = 0
    accepted: frozenset[str] = field(default_factory=frozenset)
    moved: frozenset[str] = field(default_factory=frozenset)
    given_up: frozenset[str] = field(default_factory=frozenset)
    changes: int = 0
    as_formed: bool = True

    @property
    def _not_checked(self) -> tuple[str, ...]:
        return (*NOT_CHECKED, "answers", *(() if self.as_formed else ("since",)))
