"""Generated editions with the rules that a study asks for: how far, who apart, who together, when.

Comes in: places, members, seed and the `Wanted` rules. Goes out: an `Edition`, the same everywhere for
the same arguments: of `Random` only `random()` is drawn from, whose values Python guarantees.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple, TypeVar

import numpy as np

from sip_grouping import Edition, synthetic_edition
from sip_grouping.edition.records import Member
from sip_grouping.geography.distance import distances_m

_T = TypeVar("_T")

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat")
WEEK = tuple(f"{day}-{part}" for day in DAYS for part in ("morning", "afternoon", "evening"))
USUAL_THEMES = 4


class Shares(NamedTuple):
    """Parts of the members who volunteer for each role, and who live anywhere."""

    moderators: float
    secretaries: float
    tail: float


USUAL = Shares(0.15, 0.17, 0.16)
BLOCK_KM = 10
"""So far from the first of a block the others live at most."""


class Slots(NamedTuple):
    """So many weekly slots are known, of which each member lists `least` to `most`."""

    known: int
    least: int
    most: int


@dataclass(frozen=True)
class Wanted:
    """Rules of an edition beyond the defaults; what is None or 0 is left as it is.

    Attributes
    ----------
    spread_km
        Any two members of a local group live within.
    apart
        So many pairs of members of one country and office are apart; one member may be in several.
    pairs, triples
        So many pairs and so many triples of neighbours are together.
    slots
        `shared_slot`, with these slots.
    moderators
        Volunteers per group.
    video
        The part of those accepting video who still do; the others accept local groups alone.
    any_language
        Members of a group need not share a language.
    themes
        So many themes; 0: the four of the edition 2020-2021.
    volunteers
        The part of the members who volunteer for each role, where it is not the usual one.
    tail
        The part of the members who live anywhere, not around an office, where it is not the usual one.
    """

    spread_km: float | None = None
    apart: int = 0
    pairs: int = 0
    triples: int = 0
    slots: Slots | None = None
    moderators: int | None = None
    video: float | None = None
    any_language: bool = False
    themes: int = 0
    volunteers: float | None = None
    tail: float | None = None

    def __str__(self) -> str:
        """Return the rules as one text, as it stands in the rows."""
        parts = []
        if self.spread_km is not None:
            parts.append(f"spread_km={self.spread_km:g}")
        counts = {"apart": self.apart, "pairs": self.pairs, "triples": self.triples}
        parts += [f"{name}={count}" for name, count in counts.items() if count]
        if self.slots is not None:
            parts.append(f"slots={self.slots.known}:{self.slots.least}-{self.slots.most}")
        if self.moderators is not None:
            parts.append(f"moderators={self.moderators}")
        if self.video is not None:
            parts.append(f"video={self.video:g}")
        if self.any_language:
            parts.append("any-language")
        if self.themes:
            parts.append(f"themes={self.themes}")
        if self.volunteers is not None:
            parts.append(f"volunteers={self.volunteers:g}")
        if self.tail is not None:
            parts.append(f"tail={self.tail:g}")
        return " ".join(parts)


Family = Literal["offices", "towns", "postcodes"]


def generated(places: Family, members: int, seed: int, wanted: Wanted) -> Edition:
    """Return the edition.

    `offices`: groups meet there alone; `towns`: in 10 km thinned towns too; `postcodes`: in every postcode
    where a member lives.
    """
    usual = (
        USUAL if wanted.volunteers is None else (wanted.volunteers, wanted.volunteers, USUAL.tail)
    )
    moderators, secretaries, tail = usual
    edition = synthetic_edition(
        members=members,
        seed=seed,
        towns="none" if places == "offices" else "members",
        themes=wanted.themes or USUAL_THEMES,
        moderator_share=moderators,
        secretary_share=secretaries,
        tail_share=tail if wanted.tail is None else wanted.tail,
    )
    if places == "postcodes":
        edition = edition.replace(places=edition.places.model_copy(update={"thinning_km": 0.0}))
    changed = {one.member_id: one for one in edition.members}
    if wanted.slots is not None:
        _list_slots(changed, wanted.slots, Random(f"slots {members} {seed}"))
    if wanted.video is not None:
        _turn_to_local(changed, wanted.video, Random(f"video {members} {seed}"))
    _put_together(edition, changed, wanted, Random(f"together {members} {seed}"))
    _keep_apart(changed, wanted.apart, Random(f"apart {members} {seed}"))
    edition = edition.replace(members=tuple(changed.values()))
    if wanted.spread_km is not None:
        edition = edition.with_rules(spread_km=wanted.spread_km)
    if wanted.slots is not None:
        edition = edition.with_rules(shared_slot=True)
    if wanted.moderators is not None:
        edition = edition.with_rules(moderators=wanted.moderators)
    if wanted.any_language:
        edition = edition.with_rules(shared_language=False)
    return edition


def _list_slots(members: dict[str, Member], slots: Slots, random: Random) -> None:
    """Draw each member's slots; those who are together list the same."""
    block = _blocks(members)
    listed: dict[str, tuple[str, ...]] = {}
    for member_id, member in members.items():
        count = slots.least + _below(random, slots.most - slots.least + 1)
        drawn = tuple(sorted(_some(random, WEEK[: slots.known], count)))
        own = listed.setdefault(block[member_id], drawn)
        members[member_id] = member.model_copy(update={"slots": own})


def _turn_to_local(members: dict[str, Member], video: float, random: Random) -> None:
    """Draw who accepts video no longer; those who are together are drawn as one."""
    block = _blocks(members)
    stays = {member_id: random.random() < video for member_id in members}
    for member_id, member in members.items():
        if not stays[block[member_id]]:
            members[member_id] = member.model_copy(update={"video": False, "local": True})


def _put_together(
    edition: Edition, members: dict[str, Member], wanted: Wanted, random: Random
) -> None:
    """Make blocks of neighbours, who answer like the first of them but for their roles."""
    named = {other for one in members.values() for other in (*one.together, *one.apart)}
    alone = [
        one.member_id
        for one in members.values()
        if one.eligible and one.member_id not in named and not (one.together or one.apart)
    ]
    free = _some(random, alone, len(alone))
    at = np.array([edition.position(members[one]) for one in free])
    sizes = [3] * wanted.triples + [2] * wanted.pairs
    taken: set[int] = set()
    for number, first_id in enumerate(free):
        if not sizes:
            return
        first = members[first_id]
        metres = distances_m(at[:, 0], at[:, 1], float(at[number, 0]), float(at[number, 1]))
        near = [
            other
            for other in np.argsort(metres, kind="stable").tolist()
            if other not in taken | {number}
            and metres[other] <= BLOCK_KM * 1000
            and members[free[other]].country == first.country
        ][: sizes[0] - 1]
        if number in taken or len(near) < sizes[0] - 1:
            continue
        del sizes[0]
        taken |= {number, *near}
        alike = ("themes", "languages", "slots", "local", "video")
        answers = {name: getattr(first, name) for name in alike}
        ids = [free[other] for other in near]
        members[first_id] = first.model_copy(update={"together": tuple(sorted(ids))})
        for one in ids:
            members[one] = members[one].model_copy(update=answers)
    if sizes:
        raise ValueError(f"{len(sizes)} blocks were not found")


def _keep_apart(members: dict[str, Member], pairs: int, random: Random) -> None:
    """Draw pairs of members of one country and office who are apart."""
    around: dict[tuple[str, str], list[str]] = defaultdict(list)
    for member in members.values():
        if member.eligible and member.office:
            around[member.country, member.office].append(member.member_id)
    listed = [one for ids in around.values() for one in ids]
    block = _blocks(members)
    known = {frozenset((one.member_id, other)) for one in members.values() for other in one.apart}
    most = len(known) + pairs
    for _ in range(100 * pairs):
        if len(known) == most:
            return
        first = members[listed[_below(random, len(listed))]]
        near = around[first.country, str(first.office)]
        second = near[_below(random, len(near))]
        pair = frozenset((first.member_id, second))
        if pair not in known and block[first.member_id] != block[second]:
            known.add(pair)
            apart = tuple(sorted((*first.apart, second)))
            members[first.member_id] = first.model_copy(update={"apart": apart})
    if len(known) < most:
        raise ValueError(f"{most - len(known)} apart pairs were not found")


def _blocks(members: Mapping[str, Member]) -> dict[str, str]:
    """Return per member one member of its block; blocks here are a first one and whom it names."""
    block = {one: one for one in members}
    for member in members.values():
        for other in member.together:
            block[other] = block[member.member_id]
    return block


def _below(random: Random, count: int) -> int:
    return int(random.random() * count)


def _some(random: Random, values: Sequence[_T], count: int) -> list[_T]:
    """Return `count` of the values in a random order."""
    left = list(values)
    return [left.pop(_below(random, len(left))) for _ in range(min(count, len(left)))]
