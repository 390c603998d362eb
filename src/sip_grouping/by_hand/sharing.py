"""Language and slot of groups whose members changed: kept where they fit, else one that all list.

Comes in: groups as the tables say them, and their members. Goes out: a language, a slot for each. Where no
code is listed by all, the group keeps what it has, so that the verifier can name who does not list it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Track
from sip_grouping.reading.group_rows import HandGroup

MOST_STEPS = 100_000
"""Slots tried for groups that need another one; after them each takes the first that is free."""

Members = Mapping[str, Sequence[Member]]
"""Members by group id."""


def languages_of(edition: Edition, groups: Sequence[HandGroup], members: Members) -> dict[str, str]:
    """Return the language of each group."""
    found = {}
    for group in groups:
        lists = [one.languages for one in members[group.group_id]]
        ruled = edition.rules_of(group.theme).shared_language
        found[group.group_id] = _codes(group.language, lists, ruled=ruled)[0]
    return found


def slots_of(edition: Edition, groups: Sequence[HandGroup], members: Members) -> dict[str, str]:
    """Return the slot of each group.

    Groups that need another slot get one in which no member has another group and the office has a room,
    if there are such slots for all of them.
    """
    taken = _Taken(edition)
    found: dict[str, str] = {}
    open_groups: list[tuple[HandGroup, tuple[str, ...]]] = []
    for group in groups:
        lists = [one.slots for one in members[group.group_id]]
        ruled = edition.rules_of(group.theme).shared_slot
        choices = _codes(group.slot, lists, ruled=ruled)
        if len(choices) == 1 or not ruled:
            found[group.group_id] = choices[0]
            taken.add(group, members[group.group_id], choices[0], 1)
        else:
            open_groups.append((group, choices))
    return found | _free_slots(open_groups, members, taken)


def _codes(wanted: str, lists: Sequence[tuple[str, ...]], *, ruled: bool) -> tuple[str, ...]:
    """Return what a group may have: what it has where that fits, else all that its members share.

    Parameters
    ----------
    ruled
        Whether a rule asks for a shared code. Else it may have none.
    """
    own = [set(codes) for codes in lists if codes]
    by_all = all(wanted in codes for codes in own)
    if (by_all if ruled else bool(own) and by_all) if wanted else not (ruled and own):
        return (wanted,)
    shared = sorted(set.intersection(*own)) if own else []
    return tuple(shared) or (wanted if ruled and own else "",)


@dataclass
class _Taken:
    """Slots in which members and rooms are taken; only those of groups that share a slot count."""

    edition: Edition
    of_member: Counter[tuple[str, str]] = field(default_factory=Counter)
    of_place: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, group: HandGroup, members: Sequence[Member], slot: str, count: int) -> None:
        if not slot or not self.edition.rules_of(group.theme).shared_slot:
            return
        for member in members:
            self.of_member[member.member_id, slot] += count
        if group.track is Track.LOCAL:
            self.of_place[group.place, slot] += count

    def is_free(self, group: HandGroup, members: Sequence[Member], slot: str) -> bool:
        if any(self.of_member[member.member_id, slot] for member in members):
            return False
        office = self.edition.office_by_id.get(group.place)
        rooms = None if office is None or group.track is not Track.LOCAL else office.rooms
        return rooms is None or self.of_place[group.place, slot] < rooms


def _free_slots(
    groups: Sequence[tuple[HandGroup, tuple[str, ...]]], members: Members, taken: _Taken
) -> dict[str, str]:
    """Return a free slot for each group, by trying; where there is none for all, the first that is free."""
    groups = sorted(groups, key=lambda one: len(one[1]))
    tried = [0] * len(groups)
    chosen: list[str] = []
    for _ in range(MOST_STEPS):
        if len(chosen) == len(groups):
            break
        group, choices = groups[len(chosen)]
        inside = members[group.group_id]
        start = tried[len(chosen)]
        at = next(
            (n for n in range(start, len(choices)) if taken.is_free(group, inside, choices[n])),
            None,
        )
        if at is not None:
            tried[len(chosen)] = at + 1
            taken.add(group, inside, choices[at], 1)
            chosen.append(choices[at])
        elif chosen:
            tried[len(chosen)] = 0
            before = groups[len(chosen) - 1][0]
            taken.add(before, members[before.group_id], chosen.pop(), -1)
        else:
            break
    for group, choices in groups[len(chosen) :]:
        inside = members[group.group_id]
        free = (one for one in choices if taken.is_free(group, inside, one))
        chosen.append(next(free, choices[0]))
        taken.add(group, inside, chosen[-1], 1)
    return {group.group_id: slot for (group, _), slot in zip(groups, chosen, strict=True)}
