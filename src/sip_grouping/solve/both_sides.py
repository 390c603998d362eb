"""Both sides of a gap in rounds: better groups, or a lower bound, two ways at a time.

Comes in: a `Formulation` with weekly slots, its model, what makes it tighter, a `Run`. Goes out: `BothSides`,
which goes on where it was: better and better solutions; bounds go to the run.

Three ways close a gap: neighbourhoods of the best solution are solved anew (`improve`), the prices of regions
are made better (`at_prices`), and branch and bound looks at what is left (`branch`). Which has most to gain,
and for how long, hangs on the edition: prices close the gap steadily and less and less, neighbourhoods by
leaps after long whiles of nothing, the tree next to nothing until little is left. In each round the two that
have gained most for their work, go on side by side.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import inf

import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import relative_gap
from sip_grouping.solve.at_prices import AtPrices
from sip_grouping.solve.branch import Planted
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.improve import Improver
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.pseudocosts import NOTHING_LEARNED, Key, Learned
from sip_grouping.solve.run import Run
from sip_grouping.solve.side_by_side import Share, side_by_side
from sip_grouping.solve.tighten import Tightening

Ints = NDArray[np.int64]

OF_A_ROUND = 4.0
"""Work of a side in a round at least: some neighbourhoods, or some looks at new prices. Where the last round
of the side beside it took longer, it works so long too."""

OF_FIRST_PRICES = 8.0
"""Work that the first look at prices is likely to take, cuts of the LP with it."""

AT_A_TIME = 2
"""So many sides work at the same time."""

LOOK_BACK = 2
"""By so many rounds a side is judged: new prices may be worse and lead to better ones."""

OF_A_TREE = 16.0
"""Work that the tree is given before it is judged: until it has come back from its first plunges it proves
nothing."""

LEAST_RATE = 0.004
"""A side ends where it has closed less than this part of the gap per unit of work; of neighbourhoods so
much is hoped for in any case, until they have had nothing for as long as they are given."""


@dataclass
class _Side:
    """One way to close a gap.

    Attributes
    ----------
    turn
        Goes on from the best solution, with so much work; returns better solutions, each better than the
        last.
    takes
        Work that its next round is likely to take.
    rounds
        What the last rounds have gained, and how much work they took.
    idle
        Work since it has gained something.
    ended
        Whether there is nothing left to do.
    judged_after
        Work that it is given before it is judged.
    """

    share: Share
    turn: Callable[[Ints, float], list[Ints]]
    takes: float = OF_A_ROUND
    rounds: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=LOOK_BACK))
    idle: float = 0.0
    ended: bool = False
    judged_after: float = 0.0
    _given: float = 0.0

    def begin(self) -> None:
        """Forget what was gained: another beginning, another hope."""
        self.rounds.clear()
        self.idle, self.ended = 0.0, False

    def add(self, gained: int) -> None:
        """Add a round, of which the share knows the work."""
        work = self.takes = self.share.work
        self._given += work
        self.rounds.append((gained, work))
        self.idle = 0.0 if gained > 0 else self.idle + work

    @property
    def rate(self) -> float:
        """What a unit of work has gained; infinite until there is something to judge by."""
        if len(self.rounds) < LOOK_BACK or self._given < self.judged_after:
            return inf
        return sum(one for one, _ in self.rounds) / max(sum(work for _, work in self.rounds), 1e-9)


class BothSides:
    """Better groups and lower bounds, in rounds.

    Attributes
    ----------
    prices
        None before the first round of prices.
    tree
        None before it has been planted: that takes a model with cuts, which prices come with.
    """

    def __init__(
        self,
        f: Formulation,
        arrays: LinearArrays,
        tight: Tightening,
        run: Run,
        plant: Callable[[int, Mapping[Key, Learned]], Planted],
        *,
        whole: bool,
    ) -> None:
        """Prepare.

        Parameters
        ----------
        plant
            Returns a tree over what is better than an objective, given what branching has cost elsewhere.
        whole
            Whether every solution splits into groups, so that its value can be told at once.
        """
        self._f, self._arrays, self._tight, self._run = f, arrays, tight, run
        self._plant = plant
        self._whole = whole
        self.prices: AtPrices | None = None
        self.tree: Planted | None = None
        self._groups = _Side(Share(run), self._better_groups)
        self._priced = _Side(Share(run), self._better_prices, OF_FIRST_PRICES)
        self._branched = _Side(Share(run), self._less_left, judged_after=OF_A_TREE)
        self._improver = Improver(f, arrays, self._groups.share, whole=whole)

    def rounds(self, best: Ints, patience: float, enough: float) -> Iterator[Ints]:
        """Yield better solutions than `best`, shape (columns,), until no side has much to gain.

        Parameters
        ----------
        patience
            Neighbourhoods end once so much work has brought nothing better.
        enough
            With a relative gap of no more than this all end.
        """
        run = self._run
        sides = (self._groups, self._priced, self._branched)
        for side in sides:
            side.begin()
        while not run.stopped():
            gap = relative_gap(self._value(best), run.bound)
            if gap is None or gap <= max(run.limits.gap, enough):
                return
            hopes = [self._hope(side, self._left(best), patience) for side in sides]
            order = sorted(range(len(sides)), key=lambda number: -hopes[number])
            chosen = [sides[number] for number in order[:AT_A_TIME] if hopes[number] > 0]
            if not chosen:
                return
            value, bound = self._value(best), run.bound
            # A look at prices cannot be cut short: who works beside it has as long.
            prices = any(one is self._priced for one in chosen)
            work = max(OF_A_ROUND, self._priced.takes) if prices else OF_A_ROUND
            found = side_by_side(
                run, [(one.share, partial(one.turn, best, work)) for one in chosen]
            )
            for side, solutions in zip(chosen, found, strict=True):
                lowered = 0 if bound is None else bound - (side.share.bound or bound)
                raised = self._value(solutions[-1]) - value if solutions else 0
                side.add(raised + lowered)
                # It has looked at all that it looks at.
                looks = side is self._groups
                side.ended |= looks and not solutions and side.share.work < work
            for values in sorted((one for some in found for one in some), key=self._value):
                if self._value(values) > self._value(best):
                    best = values
                    if self._whole:
                        run.told(self._value(best))
                    yield best

    def _hope(self, side: _Side, left: int, patience: float) -> float:
        """Return what a side is likely to gain for a unit of work; 0 where it is to end."""
        if side.ended or (side is self._branched and not self._tight.is_cut):
            return 0.0
        least = LEAST_RATE * left
        if side is self._groups:
            return max(side.rate, least) if side.idle < patience else 0.0
        return side.rate if side.rate >= least else 0.0

    def _better_groups(self, best: Ints, work: float) -> list[Ints]:
        return list(self._improver.improve(best, work))

    def _better_prices(self, best: Ints, _work: float) -> list[Ints]:
        """Begin with the prices of the LP with cuts: they prove far more than those of the LP alone."""
        if self.prices is None:
            share = self._priced.share
            self._tight.cut(self._value(best), share)
            model, duals = self._tight.arrays, self._tight.relaxation.duals
            self.prices = AtPrices(self._f, model, duals, share, whole=self._whole)
        found = list(self.prices.turn(best, OF_A_ROUND))
        self._priced.ended |= self.prices.ended
        return found

    def _less_left(self, best: Ints, work: float) -> list[Ints]:
        """Let the tree grow."""
        known, share = self._value(best), self._branched.share
        if self.tree is None:
            learned = NOTHING_LEARNED if self.prices is None else self.prices.learned()
            self.tree = self._plant(known, learned)
        found = [one.values for one in self.tree.grow(share, known, work)]
        left = self.tree.bound
        reached = self._value(found[-1]) if found else known
        share.lower_bound(reached if left is None else max(reached, left))
        self._branched.ended |= left is None or left <= reached
        return found

    def _value(self, values: Ints) -> int:
        return int(self._arrays.objective @ values)

    def _left(self, best: Ints) -> int:
        """Return what is left between the bound and the best."""
        return 0 if self._run.bound is None else self._run.bound - self._value(best)
