"""Limits of travel between one that is too short and one that does it: lengths at which more can be reached.

Comes in: a `Case` and a longer limit. Goes out: `Candidate`s below it. Between two of them nobody reaches
another place, so that what is so at one of them is so up to the next.
"""

import numpy as np

from sip_grouping.explain.candidates import Candidate
from sip_grouping.explain.case import Case
from sip_grouping.explain.changes import RuleChange
from sip_grouping.geography.distance import distances_m

_LIMITS = ("travel_km", "office_travel_km")


def limits_below(case: Case, change: RuleChange) -> list[Candidate]:
    """Return limits of travel between that of an edition and a longer one, ascending; none of other rules."""
    *path, name = change.key.split(".")
    longest = change.value
    if name not in _LIMITS or not isinstance(longest, int | float):
        return []
    edition = case.edition
    rules = edition.rules_of(path[1]) if path[0] == "themes" else edition.rules
    now = rules.travel_m if name == "travel_km" else rules.office_travel_m
    people = [edition.position(one) for one in edition.members if one.eligible and one.local]
    homes = np.array(people, dtype=np.float64).reshape(-1, 2)
    found: set[int] = set()
    for place in case.places:
        metres = distances_m(homes[:, 0], homes[:, 1], place.latitude, place.longitude)
        between = (metres > now) & (metres < round(1000 * longest))
        found.update(metres[between].tolist())
    return [
        Candidate(
            RuleChange(key=change.key, value=way / 1000),
            RuleChange(key=change.key, value=round(way / 1000 - 0.001, 3)),
        )
        for way in sorted(found)
    ]
