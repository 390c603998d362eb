"""Ctrl-C and SIGTERM at every stage of a command: at once before the search, to the end after it."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cli_case import GROUPING_FILES, command, names_in, write_edition

from sip_grouping.command.app import run
from sip_grouping.command.signals import Interruption, StoppedAlreadyError
from sip_grouping.grouping import Status
from sip_grouping.grouping.files import save
from sip_grouping.solve import form_groups
from sip_grouping.solve.result import Result, StopReason

Capture = pytest.CaptureFixture[str]
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
EXPLAINER = "sip_grouping.explain.explainer.Explainer"
LONG = 30.0  # seconds after which a test gives up; none waits for it

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends other signals")


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return write_edition(tmp_path / "edition")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "groups"


@pytest.fixture(autouse=True)
def _handlers_come_back() -> object:
    # Not what a test run in the background has: ignored signals stay ignored.
    before = {number: signal.signal(number, signal.default_int_handler) for number in CODES}
    yield
    for number, handler in before.items():
        assert signal.getsignal(number) == signal.default_int_handler
        signal.signal(number, handler)


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


def engine(**changes: object) -> Callable[..., Result]:
    """Return an engine that sends signals while it runs, and stops when it is told to."""
    numbers: tuple[signal.Signals, ...] = changes.pop("numbers")  # type: ignore[assignment]

    def form(edition: object, **settings: object) -> Result:
        cancel = settings["cancel"]
        assert isinstance(cancel, threading.Event)
        for number in numbers:
            send(number)
            assert cancel.wait(LONG)  # heard: of several at once the system knows no order
        result = form_groups(edition)  # type: ignore[arg-type]
        return replace(result, **changes)  # type: ignore[arg-type]

    return form


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_signal_while_the_engine_runs_keeps_its_best(
    edition: Path,
    out: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    times: int,
) -> None:
    fake = engine(numbers=(number,) * times, stop_reason=StopReason.INTERRUPTED)
    monkeypatch.setattr("sip_grouping.solve.form_groups", fake)
    ran = command(capsys, "form", edition, "--out", out, "--json")
    assert ran.code == ran.json["exit_code"] == CODES[number]
    assert ran.json["files"] == sorted(GROUPING_FILES)
    assert command(capsys, "verify", edition, out).code == 0


def test_the_first_of_several_signals_names_the_exit_code(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = (signal.SIGTERM, signal.SIGINT)
    fake = engine(numbers=numbers, stop_reason=StopReason.INTERRUPTED)
    monkeypatch.setattr("sip_grouping.solve.form_groups", fake)
    assert command(capsys, "form", edition, "--out", out).code == 143
    assert names_in(out) == GROUPING_FILES


def test_a_signal_before_any_grouping_is_known_writes_nothing(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = engine(
        numbers=(signal.SIGTERM,),
        stop_reason=StopReason.INTERRUPTED,
        status=Status.UNKNOWN,
        grouping=None,
    )
    monkeypatch.setattr("sip_grouping.solve.form_groups", fake)
    ran = command(capsys, "form", edition, "--out", out)
    assert ran.code == 143
    assert "Nothing was written" in ran.err
    assert not out.exists()


@pytest.mark.parametrize("reason", [StopReason.OPTIMAL, StopReason.GAP])
def test_a_signal_after_the_proof_takes_nothing_from_it(
    edition: Path,
    out: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    reason: StopReason,
) -> None:
    fake = engine(numbers=(signal.SIGTERM,), stop_reason=reason)
    monkeypatch.setattr("sip_grouping.solve.form_groups", fake)
    assert command(capsys, "form", edition, "--out", out).code == 0
    assert names_in(out) == GROUPING_FILES


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("name", ["form", "check", "verify"])
def test_a_signal_while_reading_ends_the_command_at_once(
    edition: Path,
    out: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    name: str,
) -> None:
    released = threading.Event()

    def reading(*_: object, **__: object) -> object:
        send(number)
        released.wait(LONG)  # a library that does not come back for a while
        return form_groups

    monkeypatch.setattr("sip_grouping.reading.load_edition", reading)
    arguments = {"form": ("--out", out), "verify": (out,)}.get(name, ())
    ran = command(capsys, name, edition, *arguments, "--json")
    released.set()
    assert ran.code == ran.json["exit_code"] == CODES[number]
    assert ran.json["command"] == name
    assert "Nothing was written" in ran.err
    assert not out.exists()


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("one", [True, False])
def test_a_signal_while_explaining_ends_the_command_at_once(
    edition: Path,
    out: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    one: bool,
) -> None:
    assert command(capsys, "form", edition, "--out", out).code == 0
    released, asked = threading.Event(), threading.Event()

    def solving(*_: object, **__: object) -> object:
        asked.set()
        send(number)
        released.wait(LONG)  # a question that takes long
        return iter(())

    monkeypatch.setattr(f"{EXPLAINER}.{'member' if one else 'members'}", solving)
    ran = command(capsys, "explain", edition, out, *(("--member", "m1") if one else ()), "--json")
    released.set()
    assert asked.is_set()
    assert ran.code == ran.json["exit_code"] == CODES[number]


def test_work_that_was_ended_writes_nothing_afterwards() -> None:
    interruption = Interruption()
    released, refused = threading.Event(), threading.Event()

    def work() -> str:
        send(signal.SIGINT)
        released.wait(LONG)
        try:
            interruption.finish_now()
        except StoppedAlreadyError:
            refused.set()
            raise
        return "written"

    with interruption.handled():
        assert interruption.watch(work) is None
    released.set()
    assert refused.wait(LONG)


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize(
    ("reason", "complete"), [(StopReason.OPTIMAL, True), (StopReason.TIME_LIMIT, False)]
)
def test_a_signal_while_files_are_written_waits_for_them(
    edition: Path,
    out: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    reason: StopReason,
    complete: bool,
) -> None:
    invocations: list[Interruption] = []
    make = Interruption.__init__

    def made(self: Interruption) -> None:
        make(self)
        invocations.append(self)

    def saving(*arguments: object, **options: object) -> None:
        send(number)
        assert invocations[-1].cancel.wait(LONG)
        save(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Interruption, "__init__", made)
    monkeypatch.setattr("sip_grouping.command.formed.save", saving)
    monkeypatch.setattr(
        "sip_grouping.solve.form_groups",
        lambda edition, **_: replace(form_groups(edition), stop_reason=reason),
    )
    ran = command(capsys, "form", edition, "--out", out)
    assert ran.code == (0 if complete else CODES[number])
    assert names_in(out) == GROUPING_FILES
    assert str(out) in ran.out


def test_a_signal_ends_an_answer_that_nobody_reads(
    edition: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stuck:
        closed = False

        def write(self, text: str) -> int:
            signal.raise_signal(signal.SIGTERM)
            return len(text)

        def flush(self) -> None:
            pytest.fail("the answer went on")

    monkeypatch.setattr(sys, "stdout", Stuck())
    assert run(["form", str(edition), "--out", str(out), "--quiet", "--json"]) == 143
    assert names_in(out) == GROUPING_FILES


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        interruption = Interruption()
        with interruption.handled():
            assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) != signal.default_int_handler
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_command_in_a_thread_leaves_signals_alone(edition: Path, out: Path) -> None:
    codes: list[int] = []
    arguments = ["form", str(edition), "--out", str(out), "--quiet"]
    thread = threading.Thread(target=lambda: codes.append(run(arguments)))
    thread.start()
    thread.join(LONG)
    assert codes == [0]
    assert names_in(out) == GROUPING_FILES
