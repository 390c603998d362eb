"""What could be done with a group that fell short: each way is the best of all by plain enumeration."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from how_many import cases
from positions import candidate_positions, place_positions
from small import member, small_edition
from tiny_rounds import ByEnumeration, Option, TinyRound, tiny_round
from valid_groups import ValidGroup, valid_groups

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role, Theme, Track
from sip_grouping.grouping.options import Way
from sip_grouping.rounds.reform import missing_in
from sip_grouping.rounds.shortfalls import shortfalls
from sip_grouping.solve.options import Option as Counted
from sip_grouping.solve.options import options_of
from sip_grouping.solve.reform import form_again, promises_in
from sip_grouping.solve.ways import Situation

Outcome = tuple[int, int, int, int]
"""Members who move, placed members, score and disruption in thousandths of a point."""

Allowed = Callable[[tuple[Option, ...]], bool]


def counted(tiny: TinyRound) -> tuple[TinyRound, dict[str, dict[Way, Counted]]] | None:
    """Return a round without promises that cannot be kept, and the options of each group that fell short."""
    asked: dict[str, Any] = {"asked": tiny.asked, "work_limit": 100.0}
    again = form_again(tiny.edition, tiny.earlier, accepted=tiny.accepted, **asked)
    if again.grouping is None:
        if again.in_the_way is None:
            return None
        broken = again.in_the_way.members
        kept = {who: role for who, role in tiny.accepted.items() if who not in broken}
        tiny = replace(tiny, accepted=kept)
        again = form_again(tiny.edition, tiny.earlier, accepted=kept, **asked)
        if again.grouping is None:
            return None
    free = frozenset(tiny.asked) - promises_in(tiny.edition, tiny.earlier, tiny.accepted).keys()
    short = [missing_in(one) for one in shortfalls(tiny.edition, tiny.earlier, free)]
    found, left = options_of(
        short,
        Situation(
            tiny.edition, tiny.earlier, tiny.asked, tiny.accepted, again.grouping, work_limit=50.0
        ),
    )
    assert left == 0
    options: dict[str, dict[Way, Counted]] = {one.group_id: {} for one in short}
    for one in found:
        assert one.way not in options[one.group_id]
        options[one.group_id][one.way] = one
    for made in options.values():
        ranked = sorted(made.values(), key=lambda o: o.rank)
        assert [one.rank for one in ranked] == list(range(1, len(made) + 1))
        values = [one.score - one.disruption for one in ranked]
        assert values == sorted(values, reverse=True)
    return tiny, options


def company(edition: Edition, members: Collection[str]) -> set[str]:
    """Return members and those who belong together with them."""
    found = set(members)
    while True:
        more = {
            who
            for one in edition.members
            for who in (one.member_id, *one.together)
            if one.together and found & {one.member_id, *one.together}
        }
        if more <= found:
            return found
        found |= more


class Group:
    """A group that fell short, and what enumeration gives for each way to go on with it.

    Written from docs/rounds.md, "What could be done".
    """

    def __init__(self, tiny: TinyRound, group_id: str) -> None:
        self.tiny = tiny
        self.group = tiny.earlier.group_by_id[group_id]
        self.id = group_id
        out = {
            one.member_id for one in tiny.edition.members if not (one.cooperator and one.commits)
        }
        free = out | (tiny.asked - tiny.accepted.keys())
        rows = [
            one for one in tiny.earlier.placements_by_group[group_id] if one.member_id not in free
        ]
        rules = tiny.edition.rules_of(self.group.theme)
        wanted = {Role.MODERATOR: rules.moderators, Role.SECRETARY: rules.secretaries}
        held = [one.role for one in rows]
        self.lacking = [role for role, count in wanted.items() if held.count(role) < count]
        self.least = rules.sizes(self.group.track).size_min
        self.stay = [one.member_id for one in rows]
        # Accepted placements of the group are open where it does not go on as it was.
        here = {who: role for who, role in tiny.accepted.items() if who in self.stay}
        others = {who: role for who, role in tiny.accepted.items() if who not in here}
        opened = replace(tiny, asked=tiny.asked - here.keys(), accepted=others)
        self.opened = ByEnumeration(opened, fixed=True)
        self.company = company(tiny.edition, self.stay)

    def expected(self) -> dict[Way, set[Outcome]]:
        """Return by way what the best groupings come to; a way that there is not is left out."""
        ways = {Way.DISSOLVE: best(self.opened, self._ends)}
        if self.lacking and len(self.stay) >= self.least:
            kept = ByEnumeration(self.tiny, fixed=True)
            ways[Way.PROMOTE] = best(kept, lambda one: self._among(kept, one, self.company))
        if self.stay:
            ways[Way.INVITE] = self._invited()
            ways[Way.MERGE] = best(self.opened, self._merges)
            if self.group.track is Track.LOCAL:
                ways[Way.VIDEO] = best(self.opened, self._by_video)
        return {way: outcomes for way, outcomes in ways.items() if outcomes}

    def _among(
        self, every: ByEnumeration, chosen: tuple[Option, ...], members: Collection[str]
    ) -> bool:
        """Return whether the group goes on as it was with some members alone."""
        return any(
            one.label == self.id
            and every.goes_on_as_it_was(one)
            and {every.ids[i] for i in one.group.members} <= set(members)
            for one in chosen
        )

    def _by_video(self, chosen: tuple[Option, ...]) -> bool:
        return any(one.label == self.id and one.group.track is Track.VIDEO for one in chosen)

    def _merges(self, chosen: tuple[Option, ...]) -> bool:
        """Return whether all who stay are in one other group of the theme that was there before."""
        return all(one.label != self.id for one in chosen) and any(
            one.label
            and one.group.theme == self.group.theme
            and self._stayers_in(one) == len(self.stay)
            for one in chosen
        )

    def _ends(self, chosen: tuple[Option, ...]) -> bool:
        """Return whether the group does not go on, nor most of those who could stay as a new one."""
        few = max(len(self.stay) // 2, 1)
        return all(one.label != self.id for one in chosen) and all(
            self._stayers_in(one) <= few for one in chosen if not one.label
        )

    def _stayers_in(self, option: Option) -> int:
        return sum(self.opened.ids[i] in self.stay for i in option.group.members)

    def _invited(self) -> set[Outcome]:
        """Return what comes of as many guests as it lacks, who live where it meets and do not count."""
        count = max(self.least - len(self.stay), len(self.lacking))
        edition = self.tiny.edition
        like = edition.member_by_id[self.stay[0]]
        where = edition.position(like)
        if self.group.place:
            where = place_positions(edition)[self.group.place]
        guests = [
            sip.Member(
                member_id=f"guest-{number}", country=like.country, postcode=like.postcode,
                latitude=where[0], longitude=where[1], themes=(self.group.theme,),
                local=self.group.track is Track.LOCAL, video=self.group.track is Track.VIDEO,
                moderator=role is Role.MODERATOR, secretary=role is Role.SECRETARY,
                languages=(self.group.language,) if self.group.language else (),
                slots=(self.group.slot,) if self.group.slot else (),
            )
            for number, role in enumerate([*self.lacking, *[None] * count][:count])
        ]  # fmt: skip
        ids = {one.member_id for one in guests}
        own = [one.member_id for one in edition.members]

        def groups(known: Edition) -> Iterator[ValidGroup]:
            """Yield groups without guests, and the one with all of them; guests make no place."""
            here = tuple(one for one in known.members if one.member_id not in ids)
            alone = known.replace(members=here)
            places = candidate_positions(alone)
            if self.group.place:
                places[self.group.place] = place_positions(alone)[self.group.place]
            yield from valid_groups(known, among=own, places=places)
            for one in valid_groups(known, among=self.company | ids, places=places):
                if ids <= {known.members[i].member_id for i in one.members}:
                    yield one

        whole = edition.replace(members=(*edition.members, *guests))
        every = ByEnumeration(replace(self.tiny, edition=whole), fixed=True, groups=groups)

        def allowed(chosen: tuple[Option, ...]) -> bool:
            placed = {every.ids[i] for one in chosen for i in one.group.members}
            return ids <= placed and self._among(every, chosen, self.company | ids)

        points = round(edition.score.rank_points[0] * 1000) * count
        return {
            (moved, placed - count, score - points, disruption)
            for moved, placed, score, disruption in best(every, allowed)
        }


def best(every: ByEnumeration, allowed: Allowed) -> set[Outcome]:
    """Return what the best groupings that are allowed come to: those of the most score less disruption."""
    found: dict[int, set[Outcome]] = {}
    for chosen in every.groupings():
        if allowed(chosen):
            value, moved, _, _ = every.total(chosen)
            placed = sum(len(one.group.members) for one in chosen)
            score = every.score(chosen)
            found.setdefault(value, set()).add((moved, placed, score, score - value))
    return found[max(found)] if found else set()


TELLING = (
    98, 110, 124, 176, 187, 206, 220, 224, 268, 337, 372, 384, 400, 434, 486, 494, 531, 620, 731, 852,
    882, 1009, 1111,
)  # fmt: skip
"""Rounds in which a role can be taken or a group merged or moved, or a way was once counted wrongly."""


@pytest.mark.parametrize("seeds", [range(cases(12, 40)), TELLING[:8], TELLING[8:16], TELLING[16:]])
def test_each_way_is_offered_where_there_is_one_and_counted_exactly(seeds: Sequence[int]) -> None:
    for seed in seeds:
        drawn = tiny_round(seed, accepting=(0.15, 0.3, 0.6)[seed % 3])
        if drawn is None or not any(
            one.member_id in drawn.asked for one in drawn.earlier.placements
        ):
            continue
        made = counted(drawn)
        if made is None:
            continue
        tiny, options = made
        for group_id, found in options.items():
            expected = Group(tiny, group_id).expected()
            assert found.keys() == expected.keys(), (seed, group_id)
            for way, one in found.items():
                outcome = (one.moved, one.placed, one.score, one.disruption)
                assert outcome in expected[way], (seed, group_id, way, expected[way])


def town(*, size_min: int = 3, size_max: int = 6) -> sip.Edition:
    people = [
        member(f"m{n}", km=0.1 * n + (15 if n > 3 else 0), moderator=n in {0, 1, 4}, video=n > 3)
        for n in range(8)
    ]
    limits = {"size_min": size_min, "size_max": size_max}
    return small_edition(people, themes=[Theme(id="a")]).with_rules(
        moderators=1, travel_km=30.0, spread_km=5.0, local=limits, video=limits
    )


def test_every_way_is_offered_where_it_can_be() -> None:
    edition = town()
    earlier = sip.form_groups(edition, work_limit=20).grouping
    assert earlier is not None
    (near,) = (g for g in earlier.group_records if "m1" in {
        one.member_id for one in earlier.placements_by_group[g.group_id]})  # fmt: skip
    (moderator,) = near.moderators
    gone = tuple(
        one.model_copy(update={"commits": False}) if one.member_id == moderator else one
        for one in edition.members
    )
    tiny = TinyRound(edition.replace(members=gone), earlier, frozenset({moderator}), {})
    made = counted(tiny)
    assert made is not None
    options = made[1][near.group_id]
    assert {Way.PROMOTE, Way.INVITE, Way.DISSOLVE} <= options.keys()
    promoted, invited = options[Way.PROMOTE], options[Way.INVITE]
    assert (promoted.placed, promoted.moved, promoted.disruption) == (7, 0, 5_000)
    # Somebody new moderates: nobody has a new role, and the guest does not count.
    assert (invited.placed, invited.moved, invited.disruption) == (7, 0, 0)
    assert invited.score == promoted.score
    assert options[Way.DISSOLVE].placed == 4
