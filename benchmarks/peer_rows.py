"""Rows of peers: what stands in `results/peers.csv`.

Comes in: rows. Goes out: the file, which all that run peers add to; what it has already is not run again.
"""

import csv
from pathlib import Path

from benchmarks.rows import add_row
from benchmarks.run import KEY

COLUMNS = (
    *("peer", "statement", *KEY, "status", "score", "bound", "gap", "build_s", "wall_s"),
    *("columns", "rows", "cores", "machine", "python", "sip_grouping", "commit", "highspy"),
    *("verdict", "placed", "groups", "rules_broken", "ours", "ratio", "versions"),
)


def done(results: Path) -> set[tuple[str, ...]]:
    """Return what a results file has: peers and the keys of their cases."""
    if not results.exists():
        return set()
    with results.open(encoding="utf-8", newline="") as file:
        return {(row["peer"], *(row[one] for one in KEY)) for row in csv.DictReader(file)}


def add(results: Path, row: dict[str, object]) -> None:
    """Add a row to a results file."""
    add_row(results, row, COLUMNS)
