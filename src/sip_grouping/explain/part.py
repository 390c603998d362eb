"""A part of a large edition: some groups, their members and a few more, everything else as a grouping has it.

Comes in: an `Edition`, a verified grouping. Goes out: `Part`, an edition small enough to be solved at once:
whatever groups are formed of it are a valid grouping of the whole beside the groups that it leaves alone, and
the points of both add up.

That holds where the score is a sum over groups that share no member and no memory of an edition before. Who
has to share a group does so already, or has none; from whom a member is kept is in another group that stays.
What all groups share is divided: numbers of groups, rooms and seats of offices are what the others leave of
them, and an office that others keep open costs nothing more. A part has no place that the whole does not
have, at the same spot.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Season
from sip_grouping.edition.limits import Total
from sip_grouping.edition.previous import Previous
from sip_grouping.edition.records import Member, Office, Places, Theme
from sip_grouping.errors import InputError
from sip_grouping.grouping import Group, Grouping, Placement
from sip_grouping.problem.places import CandidatePlace, candidate_places
from sip_grouping.solve.assemble import score_terms


@dataclass(frozen=True)
class Part:
    """Some of the members and groups of an edition, as an edition.

    Attributes
    ----------
    elsewhere
        What all other groups are worth, in thousandths of a point: the score of groups of the part and
        this make the score of a valid grouping of the whole.
    """

    edition: Edition
    elsewhere: int


class Parts:
    """Makes parts of one edition and grouping."""

    def __init__(self, edition: Edition, grouping: Grouping) -> None:
        self.edition = edition
        self.grouping = grouping
        # A row may name somebody whose own row says nothing.
        self.bound_to_others = frozenset(
            who
            for one in edition.members
            if one.together or one.apart
            for who in (one.member_id, *one.together, *one.apart)
        )

    @cached_property
    def places(self) -> Mapping[str, CandidatePlace]:
        """The candidate places of the whole edition, by id."""
        return {one.place_id: one for one in candidate_places(self.edition)}

    @cached_property
    def together(self) -> Mapping[str, frozenset[str]]:
        """Members who have to share a group with others: with whom, themselves among them."""
        found: dict[str, frozenset[str]] = {}
        for one in self.edition.members:
            if one.together:
                ids = (one.member_id, *one.together)
                whole = frozenset(ids).union(*(found.get(who, frozenset()) for who in ids))
                found.update(dict.fromkeys(whole, whole))
        return found

    @property
    def add_up(self) -> bool:
        """Whether the points of a part and of the rest add up."""
        return self.edition.most_groups_per_member == 1 and self.edition.previous == Previous()

    def part(
        self, members: Collection[Member], groups: Collection[Group], towns: Collection[str] = ()
    ) -> Part | None:
        """Return the part of some groups and of members who have none, with whom they share one or none.

        None: it is no edition, or lies elsewhere than the whole does.

        Parameters
        ----------
        members
            As they answer in the part.
        towns
            Where its groups may meet as well, beside offices and the places where they do.
        """
        inside = {one.group_id for one in groups}
        rows = [row for one in groups for row in self._rows(one)]
        people = {row.member_id: self.edition.member_by_id[row.member_id] for row in rows}
        people |= {one.member_id: one for one in members}
        listed = {*towns, *(one.place for one in groups if one.place)}
        edition = self._edition_of(people, inside, listed)
        if edition is None:
            return None
        moved = {
            one.place_id
            for one in candidate_places(edition)
            if not _same_spot(one, self.places.get(one.place_id))
        }
        if moved:
            # A town lies where its members do, and not all of them are here.
            others = [one for one in groups if one.place not in moved]
            return self.part(members, others, listed - moved) if moved & listed else None
        here = score_terms(edition, tuple(rows), list(groups)).total
        return Part(edition, self.grouping.score_thousandths - here)

    def _rows(self, group: Group) -> tuple[Placement, ...]:
        return tuple(self.grouping.placements_by_group.get(group.group_id, ()))

    def _edition_of(
        self, people: Mapping[str, Member], inside: Collection[str], towns: Collection[str]
    ) -> Edition | None:
        edition = self.edition
        others = [one for one in self.grouping.group_records if one.group_id not in inside]
        themes = Counter(one.theme for one in others)
        listed = tuple(sorted(one for one in towns if one not in edition.office_by_id))
        order = {one.member_id: number for number, one in enumerate(edition.members)}
        places = edition.places.model_copy(update={"towns": listed or "none"})
        if not towns:
            places = Places(offices=False, towns="none")
        try:
            return edition.replace(
                members=tuple(
                    _among(people[one], people) for one in sorted(people, key=order.__getitem__)
                ),
                themes=tuple(_left_of(one, themes[one.id]) for one in edition.themes),
                offices=tuple(self._office(one, others) for one in edition.offices),
                total=_total_left(edition.total, themes.total()),
                pins=tuple(one for one in edition.pins if one.member_id in people),
                places=places,
                season=Season(),
                previous_seats=(),
                warnings=(),
            )
        except InputError:
            return None

    def _office(self, office: Office, others: Iterable[Group]) -> Office:
        """Return what others leave of an office."""
        there = [one for one in others if one.place == office.office_id]
        if not there:
            return office
        slots = Counter(one.slot for one in there if one.slot)
        taken = self.edition.seats_of(row.member_id for one in there for row in self._rows(one))
        left: dict[str, object] = {"open_points": 0.0}
        if office.rooms is not None:
            left["rooms"] = max(office.rooms - max(slots.values(), default=0), 0)
        if office.seats_max is not None:
            left["seats_max"] = max(office.seats_max - taken, 0)
        return office.model_copy(update=left)


def _among(member: Member, people: Collection[str]) -> Member:
    """Return a member who is kept from those of the part alone."""
    apart = tuple(one for one in member.apart if one in people)
    return member if apart == member.apart else member.model_copy(update={"apart": apart})


def _same_spot(one: CandidatePlace, other: CandidatePlace | None) -> bool:
    return other is not None and (one.latitude, one.longitude) == (other.latitude, other.longitude)


def _total_left(total: Total, others: int) -> Total:
    """Return how many groups there may be beside others; one at least, as an edition asks for."""
    most = total.groups_max
    left = None if most is None else max(most - others, 1)
    return Total(groups_min=max(total.groups_min - others, 0), groups_max=left)


def _left_of(theme: Theme, others: int) -> Theme:
    """Return a theme that may have as many groups as others leave of it."""
    return theme.model_copy(
        update={
            "groups_min": max(theme.groups_min - others, 0),
            "groups_max": max(theme.groups_max - others, 0),
        }
    )
