"""The figures of a group, computed anew: size, travel, spread, coordinates.

Comes in: `Facts` and a group. Goes out: `GroupFigures`. Distances are those of `measures`.
"""

from dataclasses import dataclass

from sip_grouping.edition.records import Track
from sip_grouping.grouping import Group
from sip_grouping.verification.facts import Facts

_SAME_DEGREES = 1e-9


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The true figures of a group; None for what does not apply, as in a video group.

    `placed`: whether they could be computed: where the place is unknown, only the size is.
    """

    size: int
    placed: bool = True
    mean_travel_m: int | None = None
    max_travel_m: int | None = None
    spread_m: int | None = None
    latitude: float | None = None
    longitude: float | None = None


def figures_of(facts: Facts, group: Group) -> GroupFigures:
    """Return the figures of a group with at least one member."""
    members = facts.members_of(group)
    size = len(members)
    if group.track is not Track.LOCAL:
        return GroupFigures(size)
    where = facts.places.position(group.place)
    if where is None:
        return GroupFigures(size, placed=False)
    travels = [facts.distances.metres(facts.edition.position(one), where) for one in members]
    return GroupFigures(
        size,
        mean_travel_m=(2 * sum(travels) + size) // (2 * size),
        max_travel_m=max(travels),
        spread_m=facts.farthest[group.group_id][0],
        latitude=where[0],
        longitude=where[1],
    )


def same_degrees(shown: float | None, true: float | None) -> bool:
    """Return whether two coordinates are the same, or both are missing."""
    if shown is None or true is None:
        return shown is true
    return abs(shown - true) <= _SAME_DEGREES
