"""One SQLite file that holds a running edition: steps that are only ever added, each with its digest.

Comes in: steps, with ids and answers in one part and personal data in another. Goes out: the steps again, in
their order. A step is written whole or not at all; the digest of each covers the one before it and
ids only, so that a person can be forgotten and the history still be checked. What a step means is
no affair of this module.
"""

import contextlib
import datetime as dt
import json
import os
import socket
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sip_grouping.errors import InputError
from sip_grouping.files.folder import new_file
from sip_grouping.files.system import waited_lock
from sip_grouping.findings import finding
from sip_grouping.rounds.database import (
    VERSION,
    bring_up,
    connected,
    digest_of,
    make_tables,
    named,
    readable,
    refusal,
    refuse_existing,
    transaction,
    version_of,
)

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

    def __init__(
        self, path: Path, connection: sqlite3.Connection, held: contextlib.ExitStack
    ) -> None:
        self.path = path
        self._connection = connection
        self._held = held
        self._known: list[Step] = []
        """Steps that were read and checked: they never change, so that a command reads each once."""

    @classmethod
    def create(
        cls,
        path: Path,
        what: str,
        counts: Mapping[str, int],
        content: Content,
        personal: Mapping[str, Content] | None = None,
        *,
        wait: float = 5.0,
    ) -> Self:
        """Make a store with its first step, whole or not at all, and hold the right to write.

        Raises
        ------
        InputError
            There is a file already, or none can be made there.
        """
        refuse_existing(path)
        with contextlib.ExitStack() as held:
            held.enter_context(_writer(path, wait))
            refuse_existing(path)
            with (
                new_file(path, force=False) as new,
                contextlib.closing(connected(new, "mode=rwc")) as connection,
                named(path),
            ):
                # What is killed here leaves a file that is no store yet: it needs no journal.
                connection.execute("PRAGMA journal_mode = OFF")
                with transaction(connection):
                    make_tables(connection, _now())
                    _insert(connection, what, 0, counts, content, personal)
            return cls(path, _writable(path), held.pop_all())

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
        if write:
            with contextlib.ExitStack() as held:
                held.enter_context(_writer(path, wait))
                return cls(path, _writable(path), held.pop_all())
        connection = readable(path)
        if version_of(connection) < VERSION:
            connection.close()
            cls.open(path, write=True, wait=wait).close()  # brings it up
            connection = readable(path)
        return cls(path, connection, contextlib.ExitStack())

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
        with named(self.path), transaction(self._connection):
            return _insert(self._connection, what, round_number, counts, content, personal)

    def steps(self) -> list[Step]:
        """Return all steps in their order, each digest checked.

        Raises
        ------
        InputError
            A step is not what was recorded.
        """
        with named(self.path):
            rows = self._connection.execute(_NEW_STEPS, (len(self._known),)).fetchall()
        return self._checked(rows)

    def recorded(self) -> tuple[list[Step], dict[int, dict[str, Content]]]:
        """Return all steps, and what was recorded of persons by step and member id, as of one moment.

        Raises
        ------
        InputError
            Something is not what was recorded.
        """
        with named(self.path), transaction(self._connection, "DEFERRED"):
            rows = self._connection.execute(_NEW_STEPS, (len(self._known),)).fetchall()
            persons = self._connection.execute(
                "SELECT step, member_id, data, digest FROM personal ORDER BY step, member_id"
            ).fetchall()
        found: dict[int, dict[str, Content]] = {}
        for step, who, data, digest in persons:
            if digest != digest_of(step, who, data):
                raise InputError([finding("store-altered", str(self.path), step)])
            found.setdefault(step, {})[who] = json.loads(data)
        return self._checked(rows), found

    def _checked(self, rows: Sequence[tuple[Any, ...]]) -> list[Step]:
        """Return the steps that are known and those of further rows, the digests of these checked."""
        for row in rows:
            number, time, what, round_number, counts, content, digest = row
            before = self._known[-1].digest if self._known else ""
            told = digest_of(before, number, time, what, round_number, counts, content)
            if number != len(self._known) + 1 or told != digest:
                raise InputError([finding("store-altered", str(self.path), number)])
            parts = (json.loads(counts), json.loads(content))
            self._known.append(Step(number, time, what, round_number, *parts, digest))
        return list(self._known)

    def forget(self, member_id: str, what: str, round_number: int, content: Content) -> Step:
        """Add a step that erases the personal data of a member for good: from free pages and the log too.

        The step and the erasing are recorded together. If the process is killed before the file is wiped,
        whoever next opens it to write wipes it.

        Raises
        ------
        InputError
            The file cannot be written and is as it was; or it is recorded, and another process reads for so
            long that the file cannot be wiped yet.
        """
        with named(self.path), transaction(self._connection):
            step = _insert(self._connection, what, round_number, {"members": 1}, content, None)
            self._connection.execute("DELETE FROM personal WHERE member_id = ?", (member_id,))
            self._connection.execute(f"PRAGMA user_version = {_TO_WIPE}")
        if not _wiped(self.path, self._connection):
            raise InputError([finding("store-read", str(self.path))])
        return step

    def backup(self, path: Path) -> None:
        """Copy the store as it is between two steps, while others may be using it.

        Raises
        ------
        InputError
            There is a file already, or the disk refuses, or the store is damaged; then there is none.
        """
        refuse_existing(path)
        self.recorded()  # no copy of what cannot be used
        with new_file(path, force=False) as new, named(path):
            # Not page by page: what free pages and the log hold is no part of it.
            self._connection.execute("VACUUM INTO ?", (new.absolute().as_uri(),))


_NEW_STEPS = """
SELECT number, time, what, round, counts, content, digest FROM step WHERE number > ? ORDER BY number
"""
_TO_WIPE = 1
"""As user_version: something was deleted that may still stand in free pages or the log."""


def _writable(path: Path) -> sqlite3.Connection:
    """Return a connection for whoever has the right to write: this version, a log, nothing left to wipe."""
    connection = readable(path)
    try:
        with named(path):
            # Where a reader holds a store that has no log yet, this step goes without: just as safe.
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            if version_of(connection) < VERSION:
                bring_up(connection)
            owed = connection.execute("PRAGMA user_version").fetchone()[0]
        if owed:
            _wiped(path, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _wiped(path: Path, connection: sqlite3.Connection) -> bool:
    """Write the file anew without what was deleted, and empty the log; False where a reader keeps it."""
    with named(path):
        connection.execute("VACUUM")
        if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            return False
        connection.execute("PRAGMA user_version = 0")
    return True


def _insert(
    connection: sqlite3.Connection,
    what: str,
    round_number: int,
    counts: Mapping[str, int],
    content: Content,
    personal: Mapping[str, Content] | None,
) -> Step:
    """Add a step inside a transaction."""
    last = connection.execute(
        "SELECT number, digest FROM step ORDER BY number DESC LIMIT 1"
    ).fetchone()
    number, before = (1, "") if last is None else (last[0] + 1, last[1])
    time, counted, told = _now(), _json(counts), _json(content)
    digest = digest_of(before, number, time, what, round_number, counted, told)
    connection.execute(
        "INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, time, what, round_number, counted, told, digest),
    )
    persons = {who: _json(data) for who, data in (personal or {}).items() if data}
    connection.executemany(
        "INSERT INTO personal VALUES (?, ?, ?, ?)",
        [(number, who, data, digest_of(number, who, data)) for who, data in persons.items()],
    )
    return Step(number, time, what, round_number, counts, content, digest)


@contextlib.contextmanager
def _writer(path: Path, wait: float) -> Iterator[None]:
    """Hold the right to write, or say who has it. It ends with the process, however that ends."""
    try:
        file = path.with_name(f"{path.name}.lock").open("a+", encoding="utf-8", errors="replace")
    except OSError as error:
        raise refusal(path, error) from None
    with file:
        if not waited_lock(file, wait):
            file.seek(0)
            holder = file.read().strip() or "?"
            raise InputError([finding("store-busy", str(path), holder=holder)])
        with contextlib.suppress(OSError):  # a full disk takes the lock, if not who has it
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}, since {_now()}")
            file.flush()
        yield


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _json(content: Content) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
