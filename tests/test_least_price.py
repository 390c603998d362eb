"""Who gives way at the least price, by small models: what enumeration says, and no more is called proven."""

import pytest
from tiny_rounds import ByEnumeration, TinyRound, tiny_round

from sip_grouping.solve import cut_lp, least_price, promises
from sip_grouping.solve.engine import solve
from sip_grouping.solve.promises import InTheWay
from sip_grouping.solve.reform import form_again

SEEDS = (
    205, 209, 253, 261, 263, 269, 279, 289, 295, 309, 319, 358, 363, 384, 387, 388, 406, 409, 414, 415,
)  # fmt: skip
"""Of tiny rounds with many accepted places, some in which they cannot all stay."""


Broken = list[tuple[int, TinyRound, tuple[int, int] | None]]


@pytest.fixture(scope="module")
def rounds() -> Broken:
    """Return rounds in which not all promises can be kept: seed, round, and the least price and number."""
    found: Broken = []
    for seed in SEEDS:
        tiny = tiny_round(seed, accepting=0.7)
        if tiny is not None and not ByEnumeration(tiny, fixed=True).best_by_moves():
            found.append((seed, tiny, ByEnumeration(tiny, fixed=False).least_price()))
    assert len(found) > 10
    return found


def asked(tiny: TinyRound) -> InTheWay | None:
    return form_again(
        tiny.edition,
        tiny.earlier,
        asked=tiny.asked,
        accepted=tiny.accepted,
        work_limit=200.0,
    ).in_the_way


def test_groups_as_they_were_come_first_and_all_cells_decide(
    monkeypatch: pytest.MonkeyPatch, rounds: Broken
) -> None:
    monkeypatch.setattr(least_price, "SMALL_PAIRS", 0)
    monkeypatch.setattr(least_price, "WHOLE_COLUMNS", 0)
    for seed, tiny, least in rounds:
        found = asked(tiny)
        if least is None:
            assert found is None, seed
            continue
        assert found is not None, seed
        assert (found.thousandths, len(found.members), found.proven) == (*least, True), seed


def branch_and_bound_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no other engine be asked, as in an edition too large for them."""
    monkeypatch.setattr(promises, "LARGE_PAIRS", 0)
    for name in ("SMALL_PAIRS", "WHOLE_COLUMNS", "CPSAT_COLUMNS"):
        monkeypatch.setattr(least_price, name, 0)


def reached_and_proven(rounds: Broken) -> tuple[int, int]:
    """Return in how many rounds the least is told, and in how many as proven; nothing less is told in any."""
    reached = proven = 0
    for seed, tiny, least in rounds:
        found = asked(tiny)
        if found is not None and least is not None:
            here = found.thousandths, len(found.members)
            assert here == least if found.proven else here >= least, seed
            reached += here == least
            proven += found.proven
    return reached, proven


def test_branch_and_bound_alone_proves_the_least(
    monkeypatch: pytest.MonkeyPatch, rounds: Broken
) -> None:
    branch_and_bound_alone(monkeypatch)
    _, proven = reached_and_proven(rounds)
    assert proven > 10


def test_what_branch_and_bound_has_no_time_for_is_not_called_proven(
    monkeypatch: pytest.MonkeyPatch, rounds: Broken
) -> None:
    branch_and_bound_alone(monkeypatch)
    # Neither cuts nor nodes: all there is may be a dive.
    monkeypatch.setattr(least_price, "OF_THE_TREE", (0.0, 0.0))
    monkeypatch.setattr(cut_lp, "MOST_ROUNDS", 0)
    reached, proven = reached_and_proven(rounds)
    # A dive nearly always reaches the least.
    assert reached > 5
    assert proven < reached


def test_small_models_say_the_same_without_the_engine_on_the_whole(
    monkeypatch: pytest.MonkeyPatch, rounds: Broken
) -> None:
    whole = 0

    def counted(*arguments: object, **named: object) -> object:
        nonlocal whole
        whole += 1
        return solve(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(promises, "solve", counted)
    for seed, tiny, _ in rounds:
        found = asked(tiny)
        assert found is None or found.proven, seed
    assert whole < len(rounds) / 2
