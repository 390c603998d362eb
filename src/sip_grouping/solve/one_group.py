"""The rules of one group, as rows of a linear model: written once, for whoever models groups one by one.

Comes in: a linear model, a column that says whether the group is opened, and a column for each unit
that may be in it (a unit: copies of a member class, or one copy of a cell that is split). Goes out:
rows. `slots` uses it for the exact groups of a cell, `split` for dealing a cell's members out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.rules import RuleId
from sip_grouping.solve.linear import LinearModel

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Limit:
    """Members in the group who count for something, per copy of each unit, and how many are wanted."""

    rule: RuleId
    per_copy: Ints
    wanted: int


@dataclass(frozen=True)
class GroupRules:
    """What a group keeps, over units.

    Attributes
    ----------
    size, most
        Shape (units,): members per copy, and the most copies that one group can take.
    at_least, at_most
        Limits that hold where the group is opened.
    apart
        Shape (pairs, 2): units that may not share the group.
    """

    size_min: int
    size_max: int
    size: Ints
    most: Ints
    at_least: tuple[Limit, ...]
    at_most: tuple[Limit, ...]
    apart: Ints


def keep_group_rules(
    model: LinearModel, rules: GroupRules, opened: int, units: Ints, columns: Ints
) -> None:
    """Add the rules of one group.

    Parameters
    ----------
    opened
        Column: 1 where the group is opened.
    units, columns
        Shape (units that may be in it,): which they are, and the columns of their copies in it.
    """
    _limit_size(model, rules, opened, units, columns)
    for limits, side in ((rules.at_least, "lower"), (rules.at_most, "upper")):
        for limit in limits:
            counted = (0, columns, limit.per_copy[units])
            model.add_rows(limit.rule, 1, counted, (0, opened, -limit.wanted), **{side: 0})
    _keep_apart(model, rules, opened, units, columns)


def _limit_size(
    model: LinearModel, rules: GroupRules, opened: int, units: Ints, columns: Ints
) -> None:
    members = (0, columns, rules.size[units])
    model.add_rows(RuleId.SIZE, 1, members, (0, opened, -rules.size_min), lower=0)
    model.add_rows(RuleId.SIZE, 1, members, (0, opened, -rules.size_max), upper=0)
    rows = np.arange(len(units))
    links = (rows, np.full(len(rows), opened), -rules.most[units])
    model.add_rows(RuleId.SIZE, len(rows), (rows, columns, 1), links, upper=0)


def _keep_apart(
    model: LinearModel, rules: GroupRules, opened: int, units: Ints, columns: Ints
) -> None:
    """Presence of one and presence of the other add to at most 1."""
    if not len(rules.apart):
        return
    place = np.full(len(rules.size), -1, dtype=np.int64)
    place[units] = np.arange(len(units))
    ends = place[rules.apart]
    ends = ends[(ends >= 0).all(axis=1)]
    if not len(ends):
        return
    present = columns.copy()
    several = np.unique(ends)
    several = several[rules.most[units[several]] > 1]
    if len(several):
        # A unit of several copies is present as a whole: y <= most * z.
        present[several] = model.add_columns(len(several), upper=1)
        at = np.arange(len(several))
        most = (at, present[several], -rules.most[units[several]])
        model.add_rows(RuleId.APART, len(several), (at, columns[several], 1), most, upper=0)
    rows = np.arange(len(ends))
    model.add_rows(
        RuleId.APART,
        len(rows),
        (rows, present[ends[:, 0]], 1),
        (rows, present[ends[:, 1]], 1),
        (rows, np.full(len(rows), opened), -1),
        upper=0,
    )
