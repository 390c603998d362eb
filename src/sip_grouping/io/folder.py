"""Folders written whole or not at all.

Comes in: file names and their bytes. Goes out: a folder that holds just these files, or an
`OutputError` and a disk as it was. Files are written to a folder beside the target, which then takes
the target's name; an existing folder is moved aside and comes back if anything fails.
"""

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from uuid import uuid4

from sip_grouping.errors import Finding, OutputError


def check_output(folder: Path | str, *, force: bool, known_files: Collection[str]) -> None:
    """Refuse an output folder before any work is done for it.

    Raises
    ------
    OutputError
        It exists and `force` is not given; it holds files that are not `known_files`; it is a file;
        its parent does not exist or cannot be written.
    """
    target = Path(folder)
    problem = _problem(target, force=force, known_files=known_files)
    if problem is not None:
        raise OutputError([problem])


def write_folder(
    folder: Path | str, files: Mapping[str, bytes], *, force: bool, known_files: Collection[str]
) -> None:
    """Write a folder with these files, whole or not at all.

    Raises
    ------
    OutputError
        As for `check_output`, or the disk refused; then nothing was changed.
    """
    target = Path(folder)
    check_output(target, force=force, known_files=known_files)
    try:
        new = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise OutputError([_refused(target, error)]) from error
    try:
        for name, content in files.items():
            _write(new / name, content)
        new.chmod(0o755)
        _take_place(new, target)
    except OSError as error:
        raise OutputError([_refused(target, error)]) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


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
    place = str(target)
    parent = target.absolute().parent
    if target.is_symlink() or target.is_file():
        return Finding(
            "output-is-file", "a file is where the folder should be", "give another folder", place
        )
    if target.exists():
        if not force:
            return Finding(
                "output-exists",
                "the output folder exists already",
                "give another folder, or --force to replace it",
                place,
            )
        other = sorted(path.name for path in target.iterdir() if path.name not in known_files)
        if other:
            return Finding(
                "output-not-ours",
                "the output folder holds other files, so it is not replaced",
                "give another folder, or move those files away",
                place,
                value=", ".join(other[:5]),
            )
    if not parent.is_dir():
        return Finding(
            "output-parent-missing",
            "the folder above it does not exist",
            f"make {parent} first",
            place,
        )
    if not os.access(parent, os.W_OK | os.X_OK):
        return Finding(
            "output-not-writable",
            "the folder above it cannot be written",
            f"allow writing to {parent}, or give another folder",
            place,
        )
    return None


def _refused(target: Path, error: OSError) -> Finding:
    reason = error.strerror or type(error).__name__
    return Finding(
        "output-not-writable",
        f"the folder could not be written ({reason}); nothing was changed",
        "make room or allow writing, or give another folder",
        str(target),
    )
