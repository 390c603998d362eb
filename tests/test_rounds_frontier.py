"""What each further move buys: the frontier agrees with plain enumeration, and never turns down."""

from pathlib import Path

import pandas as pd
import pytest
from cli_case import command
from how_many import cases
from small import member, small_edition
from tiny_rounds import ByEnumeration, tiny_round

import sip_grouping as sip
from sip_grouping.command.round_frontier import told
from sip_grouping.rounds import Rounds
from sip_grouping.solve.frontier import FRONTIER_COLUMNS, Frontier, FrontierPoint, frontier

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("first", range(0, cases(40, 120), 20))
def test_each_point_is_the_best_score_with_so_many_moves(first: int) -> None:
    for seed in range(first, first + 20):
        tiny = tiny_round(seed, accepting=0.2)
        if tiny is None:
            continue
        every = ByEnumeration(tiny, fixed=True).best_score_by_moves()
        found = frontier(
            tiny.edition, tiny.earlier, range(4), asked=tiny.asked, accepted=tiny.accepted,
            work_limit=200.0,
        )  # fmt: skip
        for one in found.points:
            reached = [value for moved, value in every.items() if moved <= one.moves_max]
            best = max(reached, default=None)
            assert one.score_thousandths == best, (seed, one.moves_max)
            if best is not None:
                assert one.bound_thousandths == best, (seed, one.moves_max)
                assert one.moved is not None
                assert one.moved <= one.moves_max, seed


def started(tmp_path: Path) -> Path:
    people = [member(f"m{n}", km=0.1 * n + (20 if n > 2 else 0)) for n in range(6)]
    edition = small_edition(people).with_rules(local={"size_min": 3}, video={"size_min": 3})
    grouping = sip.form_groups(edition, work_limit=20).grouping
    assert grouping is not None
    with Rounds.start(tmp_path / "s.db", edition, grouping) as rounds:
        rounds.propose()
        (tmp_path / "a.csv").write_text("member_id,answer\nm0,decline\n", "utf-8")
        rounds.answer(tmp_path / "a.csv")
    return tmp_path / "s.db"


def test_the_command_writes_a_table_and_a_picture(tmp_path: Path, capsys: Capture) -> None:
    store = started(tmp_path)
    out = tmp_path / "f.csv"
    asked = ("round", "frontier", "--store", store, "--moves", "0,2,1,5", "--lang", "fr")
    made = command(capsys, *asked, "--out", out)
    assert made.code == 0
    assert "au plus 1 changent : aucune répartition" in made.out
    table = pd.read_csv(out)
    assert list(table.columns) == list(FRONTIER_COLUMNS)
    assert table["moves_max"].tolist() == [0, 1, 2, 5]
    assert table["moved"].isna().tolist() == [True, True, False, False]
    assert table["gap"].dropna().tolist() == [0.0, 0.0]
    again = command(capsys, *asked, "--out", out)
    assert (again.code, "output-exists" in again.err) == (2, True)
    for kind, begins in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        picture = tmp_path / f"f.{kind}"
        assert command(capsys, *asked, "--quiet", "--out", picture).code == 0
        assert picture.read_bytes().startswith(begins)


def test_where_no_limit_leaves_groups_it_is_said(tmp_path: Path, capsys: Capture) -> None:
    refused = command(capsys, "round", "frontier", "--store", started(tmp_path), "--moves", "0,1")
    assert (refused.code, "round reform" in refused.err) == (3, True)
    wrong = command(capsys, "round", "frontier", "--store", tmp_path / "s.db", "--moves", "1,-2")
    assert wrong.code == 2


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
@pytest.mark.parametrize("name", ["f.doc", "f", "csv", "f.csv.bak"])
def test_another_ending_is_refused_before_any_work(
    name: str, language: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rounds, "frontier", unwanted)
    out = tmp_path / name
    asked = ("round", "frontier", "--store", started(tmp_path), "--out", out, "--lang", language)
    refused = command(capsys, *asked)
    assert refused.code == 2
    assert "[unknown-kind-of-file]" in refused.err
    assert all(one in refused.err for one in (str(out), ".csv, .png, .svg"))
    again = command(capsys, *asked, "--json")
    assert (again.code, '"code": "unknown-kind-of-file"' in again.out) == (2, True)
    assert not out.exists()


@pytest.mark.parametrize("name", ["F.CSV", "f.Png"])
def test_an_ending_may_be_written_large(name: str, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / name
    asked = ("round", "frontier", "--store", started(tmp_path), "--moves", "2", "--out", out)
    assert command(capsys, *asked).code == 0
    assert out.read_bytes().startswith(b"moves_max," if "CSV" in name else b"\x89PNG")


def unwanted(*_: object, **__: object) -> None:
    raise AssertionError


def test_a_file_that_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rounds, "frontier", unwanted)
    store = started(tmp_path)
    (tmp_path / "f.csv").write_text("mine", "utf-8")
    for out, code in (("f.csv", "output-exists"), ("none/f.csv", "output-parent-missing")):
        refused = command(capsys, "round", "frontier", "--store", store, "--out", tmp_path / out)
        assert (refused.code, f"[{code}]" in refused.err) == (2, True)
    assert (tmp_path / "f.csv").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "it is not proven that there is none"),
        ("fr", "pas prouvé qu\N{RIGHT SINGLE QUOTATION MARK}il n"),
        ("nl", "het is niet bewezen dat er geen is"),
    ],
)
def test_stopped_with_nothing_is_told_from_proven_impossible(
    language: str, says: str, tmp_path: Path, capsys: Capture
) -> None:
    store, out = started(tmp_path), tmp_path / "f.csv"
    asked = ("round", "frontier", "--store", store, "--moves", "0,5", "--lang", language)
    stopped = command(capsys, *asked, "--work-limit", "0.0000001", "--out", out)
    assert (stopped.code, says in stopped.err) == (4, True)
    assert out.read_text("utf-8").splitlines()[1:] == ["0,,,,,", "5,,,,,"]
    rows = command(capsys, *asked, "--work-limit", "0.0000001", "--json").json["frontier"]
    assert isinstance(rows, list)
    assert [one["impossible"] for one in rows] == [True, False]
    proven = command(capsys, "round", "frontier", "--store", store, "--moves", "0", "--json")
    assert (proven.code, says in proven.err) == (3, False)


def test_a_limit_that_was_not_reached_is_not_called_impossible() -> None:
    points = [
        FrontierPoint(0, impossible=True), FrontierPoint(1), FrontierPoint(2, 1, 5, 9000),
        FrontierPoint(5, 1, 5, 9000, 9090),
    ]  # fmt: skip
    proven, unknown, reached, bounded = told(Frontier(tuple(points)), "en")
    assert proven == "at most 0 move: no grouping"
    assert unknown == "at most 1 move: none found within the limits"
    assert reached.startswith(
        "at most 2 move: score 9.000 (how much more is possible is not known); "
    )
    assert "score 9.000 (no more than 9.090, gap 1.00 %); 5 placed, 1 move" in bounded
