"""How many of something are done: a bar on a terminal, a line each elsewhere.

Comes in: a stream. Goes out: what is told of each that is done. Which stream is used is the command line's
choice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from sip_grouping.command.stream import is_terminal, say

Counted = Callable[[int, int, str], None]
"""Told how many are done, how many there are, and what the last one is."""


@contextmanager
def counting_on(stream: TextIO | None) -> Iterator[Counted]:
    """Show on a stream how many are done while the context lasts; None: nothing is shown."""
    if stream is None:
        yield lambda *_: None
    elif is_terminal(stream):
        with _bar(stream) as counted:
            yield counted
    else:

        def line(done: int, total: int, what: str) -> None:
            say(stream, f"{done:5}/{total}  {what}")

        yield line


@contextmanager
def _bar(stream: TextIO) -> Iterator[Counted]:
    from rich.console import Console  # noqa: PLC0415 - see `progress`
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    screen = Console(file=stream, force_terminal=True)
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task("", total=None)

        def show(done: int, total: int, what: str) -> None:
            progress.update(task, completed=done, total=total, description=what)

        yield show
