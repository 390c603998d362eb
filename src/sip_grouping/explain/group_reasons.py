"""Why there is a group, or none: what closing it costs, what binds in it, what one would need to exist.

Comes in: a `Cases`, a grouping, a group of it or a theme and place. Goes out: `Why`s. Whatever is said of
points is solved; that something is lacking is counted among those who could come.
"""

from collections.abc import Iterator

import numpy as np

from sip_grouping.edition.records import Member, Role, Track
from sip_grouping.explain.candidates import one_volunteer
from sip_grouping.explain.case import Case, Cases, Kind, difference
from sip_grouping.explain.changes import Change, RuleChange
from sip_grouping.explain.why import About, Undecided, Why
from sip_grouping.geography.distance import distances_m
from sip_grouping.grouping import Group, Grouping
from sip_grouping.problem.places import CandidatePlace
from sip_grouping.solve.best import Best
from sip_grouping.solve.smaller import who_could_join

_WANTED = {Role.MODERATOR: "moderators", Role.SECRETARY: "secretaries"}


def of_group(cases: Cases, grouping: Grouping, group: Group) -> Iterator[Why]:
    """Yield what a group that there is brings, and which of its limits bind."""
    kind = Kind(group.theme, group.track, group.place)
    alike = sum(kind.fits(one.theme, one.track, one.place) for one in grouping.group_records)
    now = cases.now
    without = now.closing(kind, alike - 1)
    named = _named(kind, size=group.size)
    yield Why(
        "closing", None, placed=False, points=difference(without, now.best),
        minimal=without.proven, about=About.GROUP, named=named,
    )  # fmt: skip
    limits = cases.now.edition.rules_of(group.theme).sizes(group.track)
    key = f"themes.{group.theme}.rules.{group.track.value}"
    rows = grouping.placements_by_group.get(group.group_id, ())
    taken = now.edition.seats_of(one.member_id for one in rows)
    if taken == limits.size_min and limits.size_min > 1:
        change = RuleChange(key=f"{key}.size_min", value=limits.size_min - 1)
        yield from _tried(cases, kind, "binds-size-min", change, named)
    if taken == limits.size_max:
        change = RuleChange(key=f"{key}.size_max", value=limits.size_max + 1)
        yield from _tried(cases, kind, "binds-size-max", change, named)
    for role, wanted in _WANTED.items():
        seats = getattr(cases.now.edition.rules_of(group.theme), wanted)
        rows = grouping.placements_by_group.get(group.group_id, ())
        members = cases.now.edition.member_by_id
        willing = sum(members[one.member_id].volunteers_for(role) for one in rows)
        if seats and willing == seats:
            yield from _one_more(cases, kind, f"binds-{role.value}", role, named)


def of_kind(cases: Cases, kind: Kind) -> Iterator[Why]:
    """Yield what a group of a theme and place would cost, or what it lacks and which change mends it."""
    now = cases.now
    opened = now.opening(kind)
    if not opened.infeasible:
        yield Why(
            "opening", None, placed=True, points=difference(opened, now.best),
            minimal=opened.proven, about=About.GROUP, named=_named(kind),
        )  # fmt: skip
        return
    yield from _lacking(cases, kind)


def _lacking(cases: Cases, kind: Kind) -> Iterator[Why]:
    edition = cases.now.edition
    theme = edition.theme_by_id[kind.theme or ""]
    rules = edition.rules_of(theme.id)
    track = kind.track or Track.LOCAL
    people = could_come(cases.now, kind)
    limits = rules.sizes(track)
    found = 0
    taken = sum(one.weight for one in people)
    if taken < limits.size_min:
        named = _named(kind, size=taken, wanted=limits.size_min)
        key = f"themes.{theme.id}.rules.{track.value}.size_min"
        changes: list[Change] = [RuleChange(key=key, value=taken)] if people else []
        found += 1
        yield from _first_of(cases, kind, "lacks-members", changes, named)
    for role, wanted in _WANTED.items():
        willing = sum(one.volunteers_for(role) for one in people)
        seats = getattr(rules, wanted)
        if willing < seats:
            found += 1
            named = _named(kind, size=willing, wanted=seats)
            yield from _one_more(cases, kind, f"lacks-{role.value}", role, named)
    if not found:
        # Each by itself there is enough, but not in one group.
        yield from _first_of(cases, kind, "lacks-company", [], _named(kind, size=len(people)))


def could_come(case: Case, kind: Kind) -> list[Member]:
    """Return who ranked the theme, may join it and lives near enough, each by itself."""
    edition = case.edition
    theme = edition.theme_by_id[kind.theme or ""]
    rules = edition.rules_of(theme.id)
    track = kind.track or Track.LOCAL
    people = [one for one in who_could_join(edition, theme) if one.accepts(track)]
    spot = _spot(case, kind.place or "")
    if track is Track.VIDEO or spot is None:
        return people
    homes = np.array([edition.position(one) for one in people]).reshape(-1, 2)
    metres = distances_m(homes[:, 0], homes[:, 1], spot.latitude, spot.longitude)
    return [
        one
        for one, way in zip(people, metres, strict=True)
        if way <= rules.travel_limit_m(own_office=one.office == spot.place_id)
    ]


def _spot(case: Case, place: str) -> CandidatePlace | None:
    return next((one for one in case.problem.places if one.place_id == place), None)


def _one_more(
    cases: Cases, kind: Kind, code: str, role: Role, named: tuple[tuple[str, str], ...]
) -> Iterator[Why]:
    """Yield what one more volunteer at the place brings."""
    edition = cases.now.edition
    place = kind.place or next((one.town_id for one in could_come(cases.now, kind)), "")
    change = one_volunteer(edition, role, place, kind.theme)
    yield from _first_of(cases, kind, code, [] if change is None else [change], named)


def _first_of(
    cases: Cases, kind: Kind, code: str, changes: list[Change], named: tuple[tuple[str, str], ...]
) -> Iterator[Why]:
    for change in changes:
        found = list(_tried(cases, kind, code, change, named))
        if found:
            yield from found
            return
    yield Why(code, None, placed=False, points=None, minimal=False, about=About.GROUP, named=named)


def _tried(
    cases: Cases, kind: Kind, code: str, change: Change, named: tuple[tuple[str, str], ...]
) -> Iterator[Why]:
    case = cases.with_changes([change])
    if case is None:
        return
    best, there = case.best, case.opening(kind)
    placed = best.proven and there.proven and best.value == there.value and best.value is not None
    yield Why(
        code, change, placed=placed, points=difference(best, cases.now.best),
        minimal=placed, about=About.GROUP, named=named,
        undecided=None if placed or _surely_without(best, there) else Undecided.LIMIT,
    )  # fmt: skip


def _surely_without(best: Best, there: Best) -> bool:
    """Return whether it is proven that no best grouping has such a group."""
    if there.infeasible or best.value is None:
        return best.proven
    return best.proven and there.bound is not None and there.bound < best.value


def _named(kind: Kind, **counts: int) -> tuple[tuple[str, str], ...]:
    words = {"theme": kind.theme or "", "place": kind.place or Track.VIDEO.value}
    return (*words.items(), *((name, str(count)) for name, count in counts.items()))
