"""Answers to proposals: who accepts, who declines, who wishes something else.

Comes in: a CSV file or workbook, the edition, who was proposed a group. Goes out: `Answers`, or one
`InputError` with every finding: all rows are recorded or none.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sip_grouping.edition import Edition
from sip_grouping.edition.records import ROLE_ANSWERS
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding
from sip_grouping.reading.cells import Known, RowReader
from sip_grouping.reading.columns import RANKED, WISHES
from sip_grouping.reading.mapping import FormMapping
from sip_grouping.reading.names import MemberIds, Names, Personal
from sip_grouping.reading.ranks import Ranks
from sip_grouping.reading.records import missing_columns
from sip_grouping.reading.sources import grid_of
from sip_grouping.reading.table import table_of
from sip_grouping.reading.words import answer_name


@dataclass(frozen=True, slots=True)
class Reply:
    """What one member answered.

    Attributes
    ----------
    answer
        accept, decline or none.
    wishes
        Answers of the form that are changed, by the fields of `Member`.
    """

    member_id: str
    answer: str
    date: str = ""
    comment: str = ""
    wishes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a file, and what is worth knowing of it."""

    replies: tuple[Reply, ...]
    warnings: tuple[Finding, ...]


def read_answers(path: Path, edition: Edition, proposed: Collection[str]) -> Answers:
    """Read answers to proposals.

    Parameters
    ----------
    proposed
        Ids of the members who were proposed a group in this round.

    Raises
    ------
    InputError
        Something is missing or wrong; holds every finding.
    """
    findings: list[Finding] = []
    grid = grid_of(path, "answers", findings)
    if grid is None:
        raise InputError(findings)
    mapping = FormMapping()
    table = table_of(grid, "answers", mapping)
    known = _known(edition, mapping)
    findings += [*table.findings, *missing_columns(table, "answers", mapping)]
    ranked = any(name.startswith(RANKED) for name in table.titles)
    ranks = Ranks.of(table, known) if ranked else None
    findings += ranks.findings if ranks else ()
    warnings = list(table.warnings)
    replies: dict[str, Reply] = {}
    for row in table.rows:
        reader = RowReader(table, row, known)
        reply = _reply(reader, ranks, proposed)
        if reply.member_id in replies:
            reader.wrong("answered-twice", "member_id")
        replies[reply.member_id] = reply
        findings += reader.findings
        warnings += reader.warnings
    if findings:
        raise InputError(findings, warnings=warnings)
    if not replies:
        raise InputError([finding("no-answers", table.file, sheet=table.sheet)])
    return Answers(tuple(replies.values()), tuple(warnings))


def _known(edition: Edition, mapping: FormMapping) -> Known:
    names = [text for one in edition.members for text in (one.name, one.email) if text]
    return Known(
        Names({theme.id: theme.title.values() for theme in edition.themes}),
        Names({office.office_id: (office.name,) for office in edition.offices}),
        MemberIds((member.member_id, member.name or "") for member in edition.members),
        Personal(names),
        mapping,
    )


def _reply(reader: RowReader, ranks: Ranks | None, proposed: Collection[str]) -> Reply:
    ids = reader.member_ids("member_id") if reader.required("member_id") else ()
    member_id = ids[0] if ids else ""
    if member_id in reader.known.members and member_id not in proposed:
        reader.wrong("not-proposed", "member_id")
    text = reader.readable("answer")
    answer = answer_name(text)
    if answer is None:
        reader.wrong("unknown-reply", "answer")
    return Reply(
        member_id,
        answer or "none",
        reader.row["date"],
        reader.row["comment"],
        _wishes(reader, ranks),
    )


def _wishes(reader: RowReader, ranks: Ranks | None) -> dict[str, Any]:
    """Return what a row changes: an empty cell changes nothing."""
    row, titles = reader.row, reader.table.titles
    changed: dict[str, Any] = {}
    if ranks is not None and any(row[name] for name in titles if name.startswith(RANKED)):
        changed["themes"] = ranks.themes(reader)
    for name in WISHES:
        if name == "theme" or not row[name]:
            continue
        if name in ROLE_ANSWERS:
            changed[name] = reader.role(name)
        elif name == "languages":
            changed[name] = reader.languages(name)
        elif name == "slots":
            changed[name] = reader.slots(name)
        else:
            changed[name] = reader.yes_no(name, default=True)
    return changed
