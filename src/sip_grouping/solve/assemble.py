"""From a solution of the model to a grouping: copies become members, cells become groups.

Comes in: the values of a solution. Goes out: the members and role holders of every group, or the
cells that could not be split; and from those, a `Grouping` with all its figures and reasons.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Role, Track
from sip_grouping.geography.distance import distances_m
from sip_grouping.grouping import (
    Group,
    Grouping,
    Placement,
    ScoreTerms,
    Status,
    relative_gap,
    rounded_mean_m,
    safe_group_id,
)
from sip_grouping.problem import VIDEO, Cell, Problem
from sip_grouping.problem.classes import may_hold
from sip_grouping.solve.formulation import HELD_ROLES, Formulation
from sip_grouping.solve.reasons import left_out
from sip_grouping.solve.split import NEAR_WORK_LIMIT, SHARED_WORK, split_cell
from sip_grouping.solve.task import CellTask, Company, SplitGroup

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Division:
    """The groups of every cell in use, and the cells that could not be split."""

    groups: Mapping[int, tuple[SplitGroup, ...]]
    failed: tuple[int, ...]


class Splitter:
    """Splits the cells of one formulation; remembers what it has split before."""

    def __init__(self, formulation: Formulation, seed: int) -> None:
        self._f = formulation
        self._seed = seed
        self._roles = may_hold(formulation.problem.edition)
        self._known: dict[tuple[object, ...], list[SplitGroup] | None] = {}
        members = formulation.problem.edition.members
        self._index = {member.member_id: i for i, member in enumerate(members)}

    @property
    def problem(self) -> Problem:
        """The problem whose solutions are split."""
        return self._f.problem

    def divides(self, values: Ints) -> bool:
        """Return whether the cells of a solution split into groups."""
        return all(
            self._split(cell, task) is not None for cell, task in self._tasks(values).items()
        )

    def divide(self, values: Ints) -> Division:
        """Return the groups of a solution; `values` has shape (columns,) or more."""
        groups: dict[int, tuple[SplitGroup, ...]] = {}
        failed: list[int] = []
        tasks = self._tasks(values)
        several = sum(task.groups > 1 for task in tasks.values())
        near_work = min(NEAR_WORK_LIMIT, SHARED_WORK / max(several, 1))
        for cell, task in tasks.items():
            found = self._split(cell, task, near_work)
            if found is None:
                failed.append(cell)
            else:
                groups[cell] = tuple(found)
        return Division(groups, tuple(failed))

    def _split(
        self, cell: int, task: CellTask, near_work: float | None = None
    ) -> list[SplitGroup] | None:
        key = (
            cell,
            near_work is not None,
            task.units,
            task.groups,
            tuple(sorted(task.must_hold.items())),
        )
        if key not in self._known:
            self._known[key] = split_cell(task, seed=self._seed, near_work=near_work)
        return self._known[key]

    def _tasks(self, values: Ints) -> dict[int, CellTask]:
        problem = self._f.problem
        placed = values[self._f.placed]
        opened = values[self._f.groups]
        used = [0] * len(problem.classes.copies)
        units: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        pair_units: dict[int, list[int]] = {}
        for pair in np.flatnonzero(placed).tolist():
            owner, cell = int(problem.pair_class[pair]), int(problem.pair_cell[pair])
            copies, amount = problem.classes.copies[owner], int(placed[pair])
            first = used[owner] if len(copies) > 1 else 0
            chosen = copies[first : first + amount]
            used[owner] = first + amount
            pair_units[pair] = list(range(len(units[cell]), len(units[cell]) + len(chosen)))
            units[cell] += chosen
        apart = self._apart(pair_units)
        held = self._held(values)
        return {
            cell: self._task(cell, int(opened[cell]), units[cell], apart[cell], held)
            for cell in sorted(units)
        }

    def _apart(self, pair_units: dict[int, list[int]]) -> dict[int, list[tuple[int, int]]]:
        problem = self._f.problem
        apart: dict[int, list[tuple[int, int]]] = defaultdict(list)
        conflicts = zip(
            problem.conflict_first.tolist(), problem.conflict_second.tolist(), strict=True
        )
        for first, second in conflicts:
            if first in pair_units and second in pair_units:
                cell = int(problem.pair_cell[first])
                apart[cell] += [(a, b) for a in pair_units[first] for b in pair_units[second]]
        return apart

    def _held(self, values: Ints) -> dict[tuple[int, int], Role] | None:
        """Return the roles chosen by the model by (cell, member); None where splitting chooses."""
        holders = self._f.holders
        if holders is None:
            return None
        rows = np.flatnonzero(values[holders.column]).tolist()
        return {
            (int(holders.cell[row]), int(holders.member[row])): HELD_ROLES[int(holders.role[row])]
            for row in rows
        }

    def _task(
        self,
        number: int,
        groups: int,
        units: list[tuple[int, ...]],
        apart: list[tuple[int, int]],
        held: dict[tuple[int, int], Role] | None,
    ) -> CellTask:
        problem = self._f.problem
        edition = problem.edition
        cell = problem.cells[number]
        members = [member for unit in units for member in unit]
        if held is None:
            ids = {member: edition.members[member].member_id for member in members}
            roles = {m: self._roles[ids[m]] for m in members if ids[m] in self._roles}
            pinned = {pin.member_id: pin.role for pin in edition.pins if pin.role}
            must = {m: pinned[i] for m, i in ids.items() if pinned.get(i) in HELD_ROLES}
        else:
            must = {m: held[number, m] for m in members if (number, m) in held}
            roles = {member: frozenset({role}) for member, role in must.items()}
        local = cell.track is Track.LOCAL
        position = {m: edition.position(edition.members[m]) for m in members} if local else None
        return CellTask(
            units=tuple(units),
            groups=groups,
            size_min=cell.size_min,
            size_max=cell.size_max,
            moderators=cell.rules.moderators,
            secretaries=cell.rules.secretaries,
            may_hold=roles,
            must_hold=must,
            position=position,
            apart=tuple(apart),
            company=self._company(cell, units) if held is not None else (),
        )

    def _company(self, cell: Cell, units: list[tuple[int, ...]]) -> tuple[Company, ...]:
        """Return who must share one group of the cell by a pin that this cell can keep."""
        problem = self._f.problem
        unit_of = {member: number for number, unit in enumerate(units) for member in unit}
        found: list[Company] = []
        for pin in problem.edition.pins:
            if (pin.theme, pin.track, pin.place) != (
                cell.theme,
                cell.track,
                problem.place_id(cell),
            ):
                continue
            people = [self._index[who] for who in (pin.member_id, *pin.with_members)]
            if pin.with_members and all(who in unit_of for who in people):
                together = tuple(sorted({unit_of[who] for who in people}))
                found.append(Company(together, people[0], pin.role))
        return tuple(found)


@dataclass(frozen=True)
class Claims:
    """What is claimed of a grouping besides its groups."""

    bound: int | None
    seed: int
    settings: Mapping[str, JsonValue]
    versions: Mapping[str, str]
    pins: tuple[Pin, ...] = ()


def assemble(
    problem: Problem, groups: Mapping[int, tuple[SplitGroup, ...]], claims: Claims
) -> Grouping:
    """Return the grouping of the split cells, with every figure and reason."""
    edition = problem.edition
    order = {theme.id: number for number, theme in enumerate(edition.themes)}
    opened = sorted(
        ((problem.cells[cell], group) for cell, found in groups.items() for group in found),
        key=lambda one: (order[one[0].theme], one[0].track, one[0].place, one[1].members),
    )
    numbers: dict[str, int] = defaultdict(int)
    records: list[Group] = []
    placements: dict[str, list[Placement]] = defaultdict(list)
    for cell, split in opened:
        stem = safe_group_id(f"{cell.theme}-{problem.place_id(cell) or 'video'}")
        numbers[stem] += 1
        group_id = f"{stem}-{numbers[stem]}"
        travel = _travel(problem, cell, split)
        records.append(_group(problem, cell, split, group_id, travel))
        for member, metres in zip(split.members, travel, strict=True):
            answers = edition.members[member]
            placements[answers.member_id].append(
                Placement(
                    member_id=answers.member_id,
                    group_id=group_id,
                    role=_role(split, member),
                    theme=cell.theme,
                    rank=answers.themes.index(cell.theme) + 1,
                    track=cell.track,
                    travel_m=metres if cell.track is Track.LOCAL else None,
                )
            )
    placed = tuple(
        one for member in edition.members for one in placements.get(member.member_id, ())
    )
    terms = score_terms(edition, placed, len(records))
    optimal = claims.bound == terms.total
    return Grouping(
        edition_name=edition.name,
        edition_digest=edition.digest,
        edition_digests=edition.digests,
        edition_entries=edition.kept_entries,
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        group_records=tuple(records),
        placements=placed,
        left_out=left_out(problem, placements.keys(), optimal=optimal),
        score_thousandths=terms.total,
        score_terms=terms,
        bound_thousandths=claims.bound,
        gap=relative_gap(terms.total, claims.bound),
        pins=claims.pins,
        seed=claims.seed,
        settings=claims.settings,
        versions=claims.versions,
    )


def score_terms(edition: Edition, placements: tuple[Placement, ...], groups: int) -> ScoreTerms:
    """Return the terms of the score of some placements in `groups` groups, in thousandths."""
    score = edition.score
    by_video = (
        one.track is Track.VIDEO and edition.member_by_id[one.member_id].local for one in placements
    )
    return ScoreTerms(
        rank=sum(score.rank_thousandths(one.rank) for one in placements),
        travel=sum(
            score.travel_thousandths(one.travel_m) for one in placements if one.travel_m is not None
        ),
        video=sum(by_video) * score.video_thousandths,
        groups=groups * score.group_thousandths,
    )


def _travel(problem: Problem, cell: Cell, split: SplitGroup) -> list[int]:
    if cell.place == VIDEO:
        return [0] * len(split.members)
    place = problem.places[cell.place]
    edition = problem.edition
    homes = np.array([edition.position(edition.members[member]) for member in split.members])
    metres = distances_m(homes[:, 0], homes[:, 1], place.latitude, place.longitude)
    return [int(one) for one in metres]


def _group(
    problem: Problem, cell: Cell, split: SplitGroup, group_id: str, travel: list[int]
) -> Group:
    edition = problem.edition
    members = [edition.members[member] for member in split.members]
    local = cell.place != VIDEO
    place = problem.places[cell.place] if local else None
    ids = {
        role: tuple(sorted(edition.members[m].member_id for m in held))
        for role, held in ((Role.MODERATOR, split.moderators), (Role.SECRETARY, split.secretaries))
    }
    return Group(
        group_id=group_id,
        theme=cell.theme,
        track=cell.track,
        place=place.place_id if place else "",
        place_name=place.name if place else "",
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        language=_shared(cell.rules.shared_language, cell.language, [m.languages for m in members]),
        slot=_shared(cell.rules.shared_slot, cell.slot, [m.slots for m in members]),
        size=len(members),
        moderators=ids[Role.MODERATOR],
        secretaries=ids[Role.SECRETARY],
        mean_travel_m=rounded_mean_m(travel) if local else None,
        max_travel_m=max(travel) if local else None,
        spread_m=_spread(edition, members) if local else None,
    )


def _shared(wanted: bool, preferred: str, listed: list[tuple[str, ...]]) -> str:
    """Return a code that every member lists or takes: the cell's own if it is one, else the first."""
    own = [set(codes) for codes in listed if codes]
    if not wanted or not own:
        return ""
    shared = set.intersection(*own)
    return preferred if preferred in shared else min(shared)


def _spread(edition: Edition, members: list[Member]) -> int:
    homes = np.unique(np.array([edition.position(member) for member in members]), axis=0)
    first, second = np.triu_indices(len(homes), k=1)
    if not len(first):
        return 0
    return int(
        distances_m(homes[first, 0], homes[first, 1], homes[second, 0], homes[second, 1]).max()
    )


def _role(split: SplitGroup, member: int) -> Role:
    if member in split.moderators:
        return Role.MODERATOR
    return Role.SECRETARY if member in split.secretaries else Role.MEMBER
