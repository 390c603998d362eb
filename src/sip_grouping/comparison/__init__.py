"""Groupings side by side: who moved, which groups stayed, what it does to the score; as tables, text, a page.

Comes in: two groupings or more, perhaps an edition. Goes out: a `Comparison`; or, for those who need no
more than who moved between two groupings, `Moves`.
"""

from sip_grouping.comparison.comparison import Comparison, compare
from sip_grouping.comparison.moves import Change, Move, Moves, moves_between

__all__ = ["Change", "Comparison", "Move", "Moves", "compare", "moves_between"]
