"""What one more of something is worth by the prices of the LP relaxation: shadow prices.

Comes in: an `Edition` and a `Run`. Goes out: `Price` rows in exact thousandths of a point, rounded up. By
duality the bound of the changed edition is at most that of the edition and the price, as long as no group
becomes possible that was not: what is not in the model has no price. Solving again (`prices`) sees it. One
more seat in every group of a theme changes the rows themselves: there the price is one of the first order.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.explain.changes import Change, OfficeChange, RuleChange
from sip_grouping.explain.changing import changed
from sip_grouping.explain.typed import volunteer
from sip_grouping.geography.distance import near_pairs
from sip_grouping.objective import score
from sip_grouping.problem import VIDEO, Problem, build_problem
from sip_grouping.problem.lacks import brought_by, lacks_of, wanted_of_each
from sip_grouping.problem.needs import NEEDS
from sip_grouping.rules import RuleId
from sip_grouping.solve.again_prices import AgainPrices
from sip_grouping.solve.row_prices import RowPrices

Ints = NDArray[np.int64]
CellKey = tuple[str, Track, str, str, str]

NEW_MEMBER = "one-more"
"""Id of the member whom a row about one more member adds."""


class Priced(StrEnum):
    """What there could be one more of."""

    MODERATOR = "moderator"
    SECRETARY = "secretary"
    MEMBER = "member"
    KM = "km"
    SEAT = "seat"
    ROOM = "room"
    OFFICE_SEAT = "office_seat"
    GROUPS_MAX = "groups_max"
    GROUPS_MIN = "groups_min"


_ROLES = {Priced.MEMBER: "member", Priced.MODERATOR: "moderator", Priced.SECRETARY: "secretary"}
_VOLUNTEERS = {Priced.MODERATOR, Priced.SECRETARY}
_NEEDS_OF = {
    Priced.MODERATOR: (RuleId.MODERATORS, RuleId.ONE_ROLE),
    Priced.SECRETARY: (RuleId.SECRETARIES, RuleId.ONE_ROLE),
    Priced.MEMBER: (),
}


@dataclass(frozen=True, slots=True)
class Price:
    """What one more of something adds, at the prices of the relaxation.

    Attributes
    ----------
    what
        moderator, secretary, member: one more member who lives there, ranks the theme alone, takes part
        locally and by video, speaks and comes at any time, and volunteers. km: of `travel_km`. seat: of
        `size_max`; at a place, in one group there. room: of an office. office_seat: of its
        `seats_max`. groups_max, groups_min: one group more
        allowed, or one fewer asked for.
    theme, track, place
        Empty where it concerns all: a row of a theme without a place is about all of its groups.
    thousandths
        Of a point, rounded up.
    own_thousandths
        The part of it that is the new member's own placement.
    change
        The change to the edition's files; None for what no file says of one place.
    """

    what: Priced
    theme: str
    track: str
    place: str
    thousandths: int
    own_thousandths: int = 0
    change: Change | None = None


def shadow_prices(prices: RowPrices) -> list[Price]:
    """Return all that is worth something, dearest first; equal ones by name."""
    edition = prices.f.problem.edition
    found = [
        *_new_members(edition, prices),
        *_kilometres(edition, prices),
        *_seats(edition, prices),
        *_rooms(edition, prices),
        *_office_seats(edition, prices),
        *_groups(edition, prices),
    ]
    worth = [one for one in found if one.thousandths > 0]
    return sorted(worth, key=lambda one: (-one.thousandths, one.what, one.theme, one.place))


def _up(scaled: int, scale: int) -> int:
    return -(-scaled // scale)


# One more member.


def _new_members(edition: Edition, prices: RowPrices) -> Iterator[Price]:
    """Yield the worth of one more member at each place and theme, with and without a role.

    A new member x in a cell c, with the price of its own row as dual, leaves the bound where it is but for
    that price: max over c of points, less what a seat costs, more what it counts for. Its links x <= g
    and x <= z take what the cell's groups, and the use of its place, lose anyway.
    """
    problem, again = prices.f.problem, AgainPrices(prices)
    lost = np.maximum(-prices.opened, 0)
    gained = np.maximum(prices.opened, 0)
    more_groups = {what: _groups_more(problem, what) for what in _NEEDS_OF}
    base = prices.filler - prices.seat - prices.office_seat - lost - prices.place_lost
    need = {
        rule: prices.need(rule) for rule in (RuleId.MODERATORS, RuleId.SECRETARIES, RuleId.ONE_ROLE)
    }
    places = [place for place in problem.places if home_of(edition, place.place_id) is not None]
    metres = _metres_from(edition, problem, [place.place_id for place in places])
    for number, place in enumerate(places):
        for theme in edition.themes:
            points = _points_there(edition, problem, theme, place.place_id, metres[number])
            cells = np.array(sorted(points), dtype=np.int64)
            if not len(cells):
                continue
            own = np.array([points[cell] for cell in cells.tolist()], dtype=np.int64)
            for what, rules in _NEEDS_OF.items():
                worth = (
                    own * prices.scale + base[cells] + sum((need[rule][cells] for rule in rules), 0)
                )
                at = int(np.argmax(worth))
                # Where counting limits the groups of a cell, one more member may make another one possible.
                more = int(((gained + again.group) * more_groups[what])[cells].sum())
                total = _up(max(int(worth[at]), 0) + more, prices.scale)
                if total <= 0:
                    continue
                yield Price(
                    what, theme.id, problem.cells[int(cells[at])].track.value, place.place_id, total,
                    max(min(int(own[at]), total), 0),
                    volunteer(edition, _ROLES[what], place.place_id, theme.id, member_id=NEW_MEMBER),
                )  # fmt: skip


def _groups_more(problem: Problem, what: Priced) -> Ints:
    """Return how many groups more counting allows in each cell with one more of something, shape (cells,).

    One more member in all of them, volunteering or not; or one group more allowed per theme.
    """
    classes, found = problem.classes, np.zeros(len(problem.cells), dtype=np.int64)
    member = int(what is not Priced.GROUPS_MAX)
    roles = (what is Priced.MODERATOR, what is Priced.SECRETARY, what in _VOLUNTEERS, False)
    members = [member] * (len(lacks_of(classes)) - len(roles))
    brings = np.array([*members, *(int(one) for one in roles)], dtype=np.int64)
    for number, cell in enumerate(problem.cells):
        pairs = slice(*problem.cell_start[number : number + 2].tolist())
        there = brought_by(classes, problem.pair_class[pairs]).sum(axis=1) + brings
        wanted = wanted_of_each(classes, cell.rules, cell.track)
        most = int((there[wanted > 0] // wanted[wanted > 0]).min())
        allowed = problem.edition.theme_by_id[cell.theme].groups_max + 1 - member
        found[number] = max(min(most, allowed) - cell.groups_max, 0)
    return found


def home_of(edition: Edition, place: str) -> tuple[str, float, float] | None:
    """Return country and position of a member who lives at a place; None where its position is not known."""
    office = edition.office_by_id.get(place)
    if office is not None:
        return (office.country, *edition.position(office))
    spot = edition.location_by_town.get(place)
    return None if spot is None else (spot.country, spot.latitude, spot.longitude)


def place_name(edition: Edition, place: str) -> str:
    """Return the name of an office or a town; its id where it has none."""
    office, spot = edition.office_by_id.get(place), edition.location_by_town.get(place)
    known = office.name if office is not None else spot.place_name if spot is not None else ""
    return known or place


def _metres_from(edition: Edition, problem: Problem, places: list[str]) -> list[dict[int, int]]:
    """Return by home the candidate places within any travel limit, and how far they are."""
    homes = [home_of(edition, place) for place in places]
    spots = np.array([(one[1], one[2]) for one in homes if one is not None]).reshape(-1, 2)
    there = np.array([(one.latitude, one.longitude) for one in problem.places]).reshape(-1, 2)
    rules = [edition.rules_of(theme.id) for theme in edition.themes]
    limit_m = max(max(one.travel_m, one.office_travel_m) for one in rules)
    first, second, metres = near_pairs(spots[:, 0], spots[:, 1], there[:, 0], there[:, 1], limit_m)
    found: list[dict[int, int]] = [{} for _ in places]
    for home, place, far in zip(first.tolist(), second.tolist(), metres.tolist(), strict=True):
        found[home][place] = far
    return found


def _points_there(
    edition: Edition, problem: Problem, theme: Theme, home: str, metres: dict[int, int]
) -> dict[int, int]:
    """Return by cell of a theme within reach what the placement of a new member is worth."""
    place = home_of(edition, home)
    if place is None or place[0] not in theme.countries:
        return {}
    rules, points = edition.rules_of(theme.id), edition.score
    first = points.rank_thousandths(1)
    found: dict[int, int] = {}
    for number, cell in enumerate(problem.cells):
        if cell.theme != theme.id:
            continue
        if cell.place == VIDEO:
            found[number] = first - points.video_thousandths
            continue
        own = home in edition.office_by_id and problem.place_id(cell) == home
        limit_m = rules.travel_limit_m(own_office=own)
        if cell.place in metres and metres[cell.place] <= limit_m:
            found[number] = first - points.travel_thousandths(metres[cell.place])
    return found


# One more km.


def _kilometres(edition: Edition, prices: RowPrices) -> Iterator[Price]:
    """Yield the worth of a km more: who could be placed where only then, at today's prices."""
    further: list[RuleChange] = []
    for theme in edition.themes:
        if Track.LOCAL in theme.tracks:
            travel_km = edition.rules_of(theme.id).travel_km
            travel = f"themes.{theme.id}.rules.travel_km"
            further.append(RuleChange(key=travel, value=travel_km + 1))
    try:
        problem = build_problem(changed(edition, further))
    except InputError:
        return  # of an edition that fits together so and not further
    known = _pairs_by_key(build_problem(edition))
    new = _pairs_by_key(problem)
    worth = _Worth(prices)
    value = score(problem).pair
    gains: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for key, pairs in new.items():
        theme_id, track, place, _, _ = key
        if track is not Track.LOCAL:
            continue
        before = known.get(key, {})
        for owner, pair in pairs.items():
            gain = worth.of_pair(key, owner, int(value[pair])) * int(problem.classes.count[owner])
            if owner not in before and gain > 0:
                # A member moves to one place: everywhere, to the best.
                for where in ("", place):
                    of_class = gains[theme_id, where]
                    of_class[owner] = max(of_class.get(owner, 0), gain)
    changes = {change.key.split(".")[1]: change for change in further}
    for (theme_id, place), of_class in gains.items():
        total = _up(sum(of_class.values()), prices.scale)
        change = None if place else changes[theme_id]
        yield Price(Priced.KM, theme_id, Track.LOCAL.value, place, total, change=change)


def _pairs_by_key(problem: Problem) -> dict[CellKey, dict[int, int]]:
    """Return pairs by theme, track, place, language and slot, then class."""
    found: dict[CellKey, dict[int, int]] = defaultdict(dict)
    keys = [_key(problem, number) for number in range(len(problem.cells))]
    pairs = zip(problem.pair_cell.tolist(), problem.pair_class.tolist(), strict=True)
    for pair, (cell, owner) in enumerate(pairs):
        found[keys[cell]][owner] = pair
    return dict(found)


def _key(problem: Problem, number: int) -> CellKey:
    cell = problem.cells[number]
    return cell.theme, cell.track, problem.place_id(cell), cell.language, cell.slot


class _Worth:
    """What a placement that is not in the model would add, at the prices of the rows it would be in."""

    def __init__(self, prices: RowPrices) -> None:
        problem = prices.f.problem
        self._prices = prices
        self._cells: dict[CellKey, list[int]] = defaultdict(list)
        for number in range(len(problem.cells)):
            self._cells[_key(problem, number)].append(number)
        self._member = {theme.id: prices.member(theme.id) for theme in problem.edition.themes}
        self._size = prices.filler - prices.seat - prices.office_seat
        self._lost = np.maximum(-prices.opened, 0)
        self._needs = [prices.need(need.rule) for need in NEEDS]
        self._again = AgainPrices(prices)

    def of_pair(self, key: CellKey, owner: int, points: int) -> int:
        """Return the worth of one copy of a class in a cell of a kind; 0 where there is no such cell."""
        classes = self._prices.f.problem.classes
        found = 0
        for cell in self._cells.get(key, ()):
            worth = points * self._prices.scale - int(self._member[key[0]][owner])
            worth += int(classes.size[owner]) * int(self._size[cell]) - int(self._lost[cell])
            for need, counted in zip(self._needs, classes.needs, strict=True):
                worth += int(need[cell]) * int(counted[owner])
            worth += self._again.of_pair(cell, owner)
            found = max(found, worth)
        return found


# One more seat, room, group.


def _seats(edition: Edition, prices: RowPrices) -> Iterator[Price]:
    problem = prices.f.problem
    at_place: dict[tuple[str, str, str], int] = defaultdict(int)
    together: dict[tuple[str, str], float] = defaultdict(float)
    each = (prices.seat + AgainPrices(prices).seat).tolist()
    for number, (cell, seat) in enumerate(zip(problem.cells, each, strict=True)):
        kind = (cell.theme, cell.track.value)
        at_place[*kind, problem.place_id(cell)] = max(at_place[*kind, problem.place_id(cell)], seat)
        together[kind] += seat * float(prices.opened_groups[number])
    for (theme_id, track, place), seat in at_place.items():
        if place:
            yield Price(Priced.SEAT, theme_id, track, place, _up(seat, prices.scale))
    for (theme_id, track), seats in together.items():
        largest = edition.rules_of(theme_id).sizes(Track(track)).size_max
        change = RuleChange(key=f"themes.{theme_id}.rules.{track}.size_max", value=largest + 1)
        total = _up(round(seats), prices.scale)
        yield Price(Priced.SEAT, theme_id, track, "", total, change=change)


def _rooms(edition: Edition, prices: RowPrices) -> Iterator[Price]:
    """Yield the worth of a room more, which there is in every slot."""
    total: dict[str, int] = defaultdict(int)
    for (place, _), room in prices.rooms.items():
        total[place] += room
    for place, room in total.items():
        rooms = edition.office_by_id[place].rooms or 0
        change = OfficeChange(office_id=place, field="rooms", value=rooms + 1)
        yield Price(Priced.ROOM, "", "local", place, _up(room, prices.scale), change=change)


def _office_seats(edition: Edition, prices: RowPrices) -> Iterator[Price]:
    for place, seat in prices.seats.items():
        seats = edition.office_by_id[place].seats_max or 0
        change = OfficeChange(office_id=place, field="seats_max", value=seats + 1)
        total = _up(seat, prices.scale)
        yield Price(Priced.OFFICE_SEAT, "", "local", place, total, change=change)


def _groups(edition: Edition, prices: RowPrices) -> Iterator[Price]:
    problem = prices.f.problem
    # The theme's limit is one of every cell as well.
    more_groups = _groups_more(problem, Priced.GROUPS_MAX)
    gained = np.maximum(prices.opened, 0) * more_groups
    again = AgainPrices(prices).group * more_groups
    in_cells: dict[str, int] = defaultdict(int)
    met: dict[str, int] = defaultdict(int)
    for cell, gain, meets in zip(problem.cells, gained.tolist(), again.tolist(), strict=True):
        in_cells[cell.theme] += gain
        met[cell.theme] = max(met[cell.theme], meets)
    total = edition.total
    in_all = zip((Priced.GROUPS_MAX, Priced.GROUPS_MIN), prices.groups_in_all, strict=True)
    for what, price in in_all:
        if price > 0:
            step = 1 if what is Priced.GROUPS_MAX else -1
            value = (getattr(total, what.value) or 0) + step
            change = RuleChange(key=f"total.{what.value}", value=value)
            yield Price(what, "", "", "", _up(price, prices.scale), change=change)
    for theme_id, (more, fewer) in prices.groups.items():
        theme = edition.theme_by_id[theme_id]
        one_more = more + in_cells[theme_id] + met[theme_id]
        for what, price, value in (
            (Priced.GROUPS_MAX, one_more, theme.groups_max + 1),
            (Priced.GROUPS_MIN, fewer, theme.groups_min - 1),
        ):
            if price > 0:
                change = RuleChange(key=f"themes.{theme_id}.{what.value}", value=value)
                yield Price(what, theme_id, "", "", _up(price, prices.scale), change=change)
