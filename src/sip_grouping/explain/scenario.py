"""One scenario of a sweep, solved wherever an executor runs it.

Comes in: a `Task`, which can be pickled: the edition as it is and its groups as bytes, changes, limits. Goes
out: `Solved`, plain JSON: figures, what is certain of the difference, differences.
"""

import hashlib
import pickle
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from pydantic import JsonValue

from sip_grouping.catalogue import LANGUAGES
from sip_grouping.edition import Edition
from sip_grouping.explain.asking import WhatIf
from sip_grouping.explain.changes import Change
from sip_grouping.explain.changing import changed
from sip_grouping.explain.solving import Asked, Ending, groups_of
from sip_grouping.explain.tighten import only_tightens
from sip_grouping.geography import PostcodeTable
from sip_grouping.grouping import Grouping
from sip_grouping.solve.result import Result, StopReason

Solved = dict[str, JsonValue]
NOT_FOR_GOOD = frozenset({StopReason.TIME_LIMIT.value, StopReason.INTERRUPTED.value})
"""Why a run stopped, where another one may end otherwise: such results are not kept."""


@dataclass(frozen=True, slots=True)
class Base:
    """What all scenarios start from; `grouping` None where the edition as it is has none.

    `bound`: what was proven of the edition as it is, in thousandths of a point.
    """

    edition: Edition
    grouping: Grouping | None
    bound: int | None
    postcodes: PostcodeTable | None

    def pickled(self) -> bytes:
        """Return the base as bytes, made once for all tasks; small, since each task carries them."""
        return zlib.compress(pickle.dumps(self))


@dataclass(frozen=True, slots=True)
class Task:
    """One scenario. `until`: when the sweep ends, seconds of `time.time`; None: whenever."""

    base: bytes
    changes: tuple[Change, ...]
    asked: Asked
    until: float | None = None


_endings: list[Ending] = []


def end_with(ending: Ending) -> None:
    """End the scenarios that this process solves as soon as it is said; for the start of a worker."""
    _endings[:] = [ending]


def solve_scenario(task: Task) -> Solved:
    """Return what the changes of a task bring."""
    base = _base(task.base)
    after = changed(base.edition, task.changes, postcodes=base.postcodes)
    left = None if task.until is None else task.until - time.time()
    if left is not None and left <= 0:
        return {"stop_reason": StopReason.TIME_LIMIT.value}
    tightens, loosens = only_tightens(base.edition, after), only_tightens(after, base.edition)
    profile = task.asked.profile
    result = groups_of(
        after,
        replace(task.asked, time_limit=left),
        start=base.grouping,
        bound=base.bound if tightens and profile is None else None,
        cancel=_endings[0] if _endings else None,
    )
    return solved_record(
        base, task.changes, after, result, tightens=tightens, loosens=loosens, profile=profile
    )


def solved_record(
    base: Base,
    changes: tuple[Change, ...],
    after: Edition,
    result: Result,
    *,
    tightens: bool,
    loosens: bool,
    profile: str | None = None,
) -> Solved:
    """Return all that is kept of a scenario."""
    before = base.grouping
    told = WhatIf(
        changes, base.edition, after, before or result, result, tightens, loosens, profile
    )
    record = told.record()
    for name in ("changes", "before", "points", "profile", "levels", "by_profile"):
        del record[name]
    if before is None:
        record["differences"] = None
    conflict = result.conflict
    return {
        **record,
        "score": told.after.score_thousandths,
        "bound": told.after.bound_thousandths,
        "stages": [one.model_dump(mode="json") for one in told.after.stages],
        "stop_reason": result.stop_reason.value,
        "seconds": round(result.seconds, 3),
        "work": result.work,
        "conflict": None if conflict is None else {one: conflict.text_in(one) for one in LANGUAGES},
    }


def key_of_record(content: Mapping[str, Any]) -> str:
    """Return SHA-256 of plain JSON, in hexadecimal digits: what a result is stored under."""
    return hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()


@lru_cache(maxsize=2)
def _base(content: bytes) -> Base:
    """Return a base, unpickled once in each process."""
    base = pickle.loads(zlib.decompress(content))  # noqa: S301 - our own bytes, from the process that asked
    if not isinstance(base, Base):
        raise TypeError("no base of a sweep")
    return base
