"""A pure check of a grouping: the rules of "A valid grouping" and its score, straight from the contract.

Comes in: an `Edition` and a `Grouping`. Goes out: a sentence per rule that is broken, none where the
grouping is valid and its score is the true one. Shares no code with the engine or the verifier.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from campaigns.rule_book import Kind, RuleBook

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role, Track
from sip_grouping.grouping import Group, Grouping, Placement


def valid(edition: Edition, grouping: Grouping, *, separate_slots: bool = True) -> list[str]:
    """Return what is wrong with a grouping; empty: it is valid, and its score is true."""
    check = _Check(RuleBook(edition, separate_slots), grouping)
    wrong = list(check.rows())
    if wrong:
        return wrong
    for group in grouping.group_records:
        wrong += [f"group {group.group_id}: {what}" for what in check.group(group)]
    wrong += [*check.members(), *check.pairs(), *check.pins(), *check.themes()]
    if separate_slots:
        wrong += check.slots()
    if not wrong and check.score() != grouping.score_thousandths:
        wrong.append(f"score {grouping.score_thousandths}, and it is {check.score()}")
    return wrong


@dataclass(frozen=True)
class _Check:
    book: RuleBook
    grouping: Grouping

    @cached_property
    def inside(self) -> dict[str, list[int]]:
        """Members of each group."""
        found: dict[str, list[int]] = defaultdict(list)
        for row in self.grouping.placements:
            found[row.group_id].append(self.book.number_of[row.member_id])
        return found

    @cached_property
    def groups_of(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for group_id, members in self.inside.items():
            for member in members:
                found[member].add(group_id)
        return found

    def kind(self, group: Group) -> Kind:
        rules = self.book.rules[group.theme]
        return Kind(
            group.theme,
            group.track,
            group.place,
            group.language if rules.shared_language else "",
            group.slot if rules.shared_slot else "",
        )

    def rows(self) -> Iterator[str]:
        """Whether both tables speak of the same groups, and every member has its row."""
        ids = [group.group_id for group in self.grouping.group_records]
        if len(set(ids)) < len(ids):
            yield "a group id stands twice"
        seats = [(row.member_id, row.group_id) for row in self.grouping.placements]
        if len(set(seats)) < len(seats):
            yield "a member is in one group twice"
        placed = {member_id for member_id, _ in seats}
        left = [row.member_id for row in self.grouping.left_out]
        if sorted([*placed, *left]) != sorted(self.book.number_of):
            yield "not exactly one of placed and left out for each member"
        known = placed <= set(self.book.number_of)
        if set(ids) != {group_id for _, group_id in seats} or not known:
            yield "the tables name different groups, or unknown members"
        if any(group.theme not in self.book.rules for group in self.grouping.group_records):
            yield "an unknown theme"

    def group(self, group: Group) -> Iterator[str]:
        book, kind, members = self.book, self.kind(group), self.inside[group.group_id]
        rules = book.rules[group.theme]
        if group.track not in book.edition.theme_by_id[group.theme].tracks:
            yield "track not allowed"
        local = group.track is Track.LOCAL
        if (local and group.place not in book.candidates) or (not local and group.place):
            yield f"no group may meet at {group.place!r}"
            return
        limits = book.size(kind)
        if not limits.size_min <= len(members) <= limits.size_max:
            yield f"size {len(members)}"
        for member in members:
            if not book.may_join(member, kind):
                yield f"member {member} may not join {kind}"
        people = [book.members[one] for one in members]
        if rules.shared_language and not group.language and any(one.languages for one in people):
            yield "no language"
        if rules.shared_slot and not group.slot and any(one.slots for one in people):
            yield "no slot"
        for first, second in combinations(members, 2):
            if book.too_far(first, second, kind):
                yield f"members {first} and {second} live too far apart"
        held = [row for row in self.grouping.placements if row.group_id == group.group_id]
        for role, wanted, named in (
            (Role.MODERATOR, rules.moderators, group.moderators),
            (Role.SECRETARY, rules.secretaries, group.secretaries),
        ):
            holders = [row.member_id for row in held if row.role is role]
            if len(holders) != wanted or sorted(holders) != sorted(named):
                yield f"{len(holders)} hold the role {role}, {len(named)} are named, {wanted} wanted"
            for one in holders:
                if not book.may_hold(book.number_of[one], role):
                    yield f"{one} may not be {role}"
        for row in held:
            only = book.said_only(book.number_of[row.member_id])
            if only and row.role not in only:
                yield f"{row.member_id} takes part in a role only, and is {row.role}"
        experienced = sum(book.is_experienced(one) for one in members)
        if experienced < book.experienced_min(group.theme):
            yield f"only {experienced} experienced members"

    def members(self) -> Iterator[str]:
        """Check groups per member and one role per person."""
        theme_of = {group.group_id: group.theme for group in self.grouping.group_records}
        for member, groups in self.groups_of.items():
            themes = Counter(theme_of[one] for one in groups)
            most = min(self.book.rules[theme].groups_per_member for theme in themes)
            if len(groups) > most or max(themes.values()) > 1:
                yield f"member {member} is in {len(groups)} groups"
        held = Counter(
            row.member_id for row in self.grouping.placements if row.role is not Role.MEMBER
        )
        yield from (f"{one} holds {count} roles" for one, count in held.items() if count > 1)

    def pairs(self) -> Iterator[str]:
        for first, second in map(sorted, self.book.together):
            if self.groups_of.get(first, set()) != self.groups_of.get(second, set()):
                yield f"members {first} and {second} are not together"
        for first, second in map(sorted, self.book.apart):
            if self.groups_of.get(first, set()) & self.groups_of.get(second, set()):
                yield f"members {first} and {second} are not apart"

    def pins(self) -> Iterator[str]:
        def kept(group: Group, row: Placement) -> bool:
            here = {self.book.members[one].member_id for one in self.inside[group.group_id]}
            same = (group.theme, group.track, group.place) == (pin.theme, pin.track, pin.place)
            return same and pin.role in {None, row.role} and set(pin.with_members) <= here

        for pin in self.book.edition.pins:
            rows = [row for row in self.grouping.placements if row.member_id == pin.member_id]
            if not any(kept(self.grouping.group_by_id[row.group_id], row) for row in rows):
                yield f"the pin of {pin.member_id} is not kept"

    def themes(self) -> Iterator[str]:
        counts = Counter(group.theme for group in self.grouping.group_records)
        for theme in self.book.edition.themes:
            if not theme.groups_min <= counts[theme.id] <= theme.groups_max:
                yield f"{counts[theme.id]} groups of {theme.id}"

    def slots(self) -> Iterator[str]:
        """Rule 8: groups of one member in different slots, and no more groups than rooms."""
        kinds = {group.group_id: self.kind(group) for group in self.grouping.group_records}
        for member, groups in self.groups_of.items():
            taken = [kinds[one].slot for one in groups if kinds[one].slot]
            if len(set(taken)) < len(taken):
                yield f"member {member} has two groups in one slot"
        rooms = Counter((kind.place, kind.slot) for kind in kinds.values() if kind.slot)
        for office in self.book.edition.offices:
            for (place, slot), count in rooms.items():
                if place == office.office_id and office.rooms is not None and count > office.rooms:
                    yield f"{count} groups at {place} in slot {slot}"

    def score(self) -> int:
        kinds = {group.group_id: self.kind(group) for group in self.grouping.group_records}
        gains = sum(
            self.book.gain(self.book.number_of[row.member_id], kinds[row.group_id])
            for row in self.grouping.placements
        )
        return gains - self.book.group_loss * len(kinds)
