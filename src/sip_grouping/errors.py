"""What can go wrong, as typed errors.

Comes in: nothing. Goes out: `Finding`, one mistake of an input with its place and remedy; `Violation`,
one broken rule of a grouping in one place; and the exceptions of the package. Every exception carries its
data, so that a caller need not read text. No exception text holds a name or an e-mail address of a member.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sip_grouping.rules import RecordRuleId, RuleId

_LISTED = 50
_LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake, or one thing worth knowing, in an input.

    Attributes
    ----------
    code
        Stable id of the kind of finding, such as ``unknown-postcode``.
    message
        What is wrong, one sentence.
    remedy
        What to do about it, one sentence.
    file
        File (or table, or argument) in which it stands.
    row
        Row as a spreadsheet numbers it: the header is row 1. None where it concerns no row.
    column
        Column of a table, or dotted key of a TOML file.
    value
        The offending text as it was read.
    """

    code: str
    message: str
    remedy: str
    file: str = ""
    row: int | str | None = None
    column: str | None = None
    value: str | None = None

    @property
    def place(self) -> str:
        """Where it stands, such as ``members.csv, row 12, column postcode``."""
        parts = [self.file] if self.file else []
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}" if self.row is not None else self.column)
        return ", ".join(parts)

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        value = (
            f" (value: {shortened(self.value, _LONGEST_VALUE)!r})" if self.value is not None else ""
        )
        return f"{where}{self.message}{value} -> {self.remedy} [{self.code}]"


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule, broken in one place.

    Attributes
    ----------
    rule
        Id of the rule; `rules.RULES` has its sentence.
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


def listed(title: str, items: Sequence[object], *, at_most: int | None = _LISTED) -> str:
    """Return a title and items below it, a line each; of very many the first, and how many more."""
    shown = items if at_most is None else items[:at_most]
    lines = [title, *(f"  {item}" for item in shown)]
    if len(shown) < len(items):
        lines.append(f"  and {len(items) - len(shown):,} more")
    return "\n".join(lines)


def shortened(text: str, longest: int) -> str:
    """Return a text, or its beginning and how long it is."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}... ({len(text):,} characters)"


class SipGroupingError(Exception):
    """Root of the errors of this package."""


class InputError(SipGroupingError):
    """An input cannot be used.

    Its text lists the first 50 findings.

    Attributes
    ----------
    findings
        Every one, not the first only.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(listed(self._title, self.findings))

    @property
    def full_text(self) -> str:
        """The text with all findings."""
        return listed(self._title, self.findings, at_most=None)

    @property
    def _title(self) -> str:
        count = len(self.findings)
        return f"{count:,} problem{'' if count == 1 else 's'} in the input"

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[Finding, ...]]]:
        return type(self), (self.findings,)


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

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(listed(self._title, self.violations))

    @property
    def full_text(self) -> str:
        """The text with all violations."""
        return listed(self._title, self.violations, at_most=None)

    @property
    def _title(self) -> str:
        count = len(self.violations)
        return f"the verifier refused the grouping: {count:,} violation{'' if count == 1 else 's'}"

    def __reduce__(self) -> tuple[type["VerificationError"], tuple[tuple[Violation, ...]]]:
        return type(self), (self.violations,)
