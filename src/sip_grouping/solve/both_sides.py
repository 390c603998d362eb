"""Both sides of a gap in rounds: better groups, or a lower bound, whichever is likely to close more of it.

Comes in: a `Formulation` with weekly slots, its model, what makes it tighter, a `Run`. Goes out: `BothSides`,
which goes on where it was: better and better solutions; bounds go to the run.

One round improves the best solution (`improve`), another makes the prices of regions better (`at_prices`).
Which of the two has more to gain, and for how long, hangs on the edition: prices close the gap steadily
and less and less, neighbourhoods by leaps after long whiles of nothing.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import relative_gap
from sip_grouping.solve.at_prices import AtPrices
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.improve import Improver
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.run import Run
from sip_grouping.solve.tighten import Tightening

Ints = NDArray[np.int64]

OF_GROUPS, OF_PRICES = 4.0, 0.1
"""Work of a round at least: some neighbourhoods, or one look at new prices."""

LOOK_BACK = 1, 3
"""By so many rounds groups and prices are judged: new prices may be worse and lead to better ones."""

LEAST_RATE = 0.004
"""Prices end where they have closed less than this part of the gap per unit of work; of neighbourhoods so
much is hoped for in any case, until they have had nothing for as long as they are given."""


@dataclass
class _Side:
    """What the last rounds of a side have gained, and how much work they took."""

    rounds: deque[tuple[int, float]]
    idle: float = 0.0
    ended: bool = False

    def add(self, gained: int, work: float) -> None:
        """Add a round."""
        self.rounds.append((gained, work))
        self.idle = 0.0 if gained > 0 else self.idle + work

    @property
    def rate(self) -> float:
        """What a unit of work has gained."""
        return sum(one for one, _ in self.rounds) / max(sum(work for _, work in self.rounds), 1e-9)


class BothSides:
    """Better groups and better prices, in rounds.

    Attributes
    ----------
    prices
        None before the first round of prices.
    """

    def __init__(
        self,
        f: Formulation,
        arrays: LinearArrays,
        tight: Tightening,
        run: Run,
        *,
        whole: bool,
    ) -> None:
        """Prepare; `whole`: every solution splits into groups, so that its value can be told at once."""
        self._f, self._arrays, self._tight, self._run = f, arrays, tight, run
        self._whole = whole
        self.prices: AtPrices | None = None
        self._improver = Improver(f, arrays, run, whole=whole)

    def rounds(self, best: Ints, patience: float, enough: float) -> Iterator[Ints]:
        """Yield better solutions than `best`, shape (columns,), until neither side has much to gain.

        Parameters
        ----------
        patience
            Neighbourhoods end once so much work has brought nothing better.
        enough
            With a relative gap of no more than this both end.
        """
        run = self._run
        groups, priced = (_Side(deque(maxlen=rounds)) for rounds in LOOK_BACK)
        while not run.stopped():
            gap = relative_gap(self._value(best), run.bound)
            if gap is None or gap <= max(run.limits.gap, enough):
                return
            by_groups, by_prices = self._expected(groups, priced, self._left(best), patience)
            if max(by_groups, by_prices) <= 0:
                return
            improves = by_groups >= by_prices
            if not improves:
                self.prices = self.prices or self._first_prices(best)
            begun, left = run.work, self._left(best)
            found = (
                self._improver.improve(best, OF_GROUPS)
                if improves or self.prices is None
                else self.prices.turn(best, OF_PRICES)
            )
            for values in found:
                best = values
                yield values
            gained, work = left - self._left(best), run.work - begun
            (groups if improves else priced).add(gained, work)
            # It has looked at all that it looks at.
            groups.ended |= improves and not gained and work < OF_GROUPS

    def _expected(
        self, groups: _Side, priced: _Side, left: int, patience: float
    ) -> tuple[float, float]:
        """Return what each side is likely to gain for a unit of work; 0 where it is to end."""
        least = LEAST_RATE * left
        hopes = groups.idle < patience and not groups.ended
        by_groups = max(groups.rate, least) if hopes else 0.0
        by_prices = priced.rate if len(priced.rounds) == LOOK_BACK[1] else inf
        if by_prices < least or (self.prices is not None and self.prices.ended):
            by_prices = 0.0
        if not groups.rounds:
            by_groups = inf
        return by_groups, by_prices

    def _first_prices(self, best: Ints) -> AtPrices:
        """Return the prices of the LP with cuts: they prove far more than those of the LP alone."""
        self._tight.cut(self._value(best))
        duals = self._tight.relaxation.duals
        return AtPrices(self._f, self._tight.arrays, duals, self._run, whole=self._whole)

    def _value(self, values: Ints) -> int:
        return int(self._arrays.objective @ values)

    def _left(self, best: Ints) -> int:
        """Return what is left between the bound and the best."""
        return 0 if self._run.bound is None else self._run.bound - self._value(best)
