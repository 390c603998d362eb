"""Questions about the best score: under which condition, what is known of it, what may be spent on all.

Comes in: nothing. Goes out: `Condition`, `Best`, `Allowance`, the plain data of `conditions`, which loads the
engine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import Grouping

if TYPE_CHECKING:
    from sip_grouping.problem import Problem

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass
class Allowance:
    """Deterministic work of all questions together: what there may be, and what there was."""

    most: float = inf
    used: float = 0.0

    @property
    def left(self) -> float:
        """Work that is left; infinite without a limit."""
        return max(self.most - self.used, 0.0)

    @property
    def spent(self) -> bool:
        """Whether nothing may be asked any more."""
        return self.left <= 0


@dataclass(frozen=True)
class Condition:
    """Copies placed and groups opened, counted: at least one of them, or so many at most.

    Attributes
    ----------
    counts
        Of a problem: which pairs and which cells count, shape (pairs,) and (cells,).
    wanted
        Whether there is to be one at least; else there may be `most` at most.
    reached
        How many count in a grouping.
    """

    counts: Callable[["Problem"], tuple[Bools, Bools]]
    wanted: bool
    reached: Callable[[Grouping], int]
    most: int = 0


@dataclass(frozen=True)
class Best:
    """What is known of the best score under a condition; thousandths of a point.

    Attributes
    ----------
    value
        The best that was found; None: nothing was found.
    bound
        Nothing is better; None: nothing is proven, or, without a value, proven that there is nothing.
    infeasible
        Whether it is proven that no valid grouping keeps the condition.
    pairs
        Numbers of the pairs that are used; None where that is not known.
    grouping
        The grouping, where the engine made one.
    """

    value: int | None = None
    bound: int | None = None
    infeasible: bool = False
    pairs: Ints | None = None
    grouping: Grouping | None = None

    @property
    def proven(self) -> bool:
        """Whether value and bound are the same, or that there is none is proven."""
        return self.infeasible or (self.value is not None and self.value == self.bound)
