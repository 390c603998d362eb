"""Certificates of what not every edition has: a weight, offices that cost something, wishes to meet again.

As in `test_verify_certificate`: whatever is changed in a model, one that the verifier accepts must reach as
much as plain enumeration says that the best grouping has.
"""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from brute_force import best_grouping_by_enumeration
from how_many import cases
from previous_editions import best_with_previous, previous_edition
from small import member, small_edition
from test_certificate import content_of, proved, run_script
from test_office_seats import seated_edition
from test_previous import met, six
from test_prices import checked, priced, who_may_be_where
from test_used_places import costly_edition, two_offices
from test_verify_certificate import CHANGES, _without, holds_every_grouping, reached, whole_model
from test_weight import weighing, weighted_edition
from tiny_editions import crowded_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.previous import Previous
from sip_grouping.edition.records import Role
from sip_grouping.explain import Priced, prices
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.certificate import Certificate, CertificateColumn, CertificateRow
from sip_grouping.ledger import prove
from sip_grouping.rules import CertificateRuleId
from sip_grouping.solve import form_groups
from sip_grouping.verification.certificate import verify_certificate

Draw = Callable[[int], Edition]


DRAWS: dict[str, Draw] = {
    "weight": weighted_edition,
    "weight, slots": lambda seed: weighted_edition(seed, crowded_edition),
    "open_points": costly_edition,
    "open_points, slots": lambda seed: costly_edition(seed, crowded_edition),
    "open_points, seats": seated_edition,
    "previous": previous_edition,
}


def best_of(name: str, edition: Edition) -> int:
    """Return the best score, by plain enumeration."""
    with_wishes = name == "previous"
    best = (best_with_previous if with_wishes else best_grouping_by_enumeration)(edition)
    assert best is not None
    return best


def proven(edition: Edition) -> tuple[Grouping, Certificate] | None:
    """Return an optimal grouping with the certificate of its ledger; None where there is no grouping."""
    result = form_groups(edition, work_limit=100.0)
    return (
        None if result.grouping is None else (result.grouping, prove(edition, result).certificate)
    )


# What could be changed of the columns and rows that only such editions have, at random.


def _one_column(
    rng: random.Random, told: Certificate, kinds: set[str], change: Callable[..., CertificateColumn]
) -> Certificate:
    at = [at for at, one in enumerate(told.columns) if one.kind in kinds]
    return changed_column(told, rng.choice(at), change) if at else told


def _worth_less(rng: random.Random, told: Certificate) -> Certificate:
    less = rng.choice((1, 5_000, 50_000))
    kinds = {"used", "again", "steps", "holds"}
    return _one_column(rng, told, kinds, lambda one: one._replace(objective=one.objective - less))


def _of_fewer(rng: random.Random, told: Certificate) -> Certificate:
    kinds = {"used", "again", "steps"}
    return _one_column(rng, told, kinds, lambda one: one._replace(upper=max(one.upper - 1, 0)))


def _of_other_people(rng: random.Random, told: Certificate) -> Certificate:
    def change(one: CertificateColumn) -> CertificateColumn:
        cell, _, *many = one.of
        other = rng.randrange(len(told.before))
        return one._replace(of=(cell, other, *(max(number - 1, 1) for number in many)))

    return _one_column(rng, told, {"again", "steps"}, change)


def _gone(rng: random.Random, told: Certificate) -> Certificate:
    kinds = {"used", "again", "steps", "holds"}
    at = [at for at, one in enumerate(told.columns) if one.kind in kinds]
    return _without(told, {rng.choice(at)}) if at else told


def _one_row(
    rng: random.Random, told: Certificate, change: Callable[[CertificateRow], CertificateRow]
) -> Certificate:
    rows = [at for at, one in enumerate(told.rows) if one.rule[:5] in {"used-", "again"}]
    rows = [at for at in rows if told.rows[at].columns]
    at = rng.choice(rows) if rows else -1
    return with_row(told, at, change(told.rows[at])) if rows else told


def _times_more(rng: random.Random, told: Certificate) -> Certificate:
    def change(row: CertificateRow) -> CertificateRow:
        times = list(row.coefficients)
        times[rng.randrange(len(times))] += rng.choice((1, 2, -1, -2))
        return row._replace(coefficients=tuple(times))

    return _one_row(rng, told, change)


def _tighter(rng: random.Random, told: Certificate) -> Certificate:
    return _one_row(rng, told, lambda row: row._replace(limit=row.limit - 1))


def _shorter(rng: random.Random, told: Certificate) -> Certificate:
    def change(row: CertificateRow) -> CertificateRow:
        gone = rng.randrange(len(row.columns))
        columns, times = list(row.columns), list(row.coefficients)
        del columns[gone], times[gone]
        return row._replace(columns=tuple(columns), coefficients=tuple(times))

    return _one_row(rng, told, change)


def _other_before(rng: random.Random, told: Certificate) -> Certificate:
    before = list(told.before)
    if before:
        before[rng.randrange(len(before))] = rng.choice((*before, ("nobody", "a"), ("g0", "none")))
    return told.model_copy(update={"before": tuple(before)}) if before else told


LIES = (
    _worth_less, _of_fewer, _of_other_people, _gone, _times_more, _tighter, _shorter, _other_before
)  # fmt: skip


@pytest.mark.parametrize("name", DRAWS)
def test_both_checkers_accept_what_proves_no_less_than_the_best(name: str, tmp_path: Path) -> None:
    seen = 0
    for seed in range(cases(5, 150)):
        edition = DRAWS[name](seed)
        made = proven(edition)
        if made is None:
            continue
        grouping, certificate = made
        assert verify_certificate(edition, grouping, certificate) == (), seed
        best = best_of(name, edition)
        content = content_of(certificate)
        assert certificate.bound == proved(content) >= best == certificate.score, seed
        if seen < 2 and grouping.placements:
            seen += 1
            assert run_script(tmp_path, content, grouping).startswith("PROVED: ")
    assert seen


@pytest.mark.parametrize("name", DRAWS)
def test_whatever_is_accepted_reaches_the_best_grouping(name: str) -> None:
    refused: Counter[str] = Counter()
    for seed in range(cases(3, 100)):
        rng = random.Random(seed)
        edition = DRAWS[name](seed)
        made = whole_model(edition)
        if made is None:
            continue
        grouping, model = made
        best = best_of(name, edition)
        assert holds_every_grouping(edition, grouping, model), seed
        for change in (*CHANGES, *LIES) if model.columns else ():
            told = change(rng, model)
            if told is model:
                continue
            if not holds_every_grouping(edition, grouping, told):
                refused[change.__name__] += 1
                continue
            most = reached(told)
            assert most is not None, (seed, change)
            assert most >= best, (seed, change)
    assert len(refused) >= 10


SHOWN: dict[str, tuple[Edition, str]] = {
    "weight": (weighing(2, 1), "placed"),
    "open_points": (two_offices(near=30.0, far=30.0), "used"),
    "previous": (six(Previous(together=2.5), met(("x", "prt"), ("y", "qsu"))), "again"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_script_sees_what_was_changed(name: str, tmp_path: Path) -> None:
    edition, kind = SHOWN[name]
    made = proven(edition)
    assert made is not None
    grouping, certificate = made
    whole = content_of(certificate)
    assert run_script(tmp_path, whole, grouping).startswith("PROVED")
    at = next(at for at, one in enumerate(whole["columns"]) if one[0] == kind and one[3])
    for part, less in ((1, 1), (2, 10), (3, 1)):
        content = content_of(certificate)
        content["columns"][at][part] -= less
        assert run_script(tmp_path, content, grouping).startswith("REFUSED"), part
    content = content_of(certificate)
    content["bound"] -= 1
    assert run_script(tmp_path, content, grouping).startswith("REFUSED: the prices prove")


def rules_of(edition: Edition, grouping: Grouping, told: Certificate) -> set[object]:
    return {one.rule for one in verify_certificate(edition, grouping, told)}


def changed_column(
    told: Certificate, at: int, change: Callable[[CertificateColumn], CertificateColumn]
) -> Certificate:
    columns = list(told.columns)
    columns[at] = change(columns[at])
    return told.model_copy(update={"columns": tuple(columns)})


def test_points_and_seats_of_a_member_who_counts_twice_are_looked_at() -> None:
    edition = weighing(2, 1)
    made = proven(edition)
    assert made is not None
    grouping, told = made
    assert rules_of(edition, grouping, told) == set()
    twice = next(at for at, one in enumerate(told.columns) if one.objective == 200_000)
    fewer = changed_column(told, twice, lambda one: one._replace(objective=199_999))
    assert CertificateRuleId.PLACEMENTS in rules_of(edition, grouping, fewer)
    # The same groups if everybody counted once: another edition, whose points are fewer.
    once = weighing(1, 1)
    assert CertificateRuleId.OF in rules_of(once, grouping, told)
    # Who fills two seats of a group fills no third.
    made = whole_model(weighing(2, 2, themes=edition.themes))
    assert made is not None
    grouping, whole = made
    row = next(
        at for at, one in enumerate(whole.rows) if one.rule == "size-most" and 2 in one.coefficients
    )
    rows = list(whole.rows)
    three = tuple(3 if times == 2 else times for times in rows[row].coefficients)
    rows[row] = rows[row]._replace(coefficients=three)
    heavier = whole.model_copy(update={"rows": tuple(rows)})
    assert CertificateRuleId.ROWS in rules_of(
        weighing(2, 2, themes=edition.themes), grouping, heavier
    )


def test_what_places_in_use_cost_is_looked_at() -> None:
    edition = two_offices(near=30.0, far=30.0)
    made = whole_model(edition)
    assert made is not None
    grouping, told = made
    assert rules_of(edition, grouping, told) == set()
    hub, far = (at for at, one in enumerate(told.columns) if one.kind == "used")
    dearer = changed_column(told, hub, lambda one: one._replace(objective=-30_001))
    assert CertificateRuleId.PLACEMENTS in rules_of(edition, grouping, dearer)
    # That a place may cost less proves less: it is no lie, but not the score of the groups.
    cheaper = changed_column(told, hub, lambda one: one._replace(objective=-29_999))
    assert CertificateRuleId.PLACEMENTS not in rules_of(edition, grouping, cheaper)
    assert CertificateRuleId.SUMS in rules_of(edition, grouping, cheaper)
    never = changed_column(told, hub, lambda one: one._replace(upper=0, value=0))
    assert CertificateRuleId.PLACEMENTS in rules_of(edition, grouping, never)
    # Nor is one place paid twice.
    twice = told.model_copy(update={"columns": (*told.columns, told.columns[hub])})
    assert CertificateRuleId.MODEL in rules_of(edition, grouping, twice)
    rows = [at for at, one in enumerate(told.rows) if one.rule == "used-most"]
    assert len(rows) == 4

    def refused(at: int, row: CertificateRow) -> bool:
        lied = told.model_copy(update={"rows": (*told.rows[:at], row, *told.rows[at + 1 :])})
        return CertificateRuleId.ROWS in rules_of(edition, grouping, lied)

    for at in rows:
        row = told.rows[at]
        placed, used = row.columns
        assert row.coefficients == (1, -3)
        assert refused(at, row._replace(coefficients=(1, -2)))
        assert refused(at, row._replace(limit=-1))
        assert refused(at, row._replace(columns=(placed, far if used == hub else hub)))
        assert not refused(at, row._replace(coefficients=(1, -4)))
        assert not refused(at, row._replace(limit=1))


def test_seats_of_a_place_that_is_not_used_are_none() -> None:
    edition = two_offices(near=30.0, far=30.0)
    seats = tuple(one.model_copy(update={"seats_max": 5}) for one in edition.offices)
    edition = edition.replace(offices=seats)
    made = whole_model(edition)
    assert made is not None
    grouping, told = made
    at = next(at for at, one in enumerate(told.rows) if one.rule == "seats-most")
    row = told.rows[at]
    assert (row.limit, min(row.coefficients)) == (0, -5)
    for limit, least, broken in ((0, -5, False), (0, -4, True), (2, -3, False), (-1, -6, True)):
        rows = list(told.rows)
        times = tuple(least if one == -5 else one for one in row.coefficients)
        rows[at] = row._replace(limit=limit, coefficients=times)
        lied = told.model_copy(update={"rows": tuple(rows)})
        assert (CertificateRuleId.ROWS in rules_of(edition, grouping, lied)) == broken


def test_a_place_that_nobody_uses_is_worth_less_to_one_more_member() -> None:
    """Today's prices know what it costs to use a place, for whoever is the first there."""
    edition = two_offices(near=30.0, far=350.0)
    near = edition.replace(members=edition.members[:3])
    told = prices(near, confirm=0)
    assert told.bound_thousandths == 270_000
    # At 2 points a km a member at the other office travels to this one.
    worth = {one.place: one.thousandths for one in told.rows if one.what is Priced.MEMBER}
    assert worth == {"hub": 100_000, "far": 84_000}


@pytest.mark.parametrize("draw", [costly_edition, seated_edition])
def test_prices_are_bounds_where_places_cost_something(draw: Draw) -> None:
    said = 0
    for seed in range(12):
        edition = draw(seed)
        told = priced(edition)
        if told is None:
            continue
        same = who_may_be_where(edition)
        for what in Priced:
            row = next((one for one in told.rows if one.what is what), None)
            said += row is not None and checked(edition, told, row, same)
    assert said > 8


def with_row(told: Certificate, at: int, row: CertificateRow) -> Certificate:
    return told.model_copy(update={"rows": (*told.rows[:at], row, *told.rows[at + 1 :])})


def test_who_holds_another_role_counts_for_no_row_of_a_role() -> None:
    """Found at random: a row that asks for no secretary said that nobody moderates."""
    edition = previous_edition(154)
    made = whole_model(edition)
    assert made is not None
    grouping, told = made
    moderates = next(at for at, one in enumerate(told.columns) if one.kind == "holds" and one.value)
    at = next(at for at, one in enumerate(told.rows) if one.rule == "secretaries-least")
    assert told.rows[at].columns == ()
    nobody = told.rows[at]._replace(columns=(moderates,), coefficients=(1,))
    assert CertificateRuleId.ROWS in rules_of(edition, grouping, with_row(told, at, nobody))


def test_who_may_not_hold_a_role_is_missing_in_no_row() -> None:
    """A member whose pin, or whose `only`, names the other role volunteers for it in vain."""
    edition = previous_edition(34)
    made = whole_model(edition)
    assert made is not None
    grouping, told = made
    assert holds_every_grouping(edition, grouping, told)


def test_what_it_is_worth_to_meet_again_is_looked_at() -> None:
    """Two groups of before, in two places: who shared one gains by sharing one again."""
    edition = six(Previous(together=2.5), met(("x", "prt"), ("y", "qsu")))
    made = whole_model(edition)
    assert made is not None
    grouping, told = made
    assert rules_of(edition, grouping, told) == set()
    assert told.before == (("x", "a"), ("y", "a"))
    pairs = [at for at, one in enumerate(told.columns) if one.kind == "again"]
    assert {told.columns[at].objective for at in pairs} == {2_500}
    assert sum(told.columns[at].value for at in pairs) == 6
    first = pairs[0]
    lies = [
        changed_column(told, first, lambda one: one._replace(objective=2_499)),
        changed_column(told, first, lambda one: one._replace(upper=one.upper - 1)),
        _without(told, {first}),
    ]
    for one in lies:
        assert CertificateRuleId.PLACEMENTS in rules_of(edition, grouping, one)
    twice = told.model_copy(update={"before": (*told.before, told.before[0])})
    assert CertificateRuleId.MODEL in rules_of(edition, grouping, twice)
    # With so many members, so many pairs at most; and no more members than are placed.
    at = next(
        at for at, one in enumerate(told.rows) if one.rule == "again-most" and first in one.columns
    )
    row = told.rows[at]
    brings = [-times for times in row.coefficients if times < 0]
    assert sorted(brings) == [1, 2]
    fewer = tuple(times + (times == -2) for times in row.coefficients)
    lied = with_row(told, at, row._replace(coefficients=fewer))
    assert CertificateRuleId.ROWS in rules_of(edition, grouping, lied)
    more = tuple(times - (times == -2) for times in row.coefficients)
    higher = with_row(told, at, row._replace(coefficients=more))
    assert CertificateRuleId.ROWS not in rules_of(edition, grouping, higher)


def test_what_it_costs_to_meet_again_is_looked_at() -> None:
    """All were in one group of another theme: two pairs, one in each of three groups, are the fewest."""
    edition = six(Previous(mix=2.5), met(("x", "pqrstu"), theme="before"))
    made = whole_model(edition)
    assert made is not None
    grouping, told = made
    assert rules_of(edition, grouping, told) == set()
    at, row = next(
        (at, one) for at, one in enumerate(told.rows) if one.rule == "again-least" and one.columns
    )
    kinds = [told.columns[column].kind for column in row.columns]
    assert set(kinds) == {"again", "placed", "groups"}
    for kind, more in (("again", 1), ("placed", 1), ("groups", 1)):
        times = tuple(
            one + more * (what == kind) for what, one in zip(kinds, row.coefficients, strict=True)
        )
        lied = with_row(told, at, row._replace(coefficients=times))
        assert CertificateRuleId.ROWS in rules_of(edition, grouping, lied), kind


def test_a_role_that_is_gladly_held_again_has_a_column() -> None:
    seats = met(("x", "pq"), role=Role.MODERATOR)
    edition = small_edition([member(who, moderator=True) for who in "pqrs"], moderators=1).replace(
        previous=Previous(same_role=-5.0), previous_seats=seats
    )
    made = whole_model(edition)
    assert made is not None
    grouping, told = made
    assert rules_of(edition, grouping, told) == set()
    gains = {at for at, one in enumerate(told.columns) if one.objective == 5_000}
    assert {told.columns[at].kind for at in gains} == {"holds"}
    for gone in sorted(gains):
        found = verify_certificate(edition, grouping, _without(told, {gone}))
        assert any("held again" in one.message for one in found)
