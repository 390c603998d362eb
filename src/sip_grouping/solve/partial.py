"""The best of a cell that does not split: groups of some of its members, the least of value left out.

Comes in: a `CellTask` whose members do not all fit in groups, and what each is worth there. Goes out: groups
that hold. A grouping with all but a few of a cell's members is one to fall back on while the search goes on.
"""

import numpy as np
from numpy.typing import NDArray

from sip_grouping.rules import RuleId
from sip_grouping.solve.cpsat import CpSatSettings, limit_or_none, solve_cpsat
from sip_grouping.solve.linear import LinearModel
from sip_grouping.solve.one_group import keep_group_rules
from sip_grouping.solve.run import Run
from sip_grouping.solve.split import group_rules, with_holders
from sip_grouping.solve.task import CellTask, SplitGroup

Ints = NDArray[np.int64]

MOST_COLUMNS = 4_000
"""A cell with more pairs of a unit and a group is left out as a whole."""

WORK = 1.0
"""Deterministic work on one cell, and the least wall clock that it is worth trying for."""

LEAST_SECONDS = 0.2


def best_part(task: CellTask, worth: Ints, group_worth: int, run: Run) -> list[SplitGroup]:
    """Return at most as many groups as the cell has, worth as much as can be.

    Parameters
    ----------
    worth
        Shape (units,): what placing each unit adds to the objective.
    group_worth
        What opening a group adds, below 0 where groups cost something.
    """
    units = len(task.units)
    seconds, work = run.seconds_left, min(WORK, run.work_left)
    if units * task.groups > MOST_COLUMNS or seconds < LEAST_SECONDS or not work:
        return []
    model = LinearModel()
    opened = model.add_columns(task.groups, upper=1, objective=group_worth)
    rules = group_rules(task, (task.size_min, task.size_max))
    every = np.arange(units, dtype=np.int64)
    placed = []
    for group in opened.tolist():
        columns = model.add_columns(units, upper=1, objective=worth)
        keep_group_rules(model, rules, group, every, columns)
        placed.append(columns)
    at = np.tile(every, len(placed))
    model.add_rows(None, units, (at, np.concatenate(placed), 1), upper=1)
    # Groups are alike: those that are opened come first.
    steps = np.arange(len(opened) - 1)
    model.add_rows(
        RuleId.SIZE, len(steps), (steps, opened[:-1], 1), (steps, opened[1:], -1), lower=0
    )
    settings = CpSatSettings(
        work_limit=work,
        time_limit=limit_or_none(seconds),
        seed=run.limits.seed,
    )
    outcome = solve_cpsat(model.arrays(), settings, stopped=run.stopped)
    run.work += outcome.work
    values = outcome.values
    if values is None:
        return []
    found = [
        with_holders(task, np.flatnonzero(values[columns]))
        for group, columns in zip(opened.tolist(), placed, strict=True)
        if values[group]
    ]
    return sorted(found, key=lambda group: group.members)
