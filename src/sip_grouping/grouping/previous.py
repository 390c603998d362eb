"""What it is worth who meets again in some placements, and who holds a role again.

Comes in: an `Edition` that knows the groups of the one before, and placements. Goes out: thousandths of a
point. The verifier counts the same by its own means.
"""

from collections import Counter
from collections.abc import Iterable
from math import comb

from sip_grouping.edition import Edition
from sip_grouping.edition.previous import groups_before
from sip_grouping.grouping.grouping import Placement


def previous_thousandths(edition: Edition, placements: Iterable[Placement]) -> int:
    """Return what is gained by who meets again, less what is lost by it and by roles held again."""
    wishes, groups = edition.previous, groups_before(edition)
    if not wishes.asks_for_anything:
        return 0
    again: Counter[tuple[str, str, str]] = Counter()
    total = 0
    for seat in placements:
        again.update(
            (seat.group_id, seat.theme, one) for one in groups.groups_of.get(seat.member_id, ())
        )
        if (seat.member_id, seat.role) in groups.held:
            total -= wishes.same_role_thousandths
    for (_, theme, before), count in again.items():
        prolonged = groups.theme[before] == theme
        total += comb(count, 2) * wishes.pair_thousandths(prolonged=prolonged)
    return total
