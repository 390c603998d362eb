"""Groupings for tests, with every claim computed honestly, to be verified as they are or tampered with.

Comes in: an edition, and who is in which group. Goes out: a `Grouping`. Written from the file contract
with geopy alone: shares no code with the engine or the verifier.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NotRequired, TypedDict

from positions import metres, place_positions
from reasons_by_hand import ReasonsByHand

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Track
from sip_grouping.grouping import (
    Group,
    Grouping,
    LeftOut,
    LeftOutStatus,
    Placement,
    Reason,
    ScoreTerms,
    Status,
)


class GroupWanted(TypedDict):
    """One group to build; language and slot left out: the first that its members share."""

    theme: str
    members: Sequence[str]
    track: NotRequired[str]
    place: NotRequired[str]
    moderators: NotRequired[Sequence[str]]
    secretaries: NotRequired[Sequence[str]]
    language: NotRequired[str]
    slot: NotRequired[str]
    group_id: NotRequired[str]


def build_grouping(
    edition: Edition,
    groups: Sequence[GroupWanted],
    *,
    bound_thousandths: int | None = None,
    proven: bool = False,
    reasons: Mapping[str, Reason] | None = None,
) -> Grouping:
    """Return the grouping with these groups; `proven` makes the score its own bound.

    Nothing is checked: a group that breaks a rule is built as it is told. `reasons` left out: the true
    ones.
    """
    records: list[Group] = []
    placements: list[Placement] = []
    for number, wanted in enumerate(groups, start=1):
        group, rows = _one_group(edition, wanted, f"g{number}")
        records.append(group)
        placements += rows
    terms = _score_terms(edition, records, placements)
    bound = terms.total if proven else bound_thousandths
    optimal = bound == terms.total
    by_hand = ReasonsByHand(edition)
    placed = {row.member_id for row in placements}
    return Grouping(
        edition_name=edition.name,
        edition_digest=edition.digest,
        edition_digests=edition.digests,
        edition_entries=edition.kept_entries,
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        group_records=tuple(records),
        placements=tuple(placements),
        left_out=tuple(
            _left_out(
                member,
                (reasons or {}).get(member.member_id) or by_hand.reason(member, proven=optimal),
            )
            for member in edition.members
            if member.member_id not in placed
        ),
        score_thousandths=terms.total,
        score_terms=terms,
        bound_thousandths=bound,
        gap=_gap(terms.total, bound),
    )


def _one_group(
    edition: Edition, wanted: GroupWanted, default_id: str
) -> tuple[Group, list[Placement]]:
    members = [edition.member_by_id[member_id] for member_id in wanted["members"]]
    track = Track(wanted.get("track", "local"))
    place = wanted.get("place", "")
    where = place_positions(edition)[place] if track is Track.LOCAL else None
    homes = [edition.position(member) for member in members]
    travels = [None if where is None else metres(home, where) for home in homes]
    known = [travel for travel in travels if travel is not None]
    role_of = dict.fromkeys(wanted.get("moderators", ()), Role.MODERATOR) | dict.fromkeys(
        wanted.get("secretaries", ()), Role.SECRETARY
    )
    group = Group(
        group_id=wanted.get("group_id", default_id),
        theme=wanted["theme"],
        track=track,
        place=place,
        latitude=where and where[0],
        longitude=where and where[1],
        language=wanted.get("language", _shared([member.languages for member in members])),
        slot=wanted.get("slot", _shared([member.slots for member in members])),
        size=len(members),
        moderators=tuple(wanted.get("moderators", ())),
        secretaries=tuple(wanted.get("secretaries", ())),
        mean_travel_m=_whole(Decimal(sum(known)) / len(known)) if known else None,
        max_travel_m=max(known) if known else None,
        spread_m=max(metres(a, b) for a in homes for b in homes) if known else None,
    )
    rows = [
        Placement(
            member_id=member.member_id,
            group_id=group.group_id,
            role=role_of.get(member.member_id, Role.MEMBER),
            theme=group.theme,
            rank=member.rank_of(group.theme) or 1,
            track=track,
            travel_m=travel,
        )
        for member, travel in zip(members, travels, strict=True)
    ]
    return group, rows


def _shared(lists: Sequence[tuple[str, ...]]) -> str:
    listed = [set(codes) for codes in lists if codes]
    return min(set.intersection(*listed), default="") if listed else ""


def _score_terms(
    edition: Edition, groups: Sequence[Group], placements: Sequence[Placement]
) -> ScoreTerms:
    score = edition.score
    rank = travel = video = Decimal(0)
    for row in placements:
        member = edition.member_by_id[row.member_id]
        if row.theme in member.themes:
            place = min(member.themes.index(row.theme), len(score.rank_points) - 1)
            rank += member.weight * Decimal(str(score.rank_points[place]))
        if row.travel_m is not None:
            km = Decimal(row.travel_m) / 1000
            lost = Decimal(str(score.km_points)) * km
            travel += member.weight * lost.quantize(Decimal("0.001"), ROUND_HALF_UP)
        if row.track is Track.VIDEO and member.local:
            video += member.weight * Decimal(str(score.video_points))
    used = {group.place for group in groups if group.track is Track.LOCAL}
    opened = sum(Decimal(str(o.open_points)) for o in edition.offices if o.office_id in used)
    groups_lost = Decimal(str(score.group_points)) * len(groups)
    return ScoreTerms(
        rank=_whole(rank * 1000),
        travel=_whole(travel * 1000),
        video=_whole(video * 1000),
        groups=_whole(groups_lost * 1000),
        places=_whole(Decimal(opened) * 1000),
    )


def _gap(score: int, bound: int | None) -> float | None:
    if bound is None or (score == 0 and bound != 0):
        return None
    return 0.0 if bound == score else (bound - score) / abs(score)


def _left_out(member: Member, reason: Reason) -> LeftOut:
    if member.eligible:
        return LeftOut(member_id=member.member_id, status=LeftOutStatus.UNPLACED, reason=reason)
    why = Reason.NOT_COMMITTED if member.cooperator else Reason.NOT_COOPERATOR
    return LeftOut(member_id=member.member_id, status=LeftOutStatus.INELIGIBLE, reason=why)


def _whole(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_HALF_UP))
