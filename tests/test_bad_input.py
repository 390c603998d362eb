"""Bad input ends in an error that names file, row, column, value and remedy; all at once."""

from pathlib import Path

import pandas as pd
import pytest
from bad_editions import BAD_EDITIONS, GOOD, BadEdition, write_edition
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Office, Theme
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding
from sip_grouping.reading import edition_from_frames, load_edition, make_edition


def findings_of(folder: Path) -> tuple[Finding, ...]:
    with pytest.raises(InputError) as caught:
        load_edition(folder)
    text = str(caught.value)
    assert "Secret" not in text
    assert "secret.example" not in text
    return caught.value.findings


def test_there_are_enough_kinds() -> None:
    assert len(BAD_EDITIONS) >= 70


def test_the_good_edition_is_good(tmp_path: Path) -> None:
    edition = load_edition(write_edition(tmp_path / "edition"))
    assert len(edition.members) == 7
    assert not edition.warnings


@pytest.mark.parametrize("name", BAD_EDITIONS)
def test_a_mistake_is_named_with_its_place_and_remedy(name: str, tmp_path: Path) -> None:
    bad: BadEdition = BAD_EDITIONS[name]
    findings = findings_of(write_edition(tmp_path / "edition", bad))
    found = [one for one in findings if one.code == bad.code]
    assert found, findings
    finding = found[0]
    assert finding.file == bad.file
    assert finding.message
    assert finding.remedy
    if bad.row is not None:
        assert finding.row == bad.row
    if bad.column is not None:
        assert finding.column == bad.column
    if bad.value is not None:
        assert finding.value == bad.value
    for part in (finding.file, finding.remedy, finding.code):
        assert part in str(finding)


@pytest.mark.parametrize("name", BAD_EDITIONS)
def test_one_mistake_gives_few_findings(name: str, tmp_path: Path) -> None:
    """A mistake does not set off a flood: what follows from it is not reported again."""
    bad: BadEdition = BAD_EDITIONS[name]
    findings = findings_of(write_edition(tmp_path / "edition", bad))
    # Where a file, a column or an id is lost, every row that needs it is concerned.
    lost = not isinstance(bad.change, tuple) or bad.row == 1 or bad.code.startswith("duplicate")
    concerned = lost or bad.file == "offices.csv" or bad.column in {"member_id", "postcode"}
    assert len(findings) <= (15 if concerned else 4), findings


@pytest.mark.parametrize(
    "name",
    [
        "edition file missing",
        "edition not TOML",
        "edition without themes",
        "members file missing",
        "members not UTF-8",
        "offices not UTF-8",
        "offices file is a folder",
        "pins file is a folder",
        "theme without id",
        "rules is no table",
        "office rooms no number",
        "theme ranked twice",
        "no theme ranked",
        "towns lists a number",
        "pin to an unknown town",
    ],
)
def test_what_cannot_be_read_is_one_finding_and_nothing_follows(name: str, tmp_path: Path) -> None:
    findings = findings_of(write_edition(tmp_path / "edition", BAD_EDITIONS[name]))
    assert [one.code for one in findings] == [BAD_EDITIONS[name].code]


def test_other_rows_are_read_though_a_column_is_missing(tmp_path: Path) -> None:
    folder = write_edition(tmp_path / "edition", BAD_EDITIONS["postcode column missing"])
    path = folder / "members.csv"
    path.write_text(path.read_text("utf-8").replace("m4,BE", "m4,XX"), "utf-8")
    codes = [one.code for one in findings_of(folder)]
    assert sorted(codes) == ["missing-column", "unknown-country"]


def test_a_misspelt_column_is_a_warning(tmp_path: Path) -> None:
    bad = BadEdition("members.csv", "", ("slots,", "slotss,"))
    edition = load_edition(write_edition(tmp_path / "edition", bad))
    assert [(one.code, one.column) for one in edition.warnings] == [
        ("column-like-another", "slotss")
    ]
    assert "slots" in edition.warnings[0].message
    assert edition.member_by_id["m1"].extra == {"slotss": "tue-evening"}


def test_a_long_postcode_with_its_town_is_read(tmp_path: Path) -> None:
    bad = BadEdition("members.csv", "", ("f1,FR,59000", "f1,FR,59000 LILLE CEDEX 08"))
    edition = load_edition(write_edition(tmp_path / "edition", bad))
    assert edition.member_by_id["f1"].postcode == "59000"


def test_a_town_lies_where_its_members_say(tmp_path: Path) -> None:
    """A pinned town need not be in the table where a member there gives coordinates."""
    folder = write_edition(tmp_path / "edition")
    path = folder / "members.csv"
    path.write_text(path.read_text("utf-8").replace("f2,FR,59000", "f2,FR,00000"), "utf-8")
    (folder / "pins.csv").write_text(
        "member_id,theme,track,place\nf2,sharing,local,FR-00000\n", "utf-8"
    )
    assert load_edition(folder).pins[0].place == "FR-00000"


def test_findings_of_a_postcode_table_come_with_the_others(tmp_path: Path) -> None:
    folder = write_edition(tmp_path / "edition", BAD_EDITIONS["theme unknown"])
    with pytest.raises(InputError) as caught:
        load_edition(folder, postcodes=tmp_path / "nothing.csv")
    codes = {one.code for one in caught.value.findings}
    assert codes == {"unknown-theme", "unreadable-file"}


def test_mistakes_in_all_files_come_at_once_in_order(tmp_path: Path) -> None:
    folder = write_edition(tmp_path / "edition")
    for file, old, new in (
        ("edition.toml", "travel_km = 30.0", "travel_km = -1\nshared = 3"),
        ("members.csv", "m4,BE,4000,support", "m4,XX,,suport"),
        ("members.csv", "f1,FR,59000", "f1,FR,00000"),
        ("offices.csv", "4000,3", "4000,many"),
        ("pins.csv", "local,liege", "phone,liege"),
    ):
        path = folder / file
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    findings = findings_of(folder)
    codes = [(one.file, one.code) for one in findings]
    for expected in (
        ("edition.toml", "out-of-range"),
        ("edition.toml", "unknown-key"),
        ("members.csv", "unknown-country"),
        ("members.csv", "empty-cell"),
        ("members.csv", "unknown-postcode"),
        ("offices.csv", "not-a-number"),
        ("pins.csv", "unknown-word"),
    ):
        assert expected in codes
    files = [one.file for one in findings]
    assert files == sorted(
        files, key=["edition.toml", "members.csv", "offices.csv", "pins.csv"].index
    )


def test_no_folder_and_a_file_for_a_folder(tmp_path: Path) -> None:
    assert findings_of(tmp_path / "nothing")[0].code == "folder-missing"
    (tmp_path / "file").write_text("x", "utf-8")
    assert findings_of(tmp_path / "file")[0].code == "not-a-folder"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_byte_order_mark_and_column_order(
    separator: str, mark: str, tmp_path: Path
) -> None:
    plain = load_edition(write_edition(tmp_path / "plain"))
    other = write_edition(tmp_path / "other")
    for file in ("members.csv", "offices.csv", "pins.csv"):
        rows = [line.split(",") for line in GOOD[file].splitlines()]
        text = "\r\n".join(separator.join(reversed(row)) for row in rows)
        (other / file).write_text(mark + text + "\r\n\r\n", "utf-8", newline="")
    assert load_edition(other).digest == plain.digest


def test_every_word_for_yes_and_no(tmp_path: Path) -> None:
    yes = ["yes", "Oui", "JA", "true", "1", "x", "X"]
    no = ["no", "Non", "nee", "FALSE", "0"]
    lines = ["member_id,country,postcode,theme_1,moderator,video"]
    lines += [f"y{i},BE,4000,support,{word},{word}" for i, word in enumerate(yes)]
    lines += [f"n{i},BE,4000,support,{word},{word}" for i, word in enumerate(no)]
    lines += ["e0,BE,4000,support,,"]
    folder = write_edition(tmp_path / "edition")
    (folder / "members.csv").write_text("\n".join(lines), "utf-8")
    (folder / "pins.csv").unlink()
    edition = load_edition(folder)
    answers = {one.member_id: (one.moderator, one.video) for one in edition.members}
    assert all(answers[f"y{i}"] == (True, True) for i in range(len(yes)))
    assert all(answers[f"n{i}"] == (False, False) for i in range(len(no)))
    assert answers["e0"] == (False, True)


def test_a_postcode_known_by_its_prefix_only_is_a_warning(tmp_path: Path) -> None:
    bad = BadEdition("members.csv", "", ("m4,BE,4000", "m4,BE,4001"))
    edition = load_edition(write_edition(tmp_path / "edition", bad))
    assert [one.code for one in edition.warnings] == ["approximate-postcode"]
    warning = edition.warnings[0]
    assert (warning.row, warning.value) == (5, "4001")
    assert "Liège" in warning.message
    assert "km" in warning.message


def test_cedex_is_stripped(tmp_path: Path) -> None:
    bad = BadEdition("members.csv", "", ("f1,FR,59000", "f1,FR,59000 CEDEX 9"))
    edition = load_edition(write_edition(tmp_path / "edition", bad))
    assert edition.member_by_id["f1"].postcode == "59000"


def test_frames_have_the_same_findings_by_index_label() -> None:
    members = pd.DataFrame(
        {
            "member_id": ["a", "b", "b"],
            "country": ["BE", "BE", "XX"],
            "postcode": [4000.0, float("nan"), 4000.0],
            "theme_1": ["support", "support", "suport"],
            "moderator": [True, False, None],
        },
        index=[10, 20, 30],
    )
    with pytest.raises(InputError) as caught:
        edition_from_frames(name="x", themes=[Theme(id="support")], members=members)
    places = {(one.code, one.row, one.column) for one in caught.value.findings}
    assert ("empty-cell", 20, "postcode") in places
    assert ("unknown-country", 30, "country") in places
    assert {one.row: one.position for one in caught.value.findings} == {20: 1, 30: 2}
    good = edition_from_frames(name="x", themes=[Theme(id="support")], members=members.iloc[:1])
    assert good.members[0].postcode == "4000"
    assert good.members[0].moderator


def test_records_have_the_same_findings_by_id() -> None:
    people = [
        Member(member_id="a", country="BE", postcode="4000", themes=("none",)),
        Member(member_id="a", country="BE", postcode="0000", themes=("support",)),
    ]
    office = Office(office_id="o", country="FR", postcode="1000")
    with pytest.raises(InputError) as caught:
        make_edition(name="x", themes=[Theme(id="support")], members=people, offices=[office])
    found = {(one.file, one.code, one.row) for one in caught.value.findings}
    assert {
        ("members", "unknown-theme", "a"),
        ("members", "duplicate-member", "a"),
        ("members", "unknown-postcode", "a"),
        ("offices", "unknown-postcode", "o"),
    } <= found


@settings(deadline=None, max_examples=cases(60, 150))
@given(
    st.integers(1, 7),
    st.integers(0, 18),
    st.text(st.characters(codec="utf-8", exclude_characters='"'), max_size=20),
)
def test_any_text_in_any_cell_is_read_or_refused(row: int, column: int, text: str) -> None:
    """Nothing but an edition or an InputError ever comes out."""
    lines = [line.split(",") for line in GOOD["members.csv"].splitlines()]
    lines[row][column] = f'"{text}"'
    frame = pd.DataFrame(
        [[cell.strip('"') for cell in line] for line in lines[1:]], columns=lines[0]
    )
    offices = pd.DataFrame(
        {"office_id": ["liege", "lille"], "country": ["BE", "FR"], "postcode": ["4000", "59000"]}
    )
    themes = [Theme(id="support"), Theme(id="sharing", countries=("FR",))]
    findings: tuple[Finding, ...] = ()
    edition: Edition | None = None
    try:
        edition = edition_from_frames(name="x", themes=themes, members=frame, offices=offices)
    except InputError as error:
        findings = error.findings
    assert (edition is None) == bool(findings)
    assert all(one.message and one.remedy for one in findings)
