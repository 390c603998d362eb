"""Rows of a certificate that count groups, or members at an office: whether every valid grouping keeps them.

Comes in: `Row`s. Goes out: one function per rule.
"""

from sip_grouping.verification.certified_row import Row
from sip_grouping.verification.counting import MEMBERS


def in_its_rooms(row: Row) -> bool:
    """Give each group of an office in a slot a room."""
    certified = row.certified
    cells = [certified.certificate.cells[cell] for cell in row.groups]
    where = {(one.track, one.place, one.slot) for one in cells}
    shared = all(certified.rules(cell).shared_slot for cell in row.groups)
    if not row.only("groups") or len(where) != 1 or not shared:
        return False
    track, place, slot = next(iter(where))
    office = certified.edition.office_by_id.get(place)
    if track != "local" or not slot or office is None or office.rooms is None:
        return False
    return row.limit >= max([0, *row.groups.values()]) * office.rooms


def in_its_seats(row: Row) -> bool:
    """Count nobody more often than its members, and only in groups of one office."""
    certified = row.certified
    where = _where(row)
    if not row.only("placed", "used") or len(where) != 1:
        return False
    track, place = next(iter(where))
    office = certified.edition.office_by_id.get(place)
    if track != "local" or office is None or office.seats_max is None:
        return False
    if row.used and row.limit < 0:
        return False  # of a place that is not used
    few = all(times <= certified.least[of[0], MEMBERS] for of, times in row.placed.items())
    return few and row.limit - sum(row.used.values()) >= office.seats_max


def in_used_places(row: Row) -> bool:
    """Place copies of a class at a place only where it is used, and no more often than there are."""
    owner, certified = row.owner, row.certified
    where = _where(row)
    if owner is None or row.limit < 0 or not row.only("placed", "used") or len(where) != 1:
        return False
    below = sum(row.used.values())
    return below <= -row.most_of_a_copy * len(certified.units[owner])


def _where(row: Row) -> set[tuple[str, str]]:
    """Return track and place of all that is placed and used in a row."""
    cells = row.certified.certificate.cells
    every = (*(cell for _, cell in row.placed), *row.used)
    return {(cells[one].track, cells[one].place) for one in every}


def few_groups_of_theme(row: Row) -> bool:
    """There are at most groups_max groups of one theme, each counted as often as it says."""
    themes = {row.certified.certificate.cells[cell].theme for cell in row.groups}
    if not row.only("groups") or len(themes) != 1:
        return False
    most = row.certified.edition.theme_by_id[next(iter(themes))].groups_max
    return row.limit >= max([0, *row.groups.values()]) * most


def enough_groups_of_theme(row: Row) -> bool:
    """All cells of the theme are in it, each with -1 at most."""
    cells = row.certified.certificate.cells
    themes = {cells[cell].theme for cell in row.groups}
    if not row.only("groups") or len(themes) != 1:
        return False
    (theme,) = themes
    every = (cell for cell, one in enumerate(cells) if one.theme == theme)
    least = row.certified.edition.theme_by_id[theme].groups_min
    return row.limit >= -least and all(row.groups.get(cell, 0) <= -1 for cell in every)


def few_groups_in_all(row: Row) -> bool:
    """There are at most groups_max groups over all themes."""
    most = row.certified.edition.total.groups_max
    if not row.only("groups") or most is None:
        return False
    return row.limit >= max([0, *row.groups.values()]) * most


def enough_groups_in_all(row: Row) -> bool:
    """All cells are in it, each with -1 at most."""
    certified = row.certified
    every = range(len(certified.certificate.cells))
    few = row.only("groups") and all(row.groups.get(cell, 0) <= -1 for cell in every)
    return few and row.limit >= -certified.edition.total.groups_min
