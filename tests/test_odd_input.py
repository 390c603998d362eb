"""Input that nobody writes by hand: huge cells, thousands of columns, deep nesting, odd ids."""

import io
import re
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import pandas as pd
import pytest
from bad_editions import GOOD, BadEdition, write_edition
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from small import member, office, small_edition

from sip_grouping.edition.records import Member, Office, Pin, Places, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding
from sip_grouping.frozen import Record
from sip_grouping.geography import PostcodeTable
from sip_grouping.reading import edition_from_frames, load_edition, make_edition, save_edition
from sip_grouping.solve import form_groups
from sip_grouping.text import cleaned
from sip_grouping.verification import verify

HUGE = "x" * 200_000
"""Longer than the 131,072 characters that the csv module reads unless told otherwise."""


def codes_of(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_edition(folder)
    return [one.code for one in caught.value.findings]


def edited(folder: Path, name: str, text: str) -> Path:
    return write_edition(folder, BadEdition(name, "", text))


def with_column(title: str, cell: str) -> str:
    header, *rows = GOOD["members.csv"].splitlines()
    return "\n".join([f"{header},{title}", *(f"{row},{cell}" for row in rows)])


# Cells


@pytest.mark.parametrize("cell", [HUGE, f'"{HUGE},{HUGE}"'])
def test_a_huge_cell_of_a_column_that_is_not_read_is_kept(cell: str, tmp_path: Path) -> None:
    edition = load_edition(edited(tmp_path / "one", "members.csv", with_column("Note", cell)))
    assert edition.members[0].extra == {"Note": cell.strip('"')}
    save_edition(edition, tmp_path / "again")
    assert load_edition(tmp_path / "again") == edition


def test_a_huge_cell_of_a_column_that_is_read_is_a_short_finding(tmp_path: Path) -> None:
    rows = GOOD["members.csv"].replace("m4,BE", f"m4,{HUGE}")
    folder = edited(tmp_path / "one", "members.csv", rows)
    with pytest.raises(InputError) as caught:
        load_edition(folder)
    assert [one.code for one in caught.value.findings] == ["unknown-country"]


def test_a_huge_cell_of_a_postcode_table_is_read_or_named(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"country,postcode,latitude,longitude,note\nBE,0001,50.5,4.5,{HUGE}\n", "utf-8")
    assert len(PostcodeTable.from_file(path)) == 1
    path.write_text(f"country,postcode,latitude,longitude\nBE,0001,50.5,{HUGE}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        PostcodeTable.from_file(path)
    assert [(one.code, one.row) for one in caught.value.findings] == [("malformed-coordinate", 2)]


def test_an_open_quotation_mark_in_a_postcode_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        'country,postcode,latitude,longitude\nBE,0001,50.5,4.5\n"BE,0002,5,5\n', "utf-8"
    )
    with pytest.raises(InputError) as caught:
        PostcodeTable.from_file(path)
    assert [(one.code, one.row) for one in caught.value.findings] == [("malformed-csv", 3)]


# Columns


@pytest.mark.parametrize("digits", ["1" * 5000, "9" * 20, "1000000"])
def test_a_rank_of_thousands_of_digits_is_a_rank_left_out(digits: str, tmp_path: Path) -> None:
    text = GOOD["members.csv"].replace("theme_2", f"theme_{digits}")
    folder = edited(tmp_path / "one", "members.csv", text)
    assert codes_of(folder) == ["missing-column"]


def test_a_rank_in_other_digits_is_no_rank(tmp_path: Path) -> None:
    """It would be read as theme_2, which the header does not have."""
    folder = edited(tmp_path / "one", "members.csv", with_column("theme_\u0663", "sharing"))
    assert load_edition(folder).members[0].extra == {"theme_\u0663": "sharing"}


@pytest.mark.parametrize("title", ["theme_{}", "same", "moderato{}"])
def test_a_table_of_thousands_of_columns_is_read_or_named(title: str, tmp_path: Path) -> None:
    """What grew with the square of the columns took a minute at 100,000."""
    count = 8_000
    names = ",".join(title.format(number + 3) for number in range(count))
    header, first, *_ = GOOD["members.csv"].splitlines()
    first = first.replace("BE,4000,support,,", "FR,59000,sharing,support,")
    text = "\n".join([f"{header},{names}", first + ",support" * count])
    folder = edited(tmp_path / "one", "members.csv", text)
    (folder / "pins.csv").unlink()
    if title != "theme_{}":
        assert len(load_edition(folder).members[0].extra) == count
    else:
        assert set(codes_of(folder)) <= {
            "theme-twice",
            "theme-closed-in-country",
        }


# TOML


@pytest.mark.parametrize(
    "text",
    [
        "name = 'x'\n[rules]\n" + "a." * 5000 + "a = 1",
        "name = 'x'\n" + "rules." * 1 + "a." * 5000 + "a = 1",
        "name." + "a." * 5000 + "a = 1",
        "name = 'x'\n[places]\ntowns." + "a." * 5000 + "a = 1",
        "name = 'x'\n[[themes]]\nid = 'a'\ntitle." + "a." * 5000 + "a = 1",
        "name = 'x'\n[[themes]]\nid = 'a'\n[" + "themes." + "a." * 900 + "a]\nb = 1",
        "name = 'x'\nthemes = " + "[" * 400 + "]" * 400,
        "name = 'x'\n[places]\ntowns = " + "[" * 400 + "]" * 400,
        "name = 'x'\n[places]\ntowns = " + "[" * 40000 + "]" * 40000,
        "name = 'x'\n[places]\ntowns = " + "{a=" * 400 + "1" + "}" * 400,
    ],
)
def test_deep_toml_is_a_finding(text: str, tmp_path: Path) -> None:
    found = codes_of(edited(tmp_path / "one", "edition.toml", text))
    assert found == ["malformed-toml"]


# Ids and postcodes

ODD = ["12-34", "1234 x", "a", "4000-bis", "é1", "40 00 b", "(4000)", "-", "4000,liege"]


@pytest.mark.parametrize("postcode", ODD)
def test_an_odd_postcode_with_coordinates_of_its_own_is_a_town(
    postcode: str, tmp_path: Path
) -> None:
    # Near the code that some of these hold: far from it they would say nothing of the town.
    near = {"4000": (50.64, 5.57), "1234": (50.85, 4.35)}
    digits = re.sub(r"\D", "", postcode)
    own = dict(zip(("latitude", "longitude"), near.get(digits, ()), strict=False))
    people = [member(f"m{n}", postcode=postcode, video=False, **own) for n in range(3)]
    edition = make_edition(
        name="odd",
        themes=[Theme(id="a")],
        members=people,
        rules=small_edition(people).rules,
        places=Places(offices=False),
    )
    result = form_groups(edition, work_limit=20)
    assert result.grouping is not None
    (group,) = result.grouping.group_records
    assert group.place == edition.members[0].town_id
    assert group.size == 3
    assert verify(edition, result.grouping).ok
    save_edition(edition, tmp_path / "one")
    assert load_edition(tmp_path / "one") == edition
    listed = edition.replace(places=Places(offices=False, towns=(group.place,)))
    assert listed.places.towns == (group.place,)
    again = form_groups(listed, work_limit=20)
    assert again.score_thousandths == result.score_thousandths
    save_edition(listed, tmp_path / "two")
    assert load_edition(tmp_path / "two") == listed


@pytest.mark.parametrize("office_id", ["BE-12-34", "FR-69003", "BE-1000", "FR-x", "BE-é"])
def test_an_office_called_like_a_town_is_refused(office_id: str) -> None:
    people = [member(f"m{n}", postcode="12-34") for n in range(2)]
    with pytest.raises(InputError) as caught:
        small_edition(people, offices=[office(office_id)])
    assert [one.code for one in caught.value.findings] == ["office-called-like-a-town"]


@pytest.mark.parametrize("office_id", ["be", "BE", "FR1", "HQ-1", "b-c", "1000"])
def test_an_office_called_otherwise_is_not(office_id: str) -> None:
    edition = small_edition([member("m1")], offices=[office(office_id)])
    assert edition.offices[0].office_id == office_id


# What is saved is what is read


@pytest.mark.parametrize("column", ["slots", "languages"])
@pytest.mark.parametrize("code", ["a,b", "a;b", "a\nb"])
def test_a_code_that_would_be_read_as_two_is_refused(column: str, code: str) -> None:
    with pytest.raises(ValidationError, match="hyphen"):
        Member.model_validate(member("m1").model_dump() | {column: (code,)})
    frame = pd.DataFrame(
        {
            "member_id": ["m1"],
            "country": ["BE"],
            "postcode": ["4000"],
            "theme_1": ["a"],
            column: [[code, "fr"]],
        }
    )
    with pytest.raises(InputError) as caught:
        edition_from_frames(name="x", themes=[Theme(id="a")], members=frame)
    found: Finding = caught.value.findings[0]
    assert (found.code, found.row, found.column) == ("list-in-a-list", 0, column)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@given(TEXT, TEXT, TEXT, st.lists(TEXT, max_size=3))
def test_what_a_record_takes_is_what_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, name: str, note: str, title: str, codes: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("again") / "one"
    given_record = {
        "country": "BE",
        "postcode": "4000",
        "themes": ("a",),
        "member_id": "m1",
        "name": cleaned(name),
        "email": note,
        "extra": {"Note": note},
    }
    try:
        one = Member.model_validate(given_record | {"slots": codes})
    except ValidationError:
        one = Member.model_validate(given_record)
    themes = [Theme(id="a", title={"fr": title})]
    edition = make_edition(name=cleaned(name) or "x", themes=themes, members=[one])
    save_edition(edition, folder)
    assert load_edition(folder) == edition


ARCHIVE = "BE\t4000\tLiège\t\t\t\t\t\t\t50.6\t5.6\t4\n"


@pytest.mark.parametrize("method", [ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_an_archive_of_postcodes_with_any_byte_damaged_is_read_or_refused(
    method: int, tmp_path: Path
) -> None:
    """Each way of packing has errors of its own."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", compression=method) as archive:
        archive.writestr("BE.txt", ARCHIVE)
    whole = packed.getvalue()
    path = tmp_path / "BE.zip"
    path.write_bytes(whole)
    assert len(PostcodeTable.from_file(path)) == 1
    damaged = [whole[:at] for at in range(0, len(whole), 5)]
    damaged += [
        whole[:at] + bytes([byte]) + whole[at + 1 :]
        for at in range(len(whole))
        for byte in {255, whole[at] ^ 1}
    ]
    refused = 0
    for content in damaged:
        path.write_bytes(content)
        try:
            PostcodeTable.from_file(path)
        except InputError as error:
            assert error.findings  # noqa: PT017 - some damage does not matter
            refused += 1
    assert refused > len(whole) // 2


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_a_path_that_no_system_takes_is_a_finding(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        load_edition(tmp_path / name)
    with pytest.raises(InputError):
        PostcodeTable.from_file(tmp_path / name)
    with pytest.raises(InputError):
        PostcodeTable.from_file(tmp_path / f"{name}.zip")


@pytest.mark.parametrize("character", ["\0", "\ud800"])
@pytest.mark.parametrize(
    ("model", "field"),
    [
        *((Member, name) for name in ("name", "email", "extra", "member_id", "postcode", "slots")),
        *((Member, name) for name in ("office", "languages", "together", "apart")),
        *((Office, name) for name in ("name", "office_id", "postcode")),
        *((Theme, name) for name in ("id", "title")),
        *((Pin, name) for name in ("place", "with_members")),
    ],
)
def test_a_text_that_no_file_can_hold_is_refused(
    model: type[Record], field: str, character: str
) -> None:
    """A written edition with one would be no text, and not be read again."""
    text = f"secret{character}"
    value = {
        "extra": {"Note": text},
        "title": {"fr": text},
        **dict.fromkeys(("slots", "languages", "together", "apart", "with_members"), (text,)),
    }.get(field, text)
    good: dict[type[Record], Record] = {
        Member: member("m1"),
        Office: office(),
        Theme: Theme(id="a"),
        Pin: Pin(member_id="m1", theme="a", track=Track.LOCAL, place="hub"),
    }
    with pytest.raises(ValidationError) as caught:
        model.model_validate(good[model].model_dump() | {field: value})
    assert model is not Member or "secret" not in str(caught.value)


@pytest.mark.parametrize("column", ["name", "Note", "member_id", "slots"])
def test_half_a_character_is_a_finding(column: str) -> None:
    frame = pd.DataFrame(
        {"member_id": ["m1"], "country": ["BE"], "postcode": ["4000"], "theme_1": ["a"]}
    )
    frame[column] = ["\ud800"]
    with pytest.raises(InputError) as caught:
        edition_from_frames(name="x", themes=[Theme(id="a")], members=frame)
    assert caught.value.findings
    assert str(caught.value).encode()
