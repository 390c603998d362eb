"""Restrictions: the model on the columns that the LP likes, solved by branch and cut or by CP-SAT.

Comes in: a model with its LP relaxation, and how far a restriction goes. Goes out: an `Outcome` of all
columns. The LP is so tight that few columns are left, and good solutions come from them.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sip_grouping.solve.bound import LpRelaxation
from sip_grouping.solve.cpsat import Outcome
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.mip import solve_mip
from sip_grouping.solve.restriction import solve_restricted
from sip_grouping.solve.run import Run

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TINY = 1e-6
"""What the LP uses less of than this it does not use."""


@dataclass(frozen=True)
class Restricted:
    """A restriction to part of the columns. Its own optimum proves nothing for the whole.

    Attributes
    ----------
    loss
        The largest loss, in thousandths of a point, at which a column joins it.
    times
        Of placements at least so many times as many join it, those of the smallest loss, as the LP uses.
    gap
        The relative gap that it is solved to.
    nodes
        So many nodes of branch and cut at most.
    settled
        Whether groups that are whole in the LP stay so, and members whom it places whole in such cells.
    """

    loss: int
    times: float
    gap: float
    nodes: int
    settled: bool = False


QUICK = Restricted(1_000, 1.5, 1e-6, 20, settled=True)
"""Before those of `STEPS`, where there are many pairs: good groups in a third of the time."""

STEPS = (Restricted(1_000, 1.5, 1e-6, 20), Restricted(5_000, 3.0, 1e-6, 20))

AROUND = Restricted(0, 0.0, 1e-5, 0)
"""A small model that starts from a grouping: besides its cells, what the LP uses or might."""

SUPPORT = 1e-3
"""A cell belongs to the LP's support if the LP opens at least this fraction of a group."""


def solve_likely(
    f: Formulation,
    arrays: LinearArrays,
    relaxation: LpRelaxation,
    start: Ints | None,
    hint: Ints | None,
    run: Run,
    step: Restricted,
    *,
    whole: bool,
    by_cuts: bool = False,
) -> Outcome:
    """Solve on the columns that the LP uses, of cells that `start` uses, or of small reduced cost.

    `by_cuts`: by branch and cut, which `hint` is a solution for, and not by CP-SAT.

    When what is left between the best solution and the bound is not much more than the loss, fixing
    excludes nearly as much as the restriction.
    """
    needed = np.zeros(len(f.groups), dtype=bool)
    if start is not None:
        needed |= start[f.groups] > 0
    used = relaxation.values[f.groups] >= SUPPORT
    for requirement in f.requirements:
        # What has to be opened is open in any restriction, or it would have no solution.
        cells = list(requirement.cells)
        needed[cells] |= not used[cells].any()
    used_by_lp = relaxation.values > TINY
    losses = relaxation.losses
    kept = (losses <= step.loss * relaxation.scale) | used_by_lp
    if by_cuts:
        likely = min(round(step.times * int(used_by_lp[f.placed].sum())), len(f.placed)) - 1
        kept |= losses <= np.partition(losses[f.placed], likely)[likely]
    kept[f.groups[needed]] = True
    kept[f.placed[needed[f.problem.pair_cell]]] = True
    kept[f.placed] &= kept[f.groups[f.problem.pair_cell]]
    keep_present(f, kept)
    if by_cuts and hint is not None:
        kept |= hint > 0
    upper = np.where(kept, arrays.upper, 0)
    work = work_for(upper)
    if not by_cuts or run.work_left <= work:
        return solve_restricted(arrays, upper, hint, run, gap=step.gap, work=work, whole=whole)
    if step.settled:
        arrays, upper = _settled(f, arrays, upper, relaxation.values)
    return solve_mip(arrays, upper, hint, run, gap=step.gap, nodes=step.nodes)


def _settled(
    f: Formulation, arrays: LinearArrays, upper: Ints, values: Floats
) -> tuple[LinearArrays, Ints]:
    """Return the model and upper limits that leave what is whole in the LP as it is."""
    rounded = np.rint(values).astype(np.int64)
    whole = np.abs(values - rounded) <= TINY
    cells = whole[f.groups]
    columns = np.concatenate(
        [
            f.groups[cells],
            f.placed[whole[f.placed] & (rounded[f.placed] > 0) & cells[f.problem.pair_cell]],
        ]
    )
    lower, upper = arrays.lower.copy(), upper.copy()
    lower[columns] = upper[columns] = rounded[columns]
    return replace(arrays, lower=lower), upper


def keep_present(f: Formulation, kept: NDArray[np.bool_]) -> None:
    """Keep the column of a location where somebody from there is kept, and all that count; in place."""
    pairs = np.flatnonzero(f.present >= 0)
    kept[f.present[pairs[kept[f.placed[pairs]]]]] = True
    kept[f.used[f.used >= 0]] = True
    for one in f.again:
        kept[one.steps] = kept[one.shared] = True


def work_for(upper: Ints) -> float:
    """Return the work a restriction may take: in proportion to its columns."""
    return 2.0 + int((upper > 0).sum()) / 1_000
