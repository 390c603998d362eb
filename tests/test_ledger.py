"""The ledger: its page in three languages, its JSON, its folder, the command, and the honest words."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from cli_case import command, names_in, write_edition
from outline import Outline
from test_certificate import SCRIPT
from tiny_editions import tiny_edition

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language, said
from sip_grouping.grouping.certificate import Kind
from sip_grouping.grouping.files import contents_of
from sip_grouping.ledger import Ledger, prove
from sip_grouping.ledger.ledger import LEDGER_FILES, script
from sip_grouping.rules import CertificateRuleId
from sip_grouping.solve import form_groups

Capture = pytest.CaptureFixture[str]


def ledger_of(seed: int = 14, **settings: object) -> Ledger:
    edition = tiny_edition(seed)
    result = form_groups(edition, work_limit=100.0, **settings)  # type: ignore[arg-type]
    return prove(edition, result)


def beyond() -> Ledger:
    """Return a ledger whose certificate proves less than is claimed."""
    ledger = ledger_of(106)
    assert not ledger.proves_all
    return ledger


def test_the_script_of_the_package_is_the_one_that_is_tested() -> None:
    assert script() == SCRIPT.read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_in_its_language(language: Language) -> None:
    text = ledger_of().html(language)
    outline = Outline(text)
    assert ("html", {"lang": language}) in outline.tags
    assert not re.search(r"https?://|url\(|@import|@font-face", text)
    assert said(language, "ledger", "title", edition="tiny") in outline.text
    assert "prefers-color-scheme: dark" in text
    assert "default-src &#39;none&#39;" in text
    assert text == ledger_of().html(language)


def test_the_page_tells_what_the_certificate_proves() -> None:
    ledger = ledger_of()
    assert ledger.proves_all
    assert ledger.bound_thousandths == ledger.grouping.score_thousandths
    text = Outline(ledger.html()).text
    assert "and these groups have it" in text
    assert "All that is claimed of the score follows from the certificate" in text
    assert "went further" not in text
    for digest in (*ledger.files.values(), ledger.certificate_digest):
        assert digest in text


def test_what_the_search_proved_beyond_it_is_told_apart() -> None:
    ledger = beyond()
    assert ledger.grouping.status is sip.Status.OPTIMAL
    assert ledger.bound_thousandths > ledger.grouping.score_thousandths
    text = Outline(ledger.html()).text
    assert f"a score above {ledger.bound_thousandths / 1000:,.3f} points" in text
    assert "went further" in text
    assert "The certificate does not show that part" in text
    assert "follows from the certificate" not in text
    record = ledger.record()
    told = record["certificate"]
    assert isinstance(told, dict)
    assert (told["proves_all"], told["bound"]) == (False, ledger.bound_thousandths / 1000)
    assert record["bound"] == record["score"]


def test_of_other_goals_the_certificate_says_nothing() -> None:
    ledger = ledger_of(objectives=("placed", "score"))
    assert ledger.grouping.bound is None
    assert "Of those goals the certificate says nothing" in Outline(ledger.html()).text
    assert ledger.bound_thousandths >= ledger.grouping.score_thousandths


def test_a_grouping_that_breaks_a_rule_has_no_ledger() -> None:
    edition = tiny_edition(14)
    grouping = form_groups(edition, work_limit=100.0).grouping
    assert grouping is not None
    worse = grouping.model_copy(update={"score_thousandths": grouping.score_thousandths + 1})
    with pytest.raises(sip.VerificationError):
        prove(edition, worse)


def test_what_pins_of_the_call_prove() -> None:
    edition = tiny_edition(14)
    free = form_groups(edition, work_limit=100.0)
    assert free.grouping is not None
    row = free.grouping.placements[0]
    group = free.grouping.group_by_id[row.group_id]
    pin = sip.Pin(member_id=row.member_id, theme=group.theme, track=group.track, place=group.place)
    pinned = form_groups(edition, work_limit=100.0, pins=[pin])
    ledger = prove(edition, pinned)
    assert ledger.certificate.edition == edition.with_pins([pin]).digest != edition.digest
    assert ledger.certificate.edition == ledger.grouping.edition_digest


def test_the_digests_are_those_of_the_files(tmp_path: Path) -> None:
    ledger = ledger_of()
    ledger.save(tmp_path / "ledger", language="fr")
    assert names_in(tmp_path / "ledger") == set(LEDGER_FILES)
    record = json.loads((tmp_path / "ledger" / "ledger.json").read_text("utf-8"))
    content = (tmp_path / "ledger" / record["certificate"]["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == record["certificate"]["sha256"]
    files = contents_of(ledger.grouping)
    assert record["grouping_files"] == {
        name: hashlib.sha256(one).hexdigest() for name, one in files.items()
    }
    with pytest.raises(sip.OutputError):
        ledger.save(tmp_path / "ledger")
    ledger.save(tmp_path / "ledger", force=True)


@pytest.fixture
def folders(tmp_path: Path, capsys: Capture) -> tuple[Path, Path]:
    edition = write_edition(tmp_path / "edition")
    assert command(capsys, "form", edition, "--out", tmp_path / "groups").code == 0
    return edition, tmp_path / "groups"


def test_what_is_written_can_be_checked_again(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "ledger"
    ran = command(capsys, "prove", *folders, "--out", out, "--lang", "nl")
    assert (ran.code, ran.err) == (0, "")
    assert "Het certificaat bewijst" in ran.out
    for file in out.iterdir():
        if file.suffix != ".gz":
            assert "secret" not in file.read_text("utf-8").lower()
    certificate = out / "certificate.json.gz"
    ran = command(capsys, "verify", *folders, "--certificate", certificate)
    assert (ran.code, ran.err) == (0, "")
    assert "The certificate holds" in ran.out
    assert "that the bounds are proven" not in ran.out
    assert "that the bounds are proven" in command(capsys, "verify", *folders).out
    record = json.loads((out / "ledger.json").read_text("utf-8"))
    ran = command(capsys, "verify", *folders, "--certificate", certificate, "--json")
    assert ran.json["certified_bound"] == record["certificate"]["bound"]
    python = [sys.executable, "-I", str(out / "check.py"), str(certificate), str(folders[1])]
    checked = subprocess.run(python, capture_output=True, text=True, check=False)
    assert checked.stdout.startswith("PROVED"), checked.stderr
    for name, digest in record["grouping_files"].items():
        assert hashlib.sha256((folders[1] / name).read_bytes()).hexdigest() == digest


def test_a_certificate_of_another_edition_is_refused(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "ledger"
    assert command(capsys, "prove", *folders, "--out", out, "--quiet").code == 0
    members = folders[0] / "members.csv"
    text = members.read_text("utf-8")
    members.write_text(text.replace("g,BE,4000,gender,", "g,BE,4000,gender,support"), "utf-8")
    other = tmp_path / "other"
    assert command(capsys, "form", folders[0], "--out", other).code == 0
    certificate = out / "certificate.json.gz"
    ran = command(capsys, "verify", folders[0], other, "--certificate", certificate)
    assert ran.code == 5
    assert "the certificate does not prove what it says" in ran.err
    assert "certificate-of" in ran.err
    ran = command(capsys, "verify", *folders, "--certificate", out / "ledger.json", "--lang", "fr")
    assert ran.code in {2, 5}


def test_an_output_folder_is_looked_at_first(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "precious.txt").write_text("mine")
    ran = command(capsys, "prove", *folders, "--out", tmp_path / "ledger")
    assert ran.code == 2
    assert names_in(tmp_path / "ledger") == {"precious.txt"}
    ran = command(capsys, "verify", *folders, "--tables", "--certificate", "x")
    assert ran.code == 2
    assert "--certificate does not go with --tables" in ran.err


def test_the_docs_name_all_that_a_certificate_has() -> None:
    text = (Path(__file__).parents[1] / "docs" / "ledger.md").read_text("utf-8")
    kinds = get_args(Kind)
    assert len(kinds) == 8
    for name in (*kinds, *LEDGER_FILES):
        assert f"\n| `{name}` |" in text
    for rule in CertificateRuleId:
        assert f"`{rule.value}`" in text
