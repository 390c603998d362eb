"""The best groups for one member as the groups stand: nobody else moves, and no solver is asked.

Comes in: `Standing`, a member. Goes out: `Join`: the groups that the member may join, best first, and what
stands against the next ones. `Joins` is the index: made once, asked as often as there are questions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sip_grouping.catalogue import Language
from sip_grouping.edition.records import Member, Role, Track
from sip_grouping.errors import InputError
from sip_grouping.findings import finding
from sip_grouping.geography.distance import distances_m
from sip_grouping.rounds.fits import (
    Person,
    Seat,
    against_company,
    against_kind,
    against_size,
    seat_in,
)
from sip_grouping.rounds.met_before import MetBefore
from sip_grouping.rounds.obstacles import Obstacle
from sip_grouping.rounds.standing import Standing, StandingGroup
from sip_grouping.rounds.state import State
from sip_grouping.rules import RuleId
from sip_grouping.units import THOUSANDTHS

BEST = 5
"""How many groups are told where nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One group for one member.

    Attributes
    ----------
    rank
        1 = first choice; None: the theme was not ranked.
    travel_m
        Whole metres; None by video.
    points
        What the placement adds to the score, in thousandths; None where the theme was not ranked.
    change
        The same, less what the groups bring that would be left for it. None where it is not possible.
    size
        With the member.
    role, language, slot
        Of the member, and of the group from then on; empty where it is not possible.
    leaves
        Groups that the member would leave for it.
    against
        What stands against it; nothing: it is possible.
    """

    group_id: str
    theme: str
    track: Track
    place: str
    place_name: str
    rank: int | None
    travel_m: int | None
    points: int | None
    change: int | None
    size: int
    role: Role | None = None
    language: str = ""
    slot: str = ""
    leaves: tuple[str, ...] = ()
    against: tuple[Obstacle, ...] = ()

    def record(self, language: Language) -> dict[str, object]:
        """Return it as a row of a table or an object of JSON, in km and points."""
        row: dict[str, object] = {
            "group_id": self.group_id,
            "theme": self.theme,
            "track": self.track.value,
            "place": self.place,
            "place_name": self.place_name,
            "rank": self.rank,
            "points": _points(self.points),
            "change": _points(self.change),
            "travel_km": None if self.travel_m is None else self.travel_m / 1000,
            "size": self.size,
        }
        if self.against:
            rules = [
                {"rule": one.rule.value, "text": one.told_in(language)} for one in self.against
            ]
            return {**row, "against": rules}
        return {
            **row,
            "role": "" if self.role is None else self.role.value,
            "language": self.language,
            "slot": self.slot,
            "leaves": list(self.leaves),
        }


@dataclass(frozen=True, slots=True)
class Join:
    """The answer for one member.

    Attributes
    ----------
    present
        Where the member is now, with the points that this brings.
    possible
        The best groups that the member may join, best first.
    next
        The best of those that it may not, each with what stands against it; first such as its themes and
        tracks allow.
    """

    member_id: str
    present: tuple[Choice, ...]
    possible: tuple[Choice, ...]
    next: tuple[Choice, ...]

    @property
    def best(self) -> pd.DataFrame:
        """The groups that the member may join, best first, one row each; points and km."""
        rows = [{**one.record("en"), "leaves": " ".join(one.leaves)} for one in self.possible]
        return pd.DataFrame(rows, columns=[*_COLUMNS, "role", "language", "slot", "leaves"])

    def obstacles(self, language: Language = "en") -> pd.DataFrame:
        """Return what stands against the next groups: one row per group and rule."""
        rows = [
            {name: value for name, value in one.record(language).items() if name != "against"}
            | {"rule": obstacle.rule.value, "text": obstacle.told_in(language)}
            for one in self.next
            for obstacle in one.against
        ]
        kept = [name for name in _COLUMNS if name != "change"]
        return pd.DataFrame(rows, columns=[*kept, "rule", "text"])

    def record(self, language: Language) -> dict[str, object]:
        """Return it as an object of JSON."""
        return {
            "member_id": self.member_id,
            "present": [one.record(language) for one in self.present],
            "best": [one.record(language) for one in self.possible],
            "next": [one.record(language) for one in self.next],
        }


_COLUMNS = (
    "group_id", "theme", "track", "place", "place_name", "rank", "points", "change", "travel_km",
    "size",
)  # fmt: skip


class Joins:
    """An index over the groups as they stand; each question takes milliseconds.

    Parameters
    ----------
    state
        Where the edition stands; steps that come later are not seen.
    """

    def __init__(self, state: State) -> None:
        self.standing = Standing(state)
        groups = self.standing.groups
        spots = {one.group.place: one.where for one in groups if one.where is not None}
        at = {place: number for number, place in enumerate(spots)}
        self._spots = np.array(list(spots.values()), dtype=np.float64).reshape(-1, 2)
        self._spot_of = [at.get(one.group.place, -1) if one.local else -1 for one in groups]
        score = self.standing.edition.score
        self._video, per_metre = score.video_thousandths, score.km_fraction
        self._travel = (2 * per_metre.numerator, 2 * per_metre.denominator, per_metre.denominator)
        self._before = MetBefore(self.standing)

    def ways_m(self, person: Person) -> list[int | None]:
        """Return the way from home to each group, whole metres; None by video."""
        metres: list[int | None] = [
            *distances_m(
                person.position[0], person.position[1], self._spots[:, 0], self._spots[:, 1]
            ).tolist(),
            None,
        ]
        return [metres[spot] for spot in self._spot_of]

    def best(self, member_id: str, best: int = BEST) -> Join:
        """Return the best groups for a member, and what stands against the next ones.

        Parameters
        ----------
        best
            How many of each at most.

        Raises
        ------
        InputError
            There is no such member.
        """
        member = self.standing.edition.member_by_id.get(member_id)
        if member is None:
            raise InputError([finding("unknown-member", "join", None, "member_id", member_id)])
        person = Person(member, self.standing.edition.position(member))
        ways = self.ways_m(person)
        seats = self.standing.groups_of.get(member_id, {})
        points = [
            self._points(member, group, way, seats.get(group.number))
            for group, way in zip(self.standing.groups, ways, strict=True)
        ]
        order = sorted(
            (number for number in range(len(ways)) if number not in seats),
            key=lambda one: (
                not self._of_its_kind(member, self.standing.groups[one]),
                -_or_least(points[one]),
                ways[one] or 0,
                one,
            ),
        )
        possible: list[tuple[int, int, Seat]] = []
        next_ones: list[Choice] = []
        for number in order:
            group, way = self.standing.groups[number], ways[number]
            if len(next_ones) == best and _surely_not(self.standing, person, group, way):
                continue
            found = self._placed(person, group, way, seats, points)
            if isinstance(found, Seat):
                if points[number] is not None:
                    points[number] = _whole(points[number]) + self._before.of_role(
                        member_id, found.role
                    )
                gained = _whole(points[number]) - sum(_whole(points[one]) for one in found.leaves)
                possible.append((-gained, number, found))
            elif len(next_ones) < best:
                next_ones.append(self._choice(person, number, way, points, against=found))
        possible.sort(key=lambda one: (one[0], -_whole(points[one[1]]), order.index(one[1])))
        return Join(
            member_id,
            tuple(
                self._choice(person, number, ways[number], points, Seat(role, *_now(group)))
                for number, role in seats.items()
                for group in (self.standing.groups[number],)
            ),
            tuple(
                self._choice(person, number, ways[number], points, seat)
                for _, number, seat in possible[:best]
            ),
            tuple(next_ones),
        )

    def _placed(
        self,
        person: Person,
        group: StandingGroup,
        way: int | None,
        seats: Mapping[int, Role],
        points: list[int | None],
    ) -> Seat | tuple[Obstacle, ...]:
        """Return the seat that brings most, or all that stands against the one with least against it."""
        found = [
            *against_company(self.standing, person, group, way),
            *against_size(person, group),
        ]
        seated: list[Seat] = []
        refused: list[list[Obstacle]] = []
        for leaves in _ways_out(tuple(seats)):
            one = seat_in(self.standing, person, group, leaves)
            if isinstance(one, Seat):
                seated.append(one)
            else:
                refused.append(one)
        if found or not seated:
            return (*found, *(() if seated else min(refused, key=_told_first)))
        return min(seated, key=lambda one: sum(_whole(points[number]) for number in one.leaves))

    def _of_its_kind(self, member: Member, group: StandingGroup) -> bool:
        """Return whether theme and track of a group are such as the member could have."""
        theme = self.standing.edition.theme_by_id[group.group.theme]
        return (
            theme.id in member.themes
            and member.country in theme.countries
            and member.accepts(group.group.track)
        )

    def _points(
        self, member: Member, group: StandingGroup, way: int | None, role: Role | None
    ) -> int | None:
        """Return the points of a seat in thousandths: rank, less travel, less video, who meets again.

        `role`: what the member holds there; None where it is in no seat of it.
        """
        rank = member.rank_of(group.group.theme)
        if rank is None:
            return None
        times = member.weight
        gained = times * self.standing.edition.score.rank_thousandths(rank)
        gained += self._before.of_pairs(member.member_id, group)
        gained += 0 if role is None else self._before.of_role(member.member_id, role)
        if way is None:
            return gained - (times * self._video if member.local else 0)
        numerator, denominator, half = self._travel
        return gained - times * ((numerator * way + half) // denominator)

    def _choice(
        self,
        person: Person,
        number: int,
        way: int | None,
        points: list[int | None],
        seat: Seat | None = None,
        against: tuple[Obstacle, ...] = (),
    ) -> Choice:
        group = self.standing.groups[number]
        inside = person.member.member_id in group.roles
        gained, leaves = points[number], seat.leaves if seat is not None else ()
        lost = sum(_whole(points[one]) for one in leaves)
        return Choice(
            group_id=group.group.group_id,
            theme=group.group.theme,
            track=group.group.track,
            place=group.group.place,
            place_name=group.group.place_name,
            rank=person.member.rank_of(group.group.theme),
            travel_m=way,
            points=gained,
            change=None if seat is None or gained is None else (0 if inside else gained - lost),
            size=len(group.members) + (not inside),
            role=None if seat is None else seat.role,
            language="" if seat is None else seat.language,
            slot="" if seat is None else seat.slot,
            leaves=tuple(self.standing.groups[one].group.group_id for one in leaves),
            against=against,
        )


def _surely_not(standing: Standing, person: Person, group: StandingGroup, way: int | None) -> bool:
    """Return whether a look at the group's kind and size is enough; most groups end here."""
    return not group.room or any(True for _ in against_kind(standing, person, group, way))


def _ways_out(seats: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield which of its groups a member may leave for another: none, one of them, all."""
    yield ()
    for number in seats:
        yield (number,)
    if len(seats) > 1:
        yield seats


def _told_first(obstacles: list[Obstacle]) -> tuple[bool, int]:
    """Return a key by which what stands against leaving a group comes before that it is not left."""
    return any(one.rule is RuleId.GROUPS_PER_MEMBER for one in obstacles), len(obstacles)


def _now(group: StandingGroup) -> tuple[str, str]:
    return group.group.language, group.group.slot


def _whole(points: int | None) -> int:
    return 0 if points is None else points


def _or_least(points: int | None) -> float:
    return float("-inf") if points is None else points


def _points(thousandths: int | None) -> float | None:
    return None if thousandths is None else thousandths / THOUSANDTHS
