"""Peers that know where people live, and little else: theme by theme, clusters of homes near each other.

Comes in: an edition, seconds, a seed. Goes out: a `Proposal`. Everybody is taken to want the first theme
that is open to it. Of each theme, who accepts local groups is put into as many of them as the smallest
size allows: by k-means with sizes between limits, each meeting at the candidate place nearest to its
members together; or by a p-median with capacities over the candidate places, which knows no smallest
size. Who accepts video alone is dealt out to groups by video. How far anybody travels, roles, languages,
who is apart: not known.
"""

import math
import warnings
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
from campaigns.rule_book import RuleBook
from grouping_builder import GroupWanted
from numpy.typing import NDArray

from benchmarks.peer_judge import Proposal, needed, versions_of, with_holders
from sip_grouping import Edition
from sip_grouping.edition.records import SizeLimits, Track

Placed = list[tuple[str, list[int]]]
"""Places and the members there."""

_KM_PER_DEGREE = 111.2
"""Of latitude; of longitude times the cosine of the latitude. Near enough to cluster a country."""


def k_means(edition: Edition, seconds: float, seed: int) -> Proposal:  # noqa: ARG001 (takes no limit)
    """Cluster the homes of each theme with k-means-constrained."""
    package = needed("k_means_constrained", "k-means-constrained")
    book = RuleBook(edition)
    names = list(book.candidates)
    at = _plane([book.candidates[one] for one in names])

    def clustered(members: Sequence[int], limits: SizeLimits) -> Placed:
        count = max(1, len(members) // limits.size_min)
        homes = _plane([book.homes[one] for one in members])
        if count * limits.size_max < len(members):
            return []
        labels = np.zeros(len(members), dtype=np.int64)
        if count > 1:
            clustering = package.KMeansConstrained(
                n_clusters=count, size_min=limits.size_min,
                size_max=min(limits.size_max, len(members) - 1), random_state=seed,
            )  # fmt: skip
            labels = clustering.fit_predict(homes)
        placed: Placed = []
        for number in range(count):
            inside = [one for one, label in zip(members, labels, strict=True) if label == number]
            ways = np.linalg.norm(at[:, None] - homes[labels == number], axis=2).sum(axis=1)
            placed.append((names[int(ways.argmin())], inside))
        return placed

    return Proposal(
        _theme_by_theme(book, clustered), "done", versions=versions_of("k-means-constrained")
    )


def p_median(edition: Edition, seconds: float, seed: int) -> Proposal:  # noqa: ARG001 (nothing is drawn)
    """Choose places of each theme with spopt's capacitated p-median, solved by HiGHS."""
    locate = needed("spopt.locate", "spopt")
    pulp = needed("pulp", "pulp")
    book = RuleBook(edition)
    names = list(book.candidates)
    share = seconds / max(1, len(edition.themes))

    def located(members: Sequence[int], limits: SizeLimits) -> Placed:
        count = min(len(names), max(1, len(members) // limits.size_min))
        if not names or count * limits.size_max < len(members):
            return []
        cost = np.array([[book.travel_m(one, place) / 1000 for place in names] for one in members])
        with warnings.catch_warnings():
            # PuLP tells spopt how its version 4 will want it.
            warnings.simplefilter("ignore", DeprecationWarning)
            model = locate.PMedian.from_cost_matrix(
                cost, np.ones(len(members)), p_facilities=count,
                facility_capacities=np.full(len(names), limits.size_max),
            )  # fmt: skip
        model.problem.solve(pulp.HiGHS(msg=False, timeLimit=share, threads=1))
        inside: dict[str, list[int]] = defaultdict(list)
        # Its own table takes any value above 0 for a place; binaries are read as such here.
        for number, one in enumerate(members):
            values = [variable.value() or 0.0 for variable in model.cli_assgn_vars[number]]
            if max(values, default=0.0) > 0.5:
                inside[names[int(np.argmax(values))]].append(one)
        return list(inside.items())

    return Proposal(
        _theme_by_theme(book, located), "done", versions=versions_of("spopt", "pulp", "highspy")
    )


def _theme_by_theme(
    book: RuleBook, put: Callable[[Sequence[int], SizeLimits], Placed]
) -> tuple[GroupWanted, ...]:
    wants: dict[str, list[int]] = defaultdict(list)
    for number, member in enumerate(book.members):
        theme = next((one for one in member.themes if book.may_study(number, one)), None)
        if theme is not None:
            wants[theme].append(number)
    groups: list[GroupWanted] = []
    for theme, members in wants.items():
        rules, tracks = book.rules[theme], book.edition.theme_by_id[theme].tracks
        local = [one for one in members if book.members[one].local and Track.LOCAL in tracks]
        if len(local) >= rules.local.size_min:
            for place, inside in put(local, rules.local):
                groups.append(with_holders(book, theme, Track.LOCAL, place, inside))
        else:
            local = []
        video = [one for one in members if one not in local and book.members[one].video]
        if Track.VIDEO in tracks and len(video) >= rules.video.size_min:
            count = math.ceil(len(video) / rules.video.size_max)
            dealt = (video[number::count] for number in range(count))
            groups += (with_holders(book, theme, Track.VIDEO, "", inside) for inside in dealt)
    return tuple(groups)


def _plane(positions: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Return kilometres east and north of degrees, shape (n, 2)."""
    degrees = np.array([(float(one[0]), float(one[1])) for one in positions]).reshape(-1, 2)
    shrink = np.cos(np.radians(degrees[:, 0].mean() if len(degrees) else 0.0))
    plane: NDArray[np.float64] = degrees * np.array([_KM_PER_DEGREE, _KM_PER_DEGREE * shrink])
    return plane
