"""What members bring to a group, and what a group wants, as columns of numbers; for the verifier alone.

Comes in: answers and rules. Goes out: what a member counts for, and what those who are there lack. A
member who takes part in a role only, or is pinned to one, counts for the seats it needs as well. Written
from docs/file-format-notes.md, "Reasons", not from the engine.
"""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Member, Role, Rules, Track
from sip_grouping.edition.values import RoleAnswer
from sip_grouping.grouping import Reason

Ints = NDArray[np.int64]

MEMBERS = 0
"""The first column of what units bring to a group: members, each as often as its weight says. The others
follow `_WANTS`, then `_ROLES`."""

_WANTS: tuple[
    tuple[Reason, Callable[[Rules], int], Callable[[bool, frozenset[Role]], bool]], ...
] = (
    (Reason.NO_MODERATOR, lambda rules: rules.moderators, lambda _, held: Role.MODERATOR in held),
    (Reason.NO_SECRETARY, lambda rules: rules.secretaries, lambda _, held: Role.SECRETARY in held),
    (
        Reason.TOO_FEW_VOLUNTEERS,
        lambda rules: rules.moderators + rules.secretaries,
        lambda _, held: bool(held),
    ),
    (
        Reason.TOO_FEW_EXPERIENCED,
        lambda rules: rules.experienced_min,
        lambda experienced, _: experienced,
    ),
)
"""What a group may lack beside members: the reason, how many it wants, who counts: the experienced, or who
may hold which roles."""


NEED_COLUMNS = {"moderators": 1, "secretaries": 2, "one-role": 3, "experienced": 4}
"""The columns of `_WANTS` by the rule that asks for them."""

_ROLES = ({Role.MODERATOR}, {Role.SECRETARY}, {Role.MODERATOR, Role.SECRETARY})
"""The last columns: members who take part in such roles only, by the roles that they may hold."""

HELD_ONLY = slice(1 + len(_WANTS), 1 + len(_WANTS) + len(_ROLES))
COLUMNS = HELD_ONLY.stop


def _seats(rules: Rules) -> tuple[int, int]:
    return rules.moderators, rules.secretaries


def seats_left(rules: Rules, brings: Ints) -> Ints:
    """Return the seats that are left of each role, and of both, when members have those they must have.

    Below 0 they are too few.

    Parameters
    ----------
    brings
        Shape (..., columns): what is in a group. The last axis of what is returned has 3.
    """
    moderators, secretaries, either = np.moveaxis(brings[..., HELD_ONLY], -1, 0)
    of_moderators, of_secretaries = _seats(rules)
    left = (
        of_moderators - moderators,
        of_secretaries - secretaries,
        of_moderators + of_secretaries - moderators - secretaries - either,
    )
    return np.stack(left, axis=-1)


def most_members(rules: Rules, there: Ints) -> int:
    """Return how many members, of those that are there, fit in one group as far as seats go."""
    *alone, either = (int(number) for number in there[HELD_ONLY])
    left = [seats - number for seats, number in zip(_seats(rules), alone, strict=True)]
    without = sum(-min(0, number) for number in left)
    without += max(0, either - sum(max(0, number) for number in left))
    return int(there[MEMBERS]) - without


def wanted(rules: Rules, track: Track) -> dict[Reason, tuple[int, int]]:
    """Return what a group wants: per reason it may lack it for, the column and the least number."""
    found = {Reason.TOO_FEW: (MEMBERS, rules.sizes(track).size_min)}
    for column, (reason, number, _) in enumerate(_WANTS, start=MEMBERS + 1):
        found[reason] = (column, number(rules))
    return found


def lacks_where(rules: Rules, track: Track) -> list[tuple[Ints, int]]:
    """Return all that a group wants as sums: weights of the columns, and the least that they come to.

    The last say that a group is large enough with no more members who take part in some roles only than it
    has seats of these.
    """
    found = [(_weights({column: 1}), number) for column, number in wanted(rules, track).values()]
    first = HELD_ONLY.start
    moderators, secretaries = _seats(rules)
    size_min = rules.sizes(track).size_min
    for held, seats in (
        ((first,), moderators),
        ((first + 1,), secretaries),
        (tuple(range(first, COLUMNS)), moderators + secretaries),
    ):
        beside = {MEMBERS: 1} | dict.fromkeys(held, -1)
        found.append((_weights(beside), size_min - seats))
    return found


def _weights(of: Mapping[int, int]) -> Ints:
    found = np.zeros(COLUMNS, dtype=np.int64)
    for column, weight in of.items():
        found[column] = weight
    return found


def roles_of(member: Member, pinned: Role | None) -> frozenset[Role]:
    """Return which roles a member may hold: those it volunteers for, of them those it holds only.

    Parameters
    ----------
    pinned
        The role of its pin where it has one group; it takes part in that one only.
    """
    return _held(member.moderator, member.secretary, pinned)


@cache
def _held(moderator: RoleAnswer, secretary: RoleAnswer, pinned: Role | None) -> frozenset[Role]:
    answers = {Role.MODERATOR: moderator, Role.SECRETARY: secretary}
    only = {role for role, answer in answers.items() if answer == "only"}
    held = frozenset(only or {role for role, answer in answers.items() if answer})
    return held if pinned is None else held & {pinned}


def brought(member: Member, pinned: Role | None) -> tuple[int, ...]:
    """Return what a member brings to a group, by column.

    Parameters
    ----------
    pinned
        The role of its pin where it has one group; it takes part in that one only.
    """
    held = roles_of(member, pinned)
    only = held if pinned is not None or member.only_in_a_role else frozenset()
    return (member.weight, *_counted(member.experienced, held, only))


@cache
def _counted(experienced: bool, held: frozenset[Role], only: frozenset[Role]) -> tuple[int, ...]:
    counted = (int(counts(experienced, held)) for _, _, counts in _WANTS)
    return (*counted, *(int(only == roles) for roles in _ROLES))


def lacking(rules: Rules, track: Track, there: Ints) -> frozenset[Reason]:
    """Return what counting shows to be lacking where these are all who are there.

    Of members who need seats no more count than there are.
    """
    found = {
        reason
        for reason, (column, number) in wanted(rules, track).items()
        if there[column] < number
    }
    if most_members(rules, there) < rules.sizes(track).size_min:
        found.add(Reason.TOO_FEW)
    if found & {Reason.NO_MODERATOR, Reason.NO_SECRETARY}:
        found.add(Reason.TOO_FEW_VOLUNTEERS)
    return frozenset(found)
