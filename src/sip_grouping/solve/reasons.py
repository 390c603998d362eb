"""Why members are left out: for each the strongest reason that is true of every group it could join.

Comes in: a `Problem` and the ids of the members who are placed. Goes out: a `LeftOut` for every other
member. Counting in pools (`problem.chances`) decides nearly all; `possible` looks closer where it does
not. What is not decided there is told by the weaker reason, which is true as well.
"""

from collections.abc import Container

from sip_grouping.edition.records import Member, Rules, Track
from sip_grouping.grouping import LeftOut, LeftOutStatus, Reason
from sip_grouping.problem import Problem
from sip_grouping.problem.chances import Chances, surely_possible
from sip_grouping.problem.needs import ROLE_NEEDS
from sip_grouping.problem.places import in_reach
from sip_grouping.solve.possible import CloseLook

_STRENGTH = {reason: number for number, reason in enumerate(Reason)}


def left_out(problem: Problem, placed: Container[str], *, optimal: bool) -> tuple[LeftOut, ...]:
    """Return the members of a problem's edition who are not in `placed` (ids), each with its reason."""
    without = [one for one in problem.edition.members if one.member_id not in placed]
    outweighed = Reason.OUTWEIGHED if optimal else Reason.NOT_IN_BEST_FOUND
    obstacles = _obstacles(problem, [one for one in without if one.eligible])
    found: list[LeftOut] = []
    for member in without:
        status = LeftOutStatus.UNPLACED
        reason = obstacles.get(member.member_id, outweighed)
        if not member.eligible:
            status = LeftOutStatus.INELIGIBLE
            reason = Reason.NOT_COMMITTED if member.cooperator else Reason.NOT_COOPERATOR
        found.append(LeftOut(member_id=member.member_id, status=status, reason=reason))
    return tuple(found)


def _obstacles(problem: Problem, members: list[Member]) -> dict[str, Reason]:
    """Return why there can be no group with a member, by member id; absent where there may be one."""
    settled = surely_possible(problem)
    class_of = problem.classes.class_of_member
    doubtful = [one for one in members if not settled[class_of[one.member_id]]]
    if not doubtful:
        return {}
    asked = list(dict.fromkeys(class_of[one.member_id] for one in doubtful))
    chances = Chances(problem, asked)
    look = CloseLook(chances)
    of_class = {one: _lack(chances, one, look) for one in asked if chances.allowed[one]}
    found: dict[str, Reason] = {}
    for member in doubtful:
        owner = class_of[member.member_id]
        reason = of_class[owner] if owner in of_class else _own_obstacle(problem, member)
        if reason is not None:
            found[member.member_id] = reason
    return found


def _lack(chances: Chances, owner: int, look: CloseLook) -> Reason | None:
    """Return what every possible group of a class lacks; None: one is possible, or that is not known."""
    at_least = chances.common_lacks(owner)
    common: frozenset[Reason] | None = None
    for pool in chances.pools(owner):
        if common is not None and not common and pool.lacks_at_least:
            break
        if not pool.lacks and look.possible(pool) is not False:
            return None
        common = pool.lacks if common is None else common & pool.lacks
        if at_least and common == at_least:
            break
    return min(common, key=_STRENGTH.__getitem__) if common else Reason.NO_GROUP_POSSIBLE


def _own_obstacle(problem: Problem, member: Member) -> Reason:
    """Return why a member has no possible group: by its own answers, or else by those it is bound to."""
    edition = problem.edition
    themes = [
        theme
        for theme in map(edition.theme_by_id.__getitem__, member.themes)
        if member.country in theme.countries
    ]
    if not themes:
        return Reason.NO_THEME_OPEN
    tracks = [(one, track) for one in themes for track in one.tracks if member.accepts(track)]
    if not tracks:
        return Reason.NO_TRACK
    joinable = [
        (theme, track)
        for theme, track in tracks
        if track is Track.VIDEO or in_reach(edition, member, theme, problem.places)
    ]
    if not joinable:
        return Reason.NO_PLACE_IN_REACH
    joinable = [one for one in joinable if _has_seat(edition.rules_of(one[0].id), member)]
    if not joinable:
        return Reason.NO_ROLE_WANTED
    joinable = [(theme, track) for theme, track in joinable if theme.groups_max]
    if not joinable:
        return Reason.NO_GROUPS_ALLOWED
    limits = (edition.rules_of(theme.id).sizes(track).size_max for theme, track in joinable)
    if member.weight > max(limits):
        return Reason.NO_GROUP_POSSIBLE
    return Reason.BOUND_TO_OTHERS


def _has_seat(rules: Rules, member: Member) -> bool:
    """Return whether a group has a seat for a member who may have to hold a role."""
    seats = sum(need.wanted(rules) for need in ROLE_NEEDS if need.roles <= member.roles)
    return seats > 0 or not member.only_in_a_role
