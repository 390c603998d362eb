"""An edition that lives on in its store: proposals, answers, new members, and what may be forgotten."""

import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from cli_case import command, write_edition
from small import member, small_edition

import sip_grouping as sip
from sip_grouping.rounds import Rounds
from sip_grouping.rounds.proposals import proposals_csv
from sip_grouping.rounds.start import first_grouping, with_reserve
from sip_grouping.rounds.store import Store

Capture = pytest.CaptureFixture[str]


def edition_of_six() -> sip.Edition:
    people = [
        member(f"m{n}", km=n * 0.1, moderator=n % 3 == 0, name=f"Hidden Person{n}",
               email=f"p{n}@hidden.example", extra={"Phone": f"+32 {n}"})
        for n in range(6)
    ]  # fmt: skip
    return small_edition(people)


def started(path: Path, edition: sip.Edition | None = None) -> Rounds:
    edition = edition or edition_of_six()
    grouping = sip.form_groups(edition, work_limit=20).grouping
    assert grouping is not None
    return Rounds.start(path, edition, grouping)


def answers(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_a_store_says_the_edition_it_was_started_with(tmp_path: Path) -> None:
    edition = edition_of_six()
    with started(tmp_path / "s.db", edition) as rounds:
        assert rounds.state().edition() == edition
        grouping = rounds.state().current()
    assert grouping is not None
    assert sip.verify(edition, grouping).ok
    with Rounds.open(tmp_path / "s.db", write=False) as again:
        assert again.state().edition().digest == edition.digest


def test_everybody_who_is_placed_is_asked_once(tmp_path: Path) -> None:
    with started(tmp_path / "s.db") as rounds:
        proposals = rounds.propose()
        assert sorted(proposals["member_id"]) == [f"m{n}" for n in range(6)]
        assert set(proposals["round"]) == {1}
        read = pd.read_csv(io.BytesIO(proposals_csv(proposals)))
        assert list(read["proposal_id"]) == list(proposals["proposal_id"])
        file = answers(tmp_path / "a.csv", "member_id,answer\nm0,accept\nm1,ja\n")
        rounds.answer(file)
        second = rounds.propose()
        # Who accepted the same place is not asked again.
        assert sorted(second["member_id"]) == ["m2", "m3", "m4", "m5"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("N° membre;Réponse\nm0;J'accepte\n", "accept"),
        ("Lidnummer;Antwoord\nm0;weigert\n", "decline"),
        ("member_id,answer\nm0,\n", "none"),
        ("member_id,answer\nM0,non\n", "decline"),
    ],
)
def test_answers_are_read_in_three_languages(text: str, said: str, tmp_path: Path) -> None:
    with started(tmp_path / "s.db") as rounds:
        rounds.propose()
        rounds.answer(answers(tmp_path / "a.csv", text))
        state = rounds.state()
        assert state.replies[1] == {"m0": said}
        assert ("m0" in state.left) == (said == "decline")
        assert ("m0" in state.accepted) == (said == "accept")


def test_all_rows_are_recorded_or_none(tmp_path: Path) -> None:
    with started(tmp_path / "s.db") as rounds:
        rounds.propose()
        text = "member_id,answer\nm0,accept\nm1,perhaps\nnobody,accept\nm0,decline\n"
        with pytest.raises(sip.InputError) as caught:
            rounds.answer(answers(tmp_path / "a.csv", text))
        assert {one.code for one in caught.value.findings} == {
            "unknown-reply", "unknown-member", "answered-twice",
        }  # fmt: skip
        assert rounds.state().replies == {}
        assert [one.what for one in rounds.steps()] == ["start", "propose"]


def test_a_decline_with_a_wish_is_a_changed_answer(tmp_path: Path) -> None:
    with started(tmp_path / "s.db") as rounds:
        rounds.propose()
        text = "member_id,answer,video,languages\nm0,decline,no,fr nl\nm1,decline,,\n"
        rounds.answer(answers(tmp_path / "a.csv", text))
        edition = rounds.state().edition()
        changed = edition.member_by_id["m0"]
        assert (changed.commits, changed.video, changed.languages) == (True, False, ("fr", "nl"))
        assert not edition.member_by_id["m1"].commits


def test_accepted_places_are_pins_of_the_edition_as_it_stands(tmp_path: Path) -> None:
    with started(tmp_path / "s.db") as rounds:
        proposals = rounds.propose().set_index("member_id")
        rounds.answer(
            answers(tmp_path / "a.csv", "member_id,answer\nm0,accept\nm1,accept\nm2,decline\n")
        )
        rounds.export(tmp_path / "out")
    edition = sip.load_edition(tmp_path / "out" / "edition")
    pinned = {pin.member_id: pin for pin in edition.pins}
    assert set(pinned) == {"m0", "m1"}
    assert not edition.member_by_id["m2"].commits
    again = sip.form_groups(edition, work_limit=20).grouping
    assert again is not None
    kept = {one.member_id: one for one in again.placements}
    for who in ("m0", "m1"):
        group = again.group_by_id[kept[who].group_id]
        assert group.place == proposals.loc[who, "place"]
        assert kept[who].theme == proposals.loc[who, "theme"]
    same = str(proposals.loc["m0", "group_id"]) == str(proposals.loc["m1", "group_id"])
    assert (kept["m0"].group_id == kept["m1"].group_id) or not same


def test_new_members_changed_answers_and_withdrawals(tmp_path: Path) -> None:
    with started(tmp_path / "s.db") as rounds:
        text = (
            "member_id,country,postcode,theme_1,latitude,longitude,together,withdrawn\n"
            "late,BE,1000,a,50.0,4.0,m1,\n"
            "m2,BE,1000,a,50.0,4.0,,\n"
            "m3,,,,,,,yes\n"
        )
        rounds.members(answers(tmp_path / "m.csv", text))
        edition = rounds.state().edition()
        assert [one.member_id for one in edition.members][-1] == "late"
        assert edition.member_by_id["late"].together == ("m1",)
        assert not edition.member_by_id["m3"].commits
        assert rounds.steps()[-1].counts == {"new": 1, "changed": 1, "withdrawn": 1}
        bad = answers(
            tmp_path / "bad.csv", "member_id,country,postcode,theme_1,together\nx,BE,1000,zz,no\n"
        )
        with pytest.raises(sip.InputError) as caught:
            rounds.members(bad)
        assert {one.code for one in caught.value.findings} == {"unknown-theme", "unknown-member"}
        assert len(rounds.steps()) == 2


def test_members_come_to_an_edition_whose_places_were_looked_up(tmp_path: Path) -> None:
    """With a postcode table of its own, which the members who come are located by too."""
    own = tmp_path / "own.csv"
    own.write_text("country,postcode,latitude,longitude\nBE,4020,50.62,5.61\n", "utf-8")
    edition = sip.load_edition(write_edition(tmp_path / "edition"), postcodes=own)
    with started(tmp_path / "s.db", edition) as rounds:
        rows = "x,BE,4020,support\ny,BE,5000,support\n"
        text = f"member_id,country,postcode,theme_1\n{rows}"
        said = rounds.members(answers(tmp_path / "m.csv", text))
        after = rounds.state().edition()
    assert said == ()
    for who in "abcdefghi":
        known = edition.member_by_id[who]
        assert after.position(after.member_by_id[who]) == edition.position(known)
    assert after.position(after.member_by_id["x"]) == (50.62, 5.61)
    assert after.position(after.member_by_id["y"])[0] == pytest.approx(50.46, abs=0.1)


def test_who_is_forgotten_is_in_no_byte_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with started(path) as rounds:
        rounds.propose()
        text = "member_id,answer,comment\nm4,accept,my secret remark\nm5,accept,another remark\n"
        rounds.answer(answers(tmp_path / "a.csv", text))
        before = rounds.state().edition().member_by_id["m4"]
        assert before.name == "Hidden Person4"
        rounds.forget("m4")
        state = rounds.state()
        member_now = state.edition().member_by_id["m4"]
        assert (member_now.name, member_now.email, dict(member_now.extra)) == (None, None, {})
        assert member_now.own_position != before.own_position
        assert state.accepted["m4"]["member_id"] == "m4"  # the answer stays under the id
        rounds.steps()  # every digest still holds
    raw = b"".join(file.read_bytes() for file in tmp_path.glob("s.db*"))
    for text in (
        "Hidden Person4",
        "p4@hidden.example",
        "+32 4",
        "my secret remark",
        str(before.latitude),
    ):
        assert text.encode() not in raw, text
    assert b"Hidden Person5" in raw
    assert b"another remark" in raw


def test_steps_are_never_changed(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    started(path).close()
    connection = sqlite3.connect(path)
    for statement in (
        "UPDATE step SET what = 'x'",
        "DELETE FROM step",
        "UPDATE personal SET data = '{}'",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    connection.executescript("DROP TRIGGER step_stays; UPDATE step SET counts = '{}';")
    connection.close()
    with Rounds.open(path) as rounds, pytest.raises(sip.InputError, match="store-altered"):
        rounds.steps()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda p: p.write_bytes(b"no database at all, whatever its name"), "store-damaged"),
        (lambda p: p.write_bytes(p.read_bytes()[:5000]), "store-damaged"),
        (lambda p: p.unlink(), "store-missing"),
        (lambda p: _execute(p, "UPDATE store SET version = version + 1"), "store-later"),
    ],
)
def test_a_store_that_cannot_be_used_is_named(spoil: object, code: str, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    started(path).close()
    assert callable(spoil)
    spoil(path)
    with pytest.raises(sip.InputError) as caught:
        Rounds.open(path)
    assert [one.code for one in caught.value.findings] == [code]


def _execute(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_one_writer_at_a_time_and_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with started(path) as rounds:
        script = (
            "import sys\nfrom sip_grouping.rounds import Rounds\nimport sip_grouping as sip\n"
            "try:\n    Rounds.open(sys.argv[1], wait=0.1)\n"
            "except sip.InputError as error:\n    print(error)\n    sys.exit(3)\n"
            "with Rounds.open(sys.argv[1], write=False) as seen:\n    print(len(seen.steps()))\n"
        )
        ran = subprocess.run(
            [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
        )
        assert ran.returncode == 3
        assert "process" in ran.stdout
        rounds.propose()
    ran = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0


def test_a_backup_is_the_store_as_it_was(tmp_path: Path) -> None:
    with started(tmp_path / "s.db") as rounds:
        rounds.propose()
        rounds.backup(tmp_path / "copy.db")
        with pytest.raises(sip.InputError, match="store-exists"):
            rounds.backup(tmp_path / "copy.db")
        digests = [one.digest for one in rounds.steps()]
    with Rounds.open(tmp_path / "copy.db") as copy:
        assert [one.digest for one in copy.steps()] == digests


def test_a_reserve_leaves_room_for_declines() -> None:
    edition = edition_of_six().replace(rounds={"reserve": 1})
    assert {with_reserve(edition).rules_of("a").local.size_min} == {3}
    result, grouping = first_grouping(edition, lambda one: sip.form_groups(one, work_limit=20))
    assert grouping is not None
    assert result.grouping is not None
    assert min(one.size for one in grouping.group_records) >= 3
    assert sip.verify(edition, grouping).ok


def test_the_season_by_command_line(tmp_path: Path, capsys: Capture) -> None:
    edition, store = tmp_path / "edition", tmp_path / "s.db"
    sip.save_edition(edition_of_six(), edition)
    at = ("--store", store)
    assert command(capsys, "round", "start", edition, *at, "--work-limit", "20").code == 0
    assert command(capsys, "round", "start", edition, *at).code == 2  # there is one already
    proposed = command(capsys, "round", "propose", *at, "--out", tmp_path / "p", "--json")
    assert json.loads(proposed.out)["counts"] == {"proposals": 6}
    assert (tmp_path / "p" / "proposals.csv").is_file()
    file = answers(tmp_path / "a.csv", "member_id,answer\nm0,accept\nm1,decline\n")
    assert command(capsys, "round", "answer", file, *at).code == 0
    bad = answers(tmp_path / "b.csv", "member_id,answer\nm9,accept\n")
    assert command(capsys, "round", "answer", bad, *at).code == 2
    told = json.loads(command(capsys, "round", "status", *at, "--json").out)["status"]
    assert (told["accepted"], told["declined"], told["silent"], told["standing"]) == (1, 1, 4, 1)
    assert command(capsys, "round", "forget", "m0", *at).code == 0
    history = json.loads(command(capsys, "round", "history", *at, "--json").out)["steps"]
    assert [one["what"] for one in history] == ["start", "propose", "answer", "forget"]
    assert command(capsys, "round", "export", *at, "--out", tmp_path / "out").code == 0
    assert command(capsys, "round", "backup", tmp_path / "copy.db", *at).code == 0
    assert sip.load_edition(tmp_path / "out" / "edition").pins[0].member_id == "m0"


def test_a_step_that_cannot_be_written_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with started(path) as rounds:
        before = [one.digest for one in rounds.steps()]
        connection = rounds._store._connection
        connection.execute(
            f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}"
        )
        with pytest.raises(sip.InputError, match="store-refused"):
            rounds._store.add("propose", 1, {}, {"proposals": ["x" * 1_000_000]})
        assert [one.digest for one in rounds.steps()] == before
    with Store.open(path) as again:
        assert [one.digest for one in again.steps()] == before
