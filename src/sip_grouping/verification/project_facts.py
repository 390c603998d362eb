"""What the checks of test projects look up: costs, who is willing, office and country of a group, contacts.

Comes in: an edition, a grouping, chosen projects, a plan beside them. Goes out: `ProjectFacts`. Written from
the file contract, not from the optimiser.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sip_grouping.edition.calendar import Contact, Project, ProjectRules
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Group
from sip_grouping.plan import ChosenProjects, Meeting, Plan
from sip_grouping.units import to_thousandths
from sip_grouping.verification.plan_facts import MeetingFacts

POINTS_PER_WILLING = 10


@dataclass(frozen=True)
class ProjectFacts(MeetingFacts):
    """Chosen projects, the rules they keep, and a plan of other meetings where there is one."""

    made: ChosenProjects
    rules: ProjectRules
    plan: Plan | None = None

    @cached_property
    def projects(self) -> Mapping[str, Project]:
        """Proposals by id."""
        return {one.project_id: one for one in self.edition.season.proposals}

    @cached_property
    def team(self) -> Mapping[str, Contact]:
        """The team by id."""
        return {one.team_id: one for one in self.edition.season.team}

    @cached_property
    def chosen(self) -> tuple[Project, ...]:
        """The proposals that projects.csv says were chosen, each once."""
        ids = {one.project_id for one in self.made.proposals if one.chosen}
        return tuple(one for _, one in sorted(self.projects.items()) if one.project_id in ids)

    def dates_of(self, project: Project) -> tuple[date, date]:
        """Return when a project runs."""
        first = self.rules.first if project.first is None else project.first
        return first, self.rules.last if project.last is None else project.last

    def willing(self, project: Project) -> int:
        """Return how many members of its group would carry out a project."""
        members = self.people.get(project.group_id, frozenset())
        return sum(not project.willing or one in project.willing for one in members)

    def cost(self, projects: Iterable[Project]) -> int:
        """Return what projects cost, thousandths of the currency of the budget."""
        return sum(to_thousandths(one.budget) for one in projects)

    def score(self, projects: Iterable[Project]) -> int:
        """Return what projects are worth, thousandths of a point."""
        return 1000 * POINTS_PER_WILLING * sum(map(self.willing, projects))

    @cached_property
    def budget(self) -> int:
        """Thousandths of the currency."""
        return to_thousandths(self.rules.budget)

    def most_for(self, kind: str) -> int | None:
        """Return the largest share of the budget for one theme or country; None: no limit."""
        share = self.rules.share_max.get(kind)
        return None if share is None else self.budget * to_thousandths(share) // 1000

    def shared_by(self, kind: str, project: Project) -> str | None:
        """Return the theme or the country whose share a project uses; None of a group there is not."""
        group = self.groups.get(project.group_id)
        if group is None:
            return None
        return group.theme if kind == "theme" else self.country_of(group)

    def country_of(self, group: Group) -> str:
        """Return the country of a group: of its place; by video that of most of its members."""
        if group.track is Track.LOCAL:
            office = self.edition.office_by_id.get(group.place)
            return group.place.split("-")[0] if office is None else office.country
        known = self.edition.member_by_id
        return _most_often(
            known[who].country for who in self.people[group.group_id] if who in known
        )

    def office_of(self, group: Group) -> str:
        """Return the office of a group: its place, else that of most of its members."""
        if group.place in self.edition.office_by_id:
            return group.place
        known = self.edition.member_by_id
        offices = (known[who].office for who in self.people[group.group_id] if who in known)
        return _most_often(one for one in offices if one)

    def may_follow(self, contact: Contact, group: Group) -> bool:
        """Return whether a contact speaks the language of a group and serves its office."""
        speaks = not contact.languages or group.language in {"", *contact.languages}
        return speaks and (not contact.offices or self.office_of(group) in contact.offices)

    @cached_property
    def contact_of(self) -> Mapping[str, str]:
        """Who follows each group, of groups and contacts that there are."""
        return {
            one.group_id: one.team_id
            for one in self.made.contacts
            if one.group_id in self.groups and one.team_id in self.team
        }

    @cached_property
    def loads(self) -> Counter[str]:
        """How many groups each of the team follows, by the rows."""
        rows = {(one.group_id, one.team_id) for one in self.made.contacts}
        return Counter(team for _, team in rows)

    @cached_property
    def others(self) -> tuple[Meeting, ...]:
        """The meetings of the plan."""
        return () if self.plan is None else self.plan.meetings


def _most_often(values: Iterable[str]) -> str:
    counted = Counter(values)
    most = max(counted.values(), default=0)
    return min((one for one, count in counted.items() if count == most), default="")
