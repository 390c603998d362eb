"""The language of findings: asked for, or that of the environment; and warnings that are errors."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_case import EDITION, MEMBERS, command, names_in, write_edition
from hypothesis import example, given
from hypothesis import strategies as st

from sip_grouping.catalogue import LANGUAGES, Language, counted, pattern
from sip_grouping.command.app import run
from sip_grouping.command.invocation import Invocation
from sip_grouping.command.language import language_of_system
from sip_grouping.command.outcome import Answer, Console, ExitCode, answer_of
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding

Capture = pytest.CaptureFixture[str]

ASKED = ("LC_MESSAGES", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LANG")
TITLES = {one: counted(one, "problems", 1) for one in LANGUAGES}
UNREADABLE = EDITION.replace('name = "small"', 'name = ""')
# 75999 is no place: found by its prefix, with a warning.
WARNED = MEMBERS.replace("h,FR,75011", "h,FR,75999")


def only(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ASKED:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "EDITION", "--lang", "LANG"],
        ["check", "EDITION", "--lang=LANG"],
        ["--lang", "LANG", "check", "EDITION"],
        ["--lang", "en", "check", "EDITION", "--lang", "LANG"],
        ["--lang", "LANG", "form", "EDITION", "--out", "OUT"],
        ["verify", "EDITION", "OUT", "--lang", "LANG"],
        ["check", "EDITION", "--lang", "LANG", "--json"],
    ],
)
def test_findings_are_told_in_the_language_asked_for(
    tmp_path: Path, capsys: Capture, language: Language, arguments: list[str]
) -> None:
    edition = write_edition(tmp_path / "edition", edition=UNREADABLE)
    places = {"EDITION": str(edition), "OUT": str(tmp_path / "groups")}
    given = [places.get(one, one.replace("LANG", language)) for one in arguments]
    ran = command(capsys, *given)
    assert ran.code == 2
    assert ran.err.splitlines()[0] == TITLES[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_output_folder_that_cannot_be_used_is_told_in_it_too(
    tmp_path: Path, capsys: Capture, language: Language
) -> None:
    (tmp_path / "letter.txt").write_text("precious", "utf-8")
    ran = command(capsys, "demo", tmp_path, "--lang", language)
    assert ran.code == 2
    assert ran.err.splitlines()[0] == TITLES[language]


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_BE.UTF-8"}, "fr"),
        ({"LANG": "nl_BE"}, "nl"),
        ({"LC_ALL": "nl_BE.UTF-8@euro", "LANG": "fr_FR"}, "nl"),
        ({"LC_MESSAGES": "fr", "LANG": "nl_BE"}, "fr"),
        ({"LANGUAGE": "nl:fr", "LANG": "en_GB"}, "nl"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANG": "fr_FR"}, "en"),
        ({"LC_ALL": "fr_FR", "LC_MESSAGES": "nl_BE"}, "fr"),
        ({"LC_ALL": "no locale at all", "LANG": "fr_FR"}, "fr"),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "nl_BE.UTF-8"}, "nl"),
    ],
)
def test_else_the_environment_says_which(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(environment, monkeypatch)
    assert language_of_system() == language


@given(
    st.sampled_from(ASKED),
    st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"])),
)
@example("LC_ALL", "_")
@example("LANG", "FRA_@.@.")
@example("LANGUAGE", ":::")
def test_whatever_the_environment_holds_there_is_a_language(name: str, value: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        only({name: value}, monkeypatch)
        assert language_of_system() in LANGUAGES


def test_a_locale_that_is_not_installed_says_which_language_too(tmp_path: Path) -> None:
    """Python sets LC_CTYPE to C.UTF-8 then."""
    kept = {name: value for name, value in os.environ.items() if name not in ASKED}
    ran = subprocess.run(
        [sys.executable, "-m", "sip_grouping", "check", str(tmp_path / "nothing")],
        env=kept | {"LANG": "nl_XX.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith(TITLES["nl"])


def test_what_is_asked_for_wins(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    only({"LANG": "fr_FR.UTF-8"}, monkeypatch)
    edition = write_edition(tmp_path / "edition", edition=UNREADABLE)
    assert command(capsys, "check", edition).err.startswith(TITLES["fr"])
    assert command(capsys, "check", edition, "--lang", "NL").err.startswith(TITLES["nl"])


@pytest.mark.parametrize("value", ["de", "", "french", "fr_FR"])
def test_a_language_that_there_is_not(tmp_path: Path, capsys: Capture, value: str) -> None:
    folder = str(tmp_path)
    for arguments in (["check", folder, "--lang", value], ["--lang", value, "check", folder]):
        ran = command(capsys, *arguments)
        assert ran.code == 2
        assert "--lang" in ran.err
        assert "nl, fr, en" in ran.err


@pytest.mark.parametrize("language", LANGUAGES)
def test_warnings_and_their_json(tmp_path: Path, capsys: Capture, language: Language) -> None:
    folder = write_edition(tmp_path / "edition", members=WARNED)
    ran = command(capsys, "check", folder, "--lang", language)
    assert ran.code == 0
    start = pattern(language, "console", "warning").format(line="members.csv")
    assert ran.err.startswith(start)
    told = command(capsys, "check", folder, "--lang", language, "--json").json["warnings"]
    assert isinstance(told, list)
    (warning,) = told
    assert warning["message"] in ran.err
    assert warning["remedy"] in ran.err


def test_a_mistake_on_the_command_line_is_told_in_it(capsys: Capture) -> None:
    # `--lang` is looked for though the line cannot be read.
    place = pattern("fr", "place", "value").format(value="'nan'")
    for arguments in (["--lang", "fr", "form", "x"], ["form", "x", "--lang=fr"]):
        ran = command(capsys, *arguments, "--out", "y", "--gap", "nan")
        assert ran.code == 2
        assert place in ran.err


@pytest.mark.parametrize("name", ["check", "form"])
def test_strict_makes_warnings_errors(tmp_path: Path, capsys: Capture, name: str) -> None:
    folder, out = write_edition(tmp_path / "edition", members=WARNED), tmp_path / "groups"
    options: list[str | Path] = ["--out", out] if name == "form" else []
    ran = command(capsys, name, folder, *options, "--strict", "--json")
    assert ran.code == ran.json["exit_code"] == 2
    findings = ran.json["findings"]
    assert isinstance(findings, list)
    assert [one["code"] for one in findings] == ["approximate-postcode"]
    assert ran.err.startswith(TITLES["en"])
    assert "warning:" not in ran.err
    assert not names_in(out)
    assert command(capsys, name, folder, *options).code == 0


def test_strict_is_silent_where_nothing_is_wrong(tmp_path: Path, capsys: Capture) -> None:
    assert command(capsys, "check", write_edition(tmp_path / "edition"), "--strict").code == 0


@pytest.mark.parametrize("strict", [True, False])
def test_errors_and_warnings_are_one_list_when_strict(strict: bool) -> None:
    error = InputError([Finding("a", "wrong", "mend")], [Finding("b", "odd", "look")])

    def job(_: Console) -> Answer:
        raise error

    answer = answer_of(job, Console("check", Invocation(), strict=strict))
    assert answer.exit_code == ExitCode.BAD_INPUT
    findings = answer.data["findings"]
    assert isinstance(findings, list)
    assert [one["code"] for one in findings] == (["a", "b"] if strict else ["a"])


def test_lines_of_warnings_are_cut_and_counted(capsys: Capture) -> None:
    warnings = [Finding(f"c{n}", f"odd {n}", "look", "f", n, "x") for n in range(12)]
    console = Console("form", Invocation(), language="nl")
    console.warn([*warnings, *warnings], at_most=10)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 11
    assert lines[-1] == "en nog 2 soorten waarschuwingen; `sip-grouping check` toont ze allemaal"
    console.warn(warnings)
    assert len(capsys.readouterr().err.splitlines()) == 12


def test_the_language_changes_no_file(tmp_path: Path, capsys: Capture) -> None:
    folder = write_edition(tmp_path / "edition", members=WARNED)
    written = []
    for language in LANGUAGES:
        out = tmp_path / language
        assert run(["form", str(folder), "--out", str(out), "--lang", language]) == 0
        written.append((out / "grouping.json").read_bytes())
    assert len(set(written)) == 1
    capsys.readouterr()
