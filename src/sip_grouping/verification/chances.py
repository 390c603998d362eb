"""What members could join, computed for the verifier alone: kinds of group, and who could be in one.

Comes in: an `Edition` and the verifier's distances and places. Goes out: `Chances`, which gives for the
members who belong together (a *unit*; most are one member) every kind of group they could join, and the
pool of units that could be in such a group with them, as pairs go. Written from
docs/file-format-notes.md, "Reasons", not from the engine.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.joined import first_joined
from sip_grouping.edition.records import Member, Pin, Role, Rules, Theme, Track
from sip_grouping.grouping import Reason
from sip_grouping.verification.counting import (
    COLUMNS,
    HELD_ONLY,
    MEMBERS,
    brought,
    lacking,
    roles_of,
    seats_left,
    wanted,
)
from sip_grouping.verification.kinds import Kind, KindOfGroup, Pool
from sip_grouping.verification.measures import Distances, PlacesOfEdition

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Chances:
    """What the units of an edition could join. Members who take no part are in no unit."""

    def __init__(self, edition: Edition, places: PlacesOfEdition, distances: Distances) -> None:
        self._edition = edition
        self._distances = distances
        self._candidates = places.candidates
        self._members = [member for member in edition.members if member.eligible]
        self._row = {member.member_id: row for row, member in enumerate(self._members)}
        self._unit = self._units()
        count = int(self._unit.max(initial=-1)) + 1
        counted = np.array(
            [self._brought(member) for member in self._members], dtype=np.int64
        ).reshape(-1, COLUMNS)
        self.brings = np.zeros((count, COLUMNS), dtype=np.int64)
        """Shape (units, columns): what each unit brings to a group."""
        np.add.at(self.brings, self._unit, counted)
        self._homes = np.array(
            [edition.position(member) for member in self._members], dtype=np.float64
        ).reshape(-1, 2)
        self._in_order = np.argsort(self._unit, kind="stable")
        self._people = np.bincount(self._unit, minlength=count)
        self._ends = np.cumsum(self._people)
        self._languages = self._accepts([member.languages for member in self._members])
        self._slots = self._accepts([member.slots for member in self._members])
        self._kinds: dict[tuple[object, ...], Kind] = {}
        self._joining: dict[tuple[str, Track, str], Bools] = {}
        self._by_answers: dict[tuple[str, Track], Bools] = {}
        self._by_size: dict[tuple[str, Track], Bools] = {}

    def _rows_of(self, unit: int) -> Ints:
        """Return the rows of the members of a unit."""
        end = int(self._ends[unit])
        return self._in_order[end - int(self._people[unit]) : end]

    def unit_of(self, member: Member) -> int:
        """Return the unit of a member who takes part."""
        return int(self._unit[self._row[member.member_id]])

    def may_hold(self, member: Member, role: Role) -> bool:
        """Return whether a member may hold a role, in whatever group."""
        return role in roles_of(member, self._pinned_roles.get(member.member_id))

    def themes_of(self, member: Member) -> list[Theme]:
        """Return the themes a member ranked that are open in its country."""
        known = (self._edition.theme_by_id.get(theme) for theme in member.themes)
        return [theme for theme in known if theme and member.country in theme.countries]

    def has_seat(self, member: Member, theme: Theme) -> bool:
        """Return whether groups of a theme have a seat for a member who may take part in a role only."""
        alone = np.array([self._brought(member)], dtype=np.int64)
        return bool((seats_left(self._edition.rules_of(theme.id), alone) >= 0).all())

    def places_in_reach(self, member: Member, theme: Theme) -> list[str]:
        """Return the candidate places within the member's travel limit for a theme.

        An office without rooms is none where a slot is shared, nor one with fewer seats than a group needs.
        """
        rules = self._edition.rules_of(theme.id)
        limits = np.where(
            self._place_ids == (member.office or ""), rules.office_travel_m, rules.travel_m
        )
        home = self._edition.position(member)
        near = self._distances.each_within(home, self._place_positions, limits)
        return [str(place) for place in self._place_ids[near & self._open_to(rules)]]

    def kinds(self, unit: int) -> Iterator[Kind]:
        """Yield the kinds of group a unit could join as a whole; video first."""
        first = self._members[int(self._rows_of(unit)[0])]
        for theme in self.themes_of(first):
            if not theme.groups_max:
                continue
            rules = self._edition.rules_of(theme.id)
            languages = self._codes(unit, rules.shared_language, self._languages)
            slots = self._codes(unit, rules.shared_slot, self._slots)
            for track in sorted(theme.tracks, reverse=True):
                if not first.accepts(track):
                    continue
                for place in self.places_in_reach(first, theme) if track is Track.LOCAL else [""]:
                    if not self._may_join(theme, track, place)[unit]:
                        continue
                    for language in languages:
                        for slot in slots:
                            yield self._kind(theme, track, place, language, slot)

    def every_kind(self) -> Iterator[KindOfGroup]:
        """Yield every kind of group there could be; one without a slot is of those who list none."""
        anyone = np.ones(len(self.brings), dtype=bool)
        for theme in self._edition.themes:
            rules = self._edition.rules_of(theme.id)
            languages = list(self._languages.values()) if rules.shared_language else []
            shared = rules.shared_slot and bool(self._slots)
            slots = self._slots | {"": self._without_slots} if shared else {"": anyone}
            for track in theme.tracks if theme.groups_max else ():
                for place in self._places_for(rules) if track is Track.LOCAL else [""]:
                    may_join = self._may_join(theme, track, place)
                    for speaks in languages or [anyone]:
                        for slot, free in slots.items():
                            yield KindOfGroup(theme, track, place, slot, may_join & speaks & free)

    def _places_for(self, rules: Rules) -> list[str]:
        """Return the candidate places that have a room and seats for a group."""
        return [str(place) for place in self._place_ids[self._open_to(rules)]]

    def _open_to(self, rules: Rules) -> Bools:
        """Return which candidate places have a room, where a slot is shared, and the seats of one group."""
        enough = self._seats >= rules.local.size_min
        return enough & self._has_rooms if rules.shared_slot else enough

    def pool(self, unit: int, kind: Kind) -> Pool:
        """Return who could be in a group of a kind with a unit, pair by pair."""
        sizes = self.brings[kind.units, MEMBERS]
        out = sizes + self.brings[unit, MEMBERS] > kind.size_max
        out |= self.conflicts(kind, unit, kind.units)
        both = self.brings[kind.units] + self.brings[unit]
        out |= (seats_left(kind.rules, both) < 0).any(axis=-1)
        out &= kind.units != unit
        if not out.any():
            return Pool(kind, unit, kind.units, kind.lacks)
        inside = kind.units[~out]
        return Pool(kind, unit, inside, self._lacking(kind.rules, kind.track, inside))

    def conflicts(self, kind: Kind, unit: int, others: Ints) -> Bools:
        """Return which of some units may not share a group of a kind with a unit, pair by pair."""
        found = np.zeros(len(others), dtype=bool)
        if unit in self._apart:
            found |= np.isin(others, list(self._apart[unit]))
        if kind.spread_m is not None and len(others):
            far = np.zeros(len(self.brings), dtype=bool)
            mask = np.zeros(len(self.brings), dtype=bool)
            mask[others] = True
            rows = np.flatnonzero(mask[self._unit])
            for own in self._rows_of(unit).tolist():
                home = self._members[own]
                near = self._distances.each_within(
                    self._edition.position(home), self._homes[rows], kind.spread_m
                )
                far[self._unit[rows[~near]]] = True
            found |= far[others]
        return found

    def surely_possible(self, unit: int, kind: Kind) -> bool:
        """Return whether a unit forms a group with units of one member that conflict with nobody."""
        own = self.brings[unit]
        total = kind.plain if self._is_plain(unit, kind) else kind.plain + own
        wants = wanted(kind.rules, kind.track)
        seats = sum(number for column, number in wants.values() if column != MEMBERS)
        return own[MEMBERS] + seats <= kind.size_max and all(
            total[column] >= number for column, number in wants.values()
        )

    def alike(self, unit: int) -> object:
        """Return what decides the chances of a unit: equal for units that could join the same groups."""
        if self._people[unit] > 1 or unit in self._apart or unit in self._pins:
            return unit
        member = self._members[int(self._rows_of(unit)[0])]
        return (
            member.country,
            self._edition.position(member),
            member.office,
            member.themes,
            tuple(self.brings[unit].tolist()),
            member.local,
            member.video,
            frozenset(member.languages),
            member.slots,
        )

    def _units(self) -> Ints:
        """Return the unit of each member who takes part: who belongs together, or is pinned so."""
        ties = [(member.member_id, other) for member in self._members for other in member.together]
        if self._edition.most_groups_per_member == 1:
            for pin in self._edition.pins:
                ties += [(pin.member_id, other) for other in pin.with_members]
        rows = ((self._row.get(one, -1), self._row.get(other, -1)) for one, other in ties)
        first = first_joined(range(len(self._members)), rows)
        return np.unique(list(first.values()), return_inverse=True)[1].astype(np.int64)

    def _brought(self, member: Member) -> tuple[int, ...]:
        return brought(member, self._pinned_roles.get(member.member_id))

    @cached_property
    def _pinned_roles(self) -> dict[str, Role]:
        if self._edition.most_groups_per_member > 1:
            return {}
        return {pin.member_id: pin.role for pin in self._edition.pins if pin.role is not None}

    @cached_property
    def _roles_only(self) -> Bools:
        """Which units have a member who takes part in a role only; shape (units,)."""
        return np.asarray(self.brings[:, HELD_ONLY].any(axis=1))

    @cached_property
    def _place_ids(self) -> NDArray[np.str_]:
        return np.array(list(self._candidates), dtype=str)

    @cached_property
    def _has_rooms(self) -> Bools:
        offices = [self._edition.office_by_id.get(str(place)) for place in self._place_ids]
        return np.array([office is None or office.rooms != 0 for office in offices], dtype=bool)

    @cached_property
    def _seats(self) -> NDArray[np.float64]:
        """How many seats each candidate place has, shape (places,); infinite where any number."""
        offices = [self._edition.office_by_id.get(str(place)) for place in self._place_ids]
        limits = [None if office is None else office.seats_max for office in offices]
        return np.array([np.inf if one is None else one for one in limits], dtype=np.float64)

    @cached_property
    def _without_slots(self) -> Bools:
        """Which units list no weekly slot; shape (units,)."""
        found = np.ones(len(self.brings), dtype=bool)
        found[self._unit[[bool(one.slots) for one in self._members]]] = False
        return found

    @cached_property
    def _offices(self) -> NDArray[np.str_]:
        return np.array([member.office or "" for member in self._members], dtype=str)

    @cached_property
    def _place_positions(self) -> NDArray[np.float64]:
        return np.array(list(self._candidates.values()), dtype=np.float64).reshape(-1, 2)

    @cached_property
    def _apart(self) -> Mapping[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for member in self._members:
            for other in member.apart:
                if other in self._row:
                    one, two = self.unit_of(member), int(self._unit[self._row[other]])
                    found[one].add(two)
                    found[two].add(one)
        return dict(found)

    @cached_property
    def _pins(self) -> Mapping[int, list[Pin]]:
        found: dict[int, list[Pin]] = defaultdict(list)
        for pin in self._edition.pins:
            ids = (pin.member_id, *pin.with_members)
            for unit in {int(self._unit[self._row[one]]) for one in ids if one in self._row}:
                found[unit].append(pin)
        return dict(found)

    def _accepts(self, listed: Sequence[tuple[str, ...]]) -> dict[str, Bools]:
        """Return per code, shape (units,), whether each member of a unit lists it, or lists none."""
        found: dict[str, Bools] = {}
        for code in sorted({code for codes in listed for code in codes}):
            refuses = np.array([bool(codes) and code not in codes for codes in listed], dtype=bool)
            accepts = np.ones(len(self.brings), dtype=bool)
            accepts[self._unit[refuses]] = False
            found[code] = accepts
        return found

    def _codes(self, unit: int, shared: bool, accepts: Mapping[str, Bools]) -> list[str]:
        """Return the codes in which a unit could meet; '' where any will do."""
        if not shared or not accepts:
            return [""]
        return [code for code, units in accepts.items() if units[unit]]

    def _may_join(self, theme: Theme, track: Track, place: str) -> Bools:
        """Return which units could join by theme, track, place, pins, size and spread; shape (units,)."""
        key = (theme.id, track, place)
        if key not in self._joining:
            rules = self._edition.rules_of(theme.id)
            able = self._willing(theme, track).copy()
            if track is Track.LOCAL:
                rows = np.flatnonzero(able)
                limits: int | Ints = rules.travel_m
                if rules.office_travel_m != rules.travel_m:
                    own = self._offices[rows] == place
                    limits = np.where(own, rules.office_travel_m, rules.travel_m)
                able[rows] = self._distances.each_within(
                    self._candidates[place], self._homes[rows], limits
                )
            units = self._fitting(theme, track).copy()
            units[self._unit[~able]] = False
            for unit, pins in self._pins.items():
                units[unit] &= self._pins_allow(unit, pins, key)
            if track is Track.LOCAL and rules.spread_m is not None:
                for unit in np.flatnonzero(units & (self._people > 1)).tolist():
                    homes = [tuple(self._homes[row]) for row in self._rows_of(unit)]
                    units[unit] = self._distances.farthest_pair(homes)[0] <= rules.spread_m
            self._joining[key] = units
        return self._joining[key]

    def _willing(self, theme: Theme, track: Track) -> Bools:
        """Return which members rank a theme that is open to them and accept a track."""
        key = (theme.id, track)
        if key not in self._by_answers:
            self._by_answers[key] = np.array(
                [
                    theme.id in one.themes and one.country in theme.countries and one.accepts(track)
                    for one in self._members
                ],
                dtype=bool,
            )
        return self._by_answers[key]

    def _fitting(self, theme: Theme, track: Track) -> Bools:
        """Return which units one group has the room and the seats for; shape (units,)."""
        key = (theme.id, track)
        if key not in self._by_size:
            rules = self._edition.rules_of(theme.id)
            fits = self.brings[:, MEMBERS] <= rules.sizes(track).size_max
            self._by_size[key] = fits & (seats_left(rules, self.brings) >= 0).all(axis=-1)
        return self._by_size[key]

    def _pins_allow(self, unit: int, pins: list[Pin], kind: tuple[str, Track, str]) -> bool:
        if any((pin.theme, pin.track, pin.place) == kind for pin in pins):
            return True
        themes = {pin.theme for pin in pins} & self._edition.theme_by_id.keys()
        most = min(self._edition.rules_of(one).groups_per_member for one in (*themes, kind[0]))
        if self._roles_only[unit]:
            most = 1  # a person holds one role, so it is in one group
        return kind[0] not in themes and len(themes) < most

    def _kind(self, theme: Theme, track: Track, place: str, language: str, slot: str) -> Kind:
        key = (theme.id, track, place, language, slot)
        if key not in self._kinds:
            may_join = self._may_join(theme, track, place)
            for code, accepts in ((language, self._languages), (slot, self._slots)):
                if code:
                    may_join = may_join & accepts[code]
            units = np.flatnonzero(may_join)
            rules = self._edition.rules_of(theme.id)
            lacks = self._lacking(rules, track, units)
            bare = Kind(track, rules, units, lacks, np.zeros(self.brings.shape[1], np.int64))
            plain = units[self._unbound[units]] if bare.spread_m is None else units[:0]
            total = self.brings[plain].sum(axis=0)
            self._kinds[key] = Kind(track, rules, units, bare.lacks, total)
        return self._kinds[key]

    def _is_plain(self, unit: int, kind: Kind) -> bool:
        return kind.spread_m is None and bool(self._unbound[unit])

    @cached_property
    def _unbound(self) -> Bools:
        """Which units are one member in one seat that may meet anybody; shape (units,)."""
        found: Bools = (self.brings[:, MEMBERS] == 1) & ~self._roles_only
        found[[*self._apart, *self._pins]] = False
        return found

    def _lacking(self, rules: Rules, track: Track, units: Ints) -> frozenset[Reason]:
        return lacking(rules, track, self.brings[units].sum(axis=0))
