"""Many scenarios: the same rows whatever runs them, kept, resumed, none lost for another."""

import csv
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cli_case import command, write_edition

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.explain import (
    Origin,
    Sweep,
    SweepRow,
    SweepStatus,
    read_scenarios,
    sweep,
    what_if,
)
from sip_grouping.explain.solving import groups_of
from sip_grouping.reading import load_edition
from sip_grouping.solve import form_groups


def rule(key: str, value: object) -> dict[str, Any]:
    return {"kind": "rule", "key": key, "value": value}


def cell(member_id: str, field: str, value: object) -> dict[str, Any]:
    return {"kind": "member", "member_id": member_id, "field": field, "value": value}


SCENARIOS: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "title": [rule("themes.gender.title.fr", "Genre")],
    "far": [rule("rules.travel_km", 400)],
    "wrong": [rule("rules.travelkm", 400), cell("x", "video", "yes")],
    "impossible": [rule("themes.support.groups_min", 4)],
    "far again": [rule("rules.travel_km", 400.0)],
    "one less": [cell("a", "commits", "no")],
    "one more": [cell("i", "commits", "yes")],
    "near": [rule("rules.travel_km", 20)],
}
SAME = ["seconds", "work", "origin", "message"]


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return load_edition(write_edition(tmp_path_factory.mktemp("sweep") / "edition"))


@pytest.fixture(scope="module")
def base(edition: Edition) -> sip.Result:
    return form_groups(edition)


@pytest.fixture(scope="module")
def plain(edition: Edition, base: sip.Result) -> Sweep:
    return sweep(edition, SCENARIOS, before=base)


def same_rows(a: Sweep, b: Sweep) -> None:
    pd.testing.assert_frame_equal(a.frame.drop(columns=SAME), b.frame.drop(columns=SAME))
    assert [one.differences for one in a.rows] == [one.differences for one in b.rows]


def test_a_row_per_scenario_in_the_order_given(plain: Sweep) -> None:
    frame = plain.frame.set_index("scenario")
    assert list(frame.index) == list(SCENARIOS)
    assert dict(frame["status"]) == {
        "nothing": "optimal", "title": "optimal", "far": "optimal", "wrong": "invalid",
        "impossible": "infeasible", "far again": "optimal", "one less": "optimal",
        "one more": "optimal", "near": "optimal",
    }  # fmt: skip
    origins = {one.scenario: one.origin for one in plain.rows}
    assert origins["nothing"] is origins["title"] is Origin.AS_IT_IS
    assert (origins["far again"], plain["far again"].like) == (Origin.ALIKE, "far")
    assert origins["wrong"] is Origin.NONE
    assert [one.code for one in plain["wrong"].findings] == ["unknown-key", "unknown-member"]
    assert "groups_min" in plain["impossible"].message()
    assert frame.loc["nothing", "points"] == 0
    assert frame["points"].isna()["impossible"]
    with pytest.raises(KeyError):
        _ = plain["another"]


def test_each_row_is_what_what_if_says(edition: Edition, base: sip.Result, plain: Sweep) -> None:
    for name in ("far", "one less", "one more", "near"):
        told = what_if(edition, SCENARIOS[name], before=base)
        row = plain[name]
        assert row.figures == told.after
        assert row.difference == told.difference
        assert row.record()["differences"] == told.record()["differences"]
        best = form_groups(told.changed_edition)
        assert row.figures is not None
        assert row.figures.score == best.score


def executors() -> list[Executor]:
    spawned = multiprocessing.get_context("spawn")
    return [ProcessPoolExecutor(2, mp_context=spawned), ThreadPoolExecutor(2)]


def test_the_same_rows_whatever_runs_them(edition: Edition, base: sip.Result, plain: Sweep) -> None:
    for executor in executors():
        with executor:
            same_rows(sweep(edition, SCENARIOS, before=base, executor=executor), plain)


@pytest.mark.filterwarnings("default")
def test_on_a_dask_cluster(
    edition: Edition,
    base: sip.Result,
    plain: Sweep,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    distributed = pytest.importorskip(
        "distributed", reason="dask is not installed: no cluster to run on"
    )
    monkeypatch.chdir(tmp_path)  # where the cluster puts what it spills
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with cluster, distributed.Client(cluster) as client:
        told = sweep(
            edition, SCENARIOS, before=base, executor=client.get_executor(), cache=tmp_path / "c"
        )
    same_rows(told, plain)
    assert sum(one.origin is Origin.SOLVED for one in told.rows) == 5


def test_progress_is_told_row_by_row(edition: Edition, base: sip.Result) -> None:
    seen: list[tuple[int, int, str]] = []

    def told(done: int, total: int, row: SweepRow) -> None:
        seen.append((done, total, row.scenario))

    sweep(edition, SCENARIOS, before=base, on_done=told)
    assert [done for done, _, _ in seen] == list(range(1, len(SCENARIOS) + 1))
    assert {name for _, _, name in seen} == set(SCENARIOS)
    assert {total for _, total, _ in seen} == {len(SCENARIOS)}


# --- kept and resumed --------------------------------------------------------------------------


def test_what_was_solved_is_not_solved_again(
    edition: Edition, plain: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sweep(edition, SCENARIOS, cache=tmp_path / "kept")
    same_rows(first, plain)
    kept = sorted((tmp_path / "kept").iterdir())
    assert len(kept) == 6  # the edition as it is, and five others
    kept[0].write_text("{", encoding="utf-8")

    solved: list[Edition] = []
    real = groups_of

    def counted(changed: Edition, *arguments: Any, **options: Any) -> sip.Result:
        solved.append(changed)
        return real(changed, *arguments, **options)

    monkeypatch.setattr("sip_grouping.explain.scenario.groups_of", counted)
    monkeypatch.setattr("sip_grouping.explain.sweeping.groups_of", counted)
    again = sweep(edition, SCENARIOS, cache=tmp_path / "kept")
    same_rows(again, plain)
    assert len(solved) == 1  # of the damaged file
    solved.clear()
    assert {one.origin for one in sweep(edition, SCENARIOS, cache=tmp_path / "kept").rows} == {
        Origin.STORED, Origin.AS_IT_IS, Origin.NONE,
    }  # fmt: skip
    assert not solved
    # Another seed, or another limit, is another question.
    sweep(edition, {"far": SCENARIOS["far"]}, cache=tmp_path / "kept", seed=1)
    assert len(solved) == 2


KILLED = """
import os, signal, sys
from sip_grouping.explain import sweep
from sip_grouping.explain.solving import groups_of
from sip_grouping.reading import load_edition

def on_done(done, total, row):
    if row.origin.value == "solved" and row.scenario == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

scenarios = {f"km {km}": [{"kind": "rule", "key": "rules.travel_km", "value": km}] for km in range(300, 306)}
sweep(load_edition(sys.argv[1]), scenarios, cache=sys.argv[2], on_done=on_done)
"""


def test_a_sweep_that_was_killed_goes_on(tmp_path: Path) -> None:
    folder, kept = write_edition(tmp_path / "edition"), tmp_path / "kept"
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(kept), "km 302"],
        check=False,
        capture_output=True,
    )
    assert ran.returncode == -signal.SIGKILL
    scenarios = {f"km {km}": [rule("rules.travel_km", km)] for km in range(300, 306)}
    told = sweep(load_edition(folder), scenarios, cache=kept)
    assert [one.origin.value for one in told.rows] == ["stored"] * 3 + ["solved"] * 3
    same_rows(told, sweep(load_edition(folder), scenarios))


def test_what_a_clock_stops_is_not_kept(edition: Edition, tmp_path: Path) -> None:
    told = sweep(edition, SCENARIOS, cache=tmp_path / "kept", time_limit=1e-6)
    assert told["far"].status in {SweepStatus.STOPPED, SweepStatus.UNKNOWN}
    assert told["wrong"].status is SweepStatus.INVALID
    assert not list((tmp_path / "kept").iterdir())


# --- what goes wrong ---------------------------------------------------------------------------


class Dying(Executor):
    """Runs what it is given, but for one scenario whose worker dies."""

    def submit(self, fn: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = Future()
        (task,) = arguments
        if task.changes and getattr(task.changes[0], "field", "") == "commits":
            future.set_exception(MemoryError("told nobody"))
        else:
            future.set_result(fn(*arguments, **options))
        return future


def test_a_worker_that_dies_takes_no_other_scenario_along(
    edition: Edition, base: sip.Result, plain: Sweep, tmp_path: Path
) -> None:
    told = sweep(edition, SCENARIOS, before=base, executor=Dying(), cache=tmp_path / "kept")
    assert told["one less"].status is told["one more"].status is SweepStatus.FAILED
    assert "MemoryError" in told["one less"].message("nl")
    assert "nobody" not in str(told.record())
    assert told["far"].figures == plain["far"].figures
    again = sweep(edition, SCENARIOS, before=base, cache=tmp_path / "kept")
    assert again["one less"].origin is Origin.SOLVED
    assert again["far"].origin is Origin.STORED


def test_it_can_be_cancelled_from_another_thread(edition: Edition, base: sip.Result) -> None:
    cancel = threading.Event()

    def told(_done: int, _total: int, row: SweepRow) -> None:
        if row.origin is Origin.SOLVED:
            cancel.set()

    with ThreadPoolExecutor(1) as executor:
        for used in (None, executor):
            cancel.clear()
            rows = sweep(
                edition, SCENARIOS, before=base, executor=used, on_done=told, cancel=cancel
            ).rows
            assert [one.scenario for one in rows] == list(SCENARIOS)
            assert SweepStatus.STOPPED in {one.status for one in rows}


def test_an_edition_without_groups_has_scenarios_too(edition: Edition) -> None:
    impossible = edition.replace(
        themes=tuple(one.model_copy(update={"groups_min": 4}) for one in edition.themes)
    )
    possible = [rule(f"themes.{one.id}.groups_min", 0) for one in edition.themes]
    told = sweep(impossible, {"possible": possible, "same": [rule("name", "other")]})
    assert told.before.status.value == "infeasible"
    assert told["possible"].status is SweepStatus.OPTIMAL
    assert told["possible"].difference.certain is None
    assert told["possible"].count("members", "placed") is None
    assert told["same"].status is SweepStatus.INFEASIBLE


def test_arguments_that_do_not_fit_are_told_before_anything_is_solved(
    edition: Edition, base: sip.Result
) -> None:
    with pytest.raises(InputError) as caught:
        sweep(edition, SCENARIOS, work_limit=-1, gap=-1.0, seed=-1, time_limit=0)
    assert len(caught.value.findings) == 4
    other = edition.with_rules(travel_km=3)
    with pytest.raises(InputError) as caught:
        sweep(other, SCENARIOS, before=base)
    assert [one.code for one in caught.value.findings] == ["groups-of-another-edition"]


# --- shown -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_the_summary_in_each_language(plain: Sweep, language: Any) -> None:
    text = plain.summary(language, most=4)
    assert "far" in text
    assert "one less" not in text
    words = {"en": "not solved", "fr": "non résolu", "nl": "niet opgelost"}
    assert words[language] in SweepRow.stopped("x", ()).message(language)
    assert plain.table(language)["message"].str.len().sum() > 0


def test_a_card(plain: Sweep) -> None:
    assert "far again" in plain._repr_html_()
    assert "optimal" in repr(plain)


# --- files and the command ---------------------------------------------------------------------

CSV = """\
scenario;rules.travel_km;themes.support.groups_min;a.commits;liege.rooms;add_volunteer
far;400,5;;;;
stay;;;nee;;
rooms;;;;2;
two;;;;;moderator:liege; secretary:FR-75011:Support
;;4;;;
"""
TOML = """\
[[scenarios]]
name = "far"
set = { "rules.travel_km" = 400.5 }
[[scenarios]]
name = "stay"
changes = [{ kind = "member", member_id = "a", field = "commits", value = "nee" }]
[[scenarios]]
name = "rooms"
changes = [{ kind = "office", office_id = "liege", field = "rooms", value = "2" }]
[[scenarios]]
name = "two"
add_volunteer = ["moderator:liege", "secretary:FR-75011:Support"]
[[scenarios]]
[scenarios.set.themes.support]
groups_min = 4
"""


def test_scenarios_of_a_table_and_of_toml(edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(CSV.replace("liege; sec", "liege , sec"), encoding="utf-8")
    (tmp_path / "s.toml").write_text(TOML, encoding="utf-8")
    of_toml = read_scenarios(tmp_path / "s.toml", edition)
    assert list(of_toml) == ["far", "stay", "rooms", "two", "5"]
    with pytest.raises(InputError):
        read_scenarios(tmp_path / "s.csv", edition)  # volunteers are separated by semicolons
    two = "moderator:liege; secretary:FR-75011:Support"
    quoted = CSV.replace(two, f'"{two}"')
    (tmp_path / "s.csv").write_text(quoted, encoding="utf-8")
    assert read_scenarios(tmp_path / "s.csv", edition) == of_toml


def test_every_mistake_of_a_file_is_told_with_its_place(edition: Edition, tmp_path: Path) -> None:
    text = "scenario,rules.moderators,add_volunteer\na,12.000,\na,,boss:liege\nc,,moderator:liege\n"
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_scenarios(tmp_path / "s.csv", edition)
    assert {(one.code, one.file, one.row, one.column) for one in caught.value.findings} == {
        ("number-in-doubt", "s.csv", 2, "rules.moderators"),
        ("not-a-volunteer", "s.csv", 3, "add_volunteer"), ("scenario-twice", "s.csv", 3, "scenario"),
    }  # fmt: skip
    (tmp_path / "s.toml").write_text(
        "[[scenarios]]\nsett = 1\nset = 2\nchanges = [3]\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        read_scenarios(tmp_path / "s.toml", edition)
    assert [one.code for one in caught.value.findings] == ["unknown-key", "not-a-table"]
    for name, content in (("e.csv", ""), ("e.toml", ""), ("t.toml", "["), ("no.csv", None)):
        if content is not None:
            (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(InputError):
            read_scenarios(tmp_path / name, edition)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = write_edition(tmp_path / "edition"), tmp_path / "rows.csv"
    (tmp_path / "s.toml").write_text(TOML, encoding="utf-8")
    options = (folder, tmp_path / "s.toml", "--cache", tmp_path / "kept")
    ran = command(capsys, "sweep", *options, "--out", out, "--lang", "fr")
    assert ran.code == 0
    assert "scénarios" in ran.out
    assert ran.err.count("\n") == 5
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [one["scenario"] for one in rows] == ["far", "stay", "rooms", "two", "5"]
    assert command(capsys, "sweep", *options, "--out", out).code == 2  # it is there
    told = command(capsys, "sweep", *options, "--json", "-q").json
    assert isinstance(told["scenarios"], list)
    assert [one["origin"] for one in told["scenarios"]].count("stored") == 5
    assert command(capsys, "sweep", folder, tmp_path / "none.csv").code == 2


@pytest.mark.slow
def test_the_command_with_processes_and_a_signal(tmp_path: Path) -> None:
    """SIGTERM ends it with what is known so far, and no process is left behind."""
    sip.save_edition(sip.synthetic_edition(members=120), tmp_path / "edition")
    rows = "\n".join(f"{km},{km}" for km in range(20, 60))
    (tmp_path / "s.csv").write_text(f"scenario,rules.travel_km\n{rows}\n", encoding="utf-8")
    ran = subprocess.Popen(
        [sys.executable, "-m", "sip_grouping", "sweep", tmp_path / "edition", tmp_path / "s.csv",
         "--workers", "2", "--out", tmp_path / "rows.csv", "--cache", tmp_path / "kept"],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert ran.stderr is not None
    for line in ran.stderr:
        if "2/40" in line:
            break
    children = Path(f"/proc/{ran.pid}/task/{ran.pid}/children")
    left = children.read_text().split() if children.exists() else []
    ran.send_signal(signal.SIGTERM)
    out, err = ran.communicate(timeout=60)
    assert ran.returncode == 143, err
    assert "40 scenarios" in out
    assert "stopped" in (tmp_path / "rows.csv").read_text("utf-8")
    ends = time.monotonic() + 10
    while any(Path(f"/proc/{one}").exists() for one in left) and time.monotonic() < ends:
        os.sched_yield()
    assert not [one for one in left if Path(f"/proc/{one}").exists()]
    assert not err.strip().splitlines()[-1].startswith("  warnings.warn")
