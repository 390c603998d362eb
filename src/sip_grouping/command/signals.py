"""Signals during one command: Ctrl-C, SIGTERM, on Windows Ctrl-Break.

Comes in: the work of a command. Goes out: what it returns, or None where a signal ended it. The work runs
in a thread of its own while the main thread does nothing but wait: a signal is heard at once, whatever
library is busy, and never breaks into half-done work. Loads nothing large, for it is set up first of all.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any, TypeVar

_T = TypeVar("_T")
Handler = Callable[[int, FrameType | None], Any] | int

INTERRUPTED, TERMINATED = 130, 143
"""Exit codes: 128 and the number of the signal, as shells count."""

_OBEYED: tuple[signal.Signals, ...] = tuple(
    one for one in signal.Signals if one.name in {"SIGINT", "SIGTERM", "SIGBREAK"}
)
_SECONDS_BETWEEN_LOOKS = 0.2  # on Windows a handler has to wait for Python code to run


class StoppedAlreadyError(Exception):
    """Raised in work whose command a signal has ended: it must do nothing more."""


class Interruption:
    """What signals have asked of one command so far.

    Until the work calls `finish_now`, a signal ends the command at once. From then on it sets `cancel`
    and the work goes on to its end: the search stops, and what it has is written whole. Further signals
    change nothing.
    """

    def __init__(self) -> None:
        self.cancel = threading.Event()
        self._first: int | None = None
        # The one queue that a handler may put into while the same thread waits for it. None: work ended.
        self._news: SimpleQueue[int | None] = SimpleQueue()
        self._lock = threading.Lock()  # of the next two; a handler must not take it
        self._finishing = False
        self._stopped = False
        self._answering = False

    @property
    def came(self) -> bool:
        """Whether a signal came."""
        return self._first is not None

    @property
    def exit_code(self) -> int:
        """Exit code that says which signal came first; that of Ctrl-C where none was seen."""
        return TERMINATED if self._first == signal.SIGTERM else INTERRUPTED

    def install(self) -> dict[signal.Signals, Handler]:
        """Hear signals from now on; return the handlers there were.

        Only the main thread can; in others nothing is heard. A signal that is ignored stays so: a shell
        asks for that when it starts a job in the background.
        """
        if threading.current_thread() is not threading.main_thread():
            return {}
        before = {}
        for number in _OBEYED:
            handler = signal.getsignal(number)
            if handler is not None and handler != signal.SIG_IGN:
                before[number] = handler
                signal.signal(number, self._hear)
        return before

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Hear signals while the context lasts."""
        before = self.install()
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self._first is None:
            self._first = number
        if self._answering:
            self._answering = False
            raise KeyboardInterrupt
        self._news.put(number)

    def finish_now(self) -> None:
        """Say, from inside the work, that from here on it goes on to its end.

        Raises
        ------
        StoppedAlreadyError
            A signal has ended the command.
        """
        with self._lock:
            if self._stopped:
                raise StoppedAlreadyError
            self._finishing = True

    def watch(self, work: Callable[[], _T]) -> _T | None:
        """Do the work and return what it returns, or None if a signal ended the command before.

        What the work raises is raised.
        """
        if threading.current_thread() is not threading.main_thread():
            return work()
        done: Future[_T] = Future()

        def run() -> None:
            try:
                done.set_result(work())
            except BaseException as error:  # noqa: BLE001 (raised again in the waiting thread)
                done.set_exception(error)
            self._news.put(None)

        threading.Thread(target=run, name="sip-grouping", daemon=True).start()
        while self._next() is not None:
            with self._lock:
                self._stopped = not self._finishing
            if self._stopped:
                return None
            self.cancel.set()
        return done.result()

    def _next(self) -> int | None:
        while True:
            try:
                return self._news.get(timeout=_SECONDS_BETWEEN_LOOKS)
            except Empty:
                continue

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Let a signal raise KeyboardInterrupt while the context lasts: a reader may never read on."""
        self._answering = True
        try:
            yield
        finally:
            self._answering = False
