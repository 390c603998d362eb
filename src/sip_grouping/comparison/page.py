"""A comparison as a page of HTML that stands by itself: no script, nothing from the network.

Comes in: what was compared, the measures of the order, a language. Goes out: the page. Ids only; every text
is escaped by the template.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template

from sip_grouping.catalogue import Language
from sip_grouping.comparison.compared import Compared
from sip_grouping.comparison.flow import Flow, flow_of
from sip_grouping.comparison.measures import MEASURES, ranked
from sip_grouping.comparison.moves import Change, Move
from sip_grouping.comparison.pair import GroupChange, Pair
from sip_grouping.comparison.words import NOTHING, Words, about_editions, about_scores, score_rows
from sip_grouping.grouping import Group, Placement

MOST_ROWS = 2_000
"""Rows shown of a table: of very many the first, and how many more there are."""

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page; columns in `right` are numbers."""

    caption: str
    header: Cells
    rows: tuple[Cells, ...]
    right: frozenset[int] = frozenset()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A pair on the page."""

    title: str
    lines: tuple[str, ...]
    counts: tuple[tuple[str, str], ...]
    flow: Flow
    tables: tuple[Table, ...]
    ways: Table


def page(compared: Compared, by: tuple[str, ...], language: Language) -> str:
    """Return the page: the order of three groupings and more, then each pair."""
    words = Words(language)
    return _template().render(
        words=words,
        title=words.said("title", names=", ".join(compared.names)),
        order=_order(compared, by, words) if len(compared.groupings) > 2 else None,
        order_of=words.said(
            "in-order", measures=words.listed([words.word("measure", one) for one in by])
        ),
        scores=about_scores(compared, words),
        sections=[_section(compared, pair, at, words) for at, pair in enumerate(compared.pairs)],
    )


@cache
def _template() -> Template:
    text = resources.files("sip_grouping.comparison").joinpath("page.html.jinja").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(
        text
    )


def _table(
    caption: str, header: Cells, rows: Iterable[Cells], words: Words, right: Sequence[int] = ()
) -> Table:
    every = tuple(rows)
    left = len(every) - MOST_ROWS
    more = words.said("more-rows", count=words.count(left)) if left > 0 else ""
    return Table(caption, header, every[:MOST_ROWS], frozenset(right), more)


def _order(compared: Compared, by: tuple[str, ...], words: Words) -> Table:
    header = tuple(words.said(one) for one in ("place-in-order", "grouping", "unbeaten"))
    rows = [
        (
            str(one.order),
            compared.names[one.index],
            words.said("yes") if one.pareto else "",
            *(words.measure(name, compared.figures[one.index][name]) for name in MEASURES),
        )
        for one in ranked(compared.figures, by)
    ]
    measures = tuple(words.word("measure", name) for name in MEASURES)
    right = (0, *range(3, 3 + len(MEASURES)))
    return _table(words.said("order"), (*header, *measures), rows, words, right)


def _section(compared: Compared, pair: Pair, at: int, words: Words) -> Section:
    moves = pair.moves
    counts = [(words.word("change", one), words.count(many)) for one, many in moves.counts.items()]
    counts += [
        (words.word("group-count", one), words.count(many))
        for one, many in pair.group_counts.items()
    ]
    terms = _table(
        words.said("terms"),
        (words.said("figure"), pair.name_a, pair.name_b, words.said("difference")),
        score_rows(compared, pair, at, words),
        words,
        (1, 2, 3),
    )
    flow = flow_of(compared, pair, words)
    ways = _table(
        words.said("ways"),
        (pair.name_a, pair.name_b, words.said("members")),
        [(one.source, one.target, words.count(one.count)) for one in flow.bands],
        words,
        (2,),
    )
    return Section(
        words.said("against", a=pair.name_a, b=pair.name_b),
        tuple(about_editions(pair, words)),
        tuple(counts),
        flow,
        (terms, _groups(compared, pair, words), _members(pair, words)),
        ways,
    )


def _groups(compared: Compared, pair: Pair, words: Words) -> Table:
    header = (
        words.said("group-now"),
        *(words.said("of", name=pair.name_a, what=words.said(one)) for one in ("group", "size")),
        *(words.said("of", name=pair.name_b, what=words.said(one)) for one in ("group", "size")),
        *(words.said(one) for one in ("stayed", "theme", "meets", "differs")),
    )
    rows = (_group_row(compared, one, words) for one in pair.groups)
    return _table(words.said("groups"), header, rows, words, (2, 4, 5))


def _group_row(compared: Compared, one: GroupChange, words: Words) -> Cells:
    sides = (one.a, one.b)
    ids = [NOTHING if group is None else group.group_id for group in sides]
    sizes = [NOTHING if group is None else words.count(group.size) for group in sides]
    group = one.b or one.a
    theme = "" if group is None else compared.title(group.theme, words.language)
    ways = dict.fromkeys(_meets(group, words) for group in sides if group is not None)
    return (
        words.word("group-change", one.change),
        ids[0],
        sizes[0],
        ids[1],
        sizes[1],
        words.count(one.members) if one.a and one.b else NOTHING,
        theme,
        " → ".join(ways),
        ", ".join(words.word("field", name) for name in one.differs),
    )


def _meets(group: Group, words: Words) -> str:
    return group.place_name or group.place or words.track(group.track.value)


def _members(pair: Pair, words: Words) -> Table:
    columns = [words.said(one) for one in ("group", "role-column", "choice", "km")]
    header = (
        words.said("member"),
        words.said("change"),
        *(
            words.said("of", name=name, what=one)
            for name in (pair.name_a, pair.name_b)
            for one in columns
        ),
    )
    changed = (one for one in pair.moves.every if one.change not in {Change.STAYED, Change.OUT})
    rows = (_member_row(one, words) for one in changed)
    return _table(words.said("member-changes"), header, rows, words, (4, 5, 8, 9))


def _member_row(move: Move, words: Words) -> Cells:
    return (
        move.member_id,
        words.word("change", move.change),
        *_seat(move.a, words),
        *_seat(move.b, words),
    )


def _seat(placement: Placement | None, words: Words) -> Cells:
    if placement is None:
        return (NOTHING,) * 4
    metres = placement.travel_m
    return (
        placement.group_id,
        words.word("role", placement.role.value),
        words.count(placement.rank),
        words.km(None if metres is None else metres / 1000),
    )
