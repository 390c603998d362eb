"""One list of columns: frames, CSV and JSON show the same, and the reader takes nothing else."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from grouping_builder import build_grouping
from hypothesis import given
from hypothesis import strategies as st
from meridian import edition_of, living
from verify_cases import changed

from sip_grouping.errors import InputError
from sip_grouping.grouping import GROUP_COLUMNS, MEMBER_COLUMNS, Group, LeftOut, Placement
from sip_grouping.grouping.columns import (
    GROUP_TABLE,
    MEMBER_TABLE,
    NotReadableError,
    thousandths,
)
from sip_grouping.grouping.files import differences, load_grouping, save

EDITION = edition_of([living("a", 1.0), living("b", 2.0), living("c", 90.0), living("d", 95.0)])
GROUPING = build_grouping(
    EDITION, [{"theme": "a", "place": "hub", "members": ["a", "b"]}], bound_thousandths=10**6
)


def test_every_field_of_a_record_has_a_column() -> None:
    shown = {column.field for column in MEMBER_TABLE}
    assert shown == set(Placement.model_fields) | set(LeftOut.model_fields)
    assert {column.field for column in GROUP_TABLE} == set(Group.model_fields)


def test_empty_tables_have_the_columns_and_dtypes_of_filled_ones() -> None:
    nothing = changed(GROUPING, placements=(), left_out=(), group_records=())
    for name in ("members", "groups"):
        empty, filled = getattr(nothing, name), getattr(GROUPING, name)
        assert len(empty) == 0
        assert list(empty.dtypes.items()) == list(filled.dtypes.items())
    only_left_out = changed(GROUPING, placements=())
    assert list(only_left_out.members.dtypes) == list(GROUPING.members.dtypes)


def test_frames_csv_and_json_show_the_same(tmp_path: Path) -> None:
    save(GROUPING, tmp_path / "groups")
    record = json.loads((tmp_path / "groups" / "grouping.json").read_text("utf-8"))
    for file, key, frame, columns in (
        ("assignments.csv", "assignments", GROUPING.members, MEMBER_COLUMNS),
        ("groups.csv", "groups", GROUPING.groups, GROUP_COLUMNS),
    ):
        with (tmp_path / "groups" / file).open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
        assert tuple(frame.columns) == columns == tuple(rows[0])
        assert len(frame) == len(rows) == len(record[key])
        for shown, row, one in zip(frame.to_dict("records"), rows, record[key], strict=True):
            assert tuple(one) == columns
            for column in columns:
                value, cell, plain = shown[column], row[column], one[column]
                if plain is None:
                    assert cell == ""
                    assert value is None or value != value or str(value) == "<NA>"  # noqa: PLR0124
                elif isinstance(plain, list):
                    assert cell == value == " ".join(plain)
                else:
                    assert value == plain
                    assert cell == str(plain) or float(cell) == plain


@pytest.mark.parametrize(
    ("path", "column"),
    [
        (("extra",), "extra"),
        (("edition", "extra"), "edition.extra"),
        (("score_terms", "extra"), "score_terms.extra"),
        (("groups", 0, "extra"), "groups.0.extra"),
        (("assignments", 0, "extra"), "assignments.0.extra"),
        (("assignments", 3, "extra"), "assignments.3.extra"),
        (("assignments", 0, "reason"), "assignments.0.reason"),
        (("assignments", 3, "group_id"), "assignments.3.group_id"),
        (("assignments", 3, "travel_km"), "assignments.3.travel_km"),
    ],
)
def test_what_a_grouping_does_not_have_is_an_input_error(
    path: tuple[str | int, ...], column: str, tmp_path: Path
) -> None:
    save(GROUPING, tmp_path / "groups")
    file = tmp_path / "groups" / "grouping.json"
    record = json.loads(file.read_text("utf-8"))
    part = record
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = 1
    file.write_text(json.dumps(record), "utf-8")
    with pytest.raises(InputError) as caught:
        load_grouping(tmp_path / "groups")
    assert [one.column for one in caught.value.findings] == [column]


@pytest.mark.parametrize("key", ["pins", "stages"])
def test_lists_of_other_things_are_input_errors(key: str, tmp_path: Path) -> None:
    save(GROUPING, tmp_path / "groups")
    file = tmp_path / "groups" / "grouping.json"
    for wrong in (1, "x", None, [1], [{"extra": 1}], {"extra": 1}):
        file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {key: wrong}), "utf-8")
        with pytest.raises(InputError) as caught:
            load_grouping(tmp_path / "groups")
        assert {(one.column or "").split(".")[0] for one in caught.value.findings} == {key}


@given(
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(10**12), 10**12).map(lambda n: n / 1000)
)
def test_thousandths_are_those_of_the_decimals_that_are_written(value: float) -> None:
    whole = Decimal(str(value)) * 1000
    if whole == whole.to_integral_value():
        assert thousandths(value) == int(whole)
    else:
        with pytest.raises(NotReadableError):
            thousandths(value)


def test_a_cell_that_reads_otherwise_than_it_stands_differs(tmp_path: Path) -> None:
    columns = ("member_id", "reason")
    (tmp_path / "t.csv").write_text("member_id,reason\na,'=1\nb,x\n", encoding="utf-8")
    found = differences(tmp_path / "t.csv", columns, [["a", "'=1"], ["b", "x"]], (0,))
    assert [(one.row, one.value) for one in found] == [(2, "=1")]
