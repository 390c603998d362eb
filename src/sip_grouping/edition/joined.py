"""Who belongs together, through others too.

Comes in: ids or numbers, and which two are tied. Goes out: for each the first of all that it is tied to.
"""

from collections.abc import Iterable
from typing import TypeVar

_One = TypeVar("_One", str, int)


def first_joined(ones: Iterable[_One], ties: Iterable[tuple[_One, _One]]) -> dict[_One, _One]:
    """Return for each, in their order, the least of all that are tied to it; ties of others are left out."""
    first = {one: one for one in ones}

    def find(one: _One) -> _One:
        while first[one] != one:
            first[one] = first[first[one]]
            one = first[one]
        return one

    for one, other in ties:
        if one in first and other in first:
            low, high = sorted((find(one), find(other)))
            first[high] = low
    return {one: find(one) for one in first}
