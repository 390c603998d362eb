"""DataFrames as sheets of text.

Comes in: a DataFrame. Goes out: a `Grid`: its titles, its rows by label and position, its values as a file
would have them. Only what is certain is made of a value: 1000.0 in a column with gaps is 1000.
"""

import math
import sys
from collections.abc import Collection
from numbers import Integral, Real
from typing import TYPE_CHECKING

from sip_grouping.files.grid import Grid, GridRow
from sip_grouping.text import key_of

if TYPE_CHECKING:
    import pandas as pd

_LISTS = (list, tuple, set, frozenset)
_MOST_EXACT = 1e15


def frame_grid(name: str, frame: "pd.DataFrame", id_field: str) -> Grid:
    """Return a frame as a grid.

    Parameters
    ----------
    name
        What the table is called in findings.
    id_field
        The column of ids: an index of this name is that column.
    """
    import pandas as pd  # noqa: PLC0415 - whoever has a frame has loaded it

    labels = list(frame.index)
    ids = frame.index.name is not None and key_of(str(frame.index.name)) == key_of(id_field)
    if ids and not _is_column(labels, id_field, frame):
        frame = frame.reset_index(allow_duplicates=True)
    titles = GridRow(0, [str(column) for column in frame.columns])
    plain = labels == list(range(len(labels)))
    rows = [titles]
    lists: dict[tuple[int, int], tuple[str, ...]] = {}
    for position, values in enumerate(frame.itertuples(index=False, name=None)):
        rows.append(_row(labels[position], position, list(map(cell_text, values)), plain=plain))
        for at, value in enumerate(values):
            if isinstance(value, _LISTS):
                lists[position + 1, at] = cell_parts(value)
    filled = tuple(
        row for at, row in enumerate(rows) if not at or any(cell.strip() for cell in row.cells)
    )
    if len(filled) < len(rows):
        kept = [at for at, row in enumerate(rows) if not at or any(map(str.strip, row.cells))]
        lists = {
            (now, at): lists[before, at]
            for now, before in enumerate(kept)
            for at in range(len(titles.cells))
            if (before, at) in lists
        }
    whole = frozenset(
        at
        for at, dtype in enumerate(frame.dtypes)
        if pd.api.types.is_integer_dtype(dtype) or _whole_with_gaps(frame.iloc[:, at])
    )
    return Grid(name, filled, lists=lists, whole_numbers=whole, titled=True)


def _is_column(labels: list[object], id_field: str, frame: "pd.DataFrame") -> bool:
    """Return whether an index of ids is a column as well; where they differ there are two."""
    named = [
        at for at, column in enumerate(frame.columns) if key_of(str(column)) == key_of(id_field)
    ]
    return any(frame.iloc[:, at].tolist() == labels for at in named)


def _whole_with_gaps(column: "pd.Series[float]") -> bool:
    """Return whether a column of floats has whole numbers alone: integers that pandas read with gaps."""
    import pandas as pd  # noqa: PLC0415

    if not pd.api.types.is_float_dtype(column.dtype):
        return False
    filled = column.dropna()
    return bool(len(filled)) and bool((filled == filled.round()).all())


def _row(label: object, position: int, cells: list[str], *, plain: bool) -> GridRow:
    """Return a row by its label; with its position, unless labels are positions."""
    number = int(label) if isinstance(label, Integral) else str(label)
    return GridRow(number, cells, None if plain else position)


def cell_text(value: object) -> str:
    """Return a value as a cell of a file would have it; nothing where it is missing."""
    if value is None or _missing_of_pandas(value):
        return ""
    if isinstance(value, Real) and not isinstance(value, Integral):
        number = float(value)
        if math.isnan(number):
            return ""
        # Of a larger number the last digits are lost: it is shown so that it is no id.
        whole = number.is_integer() and abs(number) < _MOST_EXACT
        return str(int(number)) if whole else repr(number)
    if isinstance(value, _LISTS):
        return " ".join(_parts(value))
    return str(value)


def _missing_of_pandas(value: object) -> bool:
    """Return whether a value is a missing one of pandas, which is loaded where there can be one."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and (value is pandas.NA or value is pandas.NaT)


def cell_parts(value: object) -> tuple[str, ...]:
    """Return the parts of a cell that is a list; nothing where it is none."""
    return tuple(one.strip() for one in _parts(value)) if isinstance(value, _LISTS) else ()


def _parts(value: Collection[object]) -> list[str]:
    """Return the parts of a list as texts; a set has no order of its own, so it has that of letters."""
    texts = list(map(str, value))
    return sorted(texts) if isinstance(value, set | frozenset) else texts
