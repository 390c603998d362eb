"""Rows of results: a table that grows by one row a run.

Comes in: a file, a row. Goes out: the file, with a header where it is new.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path


def add_row(results: Path, row: Mapping[str, object], columns: Sequence[str] | None = None) -> None:
    """Add a row to a results file; `columns`: their order where not that of the row."""
    results.parent.mkdir(parents=True, exist_ok=True)
    new = not results.exists()
    with results.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns or row), lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)
