"""Where the records of an edition were read, so that a finding can name the place.

Comes in: what was read of the files. Goes out: `Sources` for the checks, and findings in
the order of files and rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sip_grouping.edition.checks import Source, Sources
from sip_grouping.findings import Finding
from sip_grouping.reading.records import Records
from sip_grouping.reading.season import SEASON_TABLES
from sip_grouping.reading.sources import EditionFiles

_TABLES = ("members", "offices", "pins", "previous", *SEASON_TABLES)


def sources_of(files: EditionFiles, read: Mapping[str, Records[Any]]) -> Sources:
    """Return where the records of an edition come from.

    Parameters
    ----------
    read
        What was read, by table; a table that is not there is left out.
    """
    members, offices = read.get("members"), read.get("offices")
    rows = {name: tuple(one.rows) for name, one in read.items()}
    return Sources(
        edition=files.settings.file,
        member_rows=rows.get("members", ()),
        office_rows=rows.get("offices", () if files.among is None else None),
        pin_rows=rows.get("pins", ()),
        previous_rows=rows.get("previous", ()),
        season_rows={name: rows.get(name, ()) for name in SEASON_TABLES},
        unreadable_member_ids=frozenset(members.unreadable if members else ()),
        unreadable_office_ids=frozenset(offices.unreadable if offices else ()),
        unreadable_theme_ids=frozenset(files.settings.unreadable_themes),
        all_members_read=members is not None and members.complete and files.among is None,
        all_offices_read=not files.offices_missing and (offices is None or offices.complete),
        all_themes_read=files.settings.themes_complete,
        rules_read=files.settings.rules_read,
        tables={
            name: Source(one.table.file, one.table.sheet, one.table.titles)
            for name, one in read.items()
        },
    )


def in_order(findings: Sequence[Finding], sources: Sources) -> list[Finding]:
    """Return findings in the order of the files and their rows."""
    files = [sources.tables[name] if name in sources.tables else Source(name) for name in _TABLES]
    order = [(sources.edition, None), *((one.file, one.sheet) for one in files)]

    def key(one: Finding) -> tuple[int, int]:
        here = (one.file, one.sheet)
        place = order.index(here) if here in order else len(order)
        return place, one.row if isinstance(one.row, int) else 0

    return sorted(findings, key=key)
