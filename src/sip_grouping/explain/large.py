"""What is said of a member of a large edition, whose model takes longer than an answer may.

Comes in: an `Edition`, a verified grouping with its bound, a member. Goes out: what it costs at most to have
the member in a group of some kind; and, of one without a group, changes of its own answers with which an
optimal grouping places it, proven without the model of the edition.

Some groups around the member are formed again, all others stay (`part`): that is a valid grouping of the
whole, so none that has the member there has to be worth less. Where it is worth as much as the bound, none is
worth more. Groupings that leave the member out are groupings of the edition as it is: none is worth more
than its bound. So where one that places the member after a change is worth as much, an optimal one does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Track
from sip_grouping.errors import InputError
from sip_grouping.explain.around import Surroundings
from sip_grouping.explain.candidates import Candidate
from sip_grouping.explain.case import Case, Kind
from sip_grouping.explain.changed import changed
from sip_grouping.explain.changes import MemberChange, PinChange
from sip_grouping.explain.part import Part, Parts
from sip_grouping.geography import PostcodeTable
from sip_grouping.grouping import Group, Grouping
from sip_grouping.solve.conditions import Allowance
from sip_grouping.solve.run import Limits

MOST_MEMBERS = 2_000
"""Larger editions are explained in this way."""

GROUPS_SOLVED = 6
"""So many video groups are formed again with a member whose answers change."""

GROUPS_AROUND = (8, 20)
"""So many groups around a member are formed again: a few, then more where they may cost less."""

WORK_AROUND = 0.5
"""Deterministic work of forming groups again at most: some 1 s, and most take half of it."""

_WHO_LIVES_THERE = {"commits", "local"}
"""Answers that make a member one for whom local groups may meet in its town, where towns are the members'."""


@dataclass(frozen=True)
class Found:
    """A valid grouping that has a member in a group of some kind.

    Attributes
    ----------
    change
        The pin that says so.
    points
        Its score less that of the grouping, in thousandths of a point.
    best
        Whether it is proven that none has a higher score, with the member there or not.
    """

    change: PinChange
    points: int
    best: bool


class Nearby:
    """Asks what a member costs in a kind of group, and whether a change of its own answers places it."""

    def __init__(
        self,
        edition: Edition,
        grouping: Grouping,
        limits: Limits,
        postcodes: PostcodeTable,
        allowance: Allowance,
    ) -> None:
        self._edition = edition
        self._grouping = grouping
        self._limits = limits
        self._postcodes = postcodes
        self._allowance = allowance
        self._parts = Parts(edition, grouping)
        self._surroundings = Surroundings(self._parts)

    def having(self, member: Member, kind: Kind) -> Found | None:
        """Return the best grouping that was found with a member in a group of a kind; None: none was."""
        best: Found | None = None
        for most in GROUPS_AROUND if self._parts.add_up else ():
            found = self._having(member, kind, most)
            if found is not None and (best is None or found.points > best.points):
                best = found
            if best is not None and best.best:
                break
        return best

    def _having(self, member: Member, kind: Kind, most: int) -> Found | None:
        who, around = member.member_id, self._surroundings.around(member, kind, most)
        company = self._parts.together.get(who, frozenset({who}))
        inside = {
            row.member_id
            for one in around.groups
            for row in self._grouping.placements_by_group.get(one.group_id, ())
        }
        others = (self._edition.member_by_id[one] for one in sorted(company - inside))
        part = self._parts.part((*others, *around.without), around.groups, around.towns)
        if part is None:
            return None
        work = self._limits.work_limit
        limits = replace(
            self._limits, work_limit=WORK_AROUND if work is None else min(work, WORK_AROUND)
        )
        case = Case(part.edition, limits, allowance=self._allowance)
        answer = case.placing(who, kind)
        place = case.place_of(answer, who, kind)
        if answer.value is None or place is None:
            return None
        theme, track, place_id = place
        score = part.elsewhere + answer.value
        bound = self._grouping.bound_thousandths
        return Found(
            PinChange(member_id=who, theme=theme, track=track.value, place=place_id),
            score - self._grouping.score_thousandths,
            bound is not None and score >= bound,
        )

    def helping(
        self, member: Member, tried: Iterator[Candidate]
    ) -> Iterator[tuple[Candidate, int]]:
        """Yield changes with which an optimal grouping surely places a member that has no group.

        With each the score of one that was found, less that of the grouping, in thousandths of a point.
        """
        bound = self._grouping.bound_thousandths
        alone = member.member_id not in self._parts.bound_to_others
        if bound is None or not alone or not self._parts.add_up:
            return
        for candidate in tried:
            change = candidate.change
            if not isinstance(change, MemberChange) or self._moves_places(member, change):
                continue
            reached = self._reached(member, change)
            if reached is not None and reached >= bound:
                yield candidate, reached - self._grouping.score_thousandths

    def _moves_places(self, member: Member, change: MemberChange) -> bool:
        """Return whether groups may meet elsewhere after a change, those without the member too."""
        lives_there = change.field == "local" or member.local
        towns = self._edition.places.towns == "members"
        return towns and change.field in _WHO_LIVES_THERE and lives_there

    def _reached(self, member: Member, change: MemberChange) -> int | None:
        """Return the score of a valid grouping with the member after the change; None: none was found."""
        part = self._after(member, change)
        if part is None:
            return None
        best = Case(part.edition, self._limits, allowance=self._allowance).placing(member.member_id)
        return None if best.value is None else part.elsewhere + best.value

    def _after(self, member: Member, change: MemberChange) -> Part | None:
        """Return the part of the video groups that a member could be in after a change, with the member."""
        alone = self._parts.part([member], [])
        if alone is None:
            return None
        try:
            after = changed(alone.edition, [change], postcodes=self._postcodes).members[0]
        except InputError:
            return None
        groups = self._groups(after)
        return self._parts.part([after], groups) if after.eligible and groups else None

    def _groups(self, member: Member) -> list[Group]:
        """Return video groups that a member could be in, those of its best choices with a seat first."""
        if not member.video:
            return []
        joined = self._surroundings.joined(member, Kind(track=Track.VIDEO))
        return joined[:GROUPS_SOLVED]
