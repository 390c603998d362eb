"""The SQLite file below a store: its tables and their versions, and what may be wrong with it.

Comes in: paths. Goes out: connections to stores that are whole, and `InputError` for everything that SQLite
refuses. What the tables hold is no affair of this module.
"""

import contextlib
import errno
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from sip_grouping.errors import InputError
from sip_grouping.findings import finding

VERSION = 2
"""Of the tables. A store of a later version is refused; one of an earlier is brought up to this one."""

_PERSONAL_STAYS = """
CREATE TRIGGER personal_stays BEFORE UPDATE ON personal
    BEGIN SELECT RAISE(ABORT, 'what was recorded is never changed'); END
"""

SCHEMA = (
    "CREATE TABLE store (version INTEGER NOT NULL, made TEXT NOT NULL) STRICT",
    """
    CREATE TABLE step (
        number INTEGER PRIMARY KEY,
        time TEXT NOT NULL,
        what TEXT NOT NULL,
        round INTEGER NOT NULL,
        counts TEXT NOT NULL,
        content TEXT NOT NULL,
        digest TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE personal (
        step INTEGER NOT NULL REFERENCES step (number),
        member_id TEXT NOT NULL,
        data TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (step, member_id)
    ) STRICT
    """,
    """
    CREATE TRIGGER step_stays BEFORE UPDATE ON step
        BEGIN SELECT RAISE(ABORT, 'a step is never changed'); END
    """,
    """
    CREATE TRIGGER step_is_kept BEFORE DELETE ON step
        BEGIN SELECT RAISE(ABORT, 'a step is never removed'); END
    """,
    _PERSONAL_STAYS,
)
"""Statements that make the tables of this version."""

MIGRATIONS: Mapping[int, tuple[str, ...]] = {
    # A digest of its own per row of personal data, so that damage is seen there too.
    1: (
        "DROP TRIGGER personal_stays",
        "ALTER TABLE personal ADD COLUMN digest TEXT NOT NULL DEFAULT ''",
        "UPDATE personal SET digest = digest_of(step, member_id, data)",
        _PERSONAL_STAYS,
    ),
}
"""By version: statements that bring the tables up to the next one."""

_BUSY_S = 30.0
_REFUSALS = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises; texts that are no UTF-8 end as either."""
_BESIDE = ("", "-wal", "-journal")


def digest_of(*parts: object) -> str:
    """Return the SHA-256 of texts and numbers, in hex."""
    told = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def refuse_existing(path: Path) -> None:
    """Refuse a path at which there is a file, or beside which lies what SQLite would take as part of it.

    Raises
    ------
    InputError
        There is one.
    """
    for suffix in _BESIDE:
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            raise InputError([finding("store-exists", str(beside))])


def connected(path: Path, options: str = "mode=rw") -> sqlite3.Connection:
    """Return a connection to a file; what is deleted through it is overwritten.

    Parameters
    ----------
    options
        Those of an SQLite URI: by default no file is made where there is none.

    Raises
    ------
    InputError
        The file cannot be opened.
    """
    with named(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{options}",
            uri=True,
            isolation_level=None,
            timeout=_BUSY_S,
        )
        connection.create_function("digest_of", -1, digest_of, deterministic=True)
        for pragma in (
            "foreign_keys = ON",
            "trusted_schema = OFF",
            "secure_delete = ON",
            "temp_store = MEMORY",  # copies that are made on the way are on no disk
        ):
            connection.execute(f"PRAGMA {pragma}")
    return connection


def readable(path: Path) -> sqlite3.Connection:
    """Return a connection to a store that is whole, of this version or an earlier one.

    Where nothing can be written, not even the index of the log, the file is read as it is, unless it has a
    log.

    Raises
    ------
    InputError
        It cannot be read, is damaged, of a later version, or no store at all.
    """
    connection = connected(path)
    try:
        _checked(path, connection)
    except _REFUSALS as error:
        connection.close()
        log = path.with_name(f"{path.name}-wal")
        if _kind(error) not in _NOT_WRITABLE or (log.exists() and log.stat().st_size):
            raise refusal(path, error) from None
        connection = connected(path, "mode=ro&immutable=1")
        with _closed_on_error(connection), named(path):
            _checked(path, connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _checked(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse what is no store, or damaged, or of a later version; SQLite's other errors are raised."""
    try:
        row = connection.execute("SELECT version FROM store").fetchone()
    except sqlite3.Error as error:
        if _kind(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
            raise InputError([finding("store-damaged", str(path), variant="foreign")]) from None
        raise
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if row is None or found is None or found[0] != "ok" or not isinstance(row[0], int):
        raise InputError([finding("store-damaged", str(path), reason="integrity_check")])
    if row[0] > VERSION:
        raise InputError([finding("store-later", str(path), version=row[0], known=VERSION)])


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of the tables."""
    return int(connection.execute("SELECT version FROM store").fetchone()[0])


def make_tables(connection: sqlite3.Connection, made: str) -> None:
    """Make the tables of this version; `made` is a time."""
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute("INSERT INTO store VALUES (?, ?)", (VERSION, made))


def bring_up(connection: sqlite3.Connection) -> None:
    """Bring the tables up to this version, in one transaction; whoever calls has the right to write."""
    with transaction(connection):
        for version in range(version_of(connection), VERSION):
            for statement in MIGRATIONS[version]:
                connection.execute(statement)
        connection.execute("UPDATE store SET version = ?", (VERSION,))


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """Do what the context does wholly, or not at all."""
    with connection:
        connection.execute(f"BEGIN {kind}")
        yield


_NOT_WRITABLE = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)


@contextlib.contextmanager
def named(path: Path) -> Iterator[None]:
    """Say what SQLite refuses of a file, and what can be done."""
    try:
        yield
    except _REFUSALS as error:
        raise refusal(path, error) from None


def refusal(path: Path, error: Exception) -> InputError:
    """Return the error for what SQLite or the system refused of a store.

    Its text is not shown where it may quote what is stored.
    """
    if isinstance(error, OSError):
        kind = _OF_SYSTEM.get(error.errno or 0, sqlite3.SQLITE_IOERR)
        reason = error.strerror or type(error).__name__
    else:
        kind, reason = _kind(error), str(error)
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        told = finding("store-busy", str(path), variant="elsewhere")
    elif kind == sqlite3.SQLITE_FULL:
        told = finding("store-refused", str(path), variant="full")
    elif kind == sqlite3.SQLITE_IOERR:
        told = finding("store-refused", str(path), reason=reason)
    elif kind in _NOT_WRITABLE:
        told = finding("store-refused", str(path), variant="denied")
    else:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        told = finding("store-damaged", str(path), reason=name)
    return InputError([told])


_OF_SYSTEM = {
    errno.ENOSPC: sqlite3.SQLITE_FULL,
    errno.EDQUOT: sqlite3.SQLITE_FULL,
    errno.EROFS: sqlite3.SQLITE_READONLY,
    errno.EACCES: sqlite3.SQLITE_READONLY,
    errno.EPERM: sqlite3.SQLITE_READONLY,
    errno.ENOENT: sqlite3.SQLITE_CANTOPEN,
    errno.ENOTDIR: sqlite3.SQLITE_CANTOPEN,
}


def _kind(error: Exception) -> int:
    """Return the primary code of an error of SQLite; 0 where it has none."""
    code = getattr(error, "sqlite_errorcode", 0)
    return int(code) & 0xFF
