"""Tables as spreadsheets save them, and random moves: what is read, and whether it is a valid grouping."""

import itertools
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from brute_force import best_groups_by_enumeration
from edited_tables import ASSIGNMENTS, GROUPS, Tables, respelt
from grouping_builder import GroupWanted, build_grouping
from how_many import cases
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from meridian import edition_of, living
from openpyxl import load_workbook
from tiny_editions import crowded_edition, tiny_edition
from verify_cases import local

import sip_grouping as sip
from sip_grouping.by_hand import Judged, judged
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role
from sip_grouping.grouping import Grouping
from sip_grouping.verification import verify

EXPECTED_WARNINGS = {"id-rewritten", "taken-for-windows", "row-above-header"}
FIELDS = ("language", "slot")


def written(folder: Path) -> tuple[Edition, Grouping, Tables]:
    members = [
        *(
            living(one, number / 3, moderator=True, languages=("fr",))
            for number, one in enumerate("pqr")
        ),
        living("s", 2.5, postcode="2000"),
    ]
    edition = edition_of(members, moderators=1, shared_language=True)
    group = local("p", "q", "r") | {"moderators": ["q"], "group_id": "Équipe-1"}
    grouping = build_grouping(edition, [group])
    sip.save(grouping, folder / "groups")
    return edition, grouping, Tables.of(folder / "groups")


def test_semicolons_decimal_commas_and_windows_letters(tmp_path: Path) -> None:
    edition, grouping, tables = written(tmp_path)
    for rows in (tables.assignments, tables.groups):
        for row in rows:
            row.update(
                {name: text.replace(".", ",") for name, text in row.items() if name.endswith("_km")}
            )
            row["Opmerking"] = "gezien; in orde"
    tables.assignments.reverse()
    tables.write(separator=";", encoding="cp1252")
    found = judged(edition, tables.folder)
    assert found.grouping == grouping
    assert {one.code for one in found.warnings} == {"taken-for-windows"}


@pytest.mark.parametrize("first", ["assignments", "Members", "Toewijzingen"])
def test_a_workbook_with_the_record_beside_it(first: str, tmp_path: Path) -> None:
    edition, grouping, tables = written(tmp_path)
    book = tables.folder / "edited.xlsx"
    tables.write_workbook(book, first)
    found = judged(edition, book)
    assert found.grouping == found.stored == grouping
    assert found.warnings == ()


def test_a_workbook_alone_has_no_score_to_compare_with(tmp_path: Path) -> None:
    edition, grouping, tables = written(tmp_path)
    tables.write_workbook(tmp_path / "edited.xlsx")
    found = judged(edition, tmp_path / "edited.xlsx")
    assert found.stored is None
    assert found.changes.difference is None
    assert found.verification.ok
    assert found.grouping.score == grouping.score
    assert found.grouping.bound is None


def test_a_workbook_edited_where_it_stands(tmp_path: Path) -> None:
    """As Excel does it: a cell is changed, the sheet sorted, a column inserted, a filter's row hidden."""
    edition, _, tables = written(tmp_path)
    path = tables.folder / "edited.xlsx"
    tables.write_workbook(path)
    book = load_workbook(path)
    sheet = book["assignments"]
    sheet.insert_cols(2)
    sheet["B1"] = "Commentaire"
    titles = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == "s":
            row[titles.index("group_id")].value = "équipe-1 "
            row[titles.index("status")].value = "Placé"
            row[titles.index("role")].value = "membre"
            sheet.row_dimensions[row[0].row].hidden = True
    sheet.move_range("A2:K2", rows=10)
    book.save(path)
    found = judged(edition, path)
    assert [(one.member_id, one.after) for one in found.changes.members] == [
        ("s", (("Équipe-1", Role.MEMBER),))
    ]
    assert [one.rule.value for one in found.verification.violations] == ["size"]
    assert {one.code for one in found.warnings} == {"hidden-rows", "id-rewritten"}


def test_a_table_saved_as_a_workbook_in_the_folder(tmp_path: Path) -> None:
    edition, grouping, tables = written(tmp_path)
    tables.write_workbook(tables.folder / "assignments.xlsx")
    with pytest.raises(sip.InputError) as caught:
        judged(edition, tables.folder)
    assert [one.code for one in caught.value.findings] == ["file-twice"]
    (tables.folder / ASSIGNMENTS).unlink()
    (tables.folder / GROUPS).unlink()
    assert judged(edition, tables.folder).grouping == grouping


def test_without_a_table_of_groups_they_are_as_stored(tmp_path: Path) -> None:
    edition, grouping, tables = written(tmp_path)
    (tables.folder / GROUPS).unlink()
    assert judged(edition, tables.folder).grouping == grouping


def test_a_column_that_was_deleted_says_what_is_stored(tmp_path: Path) -> None:
    edition, grouping, tables = written(tmp_path)
    for row in tables.groups:
        del row["place"], row["language"], row["size"]
    for row in tables.assignments:
        del row["status"], row["theme"], row["reason"]
    tables.write()
    assert judged(edition, tables.folder).grouping == grouping


@pytest.mark.parametrize("column", ["member_id", "group_id", "role"])
def test_a_column_that_is_needed_is_named(column: str, tmp_path: Path) -> None:
    edition, _, tables = written(tmp_path)
    for row in tables.assignments:
        row[f"{column}s"] = row.pop(column)
    tables.write()
    with pytest.raises(sip.InputError) as caught:
        judged(edition, tables.folder)
    (finding,) = (one for one in caught.value.findings if one.code == "missing-column")
    assert finding.column == column
    assert f"{column}s" in finding.remedy


def test_numbers_for_ids_are_the_ids_they_were(tmp_path: Path) -> None:
    edition = edition_of([living(one) for one in ("0041", "0042", "0043")])
    group = local("0041", "0042") | {"group_id": "007"}
    grouping = build_grouping(edition, [group])
    sip.save(grouping, tmp_path / "groups")
    tables = Tables.of(tmp_path / "groups")
    for row in (*tables.assignments, *tables.groups):
        row.update(
            {name: row[name].lstrip("0") for name in ("member_id", "group_id") if name in row}
        )
    tables.write()
    found = judged(edition, tables.folder)
    assert found.grouping == grouping
    assert {one.code for one in found.warnings} == {"id-rewritten"}


def test_what_is_worth_knowing_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    edition, grouping, tables = written(tmp_path)
    tables.row("p")["travel_km"] = "99"
    tables.write()
    assert sip.grouping_from_tables(edition, tables.folder) == grouping
    assert "figure-not-read" in caplog.text


def test_files_that_cannot_be_read_are_told_together(tmp_path: Path) -> None:
    edition, _, tables = written(tmp_path)
    (tables.folder / "grouping.json").write_text("{", "utf-8")
    (tables.folder / ASSIGNMENTS).unlink()
    with pytest.raises(sip.InputError) as caught:
        sip.grouping_from_tables(edition, tables.folder)
    assert [one.code for one in caught.value.findings] == ["file-missing", "malformed-json"]
    for missing in (tmp_path / "nowhere", tmp_path / "nowhere.xlsx"):
        with pytest.raises(sip.InputError):
            sip.grouping_from_tables(edition, missing)
    with pytest.raises(sip.InputError, match="edition"):
        sip.grouping_from_tables("edition", tables.folder)  # type: ignore[arg-type]


def best_of(edition: Edition) -> Grouping:
    best = best_groups_by_enumeration(edition)
    assume(best is not None)
    assert best is not None
    return build_grouping(edition, best.groups, proven=True)


def editions() -> st.SearchStrategy[Edition]:
    seeds = st.integers(0, 2**32 - 1)
    return st.one_of(seeds.map(tiny_edition), seeds.map(crowded_edition))


@settings(deadline=None, max_examples=cases(25, 60))
@given(editions(), st.integers(0, 2**32 - 1))
def test_any_accepted_spelling_is_the_same_grouping(edition: Edition, seed: int) -> None:
    grouping = best_of(edition)
    with tempfile.TemporaryDirectory() as folder:
        sip.save(grouping, Path(folder) / "groups")
        tables = Tables.of(Path(folder) / "groups")
        respelt(tables, random.Random(seed))
        found = judged(edition, tables.folder)
    assert found.grouping == grouping
    assert found.verification.ok
    assert found.changes.difference == 0
    assert {one.code for one in found.warnings} <= EXPECTED_WARNINGS


@settings(deadline=None, max_examples=cases(25, 60))
@given(editions(), st.integers(0, 2**32 - 1))
def test_a_random_move_is_valid_where_enumeration_says_so(edition: Edition, seed: int) -> None:
    grouping = best_of(edition)
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        sip.save(grouping, Path(folder) / "groups")
        for _ in range(6):
            tables = Tables.of(Path(folder) / "groups")
            before = [dict(row) for row in tables.assignments]
            move_at_random(tables, rng)
            tables.write()
            found = judged(edition, tables.folder)
            assert_judged_as_enumeration_does(edition, grouping, tables, found)
            tables.assignments = before
            tables.write()


def move_at_random(tables: Tables, rng: random.Random) -> None:
    """Change one row, or let two members of different groups, or roles, change places."""
    moved = rng.choice(tables.assignments)
    cells = ("status", "group_id", "role")
    others = [row for row in tables.assignments if row["member_id"] == moved["member_id"]]
    if rng.random() < 0.5 and len(others) == 1:
        other = rng.choice(tables.assignments)
        if sum(row["member_id"] == other["member_id"] for row in tables.assignments) == 1:
            for name in cells:
                moved[name], other[name] = other[name], moved[name]
        return
    taken = {row["group_id"] for row in others}
    free = [row["group_id"] for row in tables.groups if row["group_id"] not in taken]
    goal = rng.choice(
        [*free, "", moved["group_id"]] if len(others) == 1 else [*free, moved["group_id"]]
    )
    role = rng.choice(list(Role)).value if goal else ""
    moved.update(status="placed" if goal else "unplaced", group_id=goal, role=role)


def assert_judged_as_enumeration_does(
    edition: Edition, grouping: Grouping, tables: Tables, found: Judged
) -> None:
    groups = [
        group for one in grouping.group_records for group in said_of(tables, grouping, one.group_id)
    ]
    valid = any(
        verify(edition, build_grouping(edition, chosen)).ok for chosen in spelt_out(edition, groups)
    )
    assert found.verification.ok == valid, str(found.verification)
    assert verify(edition, found.grouping) == found.verification
    assert found.grouping.score_thousandths == build_grouping(edition, groups).score_thousandths
    assert found.changes.difference == sum(one.thousandths for one in found.changes.every)
    assert found.changes.other_thousandths == 0
    told = {one for change in found.changes.every for one in change.violations}
    assert told | set(found.changes.elsewhere) == set(found.verification.violations)


def said_of(tables: Tables, grouping: Grouping, group_id: str) -> Iterator[GroupWanted]:
    """Yield what the rows say of a group, if it has members."""
    rows = [row for row in tables.assignments if row["group_id"] == group_id]
    group = grouping.group_by_id[group_id]

    def holders(role: str) -> list[str]:
        return [row["member_id"] for row in rows if row["role"] == role]

    if rows:
        yield GroupWanted(
            theme=group.theme,
            track=group.track.value,
            place=group.place,
            members=[row["member_id"] for row in rows],
            moderators=holders("moderator"),
            secretaries=holders("secretary"),
            language=group.language,
            slot=group.slot,
            group_id=group_id,
        )


def spelt_out(edition: Edition, groups: Sequence[GroupWanted]) -> Iterator[list[GroupWanted]]:
    """Yield the groups with every language and slot that one whose own does not fit could have."""
    options: list[list[GroupWanted]] = []
    for group in groups:
        members = [edition.member_by_id[one] for one in group["members"]]
        choices: list[list[str]] = []
        for field, lists in (
            ("language", [one.languages for one in members]),
            ("slot", [one.slots for one in members]),
        ):
            own = [codes for codes in lists if codes]
            code = str(group[field])  # type: ignore[literal-required]
            fits = all(code in codes for codes in own) if own else not code
            rules = edition.rules_of(group["theme"])
            ruled = rules.shared_language if field == "language" else rules.shared_slot
            if fits or (ruled and code and not own) or (not ruled and not code):
                choices.append([code])
            else:
                choices.append(["", *sorted({code for codes in own for code in codes})])
        options.append(
            [group | {"language": one, "slot": two} for one, two in itertools.product(*choices)]
        )
    for chosen in itertools.product(*options):
        yield list(chosen)
