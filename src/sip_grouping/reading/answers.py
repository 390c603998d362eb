"""Answers to proposals: who accepts, who declines, who wishes something else.

Comes in: a CSV file or workbook, the edition, who was proposed a group. Goes out: `Answers`, or one
`InputError` with every finding: all rows are recorded or none.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sip_grouping.edition import Edition
from sip_grouping.edition.records import ROLE_ANSWERS
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding
from sip_grouping.reading.cells import Known, RowReader
from sip_grouping.reading.columns import RANKED, WISHES
from sip_grouping.reading.mapping import FormMapping, Reading
from sip_grouping.reading.names import MemberIds, Names, Personal
from sip_grouping.reading.ranks import Ranks
from sip_grouping.reading.records import missing_columns
from sip_grouping.reading.sources import given_grid
from sip_grouping.reading.table import Table, table_of
from sip_grouping.reading.words import answer_name, number_in, role_name

_OF_PROPOSAL = ("round", "group_id", "role")
"""Columns of proposals.csv that say what is answered. Its id looks like a date to a spreadsheet."""


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


def read_answers(
    path: Path, edition: Edition, proposed: Mapping[str, Mapping[str, Any]]
) -> Answers:
    """Read answers to proposals.

    Parameters
    ----------
    proposed
        By id of the members who were proposed a group in this round: the row of proposals.csv. People
        send that table back with a column more: its own columns are then no new wishes, and what is
        answered must be what was proposed.

    Raises
    ------
    InputError
        Something is missing or wrong; holds every finding.
    """
    findings: list[Finding] = []
    grid = given_grid(path, "answers", findings)
    if grid is None:
        raise InputError(findings)
    own = frozenset[str]().union(*proposed.values()) - {"member_id", *_OF_PROPOSAL}
    mapping = FormMapping(reading=Reading(ignore=tuple(own)))
    table = _without_own(table_of(grid, "answers", mapping), own)
    known = _known(edition, mapping)
    findings += [*table.findings, *missing_columns(table, "answers", mapping)]
    ranked = any(name.startswith(RANKED) for name in table.titles)
    ranks = Ranks.of(table, known) if ranked else None
    findings += ranks.findings if ranks else ()
    warnings = [_as_dropped(one) for one in table.warnings]
    replies: dict[str, Reply] = {}
    for row in table.rows:
        reader = RowReader(table, row, known)
        reply = _reply(reader, ranks, proposed)
        if reply.member_id and reply.member_id in replies:
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


def _without_own(table: Table, own: Collection[str]) -> Table:
    """Return a table without the columns of proposals.csv that would be wishes under other names."""
    if table.titles.keys().isdisjoint(_OF_PROPOSAL):
        return table
    kept = {name: title for name, title in table.titles.items() if title not in own}
    return replace(table, titles=kept)


def _as_dropped(warning: Finding) -> Finding:
    """Return a warning of a column that is not read: of answers nothing else is kept."""
    if warning.code != "column-not-read":
        return warning
    return finding(
        warning.code, warning.file, column=warning.column, sheet=warning.sheet, variant="dropped"
    )


def _reply(
    reader: RowReader, ranks: Ranks | None, proposed: Mapping[str, Mapping[str, Any]]
) -> Reply:
    member_id = reader.member("member_id") or ""
    if member_id in proposed:
        for name in _OF_PROPOSAL:
            _check_proposal(reader, name, str(proposed[member_id][name]))
    elif member_id in reader.known.members:
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


def _check_proposal(reader: RowReader, name: str, meant: str) -> None:
    """Refuse an answer to something else than what was proposed: nobody is bound by that."""
    text = reader.row[name] if name in reader.table.titles else ""
    said: str | None = text
    if name == "role":
        said = role_name(text)
    elif name == "round" and text:
        number = number_in(text)
        said = None if number is None else f"{number:g}"
    if text and said != meant:
        reader.wrong("other-proposal", name, meant=meant)


def _wishes(reader: RowReader, ranks: Ranks | None) -> dict[str, Any]:
    """Return what a row changes: an empty cell changes nothing."""
    row, titles = reader.row, reader.table.titles
    changed: dict[str, Any] = {}
    if ranks is not None and any(row[name] for name in titles if name.startswith(RANKED)):
        changed["themes"] = ranks.themes(reader)
    for name in WISHES:
        if name == "theme" or name not in titles or not row[name]:
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
