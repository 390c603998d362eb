"""The tables of an edition as rows of cells, written by a pen.

Comes in: an edition, a pen. Goes out: `Sheet`: titles and rows, with the values that a workbook or a
DataFrame has in the place of texts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sip_grouping.edition import Edition
from sip_grouping.edition.records import YES_NO, Member
from sip_grouping.reading.columns import TableName
from spelt.pen import Pen

Value = str | int | float | bool | tuple[str, ...] | None
"""What a cell holds: a text, or, where the container has such, a value."""
SELDOM = ("home_country", "share_contact")


@dataclass(frozen=True)
class Sheet:
    """A table as it is written: titles, rows of cells, and what the cells are by field.

    `values`: per row the same cells as values, None where only the text says it.
    """

    name: str
    fields: tuple[str, ...]
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    values: tuple[tuple[Value, ...], ...]


Writer = Callable[[Member], tuple[str, Value]]


def members_sheet(edition: Edition, pen: Pen) -> Sheet:
    members = edition.members
    ranks = max(len(one.themes) for one in members)
    writers: dict[str, Writer] = {
        "member_id": lambda one: (one.member_id, one.member_id),
        "country": lambda one: (pen.country(one.country), None),
        "home_country": lambda one: (
            pen.country(one.home_country) if one.home_country else "",
            None,
        ),
        "postcode": lambda one: (pen.postcode(one.lies_in, one.postcode), one.postcode),
        **{f"theme_{rank}": _theme(rank, pen) for rank in range(1, ranks + 1)},
        "office": lambda one: (pen.office(one.office) if one.office else "", None),
        **{name: _yes_no(name, members, pen) for name in YES_NO},
        "languages": lambda one: (pen.languages(one.languages), one.languages),
        "slots": lambda one: (pen.slots(one.slots), one.slots),
        "together": lambda one: (pen.ids(one.together), one.together),
        "apart": lambda one: (pen.ids(one.apart), one.apart),
        "latitude": lambda one: _degrees(one.latitude, pen),
        "longitude": lambda one: _degrees(one.longitude, pen),
        "name": lambda one: (one.name or "", None),
        "email": lambda one: (one.email or "", None),
    }
    plain = {
        name: Member.model_fields[name].default for name in writers if name in Member.model_fields
    }
    for name in list(writers):
        empty = name in plain and all(getattr(one, name) == plain[name] for one in members)
        if empty and (pen.does("fewer-columns", 0.6) or name in SELDOM):
            del writers[name]
    titles = {
        name: pen.rank(int(name[6:]))
        if name.startswith("theme_")
        else pen.title("members", name, yes_no=name in YES_NO)
        for name in writers
    }
    for title in members[0].extra:
        writers[title] = _extra(title)
        titles[title] = title
    return _sheet(
        "members", titles, [[write(one) for write in writers.values()] for one in members], pen
    )


def offices_sheet(edition: Edition, pen: Pen) -> Sheet:
    rows: list[list[tuple[str, Value]]] = [
        [
            (one.office_id, None),
            (one.name, None),
            (pen.country(one.country), None),
            (pen.postcode(one.country, one.postcode), one.postcode),
            _degrees(one.latitude, pen),
            _degrees(one.longitude, pen),
            ("", None) if one.rooms is None else (pen.rooms(one.rooms), one.rooms),
        ]
        for one in edition.offices
    ]
    names = ("office_id", "name", "country", "postcode", "latitude", "longitude", "rooms")
    return _sheet("offices", {name: pen.title("offices", name) for name in names}, rows, pen)


def pins_sheet(edition: Edition, pen: Pen) -> Sheet:
    offices = edition.office_by_id
    rows: list[list[tuple[str, Value]]] = [
        [
            (pen.member_id(one.member_id), None),
            (pen.theme(one.theme), None),
            (pen.track(one.track), None),
            (pen.office(one.place) if one.place in offices else one.place, None),
            (pen.role(one.role) if one.role else "", None),
            (pen.ids(one.with_members), one.with_members),
        ]
        for one in edition.pins
    ]
    names = ("member_id", "theme", "track", "place", "role", "with_members")
    return _sheet("pins", {name: pen.title("pins", name) for name in names}, rows, pen)


def _home(one: Member, pen: Pen) -> str:
    """Return the cell of a home country: empty, or the same as the country, says nothing."""
    if one.home_country is None and not pen.does("countries", 0.3):
        return ""
    return pen.country(one.home_country or one.country)


def _theme(rank: int, pen: Pen) -> Writer:
    def write(one: Member) -> tuple[str, Value]:
        chosen = one.themes[rank - 1] if rank <= len(one.themes) else ""
        return (pen.theme(chosen) if chosen else "", None)

    return write


def _yes_no(name: str, members: Sequence[Member], pen: Pen) -> Writer:
    """Return how a column of yes and no is written.

    Where empty means yes, a column of marks and blanks alone would be refused: it has one of the two.
    """
    default = YES_NO[name]
    blanks = not default or bool(pen.rng("blanks").getrandbits(1))
    marks = not default or not blanks
    del members

    def write(one: Member) -> tuple[str, Value]:
        said = getattr(one, name)
        return pen.yes_no(said, default, blanks=blanks, marks=marks), said

    return write


def _extra(title: str) -> Writer:
    return lambda one: (one.extra[title], None)


def _degrees(value: float | None, pen: Pen) -> tuple[str, Value]:
    return ("", None) if value is None else (pen.degrees(value), value)


def _sheet(
    name: TableName, titles: Mapping[str, str], rows: list[list[tuple[str, Value]]], pen: Pen
) -> Sheet:
    written = [[(pen.text(text), value) for text, value in row] for row in rows]
    fields = list(titles)
    order = list(range(len(fields)))
    if pen.does("column-order"):
        pen.rng("column-order").shuffle(order)
    return Sheet(
        name,
        tuple(fields[at] for at in order),
        tuple(titles[fields[at]] for at in order),
        tuple(tuple(row[at][0] for at in order) for row in written),
        tuple(tuple(row[at][1] for at in order) for row in written),
    )
