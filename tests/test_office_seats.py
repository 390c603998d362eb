"""Seats of an office: how many members its groups have together, in files, model, reasons and verifier."""

import random
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from brute_force import best_grouping_by_enumeration
from how_many import cases
from positions import table_of
from small import member, office, small_edition
from tiny_editions import crowded_edition, tiny_edition

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Theme
from sip_grouping.errors import InputError
from sip_grouping.explain import changed, only_tightens, prices
from sip_grouping.explain.shadow import Priced
from sip_grouping.grouping import Grouping, Reason, Status
from sip_grouping.ledger import prove
from sip_grouping.rules import RuleId
from sip_grouping.solve import form_groups, likely, search
from sip_grouping.verification import verify
from sip_grouping.verification.certificate import verify_certificate

BATCH, FEWER = 20, 10


def seated_edition(seed: int, draw: Callable[[int], Edition] = tiny_edition) -> Edition:
    """Return a tiny edition whose offices have few seats; some cost something as well."""
    rng = random.Random(f"seated {seed}")
    while True:
        edition = draw(rng.randrange(2**32))
        if edition.places.offices:
            break
    offices = [
        one.model_copy(
            update={
                "seats_max": rng.choice((None, 0, 1, 2, 2, 3, 4, 5, 6)),
                "open_points": rng.choice((0.0, 0.0, 60.0)),
            }
        )
        for one in edition.offices
    ]
    return edition.replace(offices=tuple(offices))


def assert_agrees(edition: Edition, seed: int) -> None:
    best = best_grouping_by_enumeration(edition)
    result = form_groups(edition, work_limit=100.0)
    if best is None:
        assert result.status is Status.INFEASIBLE, seed
        assert result.conflict is not None
        return
    assert (result.status, result.score_thousandths) == (Status.OPTIMAL, best), seed
    assert result.grouping is not None
    assert verify(edition, result.grouping).score_thousandths == best, seed
    assert verify(edition, result.grouping).ok, seed


@pytest.mark.parametrize("first", range(0, cases(40, 100), BATCH))
def test_the_best_of_all_groupings_is_found_and_proven(first: int) -> None:
    for seed in range(first, first + BATCH):
        assert_agrees(seated_edition(seed), seed)


@pytest.mark.parametrize("first", range(0, cases(10, 40), FEWER))
def test_where_slots_are_short(first: int) -> None:
    for seed in range(first, first + FEWER):
        assert_agrees(seated_edition(seed, crowded_edition), seed)


@pytest.mark.parametrize("first", range(0, cases(10, 40), FEWER))
def test_restrictions_and_fixing_lose_nothing(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "RESTRICT_ABOVE_PAIRS", -1)
    steps = (likely.Restricted(100, 1.0, 1e-3, 10), likely.Restricted(2_000, 2.0, 0.0, 100))
    monkeypatch.setattr(search, "STEPS", steps)
    for seed in range(first, first + FEWER):
        assert_agrees(seated_edition(seed), seed)


def people(count: int) -> list[Member]:
    return [member(who, video=False) for who in "pqrstuvw"[:count]]


def with_seats(edition: Edition, *seats: int | None) -> Edition:
    offices = zip(edition.offices, seats, strict=True)
    return edition.replace(
        offices=tuple(one.model_copy(update={"seats_max": most}) for one, most in offices)
    )


def formed(edition: Edition) -> Grouping:
    result = form_groups(edition, work_limit=20.0)
    assert result.status is Status.OPTIMAL
    assert result.grouping is not None
    return result.grouping


@pytest.mark.parametrize(
    ("seats", "placed"), [(None, 6), (0, 0), (1, 0), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (9, 6)]
)
def test_as_many_as_there_are_seats(seats: int | None, placed: int) -> None:
    assert len(formed(with_seats(small_edition(people(6)), seats)).placements) == placed


def test_themes_share_the_seats() -> None:
    several = [*people(3), *(one.model_copy(update={"themes": ("b",)}) for one in people(6)[3:])]
    edition = small_edition(several, themes=[Theme(id="a"), Theme(id="b")])
    assert len(formed(with_seats(edition, 5)).placements) == 5


def test_who_is_too_many_meets_at_the_next_office() -> None:
    edition = small_edition(people(6), offices=[office(), office("far", km=8)])
    edition = edition.replace(score=edition.score.model_copy(update={"km_points": 1.0}))
    places = [one.place for one in formed(with_seats(edition, 3, 4)).group_records]
    assert sorted(places) == ["far", "hub"]


def test_an_office_without_seats_for_a_group_is_no_place() -> None:
    edition = with_seats(small_edition(people(3)), 1)
    told = [one.code for one in edition.warnings]
    assert "no-place-in-reach" in told
    assert {one.reason for one in formed(edition).left_out} == {Reason.NO_PLACE_IN_REACH}
    enough = with_seats(small_edition(people(3)), 2)
    assert "no-place-in-reach" not in [one.code for one in enough.warnings]
    assert Reason.NO_PLACE_IN_REACH not in {one.reason for one in formed(enough).left_out}


def test_a_conflict_names_the_seats() -> None:
    edition = small_edition(people(6), themes=[Theme(id="a", groups_min=2)])
    result = form_groups(with_seats(edition, 3), work_limit=50.0)
    assert result.status is Status.INFEASIBLE
    assert result.conflict is not None
    assert RuleId.SEATS in {one.rule for one in result.conflict.rules}


def test_fewer_seats_only_tighten() -> None:
    many, few = (with_seats(small_edition(people(6)), seats) for seats in (5, 4))
    none = small_edition(people(6))
    assert only_tightens(many, few)
    assert only_tightens(none, many)
    assert not only_tightens(few, many)
    assert not only_tightens(many, none)


def test_a_change_of_the_cell_is_one_of_the_edition() -> None:
    change = {"kind": "office", "office_id": "hub", "field": "seats_max", "value": 4}
    edition = small_edition(people(6))
    assert changed(edition, [change]) == with_seats(edition, 4)


def test_one_more_seat_has_a_price() -> None:
    told = prices(with_seats(small_edition(people(6)), 3), confirm=1)
    row = next(one for one in told.rows if one.what is Priced.OFFICE_SEAT)
    assert (row.place, row.thousandths) == ("hub", 100_000)
    found = told.difference(row)
    assert found is not None
    assert found.certain == 100_000


def test_a_certificate_counts_the_seats() -> None:
    for seed in range(cases(12, 30)):
        edition = seated_edition(seed)
        result = form_groups(edition, work_limit=50.0)
        if result.grouping is not None:
            ledger = prove(edition, result)
            assert not verify_certificate(edition, result.grouping, ledger.certificate), seed


def test_a_certificate_of_more_seats_is_refused() -> None:
    edition = with_seats(small_edition(people(6)), 3)
    grouping, certificate = formed(edition), prove(edition, formed(edition)).certificate
    rows = [one for one in certificate.rows if one.rule == "seats-most"]
    assert rows
    fewer = tuple(
        one._replace(limit=one.limit - 1) if one in rows else one for one in certificate.rows
    )
    assert verify_certificate(edition, grouping, certificate.model_copy(update={"rows": fewer}))


def test_without_seats_there_is_no_trace() -> None:
    plain = small_edition(people(3))
    assert "seats_max" not in plain.kept_entries["offices"]["hub"]  # type: ignore[operator]
    few = with_seats(plain, 0)
    assert [one for one in plain.digests if plain.digests[one] != few.digests[one]] == ["offices"]


@pytest.mark.parametrize("suffix", ["", ".xlsx"])
def test_seats_are_written_and_read_again(tmp_path: Path, suffix: str) -> None:
    for seed in range(6):
        edition = seated_edition(seed)
        path = tmp_path / f"edition-{seed}{suffix}"
        sip.save_edition(edition, path)
        read = sip.load_edition(path, postcodes=table_of(edition))
        assert read.offices == edition.offices
        assert read.digest == edition.digest


def from_frames(cell: object, title: str = "seats_max") -> Edition:
    members = pd.DataFrame(
        {"member_id": ["p", "q"], "country": "BE", "postcode": "1000", "theme_1": "a"}
    )
    offices = pd.DataFrame(
        {"office_id": ["hub"], "country": "BE", "postcode": "1000", title: [cell]}
    )
    return sip.edition_from_frames(
        name="x", themes=[Theme(id="a")], members=members, offices=offices
    )


@pytest.mark.parametrize(("cell", "seats"), [("12", 12), (7, 7), ("0", 0), ("", None)])
def test_a_cell_is_a_whole_number(cell: object, seats: int | None) -> None:
    assert from_frames(cell).offices[0].seats_max == seats
    assert from_frames(cell, "Capacité").offices[0].seats_max == seats


@pytest.mark.parametrize("cell", ["-1", "many", "12.000", "2.5"])
def test_another_cell_is_told(cell: str) -> None:
    with pytest.raises(InputError) as caught:
        from_frames(cell)
    assert [one.column for one in caught.value.findings] == ["seats_max"]
