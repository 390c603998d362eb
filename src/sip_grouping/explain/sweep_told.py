"""A scenario of a sweep in a line of text.

Comes in: a `SweepRow`, a language. Goes out: the cells of the line. Themes by title, places by name; of
members ids only.
"""

from typing import TYPE_CHECKING

from sip_grouping.catalogue import Language, number, pattern
from sip_grouping.explain.levels import deciding
from sip_grouping.explain.levels_told import between_text, level_text
from sip_grouping.explain.naming import Naming
from sip_grouping.explain.told import changes_text
from sip_grouping.grouping.stages import ObjectiveName

if TYPE_CHECKING:
    from sip_grouping.explain.sweep_rows import SweepRow


def line_of(row: "SweepRow", language: Language, naming: Naming) -> tuple[str, ...]:
    """Return name, status, score, difference, placed, and the changes or why there are no groups."""
    known, first = row.figures, deciding(row.levels)
    score = None if known is None else known.score
    placed = None if known is None else known.placed
    changes = changes_text(row.changes, language, naming)
    return (
        row.scenario,
        pattern(language, "sweep-status", row.status.value),
        "-" if score is None else number(language, score, 3),
        between_text(ObjectiveName.SCORE, row.difference, language, unknown="-")
        if first is None
        else level_text(first, language),
        "-" if placed is None else number(language, placed),
        changes
        if known is not None and known.placed is not None
        else row.message(language) or changes,
    )
