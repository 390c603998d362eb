"""Rows whose cells say what cells of earlier rows said: read once, taken again.

Comes in: the rows of members as text. Goes out: the fields of a row of whose every cell the same text was
read before in its column, without anything to say of it; nothing of another row, which is read cell by cell.
A hundred thousand rows have few different answers: to read each of them again takes ten times as long. What
no two rows share (ids, names, coordinates) is taken where it has a form of which nothing can be said.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from pydantic_core import PydanticCustomError

from sip_grouping.edition.records import Member
from sip_grouping.edition.values import text_of_a_file
from sip_grouping.frozen import Frozen
from sip_grouping.geography.postcode import CODE_DIGITS
from sip_grouping.reading.cells import Known, RowReader
from sip_grouping.reading.columns import RANK_OF, RANKED
from sip_grouping.reading.examples import EXAMPLE_IDS
from sip_grouping.reading.spots import Asked, may_be_a_home
from sip_grouping.reading.table import Table
from sip_grouping.reading.words import number_in, spreadsheet_error

_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_PLAIN_CODE = re.compile(r"[0-9]{1,16}")
_HOME = ("country", "home_country")
_POSITION = ("latitude", "longitude")
_AT_ONCE = ("meeting", "role")
_TOLD_AT_ONCE = ("local", "video", "moderator", "secretary")
_NAMING = ("together", "apart")
_TEXTS = ("name", "email")
_IDS = ("member_id", "postcode")
_MOST_EXTRAS = 10_000
"""So many different texts of columns that are not read are kept, so that alike ones are stored once."""

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Again:
    """The fields of a row, each as its record has it, and the country of its postcode."""

    fields: dict[str, Any]
    given: set[str]
    country: str


@dataclass(slots=True)
class _Group:
    """Fields that a few columns decide together, by the texts of these."""

    fields: tuple[str, ...]
    key: Callable[[Cells], Any]
    read: dict[Any, tuple[Any, ...]] = field(default_factory=dict)


class Alike:
    """The answers that were read in a table of members."""

    def __init__(self, table: Table, known: Known) -> None:
        self._known = known
        at, mapping = table.positions, known.mapping
        # What the mapping reads otherwise is learned from rows, and never taken by its form.
        mapped = {*mapping.values, *mapping.defaults}
        ranks = [name for name in at if name.startswith((RANKED, RANK_OF)) or name == "themes"]
        together = {
            ("themes",): ("country", *ranks),
            _HOME: _HOME,
            _POSITION: _POSITION,
        }
        if any(name in at or name in mapping.defaults for name in _AT_ONCE):
            together[_TOLD_AT_ONCE] = (*_AT_ONCE, *_TOLD_AT_ONCE)
        taken = {name for fields in together for name in fields} | {*_IDS, "extra", *_TEXTS}
        together |= {(name,): (name,) for name in Member.model_fields if name not in taken}
        groups = {fields: _Group(fields, _key(at, names)) for fields, names in together.items()}
        self._home, self._position = groups.pop(_HOME), groups.pop(_POSITION)
        self._naming = [groups.pop((name,)) for name in _NAMING]
        self._several = [one for one in groups.values() if len(one.fields) > 1]
        self._single = [
            (one.key, one.read, one.fields[0]) for one in groups.values() if len(one.fields) == 1
        ]
        self._countries: dict[Any, str] = {}
        self._own = {name: at.get(name) for name in (*_IDS, *_TEXTS, *_POSITION)}
        self._takes_form = {name for name in (*self._own, *_NAMING) if name not in mapped}
        self._takes_form -= table.whole_numbers
        self._extra_key = _values_at(tuple(table.unread_positions.values()))
        self._extra_titles = tuple(table.unread_positions)
        self._extras: dict[Any, Frozen[str, str]] = {}
        # A dict of all fields in the order of the model: copied for each row.
        self._blank: dict[str, Any] = dict.fromkeys(Member.model_fields)
        # A home elsewhere and a weight are given where their cells say one.
        self._weight = _key(at, ("weight",))
        self._home_given: dict[Any, bool] = {}
        self._weight_given: dict[Any, bool] = {}
        self._given: dict[tuple[bool, bool], set[str]] = {}

    def learn(self, reader: RowReader, member: Member, asked: Asked) -> None:
        """Remember what the cells of a row say, of which there is nothing to say so far."""
        cells = reader.row.plain
        if cells is None or reader.findings or reader.warnings:
            return
        for group in (*self._several, *self._naming, self._home, self._position):
            key = group.key(cells)
            if key not in group.read:
                group.read[key] = tuple(getattr(member, name) for name in group.fields)
        for key_of_column, read, name in self._single:
            read.setdefault(key_of_column(cells), (getattr(member, name),))
        self._countries[self._home.key(cells)] = asked.country
        given = member.model_fields_set
        home = self._home_given[self._home.key(cells)] = "home_country" in given
        weight = self._weight_given[self._weight(cells)] = "weight" in given
        self._given.setdefault((home, weight), set(given))

    def read(self, reader: RowReader) -> Again | None:
        """Return the fields of a row that says nothing but what was said before; None of another one."""
        cells = reader.row.plain
        if cells is None:
            return None
        fields = self._blank.copy()
        for key, read, name in self._single:
            found = read.get(key(cells))
            if found is None:
                return None
            fields[name] = found[0]
        for group in (*self._several, self._home):
            found = group.read.get(group.key(cells))
            if found is None:
                return None
            fields.update(zip(group.fields, found, strict=True))
        home = self._home.key(cells)
        given = self._given.get((self._home_given[home], self._weight_given[self._weight(cells)]))
        country = self._countries[home]
        if given is None or not self._with_own(cells, fields, country):
            return None
        return Again(fields, given, country)

    def _with_own(self, cells: Cells, fields: dict[str, Any], country: str) -> bool:
        """Add what is a row's own; return False where something may be to be said of it."""
        at, at_code = self._own["member_id"], self._own["postcode"]
        if at is None or at_code is None or not self._takes_form.issuperset(_IDS):
            return False
        member_id, code = cells[at], cells[at_code]
        # The code alone is read as it stands, where codes have digits alone.
        if country not in CODE_DIGITS or not _PLAIN_CODE.fullmatch(code):
            return False
        fields["postcode"] = code
        if not _PLAIN_ID.fullmatch(member_id) or member_id.casefold() in EXAMPLE_IDS:
            return False
        fields["member_id"] = member_id
        for group in self._naming:
            name, text = group.fields[0], group.key(cells)
            found = group.read.get(text)
            if found is not None:
                fields[name] = found[0]
            elif name in self._takes_form and text in self._known.members and _is_plain(text):
                fields[name] = (text,)
            else:
                return False
        try:
            for name in _TEXTS:
                if not self._text(name, cells, fields):
                    return False
            fields["extra"] = self._extra(cells)
        except PydanticCustomError:
            return False
        return self._with_position(cells, fields)

    def _text(self, name: str, cells: Cells, fields: dict[str, Any]) -> bool:
        at = self._own[name]
        if name not in self._takes_form:
            return False
        text = "" if at is None else cells[at]
        fields[name] = text_of_a_file(text) or None if text else None
        return not spreadsheet_error(text)

    def _extra(self, cells: Cells) -> Frozen[str, str]:
        key = self._extra_key(cells)
        found = self._extras.get(key)
        if found is None:
            found = Frozen(
                {
                    text_of_a_file(title): text_of_a_file(text)
                    for title, text in zip(self._extra_titles, key, strict=True)
                }
            )
            if len(self._extras) < _MOST_EXTRAS:
                self._extras[key] = found
        return found

    def _with_position(self, cells: Cells, fields: dict[str, Any]) -> bool:
        known = self._position.read.get(self._position.key(cells))
        if known is None:
            found = self._coordinates(cells)
            if found is None:
                return False
            known = found
        fields["latitude"], fields["longitude"] = known
        return True

    def _coordinates(self, cells: Cells) -> tuple[float, float] | None:
        north, east = (self._own[name] for name in _POSITION)
        if north is None or east is None or not self._takes_form.issuperset(_POSITION):
            return None
        latitude, longitude = number_in(cells[north]), number_in(cells[east])
        if latitude is None or longitude is None:
            return None
        return (latitude, longitude) if may_be_a_home(latitude, longitude) else None


def _is_plain(text: str) -> bool:
    return _PLAIN_ID.fullmatch(text) is not None


def _key(at: Mapping[str, int], names: Sequence[str]) -> Callable[[Cells], Any]:
    """Return what reads the texts of some columns of a row: those that there are."""
    positions = tuple(at[name] for name in names if name in at)
    return itemgetter(*positions) if positions else _nothing


def _values_at(positions: tuple[int, ...]) -> Callable[[Cells], tuple[str, ...]]:
    if len(positions) == 1:
        only = positions[0]
        return lambda cells: (cells[only],)
    return itemgetter(*positions) if positions else _nothing


def _nothing(_: Cells) -> tuple[()]:
    return ()
