"""What makes a group possible where several things are lacking: changes that do it together.

Comes in: a `Cases`, a kind of group of which no grouping has one. Goes out: `Together`s, smallest first.
Counting says what is needed at least, in four ways: more members, smaller groups, longer ways, and longer
ways with smaller groups. Each is then asked of the solver, in an edition that asks for nothing else; so is
each part of it, so that none is told that could be left out, and no larger limit than it takes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role, Track
from sip_grouping.edition.values import MOST_KM
from sip_grouping.errors import InputError
from sip_grouping.explain.around import around
from sip_grouping.explain.candidates import one_volunteer
from sip_grouping.explain.case import Case, Cases, Kind
from sip_grouping.explain.changes import AddMember, Change, OfficeChange, RuleChange
from sip_grouping.explain.comers import Comers
from sip_grouping.geography.distance import near_pairs
from sip_grouping.solve.smaller import FURTHER_M

_MOST_SPOTS = 500
"""Of so many homes all distances between them are looked at; of more none."""

_MOST_ASKED = 60
"""So many questions are asked of the solver about one group at most."""


@dataclass(frozen=True)
class Needed:
    """What a group is given: members who are added, and rules that are loosened.

    Attributes
    ----------
    members, moderators, secretaries
        How many are added who volunteer for nothing, or for a role.
    experienced
        How many of all of them have been in an edition before.
    size_min, travel_m, spread_m
        The limit that it takes; None: as it is.
    freed
        Rules that are switched off: ``shared_language``, ``shared_slot``.
    """

    members: int = 0
    moderators: int = 0
    secretaries: int = 0
    experienced: int = 0
    size_min: int | None = None
    travel_m: int | None = None
    spread_m: int | None = None
    freed: tuple[str, ...] = ()

    @property
    def people(self) -> int:
        """How many are added."""
        return self.members + self.moderators + self.secretaries

    @property
    def changes(self) -> int:
        """How many changes that is."""
        limits = (self.size_min, self.travel_m, self.spread_m)
        return self.people + sum(one is not None for one in limits) + len(self.freed)


@dataclass(frozen=True)
class Together:
    """Changes with which a group is possible. `minimal`: surely not without one, or with a smaller one."""

    changes: tuple[Change, ...]
    minimal: bool


class Missing:
    """Looks for what makes a group of one kind possible."""

    def __init__(self, cases: Cases, kind: Kind) -> None:
        self._whole, self._cases, self._kind = cases, cases, kind
        self._comers = Comers(cases.now, kind)
        self._taken = cases.now.edition.member_by_id
        part = around(self._comers, FURTHER_M)
        if part is not None:
            self._cases = cases.of(part)
            self._comers = Comers(self._cases.now, kind)
        self._home = _home_of_who_comes(self._comers)
        self._known: dict[tuple[Change, ...], bool | None] = {}
        self._asked = 0
        self._people: Needed | None = None

    def ways(self) -> Iterator[Together]:
        """Yield one set of changes of each way that there is, those of few changes first."""
        told: set[tuple[Change, ...]] = set()
        enough = (
            found
            for needed in sorted(self._counted(), key=_smallest)
            for found in self._enough(needed)
        )
        for found in enough:
            changes = self._made(found)
            parts = [self._asks(one) for one in without_one(changes)]
            # Of what has a part that is enough the part is another way.
            if changes in told or True in parts or not self._stays_a_place(changes):
                continue
            told.add(changes)
            self._people = self._people or (found if found.people == found.changes else None)
            smaller = [self._possible(one) for one in _smaller(found, self._comers)]
            yield Together(changes, all(one is False for one in (*parts, *smaller)))

    def _stays_a_place(self, changes: tuple[Change, ...]) -> bool:
        """Return whether a group may still meet at the place: towns are taken by who lives there."""
        place = self._kind.place
        elsewhere = any(isinstance(one, AddMember) for one in changes) and self._home != place
        if not place or not elsewhere:
            return True
        case = self._whole.with_changes(changes)
        return case is not None and any(one.place_id == place for one in case.places)

    def with_more_members(self, fewest: Needed | None = None) -> Iterator[tuple[Change, ...]]:
        """Yield more and more members beside the fewest with whom it is possible, up to a whole group.

        Where it takes more than members nothing is. `fewest`: None: what `ways` found.
        """
        needed = fewest or self._people
        if needed is None or self._home is None:
            return
        for more in range(1, self._comers.sizes.size_min - needed.people + 1):
            changes = self._made(replace(needed, members=needed.members + more))
            if self._stays_a_place(changes):
                yield changes

    # What counting says.

    def _counted(self) -> list[Needed]:
        """Return what is needed at least: with today's limit of travel, and with the least longer one."""
        found: dict[tuple[bool, bool], Needed] = {}
        travel = self._comers.rules.travel_m
        for travel_m in (None, *self._comers.beyond(travel + FURTHER_M)):
            for smaller in (False, True):
                needed = self._needed(travel_m, smaller=smaller)
                key = (travel_m is not None, smaller)
                if needed is None or (smaller and needed.size_min is None):
                    continue
                if key not in found or needed.changes < found[key].changes:
                    found[key] = needed
        # Who travels further is worth telling where it saves more than that one change.
        return [
            one
            for (far, smaller), one in found.items()
            if not far
            or (False, smaller) not in found
            or one.changes < found[False, smaller].changes
        ]

    def _needed(self, travel_m: int | None, *, smaller: bool) -> Needed | None:
        """Return what those lack who come; None where somebody must be added and nobody can be."""
        lacks, rules = self._comers.lacks(travel_m or 0), self._comers.rules
        moderators, secretaries = lacks.moderators, lacks.secretaries
        more = max(lacks.volunteers - moderators - secretaries, 0)
        # One who would do either is counted for one role: another is needed for the other.
        moderators += more if rules.moderators else 0
        secretaries += 0 if rules.moderators else more
        volunteers = moderators + secretaries
        members = max(
            lacks.experienced - volunteers, 0 if smaller else lacks.members - volunteers, 0
        )
        short = max(lacks.members - volunteers - members, 0)
        size_min = self._comers.sizes.size_min - short
        least = max(rules.moderators + rules.secretaries, 1)
        if size_min < least or (volunteers + members and self._home is None):
            return None
        return Needed(
            members, moderators, secretaries, lacks.experienced,
            size_min if short else None, travel_m,
        )  # fmt: skip

    # What the solver says.

    def _enough(self, needed: Needed) -> Iterator[Needed]:
        """Yield what is enough: what counting says, else with rules switched off, or with more who come."""
        if self._possible(needed):
            yield needed
            return
        freed = next((one for one in self._freed(needed) if self._possible(one)), None)
        if freed is not None:
            yield self._least_spread(freed)
        as_it_is = needed.size_min is None and needed.travel_m is None
        more = self._with_more(needed) if as_it_is else None
        if more is not None:
            yield more

    def _freed(self, needed: Needed) -> Iterator[Needed]:
        """Yield the same with rules on what members share switched off, few of them first."""
        rules = self._comers.rules
        ways = max((*self._comers.metres.tolist(), rules.travel_m))
        on = [
            (
                rules.shared_language,
                lambda one: replace(one, freed=(*one.freed, "shared_language")),
            ),
            (rules.shared_slot, lambda one: replace(one, freed=(*one.freed, "shared_slot"))),
            (
                rules.spread_km is not None and self._comers.track is Track.LOCAL,
                lambda one: replace(one, spread_m=min(2 * ways, round(1000 * MOST_KM))),
            ),
        ]
        steps: list[Callable[[Needed], Needed]] = [step for applies, step in on if applies]
        for count in range(1, len(steps) + 1):
            for chosen in combinations(steps, count):
                freed = needed
                for step in chosen:
                    freed = step(freed)
                yield freed

    def _least_spread(self, needed: Needed) -> Needed:
        """Return the same with no larger limit of the ways between members than it takes."""
        if needed.spread_m is None:
            return needed
        case = self._cases.with_changes(self._made(needed))
        if case is None:
            return needed
        now, most = self._comers.rules.spread_m or 0, needed.spread_m
        people = Comers(case, self._kind).within()
        spots = sorted({case.edition.position(one) for one in people})
        if len(spots) > _MOST_SPOTS:
            return needed
        lat, lon = [one[0] for one in spots], [one[1] for one in spots]
        found = near_pairs(lat, lon, lat, lon, most)[2].tolist()
        return self._shortest(needed, sorted({one for one in found if now < one < most}))

    def _shortest(self, needed: Needed, apart: Sequence[int]) -> Needed:
        low, high = 0, len(apart)
        while low < high:
            middle = (low + high) // 2
            if self._possible(replace(needed, spread_m=apart[middle])):
                high = middle
            else:
                low = middle + 1
        return replace(needed, spread_m=apart[high]) if high < len(apart) else needed

    def _with_more(self, needed: Needed) -> Needed | None:
        """Return the same with more members, none who could be left out; None: a whole group does not do."""
        rules, size = self._comers.rules, self._comers.sizes.size_min
        if self._home is None:
            return None
        moderators = max(rules.moderators, needed.moderators)
        secretaries = max(rules.secretaries, needed.secretaries)
        enough = replace(
            needed,
            moderators=moderators,
            secretaries=secretaries,
            members=max(size - moderators - secretaries, needed.members),
            experienced=max(rules.experienced_min, needed.experienced),
        )
        if not self._possible(enough):
            return None
        for name in ("members", "secretaries", "moderators"):
            while getattr(enough, name):
                fewer = replace(enough, **{name: getattr(enough, name) - 1})
                if fewer.experienced > fewer.people or not self._possible(fewer):
                    break
                enough = fewer
        return enough

    def _possible(self, needed: Needed) -> bool | None:
        return self._asks(self._made(needed))

    def _asks(self, changes: tuple[Change, ...]) -> bool | None:
        """Return whether there is a grouping with such a group after some changes; None: not known."""
        if changes not in self._known:
            self._asked += 1
            spent = self._asked > _MOST_ASKED or self._cases.allowance.spent
            self._known[changes] = None if spent else self._solved(changes)
        return self._known[changes]

    def _solved(self, changes: tuple[Change, ...]) -> bool | None:
        case = self._cases.with_changes(changes)
        if case is None:
            return None
        if Comers(case, self._kind).lacks().any:
            return False
        alone = _asked_alone(case.edition, self._comers.theme.id)
        best = Case(alone, self._cases.limits, allowance=self._cases.allowance).opening(self._kind)
        return True if best.value is not None else False if best.infeasible else None

    # The changes.

    def _made(self, needed: Needed) -> tuple[Change, ...]:
        key = f"themes.{self._comers.theme.id}.rules"
        rules = [
            (f"{key}.{self._comers.track.value}.size_min", needed.size_min),
            (f"{key}.travel_km", None if needed.travel_m is None else needed.travel_m / 1000),
            (f"{key}.spread_km", None if needed.spread_m is None else needed.spread_m / 1000),
            *((f"{key}.{name}", False) for name in needed.freed),
        ]
        return (
            *self._ceilings(needed),
            *self._added(needed),
            *(RuleChange(key=name, value=value) for name, value in rules if value is not None),
        )

    def _ceilings(self, needed: Needed) -> Iterator[Change]:
        """Yield what has to be in any case: groups of the theme, a room and seats at the office."""
        theme, comers = self._comers.theme, self._comers
        if not theme.groups_max:
            yield RuleChange(key=f"themes.{theme.id}.groups_max", value=1)
        office = None if comers.spot is None else comers.spot.office
        if office is None:
            return
        if comers.rules.shared_slot and office.rooms == 0:
            yield OfficeChange(office_id=office.office_id, field="rooms", value="1")
        seats = comers.sizes.size_min if needed.size_min is None else needed.size_min
        if office.seats_max is not None and office.seats_max < seats:
            yield OfficeChange(office_id=office.office_id, field="seats_max", value=str(seats))

    def _added(self, needed: Needed) -> Iterator[Change]:
        wanted = [
            *[Role.MODERATOR] * needed.moderators,
            *[Role.SECRETARY] * needed.secretaries,
            *[Role.MEMBER] * needed.members,
        ]
        number = 0
        for at, role in enumerate(wanted):
            number += 1
            while f"new-{number}" in self._taken:
                number += 1
            made = one_volunteer(
                self._comers.edition, role, self._home or "", self._comers.theme.id
            )
            if made is None:
                continue
            experienced = {"experienced": "yes"} if at < needed.experienced else {}
            yield AddMember(row={**made.row, "member_id": f"new-{number}", **experienced})


def _smallest(needed: Needed) -> tuple[int, bool, bool]:
    return needed.changes, needed.travel_m is not None, needed.size_min is not None


def without_one(changes: Sequence[Change]) -> list[tuple[Change, ...]]:
    """Return some changes without one of them; who is added like somebody else is left out once."""
    found: dict[object, Change] = {}
    for one in changes:
        about: object = one
        if isinstance(one, AddMember):
            about = tuple((key, value) for key, value in one.row.items() if key != "member_id")
        found.setdefault(about, one)
    return [tuple(one for one in changes if one is not left) for left in found.values()]


def _smaller(needed: Needed, comers: Comers) -> Iterator[Needed]:
    """Yield the same with the next smaller limit, each by itself; metre by metre."""
    if needed.size_min is not None and needed.size_min + 1 < comers.sizes.size_min:
        yield replace(needed, size_min=needed.size_min + 1)
    if needed.travel_m is not None:
        yield replace(needed, travel_m=needed.travel_m - 1)
    if needed.spread_m is not None:
        yield replace(needed, spread_m=needed.spread_m - 1)


def _home_of_who_comes(comers: Comers) -> str | None:
    """Return where members could be added: at the place, or where one lives who comes; None: nowhere.

    A theme is open to who is of one of its countries, and a place lies in one country alone.
    """
    spot = comers.spot
    towns = [one.town_id for one in comers.within() if one.country == one.lies_in]
    for home in (*([] if spot is None else [spot.place_id]), *towns[:1]):
        country = home.partition("-")[0]
        if spot is not None and spot.office is not None and home == spot.place_id:
            country = spot.office.country
        if country in comers.theme.countries:
            return home
    return None


def _asked_alone(edition: Edition, theme: str) -> Edition:
    """Return an edition without groups of other themes of which none has to be.

    Where it has a grouping, so has the whole, with the same groups of the theme; and the other way round.
    """
    if edition.total.groups_min:
        return edition
    asked = {one.theme for one in edition.pins} | {
        one.id for one in edition.themes if one.groups_min
    }
    themes = tuple(
        one if one.id in asked | {theme} else one.model_copy(update={"groups_max": 0})
        for one in edition.themes
    )
    try:
        return edition.replace(themes=themes)
    except InputError:
        return edition
