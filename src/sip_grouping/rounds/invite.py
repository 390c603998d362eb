"""Invitations to groups with room: whom of a wider list to ask for which group, in which order.

Comes in: the groups as they stand, people of a list, who was invited before. Goes out: `Invitation`s. Only
those are invited who may join the group as it stands, by every rule that concerns them and its members.
First come volunteers for a role that the group lacks; then people of its own office, close ones, those who
list its language; and the smaller group, where all else is the same.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sip_grouping.edition.records import Role
from sip_grouping.rounds.fits import Person, language_with, may_sit_in
from sip_grouping.rounds.join import Joins
from sip_grouping.rounds.standing import HELD, Standing, StandingGroup
from sip_grouping.rounds.state import State


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody to ask for a group.

    Attributes
    ----------
    order
        From 1 in each group: whom to ask first.
    language
        The language in which the group works, with the person in it.
    wanted
        The role that the group lacks and the person volunteers for; None: a plain place.
    """

    group: StandingGroup
    order: int
    person: Person
    travel_m: int | None
    language: str
    wanted: Role | None


@dataclass(frozen=True, slots=True)
class _Pair:
    """Somebody who may join a group. Compared by `key`, best first."""

    key: tuple[bool, bool, int, bool]
    group: int
    person: int
    travel_m: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """How many are invited.

    Attributes
    ----------
    per_person
        Groups that one person is invited to, over all rounds.
    per_seat
        People that a group asks for each free seat. Invitations of the same round count, to people who have
        no group yet.
    """

    per_person: int = 2
    per_seat: int = 3


def invitations(
    joins: Joins, state: State, people: Sequence[Person], limits: Limits
) -> list[Invitation]:
    """Return whom to invite, group by group, best first.

    Nobody is invited who is placed, declined or withdrew, and nobody to a group a second time.
    """
    return _Inviting(joins, state, people, limits).chosen()


def recorded(found: Sequence[Invitation]) -> tuple[dict[str, int], dict[str, Any]]:
    """Return invitations as the counts and the content of a step: ids, groups and roles alone."""
    rows = [
        {
            "group_id": one.group.group.group_id,
            "order": one.order,
            "member_id": one.person.member.member_id,
            "role_wanted": "" if one.wanted is None else one.wanted.value,
        }
        for one in found
    ]
    counts = {
        "invitations": len(rows),
        "groups": len({row["group_id"] for row in rows}),
        "people": len({row["member_id"] for row in rows}),
    }
    return counts, {"invitations": rows}


class _Inviting:
    """Pairs of people and groups, and how often each may still be taken."""

    def __init__(
        self, joins: Joins, state: State, people: Sequence[Person], limits: Limits
    ) -> None:
        self._joins = joins
        self._groups = joins.standing.groups
        self._people = [one for one in people if _is_free(joins, state, one)]
        per_seat = limits.per_seat
        before = {who: {row["group_id"] for row in rows} for who, rows in state.invited.items()}
        self._before = [before.get(one.member.member_id, set()) for one in self._people]
        self._may_ask = [max(0, limits.per_person - len(groups)) for groups in self._before]
        asked, asked_for = _still_open(joins, state)
        self._seats = [
            _room(joins.standing, one) * per_seat - asked[one.group.group_id]
            for one in self._groups
        ]
        self._roles = {
            (one.number, role): one.lacking[role] * per_seat - asked_for[one.group.group_id, role]
            for one in self._groups
            for role in HELD
        }
        self._size = [len(one.members) * per_seat for one in self._groups]
        self._taken: dict[int, list[tuple[_Pair, Role | None]]] = defaultdict(list)
        self._both: set[tuple[int, int]] = set()

    def chosen(self) -> list[Invitation]:
        """Return the invitations: volunteers for roles that are lacking first."""
        pairs = sorted(self._pairs(), key=lambda one: one.key)
        for role in HELD:
            volunteers = (
                one
                for one in pairs
                if self._groups[one.group].lacking[role] > 0
                and self._people[one.person].member.volunteers_for(role)
            )
            self._take(volunteers, role)
        plain = (
            one for one in pairs if self._people[one.person].member.volunteers_for(Role.MEMBER)
        )
        self._take(plain, None)
        return [
            Invitation(
                group,
                order,
                self._people[pair.person],
                pair.travel_m,
                language_with(self._people[pair.person], group),
                role,
            )
            for group in self._groups
            for order, (pair, role) in enumerate(self._taken[group.number], start=1)
        ]

    def _pairs(self) -> Iterator[_Pair]:
        """Yield who may join which group."""
        asking = [one for one in self._groups if self._seats[one.number] > 0]
        longest = max(
            (max(one.rules.travel_m, one.rules.office_travel_m) for one in asking), default=0
        )
        standing = self._joins.standing
        for number, person in enumerate(self._people):
            if not self._may_ask[number]:
                continue
            ways = self._joins.ways_m(person)
            for group in asking:
                way = ways[group.number]
                if (
                    (way is None or way <= longest)
                    and person.member.weight <= _room(standing, group)
                    and group.group.group_id not in self._before[number]
                    and may_sit_in(standing, person, group, way)
                ):
                    yield _Pair(_key(person, group, way), group.number, number, way)

    def _take(self, pairs: Iterable[_Pair], role: Role | None) -> None:
        """Take pairs, best first; of alike ones those of the smallest group."""
        for alike in _by_key(pairs):
            waiting: dict[int, list[_Pair]] = defaultdict(list)
            for one in reversed(alike):
                waiting[one.group].append(one)
            smallest = [(self._size[group], group) for group in waiting]
            heapq.heapify(smallest)
            while smallest:
                _, group = heapq.heappop(smallest)
                pair = self._next(waiting[group], role)
                if pair is None:
                    continue
                self._add(pair, role)
                heapq.heappush(smallest, (self._size[group], group))

    def _next(self, waiting: list[_Pair], role: Role | None) -> _Pair | None:
        while waiting:
            pair = waiting.pop()
            if (
                self._may_ask[pair.person] > 0
                and self._seats[pair.group] > 0
                and (role is None or self._roles[pair.group, role] > 0)
                and (pair.group, pair.person) not in self._both
            ):
                return pair
        return None

    def _add(self, pair: _Pair, role: Role | None) -> None:
        self._taken[pair.group].append((pair, role))
        self._both.add((pair.group, pair.person))
        self._may_ask[pair.person] -= 1
        self._seats[pair.group] -= 1
        self._size[pair.group] += 1
        if role is not None:
            self._roles[pair.group, role] -= 1


def _room(standing: Standing, group: StandingGroup) -> int:
    """Return how many more a group may have, at a place with so many seats."""
    seats = standing.seats_left(group)
    return group.room if seats is None else max(0, min(group.room, seats))


def _is_free(joins: Joins, state: State, person: Person) -> bool:
    """Return whether somebody may be invited at all: placed nowhere, and did not decline."""
    who = person.member.member_id
    standing = joins.standing
    return not (
        standing.groups_of.get(who)
        or standing.pins_about.get(who)
        or who in state.left
        or who in state.refused
    )


def _key(person: Person, group: StandingGroup, way: int | None) -> tuple[bool, bool, int, bool]:
    """Return what is small for somebody who suits a group: own office, close, lists its language.

    Groups by video come after those that meet near by.
    """
    member, language = person.member, group.group.language
    elsewhere = not group.local or member.office != group.group.place
    return elsewhere, way is None, way or 0, bool(language) and language not in member.languages


def _by_key(pairs: Iterable[_Pair]) -> Iterator[list[_Pair]]:
    """Yield sorted pairs of one key after the other."""
    alike: list[_Pair] = []
    for one in pairs:
        if alike and alike[0].key != one.key:
            yield alike
            alike = []
        alike.append(one)
    if alike:
        yield alike


def _still_open(joins: Joins, state: State) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Return how many were invited to each group, and for each role, in this round and have no group yet."""
    groups: Counter[str] = Counter()
    roles: Counter[tuple[str, str]] = Counter()
    for who, rows in state.invited.items():
        if who in state.left or who in joins.standing.groups_of:
            continue
        for row in rows:
            if row["round"] == state.round:
                groups[row["group_id"]] += 1
                roles[row["group_id"], row["role_wanted"]] += 1
    return groups, roles
