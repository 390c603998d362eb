"""Parts of a season that share nothing: each is planned by itself, and the plans are laid side by side.

Comes in: a `Case`. Goes out: groups with the syntheses and moments for all that belong to them,
by what they share: members, rooms, experts, a theme that has a synthesis, a country that is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.cluster.hierarchy import DisjointSet

from sip_grouping.edition.records import Track
from sip_grouping.season.case import Case, fits

_Node = tuple[str, object]
"""A kind, and which one of it."""


@dataclass(frozen=True)
class Part:
    """Numbers of groups, themes whose synthesis and countries whose moments belong to them."""

    groups: tuple[int, ...]
    themes: tuple[str, ...]
    countries: tuple[str, ...]


def parts_of(case: Case) -> tuple[Part, ...]:
    """Return the parts of a case, those with the first groups first; at least one."""
    nodes: DisjointSet[_Node] = DisjointSet()
    for number in range(len(case.groups)):
        nodes.add(("group", number))
        for shared in _shared_by(case, number):
            nodes.add(shared)
            nodes.merge(("group", number), shared)
    if any(phase.information for phase in case.phases):
        for country in case.cooperators:
            nodes.add(("country", country))
    found = [
        Part(
            tuple(n for n in range(len(case.groups)) if ("group", n) in own),
            tuple(theme for theme in case.themes if ("theme", theme) in own),
            tuple(country for country in case.cooperators if ("country", country) in own),
        )
        for own in nodes.subsets()
    ]
    found.sort(key=lambda one: (not one.groups, one.groups, one.countries))
    return tuple(found) or (Part((), (), ()),)


def _shared_by(case: Case, number: int) -> Iterable[_Node]:
    """Yield what a group shares with others."""
    one = case.groups[number]
    for who in one.members:
        if len(case.groups_of[who]) > 1:
            yield "member", who
    office = case.edition.office_by_id.get(one.group.place)
    if one.group.track is Track.LOCAL and office is not None and office.rooms is not None:
        yield "office", office.office_id
    if any(phase.expert for phase in case.phases):
        for expert, _ in case.experts:
            if fits(expert, one.group):
                yield "expert", expert.expert_id
    if any(phase.synthesis_before for phase in case.phases):
        yield "theme", one.group.theme
    if any(phase.information for phase in case.phases):
        members = [case.edition.member_by_id[who] for who in one.members]
        yield from sorted({("country", who.country) for who in members if who.cooperator})
