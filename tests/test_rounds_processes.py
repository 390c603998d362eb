"""Several processes at one store: writers wait, readers see whole steps, the killed hold nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_case import command, write_edition
from how_many import cases
from test_rounds import started

import sip_grouping as sip
from sip_grouping.rounds import Rounds

WRITERS, STEPS = cases(4, 8), 4
WRITE = """
import sys
from pathlib import Path
from sip_grouping.rounds import Rounds
store, folder, number, steps = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
for step in range(steps):
    file = folder / f"{number}.csv"
    file.write_text(f"member_id,answer,comment\\nm{step},accept,said {number}-{step}\\n", "utf-8")
    with Rounds.open(store, wait=60) as rounds:
        rounds.answer(file)
"""
HOLD = """
import sys
from sip_grouping.rounds import Rounds
with Rounds.open(sys.argv[1]) as rounds:
    rounds._store._connection.execute("BEGIN IMMEDIATE")
    rounds._store._connection.execute("DELETE FROM personal")
    print("held", flush=True)
    sys.stdin.read()
"""


def test_several_writers_and_a_reader_get_along(tmp_path: Path) -> None:
    path, files = tmp_path / "s.db", tmp_path / "files"
    files.mkdir()
    with started(path) as rounds:
        rounds.propose()
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE, path, files, str(number), str(STEPS)])
        for number in range(WRITERS)
    ]
    seen, looks = 2, 0
    while any(one.poll() is None for one in writers):
        with Rounds.open(path, write=False) as rounds:
            there = len(rounds.steps())  # each checked against its digest
            assert rounds.status()["members"] == 6
            if looks % 10 == 0:
                rounds.export(tmp_path / f"out-{looks}")
                rounds.backup(tmp_path / f"copy-{looks}.db")
                with Rounds.open(tmp_path / f"copy-{looks}.db", write=False) as copy:
                    assert len(copy.steps()) >= there
                assert len(sip.load_edition(tmp_path / f"out-{looks}" / "edition").members) == 6
        assert there >= seen
        seen, looks = there, looks + 1
    assert [one.returncode for one in writers] == [0] * WRITERS
    with Rounds.open(path) as rounds:
        steps, personal = rounds._store.recorded()
    assert len(steps) == 2 + WRITERS * STEPS
    said = {
        data["comment"] for some in personal.values() for data in some.values() if "comment" in data
    }
    assert said == {f"said {number}-{step}" for number in range(WRITERS) for step in range(STEPS)}


def test_of_several_that_start_one_store_one_does(tmp_path: Path) -> None:
    edition = sip.load_edition(write_edition(tmp_path / "edition"))
    with started(tmp_path / "first.db", edition) as rounds:
        rounds.export(tmp_path / "given")
    given = [tmp_path / "given" / "edition", "--grouping", tmp_path / "given" / "grouping"]
    words = ["round", "start", *given, "--store", tmp_path / "s.db", "--wait", "60", "--json"]
    starting = [
        subprocess.Popen(
            [sys.executable, "-m", "sip_grouping", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(3)
    ]
    said = [json.loads(one.communicate()[0]) for one in starting]
    assert sorted(one["exit_code"] for one in said) == [0, 2, 2]
    refused = [one["findings"][0]["code"] for one in said if one["exit_code"] == 2]
    assert refused == ["store-exists"] * 2
    with Rounds.open(tmp_path / "s.db", wait=0) as rounds:
        assert [one.what for one in rounds.steps()] == ["start"]
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"edition", "first.db", "first.db.lock", "given", "s.db", "s.db.lock"}


def test_who_is_killed_holds_nothing_and_has_done_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.db"
    with started(path) as rounds:
        meant = rounds.state()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with Rounds.open(path, write=False) as rounds:
            assert rounds.state() == meant  # what is not committed is not there
        busy = command(capsys, "round", "propose", "--store", path, "--wait", "0.1", "--json")
        assert busy.code == 2
        assert f"process {holder.pid} on" in busy.err
        holder.kill()
    done = command(capsys, "round", "propose", "--store", path, "--wait", "0", "--json")
    assert done.code == 0
    with Rounds.open(path, write=False) as rounds:
        assert rounds.state().personal == meant.personal
