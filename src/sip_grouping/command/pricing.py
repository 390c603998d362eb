"""The command `sip-grouping prices`: what one more volunteer, member, km, seat, room or group is worth.

Comes in: an edition. Goes out: the dearest of each kind, on standard output, all of them as JSON; a table of
all, where one is asked for.
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from sip_grouping.command.invocation import Invocation
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    Debug,
    EditionFolder,
    Gap,
    Json,
    Lang,
    Postcodes,
    Quiet,
    Seed,
    Strict,
    TimeLimit,
    Workers,
    WorkLimit,
)
from sip_grouping.command.outcome import Answer, Console

_LINES_OF_WARNINGS = 10


_OF_PLACES = ("moderator", "secretary", "member", "km", "seat", "room", "office_seat")


def _picture(file: Path | None) -> Path | None:
    if file is not None and file.suffix.lower() not in {".png", ".svg"}:
        raise typer.BadParameter(f"{file} ends in neither .png nor .svg")
    return file


def _kind(value: str) -> str:
    if value not in _OF_PLACES:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(_OF_PLACES)}")
    return value


def prices(
    context: typer.Context,
    edition: EditionFolder,
    confirm: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="So many of the dearest of each kind are solved again; 0: none.",
        ),
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.csv", help="Write all rows as a table."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the files that are there.")
    ] = False,
    map_: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE.png|FILE.svg",
            callback=_picture,
            help="Draw the prices of one kind as a map.",
        ),
    ] = None,
    what: Annotated[
        str,
        typer.Option(
            "--what",
            metavar="KIND",
            callback=_kind,
            help="Of which kind the map is: moderator, secretary, member, km, seat, room.",
        ),
    ] = "moderator",
    time_limit: TimeLimit = None,
    work_limit: WorkLimit = None,
    seed: Seed = 0,
    workers: Workers = 1,
    gap: Gap = 0.0,
    postcodes: Postcodes = None,
    strict: Strict = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Say what one more of everything is worth, by theme and place; the dearest confirmed."""
    invocation: Invocation = context.obj

    def job(console: Console) -> Answer:
        from sip_grouping.explain import prices as priced  # noqa: PLC0415 - see `app`
        from sip_grouping.files.folder import check_new_file, write_file  # noqa: PLC0415
        from sip_grouping.files.tables import csv_bytes  # noqa: PLC0415
        from sip_grouping.reading import load_edition  # noqa: PLC0415

        for file in filter(None, (out, map_)):
            check_new_file(file, force=force)
        loaded = load_edition(edition, postcodes=postcodes)
        console.warn(loaded.warnings, at_most=_LINES_OF_WARNINGS)
        invocation.interruption.finish_now()
        left = invocation.seconds_left(time_limit)
        with console.progress(left) as observer:
            told = priced(
                loaded,
                confirm=confirm,
                time_limit=left,
                work_limit=work_limit,
                gap=gap,
                seed=seed,
                workers=workers,
                observer=observer,
                cancel=invocation.interruption.cancel,
            )
        text, data = told.summary(console.language), told.record()
        if out is not None:
            table = told.table
            rows = table.astype(object).where(table.notna(), None).to_numpy().tolist()
            write_file(out, csv_bytes(tuple(table.columns), rows), force=force)
            text += "\n\n" + console.said("written", path=str(out))
            data["file"] = str(out)
        if map_ is not None:
            kind: Literal["png", "svg"] = "svg" if map_.suffix.lower() == ".svg" else "png"
            write_file(map_, told.map_picture(what, console.language, kind), force=force)
            text += "\n" + console.said("written", path=str(map_))
            data["map"] = str(map_)
        return Answer(console.ended(), text=text, data=data)

    language = chosen_language(context, lang)
    Console("prices", invocation, quiet, as_json, debug, language, strict).conclude(job)
