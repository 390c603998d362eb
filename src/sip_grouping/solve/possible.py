"""Whether a group of a kind with certain members can exist: a close look where counting allows it.

Comes in: a `Pool` in which counting shows no lack. Goes out: yes, no, or None where that was not decided.
A group built step by step says yes in most cases; else CP-SAT decides exactly. Work is limited by
numbers, not by a clock, so that the same edition gives the same answers.
"""

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from sip_grouping.grouping import Reason
from sip_grouping.problem.chances import Chances, Pool
from sip_grouping.problem.needs import ROLE_NEEDS

Ints = NDArray[np.int64]

MOST_UNITS = 150
"""Larger pools get no exact look. The verifier decides pools of far fewer members exactly."""

MOST_LOOKS = 2_000
MOST_STEPWISE_UNITS = 30_000_000
_WORK_LIMIT = 2.0
_NEAREST = 400
_NEAREST_PER_NEED = 40


class CloseLook:
    """Close looks at pools, limited in number all together."""

    def __init__(self, chances: Chances) -> None:
        self._chances = chances
        self._looks = MOST_LOOKS
        self._stepwise_units = MOST_STEPWISE_UNITS

    def possible(self, pool: Pool) -> bool | None:
        """Return whether a group of the pool's kind with the pool's owner can exist; None: not decided."""
        if self._stepwise_units > 0 and self._built_stepwise(pool):
            return True
        if len(pool.classes) > MOST_UNITS or self._looks <= 0:
            return None
        self._looks -= 1
        return self._exactly(pool)

    def _built_stepwise(self, pool: Pool) -> bool:
        """Return whether a group was found by adding one copy at a time: what lacks first, near first."""
        chances = self._chances
        near = self._near(pool)
        classes, copies = pool.classes[near], pool.copies[near].copy()
        lacks = chances.lacks
        brought = np.array([chances.brought(need, classes) for need in range(len(lacks))])
        lacking = np.array([need.wanted(pool.kind.rules, pool.kind.track) for need in lacks])
        # Seats may fill up, so members for the size alone come last.
        weight = np.array([1 if one.reason is Reason.TOO_FEW else 1_000_000 for one in lacks])
        bound = chances.bound(classes)
        taken = np.zeros(len(bound), dtype=np.int64)
        sizes, room = chances.sizes(classes), pool.kind.size_max
        unit = int(np.flatnonzero(classes == pool.owner)[0])
        while True:
            self._stepwise_units -= len(classes)
            room -= int(sizes[unit])
            copies[unit] -= 1
            lacking = np.maximum(lacking - brought[:, unit], 0)
            if room < 0 or not lacking.any():
                return room >= 0
            taken += bound[:, unit]
            copies[chances.conflicts(pool.kind, int(classes[unit]), classes)] = 0
            copies[~chances.seated(pool.kind, taken, classes)] = 0
            gain = weight @ np.minimum(brought, np.minimum(lacking, 1)[:, None])
            gain[(copies == 0) | (sizes > room)] = 0
            unit = int(gain.argmax())
            if not gain[unit]:
                return False

    def _near(self, pool: Pool) -> Ints:
        """Return the units of a pool to build a group of, nearest to its owner first."""
        if pool.kind.spread_m is None:
            return np.arange(len(pool.classes))
        ways = self._chances.farthest_m(pool.owner, pool.classes)
        order = np.argsort(ways, kind="stable").astype(np.int64)
        kept = np.zeros(len(order), dtype=bool)
        kept[:_NEAREST] = True
        for need in range(len(self._chances.lacks)):
            brings = self._chances.brought(need, pool.classes[order]) > 0
            kept |= brings & (np.cumsum(brings) <= _NEAREST_PER_NEED)
        return np.asarray(order[kept | (pool.classes[order] == pool.owner)])

    def _exactly(self, pool: Pool) -> bool | None:
        chances, classes = self._chances, pool.classes
        model = cp_model.CpModel()
        placed = [model.new_int_var(0, copies, "") for copies in pool.copies.tolist()]
        used = [
            variable if copies == 1 else model.new_bool_var("")
            for variable, copies in zip(placed, pool.copies.tolist(), strict=True)
        ]
        for variable, any_of_it, copies in zip(placed, used, pool.copies.tolist(), strict=True):
            if copies > 1:
                model.add(variable <= copies * any_of_it)
        model.add(placed[int(np.flatnonzero(classes == pool.owner)[0])] >= 1)
        for unit in range(len(classes)):
            later = classes[unit + 1 :]
            for step in np.flatnonzero(
                chances.conflicts(pool.kind, int(classes[unit]), later)
            ).tolist():
                model.add_at_most_one(used[unit], used[unit + 1 + step])
        for number, need in enumerate(chances.lacks):
            total = cp_model.LinearExpr.weighted_sum(
                placed, chances.brought(number, classes).tolist()
            )
            model.add(total >= need.wanted(pool.kind.rules, pool.kind.track))
        for role_need, bound in zip(ROLE_NEEDS, chances.bound(classes), strict=True):
            holders = cp_model.LinearExpr.weighted_sum(placed, bound.tolist())
            model.add(holders <= role_need.wanted(pool.kind.rules))
        members = cp_model.LinearExpr.weighted_sum(placed, chances.sizes(classes).tolist())
        model.add(members <= pool.kind.size_max)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = _WORK_LIMIT
        solver.parameters.catch_sigint_signal = False
        status = solver.solve(model)
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return True
        return False if status == cp_model.INFEASIBLE else None
