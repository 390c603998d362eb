"""The subcommand `verify-plan`: every rule and figure of a plan, of test projects or of both, checked anew.

Comes in: what was typed. Goes out: the verdict; see `app`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sip_grouping.catalogue import Language, counted, number, pattern
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    Debug,
    EditionFolder,
    GroupingFolder,
    Json,
    Lang,
    Postcodes,
    Quiet,
)
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.command.verified import refuse

if TYPE_CHECKING:
    from sip_grouping.plan import ChosenProjects

_LINES_OF_WARNINGS = 10


def verify_plan(
    context: typer.Context,
    edition: EditionFolder,
    grouping: GroupingFolder,
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN", help="Folder that plan wrote, or projects.")
    ],
    projects: Annotated[
        Path | None,
        typer.Option(
            "--projects",
            metavar="DIR",
            help="Folder that projects wrote: checked beside the plan, and that nothing clashes.",
        ),
    ] = None,
    postcodes: Postcodes = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Check every rule and every figure of a plan of meetings, or of test projects, anew. Writes nothing."""
    from sip_grouping.plan.project_files import is_projects  # noqa: PLC0415 - see `app`

    alone = is_projects(plan)
    if alone and projects is not None:
        given: Any = next(one for one in context.command.params if "--projects" in one.opts)
        raise typer.BadParameter(
            "--projects goes with the folder of a plan", ctx=context, param=given
        )

    def job(console: Console) -> Answer:
        from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415
        from sip_grouping.plan.files import load_plan  # noqa: PLC0415
        from sip_grouping.plan.project_files import load_projects  # noqa: PLC0415
        from sip_grouping.reading import load_edition  # noqa: PLC0415
        from sip_grouping.verification import verify_plan as verify  # noqa: PLC0415
        from sip_grouping.verification import verify_projects  # noqa: PLC0415

        language = console.language
        loaded, groups = load_edition(edition, postcodes=postcodes), load_grouping(grouping)
        meetings = None if alone else load_plan(plan)
        folder = plan if alone else projects
        made = None if folder is None else load_projects(folder)
        console.warn(loaded.warnings, at_most=_LINES_OF_WARNINGS)
        of_plan = () if meetings is None else verify(loaded, groups, meetings).violations
        found = None if made is None else verify_projects(loaded, groups, made, meetings)
        refuse((*of_plan, *(() if found is None else found.violations)))
        lines, data = [], dict[str, object](ok=True, violations=[])
        if meetings is not None:
            lines.append(
                pattern(language, "plan-told", "valid").format(
                    path=plan,
                    score=number(language, meetings.score, 3),
                    meetings=counted(language, "meeting", len(meetings.meetings)),
                )
            )
            data |= {"score": meetings.score, "meetings": len(meetings.meetings)}
        if made is not None and found is not None:
            lines += _told(made, folder, language, beside_plan=meetings is not None)
            if not found.decided:
                lines.append(pattern(language, "projects-told", "undecided"))
            data["projects"] = {
                "chosen": list(made.chosen),
                "score": made.score,
                "cost": made.cost,
                "meetings": len(made.meetings),
                "evenness": made.evenness,
                "decided": found.decided,
            }
        return Answer(ExitCode.DONE, text="\n".join(lines), data=data)

    language = chosen_language(context, lang)
    Console("verify-plan", context.obj, quiet, as_json, debug, language).conclude(job)


def _told(
    made: "ChosenProjects", folder: Path | None, language: Language, *, beside_plan: bool
) -> list[str]:
    lines = [
        pattern(language, "projects-told", "valid").format(
            path=folder,
            projects=counted(language, "project", len(made.chosen)),
            score=number(language, made.score, 3),
            cost=number(language, made.cost, 2),
            groups=counted(language, "group", len(made.contacts)),
        )
    ]
    if made.plan_digest is not None and not beside_plan:
        lines.append(pattern(language, "projects-told", "without-plan"))
    return lines
