"""An edition: all input of one run, frozen.

Comes in: records (`records`), each valid by itself, and the locations of their postcodes. Goes out:
`Edition`, whose records fit together (`checks`). No solver and no files: an edition is read from
files or tables by `io`, which also looks the postcodes up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, ValidationInfo, model_validator

from sip_grouping.edition.calendar import Season
from sip_grouping.edition.changes import changed_rules
from sip_grouping.edition.checks import (
    WARNING_CODES,
    EditionView,
    Sources,
    cross_findings,
    cross_warnings,
)
from sip_grouping.edition.digests import Entries, Identity, identity_of
from sip_grouping.edition.life import Disruption, RoundRules
from sip_grouping.edition.limits import Total
from sip_grouping.edition.locate import Locator
from sip_grouping.edition.origins import Origins
from sip_grouping.edition.previous import Previous, PreviousSeat
from sip_grouping.edition.records import (
    Location,
    Member,
    Office,
    Pin,
    Places,
    Rules,
    Theme,
)
from sip_grouping.edition.score import Score
from sip_grouping.edition.show import edition_html
from sip_grouping.edition.table import answers_table
from sip_grouping.edition.values import SeenText
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding, nearest, shortened
from sip_grouping.frozen import Frozen, Record
from sip_grouping.geography import PostcodeTable
from sip_grouping.notebook import card_language

if TYPE_CHECKING:
    import pandas as pd

_RECORDS = (
    *("themes", "members", "offices", "rules", "places", "score", "pins", "locations"),
    *("previous", "previous_seats", "season"),
)
"""Fields whose records have to fit together."""


class Edition(Record):
    """Everything that forming the groups of one year depends on.

    Attributes
    ----------
    locations
        Coordinates of every (country, postcode) that a member or office without own coordinates
        lives in, and of every town named in `places` or in a pin. `sip_grouping.make_edition` fills
        them from the bundled postcode table.
    rounds, disruption
        What happens after the first grouping; it decides no grouping and is in no digest.
    previous, previous_seats
        What it is worth to meet again, and the groups of the edition before; in the digest of the score
        as far as they make a difference.
    season
        Calendar, experts, test projects and team; it decides no grouping and is in no digest of it.
    warnings
        What a reader should know of the input though it can be used: those given, and those that follow
        from the records (themes closed in a member's country, roles without a volunteer). Not part of
        the digest.
    origins
        Where the records stand in the files they were read from, so that a conflict can name rows. It
        decides nothing, and is not part of the digest.

    Raises
    ------
    InputError
        The records do not fit together; holds every finding.
    pydantic.ValidationError
        A field is of the wrong type.
    """

    name: SeenText
    themes: tuple[Theme, ...] = Field(min_length=1)
    members: tuple[Member, ...]
    offices: tuple[Office, ...] = ()
    rules: Rules = Rules()
    places: Places = Places()
    score: Score = Score()
    total: Total = Total()
    pins: tuple[Pin, ...] = ()
    locations: tuple[Location, ...] = ()
    rounds: RoundRules = RoundRules()
    disruption: Disruption = Disruption()
    previous: Previous = Previous()
    previous_seats: tuple[PreviousSeat, ...] = Field(default=(), repr=False)
    season: Season = Field(default=Season(), repr=False)
    warnings: tuple[Finding, ...] = Field(default=(), repr=False)
    origins: Origins = Field(default=Origins(), repr=False, exclude=True)

    @model_validator(mode="after")
    def _records_fit_together(self, info: ValidationInfo) -> Self:
        context = info.context if isinstance(info.context, dict) else {}
        records: dict[str, Any] = {name: getattr(self, name) for name in _RECORDS}
        sources = context.get("sources", Sources())
        findings = cross_findings(**records, sources=sources)
        if findings:
            raise InputError(map(sources.as_read, findings))
        own = [one for one in self.warnings if one.code in WARNING_CODES]
        others = (one for one in self.warnings if one.code not in WARNING_CODES)
        across = cross_warnings(EditionView(**records, sources=sources), own)
        # The fields are frozen for everybody but the one who makes them.
        self.__dict__["warnings"] = (*others, *map(sources.as_read, across))
        return self

    def __eq__(self, other: object) -> bool:
        """Return whether two editions say the same, whatever was said of how they were read."""
        if not isinstance(other, Edition):
            return NotImplemented
        return all(
            getattr(self, name) == getattr(other, name)
            for name in type(self).model_fields
            if name not in {"warnings", "origins"}
        )

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        # For repr, str and rich alike: what there is, not all of it.
        yield "name", shortened(self.name, 60)
        for name in ("themes", "members", "offices", "pins", "warnings"):
            yield name, len(getattr(self, name))

    def _repr_html_(self) -> str:
        return edition_html(self, card_language())

    @property
    def members_table(self) -> "pd.DataFrame":
        """The members' answers: one row per member, the columns of members.csv.

        Ids only: never names or e-mail addresses. Lists are text with spaces between the parts,
        yes/no is bool, coordinates are degrees, all else is text; what was not answered is missing.
        Where a member says `only` to a role, the column of that role is object: True, False and "only".
        `edition_from_frames` reads such a table.
        """
        return answers_table(self.members)

    @cached_property
    def theme_by_id(self) -> Mapping[str, Theme]:
        """Themes by their id."""
        return Frozen({theme.id: theme for theme in self.themes})

    @cached_property
    def member_by_id(self) -> Mapping[str, Member]:
        """Members by their id."""
        return Frozen({member.member_id: member for member in self.members})

    @cached_property
    def office_by_id(self) -> Mapping[str, Office]:
        """Offices by their id."""
        return Frozen({office.office_id: office for office in self.offices})

    @cached_property
    def location_by_town(self) -> Mapping[str, Location]:
        """Locations of postcodes by town id, such as ``FR-69003``."""
        return Frozen({f"{spot.country}-{spot.postcode}": spot for spot in self.locations})

    @cached_property
    def _rules_by_theme(self) -> Mapping[str, Rules]:
        return Frozen({theme.id: theme.rules.applied_to(self.rules) for theme in self.themes})

    def rules_of(self, theme: str) -> Rules:
        """Return the rules of a theme: the edition's, with the theme's own changes."""
        return self._rules_by_theme[theme]

    @property
    def most_groups_per_member(self) -> int:
        """The largest groups_per_member of any theme."""
        return max(rules.groups_per_member for rules in self._rules_by_theme.values())

    def open_thousandths(self, places: Iterable[str]) -> int:
        """Return what it costs that groups meet at these places, in thousandths: each counts once."""
        offices = {place for place in places if place in self.office_by_id}
        return sum(self.office_by_id[place].open_thousandths for place in offices)

    def seats_of(self, member_ids: Iterable[str]) -> int:
        """Return how many seats members take in a group: the sum of their weights; 1 of who is unknown."""
        found = (self.member_by_id.get(one) for one in member_ids)
        return sum(1 if one is None else one.weight for one in found)

    def position(self, record: Member | Office) -> tuple[float, float]:
        """Return latitude and longitude, WGS-84 degrees: the record's own, else its postcode's."""
        own = record.own_position
        if own is not None:
            return own
        return self._position_by_code[record.lies_in, record.postcode]

    @cached_property
    def _position_by_code(self) -> Mapping[tuple[str, str], tuple[float, float]]:
        """Where postcodes lie, by country and postcode: asked for many times of each member."""
        return {
            (one.country, one.postcode): (one.latitude, one.longitude) for one in self.locations
        }

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
        own = [f"edition.pins[{number}]" for number in range(len(self.pins))]
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

    def with_rules(self, theme: str | None = None, /, **changes: object) -> "Edition":
        """Return this edition with some rules changed, checked like any edition.

        Parameters
        ----------
        theme
            Id of the theme whose own rules change; None: the rules of the edition.
        changes
            New values by the names of `Rules`: ``with_rules(travel_km=20, local={"size_min": 6})``.
            Distances in km. What is left out stays, also within `local` and `video`. None for a rule
            of a theme: as in the edition.

        Raises
        ------
        InputError
            A name or the theme is unknown, a value is of a wrong type or out of range, or the
            changed rules do not fit the edition; holds every finding.
        """
        if theme is None:
            return self.replace(rules=changed_rules(self.rules, changes))
        if theme not in self.theme_by_id:
            wrong = finding(
                "unknown-theme", "with_rules", None, "theme", str(theme), variant="argument",
                known=", ".join(self.theme_by_id), near=nearest(str(theme), self.theme_by_id),
            )  # fmt: skip
            raise InputError([wrong])
        own = changed_rules(self.theme_by_id[theme].rules, changes)
        themes = (
            one.model_copy(update={"rules": own}) if one.id == theme else one for one in self.themes
        )
        return self.replace(themes=tuple(themes))

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
