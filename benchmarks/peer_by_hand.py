"""Groups as people form them by hand: office by office, theme by theme, first choices first.

Comes in: an edition. Goes out: a `Proposal`. The offices with most members come first; at each, the
themes most wanted there. A group takes who ranks its theme first, volunteers before others, then who
lives nearest; second and third choices when no group of first choices is left. Who is over goes to
groups by video in the same way, and at last to any group with room. Nothing that was decided is taken
back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from campaigns.rule_book import Kind, RuleBook

from benchmarks.peer_judge import Proposal, with_holders
from sip_grouping import Edition
from sip_grouping.edition.records import Role, Track


def by_hand(edition: Edition, seconds: float, seed: int) -> Proposal:  # noqa: ARG001 (nothing is drawn)
    """Return the groups that somebody with a list and a map comes to; no search, so no limit."""
    desk = _Desk(RuleBook(edition))
    most_wanted = max((len(one.themes) for one in edition.members), default=0)
    for track in (Track.LOCAL, Track.VIDEO):
        for choices in range(1, most_wanted + 1):
            for kind in desk.kinds(track):
                while desk.form(kind, choices):
                    pass
    desk.fill_up()
    groups = (with_holders(desk.book, *kind[:3], members) for kind, members in desk.formed)
    return Proposal(tuple(groups), "done")


@dataclass
class _Desk:
    """What is formed so far, and who is still on the list."""

    book: RuleBook
    formed: list[tuple[Kind, list[int]]] = field(default_factory=list)
    left: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.left = {number for number, one in enumerate(self.book.members) if one.eligible}

    def kinds(self, track: Track) -> Iterator[Kind]:
        """Yield places with most members first, at each the themes that most of them rank first."""
        here = [one for one in self.book.pools if one.track is track]
        at_office = {
            one.place: sum(who.office == one.place for who in self.book.members) for one in here
        }
        first = {
            one: sum(self._rank(who, one) == 1 for who in self.book.pools[one]) for one in here
        }
        yield from sorted(
            here, key=lambda one: (-at_office[one.place], one.place, -first[one], one)
        )

    def _rank(self, member: int, kind: Kind) -> int:
        return self.book.members[member].themes.index(kind.theme) + 1

    def _way(self, member: int, kind: Kind) -> int:
        return self.book.travel_m(member, kind.place) if kind.track is Track.LOCAL else 0

    def form(self, kind: Kind, choices: int) -> bool:
        """Form a group of who ranks its theme among the first choices; return whether it can be."""
        theme = self.book.edition.theme_by_id[kind.theme]
        if sum(one.theme == kind.theme for one, _ in self.formed) >= theme.groups_max:
            return False
        pool = [
            one
            for one in self.book.pools[kind]
            if one in self.left and self._rank(one, kind) <= choices
        ]
        limits, seats = self.book.size(kind), self.book.seats(kind.theme)
        pool.sort(key=lambda one: (self._rank(one, kind), self._way(one, kind), one))
        group: list[int] = []
        for role, wanted in seats.items():
            willing = [one for one in pool if one not in group and self.book.may_hold(one, role)]
            other = Role.SECRETARY if role is Role.MODERATOR else Role.MODERATOR
            either = [one for one in willing if self.book.may_hold(one, other)]
            holders = 0
            # Who can hold only this role goes first.
            for one in (*(who for who in willing if who not in either), *either):
                if holders < wanted and self._take(one, kind, group, pool):
                    holders += 1
            if holders < wanted:
                return False
        for one in pool:
            if self._size(group) < limits.size_max:
                self._take(one, kind, group, pool)
        experienced = sum(map(self.book.is_experienced, group))
        enough = experienced >= self.book.experienced_min(kind.theme)
        if self._size(group) < limits.size_min or not enough or not self._holds(group, kind):
            return False
        self.formed.append((kind, group))
        self.left -= set(group)
        return True

    def fill_up(self) -> None:
        """Add who is left to any group with room, the best choice and the shortest way first."""
        for one in sorted(self.left):
            places = [
                (self._rank(one, kind), self._way(one, kind), number)
                for number, (kind, _) in enumerate(self.formed)
                if one in self.book.pools[kind]
            ]
            for _, _, number in sorted(places):
                kind, group = self.formed[number]
                if one in self.left and self._take(one, kind, group, sorted(self.left)):
                    self.left -= set(group)

    def _take(self, one: int, kind: Kind, group: list[int], pool: Sequence[int]) -> bool:
        """Add a member with those it belongs to, where all may be in the group; return whether they are."""
        if one in group:
            return False
        block = self.book.block_of(one)
        together = [*group, *block]
        free = all(other in pool and other in self.book.pools[kind] for other in block)
        limits = self.book.size(kind)
        if not free or self._size(together) > limits.size_max or not self._holds(together, kind):
            return False
        group += sorted(block)
        return True

    def _size(self, group: Sequence[int]) -> int:
        return sum(self.book.members[one].weight for one in group)

    def _holds(self, group: Sequence[int], kind: Kind) -> bool:
        """Return whether nobody is with somebody apart or too far, and who wants a role only can have it."""
        pairs = [(a, b) for at, a in enumerate(group) for b in group[:at]]
        return self.book.seated(group, kind.theme) and not any(
            frozenset(pair) in self.book.apart or self.book.too_far(*pair, kind) for pair in pairs
        )
