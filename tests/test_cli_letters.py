"""The command `letters`: what it writes, says and refuses."""

import json
from pathlib import Path

import pytest
from cli_case import MEMBERS, command, write_edition

from sip_grouping.catalogue import LANGUAGES, Language

Capture = pytest.CaptureFixture[str]

SHARED = MEMBERS.replace("email,commits", "email,commits,languages,share_contact").replace(
    ",yes\n", ",yes,fr,yes\n"
)


@pytest.fixture
def folders(tmp_path: Path, capsys: Capture) -> tuple[Path, Path]:
    edition = write_edition(
        tmp_path / "edition", members=SHARED.replace("fr,yes\nb", "nl fr,yes\nb")
    )
    ran = command(capsys, "form", edition, "--out", tmp_path / "groups", "--work-limit", "10")
    assert ran.code == 0, ran.err
    return edition, tmp_path / "groups"


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_are_written_and_counted_in_the_language_asked_for(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Capture, language: Language
) -> None:
    ran = command(capsys, "letters", *folders, "--out", tmp_path / "letters", "--lang", language)
    assert ran.code == 0
    words = {"nl": "9 brieven", "fr": "9 lettres", "en": "9 letters"}
    assert words[language] in ran.out
    assert "Secret" not in ran.out + ran.err
    assert "secret.example" not in ran.out + ran.err
    assert (
        (tmp_path / "letters" / "member-a.txt").read_text("utf-8").startswith("Beste Secret Alice,")
    )
    assert (
        (tmp_path / "letters" / "member-b.txt").read_text("utf-8").startswith("Bonjour Secret Bob,")
    )


def test_the_answer_as_json_says_what_was_written(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "letters"
    ran = command(capsys, "letters", *folders, "--out", out, "--json", "--format", "txt")
    said = json.loads(ran.out)
    assert (said["letters"], said["sheets"]) == (9, 2)
    assert sorted(said["files"]) == sorted(path.name for path in out.iterdir())
    assert sum(said["languages"].values()) == 9
    assert said["folder"] == str(out)
    assert not any(name.endswith((".html", ".eml")) for name in said["files"])


def test_a_second_run_needs_force(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Capture
) -> None:
    given = ("letters", *folders, "--out", tmp_path / "letters", "--format", "txt")
    assert command(capsys, *given).code == 0
    assert command(capsys, *given).code == 2
    assert command(capsys, *given, "--force").code == 0
    # A folder with a grouping in it is never taken for one of letters.
    assert command(capsys, "letters", *folders, "--out", folders[1], "--force").code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "pdf"), "of: txt, html, eml"),
        (("--format", ","), "of: txt, html, eml"),
        (("--from", "nobody"), "no address that mail can come from"),
        (("--templates", "nowhere"), "the folder with your own templates"),
    ],
)
def test_what_cannot_be_done_is_said(
    folders: tuple[Path, Path],
    tmp_path: Path,
    capsys: Capture,
    arguments: tuple[str, str],
    said: str,
) -> None:
    ran = command(capsys, "letters", *folders, "--out", tmp_path / "letters", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert not (tmp_path / "letters").exists()


def test_a_grouping_that_does_not_verify_gives_no_letters(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Capture
) -> None:
    edition, grouping = folders
    changed = (edition / "members.csv").read_text("utf-8").replace("c,BE,4020", "c,BE,1000")
    (edition / "members.csv").write_text(changed, "utf-8")
    ran = command(capsys, "letters", edition, grouping, "--out", tmp_path / "letters")
    assert ran.code == 5
    assert not (tmp_path / "letters").exists()


def test_letters_come_from_the_sender_and_templates_that_are_given(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Capture
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "member.txt").write_text("Only {{ member.id }}", "utf-8")
    (own / "memo.txt").write_text("x", "utf-8")
    out = tmp_path / "letters"
    given = ("--templates", own, "--from", "The team <team@coop.example>")
    ran = command(capsys, "letters", *folders, "--out", out, *given)
    assert ran.code == 0
    assert (out / "member-a.txt").read_text("utf-8") == "Only a\n"
    assert "From: The team <team@coop.example>" in (out / "member-a.eml").read_text("ascii")
    assert "memo.txt" in ran.err
