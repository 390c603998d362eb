"""Who met in the edition before, by the classes and cells of a certificate.

Comes in: `Certified`. Goes out: `Met`: what pairs and roles are worth there, and how many there can be.
"""

from collections import defaultdict
from functools import cached_property
from math import comb
from typing import TYPE_CHECKING

from sip_grouping.edition.records import Role
from sip_grouping.verification.score import thousandths_of

if TYPE_CHECKING:
    from sip_grouping.verification.certified import Certified

Before = tuple[str, str]
"""A group of the edition before: id and theme."""


class Met:
    """Who met in the edition before."""

    def __init__(self, certified: "Certified") -> None:
        self._certified = certified
        self._of_class: dict[tuple[int, Before], list[int]] = {}
        self._most: dict[tuple[int, Before], int] = {}

    @cached_property
    def members(self) -> dict[Before, set[str]]:
        """Ids of the members of each group of the edition before."""
        found: dict[Before, set[str]] = defaultdict(set)
        for one in self._certified.edition.previous_seats:
            found[one.group_id, one.theme].add(one.member_id)
        return dict(found)

    def of_class(self, owner: int, before: Before) -> list[int]:
        """Return how many members of a group of before are in each copy of a class."""
        key = owner, before
        if key not in self._of_class:
            known = self.members.get(before, set())
            copies = self._certified.certificate.classes[owner]
            self._of_class[key] = [len(known.intersection(copy)) for copy in copies]
        return self._of_class[key]

    def points(self, cell: int, before: Before) -> int:
        """Return what a pair adds that shares a group of a cell again, in thousandths."""
        wishes, theme = self._certified.edition.previous, self._certified.kinds[cell][0]
        return thousandths_of(wishes.together if before[1] == theme else -wishes.mix)

    def points_of_role(self, member_id: str, role: Role) -> int:
        """Return what it adds that a member holds a role: less than nothing where it is lost by it."""
        if (member_id, role) not in self._held:
            return 0
        return -thousandths_of(self._certified.edition.previous.same_role)

    def most_members(self, cell: int, before: Before) -> int:
        """Return how many members of a group of before there can be in the groups of a cell."""
        key = cell, before
        if key not in self._most:
            certified = self._certified
            there = sum(sum(self.of_class(owner, before)) for owner in certified.placed_in[cell])
            self._most[key] = min(there, self.size_max(cell) * certified.most_groups[cell])
        return self._most[key]

    def most_pairs(self, cell: int, members: int) -> int:
        """Return how many pairs so many members are at most, in groups of a cell: filled one by one."""
        whole, rest = divmod(members, self.size_max(cell))
        return whole * comb(self.size_max(cell), 2) + comb(rest, 2)

    def size_max(self, cell: int) -> int:
        """Return how many members a group of a cell has at most."""
        return self._certified.rules(cell).sizes(self._certified.track(cell)).size_max

    @cached_property
    def _held(self) -> set[tuple[str, Role]]:
        return {(one.member_id, one.role) for one in self._certified.edition.previous_seats}
