"""The result of a run: what is known of the best grouping, and the grouping if there is one.

Comes in: the engine's verdict. Goes out: `Result`, frozen. A status says exactly what is known;
None stands where nothing is known, never a made-up number.
"""

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import JsonValue

from sip_grouping.cards import CardTable, card_html
from sip_grouping.catalogue import Language, Telling, number, pattern, said
from sip_grouping.edition import Edition
from sip_grouping.edition.origins import RowPlace, rows_told
from sip_grouping.errors import checked_language
from sip_grouping.findings import shortened
from sip_grouping.grouping import Grouping, Status, relative_gap
from sip_grouping.grouping.columns import GROUP_TABLE, frame_of
from sip_grouping.grouping.formed import grouping_of
from sip_grouping.grouping.members import members_table
from sip_grouping.grouping.show import bound_text, grouping_html
from sip_grouping.notebook import card_language
from sip_grouping.rules import RuleId
from sip_grouping.solve.progress import TracePoint
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class StopReason(StrEnum):
    """Why the engine stopped."""

    OPTIMAL = "optimal"
    GAP = "gap"
    INFEASIBLE = "infeasible"
    TIME_LIMIT = "time-limit"
    WORK_LIMIT = "work-limit"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One change to the input that makes a grouping possible, confirmed by a solve.

    Attributes
    ----------
    rule, key
        What is changed, as the files call it (``themes.support.groups_min``, ``pins``).
    message
        The same in a sentence.
    least
        Whether it is proven that a smaller change of the same kind does not help.
    changes
        The same as data, in the JSON of the file contract: `sip_grouping.explain.changed` makes them.
        All of them are needed. Empty in the rules of a conflict.
    amount
        By how much the rule is loosened: km, members, groups, rows; None where it has no measure.
    score_thousandths
        The score of the best grouping that was found with it, in thousandths of a point; None: the
        limits ended before it was asked.
    bound_thousandths
        No grouping has a larger score with it; None where that is not known.
    members
        The ids of the members whose rows it is about: those of a pin, of who is apart or together, of who
        takes part in a role only.
    rows
        The rows or keys that say a rule of a conflict, as the files have them; empty for a change.
    """

    rule: RuleId
    key: str
    message: str
    least: bool = False
    changes: tuple[Mapping[str, JsonValue], ...] = ()
    amount: float | None = None
    score_thousandths: int | None = None
    bound_thousandths: int | None = None
    members: tuple[str, ...] = ()
    rows: tuple[RowPlace, ...] = ()
    _telling: object = field(default=None, repr=False)  # of the catalogue, or none

    @property
    def optimal(self) -> bool:
        """Whether the score is proven to be the best with this change."""
        score = self.score_thousandths
        return score is not None and score == self.bound_thousandths

    def message_in(self, language: Language) -> str:
        """Return the message in a language; one that is not of the catalogue stays as it is."""
        told = self._telling
        return told.told_in(language) if isinstance(told, Telling) else self.message

    def text_in(self, language: Language) -> str:
        """Return the message, with the rows that say it, or the best score where it is known."""
        rows = rows_told(self.rows, language)
        if rows:
            return f"{self.message_in(language)} ({rows})"
        if self.score_thousandths is None:
            return self.message_in(language)
        which = "best-score" if self.optimal else "score-at-least"
        score = number(language, self.score_thousandths / THOUSANDTHS, 3)
        return said(language, "conflict", which, change=self.message_in(language), score=score)


def relaxation(
    rule: RuleId,
    key: str,
    telling: Telling,
    *,
    least: bool = False,
    changes: tuple[Mapping[str, JsonValue], ...] = (),
    amount: float | None = None,
    members: tuple[str, ...] = (),
    rows: tuple[RowPlace, ...] = (),
) -> Relaxation:
    """Return a change, or a rule of a conflict, whose message is a sentence of the catalogue."""
    return Relaxation(
        rule, key, telling.told_in("en"), least, changes, amount,
        members=members, rows=rows, _telling=telling,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why no grouping exists: requirements that cannot hold at once, and ways out.

    Attributes
    ----------
    rules
        Sentences that together cannot hold: what is asked for, and the rules behind it. Without any
        one of them the others can hold together; where more conflicts, that may not be enough.
    relaxations
        Changes that help, each by itself: what leaves the best score first, then what is not known.
    complete
        Whether everything was decided; otherwise a limit or the user stopped it, `rules` may name
        more or less than is needed, and further changes may help.
    """

    rules: tuple[Relaxation, ...]
    relaxations: tuple[Relaxation, ...]
    complete: bool = True

    def __str__(self) -> str:
        return self.text_in("en")

    def text_in(self, language: Language) -> str:
        """Return what cannot hold together and the ways out, a line each, in a language."""
        lines = [pattern(language, "conflict", "together")]
        lines += [f"  {one.text_in(language)}" for one in self.rules]
        if self.relaxations:
            lines.append(pattern(language, "conflict", "ways-out"))
            lines += [f"  {one.text_in(language)}" for one in self.relaxations]
        if not self.complete:
            lines.append(pattern(language, "conflict", "stopped"))
        return "\n".join(lines)


@dataclass(frozen=True, repr=False)
class Result:
    """What `form_groups` found.

    Attributes
    ----------
    edition
        The edition that was solved, with the pins given to `form_groups`.
    status
        optimal, feasible, infeasible or unknown.
    grouping
        The best grouping found, accepted by the verifier; None unless status is optimal or feasible.
    bound_thousandths
        No grouping has a score above it; None where nothing is known, or status is infeasible.
    stop_reason
        Why the engine stopped.
    trace
        Scores and bounds over time.
    conflict
        Why no grouping exists; only where status is infeasible.
    seconds, work
        Wall clock and deterministic work of the whole run.
    """

    edition: Edition
    status: Status
    grouping: Grouping | None
    bound_thousandths: int | None
    stop_reason: StopReason
    trace: tuple[TracePoint, ...]
    conflict: Conflict | None
    seconds: float
    work: float

    def __repr__(self) -> str:
        grouping = self.grouping
        found = "None" if grouping is None else f"{len(grouping.group_records)} groups"
        return (
            f"Result(edition={shortened(self.edition.name, 60)!r}, status={self.status.value!r},"
            f" grouping={found}, score={self.score}, bound={self.bound}, gap={self.gap},"
            f" stop_reason={self.stop_reason.value!r}, seconds={self.seconds:.1f})"
        )

    def _repr_html_(self) -> str:
        language = card_language()
        stopped = said(
            language,
            "summary",
            "stopped",
            seconds=number(language, self.seconds, 1, grouped=False),
            reason=pattern(language, "stopped", self.stop_reason.value),
        )
        if self.grouping is not None:
            return grouping_html(self.grouping, language, [stopped])
        tables = []
        if self.conflict is not None:
            header = [pattern(language, "card", one) for one in ("rule", "key", "requirement")]
            for caption, ones in (
                ("without-one", self.conflict.rules),
                ("changes", self.conflict.relaxations),
            ):
                rows = [(one.rule.value, one.key, one.message_in(language)) for one in ones]
                tables.append(CardTable(header, rows, pattern(language, "card", caption)))
        title = said(language, "card", "no-grouping", edition=self.edition.name)
        lines = [self._without_grouping(language), stopped]
        return card_html(title, lines, tables=tables, language=language)

    @property
    def score_thousandths(self) -> int | None:
        """Score of the grouping in thousandths of a point; None without one."""
        return None if self.grouping is None else self.grouping.score_thousandths

    @property
    def score(self) -> float | None:
        """Score of the grouping in points; None without one."""
        return None if self.score_thousandths is None else self.score_thousandths / THOUSANDTHS

    @property
    def bound(self) -> float | None:
        """Proven upper bound of the score in points; None where nothing is known."""
        return None if self.bound_thousandths is None else self.bound_thousandths / THOUSANDTHS

    @property
    def gap(self) -> float | None:
        """(bound - score) / |score|; see `sip_grouping.grouping.relative_gap`."""
        if self.score_thousandths is None:
            return None
        return relative_gap(self.score_thousandths, self.bound_thousandths)

    @property
    def members(self) -> "pd.DataFrame":
        """The grouping's member table joined with the answers: the columns of both, ids only.

        One row per member and group; no row without a grouping. See `members_table`, which tells
        reasons in other languages too.
        """
        return members_table(self.edition, self.grouping)

    @property
    def groups(self) -> "pd.DataFrame":
        """The grouping's group table: the columns of groups.csv; no row without a grouping."""
        return frame_of(GROUP_TABLE, ()) if self.grouping is None else self.grouping.groups

    def plot_ranks(self, language: Language = "en") -> "Figure":
        """Return a figure: how many members obtained which choice, and how many have no group.

        Like the other figures one of matplotlib, which is loaded for it; it is returned and not shown.

        Raises
        ------
        NoGroupingError
            There is no grouping.
        """
        grouping, language = self._to_draw("plot_ranks", language)
        from sip_grouping.plots import ranks_plot  # noqa: PLC0415 - it loads matplotlib

        return ranks_plot(grouping, language)

    def plot_travel(self, language: Language = "en") -> "Figure":
        """Return a figure: how far members of local groups travel; see `plot_ranks`."""
        grouping, language = self._to_draw("plot_travel", language)
        from sip_grouping.plots import travel_plot  # noqa: PLC0415

        return travel_plot(self.edition, grouping, language)

    def plot_sizes(self, language: Language = "en") -> "Figure":
        """Return a figure: how large each group is, and may be; see `plot_ranks`."""
        grouping, language = self._to_draw("plot_sizes", language)
        from sip_grouping.plots import sizes_plot  # noqa: PLC0415

        return sizes_plot(self.edition, grouping, language)

    def plot_map(self, language: Language = "en") -> "Figure":
        """Return a figure: where groups meet and members live; see `plot_ranks`. Ids only, no names."""
        grouping, language = self._to_draw("plot_map", language)
        from sip_grouping.report.map.picture import map_figure  # noqa: PLC0415
        from sip_grouping.report.map.scene import scene_of  # noqa: PLC0415
        from sip_grouping.report.speech import Words  # noqa: PLC0415

        return map_figure(scene_of(self.edition, grouping, ()), Words(language))

    def plot_trace(self, language: Language = "en") -> "Figure":
        """Return a figure: best score and best bound over time, also without a grouping."""
        language = checked_language(language, "plot_trace")
        from sip_grouping.plots import trace_plot  # noqa: PLC0415

        return trace_plot(self.edition.name, self.trace, self.seconds, self.gap, language)

    def _to_draw(self, function: str, language: Language) -> tuple[Grouping, Language]:
        return grouping_of(self, function, "result"), checked_language(language, function)

    def run_record(self) -> dict[str, JsonValue]:
        """Return what differs from run to run, as `save` writes it to run.json.

        Wall clock in seconds, work, machine, versions, and scores and bounds over time in thousandths
        of a point, as in `trace`.
        """
        return {
            "seconds": round(self.seconds, 3),
            "work": self.work,
            "stop_reason": self.stop_reason.value,
            "python": platform.python_version(),
            "platform": platform.platform(),
            "cores": os.cpu_count(),
            "versions": {} if self.grouping is None else dict(self.grouping.versions),
            "trace": [asdict(point) for point in self.trace],
        }

    def summary(self, language: Language = "en") -> str:
        """Return the verdict and key figures as a few lines of text."""
        if self.grouping is not None:
            reason = pattern(language, "stop", self.stop_reason.value)
            seconds = number(language, self.seconds, 1, grouped=False)
            stopped = said(language, "verdict", "stopped", reason=reason, seconds=seconds)
            return f"{self.grouping.summary(language)}\n{stopped}"
        told = self._without_grouping(language)
        return told if self.conflict is None else f"{told}\n{self.conflict.text_in(language)}"

    def _without_grouping(self, language: Language) -> str:
        if self.conflict is not None:
            return said(language, "verdict", "none", edition=self.edition.name)
        return said(
            language,
            "verdict",
            "not-found",
            edition=self.edition.name,
            status=pattern(language, "status", self.status.value),
            bound=bound_text(language, self.bound),
            reason=pattern(language, "stop", self.stop_reason.value),
        )
