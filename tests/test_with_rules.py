"""`Edition.with_rules`: rules changed by name, typos refused, and every mistake told at once."""

import numpy as np
import pytest
from small import member, small_edition

import sip_grouping as sip


@pytest.fixture(scope="module")
def edition() -> sip.Edition:
    themes = [
        sip.Theme(id="support", rules=sip.RulesOverride(local=sip.SizeLimitsOverride(size_max=9))),
        sip.Theme(id="housing"),
    ]
    return small_edition(
        [member("m0", themes=("support", "housing"))],
        themes=themes,
        local={"size_min": 4, "size_max": 8},
    )


def refused(edition: sip.Edition, *theme: str, **changes: object) -> list[sip.Finding]:
    with pytest.raises(sip.InputError) as caught:
        edition.with_rules(*theme, **changes)
    return list(caught.value.findings)


def test_a_rule_is_changed_and_all_else_stays(edition: sip.Edition) -> None:
    changed = edition.with_rules(travel_km=20, moderators=0)
    assert changed.rules == edition.rules.model_copy(update={"travel_km": 20.0, "moderators": 0})
    assert changed.replace(rules=edition.rules) == edition
    assert edition.rules.travel_km == 30.0
    assert changed.digest != edition.digest
    assert edition.with_rules() == edition


def test_the_way_to_the_own_office_follows_where_it_was_left_out(edition: sip.Edition) -> None:
    assert edition.with_rules(travel_km=20).rules.office_travel_m == 20_000
    both = edition.with_rules(travel_km=20, office_travel_km=45)
    assert both.rules.office_travel_m == 45_000
    assert both.with_rules(office_travel_km=None).rules.office_travel_m == 20_000


def test_sizes_may_be_given_in_part(edition: sip.Edition) -> None:
    assert edition.with_rules(local={"size_min": 6}).rules.local == sip.SizeLimits(
        size_min=6, size_max=8
    )
    for whole in ({"size_min": 2, "size_max": 3}, sip.SizeLimits(size_min=2, size_max=3)):
        assert edition.with_rules(local=whole).rules.local.size_max == 3


def test_a_theme_has_rules_of_its_own(edition: sip.Edition) -> None:
    changed = edition.with_rules("support", travel_km=12.5, local={"size_min": 6})
    assert changed.rules == edition.rules
    own = changed.rules_of("support")
    assert (own.travel_km, own.local.size_min, own.local.size_max) == (12.5, 6, 9)
    assert changed.rules_of("housing") == edition.rules_of("housing")
    back = changed.with_rules("support", travel_km=None, local=None)
    assert back.rules_of("support") == edition.rules
    only_sizes = changed.with_rules("support", local=sip.SizeLimitsOverride(size_min=5))
    assert only_sizes.rules_of("support").local == sip.SizeLimits(size_min=5, size_max=9)


def test_numbers_of_numpy_are_numbers(edition: sip.Edition) -> None:
    changed = edition.with_rules(
        travel_km=np.float64(20),
        moderators=np.int64(2),
        shared_slot=np.bool_(True),
    )
    assert (changed.rules.travel_km, changed.rules.moderators) == (20.0, 2)
    assert type(changed.rules.moderators) is int
    assert changed.rules.shared_slot is True


def test_an_unknown_name_is_refused_with_the_nearest(edition: sip.Edition) -> None:
    (finding,) = refused(edition, travel_kms=20)
    assert (finding.code, finding.column) == ("unknown-key", "travel_kms")
    assert "did you mean 'travel_km'" in finding.remedy
    (finding,) = refused(edition, local={"size_mim": 6})
    assert "did you mean 'size_min'" in finding.remedy
    (finding,) = refused(edition, "suport", travel_km=20)
    assert (finding.code, finding.value) == ("unknown-theme", "suport")
    assert "did you mean 'support'" in finding.remedy


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"travel_km": -1}, "travel_km"),
        ({"travel_km": "20"}, "travel_km"),
        ({"travel_km": True}, "travel_km"),
        ({"travel_km": None}, "travel_km"),
        ({"moderators": 1.5}, "moderators"),
        ({"moderators": True}, "moderators"),
        ({"shared_slot": "no"}, "shared_slot"),
        ({"local": 6}, "local"),
        ({"local": None}, "local"),
        ({"local": {"size_min": 0}}, "local.size_min"),
        ({"local": {"size_min": 9}}, "local"),
    ],
)
def test_a_value_that_does_not_fit_is_named(
    edition: sip.Edition, changes: dict[str, object], column: str
) -> None:
    (finding,) = refused(edition, **changes)
    assert finding.column == column
    assert finding.remedy


def test_all_mistakes_are_told_at_once(edition: sip.Edition) -> None:
    found = refused(edition, travel_kms=1, travel_km="x", local={"size_min": -1, "size_mx": 3})
    assert {one.column for one in found} == {
        "travel_kms", "travel_km", "local.size_min", "local.size_mx",
    }  # fmt: skip


def test_rules_that_do_not_fit_a_theme_are_refused(edition: sip.Edition) -> None:
    assert refused(edition, local={"size_min": 10, "size_max": 20})
    assert refused(edition, "support", local={"size_max": 3})
