"""Rounds of a few members, and what is best in them by plain enumeration: no solver, no code of the engine.

Comes in: a seed. Goes out: a `TinyRound`: an edition as it stands after answers to a first grouping; and the
best value of forming its groups again, by the number of moves, or the least price of broken promises. Written
from the contract of rounds.
"""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from positions import candidate_positions
from tiny_editions import tiny_edition
from valid_groups import ValidGroup, said_only, valid_groups

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Role
from sip_grouping.errors import InputError
from sip_grouping.grouping import Group, Grouping, Placement
from sip_grouping.grouping.promises import pins_of_accepted
from sip_grouping.solve.reform import promises_in


@dataclass(frozen=True)
class TinyRound:
    """An edition as it stands, its earlier groups, who asked for a change, and who accepted which role."""

    edition: Edition
    earlier: Grouping
    asked: frozenset[str]
    accepted: Mapping[str, Role]


def tiny_round(
    seed: int, *, accepting: float = 0.4, draw: Callable[[int], Edition] = tiny_edition
) -> TinyRound | None:
    """Return the round of a seed; None where its edition forms no groups, or several per member."""
    rng = random.Random(seed)
    drawn = draw(seed)
    if drawn.most_groups_per_member > 1:
        return None
    no_limits = {"rooms": None, "seats_max": None}
    offices = tuple(one.model_copy(update=no_limits) for one in drawn.offices)
    loose = drawn.replace(pins=(), offices=offices)
    late = {one.member_id for one in loose.members if rng.random() < 0.15}
    first = sip.form_groups(_without(loose, late), work_limit=50.0)
    if first.grouping is None or not first.grouping.placements:
        return None
    earlier = first.grouping
    declined, asked, accepted = set[str](), set[str](), dict[str, Role]()
    for one in earlier.placements:
        drawn_number = rng.random()
        if drawn_number < 0.2:
            declined.add(one.member_id)
        elif drawn_number < 0.35:
            asked.add(one.member_id)
        elif drawn_number < 0.35 + accepting:
            # A role that was proposed since then is not accepted with the place.
            plain = one.role is not Role.MEMBER and rng.random() < 0.2
            accepted[one.member_id] = Role.MEMBER if plain else one.role
    members = tuple(_changed(one, rng) if one.member_id in asked else one for one in loose.members)
    edition = _without(loose.replace(members=members), declined)
    promises = promises_in(edition, earlier, accepted)
    try:
        edition.replace(pins=pins_of_accepted(earlier, promises))
    except InputError:
        # Whoever comes late cannot belong together with somebody whose place is settled elsewhere.
        return None
    return TinyRound(edition, earlier, frozenset(asked | declined), accepted)


def _without(edition: Edition, gone: set[str]) -> Edition:
    """Return the edition in which some take no part; who belongs together with them no longer does."""
    members = []
    for one in edition.members:
        kept = tuple(other for other in one.together if other not in gone)
        changes: dict[str, object] = {"together": kept if one.commits else ()}
        if one.member_id in gone:
            changes = {"commits": False, "together": (), "apart": ()}
        members.append(one.model_copy(update=changes))
    return edition.replace(members=tuple(members))


def _changed(member: Member, rng: random.Random) -> Member:
    themes = list(member.themes)
    rng.shuffle(themes)
    return member.model_copy(update={"themes": tuple(themes)})


@dataclass(frozen=True)
class Option:
    """A valid group under a label, with what it adds.

    `points`: gains less what changes for its members, `moves` of theirs, `price` of promises that break in
    it, and `broken` promises.
    """

    group: ValidGroup
    label: str
    points: int
    moves: int
    price: int
    broken: int
    kept: frozenset[str]


class ByEnumeration:
    """All ways to form the groups of a round again.

    Parameters
    ----------
    fixed
        Whether every accepted placement stays.
    groups
        Every group that is valid by itself, of the edition with pins for accepted placements.
    """

    def __init__(
        self,
        tiny: TinyRound,
        *,
        fixed: bool,
        groups: Callable[[Edition], Iterable[ValidGroup]] = valid_groups,
    ) -> None:
        self.tiny = tiny
        self.fixed = fixed
        self.edition = tiny.edition
        self.ids = [one.member_id for one in self.edition.members]
        out = {
            one.member_id for one in self.edition.members if not (one.cooperator and one.commits)
        }
        self.before = {
            one.member_id: one
            for one in tiny.earlier.placements
            if one.member_id not in tiny.asked - set(tiny.accepted) and one.member_id not in out
        }
        self.accepted = {who: role for who, role in tiny.accepted.items() if who in self.before}
        self.stayers = Counter(one.group_id for one in self.before.values())
        prices = self.edition.disruption
        self.prices = {
            name: int(Decimal(str(getattr(prices, name))) * 1000)
            for name in type(prices).model_fields
        }
        self.options: list[list[Option]] = [[] for _ in self.ids]
        for group in groups(self._with_pins(self.accepted)):
            for option in self._options(group):
                self.options[group.members[0]].append(option)

    def _with_pins(self, kept: Collection[str]) -> Edition:
        """Return the edition with pins that make places of groups of what was accepted."""
        pins = [
            Pin(
                member_id=who,
                theme=one.theme,
                track=one.track,
                place=self.tiny.earlier.group_by_id[one.group_id].place,
            )
            for who, one in self.before.items()
            if who in kept
        ]
        return self.edition.replace(pins=(*self.edition.pins, *pins))

    def best_by_moves(self) -> dict[int, int]:
        """Return the best value by the number of moves."""
        found: dict[int, int] = {}
        for options in self.groupings():
            value, moves, _, _ = self.total(options)
            found[moves] = max(found.get(moves, value), value)
        return found

    def best_score_by_moves(self) -> dict[int, int]:
        """Return the best plain score by the number of moves."""
        found: dict[int, int] = {}
        for options in self.groupings():
            moves, score = self.total(options)[1], self.score(options)
            found[moves] = max(found.get(moves, score), score)
        return found

    def score(self, options: tuple[Option, ...]) -> int:
        """Return the plain score of groups."""
        group_points = int(Decimal(str(self.edition.score.group_points)) * 1000)
        return sum(one.group.value for one in options) - group_points * len(options)

    def least_price(self) -> tuple[int, int] | None:
        """Return the least price of broken promises, and the fewest at that price; None: no grouping."""
        return min((self.total(one)[2:] for one in self.groupings()), default=None)

    def total(self, options: tuple[Option, ...]) -> tuple[int, int, int, int]:
        placed = {self.ids[i] for one in options for i in one.group.members}
        out = [who for who in self.before if who not in placed]
        closed = len(self.tiny.earlier.group_records) - sum(bool(one.label) for one in options)
        group_points = int(Decimal(str(self.edition.score.group_points)) * 1000)
        value = sum(one.points for one in options) - group_points * len(options)
        value -= self.prices["left_out"] * len(out) + self.prices["group_closed"] * closed
        broken = [who for who in out if who in self.accepted]
        return (
            value,
            sum(one.moves for one in options) + len(out),
            sum(one.price for one in options) + self.prices["left_out"] * len(broken),
            sum(one.broken for one in options) + len(broken),
        )

    def groupings(self) -> Iterator[tuple[Option, ...]]:
        themes = self.edition.themes

        def chosen(
            first: int, taken: frozenset[int], options: tuple[Option, ...]
        ) -> Iterator[tuple[Option, ...]]:
            if first == len(self.ids):
                count = Counter(one.group.theme for one in options)
                placed = {self.ids[i] for i in taken}
                kept = not self.fixed or self.accepted.keys() <= placed
                if (
                    kept
                    and self._are_places(options)
                    and all(t.groups_min <= count[t.id] <= t.groups_max for t in themes)
                ):
                    yield options
                return
            yield from chosen(first + 1, taken, options)
            labels = {one.label for one in options}
            for option in self.options[first] if first not in taken else ():
                free = not option.label or option.label not in labels
                if free and taken.isdisjoint(option.group.members):
                    now = taken | set(option.group.members)
                    yield from chosen(first + 1, now, (*options, option))

        return chosen(0, frozenset(), ())

    def _are_places(self, options: tuple[Option, ...]) -> bool:
        """Return whether each place is one: of the edition, or by a promise that is kept there."""
        if self.fixed:
            return True
        kept = {who for one in options for who in one.kept}
        places = candidate_positions(self._with_pins(kept))
        return all(not one.group.place or one.group.place in places for one in options)

    def _options(self, group: ValidGroup) -> Iterator[Option]:
        inside = [self.ids[i] for i in group.members]
        for label in ("", *(one.group_id for one in self.tiny.earlier.group_records)):
            earlier = self.tiny.earlier.group_by_id.get(label)
            if earlier is not None and not self._may_go_on(group, inside, earlier):
                continue
            if self.fixed and any(
                who in self.accepted
                and (earlier is None or not self._as_it_was(group, who, earlier))
                for who in inside
            ):
                continue
            made = list(self._with_roles(group, inside, label, earlier))
            if made:
                if self.fixed:
                    yield max(made, key=lambda one: one.points)
                else:
                    yield min(made, key=lambda one: (one.price, one.broken))

    def _may_go_on(self, group: ValidGroup, inside: list[str], earlier: Group) -> bool:
        if group.theme != earlier.theme:
            return False
        stay = [
            w for w in inside if w in self.before and self.before[w].group_id == earlier.group_id
        ]
        if 2 * len(stay) > self.stayers[earlier.group_id]:
            return True
        return any(who in self.accepted and self._as_it_was(group, who, earlier) for who in stay)

    def goes_on_as_it_was(self, option: Option) -> bool:
        """Return whether a group is one of before that meets as it did."""
        earlier = self.tiny.earlier.group_by_id.get(option.label)
        inside = (self.ids[i] for i in option.group.members)
        stay = [
            who
            for who in inside
            if who in self.before and self.before[who].group_id == option.label
        ]
        return earlier is not None and any(
            self._as_it_was(option.group, who, earlier) for who in stay
        )

    def _as_it_was(self, group: ValidGroup, who: str, earlier: Group) -> bool:
        before = self.before[who]
        members = [self.edition.members[i] for i in group.members]
        return (
            before.group_id == earlier.group_id
            and (group.track, group.place) == (earlier.track, earlier.place)
            and (not earlier.slot or earlier.slot in group.slots or "" in group.slots)
            and all(
                not earlier.language or not m.languages or earlier.language in m.languages
                for m in members
            )
        )

    def _with_roles(
        self, group: ValidGroup, inside: list[str], label: str, earlier: Group | None
    ) -> Iterator[Option]:
        members = {
            who: self.edition.members[i] for who, i in zip(inside, group.members, strict=True)
        }
        chairs = [w for w in inside if members[w].moderator]
        scribes = [w for w in inside if members[w].secretary]
        for moderators in itertools.combinations(chairs, group.moderators):
            for secretaries in itertools.combinations(scribes, group.secretaries):
                if set(moderators) & set(secretaries):
                    continue
                role = dict.fromkeys(inside, Role.MEMBER)
                role |= dict.fromkeys(moderators, Role.MODERATOR)
                role |= dict.fromkeys(secretaries, Role.SECRETARY)
                if any(said_only(m) and role[w] not in said_only(m) for w, m in members.items()):
                    continue
                if self.fixed and any(
                    self.accepted.get(w, Role.MEMBER) not in {Role.MEMBER, role[w]} for w in inside
                ):
                    continue
                yield self._counted(group, inside, label, earlier, role)

    def _counted(
        self,
        group: ValidGroup,
        inside: list[str],
        label: str,
        earlier: Group | None,
        role: Mapping[str, Role],
    ) -> Option:
        points, moves, price, kept, broken = group.value, 0, 0, set[str](), 0
        for who in inside:
            before = self.before.get(who)
            if before is None:
                continue
            kinds = self._kinds(group, label, earlier, before)
            moves += bool({"moved_group", "moved_theme"} & set(kinds))
            cost = sum(self.prices[kind] for kind in kinds)
            points -= cost + self._roles_cost(before.role, role[who], gained=True)
            if who in self.accepted:
                price += cost + self._roles_cost(self.accepted[who], role[who], gained=False)
                whole = earlier is not None and self._as_it_was(group, who, earlier)
                if whole and self.accepted[who] in {Role.MEMBER, role[who]}:
                    kept.add(who)
                else:
                    broken += 1
        return Option(group, label, points, moves, price, broken, frozenset(kept))

    def _roles_cost(self, before: Role, now: Role, *, gained: bool) -> int:
        lost = before is not Role.MEMBER and now is not before
        new = now is not Role.MEMBER and now is not before
        return self.prices["role_lost"] * lost + self.prices["role_gained"] * (new and gained)

    def _kinds(
        self, group: ValidGroup, label: str, earlier: Group | None, before: Placement
    ) -> list[str]:
        was = self.tiny.earlier.group_by_id[before.group_id]
        found = []
        if group.theme != before.theme:
            found.append("moved_theme")
        elif label != before.group_id:
            found.append("moved_group")
        if group.track is not before.track:
            found.append("track_changed")
        if earlier is not None and label == before.group_id:
            if group.track is before.track and group.place != was.place:
                found.append("place_changed")
            slots = [one for one in group.slots if one]
            if was.slot and slots and was.slot not in slots:
                found.append("slot_changed")
        return found
