"""Old or new at every moment: killed writers, writers at once with a reader, and what is left behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sip_grouping.errors import InputError, OutputError
from sip_grouping.files import folder
from sip_grouping.files.folder import check_output, read_whole, write_folder
from sip_grouping.files.system import exchange, locked

NAMES = ("one.txt", "two.txt")
OLD = dict.fromkeys(NAMES, b"old")
NEW = dict.fromkeys(NAMES, b"new")


def write(target: Path, files: dict[str, bytes], *, force: bool = True) -> None:
    write_folder(target, files, force=force, known_files=NAMES)


def state_of(target: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in target.iterdir()}


def beside(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir() if path != target)


# The steps of a write in their order, and how often each is done. A writer is killed before the n-th
# and after it; without a swap it has steps of its own.
STEPS = {"_make": 1, "_write": 2, "_sync_folder": 2, "_take_place": 1, "exchange": 1, "_remove": 1}
STEPS_WITHOUT_SWAP = {"_make": 1, "_write": 2, "_take_place": 1, "_move": 2, "_remove": 2}

KILLED = """
import os, signal, sys
from pathlib import Path
from sip_grouping.files import folder
step, count, when, swap, target = sys.argv[1:]
if swap == "no":
    folder.exchange = lambda *_: False
original, calls = getattr(folder, step), []
def killed(*arguments):
    calls.append(1)
    if len(calls) == int(count) and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = original(*arguments)
    if len(calls) == int(count):
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
setattr(folder, step, killed)
names = ("one.txt", "two.txt")
folder.write_folder(Path(target), dict.fromkeys(names, b"new"), force=True, known_files=names)
"""


def kill_at(step: str, count: int, when: str, target: Path, *, swap: bool) -> None:
    arguments = [step, str(count), when, "yes" if swap else "no", str(target)]
    run = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False)
    assert run.returncode == -9, f"{step} {count} {when}: not reached"


MOMENTS = [
    (step, number, when)
    for step, times in STEPS.items()
    for number in range(1, times + 1)
    for when in ("before", "after")
]


@pytest.mark.skipif(sys.platform != "linux", reason="swaps by renameat2")
@pytest.mark.parametrize("existing", ["an old folder", "nothing"])
def test_a_killed_writer_leaves_the_old_or_the_new(existing: str, tmp_path: Path) -> None:
    for step, number, when in MOMENTS:
        target = tmp_path / f"{step}-{number}-{when}" / "groups"
        target.parent.mkdir()
        if existing == "nothing":
            if step == "exchange":
                continue  # there is nothing to swap with
        else:
            write(target, OLD)
        kill_at(step, number, when, target, swap=True)
        if existing == "nothing":
            assert not target.exists() or state_of(target) == NEW, (step, number, when)
        else:
            assert state_of(target) in (OLD, NEW), (step, number, when)
        check_output(target, force=True, known_files=NAMES)
        assert beside(target) == [], (step, number, when)
        write(target, NEW)
        assert state_of(target) == NEW
        assert beside(target) == []


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_without_a_swap_the_next_run_puts_back_what_was_moved_aside(tmp_path: Path) -> None:
    absent = []
    for step, times in STEPS_WITHOUT_SWAP.items():
        for number in range(1, times + 1):
            for when in ("before", "after"):
                target = tmp_path / f"{step}-{number}-{when}" / "groups"
                target.parent.mkdir()
                write(target, OLD)
                kill_at(step, number, when, target, swap=False)
                if not target.exists():
                    absent.append((step, number, when))
                check_output(target, force=True, known_files=NAMES)
                assert state_of(target) in (OLD, NEW), (step, number, when)
                assert beside(target) == [], (step, number, when)
    assert absent == [("_move", 1, "after"), ("_move", 2, "before")]


WRITER = """
import sys
from pathlib import Path
from sip_grouping.files.folder import write_folder
target, word, times = Path(sys.argv[1]), sys.argv[2].encode(), int(sys.argv[3])
names = ("one.txt", "two.txt")
for _ in range(times):
    write_folder(target, dict.fromkeys(names, word), force=True, known_files=names)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="swaps by renameat2")
def test_two_writers_and_a_reader_see_whole_folders_only(tmp_path: Path) -> None:
    target = tmp_path / "groups"
    write(target, OLD)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(target), word, "60"], stderr=subprocess.PIPE
        )
        for word in ("left", "right")
    ]
    seen: set[tuple[bytes, ...]] = set()
    looks = 0
    while any(writer.poll() is None for writer in writers):
        found = read_whole(
            target, "", lambda path: tuple((path / one).read_bytes() for one in NAMES)
        )
        seen.add(found)
        looks += 1
    for writer in writers:
        _, errors = writer.communicate()
        assert writer.returncode == 0, errors
    whole = {(word, word) for word in (b"old", b"left", b"right")}
    assert seen <= whole
    assert looks > 10
    assert beside(target) == []


def test_an_empty_folder_may_be_there(tmp_path: Path) -> None:
    target = tmp_path / "groups"
    target.mkdir()
    check_output(target, force=False, known_files=NAMES)
    write(target, NEW, force=False)
    assert state_of(target) == NEW
    with pytest.raises(OutputError) as caught:
        write(target, OLD, force=False)
    assert [one.code for one in caught.value.findings] == ["output-exists"]
    assert state_of(target) == NEW
    assert beside(target) == []


def test_leftovers_are_removed_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "groups"
    hexadecimal = "0123456789abcdef" * 2
    left = [tmp_path / f".groups-{hexadecimal}", tmp_path / f".groups-old-{hexadecimal}"]
    kept = [
        tmp_path / f".groups-{hexadecimal[1:]}",
        tmp_path / f".others-{hexadecimal}",
        tmp_path / f"groups-{hexadecimal}",
        tmp_path / f".groups-{hexadecimal[::-1]}",
    ]
    write(target, OLD)
    for path in (*left, *kept):
        path.mkdir()
        (path / "one.txt").write_bytes(b"left")
    (kept[-1] / "precious.txt").write_bytes(b"precious")
    write(target, NEW)
    assert beside(target) == sorted(path.name for path in kept)
    assert state_of(target) == NEW


@pytest.mark.parametrize("age_days", [0.0, 2.0])
def test_without_a_lock_only_old_leftovers_are_removed(
    age_days: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sip_grouping.files.system._take_lock", lambda: None)
    target = tmp_path / "groups"
    left = tmp_path / f".groups-{'0' * 32}"
    left.mkdir()
    then = time.time() - age_days * 86_400
    os.utime(left, (then, then))
    write(target, NEW)
    assert left.exists() is (age_days < 1)
    assert state_of(target) == NEW


def test_a_folder_replaced_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    target = tmp_path / "groups"
    write(target, OLD)
    looks: list[bytes] = []

    def read(path: Path) -> tuple[bytes, bytes]:
        first = (path / "one.txt").read_bytes()
        if not looks:
            write(target, NEW)
        looks.append(first)
        return first, (path / "two.txt").read_bytes()

    assert read_whole(target, "", read) == (b"new", b"new")
    assert looks == [b"old", b"new"]


def test_a_folder_that_was_being_replaced_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where folders cannot be swapped there is a moment without one; its writer holds the lock."""
    target = tmp_path / "groups"
    waited: list[Path] = []

    def lock(parent: Path) -> object:
        if not target.exists():
            waited.append(parent)
            target.mkdir()
            (target / "one.txt").write_bytes(b"new")
        return locked(parent)

    monkeypatch.setattr(folder, "locked", lock)
    assert read_whole(target, "", lambda path: (path / "one.txt").read_bytes()) == b"new"
    assert waited == [tmp_path]


def test_a_mistake_of_a_folder_at_rest_is_told_at_once(tmp_path: Path) -> None:
    looks: list[Path] = []

    def read(path: Path) -> None:
        looks.append(path)
        raise InputError([])

    with pytest.raises(InputError):
        read_whole(tmp_path, "", read)
    assert looks == [tmp_path]
    with pytest.raises(InputError) as caught:
        read_whole(tmp_path / "none", "", read)
    assert [one.code for one in caught.value.findings] == ["folder-missing"]


def test_a_writer_that_never_ends_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sip_grouping.files.system._LONGEST_WAIT_S", 0.0)
    with locked(tmp_path) as alone:
        if not alone:
            pytest.skip("no locks here")
        with pytest.raises(OutputError) as caught:
            write(tmp_path / "groups", NEW)
    assert [one.code for one in caught.value.findings] == ["output-not-writable"]
    assert "another process" in caught.value.findings[0].message
    assert not (tmp_path / "groups").exists()
    write(tmp_path / "groups", NEW)


@pytest.mark.parametrize("swap", [exchange, lambda *_: False])
def test_replacing_works_with_and_without_a_swap(
    swap: Callable[[Path, Path], bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "exchange", swap)
    target = tmp_path / "groups"
    for files in (OLD, NEW, OLD):
        write(target, files)
        assert state_of(target) == files
        assert beside(target) == []


def test_files_may_be_made_one_by_one_and_what_fails_then_changes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "groups"
    write(target, OLD)

    def made(until: int) -> Iterator[tuple[str, bytes]]:
        for number, (name, content) in enumerate(NEW.items()):
            if number == until:
                raise ValueError(name)
            yield name, content

    with pytest.raises(ValueError, match="txt"):
        write_folder(target, made(1), force=True, known_files=NAMES)
    assert state_of(target) == OLD
    assert beside(target) == []
    write_folder(target, made(9), force=True, known_files=NAMES)
    assert state_of(target) == NEW
