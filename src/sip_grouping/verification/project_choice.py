"""Whether another choice of test projects is better than the one told, by counting all that could be.

Comes in: `ProjectFacts`. Goes out: the best points and cost, where what is to be counted is little enough. No
solver: the proposals are gone through group by group, equal spendings kept once, and what cannot reach the
choice told any more is left out.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sip_grouping.edition.calendar import Project
from sip_grouping.verification.project_facts import ProjectFacts

MOST_STATES = 10_000
"""With more spendings to be told apart at one group, nothing is said."""

_Spent = tuple[int, tuple[int, ...]]
"""On the theme of the last group, and in each country."""


@dataclass(frozen=True)
class Best:
    """The most members willing, and the least that so many cost, thousandths of the currency."""

    willing: int
    cost: int


def best_choice(facts: ProjectFacts) -> Best | None:
    """Return the best choice that keeps the rules, and is not worse than the one told.

    None where it was not counted to the end, or the one told has no equal that keeps the rules.
    """
    told = sum(map(facts.willing, facts.chosen))
    by_group: dict[str, list[Project]] = {}
    for one in facts.projects.values():
        first, last = facts.dates_of(one)
        inside = facts.rules.first <= first <= last <= facts.rules.last
        if one.group_id in facts.groups and inside:
            by_group.setdefault(one.group_id, []).append(one)
    groups = sorted(by_group, key=lambda group: (facts.groups[group].theme, group))
    countries = sorted({facts.country_of(facts.groups[group]) for group in groups})
    states: dict[_Spent, int] = {(0, (0,) * len(countries)): 0}
    theme = None
    for number, group in enumerate(groups):
        if facts.groups[group].theme != theme:
            theme, states = facts.groups[group].theme, _without_theme(states)
        rest = _Rest.of(facts, [one for other in groups[number + 1 :] for one in by_group[other]])
        at = countries.index(facts.country_of(facts.groups[group]))
        states = _with_group(facts, states, by_group[group], at, rest, told)
        if len(states) > MOST_STATES:
            return None
    found = [(willing, -sum(spent)) for (_, spent), willing in states.items()]
    willing, saved = max(found, default=(-1, 0))
    return Best(willing, -saved) if willing >= told else None


def _without_theme(states: Mapping[_Spent, int]) -> dict[_Spent, int]:
    """Return the states before the first group of a theme: nothing is spent on it."""
    found: dict[_Spent, int] = {}
    for (_, spent), willing in states.items():
        key = (0, spent)
        found[key] = max(willing, found.get(key, 0))
    return found


def _with_group(
    facts: ProjectFacts,
    states: Mapping[_Spent, int],
    proposals: Sequence[Project],
    country: int,
    rest: "_Rest",
    told: int,
) -> dict[_Spent, int]:
    """Return the states once a group has one of its proposals, or none."""
    on_theme, in_country = facts.most_for("theme"), facts.most_for("country")
    options = [(0, 0), *((facts.cost([one]), facts.willing(one)) for one in proposals)]
    found: dict[_Spent, int] = {}
    for (theme, spent), before in states.items():
        total = sum(spent)
        for cost, willing in options:
            here = spent[country] + cost
            left = facts.budget - total - cost
            if left < 0 or (on_theme is not None and theme + cost > on_theme):
                continue
            if in_country is not None and here > in_country:
                continue
            if before + willing + rest.most(left) < told:
                continue
            key = (theme + cost, (*spent[:country], here, *spent[country + 1 :]))
            found[key] = max(before + willing, found.get(key, 0))
    return found


@dataclass(frozen=True)
class _Rest:
    """What further proposals could bring for some money, were parts of them allowed: never too little."""

    costs: Sequence[int]
    willing: Sequence[int]

    @classmethod
    def of(cls, facts: ProjectFacts, projects: Sequence[Project]) -> "_Rest":
        """Return it for some proposals, those with the most willing members for their money first."""
        pairs = [(facts.cost([one]), facts.willing(one)) for one in projects]
        pairs.sort(key=lambda one: (one[0] / one[1] if one[1] else float("inf"), one))
        return cls(
            list(accumulate((cost for cost, _ in pairs), initial=0)),
            list(accumulate((willing for _, willing in pairs), initial=0)),
        )

    def most(self, money: int) -> int:
        """Return the most members willing that can be had: no whole number of them is between."""
        at = bisect_right(self.costs, money) - 1
        if at + 1 == len(self.costs):
            return self.willing[at]
        part = money - self.costs[at]
        cost = self.costs[at + 1] - self.costs[at]
        more = self.willing[at + 1] - self.willing[at]
        return self.willing[at] + more * part // cost
