"""Rows read again by what earlier rows said are what they are when read cell by cell, messages too."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sip_grouping import Edition, InputError, load_edition
from sip_grouping.files.tables import csv_bytes
from sip_grouping.reading.alike import Again, Alike
from sip_grouping.reading.cells import RowReader
from sip_grouping.reading.frames import frame_grid
from sip_grouping.reading.mapping import FormMapping, Reading
from sip_grouping.reading.table import table_of

SETTINGS = """\
name = "alike"

[[themes]]
id = "support"

[[themes]]
id = "sharing"
countries = ["BE"]
"""

# Answers as they mostly are, and among them some of which there is something to say.
COLUMNS: dict[str, tuple[str, ...]] = {
    "country": ("BE", "FR", "FR", "France", "XX", ""),
    "home_country": ("", "", "", "DE", "BE", "nowhere"),
    "postcode": ("1000", "69003", "75011", "75011 Paris", "9999", " 4000", ""),
    "theme_1": ("support", "support", "sharing", "Sharing", "sport", ""),
    "theme_2": ("", "sharing", "support"),
    "office": ("", "", "lyon"),
    "weight": ("", "", "2", "1.000", "x"),
    "cooperator": ("yes", "oui", "no", "", "perhaps"),
    "moderator": ("no", "yes", "only", "#N/A"),
    "local": ("yes", "yes", "non", ""),
    "languages": ("fr", "nl fr", "Nederlands", "", "f"),
    "slots": ("", "tue-evening", "Mardi soir"),
    "cannot": ("", "", "2026-05-01/2026-05-03", "soon"),
    "together": ("", "", "m1", "M-2", "nobody"),
    "apart": ("", "", "m3"),
    "latitude": ("", "", "45.76", "0", "4.85"),
    "longitude": ("", "", "4.84", "0", "45.75"),
    "name": ("", "An Peeters", "  Zoé\u00a0Dubois", "'=1+1", "=1+1", "#REF!"),
    "remark": ("", "none", "-", "\u200bvegan "),
}
IDS = ("m1", "m1", "M-2", "m3", "example-1", "1,00E+05", "a@b.eu", "0007", "é", "m4 ", "")


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Draw a table of members whose rows repeat each other, as those of large editions do."""
    columns = draw(st.lists(st.sampled_from(list(COLUMNS)), unique=True).map(sorted))
    columns = [*{"country": 0, "postcode": 0, "theme_1": 0} | dict.fromkeys(columns)]
    usual = {name: COLUMNS[name][0] for name in columns}
    rows = []
    for number in range(draw(st.integers(1, 12))):
        odd = draw(st.lists(st.sampled_from(columns), max_size=3))
        row = usual | {name: draw(st.sampled_from(COLUMNS[name])) for name in odd}
        own = draw(st.sampled_from(IDS)) if draw(st.integers(0, 9)) == 0 else f"n{number}"
        rows.append({"member_id": own, **row})
    return pd.DataFrame(rows, dtype=str)


def outcome(folder: Path) -> tuple[Any, ...]:
    """Return all that reading a folder says."""
    try:
        edition = load_edition(folder)
    except InputError as error:
        return error.findings, error.warnings
    given = [sorted(one.model_fields_set) for one in edition.members]
    told = [repr(one) + repr((one.name, one.extra)) for one in edition.members]
    order = [list(one.__dict__) for one in edition.members]
    return edition, edition.warnings, edition.digests, given, told, order, edition.origins


def written(folder: Path, table: pd.DataFrame, *, settings_text: str = SETTINGS) -> Path:
    (folder / "edition.toml").write_text(settings_text, encoding="utf-8")
    rows = table.itertuples(index=False, name=None)
    (folder / "members.csv").write_bytes(csv_bytes(table.columns, rows))
    return folder


def careful(patch: pytest.MonkeyPatch) -> None:
    """Have every row read cell by cell."""
    patch.setattr("sip_grouping.reading.table.stand_as_read", lambda _: False)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(table=tables(), blank=st.booleans())
def test_rows_say_the_same_read_again_and_cell_by_cell(
    tmp_path: Path, table: pd.DataFrame, blank: bool
) -> None:
    more = '\n[reading]\nblank = {cooperator = "no"}\n' if blank else ""
    folder = written(tmp_path, table, settings_text=SETTINGS + more)
    quick = outcome(folder)
    with pytest.MonkeyPatch.context() as patch:
        careful(patch)
        assert outcome(folder) == quick


def test_most_rows_of_a_table_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[bool] = []
    read = Alike.read

    def counted(self: Alike, reader: RowReader) -> Again | None:
        found = read(self, reader)
        taken.append(found is not None)
        return found

    monkeypatch.setattr(Alike, "read", counted)
    row = {"country": "FR", "postcode": "69003", "theme_1": "support", "name": "Zoé"}
    table = pd.DataFrame([{"member_id": f"m{number}", **row} for number in range(50)])
    edition = load_edition(written(tmp_path, table))
    assert taken == [False] + [True] * 49
    assert edition == Edition.model_validate(edition.model_dump())


def test_cells_that_are_more_than_their_text_are_read_one_by_one() -> None:
    frame = pd.DataFrame({"member_id": ["m1", "m2"], "slots": [["tue", "wed"], "tue"]})
    table = table_of(frame_grid("members", frame, "member_id"), "members", FormMapping())
    assert [row.plain for row in table.rows] == [None, None]


def test_a_column_of_options_is_put_together_row_by_row() -> None:
    mapping = FormMapping(columns={"Français": "languages:fr"}).with_reading(Reading())
    frame = pd.DataFrame({"member_id": ["m1"], "Français": ["x"]})
    table = table_of(frame_grid("members", frame, "member_id"), "members", mapping)
    assert table.rows[0].plain is None
    assert table.rows[0]["languages"] == "fr"
