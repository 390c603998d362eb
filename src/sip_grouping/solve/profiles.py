"""Profiles: named lists of objectives, each another idea of what is fair.

Comes in: an edition, which says how many choices there are. Goes out: names of objectives in their order; the
score always comes last, so that among groupings that are equally fair the best is taken.
"""

from collections.abc import Callable, Mapping

from sip_grouping.edition import Edition
from sip_grouping.grouping.stages import ObjectiveName, within_choices


def _most_placed(edition: Edition) -> tuple[ObjectiveName, ...]:  # noqa: ARG001 (the same of all)
    return (ObjectiveName.PLACED,)


def _rank_maximal(edition: Edition) -> tuple[ObjectiveName, ...]:
    # As many as can be on the first choice, of these as many as can be on the second: with the first
    # settled, that is as many as can be on one of both.
    return (*_within_fewer_than_all(edition), ObjectiveName.PLACED)


def _egalitarian(edition: Edition) -> tuple[ObjectiveName, ...]:
    # As few as can be unplaced, of these as few as can be on the last choice, and so on: leximin.
    return (ObjectiveName.PLACED, *reversed(_within_fewer_than_all(edition)))


def _travel_fair(edition: Edition) -> tuple[ObjectiveName, ...]:  # noqa: ARG001 (the same of all)
    # The shortest of all ways is that of nobody: whoever can be placed comes first.
    return (ObjectiveName.PLACED, ObjectiveName.LONGEST_WAY)


def _balanced(edition: Edition) -> tuple[ObjectiveName, ...]:  # noqa: ARG001 (the same of all)
    return (ObjectiveName.LEAST_SHARE, ObjectiveName.PLACED)


def _within_fewer_than_all(edition: Edition) -> tuple[ObjectiveName, ...]:
    """Return the counts of the first 1, 2, ... choices; of all choices it is who is placed."""
    ranks = max((len(one.themes) for one in edition.members if one.eligible), default=1)
    return tuple(within_choices(rank) for rank in range(1, ranks))


PROFILES: Mapping[str, Callable[[Edition], tuple[ObjectiveName, ...]]] = {
    "most_placed": _most_placed,
    "rank_maximal": _rank_maximal,
    "egalitarian": _egalitarian,
    "travel_fair": _travel_fair,
    "balanced": _balanced,
}
"""Profiles by name, and what comes before the score in each."""


def objectives_of_profile(name: str, edition: Edition) -> tuple[ObjectiveName, ...]:
    """Return the objectives of a profile over an edition, in order; KeyError: there is none so called."""
    return (*PROFILES[name](edition), ObjectiveName.SCORE)
