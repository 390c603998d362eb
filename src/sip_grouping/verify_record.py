"""The record of a grouping: every id is known, and every figure is the true one.

Comes in: an `Edition`, a `Grouping` and the verifier's `Ground`. Goes out: violations of the record's
rules, and the score terms as the verifier counts them. Part of the verifier; shares no code with the
engine.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from sip_grouping.edition import Edition
from sip_grouping.ground import Ground
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
from sip_grouping.records import Member, Role, Track
from sip_grouping.rules import SENTENCES, RecordRuleId
from sip_grouping.violation import Violation

_SAME_DEGREES = 1e-9


def record_violations(edition: Edition, grouping: Grouping, ground: Ground) -> Iterator[Violation]:
    """Yield what is untrue in the record of a grouping."""
    if (grouping.edition_digest, grouping.edition_name) != (edition.digest, edition.name):
        yield _violation(RecordRuleId.DIGEST, found=grouping.edition_digest, allowed=edition.digest)
    yield from _known_ids(edition, grouping)
    yield from _rows(edition, grouping)
    members: dict[str, list[Member]] = defaultdict(list)
    groups = {group.group_id: group for group in grouping.group_records}
    for row in grouping.placements:
        group, member = groups.get(row.group_id), edition.member_by_id.get(row.member_id)
        if group is None or member is None:
            continue
        members[row.group_id].append(member)
        yield from _placement(edition, ground, row, group, member)
    for group in grouping.group_records:
        yield from _group(edition, ground, group, members[group.group_id])
    yield from _score(edition, grouping, ground)
    for one in grouping.left_out:
        yield from _reason(edition, grouping, ground, one)


def recounted_terms(edition: Edition, grouping: Grouping, ground: Ground) -> ScoreTerms:
    """Return the score terms of the placements, counted from the answers and geopy's distances.

    Thousandths of a point; each member's travel term is rounded to a whole thousandth, halves up.
    """
    score = edition.score
    groups = {group.group_id: group for group in grouping.group_records}
    rank = travel = video = 0
    for row in grouping.placements:
        member, group = edition.member_by_id.get(row.member_id), groups.get(row.group_id)
        if member is None or group is None or group.theme not in member.themes:
            continue
        position = member.themes.index(group.theme)
        points = score.rank_points[min(position, len(score.rank_points) - 1)]
        rank += _thousandths(points)
        if group.track is Track.VIDEO:
            video += _thousandths(score.video_points) if member.local else 0
            continue
        metres = _way(edition, ground, member, group)
        if metres is not None:
            lost = Decimal(str(score.km_points)) * metres
            travel += int(lost.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return ScoreTerms(
        rank=rank,
        travel=travel,
        video=video,
        groups=len(grouping.group_records) * _thousandths(score.group_points),
    )


def _thousandths(points: float) -> int:
    return int((Decimal(str(points)) * 1000).to_integral_exact())


def _known_ids(edition: Edition, grouping: Grouping) -> Iterator[Violation]:
    groups = {group.group_id for group in grouping.group_records}
    for row in grouping.placements:
        if row.member_id not in edition.member_by_id:
            yield _violation(RecordRuleId.KNOWN_IDS, row.group_id, row.member_id, "unknown member")
        if row.group_id not in groups:
            yield _violation(RecordRuleId.KNOWN_IDS, row.group_id, row.member_id, "unknown group")
    for one in grouping.left_out:
        if one.member_id not in edition.member_by_id:
            yield _violation(RecordRuleId.KNOWN_IDS, None, one.member_id, "unknown member")
    for group_id, count in Counter(group.group_id for group in grouping.group_records).items():
        if count > 1:
            yield _violation(RecordRuleId.KNOWN_IDS, group_id, None, f"{count} groups of this id")
    for group in grouping.group_records:
        if group.theme not in edition.theme_by_id:
            yield _violation(RecordRuleId.KNOWN_IDS, group.group_id, None, f"theme {group.theme}")


def _rows(edition: Edition, grouping: Grouping) -> Iterator[Violation]:
    placed = Counter((row.member_id, row.group_id) for row in grouping.placements)
    in_groups = {member_id for member_id, _ in placed}
    left_out = Counter(one.member_id for one in grouping.left_out)
    rule = RecordRuleId.ONE_ROW_PER_MEMBER
    for (member_id, group_id), count in placed.items():
        if count > 1:
            yield _violation(rule, group_id, member_id, f"{count} rows", "1 row")
    for member in edition.members:
        rows = left_out[member.member_id]
        if member.member_id in in_groups and rows:
            yield _violation(rule, None, member.member_id, "placed and not placed")
        elif member.member_id not in in_groups and rows != 1:
            yield _violation(rule, None, member.member_id, f"{rows} rows", "1 row")


def _placement(
    edition: Edition, ground: Ground, row: Placement, group: Group, member: Member
) -> Iterator[Violation]:
    same = (row.theme, row.track) == (group.theme, group.track)
    listed = {Role.MODERATOR: group.moderators, Role.SECRETARY: group.secretaries}
    agree = all((member.member_id in ids) == (row.role is role) for role, ids in listed.items())
    if not same or not agree:
        found = f"{row.theme}, {row.track}, {row.role}"
        yield _violation(RecordRuleId.GROUP_ROW, group.group_id, member.member_id, found)
    rank = member.themes.index(row.theme) + 1 if row.theme in member.themes else None
    if row.rank != rank:
        yield _violation(RecordRuleId.RANK_FIGURE, group.group_id, member.member_id, row.rank, rank)
    metres = None if group.track is Track.VIDEO else _way(edition, ground, member, group)
    if row.travel_m != metres:
        yield _violation(
            RecordRuleId.TRAVEL_FIGURE, group.group_id, member.member_id, row.travel_m, metres
        )


def _way(edition: Edition, ground: Ground, member: Member, group: Group) -> int | None:
    place = ground.candidates.get(group.place) or ground.anywhere(group.place)
    return None if place is None else ground.metres(edition.position(member), place)


def _group(
    edition: Edition, ground: Ground, group: Group, members: list[Member]
) -> Iterator[Violation]:
    true: dict[str, object] = {"size": len(members)}
    if group.track is Track.VIDEO:
        true |= dict.fromkeys(
            ("latitude", "longitude", "mean_travel_m", "max_travel_m", "spread_m"), None
        )
    else:
        place = ground.candidates.get(group.place) or ground.anywhere(group.place)
        ways = [_way(edition, ground, member, group) for member in members]
        known = [metres for metres in ways if metres is not None]
        if place is not None:
            true |= {"latitude": place[0], "longitude": place[1]}
        if known:
            mean = Decimal(sum(known)) / len(known)
            true["mean_travel_m"] = int(mean.quantize(Decimal(1), rounding=ROUND_HALF_UP))
            true["max_travel_m"] = max(known)
        true["spread_m"] = ground.spread_m(members)
    for name, value in true.items():
        claimed = getattr(group, name)
        if not _equal(claimed, value):
            found = f"{name} {claimed}"
            yield _violation(RecordRuleId.GROUP_FIGURES, group.group_id, None, found, value)


def _equal(claimed: object, value: object) -> bool:
    if isinstance(claimed, float) and isinstance(value, float):
        return abs(claimed - value) <= _SAME_DEGREES
    return claimed == value


def _score(edition: Edition, grouping: Grouping, ground: Ground) -> Iterator[Violation]:
    terms = recounted_terms(edition, grouping, ground)
    for name, value in terms.model_dump().items():
        claimed = getattr(grouping.score_terms, name)
        if claimed != value:
            yield _violation(RecordRuleId.SCORE_FIGURE, found=f"{name} {claimed}", allowed=value)
    score, bound = grouping.score_thousandths, grouping.bound_thousandths
    if score != terms.total:
        yield _violation(RecordRuleId.SCORE_FIGURE, found=f"score {score}", allowed=terms.total)
    if bound is not None and bound < score:
        yield _violation(RecordRuleId.BOUND, found=f"bound {bound}", allowed=f"at least {score}")
    gap = None
    if bound is not None:
        gap = 0.0 if bound == score else None if score == 0 else (bound - score) / abs(score)
    if (gap is None) != (grouping.gap is None) or abs((grouping.gap or 0) - (gap or 0)) > 1e-12:
        yield _violation(RecordRuleId.BOUND, found=f"gap {grouping.gap}", allowed=gap)
    status = Status.OPTIMAL if bound == score else Status.FEASIBLE
    if grouping.status is not status:
        yield _violation(RecordRuleId.STATUS, found=grouping.status, allowed=status)


def _reason(
    edition: Edition, grouping: Grouping, ground: Ground, one: LeftOut
) -> Iterator[Violation]:
    member = edition.member_by_id.get(one.member_id)
    if member is None:
        return
    eligible = member.cooperator and member.commits
    status = LeftOutStatus.UNPLACED if eligible else LeftOutStatus.INELIGIBLE
    if not member.cooperator:
        fits = one.reason is Reason.NOT_COOPERATOR
    elif not member.commits:
        fits = one.reason is Reason.NOT_COMMITTED
    elif one.reason is Reason.NO_TRACK:
        fits = not _tracks_open(edition, member)
    elif one.reason is Reason.NO_PLACE_IN_REACH:
        fits = _out_of_reach(edition, ground, member)
    elif one.reason in {Reason.OUTWEIGHED, Reason.NOT_IN_BEST_FOUND}:
        proven = one.reason is Reason.OUTWEIGHED
        fits = proven == (grouping.bound_thousandths == grouping.score_thousandths)
    else:
        fits = one.reason not in {Reason.NOT_COOPERATOR, Reason.NOT_COMMITTED}
    if not fits or one.status is not status:
        found = f"{one.status}, {one.reason}"
        yield _violation(RecordRuleId.REASON, None, one.member_id, found, status)


def _tracks_open(edition: Edition, member: Member) -> set[Track]:
    """Return the tracks that the member accepts and one of its themes allows."""
    themes = [edition.theme_by_id[theme] for theme in member.themes]
    allowed = {t for theme in themes if member.country in theme.countries for t in theme.tracks}
    accepted = ({Track.LOCAL} if member.local else set()) | (
        {Track.VIDEO} if member.video else set()
    )
    return allowed & accepted


def _out_of_reach(edition: Edition, ground: Ground, member: Member) -> bool:
    if Track.VIDEO in _tracks_open(edition, member):
        return False
    home = edition.position(member)
    for theme in member.themes:
        if Track.LOCAL in edition.theme_by_id[theme].tracks:
            rules = edition.rules_of(theme)
            for place, spot in ground.candidates.items():
                own = place == member.office
                limit = rules.office_travel_m if own else rules.travel_m
                if ground.within(home, spot, limit):
                    return False
    return True


def _violation(
    rule: RecordRuleId,
    group_id: str | None = None,
    member_id: str | None = None,
    found: object = None,
    allowed: object = None,
) -> Violation:
    return Violation(rule, SENTENCES[rule], group_id, member_id, found, allowed)
