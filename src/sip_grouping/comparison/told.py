"""A comparison as lines of text.

Comes in: what was compared, the measures of the order, a language. Goes out: text for a terminal or a
file. Ids only.
"""

from sip_grouping.catalogue import Language
from sip_grouping.comparison.compared import Compared
from sip_grouping.comparison.measures import MEASURES, ranked
from sip_grouping.comparison.moves import Change
from sip_grouping.comparison.pair import CLOSED, KEPT, OPENED, GroupChange, Pair
from sip_grouping.comparison.words import Words, about_editions, about_scores, score_rows
from sip_grouping.text import aligned

_IDS_SHOWN = 12


def summary(compared: Compared, by: tuple[str, ...], language: Language) -> str:
    """Return what differs in each pair; of three groupings and more also their order."""
    words = Words(language)
    blocks = [
        block
        for at, pair in enumerate(compared.pairs)
        for block in _pair(compared, pair, at, words)
    ]
    if len(compared.groupings) > 2:
        blocks.append(_order(compared, by, words))
    blocks.append(about_scores(compared, words))
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _pair(compared: Compared, pair: Pair, at: int, words: Words) -> list[list[str]]:
    heading = words.said("against", a=pair.name_a, b=pair.name_b)
    title = [heading, "=" * len(heading), *about_editions(pair, words)]
    header = ("", pair.name_a, pair.name_b, words.said("difference"))
    terms = aligned([header, *score_rows(compared, pair, at, words)], right=(1, 2, 3))
    return [title, terms, _members(pair, words), _groups(pair, words)]


def _members(pair: Pair, words: Words) -> list[str]:
    moves = pair.moves
    rows = [
        (words.word("change", change), words.count(count), _some(moves.ids(change), change, words))
        for change, count in moves.counts.items()
    ]
    return [words.said("members"), *(f"  {line}" for line in aligned(rows, right=(1,)))]


def _some(ids: tuple[str, ...], change: Change, words: Words) -> str:
    if change in {Change.STAYED, Change.OUT} or not ids:
        return ""
    shown = ", ".join(ids[:_IDS_SHOWN])
    more = len(ids) - _IDS_SHOWN
    return shown if more <= 0 else words.said("and-more", shown=shown, count=words.count(more))


def _groups(pair: Pair, words: Words) -> list[str]:
    ids = {
        change: [_group(one, words) for one in pair.groups if one.change == change and _told(one)]
        for change in (KEPT, OPENED, CLOSED)
    }
    rows = [
        (words.word("group-change", change), words.count(count), "; ".join(ids[change]))
        for change, count in pair.group_counts.items()
    ]
    return [words.said("groups"), *(f"  {line}" for line in aligned(rows, right=(1,)))]


def _told(one: GroupChange) -> bool:
    """Return whether something is to be said of a group by itself."""
    return one.change != KEPT or bool(one.differs)


def _group(one: GroupChange, words: Words) -> str:
    group = one.a or one.b
    group_id = "" if group is None else group.group_id
    if not one.differs:
        return group_id
    fields = words.listed([words.word("field", name) for name in one.differs])
    return words.said("group-differs", group=group_id, fields=fields)


def _order(compared: Compared, by: tuple[str, ...], words: Words) -> list[str]:
    measures = words.listed([words.word("measure", name) for name in by])
    header = ("", "", "", *(words.word("measure", name) for name in MEASURES))
    rows = [
        (
            str(one.order),
            "*" if one.pareto else "",
            compared.names[one.index],
            *(words.measure(name, compared.figures[one.index][name]) for name in MEASURES),
        )
        for one in ranked(compared.figures, by)
    ]
    lines = aligned([header, *rows], right=(0, *range(3, 3 + len(MEASURES))))
    return [words.said("in-order", measures=measures), *lines, words.said("star")]
