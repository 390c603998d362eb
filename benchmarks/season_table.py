"""Prints what seasons came to as Markdown tables, and draws how many members moved, round by round.

Comes in: tables that ``tests/campaigns/season.py --results`` wrote. Goes out: a line per season, the rounds
of the first, and a picture. With ``--reserve``: what `[rounds] reserve` costs and saves.

Usage: python benchmarks/season_table.py benchmarks/results/reform.csv --plot docs/images/season.png
       python benchmarks/season_table.py benchmarks/results/reserve.csv --reserve
"""

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sip_grouping.plots.look import GRID, LOCAL, VIDEO, drawing

Row = Mapping[str, str]
Season = tuple[str, str, str]


def seasons_in(path: Path) -> dict[Season, list[Row]]:
    """Return the rounds of each season, by members, seed and reserve."""
    found: dict[Season, list[Row]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["members"], row["seed"], row["reserve"]].append(row)
    return found


def number(row: Row, name: str) -> float:
    """Return a figure; 0 where there is none."""
    return float(row[name] or 0)


def _total(rows: Sequence[Row], name: str) -> int:
    return round(sum(number(one, name) for one in rows))


def _compared(rows: Sequence[Row]) -> list[Row]:
    """Return the rounds in which both ways formed groups."""
    return [one for one in rows if one["round"] != "0" and one["score"] and one["fresh_moved"]]


def season_lines(seasons: Mapping[Season, Sequence[Row]]) -> Iterator[str]:
    """Yield a line per season."""
    yield (
        "| members | seed | rounds without groups | named and changed, of accepted | moved, of "
        "those who stay | afresh | of it | score, of afresh: least, last | s, median: again, afresh |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for (members, seed, _), rows in seasons.items():
        played = [one for one in rows if one["round"] != "0"]
        both = _compared(rows)
        if not both:
            yield f"| {members} | {seed} | {len(played)} of {len(played)} | | | | | | |"
            continue
        moved, fresh = _total(both, "moved"), _total(both, "fresh_moved")
        scores = [number(one, "score") / number(one, "fresh_score") for one in both]
        times = [median(number(one, name) for one in both) for name in ("seconds", "fresh_seconds")]
        yield (
            f"| {members} | {seed} | {len(played) - len(both)} of {len(played)}"
            f" | {_total(played, 'relaxed')} of {_total(played, 'accept')}"
            f" | {moved} | {fresh} | {moved / max(fresh, 1):.0%}"
            f" | {min(scores):.2%}, {scores[-1]:.2%} | {times[0]:.1f}, {times[1]:.1f} |"
        )


def round_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a line per round of one season."""
    yield (
        "| round | asked | accept | decline | none | late | lost | accepted before | named | moved "
        "| of | afresh | score | of afresh | gap |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    for one in rows:
        formed, both = bool(one["score"]), bool(one["score"] and one["fresh_score"])
        of = number(one, "score") / number(one, "fresh_score") if both else 0.0
        cells = [one[name] for name in ("round", "asked", "accept", "decline", "silent", "late")]
        cells += [one[name] for name in ("lost", "kept", "relaxed")]
        cells += [one["moved"] if formed else "", one["stayers"], one["fresh_moved"]]
        cells += [f"{number(one, 'score'):,.0f}" if formed else "none found"]
        cells += [f"{of:.2%}" if both else "", f"{number(one, 'gap'):.2%}" if one["gap"] else ""]
        yield f"| {' | '.join(cells)} |"


def reserve_lines(seasons: Mapping[Season, Sequence[Row]]) -> Iterator[str]:
    """Yield a line per reserve: means over the seasons that have all of them."""
    reserves = sorted({one[2] for one in seasons})
    base, last = reserves[0], max(map(len, seasons.values())) - 1
    whole = {one for one, rows in seasons.items() if len(rows) > last}
    common = set.intersection(*({key[:2] for key in whole if key[2] == one} for one in reserves))
    yield (
        "| reserve | seasons | placed at the start | score at the start | seasons without a broken "
        f"promise in round 1 | broken in round 1 | broken in rounds 1 to {last} | moved | score after "
        f"round {last} |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for reserve in reserves:
        some = [seasons[(*one, reserve)][: last + 1] for one in sorted(common)]
        against = [seasons[(*one, base)][: last + 1] for one in sorted(common)]
        begun = _part(some, against, 0)
        ended = _part(some, against, last)
        unbroken = sum(not number(one[1], "relaxed") for one in some)
        yield (
            f"| {reserve} | {len(some)} | {fmean(number(one[0], 'placed') for one in some):.1f}"
            f" | {begun:.2%} | {unbroken} | {fmean(number(one[1], 'relaxed') for one in some):.2f}"
            f" | {fmean(_total(one[1:], 'relaxed') for one in some):.2f}"
            f" | {fmean(_total(one[1:], 'moved') for one in some):.2f} | {ended:.2%} |"
        )


def _part(some: Sequence[Sequence[Row]], against: Sequence[Sequence[Row]], at: int) -> float:
    """Return the score of a round as a part of that of others, over all seasons."""
    return sum(number(one[at], "score") for one in some) / sum(
        number(one[at], "score") for one in against
    )


def draw(seasons: Mapping[Season, Sequence[Row]], file: Path) -> None:
    """Draw which part of those who stay moved in each round, again and afresh."""
    sizes = list(dict.fromkeys(one[0] for one in seasons))
    title = "Who moves without having asked, round by round"
    with drawing(title) as (plot, axes):
        for size, style in zip(sizes, ("-", "--", ":"), strict=False):
            rounds: dict[int, list[Row]] = defaultdict(list)
            for key, rows in seasons.items():
                for one in _compared(rows) if key[0] == size else ():
                    rounds[int(one["round"])].append(one)
            at = sorted(rounds)
            for name, shade, words in (
                ("fresh_moved", VIDEO, "started afresh"),
                ("moved", LOCAL, "formed again"),
            ):
                shares = [
                    100 * _total(rounds[one], name) / max(_total(rounds[one], "stayers"), 1)
                    for one in at
                ]
                axes.plot(
                    at, shares, style, marker="o", color=shade, label=f"{size} members, {words}"
                )
        axes.set_xlabel("round")
        axes.set_ylabel("% of the members who stay")
        axes.set_ylim(bottom=0)
        axes.grid(color=GRID)
        axes.legend(loc="best")
        plot.savefig(file)


def main() -> None:
    """Print the tables; see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--reserve", action="store_true", help="compare reserves instead")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="a .png or .svg to write")
    given = parser.parse_args()
    seasons = seasons_in(given.results)
    if given.reserve:
        print("\n".join(reserve_lines(seasons)))
        return
    print("\n".join([*season_lines(seasons), "", *round_lines(next(iter(seasons.values())))]))
    if given.plot is not None:
        draw(seasons, given.plot)


if __name__ == "__main__":
    main()
