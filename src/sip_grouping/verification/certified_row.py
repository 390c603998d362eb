"""A row of a certificate, by what its columns are of.

Comes in: a row that is a sum of columns. Goes out: `Row`, of which the tests of each rule ask.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sip_grouping.verification.certified import Certified

Of = tuple[int, ...]
"""What a column is of: numbers of classes, cells, roles, people."""


@dataclass(frozen=True)
class Row:
    """A row by the kinds of its columns: what each is of, and its coefficient."""

    certified: Certified
    limit: int
    groups: Mapping[int, int] = field(default_factory=dict)
    placed: Mapping[Of, int] = field(default_factory=dict)
    present: Mapping[Of, int] = field(default_factory=dict)
    used: Mapping[int, int] = field(default_factory=dict)
    holds: Mapping[Of, int] = field(default_factory=dict)
    plain: Mapping[Of, int] = field(default_factory=dict)
    again: Mapping[Of, int] = field(default_factory=dict)
    steps: Mapping[Of, int] = field(default_factory=dict)

    def only(self, *kinds: str) -> bool:
        """Return whether there are columns of these kinds alone."""
        every = ("groups", "placed", "present", "used", "holds", "plain", "again", "steps")
        return not any(getattr(self, kind) for kind in every if kind not in kinds)

    @property
    def cell(self) -> int | None:
        """The cell that all columns are of; None where there are several, or one is of a place."""
        if self.used:
            return None
        cells = {*self.groups}
        cells |= {of[0] for of in (*self.present, *self.again, *self.steps)}
        cells |= {of[1] for of in (*self.placed, *self.holds, *self.plain)}
        return next(iter(cells)) if len(cells) == 1 else None

    @property
    def owner(self) -> int | None:
        """The class that all columns are of; None where there are several, or columns of no class."""
        classes = {of[0] for of in (*self.placed, *self.holds, *self.plain)}
        return next(iter(classes)) if len(classes) == 1 and not self.present else None

    @property
    def most_of_a_copy(self) -> int:
        """The most that placements of one copy of a class come to: one of a theme, as many as are allowed."""
        certified = self.certified
        best: dict[str, int] = defaultdict(int)
        for (_, cell), times in self.placed.items():
            theme = certified.certificate.cells[cell].theme
            best[theme] = max(best[theme], times)
        rules, most = certified.edition.rules_of, 0
        for several in range(1, certified.edition.most_groups_per_member + 1):
            allowed = (
                times for theme, times in best.items() if rules(theme).groups_per_member >= several
            )
            most = max(most, sum(sorted(allowed, reverse=True)[:several]))
        return most
