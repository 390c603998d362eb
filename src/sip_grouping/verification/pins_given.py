"""Pins given in the call that formed a grouping: they hold like those of the edition.

Comes in: an `Edition` and a `Grouping`. Goes out: the edition with these pins, and violations where they
do not fit it. An edition that has them already, such as that of a `Result`, stays as it is.
"""

from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.grouping import Grouping
from sip_grouping.rules import RuleId
from sip_grouping.verification.violation import Violation


def with_pins_given(edition: Edition, grouping: Grouping) -> tuple[Edition, tuple[Violation, ...]]:
    """Return the edition with the pins of the grouping's call; as it is where they do not fit it.

    Where their towns lie is taken from the grouping only as far as the edition does not know it.
    """
    found: list[Violation] = []
    towns = {pin.place for pin in grouping.pins}
    for spot in grouping.pin_locations:
        town = f"{spot.country}-{spot.postcode}"
        known = edition.location_by_town.get(town)
        if town not in towns:
            message = f"where {town} lies is given, and no pin of the call names it"
            found.append(Violation(RuleId.PIN, message))
        elif known is not None and (known.latitude, known.longitude) != (
            spot.latitude,
            spot.longitude,
        ):
            found.append(
                Violation(
                    RuleId.PIN,
                    f"a pin of the call puts {town} elsewhere than the edition",
                    found=f"{spot.latitude}, {spot.longitude}",
                    allowed=f"{known.latitude}, {known.longitude}",
                )
            )
    new = tuple(pin for pin in grouping.pins if pin not in edition.pins)
    if not new:
        return edition, tuple(found)
    locations = tuple(
        spot for spot in grouping.pin_locations if f"{spot.country}-{spot.postcode}" in towns
    )
    try:
        return edition.with_pins(new, locations), tuple(found)
    except InputError as error:
        found += (
            Violation(RuleId.PIN, f"a pin of the call does not fit the edition: {one.message}")
            for one in error.findings
        )
        return edition, tuple(found)
