"""Groupings side by side.

Comes in: two groupings or more, perhaps an edition. Goes out: `Comparison`: the first against each other,
as tables, text in a language, JSON or a page; and all of them in an order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from pydantic import JsonValue

from sip_grouping.catalogue import Language
from sip_grouping.comparison.compared import Compared
from sip_grouping.comparison.measures import checked_measures
from sip_grouping.comparison.measures import ranked as ranked_by
from sip_grouping.comparison.moves import Change
from sip_grouping.comparison.record import comparison_record
from sip_grouping.comparison.show import comparison_html
from sip_grouping.comparison.tables import group_changes, member_changes, ranking, score_terms
from sip_grouping.comparison.told import summary
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError, checked_language
from sip_grouping.findings import Finding, finding
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.notebook import card_language

_FUNCTION = "compare"


@dataclass(frozen=True, repr=False)
class Comparison:
    """Groupings side by side: the first of them, a, against each of the others, b.

    Attributes
    ----------
    groupings, names
        In the order given.
    edition
        Whose titles are shown and whose points score all groupings alike; None: ids, and each its own
        score.
    """

    names: tuple[str, ...]
    groupings: tuple[Grouping, ...]
    edition: Edition | None = None

    def __repr__(self) -> str:
        moved = {
            pair.name_b: sum(
                count
                for change, count in pair.moves.counts.items()
                if change not in {Change.STAYED, Change.OUT}
            )
            for pair in self._compared.pairs
        }
        return f"Comparison(names={self.names}, changed={moved})"

    def _repr_html_(self) -> str:
        return comparison_html(self._compared, card_language())

    @cached_property
    def _compared(self) -> Compared:
        return Compared(self.names, self.groupings, self.edition)

    @property
    def members(self) -> pd.DataFrame:
        """Who moved: one row per member that both groupings have, and per other grouping.

        `grouping` is the name of the other, `change` one of stayed, role, moved, gained (has a group
        now), lost (is left out now), out (without a group in both); then what assignments.csv says in
        the first (``_a``) and in the other (``_b``). With several groups per member a row for each.
        """
        return member_changes(self._compared.pairs)

    @property
    def groups(self) -> pd.DataFrame:
        """Which groups were kept, opened and closed, per other grouping.

        `change` is kept, opened or closed; `members` how many stayed in it, `differs` which of track,
        place, language and slot differ; then what groups.csv says in the first and in the other.
        """
        return group_changes(self._compared.pairs)

    @property
    def terms(self) -> pd.DataFrame:
        """What each grouping says of its score: status, terms, score and bound in points, gap."""
        return score_terms(self.names, self.groupings)

    def ranked(self, by: Sequence[str] | None = None) -> pd.DataFrame:
        """Return all groupings, best first, with every measure.

        Parameters
        ----------
        by
            Measures: the first decides, where it is equal the next, and so on. Of `score`, `placed`,
            `first_choices` more is better; of `mean_travel_km`, `max_travel_km`, `groups`,
            `video_share` less. None: score, placed, mean_travel_km; where the points of the editions
            differ and no `edition` was given, placed, first_choices, mean_travel_km.

        Returns
        -------
        DataFrame
            One row per grouping. `order`: 1 is the best, equal ones share a number; `pareto`: no other
            is at least as good in every measure of `by` and better in one.

        Raises
        ------
        InputError
            A measure is unknown or named twice, or there is none.
        """
        figures = self._compared.figures
        return ranking(self.names, figures, ranked_by(figures, self._measures(by)))

    def _measures(self, by: Sequence[str] | None) -> tuple[str, ...]:
        return self._compared.usual_measures if by is None else checked_measures(by)

    @property
    def scores_comparable(self) -> bool:
        """Whether all groupings are scored by the same points."""
        return self._compared.scores_comparable

    def summary(self, language: Language = "en", by: Sequence[str] | None = None) -> str:
        """Return what differs, as lines of text in Dutch, French or English. Ids only.

        Of three groupings and more the order too, `by` as for `ranked`.
        """
        return summary(self._compared, self._measures(by), checked_language(language, "summary"))

    def record(self, by: Sequence[str] | None = None) -> dict[str, JsonValue]:
        """Return the comparison for other programs, as plain JSON. Ids only.

        Of the members those who did not stay; `by` as for `ranked`.
        """
        return comparison_record(self._compared, self._measures(by))

    def html(self, language: Language = "en", by: Sequence[str] | None = None) -> str:
        """Return a page that stands by itself: tables, and a picture of who went where. Ids only."""
        from sip_grouping.comparison.page import page  # noqa: PLC0415 - it loads a library of templates

        return page(self._compared, self._measures(by), checked_language(language, "html"))


def compare(
    a: Grouping | Formed,
    b: Grouping | Formed,
    *more: Grouping | Formed,
    edition: Edition | None = None,
    names: Sequence[str] | None = None,
) -> Comparison:
    """Compare groupings: the first against each of the others, and all of them by measures.

    Groups are paired by the members they share: which of `b` a group of `a` became is a matching in which
    as few members as possible moved. Groupings of different editions are compared on the members that both
    have.

    Parameters
    ----------
    a, b, more
        Groupings, or results that have one.
    edition
        Whose titles are shown, and whose points score all groupings alike. None: ids, and the score of
        each.
    names
        What to call them, each different. None: A, B, C ...

    Raises
    ------
    NoGroupingError
        A result has no grouping.
    InputError
        An argument is of another type, or the names are not one for each.
    """
    given = (a, b, *more)
    other: object = edition
    if not isinstance(other, Edition | None):
        kind = type(other).__name__
        wrong_type = finding(
            "wrong-type", _FUNCTION, column="edition", variant="edition", name="edition", kind=kind
        )
        raise InputError([wrong_type])
    groupings = tuple(
        grouping_of(one, _FUNCTION, f"grouping {at}") for at, one in enumerate(given, start=1)
    )
    called = (
        tuple(_letters(at) for at in range(len(given))) if names is None else tuple(map(str, names))
    )
    wrong = _wrong_names(called, len(given))
    if wrong is not None:
        raise InputError([wrong])
    return Comparison(called, groupings, edition)


def _letters(at: int) -> str:
    return chr(ord("A") + at) if at < 26 else f"{_letters(at // 26 - 1)}{_letters(at % 26)}"


def _wrong_names(names: tuple[str, ...], count: int) -> Finding | None:
    good = all(one.strip() for one in names)
    if good and len(names) == count == len(set(names)):
        return None
    shown = ", ".join(names)
    return finding("names-of-groupings", _FUNCTION, column="names", value=shown, count=str(count))
