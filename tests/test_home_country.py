"""Members who live in another country than the one whose themes are open to them; and sharing contacts."""

from pathlib import Path

import pandas as pd
import pytest
from bad_editions import write_edition
from brute_force import best_grouping_by_enumeration
from pydantic import ValidationError
from small import member, office, small_edition
from test_model_rules import solved

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Location, Member, Pin, Places, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.geography import PostcodeTable
from sip_grouping.problem import build_problem
from sip_grouping.verification import verify

AACHEN = "country,postcode,latitude,longitude,place\nDE,52062,50.776,6.084,Aachen\n"
NEAR = Location(country="DE", postcode="52062", latitude=50.05, longitude=4.0, place_name="Aachen")


def abroad(member_id: str, **answers: object) -> Member:
    """Return a member of Belgium who lives in Aachen, by its postcode."""
    given: dict[str, object] = {"home_country": "DE", "postcode": "52062"}
    return member(member_id, 0, latitude=None, longitude=None, **(given | answers))


def edition_of(members: list[Member], **edition: object) -> Edition:
    plain = small_edition([member("nobody")], **edition)  # type: ignore[arg-type]
    return plain.replace(members=tuple(members), locations=(*plain.locations, NEAR))


def codes(error: pytest.ExceptionInfo[InputError]) -> list[tuple[str, object, str | None]]:
    for one in error.value.findings:
        assert all(one.told_in(language).message for language in LANGUAGES)
    return [(one.code, one.row, one.column) for one in error.value.findings]


# The record


def test_where_a_member_lives() -> None:
    assert (abroad("x").lies_in, abroad("x").town_id) == ("DE", "DE-52062")
    assert (member("x").lies_in, member("x").town_id) == ("BE", "BE-1000")
    assert office().lies_in == "BE"
    # The country itself says nothing.
    assert member("x", home_country="BE") == member("x")


@pytest.mark.parametrize("code", ["de", "D", "DEU", "D1", "", "Ä1", "ÄÖ", " DE"])
def test_a_country_is_two_capital_letters(code: str) -> None:
    with pytest.raises(ValidationError, match="no code of a country"):
        abroad("x", home_country=code)


def test_the_digest_of_who_lives_in_its_country_stays() -> None:
    # As it was before there was a home country.
    assert small_edition([member("x"), member("y")]).digests["members"] == (
        "2505bd488d988ef79a9457a71df9207e668f21d29dfea0df3d4b29cd73d76f4b"
    )
    there, here = (
        edition_of([abroad("x")]),
        edition_of([abroad("x", home_country=None, postcode="1000")]),
    )
    assert there.digest != here.digest


# Groups


def test_towns_abroad_are_places_and_themes_go_by_the_own_country() -> None:
    themes = [Theme(id="a", countries=("BE",))]
    people = [abroad(f"x{i}", video=False) for i in range(2)]
    french = [abroad(f"f{i}", video=False, country="FR") for i in range(2)]
    edition = edition_of(people + french, themes=themes, offices=[], towns="members")
    result = solved(edition)
    assert result.grouping is not None
    assert verify(edition, result.grouping).ok
    assert result.score_thousandths == best_grouping_by_enumeration(edition) == 200_000
    (group,) = result.grouping.group_records
    assert (group.place, group.place_name) == ("DE-52062", "Aachen")
    assert {row.member_id for row in result.grouping.placements} == {"x0", "x1"}
    assert {row.reason for row in result.grouping.left_out} == {"no-theme-open"}


def test_one_postcode_of_two_countries_is_two_homes() -> None:
    far = NEAR.model_copy(update={"postcode": "1000", "latitude": 52.0})
    people = [abroad("x", video=False, postcode="1000")]
    people += [member(f"m{i}", 0, latitude=None, longitude=None, video=False) for i in range(2)]
    here = small_edition(people[1:])
    edition = here.replace(members=tuple(people), locations=(*here.locations, far))
    assert len(build_problem(edition).classes.count) == 2
    grouping = solved(edition).grouping
    assert grouping is not None
    assert {row.member_id for row in grouping.placements} == {"m0", "m1"}
    assert {row.reason for row in grouping.left_out} == {"no-place-in-reach"}
    assert verify(edition, grouping).ok


def test_a_town_abroad_can_be_listed_and_pinned() -> None:
    people = [abroad(f"x{i}", video=False) for i in range(2)]
    places = Places.model_validate({"towns": ["de - 52 062"], "offices": False})
    assert places.towns == ("DE-52062",)
    pin = Pin(member_id="x0", theme="a", track=Track.LOCAL, place="DE-52062")
    listed = edition_of(people).replace(places=places)
    pinned = edition_of(people).replace(pins=(pin,))
    for edition in (listed, pinned):
        grouping = solved(edition).grouping
        assert grouping is not None
        assert [one.place for one in grouping.group_records] == ["DE-52062"]
        assert verify(edition, grouping).ok


def test_an_office_is_not_called_like_a_town_where_members_live() -> None:
    named = office().model_copy(update={"office_id": "DE-52062"})
    assert small_edition([member("x")], offices=[named]).office_by_id  # nobody lives in DE
    with pytest.raises(InputError) as caught:
        edition_of([abroad("x")], offices=[named])
    assert [one.code for one in caught.value.findings] == ["office-called-like-a-town"]


# Files


def folder_with(folder: Path, row: str, column: str = "home_country") -> Path:
    """Write an edition whose last member has a row of its own, with one more column."""
    write_edition(folder)
    path = folder / "members.csv"
    header, *rows = path.read_text("utf-8").splitlines()
    lines = [f"{header},{column}", *(f"{one}," for one in rows), row]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return folder


ROW = "x1,BE,52062,support,,liege,no,no,,,,,,,yes,yes,yes,,,de"


def test_a_postcode_abroad_needs_a_table_of_its_own(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "edition", ROW)
    with pytest.raises(InputError) as caught:
        sip.load_edition(folder)
    assert codes(caught) == [("unknown-postcode", 9, "postcode")]
    own = tmp_path / "own.csv"
    own.write_text(AACHEN, "utf-8")
    edition = sip.load_edition(folder, postcodes=own)
    assert edition.position(edition.member_by_id["x1"]) == (50.776, 6.084)
    assert edition.warnings == ()
    sip.save_edition(edition, tmp_path / "again")
    assert (
        ",home_country," in (tmp_path / "again" / "members.csv").read_text("utf-8").splitlines()[0]
    )
    again = sip.load_edition(tmp_path / "again", postcodes=own)
    assert again.members == edition.members
    assert again.digest == edition.digest


def test_a_code_abroad_is_never_guessed(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "edition", ROW.replace("52062", "52064"))
    own = tmp_path / "own.csv"
    own.write_text(AACHEN, "utf-8")
    with pytest.raises(InputError) as caught:
        sip.load_edition(folder, postcodes=own)
    assert codes(caught) == [("unknown-postcode", 9, "postcode")]


def test_coordinates_will_do(tmp_path: Path) -> None:
    row = "x1,BE,52062,support,,liege,no,no,,,,,50.776,6.084,yes,yes,yes,,,DE"
    edition = sip.load_edition(folder_with(tmp_path / "edition", row))
    assert edition.member_by_id["x1"].town_id == "DE-52062"
    assert sip.form_groups(edition, work_limit=20).grouping is not None


@pytest.mark.parametrize("cell", ["Atlantis", "d"])
def test_what_is_no_country_is_a_finding(cell: str, tmp_path: Path) -> None:
    row = ROW.removesuffix("de") + cell
    with pytest.raises(InputError) as caught:
        sip.load_edition(folder_with(tmp_path / "edition", row))
    assert codes(caught) == [("unknown-country", 9, "home_country")]


def test_nobody_abroad_no_column(tmp_path: Path) -> None:
    edition = sip.load_edition(write_edition(tmp_path / "edition"))
    sip.save_edition(edition, tmp_path / "again")
    header = (tmp_path / "again" / "members.csv").read_text("utf-8").splitlines()[0]
    assert "home_country" not in header
    assert "share_contact" not in header


def test_the_members_table_has_it_and_is_read_again() -> None:
    before = edition_of([abroad("x"), member("y")])
    table = before.members_table
    assert table["home_country"].iloc[0] == "DE"
    assert pd.isna(table["home_country"].iloc[1])
    points = PostcodeTable.bundled().overlay(
        PostcodeTable([sip.PostcodePoint("DE", "52062", "Aachen", 50.05, 4.0, 0.0)])
    )
    again = sip.edition_from_frames(
        name="small",
        themes=before.themes,
        members=table,
        offices=pd.DataFrame([before.offices[0].model_dump()]),
        rules=before.rules,
        places=before.places,
        score=before.score,
        postcodes=points,
    )
    assert again.members == before.members


def test_tables_of_other_countries(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"{AACHEN}NL,1011 AB,52.37,4.9,\nSO,1,5.1,45.3,Mogadishu\n", "utf-8")
    table = PostcodeTable.from_file(path)
    assert {(point.country, point.postcode) for point in table} == {
        ("DE", "52062"), ("NL", "1011 AB"), ("SO", "1"),
    }  # fmt: skip
    found = table.locate("DE", " 52062 ")
    assert found is not None
    assert found.exact
    assert table.locate("DE", "5206") is None
    # Digits and the order of coordinates are known of Belgium and France.
    path.write_text(
        "country,postcode,latitude,longitude\nBE,100,50,4\nBE,1000,4,50\nDE,,50,4\n", "utf-8"
    )
    with pytest.raises(InputError) as caught:
        PostcodeTable.from_file(path)
    assert codes(caught) == [
        ("malformed-postcode", 2, "postcode"),
        ("swapped-coordinates", 3, "latitude"),
        ("malformed-postcode", 4, "postcode"),
    ]


# Contacts


def test_sharing_contacts_decides_nothing(tmp_path: Path) -> None:
    edition = sip.load_edition(write_edition(tmp_path / "edition"))
    assert not any(one.share_contact for one in edition.members)
    first, *others = edition.members
    shared = edition.replace(members=(first.model_copy(update={"share_contact": True}), *others))
    assert shared.digest == edition.digest
    assert shared != edition
    sip.save_edition(shared, tmp_path / "shared")
    again = sip.load_edition(tmp_path / "shared")
    assert [one.share_contact for one in again.members] == [True, *[False] * len(others)]
    assert list(again.members_table["share_contact"]) == [True, *[False] * len(others)]


@pytest.mark.parametrize(("cell", "shared"), [("ja", True), ("", False), ("no", False)])
def test_sharing_contacts_is_asked_with_yes_or_no(cell: str, shared: bool, tmp_path: Path) -> None:
    row = f"x1,BE,4000,support,,liege,no,no,,,,,,,yes,yes,yes,,,{cell}"
    folder = folder_with(tmp_path / "edition", row, "share_contact")
    assert sip.load_edition(folder).member_by_id["x1"].share_contact is shared


def test_sharing_contacts_is_yes_or_no_and_nothing_else(tmp_path: Path) -> None:
    row = "x1,BE,4000,support,,liege,no,no,,,,,,,yes,yes,yes,,,only"
    with pytest.raises(InputError) as caught:
        sip.load_edition(folder_with(tmp_path / "edition", row, "share_contact"))
    assert codes(caught) == [("not-yes-or-no", 9, "share_contact")]
