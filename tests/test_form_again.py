"""Groups that were proposed are formed again: the least disruption, and the promises that cannot be kept."""

import pytest
from how_many import cases
from test_weight import weighted_edition
from tiny_rounds import ByEnumeration, TinyRound, tiny_round

from sip_grouping.edition import Edition
from sip_grouping.grouping import Status
from sip_grouping.grouping.promises import broken_promises, pins_of_accepted
from sip_grouping.solve.reform import Reformed, form_again, promises_in
from sip_grouping.verification import verify

BATCH = 20
LEAST, MOVES, PROMISES = cases(60, 700), cases(40, 300), cases(100, 1_200)


def formed_again(tiny: TinyRound, max_moves: int | None = None) -> Reformed:
    return form_again(
        tiny.edition,
        tiny.earlier,
        asked=tiny.asked,
        accepted=tiny.accepted,
        max_moves=max_moves,
        work_limit=200.0,
    )


def edition_with_promises(tiny: TinyRound) -> Edition:
    promises = promises_in(tiny.edition, tiny.earlier, tiny.accepted)
    pins = pins_of_accepted(tiny.earlier, promises, tiny.edition.pins)
    return tiny.edition.replace(pins=pins)


@pytest.mark.parametrize("first", range(0, LEAST, BATCH))
def test_the_least_disruption_is_the_best_of_all_ways(first: int) -> None:
    for seed in range(first, first + BATCH):
        tiny = tiny_round(seed)
        if tiny is None:
            continue
        every = ByEnumeration(tiny, fixed=True).best_by_moves()
        again = formed_again(tiny)
        if not every:
            assert again.result.status is Status.INFEASIBLE, seed
            continue
        assert again.grouping is not None, seed
        assert again.value == max(every.values()), seed
        assert (again.result.status, again.bound) == (Status.OPTIMAL, again.value), seed
        assert verify(edition_with_promises(tiny), again.grouping).ok, seed
        promises = promises_in(tiny.edition, tiny.earlier, tiny.accepted)
        assert not broken_promises(tiny.earlier, again.grouping, promises), seed


@pytest.mark.parametrize("first", range(0, cases(20, 60), BATCH))
def test_so_it_is_where_members_count_several_times(first: int) -> None:
    for seed in range(first, first + BATCH):
        tiny = tiny_round(seed, draw=weighted_edition)
        every = {} if tiny is None else ByEnumeration(tiny, fixed=True).best_by_moves()
        if tiny is None or not every:
            continue
        again = formed_again(tiny)
        assert again.grouping is not None, seed
        assert again.value == max(every.values()), seed
        assert (again.result.status, again.bound) == (Status.OPTIMAL, again.value), seed
        assert verify(edition_with_promises(tiny), again.grouping).ok, seed


@pytest.mark.parametrize("first", range(0, MOVES, BATCH))
def test_a_limit_of_moves_is_kept_and_costs_no_more_than_it_must(first: int) -> None:
    for seed in range(first, first + BATCH):
        tiny = tiny_round(seed, accepting=0.2)
        every = {} if tiny is None else ByEnumeration(tiny, fixed=True).best_by_moves()
        if tiny is None or len(every) < 2:
            continue
        fewest = min(every)
        again = formed_again(tiny, max_moves=fewest)
        assert (again.value, len(again.moved) <= fewest) == (every[fewest], True), seed
        if fewest:
            none = formed_again(tiny, max_moves=fewest - 1)
            assert (none.grouping, none.fewest_moves) == (None, fewest), seed


@pytest.mark.parametrize("first", range(0, PROMISES, BATCH))
def test_the_promises_that_break_are_the_least(first: int) -> None:
    for seed in range(first, first + BATCH):
        tiny = tiny_round(seed, accepting=0.7)
        if tiny is None or ByEnumeration(tiny, fixed=True).best_by_moves():
            continue
        least = ByEnumeration(tiny, fixed=False).least_price()
        again = formed_again(tiny)
        if least is None:
            assert again.in_the_way is None, seed
            continue
        found = again.in_the_way
        assert found is not None, seed
        assert (found.thousandths, len(found.members), found.proven) == (*least, True), seed
