"""The command `sip-grouping explain`: why a member, or everybody, is where the grouping has it.

Comes in: what was typed. Goes out: reasons with what would change them, on standard output. Writes nothing.
"""

from typing import Annotated

import typer

from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    Debug,
    EditionFolder,
    GroupingFolder,
    Json,
    Lang,
    Postcodes,
    Quiet,
    Seed,
    above_zero,
)
from sip_grouping.command.outcome import Answer, Console, ExitCode

_LINES_OF_WARNINGS = 10


def explain(
    context: typer.Context,
    edition: EditionFolder,
    grouping: GroupingFolder,
    member: Annotated[
        list[str] | None,
        typer.Option("--member", metavar="ID", help="Of this member; may be given several times."),
    ] = None,
    group: Annotated[
        str | None, typer.Option("--group", metavar="ID", help="What closing this group costs.")
    ] = None,
    theme: Annotated[
        str | None,
        typer.Option("--theme", metavar="ID", help="With --place: of a group that could be."),
    ] = None,
    place: Annotated[
        str | None,
        typer.Option("--place", metavar="P", help="An office, a town (FR-69003), or video."),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(metavar="S", callback=above_zero, help="Seconds for one question at most."),
    ] = None,
    work_limit: Annotated[
        float,
        typer.Option(metavar="N", callback=above_zero, help="Units of work for one question."),
    ] = 20.0,
    seed: Seed = 0,
    postcodes: Postcodes = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Say why members and groups are as a grouping has them, and what would change it."""
    interruption = context.obj.interruption
    if (theme is None) != (place is None):
        raise typer.BadParameter("--theme and --place go together", context)

    def job(console: Console) -> Answer:
        from sip_grouping.edition.records import Track  # noqa: PLC0415 - see `app`
        from sip_grouping.explain.explainer import Explainer  # noqa: PLC0415
        from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415
        from sip_grouping.reading import load_edition  # noqa: PLC0415

        loaded, made = load_edition(edition, postcodes=postcodes), load_grouping(grouping)
        console.warn(loaded.warnings, at_most=_LINES_OF_WARNINGS)
        explainer = Explainer(
            loaded,
            made,
            work_limit=work_limit,
            time_limit=time_limit,
            seed=seed,
            postcodes=postcodes,
        )
        asked = [explainer.member(one) for one in member or ()]
        if group is not None:
            asked.append(explainer.group(group))
        if theme is not None and place is not None:
            asked.append(explainer.possible_group(theme, "" if place == Track.VIDEO else place))
        found = asked or [*explainer.members()]
        # Nothing is written before: until here a signal ends the command at once, whatever is solved.
        interruption.finish_now()
        told = asked or [one for one in found if one.reasons]
        text = "\n\n".join(one.summary(console.language) for one in told)
        records = [one.record(console.language) for one in found]
        data = records[0] if len(asked) == 1 else {"explanations": records}
        return Answer(console.ended(ExitCode.DONE), text=text, data=data)

    language = chosen_language(context, lang)
    Console("explain", context.obj, quiet, as_json, debug, language).conclude(job)
