"""How many cases of a law the tests look at: a part of them in the suite, all of them by hand.

The suite is run after every change and has to end soon; what a law is believed for is the whole number, run
after a change of the engine: ``python tests/campaigns/all_cases.py``. Both are the same tests.
"""

import os

ALL = "ALL_CASES"
"""Where it is set, tests look at all cases."""


def cases(in_suite: int, in_all: int) -> int:
    """Return how many seeds or examples to look at."""
    return in_all if by_hand() else in_suite


def by_hand() -> bool:
    """Return whether all cases are looked at."""
    return bool(os.environ.get(ALL))
