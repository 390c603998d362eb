"""The travel limit at the own office: `travel_km` unless `office_travel_km` is given somewhere."""

from pathlib import Path

import pytest
from bad_editions import write_edition
from small import member, office, small_edition

from sip_grouping.edition.records import Rules, RulesOverride, Theme
from sip_grouping.grouping import Status
from sip_grouping.reading import load_edition, save_edition
from sip_grouping.solve import form_groups


@pytest.mark.parametrize(
    ("edition_rules", "theme_rules", "travel_m", "office_travel_m"),
    [
        ({}, {}, 30_000, 30_000),
        ({"travel_km": 20.0}, {}, 20_000, 20_000),
        ({"travel_km": 20.0}, {"travel_km": 40.0}, 40_000, 40_000),
        ({"office_travel_km": 45.0}, {"travel_km": 40.0}, 40_000, 45_000),
        ({}, {"travel_km": 40.0, "office_travel_km": 10.0}, 40_000, 10_000),
        ({"travel_km": 20.0}, {"office_travel_km": 50.0}, 20_000, 50_000),
    ],
)
def test_the_limit_at_the_office_moves_with_the_other_unless_given(
    edition_rules: dict[str, float],
    theme_rules: dict[str, float],
    travel_m: int,
    office_travel_m: int,
) -> None:
    rules = RulesOverride(**theme_rules).applied_to(Rules(**edition_rules))
    assert (rules.travel_m, rules.office_travel_m) == (travel_m, office_travel_m)


@pytest.mark.parametrize(("travel_km", "placed"), [(40.0, 2), (20.0, 0)])
def test_a_shorter_way_for_all_is_shorter_to_the_own_office(travel_km: float, placed: int) -> None:
    people = [member(f"m{n}", 27, video=False, office="hub") for n in range(2)]
    result = form_groups(small_edition(people, offices=[office()], travel_km=travel_km))
    assert result.status is Status.OPTIMAL
    assert result.grouping is not None
    assert len(result.grouping.placements) == placed


def test_a_longer_way_that_is_offered_is_the_one_change_that_helps() -> None:
    """With a limit of its own at the office, raising the other one alone would not help there."""
    people = [member(f"m{n}", 33, video=False, office="hub") for n in range(2)]
    themes = [Theme(id="a", groups_min=1)]
    for office_km, name in ((None, "travel_km"), (30.0, "office_travel_km")):
        edition = small_edition(people, themes=themes, travel_km=30.0, office_travel_km=office_km)
        conflict = form_groups(edition).conflict
        assert conflict is not None
        offered = {one.key: one.message for one in conflict.relaxations if "travel" in one.key}
        assert offered == {f"themes.a.rules.{name}": f"raise {name} of a from 30 to 33.001"}


def test_no_way_longer_than_allowed_is_tried() -> None:
    people = [member(f"m{n}", 33, video=False) for n in range(2)]
    themes = [Theme(id="a", groups_min=2)]
    conflict = form_groups(small_edition(people, themes=themes, travel_km=49_999.0)).conflict
    assert conflict is not None
    assert not any("travel" in one.key for one in conflict.relaxations)


@pytest.mark.parametrize("given", ["", "office_travel_km = 45.0"])
def test_what_is_left_out_stays_left_out_in_a_written_edition(given: str, tmp_path: Path) -> None:
    folder = write_edition(tmp_path / "good")
    path = folder / "edition.toml"
    text = path.read_text("utf-8").replace("travel_km = 30.0", f"travel_km = 20.0\n{given}")
    path.write_text(text, "utf-8")
    edition = load_edition(folder)
    save_edition(edition, tmp_path / "again")
    again = load_edition(tmp_path / "again")
    assert again.rules == edition.rules
    assert again.rules.office_travel_m == (45_000 if given else 20_000)
    assert ("office_travel_km" in (tmp_path / "again" / "edition.toml").read_text("utf-8")) == bool(
        given
    )


def test_a_limit_at_the_office_that_is_given_and_the_same_decides_nothing() -> None:
    people = [member(f"m{n}", 10, office="hub") for n in range(2)]
    one, same, other = (
        small_edition(people, travel_km=20.0, office_travel_km=km).digest
        for km in (None, 20.0, 25.0)
    )
    assert one == same != other
