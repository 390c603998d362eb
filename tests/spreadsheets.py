"""Spreadsheets of 35 people as a team member would write them, in French and in Dutch.

Comes in: a language. Goes out: the files as saved, with the slips of a first attempt, and the corrections of the
lines that `check` names. All members are synthetic.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Team = Literal["fr", "nl"]

EDITION: Mapping[Team, str] = {
    "fr": """\
name = "2026-2027"

[rules]
local = { size_min = 5, size_max = 9 }
video = { size_min = 5, size_max = 12 }
travel_km = 35.0

[[themes]]
id = "accompagnement"
title = { fr = "Accompagnement", nl = "Begeleiding" }
[[themes]]
id = "crise"
title = { fr = "Après la crise sanitaire", nl = "Na de gezondheidscrisis" }
[[themes]]
id = "genre"
title = { fr = "Égalité de genre", nl = "Gendergelijkheid" }
""",
    "nl": """\
name = "2026-2027"

[rules]
local = { size_min = 5, size_max = 9 }
video = { size_min = 5, size_max = 12 }
travel_km = 35.0

[[themes]]
id = "begeleiding"
title = { nl = "Begeleiding", fr = "Accompagnement" }
[[themes]]
id = "crisis"
title = { nl = "Na de gezondheidscrisis", fr = "Après la crise sanitaire" }
[[themes]]
id = "gender"
title = { nl = "Gendergelijkheid", fr = "Égalité de genre" }
""",
}

OFFICES: Mapping[Team, str] = {
    "fr": "N° bureau;Nom;Pays;Code postal\nbxl;Bruxelles;Belgique;1060\nlie;Liège;Belgique;4000\nlil;Lille;France;59000\n",
    "nl": "Kantoorcode;Naam;Land;Postcode\nbxl;Brussel;België;1060\nluik;Luik;België;4000\nrijsel;Rijsel;Frankrijk;59000\n",
}

_FIRST = (
    "Aline",
    "Bram",
    "Chloé",
    "Dries",
    "Élise",
    "Farid",
    "Greet",
    "Hugo",
    "Inès",
    "Joris",
    "Karim",
    "Lotte",
)
_LAST = ("Peeters", "Claes", "Dubois", "Maes", "Lambert", "Benali", "Wouters")
_HOMES = (
    ("BE", "1060", "bxl"), ("BE", "1000 {brussels}", "bxl"), ("BE", "1050", "bxl"), ("BE", "B-1180", "bxl"),
    ("BE", "4000", "liege"), ("BE", "4020 {liege}", "liege"), ("BE", "4030", "liege"),
    ("FR", "59000", "lille"), ("FR", "59800 Lille", "lille"), ("FR", "59100", "lille"),
)  # fmt: skip


@dataclass(frozen=True)
class _Words:
    """What a team writes in its cells."""

    header: str
    countries: Mapping[str, str]
    towns: Mapping[str, str]
    offices: Mapping[str, str]
    themes: tuple[str, str, str]
    yes: str
    no: str
    languages: tuple[str, str, str]
    title: str


_WORDS: Mapping[Team, _Words] = {
    "fr": _Words(
        "N° membre;Nom et prénom;E-mail;Pays;Code postal;Bureau;1er choix;2e choix;Modérateur;Secrétaire;Langues;"
        "En présentiel;En visio;Remarques",
        {"BE": "Belgique", "FR": "France"},
        {"brussels": "Bruxelles", "liege": "Liège"},
        {"bxl": "Bruxelles", "liege": "Liège", "lille": "Lille"},
        ("Accompagnement", "Après la crise sanitaire", "Égalité de genre"),
        "oui",
        "non",
        ("Français", "Français, Néerlandais", "français, anglais"),
        "Inscriptions Smart in Progress",
    ),
    "nl": _Words(
        "Lidnummer;Naam;E-mailadres;Land;Postcode;Kantoor;1e keuze;2e keuze;Moderator;Verslaggever;Talen;"
        "Ter plaatse;Vergadert via video;Opmerkingen",
        {"BE": "België", "FR": "Frankrijk"},
        {"brussels": "Brussel", "liege": "Luik"},
        {"bxl": "Brussel", "liege": "Luik", "lille": "Rijsel"},
        ("Begeleiding", "Na de gezondheidscrisis", "Gendergelijkheid"),
        "ja",
        "nee",
        ("Frans", "Frans, Nederlands", "frans, engels"),
        "Inschrijvingen Smart in Progress",
    ),
}

SLIPS: Mapping[Team, tuple[tuple[str, str], ...]] = {
    # What is typed in the first attempt, and what the team writes once it is named.
    "fr": (
        (";peut-être;", ";oui;"),
        (";Egalité des genres;", ";Égalité de genre;"),
        (";français et néerlandais;", ";français, néerlandais;"),
        ("France;1060;", "Belgique;1060;"),
        (";Lile;", ";Lille;"),
    ),
    "nl": (
        (";misschien;", ";ja;"),
        (";Gelijkheid van gender;", ";Gendergelijkheid;"),
        (";frans en nederlands;", ";frans, nederlands;"),
        ("Frankrijk;1060;", "België;1060;"),
        (";Riisel;", ";Rijsel;"),
    ),
}


def members(team: Team) -> str:
    """Return the table as the team wrote it first: a title row, 35 people, five slips."""
    words = _WORDS[team]
    lines = [words.title + ";" * words.header.count(";"), words.header]
    for number in range(35):
        country, postcode, office = _HOMES[number * 3 % len(_HOMES)]
        name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number * 5 % len(_LAST)]}"
        mail = f"lid{number:02}@example.org"
        first, second = words.themes[number % 3], words.themes[(number + 1 + number % 2) % 3]
        yes, no = words.yes, words.no
        cells = [
            f"A{101 + number}", name, mail, words.countries[country], postcode.format(**words.towns),
            words.offices[office], first, second if number % 4 else "",
            yes if number % 3 == 0 else no, yes if number % 3 == 1 else no,
            words.languages[number % 7 % 3 if country == "BE" else 0], yes, yes if number % 5 else no, "",
        ]  # fmt: skip
        lines.append(";".join(cells))
    return "\n".join(_with_slips(lines, team)) + "\n"


def _with_slips(lines: list[str], team: Team) -> list[str]:
    """Put one slip into each of five rows, in the place of the same answer written right."""
    words, slips = _WORDS[team], SLIPS[team]
    changes: tuple[tuple[int, Callable[[list[str]], None]], ...] = (
        (4, lambda row: row.__setitem__(8, slips[0][0].strip(";"))),
        (9, lambda row: row.__setitem__(6, slips[1][0].strip(";"))),
        (11, lambda row: row.__setitem__(10, slips[2][0].strip(";"))),
        (2, lambda row: (row.__setitem__(3, words.countries["FR"]), row.__setitem__(4, "1060"))[0]),
        (13, lambda row: row.__setitem__(5, slips[4][0].strip(";"))),
    )
    found = list(lines)
    for at, change in changes:
        row = found[at].split(";")
        change(row)
        found[at] = ";".join(row)
    return found


def corrected(text: str, team: Team) -> str:
    """Return a table with each slip corrected as its finding says."""
    for wrong, right in SLIPS[team]:
        assert wrong in text, wrong
        text = text.replace(wrong, right)
    return text
