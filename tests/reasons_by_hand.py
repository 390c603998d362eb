"""The true reason of a member without a group, by plain enumeration of every group it could join.

Comes in: an `Edition` of few members. Goes out: for each member the strongest reason that is true of
every group it could join. Written from docs/file-format-notes.md, "Reasons": no solver, no code of the
engine or the verifier. `could_be_grouped` looks at every set of members.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from positions import candidate_positions, metres

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Rules, Theme, Track
from sip_grouping.grouping import Reason

MOST_ENUMERATED = 14
"""In larger pools no sets are enumerated: a group that counting allows is taken to be possible."""


@dataclass(frozen=True)
class Kind:
    """A kind of group: what its members must have answered."""

    theme: Theme
    rules: Rules
    track: Track
    place: str
    language: str
    slot: str


def _seats(members: Iterable[Member]) -> int:
    return sum(member.weight for member in members)


@dataclass(frozen=True)
class ReasonsByHand:
    """Reasons of an edition's members, were they left out."""

    edition: Edition

    @cached_property
    def _places(self) -> dict[str, tuple[float, float]]:
        return candidate_positions(self.edition)

    @cached_property
    def _one_group_each(self) -> bool:
        return self.edition.most_groups_per_member == 1

    @cached_property
    def _blocks(self) -> dict[int, frozenset[int]]:
        """Who belongs together, by index: directly, through others, or pinned with the only group."""
        index = {member.member_id: number for number, member in enumerate(self.edition.members)}
        block = {number: {number} for number in index.values()}
        ties = [(one.member_id, other) for one in self.edition.members for other in one.together]
        if self._one_group_each:
            ties += [
                (pin.member_id, other) for pin in self.edition.pins for other in pin.with_members
            ]
        for first, second in ties:
            if first in index and second in index:
                union = block[index[first]] | block[index[second]]
                for number in union:
                    block[number] = union
        return {number: frozenset(members) for number, members in block.items()}

    def reason(self, member: Member, *, proven: bool) -> Reason:
        """Return the strongest true reason of a member that has no group."""
        if not member.eligible:
            return Reason.NOT_COMMITTED if member.cooperator else Reason.NOT_COOPERATOR
        themes = [one for one in self.edition.themes if one.id in member.themes]
        open_to_it = [theme for theme in themes if member.country in theme.countries]
        if not open_to_it:
            return Reason.NO_THEME_OPEN
        if not any(member.accepts(track) for theme in open_to_it for track in theme.tracks):
            return Reason.NO_TRACK
        kinds = list(self._kinds(member))
        if not kinds:
            return Reason.NO_PLACE_IN_REACH
        kinds = [kind for kind in kinds if self._seated([member], kind)]
        if not kinds:
            return Reason.NO_ROLE_WANTED
        kinds = [kind for kind in kinds if kind.theme.groups_max > 0]
        if not kinds:
            return Reason.NO_GROUPS_ALLOWED
        if all(member.weight > kind.rules.sizes(kind.track).size_max for kind in kinds):
            return Reason.NO_GROUP_POSSIBLE
        own = self._blocks[self.edition.members.index(member)]
        kinds = [kind for kind in kinds if self._may_share(own, own, kind)]
        if not kinds:
            return Reason.BOUND_TO_OTHERS
        lacks = [self._lacking(own, kind) for kind in kinds]
        common = frozenset.intersection(*lacks)
        if common:
            return min(common, key=list(Reason).index)
        if all(
            lack or not self.could_be_grouped(own, kind)
            for kind, lack in zip(kinds, lacks, strict=True)
        ):
            return Reason.NO_GROUP_POSSIBLE
        return Reason.OUTWEIGHED if proven else Reason.NOT_IN_BEST_FOUND

    def _kinds(self, member: Member) -> Iterator[Kind]:
        for theme in self.edition.themes:
            rules = self.edition.rules_of(theme.id)
            languages = self._codes(rules.shared_language, "languages")
            slots = self._codes(rules.shared_slot, "slots")
            for track in theme.tracks:
                for place in self._places if track is Track.LOCAL else [""]:
                    for language, slot in itertools.product(languages, slots):
                        kind = Kind(theme, rules, track, place, language, slot)
                        if self._could_join(member, kind):
                            yield kind

    def _codes(self, shared: bool, answer: str) -> list[str]:
        if not shared:
            return [""]
        return sorted({"", *(c for one in self.edition.members for c in getattr(one, answer))})

    def _could_join(self, member: Member, kind: Kind) -> bool:
        """Whether a group of this kind suits the member's own answers."""
        if not member.eligible or kind.theme.id not in member.themes:
            return False
        if member.country not in kind.theme.countries or not member.accepts(kind.track):
            return False
        for shared, code, listed in (
            (kind.rules.shared_language, kind.language, member.languages),
            (kind.rules.shared_slot, kind.slot, member.slots),
        ):
            if shared and listed and code not in listed:
                return False
        if kind.track is Track.VIDEO:
            return True
        rules = kind.rules
        if rules.shared_slot and any(
            office.office_id == kind.place and office.rooms == 0 for office in self.edition.offices
        ):
            return False
        if any(
            office.office_id == kind.place
            and office.seats_max is not None
            and office.seats_max < rules.local.size_min
            for office in self.edition.offices
        ):
            return False
        own_office = member.office == kind.place and rules.office_travel_km is not None
        km = rules.office_travel_km if own_office else rules.travel_km
        way = metres(self.edition.position(member), self._places[kind.place])
        return way <= Decimal(str(km)) * 1000

    def _may_share(self, block: frozenset[int], other: frozenset[int], kind: Kind) -> bool:
        """Whether two blocks, or one with itself, could be in one group of a kind, as pairs go."""
        both = block | other
        members = [self.edition.members[number] for number in both]
        return (
            _seats(members) <= kind.rules.sizes(kind.track).size_max
            and all(self._could_join(member, kind) for member in members)
            and self._seated(members, kind)
            and self._pins_allow(members, kind)
            and all(self._not_apart(a, b, kind) for a, b in itertools.combinations(members, 2))
        )

    def _not_apart(self, one: Member, other: Member, kind: Kind) -> bool:
        if one.member_id in other.apart or other.member_id in one.apart:
            return False
        if kind.track is Track.VIDEO or kind.rules.spread_km is None:
            return True
        way = metres(self.edition.position(one), self.edition.position(other))
        return way <= Decimal(str(kind.rules.spread_km)) * 1000

    def _pins_allow(self, members: list[Member], kind: Kind) -> bool:
        """Whether their pins leave them free for a group of this kind; blocks share their pins."""
        for member in members:
            ids = {
                self.edition.members[number].member_id
                for number in self._blocks[self.edition.members.index(member)]
            }
            pins = [pin for pin in self.edition.pins if ids & {pin.member_id, *pin.with_members}]
            if any(
                (pin.theme, pin.track, pin.place) == (kind.theme.id, kind.track, kind.place)
                for pin in pins
            ):
                continue
            themes = {pin.theme for pin in pins}
            rules = [self.edition.rules_of(one) for one in (*themes, kind.theme.id)]
            most = min(one.groups_per_member for one in rules)
            if any(self._said_only(self.edition.member_by_id[one]) for one in ids):
                most = 1  # a person holds one role, in one group
            if kind.theme.id in themes or len(themes) + 1 > most:
                return False
        return True

    def _said_only(self, member: Member) -> set[Role]:
        answers = {Role.MODERATOR: member.moderator, Role.SECRETARY: member.secretary}
        return {role for role, answer in answers.items() if answer == "only"}

    def _has_to_hold(self, member: Member) -> set[Role]:
        """Return the roles of which a member holds one or is not placed: by its answers or its pin."""
        pins = [pin.role for pin in self.edition.pins if pin.member_id == member.member_id]
        pinned: set[Role] = {role for role in pins if role and role is not Role.MEMBER}
        return pinned if pinned and self._one_group_each else self._said_only(member)

    def _most_seated(self, members: Iterable[Member], rules: Rules) -> tuple[int, int]:
        """Return how many have to hold a role, and how many of them can in one group."""
        wanting = sorted(filter(None, map(self._has_to_hold, members)), key=len)
        left = {Role.MODERATOR: rules.moderators, Role.SECRETARY: rules.secretaries}
        seated = 0
        for roles in wanting:
            free = [role for role in roles if left[role]]
            if free:
                left[free[0]] -= 1
                seated += 1
        return len(wanting), seated

    def _seated(self, members: Iterable[Member], kind: Kind) -> bool:
        wanting, seated = self._most_seated(members, kind.rules)
        return wanting == seated

    def _pool(self, own: frozenset[int], kind: Kind) -> frozenset[int]:
        blocks = set(self._blocks.values())
        return own.union(
            *(
                block
                for block in blocks
                if self._may_share(block, block, kind) and self._may_share(own, block, kind)
            )
        )

    def _lacking(self, own: frozenset[int], kind: Kind) -> frozenset[Reason]:
        """Return every reason that counting in the pool shows."""
        pool = self._pool(own, kind)
        rules = kind.rules
        moderators = {number for number in pool if self._volunteers(number, Role.MODERATOR)}
        secretaries = {number for number in pool if self._volunteers(number, Role.SECRETARY)}
        experienced = sum(self.edition.members[number].experienced for number in pool)
        wanting, seated = self._most_seated((self.edition.members[one] for one in pool), rules)
        found = {
            Reason.TOO_FEW: _seats(self.edition.members[one] for one in pool) - wanting + seated
            < rules.sizes(kind.track).size_min,
            Reason.NO_MODERATOR: len(moderators) < rules.moderators,
            Reason.NO_SECRETARY: len(secretaries) < rules.secretaries,
            Reason.TOO_FEW_VOLUNTEERS: not self._filled(pool, rules),
            Reason.TOO_FEW_EXPERIENCED: experienced < rules.experienced_min,
        }
        return frozenset(reason for reason, lacking in found.items() if lacking)

    def _volunteers(self, number: int, role: Role) -> bool:
        """Whether a member may hold a role; with one group each a pinned role leaves no other."""
        member = self.edition.members[number]
        pinned = {pin.role for pin in self.edition.pins if pin.member_id == member.member_id}
        free = not self._one_group_each or pinned <= {None, role}
        only = self._said_only(member)
        willing = member.moderator if role is Role.MODERATOR else member.secretary
        return bool(willing) and (not only or role in only) and free

    def _filled(self, members: frozenset[int], rules: Rules) -> bool:
        """Whether different members fill all seats: those who may hold either role come last."""
        either = {Role.MODERATOR: 0, Role.SECRETARY: 0}
        both = 0
        for number in members:
            roles = [role for role in either if self._volunteers(number, role)]
            if len(roles) == 2:
                both += 1
            elif roles:
                either[roles[0]] += 1
        short = max(0, rules.moderators - either[Role.MODERATOR])
        return short + max(0, rules.secretaries - either[Role.SECRETARY]) <= both

    def could_be_grouped(self, own: frozenset[int], kind: Kind) -> bool:
        """Whether some set of members with this block is a group that keeps every rule of a group."""
        pool = self._pool(own, kind)
        if len(pool) > MOST_ENUMERATED:
            return True
        others = sorted({self._blocks[number] for number in pool} - {own}, key=sorted)
        return any(
            self._is_group(own.union(*chosen), kind)
            for count in range(len(others) + 1)
            for chosen in itertools.combinations(others, count)
        )

    def _is_group(self, numbers: frozenset[int], kind: Kind) -> bool:
        limits = kind.rules.sizes(kind.track)
        members = [self.edition.members[number] for number in numbers]
        return (
            limits.size_min <= _seats(members) <= limits.size_max
            and self._filled(numbers, kind.rules)
            and sum(one.experienced for one in members) >= kind.rules.experienced_min
            and self._seated(members, kind)
            and all(self._not_apart(a, b, kind) for a, b in itertools.combinations(members, 2))
        )
