"""What is known of the groups of one edition, in a few figures.

Comes in: a result or a grouping. Goes out: `Figures`, frozen, as plain JSON too; and between which numbers
the difference of two best scores lies.
"""

from dataclasses import dataclass, field

from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping, Status, relative_gap
from sip_grouping.grouping.stages import Stage
from sip_grouping.solve.result import Result
from sip_grouping.units import THOUSANDTHS


@dataclass(frozen=True, slots=True)
class Figures:
    """Verdict, score and bound of an edition, in thousandths of a point; None where nothing is known.

    Attributes
    ----------
    placed, groups
        Of the grouping; None without one.
    eligible
        Members who take part.
    stages
        What was reached in each of several objectives; empty for the plain score.
    """

    status: Status
    score_thousandths: int | None
    bound_thousandths: int | None
    placed: int | None
    groups: int | None
    eligible: int
    stages: tuple[Stage, ...] = field(default=(), repr=False)

    @property
    def score(self) -> float | None:
        """Score in points."""
        return points(self.score_thousandths)

    @property
    def bound(self) -> float | None:
        """Proven upper bound of the score in points."""
        return points(self.bound_thousandths)

    @property
    def gap(self) -> float | None:
        """(bound - score) / |score|; see `relative_gap`."""
        if self.score_thousandths is None:
            return None
        return relative_gap(self.score_thousandths, self.bound_thousandths)

    def record(self) -> dict[str, JsonValue]:
        """Return the figures as plain JSON; points."""
        return {
            "status": self.status.value,
            "score": self.score,
            "bound": self.bound,
            "gap": self.gap,
            "placed": self.placed,
            "groups": self.groups,
            "eligible": self.eligible,
        }


def points(thousandths: int | None) -> float | None:
    """Return thousandths of a point as points; None where there are none."""
    return None if thousandths is None else thousandths / THOUSANDTHS


def figures_of(edition: Edition, formed: Result | Grouping) -> Figures:
    """Return the figures of a result, or of a grouping as it claims them."""
    grouping = formed if isinstance(formed, Grouping) else formed.grouping
    return Figures(
        status=formed.status,
        score_thousandths=None if grouping is None else grouping.score_thousandths,
        bound_thousandths=formed.bound_thousandths,
        placed=None if grouping is None else len({one.member_id for one in grouping.placements}),
        groups=None if grouping is None else len(grouping.group_records),
        eligible=sum(one.eligible for one in edition.members),
        stages=() if grouping is None else grouping.stages,
    )


@dataclass(frozen=True, slots=True)
class Between:
    """Between which numbers a difference lies, in thousandths of a point; None: not known on that side."""

    least: int | None
    most: int | None

    @property
    def certain(self) -> int | None:
        """The difference where both numbers are one."""
        return self.least if self.least == self.most else None

    def record(self) -> dict[str, JsonValue]:
        """Return the difference as plain JSON; points."""
        return {
            "value": points(self.certain),
            "least": points(self.least),
            "most": points(self.most),
        }


def difference(before: Figures, after: Figures, *, tightens: bool, loosens: bool) -> Between:
    """Return between which numbers the best score of `after` less that of `before` lies.

    Parameters
    ----------
    tightens, loosens
        Whether `after` certainly allows no more than `before`, or no less; see `only_tightens`.
    """
    least = _less(after.score_thousandths, before.bound_thousandths)
    most = _less(after.bound_thousandths, before.score_thousandths)
    none = before.score_thousandths is None or after.score_thousandths is None
    if tightens and not none:
        most = 0 if most is None else min(most, 0)
    if loosens and not none:
        least = 0 if least is None else max(least, 0)
    return Between(least, most)


def _less(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a - b
