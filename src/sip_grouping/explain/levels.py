"""Two groupings by the objectives of a profile in their order: what differs on each level, and which decides.

Comes in: the stages of both. Goes out: `LevelDifference`s, and what is proven of them together. Of each
objective the best value is meant, with those before it kept; larger is better in all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import JsonValue

from sip_grouping.explain.figures import Between
from sip_grouping.frames import DECIMAL, TEXT, frame
from sip_grouping.grouping.stages import IN_POINTS, ObjectiveName, Stage
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    import pandas as pd


class ByProfile(StrEnum):
    """What is proven of the changed edition by a profile: ``better``, ``worse``, ``same``, or not known."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    NOT_KNOWN = "not-known"


@dataclass(frozen=True, slots=True)
class LevelDifference:
    """One objective of a profile, before and after; in its own unit, the score in thousandths of a point.

    Attributes
    ----------
    before, after
        What was reached, and the bound that was proven of it.
    difference
        Between which numbers the best value after less that before lies. Nothing is known of a level where
        one before it is not proven: then other groupings might have to be kept.
    """

    name: ObjectiveName
    before: Stage
    after: Stage
    difference: Between

    def in_unit(self, value: int | None) -> float | int | None:
        """Return a value of the objective as files have it: the score in points."""
        in_points = value is not None and self.name in IN_POINTS
        return value / THOUSANDTHS if in_points and value is not None else value

    def record(self) -> dict[str, JsonValue]:
        """Return the level as plain JSON; the score in points."""
        return {
            "level": self.name.value,
            "before": self.in_unit(self.before.value),
            "before_bound": self.in_unit(self.before.bound),
            "after": self.in_unit(self.after.value),
            "after_bound": self.in_unit(self.after.bound),
            "least": self.in_unit(self.difference.least),
            "most": self.in_unit(self.difference.most),
        }


LEVEL_COLUMNS = {
    "level": TEXT, "before": DECIMAL, "before_bound": DECIMAL, "after": DECIMAL, "after_bound": DECIMAL,
    "least": DECIMAL, "most": DECIMAL,
}  # fmt: skip


def levels_between(
    before: Sequence[Stage], after: Sequence[Stage], *, same: bool = False
) -> tuple[LevelDifference, ...]:
    """Return the difference on each level of a profile; empty where one side has no groups.

    Parameters
    ----------
    before, after
        Stages of the best groups by the same profile.
    same
        Whether both are the same edition: then nothing differs, also where it is not proven.
    """
    if not before or not after:
        return ()
    names = [one.name for one in max((before, after), key=len)]
    found: list[LevelDifference] = []
    proven = True
    for name in names:
        old, new = _stage(before, name), _stage(after, name)
        difference = Between(None, None)
        if same:
            difference = Between(0, 0)
        elif proven:
            difference = Between(_less(new.value, old.bound), _less(new.bound, old.value))
        proven = proven and old.value == old.bound and new.value == new.bound
        found.append(LevelDifference(name, old, new, difference))
    return tuple(found)


def _stage(stages: Sequence[Stage], name: ObjectiveName) -> Stage:
    """Return the stage of a name; of one choice more than anybody has, that of all who are placed.

    Where members rank fewer themes, a profile has fewer levels; whoever is placed is on one of so many
    choices, and that level would have stood beside ``placed``.
    """
    known = {one.name: one for one in stages}
    return known[name] if name in known else known[ObjectiveName.PLACED]


def _less(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a - b


def deciding(levels: Iterable[LevelDifference]) -> LevelDifference | None:
    """Return the first level on which it is not proven that nothing differs; None: there is none."""
    return next((one for one in levels if one.difference.certain != 0), None)


def by_profile(levels: Sequence[LevelDifference]) -> ByProfile:
    """Return whether the changed edition is better by the first level that differs, as far as proven."""
    if not levels:
        return ByProfile.NOT_KNOWN
    first = deciding(levels)
    if first is None:
        return ByProfile.SAME
    least, most = first.difference.least, first.difference.most
    if least is not None and least > 0:
        return ByProfile.BETTER
    if most is not None and most < 0:
        return ByProfile.WORSE
    return ByProfile.NOT_KNOWN


def level_frame(levels: Iterable[LevelDifference]) -> "pd.DataFrame":
    """Return a row for each level; the score in points, other objectives in their own unit."""
    return frame((one.record() for one in levels), LEVEL_COLUMNS)
