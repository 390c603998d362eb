"""The store of a running edition: a full disk, a folder that takes no writing, damage, earlier versions."""

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_case import Ran, command
from test_rounds import answers, edition_of_six, started

import sip_grouping as sip
from sip_grouping.catalogue import Language
from sip_grouping.rounds import Rounds, database
from sip_grouping.rounds.database import MIGRATIONS
from sip_grouping.rounds.proposals import PROPOSALS
from sip_grouping.rounds.store import Store

resource = pytest.importorskip("resource", reason="Windows limits no files")

Capture = pytest.CaptureFixture[str]
LANGUAGES: tuple[Language, ...] = ("nl", "fr", "en")
PERSON = "Hidden Person"


@pytest.fixture
def season(tmp_path: Path) -> Path:
    """Return a store with a round that is half answered, and nothing beside it."""
    path = tmp_path / "s.db"
    with started(path) as rounds:
        rounds.propose()
        text = "member_id,answer,comment\nm0,accept,a remark\nm1,decline,another\n"
        rounds.answer(answers(tmp_path / "a.csv", text))
    return path


def digests(path: Path) -> list[str]:
    with Store.open(path) as store:
        return [one.digest for one in store.steps()]


def told_of(ran: Ran, codes: str, name: str) -> None:
    """Check that a command ended with an error that names the file, and says what to do."""
    assert ran.code == 2, ran.err
    findings = ran.json["findings"]
    assert isinstance(findings, list)
    assert [one["code"] in codes for one in findings] == [True], findings
    assert Path(findings[0]["file"]).name == name
    assert findings[0]["remedy"]
    assert "Traceback" not in ran.err
    assert PERSON not in ran.err


def test_damage_is_named_and_changes_nothing(season: Path, capsys: Capture) -> None:
    whole = season.read_bytes()
    with Rounds.open(season, write=False) as rounds:
        meant = rounds.state()
    found = set()
    for seed in range(200):
        choices = random.Random(seed)
        spoilt = bytearray(whole)
        length, at = choices.choice([1, 8, 64, 512, 4096]), choices.randrange(len(whole))
        spoilt[at : at + length] = choices.randbytes(min(length, len(whole) - at))
        for beside in season.parent.glob("s.db*"):
            beside.unlink()
        season.write_bytes(spoilt)
        try:
            with Rounds.open(season, write=False) as rounds:
                assert rounds.state() == meant, seed  # only bytes that mean nothing were hit
        except sip.InputError as error:
            (finding,) = error.findings
            found.add(finding.code)
            for language in LANGUAGES:
                said = finding.record(language)
                assert said["remedy"], seed
                assert PERSON not in str(said)
            assert season.read_bytes() == spoilt, seed
            if seed % 10 == 0:
                ran = command(capsys, "round", "status", "--store", season, "--json")
                told_of(ran, finding.code, season.name)
    assert found == {"store-damaged", "store-altered"}


DAMAGED = "store-damaged store-altered"
SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "no database": lambda _: b"member_id;answer\n" * 400,
    "cut": lambda whole: whole[: len(whole) // 2],
    "cut inside a page": lambda whole: whole[:-1000],
    "cut inside the header": lambda whole: whole[:50],
    "nothing but zeros": lambda whole: bytes(len(whole)),
}
STEPS: tuple[tuple[str, ...], ...] = (
    ("propose",), ("answer", "a.csv"), ("members", "m.csv"), ("forget", "m0"), ("status",),
    ("history",), ("export", "--out", "out"), ("backup", "copy.db"),
)  # fmt: skip


def given(folder: Path, step: tuple[str, ...]) -> list[str | Path]:
    answers(folder / "a.csv", "member_id,answer\nm2,accept\n")
    answers(folder / "m.csv", "member_id,withdrawn\nm3,yes\n")
    return [folder / one if "." in one or one == "out" else one for one in step]


@pytest.mark.parametrize("how", SPOILT)
def test_a_file_that_is_no_store_is_named_by_every_step(
    how: str, season: Path, capsys: Capture
) -> None:
    season.write_bytes(SPOILT[how](season.read_bytes()))
    spoilt = season.read_bytes()
    for number, step in enumerate(STEPS):
        arguments = given(season.parent, step)
        language = LANGUAGES[number % 3]
        told_of(
            command(capsys, "round", *arguments, "--store", season, "--json", "--lang", language),
            DAMAGED,
            season.name,
        )
        assert season.read_bytes() == spoilt
        assert not (season.parent / "out").exists()
        assert not (season.parent / "copy.db").exists()


def test_another_database_is_no_store(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.executescript("CREATE TABLE mine (x); INSERT INTO mine VALUES (1);")
    before = path.read_bytes()
    told_of(
        command(capsys, "round", "propose", "--store", path, "--json"), "store-damaged", path.name
    )
    assert path.read_bytes() == before


def test_a_store_of_a_later_version_is_left_alone(season: Path, capsys: Capture) -> None:
    with contextlib.closing(sqlite3.connect(season)) as later:
        later.execute("UPDATE store SET version = version + 7")
        later.commit()
    before = season.read_bytes()
    for step in STEPS:
        ran = command(capsys, "round", *given(season.parent, step), "--store", season, "--json")
        told_of(ran, "store-later", season.name)
    assert season.read_bytes() == before


def as_version_one(path: Path) -> None:
    """Make a store as the first version of this program wrote it: no digests of personal data."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as store:
        store.executescript(
            "DROP TRIGGER personal_stays; ALTER TABLE personal DROP COLUMN digest;"
            "CREATE TRIGGER personal_stays BEFORE UPDATE ON personal"
            " BEGIN SELECT RAISE(ABORT, 'what was recorded is never changed'); END;"
            "UPDATE store SET version = 1;"
        )


@pytest.mark.parametrize("write", [False, True])
def test_a_store_of_an_earlier_version_is_brought_up(*, write: bool, season: Path) -> None:
    with Rounds.open(season, write=False) as rounds:
        meant, steps = rounds.state(), rounds.steps()
    as_version_one(season)
    with Rounds.open(season, write=write) as rounds:
        assert (rounds.state(), rounds.steps()) == (meant, steps)
    with Rounds.open(season) as rounds:
        rounds.propose()
        rounds.forget("m0")
        assert "m0" not in rounds.state().personal
    with contextlib.closing(sqlite3.connect(season)) as plain:
        assert plain.execute("SELECT version FROM store").fetchone() == (database.VERSION,)
        with pytest.raises(sqlite3.IntegrityError):
            plain.execute("UPDATE personal SET data = '{}'")


def test_versions_are_brought_up_one_after_the_other(
    season: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_version_one(season)
    steps = digests_of_any(season)
    further = {
        2: ("ALTER TABLE step ADD COLUMN made_up TEXT",),
        3: ("UPDATE absent SET made_up = 1",),
    }
    monkeypatch.setattr(database, "MIGRATIONS", {**MIGRATIONS, **further})
    monkeypatch.setattr(database, "VERSION", 4)
    monkeypatch.setattr("sip_grouping.rounds.store.VERSION", 4)
    before = season.read_bytes()
    with pytest.raises(sip.InputError, match="store-damaged"):
        Rounds.open(season)
    assert versions(season) == (1, ["step", "member_id", "data"])  # all of the way or none of it
    assert len(season.read_bytes()) == len(before)
    further[3] = ("CREATE TABLE absent (made_up INTEGER) STRICT",)
    monkeypatch.setattr(database, "MIGRATIONS", {**MIGRATIONS, **further})
    with Rounds.open(season) as rounds:
        assert [one.digest for one in rounds.steps()] == steps
    assert versions(season) == (4, ["step", "member_id", "data", "digest"])


def digests_of_any(path: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as store:
        return [row[0] for row in store.execute("SELECT digest FROM step ORDER BY number")]


def versions(path: Path) -> tuple[int, list[str]]:
    with contextlib.closing(sqlite3.connect(path)) as store:
        columns = [row[1] for row in store.execute("PRAGMA table_info(personal)")]
        return store.execute("SELECT version FROM store").fetchone()[0], columns


@contextlib.contextmanager
def files_of_at_most(room: int) -> Iterator[None]:
    """Let this process make no file larger than `room` bytes, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("step", [one for one in STEPS if one[0] not in {"status", "history"}])
def test_a_step_that_finds_no_room_leaves_all_as_it_was(
    step: tuple[str, ...], season: Path, capsys: Capture
) -> None:
    before, there = digests(season), {path.name for path in season.parent.iterdir()}
    arguments = given(season.parent, step)
    there |= {"a.csv", "m.csv", "s.db.lock"}
    with files_of_at_most(512):
        ran = command(capsys, "round", *arguments, "--store", season, "--json")
    assert ran.code == 2, ran
    assert "Traceback" not in ran.err
    assert ran.json["findings"]
    assert digests(season) == before
    assert {path.name for path in season.parent.iterdir()} == there


@contextlib.contextmanager
def mounted(folder: Path, *how: str) -> Iterator[Path]:
    """Give a file system of its own, where this process may mount one."""
    folder.mkdir()
    done = subprocess.run(["mount", *how, str(folder)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


needs_mount = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None,
    reason="only root of Linux may mount file systems",
)


@needs_mount
def test_a_disk_that_runs_full_under_a_season(tmp_path: Path, capsys: Capture) -> None:
    edition = tmp_path / "edition"
    sip.save_edition(edition_of_six(), edition)
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=160k", "tmpfs") as disk:
        store = disk / "s.db"
        at = ("--store", store, "--json")
        assert command(capsys, "round", "start", edition, *at, "--work-limit", "20").code == 0
        assert command(capsys, "round", "propose", *at).code == 0
        recorded, full = 2, False
        while not full and recorded < 30:
            text = f"member_id,answer,comment\nm{recorded % 6},accept,{'long ' * 2000}\n"
            file = answers(tmp_path / "a.csv", text)
            ran = command(capsys, "round", "answer", file, *at)
            if ran.code:
                told_of(ran, "store-refused", "s.db")
                full = True
            else:
                recorded += 1
        assert full, "the disk never ran full"
        (disk / "filling").write_bytes(b"")
        with contextlib.suppress(OSError), (disk / "filling").open("wb") as filling:
            while True:
                filling.write(bytes(512))
                filling.flush()
        for look in ("status", "history"):
            assert command(capsys, "round", look, *at).code == 0  # what is there can be read
        for words in ("propose --out p", "forget m1", "export --out out", "backup copy.db"):
            step = [disk / one if one in {"p", "out", "copy.db"} else one for one in words.split()]
            told = command(capsys, "round", *step, *at)
            assert (told.code, "Traceback" in told.err) == (2, False), words
        assert {path.name for path in disk.iterdir()} <= {
            "s.db", "s.db.lock", "s.db-wal", "s.db-shm", "filling",
        }  # fmt: skip
        (disk / "filling").unlink()
        assert len(digests(store)) == recorded
        assert command(capsys, "round", "export", *at, "--out", tmp_path / "out").code == 0
    with mounted(tmp_path / "tiny", "-t", "tmpfs", "-o", "size=16k", "tmpfs") as tiny:
        ran = command(
            capsys, "round", "start", edition, "--store", tiny / "s.db", "--json",
            "--work-limit", "20",
        )  # fmt: skip
        told_of(ran, "store-refused", "s.db")
        assert {path.name for path in tiny.iterdir()} <= {"s.db.lock"}


@needs_mount
def test_a_folder_that_takes_no_writing(season: Path, tmp_path: Path, capsys: Capture) -> None:
    folder, edition = tmp_path / "source", tmp_path / "edition"
    folder.mkdir()
    sip.save_edition(edition_of_six(), edition)
    season.rename(folder / "s.db")
    for _ in ("copy", "fresh"):
        with mounted(tmp_path / "fixed", "--bind", "-o", "ro", str(folder)) as fixed:
            store = fixed / "s.db"
            for step in STEPS:
                arguments = given(tmp_path, step)
                ran = command(capsys, "round", *arguments, "--store", store, "--json")
                if step[0] in {"status", "history", "export", "backup"}:
                    assert ran.code == 0, ran  # looking changes nothing
                else:
                    told_of(ran, "store-refused", "s.db")
            start = ("round", "start", edition, "--work-limit", "20", "--json")
            told_of(command(capsys, *start, "--store", fixed / "n.db"), "store-refused", "n.db")
            for language in LANGUAGES:
                ran = command(capsys, "round", "propose", "--store", store, "--lang", language)
                assert "s.db" in ran.err
                assert ran.code == 2
        (tmp_path / "fixed").rmdir()
        shutil.rmtree(tmp_path / "out")
        (tmp_path / "copy.db").rename(folder / "s.db")  # a backup, that has never been written to


def test_what_the_killed_left_is_no_store_and_goes_with_the_next_start(tmp_path: Path) -> None:
    left = tmp_path / f".s.db-{'0' * 32}"
    for name in (left.name, f"{left.name}-journal"):
        (tmp_path / name).write_bytes(b"half of a store")
    started(tmp_path / "s.db").close()
    assert {path.name for path in tmp_path.iterdir()} == {"s.db", "s.db.lock"}


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_a_log_of_another_store_is_never_taken_for_part_of_a_new_one(
    end: str, season: Path
) -> None:
    log = season.with_name(f"copy.db{end}")
    log.write_bytes(b"of a store that was removed")
    with Rounds.open(season) as rounds, pytest.raises(sip.InputError, match="store-exists"):
        rounds.backup(season.with_name("copy.db"))
    with pytest.raises(sip.InputError, match="store-exists"):
        started(season.with_name("copy.db"))


def test_no_round_is_opened_whose_proposals_cannot_be_written(season: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("of somebody", "utf-8")
    before = digests(season)
    with Rounds.open(season) as rounds:
        for out in (tmp_path / "taken", tmp_path / "no" / "such" / "folder"):
            with pytest.raises(sip.OutputError):
                rounds.propose(out)
        assert [one.digest for one in rounds.steps()] == before
        proposals = rounds.propose(tmp_path / "p")
        rounds.export(tmp_path / "out")
    written = (tmp_path / "p" / PROPOSALS).read_bytes()
    assert written.count(b"\n") == len(proposals) + 1
    assert (tmp_path / "out" / PROPOSALS).read_bytes() == written  # the open round, once more


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edition_of_several_groups_per_member_is_refused(
    language: Language, tmp_path: Path, capsys: Capture
) -> None:
    """Whoever accepts one of two groups would have accepted, and left, both."""
    of_two = edition_of_six().with_rules(groups_per_member=2)
    sip.save_edition(of_two, tmp_path / "edition")
    at = ("--store", tmp_path / "s.db", "--json", "--lang", language)
    ran = command(capsys, "round", "start", tmp_path / "edition", *at)
    told_of(ran, "several-groups", "edition.toml")
    assert "groups_per_member = 1" in ran.out
    grouping = sip.form_groups(of_two, work_limit=20).grouping
    assert grouping is not None
    with pytest.raises(sip.InputError, match="several-groups"):
        Rounds.start(tmp_path / "s.db", of_two, grouping)
    assert not (tmp_path / "s.db").exists()
