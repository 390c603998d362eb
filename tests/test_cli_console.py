"""The console: plain where it is no terminal, a bar where it is, and readers who go away."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cli_case import GROUPING_FILES, command, names_in, write_edition

from sip_grouping.command.progress import PlainProgress, describe, progress_on
from sip_grouping.command.stream import say
from sip_grouping.solve.progress import TracePoint

ESCAPE = "\x1b"
PROGRAM = [sys.executable, "-m", "sip_grouping"]

needs_pty = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return write_edition(tmp_path / "edition")


def run_program(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"} | environment,
    )


def on_a_terminal(arguments: Sequence[str | Path], **environment: str) -> tuple[int, str, str]:
    """Run the program with standard error on a pseudo-terminal.

    Returns
    -------
    tuple
        Exit code, standard output, and what the terminal got.
    """
    import pty  # noqa: PLC0415 - not on Windows

    ours, theirs = pty.openpty()
    variables = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    with subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=variables | {"TERM": "xterm", "COLUMNS": "100"} | environment,
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
        except OSError:
            pass  # Linux says EIO when the other end has closed
        finally:
            os.close(ours)
        assert process.stdout is not None
        out = process.stdout.read().decode()
        code = process.wait()
    return code, out, shown.decode()


def test_plain_lines_where_it_is_no_terminal(edition: Path, tmp_path: Path) -> None:
    ran = run_program("form", edition, "--out", tmp_path / "groups", FORCE_COLOR="1")
    assert ran.returncode == 0
    assert ESCAPE not in ran.stdout + ran.stderr
    assert "\r" not in ran.stdout + ran.stderr
    phases = [line.split()[-1] for line in ran.stderr.splitlines()]
    assert "verifying" in phases


@needs_pty
def test_a_bar_with_score_and_bound_on_a_terminal(edition: Path, tmp_path: Path) -> None:
    code, out, shown = on_a_terminal(["form", edition, "--out", tmp_path / "groups"])
    assert code == 0
    assert ESCAPE in shown
    assert "score" in shown
    assert "bound" in shown
    assert "gap" in shown
    assert "━" in shown or "-" in shown
    # The answer stays plain, so that it can be piped.
    assert ESCAPE not in out
    assert "Proven optimal" in out


@needs_pty
def test_no_color_means_no_colour(edition: Path, tmp_path: Path) -> None:
    colour = f"{ESCAPE}[3"
    arguments: list[str | Path] = ["form", edition, "--out", tmp_path / "groups", "--force"]
    assert colour in on_a_terminal(arguments)[2]
    assert colour not in on_a_terminal(arguments, NO_COLOR="1")[2]


@needs_pty
@pytest.mark.parametrize("options", [["--quiet"], []])
def test_a_quiet_run_and_a_dumb_terminal_get_no_codes(
    edition: Path, tmp_path: Path, options: list[str]
) -> None:
    arguments: list[str | Path] = ["form", edition, "--out", tmp_path / "groups", *options]
    code, _, shown = on_a_terminal(arguments, TERM="dumb")
    assert code == 0
    assert ESCAPE not in shown
    assert bool(shown) is not bool(options)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to another process")
def test_ctrl_c_writes_the_best_grouping_so_far(tmp_path: Path) -> None:
    """A run of many seconds is stopped as soon as it goes on from its first groups to the proof."""
    demo, out = tmp_path / "demo", tmp_path / "groups"
    assert run_program("demo", demo, "--members", "1000", "--seed", "2").returncode == 0
    with subprocess.Popen(
        [*PROGRAM, "form", str(demo), "--out", str(out), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        for line in process.stderr:
            if "proof" in line:
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
        document = json.loads(process.stdout.read())
        code = process.wait()
    assert "Traceback" not in rest
    assert code == document["exit_code"] == 130
    assert document["stop_reason"] == "interrupted"
    assert names_in(out) == GROUPING_FILES
    assert run_program("verify", demo, out).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no head on Windows")
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_who_goes_away_stops_nothing(edition: Path, tmp_path: Path, stream: str) -> None:
    out = tmp_path / "groups"
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run(
            [*PROGRAM, "form", str(edition), "--out", str(out)],
            check=False,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: writing},  # type: ignore[call-overload]
        )
    finally:
        os.close(writing)
    assert ran.returncode == 0
    assert names_in(out) == GROUPING_FILES
    assert b"Traceback" not in (ran.stdout or b"") + (ran.stderr or b"")
    assert b"BrokenPipe" not in (ran.stderr or b"")


FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is full")


def onto_a_full_device(
    *arguments: str | Path, stdout: bool = False, stderr: bool = False
) -> subprocess.CompletedProcess[str]:
    with FULL.open("w") as full:
        return subprocess.run(
            [*PROGRAM, *map(str, arguments)],
            stdout=full if stdout else subprocess.PIPE,
            stderr=full if stderr else subprocess.PIPE,
            text=True,
            encoding="utf-8",
            check=False,
        )


@needs_full
@pytest.mark.parametrize("options", [["--json"], []])
def test_an_answer_that_a_full_device_does_not_take(
    edition: Path, tmp_path: Path, options: list[str]
) -> None:
    out = tmp_path / "groups"
    ran = onto_a_full_device("form", edition, "--out", out, *options, stdout=True)
    assert ran.returncode == 2
    assert names_in(out) == GROUPING_FILES
    last = ran.stderr.splitlines()[-1]
    assert "standard output" in last
    assert str(out) in last
    assert "Traceback" not in ran.stderr
    assert "Exception" not in ran.stderr


@needs_full
@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["form", "--help"], ["check", "EDITION", "--json"]]
)
def test_a_full_device_takes_one_line_to_tell(edition: Path, arguments: list[str]) -> None:
    place = [str(edition) if one == "EDITION" else one for one in arguments]
    ran = onto_a_full_device(*place, stdout=True)
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert "standard output" in ran.stderr


@needs_full
def test_another_exit_code_is_kept_on_a_full_device(edition: Path, tmp_path: Path) -> None:
    out = tmp_path / "groups"
    ran = onto_a_full_device("form", edition, "--out", out, "--time-limit", "0.01", stdout=True)
    assert ran.returncode == 4
    ran = onto_a_full_device("form", edition, "--fail-under", "99", "--out", out, stdout=True)
    assert ran.returncode == 6


@needs_full
def test_a_full_device_under_the_log_stops_nothing(edition: Path, tmp_path: Path) -> None:
    out = tmp_path / "groups"
    ran = onto_a_full_device("form", edition, "--out", out, "--json", stderr=True)
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["exit_code"] == 0
    assert names_in(out) == GROUPING_FILES
    assert onto_a_full_device("check", tmp_path / "no", stdout=True, stderr=True).returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no head on Windows")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["form", "--help"]])
def test_a_help_text_that_nobody_reads_is_no_defect(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run(
            [*PROGRAM, *arguments], stdout=writing, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writing)
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_a_console_without_accents_shows_something_else(edition: Path, tmp_path: Path) -> None:
    toml = edition / "edition.toml"
    toml.write_text(toml.read_text("utf-8").replace("small", "édition Σ"), encoding="utf-8")
    ran = run_program(
        "form", edition, "--out", tmp_path / "groups", PYTHONUTF8="0", PYTHONIOENCODING="ascii"
    )
    assert ran.returncode == 0
    assert "?dition ?" in ran.stdout


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    ran = command(capsys, "--version")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("sip-grouping ")
    for name in ("form", "check", "verify", "demo"):
        ran = command(capsys, name, "--help")
        assert ran.code == 0
        assert ran.out.startswith(f"Usage: sip-grouping {name}")


def test_lines_are_not_written_for_every_little_gain(capsys: pytest.CaptureFixture[str]) -> None:
    progress = PlainProgress(sys.stderr)
    progress.on_phase("search")
    for score in range(1000):
        progress.on_progress(TracePoint("search", 0.0, 0.0, score, 2000))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("search")
    assert lines[1].endswith("score 0.000, bound 2.000")


@pytest.mark.parametrize(
    ("score", "bound", "text"),
    [
        (None, None, ""),
        (None, 1_000, "bound 1.000"),
        (1_000, None, "score 1.000"),
        (100_000, 110_000, "score 100.000, bound 110.000, gap 10.000 %"),
    ],
)
def test_only_what_is_known_is_said(score: int | None, bound: int | None, text: str) -> None:
    assert describe(TracePoint("search", 0.0, 0.0, score, bound)) == text


def test_no_stream_no_progress() -> None:
    with progress_on(None, time_limit=None) as observer:
        observer.on_phase("search")
    say(None, "nobody hears this")
