"""Groups that fall short: of which so many declined, left or asked for something else that a rule breaks.

Comes in: a `State`. Goes out: `Shortfall`s: what each such group lacks before anybody is moved.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role
from sip_grouping.grouping import Grouping


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a group lacks when only those stay who did not ask for a change.

    Attributes
    ----------
    members, least
        How many stay, and the least size of such a group.
    lacking
        Roles of which there are too few holders.
    """

    group_id: str
    members: int
    least: int
    lacking: tuple[Role, ...]


def shortfalls(
    edition: Edition, grouping: Grouping, asked: Collection[str]
) -> tuple[Shortfall, ...]:
    """Return the groups that fall short, in their order.

    Parameters
    ----------
    asked
        Ids of those who asked for a change, declined or withdrew.
    """
    stay = {one.member_id for one in edition.members if one.eligible} - set(asked)
    found = []
    for group in grouping.group_records:
        rows = grouping.placements_by_group.get(group.group_id, ())
        roles = [one.role for one in rows if one.member_id in stay]
        taken = edition.seats_of(one.member_id for one in rows if one.member_id in stay)
        rules = edition.rules_of(group.theme)
        least = rules.sizes(group.track).size_min
        wanted = {Role.MODERATOR: rules.moderators, Role.SECRETARY: rules.secretaries}
        lacking = tuple(role for role, count in wanted.items() if roles.count(role) < count)
        if taken < least or lacking:
            found.append(Shortfall(group.group_id, taken, least, lacking))
    return tuple(found)
