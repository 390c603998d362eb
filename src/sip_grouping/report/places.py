"""What a meeting place is called to those who have to find it: an office or a town, with its postcode.

Comes in: an edition, the id of a place, a language. Goes out: a line of text.
"""

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.edition.values import TOWN_ID
from sip_grouping.report.words import country_text
from sip_grouping.text import key_of, one_line


def place_text(
    edition: Edition, place_id: str, place_name: str, country_of_reader: str, language: Language
) -> str:
    """Return an office with postcode and town, or a town with its postcode; its country if it is another.

    Parameters
    ----------
    place_name
        What a town is called; its id or nothing where that is not known. Offices have their own names.
    country_of_reader
        Empty: no country is told.
    """
    office = edition.office_by_id.get(place_id)
    if office is None:
        town = TOWN_ID.match(place_id)
        country, postcode = town.groups() if town else ("", place_id)
        name = "" if place_name == place_id else place_name
        place = one_line(f"{postcode} {name}")
    else:
        country = office.country
        spot = edition.location_by_town.get(office.town_id)
        name, near = office.name or office.office_id, spot.place_name if spot else ""
        # An office is often called like its town.
        near = "" if key_of(near) == key_of(name) else near
        place = f"{name} ({one_line(f'{office.postcode} {near}')})"
    if country_of_reader and country and country != country_of_reader:
        place += f", {country_text(country, language)}"
    return one_line(place)
