"""A scenario of a sweep in a line of text.

Comes in: a `SweepRow`, a language. Goes out: the cells of the line. Ids only: no names.
"""

from typing import TYPE_CHECKING

from sip_grouping.catalogue import Language, number, pattern
from sip_grouping.explain.figures import Between
from sip_grouping.explain.levels import deciding
from sip_grouping.explain.levels_told import level_text
from sip_grouping.explain.told import change_text

if TYPE_CHECKING:
    from sip_grouping.explain.sweep_rows import SweepRow


def line_of(row: "SweepRow", language: Language) -> tuple[str, ...]:
    """Return name, status, score, difference, placed, and the changes or why there are no groups."""
    known, first = row.figures, deciding(row.levels)
    score = None if known is None else known.score
    placed = None if known is None else known.placed
    changes = "; ".join(change_text(one, language) for one in row.changes)
    return (
        row.scenario,
        pattern(language, "sweep-status", row.status.value),
        "-" if score is None else number(language, score, 3),
        level_text(first, language) if first is not None else _between(row.difference, language),
        "-" if placed is None else number(language, placed),
        changes
        if known is not None and known.placed is not None
        else row.message(language) or changes,
    )


def _between(between: Between, language: Language) -> str:
    if between.certain is not None:
        return _signed(between.certain, language)
    if between.least is None and between.most is None:
        return "-"
    sides = (
        "?" if one is None else _signed(one, language) for one in (between.least, between.most)
    )
    return " ... ".join(sides)


def _signed(thousandths: int, language: Language) -> str:
    return f"{'+' if thousandths > 0 else ''}{number(language, thousandths / 1000, 3)}"
