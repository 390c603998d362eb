"""The guess of a mapping: what the columns of a form's export are likely to mean.

Comes in: a grid with one header, the questions above it, the themes and offices of the edition. Goes out:
`Guess`: a mapping, and findings for what has to be asked. A person confirms it; what it takes must be told
apart by titles and values together.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sip_grouping.files.grid import Grid
from sip_grouping.findings import Finding, finding
from sip_grouping.reading.columns import RANKED, field_of, rank_in
from sip_grouping.reading.forms.columns import (
    Column,
    are_languages,
    are_slots,
    column_of,
    counts_up,
    is_country,
    is_postcode,
    language_of,
    parts_of,
    rank_of,
    share,
    single_options,
    slot_of,
)
from sip_grouping.reading.forms.concepts import (
    AT_WORK,
    DRAFT,
    FIELDS,
    NOT_OF_THE_EDITION,
    TIMES,
    is_about,
    is_test,
    meeting_of,
    role_of,
    yes_no_of,
)
from sip_grouping.reading.forms.options import split_by_options
from sip_grouping.reading.forms.rows import time_in
from sip_grouping.reading.mapping import YES_NO_FIELDS, Duplicates, FormMapping, FormRows
from sip_grouping.reading.names import Names, is_address
from sip_grouping.reading.words import yes_or_no
from sip_grouping.text import cleaned

_CODE = re.compile(r"[A-Z]{1,2}\d{1,3}")
_MOST = 0.9
"""Share of the filled cells that must fit: a few may be slips, which the reader names later."""
_AGAIN = re.compile(r"\s*\(\d+\)$|\d$")  # of two columns with one title, as tools tell them apart
_YES_NO_IN_ORDER = (
    *("share_contact", "commits", "experienced", "cooperator"),
    *("moderator", "secretary", "local", "video"),
)


@dataclass(slots=True)
class Guess:
    """A mapping that a person confirms.

    Attributes
    ----------
    mapping
        What was guessed.
    asked
        What could not be guessed for certain.
    tests
        Ids of rows that look like tests.
    """

    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    grid: dict[str, str] = field(default_factory=dict)
    skip: dict[str, tuple[str, ...]] = field(default_factory=dict)
    need: list[str] = field(default_factory=list)
    by: str | None = None
    asked: list[Finding] = field(default_factory=list)

    @property
    def mapping(self) -> FormMapping:
        """The mapping, as mapping.toml holds it."""
        return FormMapping(
            columns=self.columns,
            values={name: texts for name, texts in self.values.items() if texts},
            grid=self.grid,
            rows=FormRows(skip=self.skip, need=tuple(self.need)),
            duplicates=None if self.by is None else Duplicates(by=self.by),
        )


def guess_of(grid: Grid, questions: Sequence[str], themes: Names, offices: Names) -> Guess:
    """Return what the columns of an export are likely to mean.

    Parameters
    ----------
    grid
        With one header.
    questions
        Above each column, where the export has such a row.
    """
    return _Guesser(grid, questions, themes, offices).guess()


class _Guesser:
    """Goes through the columns; the sure ones first."""

    def __init__(self, grid: Grid, questions: Sequence[str], themes: Names, offices: Names) -> None:
        self.file, self.sheet, self.header = grid.file, grid.sheet, grid.rows[0].number
        self.themes, self.offices = themes, offices
        self.rows = grid.rows[1:]
        titles = [cleaned(cell) for cell in grid.rows[0].cells]
        self.columns = [
            column_of(
                title,
                questions[at] if at < len(questions) else "",
                (row.cells[at] if at < len(row.cells) else "" for row in self.rows),
            )
            for at, title in enumerate(titles)
            if title
        ]
        self.found = Guess()
        self.candidates: dict[str, list[Column]] = defaultdict(list)

    def guess(self) -> Guess:
        """Return the guess."""
        filled = [column for column in self.columns if column.cells]
        self._of_rows(filled)
        rest = [
            one for one in filled if one.title not in self.found.skip and one.title != self.found.by
        ]
        rest = [one for one in rest if not self._of_option(one)]
        for column in rest:
            name = self._of_column(column)
            if name is not None:
                self.candidates[name].append(column)
        for name in list(self.candidates):
            self._choose(name, self.candidates[name])
        self._drop_options_said_before()
        self._of_tests()
        self._ask()
        return self.found

    # Rows

    def _of_rows(self, columns: Sequence[Column]) -> None:
        """Find the columns that say when an answer was given, and whether it was sent."""
        times: list[tuple[int, int, Column]] = []
        for column in columns:
            if is_about(column.title, DRAFT) and all(
                yes_or_no(text) is not None for text in column.texts
            ):
                yes = tuple(text for text in column.texts if yes_or_no(text))
                if yes:
                    self.found.skip[column.title] = yes
                continue
            rank = max(
                (rank for rank, stems in TIMES.values() if is_about(column.title, stems)), default=0
            )
            if rank and all(
                time_in(text, day_first=True) or time_in(text, day_first=False)
                for text in column.texts
            ):  # fmt: skip
                times.append((len(column.cells), rank, column))
        if not times:
            return
        most = max(count for count, _, _ in times)
        whole = [(rank, column) for count, rank, column in times if count == most]
        self.found.by = max(whole, key=lambda one: one[0])[1].title
        for count, rank, column in times:
            # A time of sending that some rows lack: these were begun and never sent.
            if count < most and rank == TIMES["ended"][0]:
                self.found.need.append(column.title)

    def _of_tests(self) -> None:
        """Leave out rows by which somebody tried the form, where their ids are of no one else."""
        ids = next(
            (title for title, name in self.found.columns.items() if name == "member_id"), None
        )
        if ids is None:
            return
        people = [t for t, name in self.found.columns.items() if name in {"name", "email"}]
        by_id: dict[str, list[bool]] = defaultdict(list)
        titles = [cleaned(column.title) for column in self.columns]
        positions = {title: number for number, title in enumerate(titles)}
        for row in self.rows:
            told = [
                cleaned(row.cells[positions[t]])
                for t in (ids, *people)
                if positions[t] < len(row.cells)
            ]
            if told and told[0]:
                by_id[told[0]].append(
                    bool(people) and all(is_test(text) for text in told[1:] if text)
                )
        tests = tuple(one for one, tried in by_id.items() if all(tried) and people)
        if tests:
            self.found.skip[ids] = tests

    # Columns

    def _of_option(self, column: Column) -> bool:
        """Read a column of one option of a question: a mark, a rank, a theme in its cells."""
        option = column.option or column.title
        texts = list(column.texts)
        theme = self.themes.meant(option)
        if len(theme) == 1 and share(column, lambda text: rank_of(text) is not None) >= _MOST:
            self.found.grid[column.title] = theme[0]
            return True
        rank = (rank_in(option) or rank_of(option)) if column.option else None
        if rank and share(column, lambda text: len(self.themes.meant(text)) == 1) >= _MOST:
            self.found.columns[column.title] = f"{RANKED}{rank}"
            return True
        if not all(yes_or_no(text) is not None for text in texts):
            return False
        if is_about(column.title, NOT_OF_THE_EDITION) or is_about(
            column.question, NOT_OF_THE_EDITION
        ):
            return True
        told = self._marked(option, column)
        if told is not None:
            self.found.columns[column.title] = told
            return True
        return False

    def _marked(self, option: str, column: Column) -> str | None:
        """Return the field and option that a mark in a column says."""
        above = column.question if column.option or column.question else ""
        if not above:
            return None
        if is_about(above, FIELDS["languages"]) and (code := language_of(option)) is not None:
            return f"languages:{code}"
        if is_about(above, FIELDS["slots"]) and (slot := slot_of(option)) is not None:
            return f"slots:{slot}"
        if is_about(above, FIELDS["meeting"]) and (way := meeting_of(option)) in {"local", "video"}:
            return f"meeting:{way}"
        role = role_of(option) if is_about(above, FIELDS["role"]) else None
        return f"role:{role}" if role not in {None, "none"} else None

    def _of_column(self, column: Column) -> str | None:
        """Return the field that a column holds by its title and its values; None where that is not sure."""
        title = column.title
        if share(column, is_address) >= _MOST:
            return "email"
        if is_about(title, NOT_OF_THE_EDITION):
            return None
        if self._lists_themes(column):
            return self._rank_or_themes(column)
        if share(column, self._is_office) >= _MOST and any(
            len(self.offices.meant(text)) == 1 for text in column.texts
        ):
            return "office"
        direct = field_of(title, "members") or field_of(_AGAIN.sub("", title), "members")
        for name in ("member_id", "name"):
            if is_about(title, FIELDS[name]):
                return name
        if direct == "member_id" and counts_up(column):
            return None  # the tool's own number of the answer
        if direct in {"member_id", "name", "latitude", "longitude", "together", "apart"}:
            return direct
        checks = {
            "home_country": is_country, "country": is_country, "postcode": is_postcode,
            "languages": are_languages, "slots": are_slots,
        }  # fmt: skip
        for name, check in checks.items():
            about = direct == name or is_about(title, FIELDS[name])
            at_work = name == "postcode" and is_about(title, AT_WORK)
            if about and not at_work and share(column, check) >= _MOST:
                return name
        return self._of_answers(column, direct)

    def _of_answers(self, column: Column, direct: str | None) -> str | None:
        """Return the field of a question with few answers: how to meet, which role, yes or no."""
        title, texts = column.title, list(column.texts)
        for name, meaning in (("meeting", meeting_of), ("role", role_of)):
            if is_about(title, FIELDS[name]) or name == direct:
                told = self._values(texts, meaning)
                if told is not None:
                    self.found.values[name] = told
                    return name
        if all(yes_or_no(text) is not None or yes_no_of(text) for text in texts):
            told_field = direct if direct in YES_NO_FIELDS else self._yes_no_field(title)
            if told_field is not None:
                odd = {text: yes_no_of(text) for text in texts if yes_or_no(text) is None}
                self.found.values[told_field] = {text: said for text, said in odd.items() if said}
            return told_field
        return None

    def _yes_no_field(self, title: str) -> str | None:
        order = (
            "share_contact",
            "commits",
            "experienced",
            "cooperator",
            "moderator",
            "secretary",
            "local",
            "video",
        )
        return next((name for name in order if is_about(title, FIELDS[name])), None)

    def _values(
        self, texts: Sequence[str], meaning: Callable[[str], str | None]
    ) -> dict[str, str] | None:
        """Return what the answers of a question say; several in one cell are told apart first."""
        whole = {text: meaning(text) for text in single_options(texts)}
        if any(said is None for said in whole.values()):
            return None
        return {text: said for text, said in whole.items() if said is not None}

    def _is_office(self, text: str) -> bool:
        return len(self.offices.meant(text)) == 1 or role_of(text) == "none"

    def _lists_themes(self, column: Column) -> bool:
        names = self.themes.names
        return share(column, lambda text: split_by_options(text, names) is not None) >= _MOST

    def _rank_or_themes(self, column: Column) -> str | None:
        rank = rank_in(column.title) or (rank_of(column.option) if column.option else None)
        if rank is not None:
            return f"{RANKED}{rank}"
        several = any(len(split_by_options(t, self.themes.names) or ()) > 1 for t in column.texts)
        return "themes" if several else None

    def _choose(self, name: str, columns: Sequence[Column]) -> None:
        """Take the column of a field; of several the fullest, and ask where two are as full."""
        if name == "office":
            none = {
                text: "" for one in columns for text in one.texts if not self.offices.meant(text)
            }
            if none:
                self.found.values["office"] = none
            for column in columns:
                self.found.columns[column.title] = name
            return
        best = max(len(column.cells) for column in columns)
        fullest = [column for column in columns if len(column.cells) == best]
        same = all(column.cells == fullest[0].cells for column in fullest)
        if len(fullest) > 1 and not same:
            self._asks("several-columns-of-one-field", fullest[0].title, field=name,
                       titles=tuple(repr(column.title) for column in fullest))  # fmt: skip
            return
        self.found.columns[fullest[0].title] = name

    def _drop_options_said_before(self) -> None:
        """Of a question asked in one column and in columns per option keep what says the same, or more.

        The language in which a form was opened is no answer to which languages somebody speaks.
        """
        by_title = {column.title: column for column in self.columns}
        for field_name in ("languages", "slots", "meeting", "role"):
            options = {
                title: name.partition(":")[2]
                for title, name in self.found.columns.items()
                if name.startswith(f"{field_name}:")
            }
            whole = next((t for t, name in self.found.columns.items() if name == field_name), None)
            if not options or whole is None:
                continue
            marked = [0] * len(self.rows)
            for title in options:
                for at, text in enumerate(by_title[title].rows):
                    marked[at] += yes_or_no(text) is True
            listed = [len(parts_of(text)) for text in by_title[whole].rows]
            same = sum(one == other for one, other in zip(marked, listed, strict=True))
            for title in options if same >= _MOST * len(self.rows) else (whole,):
                del self.found.columns[title]

    # What has to be asked

    def _ask(self) -> None:
        told = set(self.found.columns.values())
        for name in ("member_id", "country", "postcode"):
            if name not in told:
                self._asks("column-to-be-told", name, field=name)
        if not self.found.grid and not any(name.startswith("theme") for name in told):
            self._asks("column-to-be-told", "theme_1", field="theme_1")
        read = {
            *self.found.columns,
            *self.found.grid,
            *self.found.skip,
            *self.found.need,
            self.found.by,
        }
        for column in self.columns:
            codes = sorted(text for text in column.texts if _CODE.fullmatch(text))
            if column.title not in read and len(codes) * 2 > len(column.texts):
                self._asks("answer-codes", column.title, codes=tuple(codes[:10]))

    def _asks(self, code: str, title: str | None, **parameters: Any) -> None:
        self.found.asked.append(
            finding(code, self.file, self.header, title, sheet=self.sheet, **parameters)
        )
