"""What conflicts call themes and places: ids, by which the files have them, beside titles and names.

Comes in: themes, an edition and the id of a place. Goes out: `Called`, told in the language of its reader.
"""

from sip_grouping.catalogue import LANGUAGES, Called, Telling, telling
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, Theme, Track
from sip_grouping.text import one_line


def theme_called(theme: Theme) -> Called:
    """Return what a theme is called: its title in each language."""
    return Called(theme.id, tuple((one, one_line(theme.title_in(one))) for one in LANGUAGES))


def place_called(edition: Edition, place_id: str) -> Called:
    """Return what an office or a town is called: its name."""
    office, town = edition.office_by_id.get(place_id), edition.location_by_town.get(place_id)
    name = office.name if office is not None else "" if town is None else town.place_name
    return Called(place_id, tuple((one, one_line(name)) for one in LANGUAGES))


def where(edition: Edition, pin: Pin) -> Called | Telling:
    """Return what a pin's place is called."""
    if pin.place:
        return place_called(edition, pin.place)
    return telling("track", Track.VIDEO.value)
