"""Check a dual certificate in whole numbers: python check.py certificate.json.gz [GROUPING].

Says what it proves, or what is wrong with it. Needs Python alone. GROUPING: the folder of the groups.
"""

import gzip
import json
import sys
from collections import Counter
from pathlib import Path


def need(holds: bool, what: str) -> None:
    """End where something does not hold."""
    if not holds:
        sys.exit(f"REFUSED: {what}")


with gzip.open(sys.argv[1], "rt", encoding="utf-8") as file:
    told = json.load(file)
columns, rows, denominator = told["columns"], told["rows"], told["denominator"]
numbers = [denominator, told["bound"], told["score"], *(n for c in columns for n in c[1:4])]
numbers += [n for _, price, limit, at, times in rows for n in (price, limit, *at, *times)]
need(all(type(n) is int for n in numbers) and denominator > 0, "a number is not whole")

# 1. Weak duality. A row says: the sum of coefficient * column is at most its limit. Whatever the prices,
# if none is below 0: objective <= sum of price * limit + sum over the columns of what is left * upper.
total, left = 0, [denominator * objective for _, objective, *_ in columns]
for rule, price, limit, at, times in rows:
    need(price >= 0, f"a price of {rule} is below 0")
    need(all(0 <= c < len(columns) for c in at), f"{rule} has a column that is not there")
    need(
        sum(n * columns[c][3] for c, n in zip(at, times, strict=True)) <= limit, f"{rule} is broken"
    )
    total += price * limit
    for c, n in zip(at, times, strict=True):
        left[c] -= price * n
total += sum(max(0, rest) * column[2] for rest, column in zip(left, columns, strict=True))
need(total // denominator == told["bound"], f"the prices prove {total // denominator / 1000}")

# 2. The groups are a solution of the same model (its rows: above), with the score that is told.
need(all(0 <= value <= upper for _, _, upper, value, _ in columns), "a value is beyond its limits")
need(sum(c[1] * c[3] for c in columns) == told["score"], "the groups have another score")
need(told["score"] <= told["bound"], "the score is above the bound")

# 3. And they are the groups of the files: as many of each kind, and of each class of members in them.
if len(sys.argv) > 2:
    files = json.loads((Path(sys.argv[2]) / "grouping.json").read_text(encoding="utf-8"))
    need(files["edition"]["digest"] == told["edition"], "the groups are of another edition")
    need(round(1000 * files["score"]) == told["score"], "the files tell another score")
    keys = ("theme", "track", "place")
    kind = {g["group_id"]: tuple(g[key] or "" for key in keys) for g in files["groups"]}
    owner = {m: n for n, copies in enumerate(told["classes"]) for copy in copies for m in copy}
    seats = [one for one in files["assignments"] if one["status"] == "placed"]
    in_files = Counter((*kind[one["group_id"]], owner[one["member_id"]]) for one in seats)
    in_files.update(kind.values())
    in_model: Counter[tuple[object, ...]] = Counter()
    for what, _, _, value, of in columns:
        if what in {"placed", "groups"}:
            size = len(told["classes"][of[0]][0]) if what == "placed" else 1
            in_model[*told["cells"][of[-1]][:3], *of[:-1]] += value * size
    need(in_files == in_model, "the files have other groups")
score, bound = told["score"] / 1000, told["bound"] / 1000
print(f"PROVED: no grouping has more than {bound} points; this one has {score}")
