"""Which groups a member could be in, by enumeration, and what is lacking where there is none.

Comes in: a `RuleBook`. Goes out: `Chances` of one member: every kind of group open to it by its own
answers, whether any set of members makes a valid group of that kind with it, and what each kind lacks.
Only the rules of one group count: size, roles, experience, spread, apart, together, language, slot, travel.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from campaigns.rule_book import Kind, RuleBook

from sip_grouping.edition.records import Role, Track

Unit = frozenset[int]
"""Members who belong together, directly or through others."""


@dataclass(frozen=True)
class Opening:
    """One kind of group that a member may join by its own answers.

    Attributes
    ----------
    own
        The members who must be in the group with it, itself included.
    own_fits
        Whether all of them may be in one group of this kind.
    company
        The other units of which each, by itself, could be in a group with it.
    """

    book: RuleBook
    kind: Kind
    member: int
    own: Unit
    own_fits: bool
    company: tuple[Unit, ...]

    def holds_group(self) -> bool:
        """Return whether some set of members with it is a valid group."""
        return self.own_fits and any(self._complete(one) for one in self._sets(self.own))

    @property
    def people(self) -> list[int]:
        """It and everybody who could share a group with it."""
        inside = self.own if self.own_fits else frozenset({self.member})
        return sorted(inside.union(*self.company))

    def volunteers(self, people: list[int]) -> tuple[int, int, int]:
        """Return moderators, secretaries, and those who volunteer for either."""
        moderators = {one for one in people if self.book.may_hold(one, Role.MODERATOR)}
        secretaries = {one for one in people if self.book.may_hold(one, Role.SECRETARY)}
        return len(moderators), len(secretaries), len(moderators | secretaries)

    def fills_roles(self, people: list[int]) -> bool:
        """Return whether each role has its own volunteers among the people (Hall's condition)."""
        rules = self.book.rules[self.kind.theme]
        moderators, secretaries, either = self.volunteers(people)
        return (
            moderators >= rules.moderators
            and secretaries >= rules.secretaries
            and either >= rules.moderators + rules.secretaries
        )

    def experienced(self, people: list[int]) -> bool:
        """Return whether enough of the people are experienced."""
        have = sum(self.book.is_experienced(one) for one in people)
        return have >= self.book.experienced_min(self.kind.theme)

    def any_set(self, fits: Callable[[list[int]], bool]) -> bool:
        """Return whether some set of members who could be in one group with it `fits`."""
        start = self.own if self.own_fits else frozenset({self.member})
        return any(fits(one) for one in self._sets(start))

    def _complete(self, people: list[int]) -> bool:
        enough = len(people) >= self.book.size(self.kind).size_min
        return enough and self.fills_roles(people) and self.experienced(people)

    def _seated(self, people: Iterable[int]) -> bool:
        """Return whether all of them who have to hold a role have a seat."""
        return self.book.seated(people, self.kind.theme)

    def _sets(self, start: Unit) -> Iterator[list[int]]:
        """Give every set that keeps apart, spread, together, seats and size_max, fullest ones first."""
        most = self.book.size(self.kind).size_max

        def grow(inside: Unit, left: tuple[Unit, ...]) -> Iterator[list[int]]:
            for number, unit in enumerate(left):
                later = tuple(
                    one
                    for one in left[number + 1 :]
                    if not _clash(self.book, self.kind, unit, one)
                    and len(inside) + len(unit) + len(one) <= most
                )
                if len(inside) + len(unit) <= most and self._seated(inside | unit):
                    yield from grow(inside | unit, later)
            yield sorted(inside)

        yield from grow(start, self.company)


def _clash(book: RuleBook, kind: Kind, first: Unit, second: Unit) -> bool:
    """Return whether two units cannot be in one group: apart, or homes too far from each other."""
    return any(
        frozenset((a, b)) in book.apart or book.too_far(a, b, kind)
        for a in first
        for b in second
        if a != b
    )


def _opening(book: RuleBook, kind: Kind, member: int, own: Unit) -> Opening:
    pool, most = set(book.pools[kind]), book.size(kind).size_max

    def fits(unit: Unit) -> bool:
        whole = unit <= pool and len(unit) <= most and book.seated(unit, kind.theme)
        return whole and not _clash(book, kind, unit, unit)

    own_fits = fits(own)
    inside = own if own_fits else frozenset({member})
    others = {book.block_of(one) for one in pool} - {book.block_of(member)}
    company = tuple(
        unit
        for unit in sorted(others, key=sorted)
        if fits(unit)
        and len(unit | inside) <= most
        and book.seated(unit | inside, kind.theme)
        and not _clash(book, kind, inside, unit)
    )
    return Opening(book, kind, member, own, own_fits, company)


@dataclass(frozen=True)
class Chances:
    """What one member could join."""

    book: RuleBook
    member: int

    @cached_property
    def themes(self) -> list[str]:
        """Themes it ranked that are open in its country."""
        return [
            one.id for one in self.book.edition.themes if self.book.may_study(self.member, one.id)
        ]

    @cached_property
    def tracks(self) -> list[tuple[str, Track]]:
        """Themes and tracks open to it, wherever it lives."""
        one = self.book.members[self.member]
        return [
            (theme.id, track)
            for theme in self.book.edition.themes
            for track in theme.tracks
            if self.book.may_study(self.member, theme.id)
            and (one.local if track is Track.LOCAL else one.video)
        ]

    @cached_property
    def in_reach(self) -> bool:
        """Whether some group is within its reach, whatever the roles it has to hold."""
        return any(
            self.book.reaches(self.member, Kind(*where, "", "")) for where in self.book.wheres()
        )

    @cached_property
    def kinds(self) -> list[Kind]:
        """Kinds of group open to it by its own answers."""
        return [kind for kind, pool in self.book.pools.items() if self.member in pool]

    @cached_property
    def openings(self) -> list[Opening]:
        """The same kinds, of themes that may have groups at all.

        Those that all it belongs together with may join, if there are any: it goes nowhere without them.
        """
        themes = self.book.edition.theme_by_id
        own = self.book.block_of(self.member)
        allowed = [
            _opening(self.book, kind, self.member, own)
            for kind in self.kinds
            if themes[kind.theme].groups_max > 0
        ]
        return [one for one in allowed if one.own_fits] or allowed

    @cached_property
    def group_exists(self) -> bool:
        """Whether any valid group with the member can exist."""
        return any(opening.holds_group() for opening in self.openings)
