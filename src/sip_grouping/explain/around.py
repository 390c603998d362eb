"""The part of an edition that a question about one possible group is about: who could come, and its place.

Comes in: who could come. Goes out: a smaller `Edition` in which such a group is possible exactly where it is
in the whole, as long as the place stays one, whatever is changed for its sake; None where other groups have a
say, since they have to be there.
"""

from collections.abc import Iterable

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Season
from sip_grouping.edition.joined import first_joined
from sip_grouping.edition.previous import Previous
from sip_grouping.edition.records import Member, Places
from sip_grouping.explain.comers import Comers


def around(comers: Comers, further_m: int) -> Edition | None:
    """Return the edition of who could come with a limit of travel so much longer, and of the place alone."""
    edition = comers.edition
    if edition.pins or edition.total.groups_min or any(one.groups_min for one in edition.themes):
        return None
    longest = comers.rules.travel_m + further_m
    here = {
        one.member_id
        for one, way in zip(comers.people, comers.metres.tolist(), strict=True)
        if way <= max(longest, comers.rules.office_travel_m)
    }
    spot = comers.spot
    if spot is not None and spot.office is None:
        # Where a town lies is told by all who live there.
        here |= {one.member_id for one in edition.members if one.town_id == spot.place_id}
    members = _with_company(edition, here)
    themes = (
        one if one.id == comers.theme.id else one.model_copy(update={"groups_max": 0})
        for one in edition.themes
    )
    offices = spot is not None and spot.office is not None
    towns = "none" if spot is None or offices else (spot.place_id,)
    return edition.replace(
        members=tuple(_among(members)),
        themes=tuple(themes),
        places=Places.model_validate(
            {
                "offices": offices,
                "towns": towns,
                "thinning_km": edition.places.thinning_km,
            }
        ),
        previous=Previous(),
        previous_seats=(),
        season=Season(),
        warnings=(),
    )


def _with_company(edition: Edition, here: set[str]) -> list[Member]:
    """Return some members and all who belong together with one of them, through others too."""
    ties = ((one.member_id, other) for one in edition.members for other in one.together)
    first = first_joined((one.member_id for one in edition.members), ties)
    blocks = {first[one] for one in here}
    return [one for one in edition.members if first[one.member_id] in blocks]


def _among(members: Iterable[Member]) -> Iterable[Member]:
    """Yield members who name nobody but each other."""
    some = list(members)
    ids = {one.member_id for one in some}
    for one in some:
        names = {
            name: tuple(other for other in getattr(one, name) if other in ids)
            for name in ("together", "apart")
        }
        changed = any(getattr(one, name) != others for name, others in names.items())
        yield one.model_copy(update=names) if changed else one
