"""Kill `form` at random moments: the best grouping is there whole and verifies, or nothing is.

Run it from anywhere with the package installed: ``python tests/campaigns/kills.py --kills 500 --seed 1``.
Each kill starts the command on a synthetic edition, sends SIGTERM or Ctrl-C, at times twice, between its
start and its usual end, and looks at what is left. Some runs replace an earlier grouping: the old one or
the new one must be there then. One line per failure, one line at the end; exit code 1 on a failure.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sip_grouping as sip

PROGRAM = [sys.executable, "-m", "sip_grouping"]
SIZES = (240, 500, 1000, 1500, 2000)
TIME_LIMIT_SECONDS = 12.0
LONGEST_RUN_SECONDS = 120.0
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
BEFORE_HANDLERS_SECONDS = 0.3
"""Within this time Python may still be starting: the system ends it then, in its own way."""


@dataclass(frozen=True, slots=True)
class Target:
    """One edition to form: its folder, and the seconds it usually takes to the end."""

    members: int
    folder: Path
    edition: sip.Edition
    usual_seconds: float


@dataclass(frozen=True, slots=True)
class Kill:
    """What is done to one run. `pause` is the time between two signals; None: one signal."""

    target: Target
    delay: float
    first: signal.Signals
    second: signal.Signals
    pause: float | None
    replaces: bool


@dataclass(frozen=True, slots=True)
class End:
    """How one run ended. `what` is told in the summary; `faults` are failures."""

    what: str
    seconds_to_end: float
    faults: tuple[str, ...]


def make_targets(folder: Path, sizes: Sequence[int]) -> list[Target]:
    """Write an edition of each size, and form it once to see how long that takes."""
    targets = []
    for members in sizes:
        place = folder / f"edition-{members}"
        _run("demo", str(place), "--members", str(members), "--quiet")
        began = time.perf_counter()
        _run(*_form(place, folder / f"earlier-{members}"))
        seconds = time.perf_counter() - began
        targets.append(Target(members, place, sip.load_edition(place), seconds))
    return targets


def _run(*arguments: str) -> None:
    subprocess.run([*PROGRAM, *arguments], check=True, timeout=LONGEST_RUN_SECONDS)


def _form(edition: Path, out: Path) -> list[str]:
    limit = str(TIME_LIMIT_SECONDS)
    return ["form", str(edition), "--out", str(out), "--force", "--time-limit", limit, "--quiet"]


def draw(targets: Sequence[Target], kills: int, seed: int) -> Iterator[Kill]:
    """Return kills, each with its own moment and signals; the same for the same seed."""
    choices = random.Random(seed)
    for _ in range(kills):
        target = choices.choice(targets)
        yield Kill(
            target,
            delay=choices.uniform(0, target.usual_seconds),
            first=choices.choice([*CODES]),
            second=choices.choice([*CODES]),
            pause=choices.uniform(0, 0.3) if choices.random() < 0.4 else None,
            replaces=choices.random() < 0.3,
        )


def carry_out(kill: Kill, folder: Path) -> End:
    """Start the command, send the signals, and look at what is left in an empty folder."""
    out = folder / "groups"
    earlier = None
    if kill.replaces:
        earlier = sip.load_grouping(_earlier(kill.target))
        sip.save(earlier, out)
    process = subprocess.Popen(
        [*PROGRAM, *_form(kill.target.folder, out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        time.sleep(kill.delay)
        sent = time.perf_counter()
        process.send_signal(kill.first)
        if kill.pause is not None:
            time.sleep(kill.pause)
            process.send_signal(kill.second)
        try:
            _, said = process.communicate(timeout=LONGEST_RUN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            _, said = process.communicate()
        seconds = time.perf_counter() - sent
    early = kill.delay < BEFORE_HANDLERS_SECONDS
    return _judge(kill, out, earlier, process.returncode, said, seconds, early=early)


def _earlier(target: Target) -> Path:
    return target.folder.with_name(f"earlier-{target.members}")


def _judge(
    kill: Kill,
    out: Path,
    earlier: sip.Grouping | None,
    code: int,
    said: str,
    seconds: float,
    *,
    early: bool,
) -> End:
    faults = []
    asked = {CODES[kill.first]} | ({CODES[kill.second]} if kill.pause is not None else set())
    by_the_system = {-kill.first, -kill.second} | ({1} if "KeyboardInterrupt" in said else set())
    if early and code in by_the_system:
        what = "ended by the system at start"
    elif code in asked:
        what = "stopped"
    else:
        what = {0: "complete", 4: "no grouping in time"}.get(code, "wrong exit code")
    if what == "wrong exit code":
        faults.append(f"exit code {code}: {said[-300:]}")
    if "Traceback" in said and not early:
        faults.append(f"a traceback: {said[-300:]}")
    beside = sorted(path.name for path in out.parent.iterdir() if path != out)
    if beside:
        faults.append(f"left beside the output: {', '.join(beside)}")
    faults += _faults_of_files(kill, out, earlier, written=what == "complete")
    if out.exists() and what == "stopped":
        what = "stopped, earlier or best grouping there" if earlier else "stopped, best written"
    return End(what, seconds, tuple(faults))


def _faults_of_files(
    kill: Kill, out: Path, earlier: sip.Grouping | None, *, written: bool
) -> list[str]:
    if not out.exists():
        lost = written or earlier is not None
        return ["no grouping is there"] if lost else []
    try:
        grouping = sip.load_grouping(out)
    except sip.InputError as error:
        return [f"the grouping cannot be read: {error}"]
    if grouping == earlier:
        return []
    verification = sip.verify(kill.target.edition, grouping)
    return [f"the grouping does not verify: {one}" for one in verification.violations]


def campaign(targets: Sequence[Target], kills: int, seed: int, folder: Path) -> list[End]:
    """Carry out all kills; say each failure as it is found."""
    # A shell may have told this process to ignore Ctrl-C; what it starts would then ignore it too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    ends = []
    try:
        for number, kill in enumerate(draw(targets, kills, seed)):
            with tempfile.TemporaryDirectory(dir=folder, prefix="kill-") as place:
                end = carry_out(kill, Path(place))
            for fault in end.faults:
                print(f"kill {number} of seed {seed}, {_words(kill)}: {fault}", flush=True)
            ends.append(end)
    finally:
        signal.signal(signal.SIGINT, before)
    return ends


def _words(kill: Kill) -> str:
    second = "" if kill.pause is None else f", {kill.second.name} {kill.pause:.2f} s later"
    replacing = ", replacing" if kill.replaces else ""
    return (
        f"{kill.target.members} members, {kill.first.name} at {kill.delay:.2f} s{second}{replacing}"
    )


def main() -> int:
    """Run the campaign of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--members", default=",".join(map(str, SIZES)), help="sizes, as 240,500")
    chosen = parser.parse_args()
    sizes = [int(one) for one in chosen.members.split(",")]
    with tempfile.TemporaryDirectory(prefix="sip-kills-") as place:
        folder = Path(place)
        targets = make_targets(folder, sizes)
        ends = campaign(targets, chosen.kills, chosen.seed, folder)
    failures = sum(bool(end.faults) for end in ends)
    for what, count in sorted(Counter(end.what for end in ends).items()):
        print(f"{count:6} {what}")
    longest = max((end.seconds_to_end for end in ends), default=0.0)
    print(f"longest from signal to end: {longest:.2f} s")
    print(f"{len(ends)} kills, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
