"""Themes closed in a member's country: passed over with a warning; and what else a reader is warned of."""

import shutil
from pathlib import Path

import pytest
from bad_editions import write_edition
from brute_force import best_grouping_by_enumeration
from small import member, small_edition
from test_model_rules import solved

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES
from sip_grouping.edition import Edition
from sip_grouping.edition.checks import WARNING_CODES
from sip_grouping.edition.records import Member, Pin, RulesOverride, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding
from sip_grouping.verification import verify

CLOSED, OPEN = Theme(id="a", countries=("FR",)), Theme(id="b", countries=("BE", "FR"))
THEMES = [CLOSED, OPEN]


def people(*names: str, themes: tuple[str, ...] = ("a", "b"), **answers: object) -> list[Member]:
    """Return members of Belgium, where theme a is closed."""
    return [member(name, 0, themes=themes, **answers) for name in names]


def told(edition: Edition) -> list[tuple[str, object, str | None]]:
    for one in edition.warnings:
        assert all(one.told_in(language).remedy for language in LANGUAGES)
    return [(one.code, one.row, one.column) for one in edition.warnings]


def refused(members: list[Member], **edition: object) -> tuple[Finding, ...]:
    with pytest.raises(InputError) as caught:
        small_edition(members, themes=THEMES, **edition)  # type: ignore[arg-type]
    for one in caught.value.findings:
        assert all(one.told_in(language).message for language in LANGUAGES)
    return caught.value.findings


# Passed over


def test_the_others_keep_their_rank() -> None:
    edition = small_edition(people("x", "y"), themes=THEMES)
    assert told(edition) == [
        ("theme-closed-in-country", "x", "theme_1"),
        ("theme-closed-in-country", "y", "theme_1"),
    ]
    assert edition.members[0].themes == ("a", "b")
    result = solved(edition)
    assert result.score == 2 * 80  # the second choice it is, though the first is closed
    assert result.score_thousandths == best_grouping_by_enumeration(edition)
    assert result.grouping is not None
    assert {row.rank for row in result.grouping.placements} == {2}
    assert verify(edition, result.grouping).ok


def test_who_may_join_it_does() -> None:
    french = [
        one.model_copy(update={"country": "FR", "postcode": "59000"})
        for one in people("f", "g", themes=("a",))
    ]
    edition = small_edition([*french, *people("x", "y", "z", themes=("a",))], themes=THEMES)
    grouping = solved(edition).grouping
    assert grouping is not None
    assert {row.member_id for row in grouping.placements} == {"f", "g"}
    assert {row.reason for row in grouping.left_out} == {"no-theme-open"}
    assert verify(edition, grouping).ok


def test_who_has_no_open_theme_is_never_placed_and_no_error() -> None:
    edition = small_edition(
        [*people("x", themes=("a",)), *people("n", themes=("a",), commits=False)], themes=THEMES
    )
    assert told(edition) == [
        ("theme-closed-in-country", "x", "theme_1"),
        ("no-theme-open", "x", "country"),
        ("theme-closed-in-country", "n", "theme_1"),  # it takes no part anyway
    ]


def test_an_open_theme_is_no_warning() -> None:
    assert told(small_edition(people("x", themes=("b",)), themes=THEMES)) == []


# What stays an error


@pytest.mark.parametrize("through", [False, True])
def test_a_pin_to_a_closed_theme(through: bool) -> None:
    pin = Pin(member_id="f", theme="a", track=Track.VIDEO, with_members=("x",))
    (x,) = people("x")
    french = x.model_copy(update={"member_id": "f", "country": "FR", "postcode": "59000"})
    if through:
        # Whoever belongs together with a pinned member would be in its group as well.
        pin = pin.model_copy(update={"with_members": ()})
        x = x.model_copy(update={"together": ("f",)})
    codes = [(one.code, one.variant) for one in refused([x, french], pins=[pin])]
    assert codes == [("pin-to-closed-theme", "through" if through else "")]
    to_open = pin.model_copy(update={"theme": "b"})
    assert solved(small_edition([x, french], themes=THEMES, pins=[to_open])).score is not None


def test_a_pair_that_shares_no_open_theme() -> None:
    (x,) = people("x", together=("f",))
    french = x.model_copy(
        update={
            "member_id": "f",
            "country": "FR",
            "postcode": "59000",
            "themes": ("a",),
            "together": (),
        }
    )
    (found,) = refused([x, french])
    assert (found.code, found.variant) == ("together-impossible", "no-open-theme")
    other = french.model_copy(update={"themes": ("a", "b")})
    assert solved(small_edition([x, other], themes=THEMES)).score is not None
    belgian = people("y", themes=("a",))[0]
    pair = [x.model_copy(update={"together": ("y",), "themes": ("a",)}), belgian]
    # Neither is ever placed, which keeps the rule.
    assert "no-theme-open" in {code for code, _, _ in told(small_edition(pair, themes=THEMES))}
    (found,) = refused([x.model_copy(update={"together": ("y",)}), belgian])
    assert found.variant == "no-open-theme"


# Warnings of an edition


def closed_in_a_file(folder: Path) -> Path:
    write_edition(folder)
    path = folder / "members.csv"
    text = path.read_text("utf-8")
    path.write_text(text.replace("m4,BE,4000,support,", "m4,BE,4000,support,sharing"), "utf-8")
    return folder


def test_they_name_the_row_of_the_file(tmp_path: Path) -> None:
    edition = sip.load_edition(closed_in_a_file(tmp_path / "edition"))
    (found,) = edition.warnings
    assert (found.code, found.file, found.row) == ("theme-closed-in-country", "members.csv", 5)
    assert (found.column, found.value) == ("theme_2", "sharing")


def test_they_are_told_once_however_often_an_edition_is_changed(tmp_path: Path) -> None:
    edition = sip.load_edition(closed_in_a_file(tmp_path / "edition"))
    again = edition.with_rules(travel_km=20.0).replace(pins=()).with_pins(edition.pins)
    assert again.warnings == edition.warnings
    opened = tuple(one.model_copy(update={"countries": ("BE", "FR")}) for one in edition.themes)
    assert edition.replace(themes=opened).warnings == ()
    without = [
        one.model_copy(update={"apart": ()}) for one in edition.members if one.member_id != "m4"
    ]
    assert edition.replace(members=tuple(without)).warnings == ()


def test_those_of_reading_stay(tmp_path: Path) -> None:
    edition = sip.load_edition(closed_in_a_file(tmp_path / "edition"))
    own = Finding("anything", "said", "do", "members.csv", 3)
    more = edition.replace(warnings=(own, *edition.warnings))
    assert more.warnings == (own, *edition.warnings)
    assert more.replace(pins=()).warnings == more.warnings


def test_strictly_they_are_errors(tmp_path: Path) -> None:
    from sip_grouping.command.app import run  # noqa: PLC0415 - the command line alone

    folder = closed_in_a_file(tmp_path / "edition")
    assert run(["check", str(folder)]) == 0
    assert run(["check", str(folder), "--strict"]) == 2
    shutil.rmtree(folder)
    assert run(["check", str(write_edition(folder)), "--strict"]) == 0


def test_a_role_without_a_volunteer() -> None:
    pair = people("x", "y", themes=("b",))
    needs = {"themes": THEMES, "moderators": 1}
    edition = small_edition(pair, **needs)  # type: ignore[arg-type]
    assert told(edition) == [("no-volunteer", None, "moderator")]
    assert "a and b" in edition.warnings[0].message
    assert told(edition.with_rules(moderators=0)) == []
    for answers, warned in (
        ({"moderator": True}, False),
        ({"moderator": "only"}, False),
        ({"moderator": True, "commits": False}, True),
        ({"secretary": True}, True),
    ):
        first = pair[0].model_copy(update=answers)
        codes = [one.code for one in small_edition([first, pair[1]], **needs).warnings]  # type: ignore[arg-type]
        assert ("no-volunteer" in codes) == warned, answers


def test_only_themes_that_may_have_groups_ask_for_a_role() -> None:
    asking = Theme(id="c", rules=RulesOverride(secretaries=1), groups_max=0)
    pair = people("x", "y", themes=("b",))
    assert told(small_edition(pair, themes=[OPEN, asking])) == []
    some = asking.model_copy(update={"groups_max": 1})
    (found,) = small_edition(pair, themes=[OPEN, some]).warnings
    assert dict(found.parameters) == {"role": "secretary", "themes": ("c",)}
    nobody = [one.model_copy(update={"commits": False}) for one in pair]
    assert told(small_edition(nobody, themes=[OPEN, some])) == []


def test_a_role_that_no_group_has_a_seat_of() -> None:
    x, y = people("x", "y", themes=("a", "b"))
    only = x.model_copy(update={"moderator": "only"})
    # Theme a has a seat and is closed to them.
    seats = [CLOSED.model_copy(update={"rules": RulesOverride(moderators=1)}), OPEN]
    found = small_edition([only, y], themes=seats).warnings
    assert [(one.code, one.row) for one in found if one.column == "moderator"] == [
        ("no-role-wanted", "x")
    ]
    more = small_edition([only, y], themes=seats, moderators=1)
    assert {one.code for one in more.warnings} == {"theme-closed-in-country"}
    assert {one.code for one in found} <= WARNING_CODES
