"""From the tables as somebody left them to a whole grouping: every figure computed anew.

Comes in: an `Edition`, `HandTables`, the grouping they were written from. Goes out: a `Grouping`, whether or
not it keeps the rules. All figures are those of the verifier, which shares nothing with the engine.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import TypeVar

from sip_grouping.by_hand.sharing import languages_of, slots_of
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role
from sip_grouping.grouping import (
    Group,
    Grouping,
    LeftOut,
    LeftOutStatus,
    Placement,
    Reason,
    ScoreTerms,
    Stage,
    Status,
    relative_gap,
)
from sip_grouping.reading.group_rows import HandGroup
from sip_grouping.reading.moved import HandSeat, HandTables
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.figures import figures_of, same_degrees
from sip_grouping.verification.reasons import STRENGTH, TrueReasons
from sip_grouping.verification.score import objective_values

NOT_RANKED = 0
"""The rank shown where a member did not rank the theme of its group, which no valid grouping has."""

_T = TypeVar("_T", bound=Hashable)


def completed(edition: Edition, tables: HandTables, stored: Grouping | None) -> Grouping:
    """Return the grouping that the tables say.

    Its bounds are those of the stored grouping, where that is of the same edition. Where nothing was
    changed it is the stored one, if that is true.

    Parameters
    ----------
    edition
        With the pins that the stored grouping was given.
    """
    before = stored or _nothing(edition)
    known = {group.group_id: number for number, group in enumerate(before.group_records)}
    groups = sorted(tables.groups, key=lambda one: known.get(one.group_id, len(known)))
    rows = _rows(edition, groups, tables.seats)
    facts = Facts(edition, _drafted(edition, groups, rows))
    terms = facts.score_terms
    bounds_hold = before.edition_digest == edition.digest
    bound = before.bound_thousandths if bounds_hold else None
    stages = _stages(facts, before, bounds_hold=bounds_hold)
    proven = all(one.bound == one.value for one in stages) if stages else bound == terms.total
    records = [
        _group(facts, one, before.group_by_id.get(one.group_id)) for one in facts.filled_groups
    ]
    placements = [_placement(facts, row) for row in facts.grouping.placements]
    edited = set(before.group_records) != set(records) or set(before.placements) != set(placements)
    return Grouping(
        edition_name=edition.name,
        edition_digest=edition.digest,
        edition_digests=edition.digests,
        edition_entries=edition.kept_entries,
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        group_records=_in_order_of(before.group_records, records),
        placements=_in_order_of(before.placements, placements),
        left_out=_in_order_of(before.left_out, _left_out(facts, before, proven=proven)),
        score_thousandths=terms.total,
        score_terms=terms,
        bound_thousandths=bound,
        gap=relative_gap(terms.total, bound),
        stages=stages,
        pins=before.pins,
        seed=before.seed,
        settings={**before.settings, **({"edited_by_hand": True} if edited else {})},
        versions=before.versions,
    )


def without_bounds(grouping: Grouping) -> Grouping:
    """Return a grouping of which nothing is proven."""
    reasons = {Reason.OUTWEIGHED: Reason.NOT_IN_BEST_FOUND}
    return grouping.model_copy(
        update={
            "status": Status.FEASIBLE,
            "bound_thousandths": None,
            "gap": None,
            "stages": tuple(
                one.model_copy(update={"bound": None, "gap": None}) for one in grouping.stages
            ),
            "left_out": tuple(
                row.model_copy(update={"reason": reasons.get(row.reason, row.reason)})
                for row in grouping.left_out
            ),
        }
    )


def _nothing(edition: Edition) -> Grouping:
    """Return the grouping without groups, where no other is known."""
    return Grouping(
        edition_name=edition.name,
        edition_digest=edition.digest,
        status=Status.FEASIBLE,
        group_records=(),
        placements=(),
        score_thousandths=0,
        score_terms=ScoreTerms(),
    )


_Seated = tuple[Member, HandGroup, Role]


def _rows(
    edition: Edition, groups: Sequence[HandGroup], seats: Sequence[HandSeat]
) -> list[_Seated]:
    """Return who is where, in the order of the edition's members and of the groups."""
    order = {group.group_id: number for number, group in enumerate(groups)}
    of_member: dict[str, list[HandSeat]] = defaultdict(list)
    for seat in sorted(seats, key=lambda one: order[one.group_id]):
        of_member[seat.member_id].append(seat)
    return [
        (member, groups[order[seat.group_id]], seat.role)
        for member in edition.members
        for seat in of_member.get(member.member_id, ())
    ]


def _drafted(edition: Edition, groups: Sequence[HandGroup], rows: Sequence[_Seated]) -> Grouping:
    """Return a grouping that says who is where, and nothing that has to be computed from it."""
    members: dict[str, list[Member]] = defaultdict(list)
    holders: dict[tuple[str, Role], list[str]] = defaultdict(list)
    for member, group, role in rows:
        members[group.group_id].append(member)
        holders[group.group_id, role].append(member.member_id)
    languages = languages_of(edition, groups, members)
    slots = slots_of(edition, groups, members)
    records = tuple(
        Group(
            group_id=one.group_id,
            theme=one.theme,
            track=one.track,
            place=one.place,
            language=languages[one.group_id],
            slot=slots[one.group_id],
            size=len(members[one.group_id]),
            moderators=tuple(sorted(holders[one.group_id, Role.MODERATOR])),
            secretaries=tuple(sorted(holders[one.group_id, Role.SECRETARY])),
        )
        for one in groups
    )
    placements = tuple(
        Placement(
            member_id=member.member_id,
            group_id=group.group_id,
            role=role,
            theme=group.theme,
            rank=member.rank_of(group.theme) or NOT_RANKED,
            track=group.track,
        )
        for member, group, role in rows
    )
    return _nothing(edition).model_copy(update={"group_records": records, "placements": placements})


def _group(facts: Facts, draft: Group, stored: Group | None) -> Group:
    """Return a group with its figures; the stored one, digit by digit, where that is true."""
    figures = figures_of(facts, draft)
    group = draft.model_copy(
        update={
            "place_name": facts.places.name(draft.place) if draft.place else "",
            "latitude": figures.latitude,
            "longitude": figures.longitude,
            "size": figures.size,
            "mean_travel_m": figures.mean_travel_m,
            "max_travel_m": figures.max_travel_m,
            "spread_m": figures.spread_m,
        }
    )
    if stored is None:
        return group
    kept = {
        field: getattr(stored, field)
        for field in ("moderators", "secretaries")
        if sorted(getattr(stored, field)) == sorted(getattr(group, field))
    }
    if stored.place == group.place:
        if stored.place_name in {"", group.place_name}:
            kept["place_name"] = stored.place_name
        kept |= {
            axis: getattr(stored, axis)
            for axis in ("latitude", "longitude")
            if same_degrees(getattr(stored, axis), getattr(group, axis))
        }
    return group.model_copy(update=kept)


def _placement(facts: Facts, draft: Placement) -> Placement:
    member = facts.edition.member_by_id[draft.member_id]
    travel_m = facts.travel_m(member, facts.groups[draft.group_id])
    return draft.model_copy(update={"travel_m": travel_m})


def _stages(facts: Facts, before: Grouping, *, bounds_hold: bool) -> tuple[Stage, ...]:
    """Return the stages with their true values.

    The bound of each was proven with the values of those before it kept: it holds where they are. What
    changed since a proposal cannot be told of tables alone, and its stage is left out.
    """
    values = objective_values(facts, [stage.name for stage in before.stages])
    found = []
    for stage in before.stages:
        if stage.name not in values:
            bounds_hold = False
            continue
        value = values[stage.name]
        bound = stage.bound if bounds_hold else None
        gap = relative_gap(value, bound)
        found.append(Stage(name=stage.name, value=value, bound=bound, gap=gap))
        bounds_hold &= value >= stage.value
    return tuple(found)


def _left_out(facts: Facts, before: Grouping, *, proven: bool) -> list[LeftOut]:
    """Return the members without a group, each with its reason; where two may be given, as before."""
    reasons = TrueReasons(facts, proven=proven)
    given = {row.member_id: row.reason for row in before.left_out}
    outweighed = Reason.OUTWEIGHED if proven else Reason.NOT_IN_BEST_FOUND
    found = []
    for member in facts.edition.members:
        if member.member_id in facts.rows_of_member:
            continue
        true = reasons.of(member)
        reason = given.get(member.member_id, outweighed)
        if reason in {Reason.OUTWEIGHED, Reason.NOT_IN_BEST_FOUND}:
            reason = outweighed
        if reason not in true:
            reason = max(true, key=STRENGTH.__getitem__)
        status = LeftOutStatus.UNPLACED if member.eligible else LeftOutStatus.INELIGIBLE
        found.append(LeftOut(member_id=member.member_id, status=status, reason=reason))
    return found


def _in_order_of(before: Sequence[_T], now: Sequence[_T]) -> tuple[_T, ...]:
    """Return rows as they stood, where they are the same ones; else in their own order."""
    same = len(before) == len(now) and set(before) == set(now)
    return tuple(before if same else now)
