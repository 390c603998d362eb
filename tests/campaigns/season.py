"""A season by command line: members answer, come late, leave; after every round the files are judged.

Comes in: sizes, seeds, shares. Goes out: a row per round, on the console and with ``--results`` in a table,
and a last line that counts. Each round is `round propose`, `answer`, `members`, `reform` (with ``--relax``
where it ends with 3), `export` and `verify --before`. What is written is judged by `season_files`, which
shares no code with the package: nobody who accepted moved unasked but those who were named, changes.csv says
exactly what changed, groups with somebody who accepted keep their id. Each round is held against starting
afresh: `form` on the exported edition without its pins, with the same limit. Run it:
``python tests/campaigns/season.py --members 240``.
"""

import argparse
import csv
import io
import itertools
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.append(str(Path(__file__).resolve().parents[2]))

from campaigns.season_files import (
    Stood,
    changes_due,
    changes_told,
    kinds,
    not_kept,
    parted,
    prices_of,
    table,
)

import sip_grouping as sip
from benchmarks.rows import add_row
from benchmarks.run import surroundings
from sip_grouping.command.app import run

DECLINE, SILENT, LATE, LOST = 0.15, 0.10, 0.05, 3
WISH = 1 / 3
"""Of those who decline: who names other themes instead of leaving."""
INFEASIBLE = 3


@dataclass(frozen=True)
class Wanted:
    """One season. Limits are those of each `round reform` and of each start afresh.

    `first`: how many of its rounds are gone through; None: all. `options`: whether it is counted what could
    be done with each group that fell short, which takes longer than the groups. `relax`: whether
    ``--relax`` is given at once, without asking first whose places cannot stay.
    """

    members: int = 240
    seed: int = 0
    rounds: int = 12
    reserve: int = 0
    time_limit: float | None = None
    work_limit: float | None = None
    afresh: bool = True
    first: int | None = None
    options: bool = False
    relax: bool = False

    @property
    def limits(self) -> list[str]:
        """The options of a command."""
        given = {"--time-limit": self.time_limit, "--work-limit": self.work_limit}
        return [str(one) for pair in given.items() if pair[1] is not None for one in pair]


@dataclass
class Row:
    """What became of a round; round 0 is the start. Shares are of the members who stay unasked.

    Attributes
    ----------
    kept
        Accepted places that were to stay when the groups were formed again.
    relaxed
        Of these: named as having to change.
    stayers
        Members with a group who did not decline, leave or ask for a change; `moved` of them are elsewhere.
    fresh_moved, fresh_broken
        Of the stayers, of the accepted: who would be in another group after starting afresh.
    wrong
        What does not hold.
    """

    members: int
    seed: int
    reserve: int
    round: int
    asked: int = 0
    accept: int = 0
    decline: int = 0
    silent: int = 0
    late: int = 0
    lost: int = 0
    kept: int = 0
    relaxed: int = 0
    proven_least: bool | None = None
    stayers: int = 0
    moved: int = 0
    groups: int = 0
    placed: int = 0
    status: str = ""
    score: float | None = None
    disruption: float | None = None
    gap: float | None = None
    seconds: float = 0.0
    refused_seconds: float = 0.0
    fresh_status: str = ""
    fresh_score: float | None = None
    fresh_bound: float | None = None
    fresh_moved: int | None = None
    fresh_broken: int | None = None
    fresh_seconds: float | None = None
    load: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def of_fresh(self) -> float | None:
        """Score as a part of the score of starting afresh."""
        return None if not self.fresh_score or self.score is None else self.score / self.fresh_score


@dataclass
class Said:
    """How a command ended; `data` is what it said with ``--json``."""

    code: int
    data: dict[str, Any]
    err: str
    seconds: float


def said(*arguments: object) -> Said:
    """Run a command of the command line."""
    out, err = io.StringIO(), io.StringIO()
    begun = time.perf_counter()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([*map(str, arguments), "--json", "--quiet"])
    seconds = time.perf_counter() - begun
    text = out.getvalue()
    return Said(int(code), json.loads(text) if text else {}, err.getvalue(), seconds)


class Season:
    """A running edition in a folder, and what its members have said."""

    def __init__(self, wanted: Wanted, folder: Path) -> None:
        """Make the edition up, hold back who comes late, form the first groups."""
        self.wanted, self.folder = wanted, folder
        self.store = folder / "s.db"
        self.draws = random.Random(wanted.seed)
        whole = sip.synthetic_edition(members=wanted.members, seed=wanted.seed)
        named = {other for one in whole.members for other in (*one.together, *one.apart)}
        alone = [
            one.member_id
            for one in whole.members
            if not (one.together or one.apart or one.member_id in named)
        ]
        self.late = self.draws.sample(alone, round(LATE * wanted.members))
        sip.save_edition(whole, folder / "whole")
        rows = {one["member_id"]: one for one in table(folder / "whole" / "members.csv")}
        self.rows = rows
        edition = shutil.copytree(folder / "whole", folder / "edition")
        self.write(
            "edition/members.csv", [one for who, one in rows.items() if who not in self.late]
        )
        with (edition / "edition.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n[rounds]\nreserve = {wanted.reserve}\n")
        self.themes = {
            who: [one[f"theme_{n}"] for n in range(1, 5) if one.get(f"theme_{n}")]
            for who, one in rows.items()
        }
        self.accepted: dict[str, str] = {}
        self.gone: set[str] = set()
        self.asked: set[str] = set()
        self.lost_at = [1 + (n + 1) * (wanted.rounds - 1) // (LOST + 1) for n in range(LOST)]
        self.started = self.of_store("start", edition, *wanted.limits)
        if self.started.code != 0:
            message = f"start ended with {self.started.code}: {self.started.err}"
            raise RuntimeError(message)
        self.now = self.exported(0)

    def of_store(self, step: str, *arguments: object) -> Said:
        """Run a step of `round`."""
        return said("round", step, *arguments, "--store", self.store)

    def exported(self, number: int) -> Stood:
        """Export where things stand, and read the groups."""
        self.out = self.folder / f"out-{number}"
        ended = self.of_store("export", "--out", self.out)
        if ended.code != 0:
            message = f"export ended with {ended.code}: {ended.err}"
            raise RuntimeError(message)
        return Stood.read(self.out / "grouping")

    def write(self, name: str, rows: Sequence[dict[str, str]]) -> Path:
        """Write a table."""
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for one in rows for key in one)))
            writer.writeheader()
            writer.writerows(rows)
        return path

    def row(self, number: int) -> Row:
        """Begin the row of a round."""
        given = self.wanted
        return Row(given.members, given.seed, given.reserve, number, load=os.getloadavg()[0])

    def first(self) -> Row:
        """Tell how the season began."""
        row = self.row(0)
        row.seconds = self.started.seconds
        self.verified(row)
        self.held_against_afresh(row, set(self.now.placed))
        return row

    def one_round(self, number: int) -> Row:
        """Go through one round."""
        row = self.row(number)
        self.answers(row)
        self.comings_and_goings(row)
        before = self.now
        leaving = self.gone | self.asked
        self.accepted = {w: role for w, role in self.accepted.items() if w not in leaving}
        promised = dict(self.accepted)
        row.kept = len(promised)
        stayers = set(before.placed) - leaving
        row.stayers = len(stayers)
        named = self.reformed(row)
        if row.score is None:
            return row
        self.now = self.exported(number)
        self.verified(row)
        self.judged(row, before, promised, named, leaving)
        row.moved = sum(
            before.placed[who]["group_id"] != self.now.placed.get(who, {}).get("group_id")
            for who in stayers
        )
        self.held_against_afresh(row, stayers, before)
        self.accepted = {w: role for w, role in promised.items() if w not in named}
        self.asked = set()
        return row

    def answers(self, row: Row) -> None:
        """Let everybody answer who is proposed a place."""
        folder = self.folder / f"proposals-{row.round}"
        ended = self.of_store("propose", "--out", folder)
        if ended.code != 0:
            return
        rows = []
        for proposal in table(folder / "proposals.csv"):
            who, drawn = proposal["member_id"], self.draws.random()
            row.asked += 1
            answer = {"member_id": who, "answer": "", "theme_1": "", "theme_2": ""}
            if drawn < DECLINE:
                answer["answer"], row.decline = "decline", row.decline + 1
                if len(self.themes[who]) > 1 and self.draws.random() < WISH:
                    # The other themes come first from now on.
                    first, second, *others = self.themes[who]
                    self.themes[who] = [second, first, *others]
                    answer |= {"theme_1": second, "theme_2": first}
                    self.asked.add(who)
                else:
                    self.gone.add(who)
            elif drawn < DECLINE + SILENT:
                row.silent += 1
                self.accepted.pop(who, None)
            else:
                answer["answer"], row.accept = "accept", row.accept + 1
                self.accepted[who] = proposal["role"]
            rows.append(answer)
        ended = self.of_store("answer", self.write(f"answers-{row.round}.csv", rows))
        if ended.code != 0:
            row.wrong.append(f"answer ended with {ended.code}: {ended.err}")

    def comings_and_goings(self, row: Row) -> None:
        """Let some come late, and now and then a moderator go who had accepted."""
        last, rows = self.wanted.rounds, list[dict[str, str]]()
        at = [len(self.late) * n // max(last - 1, 1) for n in (row.round - 2, row.round - 1)]
        for who in self.late[at[0] : at[1]] if row.round > 1 else ():
            rows.append(self.rows[who] | {"withdrawn": ""})
            row.late += 1
        if row.round in self.lost_at:
            chairs = sorted(
                who
                for who, role in self.accepted.items()
                if role == "moderator" and who not in self.gone | self.asked
            )
            if chairs:
                gone = self.draws.choice(chairs)
                rows.append({"member_id": gone, "withdrawn": "yes"})
                self.gone.add(gone)
                row.lost += 1
        if rows:
            ended = self.of_store("members", self.write(f"members-{row.round}.csv", rows))
            if ended.code != 0:
                row.wrong.append(f"members ended with {ended.code}: {ended.err}")

    def reformed(self, row: Row) -> set[str]:
        """Form the groups again; return who accepted a place that is not kept."""
        limits = [*self.wanted.limits, "--options" if self.wanted.options else "--no-options"]
        if self.wanted.relax:
            limits.append("--relax")
        ended = self.of_store("reform", *limits)
        named: set[str] = set()
        if ended.code == INFEASIBLE and ended.data.get("in_the_way") and not self.wanted.relax:
            row.refused_seconds = ended.seconds
            refused = ended.data["in_the_way"]
            ended = self.of_store("reform", "--relax", *limits)
            told = ended.data.get("in_the_way") or {"members": [], "proven": False}
            others = set(told["members"]) - set(refused["members"])
            if refused["proven"] and told["proven"] and others:
                # Whose place stays all the same is not named again.
                row.wrong.append(f"--relax goes on with others than were named: {sorted(others)}")
        if broken := ended.data.get("in_the_way"):
            named, row.proven_least = set(broken["members"]), bool(broken["proven"])
        row.status, row.seconds, row.relaxed = (
            str(ended.data.get("status")),
            ended.seconds,
            len(named),
        )
        if ended.code != 0:
            row.wrong.append(f"reform ended with {ended.code}: {ended.err.strip()[-300:]}")
            return named
        for name in ("score", "disruption", "gap"):
            setattr(row, name, ended.data[name])
        return named

    def verified(self, row: Row) -> None:
        """Let the verifier judge what was exported."""
        before = self.out / "before"
        told = ["--before", before] if before.exists() else []
        ended = said("verify", self.out / "edition", self.out / "grouping", *told)
        if ended.code != 0:
            row.wrong.append(f"verify ended with {ended.code}: {ended.err.strip()[-300:]}")
        row.groups, row.placed = len(self.now.groups), len(self.now.placed)
        row.score = json.loads((self.out / "grouping" / "grouping.json").read_text("utf-8"))[
            "score"
        ]

    def judged(
        self, row: Row, before: Stood, promised: dict[str, str], named: set[str], asked: set[str]
    ) -> None:
        """Judge the files of a round by code of their own."""
        after = self.now
        if Stood.read(self.out / "before") != before:
            row.wrong.append("the groups of before are not those that were exported before")
        broken = set(not_kept(before, after, promised))
        if broken - named:
            row.wrong.append(f"accepted and not kept: {sorted(broken - named)}")
        if row.proven_least and named - broken:
            row.wrong.append(f"named and kept: {sorted(named - broken)}")
        homes = {before.placed[who]["group_id"] for who in promised.keys() - named}
        if homes - after.groups.keys():
            row.wrong.append(f"ids that are gone: {sorted(homes - after.groups.keys())}")
        due = changes_due(before, after, asked, prices_of(self.out / "edition"))
        told = changes_told(self.out / "grouping" / "changes.csv")
        if due != told:
            row.wrong.append(f"changes.csv: missing {due - told}, too much {told - due}")
        if row.disruption is not None:
            points = sum(float(one[-1]) * times for one, times in due.items())
            if abs(points - row.disruption) > 1e-6:
                row.wrong.append(f"disruption {row.disruption}, and it is {points}")
        silently = {
            who for who in promised.keys() - named if "left_out" in kinds(before, after, who)
        }
        if silently:
            row.wrong.append(f"accepted and left out: {sorted(silently)}")

    def held_against_afresh(self, row: Row, stayers: set[str], before: Stood | None = None) -> None:
        """Form the groups of the exported edition as if nobody had been proposed anything."""
        if not self.wanted.afresh:
            return
        edition = shutil.copytree(self.out / "edition", self.folder / "afresh")
        (edition / "pins.csv").unlink(missing_ok=True)
        ended = said("form", edition, "--out", self.folder / "fresh", *self.wanted.limits)
        row.fresh_seconds, row.fresh_status = ended.seconds, str(ended.data.get("status"))
        if ended.code == 0:
            row.fresh_score, row.fresh_bound = ended.data["score"], ended.data["bound"]
            if before is not None:
                moved = parted(before, Stood.read(self.folder / "fresh"), stayers)
                row.fresh_moved, row.fresh_broken = len(moved), len(moved & self.accepted.keys())
        shutil.rmtree(edition)
        shutil.rmtree(self.folder / "fresh", ignore_errors=True)


def season(wanted: Wanted) -> Iterator[Row]:
    """Yield the rows of a season."""
    with tempfile.TemporaryDirectory(prefix="sip-season-") as place:
        running = Season(wanted, Path(place))
        yield running.first()
        for number in range(1, min(wanted.first or wanted.rounds, wanted.rounds) + 1):
            yield running.one_round(number)


HEAD = (
    "size seed  res round  asked  acc dec sil  late lost   kept relaxed   moved   of  afresh"
    "    score   of afresh   gap      s   s afresh"
)


def told(row: Row) -> str:
    """Return a row as a line."""
    of_fresh = "-" if row.of_fresh is None else f"{row.of_fresh:.2%}"
    fresh = "-" if row.fresh_moved is None else str(row.fresh_moved)
    gap = "-" if row.gap is None else f"{row.gap:.2%}"
    seconds = "-" if row.fresh_seconds is None else f"{row.fresh_seconds:.1f}"
    line = (
        f"{row.members:4} {row.seed:4} {row.reserve:4} {row.round:5} {row.asked:6} {row.accept:4}"
        f" {row.decline:3} {row.silent:3} {row.late:5} {row.lost:4} {row.kept:6} {row.relaxed:7}"
        f" {row.moved:7} {row.stayers:4} {fresh:>7} {row.score or 0:11.1f} {of_fresh:>8} {gap:>6}"
        f" {row.seconds:6.1f} {seconds:>8}"
    )
    return "\n".join([line, *(f"  WRONG: {one}" for one in row.wrong)])


def append(path: Path, row: Row) -> None:
    """Add a row to a table of results, with the machine and the versions."""
    told = {k: round(v, 3) if isinstance(v, float) else v for k, v in asdict(row).items()}
    content = told | {"gap": row.gap, "wrong": len(row.wrong)} | surroundings()
    add_row(path, content)


def main() -> int:
    """Run the campaign; 1: something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=240)
    parser.add_argument("--seed", default="0", help="one seed, or several as 0,1,2")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--first", type=int, help="go through the first so many of them only")
    parser.add_argument("--reserve", default="0", help="one reserve, or several as 0,1,2")
    parser.add_argument("--time-limit", type=float, help="seconds of each reform")
    parser.add_argument("--work-limit", type=float, help="units of work of each reform")
    parser.add_argument("--options", action="store_true", help="count what could be done as well")
    parser.add_argument("--relax", action="store_true", help="give --relax at once")
    parser.add_argument("--no-afresh", action="store_true", help="form nothing afresh")
    parser.add_argument("--results", type=Path, help="table to add the rows to")
    given = parser.parse_args()
    rows: list[Row] = []
    print(HEAD)
    seeds, reserves = (map(int, one.split(",")) for one in (given.seed, given.reserve))
    for seed, reserve in itertools.product(seeds, reserves):
        wanted = Wanted(
            given.members, seed, given.rounds, reserve, given.time_limit, given.work_limit,
            not given.no_afresh, given.first, given.options, given.relax,
        )  # fmt: skip
        for row in season(wanted):
            print(told(row), flush=True)
            if given.results is not None:
                append(given.results, row)
            rows.append(row)
    wrong, moved = sum(bool(one.wrong) for one in rows), sum(one.moved for one in rows)
    fresh = sum(one.fresh_moved or 0 for one in rows)
    print(
        f"{len(rows)} rounds, {moved} moves, {fresh} afresh, {wrong} rounds in which something is wrong"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
