"""Who may join which group, by trying: every placement is made and shown to the verifier.

Comes in: an edition, a grouping. Goes out: states of a store, groupings after a change, what the verifier
says.
"""

import random
from collections.abc import Mapping, Sequence

from sip_grouping.by_hand.complete import completed, without_bounds
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role, Track
from sip_grouping.grouping import Grouping
from sip_grouping.reading.group_rows import HandGroup
from sip_grouping.reading.moved import HandSeat, HandTables
from sip_grouping.rounds.documents import grouping_document, member_document, settings_document
from sip_grouping.rounds.state import State
from sip_grouping.verification import verify

Seats = Sequence[tuple[str, str, Role]]
"""Member, group, role."""


def state_of(edition: Edition, grouping: Grouping, **given: object) -> State:
    """Return the state of a store that was started with an edition and its groups."""
    documents = {one.member_id: member_document(one) for one in edition.members}
    return State(
        settings=settings_document(edition),
        answers={who: dict(answers) for who, (answers, _) in documents.items()},
        personal={who: dict(personal) for who, (_, personal) in documents.items()},
        grouping=grouping_document(grouping),
        **given,  # type: ignore[arg-type]
    )


def seats_of(grouping: Grouping) -> list[tuple[str, str, Role]]:
    return [(one.member_id, one.group_id, one.role) for one in grouping.placements]


def seated(edition: Edition, before: Grouping, seats: Seats) -> Grouping:
    """Return the groups of a grouping with these seats; language and slot are kept where they fit."""
    inside = {group for _, group, _ in seats}
    groups = tuple(
        HandGroup(one.group_id, one.theme, one.track, one.place, one.language, one.slot)
        for one in before.group_records
        if one.group_id in inside
    )
    rows = tuple(HandSeat(*one) for one in seats)
    return without_bounds(completed(edition, HandTables(groups, rows, (), (), (), ()), before))


def after_joining(
    edition: Edition,
    before: Grouping,
    member_id: str,
    group_id: str,
    role: Role,
    leaves: Sequence[str] = (),
) -> Grouping:
    """Return the grouping with one member more in a group, and out of those it leaves."""
    kept = [one for one in seats_of(before) if not (one[0] == member_id and one[1] in leaves)]
    return seated(edition, before, [*kept, (member_id, group_id, role)])


def thinned(edition: Edition, grouping: Grouping, seed: int) -> Grouping:
    """Return a valid grouping with some of the members taken out, so that groups have room."""
    rng = random.Random(seed)
    seats = seats_of(grouping)
    for one in rng.sample(seats, len(seats)):
        fewer = [seat for seat in seats if seat[0] != one[0]]
        if rng.random() < 0.6 and fewer and _valid(edition, seated(edition, grouping, fewer)):
            seats = fewer
    return seated(edition, grouping, seats)


def with_room(edition: Edition) -> Edition:
    """Return the edition with sizes of one more, so that there is more to join."""
    sizes = {track.value: {"size_max": edition.rules.sizes(track).size_max + 1} for track in Track}
    return edition.with_rules(**sizes)


def _valid(edition: Edition, grouping: Grouping) -> bool:
    return verify(edition, grouping).ok


def possible_by_trying(edition: Edition, before: Grouping, member_id: str) -> Mapping[str, int]:
    """Return the groups that a member may join, each with the largest change of the score, in thousandths."""
    own = [one.group_id for one in before.placements if one.member_id == member_id]
    found: dict[str, int] = {}
    for group in before.group_records:
        if group.group_id in own:
            continue
        for leaves in ([], *([one] for one in own), own):
            for role in Role:
                after = after_joining(edition, before, member_id, group.group_id, role, leaves)
                verification = verify(edition, after)
                lost_group = len(after.group_records) < len(before.group_records)
                if verification.ok and not lost_group:
                    change = verification.score_thousandths - before.score_thousandths
                    found[group.group_id] = max(change, found.get(group.group_id, change))
    return found
