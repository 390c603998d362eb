"""Prints the rows of peers as a Markdown table: a line per edition and limit, a column per peer.

A cell is the score as a share of ours, the worst of the seeds, where every rule is kept; else the rules that
are broken, of all seeds. Rows that were not judged, such as those of `peer_mip.py`, are left out.

Usage: python benchmarks/peer_table.py [benchmarks/results/peers.csv]
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).parent / "results" / "peers.csv"
Row = dict[str, str]


def main() -> None:
    """Print the table; see the module's first lines."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n\n")[0])
    parser.add_argument("results", type=Path, nargs="?", default=RESULTS)
    with parser.parse_args().results.open(encoding="utf-8", newline="") as file:
        print("\n".join(lines(list(csv.DictReader(file)))))


def lines(rows: Sequence[Row]) -> list[str]:
    """Return the lines of the table."""
    judged = [row for row in rows if row["verdict"]]
    peers = list(dict.fromkeys(row["peer"] for row in judged))
    alike: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in judged:
        edition = f"{row['members']} {row['family']} {row['rules']}".strip()
        alike[edition, row["time_limit_s"]][row["peer"]].append(row)
    found = [
        f"| edition | limit s | seeds | {' | '.join(peers)} |",
        f"|{'---|' * (3 + len(peers))}",
    ]
    for (edition, limit), of in alike.items():
        seeds = len({row["seed"] for some in of.values() for row in some})
        cells = " | ".join(_cell(of[peer]) for peer in peers)
        found.append(f"| {edition} | {limit} | {seeds} | {cells} |")
    return found


def _cell(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    seconds = f"{median(float(row['wall_s']) for row in rows):.1f} s"
    broken: Counter[str] = Counter()
    for row in rows:
        for part in filter(None, row["rules_broken"].split("; ")):
            rule, _, count = part.rpartition(" ")
            broken[rule] += int(count)
    if broken:
        told = ", ".join(f"{rule} {count}" for rule, count in broken.most_common())
        kept = sum(row["verdict"] == "valid" for row in rows)
        return f"{kept} of {len(rows)} valid; {told}; {seconds}"
    ratios = [float(row["ratio"]) for row in rows if row["ratio"]]
    without = len(rows) - len(ratios)
    proven = sum(row["status"] == "optimal" for row in rows)
    parts = [f"{min(ratios):.2%}"] if ratios else []
    parts += [f"{without} of {len(rows)} without groups"] if without else []
    parts += [f"{proven} proven"] if proven else []
    return ", ".join([*parts, seconds])


if __name__ == "__main__":
    main()
