"""Changes of one limit that loosen it more and more, and single rows without which less is asked.

Comes in: an `Edition`, a theme or what is asked for. Goes out: sequences of `Change`, from small to large.
Ways go by the metre: the values are the distances that occur, so that none between two of them matters.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from sip_grouping.catalogue import Telling, telling
from sip_grouping.edition import Edition
from sip_grouping.edition.limits import Total
from sip_grouping.edition.records import (
    Member,
    Pin,
    Role,
    Rules,
    SizeLimitsOverride,
    Theme,
    Track,
)
from sip_grouping.edition.values import MOST_KM
from sip_grouping.geography.distance import near_pairs
from sip_grouping.problem.needs import NEEDS, Need
from sip_grouping.problem.places import candidate_places
from sip_grouping.rules import RuleId
from sip_grouping.solve.called import theme_called
from sip_grouping.solve.changes import Change, ChangeRecord, rule_record, with_rules, with_total

Ints = NDArray[np.int64]

FURTHER_M = 90_000
"""So much further than the limit is looked at most."""

_MOST_SPOTS = 2000
"""Of so many homes all distances are looked at; of more, whole kilometres."""

_MOST_VOLUNTEERS = 12
"""So many members are tried as one more volunteer for a role."""


@dataclass(frozen=True)
class Steps(Sequence[Change]):
    """Changes from small to large, each made when it is asked for."""

    values: Sequence[int]
    make: Callable[[int], Change]

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> "Steps": ...
    def __getitem__(self, index: int | slice) -> "Change | Steps":
        if isinstance(index, slice):
            return Steps(self.values[index], self.make)
        return self.make(int(self.values[index]))

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class _Limit:
    """One limit of a theme: its value now, and what sets it to another one."""

    theme: Theme
    rule: RuleId
    name: str
    now: float
    telling_of: Callable[[float], Telling]
    override_of: Callable[[float], Mapping[str, object]]

    def steps(
        self, values: Sequence[int], unit: int = 1, *, every: bool = True, nested: bool = True
    ) -> Steps:
        """Return the changes to values, given in parts of which `unit` make one."""
        key = f"themes.{self.theme.id}.rules.{self.name}"

        def make(step: int) -> Change:
            value = step if unit == 1 else step / unit
            return Change(
                self.rule,
                key,
                self.telling_of(value),
                with_rules(self.theme.id, self.override_of(value)),
                every,
                nested,
                records=(rule_record(key, value),),
                amount=round(abs(value - self.now), 3),
            )

        return Steps(values, make)


def smaller_limits(edition: Edition, theme: Theme) -> list[Sequence[Change]]:
    """Return, for each limit of a theme, changes that loosen it more and more."""
    rules = edition.rules_of(theme.id)
    found: list[Sequence[Change]] = []
    for track in theme.tracks:
        sizes = rules.sizes(track)
        least = max(1, rules.moderators + rules.secretaries)
        lower = _size(theme, track, "size_min", sizes.size_min)
        found.append(lower.steps(range(sizes.size_min - 1, least - 1, -1)))
        higher = _size(theme, track, "size_max", sizes.size_max)
        found.append(higher.steps(range(sizes.size_max + 1, len(edition.members) + 1)))
    only = any(member.only_in_a_role for member in edition.members)
    for need in NEEDS:
        if need.key:
            wanted = need.wanted(rules)
            # Fewer seats of a role leave fewer for those who take part in it only.
            nested = not (only and need.roles)
            found.append(
                _seats(theme, need, wanted).steps(range(wanted - 1, -1, -1), nested=nested)
            )
    if Track.LOCAL in theme.tracks:
        found += _of_ways(edition, theme, rules)
    flags = (
        (rules.shared_language, RuleId.SHARED_LANGUAGE, "shared_language"),
        (rules.shared_slot, RuleId.SHARED_SLOT, "shared_slot"),
    )
    found += [(_switched_off(theme, rule, name),) for on, rule, name in flags if on]
    return found


def _of_ways(edition: Edition, theme: Theme, rules: Rules) -> Iterator[Steps]:
    """Yield the limits of ways, each by itself, so that the one that is offered helps without the other."""
    homes = _homes(edition, theme)
    limits = (("travel_km", rules.travel_km), ("office_travel_km", rules.office_travel_km))
    for name, km in limits:
        if km is not None:
            metres = _ways(edition, homes, _metres(km))
            yield _way(theme, RuleId.TRAVEL, name, km).steps(metres, 1000)
    if rules.spread_km is not None:
        exact = len(homes) <= _MOST_SPOTS
        farthest = 2 * max(rules.travel_m, rules.office_travel_m)
        apart = _between(homes, _metres(rules.spread_km), farthest, exact=exact)
        spread = _way(theme, RuleId.SPREAD, "spread_km", rules.spread_km)
        yield spread.steps(apart, 1000, every=exact)


def _size(theme: Theme, track: Track, name: str, now: int) -> _Limit:
    verb = {"size_min": "lower-size-min", "size_max": "raise-size-max"}[name]

    def telling_of(then: float) -> Telling:
        named = telling("track", track.value)
        return telling(
            "conflict", verb, theme=theme_called(theme), track=named, now=now, then=int(then)
        )

    def override_of(then: float) -> Mapping[str, object]:
        return {track: SizeLimitsOverride.model_validate({name: int(then)})}

    return _Limit(theme, RuleId.SIZE, f"{track}.{name}", now, telling_of, override_of)


def _seats(theme: Theme, need: Need, now: int) -> _Limit:
    named = telling("need", need.key.removesuffix("_min"))

    def telling_of(then: float) -> Telling:
        return telling(
            "conflict", "ask-fewer", theme=theme_called(theme), now=now, then=int(then), need=named
        )

    return _Limit(theme, need.rule, need.key, now, telling_of, lambda then: {need.key: int(then)})


def _way(theme: Theme, rule: RuleId, name: str, now: float) -> _Limit:
    def telling_of(km: float) -> Telling:
        # Ten digits: 1,234.567 km to the metre.
        return telling(
            "conflict",
            "raise",
            theme=theme_called(theme),
            name=name,
            now=f"{now:.10g}",
            then=f"{km:.10g}",
        )

    return _Limit(theme, rule, name, now, telling_of, lambda km: {name: km})


def _switched_off(theme: Theme, rule: RuleId, name: str) -> Change:
    key = f"themes.{theme.id}.rules.{name}"
    told = telling("conflict", "switch-off", theme=theme_called(theme), name=name)
    change = with_rules(theme.id, {name: False})
    return Change(rule, key, told, change, records=(rule_record(key, False),))


def _metres(km: float) -> int:
    return round(km * 1000)


def _homes(edition: Edition, theme: Theme) -> NDArray[np.float64]:
    """Return the different positions (k, 2) of those who could be in local groups of a theme."""
    spots = {edition.position(one) for one in who_could_join(edition, theme) if one.local}
    return np.array(sorted(spots), dtype=np.float64).reshape(-1, 2)


def who_could_join(edition: Edition, theme: Theme) -> list[Member]:
    """Return who takes part and ranked a theme that is open to it."""
    return [
        one
        for one in edition.members
        if one.eligible and theme.id in one.themes and one.country in theme.countries
    ]


def _ways(edition: Edition, homes: NDArray[np.float64], now: int) -> list[int]:
    """Return the distances from homes to candidate places that are beyond a limit, in metres."""
    at = np.array(
        [(one.latitude, one.longitude) for one in candidate_places(edition)], dtype=np.float64
    ).reshape(-1, 2)
    farthest = min(now + FURTHER_M, _metres(MOST_KM))
    metres = near_pairs(homes[:, 0], homes[:, 1], at[:, 0], at[:, 1], farthest)[2]
    return _beyond(metres, now)


def _between(homes: NDArray[np.float64], now: int, farthest: int, *, exact: bool) -> Sequence[int]:
    """Return the distances between homes that are beyond a limit, in metres."""
    if not exact:
        return range(now + 1000, farthest + 1, 1000)
    metres = near_pairs(homes[:, 0], homes[:, 1], homes[:, 0], homes[:, 1], farthest)[2]
    return _beyond(metres, now)


def _beyond(metres: Ints, now: int) -> list[int]:
    found: list[int] = np.unique(metres[metres > now]).tolist()
    return found


def fewer_groups(theme: Theme) -> Sequence[Change]:
    """Return changes that ask for fewer and fewer groups of a theme."""
    key = f"themes.{theme.id}.groups_min"
    now = theme.groups_min

    def make(then: int) -> Change:
        told = telling(
            "conflict", "lower-groups-min", theme=theme_called(theme), now=now, then=then
        )

        def changed(one: Edition) -> Edition:
            themes = (
                other.model_copy(update={"groups_min": then}) if other.id == theme.id else other
                for other in one.themes
            )
            return one.replace(themes=tuple(themes))

        return Change(
            RuleId.GROUPS_PER_THEME, key, told, changed,
            records=(rule_record(key, then),), amount=now - then,
        )  # fmt: skip

    return Steps(range(now - 1, -1, -1), make)


def fewer_groups_in_all(total: Total) -> Sequence[Change]:
    """Return changes that ask for fewer and fewer groups of all themes together."""
    now = total.groups_min
    return _of_total("groups_min", "lower-total-min", now, range(now - 1, -1, -1))


def more_groups_in_all(most: int, members: int) -> Sequence[Change]:
    """Return changes that allow more and more groups of all themes together."""
    return _of_total("groups_max", "raise-total-max", most, range(most + 1, members + 1))


def _of_total(name: str, verb: str, now: int, values: range) -> Steps:
    key = f"total.{name}"

    def make(then: int) -> Change:
        return Change(
            RuleId.GROUPS_IN_ALL, key, telling("conflict", verb, now=now, then=then),
            with_total(**{name: then}), records=(rule_record(key, then),), amount=abs(then - now),
        )  # fmt: skip

    return Steps(values, make)


def without_pin(pin: Pin, told: Telling) -> Change:
    """Return the change that leaves a row of pins.csv out."""

    def changed(edition: Edition) -> Edition:
        return edition.replace(pins=tuple(one for one in edition.pins if one != pin))

    record: ChangeRecord = {
        "kind": "remove_pin",
        "member_id": pin.member_id,
        "theme": pin.theme,
        "track": pin.track.value,
        "place": pin.place,
    }
    return Change(RuleId.PIN, "pins", told, changed, records=(record,), amount=1)


def volunteers(edition: Edition, theme: Theme, need: Need) -> Iterable[Change]:
    """Yield single members who would volunteer for a role; a few, in the order of the edition."""
    tried = 0
    for role in sorted(need.roles):
        for member in who_could_join(edition, theme):
            if tried == _MOST_VOLUNTEERS:
                return
            if not member.volunteers_for(role) and not member.only_in_a_role:
                tried += 1
                yield _volunteer(need.rule, member, role)


def _volunteer(rule: RuleId, member: Member, role: Role) -> Change:
    told = telling(
        "conflict", "volunteer", member=member.member_id, role=telling("role", role.value)
    )

    def changed(edition: Edition) -> Edition:
        members = (
            one.model_copy(update={role.value: True}) if one.member_id == member.member_id else one
            for one in edition.members
        )
        return edition.replace(members=tuple(members))

    record: ChangeRecord = {
        "kind": "member",
        "member_id": member.member_id,
        "field": role.value,
        "value": "yes",
    }
    key = f"members.{role.value}"
    return Change(rule, key, told, changed, nested=False, records=(record,), amount=1)
