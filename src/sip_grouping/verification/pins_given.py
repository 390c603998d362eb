"""Pins given in the call that formed a grouping: they hold like those of the edition.

Comes in: an `Edition` and a `Grouping`. Goes out: the edition with these pins, and violations where they
do not fit it. An edition that has them already, such as that of a `Result`, stays as it is.
"""

from sip_grouping.catalogue import Telling, known
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding
from sip_grouping.grouping import Grouping
from sip_grouping.rules import RuleId
from sip_grouping.verification.violation import Violation, violation


def with_pins_given(edition: Edition, grouping: Grouping) -> tuple[Edition, tuple[Violation, ...]]:
    """Return the edition with the pins of the grouping's call; as it is where they do not fit it."""
    new = tuple(pin for pin in grouping.pins if pin not in edition.pins)
    if not new:
        return edition, ()
    try:
        return edition.with_pins(new), ()
    except InputError as error:
        return edition, tuple(
            violation(RuleId.PIN, "pin-misfit", reason=_message(one)) for one in error.findings
        )


def _message(one: Finding) -> str | Telling:
    """Return what is wrong, to be told later where it is a sentence of the catalogue."""
    for context in (f"{one.code}.{one.variant}", one.code, one.variant):
        if (context, "message") in known("en"):
            told = Telling(context, "message", one.parameters)
            return told if told.told_in("en") == one.message else one.message
    return one.message
