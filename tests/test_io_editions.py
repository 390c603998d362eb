"""Editions in files: what is written is read again as the same edition."""

from pathlib import Path

import pytest
from bad_editions import write_edition
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from positions import table_of
from tiny_editions import tiny_editions

from sip_grouping.edition import Edition
from sip_grouping.edition.records import RulesOverride
from sip_grouping.errors import OutputError
from sip_grouping.reading import load_edition, save_edition
from sip_grouping.solve import form_groups
from sip_grouping.text import cleaned


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("editions")


@settings(deadline=None, max_examples=cases(30, 60))
@given(
    tiny_editions(),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=12),
)
def test_a_written_edition_is_read_again(rounds: Path, edition: Edition, text: str) -> None:
    note = cleaned(text)
    members = tuple(
        one.model_copy(update={"extra": {"note": note}, "name": note or None})
        for one in edition.members
    )
    edition = edition.replace(members=members)
    folder = rounds / "edition"
    save_edition(edition, folder, force=True)
    read = load_edition(folder, postcodes=table_of(edition))
    assert read.members == edition.members
    assert read.pins == edition.pins
    assert read.themes == edition.themes
    assert (read.rules, read.places, read.score) == (edition.rules, edition.places, edition.score)
    assert [one.office_id for one in read.offices] == [one.office_id for one in edition.offices]


# Cells are read without the spaces around them, and a file of text holds no null character.
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=15).map(cleaned)


@settings(deadline=None, max_examples=cases(40, 100))
@given(CELLS, CELLS, CELLS.filter(bool))
def test_any_text_survives(rounds: Path, name: str, note: str, office: str) -> None:
    """Quotation marks, separators and line ends of any kind are text like any other."""
    good = load_edition(write_edition(rounds / "good"))
    first, *others = good.members
    members = [first.model_copy(update={"name": name or None, "extra": {"Note": note}})]
    members += [one.model_copy(update={"extra": {"Note": ""}}) for one in others]
    offices = [good.offices[0].model_copy(update={"name": office}), *good.offices[1:]]
    edition = good.replace(members=members, offices=offices)
    save_edition(edition, rounds / "any", force=True)
    again = load_edition(rounds / "any")
    assert again == edition
    assert again.digest == edition.digest


@pytest.mark.parametrize("name", ["Member_ID", "theme_9", " note", ""])
def test_an_extra_column_that_would_be_read_otherwise_is_refused(name: str, tmp_path: Path) -> None:
    good = load_edition(write_edition(tmp_path / "good"))
    first, *others = good.members
    edition = good.replace(members=[first.model_copy(update={"extra": {name: "x"}}), *others])
    with pytest.raises(OutputError) as caught:
        save_edition(edition, tmp_path / "again")
    assert [one.code for one in caught.value.findings] == ["extra-column-name"]
    assert not (tmp_path / "again").exists()


def test_no_spread_limit_of_a_theme_survives(tmp_path: Path) -> None:
    edition = load_edition(write_edition(tmp_path / "good"))
    themes = tuple(
        one.model_copy(update={"rules": RulesOverride(spread_km=float("inf"))})
        for one in edition.themes
    )
    rules = edition.rules.model_copy(update={"spread_km": 60.0})
    changed = edition.replace(themes=themes, rules=rules)
    assert changed.rules_of("support").spread_km is None
    save_edition(changed, tmp_path / "again")
    assert load_edition(tmp_path / "again").digest == changed.digest


def test_the_digest_sees_answers_and_not_names(tmp_path: Path) -> None:
    edition = load_edition(write_edition(tmp_path / "good"))
    first, *others = edition.members
    renamed = first.model_copy(update={"name": "Other", "email": None, "extra": {"x": "y"}})
    moved = first.model_copy(update={"moderator": not first.moderator})
    assert edition.replace(members=(renamed, *others)).digest == edition.digest
    assert edition.replace(members=(moved, *others), pins=()).digest != edition.digest


def test_an_existing_folder_is_kept(tmp_path: Path) -> None:
    edition = load_edition(write_edition(tmp_path / "good"))
    with pytest.raises(OutputError):
        save_edition(edition, tmp_path / "good")
    save_edition(edition, tmp_path / "good", force=True)
    assert load_edition(tmp_path / "good") == edition


def test_half_given_size_limits_keep_the_default_of_the_other(tmp_path: Path) -> None:
    folder = write_edition(tmp_path / "good")
    path = folder / "edition.toml"
    text = path.read_text("utf-8").replace(
        "local = { size_min = 2, size_max = 4 }", "local = { size_min = 3 }"
    )
    path.write_text(text, "utf-8")
    limits = load_edition(folder).rules.local
    assert (limits.size_min, limits.size_max) == (3, 15)


def test_extra_columns_reach_the_member_table(tmp_path: Path) -> None:
    folder = write_edition(tmp_path / "good")
    path = folder / "members.csv"
    lines = path.read_text("utf-8").splitlines()
    lines = [lines[0] + ",Shirt Size", *(f"{line},L{i}" for i, line in enumerate(lines[1:]))]
    path.write_text("\n".join(lines), "utf-8")
    edition = load_edition(folder)
    table = form_groups(edition, work_limit=50).members
    assert list(table.set_index("member_id").loc["m1", ["Shirt Size"]]) == ["L0"]
    assert "name" not in table.columns
    assert "email" not in table.columns
