"""Tally: the CSV of submissions.

Comes in: a language. Goes out: the bytes. A question with check boxes has a column of the answers joined by
comma and space, and then one per option with true or false; the ranking is one cell, joined in the same way
though the themes hold commas.
"""

from exports.answers import SUBMISSIONS
from exports.form import SLOTS, SPOKEN, office, option, question, title, yes_no
from exports.written import Cell, csv_bytes

_CHECK_BOXES = {"languages": ("language", SPOKEN), "slots": ("slot", SLOTS)}


def tally_csv(language: str) -> bytes:
    """Return the CSV of submissions."""
    header = ["Submission ID", "Respondent ID", "Submitted at"]
    for key in (
        *("number", "name", "email", "birth_year", "country", "home_country", "postcode"),
        *("work_postcode", "office_be", "office_fr", "themes", "meeting", "role", "languages"),
        *("slots", "cooperator", "commits", "experienced", "share_contact", "consent"),
        *("newsletter", "remarks"),
    ):
        header.append(question(key, language))
        if key in _CHECK_BOXES:
            kind, options = _CHECK_BOXES[key]
            header += [
                f"{question(key, language)} ({option(f'{kind}.{one}', language)})"
                for one in options
            ]
    rows: list[list[Cell]] = [list(header)]
    for number, sent in enumerate((one for one in SUBMISSIONS if one.kind != "draft"), start=1):
        answer = sent.answer
        rows.append(
            [
                f"{number:02}xK{number * 37 % 97:02}q",
                f"r{number * 61 % 89:02}Wd",
                f"{sent.sent:%Y-%m-%d %H:%M:%S}",
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
                ", ".join(title(one, language) for one in answer.themes),
                option(f"meeting.{answer.meeting}", language),
                option(f"role.{answer.role}", language),
                *_boxes("languages", answer.languages, language),
                *_boxes("slots", answer.slots, language),
                yes_no(answer.cooperator, language),
                option("commits.yes" if answer.commits else "commits.no", language),
                yes_no(answer.experienced, language),
                yes_no(answer.share_contact, language),
                "true",
                yes_no(sent.newsletter, language),
                sent.remarks,
            ]
        )
    return csv_bytes(rows, line_end="\n")


def _boxes(key: str, ticked: tuple[str, ...], language: str) -> list[Cell]:
    kind, options = _CHECK_BOXES[key]
    joined = ", ".join(option(f"{kind}.{one}", language) for one in ticked)
    return [joined, *("true" if one in ticked else "false" for one in options)]
