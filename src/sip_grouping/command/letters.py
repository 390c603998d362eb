"""The subcommand `letters`: a letter to each member, a sheet per moderator, a table for a mail program.

Comes in: what was typed. Goes out: a folder of files, and how many there are; see `app`. Nothing is sent.
"""

from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from sip_grouping.catalogue import counted
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
    MeetingsPlan,
    Postcodes,
    ProjectsFolder,
    Quiet,
    language_option,
    separated,
)
from sip_grouping.command.outcome import Answer, Console
from sip_grouping.command.verified import explained, verified, verified_plan, verified_projects
from sip_grouping.report.letters.formats import LetterFormat

_ALL_FORMATS = ",".join(get_args(LetterFormat))


def _formats(value: str) -> str:
    known = get_args(LetterFormat)
    if not separated(value) or not set(separated(value)) <= set(known):
        raise typer.BadParameter(f"give one or more, separated by commas, of: {', '.join(known)}")
    return value


def letters(
    context: typer.Context,
    edition: EditionFolder,
    grouping: GroupingFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            metavar=_ALL_FORMATS,
            callback=_formats,
            help="How letters are written; eml: an e-mail that a mail program opens as a draft.",
        ),
    ] = _ALL_FORMATS,
    templates: Annotated[
        Path | None,
        typer.Option(
            "--templates", metavar="DIR", help="Your own templates, in the place of ours by name."
        ),
    ] = None,
    sender: Annotated[
        str | None,
        typer.Option("--from", metavar="ADDRESS", help="Who the e-mails are from."),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since",
            metavar="GROUPING",
            help="Earlier groups, such as the folder before of round export: letters tell what changed.",
        ),
    ] = None,
    plan: MeetingsPlan = None,
    plan_before: Annotated[
        Path | None,
        typer.Option(
            "--plan-before",
            metavar="DIR",
            help="With --plan: the plan that people know; what moved or was cancelled is marked.",
        ),
    ] = None,
    projects: ProjectsFolder = None,
    explain: Explain = False,
    explain_work: ExplainWork = EXPLAIN_WORK,
    postcodes: Postcodes = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Annotated[
        str | None,
        language_option(
            "Language of letters where neither the member nor its group says; and of findings."
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Write a letter to each member, in its language, and a sheet per group; nothing is sent."""
    interruption = context.obj.interruption
    if plan_before is not None and plan is None:
        given: Any = next(one for one in context.command.params if "--plan-before" in one.opts)
        raise typer.BadParameter("--plan-before goes with --plan", ctx=context, param=given)

    def job(console: Console) -> Answer:
        from sip_grouping.command.record import finding_records  # noqa: PLC0415 - see `app`
        from sip_grouping.files.folder import check_output  # noqa: PLC0415
        from sip_grouping.grouping.proposed import load_before  # noqa: PLC0415
        from sip_grouping.plan.files import load_plan  # noqa: PLC0415
        from sip_grouping.report.letters.writing import LETTER_FILES, write_letters  # noqa: PLC0415

        check_output(out, force=force, known_files=LETTER_FILES)
        loaded, made = verified(edition, grouping, postcodes)
        earlier = None if since is None else load_before(since)
        planned = None if plan is None else verified_plan(loaded, made, plan)
        chosen = None if projects is None else verified_projects(loaded, made, projects, planned)
        known = None if plan_before is None else load_plan(plan_before)
        told = explained(loaded, made, explain_work, postcodes) if explain else None
        interruption.finish_now()
        written = write_letters(
            loaded,
            made,
            out,
            formats=[one for one in get_args(LetterFormat) if one in separated(formats)],
            templates=templates,
            language=console.language,
            sender=sender,
            since=earlier,
            explained=told,
            meetings=[*(planned.meetings if planned else ()), *(chosen.meetings if chosen else ())],
            meetings_before=None if known is None else known.meetings,
            force=force,
        )
        console.warn(written.warnings)
        said = console.said(
            "letters-done",
            letters=counted(console.language, "letter", written.members),
            sheets=counted(console.language, "sheet", written.sheets),
            folder=str(out),
        )
        return Answer(
            console.ended(),
            text=said,
            data={
                "folder": str(out),
                "letters": written.members,
                "sheets": written.sheets,
                "languages": dict(written.by_language),
                "files": list(written.files),
                "warnings": finding_records(written.warnings, console.language),
            },
        )

    language = chosen_language(context, lang)
    Console("letters", context.obj, quiet, as_json, debug, language).conclude(job)
