"""Texts that a spreadsheet would run are written so that it does not, and are read as they were."""

import csv
from pathlib import Path

import pytest
from grouping_builder import build_grouping
from hypothesis import given
from hypothesis import strategies as st
from meridian import edition_of, living, office_at
from positions import table_of
from verify_cases import with_group

from sip_grouping.files.grid import Grid, csv_grid
from sip_grouping.files.tables import as_meant, csv_bytes
from sip_grouping.grouping.files import load_grouping, save
from sip_grouping.reading import load_edition, save_edition
from sip_grouping.verification import verify

STARTS = ("=", "+", "-", "@", "\t")
IDS = ("-1", "+32", "=SUM(A1)", "@you", "'=quoted", "''-2", "'plain", "1-2")


def test_no_cell_of_a_grouping_starts_a_formula(tmp_path: Path) -> None:
    edition = edition_of(
        [living(one, 1.0, slots=("-slot",)) for one in IDS],
        offices=[office_at("=hub")],
        local={"size_min": 2, "size_max": 9},
        moderators=0,
        shared_slot=True,
    )
    built = build_grouping(
        edition, [{"theme": "a", "place": "=hub", "members": IDS[:6]}], bound_thousandths=10**6
    )
    grouping = with_group(
        built, place_name="=1+1", moderators=("-1", "+32"), longitude=-4.0, latitude=-50.0
    )
    save(grouping, tmp_path / "groups")
    for name in ("assignments.csv", "groups.csv"):
        with (tmp_path / "groups" / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column, cell in row.items():
                    if column not in {"latitude", "longitude"}:  # numbers stay numbers
                        assert not cell.startswith(STARTS), (column, cell)
                    else:
                        assert cell in {"-4.0", "-50.0"}
    assert load_grouping(tmp_path / "groups") == grouping


def test_ids_of_an_edition_survive(tmp_path: Path) -> None:
    edition = edition_of(
        [living(one, 1.0, extra={"phone": "+32 2 123"}, name="=Eve") for one in IDS],
        offices=[office_at("-hub")],
        moderators=0,
    )
    chained = edition.members[1].model_copy(update={"together": ("-1",), "apart": ("@you",)})
    edition = edition.replace(members=(edition.members[0], chained, *edition.members[2:]))
    save_edition(edition, tmp_path / "edition")
    with (tmp_path / "edition" / "members.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(STARTS)]
    read = load_edition(tmp_path / "edition", postcodes=table_of(edition))
    assert read.members == edition.members
    assert read.digests["members"] == edition.digests["members"]
    assert verify(read, build_grouping(read, [], bound_thousandths=10**9)).score_thousandths == 0


@given(st.lists(st.text(st.sampled_from("'=+-@a1 "), max_size=6).map(str.strip), min_size=1))
def test_any_such_text_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "texts.csv"
    path.write_bytes(csv_bytes(("key", "text"), [(str(n), one) for n, one in enumerate(texts)]))
    for line in path.read_text("utf-8").splitlines():
        assert not line.partition(",")[2].lstrip('"').startswith(STARTS)
    grid = csv_grid(path.read_bytes(), "texts.csv", lambda row: row.count("text"))
    assert isinstance(grid, Grid)
    # A blank row is none.
    assert [as_meant(row.cells[1].strip()) for row in grid.rows[1:]] == texts
