"""What a member is kept from.

Comes in: nothing. Goes out: `Topic`, which a reason is about.
"""

from dataclasses import dataclass

from sip_grouping.explain.case import Kind
from sip_grouping.explain.changes import Change
from sip_grouping.explain.why import About, Undecided, Why
from sip_grouping.grouping import Reason


@dataclass(frozen=True)
class Topic:
    """What a member is kept from, why, and what its sentence names."""

    about: About
    kind: Kind
    cause: Reason
    named: tuple[tuple[str, str], ...] = ()

    def why(self, change: Change | None, *, minimal: bool = False) -> Why:
        """Return the reason with a change that surely places the member, by how many points is not known."""
        return Why(
            self.cause.value, change, placed=True, points=None, minimal=minimal,
            about=self.about, named=self.named,
        )  # fmt: skip

    def alone(self, undecided: Undecided | None = None) -> Why:
        """Return the reason by itself: no change of it helps, or why that is not known."""
        return Why(
            self.cause.value, None, placed=self.about is not About.PLACEMENT, points=0,
            minimal=False, about=self.about, named=self.named, undecided=undecided,
        )  # fmt: skip
