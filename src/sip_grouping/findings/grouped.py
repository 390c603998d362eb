"""Findings to read, alike ones together.

Comes in: findings. Goes out: for each kind of mistake in a column what is wrong, how many rows and which,
an example, what to do; as parts, or as a line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sip_grouping.catalogue import Language, pattern
from sip_grouping.findings.finding import LONGEST_VALUE, Finding, shortened

_ROWS_SHOWN = 8
_VALUES_SHOWN = 3
_LONGEST_EXAMPLE = 60


@dataclass(frozen=True, slots=True)
class Alike:
    """Findings of one kind in one column.

    Attributes
    ----------
    notes
        How many, in which rows, of which values.
    """

    place: str
    message: str
    notes: tuple[str, ...]
    remedy: str
    code: str

    @property
    def told(self) -> str:
        """The notes as they follow the message."""
        return f" ({'; '.join(self.notes)})" if self.notes else ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}{self.told} -> {self.remedy} [{self.code}]"


def grouped(findings: Iterable[Finding], language: Language = "en") -> list[Alike]:
    """Return alike findings together: per file, column and kind, in the order of their first."""
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        # What concerns no row is told by itself: its column is a key, or there is none.
        of_row = one.row is not None
        key = (one.file, one.sheet, one.column, one.code, one.variant, of_row)
        alike.setdefault(key if of_row else (*key, one.message), []).append(one)
    return [_together(several, language) for several in alike.values()]


def grouped_lines(findings: Iterable[Finding], language: Language = "en") -> list[str]:
    """Return a line for each of `grouped`."""
    return [str(one) for one in grouped(findings, language)]


def _together(findings: Sequence[Finding], language: Language) -> Alike:
    first = findings[0].told_in(language)
    place = findings[0].place_in(language)
    values = list(dict.fromkeys(one.value for one in findings if one.value is not None))
    notes: list[str] = []
    if len(findings) > 1:
        rows = row_ranges([one.row for one in findings if one.row is not None])
        place = _place_of_several(findings[0], language)
        notes.append(pattern(language, "place", "times").format(count=len(findings)))
        if rows:
            notes.append(pattern(language, "place", "rows").format(rows=rows))
    if len(values) == 1:
        shown = repr(shortened(values[0], LONGEST_VALUE))
        notes.append(pattern(language, "place", "value").format(value=shown))
    elif values:
        some = ", ".join(repr(shortened(one, _LONGEST_EXAMPLE)) for one in values[:_VALUES_SHOWN])
        notes.append(pattern(language, "place", "example").format(value=some))
    return Alike(place, first.message, tuple(notes), first.remedy, first.code)


def _place_of_several(one: Finding, language: Language) -> str:
    parts = [one.file_in(language)] if one.file else []
    if one.sheet is not None:
        parts.append(pattern(language, "place", "sheet").format(sheet=one.sheet))
    if one.column is not None:
        parts.append(
            pattern(language, "place", "column").format(
                column=shortened(one.column, _LONGEST_EXAMPLE)
            )
        )
    return ", ".join(parts)


def row_ranges(rows: Sequence[int | str], at_most: int = _ROWS_SHOWN) -> str:
    """Return rows as ranges, such as ``2-5, 9, 12``; of very many the first, and how many more."""
    numbers = sorted({row for row in rows if isinstance(row, int)})
    parts: list[tuple[str, int]] = []
    start = 0
    for at, number in enumerate(numbers):
        if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
            low, count = numbers[start], at + 1 - start
            parts.append((str(low) if count == 1 else f"{low}-{number}", count))
            start = at + 1
    parts += [(str(row), 1) for row in dict.fromkeys(rows) if not isinstance(row, int)]
    shown = ", ".join(text for text, _ in parts[:at_most])
    left = sum(count for _, count in parts[at_most:])
    return f"{shown} +{left}" if left else shown
