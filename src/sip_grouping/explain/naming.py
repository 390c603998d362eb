"""How explanations call themes, places, rules and members who might be added.

Comes in: an edition, a language, and the member who reads, where it is a letter. Goes out: words. The team
is told ids beside titles and names, by which it finds them again; a member is told an id only where two
titles are the same without it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sip_grouping.catalogue import Language, number, pattern, said, with_its_name
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Track
from sip_grouping.explain.changes import AddMember, RuleChange
from sip_grouping.report.places import place_text
from sip_grouping.text import one_line

_KEY = re.compile(
    r"(?:themes\.(?P<theme>.+?)\.)?"
    r"(?P<rule>rules\.travel_km|rules\.office_travel_km|rules\.experienced_min|groups_max"
    r"|rules\.(?:local|video)\.size_(?:min|max))"
)
_WORDS: Mapping[tuple[str, bool], str] = {
    ("rules.travel_km", False): "travel",
    ("rules.travel_km", True): "travel-on",
    ("rules.office_travel_km", False): "office-travel",
    ("rules.office_travel_km", True): "office-travel-on",
    ("rules.experienced_min", True): "experienced",
    ("groups_max", True): "groups-max",
    ("rules.local.size_min", True): "local-min",
    ("rules.local.size_max", True): "local-max",
    ("rules.video.size_min", True): "video-min",
    ("rules.video.size_max", True): "video-max",
}
"""What a rule is in the catalogue, by its key and whether it is a theme's."""


@dataclass(frozen=True)
class Naming:
    """How things are called.

    Attributes
    ----------
    edition
        Whose titles and names of places are told; None: ids alone.
    reader
        The member to whom it is told; None: the team.
    towns
        Names of towns that the edition does not have, by their ids.
    """

    edition: Edition | None = None
    reader: str | None = None
    towns: Mapping[str, str] = field(default_factory=dict)

    def theme(self, theme_id: str, language: Language) -> str:
        """Return the title of a theme, with its id for the team."""
        if self.reader is not None:
            return self._quoted(theme_id, language)
        return with_its_name(language, theme_id, self._title(theme_id, language))

    def title(self, theme_id: str, language: Language) -> str:
        """Return the title of a theme alone; its id where it has none, and beside one that another has."""
        title = self._title(theme_id, language)
        return f"{title} ({theme_id})" if self._shared_title(theme_id, language) else title

    def group(self, theme_id: str, place_id: str, language: Language) -> str:
        """Return theme and place of a group whose own id is told: theirs only where names are the same."""
        place = "" if place_id == Track.VIDEO.value else place_id
        where = pattern(language, "why-name", "video")
        if place:
            where = said(language, "why-name", "at", place=self._address(place, language))
        return f"{self._quoted(theme_id, language)} {where}"

    def place(self, place_id: str, language: Language) -> str:
        """Return the name of a place: as letters have it to its reader, else as reports have it."""
        edition = self.edition
        if edition is None:
            return place_id
        if self.reader is not None:
            country = edition.member_by_id[self.reader].lies_in
            return place_text(edition, place_id, self._town_name(place_id), country, language)
        return with_its_name(language, place_id, self._place_name(place_id))

    def where(self, place_id: str, language: Language) -> str:
        """Return where a group meets: at a place, or by video."""
        if place_id in {"", Track.VIDEO.value}:
            return pattern(language, "why-name", "video")
        return said(language, "why-name", "at", place=self.place(place_id, language))

    def rule(self, change: RuleChange, language: Language) -> str:
        """Return what a rule becomes, in words; nothing of a key that has none."""
        found = _KEY.fullmatch(change.key)
        value = change.value
        if found is None or isinstance(value, bool) or not isinstance(value, int | float):
            return ""
        theme = found["theme"]
        part = _WORDS.get((found["rule"], theme is not None), "")
        if not part:
            return ""
        shown = number(language, value, 0 if value == round(value) else 3)
        named = "" if theme is None else self.theme(theme, language)
        return said(language, "why-rule", part, value=shown, theme=named)

    def added(self, change: AddMember, language: Language, count: int = 1) -> str:
        """Return a member who might be added, or so many alike: for which role, and where."""
        row = change.row
        roles = [one for one in ("moderator", "secretary") if row.get(one) in {"yes", "only", True}]
        part = "both" if len(roles) > 1 else roles[0] if roles else "member"
        office = str(row.get("office") or "")
        place_id = office or f"{row.get('country')}-{row.get('postcode')}"
        if row.get("experienced") in {"yes", True}:
            part += "-experienced"
        place = self.place(place_id, language)
        if count == 1:
            return said(language, "why-add", part, place=place)
        return said(language, "why-add", f"{part}-more", place=place, count=number(language, count))

    def key(self, key: str, language: Language) -> str:
        """Return the title of the theme that a key of edition.toml is about; nothing of another key."""
        edition = self.edition
        for theme_id in () if edition is None else edition.theme_by_id:
            if (
                key.startswith(f"themes.{theme_id}.")
                and self._title(theme_id, language) != theme_id
            ):
                return self._quoted(theme_id, language)
        return ""

    def _title(self, theme_id: str, language: Language) -> str:
        theme = None if self.edition is None else self.edition.theme_by_id.get(theme_id)
        return theme_id if theme is None else one_line(theme.title_in(language))

    def _shared_title(self, theme_id: str, language: Language) -> bool:
        edition, title = self.edition, self._title(theme_id, language)
        others = () if edition is None else (one for one in edition.theme_by_id if one != theme_id)
        return any(self._title(one, language) == title for one in others)

    def _quoted(self, theme_id: str, language: Language) -> str:
        """Return a title as a title, its id beside it where another theme has the same."""
        title = self._title(theme_id, language)
        if self._shared_title(theme_id, language):
            return with_its_name(language, theme_id, title)
        return said(language, "why-name", "title", title=title)

    def _place_name(self, place_id: str) -> str:
        office = None if self.edition is None else self.edition.office_by_id.get(place_id)
        return one_line(self._town_name(place_id) if office is None else office.name)

    def _town_name(self, place_id: str) -> str:
        spot = None if self.edition is None else self.edition.location_by_town.get(place_id)
        return self.towns.get(place_id, "") if spot is None else spot.place_name

    def _address(self, place_id: str, language: Language) -> str:
        """Return the name of an office, its id beside one that another has; a town with its postcode."""
        edition, name = self.edition, self._place_name(place_id)
        if edition is None:
            return place_id
        if place_id not in edition.office_by_id:
            return place_text(edition, place_id, name, "", language)
        alike = sum(self._place_name(one.office_id) == name for one in edition.offices)
        return with_its_name(language, place_id, name) if alike > 1 else name or place_id


IDS_ALONE = Naming()
"""As files and JSON call things."""


def towns_lacking(edition: Edition, other: Edition) -> dict[str, str]:
    """Return the names of the towns of another edition that an edition does not have, by their ids."""
    known = edition.location_by_town
    return {
        town: one.place_name
        for town, one in other.location_by_town.items()
        if town not in known and one.place_name
    }
