"""When the command began: what its time limit is counted from.

Comes in: what the system tells of this process. Goes out: a time of `time.monotonic`. Loads nothing.
"""

import os
import time
from pathlib import Path

_STARTTIME = 19
"""Where the start stands in Linux's /proc/self/stat, counted after the name in parentheses: proc(5)."""

_LONGEST_START_SECONDS = 60.0


def process_start() -> float:
    """Return when this process began, as nearly as the system tells.

    To be called as early as possible: elsewhere than on Linux only the processor's time is known, and
    waiting for the disk is missed.
    """
    now = time.monotonic()
    age = _age()
    if age is None or not 0 <= age <= _LONGEST_START_SECONDS:
        age = time.process_time()
    return now - age


def _age() -> float | None:
    """Return how long ago Linux started this process, in seconds; None elsewhere."""
    try:
        fields = Path("/proc/self/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        ticks = int(fields[_STARTTIME]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks
    except (OSError, AttributeError, IndexError, ValueError):
        return None
