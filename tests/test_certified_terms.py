"""Certificates of what not every edition has: members who count several times.

As in `test_verify_certificate`: whatever is changed in a model, one that the verifier accepts must reach as
much as plain enumeration says that the best grouping has.
"""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from brute_force import best_grouping_by_enumeration
from test_certificate import content_of, proved, run_script
from test_verify_certificate import CHANGES, holds_every_grouping, reached, whole_model
from test_weight import weighing, weighted_edition
from tiny_editions import crowded_edition

from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.certificate import Certificate, CertificateColumn
from sip_grouping.ledger import prove
from sip_grouping.rules import CertificateRuleId
from sip_grouping.solve import form_groups
from sip_grouping.verification.certificate import verify_certificate

Draw = Callable[[int], Edition]


def crowded_and_weighted(seed: int) -> Edition:
    return weighted_edition(seed, crowded_edition)


DRAWS: dict[str, Draw] = {
    "weight": weighted_edition,
    "weight, slots": crowded_and_weighted,
}


def proven(edition: Edition) -> tuple[Grouping, Certificate] | None:
    """Return an optimal grouping with the certificate of its ledger; None where there is no grouping."""
    result = form_groups(edition, work_limit=100.0)
    return (
        None if result.grouping is None else (result.grouping, prove(edition, result).certificate)
    )


@pytest.mark.parametrize("name", DRAWS)
def test_both_checkers_accept_what_proves_no_less_than_the_best(name: str, tmp_path: Path) -> None:
    seen = 0
    for seed in range(9):
        edition = DRAWS[name](seed)
        made = proven(edition)
        if made is None:
            continue
        grouping, certificate = made
        assert verify_certificate(edition, grouping, certificate) == (), seed
        best = best_grouping_by_enumeration(edition)
        assert best is not None
        content = content_of(certificate)
        assert certificate.bound == proved(content) >= best == certificate.score, seed
        if seen < 3 and grouping.placements:
            seen += 1
            assert run_script(tmp_path, content, grouping).startswith("PROVED: ")
    assert seen == 3


@pytest.mark.parametrize("name", DRAWS)
def test_whatever_is_accepted_reaches_the_best_grouping(name: str) -> None:
    refused: Counter[str] = Counter()
    for seed in range(5):
        rng = random.Random(seed)
        edition = DRAWS[name](seed)
        made = whole_model(edition)
        if made is None:
            continue
        grouping, model = made
        best = best_grouping_by_enumeration(edition)
        assert best is not None
        assert holds_every_grouping(edition, grouping, model), seed
        for change in CHANGES if model.columns else ():
            told = change(rng, model)
            if not holds_every_grouping(edition, grouping, told):
                refused[change.__name__] += 1
                continue
            most = reached(told)
            assert most is not None, (seed, change)
            assert most >= best, (seed, change)
    assert len(refused) >= len(CHANGES) - 2


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
