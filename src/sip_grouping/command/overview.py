"""The subcommand `overview`: a page for those who follow the groups through the season.

Comes in: what was typed. Goes out: a file, and where it is; see `app`.
"""

from datetime import date, datetime
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
    ProjectsFolder,
    Quiet,
)
from sip_grouping.command.outcome import Answer, Console
from sip_grouping.command.verified import verified, verified_plan, verified_projects


def overview(
    context: typer.Context,
    edition: EditionFolder,
    grouping: GroupingFolder,
    plan: Annotated[Path, typer.Option("--plan", metavar="DIR", help="Folder that plan wrote.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.html", help="Page to write.")],
    projects: ProjectsFolder = None,
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="The day of which the page tells; left out: today.",
        ),
    ] = None,
    names: Annotated[
        bool, typer.Option("--names", help="With names of members and of the team.")
    ] = False,
    postcodes: Postcodes = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Write who of the team follows what, what comes next and what is short; a page that needs no network."""
    interruption = context.obj.interruption
    day = date.today() if on is None else on.date()  # noqa: DTZ011 - the reader's own day is meant

    def job(console: Console) -> Answer:
        from sip_grouping.report.overview.page import export_overview  # noqa: PLC0415 - see `app`
        from sip_grouping.report.overview.standing import standings  # noqa: PLC0415

        loaded, made = verified(edition, grouping, postcodes)
        planned = verified_plan(loaded, made, plan)
        chosen = None if projects is None else verified_projects(loaded, made, projects, planned)
        interruption.finish_now()
        export_overview(
            loaded,
            made,
            planned,
            out,
            day=day,
            projects=chosen,
            language=console.language,
            names=names,
            force=force,
        )
        needs = {
            one.group.group_id: [need.what.value for need in one.needs]
            for one in standings(loaded, made, planned, chosen, day)
        }
        return Answer(
            console.ended(),
            text=console.said("written", path=str(out)),
            data={"file": str(out), "day": day.isoformat(), "needs": needs, "names": names},
        )

    language = chosen_language(context, lang)
    Console("overview", context.obj, quiet, as_json, debug, language).conclude(job)
