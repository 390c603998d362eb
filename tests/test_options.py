"""What could be done with a group that fell short: each way is the best of all by plain enumeration."""

from collections.abc import Callable
from functools import partial

import pytest
from small import member, small_edition
from tiny_rounds import ByEnumeration, Option, TinyRound, tiny_round

import sip_grouping as sip
from sip_grouping.edition.records import Theme, Track
from sip_grouping.grouping.options import Way
from sip_grouping.rounds.reform import missing_in
from sip_grouping.rounds.shortfalls import shortfalls
from sip_grouping.solve.options import Option as Counted
from sip_grouping.solve.options import options_of
from sip_grouping.solve.reform import form_again, promises_in
from sip_grouping.solve.ways import Situation


def counted(tiny: TinyRound) -> dict[str, dict[Way, Counted]]:
    """Return the options of each group that fell short, by way."""
    again = form_again(
        tiny.edition, tiny.earlier, asked=tiny.asked, accepted=tiny.accepted, work_limit=100.0
    )
    if again.grouping is None:
        return {}
    asked = frozenset(tiny.asked) - promises_in(tiny.edition, tiny.earlier, tiny.accepted).keys()
    short = shortfalls(tiny.edition, tiny.earlier, asked)
    situation = Situation(
        tiny.edition, tiny.earlier, tiny.asked, tiny.accepted, again.grouping, work_limit=50.0
    )
    found, left = options_of([missing_in(one) for one in short], situation)
    assert left == 0
    options: dict[str, dict[Way, Counted]] = {one.group_id: {} for one in short}
    for one in found:
        options[one.group_id][one.way] = one
    for made in options.values():
        values = [one.score - one.disruption for one in sorted(made.values(), key=lambda o: o.rank)]
        assert values == sorted(values, reverse=True)
    return options


def best(
    tiny: TinyRound, group_id: str, allowed: Callable[[tuple[Option, ...]], bool]
) -> int | None:
    """Return the best value of a grouping that is allowed; accepted placements of the group are open."""
    here = {one.member_id for one in tiny.earlier.placements_by_group[group_id]}
    kept = {who: role for who, role in tiny.accepted.items() if who not in here}
    other = TinyRound(tiny.edition, tiny.earlier, tiny.asked - (tiny.accepted.keys() & here), kept)
    every = ByEnumeration(other, fixed=True)
    values = [every.total(one)[0] for one in every.groupings() if allowed(one)]
    return max(values, default=None)


@pytest.mark.parametrize("first", range(0, 160, 20))
def test_ending_a_group_and_going_on_by_video_are_counted_exactly(first: int) -> None:
    for seed in range(first, first + 20):
        tiny = tiny_round(seed, accepting=0.3)
        if tiny is None or not any(one.member_id in tiny.asked for one in tiny.earlier.placements):
            continue
        for group_id, options in counted(tiny).items():
            video = best(tiny, group_id, partial(goes_on_by_video, group_id))
            was_local = tiny.earlier.group_by_id[group_id].track is Track.LOCAL
            found = options.get(Way.VIDEO)
            if was_local:
                value = None if found is None else found.score - found.disruption
                assert value == video, (seed, group_id)
            ended = options.get(Way.DISSOLVE)
            most = best(tiny, group_id, partial(ends, tiny, group_id))
            value = None if ended is None else ended.score - ended.disruption
            assert value == most, (seed, group_id)


def goes_on_by_video(group_id: str, chosen: tuple[Option, ...]) -> bool:
    return any(one.label == group_id and one.group.track is Track.VIDEO for one in chosen)


def ends(tiny: TinyRound, group_id: str, chosen: tuple[Option, ...]) -> bool:
    """Return whether a group does not go on, nor most of those who could stay as a new one."""
    ids = [one.member_id for one in tiny.edition.members if one.cooperator and one.commits]
    rows = tiny.earlier.placements_by_group[group_id]
    stay = {one.member_id for one in rows if one.member_id in ids} - tiny.asked
    again = (
        len(stay & {tiny.edition.members[i].member_id for i in one.group.members})
        for one in chosen
        if not one.label
    )
    few = max(len(stay) // 2, 1)
    return all(one.label != group_id for one in chosen) and all(count <= few for count in again)


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
    options = counted(tiny)[near.group_id]
    assert {Way.PROMOTE, Way.INVITE, Way.DISSOLVE} <= options.keys()
    promoted, invited = options[Way.PROMOTE], options[Way.INVITE]
    assert (promoted.placed, promoted.moved, promoted.disruption) == (7, 0, 5_000)
    # Somebody new moderates: nobody has a new role, and the guest does not count.
    assert (invited.placed, invited.moved, invited.disruption) == (7, 0, 0)
    assert invited.score == promoted.score
    assert options[Way.DISSOLVE].placed == 4
