"""However an edition is written, in any of the accepted ways, it is read as the same edition."""

from pathlib import Path

import pandas as pd
import pytest
from bad_editions import GOOD, write_edition
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from spelt.editions import real_edition
from spelt.files import ENCODINGS, KINDS, LINE_ENDS, Container, Kind, written_and_read
from spelt.pen import HABITS, Pen

import sip_grouping as sip

EDITIONS = 300
SPELLINGS = cases(400, 2_400)


@st.composite
def containers(draw: st.DrawFn) -> Container:
    kinds: tuple[Kind, ...] = ("csv", "csv", "csv", *KINDS)
    kind = draw(st.sampled_from(kinds))
    if kind not in {"csv", "members.xlsx"}:
        return Container(kind)
    says = draw(st.booleans())
    return Container(
        kind,
        separator=draw(st.sampled_from(",;\t|" if says else ",;\t")),
        says_separator=says,
        encoding=draw(st.sampled_from(ENCODINGS)),
        line_end=draw(st.sampled_from(LINE_ENDS)),
        quotes_all=draw(st.booleans()),
    )


@pytest.fixture(scope="module")
def spot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spelt")


@settings(deadline=None, max_examples=SPELLINGS, derandomize=True)
@given(
    st.integers(0, EDITIONS - 1),
    st.integers(0, 2**32 - 1),
    st.frozensets(st.sampled_from(HABITS)),
    containers(),
)
def test_an_edition_is_read_however_it_is_spelt(
    spot: Path, number: int, seed: int, habits: frozenset[str], container: Container
) -> None:
    edition = real_edition(number)
    read = written_and_read(edition, Pen(seed, habits), container, spot / "edition")
    assert read == edition
    assert read.digest == edition.digest


@pytest.mark.parametrize("habit", HABITS)
def test_every_habit_writes_something_else(habit: str, tmp_path: Path) -> None:
    """A habit that changes nothing would be tested by nobody."""
    # How a title is written shows in those that have more than a field's plain name.
    others = frozenset({"titles"} if habit.startswith("title-") else ())
    kind: Kind = "workbook" if habit in {"native", "more-sheets"} else "csv"
    assert any(
        written(number, others, kind, tmp_path) != written(number, others | {habit}, kind, tmp_path)
        for number in range(60)
    )


def written(number: int, habits: frozenset[str], kind: Kind, folder: Path) -> dict[str, object]:
    """Return what stands in the files of an edition, by their names."""
    written_and_read(real_edition(number), Pen(number, habits), Container(kind), folder / "edition")
    return {
        one.name: one.read_bytes() if kind == "csv" else texts_of(one)
        for one in (folder / "edition").iterdir()
    }


def texts_of(book: Path) -> list[object]:
    from openpyxl import load_workbook  # noqa: PLC0415 - of two habits alone

    sheets = load_workbook(book).worksheets
    return [[sheet.title, *(cell.value for row in sheet for cell in row)] for sheet in sheets]


# What it found


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoted", [False, True])
def test_a_separator_is_said_before_any_line_end(
    line_end: str, quoted: bool, tmp_path: Path
) -> None:
    good = sip.load_edition(write_edition(tmp_path / "good"))
    folder = write_edition(tmp_path / "edition")
    said = '"sep=|"' if quoted else "sep=|"
    table = GOOD["offices.csv"].replace(",", "|").replace("\n", line_end)
    (folder / "offices.csv").write_bytes(f"{said}{line_end}{table}".encode())
    assert sip.load_edition(folder) == good


def test_a_tab_after_a_cell_separates_nothing(tmp_path: Path) -> None:
    good = sip.load_edition(write_edition(tmp_path / "good"))
    folder = write_edition(tmp_path / "edition")
    header, *rows = GOOD["offices.csv"].splitlines()
    first, _, rest = rows[0].partition(",")
    # Half of the cells are left out as well, which are empty.
    header += ",remark,phone,fax"
    rows[0] = f"{first}\t,{rest}"
    (folder / "offices.csv").write_text("\n".join([header, *rows]), "utf-8")
    assert sip.load_edition(folder) == good


def test_towns_of_a_sheet_are_texts_though_they_are_digits(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    keys = [("name", "x"), ("places.towns", "69003; 1000"), ("themes.a.title.en", "A")]
    for name, rows in (
        ("edition", keys),
        ("members", [("member_id", "country", "postcode", "theme_1"), ("m1", "BE", "1000", "a")]),
    ):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "one.xlsx")
    assert sip.load_edition(tmp_path / "one.xlsx").places.towns == ("FR-69003", "BE-1000")
    book["edition"]["B2"] = 1000
    book.save(tmp_path / "two.xlsx")
    assert sip.load_edition(tmp_path / "two.xlsx").places.towns == ("BE-1000",)


def test_a_set_of_a_frame_has_the_order_of_letters() -> None:
    """Its own is another one in every run, and the first language is that of letters."""
    words = {"nl", "fr", "Duits", "español", "italien", "en", "pt"}
    frame = pd.DataFrame(
        {
            "member_id": ["m1", "m2"],
            "country": "BE",
            "postcode": "1000",
            "theme_1": "a",
            "languages": [words, frozenset(words)],
        }
    )
    edition = sip.edition_from_frames(name="x", themes=[sip.Theme(id="a")], members=frame)
    assert {one.languages for one in edition.members} == {
        ("de", "en", "es", "fr", "it", "nl", "pt")
    }
