"""Who was in which group in the edition before, and what it is worth to meet again.

Comes in: the groups of another edition. Goes out: frozen records, and which of them say something of this
edition. Ids alone: a member is known by the same id in both.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator

from sip_grouping.edition.records import Role
from sip_grouping.edition.values import RecordId, Text
from sip_grouping.frozen import Record
from sip_grouping.units import at_most_decimals, to_thousandths

if TYPE_CHECKING:
    from sip_grouping.edition.edition import Edition

Wish = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]


class Previous(Record):
    """Points for meeting again, at most 3 decimals; a wish below 0 says the contrary.

    Attributes
    ----------
    together
        Gained for each pair of members who shared a group and share one of the same theme again.
    mix
        Lost for each pair who shared a group and share one of another theme.
    same_role
        Lost for each role that its holder held before as well, in whatever group.
    """

    together: Wish = 0.0
    mix: Wish = 0.0
    same_role: Wish = 0.0

    @field_validator("*")
    @classmethod
    def _in_thousandths(cls, value: float) -> float:
        return at_most_decimals(value, 3)

    @property
    def asks_for_pairs(self) -> bool:
        """Whether it makes a difference who meets again."""
        return bool(self.together or self.mix)

    @property
    def asks_for_anything(self) -> bool:
        """Whether the edition before makes a difference."""
        return self.asks_for_pairs or bool(self.same_role)

    def pair_thousandths(self, *, prolonged: bool) -> int:
        """Return what a pair that meets again adds to the score: in a prolonged theme, or another."""
        return to_thousandths(self.together) if prolonged else -to_thousandths(self.mix)

    @property
    def same_role_thousandths(self) -> int:
        """Thousandths lost per role held again."""
        return to_thousandths(self.same_role)


class PreviousSeat(Record):
    """One member in one group of the edition before. The theme may be one that there is no more."""

    member_id: RecordId
    group_id: Text = Field(min_length=1)
    theme: Text = Field(min_length=1)
    role: Role = Role.MEMBER


@dataclass(frozen=True)
class PreviousGroups:
    """What the edition before says of the members of this one.

    A pair that shared several groups counts once for each of them.
    """

    seats: Sequence[PreviousSeat]

    @cached_property
    def members(self) -> Mapping[str, frozenset[str]]:
        """Ids of the members of each group, by its id, of groups with two at least."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in self.seats:
            found[one.group_id].add(one.member_id)
        return {group: frozenset(ids) for group, ids in sorted(found.items()) if len(ids) > 1}

    @cached_property
    def groups_of(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the groups in which a member was with others, by its id; of others nothing."""
        found: dict[str, list[str]] = defaultdict(list)
        for group, ids in self.members.items():
            for one in ids:
                found[one].append(group)
        return {one: tuple(groups) for one, groups in found.items()}

    @cached_property
    def theme(self) -> Mapping[str, str]:
        """The theme of each group, by its id."""
        return {one.group_id: one.theme for one in self.seats}

    @cached_property
    def held(self) -> frozenset[tuple[str, Role]]:
        """Who held which role."""
        return frozenset(
            (one.member_id, one.role) for one in self.seats if one.role is not Role.MEMBER
        )


def groups_before(edition: "Edition") -> PreviousGroups:
    """Return the groups of the edition before one, with those members who are in it as well."""
    return in_common(edition.previous_seats, edition.member_by_id)


def in_common(seats: Sequence[PreviousSeat], member_ids: Collection[str]) -> PreviousGroups:
    """Return the groups of the edition before with those members who are in this one."""
    return PreviousGroups(tuple(one for one in seats if one.member_id in member_ids))
