"""The file contract's "A valid grouping" and "Score", read anew: what one member may do in one group.

Comes in: an `Edition`. Goes out: `RuleBook`: the kinds of group that may exist, who may join each by its
own answers, and the thousandths of a point that a seat is worth. Shares no code with the engine or the
verifier; distances and candidate places are those of `positions` (geopy alone).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any, NamedTuple

from positions import Position, candidate_positions, metres

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Rules, SizeLimits, Track


class Kind(NamedTuple):
    """A kind of group. `place` is empty for video, `language` and `slot` where none need be shared."""

    theme: str
    track: Track
    place: str
    language: str
    slot: str


def thousandths(number: float) -> int:
    """Return points as thousandths, or kilometres as whole metres, as they are written."""
    return int(Decimal(str(number)) * 1000)


@dataclass(frozen=True)
class RuleBook:
    """What the contract says of an edition.

    Attributes
    ----------
    separate_slots
        Rule 8 counts too.
    pins_hold
        Who is pinned may join no group that the pin rules out, nor hold another role.
    """

    edition: Edition
    separate_slots: bool = True
    pins_hold: bool = False

    @property
    def members(self) -> tuple[Member, ...]:
        """The members, whose positions are their numbers here."""
        return self.edition.members

    @cached_property
    def number_of(self) -> dict[str, int]:
        """Positions of the members by id."""
        return {member.member_id: number for number, member in enumerate(self.members)}

    @cached_property
    def rules(self) -> dict[str, Rules]:
        """Rules by theme."""
        return {theme.id: self.edition.rules_of(theme.id) for theme in self.edition.themes}

    @cached_property
    def homes(self) -> list[Position]:
        """Positions of the members' homes."""
        return [self.edition.position(member) for member in self.members]

    @cached_property
    def candidates(self) -> dict[str, Position]:
        """Where local groups may meet."""
        return candidate_positions(self.edition)

    def size(self, kind: Kind) -> SizeLimits:
        """Return the smallest and largest size of a group."""
        rules = self.rules[kind.theme]
        return rules.local if kind.track is Track.LOCAL else rules.video

    def experienced_min(self, theme: str) -> int:
        """Return how many experienced members a group of the theme needs."""
        return int(getattr(self.rules[theme], "experienced_min", 0) or 0)

    def is_experienced(self, member: int) -> bool:
        """Return whether a member has been in an edition before."""
        return bool(getattr(self.members[member], "experienced", False))

    def travel_m(self, member: int, place: str) -> int:
        """Return metres from home to a candidate place."""
        return metres(self.homes[member], self.candidates[place])

    def travel_limit_m(self, member: int, theme: str, place: str) -> int:
        """Return the longest way to a place: the office limit counts at the member's own office."""
        rules: Any = self.rules[theme]
        at_own_office = self.members[member].office == place
        if at_own_office and rules.office_travel_km is not None:
            return thousandths(rules.office_travel_km)
        return thousandths(rules.travel_km)

    def may_hold(self, member: int, role: Role) -> bool:
        """Return whether a member may be moderator, or secretary."""
        one, only = self.members[member], self.said_only(member)
        volunteers = one.moderator if role is Role.MODERATOR else one.secretary
        return (
            bool(volunteers) and (not only or role in only) and self._pinned_roles(member) <= {role}
        )

    def said_only(self, member: int) -> frozenset[Role]:
        """Return the roles to which a member said `only`: it holds one of them or is not placed."""
        one = self.members[member]
        answers = {Role.MODERATOR: one.moderator, Role.SECRETARY: one.secretary}
        return frozenset(role for role, answer in answers.items() if answer == "only")

    def has_to_hold(self, member: int) -> frozenset[Role]:
        """Return the roles of which a member has to hold one: said to be the only ones, or pinned."""
        pinned = self._pinned_roles(member) - {Role.MEMBER}
        return pinned or self.said_only(member)

    def _pinned_roles(self, member: int) -> frozenset[Role]:
        one_group = max(rules.groups_per_member for rules in self.rules.values()) == 1
        return frozenset(
            pin.role
            for pin in self.edition.pins
            if self.pins_hold
            and one_group
            and pin.role
            and pin.member_id == self.members[member].member_id
        )

    def seats(self, theme: str) -> dict[Role, int]:
        """Return the seats of each role in a group of a theme."""
        rules = self.rules[theme]
        return {Role.MODERATOR: rules.moderators, Role.SECRETARY: rules.secretaries}

    def seated(self, members: Iterable[int], theme: str) -> bool:
        """Return whether one group has a seat for each of them who has to hold a role."""
        seats = self.seats(theme)
        wanting = [only for only in map(self.has_to_hold, members) if only]
        return all(
            sum(only <= set(roles) for only in wanting) <= sum(seats[role] for role in roles)
            for roles in ((Role.MODERATOR,), (Role.SECRETARY,), tuple(seats))
        )

    def too_far(self, first: int, second: int, kind: Kind) -> bool:
        """Return whether two homes are further apart than `spread_km` of a local group."""
        limit = self.rules[kind.theme].spread_km
        if kind.track is Track.VIDEO or limit is None:
            return False
        return metres(self.homes[first], self.homes[second]) > Decimal(str(limit)) * 1000

    def may_study(self, member: int, theme: str) -> bool:
        """Return whether a member takes part, ranked the theme, and it is open in its country."""
        one = self.members[member]
        takes_part = one.cooperator and one.commits
        return (
            takes_part
            and theme in one.themes
            and one.country in self.edition.theme_by_id[theme].countries
        )

    def may_join(self, member: int, kind: Kind) -> bool:
        """Return whether a member may be in a group of this kind, by its own answers."""
        return self.reaches(member, kind) and self.seated([member], kind.theme)

    def reaches(self, member: int, kind: Kind) -> bool:
        """Return the same whatever the roles that the member has to hold."""
        one = self.members[member]
        if not self.may_study(member, kind.theme):
            return False
        if kind.track is Track.VIDEO:
            if not one.video:
                return False
        elif (
            self._without_rooms(kind)
            or not one.local
            or self.travel_m(member, kind.place)
            > self.travel_limit_m(member, kind.theme, kind.place)
        ):
            return False
        speaks = not kind.language or not one.languages or kind.language in one.languages
        free = not kind.slot or not one.slots or kind.slot in one.slots
        return speaks and free and not (self.pins_hold and self._pinned_elsewhere(member, kind))

    def _without_rooms(self, kind: Kind) -> bool:
        """Return whether a kind shares a slot and its place is an office that has no room for it."""
        if not self.separate_slots or not self.rules[kind.theme].shared_slot:
            return False
        return any(one.office_id == kind.place and one.rooms == 0 for one in self.edition.offices)

    def _pinned_elsewhere(self, member: int, kind: Kind) -> bool:
        """Return whether the pins of those it belongs together with leave it no group of this kind."""
        where = self._pinned_where[member]
        if kind.theme in where:
            return where[kind.theme] != kind[1:3]
        most = min(self.rules[theme].groups_per_member for theme in (*where, kind.theme))
        # A person holds one role, so who said `only`, and all it belongs together with, are in one group.
        if any(map(self.said_only, self.block_of(member))):
            most = 1
        return len(where) >= most

    @cached_property
    def _pinned_where(self) -> list[dict[str, tuple[Track, str]]]:
        """Per member the track and place of each theme it is pinned to, itself or with others."""
        found: list[dict[str, tuple[Track, str]]] = [{} for _ in self.members]
        for pin in self.edition.pins:
            for member_id in (pin.member_id, *pin.with_members):
                for member in self.block_of(self.number_of[member_id]):
                    found[member][pin.theme] = (pin.track, pin.place)
        return found

    @cached_property
    def pools(self) -> dict[Kind, tuple[int, ...]]:
        """Who may join each kind of group; kinds that nobody may join are left out."""
        found: dict[Kind, tuple[int, ...]] = {}
        for theme, track, place in self.wheres():
            rules = self.rules[theme]
            bare = Kind(theme, track, place, "", "")
            here = [one for one in range(len(self.members)) if self.may_join(one, bare)]
            listed = [self.members[one] for one in here]
            languages = {code for one in listed for code in one.languages}
            slots = {code for one in listed for code in one.slots}
            for language in sorted(languages) if rules.shared_language and languages else ("",):
                for slot in sorted(slots) if rules.shared_slot and slots else ("",):
                    kind = Kind(theme, track, place, language, slot)
                    pool = tuple(one for one in here if self.may_join(one, kind))
                    if pool:
                        found[kind] = pool
                if rules.shared_slot and slots and self.separate_slots:
                    # Members who are always free may meet outside all listed slots.
                    kind = Kind(theme, track, place, language, "")
                    pool = tuple(
                        one
                        for one in here
                        if self.may_join(one, kind) and not self.members[one].slots
                    )
                    if pool:
                        found[kind] = pool
        return found

    def wheres(self) -> Iterator[tuple[str, Track, str]]:
        """Yield every theme with its tracks and candidate places."""
        for theme in self.edition.themes:
            if Track.VIDEO in theme.tracks:
                yield theme.id, Track.VIDEO, ""
            if Track.LOCAL in theme.tracks:
                for place in self.candidates:
                    yield theme.id, Track.LOCAL, place

    def gain(self, member: int, kind: Kind) -> int:
        """Return thousandths of a point for a member in a group, without what the group costs."""
        one, score = self.members[member], self.edition.score
        rank = min(one.themes.index(kind.theme), len(score.rank_points) - 1)
        points = thousandths(score.rank_points[rank])
        if kind.track is Track.VIDEO:
            return points - thousandths(score.video_points) * one.local
        lost = Decimal(str(score.km_points)) * self.travel_m(member, kind.place)
        return points - int(lost.quantize(Decimal(1), ROUND_HALF_UP))

    @cached_property
    def group_loss(self) -> int:
        """Thousandths of a point lost per group."""
        return thousandths(self.edition.score.group_points)

    @cached_property
    def together(self) -> frozenset[frozenset[int]]:
        """Pairs that share their groups, whichever row names them."""
        return self._pairs("together")

    @cached_property
    def apart(self) -> frozenset[frozenset[int]]:
        """Pairs that share no group, whichever row names them."""
        return self._pairs("apart")

    def _pairs(self, field: str) -> frozenset[frozenset[int]]:
        return frozenset(
            frozenset((number, self.number_of[other]))
            for number, member in enumerate(self.members)
            for other in getattr(member, field)
        )

    @cached_property
    def _ties(self) -> frozenset[frozenset[int]]:
        """Pairs that go together, also those who share the only group of a pin."""
        if not self.pins_hold or max(one.groups_per_member for one in self.rules.values()) > 1:
            return self.together
        return self.together | {
            frozenset((self.number_of[pin.member_id], self.number_of[other]))
            for pin in self.edition.pins
            for other in pin.with_members
        }

    def block_of(self, member: int) -> frozenset[int]:
        """Return the member and all who are where it is: together, or pinned, directly or through others."""
        block = {member}
        while True:
            more = {one for pair in self._ties if pair & block for one in pair} - block
            if not more:
                return frozenset(block)
            block |= more
