"""Framaforms (Drupal webform): downloaded results with two or three header rows.

Comes in: a language. Goes out: the bytes: tabs in UTF-16, or semicolons in Windows-1252, or commas in
UTF-8. One column per option with X or nothing, one per theme with the rank in the cell; drafts are marked.
"""

from exports.answers import SUBMISSIONS, Submission
from exports.form import BILINGUAL, SLOTS, SPOKEN, THEMES, office, option, question, title, yes_no
from exports.written import Cell, csv_bytes

_DETAILS = {
    "fr": "Détails de la soumission",
    "nl": "Details van de inzending",
    "en": "Submission Details",
    BILINGUAL: "Détails de la soumission",
}
_FRENCH = (
    *("Numéro de série", "SID", "Date de soumission", "Date d'achèvement"),
    *("Dernière modification", "Brouillon", "Adresse IP", "UID", "Nom d'utilisateur"),
)
_HEADER = {
    "fr": _FRENCH,
    "nl": (
        *("Serienummer", "SID", "Tijdstip van inzending", "Tijdstip van voltooiing"),
        *("Laatst gewijzigd", "Concept", "IP-adres", "UID", "Gebruikersnaam"),
    ),
    "en": (
        *("Serial", "SID", "Submitted Time", "Completed Time"),
        *("Modified Time", "Draft", "IP Address", "UID", "Username"),
    ),
    BILINGUAL: _FRENCH,
}
_ROLES = ("moderator", "secretary", "moderator-only")
_TRACKS = ("local", "video")


def drupal_csv(language: str) -> bytes:
    """Return the downloaded results."""
    above, below = _titles(language)
    first: list[Cell] = ["Smart in Progress", *[""] * (len(below) - 1)]
    header = [list(above), list(below)] if language == "nl" else [first, list(above), list(below)]
    rows = header + [_row(sent, number, language) for number, sent in enumerate(SUBMISSIONS, 1)]
    if language == "nl":
        return csv_bytes(rows, separator=";", encoding="cp1252")
    if language == "en":
        return csv_bytes(rows)
    return b"\xff\xfe" + csv_bytes(rows, separator="\t", encoding="utf-16-le", quote_all=True)


def header_rows(language: str) -> int:
    """Return how many rows stand above the members."""
    return 2 if language == "nl" else 3


def _titles(language: str) -> tuple[list[Cell], list[Cell]]:
    """Return the titles of questions that have several columns, and those of the columns."""
    meta = _HEADER[language]
    above: list[Cell] = [_DETAILS[language], *[""] * (len(meta) - 1)]
    below: list[Cell] = list(meta)

    def several(key: str, texts: list[str]) -> None:
        above.extend([question(key, language), *[""] * (len(texts) - 1)])
        below.extend(texts)

    def one(*keys: str) -> None:
        above.extend("" for _ in keys)
        below.extend(question(key, language) for key in keys)

    one("number", "name", "email", "birth_year", "country", "home_country", "postcode")
    one("work_postcode", "office_be", "office_fr")
    several("themes", [title(theme, language) for theme in THEMES])
    several("meeting", [option(f"meeting.{track}", language) for track in _TRACKS])
    several("role", [option(f"role.{role}", language) for role in _ROLES])
    several("languages", [option(f"language.{code}", language) for code in SPOKEN])
    several("slots", [option(f"slot.{slot}", language) for slot in SLOTS])
    one("cooperator", "commits", "experienced", "share_contact")
    several("consent", [option("consent", language)])
    one("newsletter", "remarks")
    return above, below


def _row(sent: Submission, number: int, language: str) -> list[Cell]:
    answer = sent.answer
    draft = sent.kind == "draft"
    day = "%m/%d/%Y - %H:%M" if language == "en" else "%d/%m/%Y - %H:%M"
    at = sent.sent.strftime(day)
    roles = {"both": ("moderator", "secretary")}.get(answer.role, (answer.role,))
    tracks = _TRACKS if answer.meeting == "both" else (answer.meeting,)
    late: list[Cell] = [
        *("X" if track in tracks else "" for track in _TRACKS),
        *("X" if role in roles else "" for role in _ROLES),
        *("X" if code in answer.languages else "" for code in SPOKEN),
        *("X" if slot in answer.slots else "" for slot in SLOTS),
        *(yes_no(one, language) for one in (answer.cooperator, answer.commits)),
        *(yes_no(one, language) for one in (answer.experienced, answer.share_contact)),
        "X",
        yes_no(sent.newsletter, language),
        sent.remarks,
    ]
    return [
        number,
        4_100 + number,
        at,
        "" if draft else at,
        at,
        1 if draft else 0,
        f"192.0.2.{number}",  # addresses for documentation (RFC 5737)
        0,
        "",
        answer.member_id,
        answer.name,
        sent.typed_email,
        sent.birth_year,
        option(f"country.{answer.country}", language),
        option(f"country.{answer.lives_in}", language),
        sent.typed_postcode,
        sent.work_postcode,
        office(answer.office, answer.country, "BE", language),
        office(answer.office, answer.country, "FR", language),
        *(
            option(f"rank.{answer.themes.index(one) + 1}", language) if one in answer.themes else ""
            for one in THEMES
        ),
        *([""] * len(late) if draft else late),
    ]
