"""The best grouping of a tiny edition by plain enumeration: no solver, no code of the engine.

Comes in: an `Edition` of up to about eight members. Goes out: its best score in thousandths of a point
and groups that reach it, or None where no grouping is valid. Written from the file contract: first
every group that is valid by itself, then every way to choose groups that are valid together.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from grouping_builder import GroupWanted
from positions import Position, candidate_positions, metres

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Role, Rules, Track


@dataclass(frozen=True)
class BestGroups:
    """A best grouping: its score and its groups, as `grouping_builder.build_grouping` takes them."""

    score_thousandths: int
    groups: tuple[GroupWanted, ...]


@dataclass(frozen=True)
class _ValidGroup:
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


def best_grouping_by_enumeration(edition: Edition) -> int | None:
    """Return the best score in thousandths of a point; None: no grouping is valid."""
    best = best_groups_by_enumeration(edition)
    return None if best is None else best.score_thousandths


def best_groups_by_enumeration(edition: Edition) -> BestGroups | None:
    """Return a best grouping; None: no grouping is valid."""
    search = _Search(edition, list(_valid_groups(edition)))
    search.choose(first=0, start=0, score=0)
    return search.best


def _valid_groups(edition: Edition) -> Iterator[_ValidGroup]:
    members = edition.members
    candidates = candidate_positions(edition)
    for theme in edition.themes:
        rules = edition.rules_of(theme.id)
        could = [
            index
            for index, member in enumerate(members)
            if member.cooperator
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
                if not rules.shared_slot or _rooms(edition, place) != 0
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
            for size in range(limits.size_min, min(limits.size_max, len(ways)) + 1):
                for chosen in itertools.combinations(ways, size):
                    if _fits(edition, rules, track, chosen):
                        values = tuple(gains[index] for index in chosen)
                        yield _ValidGroup(
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
    return int(points * 1000)


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
    slots = _role_slots([(0, rules.moderators, rules.secretaries)])
    return _fill(edition, [tuple(chosen)], slots, {}, {}) is not None


def _common_slots(lists: Sequence[tuple[str, ...]], shared: bool) -> tuple[str, ...]:
    listed = [set(codes) for codes in lists if codes]
    if not shared:
        return ()
    return tuple(sorted(set.intersection(*listed))) if listed else ("",)


def _rooms(edition: Edition, place: str) -> int | None:
    return next((one.rooms for one in edition.offices if one.office_id == place), None)


def _share(lists: Sequence[tuple[str, ...]]) -> bool:
    listed = [set(codes) for codes in lists if codes]
    return not listed or bool(set.intersection(*listed))


@dataclass
class _Search:
    """Depth first over the members: each time, the groups whose first member is the one at hand.

    A group is chosen when its first member (in the edition's order) is reached, so that every set of
    groups is met once. Cut off only where the best that the members left could still gain is no more
    than the best grouping found, or where a limit is exceeded that more groups cannot mend:
    groups_max, groups_per_member, volunteers, slots.
    """

    edition: Edition
    groups: list[_ValidGroup]
    best: BestGroups | None = None
    chosen: list[_ValidGroup] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = len(self.edition.members)
        # Dearest first, so that a good grouping cuts the search off early.
        self.groups.sort(key=lambda group: -group.value)
        self.led_by: list[list[_ValidGroup]] = [[] for _ in range(count)]
        self.most_gain = [0] * count
        for group in self.groups:
            self.led_by[group.members[0]].append(group)
            for index, gain in zip(group.members, group.gains, strict=True):
                self.most_gain[index] = max(self.most_gain[index], gain)
        self.seats_left = [self.edition.most_groups_per_member] * count
        self.theme_seats: Counter[tuple[int, str]] = Counter()
        self.theme_groups: Counter[str] = Counter()
        self.group_loss = int(Decimal(str(self.edition.score.group_points)) * 1000)

    def choose(self, first: int, start: int, score: int) -> None:
        """Add groups led by member `first`, from the `start`th of them on, then by later members."""
        if first == len(self.edition.members):
            self._keep_if_better(score)
            return
        could_gain = sum(
            self.most_gain[index] * self.seats_left[index]
            for index in range(len(self.edition.members))
        )
        if self.best is not None and score + could_gain <= self.best.score_thousandths:
            return
        for number in range(start, len(self.led_by[first])):
            group = self.led_by[first][number]
            if self._has_room(group):
                self._take(group, 1)
                self.choose(first, number, score + group.value - self.group_loss)
                self._take(group, -1)
        # Every group that is still to be chosen starts with a later member: this one is done.
        left, self.seats_left[first] = self.seats_left[first], 0
        self.choose(first + 1, 0, score)
        self.seats_left[first] = left

    def _has_room(self, group: _ValidGroup) -> bool:
        if self.theme_groups[group.theme] >= self.edition.theme_by_id[group.theme].groups_max:
            return False
        have_seats = all(self._has_seat(index, group.theme) for index in group.members)
        if not have_seats or _slots_of_all(self.edition, [*self.chosen, group]) is None:
            return False
        return self._has_volunteers([*self.chosen, group])

    def _has_volunteers(self, groups: Sequence[_ValidGroup]) -> bool:
        """Return whether all roles can be filled; where not, more groups do not help."""
        members = [one.members for one in groups]
        return _fill(self.edition, members, _slots(groups), {}, {}) is not None

    def _has_seat(self, index: int, theme: str) -> bool:
        """Return whether a member may join: once per theme, and each of its themes allows so many."""
        joined = [one.id for one in self.edition.themes if self.theme_seats[index, one.id]]
        most = min(self.edition.rules_of(one).groups_per_member for one in (*joined, theme))
        return theme not in joined and len(joined) < most

    def _take(self, group: _ValidGroup, step: int) -> None:
        for index in group.members:
            self.seats_left[index] -= step
            self.theme_seats[index, group.theme] += step
        self.theme_groups[group.theme] += step
        if step == 1:
            self.chosen.append(group)
        else:
            self.chosen.pop()

    def _keep_if_better(self, score: int) -> None:
        if self.best is not None and score <= self.best.score_thousandths:
            return
        if any(self.theme_groups[theme.id] < theme.groups_min for theme in self.edition.themes):
            return
        roles = _roles_of_all(self.edition, self.chosen)
        slots = _slots_of_all(self.edition, self.chosen)
        if roles is not None and slots is not None:
            groups = tuple(
                _as_wanted(self.edition, group, roles, number, slots[number])
                for number, group in enumerate(self.chosen)
            )
            self.best = BestGroups(score, groups)


def _slots_of_all(edition: Edition, groups: Sequence[_ValidGroup]) -> list[str] | None:
    """Return a slot for each group, "" for none, in which no member or room is wanted twice; or None."""

    def fits(chosen: list[str], group: _ValidGroup, slot: str) -> bool:
        if not slot:
            return True
        beside = [one for one, taken in zip(groups, chosen, strict=False) if taken == slot]
        if any(set(one.members) & set(group.members) for one in beside):
            return False
        rooms = _rooms(edition, group.place)
        return rooms is None or sum(one.place == group.place for one in beside) < rooms

    def filled(chosen: list[str]) -> list[str] | None:
        if len(chosen) == len(groups):
            return chosen
        group = groups[len(chosen)]
        for slot in group.slots or ("",):
            found = filled([*chosen, slot]) if fits(chosen, group, slot) else None
            if found is not None:
                return found
        return None

    return filled([])


Seat = tuple[int, int]
"""Number of a chosen group, index of a member in it."""


def _roles_of_all(edition: Edition, groups: Sequence[_ValidGroup]) -> dict[Seat, Role] | None:
    """Return roles that all groups want and all pins allow, each person at most one; or None."""
    options = [list(_groups_of_pin(edition, pin, groups)) for pin in edition.pins]
    slots = _slots(groups)
    members = [group.members for group in groups]
    for places in itertools.product(*options):
        pinned: dict[Seat, Role] = {}
        contradiction = False
        for pin, number in zip(edition.pins, places, strict=True):
            if pin.role is not None:
                seat = (number, _index(edition, pin.member_id))
                contradiction |= pinned.setdefault(seat, pin.role) is not pin.role
        if contradiction:
            continue
        filled = _fill(edition, members, slots, pinned, {})
        if filled is not None:
            return filled
    return None


def _groups_of_pin(edition: Edition, pin: Pin, groups: Sequence[_ValidGroup]) -> Iterator[int]:
    wanted = {_index(edition, member_id) for member_id in (pin.member_id, *pin.with_members)}
    for number, group in enumerate(groups):
        same = (group.theme, group.track, group.place) == (pin.theme, pin.track, pin.place)
        if same and wanted <= set(group.members):
            yield number


def _slots(groups: Sequence[_ValidGroup]) -> list[tuple[int, Role]]:
    return _role_slots(
        [(number, group.moderators, group.secretaries) for number, group in enumerate(groups)]
    )


def _role_slots(wanted: Sequence[tuple[int, int, int]]) -> list[tuple[int, Role]]:
    return [
        (number, role)
        for number, moderators, secretaries in wanted
        for role, count in ((Role.MODERATOR, moderators), (Role.SECRETARY, secretaries))
        for _ in range(count)
    ]


def _fill(
    edition: Edition,
    members: Sequence[tuple[int, ...]],
    slots: Sequence[tuple[int, Role]],
    pinned: dict[Seat, Role],
    filled: dict[Seat, Role],
) -> dict[Seat, Role] | None:
    """Fill role slots one by one with volunteers that hold no role yet; None: it cannot be done."""
    if not slots:
        kept = all(filled.get(seat, Role.MEMBER) is role for seat, role in pinned.items())
        return filled if kept else None
    (number, role), *rest = slots
    busy = {index for _, index in filled}
    for index in members[number]:
        member = edition.members[index]
        volunteers = member.moderator if role is Role.MODERATOR else member.secretary
        if not volunteers or index in busy or pinned.get((number, index), role) is not role:
            continue
        found = _fill(edition, members, rest, pinned, filled | {(number, index): role})
        if found is not None:
            return found
    return None


def _as_wanted(
    edition: Edition, group: _ValidGroup, roles: dict[Seat, Role], number: int, slot: str
) -> GroupWanted:
    def holders(role: Role) -> list[str]:
        return [
            edition.members[index].member_id
            for index in group.members
            if roles.get((number, index)) is role
        ]

    wanted = GroupWanted(
        theme=group.theme,
        track=group.track.value,
        place=group.place,
        members=[edition.members[index].member_id for index in group.members],
        moderators=holders(Role.MODERATOR),
        secretaries=holders(Role.SECRETARY),
    )
    if group.slots:
        wanted["slot"] = slot
    return wanted


def _index(edition: Edition, member_id: str) -> int:
    ids = [member.member_id for member in edition.members]
    return ids.index(member_id)
