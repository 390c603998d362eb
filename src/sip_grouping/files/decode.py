"""The bytes of a text file as text, whatever program saved it.

Comes in: bytes. Goes out: `Decoded`: text and the encoding it was taken for, or a finding. UTF-8 and
UTF-16 say what they are; anything else is taken for Windows-1252, which whoever reads the cells has to say.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from sip_grouping.findings import Finding, finding

WINDOWS = "windows-1252"

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF8_LETTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_KINDS = {b"PK\x03\x04": "workbook", b"\xd0\xcf\x11\xe0": "old-workbook", b"%PDF": "pdf"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding that gave it: utf-8, utf-16 or windows-1252."""

    text: str
    encoding: str


def read_bytes(path: Path) -> bytes | Finding:
    """Return the bytes of a file, or why it cannot be read."""
    if path.is_dir():
        return finding("not-a-file", path.name)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return finding("file-missing", path.name, name=path.name)
    except OSError as error:
        return finding("unreadable-file", path.name, reason=error.strerror or type(error).__name__)


def decoded(content: bytes, file: str) -> Decoded | Finding:
    """Return the text of a file, a byte-order mark removed, or why it is none."""
    kind = _KINDS.get(content[:4])
    if kind is not None:
        return finding("not-text-file", file, variant=kind)
    found = _decoded(content, file)
    if isinstance(found, Decoded) and "\0" in found.text:
        line = found.text[: found.text.index("\0")].count("\n") + 1
        return finding("not-utf8", file, variant="null", line=line)
    return found


def _decoded(content: bytes, file: str) -> Decoded | Finding:
    if content.startswith(_UTF16):
        try:
            return Decoded(content.decode("utf-16"), "utf-16")
        except UnicodeDecodeError:
            return finding("not-utf8", file, variant="utf16")
    try:
        return Decoded(content.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        if _UTF8_LETTER.search(content):
            # Two encodings in one file: whichever is taken, names and ids are spoilt.
            return finding("not-utf8", file, variant="mixed", line=line)
    try:
        return Decoded(content.decode(WINDOWS), WINDOWS)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return finding("not-utf8", file, line=line)
