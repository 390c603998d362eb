"""A season to show: a synthetic edition with a calendar, its groups, a plan, and a test project.

Comes in: nothing. Goes out: all of it, made once.
"""

from datetime import date, time
from functools import cache
from typing import NamedTuple

import sip_grouping as sip
from sip_grouping.edition.calendar import Calendar, Contact, Phase, Season, date_range
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Status
from sip_grouping.plan import Meeting, MeetingKind, Plan, grouping_digest, season_digest
from sip_grouping.plan.projects import ChosenProjects, ContactRow, ProposalRow
from sip_grouping.season import plan_meetings
from sip_grouping.solve import form_groups


class SeasonCase(NamedTuple):
    """All that a report of a season is made of."""

    edition: sip.Edition
    grouping: sip.Grouping
    plan: Plan
    projects: ChosenProjects


def phase(phase_id: str, first: str, last: str, **fields: object) -> Phase:
    """Return a phase with a title in English only."""
    given = {"id": phase_id, "title": {"en": phase_id.title()}, "from": first, "to": last}
    return Phase.model_validate(given | fields)


@cache
def season_case() -> SeasonCase:
    """Return an edition of 60 members with the plan of its meetings, and one project chosen by hand."""
    calendar = Calendar(
        meetings_per_group=3,
        closed=(date_range("2021-01-25/2021-01-31"),),
        phases=(
            phase("study", "2021-01-01", "2021-01-31", meetings=[1, 2]),
            phase("ideas", "2021-02-01", "2021-02-28"),
            phase("end", "2021-03-01", "2021-04-11", synthesis_before=True, information=1),
        ),
    )
    team = (
        Contact(team_id="t1", name="Hidden Helper", groups_max=50),
        Contact(team_id="t2", groups_max=50),
    )
    edition = sip.synthetic_edition(members=60, seed=3).replace(
        season=Season(calendar=calendar, team=team)
    )
    grouping = form_groups(edition, gap=0.02, work_limit=20).grouping
    assert grouping is not None
    plan = plan_meetings(edition, grouping, work_limit=20, workers=1).plan
    assert plan is not None
    return SeasonCase(edition, grouping, plan, _projects(edition, grouping))


def _projects(edition: sip.Edition, grouping: sip.Grouping) -> ChosenProjects:
    group = grouping.group_records[0]
    evaluation = Meeting(
        meeting_id="evaluation-p1",
        kind=MeetingKind.EVALUATION,
        group_id=group.group_id,
        theme=group.theme,
        number=1,
        date=date(2021, 4, 14),
        start=time(18, 30),
        end=time(21, 30),
        track=Track.VIDEO,
        attending=group.size,
        size=group.size,
    )
    return ChosenProjects(
        edition_name=edition.name,
        edition_digest=edition.digest,
        grouping_digest=grouping_digest(grouping),
        season_digest=season_digest(edition),
        projects_digest="",
        status=Status.OPTIMAL,
        score_thousandths=10_000 * group.size,
        cost_thousandths=500_000,
        chosen=("p1",),
        loads={"t1": len(grouping.group_records), "t2": 0},
        evenness=len(grouping.group_records) ** 2,
        proposals=(
            ProposalRow(
                project_id="p1",
                group_id=group.group_id,
                chosen=True,
                willing=group.size,
                budget_thousandths=500_000,
                country="BE",
                first=date(2021, 3, 1),
                last=date(2021, 4, 9),
            ),
        ),
        contacts=tuple(
            ContactRow(
                group_id=one.group_id,
                project_id="p1" if one is group else None,
                team_id="t1",
            )
            for one in grouping.group_records
        ),
        meetings=(evaluation,),
    )
