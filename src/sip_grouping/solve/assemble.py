"""From split cells to a grouping, with all its figures and reasons; and what is claimed of it at the end.

Comes in: the groups of every cell in use. Goes out: a `Grouping`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Role, Track
from sip_grouping.geography.distance import distances_m
from sip_grouping.grouping import (
    Group,
    Grouping,
    Placement,
    ScoreTerms,
    Status,
    relative_gap,
    rounded_mean_m,
)
from sip_grouping.grouping.previous import previous_thousandths
from sip_grouping.problem import VIDEO, Cell, Problem
from sip_grouping.solve.identity import group_ids
from sip_grouping.solve.reasons import left_out
from sip_grouping.solve.task import SplitGroup

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Claims:
    """What is claimed of a grouping besides its groups."""

    bound: int | None
    seed: int
    settings: Mapping[str, JsonValue]
    versions: Mapping[str, str]
    pins: tuple[Pin, ...] = ()


def assemble(
    problem: Problem, groups: Mapping[int, tuple[SplitGroup, ...]], claims: Claims
) -> Grouping:
    """Return the grouping of the split cells, with every figure and reason."""
    edition = problem.edition
    order = {theme.id: number for number, theme in enumerate(edition.themes)}
    opened = sorted(
        ((problem.cells[cell], group) for cell, found in groups.items() for group in found),
        key=lambda one: (order[one[0].theme], one[0].track, one[0].place, one[1].members),
    )
    ids = group_ids(problem, opened)
    records: list[Group] = []
    placements: dict[str, list[Placement]] = defaultdict(list)
    for (cell, split), group_id in zip(opened, ids, strict=True):
        travel = _travel(problem, cell, split)
        records.append(_group(problem, cell, split, group_id, travel))
        for member, metres in zip(split.members, travel, strict=True):
            answers = edition.members[member]
            placements[answers.member_id].append(
                Placement(
                    member_id=answers.member_id,
                    group_id=group_id,
                    role=_role(split, member),
                    theme=cell.theme,
                    rank=answers.themes.index(cell.theme) + 1,
                    track=cell.track,
                    travel_m=metres if cell.track is Track.LOCAL else None,
                )
            )
    placed = tuple(
        one for member in edition.members for one in placements.get(member.member_id, ())
    )
    terms = score_terms(edition, placed, records)
    optimal = claims.bound == terms.total
    return Grouping(
        edition_name=edition.name,
        edition_digest=edition.digest,
        edition_digests=edition.digests,
        edition_entries=edition.kept_entries,
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        group_records=tuple(records),
        placements=placed,
        left_out=left_out(problem, placements.keys(), optimal=optimal),
        score_thousandths=terms.total,
        score_terms=terms,
        bound_thousandths=claims.bound,
        gap=relative_gap(terms.total, claims.bound),
        pins=claims.pins,
        seed=claims.seed,
        settings=claims.settings,
        versions=claims.versions,
    )


def score_terms(
    edition: Edition, placements: tuple[Placement, ...], groups: Sequence[Group]
) -> ScoreTerms:
    """Return the terms of the score of some placements in these groups, in thousandths."""
    score, members = edition.score, [edition.member_by_id[one.member_id] for one in placements]
    seats = list(zip(placements, members, strict=True))
    by_video = (member.weight for one, member in seats if one.track is Track.VIDEO and member.local)
    return ScoreTerms(
        rank=sum(member.weight * score.rank_thousandths(one.rank) for one, member in seats),
        travel=sum(
            member.weight * score.travel_thousandths(one.travel_m)
            for one, member in seats
            if one.travel_m is not None
        ),
        video=sum(by_video) * score.video_thousandths,
        groups=len(groups) * score.group_thousandths,
        places=edition.open_thousandths(one.place for one in groups),
        previous=previous_thousandths(edition, placements),
    )


def _travel(problem: Problem, cell: Cell, split: SplitGroup) -> list[int]:
    if cell.place == VIDEO:
        return [0] * len(split.members)
    place = problem.places[cell.place]
    edition = problem.edition
    homes = np.array([edition.position(edition.members[member]) for member in split.members])
    metres = distances_m(homes[:, 0], homes[:, 1], place.latitude, place.longitude)
    return [int(one) for one in metres]


def _group(
    problem: Problem, cell: Cell, split: SplitGroup, group_id: str, travel: list[int]
) -> Group:
    edition = problem.edition
    members = [edition.members[member] for member in split.members]
    local = cell.place != VIDEO
    place = problem.places[cell.place] if local else None
    ids = {
        role: tuple(sorted(edition.members[m].member_id for m in held))
        for role, held in ((Role.MODERATOR, split.moderators), (Role.SECRETARY, split.secretaries))
    }
    return Group(
        group_id=group_id,
        theme=cell.theme,
        track=cell.track,
        place=place.place_id if place else "",
        place_name=place.name if place else "",
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        language=_shared(cell.rules.shared_language, cell.language, [m.languages for m in members]),
        slot=_shared(cell.rules.shared_slot, cell.slot, [m.slots for m in members]),
        size=len(members),
        moderators=ids[Role.MODERATOR],
        secretaries=ids[Role.SECRETARY],
        mean_travel_m=rounded_mean_m(travel) if local else None,
        max_travel_m=max(travel) if local else None,
        spread_m=_spread(edition, members) if local else None,
    )


def _shared(wanted: bool, preferred: str, listed: list[tuple[str, ...]]) -> str:
    """Return a code that every member lists or takes: the cell's own if it is one, else the first."""
    own = [set(codes) for codes in listed if codes]
    if not wanted or not own:
        return ""
    shared = set.intersection(*own)
    return preferred if preferred in shared else min(shared)


def _spread(edition: Edition, members: list[Member]) -> int:
    homes = np.unique(np.array([edition.position(member) for member in members]), axis=0)
    first, second = np.triu_indices(len(homes), k=1)
    if not len(first):
        return 0
    return int(
        distances_m(homes[first, 0], homes[first, 1], homes[second, 0], homes[second, 1]).max()
    )


def _role(split: SplitGroup, member: int) -> Role:
    if member in split.moderators:
        return Role.MODERATOR
    return Role.SECRETARY if member in split.secretaries else Role.MEMBER
