"""Why members are left out.

Comes in: a `Problem` and the ids of the members who are placed. Goes out: a `LeftOut` with its reason
for every other member.
"""

from collections.abc import Container

from sip_grouping.edition.records import Member
from sip_grouping.grouping import LeftOut, LeftOutStatus, Reason
from sip_grouping.problem import Problem


def left_out(problem: Problem, placed: Container[str], *, optimal: bool) -> tuple[LeftOut, ...]:
    """Return the members of a problem's edition who are not in `placed` (ids), each with its reason."""
    placeable = set(problem.pair_class.tolist())
    outweighed = Reason.OUTWEIGHED if optimal else Reason.NOT_IN_BEST_FOUND
    found: list[LeftOut] = []
    for member in problem.edition.members:
        if member.member_id in placed:
            continue
        status = LeftOutStatus.UNPLACED
        if not member.eligible:
            status = LeftOutStatus.INELIGIBLE
            reason = Reason.NOT_COMMITTED if member.cooperator else Reason.NOT_COOPERATOR
        elif problem.classes.class_of_member[member.member_id] in placeable:
            reason = outweighed
        else:
            reason = _obstacle(problem, member)
        found.append(LeftOut(member_id=member.member_id, status=status, reason=reason))
    return tuple(found)


def _obstacle(problem: Problem, member: Member) -> Reason:
    """Return why no group can exist for a member: what lacks least comes first."""
    owner = problem.classes.class_of_member[member.member_id]
    for reason in (
        Reason.TOO_FEW_VOLUNTEERS,
        Reason.NO_SECRETARY,
        Reason.NO_MODERATOR,
        Reason.TOO_FEW,
        Reason.NO_GROUPS_ALLOWED,
    ):
        if owner in problem.obstacles.get(reason, frozenset()):
            return reason
    if problem.classes.size[owner] > 1:
        return Reason.BOUND_TO_OTHERS
    tracks = {
        track for theme in member.themes for track in problem.edition.theme_by_id[theme].tracks
    }
    if not any(member.accepts(track) for track in tracks):
        return Reason.NO_TRACK
    return Reason.NO_PLACE_IN_REACH
