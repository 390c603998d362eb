"""The LP relaxation of a formulation, and the LP to go on with.

Comes in: a `Formulation` and a `Run`. Goes out: `Relaxed`.
"""

from dataclasses import dataclass

from sip_grouping.solve.bound import LpRelaxation
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.lp import SiftedLp
from sip_grouping.solve.run import Run
from sip_grouping.solve.sifting import sifting_of

LARGE_PAIRS = 50_000
"""From so many pairs on the dive goes on until all groups are whole, and what is whole is fixed: the integer
solver would need longer for the rest than the dive."""


@dataclass(frozen=True)
class Relaxed:
    """The LP relaxation, and the LP that it comes from, to change and solve again; None without columns."""

    relaxation: LpRelaxation
    lp: SiftedLp | None


def relax(f: Formulation, arrays: LinearArrays, run: Run) -> Relaxed | None:
    """Solve the LP relaxation of a formulation; None without an optimum or when stopped."""
    lp = SiftedLp(sifting_of(f, arrays), arrays)
    values = lp.solve(run)
    relaxation = None if values is None else lp.relaxation(values)
    return None if relaxation is None else Relaxed(relaxation, lp)
