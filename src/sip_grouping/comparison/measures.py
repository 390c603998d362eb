"""What groupings are ranked by, and which of them no other beats.

Comes in: groupings, perhaps an edition whose points are to count for all. Goes out: figures by measure,
an order, and the Pareto set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Track
from sip_grouping.errors import InputError
from sip_grouping.findings import finding, nearest
from sip_grouping.grouping import Grouping, ScoreTerms
from sip_grouping.grouping.previous import previous_thousandths
from sip_grouping.units import THOUSANDTHS

Figures = Mapping[str, float | None]
"""Value by measure; None where there is nothing to measure."""

MEASURES: Mapping[str, bool] = {
    "score": True,
    "placed": True,
    "first_choices": True,
    "mean_travel_km": False,
    "max_travel_km": False,
    "groups": False,
    "video_share": False,
}
"""Measures, and whether more is better."""

WITHOUT_SCORE = ("placed", "first_choices", "mean_travel_km")
WITH_SCORE = ("score", "placed", "mean_travel_km")
"""What is looked at where nobody says what: scores of different points say nothing beside each other."""


def figures_of(grouping: Grouping, edition: Edition | None = None) -> Figures:
    """Return all measures of a grouping.

    Travel is that of members in local groups, in km; `video_share` a share of the places taken.

    Parameters
    ----------
    edition
        Whose points make the score. None: the score of the grouping itself.
    """
    terms = grouping.score_terms if edition is None else points_by(edition, grouping)
    placements = grouping.placements
    travel = [one.travel_m or 0 for one in placements if one.track is Track.LOCAL]
    videos = sum(one.track is Track.VIDEO for one in placements)
    return {
        "score": _score(grouping, terms, own=edition is None),
        "placed": len({one.member_id for one in placements}),
        "first_choices": sum(one.rank == 1 for one in placements),
        "mean_travel_km": fmean(travel) / 1000 if travel else None,
        "max_travel_km": max(travel) / 1000 if travel else None,
        "groups": len(grouping.group_records),
        "video_share": videos / len(placements) if placements else None,
    }


def _score(grouping: Grouping, terms: ScoreTerms | None, *, own: bool) -> float | None:
    if own:
        return grouping.score
    return None if terms is None else terms.total / THOUSANDTHS


def points_by(edition: Edition, grouping: Grouping) -> ScoreTerms | None:
    """Return what a grouping scores by the points of an edition, taking its distances as they stand.

    None where it places somebody on a theme that this member of the edition did not rank: then the
    edition is not about these people.
    """
    score = edition.score
    rank = travel = video = 0
    for one in grouping.placements:
        member = edition.member_by_id.get(one.member_id)
        ranked = None if member is None else member.rank_of(one.theme)
        if member is None or ranked is None:
            return None
        rank += member.weight * score.rank_thousandths(ranked)
        if one.track is Track.LOCAL:
            travel += member.weight * score.travel_thousandths(one.travel_m or 0)
        elif member.local:
            video += member.weight * score.video_thousandths
    return ScoreTerms(
        rank=rank,
        travel=travel,
        video=video,
        groups=score.group_thousandths * len(grouping.group_records),
        places=edition.open_thousandths(one.place for one in grouping.group_records),
        previous=previous_thousandths(edition, grouping.placements),
    )


def checked_measures(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of measures, each once.

    Raises
    ------
    InputError
        One is unknown or named twice, or there is none; holds every finding.
    """
    given, known = tuple(map(str, names)), ", ".join(MEASURES)
    place = ("compare", None, "by")
    findings = [
        finding("unknown-measure", *place, value=one, known=known, near=nearest(one, MEASURES))
        for one in given
        if one not in MEASURES
    ]
    if not given:
        findings.append(finding("unknown-measure", *place, variant="none", known=known))
    if len(set(given)) < len(given):
        shown = ", ".join(given)
        findings.append(
            finding("unknown-measure", *place, value=shown, variant="twice", known=known)
        )
    if findings:
        raise InputError(findings)
    return given


@dataclass(frozen=True, slots=True)
class Ranked:
    """A grouping among others.

    Attributes
    ----------
    index
        Which it is, in the order given.
    order
        1 is the best; equal ones have the same.
    pareto
        Whether no other is at least as good in every measure and better in one.
    """

    index: int
    order: int
    pareto: bool


def ranked(figures: Sequence[Figures], by: Sequence[str]) -> list[Ranked]:
    """Return groupings, best first: by the first measure, where equal by the next, and so on.

    Where nobody travels, that is less than any travel; another measure that is missing is the worst.
    """
    keys = [tuple(_merit(one[name], name) for name in by) for one in figures]
    best_first = sorted(range(len(keys)), key=lambda at: [-one for one in keys[at]])
    return [
        Ranked(
            index,
            1 + sum(key > keys[index] for key in keys),
            not any(_beats(key, keys[index]) for key in keys),
        )
        for index in best_first
    ]


def _merit(value: float | None, name: str) -> float:
    """Return a value of which more is better."""
    if value is None:
        return 0.0 if "travel" in name else float("-inf")
    return value if MEASURES[name] else -value


def _beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one != other and all(a >= b for a, b in zip(one, other, strict=True))
