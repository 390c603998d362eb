"""Times the reading of editions, against the code of another checkout where one is given.

Each read is a process of its own that loads a synthetic edition and says its processor time and its largest
memory; both codes take turns, the median of the runs counts. Usage:
python benchmarks/reading.py [--members N ...] [--runs N] [--against CHECKOUT] [--results FILE]
"""

import argparse
import csv
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results" / "reading.csv"
SIZES = (1_000, 10_000, 100_000)
COLUMNS = (
    "members", "seed", "runs", "cpu_s", "peak_mib", "other_cpu_s", "other_peak_mib", "ratio",
    "cores", "machine", "python", "commit", "other_commit",
)  # fmt: skip
_SEED = 1
_READ = """
import resource, sys, time
import sip_grouping as sip
start = time.process_time()
edition = sip.load_edition(sys.argv[1])
print(len(edition.members), time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
_WRITE = """
import sys
import sip_grouping as sip
sip.save_edition(sip.synthetic_edition(members=int(sys.argv[2]), seed=int(sys.argv[3])), sys.argv[1])
"""


class Read(NamedTuple):
    """What reading took: processor seconds and the largest memory in MiB."""

    cpu_s: float
    peak_mib: int


def main() -> None:
    """Read each size, and write a row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--against", type=Path, help="checkout of an earlier commit")
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    for members in given.members:
        row = measured(members, given.runs, given.against)
        new = not given.results.exists()
        with given.results.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            if new:
                writer.writeheader()
            writer.writerow(row)
        print({name: row[name] for name in ("members", "cpu_s", "other_cpu_s", "ratio")})


def measured(members: int, runs: int, against: Path | None) -> dict[str, object]:
    """Return the row of one size; each code reads the edition that it wrote itself."""
    checkouts = [HERE] if against is None else [HERE, against.resolve()]
    reads: dict[Path, list[Read]] = {one: [] for one in checkouts}
    with tempfile.TemporaryDirectory() as temporary:
        folders = {one: str(Path(temporary) / str(at)) for at, one in enumerate(checkouts)}
        for checkout, folder in folders.items():
            ran(checkout, _WRITE, folder, str(members), str(_SEED))
        for _ in range(runs):
            for checkout, folder in folders.items():
                count, cpu, peak = ran(checkout, _READ, folder).split()
                if int(count) != members:
                    raise SystemExit(f"{checkout}: {count} of {members} members were read")
                reads[checkout].append(Read(float(cpu), int(peak) // 1024))
    own, *others = (median(reads[one]) for one in checkouts)
    other = others[0] if others else None
    return {
        "members": members, "seed": _SEED, "runs": runs,
        "cpu_s": round(own.cpu_s, 2), "peak_mib": own.peak_mib,
        "other_cpu_s": None if other is None else round(other.cpu_s, 2),
        "other_peak_mib": None if other is None else other.peak_mib,
        "ratio": None if other is None else round(own.cpu_s / other.cpu_s, 2),
        "cores": os.cpu_count(), "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(), "commit": commit_of(HERE),
        "other_commit": None if against is None else commit_of(against),
    }  # fmt: skip


def median(reads: list[Read]) -> Read:
    """Return the medians of time and memory."""
    return Read(
        statistics.median(one.cpu_s for one in reads),
        int(statistics.median(one.peak_mib for one in reads)),
    )


def ran(checkout: Path, code: str, *arguments: str) -> str:
    """Run code with the package of a checkout and return what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def commit_of(checkout: Path) -> str:
    """Return the commit of a checkout, shortened."""
    command = ["git", "-C", str(checkout), "rev-parse", "--short=10", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
