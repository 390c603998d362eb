"""What every group needs of its members: one list, from which all that forms groups takes it.

Comes in: rules and answers. Goes out: `NEEDS`. A need says: a group has at least `wanted` members who
count for it. The model's totals and slots, the splitting of cells, the reasons of members left out and
the conflicts all go through this list, so that a rule on an answer of the members is written once here
(and once, on purpose, in the verifier).
"""

from collections.abc import Callable
from dataclasses import dataclass

from sip_grouping.edition.records import Member, Role, Rules
from sip_grouping.grouping import Reason
from sip_grouping.rules import RuleId

Roles = frozenset[Role]


@dataclass(frozen=True)
class Need:
    """A group has at least `wanted(rules)` members for whom `counts` holds.

    Attributes
    ----------
    counts
        Of a member and the roles it may hold (a pinned role leaves no other).
    reason
        Why a member is left out where no group it could join has enough of them.
    key
        The rule, as edition.toml calls it, that says how many; empty: it follows from other rules.
    roles
        The roles these members are wanted for; empty for a need that anyone may fill, whatever its
        role. Holders of roles are different people, so needs for roles are seats, others are not.
    """

    rule: RuleId
    wanted: Callable[[Rules], int]
    counts: Callable[[Member, Roles], bool]
    reason: Reason
    key: str
    roles: Roles = frozenset()


_MODERATOR, _SECRETARY = frozenset({Role.MODERATOR}), frozenset({Role.SECRETARY})

NEEDS: tuple[Need, ...] = (
    Need(
        RuleId.MODERATORS,
        wanted=lambda rules: rules.moderators,
        counts=lambda _, roles: Role.MODERATOR in roles,
        reason=Reason.NO_MODERATOR,
        key="moderators",
        roles=_MODERATOR,
    ),
    Need(
        RuleId.SECRETARIES,
        wanted=lambda rules: rules.secretaries,
        counts=lambda _, roles: Role.SECRETARY in roles,
        reason=Reason.NO_SECRETARY,
        key="secretaries",
        roles=_SECRETARY,
    ),
    # Hall's condition: with it the seats of both roles find different people.
    Need(
        RuleId.ONE_ROLE,
        wanted=lambda rules: rules.moderators + rules.secretaries,
        counts=lambda _, roles: bool(roles),
        reason=Reason.TOO_FEW_VOLUNTEERS,
        key="",
        roles=_MODERATOR | _SECRETARY,
    ),
    Need(
        RuleId.EXPERIENCED,
        wanted=lambda rules: rules.experienced_min,
        counts=lambda member, _: member.experienced,
        reason=Reason.TOO_FEW_EXPERIENCED,
        key="experienced_min",
    ),
)

ROLE_NEEDS = tuple(need for need in NEEDS if need.roles)
"""The needs for roles. Their sets of roles are all there are, so Hall's condition has one row each, in
both directions: members enough for the seats, and seats enough for the members who must have one."""
