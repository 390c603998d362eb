"""What it adds that somebody meets members of a group again, or holds a role again, as the groups stand.

Comes in: `Standing`. Goes out: `MetBefore`, made once for many questions; thousandths of a point.
"""

from collections import Counter

from sip_grouping.edition.previous import groups_before
from sip_grouping.edition.records import Role
from sip_grouping.rounds.standing import Standing, StandingGroup


class MetBefore:
    """Who of each group was with whom in the edition before."""

    def __init__(self, standing: Standing) -> None:
        self._wishes = standing.edition.previous
        before = groups_before(standing.edition)
        self._held = before.held
        self._theme = before.theme
        self._groups_of = before.groups_of if self._wishes.asks_for_pairs else {}
        self._inside = [
            Counter(before for who in group.roles for before in self._groups_of.get(who, ()))
            for group in standing.groups
        ]

    def of_pairs(self, member_id: str, group: StandingGroup) -> int:
        """Return what a member adds to a group by whom it meets again there."""
        own = member_id in group.roles
        return sum(
            (self._inside[group.number][before] - own)
            * self._wishes.pair_thousandths(prolonged=self._theme[before] == group.group.theme)
            for before in self._groups_of.get(member_id, ())
        )

    def of_role(self, member_id: str, role: Role) -> int:
        """Return what it adds that a member holds a role: below 0 where it held it before."""
        return -self._wishes.same_role_thousandths if (member_id, role) in self._held else 0
