"""Slips in files of answers to proposals, as members, forms and spreadsheets return them.

Comes in: nothing. Goes out: `ANSWERS`. Members 007, 100000, a03 and a04 were proposed a group in round 2; a05
accepted in round 1 and was not asked again.
"""

import datetime as dt
import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from slips.base import Change, Slip, Verdict, text

ASKED = ("007", "100000", "a03", "a04")
ACCEPTED = "a05"
ROUND = 2
IDS = (*ASKED, ACCEPTED)
KIND = "answers to proposals"

Files = Mapping[str, bytes | None]


def csv(
    *rows: Sequence[str],
    header: Sequence[str] = ("member_id", "answer"),
    separator: str = ",",
    encoding: str = "utf-8",
) -> Files:
    """Return a file of answers."""
    return {"answers.csv": text([header, *rows], separator).encode(encoding)}


def xlsx(
    *rows: Sequence[object],
    header: Sequence[str] = ("member_id", "answer"),
    change: Change | None = None,
) -> Files:
    """Return a workbook of answers."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (header, *rows):
        sheet.append([None if cell == "" else cell for cell in row])
    if change is not None:
        change(sheet)
    kept = io.BytesIO()
    book.save(kept)
    return {"answers.xlsx": kept.getvalue()}


def _slip(
    name: str,
    written: str,
    verdict: Verdict,
    files: Files,
    means: Mapping[str, str] | None = None,
    *names: str,
    says: str = "",
) -> Slip:
    told = tuple((who, "answer", said) for who, said in (means or {}).items())
    return Slip(f"answers-{name}", KIND, None, written, verdict, files, told, names, says)


def _said(words: Sequence[str], verdict: str) -> tuple[Files, Mapping[str, str]]:
    asked = ASKED[: len(words)]
    return csv(*zip(asked, words, strict=True)), dict.fromkeys(asked, verdict)


def _formatted(sheet: Worksheet) -> None:
    for row in range(3, 900):
        sheet.cell(row, 1).number_format = "@"
        sheet.cell(row, 2).value = ""


_PROPOSAL = (
    *("proposal_id", "round", "member_id", "group_id", "role", "theme", "track", "place"),
    *("place_name", "language", "slot", "size", "travel_km", "answer"),
)


def _returned(number: int, group: str, said: str = "accept") -> Files:
    row = (
        *(f"{number}-1", str(number), "a03", group, "member", "support", "local", "liege"),
        *("Liège", "fr", "tue-evening", "5", "1.25", said),
    )
    return csv(row, header=_PROPOSAL)


_WORDS: tuple[Slip, ...] = (
    _slip("accept-fr-nl", "`J'accepte`, `Ik aanvaard`, a curly `d'accord`, `Akkoord !`", "read",
          *_said(("J'accepte", "Ik aanvaard", "d\u2019accord", "Akkoord !"), "accept")),
    _slip("accept-alike", "`OUI`, `ja.`, `ok`, `accept<nbsp>`", "read",
          *_said(("OUI", "ja.", "ok", "accept\xa0"), "accept")),
    _slip("accept-bilingual", "`J'accepte / Ik aanvaard`, `Oui / Ja`, `✓`", "read",
          *_said(("J'accepte / Ik aanvaard", "Oui / Ja", "✓"), "accept")),
    _slip("decline-fr-nl", "`Je refuse`, `Ik weiger`, `Neen`, `pas d'accord`", "read",
          *_said(("Je refuse", "Ik weiger", "Neen", "pas d'accord"), "decline")),
    _slip("no-answer", "an empty cell, `sans réponse`, `geen antwoord`, `none`", "read",
          *_said(("", "sans réponse", "geen antwoord", "none"), "none")),
    _slip("with-a-condition", "`oui, mais pas le mardi`", "error",
          csv(("a03", "oui, mais pas le mardi"), ("a04", "accept")), None, "unknown-reply"),
    _slip("in-two-minds", "`accept / decline`", "error",
          csv(("a03", "accept / decline")), None, "unknown-reply"),
    _slip("a-mark", "`x`: a cross accepts on one form and refuses on another", "error",
          csv(("a03", "x")), None, "unknown-reply"),
    _slip("a-crossed-box", "`☒`", "error", csv(("a03", "☒")), None, "unknown-reply"),
    _slip("an-unticked-box", "`FALSE` of a box that nobody ticked", "error",
          xlsx(("a03", False)), None, "unknown-reply"),
    _slip("a-number", "`0`", "error", csv(("a03", "0")), None, "unknown-reply"),
    _slip("a-question-mark", "`?`", "error", csv(("a03", "?")), None, "unknown-reply"),
    _slip("a-failed-formula", "`#N/A`", "error", csv(("a03", "#N/A")), None, "spreadsheet-error"),
)  # fmt: skip

_MEMBERS: tuple[Slip, ...] = (
    _slip("same-row-twice", "the same row twice", "error",
          csv(("a03", "accept"), ("a03", "accept")), None, "answered-twice"),
    _slip("two-answers", "a member who accepts and declines", "error",
          csv(("a03", "accept"), ("a04", "accept"), ("a03", "decline")), None, "answered-twice"),
    _slip("two-spellings", "`007` accepts and `7` declines", "error",
          csv(("007", "accept"), ("7", "decline")), None, "answered-twice"),
    _slip("lost-zeros", "`7` for member 007", "warning",
          csv(("7", "accept")), {"007": "accept"}, "id-rewritten", "007"),
    _slip("number-of-a-workbook", "7 as a number", "warning",
          xlsx((7, "decline")), {"007": "decline"}, "id-rewritten", "007"),
    _slip("scientific", "`1,00E+05` for member 100000", "warning",
          csv(("1,00E+05", "accept"), separator=";"), {"100000": "accept"}, "id-rewritten"),
    _slip("capitals", "`A03` for member a03", "warning",
          csv(("A03", "accept")), {"a03": "accept"}, "id-rewritten", "a03"),
    _slip("id-became-a-date", "an id that became a date", "error",
          xlsx((dt.date(2026, 3, 1), "accept")), None, "id-became-a-date"),
    _slip("two-ids", "`a03 a04` in one cell", "error",
          csv(("a03 a04", "accept")), None, "unknown-member"),
    _slip("ids-in-a-list", "`a03, a04` in one cell", "error",
          csv(("a03, a04", "decline")), None, "unknown-member"),
    _slip("by-name", "a name for an id", "error",
          csv(("Verborgen Claire", "accept")), None, "member-by-name", "a03"),
    _slip("by-address", "an e-mail address for an id", "error",
          csv(("claire@verborgen.example", "accept")), None, "unknown-member"),
    _slip("not-asked", "a member who was not asked in this round", "error",
          csv(("a03", "accept"), (ACCEPTED, "decline")), None, "not-proposed", ACCEPTED),
    _slip("unknown", "a member of another edition", "error",
          csv(("z99", "accept")), None, "unknown-member", "z99"),
    _slip("no-id", "an answer without an id", "error",
          csv(("", "accept"), ("a03", "accept")), None, "empty-cell"),
    _slip("total-row", "`Total` and a number below the rows", "error",
          csv(("a03", "accept"), ("Total", "1")), None, "unknown-member|unknown-reply"),
)  # fmt: skip

_TABLES: tuple[Slip, ...] = (
    _slip("dutch-titles", "titles in Dutch, semicolons", "read",
          csv(("a03", "aanvaardt", "20/11/2026", "graag"), separator=";",
              header=("Lidnummer", "Antwoord", "Datum", "Opmerking")), {"a03": "accept"}),
    _slip("french-titles", "titles in French, of Windows", "warning",
          csv(("a03", "accepte", "20/11/2026", "très bien"), separator=";", encoding="cp1252",
              header=("N° membre", "Réponse", "Date de réponse", "Commentaire")),
          {"a03": "accept"}, "taken-for-windows"),
    _slip("blank-rows", "rows of commas below", "read",
          csv(("a03", "accept"), ("", ""), (" ", "")), {"a03": "accept"}),
    _slip("formatted-rows", "a workbook with 900 empty rows", "read",
          xlsx(("a03", "accept"), change=_formatted), {"a03": "accept"}),
    _slip("title-above", "a title above the header", "warning",
          csv(("member_id", "answer"), ("a03", "accept"), header=("Réponses", "")),
          {"a03": "accept"}, "row-above-header"),
    _slip("header-again", "the header once more", "warning",
          csv(("a03", "accept"), ("member_id", "answer"), ("a04", "decline")),
          {"a03": "accept", "a04": "decline"}, "header-again"),
    _slip("other-title", "the answers under `Verdict du membre`", "error",
          csv(("a03", "accept"), header=("member_id", "Verdict du membre")), None, "missing-column"),
    _slip("two-answer-columns", "`Réponse` and `Antwoord`", "error",
          csv(("a03", "accept", "decline"), header=("member_id", "Réponse", "Antwoord")),
          None, "duplicate-column"),
    _slip("nothing-in-it", "a header alone", "error", csv(), None, "no-answers"),
    _slip("a-comma-too-many", "`accept, graag` without quotes", "error",
          {"answers.csv": b"member_id,answer\na03,accept, graag\n"}, None, "too-many-cells"),
    _slip("a-cell-missing", "a row that ends after the id", "warning",
          {"answers.csv": b"member_id,answer\na03\na04,accept\n"},
          {"a03": "none", "a04": "accept"}, "too-few-cells"),
    _slip("dates", "a date of a workbook, `gisteren`", "read",
          xlsx(("a03", "accept", dt.date(2026, 11, 20)), ("a04", "decline", "gisteren"),
               header=("member_id", "answer", "date")), {"a03": "accept", "a04": "decline"}),
    _slip("a-long-comment", "a comment of several lines", "read",
          csv(("a03", "accept", 'Verborgen, "Claire"\nsays\r\nyes'),
              header=("member_id", "answer", "comment")), {"a03": "accept"}),
)  # fmt: skip

_RETURNED: tuple[Slip, ...] = (
    _slip("proposals-returned", "proposals.csv with a column `answer`", "read",
          _returned(ROUND, "support-liege-1"), {"a03": "accept"}),
    _slip("proposals-of-another-round", "proposals.csv of round 1, in round 2", "error",
          _returned(1, "support-liege-1"), None, "other-proposal"),
    _slip("proposals-of-another-group", "a group that the member was not proposed", "error",
          _returned(ROUND, "support-video-1"), None, "other-proposal"),
    _slip("decline-with-a-wish", "`refuse`, and `Thème 1` filled in", "read",
          csv(("a03", "refuse", "gender"), header=("member_id", "réponse", "Thème 1")),
          {"a03": "decline"}),
    _slip("unknown-wish", "a theme that there is not", "error",
          csv(("a03", "decline", "knitting"), header=("member_id", "answer", "theme_1")),
          None, "unknown-theme"),
)  # fmt: skip

ANSWERS = (*_WORDS, *_MEMBERS, *_TABLES, *_RETURNED)
