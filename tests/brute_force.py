"""The best grouping of a tiny edition by plain enumeration: no solver, no code of the engine.

Comes in: an `Edition` of up to about eight members. Goes out: its best score in thousandths of a point
and groups that reach it, or None where no grouping is valid. Written from the file contract: first
every group that is valid by itself, then every way to choose groups that are valid together.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from grouping_builder import GroupWanted
from valid_groups import Seat, ValidGroup, fill_roles, role_slots, rooms_of, valid_groups

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, Role


@dataclass(frozen=True)
class BestGroups:
    """A best grouping: its score and its groups, as `grouping_builder.build_grouping` takes them."""

    score_thousandths: int
    groups: tuple[GroupWanted, ...]


class OutOfStepsError(Exception):
    """The enumeration took more steps than it may."""


def best_grouping_by_enumeration(edition: Edition, *, most_steps: int | None = None) -> int | None:
    """Return the best score in thousandths of a point; None: no grouping is valid.

    Raises
    ------
    OutOfStepsError
        More than `most_steps` partial groupings would have to be looked at.
    """
    best = best_groups_by_enumeration(edition, most_steps=most_steps)
    return None if best is None else best.score_thousandths


def best_groups_by_enumeration(
    edition: Edition, *, most_steps: int | None = None
) -> BestGroups | None:
    """Return a best grouping; None: no grouping is valid. Raises like the score alone."""
    search = _Search(edition, list(valid_groups(edition)), steps_left=most_steps)
    search.choose(first=0, start=0, score=0)
    return search.best


def better_exists_by_enumeration(
    edition: Edition, than: int | None, *, most_steps: int | None = None
) -> bool:
    """Return whether a valid grouping scores more than so many thousandths; None: whether one exists.

    Raises like the best score: it needs fewer steps.
    """
    search = _Search(
        edition, list(valid_groups(edition)), steps_left=most_steps, first_will_do=True
    )
    if than is not None:
        search.best = BestGroups(than, ())
    try:
        search.choose(first=0, start=0, score=0)
    except _FoundOneError:
        return True
    return False


Worth = Callable[[Sequence[ValidGroup], int], tuple[int, ...]]
"""What chosen groups and their score in thousandths are worth: figures in order, the first first."""


def best_worths_by_enumeration(
    edition: Edition, worths: Sequence[Worth], *, most_steps: int | None = None
) -> list[tuple[int, ...]] | None:
    """Return the most that each is over all valid groupings; None: no grouping is valid.

    Raises like the best score: it needs more steps, since no grouping is passed over.
    """
    groups = list(valid_groups(edition))
    search = _SearchForWorth(edition, groups, steps_left=most_steps, worths=tuple(worths))
    search.choose(first=0, start=0, score=0)
    return None if not search.most else [search.most[number] for number in range(len(worths))]


class _FoundOneError(Exception):
    """A grouping better than what was known, where the first will do."""


@dataclass
class _Search:
    """Depth first over the members: each time, the groups whose first member is the one at hand.

    A group is chosen when its first member (in the edition's order) is reached, so that every set of
    groups is met once. Cut off only where the best that the members left could still gain is no more
    than the best grouping found, or where a limit is exceeded that more groups cannot mend:
    groups_max, groups_per_member, volunteers, slots.
    """

    edition: Edition
    groups: list[ValidGroup]
    best: BestGroups | None = None
    chosen: list[ValidGroup] = field(default_factory=list)
    steps_left: int | None = None
    first_will_do: bool = False

    def __post_init__(self) -> None:
        count = len(self.edition.members)
        # Dearest first, so that a good grouping cuts the search off early.
        self.groups.sort(key=lambda group: -group.value)
        self.led_by: list[list[ValidGroup]] = [[] for _ in range(count)]
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
        if self.steps_left is not None:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise OutOfStepsError
        if first == len(self.edition.members):
            self._keep_if_better(score - self._cost_of_places())
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

    def _cost_of_places(self) -> int:
        """Return what the places cost in which the chosen groups meet: each counts once."""
        used = {group.place for group in self.chosen}
        costs = (one.open_points for one in self.edition.offices if one.office_id in used)
        return int(sum(Decimal(str(cost)) for cost in costs) * 1000)

    def _has_room(self, group: ValidGroup) -> bool:
        if self.theme_groups[group.theme] >= self.edition.theme_by_id[group.theme].groups_max:
            return False
        most = self.edition.total.groups_max
        if (most is not None and len(self.chosen) >= most) or not self._has_seats(group):
            return False
        have_seats = all(self._has_seat(index, group.theme) for index in group.members)
        if not have_seats or _slots_of_all(self.edition, [*self.chosen, group]) is None:
            return False
        return self._has_volunteers([*self.chosen, group])

    def _has_seats(self, group: ValidGroup) -> bool:
        """Return whether the office of a group has seats for all of its members."""
        office = self.edition.office_by_id.get(group.place)
        if office is None or office.seats_max is None:
            return True
        there = [one for one in (*self.chosen, group) if one.place == group.place]
        seated = [index for one in there for index in one.members]
        return sum(self.edition.members[index].weight for index in seated) <= office.seats_max

    def _has_volunteers(self, groups: Sequence[ValidGroup]) -> bool:
        """Return whether all roles can be filled; where not, more groups do not help."""
        members = [one.members for one in groups]
        return fill_roles(self.edition, members, _slots(groups), {}, {}) is not None

    def _has_seat(self, index: int, theme: str) -> bool:
        """Return whether a member may join: once per theme, and each of its themes allows so many."""
        joined = [one.id for one in self.edition.themes if self.theme_seats[index, one.id]]
        most = min(self.edition.rules_of(one).groups_per_member for one in (*joined, theme))
        return theme not in joined and len(joined) < most

    def _take(self, group: ValidGroup, step: int) -> None:
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
        if len(self.chosen) < self.edition.total.groups_min:
            return
        roles = _roles_of_all(self.edition, self.chosen)
        slots = _slots_of_all(self.edition, self.chosen)
        if roles is not None and slots is not None:
            groups = tuple(
                _as_wanted(self.edition, group, roles, number, slots[number])
                for number, group in enumerate(self.chosen)
            )
            self.best = BestGroups(score, groups)
            if self.first_will_do:
                raise _FoundOneError


@dataclass
class _SearchForWorth(_Search):
    """The same, with every grouping looked at and the most of several worths kept."""

    worths: tuple[Worth, ...] = ()
    most: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def _keep_if_better(self, score: int) -> None:
        worths = [worth(self.chosen, score) for worth in self.worths]
        better = [
            number
            for number, worth in enumerate(worths)
            if number not in self.most or worth > self.most[number]
        ]
        if better:
            super()._keep_if_better(score)
        if self.best is not None:
            self.best = None  # valid; and no later grouping is passed over for its score
            self.most |= {number: worths[number] for number in better}


def _slots_of_all(edition: Edition, groups: Sequence[ValidGroup]) -> list[str] | None:
    """Return a slot for each group, "" for none, in which no member or room is wanted twice; or None."""

    def fits(chosen: list[str], group: ValidGroup, slot: str) -> bool:
        if not slot:
            return True
        beside = [one for one, taken in zip(groups, chosen, strict=False) if taken == slot]
        if any(set(one.members) & set(group.members) for one in beside):
            return False
        rooms = rooms_of(edition, group.place)
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


def _roles_of_all(edition: Edition, groups: Sequence[ValidGroup]) -> dict[Seat, Role] | None:
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
        filled = fill_roles(edition, members, slots, pinned, {})
        if filled is not None:
            return filled
    return None


def _groups_of_pin(edition: Edition, pin: Pin, groups: Sequence[ValidGroup]) -> Iterator[int]:
    wanted = {_index(edition, member_id) for member_id in (pin.member_id, *pin.with_members)}
    for number, group in enumerate(groups):
        same = (group.theme, group.track, group.place) == (pin.theme, pin.track, pin.place)
        if same and wanted <= set(group.members):
            yield number


def _slots(groups: Sequence[ValidGroup]) -> list[tuple[int, Role]]:
    return role_slots(
        [(number, group.moderators, group.secretaries) for number, group in enumerate(groups)]
    )


def _as_wanted(
    edition: Edition, group: ValidGroup, roles: dict[Seat, Role], number: int, slot: str
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
