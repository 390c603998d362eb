"""Files of any bytes: an edition, or one error with findings; never a crash, and never a name in it."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from bad_editions import GOOD
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES

HIDDEN = ("Secret Alice", "Secret Bob", "Secret Carl", "alice@secret", "bob@secret", "carl@secret")
BYTES = st.binary(max_size=400)
# Bytes that mean something to readers of tables, more often than chance would have them.
PIECES = st.lists(
    st.sampled_from(
        [
            b"member_id", b"country", b"postcode", b"theme_1", b"Code postal", b"m1", b"BE", b"4000",
            b"support", b",", b";", b"\t", b'"', b'""', b"\n", b"\r\n", b"\r", b"sep=;\n", b"\xef\xbb\xbf",
            b"\xff\xfe", b"\xfe\xff", b"\x00", b"\xe9", b"\xc3\xa9", b"=1+1", b"'", b"#N/A", b"x" * 500,
            b"[rules]", b"[[themes]]", b'id = "a"', b"name = ", b"{", b"}", b"[", b"]", b".", b"1e999",
        ]
    ),
    max_size=60,
).map(b"".join)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def read(folder: Path, files: dict[str, bytes]) -> None:
    """Read an edition of these files, the others as they should be; anything but an error of input fails."""
    for name in (*GOOD, "members.xlsx", "edition.xlsx"):
        (folder / name).unlink(missing_ok=True)
    for name, text in GOOD.items():
        (folder / name).write_bytes(files.get(name, text.encode()))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    if "members.xlsx" in files:
        (folder / "members.csv").unlink()
    try:
        edition = sip.load_edition(folder)
    except sip.InputError as error:
        refused = error
    else:
        assert edition.digest
        return
    assert refused.findings
    for language in LANGUAGES:
        said = refused.text_in(language)
        assert not any(name in said for name in HIDDEN), said


@settings(deadline=None, derandomize=True, max_examples=cases(150, 400))
@given(st.sampled_from(sorted(GOOD)), st.one_of(BYTES, PIECES))
def test_any_bytes_are_an_edition_or_an_error(folder: Path, name: str, content: bytes) -> None:
    read(folder, {name: content})


def mutated(content: bytes, seed: int) -> bytes:
    """Return bytes with some replaced, taken out, doubled or cut off."""
    chance = random.Random(seed)
    found = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(found)) if found else 0
        kind = chance.randrange(5)
        if kind == 0 and found:
            found[at] = chance.randrange(256)
        elif kind == 1:
            del found[at : at + chance.randint(1, 30)]
        elif kind == 2:
            found[at:at] = found[at : at + chance.randint(1, 30)]
        elif kind == 3:
            found[at:at] = chance.choice([b'"', b";", b",", b"\n", b"\xff", b"\x00", b"'", b"="])
        else:
            del found[max(at, 1) :]
    return bytes(found)


@settings(deadline=None, derandomize=True, max_examples=cases(200, 500))
@given(st.sampled_from(sorted(GOOD)), st.integers(0, 10**9))
def test_a_damaged_file_is_an_edition_or_an_error(folder: Path, name: str, seed: int) -> None:
    read(folder, {name: mutated(GOOD[name].encode(), seed)})


def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "members"
    for line in GOOD["members.csv"].splitlines():
        sheet.append(line.split(","))
    sheet["A9"] = "=1+1"
    sheet.merge_cells("B10:C12")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


WORKBOOK = workbook()


@settings(deadline=None, derandomize=True, max_examples=cases(60, 150))
@given(st.integers(0, 10**9))
def test_a_damaged_workbook_is_an_edition_or_an_error(folder: Path, seed: int) -> None:
    read(folder, {"members.xlsx": mutated(WORKBOOK, seed)})


@settings(deadline=None, derandomize=True, max_examples=cases(60, 150))
@given(st.integers(0, 10**9))
def test_a_workbook_with_a_damaged_part_is_an_edition_or_an_error(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as before, zipfile.ZipFile(packed, "w") as after:
        names = before.namelist()
        spoilt = chance.choice(names)
        for name in names:
            content = before.read(name)
            if name != spoilt:
                after.writestr(name, content)
            elif chance.random() < 0.8:
                after.writestr(name, mutated(content, seed))
    read(folder, {"members.xlsx": packed.getvalue()})


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(folder: Path) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(WORKBOOK)) as before,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            if name.endswith("sheet1.xml"):
                with after.open(name, "w", force_zip64=True) as part:
                    for _ in range(1200):
                        part.write(b" " * 1_000_000)
            else:
                after.writestr(name, before.read(name))
    assert len(packed.getvalue()) < 3_000_000
    (folder / "members.csv").unlink(missing_ok=True)
    (folder / "members.xlsx").write_bytes(packed.getvalue())
    with pytest.raises(sip.InputError) as caught:
        sip.load_edition(folder)
    assert "not-a-workbook" in {one.code for one in caught.value.findings}
    (folder / "members.xlsx").unlink()


@pytest.mark.parametrize(
    "content",
    [
        b"member_id,country,postcode,theme_1\n" + b'"' * 100_001,
        b"member_id,country,postcode,theme_1\nm1,BE,4000," + b"x" * 3_000_000,
        b",".join(b"c%d" % n for n in range(2_500)) + b"\n" + b"," * 2_500,
        b"\n" * 100_000,
        b"member_id;country;postcode;theme_1\n" + b"m;BE;4000;support\n" * 3_000,
        (b"member_id,together\n" + b"m1," + b"m2 " * 100_000),
    ],
    ids=["quotation marks", "a huge cell", "columns", "blank lines", "one id", "a long list"],
)
def test_much_of_anything_ends(folder: Path, content: bytes) -> None:
    read(folder, {"members.csv": content})
