"""Which test projects are carried out: the most willing members under the budget and its shares.

Comes in: an edition with `[projects]` and proposals, its groups. Goes out: the chosen ones, proven.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ortools.sat.python import cp_model

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Project, ProjectRules
from sip_grouping.edition.records import Track
from sip_grouping.errors import InputError
from sip_grouping.findings import finding, nearest
from sip_grouping.grouping import Group, Grouping
from sip_grouping.plan.people import most_common
from sip_grouping.units import to_thousandths

POINTS = 10_000
"""Thousandths of a point per willing member of a chosen project."""


@dataclass(frozen=True)
class Proposal:
    """A project with what decides on it.

    Attributes
    ----------
    willing
        Ids of the members of its group who would carry it out.
    cost
        Thousandths of the currency of the budget.
    first, last
        When it runs.
    """

    project: Project
    group: Group
    country: str
    willing: tuple[str, ...]
    cost: int
    first: date
    last: date

    @property
    def points(self) -> int:
        """What choosing it is worth, thousandths of a point."""
        return POINTS * len(self.willing)


@dataclass(frozen=True)
class Choice:
    """Projects chosen under the budget.

    Attributes
    ----------
    bound
        No choice has more points; thousandths of a point.
    proven
        Whether no choice is better: more points, or as many at less cost.
    """

    proposals: tuple[Proposal, ...]
    chosen: tuple[Proposal, ...]
    bound: int
    proven: bool

    @property
    def score(self) -> int:
        """Thousandths of a point."""
        return sum(one.points for one in self.chosen)

    @property
    def cost(self) -> int:
        """Thousandths of the currency of the budget."""
        return sum(one.cost for one in self.chosen)


def country_of(edition: Edition, grouping: Grouping, group: Group) -> str:
    """Return the country of a group: of its place; by video that of most of its members."""
    if group.track is Track.LOCAL:
        office = edition.office_by_id.get(group.place)
        return group.place.partition("-")[0] if office is None else office.country
    ids = [one.member_id for one in grouping.placements_by_group.get(group.group_id, ())]
    return most_common([edition.member_by_id[one].country for one in ids])


def proposals_of(edition: Edition, grouping: Grouping) -> tuple[Proposal, ...]:
    """Return the proposals with what decides on them.

    Raises
    ------
    InputError
        A project is of a group that there is not, runs on dates outside `[projects]`, or there is no
        `[projects]`.
    """
    rules = edition.season.projects
    if rules is None and edition.season.proposals:
        raise InputError([finding("no-project-rules", "edition", None, "projects")])
    findings = []
    found = []
    for one in sorted(edition.season.proposals, key=lambda one: one.project_id):
        group = grouping.group_by_id.get(one.group_id)
        if group is None or rules is None:
            near = nearest(one.group_id, grouping.group_by_id)
            findings.append(
                finding(
                    "project-of-no-group", "projects.csv", one.project_id, "group_id", one.group_id,
                    near=near,
                )
            )  # fmt: skip
            continue
        begin, end = one.first or rules.first, one.last or rules.last
        if not rules.first <= begin <= end <= rules.last:
            told, dates = (
                f"{first}/{last}" for first, last in ((begin, end), (rules.first, rules.last))
            )
            findings.append(
                finding("project-dates", "projects.csv", one.project_id, "to", told, dates=dates)
            )
        members = {row.member_id for row in grouping.placements_by_group.get(one.group_id, ())}
        willing = members.intersection(one.willing) if one.willing else members
        found.append(
            Proposal(
                one, group, country_of(edition, grouping, group), tuple(sorted(willing)),
                to_thousandths(one.budget), begin, end,
            )
        )  # fmt: skip
    if findings:
        raise InputError(findings)
    return tuple(found)


def choose(
    edition: Edition,
    proposals: tuple[Proposal, ...],
    *,
    work_limit: float | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    gap: float = 0.0,
) -> Choice | None:
    """Return the projects with the most points, of equal points those that cost least.

    One project per group at most; the budget and the largest share of each theme and country are kept.
    None where no choice was found in time; choosing nothing is always possible.
    """
    rules = edition.season.projects
    if rules is None or not proposals:
        return Choice(proposals, (), 0, proven=True)
    model = cp_model.CpModel()
    takes = [model.new_bool_var("") for _ in proposals]
    costs = [one.cost for one in proposals]
    _limit(model, takes, costs, proposals, rules)
    # One point more is worth more than all that can be saved.
    dear = sum(costs) + 1
    weights = [len(one.willing) * dear - one.cost for one in proposals]
    model.maximize(sum(w * x for w, x in zip(weights, takes, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.relative_gap_limit = gap
    if work_limit is not None:
        solver.parameters.max_deterministic_time = work_limit
    if time_limit is not None:
        solver.parameters.max_time_in_seconds = time_limit
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = tuple(one for one, x in zip(proposals, takes, strict=True) if solver.boolean_value(x))
    # willing * dear - cost <= bound, and the cost is less than dear: so many willing at most.
    bound = round(solver.best_objective_bound)
    willing = max(-(-bound // dear), sum(len(one.willing) for one in chosen))
    proven = bound <= round(solver.objective_value)
    return Choice(proposals, chosen, POINTS * willing, proven=proven)


def _limit(
    model: cp_model.CpModel,
    takes: list[cp_model.IntVar],
    costs: list[int],
    proposals: tuple[Proposal, ...],
    rules: ProjectRules,
) -> None:
    budget = to_thousandths(rules.budget)
    model.add(sum(c * x for c, x in zip(costs, takes, strict=True)) <= budget)
    by_group: dict[str, list[cp_model.IntVar]] = defaultdict(list)
    spent: Mapping[str, dict[str, list[object]]] = {
        kind: defaultdict(list) for kind in rules.share_max
    }
    for one, cost, x in zip(proposals, costs, takes, strict=True):
        by_group[one.group.group_id].append(x)
        names = {"theme": one.group.theme, "country": one.country}
        for kind in rules.share_max:
            spent[kind][names[kind]].append(cost * x)
    for several in by_group.values():
        model.add_at_most_one(several)
    for kind, share in rules.share_max.items():
        most = budget * to_thousandths(share) // 1000
        for several_costs in spent[kind].values():
            model.add(sum(several_costs) <= most)  # type: ignore[arg-type]
