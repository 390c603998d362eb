"""A letter as an e-mail that waits to be sent, and a table for a mail program. Nothing is ever sent.

Comes in: letters, their addressees. Goes out: bytes of an .eml file, which mail programs open as a draft,
and of mail-merge.csv. No text can add a header: each is on one line, and the library refuses what is not.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from hashlib import sha256

from sip_grouping.files.tables import csv_bytes
from sip_grouping.report.letters.meetings import CANCELLED
from sip_grouping.report.letters.told import MemberFacts, Seat
from sip_grouping.text import one_line

_ADDRESS = re.compile(r"[^\s@<>()\[\]\",:;\\]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_LONGEST_NAME, _LONGEST_SUBJECT = 120, 240
_BETWEEN_GROUPS = " / "


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with everything that its files are made of. `stem`: their name without its end."""

    stem: str
    name: str
    email: str
    subject: str
    text: str
    html: str


def is_usable_address(text: str) -> bool:
    """Return whether a mail can go to an address as it is written."""
    local = text.partition("@")[0]
    dots = local.startswith(".") or local.endswith(".") or ".." in text
    return text.isascii() and not dots and _ADDRESS.fullmatch(text) is not None


def address_of(text: str) -> Address | None:
    """Return the address in ``Name <name@example.org>`` or ``name@example.org``; None: there is none."""
    name, address = parseaddr(one_line(text))
    return _address(name, address) if is_usable_address(address) else None


def eml_bytes(letter: Letter, sender: Address | None) -> bytes:
    """Return a letter as an e-mail: text and HTML, to its addressee where the address can be used.

    The same letter gives the same bytes. Date and, where no sender is given, From are for the program
    that sends it.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.subject[:_LONGEST_SUBJECT]
    if sender is not None:
        message["From"] = sender
    if is_usable_address(letter.email):
        message["To"] = _address(letter.name, letter.email)
    message["X-Unsent"] = "1"  # Outlook then opens it as a draft.
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    digest = sha256(f"{letter.text}\0{letter.html}".encode("utf-8", "surrogatepass")).hexdigest()
    message.set_boundary(f"=_{digest[:40]}")
    return message.as_bytes()


def _address(name: str, address: str) -> Address:
    return Address(display_name=one_line(name)[:_LONGEST_NAME], addr_spec=address)


MERGE_COLUMNS = (
    "member_id", "language", "name", "email", "status", "subject", "group_id", "theme", "choice", "role",
    "settled", "changed", "place", "distance", "slot", "group_language", "size", "moderator", "others",
    "others_hidden", "reason", "reason_text", "what_helps", "explained", "meetings", "file",
)  # fmt: skip


def merge_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """Return mail-merge.csv: one row per member, texts in its language; see `merge_row`.

    With byte-order mark and semicolons: so do spreadsheets in Belgium and France open it as it is meant.
    """
    return b"\xef\xbb\xbf" + csv_bytes(MERGE_COLUMNS, rows, ";")


def merge_row(facts: MemberFacts, letter: Letter) -> Sequence[object]:
    """Return the cells of a member in the order of `MERGE_COLUMNS`."""
    seats, why = facts.seats, facts.reason

    def told(values: Iterable[str]) -> str:
        return _BETWEEN_GROUPS.join(values)

    return (
        facts.member.id,
        facts.language,
        facts.member.name,
        facts.member.email,
        facts.status,
        letter.subject,
        told(one.group.id for one in seats),
        told(one.group.theme for one in seats),
        told(one.choice for one in seats),
        told(one.role_name for one in seats),
        told("no" if one.asked else "yes" for one in seats),
        "" if facts.since is None else "; ".join(facts.since.kinds),
        told(one.group.place for one in seats),
        told(one.distance for one in seats),
        told(one.group.slot for one in seats),
        told(one.group.language for one in seats),
        told(str(one.group.size) for one in seats),
        told(one.moderators_label for one in seats),
        told(_others(one) for one in seats),
        told(str(one.others_hidden) for one in seats),
        "" if why is None else why.code,
        "" if why is None else why.text,
        "" if why is None else "; ".join(why.helps),
        " ".join(facts.explained),
        "; ".join(f"{one.day} {one.start}" for one in facts.meetings if one.state != CANCELLED),
        letter.stem,
    )


def _others(seat: Seat) -> str:
    return "; ".join(one.label for one in seat.others)
