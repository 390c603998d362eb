"""Many scenarios of an edition, solved wherever an executor runs them, each from the groups as they are.

Comes in: an edition, changes by the name of the scenario, any executor of `concurrent.futures`. Goes out:
`Sweep`: a row per scenario in the order given. Editions that say the same are solved once; a folder of
results lets a sweep that was stopped go on; what is wrong with one scenario stands in its row.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, Executor, Future, wait
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sip_grouping import __version__
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.explain.asking import check_given
from sip_grouping.explain.changes import Change, changes_from
from sip_grouping.explain.changing import changed
from sip_grouping.explain.figures import Figures, figures_of
from sip_grouping.explain.naming import towns_lacking
from sip_grouping.explain.scenario import (
    NOT_FOR_GOOD,
    Base,
    Solved,
    Task,
    key_of_record,
    solve_scenario,
)
from sip_grouping.explain.scenarios import SCORE, Scenario
from sip_grouping.explain.solving import Asked, groups_of
from sip_grouping.explain.stored import Store
from sip_grouping.explain.sweep_rows import Origin, Sweep, SweepRow, row_of
from sip_grouping.frozen import frozen
from sip_grouping.geography import PostcodeTable
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.record import as_record, grouping_from
from sip_grouping.solve.arguments import checked_arguments
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.result import Result, StopReason

Scenarios = Mapping[str, Scenario | Iterable[Change | Mapping[str, Any]]]
Done = Callable[[int, int, SweepRow], None]
"""Told of each row: how many are done, how many there are, the row."""

_SECONDS_BETWEEN_LOOKS = 0.2  # how soon a sweep ends that is cancelled from another thread


def sweep(
    edition: Edition,
    scenarios: Scenarios,
    *,
    executor: Executor | None = None,
    cache: Path | str | None = None,
    before: Result | None = None,
    time_limit: float | None = None,
    work_limit: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
    profile: str | None = None,
    postcodes: PostcodeTable | Path | str | None = None,
    on_done: Done | None = None,
    observer: Observer | None = None,
    cancel: threading.Event | None = None,
) -> Sweep:
    """Ask what each of many scenarios brings.

    Parameters
    ----------
    scenarios
        Changes by name, as for `changed`, or a `Scenario`, which may have a profile of its own;
        `read_scenarios` reads them from a file.
    executor
        Where they are solved, one worker each: a process pool, or that of a Dask client
        (``client.get_executor()``). None: here, one after the other.
    cache
        Folder of results, by the digest of the changed edition and all that decides the answer. What is
        there already is not solved again. None: nothing is kept.
    before
        The groups of the edition as it is; None: they are formed first, or taken from the cache.
    time_limit
        Wall clock in seconds for all together. What it stops is not kept in the cache, since it would not
        repeat.
    work_limit, gap, seed
        Of each; see `form_groups`.
    profile
        Of each that has none of its own; see `form_groups`. A scenario is held against the groups of the
        edition as it is by the same profile, level by level.
    postcodes
        As for `changed`.
    on_done
        Told of each row as soon as it is known, in the order in which they are.
    observer
        Told of how the groups of the edition as it is are formed.
    cancel
        When another thread sets it, no further scenario begins; those that were not solved say so.

    Returns
    -------
    Sweep
        A row per scenario. The rows are the same whatever the executor, but for seconds, as long as no clock
        stops a run.

    Raises
    ------
    InputError
        An argument does not fit, or `before` is of another edition or profile. What is wrong with a
        scenario stands in its row.
    OutputError
        The cache cannot be written.
    """
    checked_arguments(
        edition, time_limit=time_limit, work_limit=work_limit, gap=gap, seed=seed,
        observer=observer, cancel=cancel, profile=profile,
    )  # fmt: skip
    if before is not None:
        check_given(edition, before, "sweep", profile)
    until = None if time_limit is None else time.time() + time_limit
    store = Store(cache)
    table = _table_of(postcodes)

    @lru_cache
    def start(by: str | None) -> _Start:
        asked = Asked(None, work_limit, gap, seed, profile=by)
        given = before if by == profile else None
        return _start(_base_of(edition, given, asked, until, store, table, observer, cancel), asked)

    first = start(profile)
    job = _Job(start, profile, until, store, on_done, cancel, len(scenarios))
    rows = job.rows(scenarios, executor)
    return Sweep(edition, first.figures, tuple(rows), frozen(job.towns))


@dataclass(frozen=True, slots=True)
class _Start:
    """The groups that the scenarios of one profile start from and are held against.

    `content`: the base as bytes, made once for all tasks; `digest`: of all of the groups that may decide.
    """

    base: Base
    figures: Figures
    asked: Asked
    content: bytes
    digest: str


def _start(made: tuple[Base, Figures], asked: Asked) -> _Start:
    base, figures = made
    return _Start(base, figures, asked, base.pickled(), _what_is_started_from(base))


def _table_of(postcodes: PostcodeTable | Path | str | None) -> PostcodeTable | None:
    if postcodes is None or isinstance(postcodes, PostcodeTable):
        return postcodes
    return PostcodeTable.bundled().overlay(PostcodeTable.from_file(postcodes))


def _base_of(
    edition: Edition,
    before: Result | None,
    asked: Asked,
    until: float | None,
    store: Store,
    table: PostcodeTable | None,
    observer: Observer | None,
    cancel: threading.Event | None,
) -> tuple[Base, Figures]:
    """Return the edition as it is with its groups, formed now, given, or kept from an earlier sweep."""
    key = key_of_record({"what": "base", **_settings(edition, asked)})
    if before is None:
        kept = store.get(key)
        grouping = None if kept is None else _kept_grouping(kept, edition)
        if grouping is not None:
            figures = figures_of(edition, grouping)
            return Base(edition, grouping, grouping.bound_thousandths, table), figures
        left = None if until is None else max(until - time.time(), 1e-3)
        limited = replace(asked, time_limit=left)
        before = groups_of(edition, limited, observer=observer, cancel=cancel)
        if before.grouping is not None and before.stop_reason.value not in NOT_FOR_GOOD:
            store.put(key, {"grouping": as_record(before.grouping)})
    return (
        Base(edition, before.grouping, before.bound_thousandths, table),
        figures_of(edition, before),
    )


def _kept_grouping(kept: Solved, edition: Edition) -> Grouping | None:
    record = kept.get("grouping")
    if not isinstance(record, dict):
        return None
    try:
        grouping = grouping_from(record)
    except InputError:
        return None
    return grouping if grouping.edition_digest == edition.digest else None


def _settings(edition: Edition, asked: Asked) -> dict[str, Any]:
    return {
        "version": __version__,
        "edition": edition.digest,
        "asked": sorted(asked.record().items()),
    }


def _what_is_started_from(base: Base) -> str:
    """Return a digest of all of the groups before that may decide an answer."""
    if base.grouping is None:
        return ""
    record = as_record(base.grouping)
    return key_of_record({name: record[name] for name in ("groups", "assignments", "bound")})


class _Wanted(NamedTuple):
    """What a scenario asks for."""

    changes: tuple[Change, ...]
    profile: str | None


@dataclass(slots=True)
class _Open:
    """An edition that is to be solved, and the scenarios that come to it."""

    task: Task
    key: str
    names: list[str]
    start: _Start


class _Job:
    """One sweep under way."""

    def __init__(
        self,
        start: Callable[[str | None], _Start],
        profile: str | None,
        until: float | None,
        store: Store,
        on_done: Done | None,
        cancel: threading.Event | None,
        total: int,
    ) -> None:
        self._start, self._profile = start, profile
        self._until, self._store, self._total = until, store, total
        self._on_done = on_done
        self._cancel = cancel or threading.Event()
        self._interrupted = False
        self._rows: dict[str, SweepRow] = {}
        self.towns: dict[str, str] = {}
        self._asked: dict[str, _Wanted] = {}

    def rows(self, scenarios: Scenarios, executor: Executor | None) -> list[SweepRow]:
        """Return the rows of all scenarios, in their order."""
        opened = self._open(scenarios)
        if executor is None:
            for one in opened:
                if not self._ended:
                    self._take(one, _answer(solve_scenario, one.task))
        else:
            self._run_on(executor, opened)
        for one in opened:
            for name in one.names:
                if name not in self._rows:
                    self._done(SweepRow.stopped(name, *self._asked[name]))
        return [self._rows[name] for name in scenarios]

    @property
    def _ended(self) -> bool:
        """Whether no further scenario may begin: cancelled, or Ctrl-C ended the one before."""
        return self._interrupted or self._cancel.is_set()

    def _open(self, scenarios: Scenarios) -> list[_Open]:
        """Tell the rows of scenarios that need not be solved; return the editions of the others."""
        opened: dict[tuple[str, str | None], _Open] = {}
        for name, given in scenarios.items():
            try:
                wanted = self._wanted(given)
                start = self._start(wanted.profile)
                base = start.base
                after = changed(base.edition, wanted.changes, postcodes=base.postcodes)
            except InputError as error:
                self._done(SweepRow.invalid(name, error.findings))
                continue
            self._asked[name] = wanted
            self.towns |= towns_lacking(base.edition, after)
            if after.digest == base.edition.digest:
                self._done(SweepRow.as_it_is(name, wanted.changes, start.figures, wanted.profile))
                continue
            kind = after.digest, wanted.profile
            if kind in opened:
                opened[kind].names.append(name)
                continue
            settings = _settings(after, start.asked)
            key = key_of_record({"what": "scenario", "start": start.digest, **settings})
            kept = self._store.get(key)
            if kept is not None:
                self._tell(name, kept, start, Origin.STORED)
                continue
            task = Task(start.content, wanted.changes, start.asked, self._until)
            opened[kind] = _Open(task, key, [name], start)
        return list(opened.values())

    def _wanted(self, given: Scenario | Iterable[Change | Mapping[str, Any]]) -> _Wanted:
        """Return the changes and the profile of a scenario."""
        own = given.profile if isinstance(given, Scenario) else None
        profile = self._profile if own is None else None if own == SCORE else own
        return _Wanted(changes_from(given), profile)

    def _run_on(self, executor: Executor, opened: list[_Open]) -> None:
        futures: dict[Future[Solved], _Open] = {}
        for one in opened:
            futures[executor.submit(solve_scenario, one.task)] = one
        left = set(futures)
        try:
            while left and not self._ended:
                done, left = wait(
                    left, timeout=_SECONDS_BETWEEN_LOOKS, return_when="FIRST_COMPLETED"
                )
                for future in sorted(done, key=list(futures).index):
                    self._take(futures[future], _answer(future.result))
        finally:
            for future in left:
                future.cancel()

    def _take(self, one: _Open, answer: "Solved | BaseException") -> None:
        """Tell the rows of an edition that was solved, or of what went wrong."""
        if isinstance(answer, BaseException):
            for name in one.names:
                changes, profile = self._asked[name]
                self._done(SweepRow.failed(name, changes, type(answer).__name__, profile))
            return
        if "status" not in answer:
            return  # the time was over before it began
        self._interrupted |= answer.get("stop_reason") == StopReason.INTERRUPTED.value
        if answer.get("stop_reason") not in NOT_FOR_GOOD:
            self._store.put(one.key, answer)
        first, *others = one.names
        self._tell(first, answer, one.start, Origin.SOLVED)
        for name in others:
            self._tell(name, answer, one.start, Origin.ALIKE, like=first)

    def _tell(
        self, name: str, solved: Solved, start: _Start, origin: Origin, like: str = ""
    ) -> None:
        self._done(row_of(name, *self._asked[name], solved, start.figures, origin, like))

    def _done(self, row: SweepRow) -> None:
        self._rows[row.scenario] = row
        if self._on_done is not None:
            self._on_done(len(self._rows), self._total, row)


def _answer(ask: Callable[..., Solved], *arguments: Task) -> "Solved | BaseException":
    """Return what a scenario came to, or what went wrong with it: the others go on."""
    try:
        return ask(*arguments)
    except (Exception, CancelledError) as error:  # noqa: BLE001 - whatever it is stands in the row
        return error
