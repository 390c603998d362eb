"""Writing lines to a stream that may be a terminal, a file, a full disk, or a pipe whose reader has gone.

Comes in: a stream and text. Goes out: whole lines. Loads nothing, so that ``--help`` is fast.
"""

import contextlib
import os
from typing import TextIO


def say(stream: TextIO | None, text: str) -> OSError | None:
    """Write lines to a stream; where they cannot be written, go on without it.

    Neither a pipe to ``head`` that ends early nor a full disk under a log must stop files from being
    written, so what follows on the stream goes nowhere.

    Returns
    -------
    OSError or None
        Why the lines cannot be read by anybody; None where they can, or where nobody wants to.
    """
    if stream is None or stream.closed:
        return None
    try:
        stream.write(f"{text}\n")
    except OSError as error:
        return give_up(stream, error)
    return flush(stream)


def flush(stream: TextIO | None) -> OSError | None:
    """Write what a stream still holds; see `say`."""
    if stream is None or stream.closed:
        return None
    try:
        stream.flush()
    except OSError as error:
        return give_up(stream, error)
    return None


def give_up(stream: TextIO, error: OSError) -> OSError | None:
    """Send what a stream still holds, and all that follows, nowhere."""
    # At exit Python flushes what is left; the descriptor must take it.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        with contextlib.suppress(OSError):  # a stream in memory has no descriptor
            os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)
    return None if isinstance(error, BrokenPipeError) else error


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether control codes make sense on a stream."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
