"""Cutting the LP relaxation with rows of its own tableau, until they no longer lower the bound.

Comes in: a model with its solved LP, a `Run`. Goes out: the model with the cuts that bind, its LP relaxation,
and the LP to dive in; bounds go to the run. Few rounds close most of what the LP leaves open where groups are
many and members are near several of them. Every engine sees the cuts, and the bound stays exact. They are no
part of a certificate (`certify`), whose rows are single rules of the edition.
"""

import logging
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sip_grouping.solve.cutting import different, with_binding
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.relaxed import Relaxed
from sip_grouping.solve.run import Run
from sip_grouping.solve.tableau import tableau_cuts
from sip_grouping.solve.zero_half import Cut

_logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]

MOST_ROUNDS = 12
"""So many rounds of cuts at most."""

LEAST_GAIN = 0.01
"""It ends after a round that lowers the bound by less than this part of what all have."""

WORK_PER_NONZERO = 1.5e-6
"""Work of a round for each nonzero of the model."""


LONGEST_SHARE = 0.25
"""Cuts that have more nonzeros than this part of the model's do not become rows of it."""


@dataclass(frozen=True)
class CutLp:
    """A model with cuts, of the same columns and with the same whole solutions, and its LP relaxation."""

    arrays: LinearArrays
    relaxed: Relaxed


def cut_lp(arrays: LinearArrays, relaxed: Relaxed, run: Run) -> CutLp:
    """Return a model with cuts, as far as they help; the one that was given where they do not."""
    lp, relaxation = relaxed.lp, relaxed.relaxation
    if lp is None:
        return CutLp(arrays, relaxed)
    # The basis may be that of a dive.
    values, duals = lp.solve(run), relaxation.duals
    if values is None:
        return CutLp(arrays, relaxed)
    cuts: list[Cut] = []
    bounds = [lp.objective]
    while len(bounds) <= MOST_ROUNDS and not run.stopped():
        new = different(tableau_cuts(lp.basis(values)), arrays.columns)
        run.work += WORK_PER_NONZERO * arrays.matrix.nnz
        if not new:
            break
        lp.add_cuts(new)
        solved = lp.solve(run)
        if solved is None:
            # What the rounds before have is kept.
            break
        cuts += new
        values, duals = solved, lp.duals()
        bounds.append(lp.objective)
        if bounds[-2] - bounds[-1] <= LEAST_GAIN * (bounds[0] - bounds[-1]):
            break
    found = with_binding(arrays, cuts, duals, values)
    if found is None or found.relaxation.bound >= relaxation.bound:
        return CutLp(arrays, relaxed)
    whole, proven, rows = found.arrays, found.relaxation, arrays.matrix.shape[0]
    binding = whole.matrix.shape[0] - rows
    _logger.info("%d cuts, %d of them bind: bound %d", len(cuts), binding, proven.bound)
    run.lower_bound(proven.bound)
    if whole.matrix.nnz - arrays.matrix.nnz > LONGEST_SHARE * arrays.matrix.nnz:
        # Losses are those of the cuts; as rows such long ones only make every later step slower.
        bare = replace(proven, duals=proven.duals[:rows], multipliers=proven.multipliers[:rows])
        return CutLp(arrays, Relaxed(bare, lp))
    return CutLp(whole, Relaxed(proven, lp))
