"""What a general MIP solver reaches on the editions of a study in the same time: one row per run.

The model is that of the file contract, group by group (`tests/campaigns/independent_mip.py`), which shares no
code with the engine; HiGHS solves it with one thread. Two statements of who may not share a group: `pairs`,
a row for each two, and `cliques`, a row for each set of members no two of whom may. The time limit holds for
the whole run in Python: the edition, the model, the solver. The best solution is checked in integers.

Usage: python benchmarks/peer_mip.py STUDY --only PATTERN [--statement cliques] [--results FILE]
"""

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import highspy
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "tests"))

from campaigns.independent_mip import Programme
from campaigns.rule_book import Kind, RuleBook

from benchmarks.peer_rows import COLUMNS, add
from benchmarks.run import KEY, RESULTS, surroundings
from benchmarks.studies import STUDIES, Case, cases_of
from sip_grouping.solve.bound import QuietHighs


class WithCliques(Programme):
    """The same programme with a row for each clique of a greedy cover instead of each pair."""

    def no_two_of(self, kind: Kind) -> Iterator[tuple[int, ...]]:
        """Yield sets of members of whom a group of this kind holds one at most."""
        left = {one: set[int]() for one in self.book.pools[kind]}
        for first, second in super().no_two_of(kind):
            left[first].add(second)
            left[second].add(first)
        all_of = {one: frozenset(others) for one, others in left.items()}
        for first, others in left.items():
            while others:
                clique = [first]
                could = set(all_of[first])
                while could:
                    # The one that covers most pairs that no row covers yet.
                    best = max(could, key=lambda one: (len(left[one] & set(clique)), -one))
                    if not left[best] & set(clique):
                        break
                    clique.append(best)
                    could &= all_of[best]
                for one, other in combinations(clique, 2):
                    left[one].discard(other)
                    left[other].discard(one)
                yield tuple(clique)


STATEMENTS = {"pairs": Programme, "cliques": WithCliques}


def main() -> None:
    """Run the peer; see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", choices=sorted(STUDIES))
    parser.add_argument("--only", default="", metavar="PATTERN", help="cases that match")
    parser.add_argument("--statement", choices=sorted(STATEMENTS), default="cliques")
    parser.add_argument("--results", type=Path, default=RESULTS / "peers.csv")
    given = parser.parse_args()
    for case in cases_of(given.study, given.only):
        row = run_case(case, given.statement)
        add(given.results, row)
        shown = ("status", "score", "bound", "gap", "build_s", "wall_s", "columns", "rows")
        told = ", ".join(f"{name} {row[name]}" for name in shown)
        print(f"{case} {given.statement}: {told}", flush=True)


def run_case(case: Case, statement: str) -> dict[str, object]:
    """Return the row of one run."""
    started = time.perf_counter()
    programme = STATEMENTS[statement](RuleBook(case.edition()))
    programme.build()
    matrix = programme.matrix()
    limits = np.array([(low, high) for terms, low, high in programme.rows if terms])
    build_seconds = time.perf_counter() - started
    found: dict[str, object] = {"status": "no time left", "score": None, "bound": None, "gap": None}
    if build_seconds < case.time_limit:
        found = _solved(programme, matrix, limits, case.time_limit - build_seconds)
    return {
        "peer": "HiGHS MIP",
        "statement": statement,
        **dict(zip(KEY, case.key, strict=True)),
        **found,
        "build_s": round(build_seconds, 2),
        "wall_s": round(time.perf_counter() - started, 2),
        "columns": matrix.shape[1],
        "rows": matrix.shape[0],
        **{name: what for name, what in surroundings().items() if name in COLUMNS},
    }


def _solved(programme: Programme, matrix: Any, limits: Any, seconds: float) -> dict[str, object]:
    """Return status, score, bound and gap; a solution that breaks a row in integers is none."""
    rows, columns = matrix.shape
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, rows
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array(programme.gains, dtype=np.float64) / 1000
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.ones(columns)
    lp.row_lower_, lp.row_upper_ = limits[:, 0].copy(), limits[:, 1].copy()
    lp.integrality_ = [highspy.HighsVarType.kInteger] * columns
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data.astype(np.float64)
    highs: Any = QuietHighs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("threads", 1),
        ("time_limit", seconds),
        ("mip_rel_gap", 0.0),
    ):
        highs.setOptionValue(option, value)
    highs.passModel(lp)
    highs.run()
    status = highs.getModelStatus()
    bound = float(highs.getInfo().mip_dual_bound)
    score = None
    values = np.array(highs.getSolution().col_value)
    if len(values) == columns:
        whole = np.rint(values).astype(np.int64)
        sums = matrix @ whole
        if bool(np.all((limits[:, 0] <= sums) & (sums <= limits[:, 1]))):
            score = int(whole @ np.array(programme.gains, dtype=np.int64)) / 1000
    known = np.isfinite(bound)
    return {
        "status": str(highs.modelStatusToString(status)).lower(),
        "score": score,
        "bound": round(bound, 3) if known else None,
        "gap": round((bound - score) / score, 9) + 0.0 if known and score else None,
    }


if __name__ == "__main__":
    main()
