"""Member classes: members that are alike for the model, counted together.

Comes in: an `Edition`. Goes out: `MemberClasses`. A class has `count` copies; a copy is one member,
or the members that belong together (a block), who are placed all or none. Members with a rule of
their own (together, apart, pins), and all members where someone may be in several groups, are alone in
their class, so that a copy is always a certain member.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Rules
from sip_grouping.problem.needs import NEEDS, ROLE_NEEDS, Need

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HELD_ROLES = (Role.MODERATOR, Role.SECRETARY)
"""Roles that a group's members hold; each is held by somebody else."""


@dataclass(frozen=True)
class MemberClasses:
    """Classes of eligible members, as arrays.

    Attributes
    ----------
    copies
        Per class its copies; each copy the indexes of its members in `edition.members`.
    count, people, size
        Shape (classes,): copies, members per copy, and the seats that a copy takes: the sum of its weights.
    needs
        For each of `needs.NEEDS`, shape (classes,): members per copy who count for it. A member whose
        pin names a role volunteers for that role only.
    bound
        For each of `needs.ROLE_NEEDS`, shape (classes,): members per copy who have to hold a role and
        may hold none but its roles.
    languages, slots
        Per code listed by any eligible member, shape (classes,): may join a group of that code.
    no_languages, no_slots
        Shape (classes,): no member of a copy lists a language, or a slot.
    member_class, member_index, member_weight
        Shape (rows,): one row for each member of the first copy of each class; copies are alike in weight.
    member_position
        Shape (rows, 2): latitude and longitude of those members' homes, WGS-84 degrees.
    """

    edition: Edition
    copies: tuple[tuple[tuple[int, ...], ...], ...]
    count: Ints
    people: Ints
    size: Ints
    needs: tuple[Ints, ...]
    bound: tuple[Ints, ...]
    languages: dict[str, Bools]
    slots: dict[str, Bools]
    no_languages: Bools
    no_slots: Bools
    member_class: Ints
    member_index: Ints
    member_weight: Ints
    member_position: NDArray[np.float64]

    def seated(self, rules: Rules) -> Bools:
        """Return for which classes one group has seats for all of a copy who have to hold a role."""
        found = np.ones(len(self.count), dtype=bool)
        for need, bound in zip(ROLE_NEEDS, self.bound, strict=True):
            found &= bound <= need.wanted(rules)
        return found

    @cached_property
    def class_of_member(self) -> dict[str, int]:
        """Class of each eligible member, by member id."""
        return {
            self.edition.members[index].member_id: number
            for number, copies in enumerate(self.copies)
            for copy in copies
            for index in copy
        }

    def alike(self, member_id: str) -> set[str]:
        """Return the ids of the members of a member's class: any of them may have the place of another."""
        own = self.class_of_member.get(member_id, -1)
        return {who for who, number in self.class_of_member.items() if number == own}


@dataclass(frozen=True)
class RolesOfMembers:
    """Who may hold a role, and who has to.

    Attributes
    ----------
    may
        The roles each volunteer may hold, by member id; members without any are absent.
    must
        Ids of those who hold one of these roles wherever they are placed.
    """

    may: Mapping[str, frozenset[Role]]
    must: frozenset[str]

    def of(self, member_id: str) -> frozenset[Role]:
        """Return the roles that a member may hold."""
        return self.may.get(member_id, frozenset())

    def bound_to(self, member_id: str, need: Need) -> bool:
        """Return whether a member has to hold a role, and may hold none but those of a need."""
        return member_id in self.must and self.of(member_id) <= need.roles


def roles_of_members(edition: Edition) -> RolesOfMembers:
    """Return who may hold which role.

    Who takes part in a role only has to hold one. With one group per member a pin that names a role
    leaves no other, and its member holds it.
    """
    roles = {member.member_id: _volunteered(member) for member in edition.members}
    must = {member.member_id for member in edition.members if member.only_in_a_role}
    if edition.most_groups_per_member == 1:
        for pin in edition.pins:
            if pin.role is not None:
                roles[pin.member_id] = roles[pin.member_id] & {pin.role}
            if pin.role in HELD_ROLES:
                must.add(pin.member_id)
    may = {member_id: held for member_id, held in roles.items() if held}
    return RolesOfMembers(may, frozenset(must))


def _volunteered(member: Member) -> frozenset[Role]:
    return _held(member.roles)


@cache
def _held(roles: frozenset[Role]) -> frozenset[Role]:
    return frozenset(role for role in HELD_ROLES if role in roles)


def member_classes(
    edition: Edition,
    told_apart: Mapping[str, object] | None = None,
    *,
    holders_alone: bool = False,
    seed: int = 0,
) -> MemberClasses:
    """Return the classes of the eligible members of an edition.

    Parameters
    ----------
    told_apart
        By member id, what tells members with the same answers apart: the group they are in already.
    holders_alone
        Whether volunteers are alone in their class, so that it can be told who of them holds a role.
    seed
        Draws the order of classes and of their copies, of which the first are placed first: by ids, so that
        the order of the members' rows decides nothing.
    """
    alone = _members_with_own_rules(edition)
    if holders_alone:
        alone |= {one.member_id for one in edition.members if _volunteered(one)}
    before = told_apart or {}
    drawn = {one: _drawn(seed, one) for one in (member.member_id for member in edition.members)}
    by_key: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for block in _blocks(edition, drawn):
        first = edition.members[block[0]]
        single = len(block) > 1 or first.member_id in alone
        key = ("alone", block) if single else (_likeness(first), before.get(first.member_id))
        by_key[key].append(block)
    copies = tuple(tuple(found) for found in by_key.values())
    return _as_arrays(edition, copies)


def _likeness(member: Member) -> tuple[object, ...]:
    """Return all that the model sees of a member."""
    roles = _volunteered(member)
    return (
        member.country,
        member.lies_in,
        member.postcode if member.own_position is None else member.own_position,
        member.office,
        member.themes,
        member.weight,
        *(need.counts(member, roles) for need in NEEDS),
        member.only_in_a_role,
        member.local,
        member.video,
        frozenset(member.languages),
        member.slots,
    )


def _members_with_own_rules(edition: Edition) -> set[str]:
    if edition.most_groups_per_member > 1:
        return {member.member_id for member in edition.members}
    alone = {pin.member_id for pin in edition.pins}
    for member in edition.members:
        if member.apart:
            alone |= {member.member_id, *member.apart}
    return alone


def _drawn(seed: int, member_id: str) -> bytes:
    """Return where a draw puts a member: no id is any likelier to come first than another."""
    return blake2b(f"{seed} {member_id}".encode(), digest_size=16).digest()


def _blocks(edition: Edition, drawn: Mapping[str, bytes]) -> list[tuple[int, ...]]:
    """Return the eligible members as blocks that belong together, in the order in which they are drawn."""
    index = {member.member_id: number for number, member in enumerate(edition.members)}
    pairs = [(one.member_id, other) for one in edition.members for other in one.together]
    if edition.most_groups_per_member == 1:
        # A member has one group, so whoever must share a pinned group belongs together with it.
        pairs += [(pin.member_id, other) for pin in edition.pins for other in pin.with_members]
    ends = np.array([(index[a], index[b]) for a, b in pairs], dtype=np.int64).reshape(-1, 2)
    joins = coo_array(
        (np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(len(index),) * 2
    )
    _, block_of = connected_components(joins, directed=False)
    found: dict[int, list[int]] = defaultdict(list)
    ids = [member.member_id for member in edition.members]
    for number in sorted(range(len(ids)), key=lambda one: drawn[ids[one]]):
        if edition.members[number].eligible:
            found[int(block_of[number])].append(number)
    return [tuple(block) for block in found.values()]


def _as_arrays(edition: Edition, copies: tuple[tuple[tuple[int, ...], ...], ...]) -> MemberClasses:
    members = edition.members
    first = [found[0] for found in copies]
    roles = roles_of_members(edition)
    ids = [member.member_id for member in members]

    def counting(need: Need) -> Ints:
        return _ints(sum(need.counts(members[i], roles.of(ids[i])) for i in copy) for copy in first)

    def bound_to(need: Need) -> Ints:
        return _ints(sum(roles.bound_to(ids[i], need) for i in copy) for copy in first)

    rows = [(number, index) for number, copy in enumerate(first) for index in copy]
    positions = [edition.position(members[index]) for _, index in rows]
    return MemberClasses(
        edition=edition,
        copies=copies,
        count=_ints(len(found) for found in copies),
        people=_ints(len(copy) for copy in first),
        size=_ints(sum(members[i].weight for i in copy) for copy in first),
        needs=tuple(counting(need) for need in NEEDS),
        bound=tuple(bound_to(need) for need in ROLE_NEEDS),
        languages=_accepts([[members[i].languages for i in copy] for copy in first]),
        slots=_accepts([[members[i].slots for i in copy] for copy in first]),
        no_languages=np.array(
            [not any(members[i].languages for i in copy) for copy in first], dtype=bool
        ),
        no_slots=np.array([not any(members[i].slots for i in copy) for copy in first], dtype=bool),
        member_class=_ints(number for number, _ in rows),
        member_index=_ints(index for _, index in rows),
        member_weight=_ints(members[index].weight for _, index in rows),
        member_position=np.array(positions, dtype=np.float64).reshape(-1, 2),
    )


def _accepts(listed: list[list[tuple[str, ...]]]) -> dict[str, Bools]:
    """Return per code who may join a group of it: every member of the copy lists it, or none at all."""
    codes = sorted({code for copy in listed for own in copy for code in own})
    return {
        code: np.array([all(not own or code in own for own in copy) for copy in listed], dtype=bool)
        for code in codes
    }


def _ints(values: object) -> Ints:
    return np.array(list(values), dtype=np.int64)  # type: ignore[call-overload]
