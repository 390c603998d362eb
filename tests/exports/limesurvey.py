"""LimeSurvey: the CSV of responses, with question codes and answer codes or with full texts.

Comes in: a language. Goes out: the bytes. One column per rank, one per option of a multiple choice, with
Y (or Yes) or nothing; unfinished responses have no date of submission.
"""

from exports.answers import OFFICE_COUNTRY, SUBMISSIONS, Answer, Submission
from exports.form import (
    MEETINGS,
    RANKS,
    ROLES,
    SLOTS,
    SPOKEN,
    THEMES,
    office,
    option,
    question,
    title,
    yes_no,
)
from exports.written import Cell, csv_bytes

_HEADER = {
    "fr": (
        *("ID de la réponse", "Date de soumission", "Dernière page", "Langue de départ"),
        *("Tête de série", "Date de lancement", "Date de la dernière action"),
    ),
    "nl": (
        *("Antwoord ID", "Datum ingestuurd", "Laatste pagina", "Begintaal"),
        *("Seed", "Datum gestart", "Datum laatste actie"),
    ),
    "en": (
        *("Response ID", "Date submitted", "Last page", "Start language"),
        *("Seed", "Date started", "Date last action"),
    ),
}
_RANK = {"fr": "Rang", "nl": "Rang", "en": "Rank"}
_LAST_PAGE = 4


def limesurvey_codes() -> bytes:
    """Return the CSV with question codes as titles and answer codes as answers, in no language.

    What the codes stand for is in `LIMESURVEY_CODES`. The postcode was asked as a number.
    """
    header = [
        *("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"),
        *("numero", "nom", "email", "naissance", "pays", "domicile", "cp", "cptravail"),
        *("bureau", *(f"themes[{rank}]" for rank in RANKS), "reunion", "role"),
        *(f"langues[{code}]" for code in SPOKEN),
        *(f"moments[SQ{number:03}]" for number in range(1, len(SLOTS) + 1)),
        *("societaire", "engagement", "deja", "coordonnees", "rgpd", "lettre", "remarques"),
    ]
    rows: list[list[Cell]] = [list(header)]
    for number, sent in enumerate(SUBMISSIONS, start=11):
        answer = sent.answer
        finished = sent.kind != "draft"
        ranked = [f"A{THEMES.index(one) + 1}" for one in answer.themes]
        late: list[Cell] = [
            f"A{MEETINGS.index(answer.meeting) + 1}",
            f"A{ROLES.index(answer.role) + 1}",
            *("Y" if code in answer.languages else "" for code in SPOKEN),
            *("Y" if slot in answer.slots else "" for slot in SLOTS),
            *_letters(answer.cooperator, answer.commits, answer.experienced, answer.share_contact),
            "Y",
            *_letters(sent.newsletter),
            sent.remarks,
        ]
        rows.append(
            [
                *_about(sent, number),
                answer.member_id,
                answer.name,
                sent.typed_email,
                sent.birth_year,
                answer.country,
                answer.lives_in,
                f"{int(answer.postcode)}.0000000000",
                f"{int(sent.work_postcode)}.0000000000",
                _office_code(answer),
                *(ranked[rank - 1] if rank <= len(ranked) else "" for rank in RANKS),
                *(late if finished else [""] * len(late)),
            ]
        )
    return csv_bytes(rows, separator=";", encoding="utf-8-sig", quote_all=True, line_end="\n")


def limesurvey_texts(language: str) -> bytes:
    """Return the CSV with the full questions as titles and the texts of the answers."""
    header = [
        *_HEADER[language],
        *(
            question(key, language)
            for key in ("number", "name", "email", "birth_year", "country", "home_country")
        ),
        question("postcode", language),
        question("work_postcode", language),
        question("office_be", language),
        question("office_fr", language),
        *(f"{question('themes', language)} [{_RANK[language]} {rank}]" for rank in RANKS),
        question("meeting", language),
        question("role", language),
        *(
            f"{question('languages', language)} [{option(f'language.{code}', language)}]"
            for code in SPOKEN
        ),
        *(f"{question('slots', language)} [{option(f'slot.{slot}', language)}]" for slot in SLOTS),
        *(
            question(key, language)
            for key in ("cooperator", "commits", "experienced", "share_contact")
        ),
        f"{question('consent', language)} [{option('consent', language)}]",
        question("newsletter", language),
        question("remarks", language),
    ]
    rows: list[list[Cell]] = [list(header)]
    ticked, blank = option("yes", language), ""
    for number, sent in enumerate(SUBMISSIONS, start=11):
        answer = sent.answer
        finished = sent.kind != "draft"
        titles = [title(one, language) for one in answer.themes]
        late: list[Cell] = [
            option(f"meeting.{answer.meeting}", language),
            option(f"role.{answer.role}", language),
            *(ticked if code in answer.languages else blank for code in SPOKEN),
            *(ticked if slot in answer.slots else blank for slot in SLOTS),
            *(
                yes_no(one, language)
                for one in (answer.cooperator, answer.commits, answer.experienced)
            ),
            yes_no(answer.share_contact, language),
            ticked,
            yes_no(sent.newsletter, language),
            sent.remarks,
        ]
        rows.append(
            [
                *_about(sent, number),
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
                *(titles[rank - 1] if rank <= len(titles) else "" for rank in RANKS),
                *(late if finished else [""] * len(late)),
            ]
        )
    return csv_bytes(rows, encoding="utf-8-sig", quote_all=True, line_end="\n")


_OFFICES = list(OFFICE_COUNTRY)

LIMESURVEY_CODES = {
    "bureau": {f"A{number}": one for number, one in enumerate(_OFFICES, start=1)} | {"-oth-": ""},
    "themes": {f"A{number}": one for number, one in enumerate(THEMES, start=1)},
    "reunion": {f"A{number}": one for number, one in enumerate(MEETINGS, start=1)},
    "role": {f"A{number}": one for number, one in enumerate(ROLES, start=1)},
    "moments": {f"SQ{number:03}": one for number, one in enumerate(SLOTS, start=1)},
}
"""What the codes of `limesurvey_codes` stand for, by question."""


def _about(sent: Submission, number: int) -> list[Cell]:
    """Return what the tool writes of a response by itself."""
    finished = sent.kind != "draft"
    return [
        number,
        f"{sent.sent:%Y-%m-%d %H:%M:%S}" if finished else "",
        _LAST_PAGE if finished else 2,
        sent.language,
        f"{1_700_000_000 + number * 7_919}",
        f"{sent.started:%Y-%m-%d %H:%M:%S}",
        f"{sent.sent:%Y-%m-%d %H:%M:%S}",
    ]


def _letters(*answers: bool) -> list[Cell]:
    return ["Y" if one else "N" for one in answers]


def _office_code(answer: Answer) -> str:
    return f"A{_OFFICES.index(answer.office) + 1}" if answer.office else "-oth-"
