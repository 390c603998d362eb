"""`sip-grouping round frontier`: what each further move buys when the groups are formed again.

Comes in: what was typed. Goes out: a table, or a picture of it; the store stays as it is; see `round_shared`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sip_grouping.catalogue import Language, number, said
from sip_grouping.command.options import (
    Debug,
    Force,
    Json,
    Lang,
    Quiet,
    Seed,
    above_zero,
    from_zero,
    separated,
)
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.command.round_shared import StoreFile, conclude, percent
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    from sip_grouping.solve.frontier import Frontier, FrontierPoint

_KINDS = (".csv", ".png", ".svg")
"""What the name of the file to write may end in."""


def whole_numbers(value: str | None) -> str | None:
    """Return numbers separated by commas as they were typed."""
    if value is not None:
        listed = separated(value)
        if not listed or not all(one.isdecimal() for one in listed):
            raise typer.BadParameter("give whole numbers from 0 on, separated by commas")
    return value


def frontier(
    context: typer.Context,
    store: StoreFile,
    moves: Annotated[
        str | None,
        typer.Option(
            "--moves", metavar="N,N,...", callback=whole_numbers, help="Most members who move."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="File to write: .csv, .png or .svg."),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(metavar="S", callback=above_zero, help="Stop after S seconds in all."),
    ] = None,
    work_limit: Annotated[
        float | None,
        typer.Option(metavar="N", callback=above_zero, help="Stop after N units of work in all."),
    ] = None,
    gap: Annotated[
        float, typer.Option(metavar="G", callback=from_zero, help="Stop at this relative gap.")
    ] = 0.0,
    seed: Seed = 0,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Show what each further move buys: the best score by the most members who move."""

    def job(console: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415 - see `app`

        if out is not None:
            _check(out, force=force)
        interruption = console.invocation.interruption
        interruption.finish_now()
        with Rounds.open(store, write=False) as rounds:
            with console.progress(time_limit) as observer:
                listed = None if moves is None else [int(one) for one in separated(moves)]
                found = rounds.frontier(
                    listed, time_limit=time_limit, work_limit=work_limit, gap=gap, seed=seed,
                    observer=observer, cancel=interruption.cancel,
                )  # fmt: skip
            name = rounds.state().edition().name
        if out is not None:
            _write(found, out, name, console.language, force=force)
        table = found.table.astype(object).where(found.table.notna(), None)
        rows = table.assign(impossible=[one.impossible for one in found.points]).to_dict("records")
        reached = any(one.score_thousandths is not None for one in found.points)
        text = "\n".join(told(found, console.language))
        data = {"frontier": rows, "file": None if out is None else str(out)}
        if not reached:
            proven = all(one.impossible for one in found.points)
            part = "frontier-nothing" if proven else "frontier-stopped"
            problem = said(console.language, "reform", part)
            code = ExitCode.INFEASIBLE if proven else ExitCode.NO_GROUPING
            return Answer(console.ended(code), problem=problem, data=data)
        return Answer(console.ended(), text=text, data=data)

    conclude(context, "frontier", job, (quiet, as_json, lang, debug))


def _check(out: Path, *, force: bool) -> None:
    """Refuse a file that cannot be written, before the optimizer takes its time for it."""
    from sip_grouping.errors import InputError  # noqa: PLC0415 - see `app`
    from sip_grouping.files.folder import check_new_file  # noqa: PLC0415
    from sip_grouping.findings import finding  # noqa: PLC0415

    if out.suffix.lower() not in _KINDS:
        known = ", ".join(_KINDS)
        raise InputError([finding("unknown-kind-of-file", str(out), column="--out", known=known)])
    check_new_file(out, force=force)


def _write(found: "Frontier", out: Path, name: str, language: Language, *, force: bool) -> None:
    from sip_grouping.files.folder import write_file  # noqa: PLC0415 - see `app`
    from sip_grouping.files.tables import csv_bytes  # noqa: PLC0415
    from sip_grouping.solve.frontier import FRONTIER_COLUMNS  # noqa: PLC0415

    kind = out.suffix.lower()
    if kind == ".csv":
        content = csv_bytes(FRONTIER_COLUMNS, [one.row for one in found.points])
    else:
        from sip_grouping.plots import frontier_plot  # noqa: PLC0415

        content = frontier_plot(name, found.points, language).content(kind[1:])
    write_file(out, content, force=force)


def told(found: "Frontier", language: Language) -> Iterator[str]:
    """Yield a line for each limit of moves."""
    for one in found.points:
        yield _line(one, language)


def _line(one: "FrontierPoint", language: Language) -> str:
    if one.score_thousandths is None or one.moved is None or one.placed is None:
        part = "frontier-none" if one.impossible else "frontier-unknown"
        return said(language, "reform", part, most=one.moves_max)
    bound = one.bound_thousandths
    if bound is None or one.gap is None:
        proof = said(language, "reform", "frontier-open")
    elif bound == one.score_thousandths:
        proof = said(language, "reform", "frontier-proven")
    else:
        told_bound = number(language, bound / THOUSANDTHS, 3)
        gap = percent(language, one.gap)
        proof = said(language, "reform", "frontier-bound", bound=told_bound, gap=gap)
    return said(
        language, "reform", "frontier-row",
        most=one.moves_max, moved=one.moved, placed=one.placed,
        score=number(language, one.score_thousandths / THOUSANDTHS, 3), proof=proof,
    )  # fmt: skip
