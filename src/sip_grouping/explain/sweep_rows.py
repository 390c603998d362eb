"""What a sweep came to: a row per scenario, as a table, as text, as a card, as plain JSON.

Comes in: what was solved, or why it was not. Goes out: `SweepRow`, `Sweep`, frozen. Ids only: no names.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from sip_grouping.cards import CardTable, card_html
from sip_grouping.catalogue import Language, number, pattern, said
from sip_grouping.edition import Edition
from sip_grouping.errors import checked_language
from sip_grouping.explain.changes import Change, change_record
from sip_grouping.explain.figures import Between, Figures, difference, points
from sip_grouping.explain.levels import (
    LEVEL_COLUMNS,
    ByProfile,
    LevelDifference,
    by_profile,
    deciding,
    levels_between,
)
from sip_grouping.explain.naming import Naming
from sip_grouping.explain.sweep_told import line_of
from sip_grouping.findings import Finding, grouped_lines
from sip_grouping.frames import TEXT, frame, plain_frame
from sip_grouping.frozen import frozen, thawed
from sip_grouping.grouping import Status
from sip_grouping.grouping.stages import Stage
from sip_grouping.notebook import card_language
from sip_grouping.text import aligned

if TYPE_CHECKING:
    import pandas as pd

_NONE = Between(None, None)


class SweepStatus(StrEnum):
    """What is known of a scenario: the status of its best grouping, or why there is none.

    ``invalid``: its changes cannot be made; ``stopped``: it was not solved, since the sweep ended before;
    ``failed``: something went wrong with it that should not, such as a worker that died.
    """

    OPTIMAL = Status.OPTIMAL
    FEASIBLE = Status.FEASIBLE
    INFEASIBLE = Status.INFEASIBLE
    UNKNOWN = Status.UNKNOWN
    INVALID = "invalid"
    STOPPED = "stopped"
    FAILED = "failed"


class Origin(StrEnum):
    """Where a row has its figures from.

    ``solved``; ``stored``: solved by an earlier sweep; ``alike``: another scenario is the same edition;
    ``as_it_is``: the edition as it is says the same; ``none``: it was not solved.
    """

    SOLVED = "solved"
    STORED = "stored"
    ALIKE = "alike"
    AS_IT_IS = "as_it_is"
    NONE = "none"


@dataclass(frozen=True)
class SweepRow:
    """One scenario.

    Attributes
    ----------
    figures
        Verdict, score and bound of the changed edition; None where it was not solved.
    profile
        By which its groups are formed, and those of the edition as it is; None: by the plain score.
    difference
        Between which numbers its best score less that of the edition as it is lies.
    levels
        What differs on each level of the profile; empty without one.
    differences
        For whom and for which groups it makes a difference, as `WhatIf.record` has it.
    findings
        Why its changes cannot be made.
    like
        The scenario of which the figures are.
    error
        The type of what went wrong.
    """

    scenario: str
    status: SweepStatus
    changes: tuple[Change, ...] = ()
    profile: str | None = None
    figures: Figures | None = None
    difference: Between = _NONE
    levels: tuple[LevelDifference, ...] = ()
    differences: Mapping[str, Any] = field(default_factory=dict)
    points_of_new_members: float = 0.0
    same_points: bool = True
    origin: Origin = Origin.NONE
    like: str = ""
    findings: tuple[Finding, ...] = ()
    conflict: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0
    work: float = 0.0

    @classmethod
    def invalid(cls, name: str, findings: Sequence[Finding]) -> "SweepRow":
        """Return the row of changes that cannot be made."""
        return cls(name, SweepStatus.INVALID, findings=tuple(findings))

    @classmethod
    def stopped(
        cls, name: str, changes: tuple[Change, ...], profile: str | None = None
    ) -> "SweepRow":
        """Return the row of a scenario that was not solved."""
        return cls(name, SweepStatus.STOPPED, changes, profile)

    @classmethod
    def failed(
        cls, name: str, changes: tuple[Change, ...], error: str, profile: str | None = None
    ) -> "SweepRow":
        """Return the row of a scenario with which something went wrong."""
        return cls(name, SweepStatus.FAILED, changes, profile, error=error)

    @classmethod
    def as_it_is(
        cls,
        name: str,
        changes: tuple[Change, ...],
        figures: Figures,
        profile: str | None = None,
    ) -> "SweepRow":
        """Return the row of changes that decide nothing."""
        status, stages = SweepStatus(figures.status.value), figures.stages
        levels = () if profile is None else levels_between(stages, stages, same=True)
        nothing = Between(0, 0)
        return cls(name, status, changes, profile, figures, nothing, levels, origin=Origin.AS_IT_IS)

    @property
    def by_profile(self) -> ByProfile | None:
        """Whether the scenario is better by its profile, as far as it is proven; None without one."""
        return None if self.profile is None else by_profile(self.levels)

    def count(self, part: str, *kinds: str) -> int | None:
        """Return how many members or groups there are of some differences; None where nothing is known."""
        known = self.differences.get(part)
        if known is None:
            return 0 if self.origin is Origin.AS_IT_IS else None
        return sum(len(known[kind]) for kind in kinds)

    def message(self, language: Language = "en") -> str:
        """Return why there are no groups, or what else there is to say; empty where nothing is."""
        if self.findings:
            return "; ".join(grouped_lines(self.findings, language))
        if self.conflict:
            return " ".join(self.conflict[language].split())
        if self.status is SweepStatus.FAILED:
            return said(language, "sweep", "failed-with", error=self.error)
        if self.status is SweepStatus.STOPPED:
            return pattern(language, "sweep", "stopped-before")
        if self.origin is Origin.ALIKE:
            return said(language, "sweep", "alike-to", other=self.like)
        if self.origin is Origin.AS_IT_IS:
            return pattern(language, "sweep", "decides-nothing")
        return "" if self.same_points else pattern(language, "what-if", "other-points")

    def cells(self, language: Language = "en") -> dict[str, Any]:
        """Return the row of the table, by column; None where a cell is empty."""
        known = self.figures
        return {
            "scenario": self.scenario,
            "status": self.status.value,
            "score": None if known is None else known.score,
            "bound": None if known is None else known.bound,
            "gap": None if known is None else known.gap,
            "points": points(self.difference.certain),
            "points_least": points(self.difference.least),
            "points_most": points(self.difference.most),
            "points_of_new_members": self.points_of_new_members,
            "placed": None if known is None else known.placed,
            "eligible": None if known is None else known.eligible,
            "groups": None if known is None else known.groups,
            "gained": self.count("members", "placed", "joined"),
            "lost": self.count("members", "left_out"),
            "moved": self.count("members", "theme", "track", "group"),
            "opened": self.count("groups", "opened"),
            "closed": self.count("groups", "closed"),
            **self._profile_cells(),
            "origin": self.origin.value,
            "seconds": self.seconds,
            "work": self.work,
            "message": self.message(language),
        }

    def _profile_cells(self) -> dict[str, Any]:
        """Return the level that decides, and by how much; None where the profile decides nothing."""
        first = deciding(self.levels)
        change = _NONE if first is None else first.difference
        return {
            "profile": self.profile,
            "by_profile": None if self.by_profile is None else self.by_profile.value,
            "level": None if first is None else first.name.value,
            "level_least": None if first is None else first.in_unit(change.least),
            "level_most": None if first is None else first.in_unit(change.most),
        }

    def record(self, language: Language = "en") -> dict[str, JsonValue]:
        """Return the row as plain JSON, with its changes and whom it makes a difference for."""
        return {
            **self.cells(language),
            "levels": [one.record() for one in self.levels],
            "changes": [change_record(one) for one in self.changes],
            "differences": thawed(self.differences) or None,
        }


_WHOLE = ("placed", "eligible", "groups", "gained", "lost", "moved", "opened", "closed")
SWEEP_COLUMNS = tuple(SweepRow("", SweepStatus.STOPPED).cells())


@dataclass(frozen=True)
class Sweep:
    """Many scenarios of an edition, in the order in which they were given.

    Attributes
    ----------
    edition, before
        The edition as it is, and what is known of its groups.
    towns
        Names of the towns that only scenarios have, by their ids.
    """

    edition: Edition
    before: Figures
    rows: tuple[SweepRow, ...]
    towns: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        counts = Counter(one.status.value for one in self.rows)
        return f"Sweep(scenarios={len(self.rows)}, {dict(counts)})"

    @property
    def frame(self) -> "pd.DataFrame":
        """One row per scenario: verdict, figures in points, what is certain of the difference, counts.

        `points` is the change of the best score where it is proven, and lies between `points_least` and
        `points_most` elsewhere; by a `profile`, `level` is the first of its objectives that differs, by
        `level_least` to `level_most` in its own unit (see `levels`); `gained`, `lost` and `moved` count
        members, `opened` and `closed` groups of the groupings that were found. What is not known is missing.
        """
        return self.table()

    def table(self, language: Language = "en") -> "pd.DataFrame":
        """Return the same with the messages in a language."""
        language = checked_language(language, "table")
        rows = [one.cells(language) for one in self.rows]
        frame = plain_frame(rows, SWEEP_COLUMNS)
        floats = [
            one
            for one in SWEEP_COLUMNS
            if one.startswith(("score", "bound", "gap", "points", "level_"))
        ]
        return frame.astype(dict.fromkeys(_WHOLE, "Int64") | dict.fromkeys(floats, "float64"))

    @property
    def levels(self) -> "pd.DataFrame":
        """One row per scenario and level of its profile: values, bounds, difference; the score in points."""
        rows = [
            {"scenario": one.scenario, "profile": one.profile, **level.record()}
            for one in self.rows
            for level in one.levels
        ]
        return frame(rows, {"scenario": TEXT, "profile": TEXT, **LEVEL_COLUMNS})

    def __getitem__(self, scenario: str) -> SweepRow:
        """Return the row of a scenario.

        Raises
        ------
        KeyError
            There is no such scenario.
        """
        for one in self.rows:
            if one.scenario == scenario:
                return one
        raise KeyError(scenario)

    def record(self, language: Language = "en") -> dict[str, JsonValue]:
        """Return all of it as plain JSON."""
        return {
            "edition": self.edition.name,
            "before": self.before.record(),
            "counts": dict(self._counts),
            "scenarios": [one.record(language) for one in self.rows],
        }

    @property
    def _counts(self) -> Mapping[str, int]:
        return Counter(one.status.value for one in self.rows)

    def summary(self, language: Language = "en", *, most: int = 20) -> str:
        """Return how many scenarios there are of each status, and a line each of the first of them."""
        language = checked_language(language, "summary")
        counts = ", ".join(
            f"{pattern(language, 'sweep-status', status)} {number(language, count)}"
            for status, count in self._counts.items()
        )
        title = said(
            language, "sweep", "title",
            edition=self.edition.name, count=number(language, len(self.rows)), counts=counts,
        )  # fmt: skip
        lines = aligned([self._header(language), *self._lines(language)[:most]], right=(2, 3, 4))
        left = len(self.rows) - most
        more = [] if left <= 0 else [said(language, "card", "more", count=number(language, left))]
        return "\n".join([title, *(f"  {one}" for one in lines), *more])

    def _repr_html_(self) -> str:
        language = card_language()
        title = said(
            language, "sweep", "card",
            edition=self.edition.name, count=number(language, len(self.rows)),
        )  # fmt: skip
        figures = [
            (pattern(language, "sweep-status", status), count)
            for status, count in self._counts.items()
        ]
        table = CardTable(self._header(language), self._lines(language))
        return card_html(title, figures=figures, tables=[table], language=language)

    def _header(self, language: Language) -> tuple[str, ...]:
        words = ("scenario", "status", "score", "difference", "placed", "changes")
        return tuple(pattern(language, "sweep", one) for one in words)

    def _lines(self, language: Language) -> list[tuple[str, ...]]:
        naming = Naming(self.edition, towns=self.towns)
        return [line_of(one, language, naming) for one in self.rows]


def row_of(
    name: str,
    changes: tuple[Change, ...],
    profile: str | None,
    solved: Mapping[str, Any],
    before: Figures,
    origin: Origin,
    like: str = "",
) -> SweepRow:
    """Return the row of what was solved, now or earlier."""
    figures = Figures(
        Status(solved["status"]), solved["score"], solved["bound"], solved["placed"],
        solved["groups"], solved["eligible"],
        tuple(Stage.model_validate(one) for one in solved["stages"]),
    )  # fmt: skip
    ways = {side: solved[side] for side in ("tightens", "loosens")}
    levels = () if profile is None else levels_between(before.stages, figures.stages)
    if profile is None:
        between = difference(before, figures, **ways)
    else:
        between = levels[-1].difference if levels else _NONE
    return SweepRow(
        scenario=name,
        status=SweepStatus(solved["status"]),
        changes=changes,
        profile=profile,
        figures=figures,
        difference=between,
        levels=levels,
        differences=frozen(solved["differences"] or {}),
        points_of_new_members=solved["points_of_new_members"],
        same_points=solved["same_points"],
        origin=origin,
        like=like,
        conflict=solved["conflict"] or {},
        seconds=solved["seconds"],
        work=solved["work"],
    )
