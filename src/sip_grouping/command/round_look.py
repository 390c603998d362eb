"""The subcommands of `round` that look at a store or copy it: status, history, verify, export, backup.

Comes in: what was typed. Goes out: tables and folders; the store stays as it is; see `round_shared`.
"""

from pathlib import Path
from typing import Annotated

import typer

from sip_grouping.command.options import Debug, Json, Lang, Quiet
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.command.round_shared import StoreFile, conclude


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
            state = rounds.state()
        told, again = state.counts(), state.to_ask_again()
        lines = [f"{console.said(f'round-{name}')}: {count}" for name, count in told.items()]
        if again:
            lines.append(f"{console.said('round-again')}: {', '.join(again)}")
        return Answer(
            ExitCode.DONE, text="\n".join(lines), data={"status": told, "given_up": again}
        )

    conclude(context, "status", job, (quiet, as_json, lang, debug))


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

    conclude(context, "history", job, (quiet, as_json, lang, debug))


def verify(
    context: typer.Context,
    store: StoreFile,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Check the groups as they stand, and what they keep of those proposed before. Writes nothing."""

    def job(console: Console) -> Answer:
        from sip_grouping.command.verified import accepted  # noqa: PLC0415
        from sip_grouping.rounds import Rounds  # noqa: PLC0415
        from sip_grouping.rounds.checking import verify_state  # noqa: PLC0415

        with Rounds.open(store, write=False) as rounds:
            edition, grouping, found = verify_state(rounds.state())
        return accepted(edition, grouping, found, str(store), console.language)

    conclude(context, "verify", job, (quiet, as_json, lang, debug))


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

    conclude(context, "export", job, (quiet, as_json, lang, debug))


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

    conclude(context, "backup", job, (quiet, as_json, lang, debug))
