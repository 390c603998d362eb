"""Seats of roles against members who have to have one: they said `only` to a role, or are pinned to it.

Comes in: the roles of which each of some members has to hold one, and the rules of a group. Goes out: the
roles of which a group has too few seats for them.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sip_grouping.edition.records import Member, Role, Rules


class Shortage(NamedTuple):
    """Members who have to hold one of some roles, more than a group has seats of them."""

    roles: str
    members: int
    seats: int


def shortage_of(needed: Iterable[frozenset[Role]], rules: Rules) -> Shortage | None:
    """Return roles of which a group has too few seats for those who need one; None: there are enough.

    By Hall's condition it is enough to look at each role, and at both.
    """
    seats = {Role.MODERATOR: rules.moderators, Role.SECRETARY: rules.secretaries}
    wanting = list(needed)
    for roles in ({Role.MODERATOR}, {Role.SECRETARY}, set(seats)):
        count, there = sum(one <= roles for one in wanting), sum(seats[role] for role in roles)
        if count > there:
            return Shortage(" / ".join(sorted(role.value for role in roles)), count, there)
    return None


def said_only(members: Iterable[Member]) -> list[frozenset[Role]]:
    """Return the roles of which each has to hold one, of those members who said `only` to some."""
    return [member.roles for member in members if member.only_in_a_role]
