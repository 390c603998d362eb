"""What differs, as pandas tables whose columns are always the same.

Comes in: pairs of groupings, figures. Goes out: DataFrames. Ids only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from sip_grouping import frames
from sip_grouping.comparison.measures import MEASURES, Figures, Ranked
from sip_grouping.comparison.pair import Pair
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.columns import GROUP_TABLE, MEMBER_TABLE, Column
from sip_grouping.units import THOUSANDTHS

_OF_A_GROUP = (
    "group_id", "theme", "track", "place", "place_name", "language", "slot", "size", "mean_travel_km",
)  # fmt: skip
_COUNTS = frozenset({"placed", "first_choices", "groups"})

Row = dict[str, object]


def _columns(table: Iterable[Column], names: Sequence[str]) -> list[Column]:
    by_name = {column.name: column for column in table}
    return [by_name[name] for name in names]


_MEMBER = [column for column in MEMBER_TABLE if column.name != "member_id"]
_GROUP = _columns(GROUP_TABLE, _OF_A_GROUP)
_SIDES = ("a", "b")


def _on_both_sides(columns: Sequence[Column]) -> dict[str, Any]:
    return {f"{column.name}_{side}": column.kind.dtype for column in columns for side in _SIDES}


def _cells(columns: Sequence[Column], record: Any, side: str) -> Row:
    if record is None:
        return {}
    values = {column: column.value_of(record) for column in columns}
    return {
        f"{column.name}_{side}": None if value is None else column.kind.shown(value)
        for column, value in values.items()
    }


def member_changes(pairs: Sequence[Pair]) -> pd.DataFrame:
    """Return one row per member of both groupings, and per pair; see `Comparison.members`."""
    dtypes = dict.fromkeys(("grouping", "member_id", "change"), frames.TEXT)
    rows = (row for pair in pairs for row in _member_rows(pair))
    return frames.frame(rows, dtypes | _on_both_sides(_MEMBER))


def _member_rows(pair: Pair) -> Iterator[Row]:
    without = [{one.member_id: one for one in side.left_out} for side in (pair.a, pair.b)]
    for move in pair.moves.every:
        yield {
            "grouping": pair.name_b,
            "member_id": move.member_id,
            "change": move.change.value,
            **_cells(_MEMBER, move.a or without[0].get(move.member_id), "a"),
            **_cells(_MEMBER, move.b or without[1].get(move.member_id), "b"),
        }


def group_changes(pairs: Sequence[Pair]) -> pd.DataFrame:
    """Return one row per group kept, opened or closed, and per pair; see `Comparison.groups`."""
    dtypes: dict[str, Any] = {
        "grouping": frames.TEXT,
        "change": frames.TEXT,
        "members": frames.WHOLE,
        "differs": frames.TEXT,
        **_on_both_sides(_GROUP),
    }
    rows = (
        {
            "grouping": pair.name_b,
            "change": one.change,
            "members": one.members,
            "differs": " ".join(one.differs),
            **_cells(_GROUP, one.a, "a"),
            **_cells(_GROUP, one.b, "b"),
        }
        for pair in pairs
        for one in pair.groups
    )
    return frames.frame(rows, dtypes)


def terms_of(grouping: Grouping) -> dict[str, float | None]:
    """Return what a grouping says of its score in points, losses positive; the gap is a share."""
    terms = grouping.score_terms.model_dump()
    return {
        **{name: value / THOUSANDTHS for name, value in terms.items()},
        "score": grouping.score,
        "bound": grouping.bound,
        "gap": grouping.gap,
    }


def score_terms(names: Sequence[str], groupings: Sequence[Grouping]) -> pd.DataFrame:
    """Return one row per grouping; see `Comparison.terms`."""
    rows = [
        {"grouping": name, "status": one.status.value, **terms_of(one)}
        for name, one in zip(names, groupings, strict=True)
    ]
    dtypes = dict.fromkeys(("grouping", "status"), frames.TEXT)
    return frames.frame(rows, dtypes | dict.fromkeys(terms_of(groupings[0]), frames.DECIMAL))


def ranking(
    names: Sequence[str], figures: Sequence[Figures], order: Sequence[Ranked]
) -> pd.DataFrame:
    """Return one row per grouping, best first; see `Comparison.ranked`."""
    dtypes: dict[str, Any] = {
        "order": frames.WHOLE,
        "grouping": frames.TEXT,
        "pareto": frames.YES_NO,
    }
    dtypes |= {name: frames.WHOLE if name in _COUNTS else frames.DECIMAL for name in MEASURES}
    rows: list[Mapping[str, object]] = [
        {
            "order": one.order,
            "grouping": names[one.index],
            "pareto": one.pareto,
            **figures[one.index],
        }
        for one in order
    ]
    return frames.frame(rows, dtypes)
