"""The rules that concern one group at a time.

Comes in: `Facts`. Goes out: violations. One function per rule; a group whose theme is unknown, or
that has no members, is reported by `record_rules` and passed over here.
"""

from collections.abc import Callable, Iterator, Sequence

from sip_grouping.catalogue import telling
from sip_grouping.edition.records import Member, Role, Rules, Track
from sip_grouping.grouping import Group
from sip_grouping.rules import RuleId
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.violation import Violation, figure, violation

Check = Callable[[Facts], Iterator[Violation]]


def check_size(facts: Facts) -> Iterator[Violation]:
    """Check that the seats that members take are within the limits of track and theme."""
    for group, rules, members in _groups_with_rules(facts):
        limits = rules.sizes(group.track)
        taken = sum(member.weight for member in members)
        if not limits.size_min <= taken <= limits.size_max:
            yield violation(
                RuleId.SIZE,
                f"size-{group.track}",
                group.group_id,
                found=taken,
                allowed=figure("range", low=limits.size_min, high=limits.size_max),
                theme=group.theme,
            )


def check_track_allowed(facts: Facts) -> Iterator[Violation]:
    """Check that the theme allows the track of the group."""
    for group, _, _ in _groups_with_rules(facts):
        tracks = facts.edition.theme_by_id[group.theme].tracks
        if group.track not in tracks:
            yield violation(
                RuleId.TRACK_ALLOWED,
                "track-not-allowed",
                group.group_id,
                found=telling("track", group.track.value),
                # It has one or both, and not this one.
                allowed=telling("track", tracks[0].value),
                theme=group.theme,
            )


def check_moderators(facts: Facts) -> Iterator[Violation]:
    """Check for exactly the wanted number of moderators, all different."""
    for group, rules, _ in _groups_with_rules(facts):
        yield from _role_count(facts, group, RuleId.MODERATORS, Role.MODERATOR, rules.moderators)


def check_secretaries(facts: Facts) -> Iterator[Violation]:
    """Check for exactly the wanted number of secretaries, all different."""
    for group, rules, _ in _groups_with_rules(facts):
        yield from _role_count(facts, group, RuleId.SECRETARIES, Role.SECRETARY, rules.secretaries)


def _role_count(
    facts: Facts, group: Group, rule: RuleId, role: Role, wanted: int
) -> Iterator[Violation]:
    count = len(facts.holders.get((group.group_id, role), ()))
    if count != wanted:
        yield violation(
            rule,
            f"{role}-count",
            group.group_id,
            found=count,
            allowed=wanted,
        )


def check_experienced(facts: Facts) -> Iterator[Violation]:
    """Check that enough members have been in an edition before."""
    for group, rules, members in _groups_with_rules(facts):
        experienced = sum(member.experienced for member in members)
        if experienced < rules.experienced_min:
            yield violation(
                RuleId.EXPERIENCED,
                "experienced",
                group.group_id,
                found=experienced,
                allowed=figure("at-least", limit=rules.experienced_min),
            )


def check_volunteers(facts: Facts) -> Iterator[Violation]:
    """Check that who holds a role, by its row or by the row of the group, volunteered and is in the group."""
    for group in facts.groups.values():
        in_group = facts.rows_of_group.get(group.group_id, {})
        for role, listed in (
            (Role.MODERATOR, group.moderators),
            (Role.SECRETARY, group.secretaries),
        ):
            by_rows = facts.holders.get((group.group_id, role), ())
            for member_id in dict.fromkeys((*by_rows, *listed)):
                member = facts.edition.member_by_id.get(member_id)
                if member is None:
                    continue
                if member_id not in in_group:
                    yield violation(
                        RuleId.VOLUNTEER,
                        f"{role}-outside",
                        group.group_id,
                        member_id,
                    )
                elif not (member.moderator if role is Role.MODERATOR else member.secretary):
                    yield violation(
                        RuleId.VOLUNTEER,
                        f"{role}-unasked",
                        group.group_id,
                        member_id,
                    )


def check_role_only(facts: Facts) -> Iterator[Violation]:
    """Check that who said `only` to a role holds it in its groups; of two such roles, one."""
    for group in facts.filled_groups:
        for member_id, row in facts.rows_of_group[group.group_id].items():
            member = facts.edition.member_by_id[member_id]
            answers = {Role.MODERATOR: member.moderator, Role.SECRETARY: member.secretary}
            only = [role.value for role, answer in answers.items() if answer == "only"]
            if only and row.role.value not in only:
                yield violation(
                    RuleId.ROLE_ONLY,
                    "role-only",
                    group.group_id,
                    member_id,
                    found=telling("role", row.role.value),
                    allowed=telling("role", only[0]) if len(only) == 1 else figure("either-role"),
                )


def check_place(facts: Facts) -> Iterator[Violation]:
    """Check that a local group meets at a candidate place, a video group at none.

    A place that does not exist at all is reported as an unknown id instead.
    """
    for group in facts.groups.values():
        if group.track is Track.VIDEO:
            if group.place:
                yield violation(
                    RuleId.PLACE,
                    "place-of-video",
                    group.group_id,
                    found=group.place,
                    allowed=figure("none"),
                )
        elif not group.place:
            yield violation(RuleId.PLACE, "no-place", group.group_id)
        elif (
            group.place not in facts.places.candidates
            and facts.places.position(group.place) is not None
        ):
            yield violation(
                RuleId.PLACE,
                "no-candidate",
                group.group_id,
                found=group.place,
                allowed=figure("candidate"),
            )


def check_accepts_track(facts: Facts) -> Iterator[Violation]:
    """Check that every member accepts the track of its group."""
    for group in facts.filled_groups:
        local = group.track is Track.LOCAL
        rule = RuleId.ACCEPTS_LOCAL if local else RuleId.ACCEPTS_VIDEO
        for member in facts.members_of(group):
            if not (member.local if local else member.video):
                yield violation(
                    rule,
                    f"accepts-no-{group.track}",
                    group.group_id,
                    member.member_id,
                )


def check_travel(facts: Facts) -> Iterator[Violation]:
    """Check that every member lives within the travel limit, or the office limit at its own office.

    Whole metres are compared with whole metres.
    """
    for group, rules, members in _groups_with_rules(facts):
        for member in members:
            travel_m = facts.travel_m(member, group)
            at_own_office = group.place == member.office
            limit_m = rules.office_travel_m if at_own_office else rules.travel_m
            if travel_m is not None and travel_m > limit_m:
                yield violation(
                    RuleId.TRAVEL,
                    "travel",
                    group.group_id,
                    member.member_id,
                    found=f"{travel_m} m",
                    allowed=figure("at-most", limit=f"{limit_m} m"),
                    place=group.place,
                )


def check_spread(facts: Facts) -> Iterator[Violation]:
    """Check that the two members of a local group that live farthest apart are within the limit."""
    for group, rules, _ in _groups_with_rules(facts):
        if rules.spread_m is None or group.track is not Track.LOCAL:
            continue
        spread_m, first, second = facts.farthest[group.group_id]
        if spread_m > rules.spread_m:
            yield violation(
                RuleId.SPREAD,
                "spread",
                group.group_id,
                first,
                found=f"{spread_m} m",
                allowed=figure("at-most", limit=f"{rules.spread_m} m"),
                other_id=second,
                other=second,
            )


def check_shared_language(facts: Facts) -> Iterator[Violation]:
    """Check that every member lists the language of its group; a member that lists none takes any."""
    for group, rules, members in _groups_with_rules(facts):
        if rules.shared_language:
            listed = {member.member_id: member.languages for member in members}
            yield from _shared(group, RuleId.SHARED_LANGUAGE, "language", group.language, listed)


def check_shared_slot(facts: Facts) -> Iterator[Violation]:
    """Check that every member lists the weekly slot of its group; a member that lists none takes any."""
    for group, rules, members in _groups_with_rules(facts):
        if rules.shared_slot:
            listed = {member.member_id: member.slots for member in members}
            yield from _shared(group, RuleId.SHARED_SLOT, "slot", group.slot, listed)


def check_rooms(facts: Facts) -> Iterator[Violation]:
    """Check that an office has a room for each of its groups in one slot.

    Where it has none, no group that shares a slot meets there; else one without a slot takes no room.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for group, rules, _ in _groups_with_rules(facts):
        if rules.shared_slot and group.track is Track.LOCAL:
            found.setdefault((group.place, group.slot), []).append(group.group_id)
    for (place, slot), groups in found.items():
        office = facts.edition.office_by_id.get(place)
        rooms = None if office is None else office.rooms
        if rooms is not None and len(groups) > rooms and (slot or not rooms):
            yield violation(
                RuleId.ROOMS,
                "few-rooms" if slot else "no-room",
                groups[-1],
                found=len(groups),
                allowed=figure("at-most", limit=rooms),
                place=place,
                slot=slot,
            )


def check_seats(facts: Facts) -> Iterator[Violation]:
    """Check that the groups of an office have no more members together than it has seats."""
    taken: dict[str, int] = {}
    last: dict[str, str] = {}
    for group in facts.filled_groups:
        if group.track is Track.LOCAL:
            weights = (member.weight for member in facts.members_of(group))
            taken[group.place] = taken.get(group.place, 0) + sum(weights)
            last[group.place] = group.group_id
    for office in facts.edition.offices:
        members = taken.get(office.office_id, 0)
        if office.seats_max is not None and members > office.seats_max:
            yield violation(
                RuleId.SEATS,
                "few-seats",
                last[office.office_id],
                found=members,
                allowed=figure("at-most", limit=office.seats_max),
                place=office.office_id,
            )


def _shared(
    group: Group, rule: RuleId, what: str, shared: str, listed: dict[str, tuple[str, ...]]
) -> Iterator[Violation]:
    if not shared:
        if any(listed.values()):
            yield violation(rule, f"{what}-lacking", group.group_id)
        return
    for member_id, codes in listed.items():
        if codes and shared not in codes:
            yield violation(
                rule,
                f"{what}-unlisted",
                group.group_id,
                member_id,
                found=shared,
                allowed=" ".join(codes),
            )


def _groups_with_rules(facts: Facts) -> Iterator[tuple[Group, Rules, Sequence[Member]]]:
    for group in facts.filled_groups:
        rules = facts.rules_of(group)
        if rules is not None:
            yield group, rules, facts.members_of(group)


GROUP_CHECKS: tuple[Check, ...] = (
    check_track_allowed,
    check_size,
    check_moderators,
    check_secretaries,
    check_experienced,
    check_volunteers,
    check_role_only,
    check_place,
    check_accepts_track,
    check_travel,
    check_spread,
    check_shared_language,
    check_shared_slot,
    check_rooms,
    check_seats,
)
