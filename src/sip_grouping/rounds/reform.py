"""Forming the groups of a running edition again, and recording what became of it.

Comes in: where the edition stands, limits. Goes out: a `Reformed`, and the content of a step.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sip_grouping.errors import InputError
from sip_grouping.findings import finding
from sip_grouping.grouping.changes import moved_by
from sip_grouping.rounds.documents import grouping_document
from sip_grouping.rounds.state import State
from sip_grouping.solve.frontier import Frontier, frontier
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.promises import InTheWay
from sip_grouping.solve.reform import Reformed, form_again

_FIRST_SHARE = 0.6
"""What of a time limit goes into finding out which promises break, where they may."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What forming again is asked for; see `sip_grouping.solve.reform.form_again`.

    Attributes
    ----------
    relax
        Whether the accepted placements of least price change where they cannot all stay.
    """

    max_moves: int | None = None
    time_limit: float | None = None
    work_limit: float | None = None
    gap: float = 0.0
    seed: int = 0
    workers: int = 1
    relax: bool = False
    observer: Observer | None = None
    cancel: threading.Event | None = None


@dataclass(frozen=True, slots=True)
class Reform:
    """What became of forming again.

    Attributes
    ----------
    relaxed
        The accepted placements that were given up; None: all were kept.
    """

    again: Reformed
    relaxed: InTheWay | None = None

    @property
    def in_the_way(self) -> InTheWay | None:
        """The accepted placements that have to change, where that was not allowed."""
        return self.again.in_the_way


def formed_again(state: State, asked: Asked, store: str) -> Reform:
    """Form the groups of a running edition again with the least disruption.

    Raises
    ------
    InputError
        There are no groups yet.
    """
    grouping = state.current()
    if grouping is None:
        raise InputError([finding("nobody-to-ask", store)])
    edition = state.edition(promised=False)
    promises = state.promises()
    begun = perf_counter()

    def formed(promises: Mapping[str, Any], seconds: float | None) -> Reformed:
        return form_again(
            edition, grouping,
            asked=state.asked | state.left.keys(), accepted=promises, max_moves=asked.max_moves,
            time_limit=seconds, work_limit=asked.work_limit, gap=asked.gap, seed=asked.seed,
            workers=asked.workers, observer=asked.observer, cancel=asked.cancel,
        )  # fmt: skip

    limit = asked.time_limit
    share = _FIRST_SHARE if asked.relax and promises else 1.0
    again = formed(promises, None if limit is None else limit * share)
    broken = again.in_the_way
    if not asked.relax or broken is None or not broken.members:
        return Reform(again)
    left = None if limit is None else max(limit - (perf_counter() - begun), limit * 0.1)
    kept = {who: role for who, role in promises.items() if who not in broken.members}
    again = formed(kept, left)
    return Reform(again, broken if again.grouping is not None else None)


def frontier_of(state: State, moves: Sequence[int] | None, asked: Asked, store: str) -> Frontier:
    """Return the best score of forming the groups again by the number of members who move.

    Raises
    ------
    InputError
        There are no groups yet.
    """
    grouping = state.current()
    if grouping is None:
        raise InputError([finding("nobody-to-ask", store)])
    return frontier(
        state.edition(promised=False), grouping, moves,
        asked=state.asked | state.left.keys(), accepted=state.promises(),
        time_limit=asked.time_limit, work_limit=asked.work_limit, gap=asked.gap, seed=asked.seed,
        workers=asked.workers, observer=asked.observer, cancel=asked.cancel,
    )  # fmt: skip


def step_of(reform: Reform) -> tuple[dict[str, int], dict[str, Any]]:
    """Return the counts and the content of the step that records groups formed again."""
    again = reform.again
    assert again.grouping is not None  # noqa: S101 (the caller's case)
    relaxed = sorted(reform.relaxed.members) if reform.relaxed is not None else []
    counts = {
        "groups": len(again.grouping.group_records),
        "placed": len(again.grouping.placements),
        "moved": len(moved_by(again.changes)),
        "relaxed": len(relaxed),
    }
    content = {
        "grouping": grouping_document(again.grouping),
        "changes": [one.model_dump(mode="json") for one in again.changes],
        "relaxed": relaxed,
    }
    return counts, content
