"""The command `sip-grouping`: form, check, verify, demo. Thin: what is done is done elsewhere.

Comes in: the command line. Goes out: files, the answer on standard output, everything else (progress,
warnings, what went wrong) on standard error, and an exit code that says which (`outcome`).
"""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from sip_grouping import __version__
from sip_grouping.command.outcome import Answer, Console, ExitCode, say_json
from sip_grouping.command.stream import flush, say
from sip_grouping.errors import VerificationError

# Everything else of the package is imported where it is used: `--help` and a mistyped option need not
# wait a second for solvers and tables to load.
if TYPE_CHECKING:
    from sip_grouping.edition import Edition
    from sip_grouping.solve.result import Result

_WARNINGS_SHOWN = 10
_LARGEST_SEED = 2**31 - 1  # what CP-SAT takes


app = typer.Typer(
    name="sip-grouping",
    help="Form working groups of a cooperative's members: proven good, verified and explained.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _above_zero(value: float | None) -> float | None:
    if value is not None and not (isfinite(value) and value > 0):
        raise typer.BadParameter(f"{value} is not a number above 0")
    return value


def _from_zero(value: float) -> float:
    if not (isfinite(value) and value >= 0):
        raise typer.BadParameter(f"{value} is not a number from 0, such as 0.001")
    return value


def _show_version(asked: bool) -> None:
    if asked:
        say(sys.stdout, f"sip-grouping {__version__}")
        raise typer.Exit


EditionFolder = Annotated[
    Path, typer.Argument(metavar="EDITION", help="Folder with edition.toml and members.csv.")
]
Postcodes = Annotated[
    Path | None,
    typer.Option(
        "--postcodes",
        metavar="FILE",
        help="Postcode table of your own, or a GeoNames dump; its rows win over the bundled table.",
    ),
]
Seed = Annotated[
    int, typer.Option(min=0, max=_LARGEST_SEED, metavar="N", help="Decides among equal choices.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace what an earlier run wrote there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a defect.")]


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version."),
    ] = False,
) -> None:
    """Form working groups of a cooperative's members: proven good, verified and explained."""
    del version  # the callback has dealt with it


@app.command()
def form(
    edition: EditionFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    time_limit: Annotated[
        float | None,
        typer.Option(metavar="S", callback=_above_zero, help="Stop after S seconds."),
    ] = None,
    work_limit: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            callback=_above_zero,
            help="Stop after N units of deterministic work; such runs repeat exactly.",
        ),
    ] = None,
    seed: Seed = 0,
    workers: Annotated[
        int, typer.Option(min=1, metavar="N", help="Threads; only one repeats exactly.")
    ] = 1,
    gap: Annotated[
        float,
        typer.Option(
            metavar="G",
            callback=_from_zero,
            help="Stop at this gap to the bound, such as 0.001; 0: prove the optimum.",
        ),
    ] = 0.0,
    postcodes: Postcodes = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Form the groups of an edition, verify them and write them to a folder."""

    def job(console: Console) -> Answer:
        from sip_grouping.command.progress import progress_on  # noqa: PLC0415
        from sip_grouping.grouping.files import check_output  # noqa: PLC0415
        from sip_grouping.solve import form_groups  # noqa: PLC0415

        check_output(out, force=force)
        loaded = _load(edition, postcodes)
        console.warn(loaded.warnings, at_most=_WARNINGS_SHOWN)
        with progress_on(None if quiet else sys.stderr, time_limit=time_limit) as observer:
            result = form_groups(
                loaded,
                time_limit=time_limit,
                work_limit=work_limit,
                gap=gap,
                seed=seed,
                workers=workers,
                observer=observer,
            )
        return _formed(result, out, force=force)

    Console("form", quiet, as_json, debug).conclude(job)


def _formed(result: "Result", out: Path, *, force: bool) -> Answer:
    """Write the grouping, if there is one, and say what the run came to."""
    from sip_grouping.command.record import result_record, run_record  # noqa: PLC0415
    from sip_grouping.grouping.files import save  # noqa: PLC0415
    from sip_grouping.report.summary import result_summary  # noqa: PLC0415

    exit_code = _exit_code(result)
    data = result_record(result)
    text = result_summary(result)
    if result.grouping is None:
        return Answer(exit_code, problem=f"{text}\nNothing was written.", data=data)
    with _undisturbed():
        save(result.grouping, out, force=force, run=run_record(result))
    files = _files_in(out)
    data |= {"folder": str(out), "files": [*files]}
    return Answer(exit_code, text=f"{text}\nFiles in {out}: {', '.join(files)}", data=data)


def _exit_code(result: "Result") -> ExitCode:
    from sip_grouping.grouping import Status  # noqa: PLC0415
    from sip_grouping.solve.result import StopReason  # noqa: PLC0415

    if result.stop_reason is StopReason.INTERRUPTED:
        return ExitCode.INTERRUPTED
    if result.status is Status.INFEASIBLE:
        return ExitCode.INFEASIBLE
    return ExitCode.NO_GROUPING if result.grouping is None else ExitCode.DONE


@app.command()
def check(
    edition: EditionFolder,
    postcodes: Postcodes = None,
    quiet: Quiet = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Read an edition and list everything that is wrong or worth knowing. Writes nothing."""

    def job(console: Console) -> Answer:
        from sip_grouping.command.record import finding_records  # noqa: PLC0415
        from sip_grouping.report.summary import edition_summary  # noqa: PLC0415

        loaded = _load(edition, postcodes)
        console.warn(loaded.warnings)
        data = {
            "edition": loaded.name,
            "members": len(loaded.members),
            "themes": len(loaded.themes),
            "offices": len(loaded.offices),
            "findings": [],
            "warnings": finding_records(loaded.warnings),
        }
        return Answer(ExitCode.DONE, text=edition_summary(loaded), data=data)

    Console("check", quiet, as_json, debug).conclude(job)


@app.command()
def verify(
    edition: EditionFolder,
    grouping: Annotated[Path, typer.Argument(metavar="GROUPING", help="Folder that form wrote.")],
    postcodes: Postcodes = None,
    quiet: Quiet = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Check every rule and every figure of a written grouping anew. Writes nothing."""

    def job(console: Console) -> Answer:
        from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415
        from sip_grouping.verification import verify as verify_grouping  # noqa: PLC0415

        loaded = _load(edition, postcodes)
        read = load_grouping(grouping)
        console.warn(loaded.warnings, at_most=_WARNINGS_SHOWN)
        verification = verify_grouping(loaded, read)
        if not verification.ok:
            raise VerificationError(verification.violations)
        return Answer(
            ExitCode.DONE,
            text=f"{grouping} is a valid grouping of {loaded.name}: {len(read.group_records)} groups,"
            f" score {read.score:,.3f}. Every rule and every figure was checked.",
            data={
                "edition": loaded.name,
                "status": read.status.value,
                "score": read.score,
                "bound": read.bound,
                "gap": read.gap,
                "violations": [],
            },
        )

    Console("verify", quiet, as_json, debug).conclude(job)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write.")],
    members: Annotated[
        int, typer.Option(min=1, metavar="N", help="How many members answer.")
    ] = 240,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Another seed, other members.")] = 0,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a synthetic edition: members who do not exist, at postcodes that do."""

    def job(console: Console) -> Answer:
        from sip_grouping.demo import synthetic_edition  # noqa: PLC0415
        from sip_grouping.reading import save_edition  # noqa: PLC0415

        edition = synthetic_edition(members=members, seed=seed)
        with _undisturbed():
            save_edition(edition, folder, force=force)
        files = _files_in(folder)
        console.warn(edition.warnings, at_most=_WARNINGS_SHOWN)
        return Answer(
            ExitCode.DONE,
            text=f"A synthetic edition of {members} members is in {folder}: {', '.join(files)}",
            data={"folder": str(folder), "files": files, "members": members, "seed": seed},
        )

    Console("demo", quiet, as_json, debug).conclude(job)


def _load(folder: Path, postcodes: Path | None) -> "Edition":
    from sip_grouping.reading import load_edition  # noqa: PLC0415

    return load_edition(folder, postcodes=postcodes)


def _files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold Ctrl-C off for the moment that writing takes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# Typer brings click along, under one name or another; its errors are reached through this one.
_UsageError = cast("type[Exception]", typer.BadParameter.__base__)


def run(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    command = typer.main.get_command(app)
    try:
        code = command.main(list(arguments), prog_name="sip-grouping", standalone_mode=False)
    except _UsageError as caught:
        error = cast("typer.BadParameter", caught)
        problem = error.format_message()
        usage = "sip-grouping --help" if error.ctx is None else error.ctx.get_usage()
        say(sys.stderr, f"{usage}\n{problem}")
        if "--json" in arguments:
            finding = {"code": "usage", "message": problem, "remedy": "see --help"}
            say_json("", Answer(ExitCode.BAD_INPUT, data={"findings": [finding]}))
        return ExitCode.BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    return int(code or 0)


def main() -> NoReturn:
    """Run the command with the arguments of the process; the entry point of `sip-grouping`."""
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show an accent shows a question mark, and the run goes on.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    code = run(sys.argv[1:])
    flush(sys.stdout)
    sys.exit(code)
