"""The subcommand `new`: an empty edition to fill in.

Comes in: what was typed. Goes out: files, and where they are; see `app`.
"""

from pathlib import Path
from typing import Annotated

import typer

from sip_grouping.catalogue import pattern
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import Debug, Json, Quiet, language_option
from sip_grouping.command.outcome import Answer, Console


def new(
    context: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder to write; or a workbook: a name in .xlsx."),
    ],
    xlsx: Annotated[
        bool,
        typer.Option(
            "--xlsx", help="One Excel workbook, edition.xlsx, in the place of text files."
        ),
    ] = False,
    lang: Annotated[
        str | None,
        language_option("Language of titles, comments and examples; left out: that of the system."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the edition that is there, answers included.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write an empty edition to fill in: settings, tables with titles, what each column means."""
    interruption = context.obj.interruption

    def job(console: Console) -> Answer:
        from sip_grouping.template import new_edition  # noqa: PLC0415 - see `app`

        interruption.finish_now()
        written = new_edition(path, console.language, workbook=xlsx, force=force)
        said = pattern(console.language, "template", "written")
        return Answer(
            console.ended(),
            text=said.format(path=path),
            data={
                "folder": str(written.folder),
                "files": list(written.files),
                "language": console.language,
            },
        )

    language = chosen_language(context, lang)
    Console("new", context.obj, quiet, as_json, debug, language).conclude(job)
