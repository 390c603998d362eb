"""Whether another choice of test projects is better than the one told, by going through all that could be.

Comes in: `ProjectFacts`. Goes out: a better choice, that there is none, or that it was too much to go
through. No solver: the proposals are gone through group by group, equal spendings are kept once, and what
cannot become better than the choice told any more is left out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from sip_grouping.edition.calendar import Project
from sip_grouping.verification.project_facts import ProjectFacts

MOST_STATES = 20_000
"""With more spendings to be told apart at one group, nothing is said."""

_Spent = tuple[int, tuple[int, ...]]
"""On the theme of the last group, and in each country."""
_Option = tuple[int, int]
"""What a proposal costs, thousandths of the currency, and how many are willing."""


@dataclass(frozen=True)
class Better:
    """What was found. `decided`: all was gone through.

    Attributes
    ----------
    willing, cost
        Of the best choice, where it is better than the one told: the most members willing, and the least that
        so many cost, thousandths of the currency. None: no choice is better.
    """

    decided: bool
    willing: int | None = None
    cost: int | None = None


def better_choice(facts: ProjectFacts) -> Better:
    """Return the best choice that keeps the rules, where it is better than the one told."""
    by_group: dict[str, list[_Option]] = {}
    for one in facts.projects.values():
        first, last = facts.dates_of(one)
        inside = facts.rules.first <= first <= last <= facts.rules.last
        if one.group_id in facts.groups and inside:
            by_group.setdefault(one.group_id, []).append(_option(facts, one))
    groups = sorted(by_group, key=lambda group: (facts.groups[group].theme, group))
    countries = sorted({facts.country_of(facts.groups[group]) for group in groups})
    told = (facts.cost(facts.chosen), sum(map(facts.willing, facts.chosen)))
    limits = _Limits(facts.budget, facts.most_for("theme"), facts.most_for("country"))
    states: dict[_Spent, int] = {(0, (0,) * len(countries)): 0}
    theme = None
    for number, group in enumerate(groups):
        if facts.groups[group].theme != theme:
            theme, states = facts.groups[group].theme, _without_theme(states)
        rest = _Rest.of(by_group[other] for other in groups[number + 1 :])
        at = countries.index(facts.country_of(facts.groups[group]))
        states = _with_group(states, by_group[group], at, limits, rest, told)
        if len(states) > MOST_STATES:
            return Better(decided=False)
    found = [(willing, -sum(spent)) for (_, spent), willing in states.items()]
    willing, saved = max(found, default=(-1, 0))
    if (willing, saved) <= (told[1], -told[0]):
        return Better(decided=True)
    return Better(True, willing, -saved)


def _option(facts: ProjectFacts, project: Project) -> _Option:
    return facts.cost([project]), facts.willing(project)


@dataclass(frozen=True)
class _Limits:
    """Of all costs, of those on one theme and in one country; None: no limit."""

    budget: int
    theme: int | None
    country: int | None


def _without_theme(states: Mapping[_Spent, int]) -> dict[_Spent, int]:
    """Return the states before the first group of a theme: nothing is spent on it."""
    found: dict[_Spent, int] = {}
    for (_, spent), willing in states.items():
        key = (0, spent)
        found[key] = max(willing, found.get(key, 0))
    return found


def _with_group(
    states: Mapping[_Spent, int],
    proposals: Sequence[_Option],
    country: int,
    limits: _Limits,
    rest: "_Rest",
    told: _Option,
) -> dict[_Spent, int]:
    """Return the states once a group has one of its proposals, or none, that may become better."""
    found: dict[_Spent, int] = {}
    for (theme, spent), before in states.items():
        for cost, more in ((0, 0), *proposals):
            here, total, willing = spent[country] + cost, sum(spent) + cost, before + more
            if total > limits.budget or (limits.theme is not None and theme + cost > limits.theme):
                continue
            if limits.country is not None and here > limits.country:
                continue
            could = willing + rest.most_for(limits.budget - total)
            if could < told[1]:
                continue
            if could == told[1] and total + rest.least_for(told[1] - willing) >= told[0]:
                continue
            key = (theme + cost, (*spent[:country], here, *spent[country + 1 :]))
            found[key] = max(willing, found.get(key, 0))
    return found


@dataclass(frozen=True)
class _Rest:
    """What further groups could bring, were parts of projects allowed: never too little for its money."""

    costs: Sequence[int]
    willing: Sequence[int]

    @classmethod
    def of(cls, groups: Iterable[Sequence[_Option]]) -> "_Rest":
        """Return it for groups with one proposal each at most."""
        steps = sorted(
            (step for proposals in groups for step in _steps(proposals)),
            key=lambda step: (step[0] / step[1], step),
        )
        return cls(
            list(accumulate((cost for cost, _ in steps), initial=0)),
            list(accumulate((willing for _, willing in steps), initial=0)),
        )

    def most_for(self, money: int) -> int:
        """Return the most members willing that can be had: a whole number."""
        at = bisect_right(self.costs, money) - 1
        if at + 1 == len(self.costs):
            return self.willing[at]
        cost = self.costs[at + 1] - self.costs[at]
        more = self.willing[at + 1] - self.willing[at]
        return self.willing[at] + more * (money - self.costs[at]) // cost

    def least_for(self, willing: int) -> int:
        """Return the least that so many members willing cost, of no more than there are."""
        at = bisect_left(self.willing, willing)
        if at == 0:
            return 0
        cost = self.costs[at] - self.costs[at - 1]
        more = self.willing[at] - self.willing[at - 1]
        return self.costs[at - 1] - (-cost * (willing - self.willing[at - 1]) // more)


def _steps(proposals: Sequence[_Option]) -> list[_Option]:
    """Return what more money for a group brings, each step dearer for each willing member than the last.

    Of proposals that lie below the line between two others, parts of those two are as good.
    """
    corners: list[_Option] = [(0, 0)]
    for cost, willing in sorted(proposals, key=lambda one: (one[0], -one[1])):
        if willing <= corners[-1][1]:
            continue
        while len(corners) > 1 and _below(corners[-2], corners[-1], (cost, willing)):
            corners.pop()
        corners.append((cost, willing))
    return [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(corners)]


def _below(first: _Option, middle: _Option, last: _Option) -> bool:
    rise, run = middle[1] - first[1], middle[0] - first[0]
    return rise * (last[0] - first[0]) <= (last[1] - first[1]) * run
