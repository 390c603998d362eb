"""What each further move buys: the frontier agrees with plain enumeration, and never turns down."""

from pathlib import Path

import pandas as pd
import pytest
from cli_case import command
from small import member, small_edition
from tiny_rounds import ByEnumeration, tiny_round

import sip_grouping as sip
from sip_grouping.rounds import Rounds
from sip_grouping.solve.frontier import FRONTIER_COLUMNS, frontier

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("first", range(0, 120, 20))
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
