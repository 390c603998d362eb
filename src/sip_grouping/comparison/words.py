"""A comparison in the words and figures of a language.

Comes in: keys, numbers, a language. Goes out: text. The sentences stand in ``locale/*/compare.po``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from babel.lists import format_list

from sip_grouping.catalogue import Language, number, pattern
from sip_grouping.comparison.compared import Compared
from sip_grouping.comparison.pair import Pair
from sip_grouping.comparison.tables import terms_of

NOTHING = "-"
"""Stands where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in a language."""

    language: Language

    def said(self, key: str, **parameters: object) -> str:
        """Return a sentence or a word of the comparison."""
        return pattern(self.language, "compare", key).format_map(parameters)

    def word(self, kind: str, name: str) -> str:
        """Return the word for one of a kind: a change, role, status, measure, term, part, field."""
        return pattern(self.language, f"compare.{kind}", name)

    def track(self, track: str) -> str:
        """Return the word for a track."""
        return pattern(self.language, "track", track)

    def count(self, value: int) -> str:
        """Return a whole number."""
        return number(self.language, value)

    def points(self, value: float | None) -> str:
        """Return points, with three decimals."""
        return NOTHING if value is None else number(self.language, value, 3)

    def difference(self, value: float | None) -> str:
        """Return a difference of points, with its sign."""
        return NOTHING if value is None else f"{'-' if value < 0 else '+'}{self.points(abs(value))}"

    def km(self, value: float | None) -> str:
        """Return km, with one decimal."""
        return NOTHING if value is None else number(self.language, value, 1)

    def share(self, value: float | None) -> str:
        """Return a share as per cent, with one decimal."""
        return NOTHING if value is None else f"{number(self.language, 100 * value, 1)}\u00a0%"

    def gap(self, value: float | None) -> str:
        """Return a gap as per cent, rounded up: what is claimed must hold."""
        if value is None:
            return NOTHING
        return f"{number(self.language, math.ceil(value * 100_000) / 1000, 3)}\u00a0%"

    def measure(self, name: str, value: float | None) -> str:
        """Return the value of a measure."""
        if name == "score":
            return self.points(value)
        if name.endswith("_km"):
            return self.km(value)
        if name == "video_share":
            return self.share(value)
        return NOTHING if value is None else self.count(int(value))

    def listed(self, words: Sequence[str]) -> str:
        """Return words as a list, the last with an "and"."""
        return format_list(list(words), locale=self.language)


def about_editions(pair: Pair, words: Words) -> list[str]:
    """Return sentences: of which editions the two are, in what these differ, who could be compared."""
    names = {"a": pair.name_a, "b": pair.name_b}
    editions = {"edition_a": pair.a.edition_name, "edition_b": pair.b.edition_name}
    if pair.same_edition:
        lines = [words.said("same-edition", edition=pair.a.edition_name)]
    elif pair.parts:
        parts = words.listed([words.word("part", part) for part in pair.parts])
        lines = [words.said("other-parts", **names, **editions, parts=parts)]
    else:
        lines = [words.said("other-edition", **names, **editions)]
    moves = pair.moves
    lines.append(words.said("members-compared", count=words.count(len(moves.change_by_member))))
    lines += [
        words.said("only-in-one", name=name, count=words.count(len(ids)))
        for name, ids in ((pair.name_a, moves.only_a), (pair.name_b, moves.only_b))
        if ids
    ]
    return lines


def about_scores(compared: Compared, words: Words) -> list[str]:
    """Return a sentence on whether scores may be looked at side by side, where there is one to say."""
    if not compared.scores_comparable:
        return [words.said("scores-not-comparable")]
    if compared.edition is not None and compared.scored_anew and len(compared.groupings) > 2:
        return [words.said("scored-by", edition=compared.edition.name)]
    return []


def score_rows(
    compared: Compared, pair: Pair, at: int, words: Words
) -> list[tuple[str, str, str, str]]:
    """Return what each of a pair says of its score: a label, both values, the difference.

    Parameters
    ----------
    at
        Number of the pair: the second grouping is the one after it.
    """
    sides = (pair.a, pair.b)
    status = [words.word("status", one.status.value) for one in sides]
    rows = [(words.said("status"), status[0], status[1], "")]
    values = [terms_of(one) for one in sides]
    for name, one in values[0].items():
        other = values[1][name]
        label = words.word("term", name)
        if name == "gap":
            rows.append((label, words.gap(one), words.gap(other), ""))
        else:
            rows.append((label, words.points(one), words.points(other), _less(words, one, other)))
    if compared.edition is not None and compared.scored_anew:
        one, other = (compared.figures[number]["score"] for number in (0, at + 1))
        label = words.said("score-by", edition=compared.edition.name)
        rows.append((label, words.points(one), words.points(other), _less(words, one, other)))
    return rows


def _less(words: Words, one: float | None, other: float | None) -> str:
    return words.difference(None if one is None or other is None else other - one)
