"""Microsoft Forms: the workbook that *Open in Excel* gives.

Comes in: a language. Goes out: the bytes. Several answers in one cell, and the ranking, are joined by
`;` with one at the end; titles hold non-breaking spaces and line ends; the column of e-mail addresses
that the tool fills by itself holds `anonymous` for everybody.
"""

from exports.answers import SUBMISSIONS
from exports.form import RANKS, office, option, question, title, yes_no
from exports.written import Cell, xlsx_bytes

_HEADER = {
    "fr": (
        *("ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom"),
        "Heure de la dernière modification",
    ),
    "nl": (
        *("ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam"),
        "Tijd van laatste wijziging",
    ),
    "en": ("ID", "Start time", "Completion time", "Email", "Name", "Last modified time"),
}


def microsoft_xlsx(language: str) -> bytes:
    """Return the workbook: the ranking in one cell in order, in Dutch three questions for it."""
    in_one_cell = language != "nl"
    header = [
        *_HEADER[language],
        *(
            _as_titled(question(key, language), number)
            for number, key in enumerate(
                ("number", "name", "email", "birth_year", "country", "home_country", "postcode")
            )
        ),
        question("work_postcode", language) + "\xa0",
        question("office_be", language),
        question("office_fr", language),
        *(
            [question("themes", language)]
            if in_one_cell
            else [f"{question('themes', language)}: {option(f'rank.{n}', language)}" for n in RANKS]
        ),
        _as_titled(question("meeting", language), 1),
        question("role", language) + "\n",
        *(
            question(key, language)
            for key in ("languages", "slots", "cooperator", "commits", "experienced")
        ),
        *(question(key, language) for key in ("share_contact", "consent", "newsletter", "remarks")),
    ]
    rows: list[list[Cell]] = [list(header)]
    received = [one for one in SUBMISSIONS if one.kind != "draft"]
    for number, sent in enumerate(received, start=1):
        answer = sent.answer
        titles = [title(one, language) for one in answer.themes]
        ranking = (
            [_joined(titles)]
            if in_one_cell
            else [titles[rank - 1] if rank <= len(titles) else "" for rank in RANKS]
        )
        rows.append(
            [
                number,
                sent.started,
                sent.sent,
                "anonymous",
                None,
                None,
                answer.member_id,
                answer.name,
                sent.typed_email,
                str(sent.birth_year),
                option(f"country.{answer.country}", language),
                option(f"country.{answer.lives_in}", language),
                sent.typed_postcode,
                sent.work_postcode,
                office(answer.office, answer.country, "BE", language),
                office(answer.office, answer.country, "FR", language),
                *ranking,
                option(f"meeting.{answer.meeting}", language),
                option(f"role.{answer.role}", language),
                _joined([option(f"language.{code}", language) for code in answer.languages]),
                _joined([option(f"slot.{slot}", language) for slot in answer.slots]),
                yes_no(answer.cooperator, language),
                option("commits.yes" if answer.commits else "commits.no", language),
                yes_no(answer.experienced, language),
                yes_no(answer.share_contact, language),
                _joined([option("consent", language)]),
                yes_no(sent.newsletter, language),
                sent.remarks,
            ]
        )
    return xlsx_bytes(rows, sheet="Sheet1", date_format="m/d/yy h:mm:ss")


def _joined(texts: list[str]) -> str:
    return "".join(f"{text};" for text in texts)


def _as_titled(text: str, number: int) -> str:
    """Return a title with a non-breaking space before the end or between words, here and there.

    No two columns have the same title: the tool counts on from the one that it fills itself.
    """
    if text == "Name":
        return "Name2"
    return text.replace(" ", "\xa0", 1) if number % 2 else f"{text}\xa0"
