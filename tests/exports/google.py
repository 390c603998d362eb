"""Google Forms: the CSV file of the form itself, and the sheet of answers saved as a workbook.

Comes in: a language. Goes out: the bytes. The form collects e-mail addresses by itself. In the CSV the
ranking is a grid with one column per theme; in the workbook one column per rank, and Sheets took the
numbers for numbers.
"""

from datetime import datetime

from exports.answers import SUBMISSIONS, Submission
from exports.form import (
    BILINGUAL,
    RANKS,
    THEMES,
    office,
    option,
    question,
    title,
    yes_no,
)
from exports.written import Cell, csv_bytes, xlsx_bytes

_STAMP = {"fr": "Horodateur", "nl": "Tijdstempel", "en": "Timestamp", BILINGUAL: "Horodateur"}
_ADDRESS = {
    "fr": "Adresse e-mail",
    "nl": "E-mailadres",
    "en": "Email Address",
    BILINGUAL: "Adresse e-mail",
}
_SHEET = {
    "fr": "Réponses au formulaire 1",
    "nl": "Formulierreacties 1",
    "en": "Form Responses 1",
    BILINGUAL: "Réponses au formulaire 1",
}
_DATE_FORMAT = {
    "fr": "dd/mm/yyyy hh:mm:ss",
    "nl": "d-m-yyyy h:mm:ss",
    "en": "m/d/yyyy h:mm:ss",
    BILINGUAL: "dd/mm/yyyy hh:mm:ss",
}


def google_csv(language: str) -> bytes:
    """Return the CSV file that the form offers: several answers in one cell are joined by `;`."""
    header = [_STAMP[language], _ADDRESS[language], *_questions(language)]
    at = header.index(question("themes", language))
    header[at : at + 1] = [
        f"{question('themes', language)} [{title(one, language)}]" for one in THEMES
    ]
    rows: list[list[Cell]] = [list(header)]
    for sent in _received():
        ranks = [
            option(f"rank.{sent.answer.themes.index(one) + 1}", language)
            if one in sent.answer.themes
            else ""
            for one in THEMES
        ]
        rows.append(
            [
                _stamp(sent.sent),
                sent.typed_email.strip(),
                *_first(sent, language, sent.answer.member_id, sent.typed_postcode),
                *ranks,
                *_last(sent, language, ";"),
            ]
        )
    return csv_bytes(rows, quote_all=True, line_end="\n")


def google_xlsx(language: str) -> bytes:
    """Return the sheet of answers: several in one cell are joined by comma and space."""
    header = [_STAMP[language], _ADDRESS[language], *_questions(language)]
    at = header.index(question("themes", language))
    header[at : at + 1] = [
        f"{question('themes', language)} [{option(f'rank.{rank}', language)}]" for rank in RANKS
    ]
    rows: list[list[Cell]] = [list(header)]
    for sent in _received():
        ranked = [title(one, language) for one in sent.answer.themes]
        rows.append(
            [
                sent.sent,
                sent.typed_email.strip(),
                *_first(
                    sent,
                    language,
                    int(sent.answer.member_id),
                    _number_if_digits(sent.typed_postcode),
                ),
                *(ranked[rank - 1] if rank <= len(ranked) else "" for rank in RANKS),
                *_last(sent, language, ", "),
            ]
        )
    return xlsx_bytes(rows, sheet=_SHEET[language], date_format=_DATE_FORMAT[language])


def _received() -> list[Submission]:
    """Return what a form that keeps no drafts has received."""
    return [one for one in SUBMISSIONS if one.kind != "draft"]


def _questions(language: str) -> list[str]:
    keys = (
        *("number", "name", "birth_year", "country", "home_country", "postcode"),
        *("work_postcode", "office_be", "office_fr", "themes", "meeting", "role", "languages"),
        *("slots", "cooperator", "commits", "experienced", "share_contact", "consent"),
        *("newsletter", "remarks"),
    )
    return [question(key, language) for key in keys]


def _first(sent: Submission, language: str, number: Cell, postcode: Cell) -> list[Cell]:
    answer = sent.answer
    return [
        number,
        answer.name,
        sent.birth_year,
        option(f"country.{answer.country}", language),
        option(f"country.{answer.lives_in}", language),
        postcode,
        sent.work_postcode,
        office(answer.office, answer.country, "BE", language),
        office(answer.office, answer.country, "FR", language),
    ]


def _last(sent: Submission, language: str, mark: str) -> list[Cell]:
    answer = sent.answer
    roles = ("moderator", "secretary") if answer.role == "both" else (answer.role,)
    return [
        option(f"meeting.{answer.meeting}", language),
        mark.join(option(f"role.{role}", language) for role in roles),
        mark.join(option(f"language.{code}", language) for code in answer.languages),
        mark.join(option(f"slot.{slot}", language) for slot in answer.slots),
        yes_no(answer.cooperator, language),
        option("commits.yes" if answer.commits else "commits.no", language),
        yes_no(answer.experienced, language),
        yes_no(answer.share_contact, language),
        option("consent", language),
        yes_no(sent.newsletter, language),
        sent.remarks,
    ]


def _stamp(moment: datetime) -> str:
    """Return a time as Google Forms writes it, such as ``2026/09/21 8:05:30 AM UTC+2``."""
    hour = moment.hour % 12 or 12
    half = "AM" if moment.hour < 12 else "PM"
    return f"{moment:%Y/%m/%d} {hour}:{moment:%M:%S} {half} UTC+2"


def _number_if_digits(text: str) -> Cell:
    return int(text) if text.isdecimal() else text
