"""Forming the groups of a running edition again, and recording what became of it.

Comes in: where the edition stands, limits. Goes out: a `Reformed`, and the content of a step.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, TypedDict

from sip_grouping.edition.records import Role
from sip_grouping.errors import InputError
from sip_grouping.findings import finding
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.changes import moved_by
from sip_grouping.grouping.options import OPTION_COLUMNS
from sip_grouping.grouping.promises import as_accepted, broken_promises, pins_of_accepted
from sip_grouping.rounds.documents import grouping_document
from sip_grouping.rounds.shortfalls import Shortfall, shortfalls
from sip_grouping.rounds.state import State
from sip_grouping.solve.frontier import Frontier, frontier
from sip_grouping.solve.options import Option, options_of
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.promises import InTheWay
from sip_grouping.solve.reform import Reformed, as_one_of, form_again, who_must_give_way
from sip_grouping.solve.ways import Missing, Situation
from sip_grouping.verification import verify

_FIRST_SHARE = 0.4
"""What of a time limit goes into finding out which promises break, where they may."""


_ALONE = 0.8
"""What of a time limit goes into forming; the rest is for what could be done with groups that fell short."""

_LEAST_SHARE = 0.4
"""What is left of a time limit at least for forming groups once it is known who gives way: without groups
the time before was lost as well."""

_LEAST_FOR_OPTIONS = 10.0
"""Without limits the options may take as long as forming did, and so many seconds at least."""

_OPTION_SHARE = 0.1
"""What of a limit of work each option may take."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What forming again is asked for; see `sip_grouping.solve.reform.form_again`.

    Attributes
    ----------
    relax
        Whether the accepted placements of least price change where they cannot all stay.
    options
        Whether it is counted what could be done with each group that fell short.
    """

    max_moves: int | None = None
    time_limit: float | None = None
    work_limit: float | None = None
    gap: float = 0.0
    seed: int = 0
    workers: int = 1
    relax: bool = False
    options: bool = True
    observer: Observer | None = None
    cancel: threading.Event | None = None


class Wishes(TypedDict, total=False):
    """What `Asked` holds, as keywords."""

    max_moves: int | None
    time_limit: float | None
    work_limit: float | None
    gap: float
    seed: int
    workers: int
    relax: bool
    options: bool
    observer: Observer | None
    cancel: threading.Event | None


@dataclass(frozen=True, slots=True)
class Reform:
    """What became of forming again.

    Attributes
    ----------
    relaxed
        The accepted placements that were open; None: all were kept.
    given_up
        Ids of those of them that changed, of members who had not asked for a change.
    promised
        How many accepted placements there were.
    options
        What could be done with each group that fell short.
    uncounted
        Of how many such groups that was not counted, because the time was over.
    """

    again: Reformed
    relaxed: InTheWay | None = None
    given_up: frozenset[str] = frozenset()
    promised: int = 0
    options: tuple[Option, ...] = ()
    uncounted: int = 0

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

    def formed(
        promises: Mapping[str, Any], seconds: float | None, start: Grouping | None = None
    ) -> Reformed:
        return form_again(
            edition, grouping, start_from=start,
            asked=state.unbound(), accepted=promises, max_moves=asked.max_moves,
            time_limit=seconds, work_limit=asked.work_limit, gap=asked.gap, seed=asked.seed,
            workers=asked.workers, observer=asked.observer, cancel=asked.cancel,
        )  # fmt: skip

    limit = asked.time_limit
    share = _FIRST_SHARE if asked.relax and promises else _ALONE
    again = formed(promises, None if limit is None else limit * share)
    broken, relaxed = again.in_the_way, None
    if asked.relax and promises and again.grouping is None and again.fewest_moves is None:
        # Whatever the time, groups that cannot go on must not keep everybody else from having some.
        broken = broken or who_must_give_way(
            edition, grouping,
            asked=state.unbound(), accepted=promises,
            seed=asked.seed, cancel=asked.cancel,
        )  # fmt: skip
    if asked.relax and broken is not None and broken.members:
        left = (
            None if limit is None else max(limit - (perf_counter() - begun), limit * _LEAST_SHARE)
        )
        promises = {who: role for who, role in promises.items() if who not in broken.members}
        again = formed(promises, None if left is None else left * _ALONE, broken.grouping)
        if again.grouping is not None:
            again, relaxed, promises = _as_little_as_can_be(state, again, broken)
    reform = Reform(again, relaxed, _given_up(state, again, relaxed), len(state.accepted))
    if again.grouping is None or not asked.options:
        return reform
    free = state.unbound() - promises.keys()
    missing = [missing_in(one) for one in shortfalls(edition, grouping, free)]
    spent = perf_counter() - begun
    seconds = None if limit is None else limit - spent
    if limit is None and asked.work_limit is None:
        seconds = max(spent, _LEAST_FOR_OPTIONS)
    options, uncounted = options_of(
        missing,
        Situation(
            edition, grouping, state.unbound(), promises, again.grouping,
            work_limit=None if asked.work_limit is None else asked.work_limit * _OPTION_SHARE,
            seconds=seconds, seed=asked.seed, cancel=asked.cancel,
        ),
    )  # fmt: skip
    return replace(reform, options=options, uncounted=uncounted)


def missing_in(short: Shortfall) -> Missing:
    """Return what a group lacks, as the optimizer is asked about it."""
    return Missing(short.group_id, max(short.least - short.members, 0), short.lacking)


def _as_little_as_can_be(
    state: State, again: Reformed, given_up: InTheWay
) -> tuple[Reformed, InTheWay, dict[str, Role]]:
    """Return the groups as ones that keep whatever promise they keep, with what was given up, and the rest.

    Whoever could change and does not is not asked again.
    """
    before, after, promises = state.current(), again.grouping, state.promises()
    assert before is not None  # noqa: S101 (the caller's case)
    assert after is not None  # noqa: S101 (the caller's case)
    kept = {who: role for who, role in promises.items() if who not in given_up.members}
    broken = broken_promises(as_accepted(before, promises), after, given_up.members)
    stay = {who: role for who, role in promises.items() if who not in broken}
    if stay == kept:
        return again, given_up, kept
    edition = state.edition(promised=False)
    whole = edition.replace(pins=pins_of_accepted(before, stay, edition.pins))
    found = as_one_of(whole, after)
    if not verify(whole, found).ok:
        return again, given_up, kept
    again = replace(again, result=replace(again.result, edition=whole, grouping=found))
    return again, replace(given_up, members=broken), stay


def _given_up(state: State, again: Reformed, relaxed: InTheWay | None) -> frozenset[str]:
    before = state.current()
    if before is None or again.grouping is None or relaxed is None:
        return frozenset()
    unasked = relaxed.members - state.unbound()
    return broken_promises(as_accepted(before, state.promises()), again.grouping, unasked)


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
        asked=state.unbound(), accepted=state.promises(),
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
        "options": [dict(zip(OPTION_COLUMNS, one.row, strict=True)) for one in reform.options],
    }
    return counts, content
