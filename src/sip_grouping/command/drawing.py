"""The subcommand `map`: the groups of a grouping on a map.

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
)
from sip_grouping.command.outcome import Answer, Console
from sip_grouping.command.verified import verified


def map_(
    context: typer.Context,
    edition: EditionFolder,
    grouping: GroupingFolder,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="File to write: .html, .png or .svg.")
    ],
    theme: Annotated[
        list[str] | None,
        typer.Option("--theme", metavar="ID", help="Only this theme; may be given several times."),
    ] = None,
    postcodes: Postcodes = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Draw a grouping as a map: a page that needs no network, or a picture. Ids only, no names."""
    interruption = context.obj.interruption

    def job(console: Console) -> Answer:
        from sip_grouping.report.map.export import export_map  # noqa: PLC0415 - see `app`

        loaded, made = verified(edition, grouping, postcodes)
        interruption.finish_now()
        export_map(
            loaded, made, out, language=console.language, themes=tuple(theme or ()), force=force
        )
        return Answer(
            console.ended(),
            text=console.said("written", path=str(out)),
            data={"file": str(out), "groups": len(made.group_records), "themes": theme or []},
        )

    language = chosen_language(context, lang)
    Console("map", context.obj, quiet, as_json, debug, language).conclude(job)
