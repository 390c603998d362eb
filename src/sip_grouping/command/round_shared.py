"""What the subcommands of `round` have in common: the store they work on, how they end.

Comes in: what was typed. Goes out: the exit of a command; see `app`. The subcommands stand in the modules
`round_*`.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sip_grouping.catalogue import Language, number, said
from sip_grouping.command.invocation import Invocation
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import from_zero
from sip_grouping.command.outcome import Answer, Console

if TYPE_CHECKING:
    from sip_grouping.findings import Finding
    from sip_grouping.rounds import Rounds

StoreFile = Annotated[
    Path, typer.Option("--store", metavar="FILE", help="The store: one file that holds all.")
]
Wait = Annotated[
    float,
    typer.Option(
        "--wait", metavar="S", callback=from_zero, help="Seconds to wait for another process."
    ),
]


def conclude(
    context: typer.Context,
    name: str,
    job: Callable[[Console], Answer],
    options: tuple[bool, bool, str | None, bool],
) -> None:
    """Run a subcommand and end the program; `options` are quiet, as_json, lang and debug."""
    quiet, as_json, lang, debug = options
    invocation: Invocation = context.obj
    language = chosen_language(context, lang)
    Console(f"round {name}", invocation, quiet, as_json, debug, language).conclude(job)


def recorded(
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
        warnings = step(rounds)
        console.warn(warnings)
        return of_step(console, rounds, what, warnings)


def counts_told(counts: Mapping[str, int], language: Language) -> str:
    """Return what a step counted, such as ``groups 4, members 60``."""
    return ", ".join(f"{said(language, 'step', name)} {count}" for name, count in counts.items())


def percent(language: Language, share: float) -> str:
    """Return a share in percent, with two decimals where it is no whole number."""
    return number(language, 100 * share, 0 if share == 0 else 2)


def of_step(
    console: Console, rounds: "Rounds", what: str, warnings: "Sequence[Finding]" = ()
) -> Answer:
    """Return the answer of a command that added a step: what was recorded, and under which digest."""
    step = next(one for one in reversed(rounds.steps()) if one.what == what)
    counts = counts_told(step.counts, console.language)
    return Answer(
        console.ended(),
        text=console.said("round-step", number=step.number, step=what, counts=counts),
        data={
            "step": step.number, "what": what, "round": step.round,
            "counts": dict(step.counts), "digest": step.digest,
            "warnings": [one.record(console.language) for one in warnings],
        },
    )  # fmt: skip
