"""Who may join which group, by trying: every placement is made and shown to the verifier.

Comes in: an edition, a grouping. Goes out: states of a store, groupings after a change, what the verifier
says.
"""

import random
from collections.abc import Collection, Mapping, Sequence

from sip_grouping.by_hand.complete import completed, without_bounds
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role, Track
from sip_grouping.grouping import Group, Grouping
from sip_grouping.reading.group_rows import HandGroup
from sip_grouping.reading.moved import HandSeat, HandTables
from sip_grouping.rounds.documents import grouping_document, member_document, settings_document
from sip_grouping.rounds.state import State
from sip_grouping.verification import Violation, verify

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


def possible_by_trying(
    edition: Edition, before: Grouping, member_id: str, promised: Collection[str] = ()
) -> Mapping[str, int]:
    """Return the groups that a member may join, each with the largest change of the score, in thousandths.

    Parameters
    ----------
    before
        May break rules: then nothing may be wrong with the group that is joined, nothing else than before.
    promised
        Groups whose language and slot stay.
    """
    at_first = verify(edition, before)
    wrong = {_place_of(one) for one in at_first.violations}
    own = [one.group_id for one in before.placements if one.member_id == member_id]
    found: dict[str, int] = {}
    for group in before.group_records:
        if group.group_id in own:
            continue
        for leaves in ([], *([one] for one in own), own):
            for role in Role:
                after = after_joining(edition, before, member_id, group.group_id, role, leaves)
                if len(after.group_records) < len(before.group_records):
                    continue
                if group.group_id in promised and not _as_promised(edition, group, after):
                    continue
                verification = verify(edition, after)
                if not any(
                    _place_of(one) not in wrong
                    or one.group_id == group.group_id
                    or one.member_id == member_id
                    for one in verification.violations
                ):
                    change = verification.score_thousandths - at_first.score_thousandths
                    found[group.group_id] = max(change, found.get(group.group_id, change))
    return found


def _place_of(violation: Violation) -> tuple[str, str | None, str | None]:
    return violation.rule.value, violation.group_id, violation.member_id


def _as_promised(edition: Edition, group: Group, after: Grouping) -> bool:
    now, rules = after.group_by_id[group.group_id], edition.rules_of(group.theme)
    language = not (rules.shared_language and group.language) or now.language == group.language
    return language and (not (rules.shared_slot and group.slot) or now.slot == group.slot)


def amid_the_season(state: State, before: Grouping, seed: int) -> None:
    """Let some members accept their places, others decline, others wish something else."""
    rng = random.Random(seed)
    rows = {one.member_id: one for one in before.placements}
    for who in rng.sample(sorted(rows), len(rows)):
        row, drawn = rows[who], rng.random()
        if drawn < 0.3:
            state.accepted[who] = {
                "member_id": who, "group_id": row.group_id, "role": row.role.value,
                "theme": row.theme, "track": row.track.value,
                "place": before.group_by_id[row.group_id].place,
            }  # fmt: skip
        elif drawn < 0.45:
            state.left[who] = "declined"
        elif drawn < 0.55:
            state.refused[who] = row.group_id
