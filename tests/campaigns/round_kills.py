"""Kill the steps of a running edition at random moments: the store holds each step wholly, or not at all.

Run it with the package installed: ``python tests/campaigns/round_kills.py --kills 300 --seed 1``. A season
goes on from kill to kill in one store, so that a step meets what the one before it left. Most kills come when
a process is seen to have begun to write: its log grows, or a file appears. After each, a copy of the store
must open at once with all that was recorded before, and with the killed step as a whole or without it; what
ended with 0 is there; folders and copies are whole or absent; who was forgotten is in no byte once anybody
has written again. One line per failure, one line at the end; exit code 1 on a failure.
"""

import argparse
import fcntl
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sip_grouping as sip
from sip_grouping.rounds import Rounds
from sip_grouping.rounds.state import told as state_after
from sip_grouping.rounds.store import Step, Store

PROGRAM = [sys.executable, "-m", "sip_grouping", "round"]
SIZES = (60, 240, 1000)
STEPS_OF_A_SEASON = 25
LONGEST_RUN_SECONDS = 120.0
SECONDS_BETWEEN_LOOKS = 0.0003
WRITING_SHARE = 0.8
"""Of the kills: those that wait until the process has begun to write."""


@dataclass(frozen=True, slots=True)
class Start:
    """An edition on disk, and groups for it."""

    edition: Path
    grouping: Path
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """One command: its arguments, what it records of how many persons, what it writes, how it may end."""

    arguments: tuple[str | Path, ...]
    persons: int = 0
    out: Path | None = None
    codes: frozenset[int] = frozenset({0})


@dataclass(slots=True)
class Season:
    """A running edition in a folder of its own, and all that must be in its store."""

    folder: Path
    start: Start
    choices: random.Random
    # Who may answer; steps; and, of each member who was forgotten, the number of the step.
    asked: list[str] = field(default_factory=list)
    recorded: list[Step] = field(default_factory=list)
    forgotten: dict[str, int] = field(default_factory=dict)

    @property
    def store(self) -> Path:
        """The store."""
        return self.folder / "s.db"

    def free(self, name: str) -> Path:
        """Return the first path of that name and a number at which there is nothing."""
        paths = (self.folder / f"{number}-{name}" for number in range(10_000))
        return next(path for path in paths if not path.exists())

    def some(self, count: int) -> list[str]:
        """Return some members."""
        return self.choices.sample(self.start.ids, min(count, len(self.start.ids)))

    def file(self, name: str, header: str, rows: Sequence[str]) -> Path:
        """Write a table beside the folder of the store."""
        path = self.folder.with_name(f"{self.folder.name}-{name}.csv")
        path.write_text("\n".join([header, *rows, ""]), "utf-8")
        return path


def _start(season: Season) -> Planned:
    given = season.start
    return Planned(("start", given.edition, "--grouping", given.grouping), len(given.ids))


def _propose(season: Season) -> Planned:
    out = season.free("proposals")
    # Where all have accepted, nobody is to be asked.
    return Planned(("propose", "--out", out), out=out, codes=frozenset({0, 2}))


def _answer(season: Season) -> Planned:
    who = season.choices.sample(season.asked, season.choices.randint(1, len(season.asked)))
    rows = [
        f"{one},{season.choices.choice(('accept', 'accept', 'none', 'decline'))},said by {one}"
        for one in who
    ]
    return Planned(("answer", season.file("answers", "member_id,answer,comment", rows)), len(who))


def _members(season: Season) -> Planned:
    rows = [f"late{season.choices.randrange(10**9)},BE,1000,Late Person,{_theme(season)}"]
    return Planned(
        ("members", season.file("members", "member_id,country,postcode,name,theme_1", rows)), 1
    )


def _theme(season: Season) -> str:
    return str(season.recorded[0].content["settings"]["themes"][0]["id"])


def _reform(_: Season) -> Planned:
    words = ("reform", "--relax", "--work-limit", "3")
    # Proven that there are no groups, or none found within so little work: nothing is recorded.
    return Planned(words, codes=frozenset({0, 3, 4}))


def _invite(season: Season) -> Planned:
    rows = [f"guest{season.choices.randrange(10**9)},BE,{code}" for code in (1000, 4000, 5000)]
    file = season.file("guests", "member_id,country,postcode", rows)
    out = season.free("invitations")
    return Planned(("invite", file, "--out", out), out=out)


def _export(season: Season) -> Planned:
    out = season.free("export")
    return Planned(("export", "--out", out), out=out)


def _backup(season: Season) -> Planned:
    out = season.free("copy.db")
    return Planned(("backup", out), out=out)


COMMANDS: dict[str, Callable[[Season], Planned]] = {
    "propose": _propose,
    "answer": _answer,
    "members": _members,
    "reform": _reform,
    "invite": _invite,
    "forget": lambda season: Planned(("forget", season.some(1)[0])),
    "export": _export,
    "backup": _backup,
}
"""By name: every step of a season that has begun."""
_TABLES = {"propose": "proposals.csv", "invite": "invitations.csv"}
LOOKS = ("export", "backup")
"""Steps that record nothing."""


@dataclass(frozen=True, slots=True)
class Kill:
    """How one step ended. `left`: half-written things that show that it was killed while it wrote."""

    step: str
    killed: bool
    left: tuple[str, ...]
    recorded: bool
    faults: tuple[str, ...]


def make_starts(folder: Path, sizes: Sequence[int]) -> list[Start]:
    """Write an edition of each size and form its groups."""
    starts = []
    for size in sizes:
        edition, grouping = folder / f"edition-{size}", folder / f"groups-{size}"
        demo = [*PROGRAM[:-1], "demo", str(edition), "--members", str(size), "--quiet"]
        subprocess.run(demo, check=True, timeout=LONGEST_RUN_SECONDS)
        loaded = sip.load_edition(edition)
        named = loaded.replace(
            members=[
                one.model_copy(update={"name": _name(one.member_id)}) for one in loaded.members
            ]
        )
        formed = sip.form_groups(named, work_limit=30).grouping
        if formed is None:
            message = f"no groups for {size} members within the limit"
            raise RuntimeError(message)
        shutil.rmtree(edition)
        sip.save_edition(named, edition)
        sip.save(formed, grouping)
        starts.append(Start(edition, grouping, tuple(one.member_id for one in named.members)))
    return starts


def _name(member_id: str) -> str:
    return f"Somebody {member_id} Named"


def _state_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Return what a process that writes changes: not its lock, nor the index of the log."""
    seen = {}
    for path in folder.iterdir():
        if path.name.endswith((".lock", "-shm")):
            continue
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        if found.st_size or not path.name.endswith("-wal"):
            seen[path.name] = (found.st_size, found.st_mtime_ns)
    return seen


def carry_out(season: Season, step: str, spans: dict[str, float]) -> Kill:
    """Run a step, kill it at some moment, and look at what is left.

    Parameters
    ----------
    spans
        By step: the longest time that was seen between its first write and its end. Changed.
    """
    plan = (COMMANDS | {"start": _start})[step](season)
    at_writing = season.choices.random() < WRITING_SHARE
    delay = season.choices.random()
    before = _state_of(season.folder)
    process = subprocess.Popen(
        [*PROGRAM, *map(str, plan.arguments), "--store", str(season.store), "--quiet"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    began = time.perf_counter()
    until = began + (LONGEST_RUN_SECONDS if at_writing else delay * spans.get("usual", 2.0))
    wrote: float | None = None
    while process.poll() is None and time.perf_counter() < until:
        if wrote is None and at_writing and _state_of(season.folder) != before:
            wrote = time.perf_counter()
            # The transaction is short and comes first: most kills fall into it.
            until = wrote + delay**3 * 1.2 * spans.get(step, 0.05)
        time.sleep(SECONDS_BETWEEN_LOOKS)
    ended = time.perf_counter()
    process.send_signal(signal.SIGKILL)
    _, said = process.communicate()
    killed = process.returncode == -signal.SIGKILL
    if not killed:
        spans["usual"] = ended - began
        if wrote is not None:
            spans[step] = max(spans.get(step, 0.0), ended - wrote)
    return _judge(season, step, plan, process.returncode, said, before)


def _judge(
    season: Season,
    step: str,
    plan: Planned,
    code: int,
    said: str,
    before: dict[str, tuple[int, int]],
) -> Kill:
    killed = code == -signal.SIGKILL
    left = tuple(
        name
        for name, state in _state_of(season.folder).items()
        if name.startswith(".") or name.endswith("-wal")
        if before.get(name) != state
    )
    faults = []
    if not killed and code not in plan.codes:
        faults.append(f"exit code {code}: {said[-300:]}")
    if not killed and left:
        faults.append(f"left behind: {', '.join(left)}")
    try:
        steps, persons, raw = _looked_at(season)
    except (sip.InputError, OSError) as error:
        return Kill(step, killed, left, False, (*faults, f"the store cannot be read: {error}"))
    if steps[: len(season.recorded)] != season.recorded:
        faults.append(f"{len(season.recorded)} steps were recorded, and {len(steps)} are there")
    new = steps[len(season.recorded) :]
    if [one.what for one in new] not in ([], [step]):
        faults.append(f"{[one.what for one in new]} were added")
    if code == 0 and step not in LOOKS and not new:
        faults.append("the step ended with 0 and is not there")
    faults += _faults_of_output(step, plan, done=code == 0, recorded=bool(new))
    season.recorded = steps
    if new:
        if step == "forget":
            season.forgotten[str(plan.arguments[1])] = new[-1].number
        found = len(persons.get(new[-1].number, ()))
        if found != plan.persons:
            faults.append(f"recorded with personal data of {found}, not {plan.persons}")
    elif step == "forget" and plan.arguments[1] not in {*season.forgotten, *persons[1]}:
        faults.append("not recorded, and erased")
    for who, number in season.forgotten.items():
        if any(who in some for at, some in persons.items() if at <= number):
            faults.append(f"{who} was forgotten and is recorded")
        if _name(who).encode() in raw:
            faults.append(f"{who} was forgotten and is in the bytes")
    return Kill(step, killed, left, bool(new), tuple(faults))


def _looked_at(season: Season) -> tuple[list[Step], dict[int, set[str]], bytes]:
    """Return the steps of a store as it was left, whom they have personal data of, and all its bytes.

    A copy of it is looked at, so that the next step meets what was left.

    Raises
    ------
    InputError
        It does not open.
    BlockingIOError
        Somebody holds its lock.
    """
    if not season.store.exists():
        return [], {}, b""
    with season.store.with_name("s.db.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with tempfile.TemporaryDirectory(dir=season.folder.parent) as place:
        for name in ("s.db", "s.db-wal"):
            if (season.folder / name).exists():
                shutil.copy(season.folder / name, place)
        copy = Path(place) / "s.db"
        with Store.open(copy, write=True, wait=0.0) as store:
            steps, personal = store.recorded()
            state = state_after(steps, personal)
            state.edition()
            season.asked = sorted(state.open)
            raw = b"".join(path.read_bytes() for path in Path(place).iterdir())
    return steps, {number: set(some) for number, some in personal.items()}, raw


def _faults_of_output(step: str, plan: Planned, *, done: bool, recorded: bool) -> list[str]:
    """Say what is wrong with the folder or file that a step writes: whole, or absent."""
    if plan.out is None:
        return []
    if not plan.out.exists():
        return ["the step ended with 0 and its files are not there"] if done else []
    try:
        if step == "export":
            sip.load_edition(plan.out / "edition")
            sip.load_grouping(plan.out / "grouping")
        elif step == "backup":
            with Rounds.open(plan.out, write=False) as rounds:
                rounds.state().edition()
        elif not recorded:
            return [f"what {step} writes is there, and the step is not"]
        elif not (plan.out / _TABLES[step]).read_bytes().endswith(b"\n"):
            return [f"{_TABLES[step]} is not whole"]
    except (sip.InputError, OSError) as error:
        return [f"what was written cannot be read: {error}"]
    return []


def campaign(starts: Sequence[Start], kills: int, seed: int, folder: Path) -> list[Kill]:
    """Go through seasons until so many steps were killed; say each failure as it is found."""
    choices = random.Random(seed)
    spans: dict[str, float] = {}
    ends: list[Kill] = []
    number = 0
    while sum(one.killed for one in ends) < kills:
        place = folder / f"season-{number}"
        place.mkdir()
        season = Season(place, choices.choice(starts), choices)
        for _ in range(STEPS_OF_A_SEASON):
            step = "start"
            if season.recorded:
                ready = [one for one in COMMANDS if one != "answer" or season.asked]
                step = choices.choice(ready)
            end = carry_out(season, step, spans)
            ends.append(end)
            for fault in end.faults:
                print(f"season {number} of seed {seed}, {step}: {fault}", flush=True)
            if sum(one.killed for one in ends) >= kills or (end.faults and not season.recorded):
                break
        shutil.rmtree(place)
        number += 1
    return ends


def told(ends: Sequence[Kill]) -> Iterator[str]:
    """Yield what a campaign did, by step."""
    yield "step      kills  writing  recorded  to the end"
    for step in ("start", *COMMANDS):
        some = [one for one in ends if one.step == step]
        stopped = [one for one in some if one.killed]
        yield (
            f"{step:8} {len(stopped):6} {sum(bool(one.left) for one in stopped):8} "
            f"{sum(one.recorded for one in stopped):9} {len(some) - len(stopped):11}"
        )
    killed = [one for one in ends if one.killed]
    for what, count in Counter(_kind(name) for one in killed for name in one.left).most_common():
        yield f"{count:6} left by a kill: {what}"
    writing = sum(bool(one.left) for one in killed)
    faults = sum(bool(one.faults) for one in ends)
    yield f"{len(killed)} kills, {writing} of them while it wrote, {faults} failures"


def _kind(name: str) -> str:
    if name.endswith("-wal"):
        return "a log"
    return "half a " + ("store" if "s.db" in name else "copy" if "copy" in name else "folder")


def main() -> int:
    """Run the campaign of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--members", default=",".join(map(str, SIZES)), help="sizes, as 60,240")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sip-round-kills-") as place:
        starts = make_starts(Path(place), [int(one) for one in chosen.members.split(",")])
        ends = campaign(starts, chosen.kills, chosen.seed, Path(place))
    for line in told(ends):
        print(line)
    return 1 if any(one.faults for one in ends) else 0


if __name__ == "__main__":
    sys.exit(main())
