"""The subcommands of `round` that add a step to a store: start, propose, answer, members, forget.

Comes in: what was typed. Goes out: steps, tables, and what was done; see `round_shared`.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sip_grouping.command.options import (
    Debug,
    EditionFolder,
    Json,
    Lang,
    Postcodes,
    Quiet,
    above_zero,
)
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.command.round_shared import StoreFile, Wait, conclude, of_step, recorded

if TYPE_CHECKING:
    from sip_grouping.findings import Finding
    from sip_grouping.rounds import Rounds

_STATUS_ROWS = 12


def start(
    context: typer.Context,
    edition: EditionFolder,
    store: StoreFile,
    grouping: Annotated[
        Path | None,
        typer.Option("--grouping", metavar="DIR", help="Groups that are formed already."),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous", metavar="DIR", help="Groups of the edition before; see [previous]."
        ),
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(metavar="S", callback=above_zero, help="Stop after S seconds.")
    ] = None,
    work_limit: Annotated[
        float | None,
        typer.Option(metavar="N", callback=above_zero, help="Stop after N units of work."),
    ] = None,
    wait: Wait = 5.0,
    postcodes: Postcodes = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Make the store; form the groups, or take groups that verify."""

    def job(console: Console) -> Answer:
        from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415 - see `app`
        from sip_grouping.reading import load_edition  # noqa: PLC0415
        from sip_grouping.report.summary import result_summary  # noqa: PLC0415
        from sip_grouping.rounds import Rounds  # noqa: PLC0415
        from sip_grouping.rounds.database import refuse_existing  # noqa: PLC0415
        from sip_grouping.rounds.recording import refuse_several_groups  # noqa: PLC0415
        from sip_grouping.rounds.start import first_grouping, with_previous  # noqa: PLC0415
        from sip_grouping.solve import form_groups  # noqa: PLC0415

        refuse_existing(store)  # before groups are formed for it
        loaded = load_edition(edition, postcodes=postcodes)
        if previous is not None:
            loaded = with_previous(loaded, load_grouping(previous))
        refuse_several_groups(loaded)
        console.warn(loaded.warnings, at_most=_STATUS_ROWS)
        cancel = context.obj.interruption.cancel
        context.obj.interruption.finish_now()
        if grouping is not None:
            made = load_grouping(grouping)
        else:
            result, formed = first_grouping(
                loaded,
                lambda one: form_groups(
                    one, time_limit=time_limit, work_limit=work_limit, cancel=cancel
                ),
            )
            if formed is None:
                code = ExitCode.INFEASIBLE if result.conflict is not None else ExitCode.NO_GROUPING
                return Answer(
                    code,
                    problem=result_summary(result, console.language),
                    data={"status": result.status.value},
                )
            made = formed
        with Rounds.start(store, loaded, made, wait=wait) as rounds:
            return of_step(console, rounds, "start", loaded.warnings)

    conclude(context, "start", job, (quiet, as_json, lang, debug))


def propose(
    context: typer.Context,
    store: StoreFile,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for proposals.csv.")
    ] = None,
    wait: Wait = 5.0,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Open a round: a row per placed member who is to answer."""

    def job(console: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415

        with Rounds.open(store, wait=wait) as rounds:
            context.obj.interruption.finish_now()
            rounds.propose(out)
            done = of_step(console, rounds, "propose")
        return done if out is None else replace(done, data={**done.data, "folder": str(out)})

    conclude(context, "propose", job, (quiet, as_json, lang, debug))


def answer(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Answers, csv or xlsx.")],
    store: StoreFile,
    wait: Wait = 5.0,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Record answers to the proposals: all rows or none."""

    def job(console: Console) -> Answer:
        return recorded(console, store, wait, lambda rounds: rounds.answer(file), "answer")

    conclude(context, "answer", job, (quiet, as_json, lang, debug))


def members(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Members, csv or xlsx.")],
    store: StoreFile,
    wait: Wait = 5.0,
    postcodes: Postcodes = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Record new members, changed answers and withdrawals: all rows or none."""

    def job(console: Console) -> Answer:
        def step(rounds: "Rounds") -> "tuple[Finding, ...]":
            return rounds.members(file, postcodes=postcodes)

        return recorded(console, store, wait, step, "members")

    conclude(context, "members", job, (quiet, as_json, lang, debug))


def forget(
    context: typer.Context,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="Id of the member.")],
    store: StoreFile,
    wait: Wait = 5.0,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Erase name, e-mail, comments, coordinates and further columns of a member for good."""

    def job(console: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415

        with Rounds.open(store, wait=wait) as rounds:
            context.obj.interruption.finish_now()
            rounds.forget(member)
            return of_step(console, rounds, "forget")

    conclude(context, "forget", job, (quiet, as_json, lang, debug))
