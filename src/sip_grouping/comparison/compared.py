"""What a comparison works out: pairs, figures, names of things as a reader knows them.

Comes in: groupings with their names, perhaps an edition. Goes out: `Compared`, from which tables, text,
JSON and the page are made.
"""

from dataclasses import dataclass
from functools import cached_property

from sip_grouping.catalogue import Language
from sip_grouping.comparison.measures import WITH_SCORE, WITHOUT_SCORE, Figures, figures_of
from sip_grouping.comparison.pair import Pair
from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping


@dataclass(frozen=True)
class Compared:
    """Groupings side by side; see `Comparison` for the fields."""

    names: tuple[str, ...]
    groupings: tuple[Grouping, ...]
    edition: Edition | None

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The first grouping against each of the others."""
        first, *others = self.groupings
        return tuple(
            Pair(self.names[0], name, first, other)
            for name, other in zip(self.names[1:], others, strict=True)
        )

    @cached_property
    def figures(self) -> tuple[Figures, ...]:
        """The measures of each grouping."""
        return tuple(figures_of(one, self.edition) for one in self.groupings)

    @property
    def scores_comparable(self) -> bool:
        """Whether all groupings are scored by the same points."""
        if self.edition is not None:
            return all(one["score"] is not None for one in self.figures)
        return all(pair.same_points for pair in self.pairs)

    @property
    def scored_anew(self) -> bool:
        """Whether the points of the edition give some grouping another score than its own."""
        pairs = zip(self.figures, self.groupings, strict=True)
        return any(figures["score"] != grouping.score for figures, grouping in pairs)

    @property
    def usual_measures(self) -> tuple[str, ...]:
        """What is looked at where nobody says what."""
        return WITH_SCORE if self.scores_comparable else WITHOUT_SCORE

    def title(self, theme: str, language: Language) -> str:
        """Return the title of a theme; its id where no edition tells one."""
        known = None if self.edition is None else self.edition.theme_by_id.get(theme)
        return theme if known is None else known.title_in(language)
