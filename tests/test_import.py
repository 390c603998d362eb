"""Exports of form tools become the edition that was answered; what cannot be guessed is asked for."""

import json
from pathlib import Path

import pytest
from cli_case import command
from exports.make_exports import (
    EDITION_TOML,
    EXPORTS,
    LIMESURVEY_CODES,
    OFFICES_CSV,
    Export,
    expected_members,
)

import sip_grouping as sip
from sip_grouping.findings import grouped_lines

Capture = pytest.CaptureFixture[str]
TOLD = [one for one in EXPORTS if not one.codes]
(CODES,) = [one for one in EXPORTS if one.codes]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> sip.Edition:
    folder = tmp_path_factory.mktemp("expected")
    (folder / "edition.toml").write_text(EDITION_TOML, "utf-8")
    (folder / "offices.csv").write_text(OFFICES_CSV, "utf-8")
    (folder / "members.csv").write_bytes(expected_members())
    return sip.load_edition(folder)


def written(export: Export, folder: Path) -> Path:
    (folder / "edition.toml").write_text(EDITION_TOML, "utf-8")
    (folder / "offices.csv").write_text(OFFICES_CSV, "utf-8")
    file = folder / f"export{Path(export.file).suffix}"
    file.write_bytes(export.data)
    return file


@pytest.mark.parametrize("export", TOLD, ids=lambda one: one.name)
def test_an_export_is_the_edition_that_was_answered(
    export: Export, expected: sip.Edition, tmp_path: Path
) -> None:
    made = sip.import_form(written(export, tmp_path), tmp_path / "edition.toml")
    assert made.guessed
    lost = {one.lstrip("0"): one for one in export.without_zero} if export.zeros_lost else {}
    found = {lost.get(one.member_id, one.member_id): one for one in made.edition.members}
    for member in expected.members:
        told = found.pop(member.member_id)
        # Boxes that are ticked come in the order of the form.
        assert set(told.languages) == set(member.languages)
        as_answered = {
            "extra": member.extra,
            "member_id": member.member_id,
            "languages": member.languages,
        }
        assert told.model_copy(update=as_answered) == member
    assert not found
    if not export.zeros_lost:
        assert made.edition.digests == expected.digests
    elif any(one.startswith("0") for one in export.without_zero):
        assert "id-may-lack-zeros" in {one.code for one in made.edition.warnings}


@pytest.mark.parametrize("export", TOLD, ids=lambda one: one.name)
def test_what_is_left_out_is_named(export: Export, tmp_path: Path) -> None:
    made = sip.import_form(written(export, tmp_path), tmp_path / "edition.toml")
    codes = [one.code for one in made.edition.warnings]
    assert codes.count("answered-again") == 3
    assert codes.count("row-no-answer") == export.rows - 3 - len(made.edition.members)
    said = "\n".join(grouped_lines(made.edition.warnings))
    for member in made.edition.members:
        assert str(member.name) not in said
        assert str(member.email) not in said
    # Look-alikes are kept, and not read.
    extra = made.edition.members[0].extra
    assert any("19" in text and len(text) == 4 for text in extra.values()), extra


def test_answer_codes_are_asked_for_and_never_taken(tmp_path: Path) -> None:
    with pytest.raises(sip.InputError) as caught:
        sip.import_form(written(CODES, tmp_path), tmp_path / "edition.toml")
    found = caught.value.findings
    assert {one.code for one in found} == {"column-to-be-told", "answer-codes"}
    assert {"themes[1]", "bureau", "reunion", "role"} <= {one.column for one in found}


def test_a_mapping_tells_what_codes_mean(expected: sip.Edition, tmp_path: Path) -> None:
    ranks = {f"themes[{rank}]": f"theme_{rank}" for rank in (1, 2, 3)}
    slots = {
        f"moments[{code}]": f"slots:{slot}" for code, slot in LIMESURVEY_CODES["moments"].items()
    }
    languages = {f"langues[{code}]": f"languages:{code}" for code in ("fr", "nl", "en")}
    roles = {code: said.replace("-", " ") for code, said in LIMESURVEY_CODES["role"].items()}
    mapping = sip.FormMapping(
        columns={
            "numero": "member_id", "nom": "name", "email": "email", "pays": "country",
            "domicile": "home_country", "cp": "postcode", "bureau": "office", "reunion": "meeting",
            "role": "role", "societaire": "cooperator", "engagement": "commits",
            "deja": "experienced", "coordonnees": "share_contact", **ranks, **slots, **languages,
        },
        values={
            **dict.fromkeys(ranks.values(), LIMESURVEY_CODES["themes"]),
            "office": LIMESURVEY_CODES["bureau"],
            "meeting": LIMESURVEY_CODES["reunion"],
            "role": roles,
        },
        rows=sip.FormRows(need=("submitdate",), skip={"numero": ("999999",)}),
        duplicates=sip.Duplicates(by="datestamp"),
    )  # fmt: skip
    with pytest.raises(sip.InputError) as caught:
        sip.import_form(written(CODES, tmp_path), tmp_path / "edition.toml", mapping=mapping)
    # The tool wrote postcodes as numbers: only those that lost their zero are left to be asked.
    assert {one.code for one in caught.value.findings} == {"unknown-postcode"}
    file = tmp_path / "export.csv"
    lines = file.read_text("utf-8-sig").split("\n")
    for one in (m for m in expected.members if m.postcode.startswith("0")):
        was, told = f'"{int(one.postcode)}.0000000000"', f'"{one.postcode}"'
        lines = [
            line.replace(was, told) if f'"{one.member_id}"' in line else line for line in lines
        ]
    file.write_text("\n".join(lines), "utf-8")
    made = sip.import_form(file, tmp_path / "edition.toml", mapping=mapping)
    assert made.edition.digests == expected.digests


@pytest.mark.parametrize("export", [TOLD[0], TOLD[-1]], ids=lambda one: one.name)
def test_the_command_writes_an_edition_and_keeps_the_guess(
    export: Export, tmp_path: Path, capsys: Capture
) -> None:
    file = written(export, tmp_path)
    arguments = ("import", file, "--edition", tmp_path / "edition.toml")
    first = command(capsys, *arguments, "--out", tmp_path / "out", "--json")
    assert first.code == 0
    told = json.loads(first.out)
    assert told["guessed"]
    assert told["members"] == 35
    assert {"postcode", "member_id"} <= {one["field"] for one in told["columns"]}
    edition = sip.load_edition(tmp_path / "out")
    assert edition.warnings == ()
    assert len(edition.members) == 35
    # The mapping beside the edition is used the next time, and says the same.
    again = command(capsys, *arguments, "--out", tmp_path / "again", "--json")
    assert not json.loads(again.out)["guessed"]
    assert sip.load_edition(tmp_path / "again") == edition


def test_nothing_is_written_where_something_is_asked_but_the_guess(
    tmp_path: Path, capsys: Capture
) -> None:
    file = written(CODES, tmp_path)
    ran = command(
        capsys, "import", file, "--edition", tmp_path / "edition.toml", "--out", tmp_path / "out"
    )
    assert ran.code == 2
    assert "answer-codes" in ran.err
    assert "langues[fr]" in ran.err
    assert not (tmp_path / "out").exists()
    assert (tmp_path / "mapping.toml").is_file()


def test_names_and_addresses_are_not_shown_in_the_table(tmp_path: Path, capsys: Capture) -> None:
    file = written(TOLD[0], tmp_path)
    ran = command(
        capsys, "import", file, "--edition", tmp_path / "edition.toml", "--out", tmp_path / "out"
    )
    for member in sip.load_edition(tmp_path / "out").members:
        assert str(member.name) not in ran.out + ran.err
        assert str(member.email) not in ran.out + ran.err


@pytest.mark.parametrize(
    ("times", "kept"),
    [
        (("05/10/2026 09:00", "06/09/2026 09:00"), 0),  # day first, as another row shows
        (("2026-10-05 09:00", "2026-10-05 10:00"), 1),
        (("Oct 5, 2026 9:00 PM", "Oct 5, 2026 10:00 AM"), 0),
    ],
)
def test_the_last_answer_is_the_latest_by_its_time(
    times: tuple[str, str], kept: int, tmp_path: Path
) -> None:
    edition = two_answers(
        times, tmp_path, third="13/09/2026 09:00" if "/" in times[0] else times[0]
    )
    assert edition.member_by_id["m1"].themes == (("a",), ("b",))[kept]


def test_times_that_may_be_read_two_ways_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(sip.InputError) as caught:
        two_answers(("05/10/2026 09:00", "06/09/2026 09:00"), tmp_path, third="01/09/2026 08:00")
    assert "which-came-last" in {one.code for one in caught.value.findings}


def two_answers(times: tuple[str, str], folder: Path, third: str) -> sip.Edition:
    (folder / "edition.toml").write_text(
        'name = "x"\n[[themes]]\nid = "a"\n[[themes]]\nid = "b"\n', "utf-8"
    )
    rows = ["when,member_id,country,postcode,theme_1"]
    rows += [f'"{times[0]}",m1,BE,4000,a', f'"{times[1]}",M1 ,BE,4000,b', f'"{third}",m2,BE,4000,a']
    (folder / "members.csv").write_text("\n".join(rows), "utf-8")
    mapping = sip.FormMapping(
        columns={"member_id": "member_id"}, duplicates=sip.Duplicates(by="when")
    )
    edition = sip.load_edition(folder, mapping=mapping)
    ids = {one.member_id.lower(): one for one in edition.members}
    return edition.replace(
        members=tuple(one.model_copy(update={"member_id": i}) for i, one in ids.items())
    )
