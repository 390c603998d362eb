"""Changes that could do away with a reason: which are worth trying, likeliest first.

Comes in: a `Case`, a member, what it is kept from and why. Goes out: `Candidate`s, each with a smaller
change of its kind where there is one. Counting says how far a change has to go; whether it does is for
the solver.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.explain.case import Case, Kind
from sip_grouping.explain.changes import AddMember, Change, MemberChange, RuleChange
from sip_grouping.explain.typed import volunteer
from sip_grouping.geography.distance import distances_m
from sip_grouping.grouping import Reason

NEXT_PLACES = 2
"""So many places beyond the limit of travel are tried per theme."""

_ROLES_LACKING = {
    Reason.NO_MODERATOR: (Role.MODERATOR,),
    Reason.NO_SECRETARY: (Role.SECRETARY,),
    Reason.TOO_FEW_VOLUNTEERS: (Role.MODERATOR, Role.SECRETARY),
    Reason.NO_GROUP_POSSIBLE: (Role.MODERATOR, Role.SECRETARY),
    Reason.OUTWEIGHED: (Role.MODERATOR, Role.SECRETARY),
    Reason.NOT_IN_BEST_FOUND: (Role.MODERATOR, Role.SECRETARY),
}


@dataclass(frozen=True)
class Candidate:
    """A change to try. `smaller`: the next smaller one of its kind; None: there is none."""

    change: Change
    smaller: Change | None = None


def candidates(case: Case, member: Member, kind: Kind, cause: Reason) -> Iterator[Candidate]:
    """Yield changes that could bring a member into a group of a kind."""
    yield from _first_answers(case, member, cause)
    if cause is Reason.NO_GROUPS_ALLOWED:
        yield from (
            Candidate(RuleChange(key=f"themes.{one.id}.groups_max", value=1))
            for one in _themes(case, member, kind)
        )
    yield from _other_tracks(case, member, kind, cause)
    if cause in {Reason.NO_PLACE_IN_REACH, Reason.NO_GROUP_POSSIBLE, Reason.TOO_FEW}:
        yield from _further(case, member, kind)
    if cause is Reason.TOO_FEW:
        yield from _smaller_groups(case, member, kind)
    if cause is Reason.TOO_FEW_EXPERIENCED:
        yield from _fewer_experienced(case, member, kind)
    roles = _ROLES_LACKING.get(cause, ())
    yield from _own_role(member, roles)
    yield from _one_more(case, member, roles)


def own_answers(case: Case, member: Member, kind: Kind, cause: Reason) -> Iterator[Candidate]:
    """Yield those of them that are the member's own answers: the model of the edition is not needed."""
    yield from _first_answers(case, member, cause)
    yield from _other_tracks(case, member, kind, cause)
    yield from _own_role(member, _ROLES_LACKING.get(cause, ()))


def _first_answers(case: Case, member: Member, cause: Reason) -> Iterator[Candidate]:
    if cause is Reason.NOT_COMMITTED:
        yield Candidate(MemberChange(member_id=member.member_id, field="commits", value="yes"))
    if cause is Reason.NO_THEME_OPEN:
        yield from _another_theme(case, member)
    if cause in {Reason.NO_ROLE_WANTED, Reason.BOUND_TO_OTHERS}:
        yield from _free(member, cause)


def _themes(case: Case, member: Member, kind: Kind) -> list[Theme]:
    """Return the themes of a kind that a member ranked and that are open to it, best first."""
    themes = case.edition.theme_by_id
    return [
        themes[one]
        for one in member.themes
        if kind.theme in {None, one} and member.country in themes[one].countries
    ]


def _another_theme(case: Case, member: Member) -> Iterator[Candidate]:
    column = f"theme_{len(member.themes) + 1}"
    for theme in case.edition.themes:
        if theme.id not in member.themes and member.country in theme.countries:
            change = MemberChange(member_id=member.member_id, field=column, value=theme.id)
            yield Candidate(change)


def _free(member: Member, cause: Reason) -> Iterator[Candidate]:
    who = member.member_id
    if cause is Reason.BOUND_TO_OTHERS and member.together:
        yield Candidate(MemberChange(member_id=who, field="together", value=""))
    for role in ("moderator", "secretary"):
        if cause is Reason.NO_ROLE_WANTED and getattr(member, role) == "only":
            yield Candidate(MemberChange(member_id=who, field=role, value="yes"))


def _other_tracks(case: Case, member: Member, kind: Kind, cause: Reason) -> Iterator[Candidate]:
    """Yield the track that a member does not accept, where a theme allows it."""
    if cause in {Reason.NOT_COMMITTED, Reason.NOT_COOPERATOR, Reason.NO_THEME_OPEN}:
        return
    for track in Track:
        allowed = any(track in one.tracks for one in _themes(case, member, kind))
        if allowed and not member.accepts(track) and kind.track in {None, track}:
            who = member.member_id
            yield Candidate(MemberChange(member_id=who, field=track.value, value="yes"))


def _further(case: Case, member: Member, kind: Kind) -> Iterator[Candidate]:
    """Yield limits of travel that reach the next places, nearest first."""
    found: dict[tuple[float, str], str] = {}
    spots = case.problem.places
    if not spots or not member.local or kind.track is Track.VIDEO:
        return
    at = np.array([(one.latitude, one.longitude) for one in spots])
    metres = distances_m(*case.edition.position(member), at[:, 0], at[:, 1])
    for theme in _themes(case, member, kind):
        if Track.LOCAL not in theme.tracks:
            continue
        rules = case.edition.rules_of(theme.id)
        beyond = sorted(
            (int(way), place.place_id)
            for way, place in zip(metres, spots, strict=True)
            if way > rules.travel_limit_m(own_office=place.place_id == member.office)
            and place.may_hold(rules)
        )
        for way, place_id in beyond[:NEXT_PLACES]:
            found.setdefault(
                (way / 1000, travel_key(case.edition, member, theme.id, place_id)), place_id
            )
    for km, name in sorted(found):
        less = round(km - 0.001, 3)
        yield Candidate(RuleChange(key=name, value=km), RuleChange(key=name, value=less))


def travel_key(edition: Edition, member: Member, theme_id: str, place_id: str) -> str:
    """Return the key that says how far a member may travel to a place for a theme."""
    own = edition.theme_by_id[theme_id].rules
    rules = edition.rules_of(theme_id)
    name = "travel_km"
    if place_id == member.office and rules.office_travel_km is not None:
        name = "office_travel_km"
    return f"themes.{theme_id}.rules.{name}" if getattr(own, name) is not None else f"rules.{name}"


def _smaller_groups(case: Case, member: Member, kind: Kind) -> Iterator[Candidate]:
    """Yield the size to which a group with the member could grow, theme by theme, as counting goes."""
    most: dict[tuple[str, Track], int] = {}
    for pool in case.pools(member.member_id, kind):
        size = int((pool.copies * case.problem.classes.size[pool.classes]).sum())
        for theme in _themes(case, member, kind):
            if pool.kind.rules is case.edition.rules_of(theme.id):
                key = (theme.id, pool.kind.track)
                most[key] = max(most.get(key, 0), size)
    for (theme_id, track), size in sorted(most.items(), key=lambda one: -one[1]):
        limits = case.edition.rules_of(theme_id).sizes(track)
        if 1 <= size < limits.size_min:
            name = f"themes.{theme_id}.rules.{track.value}.size_min"
            yield Candidate(
                RuleChange(key=name, value=size),
                RuleChange(key=name, value=size + 1) if size + 1 < limits.size_min else None,
            )


def _fewer_experienced(case: Case, member: Member, kind: Kind) -> Iterator[Candidate]:
    for theme in _themes(case, member, kind):
        wanted = case.edition.rules_of(theme.id).experienced_min
        if wanted:
            key = f"themes.{theme.id}.rules.experienced_min"
            yield Candidate(RuleChange(key=key, value=wanted - 1))


def _own_role(member: Member, roles: tuple[Role, ...]) -> Iterator[Candidate]:
    """Yield that the member volunteers itself."""
    for role in roles:
        if not member.volunteers_for(role) and not member.only_in_a_role:
            who = member.member_id
            yield Candidate(MemberChange(member_id=who, field=role.value, value="yes"))


def _one_more(case: Case, member: Member, roles: tuple[Role, ...]) -> Iterator[Candidate]:
    """Yield one more volunteer who lives where the member does."""
    for role in roles:
        change = one_volunteer(case.edition, role, member.town_id)
        if change is not None:
            yield Candidate(change)


def one_volunteer(
    edition: Edition, role: Role, place: str, theme: str | None = None
) -> AddMember | None:
    """Return one more volunteer at a place; None where nobody could be one there."""
    try:
        return volunteer(edition, role.value, place, theme, member_id=f"volunteer-{role.value}")
    except InputError:
        return None
