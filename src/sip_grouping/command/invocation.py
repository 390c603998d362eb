"""One call of the command: when it began, and the signals it hears.

Comes in: nothing. Goes out: `Invocation`, made by the entry point before anything large is loaded.
"""

import time
from dataclasses import dataclass, field

from sip_grouping.command.signals import Interruption

_LEAST_SECONDS = 1e-3
"""A limit that is over still has to be a limit."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of the command; `started` is a time of `time.monotonic`."""

    started: float = field(default_factory=time.monotonic)
    interruption: Interruption = field(default_factory=Interruption)

    @property
    def seconds(self) -> float:
        """Wall clock since the command began."""
        return time.monotonic() - self.started

    def seconds_left(self, time_limit: float | None) -> float | None:
        """Return what is left of a limit of the whole command, never nothing; None: there is no limit."""
        return None if time_limit is None else max(time_limit - self.seconds, _LEAST_SECONDS)
