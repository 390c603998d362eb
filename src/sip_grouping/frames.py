"""Tables of pandas whose columns and dtypes are always the same, also where no row is.

Comes in: rows, and the columns with their dtypes. Goes out: a DataFrame.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

TEXT = "text"
"""Stands for how this version of pandas holds text, so that joins with frames of its own need no cast."""

WHOLE, DECIMAL, DEGREES, YES_NO = "Int64", "Float64", "float64", "bool"


def frame(rows: Iterable[Mapping[str, object]], dtypes: Mapping[str, Any]) -> "pd.DataFrame":
    """Return a table of rows; what a row lacks is missing.

    Parameters
    ----------
    dtypes
        Dtype by column, in the order of the columns.
    """
    return cast(plain_frame(rows, list(dtypes)), dtypes)


def plain_frame(
    rows: Iterable[object],
    columns: Sequence[str] | None = None,
    *,
    index: list[str] | None = None,
    dtype: Any = None,
) -> "pd.DataFrame":
    """Return a table of rows; without a dtype of all columns, each has that of its values."""
    import pandas as pd  # noqa: PLC0415 - a fifth of a second, and few commands make a table

    titles = None if columns is None else list(columns)
    return pd.DataFrame(list(rows), index=index, columns=titles, dtype=dtype)


def cast(table: "pd.DataFrame", dtypes: Mapping[str, Any]) -> "pd.DataFrame":
    """Return a table with dtypes by column, those above or pandas' own."""
    import pandas as pd  # noqa: PLC0415

    text = pd.Series(["text"]).dtype
    return table.astype({name: text if one == TEXT else one for name, one in dtypes.items()})


def unique_titles(names: Sequence[str], taken: Iterable[str]) -> dict[str, str]:
    """Return a title for each of `names` that no other column has.

    A name that is taken gets ``_answer`` after it, until it stands once.
    """
    used = set(taken)
    titles = {name: name for name in names if name not in used}
    used.update(titles)
    for name in names:
        if name not in titles:
            title = name
            while title in used:
                title = f"{title}_answer"
            titles[name] = title
            used.add(title)
    return titles
