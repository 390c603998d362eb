"""Runs the command line on generated editions and writes one row per run.

Each run is a process of its own, `sip-grouping form` on an edition in a temporary folder, measured
from outside: start, reading, search, verification and files are all in the figure. Rows that a
results file already has are skipped, so an interrupted study goes on where it stopped.

Usage: python benchmarks/run.py STUDY [--results FILE] [--smoke]
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
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from sip_grouping import save_edition, synthetic_edition

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Case:
    """One run: which edition, and how long it may take."""

    family: str
    members: int
    seed: int
    time_limit: float

    @property
    def key(self) -> tuple[str, ...]:
        """What tells this case from others in a results file."""
        return (self.family, str(self.members), str(self.seed), f"{self.time_limit:g}")


def editions_study() -> Iterator[Case]:
    """Yield the demo with offices alone, and 20 editions of 50 to 500 with 10 km thinned towns."""
    for seed in range(5):
        yield Case("offices", 240, seed, 60.0)
    for number in range(20):
        members = 50 + round(450 * number / 19)
        yield Case("towns", members, number, 60.0)


def larger_study() -> Iterator[Case]:
    """Yield editions of 500 to 10,000 members, at offices and with 10 km thinned towns."""
    for members, time_limit in ((500, 60.0), (2_000, 60.0), (10_000, 120.0)):
        for family in ("offices", "towns"):
            for seed in range(3):
                yield Case(family, members, seed, time_limit)


def tight_study() -> Iterator[Case]:
    """Yield large editions under limits that leave little more than the time of the LP."""
    yield Case("towns", 1_500, 0, 2.0)
    for seed in range(3):
        yield Case("towns", 10_000, seed, 25.0)
    yield Case("offices", 50_000, 0, 58.0)


def smoke_study() -> Iterator[Case]:
    """Yield a few small cases, enough to see that the runner works."""
    yield Case("offices", 60, 0, 30.0)
    yield Case("towns", 60, 0, 30.0)


STUDIES = {
    "editions": editions_study,
    "larger": larger_study,
    "tight": tight_study,
    "smoke": smoke_study,
}

COLUMNS = (
    "family",
    "members",
    "seed",
    "time_limit_s",
    "status",
    "stop_reason",
    "score",
    "bound",
    "gap",
    "wall_s",
    "engine_s",
    "work",
    "peak_mib",
    "exit_code",
    "cores",
    "machine",
    "python",
    "sip_grouping",
    "ortools",
    "highspy",
)


def main() -> None:
    """Run a study; see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", choices=sorted(STUDIES))
    parser.add_argument("--results", type=Path)
    arguments = parser.parse_args()
    results: Path = arguments.results or RESULTS / f"{arguments.study}.csv"
    done = _keys_in(results)
    for case in STUDIES[arguments.study]():
        if case.key in done:
            continue
        row = run_case(case)
        _append(results, row)
        gap = "no gap" if row["gap"] is None else f"gap {float(str(row['gap'])):.5%}"
        print(f"{' '.join(case.key)}: {row['status']}, {gap}, {row['wall_s']} s", flush=True)


def run_case(case: Case) -> dict[str, object]:
    """Return the row of one run."""
    towns: Literal["members", "none"] = "none" if case.family == "offices" else "members"
    with tempfile.TemporaryDirectory() as folder:
        edition, out = Path(folder, "edition"), Path(folder, "groups")
        save_edition(synthetic_edition(members=case.members, seed=case.seed, towns=towns), edition)
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
    return {
        "family": case.family,
        "members": case.members,
        "seed": case.seed,
        "time_limit_s": f"{case.time_limit:g}",
        **{name: grouping.get(name) for name in ("status", "score", "bound", "gap")},
        "stop_reason": run.get("stop_reason"),
        "wall_s": round(wall, 2),
        "engine_s": run.get("seconds"),
        "work": run.get("work"),
        "peak_mib": round(usage.ru_maxrss / 1024),
        "exit_code": process.returncode,
        "cores": os.cpu_count(),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sip_grouping": version("sip-grouping"),
        "ortools": version("ortools"),
        "highspy": version("highspy"),
    }


def _read(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _keys_in(results: Path) -> set[tuple[str, ...]]:
    if not results.exists():
        return set()
    with results.open(encoding="utf-8", newline="") as file:
        return {
            (row["family"], row["members"], row["seed"], row["time_limit_s"])
            for row in csv.DictReader(file)
        }


def _append(results: Path, row: dict[str, object]) -> None:
    results.parent.mkdir(parents=True, exist_ok=True)
    new = not results.exists()
    with results.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)


if __name__ == "__main__":
    main()
