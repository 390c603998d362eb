"""What is told of groups formed again: the groups before, who accepted, who asked, and each change.

Comes in: the folders of an export, or values. Goes out: `Proposed`. Its rows are claims, texts as they were
written: `verification` counts the changes anew.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

from sip_grouping.edition.records import Role
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding
from sip_grouping.frames import plain_frame
from sip_grouping.grouping.files import GROUPING, cells_as_meant, known_grid, load_grouping
from sip_grouping.grouping.grouping import Grouping
from sip_grouping.grouping.options import OPTION_COLUMNS, OPTION_NUMBERS, OPTIONS, Way

if TYPE_CHECKING:
    import pandas as pd

CHANGES, ANSWERS, BEFORE = "changes.csv", "answers.csv", "before"
ANSWER_COLUMNS = ("member_id", "answer", "role")
"""The columns of answers.csv: who accepted which role, who asked for a change or left."""
ACCEPT, GIVEN_UP, CHANGED, NONE = "accept", "given_up", "changed", "none"
"""Given up: it was accepted, and could not be kept when the groups were formed again."""
_WITH_ROLE = (ACCEPT, GIVEN_UP)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A row of changes.csv as it is written; what does not apply is empty."""

    member_id: str = ""
    asked: str = ""
    kind: str = ""
    from_group: str = ""
    to_group: str = ""
    from_role: str = ""
    to_role: str = ""
    from_theme: str = ""
    to_theme: str = ""
    points: str = ""


CHANGE_COLUMNS = tuple(one.name for one in fields(ChangeRow))


@dataclass(frozen=True, slots=True)
class Proposed:
    """The groups as they were proposed, the answers to them, and what is told to have changed since.

    Attributes
    ----------
    accepted
        By member id, the role in which a placement was accepted.
    asked
        Ids of those who asked for a change, declined or withdrew before the groups were formed again.
    changes
        The rows of changes.csv.
    given_up
        By member id, the role in which a placement was accepted that was given up.
    """

    grouping: Grouping
    accepted: Mapping[str, Role] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    changes: tuple[ChangeRow, ...] = ()
    given_up: Mapping[str, Role] = field(default_factory=dict)


def change_rows(rows: Iterable[Iterable[object]]) -> tuple[ChangeRow, ...]:
    """Return rows of values in the order of the columns as rows of text."""
    return tuple(ChangeRow(*map(str, row)) for row in rows)


def load_proposed(before: Path | str, grouping: Path | str) -> Proposed:
    """Read what is told of groups formed again.

    Parameters
    ----------
    before
        Folder of the groups before, with answers.csv.
    grouping
        Folder of the groups formed again, with changes.csv.

    Raises
    ------
    InputError
        A file is missing or is none of that kind; holds every finding.
    """
    earlier = _load(before)
    findings: list[Finding] = []
    answers = dict(_rows(Path(before) / ANSWERS, ANSWER_COLUMNS, findings))
    changes = dict(_rows(Path(grouping) / CHANGES, CHANGE_COLUMNS, findings))
    rows = tuple(ChangeRow(*cells) for cells in changes.values())
    return _proposed(earlier, answers, rows, findings)


def load_before(before: Path | str) -> Grouping | Proposed:
    """Read groups of before, with the answers to them where answers.csv is there, and with no changes.

    Raises
    ------
    InputError
        It is no folder of a grouping, or answers.csv does not fit.
    """
    earlier, file = _load(before), Path(before) / ANSWERS
    if not file.exists():
        return earlier
    findings: list[Finding] = []
    answers = dict(_rows(file, ANSWER_COLUMNS, findings))
    return _proposed(earlier, answers, (), findings)


def _load(before: Path | str) -> Grouping:
    """Read groups of before. Who gives all of an export is told which of its folders is meant."""
    meant = Path(before) / BEFORE
    if meant.is_dir() and not (Path(before) / GROUPING).exists():
        raise InputError([finding("whole-export", str(before), folder=str(meant))])
    return load_grouping(before)


def load_options(grouping: Path | str) -> "pd.DataFrame | None":
    """Read options.csv in the folder of groups formed again: its columns; None where there is none.

    Raises
    ------
    InputError
        It is not as it was exported.
    """
    file = Path(grouping) / OPTIONS
    if not file.exists():
        return None
    findings: list[Finding] = []
    rows = list(_rows(file, OPTION_COLUMNS, findings))
    for number, (_, _, option, *figures) in rows:
        if option not in set(Way) or not all(map(_is_number, figures)):
            findings.append(finding("not-as-exported", OPTIONS, number, variant="options"))
    if findings:
        raise InputError(findings)
    table = plain_frame((cells for _, cells in rows), OPTION_COLUMNS)
    return table.astype(dict.fromkeys(OPTION_NUMBERS, float))


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _proposed(
    earlier: Grouping,
    answers: Mapping[int | str, list[str]],
    changes: tuple[ChangeRow, ...],
    findings: list[Finding],
) -> Proposed:
    wrong = findings or list(_wrong_answers(answers, earlier))
    if wrong:
        raise InputError(wrong)
    roles = {
        said: {who: Role(role) for who, answer, role in answers.values() if answer == said}
        for said in _WITH_ROLE
    }
    return Proposed(
        earlier,
        roles[ACCEPT],
        frozenset(who for who, answer, _ in answers.values() if answer == CHANGED),
        changes,
        roles[GIVEN_UP],
    )


def _rows(
    path: Path, columns: tuple[str, ...], findings: list[Finding]
) -> Iterator[tuple[int | str, list[str]]]:
    """Yield the number and the cells of each row below the header, which must be these columns."""
    grid = known_grid(path, columns)
    if isinstance(grid, Finding):
        missing = grid.code == "file-missing"
        findings.append(finding(grid.code, path.name, variant="exported") if missing else grid)
        return
    for at, row in enumerate(grid.rows):
        cells = list(cells_as_meant(row))
        surplus = any(cells[len(columns) :])
        if surplus or (at == 0 and tuple(cells) != columns):
            findings.append(finding("not-as-exported", path.name, row.number, variant="columns"))
            return
        if at:
            yield row.number, [*cells, *[""] * len(columns)][: len(columns)]


def _wrong_answers(answers: Mapping[int | str, list[str]], earlier: Grouping) -> Iterator[Finding]:
    """Yield what is wrong with answers: each placed member has one row, and an accepted role is one."""
    missing = dict.fromkeys(one.member_id for one in earlier.placements)
    for number, (who, answer, role) in answers.items():
        if who not in missing:
            yield finding("not-as-exported", ANSWERS, number, "member_id", who, variant="surplus")
        missing.pop(who, None)
        known = [one.value for one in Role] if answer in _WITH_ROLE else [""]
        if answer not in {*_WITH_ROLE, CHANGED, NONE}:
            yield finding("not-as-exported", ANSWERS, number, "answer", answer, variant="answer")
        elif role not in known:
            yield finding("not-as-exported", ANSWERS, number, "role", role, variant="role")
    for who in missing:
        yield finding("not-as-exported", ANSWERS, None, "member_id", who, variant="absent")
