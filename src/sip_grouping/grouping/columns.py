"""The columns of a grouping's two tables: one list each, for files, frames and readers alike.

Comes in: records (`Placement`, `LeftOut`, `Group`), or values as JSON has them. Goes out: rows for CSV,
rows for JSON, DataFrames, and the fields of records. A new column is one line here and one field of a
record; no other module lists columns.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, JsonValue

from sip_grouping import frames

if TYPE_CHECKING:
    import pandas as pd

Cell = str | float | None


class NotReadableError(ValueError):
    """A value that is no number, or has more decimals than the file may have.

    Attributes
    ----------
    variant
        Which of the two, as a variant of the finding: ``no-number`` or ``too-many-decimals``.
    """

    def __init__(self, variant: str) -> None:
        super().__init__(variant)
        self.variant = variant


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of one kind are written and read; None is what does not apply.

    Attributes
    ----------
    dtype
        Of the column of a DataFrame.
    cell
        Value to the cell of a CSV file; a text stays a text, so that it is known as one there.
    to_json, from_json
        Value to what stands in grouping.json, and back, None included. What is of a wrong type may come
        back as it is: the record that takes it says so.
    shown
        Value to what a DataFrame holds.
    """

    dtype: Any
    cell: Callable[[Any], Cell]
    to_json: Callable[[Any], JsonValue]
    from_json: Callable[[JsonValue], JsonValue]
    shown: Callable[[Any], object]


_FEW_DIGITS = 1e11


def thousandths(value: JsonValue) -> int | None:
    """Return points as thousandths of a point, or km as metres; None stays None.

    Raises
    ------
    NotReadableError
        It is no number, or has more than 3 decimals.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NotReadableError("no-number")
    if abs(value) < _FEW_DIGITS and (nearest := round(value * 1000)) / 1000 == value:
        return nearest  # of so few digits no other text is the same number
    whole = Decimal(str(value)) * 1000
    if whole != whole.to_integral_value():
        raise NotReadableError("too-many-decimals")
    return int(whole)


def _same(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    return value if type(value) is str or not isinstance(value, StrEnum) else value.value


def _joined(ids: Iterable[str]) -> str:
    return " ".join(ids)


TEXT = Kind(frames.TEXT, cell=_plain, to_json=_plain, from_json=_same, shown=_plain)
IDS = Kind(frames.TEXT, cell=_joined, to_json=list, from_json=_same, shown=_joined)
COUNT = Kind(frames.WHOLE, cell=_same, to_json=_same, from_json=_same, shown=_same)
DEGREES = Kind(frames.DEGREES, cell=_same, to_json=_same, from_json=_same, shown=_same)
KM = Kind(
    frames.DECIMAL,
    cell=lambda metres: f"{metres // 1000}.{metres % 1000:03d}",
    to_json=lambda metres: metres / 1000,
    from_json=thousandths,
    shown=lambda metres: metres / 1000,
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in every file and table, the field of the records it shows, its kind."""

    name: str
    kind: Kind
    field: str

    def value_of(self, record: BaseModel) -> Any:
        """Return what the column shows of a record; None where that has no such field."""
        return getattr(record, self.field, None)


def _columns(*columns: tuple[str, Kind] | tuple[str, Kind, str]) -> tuple[Column, ...]:
    return tuple(Column(one[0], one[1], one[-1] if len(one) == 3 else one[0]) for one in columns)


MEMBER_TABLE = _columns(
    ("member_id", TEXT),
    ("status", TEXT),
    ("group_id", TEXT),
    ("role", TEXT),
    ("theme", TEXT),
    ("rank", COUNT),
    ("track", TEXT),
    ("travel_km", KM, "travel_m"),
    ("reason", TEXT),
)
GROUP_TABLE = _columns(
    ("group_id", TEXT),
    ("theme", TEXT),
    ("track", TEXT),
    ("place", TEXT),
    ("place_name", TEXT),
    ("latitude", DEGREES),
    ("longitude", DEGREES),
    ("language", TEXT),
    ("slot", TEXT),
    ("size", COUNT),
    ("moderator", IDS, "moderators"),
    ("secretary", IDS, "secretaries"),
    ("mean_travel_km", KM, "mean_travel_m"),
    ("max_travel_km", KM, "max_travel_m"),
    ("spread_km", KM, "spread_m"),
)
MEMBER_COLUMNS = tuple(column.name for column in MEMBER_TABLE)
GROUP_COLUMNS = tuple(column.name for column in GROUP_TABLE)


class _Shown:
    """What the columns of a table show of records, looked up once of each model.

    A pydantic record looks long for a field that it has not.
    """

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self._columns = columns
        self._of_model: dict[type[BaseModel], tuple[tuple[Column, Callable[[Any], Any]], ...]] = {}

    def of(self, record: BaseModel) -> tuple[tuple[Column, Callable[[Any], Any]], ...]:
        """Return each column with what reads it off a record; None where that has no such field."""
        model = type(record)
        found = self._of_model.get(model)
        if found is None:
            found = self._of_model[model] = tuple(
                (one, attrgetter(one.field) if _has(model, one.field) else _nothing)
                for one in self._columns
            )
        return found


def _has(model: type[BaseModel], field: str) -> bool:
    return field in model.model_fields or hasattr(model, field)


def _nothing(_: Any) -> None:
    return None


def rows_of_cells(columns: tuple[Column, ...], records: Iterable[BaseModel]) -> list[list[Cell]]:
    """Return the cells of records as rows of a CSV file."""
    shown = _Shown(columns)
    return [
        [
            None if (value := read(record)) is None else column.kind.cell(value)
            for column, read in shown.of(record)
        ]
        for record in records
    ]


def rows_of_json(
    columns: tuple[Column, ...], records: Iterable[BaseModel]
) -> list[dict[str, JsonValue]]:
    """Return records as rows of grouping.json."""
    shown = _Shown(columns)
    return [
        {
            column.name: None if (value := read(record)) is None else column.kind.to_json(value)
            for column, read in shown.of(record)
        }
        for record in records
    ]


def frame_of(columns: tuple[Column, ...], records: Iterable[BaseModel]) -> "pd.DataFrame":
    """Return records as a table, whose columns and dtypes are the same also where no row is."""
    shown = _Shown(columns)
    rows = [
        [
            None if (value := read(record)) is None else column.kind.shown(value)
            for column, read in shown.of(record)
        ]
        for record in records
    ]
    table = frames.plain_frame(rows, [column.name for column in columns], dtype=object)
    return frames.cast(table, {column.name: column.kind.dtype for column in columns})
