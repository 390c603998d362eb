"""A dual certificate: a linear model of an edition with prices of its rows, from which a bound follows.

Comes in: columns, rows and prices from the engine, or a file. Goes out: `Certificate`, whole numbers only,
and its file. Ids of members and no names. docs/ledger.md says what the file holds and how it is checked.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, ValidationError

from sip_grouping.errors import InputError
from sip_grouping.files.decode import read_bytes
from sip_grouping.findings import Finding, finding
from sip_grouping.frozen import Frozen, FrozenTexts, Record

CERTIFICATE = "certificate.json.gz"
"""What the file is called in the folder of a ledger."""

Kind = Literal["groups", "placed", "present", "used", "holds", "plain", "again", "steps"]


class CertificateCell(NamedTuple):
    """A possible kind of group. `place` is empty for video, `language` and `slot` where any will do."""

    theme: str
    track: str
    place: str
    language: str
    slot: str


class CertificateColumn(NamedTuple):
    """One variable, a whole number from 0 to `upper`.

    Attributes
    ----------
    kind
        groups: groups opened in a cell. placed: copies of a class in a cell. present: groups of a cell in
        which there is somebody of some classes. used: whether a group meets at a place. holds: whether a
        member holds a role in a cell. plain: whether a member is in a cell without a role. again: pairs that
        were in a group of the edition before and share a group of a cell. steps: whether so many members of
        that group, at least, are in a cell.
    objective
        Thousandths of a point for each.
    value
        What it is in the grouping that the certificate is for.
    of
        groups: the cell. placed: class and cell. present: the cell, then the classes. used: the first cell
        of the place. holds: class, cell, role (0 moderator, 1 secretary), position of the member in the copy.
        plain: class, cell, position. again: the cell, the group of the edition before. steps: the same, and
        how many.
    """

    kind: Kind
    objective: int
    upper: int
    value: int
    of: tuple[int, ...]


class CertificateRow(NamedTuple):
    """One row: the sum of coefficients times columns is at most `limit`.

    Attributes
    ----------
    rule
        Which rule says so, and with ``-least`` or ``-most`` in which direction.
    price
        Its dual value times the certificate's denominator; not negative.
    columns, coefficients
        Of one length.
    """

    rule: str
    price: int
    limit: int
    columns: tuple[int, ...]
    coefficients: tuple[int, ...]


class Certificate(Record):
    """Why no valid grouping of an edition has a score above `bound`.

    Attributes
    ----------
    edition, parts
        Digest of the edition, with the pins of the grouping's call, and of each of its parts.
    denominator
        Prices are multiples of 1 / denominator thousandths of a point.
    bound, score
        Thousandths of a point: what the prices prove, and what the grouping has.
    classes
        Members who are alike for the model: copies, each of one member, or of those who belong together.
    before
        Groups of the edition before of which columns count who meets again: id and theme.
    """

    format: Literal["sip-grouping dual certificate"] = "sip-grouping dual certificate"
    version: Literal[1] = 1
    edition: str
    parts: FrozenTexts = Field(default_factory=Frozen)
    denominator: int = Field(gt=0)
    bound: int
    score: int
    classes: tuple[tuple[tuple[str, ...], ...], ...]
    before: tuple[tuple[str, str], ...] = ()
    cells: tuple[CertificateCell, ...]
    columns: tuple[CertificateColumn, ...] = Field(repr=False)
    rows: tuple[CertificateRow, ...] = Field(repr=False)

    def content(self) -> bytes:
        """Return the file: gzip of JSON with a line for each class, cell, column and row."""
        head = self.model_dump(mode="json", exclude={"classes", "cells", "columns", "rows"})
        parts = [json.dumps(head, ensure_ascii=False)[:-1]]
        tables: tuple[tuple[str, Iterable[Sequence[object]]], ...] = (
            ("classes", self.classes),
            ("cells", self.cells),
            ("columns", self.columns),
            ("rows", self.rows),
        )
        for name, lines in tables:
            told = ",\n".join(
                json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines
            )
            parts.append(f',\n"{name}": [\n{told}\n]')
        # Without a time in it: equal certificates are equal byte for byte.
        return gzip.compress(("".join(parts) + "}\n").encode(), mtime=0)


def load_certificate(path: Path | str) -> Certificate:
    """Read a certificate from its file. What it says is a claim: the verifier checks it.

    Raises
    ------
    InputError
        The file is missing or unreadable, or holds no certificate.
    """
    file = Path(path)
    content = read_bytes(file)
    if isinstance(content, Finding):
        raise InputError([content])
    try:
        return Certificate.model_validate_json(gzip.decompress(content), strict=True)
    except (OSError, EOFError, zlib.error):
        raise InputError([finding("no-certificate-file", file.name, variant="gzip")]) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(one) for one in first["loc"]) or "1"
        wrong = finding("no-certificate-file", file.name, where=where, reason=first["msg"])
        raise InputError([wrong]) from None
