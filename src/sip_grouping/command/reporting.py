"""The subcommand `report`: all there is to say of a grouping, on one page.

Comes in: what was typed. Goes out: a file, and where it is; see `app`.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    EXPLAIN_WORK,
    Debug,
    EditionFolder,
    Explain,
    ExplainWork,
    Force,
    GroupingFolder,
    Json,
    Lang,
    MeetingsPlan,
    Postcodes,
    ProjectsFolder,
    Quiet,
)
from sip_grouping.command.outcome import Answer, Console
from sip_grouping.command.verified import explained, verified, verified_plan, verified_projects


def report(
    context: typer.Context,
    edition: EditionFolder,
    grouping: GroupingFolder,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.html", help="Page to write.")],
    names: Annotated[
        bool, typer.Option("--names", help="With names and e-mail addresses of the members.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", metavar="GROUPING", help="Folder of an earlier grouping to compare with."
        ),
    ] = None,
    plan: MeetingsPlan = None,
    projects: ProjectsFolder = None,
    explain: Explain = False,
    explain_work: ExplainWork = EXPLAIN_WORK,
    postcodes: Postcodes = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Write a report of a grouping: quality, map, groups, who is left out; a page that needs no network."""
    interruption = context.obj.interruption
    if projects is not None and plan is None:
        given: Any = next(one for one in context.command.params if "--projects" in one.opts)
        raise typer.BadParameter("--projects goes with --plan", ctx=context, param=given)

    def job(console: Console) -> Answer:
        from sip_grouping.grouping.proposed import load_before, load_options  # noqa: PLC0415 - see `app`
        from sip_grouping.report.full.export import export_report  # noqa: PLC0415

        loaded, made = verified(edition, grouping, postcodes)
        earlier = None if against is None else load_before(against)
        options = None if against is None else load_options(grouping)
        planned = None if plan is None else verified_plan(loaded, made, plan)
        chosen = None if projects is None else verified_projects(loaded, made, projects, planned)
        told = explained(loaded, made, explain_work, postcodes) if explain else None
        interruption.finish_now()
        export_report(
            loaded,
            made,
            out,
            language=console.language,
            names=names,
            against=earlier,
            options=options,
            explained=told,
            plan=planned,
            projects=chosen,
            checked=True,
            force=force,
        )
        return Answer(
            console.ended(),
            text=console.said("written", path=str(out)),
            data={"file": str(out), "groups": len(made.group_records), "names": names},
        )

    language = chosen_language(context, lang)
    Console("report", context.obj, quiet, as_json, debug, language).conclude(job)
