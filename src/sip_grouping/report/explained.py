"""What letters and reports take of explanations: sentences about one member, made where they are wanted.

Comes in: nothing. Goes out: types. Who explains is not known here.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from sip_grouping.catalogue import Language

Reader = Literal["member", "team"]
"""To whom it is told: to the member itself without ids, or to the team with ids beside titles."""

Explained = Callable[[Language, Reader], Sequence[str]]
"""What is said of one member's place, in a language, to a reader; of nobody else."""
