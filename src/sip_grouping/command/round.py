"""The subcommands of `round`: an edition that lives on in its store.

Comes in: what was typed. Goes out: steps in a store, tables, folders, and what was done; see `app`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sip_grouping.command.invocation import Invocation
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    Debug,
    EditionFolder,
    Json,
    Lang,
    Postcodes,
    Quiet,
    above_zero,
    from_zero,
)
from sip_grouping.command.outcome import Answer, Console, ExitCode

if TYPE_CHECKING:
    from sip_grouping.findings import Finding
    from sip_grouping.rounds import Rounds

round_ = typer.Typer(
    name="round",
    help="Propose groups, record answers, keep everything in one store.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_STATUS_ROWS = 12

StoreFile = Annotated[
    Path, typer.Option("--store", metavar="FILE", help="The store: one file that holds all.")
]
Wait = Annotated[
    float,
    typer.Option(
        "--wait", metavar="S", callback=from_zero, help="Seconds to wait for another process."
    ),
]


def _conclude(
    context: typer.Context,
    name: str,
    job: Callable[[Console], Answer],
    options: tuple[bool, bool, str | None, bool],
) -> None:
    quiet, as_json, lang, debug = options
    invocation: Invocation = context.obj
    language = chosen_language(context, lang)
    Console(f"round {name}", invocation, quiet, as_json, debug, language).conclude(job)


@round_.command()
def start(
    context: typer.Context,
    edition: EditionFolder,
    store: StoreFile,
    grouping: Annotated[
        Path | None,
        typer.Option("--grouping", metavar="DIR", help="Groups that are formed already."),
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
        from sip_grouping.rounds import Rounds  # noqa: PLC0415
        from sip_grouping.rounds.start import first_grouping  # noqa: PLC0415
        from sip_grouping.solve import form_groups  # noqa: PLC0415

        loaded = load_edition(edition, postcodes=postcodes)
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
                return Answer(code, problem=result.summary(), data={"status": result.status.value})
            made = formed
        with Rounds.start(store, loaded, made, wait=wait) as rounds:
            return _of_step(console, rounds, "start")

    _conclude(context, "start", job, (quiet, as_json, lang, debug))


@round_.command()
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
        from sip_grouping.files.folder import check_output, write_folder  # noqa: PLC0415
        from sip_grouping.rounds import Rounds  # noqa: PLC0415
        from sip_grouping.rounds.rounds import PROPOSALS, proposals_csv  # noqa: PLC0415

        if out is not None:
            check_output(out, force=False, known_files=())
        with Rounds.open(store, wait=wait) as rounds:
            context.obj.interruption.finish_now()
            proposals = rounds.propose()
            if out is not None:
                files = {PROPOSALS: proposals_csv(proposals)}
                write_folder(out, files, force=False, known_files=(PROPOSALS,))
            return _of_step(console, rounds, "propose")

    _conclude(context, "propose", job, (quiet, as_json, lang, debug))


@round_.command()
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
        return _recorded(console, store, wait, lambda rounds: rounds.answer(file), "answer")

    _conclude(context, "answer", job, (quiet, as_json, lang, debug))


@round_.command()
def members(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Members, csv or xlsx.")],
    store: StoreFile,
    wait: Wait = 5.0,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Record new members, changed answers and withdrawals: all rows or none."""

    def job(console: Console) -> Answer:
        return _recorded(console, store, wait, lambda rounds: rounds.members(file), "members")

    _conclude(context, "members", job, (quiet, as_json, lang, debug))


@round_.command()
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
            return _of_step(console, rounds, "forget")

    _conclude(context, "forget", job, (quiet, as_json, lang, debug))


@round_.command()
def status(
    context: typer.Context,
    store: StoreFile,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Say where things stand. Writes nothing."""

    def job(console: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415

        with Rounds.open(store, write=False) as rounds:
            told = rounds.status()
        lines = [f"{console.said(f'round-{name}')}: {count}" for name, count in told.items()]
        return Answer(ExitCode.DONE, text="\n".join(lines), data={"status": told})

    _conclude(context, "status", job, (quiet, as_json, lang, debug))


@round_.command()
def history(
    context: typer.Context,
    store: StoreFile,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """List every step with its time, its counts and its digest. Writes nothing."""

    def job(_: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415

        with Rounds.open(store, write=False) as rounds:
            steps = rounds.steps()
        lines = [
            f"{one.number:>4}  {one.time}  {one.round:>3}  {one.what:<8}  {one.digest[:12]}  "
            + ", ".join(f"{name} {count}" for name, count in one.counts.items())
            for one in steps
        ]
        records = [
            {
                "step": one.number, "time": one.time, "what": one.what, "round": one.round,
                "counts": dict(one.counts), "digest": one.digest,
            }
            for one in steps
        ]  # fmt: skip
        return Answer(ExitCode.DONE, text="\n".join(lines), data={"steps": records})

    _conclude(context, "history", job, (quiet, as_json, lang, debug))


@round_.command()
def export(
    context: typer.Context,
    store: StoreFile,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Write the edition as it stands and its groups as two folders."""

    def job(console: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415

        with Rounds.open(store, write=False) as rounds:
            rounds.export(out)
        return Answer(
            ExitCode.DONE, text=console.said("written", path=str(out)), data={"folder": str(out)}
        )

    _conclude(context, "export", job, (quiet, as_json, lang, debug))


@round_.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Copy to write.")],
    store: StoreFile,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Copy the store, also while it is in use."""

    def job(console: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415

        with Rounds.open(store, write=False) as rounds:
            rounds.backup(file)
        return Answer(
            ExitCode.DONE, text=console.said("written", path=str(file)), data={"file": str(file)}
        )

    _conclude(context, "backup", job, (quiet, as_json, lang, debug))


def _recorded(
    console: Console,
    store: Path,
    wait: float,
    step: "Callable[[Rounds], tuple[Finding, ...]]",
    what: str,
) -> Answer:
    """Do a step that records a file, and say what it was."""
    from sip_grouping.rounds import Rounds  # noqa: PLC0415

    with Rounds.open(store, wait=wait) as rounds:
        console.invocation.interruption.finish_now()
        console.warn(step(rounds))
        return _of_step(console, rounds, what)


def _of_step(console: Console, rounds: "Rounds", what: str) -> Answer:
    """Return the answer of a command that added a step: what was recorded, and under which digest."""
    step = next(one for one in reversed(rounds.steps()) if one.what == what)
    counts = ", ".join(f"{name} {count}" for name, count in step.counts.items())
    return Answer(
        console.ended(),
        text=console.said("round-step", number=step.number, step=what, counts=counts),
        data={
            "step": step.number, "what": what, "round": step.round,
            "counts": dict(step.counts), "digest": step.digest,
        },
    )  # fmt: skip
