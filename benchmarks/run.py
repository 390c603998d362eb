"""Runs the command line on generated editions and writes one row per run.

Each run is a process of its own, `sip-grouping form` on an edition in a temporary folder, measured
from outside: start, reading, search, verification and files are all in the figure. What was written is
then verified by a second process, outside the figure. Rows that a results file already has are skipped,
so an interrupted study goes on where it stopped.

Usage: python benchmarks/run.py STUDY [--only PATTERN] [--results FILE] [--list | --write DIR]
"""

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.rows import add_row
from benchmarks.studies import STUDIES, Case, cases_of
from sip_grouping import save_edition

RESULTS = Path(__file__).parent / "results"

COLUMNS = (
    "family",
    "members",
    "rules",
    "seed",
    "time_limit_s",
    "status",
    "stop_reason",
    "score",
    "bound",
    "gap",
    "target_gap",
    "verified",
    "wall_s",
    "engine_s",
    "work",
    "peak_mib",
    "exit_code",
    "cores",
    "machine",
    "python",
    "sip_grouping",
    "commit",
    "ortools",
    "highspy",
)
KEY = ("family", "members", "rules", "seed", "time_limit_s")


def main() -> None:
    """Run a study; see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", choices=sorted(STUDIES))
    parser.add_argument(
        "--only", default="", metavar="PATTERN", help="cases that match, as --list shows them"
    )
    parser.add_argument("--results", type=Path, help="file to add to; results/STUDY.csv")
    parser.add_argument("--list", action="store_true", help="print the cases instead")
    parser.add_argument("--write", type=Path, metavar="DIR", help="write the editions instead")
    given = parser.parse_args()
    results: Path = given.results or RESULTS / f"{given.study}.csv"
    cases = list(cases_of(given.study, given.only))
    if given.list:
        print("\n".join(map(str, cases)))
    elif given.write is not None:
        given.write.mkdir(parents=True, exist_ok=True)
        for case in cases:
            folder = given.write / "-".join(
                part.replace(" ", "-") for part in case.key[:-1] if part
            )
            save_edition(case.edition(), folder, force=True)
            print(folder)
    else:
        done = keys_in(results)
        for case in cases:
            if case.key not in done:
                row = run_case(case)
                append(results, row)
                print(told(case, row), flush=True)


def told(case: Case, row: dict[str, object]) -> str:
    """Return a row as a line for the console."""
    gap = None if row["gap"] is None else float(str(row["gap"]))
    text = f"{case}: {row['status']}, {'no gap' if gap is None else f'gap {gap:.4%}'}"
    if case.target_gap is not None:
        met = gap is not None and gap <= case.target_gap
        text += f" ({'met' if met else 'NOT met'}: {case.target_gap:.2%})"
    return (
        f"{text}, score {row['score']}, bound {row['bound']}, {row['wall_s']} s, {row['verified']}"
    )


def run_case(case: Case) -> dict[str, object]:
    """Return the row of one run."""
    with tempfile.TemporaryDirectory() as folder:
        edition, out = Path(folder, "edition"), Path(folder, "groups")
        save_edition(case.edition(), edition)
        command = [
            sys.executable, "-m", "sip_grouping", "form", str(edition), "--out", str(out),
            "--time-limit", f"{case.time_limit:g}", "--quiet",
        ]  # fmt: skip
        started = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            # wait4 gives the peak memory of this process alone.
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        grouping = _read(out / "grouping.json")
        run = _read(out / "run.json")
        verified = _verdict(edition, out) if grouping else "nothing written"
    return {
        **dict(zip(KEY, case.key, strict=True)),
        **{name: grouping.get(name) for name in ("status", "score", "bound", "gap")},
        "target_gap": case.target_gap,
        "verified": verified,
        "stop_reason": run.get("stop_reason"),
        "wall_s": round(wall, 2),
        "engine_s": run.get("seconds"),
        "work": run.get("work"),
        "peak_mib": round(usage.ru_maxrss / 1024),
        "exit_code": process.returncode,
        **surroundings(),
    }


def surroundings() -> dict[str, object]:
    """Return the machine and the versions, as they stand in each row."""
    return {
        "cores": os.cpu_count(),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sip_grouping": version("sip-grouping"),
        "commit": _commit(),
        "ortools": version("ortools"),
        "highspy": version("highspy"),
    }


def _commit() -> str:
    """Return the commit of the code, with + where it was changed since; empty outside a clone."""
    told = subprocess.run(
        ["git", "describe", "--always", "--abbrev=10", "--exclude=*", "--dirty=+"],
        cwd=Path(__file__).parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return told.stdout.strip()


def _verdict(edition: Path, out: Path) -> str:
    command = [sys.executable, "-m", "sip_grouping", "verify", str(edition), str(out), "--quiet"]
    code = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
    return "valid" if code == 0 else f"exit code {code}"


def _read(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return content


def keys_in(results: Path) -> set[tuple[str, ...]]:
    """Return the keys of the rows that a results file has."""
    if not results.exists():
        return set()
    with results.open(encoding="utf-8", newline="") as file:
        return {tuple(row[name] for name in KEY) for row in csv.DictReader(file)}


def append(results: Path, row: dict[str, object]) -> None:
    """Add a row to a results file."""
    add_row(results, row, COLUMNS)


if __name__ == "__main__":
    main()
