"""Whether somebody may join a group as it stands: every rule of a valid grouping, told one by one.

Comes in: `Standing`, a `Person`, one of its groups. Goes out: the place that the person would have, or what
stands against it. Nobody else moves and nobody else's role changes. Written for one group and one person at
a time; what is the same for all groups is in `Standing`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sip_grouping.edition.records import Member, Pin, Role
from sip_grouping.geography.distance import distances_m
from sip_grouping.rounds.obstacles import Obstacle, against
from sip_grouping.rounds.standing import HELD, RULE_OF, Position, Standing, StandingGroup
from sip_grouping.rules import RuleId


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may join a group: a member of the edition, or of a wider list."""

    member: Member
    position: Position


@dataclass(frozen=True, slots=True)
class Seat:
    """What a person would have in a group: `language` and `slot` are those of the group from then on."""

    role: Role
    language: str
    slot: str
    leaves: tuple[int, ...] = ()


def way_m(person: Person, group: StandingGroup) -> int | None:
    """Return the way from home to a local group, whole metres; None where there is none."""
    if group.where is None:
        return None
    (lat, lon), (to_lat, to_lon) = person.position, group.where
    return int(distances_m(lat, lon, to_lat, to_lon))


def against_company(
    standing: Standing, person: Person, group: StandingGroup, travel_m: int | None
) -> Iterator[Obstacle]:
    """Yield what keeps a person and the members of a group apart, whatever the size of the group.

    Parameters
    ----------
    travel_m
        From home to the place of a local group.
    """
    yield from against_kind(standing, person, group, travel_m)
    member = person.member
    spread_m = group.rules.spread_m
    if group.local and spread_m is not None:
        (lat, lon), homes = person.position, group.homes
        farthest = int(distances_m(lat, lon, homes[:, 0], homes[:, 1]).max())
        if farthest > spread_m:
            yield against(RuleId.SPREAD, "far-from-others", km_m=farthest, limit_m=spread_m)
    apart = standing.apart.get(member.member_id, frozenset()) | set(member.apart)
    for other in sorted(apart & group.roles.keys()):
        yield against(RuleId.APART, "apart", member=other)
    if group.rules.shared_language and not _languages(person, group):
        part = "promised-language" if group.promised else "no-common-language"
        yield against(RuleId.SHARED_LANGUAGE, part)
    if group.rules.shared_slot and not _slots(person, group):
        yield against(RuleId.SHARED_SLOT, "promised-slot" if group.promised else "no-common-slot")
    if group.broken:
        yield against(group.broken[0], "broken", rules=tuple(one.value for one in group.broken))


def against_kind(
    standing: Standing, person: Person, group: StandingGroup, travel_m: int | None
) -> Iterator[Obstacle]:
    """Yield what in theme, track and place of a group does not suit a person."""
    member, theme = person.member, standing.edition.theme_by_id[group.group.theme]
    if not member.eligible:
        yield against(RuleId.ELIGIBLE, "takes-no-part")
    if theme.id not in member.themes:
        yield against(RuleId.RANKED, "not-ranked")
    if member.country not in theme.countries:
        yield against(RuleId.COUNTRY, "closed", country=member.country)
    if not member.accepts(group.group.track):
        if group.local:
            yield against(RuleId.ACCEPTS_LOCAL, "video-only")
        else:
            yield against(RuleId.ACCEPTS_VIDEO, "local-only")
    if travel_m is not None:
        own = member.office == group.group.place
        limit_m = group.rules.travel_limit_m(own_office=own)
        if travel_m > limit_m:
            yield against(RuleId.TRAVEL, "too-far", km_m=travel_m, limit_m=limit_m)


def against_size(person: Person, group: StandingGroup) -> Iterator[Obstacle]:
    """Yield what the group would still lack with one more, or have too much of."""
    size, limits = group.seats + person.member.weight, group.limits
    if size > limits.size_max:
        yield against(RuleId.SIZE, "full", size=limits.size_max)
    if size < limits.size_min:
        yield against(RuleId.SIZE, "too-small", size=size, least=limits.size_min)
    lacking = group.rules.experienced_min - group.experienced - person.member.experienced
    if lacking > 0:
        yield against(RuleId.EXPERIENCED, "inexperienced", lacking=lacking)


def may_sit_in(
    standing: Standing, person: Person, group: StandingGroup, travel_m: int | None
) -> bool:
    """Return whether somebody who is in no group suits one, whatever its size and roles."""
    return (
        not any(True for _ in against_company(standing, person, group, travel_m))
        and not any(True for _ in _against_bonds(standing, person, group, ()))
        and not isinstance(_slot(standing, person, group, ()), Obstacle)
    )


def seat_in(
    standing: Standing, person: Person, group: StandingGroup, leaves: tuple[int, ...]
) -> Seat | list[Obstacle]:
    """Return the seat of a person who suits a group and its members, or what stands against it.

    Parameters
    ----------
    leaves
        Numbers of the groups that the person would leave for it.
    """
    found = list(_against_number(standing, person, group, leaves))
    role = _role(standing, person, group, leaves)
    slot = _slot(standing, person, group, leaves)
    found += [one for one in (role, slot) if isinstance(one, Obstacle)]
    found += _against_leaving(standing, person, leaves)
    weight = person.member.weight
    seats = standing.seats_left(group, leaves, weight)
    if seats is not None and seats < weight:
        found.append(against(RuleId.SEATS, "no-seat"))
    found += _against_bonds(standing, person, group, leaves)
    if found or isinstance(role, Obstacle) or isinstance(slot, Obstacle):
        return found
    given = _against_pins(standing, person, group, leaves, role)
    if given is not None:
        return [given]
    return Seat(role, language_with(person, group), slot, leaves)


def _kept(standing: Standing, person: Person, leaves: Sequence[int]) -> dict[int, Role]:
    """Return the groups that the person is in and stays in, with its role there."""
    seats = standing.groups_of.get(person.member.member_id, {})
    return {number: role for number, role in seats.items() if number not in leaves}


def _against_number(
    standing: Standing, person: Person, group: StandingGroup, leaves: Sequence[int]
) -> Iterator[Obstacle]:
    kept = [standing.groups[number] for number in _kept(standing, person, leaves)]
    most = min(one.rules.groups_per_member for one in (*kept, group))
    if len(kept) + 1 > most or any(one.group.theme == group.group.theme for one in kept):
        yield against(RuleId.GROUPS_PER_MEMBER, "groups-enough")


def _role(
    standing: Standing, person: Person, group: StandingGroup, leaves: Sequence[int]
) -> Role | Obstacle:
    """Return the one role that leaves no other open, if the person may have it."""
    roles, kept = person.member.roles, _kept(standing, person, leaves)
    holds = any(role is not Role.MEMBER for role in kept.values())
    lacking = [role for role in HELD for _ in range(group.lacking[role])]
    if not lacking:
        if Role.MEMBER in roles:
            return Role.MEMBER
        return against(RuleId.ROLE_ONLY, "role-taken")
    for role in lacking:
        if len(lacking) == 1 and role in roles:
            if holds or (kept and person.member.only_in_a_role):
                return against(RuleId.ONE_ROLE, "role-elsewhere")
            return role
    needed = next((role for role in lacking if role not in roles), lacking[0])
    return against(RULE_OF[needed], f"no-{needed.value}")


def language_with(person: Person, group: StandingGroup) -> str:
    """Return the language in which a group works with a person in it; empty where it needs none."""
    own, wanted = _languages(person, group), group.group.language
    return _shared(own, wanted, ruled=group.rules.shared_language)


def _languages(person: Person, group: StandingGroup) -> frozenset[str]:
    """Return the languages in which a group may work with a person; an empty text: in none in particular.

    One that was proposed with the group and accepted stays.
    """
    ruled = group.rules.shared_language and group.promised
    return _with(group.languages, person.member.languages, group.group.language, kept=ruled)


def _slots(person: Person, group: StandingGroup) -> frozenset[str]:
    ruled = group.rules.shared_slot and group.promised
    return _with(group.slots, person.member.slots, group.group.slot, kept=ruled)


def _with(
    listed: frozenset[str] | None, own: Sequence[str], now: str, *, kept: bool
) -> frozenset[str]:
    if listed is None:
        found = frozenset(own) if own else frozenset({"", now})
    else:
        found = listed & frozenset(own) if own else listed
    return found & {now} if kept and now else found


def _shared(may: frozenset[str], now: str, *, ruled: bool) -> str:
    """Return what a group has from then on: what it has where that is one of them, else the first."""
    if now in may or (not now and not ruled):
        return now
    return min(may, default="")


def _slot(
    standing: Standing, person: Person, group: StandingGroup, leaves: Sequence[int]
) -> str | Obstacle:
    may, now = _slots(person, group), group.group.slot
    if not group.rules.shared_slot:
        return _shared(may, now, ruled=False)
    if not may:  # told by `against_company`
        return now
    office = standing.edition.office_by_id.get(group.group.place) if group.local else None
    rooms = None if office is None else office.rooms
    taken = set(_taken(standing, person.member.member_id, group, leaves))
    others = {slot for one in group.members for slot in _taken(standing, one.member_id, group, ())}
    obstacle = against(RuleId.DIFFERENT_SLOTS, "slot-taken")
    for slot in sorted(may, key=lambda one: (one != now, one)):
        if slot and (slot in taken or (slot != now and slot in others)):
            continue
        full = rooms is not None and standing.meeting.get((group.group.place, slot), 0) >= rooms
        if slot and slot != now and full:
            obstacle = against(RuleId.ROOMS, "no-room")
            continue
        return slot
    return obstacle


def _taken(
    standing: Standing, member_id: str, group: StandingGroup, leaves: Sequence[int]
) -> Iterator[str]:
    """Yield the slots in which a member has other groups."""
    for number in standing.groups_of.get(member_id, {}):
        other = standing.groups[number]
        if number != group.number and number not in leaves and other.rules.shared_slot:
            yield other.group.slot


def _against_leaving(
    standing: Standing, person: Person, leaves: Sequence[int]
) -> Iterator[Obstacle]:
    """Yield what the groups that are left would lack."""
    member = person.member
    for number in leaves:
        group = standing.groups[number]
        named = {"group": group.group.group_id}
        if group.seats - member.weight < group.limits.size_min:
            yield against(RuleId.SIZE, "leaves-too-few", least=group.limits.size_min, **named)
        role = group.roles[member.member_id]
        if role is not Role.MEMBER:
            yield against(RULE_OF[role], f"leaves-no-{role.value}", **named)
        lacking = group.rules.experienced_min - group.experienced + 1
        if member.experienced and lacking > 0:
            yield against(RuleId.EXPERIENCED, "leaves-inexperienced", **named)


def _against_bonds(
    standing: Standing, person: Person, group: StandingGroup, leaves: Sequence[int]
) -> Iterator[Obstacle]:
    member = person.member
    after = {*_kept(standing, person, leaves), group.number}
    together = standing.together.get(member.member_id, frozenset()) | set(member.together)
    for other in sorted(together):
        if set(standing.groups_of.get(other, ())) != after:
            yield against(RuleId.TOGETHER, "together", member=other)


def _against_pins(
    standing: Standing, person: Person, group: StandingGroup, leaves: Sequence[int], role: Role
) -> Obstacle | None:
    """Return what pins of the person, or with it, stand against; each is looked at as it would be then."""
    who = person.member.member_id
    after = _kept(standing, person, leaves) | {group.number: role}
    for pin in standing.pins_about.get(who, ()):
        if not any(
            _keeps(standing, pin, number, after, who)
            for number in (
                after if pin.member_id == who else standing.groups_of.get(pin.member_id, ())
            )
        ):
            part = "accepted" if pin.member_id in standing.accepted else "pinned"
            return against(RuleId.PIN, part)
    return None


def _keeps(standing: Standing, pin: Pin, number: int, after: dict[int, Role], who: str) -> bool:
    """Return whether a pin is kept by a group once a person is in the groups of `after`."""
    one = standing.groups[number]
    inside = set(one.roles) - {who} | ({who} if number in after else set())
    roles = {**one.roles, who: after.get(number, Role.MEMBER)}
    return (
        (one.group.theme, one.group.track, one.group.place) == (pin.theme, pin.track, pin.place)
        and pin.member_id in inside
        and pin.role in {None, roles[pin.member_id]}
        and inside >= set(pin.with_members)
    )
