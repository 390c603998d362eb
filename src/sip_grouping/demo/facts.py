"""What synthetic editions are made of: themes, cities with an office, languages and shares.

Comes in: nothing. Goes out: constants, read by `demo`. The themes are those of the edition
2020-2021; the offices stand in cities where the cooperative works, at a postcode of the centre. All
shares are assumptions, not statistics.
"""

from dataclasses import dataclass

from sip_grouping.edition.records import Theme
from sip_grouping.edition.values import Country

THEMES_2020 = (
    Theme(
        id="support",
        title={"nl": "Begeleiding", "fr": "Accompagnement", "en": "Support"},
    ),
    Theme(
        id="new-perspectives",
        title={
            "nl": "Nieuwe vooruitzichten na de gezondheidscrisis",
            "fr": "Nouvelles perspectives après la crise sanitaire",
            "en": "New perspectives after the health crisis",
        },
    ),
    Theme(
        id="gender-equality",
        title={"nl": "Gendergelijkheid", "fr": "Égalité de genre", "en": "Gender equality"},
    ),
    Theme(
        id="sharing-economy",
        title={"nl": "Deeleconomie", "fr": "Économie du partage", "en": "Sharing economy"},
        countries=("FR",),
    ),
)
POPULARITY = (38, 30, 20, 24)


@dataclass(frozen=True, slots=True)
class City:
    """An office of the cooperative and the members around it.

    `share` weighs the members who live around it, `half_km` is the distance at which a postcode
    draws half as many as in the centre.
    """

    office_id: str
    name: str
    country: Country
    postcode: str
    share: int
    half_km: int = 5


CITIES = (
    City("bruxelles", "Bruxelles", "BE", "1060", 340),
    City("liege", "Liège", "BE", "4000", 105),
    City("namur", "Namur", "BE", "5000", 30),
    City("charleroi", "Charleroi", "BE", "6000", 24),
    City("mons", "Mons", "BE", "7000", 24),
    City("tournai", "Tournai", "BE", "7500", 14),
    City("louvain-la-neuve", "Louvain-la-Neuve", "BE", "1348", 24),
    City("antwerpen", "Antwerpen", "BE", "2000", 32),
    City("gent", "Gent", "BE", "9000", 36),
    City("paris", "Paris", "FR", "75011", 150, 8),
    City("lille", "Lille", "FR", "59000", 90),
    City("lyon", "Lyon", "FR", "69007", 68),
    City("marseille", "Marseille", "FR", "13001", 22),
    City("montpellier", "Montpellier", "FR", "34000", 20),
    City("toulouse", "Toulouse", "FR", "31000", 18),
    City("bordeaux", "Bordeaux", "FR", "33000", 18),
    City("nantes", "Nantes", "FR", "44000", 16),
    City("rennes", "Rennes", "FR", "35000", 12),
    City("strasbourg", "Strasbourg", "FR", "67000", 12),
)
AROUND_CITY_M = 25_000
TAIL_COUNTRIES: tuple[tuple[Country, int], ...] = (("BE", 30), ("FR", 70))

# Languages a member can work in, the one answered in first, with weights. Empty: any language.
LANGUAGES: dict[str, tuple[tuple[tuple[str, ...], int], ...]] = {
    "brussels": (
        (("fr",), 46),
        (("fr", "en"), 16),
        (("fr", "nl"), 14),
        (("nl", "fr"), 8),
        (("nl",), 5),
        (("en", "fr"), 8),
        (("en",), 6),
        (("fr", "nl", "en"), 3),
    ),
    "wallonia": ((("fr",), 80), (("fr", "en"), 12), (("fr", "nl"), 5), (("en", "fr"), 3)),
    "flanders": (
        (("nl",), 52),
        (("nl", "en"), 22),
        (("nl", "fr"), 16),
        (("en", "nl"), 5),
        (("fr", "nl"), 5),
    ),
    "france": ((("fr",), 78), (("fr", "en"), 17), (("en", "fr"), 6), (("en",), 4)),
}
ANY_LANGUAGE_SHARE = 0.02

# How many themes a member ranks, and which tracks (local, video) it accepts, with weights.
THEMES_RANKED = ((1, 15), (2, 32), (3, 38), (4, 15))
TRACKS = (((True, True), 66), ((True, False), 14), ((False, True), 20))
SLOTS = ("mon-evening", "tue-evening", "wed-afternoon", "thu-evening", "sat-morning")

NOT_COOPERATOR_SHARE = 0.03
NOT_COMMITTED_SHARE = 0.04
NEAREST_OFFICE_SHARE = 0.88
NO_OFFICE_SHARE = 0.07
FAR_FROM_OFFICES_M = 60_000
MEMBERS_PER_PAIR = 80
