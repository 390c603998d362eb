"""Options of the command that several subcommands share, and the values that options take.

Comes in: what was typed. Goes out: the value, or an error of usage that says what is asked for.
"""

from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

from sip_grouping.command.language import language_named

LARGEST_SEED = 2**31 - 1  # what CP-SAT takes
MOST_WORKERS = 1_024  # CP-SAT takes ten times as many; no machine has threads for them
MOST_MEMBERS = 1_000_000  # of a synthetic edition; a few GB of memory


def above_zero(value: float | None) -> float | None:
    """Return a number above 0, or None."""
    if value is not None and not (isfinite(value) and value > 0):
        raise typer.BadParameter(f"{value} is not a number above 0")
    return value


def from_zero(value: float) -> float:
    """Return a number from 0."""
    if not (isfinite(value) and value >= 0):
        raise typer.BadParameter(f"{value} is not a number from 0, such as 0.001")
    return value


def per_cent(value: float | None) -> float | None:
    """Return a number from 0 to 100, or None."""
    if value is not None and not 0 <= value <= 100:
        raise typer.BadParameter(f"{value} is not a number from 0 to 100")
    return value


def objective_names(value: str | None) -> str | None:
    """Return names of objectives as they were typed."""
    from sip_grouping.grouping.stages import CHOICES, objective_asked_for  # noqa: PLC0415

    if value is None:
        return None
    names = separated(value)
    known = {objective_asked_for(one) for one in names}
    if not names or None in known or len(known) < len(names):
        told = ", ".join(CHOICES)
        raise typer.BadParameter(f"give each at most once, separated by commas, of: {told}")
    return value


def profile_name(value: str | None) -> str | None:
    """Return the name of a profile, hyphens as underscores."""
    from sip_grouping.solve.profiles import PROFILES  # noqa: PLC0415

    name = None if value is None else value.replace("-", "_")
    if name is not None and name not in PROFILES:
        told = ", ".join(one.replace("_", "-") for one in PROFILES)
        raise typer.BadParameter(f"{value!r} is none of {told}")
    return name


Profile = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        callback=profile_name,
        help="Objectives by a name: most-placed, rank-maximal, egalitarian, travel-fair, balanced.",
    ),
]


def separated(value: str) -> tuple[str, ...]:
    """Return the parts between commas."""
    return tuple(one.strip() for one in value.split(",") if one.strip())


def _language(value: str | None) -> str | None:
    if value is not None and language_named(value) is None:
        raise typer.BadParameter(f"{value!r} is none of nl, fr, en")
    return value


EditionFolder = Annotated[
    Path,
    typer.Argument(
        metavar="EDITION", help="Folder with edition.toml and members.csv; or a workbook."
    ),
]
GroupingFolder = Annotated[Path, typer.Argument(metavar="GROUPING", help="Folder that form wrote.")]
Postcodes = Annotated[
    Path | None,
    typer.Option(
        "--postcodes",
        metavar="FILE",
        help="Postcode table of your own, or a GeoNames dump; its rows win over the bundled table.",
    ),
]
Seed = Annotated[
    int, typer.Option(min=0, max=LARGEST_SEED, metavar="N", help="Decides among equal choices.")
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        metavar="S",
        callback=above_zero,
        help="Stop after S seconds, start, reading and writing included.",
    ),
]
WorkLimit = Annotated[
    float | None,
    typer.Option(
        metavar="N",
        callback=above_zero,
        help="Stop after N units of deterministic work; such runs repeat exactly.",
    ),
]
MeetingsPlan = Annotated[
    Path | None,
    typer.Option(
        "--plan", metavar="DIR", help="Folder that plan wrote: with when the groups meet."
    ),
]
ProjectsFolder = Annotated[
    Path | None,
    typer.Option(
        "--projects",
        metavar="DIR",
        help="Folder that projects wrote: with test projects, their evaluations and contacts.",
    ),
]
Explain = Annotated[
    bool,
    typer.Option(
        "--explain",
        help="Tell members without a place, or not the one they wished for, why: calculated as by explain.",
    ),
]
ExplainWork = Annotated[
    float,
    typer.Option(
        "--explain-work",
        metavar="N",
        callback=above_zero,
        help="Units of work for all that --explain asks; what is not decided then is said not to be.",
    ),
]
EXPLAIN_WORK = 300.0
"""Deterministic work of all explanations of one call, unless another is given: minutes."""

Workers = Annotated[
    int,
    typer.Option(min=1, max=MOST_WORKERS, metavar="N", help="Threads; only one repeats exactly."),
]
Gap = Annotated[
    float,
    typer.Option(
        metavar="G",
        callback=from_zero,
        help="Stop at this gap to the bound, such as 0.001; 0: prove the optimum.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace what an earlier run wrote there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a defect.")]


def language_option(told: str) -> Any:
    """Return the option `--lang`, with its help."""
    return typer.Option("--lang", metavar="nl|fr|en", callback=_language, help=told)


Lang = Annotated[
    str | None,
    language_option("Language of findings and summaries; left out: that of the system."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Every warning is an error.")]
