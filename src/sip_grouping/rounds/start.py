"""The first groups of an edition that is to live on: with some members to spare.

Comes in: an edition, what a run is asked for. Goes out: a result whose grouping is one of the edition itself.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from sip_grouping.by_hand import grouping_from_tables
from sip_grouping.edition import Edition
from sip_grouping.edition.previous import PreviousSeat
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.files import save
from sip_grouping.solve.result import Result


def with_previous(edition: Edition, before: Grouping) -> Edition:
    """Return the edition with the groups of the edition before, in place of those that it may have.

    Raises
    ------
    InputError
        They do not fit together.
    """
    seats = tuple(
        PreviousSeat(member_id=one.member_id, group_id=one.group_id, theme=one.theme, role=one.role)
        for one in before.placements
    )
    return edition.replace(previous_seats=seats)


def with_reserve(edition: Edition) -> Edition:
    """Return the edition with size_min raised by its reserve, in no theme above size_max."""
    reserve = edition.rounds.reserve
    for theme in edition.themes if reserve else ():
        rules = edition.rules_of(theme.id)
        sizes = {track: rules.sizes(track) for track in Track}
        raised = {
            track.value: {"size_min": min(limits.size_min + reserve, limits.size_max)}
            for track, limits in sizes.items()
        }
        edition = edition.with_rules(theme.id, **raised)
    return edition


def first_grouping(
    edition: Edition, form: Callable[[Edition], Result]
) -> tuple[Result, Grouping | None]:
    """Form groups with the edition's reserve.

    Returns
    -------
    tuple
        The result, of the edition with its sizes raised, and its grouping as one of the edition
        itself: a bound that holds for larger groups alone is none for it.
    """
    if not edition.rounds.reserve:
        result = form(edition)
        return result, result.grouping
    result = form(with_reserve(edition))
    if result.grouping is None:
        return result, None
    with tempfile.TemporaryDirectory() as folder:
        save(result.grouping, Path(folder) / "grouping")
        return result, grouping_from_tables(edition, Path(folder) / "grouping")
