"""The groups of a running edition as they stand: who sits where, what each group lacks, what it may still be.

Comes in: a `State`. Goes out: `Standing`: who declined its place sits there no more; what each
group has room for is made once, so that many questions can be asked of it. Nothing is decided here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.limits import Rules, SizeLimits
from sip_grouping.edition.records import Member, Pin, Role, Track
from sip_grouping.grouping import Group, Grouping, ScoreTerms, Status
from sip_grouping.rounds.state import State
from sip_grouping.rules import RuleId
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.group_rules import GROUP_CHECKS
from sip_grouping.verification.member_rules import MEMBER_CHECKS

Position = tuple[float, float]
"""Latitude and longitude, WGS-84 degrees."""

HELD = (Role.MODERATOR, Role.SECRETARY)
RULE_OF = {Role.MODERATOR: RuleId.MODERATORS, Role.SECRETARY: RuleId.SECRETARIES}
"""Which rule says how many hold a role."""
_MENDED_BY_JOINING = frozenset(
    {RuleId.SIZE, RuleId.MODERATORS, RuleId.SECRETARIES, RuleId.EXPERIENCED}
)
"""Rules of which a group may only lack somebody, which its figures tell."""


@dataclass(frozen=True, slots=True)
class StandingGroup:
    """A group, its members who are still there, and what it has room for.

    Attributes
    ----------
    where
        Of a local group; None by video, and where its place is none any more.
    roles
        By member id.
    lacking
        Holders of each role that are wanted and not there.
    languages, slots
        Those that all members list who list any; None: all of them take any.
    promised
        Whether somebody accepted the group with its language and slot.
    homes
        Shape (members, 2): latitude and longitude, degrees.
    broken
        Rules that the group breaks and that nobody who joins can mend.
    """

    number: int
    group: Group
    rules: Rules
    members: tuple[Member, ...]
    roles: Mapping[str, Role]
    where: Position | None
    lacking: Mapping[Role, int]
    languages: frozenset[str] | None
    slots: frozenset[str] | None
    promised: bool
    homes: NDArray[np.float64]
    broken: tuple[RuleId, ...]

    @property
    def limits(self) -> SizeLimits:
        """The sizes that its track allows."""
        return self.rules.sizes(self.group.track)

    @property
    def local(self) -> bool:
        """Whether it meets at a place."""
        return self.group.track is Track.LOCAL

    @property
    def experienced(self) -> int:
        """How many of its members are experienced."""
        return sum(one.experienced for one in self.members)

    @property
    def room(self) -> int:
        """How many more it may have."""
        return max(0, self.limits.size_max - self.seats)

    @property
    def seats(self) -> int:
        """How many seats its members take."""
        return sum(one.weight for one in self.members)


class Standing:
    """All groups as they stand.

    Attributes
    ----------
    edition
        The edition as it stands.
    grouping
        The groups as they were formed last, without those who have left since.
    """

    def __init__(self, state: State) -> None:
        self.edition: Edition = state.edition()
        self.accepted: frozenset[str] = frozenset(state.accepted)
        self.grouping = _of_those_who_stay(state.current(), self.edition, state.refused)
        facts = Facts(self.edition, self.grouping)
        broken = _broken(facts)
        self.groups: tuple[StandingGroup, ...] = tuple(
            self._group(number, group, facts, broken.get(group.group_id, ()))
            for number, group in enumerate(facts.filled_groups)
        )
        self.groups_of: Mapping[str, Mapping[int, Role]] = self._seats()

    def _group(
        self, number: int, group: Group, facts: Facts, broken: Iterable[RuleId]
    ) -> StandingGroup:
        rules = self.edition.rules_of(group.theme)
        rows = facts.rows_of_group[group.group_id]
        members = tuple(facts.members_of(group))
        wanted = {Role.MODERATOR: rules.moderators, Role.SECRETARY: rules.secretaries}
        held = [row.role for row in rows.values()]
        lacking = {role: wanted[role] - held.count(role) for role in HELD}
        homes = np.array([self.edition.position(one) for one in members], dtype=np.float64)
        local = group.track is Track.LOCAL
        return StandingGroup(
            number=number,
            group=group,
            rules=rules,
            members=members,
            roles={who: row.role for who, row in rows.items()},
            where=facts.places.position(group.place) if local else None,
            lacking=lacking,
            languages=_by_all(one.languages for one in members),
            slots=_by_all(one.slots for one in members),
            promised=any(one.member_id in self.accepted for one in members),
            homes=homes.reshape(-1, 2),
            broken=(*broken, *(RULE_OF[role] for role in HELD if lacking[role] < 0)),
        )

    def _seats(self) -> dict[str, dict[int, Role]]:
        found: dict[str, dict[int, Role]] = defaultdict(dict)
        for one in self.groups:
            for who, role in one.roles.items():
                found[who][one.number] = role
        return dict(found)

    @cached_property
    def apart(self) -> Mapping[str, frozenset[str]]:
        """By member id: who must not share its group, whichever row says so."""
        return _both_ways((one.member_id, one.apart) for one in self.edition.members)

    @cached_property
    def together(self) -> Mapping[str, frozenset[str]]:
        """By member id: who must share its groups, whichever row says so."""
        return _both_ways((one.member_id, one.together) for one in self.edition.members)

    @cached_property
    def pins_about(self) -> Mapping[str, tuple[Pin, ...]]:
        """By member id: its pins, and those that name it as company."""
        found: dict[str, list[Pin]] = defaultdict(list)
        for pin in self.edition.pins:
            for who in dict.fromkeys((pin.member_id, *pin.with_members)):
                found[who].append(pin)
        return {who: tuple(pins) for who, pins in found.items()}

    @cached_property
    def seated(self) -> Mapping[str, int]:
        """How many seats the members of all groups of a place take."""
        found: dict[str, int] = defaultdict(int)
        for one in self.groups:
            if one.local:
                found[one.group.place] += one.seats
        return found

    def seats_left(
        self, group: StandingGroup, leaves: Iterable[int] = (), weight: int = 1
    ) -> int | None:
        """Return how many more the place of a group has seats for; None: any number.

        `leaves`: numbers of groups that somebody of that weight leaves for it, whose seats are free then.
        """
        office = self.edition.office_by_id.get(group.group.place) if group.local else None
        if office is None or office.seats_max is None:
            return None
        left = [self.groups[number] for number in leaves]
        free = sum(one.local and one.group.place == group.group.place for one in left)
        return office.seats_max - self.seated.get(group.group.place, 0) + weight * free

    @cached_property
    def meeting(self) -> Mapping[tuple[str, str], int]:
        """How many groups that share a slot meet at a place in it."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for one in self.groups:
            if one.local and one.rules.shared_slot:
                found[one.group.place, one.group.slot] += 1
        return found


def _of_those_who_stay(
    grouping: Grouping | None, edition: Edition, refused: Mapping[str, str]
) -> Grouping:
    """Return the groups with those who still take part; a group that nobody is left in is none."""
    if grouping is None:
        return Grouping(
            edition_name=edition.name,
            edition_digest=edition.digest,
            status=Status.UNKNOWN,
            group_records=(),
            placements=(),
            score_thousandths=0,
            score_terms=ScoreTerms(),
        )
    stay = {one.member_id for one in edition.members if one.eligible}
    placements = tuple(
        one
        for one in grouping.placements
        if one.member_id in stay and refused.get(one.member_id) != one.group_id
    )
    seated = {(one.group_id, one.member_id) for one in placements}
    size = Counter(one.group_id for one in placements)

    def still(group_id: str, holders: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(who for who in holders if (group_id, who) in seated)

    groups = tuple(
        group.model_copy(
            update={
                "size": size[group.group_id],
                "moderators": still(group.group_id, group.moderators),
                "secretaries": still(group.group_id, group.secretaries),
            }
        )
        for group in grouping.group_records
        if size[group.group_id]
    )
    return grouping.model_copy(update={"group_records": groups, "placements": placements})


def _broken(facts: Facts) -> dict[str, tuple[RuleId, ...]]:
    """Return the rules that each group breaks now, but those of which it may only lack somebody."""
    found: dict[str, dict[RuleId, None]] = defaultdict(dict)
    for check in (*GROUP_CHECKS, *MEMBER_CHECKS):
        for one in check(facts):
            rule = one.rule
            if one.group_id and isinstance(rule, RuleId) and rule not in _MENDED_BY_JOINING:
                found[one.group_id][rule] = None
    return {group_id: tuple(rules) for group_id, rules in found.items()}


def _by_all(lists: Iterable[tuple[str, ...]]) -> frozenset[str] | None:
    """Return what all list who list any; None where nobody does."""
    own = [frozenset(one) for one in lists if one]
    return frozenset.intersection(*own) if own else None


def _both_ways(named: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for who, others in named:
        for other in others:
            found[who].add(other)
            found[other].add(who)
    return {who: frozenset(others) for who, others in found.items()}
