"""Splitting a cell: valid groups, even sizes, near people together."""

from collections.abc import Mapping
from itertools import permutations
from random import Random

import numpy as np
import pytest
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from sip_grouping.edition.records import Role
from sip_grouping.solve.deal import deal_out
from sip_grouping.solve.partial import best_part
from sip_grouping.solve.run import Limits, Run
from sip_grouping.solve.split import split_cell
from sip_grouping.solve.task import CellTask, SplitGroup, assign_roles

MODERATOR, SECRETARY = frozenset({Role.MODERATOR}), frozenset({Role.SECRETARY})
BOTH = MODERATOR | SECRETARY


def task(count: int, groups: int, **changes: object) -> CellTask:
    """Return a task of single members 0, 1, ..., everyone a volunteer for both roles."""
    given_fields: dict[str, object] = {
        "units": tuple((member,) for member in range(count)),
        "groups": groups,
        "size_min": 2,
        "size_max": 6,
        "moderators": 1,
        "secretaries": 1,
        "may_hold": dict.fromkeys(range(count), BOTH),
        "must_hold": frozenset(),
    }
    return CellTask(**(given_fields | changes))  # type: ignore[arg-type]


def holding(count: int, held: Mapping[int, frozenset[Role]]) -> dict[str, object]:
    """Return the fields of a task in which some must hold one of their roles; the others may hold any."""
    return {"must_hold": frozenset(held), "may_hold": {**dict.fromkeys(range(count), BOTH), **held}}


def check(one: CellTask, groups: list[SplitGroup] | None) -> list[SplitGroup]:
    """Assert that the groups keep everything the task asks."""
    assert groups is not None
    assert len(groups) == one.groups
    assert sorted(m for group in groups for m in group.members) == sorted(
        m for unit in one.units for m in unit
    )
    for group in groups:
        members = set(group.members)
        assert one.size_min <= len(members) <= one.size_max
        assert len(group.moderators) == one.moderators
        assert len(group.secretaries) == one.secretaries
        assert not set(group.moderators) & set(group.secretaries)
        assert one.must_hold & members <= {*group.moderators, *group.secretaries}
        for role, held in (
            (Role.MODERATOR, group.moderators),
            (Role.SECRETARY, group.secretaries),
        ):
            assert all(m in members and role in one.may_hold.get(m, ()) for m in held)
        assert all(not members & set(u) or set(u) <= members for u in one.units)
        for first, second in one.apart:
            assert not (members & set(one.units[first]) and members & set(one.units[second]))
    return groups


def holders(group: SplitGroup) -> tuple[int, ...]:
    return (*group.moderators, *group.secretaries)


@settings(deadline=None, max_examples=cases(30, 60))
@given(st.integers(1, 4), st.data())
def test_free_members_always_split_when_totals_fit(groups: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(2 * groups, 6 * groups))
    volunteers = data.draw(st.permutations(range(count)))
    may_hold = {m: frozenset({Role.MODERATOR}) for m in volunteers[:groups]}
    may_hold |= {m: frozenset({Role.SECRETARY}) for m in volunteers[groups : 2 * groups]}
    where = {m: (50.0 + data.draw(st.integers(0, 3)) / 10, 4.0) for m in range(count)}
    position = data.draw(st.sampled_from([None, where]))
    one = task(count, groups, may_hold=may_hold, position=position)
    sizes = [len(group.members) for group in check(one, split_cell(one))]
    assert max(sizes) - min(sizes) <= 1


def test_near_people_are_together() -> None:
    north = {m: (51.0 + m / 1000, 4.0) for m in range(0, 6, 2)}
    south = {m: (50.0 + m / 1000, 4.0) for m in range(1, 6, 2)}
    one = task(6, 2, position=north | south)
    groups = check(one, split_cell(one))
    assert sorted(group.members for group in groups) == [(0, 2, 4), (1, 3, 5)]


@pytest.mark.parametrize("near_work", [None, 0.5])
def test_groups_that_still_hold_stay_as_they_were(near_work: float | None) -> None:
    sides = {m: (50.0 if m % 2 else 51.0, 4.0) for m in range(8)}
    # Near people would sit together; who sat together before matters more.
    earlier = {m: m // 4 for m in range(8)}
    one = task(8, 2, position=sides, earlier=earlier)
    groups = check(one, split_cell(one, near_work=near_work))
    assert [group.members for group in groups] == [(0, 1, 2, 3), (4, 5, 6, 7)]


@pytest.mark.parametrize(
    "changes",
    [
        {"size_max": 4, "earlier": {m: int(m < 5) for m in range(8)}},
        {"apart": ((0, 1),), "earlier": {m: m // 4 for m in range(8)}},
        {"may_hold": dict.fromkeys((0, 1, 2, 4), BOTH), "earlier": {m: m % 2 for m in range(8)}},
        {"earlier": {m: m // 4 for m in range(7)}},
        {"earlier": {m: m // 3 for m in range(8)}},
    ],
    ids=["too large", "apart", "no role holders", "somebody new", "another number of groups"],
)
def test_groups_that_no_longer_hold_are_made_anew(changes: dict[str, object]) -> None:
    one = task(8, 2, **changes)
    check(one, split_cell(one, near_work=None))
    check(one, split_cell(one))


def test_uneven_blocks_are_split_within_the_limits() -> None:
    one = task(5, 2, units=((0, 1, 2), (3, 4)), size_max=3, size_min=2)
    groups = check(one, split_cell(one))
    assert sorted(len(group.members) for group in groups) == [2, 3]
    blocks = task(8, 2, units=((0, 1, 2, 3, 4), (5,), (6,), (7,)), size_max=5, size_min=3)
    groups = check(blocks, split_cell(blocks))
    assert sorted(len(group.members) for group in groups) == [3, 5]


def test_who_must_hold_a_role_does() -> None:
    one = task(4, 2, **holding(4, {3: SECRETARY}))
    check(one, split_cell(one))
    alone = task(3, 1, **holding(3, {2: MODERATOR}), size_max=3)
    assert check(alone, split_cell(alone))[0].moderators == (2,)


@pytest.mark.parametrize("near_work", [None, 0.5])
def test_as_many_as_there_are_seats_must_hold_a_role(near_work: float | None) -> None:
    """Two seats of each role, and those who must hold either take what the others leave."""
    held = {0: MODERATOR, 1: BOTH, 2: BOTH, 3: BOTH}
    one = task(8, 2, **holding(8, held))
    assert {m for group in check(one, split_cell(one, near_work=near_work)) for m in holders(group)} == {
        0, 1, 2, 3,
    }  # fmt: skip
    assert split_cell(task(8, 2, **holding(8, held | {4: BOTH})), near_work=near_work) is None


SETS = st.sampled_from([(MODERATOR, True), (SECRETARY, True), (BOTH, True), (MODERATOR, False),
                        (SECRETARY, False), (BOTH, False), (frozenset(), False)])  # fmt: skip


@settings(deadline=None, max_examples=cases(100, 300))
@given(st.lists(SETS, max_size=6), st.integers(0, 2), st.integers(0, 2))
def test_holders_are_found_where_there_are_any(
    answers: list[tuple[frozenset[Role], bool]], moderators: int, secretaries: int
) -> None:
    may = {member: roles for member, (roles, _) in enumerate(answers)}
    must = frozenset(member for member, (_, bound) in enumerate(answers) if bound)
    one = task(len(answers), 1, may_hold=may, must_hold=must)
    seats = [Role.MODERATOR] * moderators + [Role.SECRETARY] * secretaries
    possible = any(
        must <= set(chosen) and all(r in may[m] for m, r in zip(chosen, seats, strict=True))
        for chosen in permutations(may, len(seats))
    )
    held = assign_roles(sorted(may), moderators, secretaries, one)
    assert (held is not None) == possible
    if held is not None:
        assert [len(role) for role in held] == [moderators, secretaries]
        assert must <= {*held[0], *held[1]}
        assert not set(held[0]) & set(held[1])
        assert all(Role.MODERATOR in may[m] for m in held[0])
        assert all(Role.SECRETARY in may[m] for m in held[1])


@pytest.mark.parametrize(
    "changes",
    [
        {"apart": ((0, 1), (0, 2), (1, 2))},
        {"units": ((0, 1, 2), (3, 4, 5), (6, 7, 8)), "size_max": 5, "size_min": 4},
        {"may_hold": {0: BOTH, 1: BOTH, 2: BOTH}},
        holding(6, dict.fromkeys(range(3), MODERATOR)),
        holding(6, dict.fromkeys(range(5), BOTH)),
    ],
    ids=[
        "pairwise apart",
        "blocks do not divide",
        "too few volunteers",
        "too many moderators",
        "too many holders",
    ],
)
def test_what_cannot_be_split_is_said_so(changes: dict[str, object]) -> None:
    count = 9 if "units" in changes else 6
    assert split_cell(task(count, 2, **changes)) is None


def test_one_group_with_too_few_volunteers() -> None:
    assert split_cell(task(3, 1, may_hold={0: BOTH}, size_max=3)) is None


@settings(deadline=None, max_examples=cases(60, 150))
@given(st.integers(1, 5), st.data())
def test_what_is_dealt_out_keeps_every_rule(groups: int, data: st.DataObject) -> None:
    """Blocks, apart pairs and roles that must be held included; None is an honest answer."""
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=groups, max_size=6 * groups))
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    units = tuple(
        tuple(range(first, first + size)) for first, size in zip(starts, sizes, strict=True)
    )
    count = sum(sizes)
    numbers = st.integers(0, len(units) - 1)
    apart = data.draw(
        st.lists(st.tuples(numbers, numbers).filter(lambda p: p[0] != p[1]), max_size=3)
    )
    held = data.draw(
        st.dictionaries(
            st.integers(0, count - 1), st.sampled_from([MODERATOR, SECRETARY, BOTH]), max_size=3
        )
    )
    one = task(
        count,
        groups,
        units=units,
        apart=tuple(apart),
        **holding(count, held),
        position={m: (50.0 + (m * 7 % 13) / 10, 4.0 + (m * 5 % 11) / 10) for m in range(count)},
    )
    dealt = deal_out(one)
    if dealt is not None:
        check(one, dealt)


def test_large_cells_are_dealt_out_along_the_map() -> None:
    where = {m: (50.0 + (m % 7) / 10, 4.0 + (m % 3) / 10) for m in range(300)}
    one = task(300, 50, position=where)
    groups = check(one, split_cell(one))
    assert [len(group.members) for group in groups] == [6] * 50


@pytest.mark.parametrize("groups", [50, 500])
def test_volunteers_who_are_apart_from_somebody_hold_roles_in_cells_that_are_full(
    groups: int,
) -> None:
    """As many volunteers as seats, some of them apart from others, and no seat to spare."""
    count = 6 * groups
    dice = Random(groups)
    volunteers = dice.sample(range(count), 2 * groups)
    may_hold = {
        member: BOTH if place % 7 == 0 else (MODERATOR, SECRETARY)[place % 2]
        for place, member in enumerate(volunteers)
    }
    others = [member for member in range(count) if member not in may_hold]
    apart = (
        *zip(volunteers[: groups // 2], others, strict=False),
        *zip(volunteers[-20:-10], volunteers[-10:], strict=True),
    )
    where = {m: (50.0 + (m % 70) / 100, 4.0 + (m % 33) / 100) for m in range(count)}
    one = task(
        count,
        groups,
        size_max=6,
        may_hold=may_hold,
        apart=tuple(tuple(sorted(pair)) for pair in apart),
        position=where,
    )
    dealt = deal_out(one)
    assert dealt is not None
    assert {len(group.members) for group in check(one, dealt)} == {6}


def valued(one: CellTask, worth: list[int], group_worth: int = 0) -> list[SplitGroup]:
    """Return the best part of a cell, by what each unit is worth."""
    return best_part(one, np.array(worth, dtype=np.int64), group_worth, Run(Limits()))


def test_the_best_part_leaves_out_what_is_worth_least() -> None:
    # Three who are all apart from each other do not fit in two groups.
    one = task(7, 2, apart=((0, 1), (0, 2), (1, 2)))
    assert split_cell(one, run=Run(Limits())) is None
    groups = valued(one, [5, 9, 3, 4, 4, 4, 4])
    assert sorted(member for group in groups for member in group.members) == [0, 1, 3, 4, 5, 6]


def test_the_best_part_opens_no_group_that_costs_more_than_it_brings() -> None:
    one = task(4, 2)
    assert len(valued(one, [3, 3, 3, 3], group_worth=-5)) == 1
    assert valued(one, [1, 1, 1, 1], group_worth=-5) == []


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 3), st.data())
def test_groups_of_a_part_keep_the_rules(groups: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    apart = tuple(pair for pair in data.draw(st.lists(pairs, max_size=8)) if pair[0] < pair[1])
    worth = data.draw(st.lists(st.integers(-2, 9), min_size=count, max_size=count))
    one = task(count, groups, apart=apart)
    found = valued(one, worth)
    placed = [member for group in found for member in group.members]
    assert len(found) <= groups
    assert len(placed) == len(set(placed))
    for group in found:
        members = set(group.members)
        assert one.size_min <= len(members) <= one.size_max
        assert set(group.moderators) | set(group.secretaries) <= members
        assert not set(group.moderators) & set(group.secretaries)
        assert one.must_hold & members <= {*group.moderators, *group.secretaries}
        assert not any({a, b} <= members for a, b in apart)
    whole = None if count < 2 * groups else split_cell(one, run=Run(Limits()))
    if whole is not None and min(worth) >= 0:
        assert sum(worth[member] for member in placed) == sum(worth)


@pytest.mark.parametrize("near_work", [None, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_sizes_are_even_where_even_groups_exist(seed: int, near_work: float | None) -> None:
    # 22 volunteers for 20 seats, and 40 pairs apart: too much for dealing out.
    dice = Random(seed)
    volunteers = dice.sample(range(200), 22)
    may_hold = {
        member: frozenset({Role.MODERATOR if place < 11 else Role.SECRETARY})
        for place, member in enumerate(volunteers)
    }
    apart = {tuple(sorted(dice.sample(range(200), 2))) for _ in range(40)}
    one = task(200, 10, size_min=18, size_max=22, may_hold=may_hold, apart=tuple(sorted(apart)))
    groups = check(one, split_cell(one, near_work=near_work))
    assert {len(group.members) for group in groups} == {20}
