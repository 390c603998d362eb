"""All cases of the laws of which the suite looks at a part: seeds of tiny editions, examples drawn.

Comes in: files of tests, or none: all that ask `how_many`. Goes out: the last line of pytest for each, which
counts; exit code 1 if anything failed. The tests are those of the suite.
Run: ``python tests/campaigns/all_cases.py``. With ``--results FILE`` a row per file: what it took and found.
"""

import argparse
import csv
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from how_many import ALL

TESTS = Path(__file__).resolve().parents[1]
COLUMNS = ("file", "commit", "tests", "verdict", "seconds")


def files_with_more_cases() -> list[Path]:
    """Return the files of tests that look at more cases by hand than in the suite."""
    asks = "from how_many import"
    return [one for one in sorted(TESTS.glob("test_*.py")) if asks in one.read_text("utf-8")]


def looked_at(files: Sequence[Path], options: Sequence[str] = ()) -> Iterator[dict[str, object]]:
    """Run each file with all of its cases; yield a row for each."""
    commit = _commit()
    for file in files:
        began = time.perf_counter()
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", str(file), *options],
            cwd=TESTS.parent,
            env=os.environ | {ALL: "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        told = ran.stdout.splitlines() or ran.stderr.splitlines()
        print(file.name, *(told if ran.returncode else told[-1:]), sep="\n", flush=True)
        passed = re.search(r"(\d+) passed", told[-1])
        verdict = "passed" if ran.returncode == 0 else "failed"
        seconds = round(time.perf_counter() - began)
        count = int(passed[1]) if passed else 0
        yield dict(zip(COLUMNS, (file.name, commit, count, verdict, seconds), strict=True))


def main() -> int:
    """Look at all cases; return the exit code."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, help="files of tests; left out: all")
    parser.add_argument("--results", type=Path, metavar="FILE", help="table of rows to write")
    asked = parser.parse_args()
    rows: list[dict[str, object]] = []
    for one in looked_at(asked.files or files_with_more_cases()):
        rows.append(one)
        if asked.results is not None:
            # After each: it takes long.
            _write(asked.results, rows)
    failed = sum(one["verdict"] == "failed" for one in rows)
    print(f"{len(rows)} files of tests with all of their cases, {failed} failed")
    return 1 if failed else 0


def _commit() -> str:
    """Return the commit of the code, with + where it was changed since; empty outside a clone."""
    told = subprocess.run(
        ["git", "describe", "--always", "--abbrev=10", "--exclude=*", "--dirty=+"],
        cwd=TESTS, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return told.stdout.strip()


def _write(path: Path, rows: Sequence[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main())
