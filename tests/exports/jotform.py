"""A tool like Jotform: the CSV of submissions.

Comes in: a language. Goes out: the bytes. Several answers stand in one cell, a line each, and the ranking is
numbered: ``1: Support``; the time is the first column, the tool's own number the last.
"""

from exports.answers import SUBMISSIONS
from exports.form import office, option, question, title, yes_no
from exports.written import Cell, csv_bytes


def jotform_csv(language: str) -> bytes:
    """Return the CSV of submissions."""
    keys = (
        *("name", "number", "email", "birth_year", "country", "home_country", "postcode"),
        *("work_postcode", "office_be", "office_fr", "themes", "meeting", "role", "languages"),
        *("slots", "cooperator", "commits", "experienced", "share_contact", "consent"),
        *("newsletter", "remarks"),
    )
    rows: list[list[Cell]] = [
        ["Submission Date", *(question(key, language) for key in keys), "Submission ID"]
    ]
    for number, sent in enumerate((one for one in SUBMISSIONS if one.kind != "draft"), start=1):
        answer = sent.answer
        roles = ("moderator", "secretary") if answer.role == "both" else (answer.role,)
        rows.append(
            [
                f"{sent.sent:%b %d, %Y %I:%M:%S %p}",
                answer.name,
                answer.member_id,
                sent.typed_email,
                sent.birth_year,
                option(f"country.{answer.country}", language),
                option(f"country.{answer.lives_in}", language),
                sent.typed_postcode,
                sent.work_postcode,
                office(answer.office, answer.country, "BE", language),
                office(answer.office, answer.country, "FR", language),
                "\n".join(
                    f"{rank}: {title(one, language)}" for rank, one in enumerate(answer.themes, 1)
                ),
                option(f"meeting.{answer.meeting}", language),
                "\n".join(option(f"role.{role}", language) for role in roles),
                "\n".join(option(f"language.{code}", language) for code in answer.languages),
                "\n".join(option(f"slot.{slot}", language) for slot in answer.slots),
                yes_no(answer.cooperator, language),
                option("commits.yes" if answer.commits else "commits.no", language),
                yes_no(answer.experienced, language),
                yes_no(answer.share_contact, language),
                option("consent", language),
                yes_no(sent.newsletter, language),
                sent.remarks,
                6_012_345_678_900_000_000 + number,
            ]
        )
    return csv_bytes(rows, encoding="utf-8-sig", quote_all=True, line_end="\n")
