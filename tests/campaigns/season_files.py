"""What the files of a running edition say, read and judged by code of their own.

Comes in: folders that `round export` and `form` wrote. Goes out: `Stood`: who is where; what changed
between two of them, as changes.csv has to say it; accepted places that were not kept; how many members
two groupings part. Written from the contract of rounds; imports nothing of the package.
"""

import csv
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

Row = Mapping[str, str]

PRICES = {
    "moved_group": 20.0, "moved_theme": 40.0, "left_out": 100.0, "role_lost": 10.0, "role_gained": 5.0,
    "track_changed": 15.0, "place_changed": 10.0, "slot_changed": 20.0, "group_closed": 30.0, "placed": 0.0,
}  # fmt: skip
MOVES = ("moved_group", "moved_theme", "left_out")


@dataclass(frozen=True)
class Stood:
    """Groups as files tell them: the row of each placed member, and of each group."""

    placed: Mapping[str, Row]
    groups: Mapping[str, Row]

    @classmethod
    def read(cls, folder: Path) -> "Stood":
        """Read assignments.csv and groups.csv."""
        rows = table(folder / "assignments.csv")
        return cls(
            {one["member_id"]: one for one in rows if one["status"] == "placed"},
            {one["group_id"]: one for one in table(folder / "groups.csv")},
        )

    def inside(self, group_id: str) -> set[str]:
        """Return who is in a group."""
        return {who for who, one in self.placed.items() if one["group_id"] == group_id}


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file; none where there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def prices_of(edition: Path) -> Mapping[str, float]:
    """Return what each kind of change costs in an edition."""
    settings = tomllib.loads((edition / "edition.toml").read_text("utf-8"))
    own: dict[str, float] = settings.get("disruption", {})
    return PRICES | own


def kinds(before: Stood, after: Stood, who: str) -> Iterator[str]:
    """Yield how the place of somebody who had one changed."""
    was, now = before.placed[who], after.placed.get(who)
    if now is None:
        yield "left_out"
        return
    same = was["group_id"] == now["group_id"]
    if was["theme"] != now["theme"]:
        yield "moved_theme"
    elif not same:
        yield "moved_group"
    if was["role"] != now["role"]:
        if was["role"] != "member":
            yield "role_lost"
        if now["role"] != "member":
            yield "role_gained"
    if was["track"] != now["track"]:
        yield "track_changed"
    there, here = before.groups[was["group_id"]], after.groups[now["group_id"]]
    if same and was["track"] == now["track"] == "local" and there["place"] != here["place"]:
        yield "place_changed"
    if same and there["slot"] and here["slot"] and there["slot"] != here["slot"]:
        yield "slot_changed"


def changes_due(
    before: Stood, after: Stood, asked: Collection[str], prices: Mapping[str, float]
) -> Counter[tuple[str, ...]]:
    """Return the rows that changes.csv has to hold, points as numbers told with three decimals."""
    found: Counter[tuple[str, ...]] = Counter()
    for who, was in before.placed.items():
        now = after.placed.get(who, {})
        free = who in asked
        for kind in kinds(before, after, who):
            found[
                who, "yes" if free else "no", kind, was["group_id"], now.get("group_id", ""),
                was["role"], now.get("role", ""), was["theme"], now.get("theme", ""),
                f"{0.0 if free else prices[kind]:.3f}",
            ] += 1  # fmt: skip
    for group_id, group in before.groups.items():
        if group_id not in after.groups:
            closed = f"{prices['group_closed']:.3f}"
            found["", "no", "group_closed", group_id, "", "", "", group["theme"], "", closed] += 1
    for who in after.placed.keys() - before.placed.keys():
        now = after.placed[who]
        row = (who, "yes", "placed", "", now["group_id"], "", now["role"], "", now["theme"])
        found[*row, "0.000"] += 1
    return found


def changes_told(path: Path) -> Counter[tuple[str, ...]]:
    """Return the rows of changes.csv, points told with three decimals."""
    found: Counter[tuple[str, ...]] = Counter()
    for one in table(path):
        *texts, points = one.values()
        found[*texts, f"{float(points):.3f}"] += 1
    return found


def not_kept(before: Stood, after: Stood, accepted: Mapping[str, str]) -> Iterator[str]:
    """Yield whose accepted place changed: group, theme, track, place, slot, language, or an accepted role."""
    for who, role in accepted.items():
        was, now = before.placed[who], after.placed.get(who)
        if now is None or any(was[name] != now[name] for name in ("group_id", "theme", "track")):
            yield who
            continue
        there, here = before.groups[was["group_id"]], after.groups[now["group_id"]]
        settled = all(
            there[name] == here[name] or not (there[name] and here[name])
            for name in ("slot", "language")
        )
        if not settled or there["place"] != here["place"] or role not in {"member", now["role"]}:
            yield who


def parted(before: Stood, after: Stood, who: Collection[str]) -> frozenset[str]:
    """Return who is no longer in the group that goes on, whatever its id: as few as can be.

    Groups of the same theme are taken for the same, one for one, so that most members stay. Where a group
    meets does not count.
    """
    old, new = list(before.groups), list(after.groups)
    at_old = {name: n for n, name in enumerate(old)}
    at_new = {name: n for n, name in enumerate(new)}
    common = np.zeros((len(old), len(new)))
    for one in who:
        was, now = before.placed[one], after.placed.get(one)
        if now is not None and was["theme"] == now["theme"]:
            common[at_old[was["group_id"]], at_new[now["group_id"]]] += 1
    goes_on = {old[i]: new[j] for i, j in zip(*linear_sum_assignment(-common), strict=True)}
    return frozenset(
        one
        for one in who
        if one not in after.placed
        or goes_on.get(before.placed[one]["group_id"]) != after.placed[one]["group_id"]
        or before.placed[one]["theme"] != after.placed[one]["theme"]
    )
