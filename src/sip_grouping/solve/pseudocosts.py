"""Pseudocosts: what branching on a column has cost so far, and is likely to cost again.

Comes in: what was lost when a column was branched on. Goes out: which columns are good to branch on. What
was learned of one model serves another in which the same columns are (`at_prices`: of its regions).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

RELIABLE = 4
"""A column branched on so often each way is judged by its pseudocosts alone."""

Key = tuple[int, ...]
"""What a column stands for: the columns of a model that it is the sum of, ascending."""

Learned = tuple[tuple[float, float], tuple[int, int]]
"""The mean cost of one group less and of one more, and how often each was seen."""

NOTHING_LEARNED: Mapping[Key, Learned] = MappingProxyType({})


class Costs:
    """Pseudocosts: what a column's change by one has cost so far, each way."""

    def __init__(self, columns: int) -> None:
        self._mean = np.zeros((columns, 2))
        self._times = np.zeros((columns, 2), dtype=np.int64)

    @classmethod
    def of(cls, keys: Sequence[Key], learned: Mapping[Key, Learned]) -> "Costs":
        """Return costs of so many columns, of which some are known from elsewhere."""
        costs = cls(len(keys))
        for column, key in enumerate(keys):
            if key in learned:
                costs._mean[column], costs._times[column] = learned[key]
        # What was seen elsewhere counts, and gives way to what is seen here.
        costs._times = np.minimum(costs._times, RELIABLE)
        return costs

    def seen(self, keys: Sequence[Key]) -> dict[Key, Learned]:
        """Return what is known of the columns that have been tried; `keys`: of all columns."""
        tried = np.flatnonzero(self._times.any(axis=1)).tolist()
        return {
            keys[column]: (
                (float(self._mean[column, 0]), float(self._mean[column, 1])),
                (int(self._times[column, 0]), int(self._times[column, 1])),
            )
            for column in tried
        }

    def learn(self, column: int, side: int, cost: float) -> None:
        """Add what was seen."""
        self._times[column, side] += 1
        self._mean[column, side] += (cost - self._mean[column, side]) / self._times[column, side]

    def reliable(self, column: int) -> bool:
        """Return whether a column has been tried often enough."""
        return bool(self._times[column].min() >= RELIABLE)

    def worth(self, columns: Ints, below: Floats) -> Floats:
        """Return how good it seems to branch on each, given their fractions."""
        known = self._times > 0
        usual = np.array(
            [
                self._mean[known[:, side], side].mean() if known[:, side].any() else 1.0
                for side in range(2)
            ]
        )
        cost = np.where(known[columns], self._mean[columns], usual)
        found: Floats = np.maximum(cost[:, 0] * below, 1.0) * np.maximum(
            cost[:, 1] * (1 - below), 1.0
        )
        return found
