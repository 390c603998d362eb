"""What forming groups gives, seen from below: something that has a grouping, or says that it has none.

Comes in: what a caller gave as a grouping. Goes out: the `Grouping` in it, or an error that says what to
give instead. The engine's `Result` is not known here; it fits the protocol.
"""

from typing import Protocol

from pydantic import JsonValue

from sip_grouping.errors import InputError, NoGroupingError
from sip_grouping.findings import finding
from sip_grouping.grouping.grouping import Grouping, Status


class Formed(Protocol):
    """What `form_groups` gives: a grouping, where there is one."""

    @property
    def grouping(self) -> Grouping | None:
        """The grouping, None where there is none."""

    @property
    def status(self) -> Status:
        """What is known of the best grouping."""

    def run_record(self) -> dict[str, JsonValue]:
        """Return what differs from run to run: what run.json holds."""


def grouping_of(given: Grouping | Formed, function: str, argument: str = "grouping") -> Grouping:
    """Return a grouping, or that of a result.

    Parameters
    ----------
    function, argument
        Where it was given; named in the error.

    Raises
    ------
    NoGroupingError
        It is a result without a grouping.
    InputError
        It is neither a grouping nor a result.
    """
    if isinstance(given, Grouping):
        return given
    if not (hasattr(given, "grouping") and hasattr(given, "status")):
        kind = type(given).__name__
        wrong = finding("wrong-type", function, column=argument, variant="grouping", kind=kind)
        raise InputError([wrong])
    grouping = given.grouping
    if grouping is None:
        none = finding("no-grouping", function, column=argument, status=given.status.value)
        raise NoGroupingError([none])
    return grouping
