"""Placing chances: of members in the same position the seed draws, whatever their rows and ids."""

from collections.abc import Sequence

import pytest
from campaigns import chances
from how_many import cases
from meridian import edition_of, living
from tiny_editions import tiny_edition

from sip_grouping.edition.records import Theme
from sip_grouping.errors import InputError
from sip_grouping.solve import form_groups
from sip_grouping.solve.reform import form_again

DRAWS = 30


@pytest.mark.parametrize("name", [name for name, _ in chances.cases()])
def test_nobody_has_a_better_chance_by_row_or_id(name: str) -> None:
    """A slice of the campaign: thirty draws are enough to see that a first row is always placed."""
    assert not chances.finding(name, DRAWS).unfair


def test_the_test_sees_an_unfair_draw() -> None:
    _, case = next(chances.cases())
    first = dict.fromkeys(case.alike[0][: case.places], DRAWS)
    often = {who: 26 if who == "m0" else 16 for who in case.alike[0]}
    even = dict.fromkeys(case.alike[0], 18)
    found = [chances.p_of_even(case, {**dict.fromkeys(case.alike[0], 0), **one}, DRAWS) for one in
             (first, often, even)]  # fmt: skip
    assert found[0] < 1e-20
    assert chances.SIGNIFICANCE < found[1] < 0.1
    assert found[2] == 1.0


@pytest.mark.parametrize("order", [(4, 3, 2, 1, 0), (2, 0, 4, 1, 3)])
def test_whoever_has_a_place_keeps_it_whatever_the_seed(order: Sequence[int]) -> None:
    people = [living(f"m{number}", 2.0, video=False) for number in order]
    edition = edition_of(people, themes=[Theme(id="a", groups_max=1)])
    first = form_groups(edition, seed=1, work_limit=10)
    assert first.grouping is not None
    for seed in range(6):
        again = form_groups(edition, seed=seed, work_limit=10, hint=first).grouping
        assert again is not None
        assert [one.member_id for one in again.placements] == [
            one.member_id for one in first.grouping.placements
        ]


def test_the_order_of_rows_decides_nothing() -> None:
    """Editions with every rule: the same members are placed, in the same themes and places."""
    compared = 0
    for seed in range(cases(16, 40)):
        edition = tiny_edition(seed)
        try:
            turned = edition.replace(members=edition.members[::-1])
        except InputError:
            continue
        found = [form_groups(one, seed=seed, work_limit=50).grouping for one in (edition, turned)]
        if found[0] is None or found[1] is None:
            assert found[0] is found[1]
            continue
        compared += 1
        here, there = (
            {
                (one.member_id, one.theme, one.track, grouping.group_by_id[one.group_id].place)
                for one in grouping.placements
            }
            for grouping in found
            if grouping is not None
        )
        assert here == there, seed
    assert compared > cases(8, 20)


@pytest.mark.parametrize("alike", [2, 3])
def test_a_group_of_alike_members_goes_on(alike: int) -> None:
    """Each of them counts when it is asked whether most of a group stay."""
    edition = edition_of([living(f"m{number}", 90.0) for number in range(alike)])
    earlier = form_groups(edition, work_limit=10).grouping
    assert earlier is not None
    assert len(earlier.placements) == alike
    again = form_again(edition, earlier, work_limit=10).result.grouping
    assert again is not None
    assert again.placements == earlier.placements
    assert [(one.value, one.bound) for one in again.stages] == [(earlier.score_thousandths,) * 2]
