"""A certificate, matched with its edition: who its classes are, what its columns stand for.

Comes in: `Facts` and a `Certificate`. Goes out: `Certified`, in which every check looks up columns and what
members bring, or violations where a class or a column stands for nothing. Written from docs/ledger.md and
the file contract, not from the engine.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Rules, Track
from sip_grouping.grouping.certificate import Certificate
from sip_grouping.rules import CertificateRuleId
from sip_grouping.verification.certified_met import Met
from sip_grouping.verification.chances import Chances
from sip_grouping.verification.counting import MEMBERS, lacks_where
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.kinds import Kind
from sip_grouping.verification.violation import Violation, violation

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

KindKey = tuple[str, str, str]
"""Theme, track and place; empty for video."""

ROLES = (Role.MODERATOR, Role.SECRETARY)
_LENGTHS = {"groups": 1, "placed": 2, "used": 1, "holds": 4, "plain": 3, "again": 2, "steps": 3}


@dataclass(frozen=True)
class Certified:
    """A certificate whose classes and columns are those of an edition."""

    facts: Facts
    certificate: Certificate

    @property
    def edition(self) -> Edition:
        """The edition, with the pins of the call."""
        return self.facts.edition

    @cached_property
    def chances(self) -> Chances:
        """What the units of the edition could join."""
        return Chances(self.edition, self.facts.places, self.facts.distances)

    @cached_property
    def kinds(self) -> list[KindKey]:
        """Theme, track and place of each cell."""
        return [(one.theme, one.track, one.place) for one in self.certificate.cells]

    @cached_property
    def cells_of_kind(self) -> dict[KindKey, list[int]]:
        """Cells by theme, track and place."""
        found: dict[KindKey, list[int]] = defaultdict(list)
        for number, kind in enumerate(self.kinds):
            found[kind].append(number)
        return dict(found)

    @cached_property
    def units(self) -> list[list[int]]:
        """By class, the unit that each of its copies is."""
        known = self.edition.member_by_id
        return [
            [self.chances.unit_of(known[copy[0]]) for copy in copies]
            for copies in self.certificate.classes
        ]

    @cached_property
    def least(self) -> Ints:
        """Shape (classes, columns of `counting`): what every copy of a class brings at least."""
        return self._brought(np.min)

    @cached_property
    def most(self) -> Ints:
        """Shape (classes, columns of `counting`): what any copy of a class brings at most."""
        return self._brought(np.max)

    @cached_property
    def met(self) -> Met:
        """Who met in the edition before."""
        return Met(self)

    @cached_property
    def column_of(self) -> dict[tuple[object, ...], int]:
        """Columns by kind and what they are of."""
        return {(one.kind, *one.of): at for at, one in enumerate(self.certificate.columns)}

    @cached_property
    def placed_in(self) -> list[dict[int, int]]:
        """By cell, the columns `placed` of its classes."""
        found: list[dict[int, int]] = [{} for _ in self.certificate.cells]
        for at, one in enumerate(self.certificate.columns):
            if one.kind == "placed":
                found[one.of[1]][one.of[0]] = at
        return found

    @cached_property
    def units_in(self) -> list[Bools]:
        """By cell, shape (units,): whose class has a column there."""
        found = []
        for columns in self.placed_in:
            mask = np.zeros(len(self.chances.brings), dtype=bool)
            mask[[unit for owner in columns for unit in self.units[owner]]] = True
            found.append(mask)
        return found

    @cached_property
    def tied(self) -> frozenset[int]:
        """Cells of which some row counts the groups, or the members, by their slot."""
        columns = self.certificate.columns
        return frozenset(
            columns[at].of[-1]
            for row in self.certificate.rows
            if row.rule in {"rooms-most", "different-slots-most"}
            for at in row.columns
            if columns[at].kind in {"groups", "placed"}
        )

    @cached_property
    def most_groups(self) -> list[int]:
        """By cell, how many groups there can be, by counting what its classes bring.

        Of members who take part in some roles only a group holds no more than it has seats of these.
        """
        found = []
        for cell, one in enumerate(self.certificate.cells):
            there = self.chances.brings[self.units_in[cell]].sum(axis=0)
            wants = lacks_where(self.rules(cell), self.track(cell))
            counts = [int(there @ weights) // number for weights, number in wants if number > 0]
            found.append(min([self.edition.theme_by_id[one.theme].groups_max, *counts]))
        return found

    def rules(self, cell: int) -> Rules:
        """Return the rules of the groups of a cell."""
        return self.edition.rules_of(self.certificate.cells[cell].theme)

    def track(self, cell: int) -> Track:
        """Return how the groups of a cell meet."""
        return Track(self.certificate.cells[cell].track)

    def per_group(self, owner: int, cell: int) -> int:
        """Return the most copies of a class that one group of a cell can hold."""
        size = int(self.least[owner, MEMBERS])
        fits = self.rules(cell).sizes(self.track(cell)).size_max // size
        return min(len(self.units[owner]), fits)

    def member(self, owner: int, position: int) -> Member:
        """Return a member of the first copy of a class."""
        return self.edition.member_by_id[self.certificate.classes[owner][0][position]]

    def conflicts(self, cell: int, owner: int) -> Bools:
        """Return which units, shape (units,), may share no group of a cell with any copy of a class."""
        everyone = np.arange(len(self.chances.brings), dtype=np.int64)
        nothing = np.zeros(0, dtype=np.int64)
        kind = Kind(self.track(cell), self.rules(cell), nothing, frozenset(), nothing)
        found = np.ones(len(everyone), dtype=bool)
        for unit in self.units[owner]:
            found &= self.chances.conflicts(kind, unit, everyone)
        return found

    def _brought(self, which: Callable[..., Ints]) -> Ints:
        brings = self.chances.brings
        rows = [which(brings[copies], axis=0) for copies in self.units]
        return np.array(rows, dtype=np.int64).reshape(-1, brings.shape[1])


def misread(certified: Certified) -> Iterator[Violation]:
    """Yield where classes, cells, columns or rows stand for nothing of the edition."""
    rule = CertificateRuleId.MODEL
    facts, certificate, chances = certified.facts, certified.certificate, certified.chances
    known, seen = facts.edition.member_by_id, set[str]()
    for number, copies in enumerate(certificate.classes):
        for copy in copies or ((),):
            members = [known[one] for one in copy if one in known and known[one].eligible]
            units = {chances.unit_of(one) for one in members}
            whole = (
                len(units) == 1
                and len(members) == len(copy) == len(set(copy) - seen)
                and int(chances.brings[next(iter(units)), MEMBERS])
                == sum(one.weight for one in members)
            )
            if not whole:
                yield violation(rule, "certificate-class", number=number)
            seen.update(copy)
    for number, cell in enumerate(certificate.cells):
        theme = facts.edition.theme_by_id.get(cell.theme)
        local = cell.track == Track.LOCAL
        place = cell.place in facts.places.candidates if local else not cell.place
        if theme is None or cell.track not in theme.tracks or not place:
            yield violation(rule, "certificate-cell", number=number)
    yield from _misread_columns(certificate)
    for number, row in enumerate(certificate.rows):
        inside = all(0 <= one < len(certificate.columns) for one in row.columns)
        once = len(set(row.columns)) == len(row.columns) == len(row.coefficients)
        if not (inside and once):
            yield violation(rule, "certificate-row-columns", number=number)


def _misread_columns(certificate: Certificate) -> Iterator[Violation]:
    classes, cells = certificate.classes, certificate.cells
    keys = {(one.kind, one.of) for one in certificate.columns}
    where, before = [one.place for one in cells], certificate.before

    def stands(kind: str, of: tuple[int, ...]) -> bool:
        if len(of) != _LENGTHS.get(kind, max(len(of), 2)) or min(of) < 0:
            return False
        if kind in {"again", "steps"}:
            # The first step is one member.
            return of[0] < len(cells) and of[1] < len(before) and (kind == "again" or of[2] > 0)
        if kind in {"groups", "present", "used"}:
            owners, cell = of[1:], of[0]
        else:
            owners, cell = of[:1], of[1]
        if cell >= len(cells) or any(one >= len(classes) for one in owners):
            return False
        if kind == "used":
            # Each place once: by its first cell.
            return bool(cells[cell].place) and where.index(cells[cell].place) == cell
        if kind not in {"groups", "placed"} and any(
            ("placed", (one, cell)) not in keys for one in owners
        ):
            return False
        if kind not in {"holds", "plain"}:
            return True
        # A role is somebody's: of a class of one copy.
        copies = classes[of[0]]
        return len(copies) == 1 and of[-1] < len(copies[0]) and (kind == "plain" or of[2] < 2)

    for number, one in enumerate(certificate.columns):
        if not stands(one.kind, one.of):
            yield violation(CertificateRuleId.MODEL, "certificate-column", number=number)
    if len(keys) < len(certificate.columns) or len({*before}) < len(before):
        yield violation(CertificateRuleId.MODEL, "certificate-columns-twice")
