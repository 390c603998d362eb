"""Objectives by name, and what a run reached in each: the stages of a grouping.

Comes in: nothing. Goes out: `ObjectiveName` and `Stage`. The engine makes coefficients from the names,
the verifier recomputes each value by its own means.
"""

import re
from enum import StrEnum

from sip_grouping.frozen import Record

_WITHIN = re.compile(r"within_([2-9]|[1-9][0-9]{1,2})_choices")


class ObjectiveName(StrEnum):
    """What can be made as large as possible.

    ``score``: the score, in thousandths of a point. ``placed``: placements, which with one group per
    member are members placed. ``first_choices``: placements on the first choice. ``travel``: minus
    the metres travelled from home to local groups, summed. ``longest_way``: minus the metres of the
    longest way of all. ``least_share``: the least share of members placed, over all countries and all
    offices with as many members as the smallest group, in hundredths of a per cent, rounded down.
    ``score_less_disruption``: the score less what changes for members who did not ask for it, in
    thousandths; only where groups are formed again.

    And one family, whose names need no listing: ``within_2_choices``, ``within_3_choices`` and so on:
    placements on one of so many first choices.
    """

    SCORE = "score"
    PLACED = "placed"
    FIRST_CHOICES = "first_choices"
    TRAVEL = "travel"
    LONGEST_WAY = "longest_way"
    LEAST_SHARE = "least_share"
    SCORE_LESS_DISRUPTION = "score_less_disruption"

    @classmethod
    def _missing_(cls, value: object) -> "ObjectiveName | None":
        """Return the member of the family that a name is of; the same object each time."""
        if not isinstance(value, str) or not _WITHIN.fullmatch(value):
            return None
        found = str.__new__(cls, value)
        found._name_, found._value_ = value.upper(), value
        return cls._value2member_map_.setdefault(value, found)  # type: ignore[return-value]

    def __reduce_ex__(self, protocol: object) -> tuple[type["ObjectiveName"], tuple[str]]:
        """Pickle by value: names of the family are no attributes of the class."""
        return type(self), (self.value,)

    @property
    def within(self) -> int | None:
        """Which choices it counts: the first so many; None: it does not count choices."""
        if self is ObjectiveName.FIRST_CHOICES:
            return 1
        found = _WITHIN.fullmatch(self.value)
        return None if found is None else int(found[1])


def within_choices(ranks: int) -> ObjectiveName:
    """Return the objective that counts placements on one of so many first choices."""
    return ObjectiveName.FIRST_CHOICES if ranks == 1 else ObjectiveName(f"within_{ranks}_choices")


def objective_asked_for(value: object) -> ObjectiveName | None:
    """Return the objective of a name that can be asked for without groups proposed; None: it is none."""
    try:
        name = ObjectiveName(value)  # type: ignore[arg-type]
    except ValueError:
        return None
    return None if name is ObjectiveName.SCORE_LESS_DISRUPTION else name


IN_POINTS = frozenset({ObjectiveName.SCORE, ObjectiveName.SCORE_LESS_DISRUPTION})
"""Objectives in thousandths of a point, which files show in points."""

CHOICES = (
    *(name for name in ObjectiveName if name is not ObjectiveName.SCORE_LESS_DISRUPTION),
    within_choices(2),
    within_choices(3),
)
"""What can be asked for without groups that were proposed; of the family its first names."""

WHOLE_SHARE = 10_000
"""All of them, in the unit of ``least_share``: hundredths of a per cent."""


class Stage(Record):
    """One objective of several in order: its value, and the bound proven with those before it kept.

    Attributes
    ----------
    value, bound
        In the objective's own unit; a bound of None: nothing is proven.
    gap
        (bound - value) / |value|; see `sip_grouping.grouping.relative_gap`.
    """

    name: ObjectiveName
    value: int
    bound: int | None = None
    gap: float | None = None
