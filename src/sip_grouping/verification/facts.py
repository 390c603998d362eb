"""The two tables of a grouping, matched with its edition.

Comes in: an `Edition` and a `Grouping`. Goes out: `Facts`, in which every check looks up who is in
which group and how far they travel. Rows that name unknown ids are left out here; `record_rules`
reports them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Rules, Track
from sip_grouping.grouping import Group, Grouping, Placement, ScoreTerms
from sip_grouping.verification.measures import Distances, PlacesOfEdition
from sip_grouping.verification.score import true_score_terms


@dataclass(frozen=True)
class Facts:
    """What the rows of a grouping say, for known members and groups only.

    A group id given twice means its first row; a member given twice in one group counts once.
    """

    edition: Edition
    grouping: Grouping

    @cached_property
    def distances(self) -> Distances:
        """Distances computed so far."""
        return Distances()

    @cached_property
    def places(self) -> PlacesOfEdition:
        """Candidate places and positions of the edition."""
        return PlacesOfEdition(self.edition, self.distances)

    @cached_property
    def score_terms(self) -> ScoreTerms:
        """The terms of the true score, in thousandths of a point."""
        return true_score_terms(self)

    @cached_property
    def groups(self) -> dict[str, Group]:
        """Groups by id."""
        found: dict[str, Group] = {}
        for group in self.grouping.group_records:
            found.setdefault(group.group_id, group)
        return found

    @cached_property
    def rows_of_group(self) -> dict[str, dict[str, Placement]]:
        """Rows of each group by member id; groups without any are absent."""
        found: dict[str, dict[str, Placement]] = defaultdict(dict)
        for row in self.grouping.placements:
            if row.group_id in self.groups and row.member_id in self.edition.member_by_id:
                found[row.group_id].setdefault(row.member_id, row)
        return dict(found)

    @cached_property
    def rows_of_member(self) -> dict[str, dict[str, Placement]]:
        """Rows of each placed member by group id."""
        found: dict[str, dict[str, Placement]] = defaultdict(dict)
        for group_id, rows in self.rows_of_group.items():
            for member_id, row in rows.items():
                found[member_id][group_id] = row
        return dict(found)

    @cached_property
    def filled_groups(self) -> tuple[Group, ...]:
        """Groups with at least one member, in the order of their rows."""
        return tuple(
            group for group in self.groups.values() if group.group_id in self.rows_of_group
        )

    def groups_of(self, member_id: str) -> frozenset[str]:
        """Return the ids of the groups a member is in."""
        return frozenset(self.rows_of_member.get(member_id, ()))

    def members_of(self, group: Group) -> Sequence[Member]:
        """Return the members of a group, in the order of their rows."""
        return self._members_of_group.get(group.group_id, ())

    @cached_property
    def _members_of_group(self) -> dict[str, tuple[Member, ...]]:
        members = self.edition.member_by_id
        return {
            group_id: tuple(members[member_id] for member_id in rows)
            for group_id, rows in self.rows_of_group.items()
        }

    @cached_property
    def holders(self) -> dict[tuple[str, Role], tuple[str, ...]]:
        """Ids of the members whose rows give a role, by group id and role, each once."""
        found: dict[tuple[str, Role], dict[str, None]] = defaultdict(dict)
        for row in self.grouping.placements:
            if row.group_id in self.groups and row.member_id in self.edition.member_by_id:
                found[row.group_id, row.role][row.member_id] = None
        return {key: tuple(ids) for key, ids in found.items()}

    def rules_of(self, group: Group) -> Rules | None:
        """Return the rules of a group's theme; None where the theme is unknown."""
        return (
            self.edition.rules_of(group.theme) if group.theme in self.edition.theme_by_id else None
        )

    def travel_m(self, member: Member, group: Group) -> int | None:
        """Return the way from a member's home to a local group, whole metres.

        None for a video group, and where the place is unknown.
        """
        if group.track is not Track.LOCAL:
            return None
        # Several rules ask for the same way.
        known = self._ways.get((member.member_id, group.place))
        if known is not None:
            return known
        where = self.places.position(group.place)
        if where is None:
            return None
        way = self.distances.metres(self.edition.position(member), where)
        self._ways[member.member_id, group.place] = way
        return way

    @cached_property
    def _ways(self) -> dict[tuple[str, str], int]:
        """Ways from homes to places asked for so far, whole metres."""
        return {}

    @cached_property
    def farthest(self) -> dict[str, tuple[int, str, str]]:
        """Per filled local group: its spread in whole metres and the members it lies between."""
        found: dict[str, tuple[int, str, str]] = {}
        for group in self.filled_groups:
            if group.track is Track.LOCAL:
                members = self.members_of(group)
                homes = [self.edition.position(member) for member in members]
                spread, first, second = self.distances.farthest_pair(homes)
                found[group.group_id] = (
                    spread,
                    members[first].member_id,
                    members[second].member_id,
                )
        return found
