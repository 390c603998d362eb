"""Objectives by name, and what a run reached in each: the stages of a grouping.

Comes in: nothing. Goes out: `ObjectiveName` and `Stage`. The engine makes coefficients from the names,
the verifier recomputes each value by its own means.
"""

from enum import StrEnum

from sip_grouping.frozen import Record


class ObjectiveName(StrEnum):
    """What can be made as large as possible.

    ``score``: the score, in thousandths of a point. ``placed``: placements, which with one group per
    member are members placed. ``first_choices``: placements on the first choice. ``travel``: minus
    the metres travelled from home to local groups, summed. ``score_less_disruption``: the score less what
    changes for members who did not ask for it, in thousandths; only where groups are formed again.
    """

    SCORE = "score"
    PLACED = "placed"
    FIRST_CHOICES = "first_choices"
    TRAVEL = "travel"
    SCORE_LESS_DISRUPTION = "score_less_disruption"


IN_POINTS = frozenset({ObjectiveName.SCORE, ObjectiveName.SCORE_LESS_DISRUPTION})
"""Objectives in thousandths of a point, which files show in points."""

CHOICES = tuple(name for name in ObjectiveName if name is not ObjectiveName.SCORE_LESS_DISRUPTION)
"""What can be asked for without groups that were proposed."""


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
