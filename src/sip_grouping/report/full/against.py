"""What became of an earlier grouping: members who moved, groups kept, opened and closed.

Comes in: both groupings. Goes out: sentences and tables. Who moved and which group became which is worked out
by `comparison`; here it is shown.
"""

from dataclasses import dataclass

import pandas as pd

from sip_grouping.comparison.moves import Change, Move
from sip_grouping.comparison.pair import KEPT, GroupChange, Pair
from sip_grouping.comparison.words import Words as ComparisonWords
from sip_grouping.comparison.words import about_editions
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.proposed import Proposed
from sip_grouping.report.full.members import Shown
from sip_grouping.report.full.since import since_proposal
from sip_grouping.report.full.tables import Table, bars, table

MOST_ROWS = 2_000
"""Rows shown of a table: of very many the first, and how many more there are."""


@dataclass(frozen=True, slots=True)
class Against:
    """The comparison as the report shows it."""

    lines: tuple[str, ...]
    tables: tuple[Table, ...]


def against(
    earlier: Grouping | Proposed,
    grouping: Grouping,
    shown: Shown,
    options: pd.DataFrame | None = None,
) -> Against:
    """Return what differs between an earlier grouping, or groups that were proposed, and this one."""
    proposed = earlier if isinstance(earlier, Proposed) else None
    earlier = earlier.grouping if isinstance(earlier, Proposed) else earlier
    words = shown.words
    pair = Pair(words.say("earlier"), words.say("now"), earlier, grouping)
    of_comparison = ComparisonWords(words.language)
    if proposed is not None:
        lines, tables = since_proposal(proposed, grouping, shown, options)
        members = _members(pair, shown, of_comparison)
        return Against(lines, (*tables, *((members,) if members.rows else ())))
    return Against(
        lines=tuple(about_editions(pair, of_comparison)),
        tables=tuple(
            one
            for one in (
                _counts(pair, shown, of_comparison),
                _groups(pair, shown, of_comparison),
                _members(pair, shown, of_comparison),
            )
            if one.rows
        ),
    )


def _counts(pair: Pair, shown: Shown, of_comparison: ComparisonWords) -> Table:
    words, counts = shown.words, pair.moves.counts
    rows = [
        (of_comparison.word("change", change), words.number(many), bar)
        for (change, many), bar in zip(counts.items(), bars(list(counts.values())), strict=True)
    ]
    header = [words.say("what-changed"), words.say("members"), ""]
    return table(words.say("changes-caption"), header, rows, (1,))


def _groups(pair: Pair, shown: Shown, of_comparison: ComparisonWords) -> Table:
    """Return groups opened, closed, or that meet otherwise; those that stayed as they were are counted."""
    words = shown.words
    told = [one for one in pair.groups if one.change != KEPT or one.differs]
    kept = pair.group_counts[KEPT]
    rows = [
        (
            of_comparison.word("group-change", one.change),
            "" if one.a is None else one.a.group_id,
            "" if one.b is None else one.b.group_id,
            _theme(one, shown),
            words.number(one.members) if one.change == KEPT else "",
            ", ".join(of_comparison.word("field", name) for name in one.differs),
        )
        for one in told
    ]
    keys = ("what-changed", "earlier", "now", "theme", "members-stayed", "differs")
    caption = words.say("group-changes-caption", kept=words.count("group", kept))
    return table(caption, [words.say(one) for one in keys], rows, (4,))


def _theme(change: GroupChange, shown: Shown) -> str:
    group = change.b or change.a
    known = None if group is None else shown.edition.theme_by_id.get(group.theme)
    if known is not None:
        return shown.words.title(known)
    return "" if group is None else group.theme


def _members(pair: Pair, shown: Shown, of_comparison: ComparisonWords) -> Table:
    words = shown.words
    changed = [one for one in pair.moves.every if one.change not in {Change.STAYED, Change.OUT}]
    known = [one for one in changed if one.member_id in shown.edition.member_by_id]
    rows = [_row(one, shown, of_comparison) for one in known[:MOST_ROWS]]
    left = len(known) - MOST_ROWS
    more = words.say("more-rows", count=words.number(left)) if left > 0 else ""
    header = shown.header("member", "what-changed", "earlier", "now")
    return table(words.say("member-changes-caption"), header, rows, more=more)


def _row(move: Move, shown: Shown, of_comparison: ComparisonWords) -> list[str]:
    sides = ["" if one is None else one.group_id for one in (move.a, move.b)]
    cells = [str(one) for one in shown.cells(move.member_id)]
    return [*cells, of_comparison.word("change", move.change), *sides]
