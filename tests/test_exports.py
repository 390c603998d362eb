"""The synthetic exports of form tools are what they say: readable, of one set of answers, with its noise."""

import io
import tomllib
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from exports.answers import ANSWERS, OFFICE_COUNTRY, Meeting, Submission, expected_of
from exports.answers import Role as RoleAnswer
from exports.form import THEMES
from exports.make_exports import (
    EDITION_TOML,
    EXPECTED,
    EXPORTS,
    OFFICES_CSV,
    SUBMISSIONS,
    Export,
    expected_members,
)
from openpyxl import load_workbook

import sip_grouping as sip
from sip_grouping.edition.records import Role
from sip_grouping.geography import PostcodeTable


def rows_of(export: Export) -> list[dict[str, object]]:
    """Return the rows by the titles of their columns, in the file's own types."""
    if export.file.endswith(".xlsx"):
        sheet = load_workbook(io.BytesIO(export.data)).worksheets[0]
        header, *rows = sheet.iter_rows(values_only=True)
    else:
        table = pd.read_csv(
            io.StringIO(export.data.decode(export.encoding)),
            sep=None,
            engine="python",
            dtype=str,
            skiprows=export.header_rows - 1,
        )
        header, rows = tuple(table.columns), list(table.itertuples(index=False, name=None))
    assert len(set(header)) == len(header)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def received(export: Export) -> list[Submission]:
    return [one for one in SUBMISSIONS if export.drafts or one.kind != "draft"]


def test_there_are_35_answers_of_members_who_do_not_exist() -> None:
    assert len(EXPECTED) == 35
    assert len({one.member_id for one in EXPECTED}) == 35
    assert len({one.email.lower() for one in EXPECTED}) == 35
    assert all(one.answer.email.endswith("@example.org") for one in SUBMISSIONS)


def test_the_answers_fit_their_edition() -> None:
    themes = {one["id"]: one.get("countries") for one in tomllib.loads(EDITION_TOML)["themes"]}
    table = PostcodeTable.bundled()
    for answer in ANSWERS:
        assert answer.role in get_args(RoleAnswer)
        assert answer.meeting in get_args(Meeting)
        assert answer.office in {"", *OFFICE_COUNTRY}
        assert 0 < len(answer.themes) <= 3
        for theme in answer.themes:
            assert answer.country in (themes[theme] or ("BE", "FR")), answer.member_id
        point = table.locate(answer.lives_in, answer.postcode)
        assert point is not None, answer.member_id
        assert point.matched == answer.postcode, answer.member_id


def test_the_expected_answers_make_an_edition_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "edition.toml").write_text(EDITION_TOML, "utf-8")
    (tmp_path / "offices.csv").write_text(OFFICES_CSV, "utf-8")
    (tmp_path / "members.csv").write_bytes(expected_members())
    edition = sip.load_edition(tmp_path)
    assert not edition.warnings
    for one in EXPECTED:
        member = edition.member_by_id[one.member_id]
        assert member.themes == one.themes
        assert (member.local, member.video) == (one.local, one.video)
        assert member.volunteers_for(Role.MODERATOR) == (one.moderator != "no")
        assert member.volunteers_for(Role.SECRETARY) == (one.secretary != "no")
        assert member.share_contact == one.share_contact
        assert member.eligible == (one.cooperator and one.commits)
        assert member.languages == one.languages


def test_every_kind_of_answer_is_given() -> None:
    assert {one.moderator for one in EXPECTED} == {"yes", "no", "only"}
    assert {(one.local, one.video) for one in EXPECTED} == {
        *((True, True), (True, False), (False, True))
    }
    for yes_no in ("cooperator", "commits", "experienced", "share_contact"):
        assert {getattr(one, yes_no) for one in EXPECTED} == {True, False}
    assert {one.home_country for one in EXPECTED} == {"", "BE", "FR"}
    assert {len(one.themes) for one in EXPECTED} == {1, 2, 3}
    assert {theme for one in EXPECTED for theme in one.themes} == set(THEMES)


def test_the_last_answer_by_its_time_is_the_expected_one() -> None:
    latest: dict[str, Submission] = {}
    for one in SUBMISSIONS:
        if one.kind in {"answer", "earlier"}:
            key = one.typed_email.strip().lower()
            if key not in latest or latest[key].sent < one.sent:
                latest[key] = one
    assert {expected_of(one.answer) for one in latest.values()} == set(EXPECTED)


def test_the_noise_would_be_told_wrong_by_a_simple_reader() -> None:
    by_position = {one.typed_email.strip().lower(): one for one in SUBMISSIONS}
    assert sum(one.kind == "earlier" for one in by_position.values()) >= 2
    by_text = sorted(SUBMISSIONS, key=lambda one: f"{one.sent:%d/%m/%Y %-H:%M}")
    last = {one.typed_email.strip().lower(): one for one in by_text}
    assert sum(one.kind == "earlier" for one in last.values()) >= 2
    earlier = [one for one in SUBMISSIONS if one.kind == "earlier"]
    assert all(one.typed_email != one.answer.email for one in earlier)
    assert {one.kind for one in SUBMISSIONS} == {"answer", "earlier", "draft", "test"}


def test_each_export_has_a_name_of_its_own() -> None:
    assert len({export.name for export in EXPORTS}) == len(EXPORTS)
    assert len({export.file for export in EXPORTS}) == len(EXPORTS)


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_an_export_holds_every_submission_in_order(export: Export) -> None:
    rows = rows_of(export)
    assert len(rows) == export.rows
    for row, sent in zip(rows, received(export), strict=True):
        cells = [str(cell) for cell in row.values() if cell is not None]
        number = sent.answer.member_id
        assert number in cells or ("member_id" in export.zeros_lost and str(int(number)) in cells)
        assert sent.answer.name in cells
        assert sent.typed_email.strip() in {cell.strip() for cell in cells}


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_only_the_members_named_lost_a_zero(export: Export) -> None:
    for row, sent in zip(rows_of(export), received(export), strict=True):
        cells = [str(cell) for cell in row.values() if cell is not None]
        kept = sent.answer.member_id in cells and any(
            cell.replace(" ", "").removeprefix("B-").removeprefix("F-").startswith(code)
            for cell in cells
            for code in (sent.answer.postcode, sent.typed_postcode)
        )
        assert kept or sent.answer.member_id in export.without_zero or export.codes
