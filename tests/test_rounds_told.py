"""What the commands of a round say to a coordinator: in its language, all at once, with a remedy there is."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import test_rounds_given_up as given_up
from cli_case import command
from test_rounds_frontier import started
from test_rounds_reform import written

from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.command.round_look import aligned
from sip_grouping.command.round_shared import counts_told, percent
from sip_grouping.rounds import Rounds

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store whose first round is answered: m0 declined."""
    return started(tmp_path)


COUNTS: Mapping[Language, str] = {
    "en": "groups 2, members 6, placed 6",
    "fr": "groupes 2, membres 6, placés 6",
    "nl": "groepen 2, leden 6, geplaatst 6",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_steps_and_their_counts_are_told_in_a_language(
    language: Language, store: Path, capsys: Capture
) -> None:
    told = command(capsys, "round", "history", "--store", store, "--lang", language).out
    title, first, second, third = told.splitlines()
    assert first.endswith(f"  {COUNTS[language]}")
    assert re.match(r" +1  \d{4}-\d\d-\d\d \d\d:\d\d ", first)
    at = title.index("digest") if language == "en" else None
    assert at is None or re.match(r"[0-9a-f]{12}  ", second[at:])
    for name in ("start", "propose", "answer"):
        assert name in told
    if language != "en":
        words = re.findall(r"[a-z]+", title + third.rsplit("  ", 1)[-1])
        assert not {"step", "time", "round", "what", "accept", "decline", "none"} & set(words)
    done = command(capsys, "round", "propose", "--store", store, "--lang", language)
    assert f"({counts_told({'proposals': 5}, language)})" in done.out


def test_every_count_of_a_step_has_its_word() -> None:
    names = (
        "groups members placed proposals accept decline none changed new withdrawn moved relaxed"
        " invitations people"
    )
    for language in LANGUAGES:
        told = counts_told(dict.fromkeys(names.split(), 1), language)
        assert told.count(" 1") == len(names.split())


def test_columns_stand_below_each_other() -> None:
    rows = [("n", "word", "much", "rest"), ("10", "a", "5", "of it"), ("7", "longest", "100", "")]
    assert aligned(rows) == [
        " n  word     much  rest",
        "10  a           5  of it",
        " 7  longest   100  ",
    ]


def test_numbers_are_those_of_the_language(store: Path, capsys: Capture) -> None:
    told = {
        language: command(
            capsys, "round", "frontier", "--store", store, "--moves", "2", "--lang", language
        ).out
        for language in LANGUAGES
    }
    assert re.search(r"score \d{3}\.\d{3} \(proven to be the most\); 3 placed, 2 move", told["en"])
    assert re.search(r"score \d{3},\d{3} \(maximum prouvé\) ; 3 placés, 2 changent", told["fr"])
    assert re.search(r"score \d{3},\d{3} \(bewezen maximum\); 3 geplaatst, 2 verh", told["nl"])
    done = command(capsys, "round", "reform", "--store", store, "--lang", "nl", "--no-options")
    assert re.search(r"Score \d{3},\d{3}, min \d+,\d{3} voor wat verandert", done.out)
    assert (percent("nl", 0.0), percent("nl", 0.0125), percent("en", 0.0125)) == (
        "0",
        "1,25",
        "1.25",
    )


def test_all_that_was_asked_is_accounted_for(tmp_path: Path, store: Path) -> None:
    with Rounds.open(store) as rounds:
        rounds.answer(written(tmp_path / "b.csv", {"m1": "", "m3": "accept", "m4": "accept"}))
        for reformed in (False, True):
            if reformed:
                rounds.reform(work_limit=100.0)
            told = rounds.status()
            assert told["asked"] == 6
            assert told["asked"] == told["accepted"] + told["declined"] + told["silent"]
            assert (told["accepted"], told["declined"], told["silent"]) == (2, 1, 3)


def test_status_sets_colons_as_its_language_does(store: Path, capsys: Capture) -> None:
    told = command(capsys, "round", "status", "--store", store, "--lang", "fr").out
    assert told.startswith("Tour\N{NO-BREAK SPACE}: 1\n")
    assert len(told.splitlines()) == 9


def test_a_file_without_ids_is_told_once(tmp_path: Path, store: Path, capsys: Capture) -> None:
    (tmp_path / "x.csv").write_text("lid;answer\nm1;ja\nm2;ja\nm3;misschien\n", "utf-8")
    refused = command(capsys, "round", "answer", tmp_path / "x.csv", "--store", store)
    assert refused.code == 2
    assert "[missing-column]" in refused.err
    assert "[unknown-reply]" in refused.err
    assert "answered-twice" not in refused.err


def test_mistakes_in_rows_and_in_withdrawals_are_told_together(
    tmp_path: Path, store: Path, capsys: Capture
) -> None:
    rows = "member_id,country,postcode,theme_1,withdrawn\nx,BE,9999,z,\nq,,,,yes\nm1,,,,perhaps\n"
    (tmp_path / "m.csv").write_text(rows, "utf-8")
    refused = command(capsys, "round", "members", tmp_path / "m.csv", "--store", store)
    assert refused.code == 2
    for code in ("unknown-theme", "unknown-member", "not-yes-or-no"):
        assert f"[{code}]" in refused.err


def test_late_members_and_guests_may_live_where_a_table_of_ones_own_says(
    tmp_path: Path, store: Path, capsys: Capture
) -> None:
    (tmp_path / "own.csv").write_text(
        "country,postcode,latitude,longitude\nBE,5999,50.0,4.0\n", "utf-8"
    )
    rows = "member_id,country,postcode,theme_1\nx,BE,5999,a\n"
    (tmp_path / "m.csv").write_text(rows, "utf-8")
    table = ("--postcodes", tmp_path / "own.csv")
    for name, more in (("members", ()), ("invite", ("--out", tmp_path / "i"))):
        call = ("round", name, tmp_path / "m.csv", *more, "--store", store)
        refused = command(capsys, *call)
        assert (refused.code, "--postcodes" in refused.err) == (2, True)
        if name == "invite":
            assert command(capsys, *call, *table).code == 0
    made = command(capsys, "round", "members", tmp_path / "m.csv", "--store", store, *table)
    assert made.code == 0
    with Rounds.open(store, write=False) as rounds:
        edition = rounds.state().edition()
        assert edition.position(edition.member_by_id["x"]) == (50.0, 4.0)
    bad = command(capsys, *call, "--postcodes", tmp_path / "none.csv")
    assert bad.code == 2


def test_no_option_is_offered_that_there_is_not(
    tmp_path: Path, store: Path, capsys: Capture
) -> None:
    for name in ("propose", "export"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.txt").write_text("mine", "utf-8")
        for language in LANGUAGES:
            asked = ("round", name, "--store", store, "--out", tmp_path / name)
            refused = command(capsys, *asked, "--lang", language)
            assert refused.code == 2
            assert "[output-exists]" in refused.err
            assert "--force" not in refused.err


def test_the_wrong_folder_of_an_export_is_told_with_the_right_one(
    tmp_path: Path, capsys: Capture
) -> None:
    with Rounds.open(given_up.started(tmp_path)) as rounds:
        rounds.reform(work_limit=100.0, relax=True)
        rounds.export(tmp_path / "out")
    out = tmp_path / "out"
    folders = (out / "edition", out / "grouping")
    for call in (
        ("verify", *folders, "--before", out),
        ("letters", *folders, "--out", tmp_path / "l", "--since", out),
        ("report", *folders, "--out", tmp_path / "r.html", "--against", out),
    ):
        refused = command(capsys, *call)
        assert refused.code == 2
        assert f"give {out / 'before'} [whole-export]" in refused.err
    refused = command(capsys, "verify", *folders, "--before", out / "grouping")
    assert refused.code == 2
    assert "to the edition" not in refused.err
    assert "give a folder of round export" in refused.err


def test_why_a_group_stands_badly_is_told_in_words(
    tmp_path: Path, store: Path, capsys: Capture
) -> None:
    rows = "member_id,country,postcode,theme_1,local,video\nm4,BE,1000,a,no,yes\n"
    with Rounds.open(store) as rounds:
        rounds.answer(written(tmp_path / "b.csv", {"m3": "accept"}))
        (tmp_path / "m.csv").write_text(rows, "utf-8")
        rounds.members(tmp_path / "m.csv")
    told = command(capsys, "round", "join", "m1", "--store", store, "--lang", "nl").out
    assert "houdt de groep zich niet aan alle regels: " in told
    assert not re.search(r"regels: [a-z-]+ ", told)
