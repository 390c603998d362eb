"""Placements that were accepted: they stay, as pins of the edition, or it is told whose do not.

Comes in: the groups that were proposed, who accepted and in which role. Goes out: pins, and broken promises.
"""

from collections.abc import Collection, Mapping, Sequence

from sip_grouping.edition.records import Pin, Role
from sip_grouping.grouping.grouping import Grouping, Placement


def pins_of_accepted(
    grouping: Grouping, accepted: Mapping[str, Role], own: Sequence[Pin] = ()
) -> tuple[Pin, ...]:
    """Return the pins of an edition, and one for each accepted placement that they do not name.

    Whoever accepted in one group stays together. A role is pinned where it was accepted; a plain member may
    be asked to hold one.

    Parameters
    ----------
    accepted
        By id of the member, the role in which its placement was accepted.
    own
        The edition's own pins.
    """
    told = {(one.member_id, one.theme) for one in own}
    rows = [one for one in grouping.placements if one.member_id in accepted]
    together: dict[str, list[str]] = {}
    for one in rows:
        together.setdefault(one.group_id, []).append(one.member_id)
    pins = list(own)
    for one in rows:
        if (one.member_id, one.theme) in told:
            continue
        role = accepted[one.member_id]
        pins.append(
            Pin(
                member_id=one.member_id,
                theme=one.theme,
                track=one.track,
                place=grouping.group_by_id[one.group_id].place,
                role=None if role is Role.MEMBER else role,
                with_members=tuple(
                    other for other in together[one.group_id] if other != one.member_id
                ),
            )
        )
    return tuple(pins)


def as_accepted(grouping: Grouping, accepted: Mapping[str, Role]) -> Grouping:
    """Return a grouping in which members hold the role that they accepted, whatever was proposed since."""
    rows = tuple(
        one.model_copy(update={"role": accepted.get(one.member_id, one.role)})
        for one in grouping.placements
    )
    return grouping.model_copy(update={"placements": rows})


def broken_promises(before: Grouping, after: Grouping, accepted: Collection[str]) -> frozenset[str]:
    """Return whose accepted placement changed: group, theme, track, place, slot, language, role lost."""
    now = {one.member_id: one for one in after.placements}
    return frozenset(
        one.member_id
        for one in before.placements
        if one.member_id in accepted and not _kept(before, one, after, now.get(one.member_id))
    )


def _kept(before: Grouping, one: Placement, after: Grouping, other: Placement | None) -> bool:
    if other is None or (one.group_id, one.theme) != (other.group_id, other.theme):
        return False
    was, goes_on = before.group_by_id[one.group_id], after.group_by_id[other.group_id]
    return (
        (was.track, was.place) == (goes_on.track, goes_on.place)
        and _same_or_any(was.slot, goes_on.slot)
        and _same_or_any(was.language, goes_on.language)
        and one.role in {Role.MEMBER, other.role}
    )


def _same_or_any(before: str, after: str) -> bool:
    """Return whether a group's language or slot is what it was; where nobody lists one, any will do."""
    return before == after or not (before and after)
