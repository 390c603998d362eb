"""One SQLite file that holds a running edition: steps that are only ever added, each with its digest.

Comes in: steps, with ids and answers in one part and personal data in another. Goes out: the steps again, in
their order. A step is written whole or not at all; the digest of each covers the one before it and
ids only, so that a person can be forgotten and the history still be checked. What a step means is
no affair of this module.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import socket
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sip_grouping.errors import InputError
from sip_grouping.files.system import waited_lock
from sip_grouping.findings import finding

VERSION = 1
"""Of the tables. A store of a later version is refused; one of an earlier is brought up to this one."""

_SCHEMA = """
CREATE TABLE store (version INTEGER NOT NULL, made TEXT NOT NULL) STRICT;
CREATE TABLE step (
    number INTEGER PRIMARY KEY,
    time TEXT NOT NULL,
    what TEXT NOT NULL,
    round INTEGER NOT NULL,
    counts TEXT NOT NULL,
    content TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT;
CREATE TABLE personal (
    step INTEGER NOT NULL REFERENCES step (number),
    member_id TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (step, member_id)
) STRICT;
CREATE TRIGGER step_stays BEFORE UPDATE ON step BEGIN SELECT RAISE(ABORT, 'a step is never changed'); END;
CREATE TRIGGER step_is_kept BEFORE DELETE ON step BEGIN SELECT RAISE(ABORT, 'a step is never removed'); END;
CREATE TRIGGER personal_stays BEFORE UPDATE ON personal
    BEGIN SELECT RAISE(ABORT, 'what was recorded is never changed'); END;
"""

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened.

    Attributes
    ----------
    number
        From 1, without a gap.
    time
        In ISO 8601, UTC, whole seconds.
    round
        The round in which it happened; 0 before the first.
    counts
        How many of what, for the history.
    content
        Ids and answers; no personal data.
    digest
        SHA-256 of the step before and of all of this one.
    """

    number: int
    time: str
    what: str
    round: int
    counts: Mapping[str, int]
    content: Content
    digest: str


class Store:
    """An open store; a context manager, which holds the right to write where that was asked for."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._held = contextlib.ExitStack()

    @classmethod
    def create(cls, path: Path, wait: float = 5.0) -> Self:
        """Make a store; the right to write is held until it is closed.

        Raises
        ------
        InputError
            There is a file already, or none can be made there.
        """
        held = _writer(path, wait)
        if path.exists():
            held.close()
            raise InputError([finding("store-exists", str(path))])
        made = cls(path, _connected(path))
        made._held = held
        try:
            made._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
            with made._connection:
                made._connection.executescript(f"BEGIN; {_SCHEMA}")
                made._connection.execute("INSERT INTO store VALUES (?, ?)", (VERSION, _now()))
        except sqlite3.Error as error:
            made.close()
            path.unlink(missing_ok=True)
            raise _refused(path, error) from None
        return made

    @classmethod
    def open(cls, path: Path, *, write: bool = False, wait: float = 5.0) -> Self:
        """Open a store.

        Parameters
        ----------
        wait
            Seconds to wait for another process that is writing.

        Raises
        ------
        InputError
            There is none, it is of a later version or damaged, or another process does not end its step.
        """
        if not path.is_file():
            raise InputError([finding("store-missing", str(path))])
        held = _writer(path, wait) if write else contextlib.ExitStack()
        opened = cls(path, _connected(path))
        opened._held = held
        try:
            version = opened._connection.execute("SELECT version FROM store").fetchone()[0]
            damaged = opened._connection.execute("PRAGMA quick_check").fetchone()[0]
            opened._connection.execute("PRAGMA synchronous = FULL")
        except (sqlite3.Error, TypeError) as error:
            opened.close()
            raise InputError([finding("store-damaged", str(path), reason=str(error))]) from None
        if damaged != "ok" or version > VERSION:
            opened.close()
            if version > VERSION:
                raise InputError(
                    [finding("store-later", str(path), version=version, known=VERSION)]
                )
            raise InputError([finding("store-damaged", str(path), reason=str(damaged))])
        return opened

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, and give up the right to write."""
        self._connection.close()
        self._held.close()

    def add(
        self,
        what: str,
        round_number: int,
        counts: Mapping[str, int],
        content: Content,
        personal: Mapping[str, Content] | None = None,
    ) -> Step:
        """Add a step, whole or not at all.

        Parameters
        ----------
        personal
            By member id: what can be forgotten. It is in no digest.

        Raises
        ------
        InputError
            The disk is full or cannot be written; the store is as it was.
        """
        last = self._connection.execute(
            "SELECT number, digest FROM step ORDER BY number DESC LIMIT 1"
        ).fetchone()
        number, before = (1, "") if last is None else (last[0] + 1, last[1])
        time, counted, told = _now(), _json(counts), _json(content)
        digest = _digest(before, number, time, what, round_number, counted, told)
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.execute(
                    "INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (number, time, what, round_number, counted, told, digest),
                )
                self._connection.executemany(
                    "INSERT INTO personal VALUES (?, ?, ?)",
                    [(number, who, _json(data)) for who, data in (personal or {}).items() if data],
                )
        except sqlite3.Error as error:
            raise _refused(self.path, error) from None
        return Step(number, time, what, round_number, counts, content, digest)

    def steps(self) -> Iterator[Step]:
        """Yield all steps in their order, each digest checked.

        Raises
        ------
        InputError
            A step is not what was recorded.
        """
        before = ""
        rows = self._connection.execute("SELECT * FROM step ORDER BY number")
        for expected, row in enumerate(rows, start=1):
            number, time, what, round_number, counts, content, digest = row
            told = _digest(before, number, time, what, round_number, counts, content)
            if number != expected or told != digest:
                raise InputError([finding("store-altered", str(self.path), number)])
            before = digest
            yield Step(
                number, time, what, round_number, json.loads(counts), json.loads(content), digest
            )

    def personal(self) -> dict[int, dict[str, Content]]:
        """Return what was recorded of persons, by step and member id."""
        found: dict[int, dict[str, Content]] = {}
        for step, who, data in self._connection.execute("SELECT * FROM personal ORDER BY step"):
            found.setdefault(step, {})[who] = json.loads(data)
        return found

    def forget(self, member_id: str) -> int:
        """Erase the personal data of a member for good: from free pages and the log too.

        Returns
        -------
        int
            In how many steps there was something to erase.

        Raises
        ------
        InputError
            The file cannot be written.
        """
        try:
            self._connection.execute("PRAGMA secure_delete = ON")
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                erased = self._connection.execute(
                    "DELETE FROM personal WHERE member_id = ?", (member_id,)
                ).rowcount
            # What is deleted stands in the log and in kept pages until both are written anew.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise _refused(self.path, error) from None
        return erased

    def backup(self, path: Path) -> None:
        """Copy the store as it is between two steps, while others may be using it.

        Raises
        ------
        InputError
            There is a file already, or the disk refuses; then there is none.
        """
        if path.exists():
            raise InputError([finding("store-exists", str(path))])
        new = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with contextlib.closing(sqlite3.connect(new)) as copy:
                self._connection.backup(copy)
            new.replace(path)
        except (sqlite3.Error, OSError) as error:
            new.unlink(missing_ok=True)
            raise _refused(path, error) from None


def _connected(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=30.0)
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error as error:
        raise _refused(path, error) from None
    return connection


def _writer(path: Path, wait: float) -> contextlib.ExitStack:
    """Take the right to write, or say who has it. It ends with the process, however that ends."""
    held = contextlib.ExitStack()
    lock = path.with_name(f"{path.name}.lock")
    try:
        file = held.enter_context(lock.open("a+", encoding="utf-8"))
    except OSError as error:
        raise _refused(path, error) from None
    if not waited_lock(file, wait):
        file.seek(0)
        holder = file.read().strip() or "?"
        held.close()
        raise InputError([finding("store-busy", str(path), holder=holder)])
    file.seek(0)
    file.truncate()
    file.write(f"process {os.getpid()} on {socket.gethostname()}, since {_now()}")
    file.flush()
    return held


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _json(content: Content) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(before: str, *parts: object) -> str:
    told = json.dumps([before, *parts], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _refused(path: Path, error: Exception) -> InputError:
    return InputError([finding("store-refused", str(path), reason=str(error))])
