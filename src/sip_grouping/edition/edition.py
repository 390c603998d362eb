"""An edition: all input of one run, frozen.

Comes in: records (`records`), each valid by itself, and the locations of their postcodes. Goes out:
`Edition`, whose records fit together (`checks`). No solver and no files: an edition is read from
files or tables by `io`, which also looks the postcodes up.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from sip_grouping.edition.checks import Sources, cross_findings
from sip_grouping.edition.digests import Entries, Identity, identity_of
from sip_grouping.edition.locate import Locator
from sip_grouping.edition.records import (
    Location,
    Member,
    Office,
    Pin,
    Places,
    Record,
    Rules,
    Theme,
)
from sip_grouping.edition.score import Score
from sip_grouping.errors import Finding, InputError
from sip_grouping.geography import PostcodeTable


class Edition(Record):
    """Everything that forming the groups of one year depends on.

    Attributes
    ----------
    locations
        Coordinates of every (country, postcode) that a member or office without own coordinates
        lives in, and of every town named in `places` or in a pin. `sip_grouping.make_edition` fills
        them from the bundled postcode table.
    warnings
        What a reader should know of the input though it can be used. Not part of the digest.

    Raises
    ------
    InputError
        The records do not fit together; holds every finding.
    pydantic.ValidationError
        A field is of the wrong type.
    """

    name: Annotated[str, AfterValidator(str.strip)] = Field(min_length=1)
    themes: tuple[Theme, ...] = Field(min_length=1)
    members: tuple[Member, ...]
    offices: tuple[Office, ...] = ()
    rules: Rules = Rules()
    places: Places = Places()
    score: Score = Score()
    pins: tuple[Pin, ...] = ()
    locations: tuple[Location, ...] = ()
    warnings: tuple[Finding, ...] = Field(default=(), repr=False)

    @model_validator(mode="after")
    def _records_fit_together(self, info: ValidationInfo) -> Self:
        context = info.context if isinstance(info.context, dict) else {}
        findings = cross_findings(
            themes=self.themes,
            members=self.members,
            offices=self.offices,
            rules=self.rules,
            places=self.places,
            pins=self.pins,
            locations=self.locations,
            sources=context.get("sources", Sources()),
        )
        if findings:
            raise InputError(findings)
        return self

    @cached_property
    def theme_by_id(self) -> dict[str, Theme]:
        """Themes by their id."""
        return {theme.id: theme for theme in self.themes}

    @cached_property
    def member_by_id(self) -> dict[str, Member]:
        """Members by their id."""
        return {member.member_id: member for member in self.members}

    @cached_property
    def office_by_id(self) -> dict[str, Office]:
        """Offices by their id."""
        return {office.office_id: office for office in self.offices}

    @cached_property
    def location_by_town(self) -> dict[str, Location]:
        """Locations of postcodes by town id, such as ``FR-69003``."""
        return {f"{spot.country}-{spot.postcode}": spot for spot in self.locations}

    @cached_property
    def _rules_by_theme(self) -> dict[str, Rules]:
        return {theme.id: theme.rules.applied_to(self.rules) for theme in self.themes}

    def rules_of(self, theme: str) -> Rules:
        """Return the rules of a theme: the edition's, with the theme's own changes."""
        return self._rules_by_theme[theme]

    @property
    def most_groups_per_member(self) -> int:
        """The largest groups_per_member of any theme."""
        return max(rules.groups_per_member for rules in self._rules_by_theme.values())

    def position(self, record: Member | Office) -> tuple[float, float]:
        """Return latitude and longitude, WGS-84 degrees: the record's own, else its postcode's."""
        own = record.own_position
        if own is not None:
            return own
        spot = self.location_by_town[record.town_id]
        return (spot.latitude, spot.longitude)

    def with_pins(
        self,
        pins: Sequence[Pin],
        *,
        postcodes: PostcodeTable | None = None,
    ) -> "Edition":
        """Return this edition with `pins` added to its own.

        Parameters
        ----------
        pins
            Placements that must stay. A finding counts them by themselves: the first is pin 1.
        postcodes
            Where to look up towns that the pins name and this edition does not know. None: the bundled
            table.

        Raises
        ------
        InputError
            The pins do not fit the edition or each other, or the postcode of a town is unknown.
        """
        own = [f"{number} of the edition's pins" for number in range(1, len(self.pins) + 1)]
        given = [f"pin {number}" for number in range(1, len(pins) + 1)]
        sources = Sources(pin_rows=[*own, *given])
        locator = Locator(PostcodeTable.bundled() if postcodes is None else postcodes)
        for row, pin in zip(given, pins, strict=True):
            if pin.place not in self.office_by_id and pin.place not in self.location_by_town:
                locator.locate_town(pin.place, file=sources.pins, row=row, column="place")
        fields = self._fields() | {"pins": (*self.pins, *pins)}
        if locator.locations:
            everywhere = (*self.locations, *locator.locations)
            fields["locations"] = sorted(everywhere, key=lambda one: (one.country, one.postcode))
            fields["warnings"] = (*self.warnings, *locator.warnings)
        try:
            return Edition.model_validate(fields, context={"sources": sources})
        except InputError as error:
            raise InputError(locator.explained(error.findings)) from None

    def replace(self, **changes: object) -> "Edition":
        """Return a copy with some fields changed, checked like any edition.

        Raises
        ------
        InputError, pydantic.ValidationError
            As for a new edition.
        """
        return Edition(**(self._fields() | changes))

    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self).model_fields}

    @cached_property
    def _identity(self) -> Identity:
        return identity_of(self)

    @property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 of each part of what decides a grouping.

        The parts are members, rules (themes with them), score, places, offices and pins. Names,
        e-mail addresses, titles, warnings and the order of records are in none of them.
        """
        return self._identity.digests

    @property
    def digest(self) -> str:
        """SHA-256 of the digests of all parts."""
        return self._identity.digest

    @property
    def kept_entries(self) -> Mapping[str, Entries]:
        """What a grouping keeps of each part, so that a difference can be named without answers."""
        return self._identity.kept
