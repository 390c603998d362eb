"""The rules of chosen test projects and of the follow-up, one check each, written from the file contract.

Comes in: `ProjectFacts`. Goes out: violations.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from sip_grouping.errors import Violation, violation
from sip_grouping.grouping import Status
from sip_grouping.grouping.grouping import relative_gap
from sip_grouping.plan import ProposalRow
from sip_grouping.rules import ProjectRuleId
from sip_grouping.verification.project_choice import Better
from sip_grouping.verification.project_facts import ProjectFacts


def check_rows(facts: ProjectFacts) -> Iterator[Violation]:
    """Each proposal has one true row in projects.csv, of a group that there is; rows are in order."""
    counted = Counter(one.project_id for one in facts.made.proposals)
    for project_id in sorted({*facts.projects, *counted}):
        wanted = int(project_id in facts.projects)
        if counted[project_id] != wanted:
            yield violation(
                ProjectRuleId.ROWS, "projects-times", project=project_id,
                found=counted[project_id], allowed=wanted,
            )  # fmt: skip
    for row in facts.made.proposals:
        project = facts.projects.get(row.project_id)
        group = facts.groups.get(row.group_id)
        if group is None:
            yield violation(
                ProjectRuleId.ROWS, "projects-no-group", row.group_id, project=row.project_id
            )
        if project is None:
            continue
        first, last = facts.dates_of(project)
        true: dict[str, tuple[object, object]] = {
            "group_id": (row.group_id, project.group_id),
            "willing": (row.willing, facts.willing(project)),
            "budget": (row.budget_thousandths, facts.cost([project])),
            "country": (row.country, "" if group is None else facts.country_of(group)),
            "from": (row.first, first),
            "to": (row.last, last),
        }
        yield from _untrue(row, true)
    order = [one.project_id for one in facts.made.proposals]
    if order != sorted(order):
        yield violation(ProjectRuleId.ROWS, "rows-unsorted", file="projects.csv")


def _untrue(row: ProposalRow, cells: dict[str, tuple[object, object]]) -> Iterator[Violation]:
    for column, (found, true) in cells.items():
        if found != true:
            yield violation(
                ProjectRuleId.ROWS, "projects-cell", found=str(found), allowed=str(true),
                project=row.project_id, column=column,
            )  # fmt: skip


def check_dates(facts: ProjectFacts) -> Iterator[Violation]:
    """Chosen projects run within the dates of `[projects]`."""
    rules = facts.rules
    for one in facts.chosen:
        first, last = facts.dates_of(one)
        if not rules.first <= first <= last <= rules.last:
            yield violation(
                ProjectRuleId.DATES, "projects-dates", one.group_id, project=one.project_id,
                found=f"{first}/{last}", allowed=f"{rules.first}/{rules.last}",
            )  # fmt: skip


def check_one_per_group(facts: ProjectFacts) -> Iterator[Violation]:
    """One project at most is chosen of each group."""
    for group, count in sorted(Counter(one.group_id for one in facts.chosen).items()):
        if count > 1:
            yield violation(
                ProjectRuleId.ONE_PER_GROUP, "projects-group", group, found=count, allowed=1
            )


def check_money(facts: ProjectFacts) -> Iterator[Violation]:
    """Budget and shares of each theme and country are kept by what is chosen."""
    cost = facts.cost(facts.chosen)
    if cost > facts.budget:
        yield violation(
            ProjectRuleId.BUDGET, "projects-budget", found=cost / 1000, allowed=facts.budget / 1000
        )
    for kind in ("theme", "country"):
        most = facts.most_for(kind)
        spent: Counter[str] = Counter()
        for one in facts.chosen:
            name = facts.shared_by(kind, one)
            if name is not None:
                spent[name] += facts.cost([one])
        for name, amount in sorted(spent.items()):
            if most is not None and amount > most:
                yield violation(
                    ProjectRuleId.SHARE, f"projects-share-{kind}", name=name,
                    found=amount / 1000, allowed=most / 1000,
                )  # fmt: skip


def check_figures(facts: ProjectFacts) -> Iterator[Violation]:
    """Score, cost and the list of what was chosen are those of the rows."""
    made, ids = facts.made, tuple(one.project_id for one in facts.chosen)
    claims: dict[str, tuple[object, object]] = {
        "score": (made.score, facts.score(facts.chosen) / 1000),
        "cost": (made.cost, facts.cost(facts.chosen) / 1000),
        "chosen": (" ".join(made.chosen), " ".join(ids)),
    }
    for what, (found, true) in claims.items():
        if found != true:
            yield violation(ProjectRuleId.SCORE, "plan-score", what=what, found=found, allowed=true)


def check_bound(facts: ProjectFacts) -> Iterator[Violation]:
    """No bound is below the score; gap and status follow from both."""
    made, score = facts.made, facts.score(facts.chosen)
    bound, optimal = made.bound_thousandths, made.status is Status.OPTIMAL
    right = optimal or made.status is Status.FEASIBLE
    if not right or (bound is not None and bound < score) or (optimal and bound != score):
        yield violation(ProjectRuleId.BOUND, "plan-bound", found=bound, allowed=score)
    gap = relative_gap(score, bound)
    if made.gap != gap:
        yield violation(ProjectRuleId.BOUND, "plan-bound", found=made.gap, allowed=gap)


def check_best(facts: ProjectFacts, better: Better) -> Iterator[Violation]:
    """No choice has more points than the bound, and none is better than one told to be the best."""
    score, bound = facts.score(facts.chosen), facts.made.bound_thousandths
    if better.willing is None:
        return
    points = 10_000 * better.willing
    if bound is not None and score <= bound < points:
        yield violation(ProjectRuleId.BOUND, "plan-bound", found=bound, allowed=points)
    if facts.made.status is Status.OPTIMAL:
        yield violation(
            ProjectRuleId.BEST, "projects-best",
            found=f"{score / 1000}, {facts.cost(facts.chosen) / 1000}",
            allowed=f"{points / 1000}, {(better.cost or 0) / 1000}",
        )  # fmt: skip


def check_contacts(facts: ProjectFacts) -> Iterator[Violation]:
    """Each group has one contact of the team, who speaks its language and serves its office."""
    counted = Counter(one.group_id for one in facts.made.contacts)
    for group in sorted({*facts.groups, *counted}):
        wanted = int(group in facts.groups)
        if counted[group] != wanted:
            yield violation(
                ProjectRuleId.CONTACT, "followup-times", group, found=counted[group], allowed=wanted
            )
    for row in facts.made.contacts:
        contact, own = facts.team.get(row.team_id), facts.groups.get(row.group_id)
        if contact is None:
            yield violation(
                ProjectRuleId.CONTACT, "followup-nobody", row.group_id, contact=row.team_id
            )
        elif own is not None and not facts.may_follow(contact, own):
            yield violation(
                ProjectRuleId.FITS, "followup-fits", row.group_id, contact=row.team_id,
                found=f"{own.language} {facts.office_of(own)}".strip(),
                allowed=" ".join((*contact.languages, *contact.offices)),
            )  # fmt: skip
    order = [one.group_id for one in facts.made.contacts]
    if order != sorted(order):
        yield violation(ProjectRuleId.CONTACT, "rows-unsorted", file="followup.csv")


def check_most(facts: ProjectFacts) -> Iterator[Violation]:
    """Nobody follows more groups than `groups_max`."""
    for team_id, load in sorted(facts.loads.items()):
        contact = facts.team.get(team_id)
        if contact is not None and load > contact.groups_max:
            yield violation(
                ProjectRuleId.MOST, "followup-most", contact=team_id,
                found=load, allowed=contact.groups_max,
            )  # fmt: skip


def check_project_of_contact(facts: ProjectFacts) -> Iterator[Violation]:
    """Who follows a group follows its chosen project, and no other one."""
    of_group: dict[str, set[str | None]] = {}
    for one in facts.chosen:
        of_group.setdefault(one.group_id, set()).add(one.project_id)
    for row in facts.made.contacts:
        wanted = of_group.get(row.group_id, set())
        # Of several, which is a violation of its own, any one may stand in the row.
        if row.project_id not in (wanted or {None}):
            yield violation(
                ProjectRuleId.PROJECT, "followup-project", row.group_id,
                found=row.project_id, allowed=" ".join(sorted(map(str, wanted))) or None,
            )  # fmt: skip


def check_loads(facts: ProjectFacts) -> Iterator[Violation]:
    """Check that loads, and how even they are, are those of the rows."""
    loads = {one: facts.loads[one] for one in sorted(facts.team)}
    squares = sum(load * load for load in facts.loads.values())
    for what, found, true in (
        ("loads", dict(facts.made.loads), loads),
        ("evenness", facts.made.evenness, squares),
    ):
        if found != true:
            yield violation(
                ProjectRuleId.LOADS, "plan-score", what=what, found=str(found), allowed=str(true)
            )


def check_even(facts: ProjectFacts) -> Iterator[Violation]:
    """No groups can pass from one contact to the next so that the first has one less and the last one more.

    Loads have the least sum of squares just where no such chain leads from a contact to one whose load is
    less by two or more, and who may follow another group: a flow of least cost has no cycle that saves.
    """
    of_contact: dict[str, list[str]] = {}
    for group, team_id in facts.contact_of.items():
        of_contact.setdefault(team_id, []).append(group)
    loads = {one: len(of_contact.get(one, ())) for one in facts.team}
    takers = {
        giver: {
            other
            for group in groups
            for other, contact in facts.team.items()
            if facts.may_follow(contact, facts.groups[group])
        }
        for giver, groups in of_contact.items()
    }
    for first in sorted(facts.team):
        reached, waiting = {first}, [first]
        while waiting:
            new = takers.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        for last in sorted(reached):
            if loads[last] + 2 <= loads[first] and loads[last] < facts.team[last].groups_max:
                yield violation(
                    ProjectRuleId.EVEN, "followup-even", contact=first, other=last,
                    found=f"{loads[first]}, {loads[last]}",
                    allowed=f"{loads[first] - 1}, {loads[last] + 1}",
                )  # fmt: skip
                return


PROJECT_CHECKS: tuple[Callable[[ProjectFacts], Iterator[Violation]], ...] = (
    check_rows,
    check_dates,
    check_one_per_group,
    check_money,
    check_figures,
    check_bound,
    check_contacts,
    check_most,
    check_project_of_contact,
    check_loads,
    check_even,
)
