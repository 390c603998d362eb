"""The command `sip-grouping`: form, check, verify and further ones. Thin: what is done is done elsewhere.

Comes in: the command line. Goes out: files, the answer on standard output, everything else (progress,
warnings, what went wrong) on standard error, and an exit code that says which (`outcome`).
"""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sip_grouping import __version__
from sip_grouping.command.comparing import compare
from sip_grouping.command.drawing import map_
from sip_grouping.command.explain import explain
from sip_grouping.command.export import export
from sip_grouping.command.fairness import fairness
from sip_grouping.command.importing import import_
from sip_grouping.command.invocation import Invocation
from sip_grouping.command.language import chosen_language, language_in
from sip_grouping.command.letters import letters
from sip_grouping.command.new import new
from sip_grouping.command.options import (
    MOST_MEMBERS,
    Debug,
    EditionFolder,
    Force,
    Gap,
    Json,
    Lang,
    Postcodes,
    Profile,
    Quiet,
    Seed,
    Strict,
    TimeLimit,
    Workers,
    WorkLimit,
    objective_names,
    per_cent,
    separated,
)
from sip_grouping.command.outcome import Answer, Console, ExitCode, defect, no_output
from sip_grouping.command.overview import overview
from sip_grouping.command.plan import plan
from sip_grouping.command.pricing import prices
from sip_grouping.command.projects import projects
from sip_grouping.command.proving import prove
from sip_grouping.command.reporting import report
from sip_grouping.command.round import round_
from sip_grouping.command.stream import flush, say
from sip_grouping.command.sweep import sweep
from sip_grouping.command.usage import UsageError, usage_answer
from sip_grouping.command.verify import verify
from sip_grouping.command.verify_plan import verify_plan
from sip_grouping.command.what_if import what_if

# Everything else of the package is imported where it is used: `--help` and a mistyped option need not
# wait a second for solvers and tables to load.
if TYPE_CHECKING:
    from sip_grouping.edition import Edition

_LINES_OF_WARNINGS = 10

app = typer.Typer(
    name="sip-grouping",
    help="Form working groups of a cooperative's members: proven good, verified and explained.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(asked: bool) -> None:
    if asked:
        lost = say(sys.stdout, f"sip-grouping {__version__}")
        raise typer.Exit if lost is None else lost


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version."),
    ] = False,
    lang: Lang = None,
) -> None:
    """Form working groups of a cooperative's members: proven good, verified and explained."""
    del version, lang  # the callback has dealt with it; `chosen_language` looks for the other


@app.command()
def form(
    context: typer.Context,
    edition: EditionFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    time_limit: TimeLimit = None,
    work_limit: WorkLimit = None,
    seed: Seed = 0,
    workers: Workers = 1,
    gap: Gap = 0.0,
    hint: Annotated[
        Path | None,
        typer.Option(metavar="GROUPING", help="Folder of an earlier grouping to start from."),
    ] = None,
    objectives: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            callback=objective_names,
            help="What is made as large as possible, in order: score, placed, first_choices, travel.",
        ),
    ] = None,
    profile: Profile = None,
    fail_under: Annotated[
        float | None,
        typer.Option(
            metavar="PER_CENT",
            callback=per_cent,
            help="Exit with 6 if fewer of those who take part are placed.",
        ),
    ] = None,
    postcodes: Postcodes = None,
    force: Force = False,
    strict: Strict = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Form the groups of an edition, verify them and write them to a folder."""
    invocation: Invocation = context.obj

    def job(console: Console) -> Answer:
        # All that is needed to the end is loaded now, so that the clock of the limit knows of it.
        from sip_grouping.command.formed import Asked, formed, no_time_left, seconds_for_files  # noqa: PLC0415
        from sip_grouping.command.progress import progress_on  # noqa: PLC0415
        from sip_grouping.grouping.files import check_output, load_grouping  # noqa: PLC0415
        from sip_grouping.solve import form_groups  # noqa: PLC0415

        check_output(out, force=force)
        loaded = _load(edition, postcodes)
        start = None if hint is None else load_grouping(hint)
        console.warn(loaded.warnings, at_most=_LINES_OF_WARNINGS)

        def left() -> float | None:
            if time_limit is None:
                return None
            return time_limit - invocation.seconds - seconds_for_files(len(loaded.members))

        asked = Asked(out, force, fail_under, {"time_limit": time_limit})
        invocation.interruption.finish_now()
        with progress_on(None if quiet else sys.stderr, time_limit=left()) as observer:
            seconds = left()
            if seconds is not None and seconds <= 0:
                result = no_time_left(loaded, invocation.seconds)
            else:
                result = form_groups(
                    loaded,
                    time_limit=seconds,
                    work_limit=work_limit,
                    gap=gap,
                    seed=seed,
                    workers=workers,
                    hint=start,
                    objectives=None if objectives is None else separated(objectives),
                    profile=profile,
                    observer=observer,
                    cancel=invocation.interruption.cancel,
                )
        return formed(result, asked, invocation.interruption, console.language)

    language = chosen_language(context, lang)
    Console("form", invocation, quiet, as_json, debug, language, strict).conclude(job)


@app.command()
def check(
    context: typer.Context,
    edition: EditionFolder,
    postcodes: Postcodes = None,
    strict: Strict = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
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
            "warnings": finding_records(loaded.warnings, console.language),
        }
        return Answer(ExitCode.DONE, text=edition_summary(loaded, console.language), data=data)

    language = chosen_language(context, lang)
    Console("check", context.obj, quiet, as_json, debug, language, strict).conclude(job)


app.command()(verify)


@app.command()
def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write.")],
    members: Annotated[
        int, typer.Option(min=1, max=MOST_MEMBERS, metavar="N", help="How many members answer.")
    ] = 240,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Another seed, other members.")] = 0,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Write a synthetic edition: members who do not exist, at postcodes that do."""
    interruption = context.obj.interruption

    def job(console: Console) -> Answer:
        from sip_grouping.demo import synthetic_edition  # noqa: PLC0415
        from sip_grouping.reading import save_edition  # noqa: PLC0415

        edition = synthetic_edition(members=members, seed=seed)
        interruption.finish_now()
        save_edition(edition, folder, force=force)
        # One workbook where the name ends in .xlsx.
        written = [folder] if folder.is_file() else folder.iterdir()
        files = sorted(path.name for path in written)
        console.warn(edition.warnings, at_most=_LINES_OF_WARNINGS)
        return Answer(
            console.ended(),
            text=f"A synthetic edition of {members} members is in {folder}: {', '.join(files)}",
            data={"folder": str(folder), "files": files, "members": members, "seed": seed},
        )

    language = chosen_language(context, lang)
    Console("demo", context.obj, quiet, as_json, debug, language).conclude(job)


app.command()(compare)
app.command("import")(import_)
app.command()(export)
app.command("map")(map_)
app.command()(report)
app.command()(prove)
app.add_typer(round_)
app.command()(new)
app.command()(letters)
app.command()(plan)
app.command()(projects)
app.command()(overview)
app.command("verify-plan")(verify_plan)
app.command("what-if")(what_if)
app.command()(prices)
app.command()(sweep)
app.command()(fairness)
app.command()(explain)


def _load(folder: Path, postcodes: Path | None) -> "Edition":
    from sip_grouping.reading import load_edition  # noqa: PLC0415

    return load_edition(folder, postcodes=postcodes)


def run(arguments: Sequence[str], invocation: Invocation | None = None) -> int:
    """Run the command and return its exit code.

    Signals are heard meanwhile, in the main thread.
    """
    if invocation is not None:
        return _run(arguments, invocation)
    invocation = Invocation()
    with invocation.interruption.handled():
        return _run(arguments, invocation)


def _run(arguments: Sequence[str], invocation: Invocation) -> int:
    command = typer.main.get_command(app)
    as_json, debug = "--json" in arguments, "--debug" in arguments
    try:
        code = command.main(
            list(arguments), prog_name="sip-grouping", standalone_mode=False, obj=invocation
        )
    except UsageError as error:
        language = language_in(arguments)
        name, answer = usage_answer(error, arguments, language)
        return Console(name, invocation, as_json=as_json, language=language).show(answer)
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode(invocation.interruption.exit_code)
    except OSError as error:  # the text of --help or --version
        return no_output(error, language_in(arguments))
    except SystemExit:  # so does the library end when the reader of a help text has gone
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - the contract gives defects an exit code of their own
        if debug:
            traceback.print_exc()
        language = language_in(arguments)
        console = Console("", invocation, as_json=as_json, language=language)
        return console.show(defect(error, language))
    return int(code or 0)


def run_process(invocation: Invocation) -> NoReturn:
    """Run the command with the arguments of the process, and end the process."""
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show an accent shows a question mark, and the run goes on.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    code = run(sys.argv[1:], invocation)
    flush(sys.stdout)
    flush(sys.stderr)
    # At once: all is written, work that a signal ended may still go on in its thread, and taking down
    # what a large edition left in memory takes half a second.
    os._exit(code)
