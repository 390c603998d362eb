"""Which of many things that cannot hold together are needed for that.

Comes in: a list, and a question: can these of them hold together? Goes out: a part of the list that
cannot, while all of it but any one can, after few questions: with k of n things needed, about
k log2(n / k) + 2 k of them instead of n.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

_T = TypeVar("_T")


def needed_of(
    things: Sequence[_T], can_hold: Callable[[list[_T]], bool | None]
) -> tuple[list[_T], bool]:
    """Return things that cannot hold together, a minimal set of them, and whether that is decided.

    QuickXplain (U. Junker, "QuickXplain: Preferred Explanations and Relaxations for Over-Constrained
    Problems", AAAI 2004): halves are dropped, not single things.

    Parameters
    ----------
    things
        What cannot hold together, in the order in which it is told.
    can_hold
        Whether some of them can; None where that is not decided: then more may be named than is needed.
    """
    decided = True

    def cannot(some: list[int]) -> bool:
        nonlocal decided
        answer = can_hold([things[index] for index in sorted(some)])
        decided &= answer is not None
        return answer is False

    def among(kept: list[int], added: bool, asked: list[int]) -> list[int]:
        """Return which of `asked` are needed beside `kept`, of which some were `added` just now."""
        if added and cannot(kept):
            return []
        if len(asked) == 1:
            return asked
        half = len(asked) // 2
        first, second = asked[:half], asked[half:]
        of_second = among([*kept, *first], bool(first), second)
        of_first = among([*kept, *of_second], bool(of_second), first)
        return [*of_first, *of_second]

    if not things:
        return [], True
    found = among([], False, list(range(len(things))))
    return [things[index] for index in sorted(found)], decided
