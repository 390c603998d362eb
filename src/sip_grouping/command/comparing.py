"""The command `sip-grouping compare`: groupings side by side.

Comes in: folders of groupings, perhaps an edition. Goes out: what differs, on standard output; a page of
HTML, where one is asked for.
"""

from pathlib import Path
from typing import Annotated

import typer

from sip_grouping.command.invocation import Invocation
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import Debug, Json, Postcodes, Quiet, language_option, separated
from sip_grouping.command.outcome import Answer, Console, ExitCode


def _two_or_more(folders: list[Path]) -> list[Path]:
    if len(folders) < 2:
        raise typer.BadParameter("give two groupings or more")
    return folders


def compare(
    context: typer.Context,
    groupings: Annotated[
        list[Path],
        typer.Argument(
            metavar="GROUPING...",
            callback=_two_or_more,
            help="Folders that form wrote, two or more: the first against each of the others.",
        ),
    ],
    edition: Annotated[
        Path | None,
        typer.Option(
            "--edition",
            metavar="EDITION",
            help="Edition whose titles are shown and whose points score all groupings alike.",
        ),
    ] = None,
    names: Annotated[
        str | None,
        typer.Option(
            "--names",
            metavar="NAMES",
            help="What to call them, separated by commas; left out: as their folders.",
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="MEASURES",
            help="What decides the order of three and more: score, placed, first_choices,"
            " mean_travel_km, max_travel_km, groups, video_share.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.html", help="Write a page with tables and a picture."),
    ] = None,
    postcodes: Postcodes = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the page that is there.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Annotated[
        str | None,
        language_option("Language of the answer and the page; left out: that of the system."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Compare groupings: who moved, which groups stayed, what it does to the score."""
    invocation: Invocation = context.obj

    def job(console: Console) -> Answer:
        from sip_grouping.comparison import compare as compare_groupings  # noqa: PLC0415
        from sip_grouping.files.folder import write_file  # noqa: PLC0415
        from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415
        from sip_grouping.reading import load_edition  # noqa: PLC0415

        loaded = None if edition is None else load_edition(edition, postcodes=postcodes)
        comparison = compare_groupings(
            *(load_grouping(folder) for folder in groupings),
            edition=loaded,
            names=_names(groupings) if names is None else separated(names),
        )
        measures = None if by is None else separated(by)
        text = comparison.summary(console.language, measures)
        data = comparison.record(measures)
        if out is None:
            return Answer(ExitCode.DONE, text=text, data=data)
        page = comparison.html(console.language, measures).encode()
        invocation.interruption.finish_now()
        write_file(out, page, force=force)
        said = console.said("page-written", file=str(out))
        return Answer(
            console.ended(),
            text=f"{text}\n\n{said}",
            data={"file": str(out), **data},
        )

    language = chosen_language(context, lang)
    Console("compare", invocation, quiet, as_json, debug, language).conclude(job)


def _names(folders: list[Path]) -> list[str]:
    """Return the names of folders; where two are called alike, all as they were typed."""
    names = [folder.resolve().name for folder in folders]
    alike = len(set(names)) < len(names) or not all(names)
    return [str(folder) for folder in folders] if alike else names
