"""What writing folders asks of the operating system: a lock between writers, and a swap in one step.

Comes in: paths. Goes out: a lock that is held or known not to be, a swap that is done or known to be
impossible. Where a system has neither, callers do without; `folder` says what that means.
"""

import contextlib
import ctypes
import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

_LONGEST_WAIT_S = 60.0
_WAIT_S = 0.01
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
_AT_FDCWD = -100
_SWAP = 2
"""RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS."""


class StillWritingError(TimeoutError):
    """Another process has held the lock of a folder for too long."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Hold the lock of a folder, which all writers below it ask for; it leaves nothing behind.

    Yields
    ------
    bool
        Whether it is held: not on Windows, nor where the file system locks no folders.

    Raises
    ------
    StillWritingError
        Another process has held it for a minute.
    """
    take = _take_lock()
    handle = None
    try:
        if take is not None and hasattr(os, "O_DIRECTORY"):
            with contextlib.suppress(OSError):  # a folder that may be written and not read
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        yield take is not None and handle is not None and _waited(take, handle)
    finally:
        if handle is not None:
            os.close(handle)  # the lock goes with it, also where the process is killed


def _waited(take: Callable[[int], None], handle: int) -> bool:
    deadline = time.monotonic() + _LONGEST_WAIT_S
    while True:
        try:
            take(handle)
        except BlockingIOError:
            if time.monotonic() > deadline:
                message = "another process is writing there and does not end"
                raise StillWritingError(errno.ETIMEDOUT, message) from None
            time.sleep(_WAIT_S)
        except OSError:
            return False
        else:
            return True


def waited_lock(file: IO[str], seconds: float) -> bool:
    """Lock an open file for as long as it is open, or until its process ends; wait for others.

    Returns
    -------
    bool
        False where another process still holds it. Where the system has no such locks: True.
    """
    take = _take_lock()
    deadline = time.monotonic() + seconds
    while take is not None:
        try:
            take(file.fileno())
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_WAIT_S)
        except OSError:
            return True
        else:
            return True
    return True


def _take_lock() -> Callable[[int], None] | None:
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        return None
    return lambda handle: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, so that there is no moment without either.

    Returns
    -------
    bool
        False where the system or the file system cannot; then nothing was done.

    Raises
    ------
    OSError
        It can, and was refused.
    """
    try:
        library = ctypes.CDLL(None, use_errno=True)
    except (OSError, TypeError):  # Windows
        return False
    first, second = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        failed = library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _SWAP)
    elif hasattr(library, "renamex_np"):
        failed = library.renamex_np(first, second, _SWAP)
    else:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(other))
