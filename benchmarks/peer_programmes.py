"""General solvers on the model of the file contract, group by group: textbook CP-SAT, and SCIP.

Comes in: an edition, seconds for all of it. Goes out: a `Proposal`. A binary per member and possible
group and one per possible group, as `tests/campaigns/independent_mip.py` writes them; it shares no code
with the engine. CP-SAT gets them as a textbook has them: sizes between limits where the group is open,
without a row that ties each member to its group (links) and without an order of alike groups. SCIP gets
all rows. One thread each.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from campaigns.independent_mip import Programme, Seat
from campaigns.rule_book import RuleBook
from grouping_builder import GroupWanted
from ortools.sat.python import cp_model

from benchmarks.peer_judge import Proposal, needed, versions_of
from sip_grouping import Edition
from sip_grouping.edition.records import Role


@dataclass
class Written(Programme):
    """The programme, which keeps what its columns mean."""

    opened: list[int] = field(default_factory=list)
    seat: dict[Seat, int] = field(default_factory=dict)
    held: dict[tuple[int, int, Role], int] = field(default_factory=dict)

    def _roles(self, opened: list[int], seat: dict[Seat, int]) -> dict[tuple[int, int, Role], int]:
        self.opened, self.seat = opened, seat
        self.held = super()._roles(opened, seat)
        return self.held

    def groups_of(self, values: Sequence[int]) -> tuple[GroupWanted, ...]:
        """Return the groups of a solution: those with members."""
        inside: dict[int, list[str]] = {}
        for (member, number), column in self.seat.items():
            if values[column]:
                inside.setdefault(number, []).append(self.book.members[member].member_id)
        return tuple(self._group(number, ids, values) for number, ids in inside.items())

    def _group(self, number: int, ids: list[str], values: Sequence[int]) -> GroupWanted:
        kind = self.groups[number]

        def holders(role: Role) -> list[str]:
            return [
                self.book.members[member].member_id
                for (member, group, held), column in self.held.items()
                if (group, held) == (number, role) and values[column]
            ]

        return GroupWanted(
            theme=kind.theme,
            track=kind.track.value,
            place=kind.place,
            members=ids,
            moderators=holders(Role.MODERATOR),
            secretaries=holders(Role.SECRETARY),
            language=kind.language,
            slot=kind.slot,
        )


class Textbook(Written):
    """The same without links, and without an order of alike groups."""

    def _links(self, opened: int, inside: Mapping[int, float]) -> None:
        """None: sizes alone keep members out of groups that are not open."""

    def _ordered(
        self, first: int, second: int, before: Mapping[int, float], inside: Mapping[int, float]
    ) -> None:
        """None: any of the copies may be open, and larger."""


def textbook_cp_sat(edition: Edition, seconds: float, seed: int) -> Proposal:
    """Solve the textbook model with CP-SAT."""
    began = time.perf_counter()
    programme = Textbook(RuleBook(edition))
    programme.build()
    model = cp_model.CpModel()
    columns = [model.new_bool_var("") for _ in programme.gains]
    for terms, low, high in programme.rows:
        if terms:
            total = sum(int(factor) * columns[column] for column, factor in terms.items())
            least = int(low) if isfinite(low) else cp_model.INT_MIN
            most = int(high) if isfinite(high) else cp_model.INT_MAX
            model.add_linear_constraint(total, least, most)
    model.maximize(sum(g * x for g, x in zip(programme.gains, columns, strict=True) if g))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    versions = versions_of("ortools")
    left = seconds - (time.perf_counter() - began)
    if left <= 0:
        return Proposal((), "no time left", versions=versions)
    solver.parameters.max_time_in_seconds = left
    status = solver.solve(model)
    name = solver.status_name(status).lower()
    known = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    bound = None if status == cp_model.INFEASIBLE else solver.best_objective_bound / 1000
    groups = programme.groups_of([solver.value(one) for one in columns]) if known else ()
    return Proposal(groups, name, bound, versions)


def scip(edition: Edition, seconds: float, seed: int) -> Proposal:
    """Solve the model with all of its rows with SCIP."""
    pyscipopt = needed("pyscipopt", "pyscipopt")
    began = time.perf_counter()
    programme = Written(RuleBook(edition))
    programme.build()
    model = pyscipopt.Model()
    versions = versions_of("pyscipopt") | {"SCIP": str(model.version())}
    model.hideOutput()
    columns = [model.addVar(vtype="B", obj=gain / 1000) for gain in programme.gains]
    model.setMaximize()
    for terms, low, high in programme.rows:
        if terms:
            total = pyscipopt.quicksum(factor * columns[one] for one, factor in terms.items())
            if low == high:
                model.addCons(total == low)
            elif isfinite(low) and isfinite(high):
                model.addCons((low <= total) <= high)
            else:
                model.addCons(total >= low if isfinite(low) else total <= high)
    model.setParam("randomization/randomseedshift", seed)
    left = seconds - (time.perf_counter() - began)
    if left <= 0:
        return Proposal((), "no time left", versions=versions)
    model.setParam("limits/time", left)
    model.optimize()
    bound = model.getDualbound()
    if not model.getNSols():
        return Proposal((), model.getStatus(), bound if abs(bound) < 1e15 else None, versions)
    best = model.getBestSol()
    values = [round(model.getSolVal(best, one)) for one in columns]
    return Proposal(programme.groups_of(values), model.getStatus(), bound, versions)
