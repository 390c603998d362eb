"""What `projects` writes: chosen projects, a contact for every group, evaluation meetings.

Comes in: a `Choice`, a `FollowUp`, meetings. Goes out: `ChosenProjects`. Ids only.
"""

from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping, Status
from sip_grouping.grouping.grouping import relative_gap
from sip_grouping.plan import (
    ChosenProjects,
    ContactRow,
    Meeting,
    Plan,
    ProposalRow,
    grouping_digest,
    plan_digest,
    projects_digest,
    season_digest,
)
from sip_grouping.season.followup import FollowUp
from sip_grouping.season.projects import Choice


def chosen_projects(
    edition: Edition,
    grouping: Grouping,
    choice: Choice,
    follow_up: FollowUp,
    meetings: tuple[Meeting, ...],
    plan: Plan | None = None,
) -> ChosenProjects:
    """Return test projects with all that follows from them.

    Parameters
    ----------
    plan
        Whose meetings the evaluations keep off.
    """
    chosen = {one.project.project_id for one in choice.chosen}
    of_group = {one.group.group_id: one.project.project_id for one in choice.chosen}
    groups = sorted(one.group_id for one in grouping.group_records)
    loads = {one.team_id: follow_up.loads.get(one.team_id, 0) for one in edition.season.team}
    return ChosenProjects(
        edition_name=edition.name,
        edition_digest=edition.digest,
        grouping_digest=grouping_digest(grouping),
        season_digest=season_digest(edition),
        projects_digest=projects_digest(edition),
        plan_digest=None if plan is None else plan_digest(plan),
        status=Status.OPTIMAL if choice.proven else Status.FEASIBLE,
        score_thousandths=choice.score,
        bound_thousandths=choice.bound,
        gap=relative_gap(choice.score, choice.bound),
        cost_thousandths=choice.cost,
        chosen=tuple(sorted(chosen)),
        loads=loads,
        evenness=sum(load * load for load in loads.values()),
        proposals=tuple(
            ProposalRow(
                project_id=one.project.project_id,
                group_id=one.group.group_id,
                chosen=one.project.project_id in chosen,
                willing=len(one.willing),
                budget_thousandths=one.cost,
                country=one.country,
                first=one.first,
                last=one.last,
            )
            for one in choice.proposals
        ),
        contacts=tuple(
            ContactRow(
                group_id=group,
                project_id=of_group.get(group),
                team_id=follow_up.contact_of[group],
            )
            for group in groups
        ),
        meetings=meetings,
    )
