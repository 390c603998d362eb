"""Cells to values, and mistakes to findings.

Comes in: rows of text. Goes out: values of the records' fields, and findings in plain words with the
place and the remedy. No finding shows a name or an e-mail address.
"""

import re
from collections.abc import Collection

from sip_grouping.edition.values import ONLY, SEPARATED, RoleAnswer
from sip_grouping.files.tables import Row
from sip_grouping.findings import PERSONAL, Finding

YES = frozenset({"yes", "y", "oui", "ja", "true", "1", "x"})
NO = frozenset({"no", "n", "non", "nee", "false", "0"})
ONLY_WORDS = frozenset({"only", "enkel", "alleen", "uniquement", "seulement"})
# What float() reads besides, such as 1_000, nan or digits of other scripts, is a slip of the pen here.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class RowReader:
    """Reads the cells of one row; remembers the findings."""

    def __init__(self, file: str, row: Row, absent: Collection[str] = ()) -> None:
        self.file = file
        self.row = row
        self.absent = frozenset(absent)  # columns the header lacks: said of the header already
        self.findings: list[Finding] = []

    def wrong(self, code: str, column: str, message: str, remedy: str) -> None:
        """Remember a finding about a cell of this row."""
        value = None if column in PERSONAL else self.row[column]
        self.findings.append(
            Finding(code, message, remedy, self.file, self.row.number, column, value)
        )

    def required(self, column: str) -> str:
        """Return the text of a cell that must not be empty."""
        if not self.row[column] and column not in self.absent:
            self.wrong("empty-cell", column, "the cell is empty", f"give the {column} of this row")
        return self.row[column]

    def yes_no(self, column: str, default: bool) -> bool:
        """Return yes or no; the default where the cell is empty."""
        text = self.row[column].lower()
        if not text:
            return default
        if text not in YES | NO:
            self.wrong("not-yes-or-no", column, "the cell is neither yes nor no", "write yes or no")
        return text in YES

    def role(self, column: str, default: bool) -> RoleAnswer:
        """Return yes, no, or only; the default where the cell is empty."""
        return ONLY if self.row[column].lower() in ONLY_WORDS else self.yes_no(column, default)

    def codes(self, column: str) -> tuple[str, ...]:
        """Return the parts of a list separated by spaces, commas or semicolons.

        A list of a DataFrame has its parts already: one that would be read as several from a file
        is a finding.
        """
        parts = self.row.lists.get(column)
        if parts is None:
            return tuple(part for part in SEPARATED.split(self.row[column]) if part)
        for part in parts:
            if SEPARATED.search(part):
                self.wrong(
                    "list-in-a-list",
                    column,
                    "a part of the list holds a space, comma or semicolon, which separate parts",
                    "give each part by itself, with a hyphen for the space, such as tue-evening",
                )
        return tuple(part for part in parts if part)

    def number(self, column: str) -> float | None:
        """Return a number, or None where the cell is empty."""
        text = self.row[column]
        if not text:
            return None
        if _NUMBER.fullmatch(text):
            return float(text)
        comma = re.fullmatch(r"[+-]?\d+,\d+", text) is not None
        remedy = (
            "write a decimal point instead of the comma"
            if comma
            else "write a number such as 50.85"
        )
        self.wrong("not-a-number", column, "the cell is not a number", remedy)
        return None
