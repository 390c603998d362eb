"""What can go wrong, as typed errors.

Comes in: nothing. Goes out: `Finding`, one mistake of an input with its place and remedy, and the
exceptions of the package. Every exception carries its data, so that a caller need not read text. No
exception text holds a name or an e-mail address of a member.
"""

from collections.abc import Iterable
from dataclasses import dataclass


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
        value = f" (value: {self.value!r})" if self.value is not None else ""
        return f"{where}{self.message}{value} -> {self.remedy} [{self.code}]"


class SipGroupingError(Exception):
    """Root of the errors of this package."""


class InputError(SipGroupingError):
    """An input cannot be used. Holds every finding of it, not the first only."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        count = len(self.findings)
        title = f"{count} problem{'' if count == 1 else 's'} in the input"
        super().__init__("\n".join([title, *(f"  {finding}" for finding in self.findings)]))

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[Finding, ...]]]:
        return type(self), (self.findings,)


class OutputError(InputError):
    """An output cannot be written where it was asked for; nothing was written."""


class NoGroupingError(InputError, ValueError):
    """A result without a grouping was given where a grouping is needed."""


class VerificationError(SipGroupingError):
    """The verifier refused a grouping. `violations` holds what it found, each with its rule."""

    def __init__(self, violations: Iterable[object]) -> None:
        self.violations = tuple(violations)
        count = len(self.violations)
        title = f"the verifier refused the grouping: {count} violation{'' if count == 1 else 's'}"
        super().__init__("\n".join([title, *(f"  {violation}" for violation in self.violations)]))

    def __reduce__(self) -> tuple[type["VerificationError"], tuple[tuple[object, ...]]]:
        return type(self), (self.violations,)
