"""The best grouping of a small edition by a mixed-integer programme of its own, group by group.

Comes in: an `Edition` of up to about thirty members. Goes out: `Verdict`: the best score in thousandths
of a point, or that no grouping is valid. One binary per member and possible group, possible groups being
the kinds of `rule_book` in as many copies as could be filled; HiGHS solves it. Nothing is aggregated,
relaxed or split, and no code is shared with the engine.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Literal

import numpy as np
from campaigns.rule_book import Kind, RuleBook
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, Role

Seat = tuple[int, int]
"""A member and a possible group."""


@dataclass(frozen=True)
class Verdict:
    """What the programme says. `score_thousandths` is None unless the status is optimal."""

    status: Literal["optimal", "infeasible", "unknown"]
    score_thousandths: int | None = None


def best_by_mip(
    edition: Edition,
    *,
    separate_slots: bool = True,
    time_limit: float = 30.0,
    presolve: bool = True,
) -> Verdict:
    """Return the best score of an edition, or that it has no valid grouping.

    Parameters
    ----------
    separate_slots
        Whether rule 8 counts: groups of one member in different slots, rooms of offices.
    time_limit
        Seconds after which nothing is claimed.
    presolve
        HiGHS's own; off for a second opinion of a doubtful answer.
    """
    programme = Programme(RuleBook(edition, separate_slots))
    programme.build()
    return programme.solve(time_limit, presolve)


@dataclass
class Programme:
    """Binary columns with their gains, and rows as terms between two limits."""

    book: RuleBook
    gains: list[int] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    @cached_property
    def groups(self) -> list[Kind]:
        """Possible groups; copies of a kind follow each other."""
        found: list[Kind] = []
        for kind in _useful(self.book):
            found += [kind] * self._copies(kind)
        return found

    def _copies(self, kind: Kind) -> int:
        book, pool = self.book, self.book.pools[kind]
        theme, rules = book.edition.theme_by_id[kind.theme], book.rules[kind.theme]
        people = [book.members[one] for one in pool]
        moderators = sum(bool(one.moderator) for one in people)
        secretaries = sum(bool(one.secretary) for one in people)
        either = sum(bool(one.moderator or one.secretary) for one in people)
        counts = [theme.groups_max, len(pool) // book.size(kind).size_min]
        for have, need in (
            (moderators, rules.moderators),
            (secretaries, rules.secretaries),
            (either, rules.moderators + rules.secretaries),
            (sum(book.is_experienced(one) for one in pool), book.experienced_min(kind.theme)),
        ):
            if need:
                counts.append(have // need)
        return min(counts)

    def column(self, gain: int = 0) -> int:
        self.gains.append(gain)
        return len(self.gains) - 1

    def row(self, terms: Mapping[int, float], low: float, high: float) -> None:
        self.rows.append((dict(terms), low, high))

    def build(self) -> None:
        book, groups = self.book, self.groups
        opened = [self.column(-book.group_loss) for _ in groups]
        seat: dict[Seat, int] = {}
        for number, kind in enumerate(groups):
            for member in book.pools[kind]:
                seat[member, number] = self.column(book.gain(member, kind))
        roles = self._roles(opened, seat)
        self._sizes(opened, seat)
        self._members(seat)
        self._pairs(opened, seat)
        self._themes(opened)
        for pin in book.edition.pins:
            self._pin(pin, seat, roles)
        if book.separate_slots:
            self._slots(opened, seat)

    def _sizes(self, opened: list[int], seat: dict[Seat, int]) -> None:
        book = self.book
        for number, kind in enumerate(self.groups):
            limits, pool = book.size(kind), book.pools[kind]
            inside = dict.fromkeys((seat[one, number] for one in pool), 1.0)
            self.row(inside | {opened[number]: -limits.size_min}, 0, np.inf)
            self.row(inside | {opened[number]: -limits.size_max}, -np.inf, 0)
            self._links(opened[number], inside)
            wanted = book.experienced_min(kind.theme)
            if wanted:
                old = {seat[one, number]: 1.0 for one in pool if book.is_experienced(one)}
                self.row(old | {opened[number]: -wanted}, 0, np.inf)
            if number and self.groups[number - 1] == kind:
                before = {seat[one, number - 1]: -1.0 for one in pool}
                self._ordered(opened[number - 1], opened[number], before, inside)

    def _links(self, opened: int, inside: Mapping[int, float]) -> None:
        """Nobody sits in a group that is not open."""
        for column in inside:
            self.row({column: 1, opened: -1}, -np.inf, 0)

    def _ordered(
        self, first: int, second: int, before: Mapping[int, float], inside: Mapping[int, float]
    ) -> None:
        """Of copies, which are alike, the earlier is opened first, and is no smaller."""
        self.row({second: 1, first: -1}, -np.inf, 0)
        self.row({**inside, **before}, -np.inf, 0)

    def _roles(self, opened: list[int], seat: dict[Seat, int]) -> dict[tuple[int, int, Role], int]:
        book = self.book
        held: dict[tuple[int, int, Role], int] = {}
        by_person: dict[int, list[int]] = defaultdict(list)
        for number, kind in enumerate(self.groups):
            rules = book.rules[kind.theme]
            for role, wanted in (
                (Role.MODERATOR, rules.moderators),
                (Role.SECRETARY, rules.secretaries),
            ):
                holders: list[int] = []
                for one in book.pools[kind] if wanted else ():
                    if book.may_hold(one, role):
                        column = held[one, number, role] = self.column()
                        holders.append(column)
                        by_person[one].append(column)
                        self.row({column: 1, seat[one, number]: -1}, -np.inf, 0)
                self.row(dict.fromkeys(holders, 1.0) | {opened[number]: -wanted}, 0, 0)
        for columns in by_person.values():
            self.row(dict.fromkeys(columns, 1.0), -np.inf, 1)
        for (one, number), column in seat.items():
            if book.said_only(one):
                mine = {held[key]: 1.0 for role in Role if (key := (one, number, role)) in held}
                self.row({column: -1.0} | mine, 0, np.inf)
        return held

    def _members(self, seat: dict[Seat, int]) -> None:
        """One group of a theme; in all no more than each of its themes' groups_per_member."""
        rules = self.book.rules
        most = max(one.groups_per_member for one in rules.values())
        by_theme: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for (member, number), column in seat.items():
            by_theme[member][self.groups[number].theme].append(column)
        for themes in by_theme.values():
            every = dict.fromkeys((one for columns in themes.values() for one in columns), 1.0)
            for theme, columns in themes.items():
                own = dict.fromkeys(columns, 1.0)
                self.row(own, -np.inf, 1)
                surplus = most - rules[theme].groups_per_member
                self.row(every | dict.fromkeys(columns, 1.0 + surplus), -np.inf, most)

    def _pairs(self, opened: list[int], seat: dict[Seat, int]) -> None:
        book = self.book
        for number, kind in enumerate(self.groups):
            for first, second in map(sorted, book.together):
                terms = {}
                if (first, number) in seat:
                    terms[seat[first, number]] = 1.0
                if (second, number) in seat:
                    terms[seat[second, number]] = -1.0
                if terms:
                    self.row(terms, 0, 0)
            for excluded in self.no_two_of(kind):
                one_of = dict.fromkeys((seat[one, number] for one in excluded), 1.0)
                self.row(one_of | {opened[number]: -1.0}, -np.inf, 0)

    def no_two_of(self, kind: Kind) -> Iterable[tuple[int, ...]]:
        """Yield sets of members of whom a group of this kind holds one at most: pairs."""
        for pair in combinations(self.book.pools[kind], 2):
            if frozenset(pair) in self.book.apart or self.book.too_far(*pair, kind):
                yield pair

    def _themes(self, opened: list[int]) -> None:
        for theme in self.book.edition.themes:
            own = [opened[n] for n, kind in enumerate(self.groups) if kind.theme == theme.id]
            self.row(dict.fromkeys(own, 1.0), theme.groups_min, theme.groups_max)

    def _pin(
        self, pin: Pin, seat: dict[Seat, int], roles: dict[tuple[int, int, Role], int]
    ) -> None:
        who = self.book.number_of[pin.member_id]
        company = [self.book.number_of[one] for one in pin.with_members]
        kept: list[int] = []
        for number, kind in enumerate(self.groups):
            if kind[:3] != (pin.theme, pin.track, pin.place):
                continue
            wanted = [seat.get((one, number)) for one in (who, *company)]
            if pin.role in {Role.MODERATOR, Role.SECRETARY}:
                wanted.append(roles.get((who, number, pin.role)))
            columns = [one for one in wanted if one is not None]
            if len(columns) < len(wanted):
                continue
            here = self.column()
            kept.append(here)
            for column in columns:
                self.row({here: 1, column: -1}, -np.inf, 0)
            if pin.role is Role.MEMBER:
                for role in (Role.MODERATOR, Role.SECRETARY):
                    if (who, number, role) in roles:
                        self.row({here: 1, roles[who, number, role]: 1}, -np.inf, 1)
        self.row(dict.fromkeys(kept, 1.0), 1, np.inf)

    def _slots(self, opened: list[int], seat: dict[Seat, int]) -> None:
        """Rule 8: groups of one member in different slots, an office's groups in its rooms."""
        by_slot: dict[tuple[int, str], list[int]] = defaultdict(list)
        for (member, number), column in seat.items():
            if self.groups[number].slot:
                by_slot[member, self.groups[number].slot].append(column)
        for columns in by_slot.values():
            self.row(dict.fromkeys(columns, 1.0), -np.inf, 1)
        for office in self.book.edition.offices:
            in_slot: dict[str, list[int]] = defaultdict(list)
            for number, kind in enumerate(self.groups):
                if kind.place == office.office_id and kind.slot and office.rooms is not None:
                    in_slot[kind.slot].append(opened[number])
            for columns in in_slot.values():
                self.row(dict.fromkeys(columns, 1.0), -np.inf, office.rooms or 0)

    def matrix(self) -> csr_array:
        """Return the coefficients of the rows that have any."""
        rows = [terms for terms, _, _ in self.rows if terms]
        at = [number for number, terms in enumerate(rows) for _ in terms]
        columns = [column for terms in rows for column in terms]
        values = [value for terms in rows for value in terms.values()]
        return csr_array((values, (at, columns)), shape=(len(rows), len(self.gains)))

    def solve(self, time_limit: float, presolve: bool) -> Verdict:
        if any(not terms and not low <= 0 <= high for terms, low, high in self.rows):
            return Verdict("infeasible")
        if not self.gains:
            return Verdict("optimal", 0)
        rows = [row for row in self.rows if row[0]]
        matrix = self.matrix()
        gains = np.array(self.gains, dtype=np.float64)
        found = milp(
            -gains,
            constraints=LinearConstraint(
                matrix, [row[1] for row in rows], [row[2] for row in rows]
            ),
            bounds=Bounds(0, 1),
            integrality=np.ones(len(gains), dtype=np.int64),
            options={"time_limit": time_limit, "presolve": presolve, "mip_rel_gap": 0.0},
        )
        if found.status == 2:
            return Verdict("infeasible")
        if found.status != 0 or found.x is None:
            return Verdict("unknown")
        # The score is that of the whole solution, in integers; a solution that is none is no answer.
        whole = np.rint(found.x).astype(np.int64)
        sums = matrix @ whole
        kept = all(row[1] <= value <= row[2] for row, value in zip(rows, sums, strict=True))
        score = int(whole @ np.array(self.gains, dtype=np.int64))
        proven = -found.mip_dual_bound < score + 1
        return Verdict("optimal", score) if kept and proven else Verdict("unknown")


def _useful(book: RuleBook) -> Iterable[Kind]:
    """Return the kinds without those whose members may all join another at the same time and place.

    A group of such a kind is a valid group of the other, with the same members and score.
    """
    kept: list[Kind] = []
    for kind in sorted(book.pools, key=lambda one: -len(book.pools[one])):
        pool = set(book.pools[kind])
        if not any(
            other[:3] == kind[:3]
            and (other.slot == kind.slot or not book.separate_slots)
            and pool <= set(book.pools[other])
            for other in kept
        ):
            kept.append(kind)
    return sorted(kept)
