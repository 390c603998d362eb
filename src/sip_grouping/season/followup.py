"""Who of the team follows which group: one who speaks its language, of its office, loads as even as can be.

Comes in: an edition with a team, its groups. Goes out: a contact for every group, or those without one.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ortools.sat.python import cp_model

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Contact
from sip_grouping.grouping import Group, Grouping
from sip_grouping.plan.people import most_common


@dataclass(frozen=True)
class FollowUp:
    """Contacts by group; where not every group can have one, the groups that are the reason.

    Attributes
    ----------
    alone
        Groups for which nobody of the team fits.
    """

    contact_of: Mapping[str, str]
    alone: tuple[str, ...] = ()

    @property
    def loads(self) -> Mapping[str, int]:
        """How many groups each contact follows."""
        return Counter(self.contact_of.values())


def office_of(edition: Edition, grouping: Grouping, group: Group) -> str:
    """Return the office of a group: its place where that is one, else that of most of its members."""
    if group.place in edition.office_by_id:
        return group.place
    ids = [one.member_id for one in grouping.placements_by_group.get(group.group_id, ())]
    members = [edition.member_by_id[one] for one in ids]
    return most_common([one.office for one in members if one.office])


def fits(contact: Contact, group: Group, office: str) -> bool:
    """Return whether a contact speaks the language of a group, and serves its office."""
    speaks = not contact.languages or not group.language or group.language in contact.languages
    return speaks and (not contact.offices or office in contact.offices)


def follow_up(edition: Edition, grouping: Grouping) -> FollowUp | None:
    """Return a contact for every group with the least sum of squared loads; None: too few may follow.

    The least sum of squares is as even as loads can be. The j-th group of a contact costs 2j - 1.
    """
    team = sorted(edition.season.team, key=lambda one: one.team_id)
    groups = sorted(grouping.group_records, key=lambda one: one.group_id)
    model = cp_model.CpModel()
    follows: dict[tuple[int, int], cp_model.IntVar] = {}
    alone = []
    for g, group in enumerate(groups):
        office = office_of(edition, grouping, group)
        able = [t for t, one in enumerate(team) if one.groups_max and fits(one, group, office)]
        for t in able:
            follows[g, t] = model.new_bool_var("")
        if not able:
            alone.append(group.group_id)
        model.add_exactly_one(follows[g, t] for t in able)
    if alone:
        return FollowUp({}, tuple(alone))
    costs = []
    for t, one in enumerate(team):
        own = [x for (_, other), x in follows.items() if other == t]
        steps = [model.new_bool_var("") for _ in range(min(len(own), one.groups_max))]
        model.add(sum(own) == sum(steps))
        costs += [(2 * j + 1) * step for j, step in enumerate(steps)]
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    return FollowUp(
        {
            groups[g].group_id: team[t].team_id
            for (g, t), x in follows.items()
            if solver.boolean_value(x)
        }
    )
