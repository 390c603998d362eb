"""The command `sip-grouping import`: the export of a form as an edition.

Comes in: the command line. Goes out: a folder with an edition; what each column was read as, on standard
output; the guessed mapping beside the edition, so that it can be corrected and is used again next year.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sip_grouping.command.invocation import Invocation
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import Debug, Force, Json, Lang, Postcodes, Quiet
from sip_grouping.command.outcome import Answer, Console

if TYPE_CHECKING:
    from sip_grouping.reading.forms.importing import Opened, ReadAs

_LONGEST_TITLE, _LONGEST_EXAMPLE = 60, 30


def import_(
    context: typer.Context,
    export: Annotated[
        Path,
        typer.Argument(metavar="EXPORT", help="CSV or .xlsx as a form tool writes it."),
    ],
    edition: Annotated[
        Path,
        typer.Option(
            "--edition", metavar="FILE", help="edition.toml; offices.csv is read beside it."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            metavar="FILE",
            help="What the columns mean; without it mapping.toml beside the edition, or a guess.",
        ),
    ] = None,
    postcodes: Postcodes = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Turn the export of a form into an edition; show what its columns are read as."""
    invocation: Invocation = context.obj

    def job(console: Console) -> Answer:
        from sip_grouping.command.record import finding_records  # noqa: PLC0415
        from sip_grouping.files.folder import check_output  # noqa: PLC0415
        from sip_grouping.reading.forms.importing import (  # noqa: PLC0415
            IMPORTED_FILES,
            imported,
            open_export,
            save_import,
        )

        check_output(out, force=force, known_files=IMPORTED_FILES)
        opened = open_export(export, edition, mapping)
        kept = _keep_guess(opened, edition, console)
        made = imported(opened, None, postcodes)
        invocation.interruption.finish_now()
        save_import(made, edition, out, force=force)
        console.warn(made.edition.warnings)
        lines = [*kept, *_table(made.columns, console)]
        said = console.said("import-done", members=str(len(made.edition.members)), folder=str(out))
        return Answer(
            console.ended(),
            text="\n".join([*lines, said]),
            data={
                "folder": str(out),
                "members": len(made.edition.members),
                "guessed": made.guessed,
                "columns": [
                    {"title": one.title, "field": one.field or None} for one in made.columns
                ],
                "warnings": finding_records(made.edition.warnings, console.language),
            },
        )

    language = chosen_language(context, lang)
    Console("import", invocation, quiet, as_json, debug, language).conclude(job)


def _keep_guess(opened: "Opened", edition: Path, console: Console) -> list[str]:
    """Write a guessed mapping beside the edition, and show it also where something is to be asked."""
    from sip_grouping.reading.forms.importing import save_guess  # noqa: PLC0415

    if not opened.guessed:
        return []
    file = save_guess(opened, edition)
    said = console.said("import-guessed", file=str(file))
    if not opened.asked:
        return [said]
    for line in (said, *_table(opened.columns, console)):
        console.note(line)
    return []


def _table(columns: "Sequence[ReadAs]", console: Console) -> list[str]:
    unread = console.said("import-unread")
    width = max((len(one.field or unread) for one in columns), default=0)
    lines = []
    for one in columns:
        title = _short(one.title, _LONGEST_TITLE)
        some = ", ".join(repr(_short(text, _LONGEST_EXAMPLE)) for text in one.examples)
        lines.append(f"  {one.field or unread:<{width}}  {title}" + (f"  ({some})" if some else ""))
    return lines


def _short(text: str, longest: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 3]}..."
