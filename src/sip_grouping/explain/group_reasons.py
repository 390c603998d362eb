"""Why there is a group, or none: what closing it costs, what binds in it, what one would need to exist.

Comes in: a `Cases`, a grouping, a group of it or a theme and place. Goes out: `Why`s. Whatever is said of
points is solved; that something is lacking is counted among those who could come.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sip_grouping.edition.records import Role, Track
from sip_grouping.explain.candidates import one_volunteer
from sip_grouping.explain.case import Cases, Kind, difference
from sip_grouping.explain.changes import Change, RuleChange
from sip_grouping.explain.comers import Comers
from sip_grouping.explain.large import MOST_MEMBERS
from sip_grouping.explain.missing import Missing, Needed, Together, without_one
from sip_grouping.explain.why import MENDED, About, Undecided, Why
from sip_grouping.grouping import Group, Grouping
from sip_grouping.solve.best import Best
from sip_grouping.solve.smaller import who_could_join

MOST_WAYS = 3
"""So many ways in which a group would be there are told at most."""

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
    rules = now.edition.rules_of(group.theme)
    least = max(rules.moderators + rules.secretaries, 1)
    if taken == limits.size_min > least:
        lower = range(limits.size_min - 1, least - 1, -1)
        yield from _binding(cases, kind, "binds-size-min", f"{key}.size_min", lower, named)
    if taken == limits.size_max:
        theme = now.edition.theme_by_id[group.theme]
        everybody = sum(one.weight for one in who_could_join(now.edition, theme))
        higher = range(limits.size_max + 1, everybody + 1)
        yield from _binding(cases, kind, "binds-size-max", f"{key}.size_max", higher, named)
    for role, wanted in _WANTED.items():
        seats = getattr(rules, wanted)
        members = cases.now.edition.member_by_id
        willing = sum(members[one.member_id].volunteers_for(role) for one in rows)
        if seats and willing == seats:
            changes = _one_more(cases, kind, role)
            yield _first_of(cases, kind, f"binds-{role.value}", changes, named)


def _binding(
    cases: Cases, kind: Kind, code: str, key: str, values: range, named: tuple[tuple[str, str], ...]
) -> Iterator[Why]:
    """Yield the least change of a limit with which the best score is higher, or that there is none.

    `values`: looser and looser; whatever is allowed with one of them is with those after it.
    """
    steps = [RuleChange(key=key, value=value) for value in values]
    low, high = 0, len(steps) - 1
    gains = {0: _gains(cases, steps[0]) if steps else False}
    if gains[0] is False and high > 0:
        gains[high] = _gains(cases, steps[high])
        while gains[high] and high - low > 1:
            middle = (low + high) // 2
            gains[middle] = _gains(cases, steps[middle])
            low, high = (low, middle) if gains[middle] else (middle, high)
    # With the value before it the best score is proven to be that of today.
    at = high if gains[0] is False and high > 0 else 0
    if gains[at] is False:
        yield Why(code, None, placed=True, points=0, minimal=True, about=About.GROUP, named=named)
        return
    why = _tried(cases, kind, code, steps[at], named)
    if why is not None:
        minimal = bool(gains[at]) and (not at or gains.get(at - 1) is False)
        yield replace(why, minimal=minimal)


def _gains(cases: Cases, change: Change) -> bool | None:
    """Return whether the best score is higher with a change; None where that is not proven."""
    case, now = cases.with_changes([change]), cases.now.best
    if case is None:
        return None
    more = difference(case.best, now)
    return None if more is None else more > 0


def of_kind(cases: Cases, kind: Kind) -> Iterator[Why]:
    """Yield what a group of a theme and place would cost, or what it lacks and which change mends it."""
    now = cases.now
    lacks = _lacks(cases, Comers(now, kind), kind)
    # Where counting shows that something is lacking no model is needed to know that there is none.
    opened = Best(infeasible=True) if lacks else now.opening(kind)
    if not opened.infeasible:
        yield Why(
            "opening", None, placed=True, points=difference(opened, now.best),
            minimal=opened.proven, about=About.GROUP, named=_named(kind),
        )  # fmt: skip
        if not _too_large(cases) and _surely_without(now.best, opened):
            yield from _until_placed(cases, kind, Missing(cases, kind).with_more_members(Needed()))
        return
    # Each by itself there is enough, but not in one group.
    company = _Lack("lacks-company", _named(kind, size=len(Comers(now, kind).within())))
    yield from _lacking(cases, kind, lacks or [company])


def _lacking(cases: Cases, kind: Kind, lacks: list["_Lack"]) -> Iterator[Why]:
    """Yield what such a group lacks, and what mends it: one change where one thing is lacking, or several."""
    told: tuple[Change, ...] = ()
    if len(lacks) == 1 and not _too_large(cases):
        [one] = lacks
        why = _first_of(cases, kind, one.code, one.changes, one.named)
        yield why
        if why.placed:
            return
        told = why.changes
    else:
        for one in lacks:
            yield _first_of(cases, kind, one.code, [], one.named)
    yield from _mended(cases, kind, told)


@dataclass(frozen=True)
class _Lack:
    """One thing that a group lacks, how it is told, and single changes that may mend it."""

    code: str
    named: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...] = ()


def _lacks(cases: Cases, comers: Comers, kind: Kind) -> list[_Lack]:
    """Return what counting shows a group to lack."""
    theme, rules, lacks, sizes = comers.theme.id, comers.rules, comers.lacks(), comers.sizes
    found: list[_Lack] = []
    if not comers.theme.groups_max:
        more = RuleChange(key=f"themes.{theme}.groups_max", value=1)
        found.append(_Lack("lacks-groups", _named(kind), (more,)))
    if comers.spot is not None and not comers.spot.may_hold(rules):
        found.append(_Lack("lacks-room", _named(kind)))
    if lacks.members:
        taken = sizes.size_min - lacks.members
        fewer = RuleChange(key=f"themes.{theme}.rules.{comers.track.value}.size_min", value=taken)
        named = _named(kind, size=taken, wanted=sizes.size_min)
        found.append(_Lack("lacks-members", named, (fewer,) if taken else ()))
    each = ((Role.MODERATOR, lacks.moderators), (Role.SECRETARY, lacks.secretaries))
    for role, short in each:
        if short:
            wanted = getattr(rules, _WANTED[role])
            named = _named(kind, size=wanted - short, wanted=wanted)
            found.append(_Lack(f"lacks-{role.value}", named, _one_more(cases, kind, role)))
    if lacks.volunteers and not any(short for _, short in each):
        wanted = rules.moderators + rules.secretaries
        named = _named(kind, size=wanted - lacks.volunteers, wanted=wanted)
        role = Role.MODERATOR if rules.moderators else Role.SECRETARY
        found.append(_Lack("lacks-volunteers", named, _one_more(cases, kind, role)))
    if lacks.experienced:
        wanted = rules.experienced_min
        named = _named(kind, size=wanted - lacks.experienced, wanted=wanted)
        found.append(_Lack("lacks-experienced", named))
    return found


def _too_large(cases: Cases) -> bool:
    """Return whether the model of an edition takes longer than an answer may."""
    return len(cases.now.edition.members) > MOST_MEMBERS


def _mended(cases: Cases, kind: Kind, told: tuple[Change, ...]) -> Iterator[Why]:
    """Yield changes that make such a group possible together: those with which the best groups have one.

    Where there are none such, the fewest with which one could be formed, and how many more members it takes
    until the best groups have one.
    """
    missing = Missing(cases, kind)
    if _too_large(cases):
        yield from (_of_large(kind, one) for one in islice(missing.ways(), MOST_WAYS))
        return
    possible: Why | None = None
    placed = 0
    for way in missing.ways():
        why = _with(cases, kind, way.changes, minimal=way.minimal)
        if why is None or way.changes == told:
            continue
        possible = possible or why
        if why.placed:
            placed += 1
            yield why
        if placed == MOST_WAYS:
            return
    if placed:
        return
    if possible is not None:
        yield possible
    yield from _until_placed(cases, kind, missing.with_more_members())


def _until_placed(
    cases: Cases, kind: Kind, more_and_more: Iterator[tuple[Change, ...]]
) -> Iterator[Why]:
    """Yield the first of larger and larger sets of changes with which the best groups have such a group."""
    for changes in more_and_more:
        why = _with(cases, kind, changes, minimal=True)
        if why is not None and why.placed:
            parts = [one for one in without_one(changes) if one]
            fewer = [_with(cases, kind, one, minimal=False) for one in parts]
            minimal = all(one and not one.placed and one.decided for one in fewer)
            yield replace(why, minimal=minimal)
            return


def _of_large(kind: Kind, way: Together) -> Why:
    """Return what makes a group possible; whether the best groups have one is not asked."""
    first, *others = way.changes
    return Why(
        MENDED, None if others else first, placed=False, points=None, minimal=way.minimal,
        about=About.GROUP, named=_named(kind), undecided=Undecided.TOO_LARGE,
        together=way.changes if others else (),
    )  # fmt: skip


def _with(cases: Cases, kind: Kind, changes: tuple[Change, ...], *, minimal: bool) -> Why | None:
    """Return what changes do together; None where they cannot be made."""
    case = cases.with_changes(changes)
    if case is None or not changes:
        return None
    best, there = case.best, case.opening(kind)
    placed = best.proven and there.proven and best.value == there.value and best.value is not None
    first, *others = changes
    return Why(
        MENDED, None if others else first, placed=placed, points=difference(best, cases.now.best),
        minimal=minimal, about=About.GROUP, named=_named(kind),
        undecided=None if placed or _surely_without(best, there) else Undecided.LIMIT,
        together=changes if others else (),
    )  # fmt: skip


def _one_more(cases: Cases, kind: Kind, role: Role) -> tuple[Change, ...]:
    """Return one more volunteer at the place, or, by video, where one lives who comes."""
    people = Comers(cases.now, kind).within()
    place = kind.place or next((one.town_id for one in people), "")
    change = one_volunteer(cases.now.edition, role, place, kind.theme)
    return () if change is None else (change,)


def _first_of(
    cases: Cases,
    kind: Kind,
    code: str,
    changes: Sequence[Change],
    named: tuple[tuple[str, str], ...],
) -> Why:
    """Return the first change that can be made, and what it does; the reason alone where there is none."""
    for change in changes:
        found = _tried(cases, kind, code, change, named)
        if found is not None:
            return found
    return Why(code, None, placed=False, points=None, minimal=False, about=About.GROUP, named=named)


def _tried(
    cases: Cases, kind: Kind, code: str, change: Change, named: tuple[tuple[str, str], ...]
) -> Why | None:
    """Return what one change does, under a code of its own; None where it cannot be made."""
    found = _with(cases, kind, (change,), minimal=False)
    if found is None:
        return None
    return replace(found, code=code, named=named, minimal=found.placed)


def _surely_without(best: Best, there: Best) -> bool:
    """Return whether it is proven that no best grouping has such a group."""
    if there.infeasible or best.value is None:
        return best.proven
    return best.proven and there.bound is not None and there.bound < best.value


def _named(kind: Kind, **counts: int) -> tuple[tuple[str, str], ...]:
    words = {"theme": kind.theme or "", "place": kind.place or Track.VIDEO.value}
    return (*words.items(), *((name, str(count)) for name, count in counts.items()))
