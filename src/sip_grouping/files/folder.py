"""Folders, and single files, written whole or not at all.

Comes in: file names and their bytes. Goes out: a folder that holds just these files, or an
`OutputError` and a disk as it was. Files are written to a folder beside the target, which then takes
the target's place in one step; writers wait for each other. So there is the old or the new folder at
every moment, whoever is killed when, and what the killed leave beside it goes with the next run.

Where the system cannot swap two folders (Windows, some network disks) an old folder is moved aside
first: killed just then, a process leaves the old folder beside its place, and the next run puts it
back. Where there is no lock (the same systems), leftovers are removed once they are a day old.
"""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from sip_grouping.errors import InputError, OutputError
from sip_grouping.files.system import StillWritingError, exchange, locked
from sip_grouping.findings import Finding, finding

_T = TypeVar("_T")
_DAY_S = 86_400
_LOOKS = 20


def check_output(folder: Path | str, *, force: bool, known_files: Container[str]) -> None:
    """Refuse an output folder before any work is done for it; leftovers of the killed are removed.

    Raises
    ------
    OutputError
        It exists, is not empty and `force` is not given; it holds files that are not `known_files`; it
        is a file; its parent does not exist or cannot be written.
    """
    try:
        target = _resolved(folder)
        if _leftovers(target, known_files):
            with locked(target.parent) as alone:
                _settle(target, known_files, alone=alone)
        problem = _problem(target, force=force, known_files=known_files)
    except OSError as error:
        problem = _refused(str(folder), error)
    _raise(problem, folder)


def check_new_file(path: Path | str, *, force: bool) -> None:
    """Refuse a single file before any work is done for it, as `write_file` would; nothing is changed.

    Raises
    ------
    OutputError
        As for `write_file`.
    """
    _raise(_problem_of_file(_resolved(path), force=force), path)


def read_whole(path: Path | str, wanted: str, read: Callable[[Path], _T]) -> _T:
    """Return what `read` makes of a folder that writers may replace meanwhile: one state of it.

    A folder that was replaced while it was read is read again; see `existing_folder` for `wanted`.

    Raises
    ------
    InputError
        As `existing_folder` and `read` do.
    """
    folder = Path(path)
    for look in range(_LOOKS):
        before = _state_of(folder)
        try:
            found = read(existing_folder(path, wanted))
        except InputError:
            # Where folders cannot be swapped, one that is missing may be on its way: look again.
            if before == _state_of(folder) and (look or before is not None):
                raise
        else:
            if before == _state_of(folder):
                return found
        with contextlib.suppress(OSError, ValueError), locked(folder.parent):
            pass  # whoever is writing has ended
    return read(existing_folder(path, wanted))


def _state_of(folder: Path) -> tuple[int, ...] | None:
    """Return what tells a folder from the one that was, or will be, in its place; None without one."""
    try:
        found = folder.stat()
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns)


def existing_folder(path: Path | str, wanted: str) -> Path:
    """Return a path that must be a folder.

    Parameters
    ----------
    wanted
        What it should hold, for the remedy: ``grouping``, else an edition.

    Raises
    ------
    InputError
        It does not exist, is a file, or cannot be looked at.
    """
    folder = Path(path)
    try:
        if folder.is_dir():
            return folder
        code, reason = ("not-a-folder" if folder.exists() else "folder-missing"), None
    except OSError as error:
        code, reason = "unreadable-folder", _reason(error)
    raise InputError([finding(code, str(folder), variant=wanted, reason=reason)])


def _resolved(folder: Path | str) -> Path:
    """Return the real folder: `.` has a name then, and a link is replaced where it points to."""
    try:
        return Path(folder).resolve()
    except (ValueError, RuntimeError) as error:  # a null character; links that go round
        raise OSError(0, str(error)) from error


def write_folder(
    folder: Path | str,
    files: Mapping[str, bytes] | Iterable[tuple[str, bytes]],
    *,
    force: bool,
    known_files: Container[str],
) -> None:
    """Write a folder with these files, whole or not at all.

    Parameters
    ----------
    files
        Content by name; or pairs, each made when its turn comes, so that not all are in memory at once.
        What making them raises is raised, and nothing was changed then.

    Raises
    ------
    OutputError
        As for `check_output`, or the disk refused; then nothing was changed.
    """
    check_output(folder, force=force, known_files=known_files)
    try:
        target = _resolved(folder)
        with locked(target.parent) as alone:
            # Another writer may have been there while this one waited.
            _settle(target, known_files, alone=alone)
            _raise(_problem(target, force=force, known_files=known_files), folder)
            new = _beside(target)
            try:
                _make(new)
                for name, content in files.items() if isinstance(files, Mapping) else files:
                    _write(new / name, content)
                _sync_folder(new)
                _take_place(new, target)
                _sync_folder(target.parent)
            finally:
                _remove(new)
    except OSError as error:
        raise OutputError([_refused(str(folder), error)]) from error


def write_file(path: Path | str, content: bytes, *, force: bool) -> None:
    """Write a single file, whole or not at all.

    Raises
    ------
    OutputError
        It exists and `force` is not given; its folder does not exist or cannot be written; the disk
        refused. Nothing was changed.
    """
    with new_file(path, force=force) as new:
        _write(new, content)


@contextlib.contextmanager
def new_file(path: Path | str, *, force: bool) -> Iterator[Path]:
    """Give a path to write a single file at; it takes its place when the context ends, or nothing is left.

    Raises
    ------
    OutputError
        As for `write_file`; also for what the context was refused by the system.
    """
    try:
        target = _resolved(path)
        with locked(target.parent) as alone:
            _raise(_problem_of_file(target, force=force), path)
            for left in _leftover_files(target) if alone else ():
                left.unlink()
            new = _beside(target)
            try:
                yield new
                with new.open("rb+") as file:
                    os.fsync(file.fileno())
                new.replace(target)
                _sync_folder(target.parent)
            finally:
                for made in (new, *(new.with_name(new.name + end) for end in _OF_SQLITE)):
                    made.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError([_refused(str(path), error, variant="file")]) from error


@contextlib.contextmanager
def new_folder(folder: Path | str) -> Iterator[Path]:
    """Give a folder to fill; it takes its place when the context ends, or nothing is left.

    Raises
    ------
    OutputError
        As for `check_output`, without `force`; also for what the context was refused by the system.
    """
    check_output(folder, force=False, known_files=())
    try:
        target = _resolved(folder)
        with locked(target.parent) as alone:
            _settle(target, (), alone=alone)
            _raise(_problem(target, force=False, known_files=()), folder)
            new = _beside(target, _ANY)
            try:
                _make(new)
                yield new
                _sync_folder(new)
                _take_place(new, target)
                _sync_folder(target.parent)
            finally:
                _remove(new)
    except OSError as error:
        raise OutputError([_refused(str(folder), error)]) from error


def _leftover_files(target: Path) -> list[Path]:
    """Return what writers of this file that were killed left beside it."""
    return [
        path
        for path in target.parent.iterdir()
        if _left_by_a_writer(target).fullmatch(path.name) and path.is_file()
    ]


def _left_by_a_writer(target: Path) -> re.Pattern[str]:
    ends = "|".join(_OF_SQLITE)
    return re.compile(rf"\.{re.escape(target.name)}-(old-|{_ANY})?[0-9a-f]{{32}}({ends})?")


_ANY = "new-"
"""In the name of a folder that is being filled with whatever goes into it."""
_OF_SQLITE = ("-journal", "-wal", "-shm")
"""Ends of the names of what SQLite writes beside a file of its own."""


def _beside(target: Path, mark: str = "") -> Path:
    return target.with_name(f".{target.name}-{mark}{uuid4().hex}")


def _leftovers(target: Path, known_files: Container[str]) -> list[Path]:
    """Return folders that writers of this target left beside it, and that hold nothing else."""
    name = _left_by_a_writer(target)
    try:
        beside = [path for path in target.parent.iterdir() if name.fullmatch(path.name)]
        return [
            path
            for path in sorted(beside)
            if path.is_dir()
            and not path.is_symlink()
            and (path.name.startswith(f".{target.name}-{_ANY}") or not _foreign(path, known_files))
        ]
    except OSError:  # a folder above that cannot be listed has its own finding, or none
        return []


def _settle(target: Path, known_files: Container[str], *, alone: bool) -> None:
    """Put back a folder that was moved aside and not replaced, and remove what the killed left.

    Parameters
    ----------
    alone
        Whether the lock is held, so that nobody else is writing; without it only what is a day old is
        called left.
    """
    for path in _leftovers(target, known_files):
        if not alone and time.time() - path.stat().st_mtime < _DAY_S:
            continue
        if path.name.startswith(f".{target.name}-old-") and not target.exists():
            _move(path, target)
        else:
            _remove(path)


def _make(folder: Path) -> None:
    folder.mkdir()


def _move(folder: Path, goal: Path) -> None:
    folder.rename(goal)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    """Let a rename in a folder reach the disk, where the system can be asked for that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):  # some file systems refuse; the files themselves are safe
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _take_place(new: Path, target: Path) -> None:
    """Give `new` the target's place; an old target is at `new` then, or gone.

    Without a swap the old target is moved aside, and comes back if anything fails.
    """
    if not target.exists():
        _move(new, target)
        return
    if exchange(new, target):
        return
    old = _beside(target, "old-")
    _move(target, old)
    try:
        _move(new, target)
    except BaseException:
        _move(old, target)
        raise
    _remove(old)


def _foreign(folder: Path, known_files: Container[str]) -> list[str]:
    """Return what a folder holds besides known files, and known folders, whose names end in a slash."""
    kinds = ((path, f"{path.name}/" if path.is_dir() else path.name) for path in folder.iterdir())
    return sorted(path.name for path, name in kinds if name not in known_files or not path.exists())


def _raise(problem: Finding | None, place: Path | str) -> None:
    if problem is not None:
        raise OutputError([replace(problem, file=str(place))])


def _problem(target: Path, *, force: bool, known_files: Container[str]) -> Finding | None:
    parent = target.parent
    if target.exists() and not target.is_dir():
        return finding("output-is-file")
    if target.exists():
        if not force and any(target.iterdir()):
            return finding("output-exists", variant="new" if known_files == () else "")
        other = _foreign(target, known_files)
        if other:
            return finding("output-not-ours", value=", ".join(other[:5]))
    return _problem_above(parent)


def _problem_of_file(target: Path, *, force: bool) -> Finding | None:
    exists = target.exists() and not force
    return finding("output-exists", variant="file") if exists else _problem_above(target.parent)


def _problem_above(parent: Path) -> Finding | None:
    if not parent.is_dir():
        return finding("output-parent-missing", parent=str(parent))
    if not os.access(parent, os.W_OK | os.X_OK):
        return finding("output-not-writable", variant="above", parent=str(parent))
    return None


def _refused(place: str, error: OSError, variant: str = "") -> Finding:
    if isinstance(error, StillWritingError):
        return finding("output-not-writable", place, variant="busy")
    return finding("output-not-writable", place, variant=variant, reason=_reason(error))


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
