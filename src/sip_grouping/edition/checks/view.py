"""The records of an edition under check, by id, and where each came from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pydantic import ValidationError

from sip_grouping.edition.calendar import Season
from sip_grouping.edition.joined import first_joined
from sip_grouping.edition.previous import Previous, PreviousSeat
from sip_grouping.edition.records import Location, Member, Office, Pin, Places, Rules, Theme
from sip_grouping.edition.score import Score
from sip_grouping.edition.towns import far_from_postcode, positions_of_towns
from sip_grouping.edition.values import COUNTRIES, TOWN_ID
from sip_grouping.findings import Finding


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table was read: its file, its sheet in a workbook, and what it calls its columns."""

    file: str
    sheet: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where records came from, for the place named in a finding.

    Each `*_rows` gives the row of each record as a spreadsheet numbers it; None: the record's id is
    named instead; `season_rows` does so by table. `unreadable_*_ids` are ids of rows that have
    findings of their own, so that a reference to one of them is not called unknown. Where a whole
    file or its column of ids could not be read, `all_*_read` is False, and no reference into it is
    called unknown; where the rules of the edition could not be read, `rules_read` is False, and
    nothing is measured against them. `tables` says of a table how its file calls itself and its
    columns.
    """

    edition: str = "edition"
    members: str = "members"
    offices: str = "offices"
    pins: str = "pins"
    member_rows: Sequence[int | str] | None = None
    office_rows: Sequence[int | str] | None = None
    pin_rows: Sequence[int | str] | None = None
    previous: str = "previous"
    previous_rows: Sequence[int | str] | None = None
    season_rows: Mapping[str, Sequence[int | str]] = field(default_factory=dict)
    unreadable_member_ids: frozenset[str] = frozenset()
    unreadable_office_ids: frozenset[str] = frozenset()
    unreadable_theme_ids: frozenset[str] = frozenset()
    all_members_read: bool = True
    all_offices_read: bool = True
    all_themes_read: bool = True
    rules_read: bool = True
    tables: Mapping[str, Source] = field(default_factory=dict)

    def as_read(self, one: Finding) -> Finding:
        """Return a finding with the place as its reader knows it."""
        source = self.tables.get(one.file)
        if source is None:
            return one
        column = None if one.column is None else source.titles.get(one.column, one.column)
        return replace(one, file=source.file, sheet=source.sheet, column=column)


@dataclass(frozen=True)
class EditionView:
    """The records, by themselves and by id."""

    themes: Sequence[Theme]
    members: Sequence[Member]
    offices: Sequence[Office]
    rules: Rules
    places: Places
    score: Score
    pins: Sequence[Pin]
    locations: Sequence[Location]
    previous: Previous
    previous_seats: Sequence[PreviousSeat]
    season: Season
    sources: Sources

    def member_row(self, number: int) -> int | str:
        """Return the row of a member for a finding."""
        rows = self.sources.member_rows
        return self.members[number].member_id if rows is None else rows[number]

    def office_row(self, number: int) -> int | str:
        """Return the row of an office for a finding."""
        rows = self.sources.office_rows
        return self.offices[number].office_id if rows is None else rows[number]

    def pin_row(self, number: int) -> int | str:
        """Return the row of a pin for a finding."""
        rows = self.sources.pin_rows
        return f"pin {number + 1}" if rows is None else rows[number]

    def previous_row(self, number: int) -> int | str:
        """Return the row of a seat of the edition before for a finding."""
        rows = self.sources.previous_rows
        return self.previous_seats[number].member_id if rows is None else rows[number]

    def season_row(self, table: str, number: int, record_id: str) -> int | str:
        """Return the row of an expert, a project or one of the team for a finding."""
        rows = self.sources.season_rows.get(table)
        return record_id if rows is None else rows[number]

    def may_be_member(self, member_id: str) -> bool:
        """Return whether there is such a member, or may be one among rows that were not read."""
        sources = self.sources
        return (
            not sources.all_members_read
            or member_id in self.number_of_member
            or member_id in sources.unreadable_member_ids
        )

    def may_be_office(self, office_id: str) -> bool:
        """Return whether there is such an office, or may be one among rows that were not read."""
        sources = self.sources
        return (
            not sources.all_offices_read
            or office_id in self.office_by_id
            or office_id in sources.unreadable_office_ids
        )

    def may_be_theme(self, theme_id: str) -> bool:
        """Return whether there is such a theme, or may be one among those that were not read."""
        sources = self.sources
        return (
            not sources.all_themes_read
            or theme_id in self.theme_by_id
            or theme_id in sources.unreadable_theme_ids
        )

    def may_be_open(self, theme_id: str, member: Member) -> bool:
        """Return whether a theme is open in a member's country; True where it was not read."""
        theme = self.theme_by_id.get(theme_id)
        return theme is None or member.country in theme.countries

    def may_be_town(self, place: str) -> bool:
        """Return whether a text is the id of a town: of a country of themes, or where a member lives."""
        town = TOWN_ID.match(place)
        return town is not None and town[1] in self._countries

    @cached_property
    def _countries(self) -> frozenset[str]:
        return frozenset([*COUNTRIES, *(member.lies_in for member in self.members)])

    @cached_property
    def theme_by_id(self) -> dict[str, Theme]:
        """Themes by id."""
        return {theme.id: theme for theme in self.themes}

    @cached_property
    def office_by_id(self) -> dict[str, Office]:
        """Offices by id."""
        return {office.office_id: office for office in self.offices}

    @cached_property
    def number_of_member(self) -> dict[str, int]:
        """Positions in `members` by member id; the first of several."""
        found: dict[str, int] = {}
        for number, member in enumerate(self.members):
            found.setdefault(member.member_id, number)
        return found

    @cached_property
    def location_of_town(self) -> dict[str, tuple[float, float]]:
        """Latitude and longitude by town id, as the postcodes say."""
        return {
            f"{one.country}-{one.postcode}": (one.latitude, one.longitude) for one in self.locations
        }

    @cached_property
    def name_of_town(self) -> dict[str, str]:
        """What the place of a postcode is called, by town id; the id where it has no name."""
        return {
            town: one.place_name or town
            for one in self.locations
            if (town := f"{one.country}-{one.postcode}")
        }

    @cached_property
    def rules_by_theme(self) -> dict[str, Rules]:
        """Rules of each theme whose rules fit together; none where the rules were not read."""
        found: dict[str, Rules] = {}
        if not self.sources.rules_read:
            return found
        for theme in self.themes:
            try:
                found[theme.id] = theme.rules.applied_to(self.rules)
            except ValidationError:
                continue  # a finding of its own
        return found

    def position(self, record: Member | Office) -> tuple[float, float] | None:
        """Return where a record lies; None where that is not known."""
        return record.own_position or self.location_of_town.get(record.town_id)

    def place_position(self, place: str) -> tuple[float, float] | None:
        """Return where an office or a town lies; None where that is not known.

        A town in which members give coordinates of their own lies at the mean of those that are near
        its postcode.
        """
        if place in self.office_by_id:
            return self.position(self.office_by_id[place])
        return self._own_towns.get(place) or self.location_of_town.get(place)

    @cached_property
    def far_from_postcode(self) -> dict[int, int]:
        """Metres from the postcode, by position in `members`, of own coordinates far from it."""
        return far_from_postcode(self.members, self.locations)

    @cached_property
    def _own_towns(self) -> dict[str, tuple[float, float]]:
        return positions_of_towns(self.members, self.far_from_postcode)

    @cached_property
    def members_of_block(self) -> dict[str, tuple[int, ...]]:
        """Positions in `members` of all who belong together, by the id that stands for them."""
        found: dict[str, list[int]] = defaultdict(list)
        for member_id, number in self.number_of_member.items():
            found[self.block_of_member[member_id]].append(number)
        return {block: tuple(numbers) for block, numbers in found.items()}

    @cached_property
    def block_of_member(self) -> dict[str, str]:
        """Per member id the id that stands for all who belong together with it (transitively)."""
        ties = ((one.member_id, other) for one in self.members for other in one.together)
        return first_joined((one.member_id for one in self.members), ties)
