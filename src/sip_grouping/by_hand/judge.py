"""A grouping whose tables somebody edited: what it is now, and what there is to say of it.

Comes in: an `Edition`, the folder or workbook. Goes out: `Judged`: the grouping as the tables say it, the
verdict of the verifier, the changes against what is stored.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sip_grouping.by_hand.changes import Changes, changes_of
from sip_grouping.by_hand.complete import completed, without_bounds
from sip_grouping.by_hand.unread import cells_without_effect
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.files.folder import read_whole
from sip_grouping.findings import Finding, finding, grouped_lines
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.record import grouping_from, read_record
from sip_grouping.reading.grouping_files import GroupingFiles, is_workbook, opened_grouping
from sip_grouping.reading.moved import HandTables, read_hand_tables
from sip_grouping.rules import RecordRuleId, RuleId
from sip_grouping.verification import Verification, verify
from sip_grouping.verification.pins_given import with_pins_given

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Judged:
    """Tables that somebody edited, read and verified.

    Attributes
    ----------
    edition
        With the pins that the stored grouping was given.
    grouping
        What the tables say, every figure computed anew; kept or broken, the rules are those of
        `verification`.
    stored
        What grouping.json says; None where there is none beside a workbook.
    warnings
        What is worth knowing of the tables.
    """

    edition: Edition
    grouping: Grouping
    stored: Grouping | None
    verification: Verification
    changes: Changes
    warnings: tuple[Finding, ...]


def judged(edition: Edition, path: Path | str) -> Judged:
    """Read the tables of a grouping as they stand, and verify what they say.

    Parameters
    ----------
    path
        A folder that `save` wrote, its tables perhaps edited; or a workbook with the sheets assignments
        (or members) and groups, with grouping.json beside it, or not.

    Raises
    ------
    InputError
        The tables cannot be understood; holds every finding.
    """
    place = Path(path)
    files, stored, findings = (
        _opened(place) if is_workbook(place) else read_whole(place, "grouping", _opened)
    )
    if stored is not None:
        edition, _ = with_pins_given(edition, stored)
    tables = read_hand_tables(edition, files, stored, findings)
    grouping = completed(edition, tables, stored)
    verification = verify(edition, grouping)
    if any(isinstance(one.rule, RuleId) for one in verification.violations):
        # A bound is one of valid groupings: this one may well lie above it.
        grouping = without_bounds(grouping)
        kept = (one for one in verification.violations if one.rule is not RecordRuleId.BOUND)
        verification = replace(verification, violations=tuple(kept))
    return Judged(
        edition,
        grouping,
        stored,
        verification,
        changes_of(edition, grouping, stored, verification.violations),
        (*tables.warnings, *_warnings(edition, tables, grouping, stored)),
    )


def grouping_from_tables(edition: Edition, path: Path | str) -> Grouping:
    """Return the grouping that the tables of a folder or workbook say, edited by hand or not.

    Who is in which group and role is read from the assignments; theme, track, place, language and slot of a
    group from its row, or for a new group from the rows of its members. All else is computed anew. Tables
    may be saved by a spreadsheet: other separators, encodings, decimal commas, orders of rows and columns,
    further columns, words in Dutch or French. What is worth knowing of them is logged.

    Parameters
    ----------
    path
        A folder that `save` wrote, its tables perhaps edited; or a workbook with the sheets assignments
        (or members) and groups, and grouping.json beside it where its bound is to be kept.

    Returns
    -------
    Grouping
        Whether or not it keeps the rules: `verify` tells. With its own score and, where it keeps them, the
        bound of the stored grouping if that is of this edition.

    Raises
    ------
    InputError
        The tables cannot be understood; holds every finding.
    """
    if not isinstance(edition, Edition):
        raise InputError(
            [
                finding(
                    "wrong-type", "grouping_from_tables", column="edition",
                    variant="edition-to-verify", kind=type(edition).__name__,
                )
            ]
        )  # fmt: skip
    found = judged(edition, path)
    for line in grouped_lines(found.warnings):
        _log.warning("%s", line)
    return found.grouping


def _opened(path: Path) -> tuple[GroupingFiles, Grouping | None, list[Finding]]:
    """Return the tables as text and what grouping.json says, with what is wrong with it."""
    files = opened_grouping(path)
    if files.record is None:
        return files, None, []
    try:
        return files, grouping_from(read_record(files.record)), []
    except InputError as error:
        return files, None, list(error.findings)


def _warnings(
    edition: Edition, tables: HandTables, grouping: Grouping, stored: Grouping | None
) -> Iterator[Finding]:
    if stored is not None and stored.edition_digest != edition.digest:
        parts = [
            part
            for part, digest in edition.digests.items()
            if stored.edition_digests.get(part) != digest
        ]
        yield finding("edition-changed", "grouping.json", parts=tuple(parts))
    yield from cells_without_effect(tables, grouping, stored)
