"""The subcommand `plan`: the meetings of a season.

Comes in: what was typed. Goes out: a folder with meetings.csv, plan.json and calendars; see `app`.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sip_grouping.catalogue import counted, number, pattern
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
    Workers,
    WorkLimit,
)
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.command.verified import refuse
from sip_grouping.frozen import frozen
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    from sip_grouping.catalogue import Language
    from sip_grouping.plan import Plan
    from sip_grouping.season.planning import Planned

_LINES_OF_WARNINGS = 10


def plan(
    context: typer.Context,
    edition: EditionFolder,
    grouping: GroupingFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    before: Annotated[
        Path | None,
        typer.Option(
            "--before",
            metavar="DIR",
            help="A plan that people know: as few meetings as can be change.",
        ),
    ] = None,
    announced: Annotated[
        datetime | None,
        typer.Option(
            "--announced",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="With --before: meetings up to this date were announced, and stay before all others.",
        ),
    ] = None,
    move: Annotated[
        list[str] | None,
        typer.Option(
            "--move",
            metavar="MEETING=WHEN",
            help="With --before: a meeting at another moment, such as g1-2=2021-02-04T18:30. Repeatable.",
        ),
    ] = None,
    time_limit: TimeLimit = None,
    work_limit: WorkLimit = None,
    workers: Workers = 2,
    seed: Seed = 0,
    gap: Gap = 0.0,
    postcodes: Postcodes = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Plan the meetings of all groups, the syntheses between them and the moments for everybody."""
    interruption = context.obj.interruption
    for name, value in (("--announced", announced), ("--move", move)):
        if value and before is None:
            given: Any = next(one for one in context.command.params if name in one.opts)
            raise typer.BadParameter(f"{name} goes with --before", ctx=context, param=given)

    def job(console: Console) -> Answer:
        from sip_grouping.files.folder import check_output  # noqa: PLC0415 - see `app`
        from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415
        from sip_grouping.plan.files import PLAN_FILES, load_plan, save_plan  # noqa: PLC0415
        from sip_grouping.reading import load_edition  # noqa: PLC0415
        from sip_grouping.season.ical import calendars, sequences  # noqa: PLC0415
        from sip_grouping.season.planning import plan_meetings  # noqa: PLC0415
        from sip_grouping.verification import verify_plan  # noqa: PLC0415

        check_output(out, force=force, known_files=PLAN_FILES)
        loaded, groups = load_edition(edition, postcodes=postcodes), load_grouping(grouping)
        known = None if before is None else load_plan(before)
        console.warn(loaded.warnings, at_most=_LINES_OF_WARNINGS)
        planned = plan_meetings(
            loaded,
            groups,
            time_limit=time_limit,
            work_limit=work_limit,
            seed=seed,
            gap=gap,
            workers=workers,
            before=known,
            announced=None if announced is None else announced.date(),
            moved=tuple(move or ()),
            stopped=lambda: bool(interruption.came),
        )
        if planned.plan is None:
            return _without_plan(planned, console.language)
        interruption.finish_now()
        made = planned.plan
        refuse(verify_plan(loaded, groups, made).violations)
        if known is not None:
            sent = {**made.settings, "sequences": dict(sequences(made, known))}
            made = made.model_copy(update={"settings": frozen(sent)})
        files = calendars(made, loaded, groups, before=known, language=console.language)
        save_plan(made, out, force=force, others=files)
        data = {"folder": str(out), **_figures(made)}
        return Answer(console.ended(), text=_told(made, console.language), data=data)

    language = chosen_language(context, lang)
    Console("plan", context.obj, quiet, as_json, debug, language).conclude(job)


def _without_plan(planned: "Planned", language: "Language") -> Answer:
    data: dict[str, object] = {"status": planned.status.value}
    if planned.status.value != "infeasible":
        return Answer(
            ExitCode.NO_GROUPING, problem=pattern(language, "plan-told", "nothing"), data=data
        )
    lines = [
        pattern(language, "plan-conflict", "not-found")
        if planned.conflict is None
        else planned.conflict.text_in(language)
    ]
    if planned.relaxations:
        lines.append(pattern(language, "plan-conflict", "ways-out"))
        lines += [f"- {one}" for one in planned.relaxations]
    elif planned.conflict is not None:
        lines.append(pattern(language, "plan-conflict", "no-way"))
    data["conflict"] = None if planned.conflict is None else planned.conflict.record(language)
    data["relaxations"] = [one.record() for one in planned.relaxations]
    return Answer(ExitCode.INFEASIBLE, problem="\n".join(lines), data=data)


def _figures(made: "Plan") -> dict[str, object]:
    return {
        "status": made.status.value,
        "meetings": len(made.meetings),
        "score": made.score,
        "bound": made.bound,
        "gap": made.gap,
        "attendance": made.attendance,
        "in_person": made.in_person,
        "late": made.late_thousandths / THOUSANDTHS,
        "moved": made.settings.get("moved"),
        "other_experts": made.settings.get("other_experts"),
        "by_hand": made.settings.get("by_hand"),
    }


def _told(made: "Plan", language: "Language") -> str:
    groups = counted(language, "group", len(made.meetings_of_group))
    figures = _figures(made)
    known = made.settings.get("moved")
    lines = [
        pattern(language, "plan-told", "done").format(
            meetings=counted(language, "meeting", len(made.meetings)),
            groups=groups,
            score=number(language, made.score, 3),
            bound="-" if made.bound is None else number(language, made.bound, 3),
            status=pattern(language, "plan-told", made.status.value),
        ),
        pattern(language, "plan-told", "attendance").format(
            attendance=figures["attendance"],
            in_person=figures["in_person"],
            late=number(language, made.late_thousandths / THOUSANDTHS, 2),
        ),
    ]
    if isinstance(known, int):
        proven = "fewest" if made.settings.get("fewest_moves") else "few"
        moved = counted(language, "meeting", known)
        lines.append(pattern(language, "plan-told", proven).format(meetings=moved))
    others = made.settings.get("other_experts")
    if isinstance(others, int) and others:
        proven = "fewest-experts" if made.settings.get("fewest_other_experts") else "few-experts"
        told = counted(language, "meeting", others)
        lines.append(pattern(language, "plan-told", proven).format(meetings=told))
    return "\n".join(lines)
