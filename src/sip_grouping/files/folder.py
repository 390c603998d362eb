"""Folders written whole or not at all.

Comes in: file names and their bytes. Goes out: a folder that holds just these files, or an
`OutputError` and a disk as it was. Files are written to a folder beside the target, which then takes
the target's name; an existing folder is moved aside and comes back if anything fails.
"""

import contextlib
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from sip_grouping.errors import Finding, InputError, OutputError


def check_output(folder: Path | str, *, force: bool, known_files: Collection[str]) -> None:
    """Refuse an output folder before any work is done for it.

    Raises
    ------
    OutputError
        It exists and `force` is not given; it holds files that are not `known_files`; it is a file;
        its parent does not exist or cannot be written.
    """
    try:
        problem = _problem(_resolved(folder), force=force, known_files=known_files)
    except OSError as error:
        problem = _refused(str(folder), error)
    if problem is not None:
        raise OutputError([replace(problem, file=str(folder))])


def existing_folder(path: Path | str, remedy: str) -> Path:
    """Return a path that must be a folder.

    Raises
    ------
    InputError
        It does not exist, is a file, or cannot be looked at.
    """
    folder = Path(path)
    try:
        if folder.is_dir():
            return folder
        problem = (
            ("not-a-folder", "a file is where the folder should be")
            if folder.exists()
            else ("folder-missing", "there is no such folder")
        )
    except OSError as error:
        problem = ("unreadable-folder", f"the folder cannot be read ({error.strerror})")
    raise InputError([Finding(*problem, remedy, str(folder))])


def _resolved(folder: Path | str) -> Path:
    """Return the real folder: `.` has a name then, and a link is replaced where it points to."""
    try:
        return Path(folder).resolve()
    except (ValueError, RuntimeError) as error:  # a null character; links that go round
        raise OSError(0, str(error)) from error


def write_folder(
    folder: Path | str, files: Mapping[str, bytes], *, force: bool, known_files: Collection[str]
) -> None:
    """Write a folder with these files, whole or not at all.

    Raises
    ------
    OutputError
        As for `check_output`, or the disk refused; then nothing was changed.
    """
    check_output(folder, force=force, known_files=known_files)
    try:
        target = _resolved(folder)
        new = target.with_name(f".{target.name}-{uuid4().hex}")
        try:
            new.mkdir()
            for name, content in files.items():
                _write(new / name, content)
            _take_place(new, target)
            _sync_folder(target.parent)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    except OSError as error:
        raise OutputError([_refused(str(folder), error)]) from error


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
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _take_place(new: Path, target: Path) -> None:
    """Give `new` the target's name; an old target comes back if that fails."""
    if not target.exists():
        new.rename(target)
        return
    old = target.with_name(f".{target.name}-old-{uuid4().hex}")
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _problem(target: Path, *, force: bool, known_files: Collection[str]) -> Finding | None:
    parent = target.parent
    if target.exists() and not target.is_dir():
        return Finding(
            "output-is-file", "a file is where the folder should be", "give another folder"
        )
    if target.exists():
        if not force:
            return Finding(
                "output-exists",
                "the output folder exists already",
                "give another folder, or --force to replace it",
            )
        other = sorted(
            path.name
            for path in target.iterdir()
            if path.name not in known_files or not path.is_file()
        )
        if other:
            return Finding(
                "output-not-ours",
                "the output folder holds other files, so it is not replaced",
                "give another folder, or move those files away",
                value=", ".join(other[:5]),
            )
    if not parent.is_dir():
        return Finding(
            "output-parent-missing",
            "the folder above it does not exist",
            f"make {parent} first",
        )
    if not os.access(parent, os.W_OK | os.X_OK):
        return Finding(
            "output-not-writable",
            "the folder above it cannot be written",
            f"allow writing to {parent}, or give another folder",
        )
    return None


def _refused(place: str, error: OSError) -> Finding:
    reason = error.strerror or type(error).__name__
    return Finding(
        "output-not-writable",
        f"the folder could not be written ({reason}); nothing was changed",
        "make room or allow writing, or give another folder",
        place,
    )
