"""Prints a results file as a Markdown table: one line per edition and limit, the worst of its seeds.

Usage: python benchmarks/table.py benchmarks/results/far.csv
"""

import argparse
import csv
from collections import defaultdict
from pathlib import Path
from statistics import median


def main() -> None:
    """Print the table; see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    with parser.parse_args().results.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    alike: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        edition = f"{row['members']} {row['family']} {row['rules']}".strip()
        alike[edition, row["time_limit_s"]].append(row)
    print("| edition | limit s | runs | proven | worst gap | wished | wall s: min, median, max |")
    print("|---|---|---|---|---|---|---|")
    for (edition, limit), runs in alike.items():
        proven = sum(row["status"] == "optimal" for row in runs)
        gaps = [float(row["gap"]) if row["gap"] else float("inf") for row in runs]
        seconds = [float(row["wall_s"]) for row in runs]
        walls = f"{min(seconds):.1f}, {median(seconds):.1f}, {max(seconds):.1f}"
        print(
            f"| {edition} | {limit} | {len(runs)} | {proven} | {_percent(max(gaps))} |"
            f" {_wished(runs[0]['target_gap'], max(gaps))} | {walls} |"
        )


def _percent(gap: float) -> str:
    return "none" if gap == float("inf") else f"{gap:.3%}"


def _wished(target: str, worst: float) -> str:
    if not target:
        return ""
    return f"{float(target):.1%}, {'met' if worst <= float(target) else 'not met'}"


if __name__ == "__main__":
    main()
