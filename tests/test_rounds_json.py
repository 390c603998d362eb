"""Exit codes and `--json` of every subcommand of `round`, as docs/rounds.md has them."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_case import Ran, command
from small import member, small_edition
from test_rounds import answers, edition_of_six
from test_rounds_frontier import started

import sip_grouping as sip
from sip_grouping.command.round import round_
from sip_grouping.edition.records import Theme
from sip_grouping.grouping import Status
from sip_grouping.solve.reform import Reformed, form_again

PAGE = Path(__file__).parents[1] / "docs" / "rounds.md"
NAMES = [one.callback.__name__ for one in round_.registered_commands if one.callback is not None]
_STEP = {"step", "what", "round", "counts", "digest", "warnings"}
Run = Callable[..., Ran]


def documented() -> dict[tuple[str, int], tuple[set[str], set[str]]]:
    """Return by command and exit code which keys are always there, and which may be."""
    text = PAGE.read_text("utf-8").split("## Exit codes and JSON")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*|all) \| ([\d, ]+) \| (.*) \|$", text, re.MULTILINE)
    always: dict[tuple[str, int], tuple[set[str], set[str]]] = {}
    of_reform = next(
        set(re.findall(r"`(\w+)`", keys))
        for name, code, keys in rows
        if code == "3, 4" and name == "`reform`"
    )
    for names, codes, told in rows:
        sure, perhaps, *_ = [*re.split("with `--|and after `reform`", told), ""]
        keys, more = set(re.findall(r"`(\w+)`", sure)), set(re.findall(r"`(\w+)`", perhaps))
        keys |= _STEP if "the same" in told else set()
        keys |= of_reform if "the next line" in told else set()
        for name in NAMES if names == "all" else re.findall(r"`(\w+)`", names):
            for code in codes.split(", "):
                always[name, int(code)] = (keys, more)
    return always


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a way to run a subcommand on the store of the test, which checks its JSON."""
    pages = documented()

    def ran(name: str, *words: str | Path, code: int = 0, store: str = "s.db") -> Ran:
        done = command(capsys, "round", name, *words, "--store", tmp_path / store, "--json")
        assert done.code == code, done.err
        keys = set(done.json) - {"command", "exit_code"}
        always, perhaps = pages[name, code]
        assert always <= keys <= always | perhaps, (name, code)
        assert (done.json["command"], done.json["exit_code"]) == (f"round {name}", code)
        seen.add((name, code))
        return done

    seen: set[tuple[str, int]] = set()
    ran.seen = seen  # type: ignore[attr-defined]
    return ran


def test_every_subcommand_ends_as_the_page_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = tmp_path / "edition"
    sip.save_edition(edition_of_six(), edition)
    limit = ("--work-limit", "20")
    assert run("start", edition, *limit).json["warnings"]
    folder = run("propose", "--out", tmp_path / "p").json["folder"]
    assert folder == str(tmp_path / "p")
    file = answers(tmp_path / "a.csv", "member_id,answer,other\nm0,accept,1\nm1,decline,2\n")
    (warning,) = run("answer", file).json["warnings"]  # type: ignore[misc]
    assert warning["code"] == "column-not-read"  # type: ignore[has-type]
    rows = "member_id,country,postcode,theme_1\nx,BE,1000,a\n"
    run("members", answers(tmp_path / "m.csv", rows))
    run("join", "x")
    run("join", "x", "--moves", *limit)
    run("join", "m1", "--moves", *limit, code=3)  # who declined has no place
    run("join", "x", "--moves", "--work-limit", "0.0000001", code=4)
    guests = answers(tmp_path / "i.csv", "member_id,country,postcode\ny,BE,1000\n")
    run("invite", guests, "--out", tmp_path / "i")
    run("frontier", *limit, "--out", tmp_path / "f.csv")
    (tmp_path / "two").mkdir()
    started(tmp_path / "two")
    run("frontier", "--work-limit", "0.0000001", code=4, store="two/s.db")
    run("reform", *limit)
    for look in ("status", "history", "verify"):
        run(look)
    run("forget", "m4")
    run("export", "--out", tmp_path / "out")
    run("backup", tmp_path / "copy.db")

    for name in NAMES:  # one mistake in each: what is given is not there
        given: list[str | Path] = []
        if name in {"answer", "members", "invite", "start"}:
            given = [tmp_path / "none.csv"]
        elif name in {"forget", "join"}:
            given = ["zz"]
        elif name == "backup":
            given = [tmp_path / "no" / "x"]
        out = ["--out", tmp_path / "no" / "x"] if name in {"invite", "export"} else []
        run(name, *given, *out, code=2, store="s.db" if given or out else "none.db")
    for words in (
        ("status", "--wait"),
        ("reform", "--max-moves", "-1"),
        ("frontier", "--moves", "a"),
    ):
        done = run(*words, code=2)
        assert f"round {words[0]} --help" in done.err

    lone = small_edition([member("m0")], themes=[Theme(id="a", groups_min=1)])
    sip.save_edition(lone, tmp_path / "none-possible")
    run("start", tmp_path / "none-possible", code=3, store="no.db")
    run("start", edition, "--time-limit", "0.0000001", code=4, store="no.db")
    run("start", edition, "--grouping", tmp_path / "out" / "grouping", code=5, store="no.db")
    assert not (tmp_path / "no.db").exists()

    run("start", edition, *limit, store="t.db")
    run("propose", store="t.db")
    lines = "".join(f"m{n},decline\n" for n in range(1, 6))
    file = answers(tmp_path / "b.csv", f"member_id,answer\nm0,accept\n{lines}")
    run("answer", file, store="t.db")
    run("verify", code=5, store="t.db")
    run("reform", *limit, code=3, store="t.db")
    run("frontier", *limit, code=3, store="t.db")

    def nothing_found(*given: Any, **settings: Any) -> Reformed:
        again = form_again(*given, **settings)
        result = replace(again.result, grouping=None, status=Status.UNKNOWN)
        return Reformed(result)

    monkeypatch.setattr("sip_grouping.rounds.reform.form_again", nothing_found)
    run("reform", *limit, "--no-options", code=4)
    assert {pair for pair in documented() if pair not in run.seen} == set()  # type: ignore[attr-defined]
