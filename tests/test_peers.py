"""Peers of the benchmarks: each proposes groups for the same members, and the verifier judges them."""

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small import member, office, small_edition
from tiny_editions import tiny_edition

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import peers
from benchmarks.peer_by_hand import by_hand
from benchmarks.peer_judge import Peer, PeerMissingError, Proposal, judged
from benchmarks.peer_programmes import scip, textbook_cp_sat
from benchmarks.peer_rows import COLUMNS, add, done
from benchmarks.peer_table import lines
from benchmarks.studies import STUDIES, Case
from sip_grouping import Edition, form_groups, synthetic_edition
from sip_grouping.edition.records import Theme
from sip_grouping.grouping import Status

CASE = Case("offices", 60, 0, 5.0)
MODULE_OF = {"k-means-constrained": "k_means_constrained", "spopt": "spopt.locate"}


@pytest.fixture
def pair() -> Edition:
    """Three members at the office and one 80 km away; groups of 2 or 3."""
    people = [member(one, video=False) for one in "xyz"] + [member("far", 80.0, video=False)]
    return small_edition(people, themes=[Theme(id="a")], offices=[office()], moderators=0)


def test_the_verifier_scores_what_is_valid_and_names_the_rules_that_are_broken(
    pair: Edition,
) -> None:
    good = judged(pair, Proposal(({"theme": "a", "place": "hub", "members": "xyz"},), "done"))
    assert (good.verdict, good.placed, good.groups) == ("valid", 3, 1)
    assert good.score == form_groups(pair).score
    far = Proposal(({"theme": "a", "place": "hub", "members": ["x", "far"]},), "done")
    small = Proposal(({"theme": "a", "place": "hub", "members": "x"},), "done")
    assert (judged(pair, far).verdict, judged(pair, far).rules_broken) == ("broken", "travel 1")
    assert judged(pair, small).rules_broken == "size 1"
    assert judged(pair, small).score is None
    nothing = judged(pair, Proposal((), "unknown"))
    assert (nothing.verdict, nothing.score) == ("no groups", None)


@pytest.mark.parametrize("members", [60, 120])
def test_groups_by_hand_keep_the_rules_and_are_no_better_than_the_best(members: int) -> None:
    edition = synthetic_edition(members=members, seed=2)
    found = judged(edition, by_hand(edition, 1.0, 0))
    assert (found.verdict, found.rules_broken) == ("valid", "")
    best = form_groups(edition, work_limit=100)
    assert best.status is Status.OPTIMAL
    assert best.score is not None
    assert found.score is not None
    assert best.score / 2 < found.score <= best.score


def test_groups_by_hand_are_valid_in_tiny_editions_or_lack_what_only_foresight_gives() -> None:
    """Somebody who decides group by group does not see ahead to pins, numbers of groups, rooms."""
    valid = 0
    for seed in range(60):
        found = judged(tiny_edition(seed), by_hand(tiny_edition(seed), 1.0, 0))
        assert set(found.broken) <= {"pin", "groups-per-theme", "rooms"}, seed
        valid += found.verdict == "valid"
    assert valid >= 30


def agrees(peer: Peer, seeds: range) -> int:
    """Hold a peer that proves against the engine; return how many editions were compared."""
    compared = 0
    for seed in seeds:
        edition = tiny_edition(seed)
        proposal = peer(edition, 30.0, 0)
        best = form_groups(edition, work_limit=50)
        if (
            best.status is Status.INFEASIBLE
            or best.grouping is None
            or not best.grouping.placements
        ):
            assert not proposal.groups, seed
            continue
        found = judged(edition, proposal)
        assert (proposal.status, found.rules_broken) == ("optimal", ""), seed
        assert found.score == best.score == pytest.approx(proposal.bound), seed
        compared += 1
    return compared


def test_textbook_cp_sat_proves_the_same_score() -> None:
    assert agrees(textbook_cp_sat, range(12)) >= 6


def test_scip_proves_the_same_score() -> None:
    pytest.importorskip("pyscipopt", reason="pyscipopt is not installed: pip install '.[peers]'")
    assert agrees(scip, range(12)) >= 6


@pytest.mark.parametrize(
    ("peer", "package"),
    [("k-means-constrained", "k-means-constrained"), ("spopt p-median", "spopt")],
)
def test_clusters_are_of_the_sizes_asked_for_and_break_what_they_do_not_know(
    peer: str, package: str
) -> None:
    pytest.importorskip(
        MODULE_OF[package], reason=f"{package} is not installed: pip install '.[peers]'"
    )
    edition = synthetic_edition(members=120, seed=1)
    proposal = peers.PEERS[peer](edition, 20.0, 0)
    found = judged(edition, proposal)
    local = [group for group in proposal.groups if group["track"] == "local"]
    limits = edition.rules.local
    assert local
    assert all(len(group["members"]) <= limits.size_max for group in local)
    if peer == "k-means-constrained":
        assert all(len(group["members"]) >= limits.size_min for group in local)
        assert "size" not in found.broken
    assert found.verdict == "broken"
    assert "travel" in found.broken
    assert "ranked" not in found.broken
    placed = [one for group in proposal.groups for one in group["members"]]
    assert len(placed) == len(set(placed))
    assert package in proposal.versions


@pytest.mark.parametrize(
    ("peer", "package"),
    [
        ("SCIP", "pyscipopt"),
        ("k-means-constrained", "k-means-constrained"),
        ("spopt p-median", "spopt"),
    ],
)
def test_a_package_that_is_not_there_is_named(
    peer: str, package: str, monkeypatch: pytest.MonkeyPatch, pair: Edition
) -> None:
    monkeypatch.setitem(sys.modules, MODULE_OF.get(package, package), None)
    with pytest.raises(PeerMissingError, match=package) as caught:
        peers.PEERS[peer](pair, 1.0, 0)
    assert ".[peers]" in str(caught.value)


def test_a_row_per_peer_and_edition_that_is_not_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def here(function: Callable[..., object], *given: object) -> object:
        return function(*given)

    monkeypatch.setattr(peers, "in_a_process", here)
    monkeypatch.setattr(peers, "cases_of", lambda *_: iter([CASE]))
    results = tmp_path / "peers.csv"
    arguments = ["x", "peers", "--peer", "by hand", "--results", str(results)]
    monkeypatch.setattr("sys.argv", arguments)
    assert peers.main() == 0
    assert "offices 60" in capsys.readouterr().out
    with results.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert tuple(row) == COLUMNS
    assert (row["peer"], row["verdict"], row["rules_broken"]) == ("by hand", "valid", "")
    assert float(row["score"]) / float(row["ours"]) == pytest.approx(float(row["ratio"]), abs=1e-4)
    assert done(results) == {("by hand", *CASE.key)}
    assert peers.main() == 0
    assert len(results.read_text("utf-8").splitlines()) == 2
    monkeypatch.setattr("sys.argv", [*arguments, "--list"])
    assert peers.main() == 0
    assert capsys.readouterr().out == f"{CASE}\n"


def test_a_peer_that_is_not_installed_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(name: str, *_: object) -> None:
        raise PeerMissingError(f"{name} needs it")

    monkeypatch.setattr(peers, "row_of", absent)
    monkeypatch.setattr(peers, "in_a_process", lambda *_: 1.0)
    monkeypatch.setattr(peers, "cases_of", lambda *_: iter([CASE]))
    monkeypatch.setattr("sys.argv", ["x", "peers", "--results", str(tmp_path / "p.csv")])
    assert peers.main() == 2
    assert "needs it" in capsys.readouterr().err


def test_rows_become_a_table(tmp_path: Path) -> None:
    def row(peer: str, seed: int, **cells: object) -> dict[str, object]:
        key = {"family": "towns", "members": 60, "rules": "", "seed": seed, "time_limit_s": "20"}
        return {"peer": peer, **key, "wall_s": 2.0, **cells}

    results = tmp_path / "p.csv"
    for one in (
        row("a", 0, verdict="valid", ratio=0.91, status="feasible"),
        row("a", 1, verdict="valid", ratio=0.95, status="optimal"),
        row("b", 0, verdict="broken", rules_broken="size 3; travel 12"),
        row("b", 1, verdict="valid", ratio=0.5),
        row("c", 0, verdict="no groups", status="unknown"),
        row("HiGHS MIP", 0, score=3.0),
    ):
        add(results, one)
    with results.open(encoding="utf-8", newline="") as file:
        head, _, line = lines(list(csv.DictReader(file)))
    assert head == "| edition | limit s | seeds | a | b | c |"
    assert line == (
        "| 60 towns | 20 | 2 | 91.00%, 1 proven, 2.0 s | 1 of 2 valid; travel 12, size 3; 2.0 s"
        " | 1 of 1 without groups, 2.0 s |"
    )


def test_the_study_has_every_size_at_offices_and_in_towns() -> None:
    sizes = {(one.family, one.members) for one in STUDIES["peers"]()}
    assert sizes == {(family, n) for family in ("offices", "towns") for n in (60, 120, 240, 500)}
