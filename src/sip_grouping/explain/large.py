"""What would change a reason in a large edition, whose model takes longer than an answer may.

Comes in: an `Edition`, a verified grouping with its bound, a member without a group. Goes out: changes of
its own answers with which an optimal grouping places it, proven without the model of the edition.

Groupings that leave the member out are groupings of the edition as it is: none is worth more than its bound.
One that places the member is found by giving it a free seat of a video group, or else by forming a few of
them again, all others left as they are. Where it is worth as much as the bound, an optimal grouping places
the member. By how much the best score rises is not known then; where it is worth less, nothing is, and that
is said.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import islice

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Season
from sip_grouping.edition.limits import Total
from sip_grouping.edition.previous import Previous
from sip_grouping.edition.records import Member, Places, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.explain.candidates import Candidate
from sip_grouping.explain.case import Case
from sip_grouping.explain.changes import MemberChange
from sip_grouping.explain.changing import changed
from sip_grouping.explain.seats import Seat, Seats
from sip_grouping.explain.topic import Topic
from sip_grouping.explain.why import About, Undecided, Why
from sip_grouping.geography import PostcodeTable
from sip_grouping.grouping import Group, Grouping
from sip_grouping.solve.best import Allowance
from sip_grouping.solve.run import Limits

MOST_MEMBERS = 2_000
"""Larger editions are explained in this way."""

GROUPS_SOLVED = 6
"""So many video groups are formed again with the member."""

_WHO_LIVES_THERE = {"commits", "local"}
"""Answers that make a member one for whom local groups may meet in its town, where towns are the members'."""


class Nearby:
    """Asks whether a change of a member's own answers places it."""

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
        # A row may name somebody whose own row says nothing.
        self._bound_to_others = frozenset(
            who
            for one in edition.members
            if one.together or one.apart
            for who in (one.member_id, *one.together, *one.apart)
        )

    def reasons(
        self, member: Member, topic: Topic, tried: Iterator[Candidate], most: int
    ) -> Iterator[Why]:
        """Yield changes of its own answers that surely place a member, and seats that a longer way gives it.

        Without any the reason alone.

        Parameters
        ----------
        tried
            Its own answers that may place it, likeliest first.
        most
            So many are told at most.
        """
        placement = topic.about is About.PLACEMENT
        helping = [*islice(self.helping(member, tried), most)] if placement else []
        seats = [*islice(self.seats(member), most - len(helping))] if placement else []
        for one in helping:
            yield topic.why(one.change, minimal=True)
        for seat in seats:
            named = (*topic.named, ("group", seat.group_id), ("gain", str(seat.gain)))
            yield replace(topic.why(None), together=(seat.limit, seat.pin), named=named)
        if not (helping or seats):
            spent = self._allowance.spent
            yield topic.alone(Undecided.LIMIT if spent else Undecided.TOO_LARGE)

    def helping(self, member: Member, tried: Iterator[Candidate]) -> Iterator[Candidate]:
        """Yield those changes with which an optimal grouping surely places a member that has no group."""
        bound = self._grouping.bound_thousandths
        if bound is None or not self._splits(member):
            return
        for candidate in tried:
            change = candidate.change
            if not isinstance(change, MemberChange) or self._moves_places(member, change):
                continue
            if any(reached >= bound for reached in self._reached(member, change, bound)):
                yield candidate

    def seats(self, member: Member) -> Iterator[Seat]:
        """Yield free seats beyond the limit of travel of a member without a group, bound to nobody."""
        if self._splits(member) and not self._pinned(member):
            yield from self._seats.beyond(member)

    @cached_property
    def _seats(self) -> Seats:
        return Seats(self._edition, self._grouping)

    def _pinned(self, member: Member) -> bool:
        return any(one.member_id == member.member_id for one in self._edition.pins)

    def _moves_places(self, member: Member, change: MemberChange) -> bool:
        """Return whether groups may meet elsewhere after a change, those without the member too."""
        lives_there = change.field == "local" or member.local
        towns = self._edition.places.towns == "members"
        return towns and change.field in _WHO_LIVES_THERE and lives_there

    def _splits(self, member: Member) -> bool:
        """Return whether the score is the sum over groups that share no member and no memory."""
        edition = self._edition
        alone = member.member_id not in self._bound_to_others
        return alone and edition.most_groups_per_member == 1 and edition.previous == Previous()

    def _reached(self, member: Member, change: MemberChange, bound: int) -> Iterator[int]:
        """Yield scores of valid groupings with the member after the change, the one by counting first.

        Where counting shows that none with a few groups formed again is worth `bound`, none is formed.
        """
        try:
            alone = changed(self._part([member], []), [change], postcodes=self._postcodes)
            after = alone.members[0]
            groups = self._groups(after)
            if not after.eligible or not groups:
                return
            yield from self._with_a_free_seat(after, groups)
            here = {one.group_id for one in groups}
            others = [
                self._edition.member_by_id[one.member_id]
                for one in self._grouping.placements
                if one.group_id in here
            ]
            if self._most_reached([*others, after], groups) < bound:
                return
            part = self._part([*others, after], groups)
        except InputError:
            return
        best = Case(part, self._limits, allowance=self._allowance).placing(member.member_id)
        if best.value is not None:
            yield self._grouping.score_thousandths - self._worth(groups) + best.value

    def _with_a_free_seat(self, member: Member, groups: list[Group]) -> Iterator[int]:
        """Yield the best score with the member in a group as it is, where one has seats for it."""
        if member.only_in_a_role or self._pinned(member):
            return
        worths = [
            self._worth_of_seat(member, member.themes.index(one.theme) + 1)
            for one in groups
            if self._seats_left(one) >= member.weight
        ]
        if worths:
            yield self._grouping.score_thousandths + max(worths)

    def _seats_left(self, group: Group) -> int:
        rows = self._grouping.placements_by_group.get(group.group_id, ())
        most = self._edition.rules_of(group.theme).sizes(Track.VIDEO).size_max
        return most - self._edition.seats_of(one.member_id for one in rows)

    def _groups(self, member: Member) -> list[Group]:
        """Return video groups that a member could be in, those of its best choices with a seat first."""
        if not member.video:
            return []
        edition, rank = self._edition, {one: at for at, one in enumerate(member.themes)}
        found = [
            one
            for one in self._grouping.group_records
            if one.track is Track.VIDEO
            and one.theme in rank
            and member.country in edition.theme_by_id[one.theme].countries
            and (not one.language or not member.languages or one.language in member.languages)
            and (not one.slot or not member.slots or one.slot in member.slots)
            and self._by_itself(one)
        ]

        def first(one: Group) -> tuple[int, bool, int, str]:
            most = edition.rules_of(one.theme).sizes(Track.VIDEO).size_max
            return rank[one.theme], one.size >= most, one.size, one.group_id

        return sorted(found, key=first)[:GROUPS_SOLVED]

    def _by_itself(self, group: Group) -> bool:
        """Return whether nobody in a group is bound to others, or kept from them."""
        rows = self._grouping.placements_by_group.get(group.group_id, ())
        return all(one.member_id not in self._bound_to_others for one in rows)

    def _part(self, members: list[Member], groups: list[Group]) -> Edition:
        """Return the edition of some members, in which the groups that are not solved have their share."""
        edition = self._edition
        inside = {one.group_id for one in groups}
        others = Counter(
            one.theme for one in self._grouping.group_records if one.group_id not in inside
        )
        ids = {one.member_id for one in members}
        return edition.replace(
            members=tuple(members),
            themes=tuple(_without(one, others[one.id]) for one in edition.themes),
            total=_left(edition.total, others.total()),
            pins=tuple(one for one in edition.pins if one.member_id in ids),
            places=Places(offices=False, towns="none"),
            season=Season(),
            previous_seats=(),
            warnings=(),
        )

    def _worth(self, groups: list[Group]) -> int:
        """Return what video groups add to the score, in thousandths of a point."""
        members = self._edition.member_by_id
        inside = {one.group_id for one in groups}
        return -self._edition.score.group_thousandths * len(groups) + sum(
            self._worth_of_seat(members[one.member_id], one.rank)
            for one in self._grouping.placements
            if one.group_id in inside
        )

    def _most_reached(self, members: list[Member], groups: list[Group]) -> int:
        """Return what no grouping with these groups formed again exceeds: all on their best choice."""
        themes = self._edition.theme_by_id

        def best(one: Member) -> int:
            ranks = enumerate(one.themes, start=1)
            seats = [rank for rank, theme in ranks if Track.VIDEO in themes[theme].tracks]
            return max((0, *(self._worth_of_seat(one, rank) for rank in seats)))

        others = self._grouping.score_thousandths - self._worth(groups)
        return others + sum(map(best, members))

    def _worth_of_seat(self, member: Member, rank: int) -> int:
        """Return what a member in a video group adds to the score: as many times as it weighs."""
        points = self._edition.score
        lost = points.video_thousandths if member.local else 0
        return member.weight * (points.rank_thousandths(rank) - lost)


def _left(total: Total, others: int) -> Total:
    """Return how many groups there may be beside others; one at least, as an edition asks for."""
    most = total.groups_max
    left = None if most is None else max(most - others, 1)
    return Total(groups_min=max(total.groups_min - others, 0), groups_max=left)


def _without(theme: Theme, others: int) -> Theme:
    """Return a theme that may have as many groups as others leave of it."""
    return theme.model_copy(
        update={
            "groups_min": max(theme.groups_min - others, 0),
            "groups_max": max(theme.groups_max - others, 0),
        }
    )
