"""Groupings written out for tests of what is done with them: their figures are what the test says.

Comes in: groups with their members. Goes out: a `Grouping`, not a valid one of any edition.
"""

from collections.abc import Mapping, Sequence

from sip_grouping.edition.records import Role, Track
from sip_grouping.grouping import (
    Group,
    Grouping,
    LeftOut,
    LeftOutStatus,
    Placement,
    Reason,
    ScoreTerms,
    Status,
    relative_gap,
)

DIGESTS = {"members": "m", "rules": "r", "score": "s", "places": "p", "offices": "o", "pins": "q"}


def grouping_of(
    groups: Mapping[str, Sequence[str]],
    out: Sequence[str] = (),
    *,
    themes: Mapping[str, str] | None = None,
    by_video: Sequence[str] = (),
    places: Mapping[str, str] | None = None,
    roles: Mapping[str, Role] | None = None,
    ranks: Mapping[str, int] | None = None,
    travel_m: Mapping[str, int] | None = None,
    digests: Mapping[str, str] | None = None,
    terms: ScoreTerms | None = None,
    bound: int | None = None,
) -> Grouping:
    """Return a grouping: members by group id; theme ``a``, in the place ``hub``, unless it says otherwise."""
    theme_of = {one: (themes or {}).get(one, "a") for one in groups}
    track_of = {one: Track.VIDEO if one in by_video else Track.LOCAL for one in groups}
    placements = tuple(
        Placement(
            member_id=member_id,
            group_id=group_id,
            role=(roles or {}).get(member_id, Role.MEMBER),
            theme=theme_of[group_id],
            rank=(ranks or {}).get(member_id, 1),
            track=track_of[group_id],
            travel_m=(travel_m or {}).get(member_id, 1000)
            if track_of[group_id] is Track.LOCAL
            else None,
        )
        for group_id, members in groups.items()
        for member_id in members
    )
    terms = terms or ScoreTerms(rank=100_000 * len(placements))
    return Grouping(
        edition_name="small",
        edition_digest=str(sorted(({**DIGESTS, **(digests or {})}).items())),
        edition_digests={**DIGESTS, **(digests or {})},
        status=Status.OPTIMAL if bound == terms.total else Status.FEASIBLE,
        group_records=tuple(
            Group(
                group_id=one,
                theme=theme_of[one],
                track=track_of[one],
                place="" if one in by_video else (places or {}).get(one, "hub"),
                size=len(members),
            )
            for one, members in groups.items()
        ),
        placements=placements,
        left_out=tuple(
            LeftOut(member_id=one, status=LeftOutStatus.UNPLACED, reason=Reason.OUTWEIGHED)
            for one in out
        ),
        score_thousandths=terms.total,
        score_terms=terms,
        bound_thousandths=bound,
        gap=relative_gap(terms.total, bound),
    )
