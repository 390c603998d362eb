"""Tiny editions whose members were in groups before, and their best score by plain enumeration.

Comes in: a seed. Goes out: an `Edition` with wishes and groups of the edition before; its best score, every
choice of valid groups and of their role holders counted pair by pair.
"""

import itertools
import random
from collections.abc import Sequence
from decimal import Decimal

from brute_force import _groups_of_pin, _Search, _slots, _slots_of_all
from tiny_editions import tiny_edition
from valid_groups import Seat, ValidGroup, said_only, valid_groups

from sip_grouping.edition import Edition
from sip_grouping.edition.previous import Previous, PreviousSeat
from sip_grouping.edition.records import Role


def previous_edition(seed: int) -> Edition:
    """Return a tiny edition in which it counts who meets again, most often more than where."""
    rng = random.Random(f"previous {seed}")
    edition = tiny_edition(rng.randrange(2**32))
    ids = [one.member_id for one in edition.members] + ["somebody else"]
    themes = [one.id for one in edition.themes] + ["a theme of before"]
    seats: dict[tuple[str, str], PreviousSeat] = {}
    for number in range(rng.randint(1, 3)):
        theme = rng.choice(themes)
        for who in rng.sample(ids, rng.randint(2, min(6, len(ids)))):
            role = rng.choice((Role.MEMBER, Role.MEMBER, Role.MODERATOR, Role.SECRETARY))
            group = f"g{number}"
            seats[who, group] = PreviousSeat(
                member_id=who.replace(" ", "-"), group_id=group, theme=theme, role=role
            )
    points = (0.0, 0.0, 7.5, 40.0, -12.0, 100.0)
    wishes = Previous(
        together=rng.choice(points), mix=rng.choice(points), same_role=rng.choice(points)
    )
    return edition.replace(previous=wishes, previous_seats=tuple(seats.values()))


def best_with_previous(edition: Edition) -> int | None:
    """Return the best score in thousandths of a point; None: no grouping is valid."""
    search = _WithPrevious(edition, list(valid_groups(edition)))
    search.choose(first=0, start=0, score=0)
    return max(search.scores, default=None)


class _WithPrevious(_Search):
    """Looks at every choice of groups: what is gained by meeting again is in no group's own value."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.scores: list[int] = []

    def _keep_if_better(self, score: int) -> None:
        edition, groups = self.edition, self.chosen
        if any(self.theme_groups[theme.id] < theme.groups_min for theme in edition.themes):
            return
        again = _fewest_held_again(edition, groups)
        if again is not None and _slots_of_all(edition, groups) is not None:
            lost = again * _thousandths(edition.previous.same_role)
            self.scores.append(score + _of_pairs(edition, groups) - lost)


def _of_pairs(edition: Edition, groups: Sequence[ValidGroup]) -> int:
    wishes, total = edition.previous, 0
    for group in groups:
        ids = [edition.members[index].member_id for index in group.members]
        for first, second in itertools.combinations(ids, 2):
            for a, b in itertools.product(edition.previous_seats, repeat=2):
                if (a.member_id, b.member_id) == (first, second) and a.group_id == b.group_id:
                    same = a.theme == group.theme
                    total += _thousandths(wishes.together if same else -wishes.mix)
    return total


def _fewest_held_again(edition: Edition, groups: Sequence[ValidGroup]) -> int | None:
    """Return how few roles are held by who held them before; None: the roles cannot be filled.

    Where a wish is below 0, minus the most.
    """
    sign = 1 if edition.previous.same_role >= 0 else -1
    found: list[int] = []
    for places in itertools.product(*(_groups_of_pin(edition, p, groups) for p in edition.pins)):
        pinned: dict[Seat, Role] = {}
        ids = [one.member_id for one in edition.members]
        wanted = [
            ((number, ids.index(pin.member_id)), pin.role)
            for pin, number in zip(edition.pins, places, strict=True)
            if pin.role is not None
        ]
        if all(pinned.setdefault(seat, role) is role for seat, role in wanted):
            found += _held_again(edition, [g.members for g in groups], _slots(groups), pinned, {})
    return min(found, key=lambda one: sign * one, default=None)


def _held_again(
    edition: Edition,
    members: Sequence[tuple[int, ...]],
    slots: Sequence[tuple[int, Role]],
    pinned: dict[Seat, Role],
    filled: dict[Seat, Role],
) -> list[int]:
    """Return for each way to fill the roles how many are held again."""
    if not slots:
        kept = all(filled.get(seat, Role.MEMBER) is role for seat, role in pinned.items())
        content = all(
            not said_only(edition.members[one])
            or filled.get((number, one)) in said_only(edition.members[one])
            for number, inside in enumerate(members)
            for one in inside
        )
        held = {(one.member_id, one.role) for one in edition.previous_seats}
        again = sum((edition.members[i].member_id, role) in held for (_, i), role in filled.items())
        return [again] if kept and content else []
    (number, role), *rest = slots
    busy = {index for _, index in filled}
    found: list[int] = []
    for index in members[number]:
        member = edition.members[index]
        volunteers = member.moderator if role is Role.MODERATOR else member.secretary
        if volunteers and index not in busy and pinned.get((number, index), role) is role:
            found += _held_again(edition, members, rest, pinned, filled | {(number, index): role})
    return found


def _thousandths(points: float) -> int:
    return int(Decimal(str(points)) * 1000)
