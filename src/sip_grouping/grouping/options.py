"""What could be done with a group that fell short: the names and columns of options.csv.

Comes in: nothing. Goes out: names, for the engine that counts them, the export and the report.
"""

from enum import StrEnum

OPTIONS = "options.csv"

OPTION_TEXTS = ("group_id", "rank", "option")
OPTION_NUMBERS = ("members_moved", "placed", "score", "disruption")
OPTION_COLUMNS = (*OPTION_TEXTS, *OPTION_NUMBERS)
"""The columns of options.csv."""


class Way(StrEnum):
    """What can be done with a group that fell short."""

    PROMOTE = "promote"
    INVITE = "invite"
    MERGE = "merge"
    VIDEO = "move to video"
    DISSOLVE = "dissolve"
