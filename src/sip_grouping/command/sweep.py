"""The command `sip-grouping sweep`: many scenarios of an edition, a row for each.

Comes in: an edition, a file of scenarios. Goes out: a table, on standard output and in a file. Scenarios are
solved by processes of their own, as many as `--workers` says.
"""

import gc
import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from sip_grouping.command.invocation import Invocation
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    MOST_WORKERS,
    Debug,
    EditionFolder,
    Gap,
    Json,
    Lang,
    Postcodes,
    Profile,
    Quiet,
    Seed,
    Strict,
    TimeLimit,
    WorkLimit,
)
from sip_grouping.command.outcome import Answer, Console

if TYPE_CHECKING:
    from sip_grouping.explain import Sweep, SweepRow
    from sip_grouping.explain.solving import Ending

_LINES_OF_WARNINGS = 10
_LONGEST_CLOSING_SECONDS = 30.0


def sweep(
    context: typer.Context,
    edition: EditionFolder,
    scenarios: Annotated[
        Path,
        typer.Argument(
            metavar="SCENARIOS",
            help="CSV file with a row per scenario, or TOML with a table for each.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="File of the table to write.")
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(
            "--cache", metavar="DIR", help="Folder of results: what is there is not solved again."
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            min=1, max=MOST_WORKERS, metavar="N", help="Scenarios that are solved at a time."
        ),
    ] = 1,
    time_limit: TimeLimit = None,
    work_limit: WorkLimit = None,
    seed: Seed = 0,
    gap: Gap = 0.0,
    profile: Profile = None,
    postcodes: Postcodes = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the table that is there.")
    ] = False,
    strict: Strict = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Ask what each of many scenarios would bring: a row for each, with what is proven of it."""
    invocation: Invocation = context.obj

    def job(console: Console) -> Answer:
        from sip_grouping.command.record import finding_records  # noqa: PLC0415 - see `app`
        from sip_grouping.explain import read_scenarios  # noqa: PLC0415
        from sip_grouping.explain import sweep as asked  # noqa: PLC0415
        from sip_grouping.files.folder import check_new_file  # noqa: PLC0415
        from sip_grouping.reading import load_edition  # noqa: PLC0415

        if out is not None:
            check_new_file(out, force=force)
        loaded = load_edition(edition, postcodes=postcodes)
        read = read_scenarios(scenarios, loaded)
        console.warn(loaded.warnings, at_most=_LINES_OF_WARNINGS)
        invocation.interruption.finish_now()
        left = invocation.seconds_left(time_limit)

        with console.counting() as counted:

            def on_done(done: int, total: int, row: "SweepRow") -> None:
                counted(done, total, f"{row.scenario}: {row.status.value}")

            found = _on(
                workers,
                partial(
                    asked,
                    loaded,
                    read,
                    cache=cache,
                    time_limit=left,
                    work_limit=work_limit,
                    gap=gap,
                    seed=seed,
                    profile=profile,
                    postcodes=postcodes,
                    on_done=on_done,
                    cancel=invocation.interruption.cancel,
                ),
            )
        text, data = found.summary(console.language), found.record(console.language)
        data["warnings"] = [*finding_records(loaded.warnings, console.language)]
        if out is not None:
            _write(found, out, console, force=force)
            text = f"{text}\n{console.said('table-written', file=str(out))}"
            data["file"] = str(out)
        return Answer(console.ended(), text=text, data=data)

    language = chosen_language(context, lang)
    Console("sweep", invocation, quiet, as_json, debug, language, strict).conclude(job)


def _write(found: "Sweep", out: Path, console: Console, *, force: bool) -> None:
    from sip_grouping.explain.sweep_rows import SWEEP_COLUMNS  # noqa: PLC0415
    from sip_grouping.files.folder import write_file  # noqa: PLC0415
    from sip_grouping.files.tables import csv_bytes  # noqa: PLC0415

    rows = [one.cells(console.language).values() for one in found.rows]
    write_file(out, csv_bytes(SWEEP_COLUMNS, rows), force=force)


def _on(workers: int, ask: "Callable[..., Sweep]") -> "Sweep":
    """Ask on so many processes, which end with the answer; one worker is this process."""
    if workers == 1:
        return ask()
    # Not forked: this process has threads, and what they hold would be held for ever.
    spawned = multiprocessing.get_context("spawn")
    over = spawned.Event()
    pool = ProcessPoolExecutor(workers, spawned, initializer=_begin, initargs=(over,))
    try:
        return ask(executor=pool)
    finally:
        # What is still solved after a signal is of no use to anybody.
        over.set()
        # Where a process was killed, its pool may wait for ever for it to take what it no longer takes.
        closing = Thread(target=pool.shutdown, kwargs={"cancel_futures": True}, daemon=True)
        closing.start()
        closing.join(_LONGEST_CLOSING_SECONDS)
        # The command ends its process at once: what the pool left in the system has to go before.
        del pool, closing, over
        gc.collect()


def _begin(over: "Ending") -> None:
    """Begin a process of the pool: it leaves Ctrl-C to the one that asked, and ends when that says so."""
    from sip_grouping.explain.scenario import end_with  # noqa: PLC0415 - see `app`

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(over)
