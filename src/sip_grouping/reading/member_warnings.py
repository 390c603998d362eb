"""What is worth knowing of members who could be read, beyond each by itself.

Comes in: the `Records` of members. Goes out: warnings: ids that may have lost their zeros, languages that few
list, one person in two rows. None shows a name or an address.
"""

from collections.abc import Iterable

from sip_grouping.edition.records import Member
from sip_grouping.files.workbook import NumberCell
from sip_grouping.findings import Finding, finding
from sip_grouping.reading.records import Records
from sip_grouping.text import key_of

_RARE = 50


def member_warnings(read: Records[Member]) -> list[Finding]:
    """Return what is worth knowing of all members that could be read."""
    return [*_lost_zeros(read), *_rare_languages(read), *_one_person_twice(read)]


def _lost_zeros(read: Records[Member]) -> Iterable[Finding]:
    """Warn of ids that are numbers of a workbook with fewer digits than the others: zeros may be gone."""
    table = read.table
    longest = max(map(len, table.column("member_id")), default=0)
    for row in table.rows:
        # Only of a workbook a cell is more than its text.
        written = None if row.plain is not None else row.cells.get("member_id")
        if isinstance(written, NumberCell) and len(written) < longest:
            title = table.titles["member_id"]
            yield finding(
                "id-may-lack-zeros", table.file, row.number, title, str(written), sheet=table.sheet
            )


def _rare_languages(read: Records[Member]) -> Iterable[Finding]:
    """Warn of languages that fewer than one in fifty members list: often a slip of the pen."""
    listed: dict[str, list[int | str]] = {}
    for member, row in zip(read.records, read.rows, strict=True):
        for code in member.languages:
            listed.setdefault(code, []).append(row)
    table = read.table
    title = table.titles.get("languages", "languages")
    for code, rows in sorted(listed.items()):
        if len(rows) * _RARE < len(read.records):
            for row in rows:
                yield finding("rare-language", table.file, row, title, code, sheet=table.sheet)


def _one_person_twice(read: Records[Member]) -> Iterable[Finding]:
    """Warn of members with the same e-mail address, or the same name and postcode."""
    table = read.table
    first: dict[tuple[str, ...], int | str] = {}
    for member, row in zip(read.records, read.rows, strict=True):
        keys: list[tuple[str, ...]] = []
        if member.email:
            keys.append(("email", member.email.strip().casefold()))
        if member.name:
            keys.append(("name", key_of(member.name), member.postcode))
        for key in keys:
            earlier = first.setdefault(key, row)
            if earlier != row:
                yield finding(
                    "one-person-twice", table.file, row, table.titles[key[0]],
                    sheet=table.sheet, variant=key[0], other=str(earlier),
                )  # fmt: skip
                break
