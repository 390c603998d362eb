"""How explanations call themes, places, rules and members who might be added.

Comes in: an edition, a language, and the member who reads, where it is a letter. Goes out: words. The team
is told ids beside titles and names, by which it finds them again; a member is told no id.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sip_grouping.catalogue import Language, number, pattern, said
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
    """

    edition: Edition | None = None
    reader: str | None = None

    def theme(self, theme_id: str, language: Language) -> str:
        """Return the title of a theme, with its id for the team."""
        title = self.title(theme_id, language)
        if self.reader is not None:
            return said(language, "why-name", "title", title=title)
        return self._named(theme_id, title, language)

    def title(self, theme_id: str, language: Language) -> str:
        """Return the title of a theme alone; its id where it has none."""
        theme = None if self.edition is None else self.edition.theme_by_id.get(theme_id)
        return theme_id if theme is None else one_line(theme.title_in(language))

    def place(self, place_id: str, language: Language) -> str:
        """Return the name of a place: as letters have it to its reader, else as reports have it."""
        edition = self.edition
        if edition is None:
            return place_id
        spot = edition.location_by_town.get(place_id)
        town = "" if spot is None else spot.place_name
        if self.reader is not None:
            country = edition.member_by_id[self.reader].lies_in
            return place_text(edition, place_id, town, country, language)
        office = edition.office_by_id.get(place_id)
        name = town if office is None else office.name
        return self._named(place_id, one_line(name), language)

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

    def added(self, change: AddMember, language: Language) -> str:
        """Return a member who might be added: for which role, and where."""
        row = change.row
        roles = [one for one in ("moderator", "secretary") if row.get(one) in {"yes", "only", True}]
        part = "both" if len(roles) > 1 else roles[0] if roles else "member"
        office = str(row.get("office") or "")
        place_id = office or f"{row.get('country')}-{row.get('postcode')}"
        return said(language, "why-add", part, place=self.place(place_id, language))

    @staticmethod
    def _named(own_id: str, name: str, language: Language) -> str:
        if name in {"", own_id}:
            return own_id
        return said(language, "why-name", "both", id=own_id, name=name)


IDS_ALONE = Naming()
"""As files and JSON call things."""
