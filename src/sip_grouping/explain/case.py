"""One edition that is asked about: its best score, and who or what is in a best grouping of it.

Comes in: an `Edition`, limits. Goes out: `Case`, which builds its model once, and `Cases`, the edition
as it is and with changes, each made once. Conditions are about members in kinds of group, and groups of
a kind.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Track
from sip_grouping.errors import InputError
from sip_grouping.explain.changes import Change, change_record
from sip_grouping.explain.changing import changed
from sip_grouping.geography import PostcodeTable
from sip_grouping.grouping import Grouping, Reason
from sip_grouping.problem.places import CandidatePlace, candidate_places
from sip_grouping.solve.best import Allowance, Best, Condition
from sip_grouping.solve.run import Limits

if TYPE_CHECKING:
    from sip_grouping.problem import Problem
    from sip_grouping.problem.chances import Chances, Pool
    from sip_grouping.solve.conditions import Conditions

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of group; what is left out may be any. `place`: an id, empty by video."""

    theme: str | None = None
    track: Track | None = None
    place: str | None = None

    def fits(self, theme: str, track: Track, place: str) -> bool:
        """Return whether a theme, track and place are of this kind."""
        return (
            self.theme in {None, theme}
            and self.track in {None, track}
            and self.place in {None, place}
        )


ANY = Kind()


class Case:
    """One edition and its best scores under conditions."""

    def __init__(
        self,
        edition: Edition,
        limits: Limits,
        start: Grouping | None = None,
        like: "Case | None" = None,
        allowance: Allowance | None = None,
    ) -> None:
        """Prepare; `like`: an edition much like this one, of which something is known already."""
        self._allowance = allowance
        self.edition = edition
        self._like = like
        self._limits = limits
        self._start = start
        self._answers: dict[tuple[object, ...], Best] = {}

    @cached_property
    def problem(self) -> "Problem":
        """The problem of the edition."""
        from sip_grouping.problem import build_problem  # noqa: PLC0415 - large editions do without

        return build_problem(self.edition)

    @cached_property
    def places(self) -> tuple[CandidatePlace, ...]:
        """The candidate places of the edition, for which its model is not needed."""
        return candidate_places(self.edition)

    @cached_property
    def best(self) -> Best:
        """The best score."""
        start = self._start
        if start is not None and start.edition_digest == self.edition.digest:
            score = start.score_thousandths
            if score == start.bound_thousandths:
                return Best(score, score, grouping=start)
        return self.conditions.best(start=start)

    def placing(self, member_id: str, kind: Kind = ANY) -> Best:
        """Return the best score with a member in a group of a kind."""
        owner = self._owner(member_id)
        if owner < 0:
            # Who takes no part is in no group.
            return Best(infeasible=True)
        return self._asked((owner, kind), _of_copies(self.problem, member_id, kind))

    def surely_not(self, member_id: str, kind: Kind = ANY) -> bool:
        """Return whether no grouping has a member in a group of a kind, by counting alone."""
        problem = self.problem
        inside = _cells(problem, kind)[problem.pair_cell]
        return not bool((inside & (problem.pair_class == self._owner(member_id))).any())

    def has(self, member_id: str, kind: Kind = ANY) -> bool:
        """Return whether the best grouping that was found has a member, or one alike, in such a group."""
        return self.place_of(self.best, member_id, kind) is not None

    def cause(self, member_id: str, kind: Kind) -> Reason | None:
        """Return what counting shows all groups of a kind with a member to lack; None: it shows nothing."""
        lacks = [pool.lacks for pool in self.pools(member_id, kind)]
        common = frozenset.intersection(*lacks) if lacks else None
        return min(common, key=list(Reason).index) if common else None

    def pools(self, member_id: str, kind: Kind) -> Iterator["Pool"]:
        """Yield who could be in groups of a kind with a member."""
        for pool in self._chances.pools(self._owner(member_id)):
            theme = kind.theme is None or pool.kind.rules is self.edition.rules_of(kind.theme)
            if theme and kind.track in {None, pool.kind.track}:
                yield pool

    @cached_property
    def _chances(self) -> "Chances":
        from sip_grouping.problem.chances import Chances  # noqa: PLC0415

        return Chances(self.problem, range(len(self.problem.classes.count)))

    def opening(self, kind: Kind) -> Best:
        """Return the best score with a group of a kind."""
        return self._asked(("open", kind), _of_groups(kind, wanted=True))

    def closing(self, kind: Kind, most: int = 0) -> Best:
        """Return the best score with so many groups of a kind at most."""
        return self._asked(("closed", kind, most), _of_groups(kind, wanted=False, most=most))

    def place_of(
        self, best: Best, member_id: str, kind: Kind = ANY
    ) -> tuple[str, Track, str] | None:
        """Return theme, track and place at which a best grouping has a member, or somebody alike; or None."""
        groups = self._from_totals(best, member_id)
        if best.grouping is not None:
            groups = self._from_grouping(best.grouping, member_id)
        return next((one for one in groups if kind.fits(*one)), None)

    def _from_totals(self, best: Best, member_id: str) -> Iterator[tuple[str, Track, str]]:
        problem = self.problem
        pairs = np.zeros(0, dtype=np.int64) if best.pairs is None else best.pairs
        mine = pairs[problem.pair_class[pairs] == self._owner(member_id)]
        for number in problem.pair_cell[mine].tolist():
            cell = problem.cells[number]
            yield cell.theme, cell.track, problem.place_id(cell)

    def _from_grouping(
        self, grouping: Grouping, member_id: str
    ) -> Iterator[tuple[str, Track, str]]:
        of_class = self.problem.classes.alike(member_id)
        for one in grouping.placements:
            if one.member_id in of_class:
                yield one.theme, one.track, grouping.group_by_id[one.group_id].place

    @cached_property
    def conditions(self) -> "Conditions":
        """What is asked of the edition."""
        from sip_grouping.solve.conditions import Conditions  # noqa: PLC0415 - it loads the engine

        if self._like is not None:
            short = self._like.conditions.short
            return Conditions(self.problem, self._limits, short, self._allowance)
        known = None if self._start is None else self._start.score_thousandths
        return Conditions(self.problem, self._limits, 0, self._allowance, known)

    def _owner(self, member_id: str) -> int:
        return self.problem.classes.class_of_member.get(member_id, -1)

    def _asked(self, key: tuple[object, ...], condition: Condition) -> Best:
        if key not in self._answers:
            self._answers[key] = self.conditions.best(condition, self._start)
        return self._answers[key]


def _cells(problem: "Problem", kind: Kind) -> Bools:
    return np.array(
        [kind.fits(one.theme, one.track, problem.place_id(one)) for one in problem.cells],
        dtype=bool,
    )


def _of_copies(asked: "Problem", member_id: str, kind: Kind) -> Condition:
    """Return the condition that a member, or somebody alike, is in a group of a kind."""
    owner = asked.classes.class_of_member[member_id]

    def counts(problem: "Problem") -> tuple[Bools, Bools]:
        inside = _cells(problem, kind)[problem.pair_cell]
        return inside & (problem.pair_class == owner), np.zeros(len(problem.cells), dtype=bool)

    def reached(grouping: Grouping) -> int:
        groups, members = grouping.group_by_id, asked.classes.alike(member_id)
        return sum(
            kind.fits(one.theme, one.track, groups[one.group_id].place)
            for one in grouping.placements
            if one.member_id in members
        )

    return Condition(counts, True, reached)


def _of_groups(kind: Kind, *, wanted: bool, most: int = 0) -> Condition:
    """Return the condition that there are groups of a kind, or so many at most."""

    def counts(problem: "Problem") -> tuple[Bools, Bools]:
        return np.zeros(len(problem.pair_cell), dtype=bool), _cells(problem, kind)

    def reached(grouping: Grouping) -> int:
        return sum(kind.fits(one.theme, one.track, one.place) for one in grouping.group_records)

    return Condition(counts, wanted, reached, most)


class Cases:
    """An edition as it is and with changes; each is made and solved once."""

    def __init__(
        self,
        edition: Edition,
        limits: Limits,
        start: Grouping,
        postcodes: PostcodeTable,
        allowance: Allowance | None = None,
    ) -> None:
        self.allowance = allowance or Allowance()
        self.now = Case(edition, limits, start, allowance=self.allowance)
        self.limits = limits
        self._start = start
        self._postcodes = postcodes
        self._made: dict[str, Case | None] = {}

    def of(self, edition: Edition) -> "Cases":
        """Return another edition, to be changed as this one is and at the cost of the same allowance."""
        return Cases(edition, self.limits, self._start, self._postcodes, self.allowance)

    def with_changes(self, changes: Sequence[Change]) -> Case | None:
        """Return the edition with changes; None where it would be none."""
        key = json.dumps([change_record(one) for one in changes], sort_keys=True)
        if key not in self._made:
            try:
                edition = changed(self.now.edition, changes, postcodes=self._postcodes)
            except InputError:
                self._made[key] = None
            else:
                self._made[key] = Case(edition, self.limits, self._start, self.now, self.allowance)
        return self._made[key]


def difference(best: Best, now: Best) -> int | None:
    """Return the difference of two scores; None where one of both is not proven."""
    if not (best.proven and now.proven) or best.value is None or now.value is None:
        return None
    return best.value - now.value
