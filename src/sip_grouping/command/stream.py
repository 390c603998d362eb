"""Writing lines to a stream that may be a terminal, a file, or a pipe whose reader has gone.

Comes in: a stream and text. Goes out: whole lines. Loads nothing, so that ``--help`` is fast.
"""

import os
from typing import TextIO


def say(stream: TextIO | None, text: str) -> None:
    """Write lines to a stream; when nobody reads it any more, go on without it.

    A pipe to ``head`` ends early. That must not stop files from being written, nor change the exit
    code, so what follows goes nowhere.
    """
    if stream is None or stream.closed:
        return
    try:
        stream.write(f"{text}\n")
    except BrokenPipeError:
        _into_nowhere(stream)
    flush(stream)


def _into_nowhere(stream: TextIO) -> None:
    # At exit Python flushes what is left; the descriptor must take it.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether control codes make sense on a stream."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def flush(stream: TextIO | None) -> None:
    """Write what a stream still holds, if anybody reads it."""
    if stream is None or stream.closed:
        return
    try:
        stream.flush()
    except BrokenPipeError:
        _into_nowhere(stream)
