"""Exports of form tools, all of the same answers of 35 synthetic members.

Comes in: nothing. Goes out: `EXPORTS`, each a file as the tool writes it, with what a reader has to be
told or may not know for certain; the answers that it must end with are `EXPECTED`. Of a member who
answered several times the last answer counts, by its time; drafts and tests do not.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from exports.answers import ANSWERS, EDITION_TOML, EXPECTED, OFFICES_CSV, SUBMISSIONS, Expected
from exports.drupal import drupal_csv, header_rows
from exports.form import BILINGUAL, LANGUAGES, RANKS
from exports.google import google_csv, google_xlsx
from exports.jotform import jotform_csv
from exports.limesurvey import LIMESURVEY_CODES, limesurvey_codes, limesurvey_texts
from exports.microsoft import microsoft_xlsx
from exports.tally import tally_csv
from exports.written import csv_bytes

__all__ = [
    "EDITION_TOML",
    "EXPECTED",
    "EXPORTS",
    "LIMESURVEY_CODES",
    "OFFICES_CSV",
    "SUBMISSIONS",
    "Export",
    "expected_members",
    "write_all",
]


@dataclass(frozen=True)
class Export:
    """One file of a form tool.

    Attributes
    ----------
    zeros_lost
        Fields that the tool wrote as numbers: of members in `without_zero` the zero may be gone, and a
        reader may ask instead of knowing.
    drafts
        Unfinished answers are in the file too.
    codes
        Answers are codes that only the form explains: a reader needs a mapping.
    header_rows
        How many rows stand above the answers; the last of them has the title of each column.
    encoding
        In which encoding the bytes of a CSV file are.
    """

    tool: str
    language: str
    file: str
    make: Callable[[], bytes]
    zeros_lost: tuple[str, ...] = ()
    drafts: bool = False
    codes: bool = False
    header_rows: int = 1
    encoding: str = "utf-8-sig"

    @property
    def name(self) -> str:
        """What the export is called in a test."""
        return f"{self.tool}-{self.language}"

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.make()

    @property
    def without_zero(self) -> frozenset[str]:
        """Members whose number or postcode may have lost its zero in this file."""
        return frozenset(
            one.member_id
            for one in ANSWERS
            if any(str(getattr(one, field)).startswith("0") for field in self.zeros_lost)
        )

    @property
    def rows(self) -> int:
        """How many answers the file holds, all kinds together."""
        return sum(self.drafts or one.kind != "draft" for one in SUBMISSIONS)


def _exports() -> tuple[Export, ...]:
    made: list[Export] = []
    for language in (*LANGUAGES, BILINGUAL):
        made.append(
            Export(
                "google-csv",
                language,
                f"Smart in Progress ({language}).csv",
                partial(google_csv, language),
            )
        )
        made.append(
            Export(
                "google-xlsx",
                language,
                f"Smart in Progress ({language}) (réponses).xlsx",
                partial(google_xlsx, language),
                zeros_lost=("member_id", "postcode"),
            )
        )
    for language in LANGUAGES:
        made.append(
            Export(
                "microsoft-xlsx",
                language,
                f"Smart in Progress ({language})(1-{len(SUBMISSIONS)}).xlsx",
                partial(microsoft_xlsx, language),
            )
        )
        made.append(
            Export(
                "limesurvey-texts",
                language,
                f"results-survey417532-{language}.csv",
                partial(limesurvey_texts, language),
                drafts=True,
            )
        )
    made.extend(
        Export(
            "drupal-csv",
            language,
            f"smart_in_progress_{language}.csv",
            partial(drupal_csv, language),
            drafts=True,
            header_rows=header_rows(language),
            encoding={"nl": "cp1252", "en": "utf-8"}.get(language, "utf-16"),
        )
        for language in (*LANGUAGES, BILINGUAL)
    )
    for language in LANGUAGES:
        made.append(
            Export(
                "tally-csv",
                language,
                f"Smart in Progress_Submissions_2026-10-05 ({language}).csv",
                partial(tally_csv, language),
            )
        )
        made.append(
            Export(
                "jotform-csv",
                language,
                f"Smart_in_Progress2026-10-05_{language}.csv",
                partial(jotform_csv, language),
            )
        )
    made.append(
        Export(
            "limesurvey-codes",
            "fr",
            "results-survey417532.csv",
            limesurvey_codes,
            zeros_lost=("postcode",),
            drafts=True,
            codes=True,
        )
    )
    return tuple(made)


EXPORTS: tuple[Export, ...] = _exports()


def expected_members() -> bytes:
    """Return members.csv as a perfect reader of any of the exports would write it."""
    fields = [one.name for one in dataclasses.fields(Expected) if one.name != "themes"]
    rows = [[*fields, *(f"theme_{rank}" for rank in RANKS)]]
    for one in EXPECTED:
        themes = [*one.themes, "", ""][: len(RANKS)]
        rows.append([*(_cell(getattr(one, name)) for name in fields), *themes])
    return csv_bytes(rows)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def write_all(folder: Path) -> None:
    """Write every export, and the edition's two other files, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "edition.toml").write_text(EDITION_TOML, "utf-8")
    (folder / "offices.csv").write_text(OFFICES_CSV, "utf-8")
    for export in EXPORTS:
        (folder / f"{export.name}{Path(export.file).suffix}").write_bytes(export.data)
