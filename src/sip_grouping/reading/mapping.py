"""How a table is to be read where it does not say so itself: `mapping.toml`, and `[reading]` of an edition.

Comes in: the keys of the two. Goes out: `FormMapping`, `Reading`, frozen. What the guess of a mapping is made
of is no affair of this module.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from sip_grouping.edition.records import YES_NO, Member
from sip_grouping.frozen import Frozen, FrozenTexts, Record, frozen
from sip_grouping.text import cleaned, key_of

YesNo = Literal["yes", "no"]
Blank = Annotated[dict[str, YesNo], AfterValidator(frozen)]
TextsByField = Annotated[dict[str, dict[str, str]], AfterValidator(frozen)]

YES_NO_FIELDS = tuple(YES_NO)


class Reading(Record):
    """What a column means whose cells do not tell.

    Attributes
    ----------
    ignore
        Titles of columns that are known not to be read: kept, and not warned of.
    blank
        By yes/no field: what an empty cell means.
    """

    ignore: tuple[str, ...] = ()
    blank: Blank = Field(default_factory=Frozen)

    @field_validator("blank")
    @classmethod
    def _of_fields_of_yes_and_no(cls, value: dict[str, YesNo]) -> dict[str, YesNo]:
        for name in value:
            if name not in YES_NO_FIELDS:
                raise ValueError(f"{name} is no column of yes and no: {', '.join(YES_NO_FIELDS)}")
        return value

    def ignores(self, title: str) -> bool:
        """Return whether a column is known not to be read."""
        return key_of(title) in {key_of(one) for one in self.ignore}


class Duplicates(Record):
    """Which of several rows of one member counts: the first or last by a column of times."""

    keep: Literal["first", "last"] = "last"
    by: Annotated[str, StringConstraints(min_length=1)]


class FormMapping(Record):
    """What turns the export of a form into a table of members.

    Attributes
    ----------
    columns
        By title: the field that the column holds.
    values
        By field: what a text of a cell is read as.
    grid
        By title: the theme of a column that has ranks in its cells.
    defaults
        By field: what is read where the cell is empty or the column is not there.
    duplicates
        Which of several rows of one member counts; None: two are an error.
    reading
        As in an edition.
    """

    columns: FrozenTexts = Field(default_factory=Frozen)
    values: TextsByField = Field(default_factory=Frozen)
    grid: FrozenTexts = Field(default_factory=Frozen)
    defaults: FrozenTexts = Field(default_factory=Frozen)
    duplicates: Duplicates | None = None
    reading: Reading = Reading()

    def with_reading(self, reading: Reading) -> "FormMapping":
        """Return the mapping with what an edition says of its columns laid over it."""
        both = Reading(
            ignore=tuple(dict.fromkeys((*self.reading.ignore, *reading.ignore))),
            blank={**self.reading.blank, **reading.blank},
        )
        return self.model_copy(update={"reading": both})

    def value_of(self, field: str, text: str) -> str:
        """Return what a cell of a field is read as."""
        texts = self.values.get(field)
        if not texts or not text:
            return text
        return self._texts(field).get(key_of(text), text)

    def _texts(self, field: str) -> dict[str, str]:
        return {key_of(cleaned(text)): value for text, value in self.values.get(field, {}).items()}


def known_field(name: str) -> bool:
    """Return whether there is such a field of members; ranked themes are `theme_1` and so on."""
    return name in Member.model_fields or (name.startswith("theme_") and name[6:].isdecimal())
