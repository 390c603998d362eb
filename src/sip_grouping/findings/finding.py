"""One mistake, or one thing worth knowing, in an input: its place, what is wrong, what to do.

Comes in: a code, a place, the parameters of its sentences. Goes out: `Finding`, with the sentences of
the catalogue. No finding shows a name or an e-mail address; who makes one sees to it.
"""

from dataclasses import dataclass, field, replace

from sip_grouping.catalogue import Language, Parameter, known, pattern, sentence

LONGEST_VALUE = 200
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake, or one thing worth knowing, in an input.

    Attributes
    ----------
    code
        Stable id of the kind of finding, such as ``unknown-postcode``.
    message
        What is wrong, one sentence, in English.
    remedy
        What to do about it, one sentence, in English.
    file
        File (or table, or argument) in which it stands.
    row
        Row as a spreadsheet numbers it: the header is row 1; of a DataFrame its label and, where that
        is not the same, its position. None where it concerns no row.
    column
        Column of a table, as the file calls it, or dotted key of a TOML file.
    value
        The offending text as it was written.
    sheet
        Sheet of a workbook; None elsewhere.
    position
        Position of a DataFrame's row, from 0, where its label is not that; None elsewhere.
    variant, parameters
        Which sentences of the code these are, and what they were filled with.
    """

    code: str
    message: str
    remedy: str
    file: str = ""
    row: int | str | None = None
    column: str | None = None
    value: str | None = None
    sheet: str | None = None
    position: int | None = None
    variant: str = field(default="", repr=False)
    parameters: tuple[tuple[str, Parameter], ...] = field(default=(), repr=False)

    @property
    def place(self) -> str:
        """Where it stands, such as ``members.csv, row 12, column postcode``."""
        return self.place_in("en")

    def place_in(self, language: Language) -> str:
        """Return where it stands, in a language."""
        parts = [self.file_in(language)] if self.file else []
        if self.sheet is not None:
            parts.append(pattern(language, "place", "sheet").format(sheet=self.sheet))
        if self.row is not None:
            row = pattern(language, "place", "row").format(row=self.row)
            if self.position is not None:
                row += f" ({pattern(language, 'place', 'position').format(position=self.position)})"
            parts.append(row)
        if self.column is not None:
            in_table = self.row is not None
            title = shortened(self.column, _LONGEST_TITLE)
            column = pattern(language, "place", "column").format(column=title)
            parts.append(column if in_table else title)
        return ", ".join(parts)

    def file_in(self, language: Language) -> str:
        """Return the file as a reader of a language calls it; what is no file has a word of its own."""
        return file_in(self.file, language)

    def told_in(self, language: Language) -> "Finding":
        """Return the same finding with its sentences in a language.

        One whose sentences are not those of the catalogue stays as it is: nobody has translated it.
        """
        if language == "en" or not self._of_catalogue:
            return self
        message, remedy = _sentences(language, self.code, self.variant, self.parameters)
        return replace(self, message=message, remedy=remedy)

    @property
    def _of_catalogue(self) -> bool:
        try:
            own = _sentences("en", self.code, self.variant, self.parameters)
        except KeyError:
            return False
        return own == (self.message, self.remedy)

    def record(self, language: Language = "en") -> dict[str, str | int | None]:
        """Return code, sentences and place for other programs."""
        told = self.told_in(language)
        return {
            "code": self.code,
            "message": told.message,
            "remedy": told.remedy,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "position": self.position,
            "column": self.column,
            "value": self.value,
        }

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        value = (
            f" (value: {shortened(self.value, LONGEST_VALUE)!r})" if self.value is not None else ""
        )
        return f"{where}{self.message}{value} -> {self.remedy} [{self.code}]"


def file_in(file: str, language: Language) -> str:
    """Return a file as a reader of a language calls it; what is no file has a word of its own."""
    return pattern(language, "file", file) if ("file", file) in known("en") else file


def finding(
    code: str,
    /,
    file: str = "",
    row: int | str | None = None,
    column: str | None = None,
    value: str | None = None,
    *,
    sheet: str | None = None,
    variant: str = "",
    **parameters: Parameter | None,
) -> Finding:
    """Return a finding whose sentences are those of the catalogue.

    Parameters
    ----------
    variant
        Where the code has several sentences: which.
    **parameters
        What the sentences are filled with; None is left out.

    Raises
    ------
    KeyError
        The catalogue has no such sentence, or it needs a parameter that is not given.
    """
    given = tuple((name, one) for name, one in sorted(parameters.items()) if one is not None)
    message, remedy = _sentences("en", code, variant, given)
    return Finding(code, message, remedy, file, row, column, value, sheet, None, variant, given)


def _sentences(
    language: Language, code: str, variant: str, parameters: tuple[tuple[str, Parameter], ...]
) -> tuple[str, str]:
    given = dict(parameters)
    return (
        sentence(language, code, variant, "message", given),
        sentence(language, code, variant, "remedy", given),
    )


def shortened(text: str, longest: int) -> str:
    """Return a text, or its beginning and how long it is."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}... ({len(text):,} characters)"
