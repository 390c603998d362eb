"""What can go wrong, as typed errors.

Comes in: findings and violations. Goes out: `Violation`, one broken rule of a grouping in one place; and
the exceptions of the package. Every exception carries its
data, so that a caller need not read text. No exception text holds a name or an e-mail address of a member.
"""

import traceback
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from sip_grouping.cards import CardTable, card_html
from sip_grouping.catalogue import (
    LANGUAGES,
    Language,
    Parameter,
    Telling,
    counted,
    number,
    pattern,
    said,
    telling,
)
from sip_grouping.findings.finding import Finding, finding
from sip_grouping.findings.grouped import grouped_lines
from sip_grouping.findings.show import findings_table
from sip_grouping.notebook import card_language
from sip_grouping.rules import AnyRuleId

_LISTED = 50


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule, broken in one place.

    Attributes
    ----------
    rule
        Id of the rule; `rules.RULES` has its sentence.
    message
        What is wrong, in ids and figures, in English.
    group_id, member_id
        Where; None where it concerns no single group or member.
    found, allowed
        What the grouping has, and what the rule asks for; words are English.
    other_id
        The second of two members whom it concerns as a pair.
    """

    rule: AnyRuleId
    message: str
    group_id: str | None = None
    member_id: str | None = None
    found: object = None
    allowed: object = None
    other_id: str | None = None
    # Of the catalogue, where it is: the sentence, and the words of found and allowed.
    _tellings: tuple[object, ...] = field(default=(None, None, None), repr=False, compare=False)

    def __str__(self) -> str:
        return self.text_in("en")

    def message_in(self, language: Language) -> str:
        """Return the message in a language; one that is not of the catalogue stays as it is."""
        return str(self._told(0, self.message, language))

    def figures_in(self, language: Language) -> tuple[object, object]:
        """Return what the grouping has and what the rule asks for, their words in a language."""
        return self._told(1, self.found, language), self._told(2, self.allowed, language)

    def text_in(self, language: Language) -> str:
        """Return where it is, what is wrong and the rule, in one line."""
        where = [
            said(language, "verified", name, **{name: one})
            for name, one in (("group", self.group_id), ("member", self.member_id))
            if one is not None
        ]
        text = self.message_in(language)
        if where:
            text = said(language, "verified", "at", where=", ".join(where), message=text)
        if self.found is not None or self.allowed is not None:
            nothing = pattern(language, "figure", "nothing")
            found, allowed = (
                nothing if one is None else str(one) for one in self.figures_in(language)
            )
            text += " " + said(language, "verified", "figures", found=found, allowed=allowed)
        return f"{text} [{self.rule}]"

    def _told(self, at: int, plain: object, language: Language) -> object:
        told = self._tellings[at]
        return told.told_in(language) if isinstance(told, Telling) else plain


def violation(
    rule: AnyRuleId,
    part: str,
    group_id: str | None = None,
    member_id: str | None = None,
    *,
    found: object = None,
    allowed: object = None,
    other_id: str | None = None,
    **parameters: Parameter | Telling,
) -> Violation:
    """Return a violation whose message is a sentence of the catalogue.

    Parameters
    ----------
    part
        Which sentence, in the context ``violation``.
    found, allowed
        A value, or a telling.
    **parameters
        What the sentence is filled with.
    """
    tellings = (telling("violation", part, **parameters), found, allowed)
    message, found, allowed = (
        one.told_in("en") if isinstance(one, Telling) else one for one in tellings
    )
    return Violation(
        rule, str(message), group_id, member_id, found, allowed, other_id, _tellings=tellings
    )


def listed(
    title: str,
    items: Sequence[object],
    *,
    at_most: int | None = _LISTED,
    language: Language = "en",
) -> str:
    """Return a title and items below it, a line each; of very many the first, and how many more."""
    shown = items if at_most is None else items[:at_most]
    lines = [title, *(f"  {item}" for item in shown)]
    if len(shown) < len(items):
        count = number(language, len(items) - len(shown))
        lines.append("  " + said(language, "card", "more", count=count))
    return "\n".join(lines)


def violations_table(violations: Sequence[Violation], language: Language) -> CardTable:
    """Return violations as a table for a card."""
    header = [
        pattern(language, context, part)
        for context, part in (
            *(("card", "rule"), ("card", "group"), ("card", "member"), ("card", "what")),
            *(("verified", "found"), ("verified", "must-be")),
        )
    ]
    rows = [
        (
            one.rule.value,
            one.group_id or "",
            " ".join(filter(None, (one.member_id, one.other_id))),
            one.message_in(language),
            *("" if figure is None else str(figure) for figure in one.figures_in(language)),
        )
        for one in violations
    ]
    return CardTable(header, rows)


class SipGroupingError(Exception):
    """Root of the errors of this package."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows: what is wrong, and the line that asked for it.

        Nothing of how the package found it: the mistake is in the input.
        """
        package = Path(__file__).parent
        frames = traceback.extract_tb(self.__traceback__)
        outside = list(takewhile(lambda one: package not in Path(one.filename).parents, frames))
        asked = [f"----> {outside[-1].line}"] if outside and outside[-1].line else []
        return [*asked, f"{type(self).__name__}: {self}"]


class InputError(SipGroupingError):
    """An input cannot be used.

    Its text lists them, alike ones in one line, 50 lines at most.

    Attributes
    ----------
    findings
        Every one, not the first only.
    warnings
        What else is worth knowing of that input; not in the text.
    """

    def __init__(self, findings: Iterable[Finding], warnings: Iterable[Finding] = ()) -> None:
        self.findings = tuple(findings)
        self.warnings = tuple(warnings)
        super().__init__(listed(self._title, grouped_lines(self.findings)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_counted(one.code for one in self.findings)})"

    def _repr_html_(self) -> str:
        language = card_language()
        known = pattern(language, "card", "worth-knowing")
        tables = (
            findings_table(self.findings, language),
            findings_table(self.warnings, language, caption=known),
        )
        title = counted(language, "problems", len(self.findings))
        return card_html(title, tables=tables, language=language)

    @property
    def full_text(self) -> str:
        """The text with all kinds of findings."""
        return self.text_in("en")

    def text_in(self, language: Language) -> str:
        """Return the text with all kinds of findings, in a language."""
        title = counted(language, "problems", len(self.findings))
        lines = grouped_lines(self.findings, language)
        return listed(title, lines, at_most=None, language=language)

    @property
    def _title(self) -> str:
        return counted("en", "problems", len(self.findings))

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[Finding, ...], ...]]:
        return type(self), (self.findings, self.warnings)


class OutputError(InputError):
    """An output cannot be written where it was asked for; nothing was written."""


class NoGroupingError(InputError, ValueError):
    """A result without a grouping was given where a grouping is needed."""


class VerificationError(SipGroupingError):
    """The verifier refused a grouping.

    Its text lists the first 50 violations.

    Attributes
    ----------
    violations
        All that it found, each with its rule.
    """

    _refused = "refused"

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(listed(self._title_in("en"), self.violations))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_counted(one.rule.value for one in self.violations)})"

    def _repr_html_(self) -> str:
        language = card_language()
        tables = [violations_table(self.violations, language)]
        return card_html(self._title_in(language), tables=tables, language=language)

    @property
    def full_text(self) -> str:
        """The text with all violations."""
        return self.text_in("en")

    def text_in(self, language: Language) -> str:
        """Return the text with all violations, in a language."""
        lines = [one.text_in(language) for one in self.violations]
        return listed(self._title_in(language), lines, at_most=None, language=language)

    def _title_in(self, language: Language) -> str:
        count = counted(language, "violation", len(self.violations))
        return said(language, "verified", self._refused, count=count)

    def __reduce__(self) -> tuple[type["VerificationError"], tuple[tuple[Violation, ...]]]:
        return type(self), (self.violations,)


class CertificateError(VerificationError):
    """The verifier refused the certificate of a bound; the grouping may be valid."""

    _refused = "certificate-refused"


def checked_language(language: str, function: str) -> Language:
    """Return a language of the catalogue.

    Raises
    ------
    InputError
        It is none of them; `function` is named in the error.
    """
    for one in LANGUAGES:
        if one == language:
            return one
    known = ", ".join(LANGUAGES)
    place = (function, None, "language", str(language))
    raise InputError([finding("unknown-language", *place, known=known)])


def _counted(kinds: Iterable[str]) -> str:
    """Return kinds with how many there are of each."""
    return ", ".join(f"{count} {kind}" for kind, count in Counter(kinds).items())
