"""Every group of a tiny edition that is valid by itself, by plain enumeration of its members.

Comes in: an `Edition`. Goes out: `ValidGroup`s, and who may hold which role in several of them. Written from
the file contract: no solver, no code of the engine.
"""

import itertools
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from positions import Position, candidate_positions, metres

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Rules, Track

Seat = tuple[int, int]
"""Number of a chosen group, index of a member in it."""


@dataclass(frozen=True)
class ValidGroup:
    """A group that keeps every rule that concerns it alone. `value` is without group_points."""

    theme: str
    track: Track
    place: str
    members: tuple[int, ...]
    value: int
    gains: tuple[int, ...]
    moderators: int
    secretaries: int
    slots: tuple[str, ...]
    """Slots in which it can meet: ("",) in none in particular; () where none is shared."""


def valid_groups(
    edition: Edition,
    *,
    among: Container[str] | None = None,
    places: Mapping[str, Position] | None = None,
) -> Iterator[ValidGroup]:
    """Yield every valid group.

    Parameters
    ----------
    among
        Ids of those who may be in it; None: all members.
    places
        Where groups may meet; None: the candidate places of the edition.
    """
    members = edition.members
    candidates = candidate_positions(edition) if places is None else places
    for theme in edition.themes:
        rules = edition.rules_of(theme.id)
        could = [
            index
            for index, member in enumerate(members)
            if (among is None or member.member_id in among)
            and member.cooperator
            and member.commits
            and theme.id in member.themes
            and member.country in theme.countries
        ]
        cells: list[tuple[Track, str]] = []
        if Track.VIDEO in theme.tracks:
            cells.append((Track.VIDEO, ""))
        if Track.LOCAL in theme.tracks:
            cells += [
                (Track.LOCAL, place)
                for place in candidates
                if not rules.shared_slot or rooms_of(edition, place) != 0
            ]
        for track, place in cells:
            if track is Track.VIDEO:
                ways = {index: 0 for index in could if members[index].video}
            else:
                local = [index for index in could if members[index].local]
                ways = _ways(edition, rules, place, candidates[place], local)
            limits = rules.video if track is Track.VIDEO else rules.local
            gains = {
                index: _gain(edition, members[index], theme.id, track, way)
                for index, way in ways.items()
            }
            for size in range(1, min(limits.size_max, len(ways)) + 1):
                for chosen in itertools.combinations(ways, size):
                    taken = sum(members[index].weight for index in chosen)
                    if not limits.size_min <= taken <= limits.size_max:
                        continue
                    if _fits(edition, rules, track, chosen):
                        values = tuple(gains[index] for index in chosen)
                        yield ValidGroup(
                            theme.id,
                            track,
                            place,
                            chosen,
                            sum(values),
                            values,
                            rules.moderators,
                            rules.secretaries,
                            _common_slots([members[i].slots for i in chosen], rules.shared_slot),
                        )


def _ways(
    edition: Edition, rules: Rules, place: str, where: Position, could: list[int]
) -> dict[int, int]:
    """Return metres from home for those within the limit of the place."""
    found: dict[int, int] = {}
    for index in could:
        member = edition.members[index]
        way = metres(edition.position(member), where)
        limit_km = rules.travel_km
        if member.office == place and rules.office_travel_km is not None:
            limit_km = rules.office_travel_km
        if way <= Decimal(str(limit_km)) * 1000:
            found[index] = way
    return found


def _gain(edition: Edition, member: Member, theme: str, track: Track, way: int) -> int:
    score = edition.score
    rank = min(member.themes.index(theme), len(score.rank_points) - 1)
    points = Decimal(str(score.rank_points[rank]))
    if track is Track.VIDEO:
        if member.local:
            points -= Decimal(str(score.video_points))
    else:
        lost = Decimal(str(score.km_points)) * way / 1000
        points -= lost.quantize(Decimal("0.001"), ROUND_HALF_UP)
    return member.weight * int(points * 1000)


def _fits(edition: Edition, rules: Rules, track: Track, chosen: Sequence[int]) -> bool:
    members = [edition.members[index] for index in chosen]
    ids = {member.member_id for member in members}
    for member in edition.members:
        here = member.member_id in ids
        if any((other in ids) != here for other in member.together):
            return False
        if here and any(other in ids for other in member.apart):
            return False
    if track is Track.LOCAL and rules.spread_km is not None:
        homes = [edition.position(member) for member in members]
        limit = Decimal(str(rules.spread_km)) * 1000
        if any(metres(a, b) > limit for a, b in itertools.combinations(homes, 2)):
            return False
    if rules.shared_language and not _share([member.languages for member in members]):
        return False
    if rules.shared_slot and not _share([member.slots for member in members]):
        return False
    if sum(member.experienced for member in members) < rules.experienced_min:
        return False
    slots = role_slots([(0, rules.moderators, rules.secretaries)])
    return fill_roles(edition, [tuple(chosen)], slots, {}, {}) is not None


def _common_slots(lists: Sequence[tuple[str, ...]], shared: bool) -> tuple[str, ...]:
    listed = [set(codes) for codes in lists if codes]
    if not shared:
        return ()
    return tuple(sorted(set.intersection(*listed))) if listed else ("",)


def rooms_of(edition: Edition, place: str) -> int | None:
    return next((one.rooms for one in edition.offices if one.office_id == place), None)


def _share(lists: Sequence[tuple[str, ...]]) -> bool:
    listed = [set(codes) for codes in lists if codes]
    return not listed or bool(set.intersection(*listed))


def role_slots(wanted: Sequence[tuple[int, int, int]]) -> list[tuple[int, Role]]:
    return [
        (number, role)
        for number, moderators, secretaries in wanted
        for role, count in ((Role.MODERATOR, moderators), (Role.SECRETARY, secretaries))
        for _ in range(count)
    ]


def said_only(member: Member) -> set[Role]:
    answers = {Role.MODERATOR: member.moderator, Role.SECRETARY: member.secretary}
    return {role for role, answer in answers.items() if answer == "only"}


def fill_roles(
    edition: Edition,
    members: Sequence[tuple[int, ...]],
    slots: Sequence[tuple[int, Role]],
    pinned: dict[Seat, Role],
    filled: dict[Seat, Role],
) -> dict[Seat, Role] | None:
    """Fill role slots one by one with volunteers that hold no role yet; None: it cannot be done.

    Whoever said `only` to a role holds it in each of its groups, and thus is in one.
    """
    if not slots:
        kept = all(filled.get(seat, Role.MEMBER) is role for seat, role in pinned.items())
        content = all(
            not wanted or filled.get((number, index)) in wanted
            for number, inside in enumerate(members)
            for index, wanted in ((one, said_only(edition.members[one])) for one in inside)
        )
        return filled if kept and content else None
    (number, role), *rest = slots
    busy = {index for _, index in filled}
    for index in members[number]:
        member = edition.members[index]
        volunteers = member.moderator if role is Role.MODERATOR else member.secretary
        if not volunteers or index in busy or pinned.get((number, index), role) is not role:
            continue
        found = fill_roles(edition, members, rest, pinned, filled | {(number, index): role})
        if found is not None:
            return found
    return None
