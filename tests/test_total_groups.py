"""How many groups there are over all themes: at least, at most, exactly; in files, model and verifier."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from brute_force import best_grouping_by_enumeration
from how_many import cases
from positions import table_of
from small import member, office, small_edition
from tiny_editions import crowded_edition, tiny_edition

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.edition.limits import Total
from sip_grouping.edition.records import Member, Theme
from sip_grouping.errors import InputError
from sip_grouping.explain import changed, only_tightens, prices
from sip_grouping.explain.shadow import Priced
from sip_grouping.grouping import Grouping, Status
from sip_grouping.ledger import prove
from sip_grouping.rules import RuleId
from sip_grouping.solve import form_groups, likely, search
from sip_grouping.verification import verify
from sip_grouping.verification.certificate import verify_certificate

BATCH, FEWER = 20, 10
LIMITS = ((0, 1), (1, 1), (2, 2), (2, 2), (3, 3), (1, None), (2, None), (3, 4))


def limited_edition(seed: int, draw: Callable[[int], Edition] = tiny_edition) -> Edition:
    """Return a tiny edition with a wish for the number of its groups, mostly an exact one."""
    rng = random.Random(f"limited {seed}")
    return with_total(draw(rng.randrange(2**32)), *rng.choice(LIMITS))


def with_total(edition: Edition, groups_min: int, groups_max: int | None) -> Edition:
    return edition.replace(total=Total(groups_min=groups_min, groups_max=groups_max))


def assert_agrees(edition: Edition, seed: int) -> bool:
    """Compare with plain enumeration; return whether there is a grouping."""
    best = best_grouping_by_enumeration(edition)
    result = form_groups(edition, work_limit=100.0)
    if best is None:
        assert result.status is Status.INFEASIBLE, seed
        assert result.conflict is not None
        assert all(one.message for one in result.conflict.relaxations)
        return False
    assert (result.status, result.score_thousandths) == (Status.OPTIMAL, best), seed
    assert result.grouping is not None
    assert verify(edition, result.grouping).ok, seed
    assert verify(edition, result.grouping).score_thousandths == best, seed
    return True


@pytest.mark.parametrize("first", range(0, cases(20, 80), BATCH))
def test_the_best_of_all_groupings_is_found_and_proven(first: int) -> None:
    formed = [assert_agrees(limited_edition(seed), seed) for seed in range(first, first + BATCH)]
    assert any(formed)
    assert not all(formed)


@pytest.mark.parametrize("first", range(0, cases(10, 40), FEWER))
def test_where_slots_are_short(first: int) -> None:
    for seed in range(first, first + FEWER):
        assert_agrees(limited_edition(seed, crowded_edition), seed)


@pytest.mark.parametrize("first", range(0, cases(10, 40), FEWER))
def test_restrictions_and_fixing_lose_nothing(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "RESTRICT_ABOVE_PAIRS", -1)
    steps = (likely.Restricted(100, 1.0, 1e-3, 10), likely.Restricted(2_000, 2.0, 0.0, 100))
    monkeypatch.setattr(search, "STEPS", steps)
    for seed in range(first, first + FEWER):
        assert_agrees(limited_edition(seed), seed)


def people(count: int = 6) -> list[Member]:
    return [member(who, video=False, themes=("a", "b")) for who in "pqrstuvw"[:count]]


def two_themes(count: int = 6, **score: object) -> Edition:
    return small_edition(
        people(count), themes=[Theme(id="a"), Theme(id="b")], offices=[office()], score=score
    )


def formed(edition: Edition) -> Grouping:
    result = form_groups(edition, work_limit=20.0)
    assert result.status is Status.OPTIMAL
    assert result.grouping is not None
    return result.grouping


@pytest.mark.parametrize("count", [1, 2, 3])
def test_there_are_exactly_as_many_groups_as_asked_for(count: int) -> None:
    assert len(formed(with_total(two_themes(), count, count)).group_records) == count


def test_fewer_groups_place_fewer_members() -> None:
    assert len(formed(with_total(two_themes(), 0, 1)).placements) == 3


def test_what_cannot_be_is_explained_and_the_way_out_helps() -> None:
    edition = with_total(two_themes(), 4, 4)
    result = form_groups(edition, work_limit=50.0)
    assert result.status is Status.INFEASIBLE
    conflict = result.conflict
    assert conflict is not None
    assert RuleId.GROUPS_IN_ALL in {one.rule for one in conflict.rules}
    assert "total.groups_min" in {one.key for one in conflict.relaxations}
    least = next(one for one in conflict.relaxations if one.key == "total.groups_min")
    helped = changed(edition, least.changes)
    assert helped.total == Total(groups_min=3, groups_max=4)
    assert form_groups(helped, work_limit=20.0).status is Status.OPTIMAL


def test_a_theme_may_ask_for_more_than_there_may_be() -> None:
    edition = small_edition(people(), themes=[Theme(id="a", groups_min=2), Theme(id="b")])
    edition = with_total(edition, 0, 1)
    conflict = form_groups(edition, work_limit=50.0).conflict
    assert conflict is not None
    assert {one.key for one in conflict.rules} == {"themes.a.groups_min", "total.groups_max"}
    raised = next(one for one in conflict.relaxations if one.key == "total.groups_max")
    assert changed(edition, raised.changes).total.groups_max == 2


def test_later_objectives_and_profiles_keep_the_number() -> None:
    edition = with_total(two_themes(), 2, 2)
    for given in ({"objectives": ("placed", "score")}, {"profile": "egalitarian"}):
        result = form_groups(edition, work_limit=30.0, **given)
        assert result.grouping is not None
        assert len(result.grouping.group_records) == 2


def test_one_more_group_has_a_price() -> None:
    told = prices(with_total(two_themes(), 0, 1), confirm=1)
    row = next(one for one in told.rows if one.what is Priced.GROUPS_MAX)
    assert (row.theme, row.thousandths) == ("", 300_000)
    found = told.difference(row)
    assert found is not None
    assert found.certain == 300_000
    for language in ("en", "nl", "fr"):
        assert told.summary(language)


def test_one_group_fewer_has_a_price() -> None:
    told = prices(with_total(two_themes(group_points=350.0), 1, None), confirm=1)
    row = next(one for one in told.rows if one.what is Priced.GROUPS_MIN)
    found = told.difference(row)
    assert found is not None
    assert found.certain == 50_000 <= row.thousandths


def test_certificates_count_the_groups() -> None:
    seen = set()
    for seed in range(cases(14, 40)):
        edition = limited_edition(seed)
        result = form_groups(edition, work_limit=50.0)
        if result.grouping is not None:
            certificate = prove(edition, result).certificate
            seen |= {one.rule for one in certificate.rows}
            assert not verify_certificate(edition, result.grouping, certificate), seed
            rows = tuple(
                one._replace(limit=one.limit - 1) if "in-all" in one.rule else one
                for one in certificate.rows
            )
            if rows != certificate.rows:
                told = certificate.model_copy(update={"rows": rows})
                assert verify_certificate(edition, result.grouping, told), seed
    assert {"groups-in-all-most", "groups-in-all-least"} <= seen


def test_more_limits_only_tighten() -> None:
    free, two = two_themes(), with_total(two_themes(), 2, 2)
    assert only_tightens(free, two)
    assert not only_tightens(two, free)


def test_without_limits_there_is_no_trace() -> None:
    plain = two_themes()
    assert not [key for key in plain.kept_entries["rules"] if key.startswith("total")]
    exact = with_total(plain, 2, 2)
    assert [one for one in plain.digests if plain.digests[one] != exact.digests[one]] == ["rules"]


@pytest.mark.parametrize("suffix", ["", ".xlsx"])
def test_limits_are_written_and_read_again(tmp_path: Path, suffix: str) -> None:
    for seed in range(6):
        edition = limited_edition(seed)
        path = tmp_path / f"edition-{seed}{suffix}"
        sip.save_edition(edition, path)
        read = sip.load_edition(path, postcodes=table_of(edition))
        assert read.total == edition.total
        assert read.digest == edition.digest


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("groups_min = 3\ngroups_max = 2", "total"),
        ("groups_max = 0", "total.groups_max"),
        ("groups_min = -1", "total.groups_min"),
        ("groups_min = 2.5", "total.groups_min"),
        ('groups_min = "2"', "total.groups_min"),
        ("groups = 2", "total.groups"),
    ],
)
def test_another_value_is_told(tmp_path: Path, said: str, key: str) -> None:
    sip.save_edition(two_themes(), tmp_path / "edition")
    toml = tmp_path / "edition" / "edition.toml"
    toml.write_text(f"{toml.read_text('utf-8')}\n[total]\n{said}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        sip.load_edition(tmp_path / "edition")
    assert [one.column for one in caught.value.findings] == [key]
    for language in ("en", "nl", "fr"):
        assert caught.value.findings[0].told_in(language).message


def test_the_limits_may_be_given_and_changed_in_a_call() -> None:
    edition = sip.make_edition(
        name="x",
        themes=[Theme(id="a")],
        members=[sip.Member(member_id="p", country="BE", postcode="1000", themes=("a",))],
        total=sip.Total(groups_max=4),
    )
    assert edition.total.groups_max == 4
    change = {"kind": "rule", "key": "total.groups_max", "value": 3}
    assert changed(edition, [change]).total == Total(groups_max=3)
