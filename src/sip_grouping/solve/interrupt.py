"""Ctrl-C while groups are formed: it ends the search and loses nothing.

Comes in: a `Run`. Goes out: a context in which Ctrl-C asks the run to end, instead of raising somewhere
in the middle of a step. Only in the main thread, and only where nobody else handles it already.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sip_grouping.solve.run import Run

PATIENCE = 3
"""Ctrl-C so many times is taken at its word: KeyboardInterrupt is raised."""


@contextmanager
def heeding_interrupts(run: Run) -> Iterator[None]:
    """Let Ctrl-C end a run, which keeps its best grouping."""
    before = signal.getsignal(signal.SIGINT)
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or before is not signal.default_int_handler:
        yield
        return
    asked = 0

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked += 1
        run.interrupt()
        if asked >= PATIENCE:
            signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
