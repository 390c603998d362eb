"""Colours that people with any kind of colour vision tell apart, for figures on white and on black.

Comes in: how many are needed. Goes out: colours as ``#rrggbb``. After Okabe and Ito, Color Universal Design
(2008), without black and yellow, which vanish on one of the two grounds.
"""

PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
NEUTRAL = "#8a8f98"
"""For what is none of the kinds."""


def colour(index: int) -> str:
    """Return the colour of a kind by its number; more kinds than colours begin again at the first."""
    return PALETTE[index % len(PALETTE)]
