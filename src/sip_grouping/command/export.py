"""The subcommand `export`: a grouping as an Excel workbook, to read, to send and to correct by hand.

Comes in: what was typed. Goes out: a file, and where it is; see `app`.
"""

from pathlib import Path
from typing import Annotated

import typer

from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    Debug,
    EditionFolder,
    Force,
    GroupingFolder,
    Json,
    Lang,
    Postcodes,
    Quiet,
    separated,
)
from sip_grouping.command.outcome import Answer, Console
from sip_grouping.command.verified import verified


def export(
    context: typer.Context,
    edition: EditionFolder,
    grouping: GroupingFolder,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="Workbook to write.")],
    names: Annotated[
        bool,
        typer.Option("--names", help="With names, e-mail addresses and all further columns."),
    ] = False,
    columns: Annotated[
        str,
        typer.Option(
            "--columns", metavar="NAMES", help="Further columns of the members, with commas."
        ),
    ] = "",
    postcodes: Postcodes = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Write a grouping as an Excel workbook; `verify --tables` reads it back."""
    interruption = context.obj.interruption

    def job(console: Console) -> Answer:
        from sip_grouping.export import export_workbook  # noqa: PLC0415 - see `app`

        loaded, made = verified(edition, grouping, postcodes)
        interruption.finish_now()
        export_workbook(
            loaded,
            made,
            out,
            language=console.language,
            names=names,
            columns=separated(columns),
            force=force,
        )
        return Answer(
            console.ended(),
            text=console.said("written", path=str(out)),
            data={"file": str(out), "groups": len(made.group_records), "names": names},
        )

    language = chosen_language(context, lang)
    Console("export", context.obj, quiet, as_json, debug, language).conclude(job)
