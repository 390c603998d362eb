"""The subcommand `projects`: test projects under the budget, and who of the team follows which group.

Comes in: what was typed. Goes out: a folder with projects.csv, followup.csv, meetings.csv, figures and
calendars; see `app`.
"""

from pathlib import Path
from typing import Annotated

import typer

from sip_grouping.catalogue import counted, listed, number, pattern
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    Debug,
    EditionFolder,
    Force,
    Gap,
    GroupingFolder,
    Json,
    Lang,
    Postcodes,
    Quiet,
    Seed,
    TimeLimit,
    WorkLimit,
)
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.command.verified import refuse, verified_plan
from sip_grouping.frozen import frozen
from sip_grouping.units import THOUSANDTHS

_LINES_OF_WARNINGS = 10


def projects(
    context: typer.Context,
    edition: EditionFolder,
    grouping: GroupingFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            metavar="DIR",
            help="Folder that plan wrote: evaluations keep off its meetings.",
        ),
    ] = None,
    before: Annotated[
        Path | None,
        typer.Option(
            "--before",
            metavar="DIR",
            help="A folder that people know: evaluations stay as far as can be, calendars update theirs.",
        ),
    ] = None,
    time_limit: TimeLimit = None,
    work_limit: WorkLimit = None,
    seed: Seed = 0,
    gap: Gap = 0.0,
    postcodes: Postcodes = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Choose the test projects, plan their evaluations, and say who of the team follows which group."""
    interruption = context.obj.interruption

    def job(console: Console) -> Answer:
        from sip_grouping.files.folder import check_output  # noqa: PLC0415 - see `app`
        from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415
        from sip_grouping.plan.project_files import (  # noqa: PLC0415
            PROJECT_FILES,
            load_projects,
            projects_record,
            save_projects,
        )
        from sip_grouping.reading import load_edition  # noqa: PLC0415
        from sip_grouping.season.evaluation import evaluations  # noqa: PLC0415
        from sip_grouping.season.followup import follow_up  # noqa: PLC0415
        from sip_grouping.season.ical import calendars, sequences  # noqa: PLC0415
        from sip_grouping.season.projects import choose, proposals_of  # noqa: PLC0415
        from sip_grouping.season.projects_record import chosen_projects  # noqa: PLC0415
        from sip_grouping.verification import verify_projects  # noqa: PLC0415

        language = console.language
        check_output(out, force=force, known_files=PROJECT_FILES)
        loaded, groups = load_edition(edition, postcodes=postcodes), load_grouping(grouping)
        console.warn(loaded.warnings, at_most=_LINES_OF_WARNINGS)
        meetings_planned = None if plan is None else verified_plan(loaded, groups, plan)
        known = None if before is None else load_projects(before)
        proposals = proposals_of(loaded, groups)
        choice = choose(
            loaded, proposals, work_limit=work_limit, time_limit=time_limit, seed=seed, gap=gap
        )
        if choice is None:
            nothing = pattern(language, "projects-told", "nothing")
            return Answer(ExitCode.NO_GROUPING, problem=nothing, data={"status": "unknown"})
        followed = follow_up(loaded, groups)
        if followed is None or followed.alone:
            alone = () if followed is None else followed.alone
            cause = pattern(language, "projects-told", "alone" if alone else "too-few")
            problem = cause.format(groups=listed(language, alone))
            return _impossible(problem, [*alone])
        kept = () if known is None else known.meetings
        met = evaluations(loaded, groups, choice.chosen, meetings_planned, before=kept)
        unmet = [one for one in met if isinstance(one, str)]
        if unmet:
            cause = pattern(language, "projects-told", "no-evaluation")
            return _impossible(cause.format(projects=listed(language, unmet)), unmet)
        meetings = tuple(one for one in met if not isinstance(one, str))
        made = chosen_projects(loaded, groups, choice, followed, meetings, meetings_planned)
        interruption.finish_now()
        refuse(verify_projects(loaded, groups, made, meetings_planned).violations)
        made = made.model_copy(update={"sequences": frozen(sequences(made, known))})
        files = calendars(made, loaded, groups, before=known, language=language)
        save_projects(made, out, force=force, others=files)
        text = pattern(language, "projects-told", "done").format(
            projects=counted(language, "project", len(choice.chosen)),
            score=number(language, choice.score / THOUSANDTHS, 3),
            cost=number(language, choice.cost / THOUSANDTHS, 2),
            groups=counted(language, "group", len(followed.contact_of)),
            most=max(followed.loads.values(), default=0),
        )
        return Answer(
            console.ended(), text=text, data={"folder": str(out), **projects_record(made)}
        )

    language = chosen_language(context, lang)
    Console("projects", context.obj, quiet, as_json, debug, language).conclude(job)


def _impossible(problem: str, ids: list[str]) -> Answer:
    data: dict[str, object] = {"status": "infeasible", "ids": ids, "cause": problem}
    return Answer(ExitCode.INFEASIBLE, problem=problem, data=data)
