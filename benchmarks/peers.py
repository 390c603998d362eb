"""Other ways to form the groups of the same members, in the same time: one row per peer and edition.

Each peer gets the edition and the seconds, all included, in a process of its own; so do we, by
`form_groups` with one worker. What it proposes is judged by the project's verifier: its score where
every rule is kept, and which rules are broken where not. Rows that the results file has are skipped.

Usage: python benchmarks/peers.py STUDY --only PATTERN [--peer NAME ...] [--results FILE] [--list |
--table]
"""

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "tests"))

from benchmarks.peer_by_hand import by_hand
from benchmarks.peer_clusters import k_means, p_median
from benchmarks.peer_judge import Judged, Peer, PeerMissingError, Proposal, judged
from benchmarks.peer_programmes import scip, textbook_cp_sat
from benchmarks.peer_rows import COLUMNS, add, done
from benchmarks.run import KEY, RESULTS, surroundings
from benchmarks.studies import STUDIES, Case, cases_of
from sip_grouping import form_groups

PEERS: dict[str, Peer] = {
    "by hand": by_hand,
    "textbook CP-SAT": textbook_cp_sat,
    "SCIP": scip,
    "k-means-constrained": k_means,
    "spopt p-median": p_median,
}
_P = ParamSpec("_P")
_R = TypeVar("_R")


def main() -> int:
    """Run the peers; return the exit code."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n\n")[0])
    parser.add_argument("study", choices=sorted(STUDIES))
    parser.add_argument("--only", default="", metavar="PATTERN", help="cases that match")
    parser.add_argument("--peer", action="append", choices=sorted(PEERS), help="left out: all")
    parser.add_argument("--results", type=Path, default=RESULTS / "peers.csv")
    parser.add_argument("--list", action="store_true", help="print the cases instead")
    given = parser.parse_args()
    cases = list(cases_of(given.study, given.only))
    if given.list:
        print("\n".join(map(str, cases)))
        return 0
    for case in cases:
        ours: float | None = None
        for name in given.peer or PEERS:
            if (name, *case.key) in done(given.results):
                continue
            if ours is None:
                ours = in_a_process(_ours, case)
            try:
                row = row_of(name, case, ours)
            except PeerMissingError as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 2
            add(given.results, row)
            told = ", ".join(
                f"{one} {row[one]}"
                for one in ("status", "score", "ratio", "wall_s", "rules_broken")
            )
            print(f"{case} {name}: {told}", flush=True)
    return 0


def row_of(name: str, case: Case, ours: float | None) -> dict[str, object]:
    """Return the row of one peer on one edition."""
    proposal, seconds = in_a_process(_asked, name, case)
    found = judged(case.edition(), proposal)
    return {
        "peer": name,
        **dict(zip(KEY, case.key, strict=True)),
        "status": proposal.status,
        "score": found.score,
        "bound": None if proposal.bound is None else round(proposal.bound, 3),
        "gap": _gap(found, proposal),
        "wall_s": round(seconds, 2),
        "verdict": found.verdict,
        "placed": found.placed,
        "groups": found.groups,
        "rules_broken": found.rules_broken,
        "ours": ours,
        "ratio": round(found.score / ours, 4) if found.score is not None and ours else None,
        "versions": "; ".join(f"{one} {what}" for one, what in proposal.versions.items()),
        **{one: what for one, what in surroundings().items() if one in COLUMNS},
    }


def _gap(found: Judged, proposal: Proposal) -> float | None:
    if proposal.bound is None or not found.score:
        return None
    return round((proposal.bound - found.score) / found.score, 9) + 0.0


def in_a_process(function: Callable[_P, _R], *given: _P.args, **named: _P.kwargs) -> _R:
    """Return what a function gives in a new process: no peer inherits what another one loaded."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *given, **named).result()


def _asked(name: str, case: Case) -> tuple[Proposal, float]:
    edition = case.edition()
    began = time.perf_counter()
    proposal = PEERS[name](edition, case.time_limit, case.seed)
    return proposal, time.perf_counter() - began


def _ours(case: Case) -> float | None:
    return form_groups(case.edition(), time_limit=case.time_limit).score


if __name__ == "__main__":
    sys.exit(main())
