"""School holidays of a season: dates that meetings avoid, by country and by the language of the schools.

Comes in: values of the table school_holidays. Goes out: frozen records.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from sip_grouping.edition.dates import in_order
from sip_grouping.edition.languages import language_code
from sip_grouping.edition.values import CellText, Country, Text, codes_of
from sip_grouping.frozen import Record


def _codes(value: tuple[str, ...]) -> tuple[str, ...]:
    return codes_of(value, language_code)


class SchoolHolidays(Record):
    """A stretch of school holidays of a country. `from` and `to` are its first and last date.

    Attributes
    ----------
    languages
        Of the schools that have them; empty: all schools of the country.
    last
        None: the first date alone.
    """

    model_config = ConfigDict(populate_by_name=True)

    country: Country
    languages: Annotated[tuple[Text, ...], AfterValidator(_codes)] = ()
    first: date = Field(alias="from")
    last: date | None = Field(default=None, alias="to")
    name: CellText = ""

    @model_validator(mode="after")
    def _dates(self) -> Self:
        in_order(self.first, self.until)
        return self

    @property
    def until(self) -> date:
        """The last date."""
        return self.first if self.last is None else self.last

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.until

    def __str__(self) -> str:
        return " ".join((self.country, *self.languages, f"{self.first}/{self.until}"))

    def concerns(self, country: str, language: str) -> bool:
        """Return whether somebody of a country is concerned, who meets in a language; ``""``: in any."""
        spoken = not self.languages or not language or language in self.languages
        return spoken and self.country == country
