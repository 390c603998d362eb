"""Whether a group of a kind with certain members can exist, for the verifier alone.

Comes in: a `Pool` in which counting shows no lack. Goes out: yes, no, or None where that is not decided:
pools of more than `MOST_MEMBERS`, and all after `MOST_LOOKS`. Exact looks are integer programs for HiGHS.
"""

import numpy as np
from numpy.typing import NDArray

from sip_grouping.verification.chances import Chances
from sip_grouping.verification.counting import MEMBERS, seats_left, wanted
from sip_grouping.verification.kinds import Pool

Ints = NDArray[np.int64]

MOST_MEMBERS = 40
MOST_LOOKS = 200
_MOST_NODES = 20_000
_OPTIMAL, _INFEASIBLE = 0, 2


class CloseLook:
    """Close looks at pools, limited in number all together."""

    def __init__(self, chances: Chances) -> None:
        self._chances = chances
        self._looks = MOST_LOOKS

    def possible(self, pool: Pool) -> bool | None:
        """Return whether a group of the pool's kind with its owner can exist; None: not decided."""
        chances = self._chances
        if chances.surely_possible(pool.owner, pool.kind) or self._built_stepwise(pool):
            return True
        members = int(chances.brings[pool.units, MEMBERS].sum())
        if members > MOST_MEMBERS or self._looks <= 0:
            return None
        self._looks -= 1
        return self._exactly(pool)

    def _built_stepwise(self, pool: Pool) -> bool:
        """Return whether adding the unit that brings most, again and again, ends in a group."""
        brings = self._chances.brings[pool.units]
        wants = wanted(pool.kind.rules, pool.kind.track)
        lacking = np.zeros(brings.shape[1], dtype=np.int64)
        for column, number in wants.values():
            lacking[column] = number
        free = np.ones(len(pool.units), dtype=bool)
        room, unit = pool.kind.size_max, int(np.searchsorted(pool.units, pool.owner))
        inside = np.zeros(brings.shape[1], dtype=np.int64)
        while True:
            room -= int(brings[unit, MEMBERS])
            lacking = np.maximum(lacking - brings[unit], 0)
            free[unit] = False
            inside += brings[unit]
            if not lacking.any():
                return room >= 0
            free &= ~self._chances.conflicts(pool.kind, int(pool.units[unit]), pool.units)
            free &= brings[:, MEMBERS] <= room
            free &= (seats_left(pool.kind.rules, inside + brings) >= 0).all(axis=-1)
            weight = np.where(np.arange(brings.shape[1]) == MEMBERS, 1, 1000)
            gain = np.where(free, np.minimum(brings, np.minimum(lacking, 1)) @ weight, 0)
            unit = int(gain.argmax())
            if not gain[unit]:
                return False

    def _exactly(self, pool: Pool) -> bool | None:
        # Loaded where it is needed, which is seldom: it takes as long as verifying a small grouping.
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415
        from scipy.sparse import coo_matrix  # noqa: PLC0415

        chances, units, kind = self._chances, pool.units, pool.kind
        brings = chances.brings[units].astype(float)
        totals = [
            LinearConstraint(brings[:, column], number, np.inf)
            for column, number in wanted(kind.rules, kind.track).values()
        ]
        totals.append(LinearConstraint(brings[:, MEMBERS], 0, kind.size_max))
        # Seats left are seats less what each unit takes of them.
        none = np.zeros(brings.shape[1], dtype=np.int64)
        seats = seats_left(kind.rules, none)
        taken = seats - seats_left(kind.rules, chances.brings[units])
        totals += [
            LinearConstraint(taken[:, role].astype(float), 0, int(number))
            for role, number in enumerate(seats)
            if taken[:, role].any()
        ]
        pairs = [
            (first, first + 1 + int(step))
            for first, unit in enumerate(units.tolist())
            for step in np.flatnonzero(chances.conflicts(kind, unit, units[first + 1 :]))
        ]
        if pairs:
            at = np.array(pairs)
            rows = np.repeat(np.arange(len(at)), 2)
            matrix = coo_matrix((np.ones(2 * len(at)), (rows, at.ravel())), (len(at), len(units)))
            totals.append(LinearConstraint(matrix.tocsr(), 0, 1))
        result = milp(
            np.zeros(len(units)),
            integrality=np.ones(len(units), dtype=np.int64),
            bounds=Bounds((units == pool.owner).astype(float), np.ones(len(units))),
            constraints=totals,
            options={"node_limit": _MOST_NODES},
        )
        if result.status == _OPTIMAL:
            return True
        return False if result.status == _INFEASIBLE else None
