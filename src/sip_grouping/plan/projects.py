"""What `projects` claims: test projects chosen, a contact for every group, evaluation meetings.

Comes in: ids, dates and figures from the optimiser or from files. Goes out: frozen models. They hold claims,
not truths: `verify_projects` recomputes every one of them. No names.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from sip_grouping.findings import shortened
from sip_grouping.frozen import Frozen, Record, frozen
from sip_grouping.grouping import Status
from sip_grouping.plan.plan import Meeting
from sip_grouping.units import THOUSANDTHS


class ProposalRow(Record):
    """A proposal, a row of projects.csv.

    Attributes
    ----------
    willing
        How many members of its group would carry it out.
    budget_thousandths
        What it costs, thousandths of the currency of the budget.
    country
        Of its group, for the shares of the budget.
    first, last
        When it runs: `from` and `to` of the file.
    """

    project_id: str
    group_id: str
    chosen: bool
    willing: int = Field(ge=0)
    budget_thousandths: int = Field(ge=0)
    country: str
    first: date
    last: date


class ContactRow(Record):
    """Who of the team follows a group and its chosen project, a row of followup.csv."""

    group_id: str
    project_id: str | None = None
    team_id: str


class ChosenProjects(Record):
    """Test projects with all that follows from them, and what is needed to verify it.

    Attributes
    ----------
    edition_digest, grouping_digest, season_digest, projects_digest
        SHA-256 of what it was made for: of the edition, of the groups, of calendar and dates, of the
        proposals, their rules and the team.
    plan_digest
        Of the meetings of the plan that evaluations keep off; None: made without a plan.
    score_thousandths, bound_thousandths
        Points times 1000. No choice that keeps the rules has more points than the bound.
    cost_thousandths
        Of the chosen projects, thousandths of the currency of the budget.
    chosen
        Ids of the chosen projects, in ascending order.
    loads
        How many groups each of the team follows, by team id.
    evenness
        Sum of the squared loads: the less, the more even.
    sequences
        SEQUENCE of each evaluation in its calendars that is not 0, also of those cancelled before.
    proposals, contacts, meetings
        The rows of projects.csv, followup.csv and meetings.csv.
    """

    edition_name: str
    edition_digest: str
    grouping_digest: str
    season_digest: str
    projects_digest: str
    plan_digest: str | None = None
    status: Status
    score_thousandths: int
    bound_thousandths: int | None = None
    gap: float | None = None
    cost_thousandths: int
    chosen: tuple[str, ...] = ()
    loads: Annotated[Mapping[str, int], AfterValidator(frozen)]
    evenness: int
    sequences: Annotated[Mapping[str, int], AfterValidator(frozen)] = Field(default_factory=Frozen)
    proposals: tuple[ProposalRow, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    meetings: tuple[Meeting, ...] = ()

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        yield "edition", shortened(self.edition_name, 60)
        yield "status", self.status.value
        yield "chosen", len(self.chosen)
        yield "score", self.score
        yield "cost", self.cost

    @property
    def score(self) -> float:
        """Score in points."""
        return self.score_thousandths / THOUSANDTHS

    @property
    def cost(self) -> float:
        """Cost in the currency of the budget."""
        return self.cost_thousandths / THOUSANDTHS
