"""The subcommand `fairness`: how evenly groups serve the members, and what each profile costs.

Comes in: what was typed. Goes out: tables on standard output, or all of it as JSON; see `app`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sip_grouping.catalogue import said
from sip_grouping.command.invocation import Invocation
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    Debug,
    EditionFolder,
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

if TYPE_CHECKING:
    from sip_grouping.explain import Fairness, Profiles

_LINES_OF_WARNINGS = 10


def fairness(
    context: typer.Context,
    edition: EditionFolder,
    grouping: Annotated[
        Path | None,
        typer.Argument(
            metavar="[GROUPING]", help="Folder that form wrote; left out: those of the best score."
        ),
    ] = None,
    profiles: Annotated[
        bool,
        typer.Option(
            "--profiles", help="Form the groups of every profile, and say what each costs."
        ),
    ] = False,
    time_limit: TimeLimit = None,
    work_limit: WorkLimit = None,
    seed: Seed = 0,
    workers: Workers = 1,
    postcodes: Postcodes = None,
    strict: Strict = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Say how evenly groups serve the members: ranks, Gini, shares by office; and what profiles cost."""
    invocation: Invocation = context.obj

    def job(console: Console) -> Answer:
        from sip_grouping.command.what_if import answer_of_status  # noqa: PLC0415 - see `app`
        from sip_grouping.explain import fairness as fairness_of  # noqa: PLC0415
        from sip_grouping.explain import price_of_profiles  # noqa: PLC0415
        from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415
        from sip_grouping.reading import load_edition  # noqa: PLC0415
        from sip_grouping.solve.profiles import PROFILES  # noqa: PLC0415

        loaded = load_edition(edition, postcodes=postcodes)
        made = None if grouping is None else load_grouping(grouping)
        console.warn(loaded.warnings, at_most=_LINES_OF_WARNINGS)
        invocation.interruption.finish_now()
        told: Fairness | None = None if made is None else fairness_of(loaded, made)
        compared: Profiles | None = None
        status = "optimal" if made is None else made.status.value
        if made is None or profiles:
            left = invocation.seconds_left(time_limit)
            with console.progress(left) as observer:
                compared = price_of_profiles(
                    loaded,
                    tuple(PROFILES) if profiles else (),
                    time_limit=left,
                    work_limit=work_limit,
                    seed=seed,
                    workers=workers,
                    observer=observer,
                    cancel=invocation.interruption.cancel,
                )
            if told is None:
                told, status = compared.rows[0].fairness, compared.rows[0].result.status.value
        texts = [
            one.summary(console.language) for one in (told, compared if profiles else None) if one
        ]
        data = {
            "edition": loaded.name,
            "fairness": None if told is None else told.record(),
            "profiles": None if compared is None or not profiles else compared.record()["profiles"],
        }
        text = "\n\n".join(texts) or said(
            console.language, "fairness", "nothing", edition=loaded.name
        )
        return answer_of_status(status, text, data, console)

    language = chosen_language(context, lang)
    Console("fairness", invocation, quiet, as_json, debug, language, strict).conclude(job)
