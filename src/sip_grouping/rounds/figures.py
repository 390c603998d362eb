"""The groups that were formed last, in the edition as it stands: without who left, every figure anew.

Comes in: an edition, a `Grouping` of an earlier state of it. Goes out: a `Grouping` of this edition. Whether
it keeps the rules is for the verifier to say: a group that members left may be too small by now. Also where
somebody lives whose home is to be forgotten, so that the groups stay as good as they are.
"""

from sip_grouping.by_hand.complete import completed
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.grouping import Grouping
from sip_grouping.reading.group_rows import HandGroup
from sip_grouping.reading.moved import HandSeat, HandTables
from sip_grouping.rounds.state import State
from sip_grouping.verification import verify
from sip_grouping.verification.pins_given import with_pins_given

_COARSE_DEGREES = 1  # decimals: about 10 km, which tells nobody's home


def as_it_stands(edition: Edition, formed: Grouping) -> Grouping:
    """Return the groups with those who still take part, as a grouping of the edition as it stands.

    Nothing is proven of it, unless it is the very grouping that was formed for this edition.
    """
    edition, _ = with_pins_given(edition, formed)
    if formed.edition_digest == edition.digest:
        return formed
    stay = {one.member_id for one in edition.members if one.eligible}
    seats = tuple(
        HandSeat(one.member_id, one.group_id, one.role)
        for one in formed.placements
        if one.member_id in stay
    )
    filled = {one.group_id for one in seats}
    groups = tuple(
        HandGroup(one.group_id, one.theme, one.track, one.place, one.language, one.slot)
        for one in formed.group_records
        if one.group_id in filled
    )
    return completed(edition, HandTables(groups, seats, (), (), (), ()), formed)


def position_without_home(
    edition: Edition, without: State, member_id: str
) -> tuple[float, float] | None:
    """Return where a member lives as far as others may know it; None: where its postcode lies.

    Parameters
    ----------
    edition
        With the home of the member.
    without
        The state once its personal data is gone.
    """
    formed = without.current()
    broken = _broken(edition, formed)
    own = edition.member_by_id[member_id].own_position or edition.position(
        edition.member_by_id[member_id]
    )
    around = (round(own[0], _COARSE_DEGREES), round(own[1], _COARSE_DEGREES))
    for spot in (None, *_places_of(formed, member_id)):
        if spot is not None:
            without.answers[member_id].update(latitude=spot[0], longitude=spot[1])
        try:
            moved = without.edition()
        except InputError:  # nobody knows where that is, or a pin is too far from it
            continue
        if _broken(moved, formed) <= broken:
            return spot
    return around


def _places_of(formed: Grouping | None, member_id: str) -> list[tuple[float, float]]:
    if formed is None:
        return []
    groups = [
        formed.group_by_id[one.group_id] for one in formed.placements if one.member_id == member_id
    ]
    return [
        (one.latitude, one.longitude)
        for one in groups
        if one.latitude is not None and one.longitude is not None
    ]


def _broken(edition: Edition, formed: Grouping | None) -> frozenset[tuple[object, ...]]:
    """Return which rules the groups break as they stand, and where."""
    if formed is None:
        return frozenset()
    return frozenset(
        (one.rule, one.group_id, one.member_id, one.other_id)
        for one in verify(edition, as_it_stands(edition, formed)).violations
    )
