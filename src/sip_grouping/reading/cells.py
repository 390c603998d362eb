"""Cells to values, and mistakes to findings.

Comes in: a row, what is known of the edition. Goes out: values of the records' fields; findings and
warnings with the place, the cell as it is written and the remedy. No finding shows a name or an e-mail
address.
"""

import re
from collections import Counter
from collections.abc import Mapping as ReadMapping
from dataclasses import dataclass, replace

from sip_grouping.catalogue import Parameter
from sip_grouping.edition.calendar import DateRange, date_range
from sip_grouping.edition.languages import languages_in
from sip_grouping.edition.slots import slots_in
from sip_grouping.edition.values import ONLY, SEPARATED, RoleAnswer
from sip_grouping.files.workbook import DateCell, DecimalCell, FormattedCell
from sip_grouping.findings import PERSONAL, Finding, finding
from sip_grouping.reading.forms.options import values_in
from sip_grouping.reading.mapping import FormMapping
from sip_grouping.reading.names import MemberIds, Names, Personal, is_address, is_rewritten_number
from sip_grouping.reading.table import Row, Table
from sip_grouping.reading.words import (
    MARKS,
    country_code,
    is_only,
    number_in,
    spreadsheet_error,
    two_readings,
    yes_or_no,
)
from sip_grouping.text import cleaned, key_of

_SEPARATED = re.compile(r"[,;\n\r]+")
# 1,23E+05 is one number of a spreadsheet in French or Dutch, not two ids.
_BETWEEN_IDS = re.compile(r"(?:,(?!(?<=(?<!\d)\d,)\d+E[+-]\d)|[;\n\r])+", re.IGNORECASE)
_SLASH = re.compile(r"\s*/\s*")
HIDDEN = "hidden"
"""Stands for the text of a cell that may be a name."""


@dataclass(frozen=True, slots=True)
class Known:
    """What cells may refer to, and how the table is to be read."""

    themes: Names
    offices: Names
    members: MemberIds
    personal: Personal
    mapping: FormMapping


class RowReader:
    """Reads the cells of one row; remembers what is wrong and what is worth knowing."""

    __slots__ = ("findings", "known", "row", "table", "warnings")

    def __init__(self, table: Table, row: Row, known: Known) -> None:
        self.table = table
        self.row = row
        self.known = known
        self.findings: list[Finding] = []
        self.warnings: list[Finding] = []

    def text(self, field: str) -> str:
        """Return what a cell is read as: by the mapping, by default where it is empty."""
        mapping = self.known.mapping
        text = mapping.value_of(field, self.row[field])
        return text or mapping.defaults.get(field, "")

    def has(self, field: str) -> bool:
        """Return whether the table has the column, or the mapping a value for it."""
        return field in self.table.titles or field in self.known.mapping.defaults

    def wrong(
        self, code: str, field: str,
        /, value: str | None = None, *, variant: str = "",
        **parameters: Parameter | None,
    ) -> None:  # fmt: skip
        """Remember a finding about a cell of this row; `value`: the part of the cell that is meant."""
        self.findings.append(self._told(code, field, value, variant, parameters))

    def warn(
        self, code: str, field: str,
        /, value: str | None = None, *, variant: str = "",
        **parameters: Parameter | None,
    ) -> None:  # fmt: skip
        """Remember something worth knowing about a cell of this row."""
        self.warnings.append(self._told(code, field, value, variant, parameters))

    def _told(
        self,
        code: str,
        field: str,
        value: str | None,
        variant: str,
        parameters: ReadMapping[str, Parameter | None],
    ) -> Finding:
        table, row = self.table, self.row
        shown = row.written.get(field, row[field]) if value is None else value
        hidden = field in PERSONAL or row.shifted or self.known.personal.in_text(shown)
        told = finding(
            code, table.file, row.number, table.titles.get(field, field),
            None if hidden or value is HIDDEN else shown,
            sheet=table.sheet, variant=variant, **parameters,
        )  # fmt: skip
        return told if row.position is None else replace(told, position=row.position)

    def readable(self, field: str) -> str:
        """Return the text of a cell; nothing, with a finding, where a formula failed in it."""
        text = self.text(field)
        if spreadsheet_error(text):
            self.wrong("spreadsheet-error", field)
            return ""
        return text

    def required(self, field: str) -> str:
        """Return the text of a cell that must not be empty."""
        text = self.readable(field)
        if not text and self.has(field) and not spreadsheet_error(self.text(field)):
            self.wrong("empty-cell", field, field=self.table.titles.get(field, field))
        return text

    def own_id(self, field: str) -> str:
        """Return the id of the row itself."""
        text = self.required(field)
        if isinstance(self.row.cells.get(field), DateCell):
            self.wrong("id-became-a-date", field)
        elif is_rewritten_number(text):
            self.wrong("id-became-a-number", field)
        elif is_address(text):
            self.warn("id-is-an-address", field)
        elif isinstance(self.row.cells.get(field), FormattedCell):
            self.warn("id-shown-otherwise", field, id=text)
        return text

    def yes_no(self, field: str, default: bool) -> bool:
        """Return yes or no; what a blank means where the cell is empty."""
        text = self.readable(field)
        if not text:
            said = self.known.mapping.reading.blank.get(field)
            return default if said is None else said == "yes"
        read = yes_or_no(text)
        if read is None:
            self.wrong("not-yes-or-no", field, field=field)
        return bool(read)

    def role(self, field: str) -> RoleAnswer:
        """Return whether the member volunteers for a role, or takes part in it or not at all."""
        text = self.readable(field)
        if text and is_only(text):
            return ONLY
        return self.yes_no(field, default=False)

    def words(self, field: str, known: ReadMapping[str, frozenset[str]]) -> frozenset[str] | None:
        """Return what the answers of a cell say together; None, with a finding, where one says nothing.

        Parameters
        ----------
        known
            By word: what it says. Texts of the form are read as words by the mapping.
        """
        text = self.row[field]
        values = self.known.mapping.values_of(field)
        default = self.known.mapping.defaults.get(field, "")
        meanings = {key_of(word): said for word, said in known.items()}
        words = {word: word for word in known if word}
        found = values_in(text, {**words, **values}) if text else (default,)
        said = [meanings.get(key_of(word)) for word in found or ()]
        if found is None or None in said:
            self.wrong("unknown-answer", field, field=field, known=tuple(words))
            return None
        return frozenset[str]().union(*(one for one in said if one is not None))

    def country(self, field: str, *, anywhere: bool = False) -> str:
        """Return the two letters of a country; nothing where the cell is empty or says none."""
        text = self.readable(field) if anywhere else self.required(field)
        if not text:
            return ""
        code = country_code(text)
        if code is None:
            self.wrong("unknown-country", field, variant="anywhere" if anywhere else "")
            return ""
        if not anywhere and code not in {"BE", "FR"}:
            self.wrong("unknown-country", field, variant="other", country=code)
            return ""
        return code

    def theme(self, field: str) -> str | None:
        """Return the id of the theme that a cell names; None, with a finding, where it names none."""
        text = self.readable(field)
        themes = self.known.themes
        meant = themes.meant(text)
        if len(meant) == 1:
            return meant[0]
        if meant:
            self.wrong("theme-in-doubt", field, themes=meant)
        elif text and themes.complete:
            several = self._themes_in(text)
            if several:
                columns = ", ".join(f"theme_{n} {one}" for n, one in enumerate(several, start=1))
                self.wrong("several-themes-in-one-cell", field, themes=several, columns=columns)
            else:
                self.wrong(
                    "unknown-theme", field, known=", ".join(themes.ids), near=themes.near(text)
                )
        return text or None

    def _themes_in(self, text: str) -> tuple[str, ...]:
        """Return the themes that the parts of a cell name, where there are several."""
        parts = [part for part in map(cleaned, _SEPARATED.split(text)) if part]
        meant = [self.known.themes.meant(part) for part in parts]
        certain = [one[0] for one in meant if len(one) == 1]
        return tuple(certain) if len(parts) > 1 and len(certain) == len(parts) else ()

    def office(self, field: str) -> str | None:
        """Return the id of the office that a cell names; None where it is empty or names none."""
        text = self.readable(field)
        offices = self.known.offices
        meant = offices.meant(text)
        if len(meant) == 1:
            return meant[0]
        if meant:
            self.wrong("office-in-doubt", field, offices=meant)
        elif text and offices.complete:
            self.wrong(
                "unknown-office", field, offices=self.known.offices.source, near=offices.near(text)
            )
        return text or None

    def listed(self, field: str) -> str:
        """Return a list as one text; a list of a DataFrame has its parts already."""
        parts = self.row.lists.get(field)
        if parts is None:
            return self.readable(field)
        for part in parts:
            if _SEPARATED.search(part):
                self.wrong("list-in-a-list", field)
                return ""
        return ", ".join(parts)

    def languages(self, field: str) -> tuple[str, ...]:
        """Return the codes of the languages of a cell."""
        said = languages_in(self.listed(field))
        for part in said.unknown:
            self.wrong("malformed-language", field, part)
        for part in said.doubtful:
            self.wrong("language-or-and", field, part)
        return said.codes

    def slots(self, field: str) -> tuple[str, ...]:
        """Return the weekly slots of a cell."""
        said = slots_in(self.listed(field))
        for slot in said.as_written:
            self.warn("slot-as-written", field, slot)
        return said.slots

    def dates(self, field: str) -> tuple[DateRange, ...]:
        """Return the dates of a cell, each stretch of them once."""
        found: list[DateRange] = []
        for part in filter(None, SEPARATED.split(_SLASH.sub("/", self.listed(field)))):
            try:
                found.append(date_range(part))
            except ValueError:
                self.wrong("no-date", field, part)
        return tuple(dict.fromkeys(found))

    def member_ids(self, field: str) -> tuple[str, ...]:
        """Return the members that a cell names."""
        known = self.known.members
        parts = tuple(map(cleaned, _BETWEEN_IDS.split(self.listed(field))))
        found: list[str] = []
        for part in filter(None, parts):
            whole = known.meant(part)
            pieces = part.split()
            listed = whole is None and all(known.meant(piece) for piece in pieces)
            found += [self._member(field, one) for one in (pieces if listed else [part])]
        return tuple(dict.fromkeys(found))

    def _member(self, field: str, text: str) -> str:
        known = self.known.members
        meant = known.meant(text)
        if meant is not None:
            if meant.rewritten:
                self.warn("id-rewritten", field, text, id=meant.member_id)
            return meant.member_id
        if known.complete:
            named = known.named(text)
            if named is not None:
                self.wrong("member-by-name", field, HIDDEN, id=named)
            else:
                # What is no id may be a name of somebody who did not answer.
                shown = HIDDEN if re.search(r"[^\W\d_]\s+[^\W\d_]", text) else text
                near = None if shown is HIDDEN else known.near(text)
                self.wrong("unknown-member", field, shown, near=near)
        return text

    def member(self, field: str) -> str | None:
        """Return the member that a cell is about; None, with a finding, where it names none."""
        text = self.required(field)
        before = len(self.findings)
        if isinstance(self.row.cells.get(field), DateCell):
            self.wrong("id-became-a-date", field)
        elif text:
            text = self._member(field, text)
        return text if text and len(self.findings) == before else None

    def number(self, field: str, *, amount: bool = False) -> float | None:
        """Return a number; None where the cell is empty, or, with a finding, where it holds none.

        Parameters
        ----------
        amount
            Whether it counts something: then ``12.000`` may be twelve or twelve thousand.
        """
        text = self.readable(field)
        if not text:
            return None
        certain = isinstance(self.row.cells.get(field), DecimalCell)
        both = two_readings(text) if amount and not certain else None
        if both is not None:
            self.wrong("number-in-doubt", field, large=both[0], small=both[1])
            return None
        value = number_in(text)
        if value is None:
            # Words in a column of numbers may be a name that slipped there.
            shown = HIDDEN if " " in text and not re.search(r"\d", text) else None
            self.wrong("not-a-number", field, shown, variant="amount" if amount else "degrees")
        return value

    def given_amount(self, field: str) -> dict[str, float]:
        """Return an amount by its field; nothing where the cell is empty, so that its default holds."""
        amount = self.number(field, amount=True)
        return {} if amount is None else {field: amount}


def blank_findings(
    table: Table, field: str, mapping: FormMapping
) -> tuple[list[Finding], list[Finding]]:
    """Return findings and warnings on what empty cells mean in a column that defaults to yes.

    A column of marks and blanks alone may mean that a blank is no, which is said and not guessed.
    """
    if field not in table.titles or field in mapping.reading.blank or field in mapping.defaults:
        return [], []
    times = Counter(table.column(field))
    read = {text: mapping.value_of(field, text) for text in times}
    filled = {text for text in read.values() if text}
    blanks = sum(count for text, count in times.items() if not read[text])
    if not filled or not blanks:
        return [], []
    title = table.titles[field]
    if filled <= MARKS | {"X"}:
        return [
            finding(
                "blank-in-doubt", table.file, table.header, title,
                sheet=table.sheet, field=field, blanks=blanks,
            )
        ], []  # fmt: skip
    if all(yes_or_no(text) for text in filled):
        return [], [
            finding(
                "blank-is-yes", table.file, table.header, title,
                sheet=table.sheet, field=field, blanks=blanks,
            )
        ]  # fmt: skip
    return [], []
