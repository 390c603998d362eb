"""The subcommands of `round` that look at a store or copy it: status, history, verify, export, backup.

Comes in: what was typed. Goes out: tables and folders; the store stays as it is; see `round_shared`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sip_grouping.catalogue import said
from sip_grouping.command.options import Debug, Json, Lang, Quiet
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.command.round_shared import StoreFile, conclude, counts_told

_MINUTES, _SHORT = len("2026-10-05T09:30"), 12
"""How much of a time and of a digest is shown."""
_NUMBERS = {0, 2}
"""Columns of the history with numbers."""


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
        lines = [console.said(f"round-{name}", count=count) for name, count in told.items()]
        if again:
            lines.append(console.said("round-again", members=", ".join(again)))
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

    def job(console: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415

        with Rounds.open(store, write=False) as rounds:
            steps = rounds.steps()
        language = console.language
        titles = [
            said(language, "history", one) for one in ("step", "time", "round", "what", "digest")
        ]
        rows = [
            (f"{one.number}", one.time[:_MINUTES].replace("T", " "), f"{one.round}", one.what,
             one.digest[:_SHORT], counts_told(one.counts, language))
            for one in steps
        ]  # fmt: skip
        lines = aligned([(*titles, said(language, "history", "counts")), *rows])
        records = [
            {
                "step": one.number, "time": one.time, "what": one.what, "round": one.round,
                "counts": dict(one.counts), "digest": one.digest,
            }
            for one in steps
        ]  # fmt: skip
        return Answer(ExitCode.DONE, text="\n".join(lines), data={"steps": records})

    conclude(context, "history", job, (quiet, as_json, lang, debug))


def aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows as lines whose cells stand below each other, numbers to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    return [
        "  ".join(
            [
                *(
                    f"{cell:{'>' if at in _NUMBERS else '<'}{widths[at]}}"
                    for at, cell in enumerate(row[:-1])
                ),
                row[-1],
            ]
        )
        for row in rows
    ]


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
