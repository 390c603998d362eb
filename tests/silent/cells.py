"""What is typed into a cell of a member: `RULES`."""

from spelt import words

from silent.base import CERTAIN, REFUSED, Rule, cells

DE = {"home_country": "DE", "latitude": "50.7753", "longitude": "6.0839"}
FRENCH = {"country": "FR"}
RULES: tuple[Rule, ...] = (
    # Text
    *cells(
        "text",
        "name",
        CERTAIN,
        ("Zoe\u0308", "Zo\u00eb"),
        ("D\u2019Hondt", "D'Hondt"),
        ("a\u2013b", "a-b"),
        ("\u200bEve\u00ad", "Eve"),
        ("Van\u00a0Dam", "Van Dam"),
        ("  Eve ", "Eve"),
        ("'=Eve", "=Eve"),
    ),
    *cells("text", "name", "spreadsheet-error", ("#N/A", REFUSED), ("#REF!", REFUSED)),
    *cells("text", "office", "spreadsheet-error", ("#N/B", REFUSED)),
    # Yes and no
    *cells(
        "yes-no",
        "cooperator",
        CERTAIN,
        *((word.upper(), True) for word in words.YES),
        ("x", True),
        ("Ja!", True),
        *((word.capitalize(), False) for word in words.NO),
    ),
    *cells(
        "yes-no",
        "cooperator",
        "not-yes-or-no",
        *(
            (word, REFUSED)
            for word in ("peut-être", "-", "2", "-1", "only", "n/o", "yes and no", "\u2610")
        ),
    ),
    *cells("yes-no", "moderator", CERTAIN, ("x", True), ("\u2713", True), ("", False)),
    *cells("yes-no", "moderator", CERTAIN, *((word.upper(), "only") for word in words.ONLY)),
    *cells("yes-no", "moderator", "not-yes-or-no", ("only if asked", REFUSED)),
    # Countries
    *cells("country", "country", CERTAIN, *((word, "BE") for word in words.COUNTRIES["BE"])),
    *cells("country", "country", CERTAIN, ("Belgique / België", "BE")),
    *cells("country", "country", "unknown-country", ("Luxembourg", REFUSED), ("B", REFUSED)),
    *cells("country", "country", "unknown-country", ("BE / FR", REFUSED), ("Bruxelles", REFUSED)),
    *cells(
        "country",
        "home_country",
        CERTAIN,
        ("Allemagne", "DE"),
        ("duitsland", "DE"),
        beside={**DE, "postcode": "52062"},
    ),
    *cells("country", "home_country", CERTAIN, ("Belgium", None)),
    # Themes and offices
    *cells(
        "themes",
        "theme_2",
        CERTAIN,
        ("gender", "gender"),
        ("GENDER", "gender"),
        ("EGALITE DE GENRE", "gender"),
        ("Gendergelijkheid / Égalité de genre", "gender"),
    ),
    *cells(
        "themes", "theme_2", "unknown-theme", ("gendre", REFUSED), ("support and gender", REFUSED)
    ),
    *cells("themes", "theme_2", "several-themes-in-one-cell", ("gender; sharing", REFUSED)),
    *cells("themes", "theme_2", "theme-in-doubt", ("Care", REFUSED), ("care", REFUSED)),
    *cells("themes", "theme_2", "theme-twice", ("Support", REFUSED)),
    *cells("themes", "theme_1", "rank-left-out", ("", REFUSED), beside={"theme_2": "gender"}),
    *cells("closed-themes", "theme_2", "theme-closed-in-country", ("sharing", "sharing")),
    *cells(
        "offices", "office", CERTAIN, ("Liege", "liege"), ("LIÈGE", "liege"), ("liege", "liege")
    ),
    *cells("offices", "office", "office-in-doubt", ("Bruxelles", REFUSED)),
    *cells("offices", "office", "unknown-office", ("Aucun", REFUSED), ("liège nord", REFUSED)),
    # Languages
    *cells(
        "languages",
        "languages",
        CERTAIN,
        ("fr-BE", ("fr",)),
        ("FR nl", ("fr", "nl")),
        ("Frans; néerlandais", ("fr", "nl")),
        ("Deutsch\nitaliano", ("de", "it")),
        ("fra", ("fr",)),
        ("fr, fr", ("fr",)),
        ("en, nl", ("en", "nl")),
    ),
    *cells(
        "languages", "languages", "language-or-and", ("fr en nl", REFUSED), ("nl et fr", REFUSED)
    ),
    *cells("languages", "languages", "language-or-and", ("frans en nederlands", REFUSED)),
    *cells(
        "languages",
        "languages",
        "malformed-language",
        ("fr/nl", REFUSED),
        ("frans of nederlands", REFUSED),
        ("xx", REFUSED),
        ("f.r", REFUSED),
        ("ië", REFUSED),
    ),
    # Lists of ids and of slots
    *cells("lists", "together", CERTAIN, ("m2;A-3", ("A-3", "m2")), ("m2 A-3", ("A-3", "m2"))),
    *cells("lists", "together", CERTAIN, ("m2,m2", ("m2",)), ("m2\nA-3", ("A-3", "m2"))),
    *cells("lists", "together", "id-rewritten", ("M2", ("m2",)), ("a3", ("A-3",))),
    *cells("lists", "together", "unknown-member", ("m2 m9", REFUSED), ("m3", REFUSED)),
    *cells("lists", "together", "member-by-name", ("Verborgen Bruno", REFUSED)),
    *cells(
        "lists",
        "slots",
        CERTAIN,
        ("Mardi soir", ("tue-evening",)),
        ("dinsdagavond", ("tue-evening",)),
        ("TUESDAY EVENING, za voormiddag", ("sat-morning", "tue-evening")),
        ("tue-evening sat-morning", ("sat-morning", "tue-evening")),
    ),
    *cells(
        "lists",
        "slots",
        "slot-as-written",
        ("mardi", ("mardi",)),
        ("Week End", ("week-end",)),
        ("lundi et mardi soir", ("lundi-et-mardi-soir",)),
        ("middag", ("middag",)),
        ("S1", ("s1",)),
    ),
    # Numbers and coordinates
    *cells(
        "numbers",
        "latitude",
        CERTAIN,
        ("50,63", 50.63),
        ("+50.630", 50.63),
        beside={"longitude": "5.57"},
    ),
    *cells(
        "numbers",
        "latitude",
        "not-a-number",
        ("50.63°", REFUSED),
        ("50 63", REFUSED),
        ("5_0", REFUSED),
        ("50.6.3", REFUSED),
        ("nan", REFUSED),
        beside={"longitude": "5.57"},
    ),
    *cells("coordinates", "latitude", "half-a-position", ("50.63", REFUSED)),
    *cells("coordinates", "latitude", "null-island", ("0", REFUSED), beside={"longitude": "0"}),
    *cells(
        "coordinates", "latitude", "out-of-range", ("150.63", REFUSED), beside={"longitude": "5.57"}
    ),
    *cells(
        "coordinates",
        "latitude",
        "swapped-coordinates",
        ("5.57", REFUSED),
        beside={"longitude": "50.63"},
    ),
    *cells(
        "coordinates",
        "latitude",
        "far-from-postcode",
        ("48.85", 48.85),
        beside={"longitude": "2.35"},
    ),
    # Postcodes
    *cells("postcodes", "postcode", CERTAIN, ("4000", "4000"), (" 4000\u00a0", "4000")),
    *cells(
        "postcodes",
        "postcode",
        "postcode-read",
        ("B-4000 Liège", "4000"),
        ("4000.0", "4000"),
        ("4 000", "4000"),
        ("4.000", "4000"),
        ("Liège 4000", "4000"),
        ("4000 Liège 2", "4000"),
        ("40\u200b00", "4000"),
    ),
    *cells(
        "postcodes", "postcode", "postcode-read", ("59000 Lille Cedex 9", "59000"), beside=FRENCH
    ),
    *cells("postcodes", "postcode", "postcode-read", ("D-52062", "52062"), beside=DE),
    *cells(
        "postcodes", "postcode", "approximate-postcode", ("4001", "4001"), ("4999 Liège", "4999")
    ),
    *cells(
        "postcodes",
        "postcode",
        "unknown-postcode",
        ("1000A", REFUSED),
        ("12-34", REFUSED),
        ("4000 4020", REFUSED),
        ("Liège", REFUSED),
        ("33000", REFUSED),
    ),
    *cells(
        "postcodes",
        "postcode",
        "unknown-postcode",
        ("1000", REFUSED),
        ("9999", REFUSED),
        beside=FRENCH,
    ),
    # Ids
    *cells("ids", "member_id", CERTAIN, ("m\u200b7", "m7"), ("m7 ", "m7")),
    *cells("ids", "member_id", "id-became-a-number", ("1,00E+05", REFUSED), ("1.5e+07", REFUSED)),
    *cells("ids", "member_id", "id-is-an-address", ("a@b.example", "a@b.example")),
    *cells("ids", "member_id", "malformed-id", ("m 7", REFUSED), ("m;7", REFUSED)),
    *cells("ids", "member_id", "duplicate-member", ("m2", REFUSED)),
    *cells("ids", "member_id", "empty-cell", ("", REFUSED)),
)
