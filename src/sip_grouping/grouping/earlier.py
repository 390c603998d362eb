"""The groups as they stood before they were formed again, and what their members had answered.

Comes in: a folder of a grouping, such as ``before`` of an exported store. Goes out: `Earlier`. Whoever wrote
the folder, ``answers.csv`` is optional: without it nobody is known to have asked for a change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.files.decode import read_bytes
from sip_grouping.files.folder import read_whole
from sip_grouping.files.grid import Grid, csv_grid
from sip_grouping.files.tables import as_meant
from sip_grouping.findings import Finding, finding
from sip_grouping.frozen import Frozen
from sip_grouping.grouping.files import load_grouping
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.grouping.grouping import Group, Grouping, Placement

Answered = Literal["accept", "changed", "none"]
"""Accepted, asked for a change or left, has not answered."""

ANSWERS, OPTIONS = "answers.csv", "options.csv"
_ANSWER_COLUMNS = ("member_id", "answer")
_OPTION_COLUMNS = (
    "group_id", "rank", "option", "members_moved", "placed", "score", "disruption",
)  # fmt: skip


@dataclass(frozen=True)
class Earlier:
    """An earlier grouping that a later one is told against.

    Attributes
    ----------
    answers
        By member id; who is not there has not answered. None where nobody's answer is known.
    """

    grouping: Grouping
    answers: Mapping[str, Answered] | None = None

    @cached_property
    def placement_by_member(self) -> Mapping[str, Placement]:
        """The placement of each member who had one."""
        return Frozen({one.member_id: one for one in self.grouping.placements})

    def group_of(self, member_id: str) -> Group | None:
        """Return the group that a member had; None: it had none."""
        seat = self.placement_by_member.get(member_id)
        return None if seat is None else self.grouping.group_by_id[seat.group_id]

    def asked(self, member_id: str) -> bool:
        """Return whether a member is known to have asked for a change, or to have left."""
        return (self.answers or {}).get(member_id) == "changed"

    def free_in(self, edition: Edition) -> frozenset[str]:
        """Return who asked for a change, and who takes no part in the edition any more."""
        return frozenset(
            one
            for one in self.placement_by_member
            if self.asked(one)
            or one not in edition.member_by_id
            or not edition.member_by_id[one].eligible
        )


@dataclass(frozen=True, slots=True)
class CountedOption:
    """A row of options.csv: what could be done with a group that fell short; points."""

    group_id: str
    rank: int
    option: str
    moved: int
    placed: int
    score: float
    disruption: float


def earlier_of(given: "Grouping | Formed | Earlier", function: str, argument: str) -> Earlier:
    """Return what was given as an earlier grouping; for errors see `grouping_of`."""
    return given if isinstance(given, Earlier) else Earlier(grouping_of(given, function, argument))


def load_earlier(path: Path | str) -> Earlier:
    """Read an earlier grouping from its folder, with answers.csv where that is there.

    Raises
    ------
    InputError
        As `load_grouping` does, or answers.csv does not fit.
    """
    return read_whole(path, "grouping", _earlier)


def load_options(path: Path | str) -> tuple[CountedOption, ...]:
    """Read options.csv in the folder of a grouping; empty where there is none.

    Raises
    ------
    InputError
        It cannot be read.
    """
    file = Path(path) / OPTIONS
    if not file.exists():
        return ()
    found = []
    for number, cells in _rows(file, _OPTION_COLUMNS):
        group_id, rank, option, moved, placed, score, disruption = cells
        try:
            found.append(
                CountedOption(
                    group_id, int(rank), option, int(moved), int(placed), float(score),
                    float(disruption),
                )
            )  # fmt: skip
        except ValueError:
            raise InputError([_unfit(file, number)]) from None
    return tuple(found)


def _earlier(folder: Path) -> Earlier:
    grouping = load_grouping(folder)
    file = folder / ANSWERS
    if not file.exists():
        return Earlier(grouping)
    known: dict[str, Answered] = {word: word for word in get_args(Answered)}
    answers: dict[str, Answered] = {}
    placed = {one.member_id for one in grouping.placements}
    for number, (member_id, answer) in _rows(file, _ANSWER_COLUMNS):
        if member_id not in placed or member_id in answers or answer not in known:
            raise InputError([_unfit(file, number)])
        answers[member_id] = known[answer]
    return Earlier(grouping, Frozen(answers))


def _rows(file: Path, columns: Sequence[str]) -> Iterator[tuple[int | str, tuple[str, ...]]]:
    """Yield number and cells of each row of a table, without further columns."""
    content = read_bytes(file)
    wanted = set(columns)
    grid: Grid | Finding = (
        content
        if isinstance(content, Finding)
        else csv_grid(content, file.name, lambda row: len(wanted.intersection(row)))
    )
    if isinstance(grid, Finding):
        raise InputError([grid])
    if not grid.rows:
        raise InputError([_unfit(file, 1)])
    header, *rows = grid.rows
    titles = [one.strip() for one in header.cells]
    if not wanted <= set(titles):
        raise InputError([_unfit(file, header.number)])
    at = [titles.index(one) for one in columns]
    for row in rows:
        if len(row.cells) < len(titles):
            raise InputError([_unfit(file, row.number)])
        yield row.number, tuple(as_meant(row.cells[one].strip()) for one in at)


def _unfit(file: Path, row: int | str) -> Finding:
    return finding("not-of-a-round", file.name, row)
