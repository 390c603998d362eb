"""Tables of pandas whose columns and dtypes are always the same, also where no row is.

Comes in: rows, and the columns with their dtypes. Goes out: a DataFrame.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

TEXT = pd.Series(["text"]).dtype
"""How this version of pandas holds text, so that joins with frames of its own need no cast."""

WHOLE, DECIMAL, DEGREES, YES_NO = "Int64", "Float64", "float64", "bool"


def frame(rows: Iterable[Mapping[str, object]], dtypes: Mapping[str, Any]) -> pd.DataFrame:
    """Return a table of rows; what a row lacks is missing.

    Parameters
    ----------
    dtypes
        Dtype by column, in the order of the columns.
    """
    return pd.DataFrame(list(rows), columns=list(dtypes)).astype(dict(dtypes))


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
