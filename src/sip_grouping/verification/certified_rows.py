"""Whether each row of a certificate follows from the rules: every valid grouping keeps it.

Comes in: `Certified`. Goes out: violations. A row is a sum that is at most its limit; one function per rule
says whether that is so in every valid grouping, where a column is what docs/ledger.md says it is. A row that
leaves out somebody whom the rule needs, or whose limit is smaller than the rule's, does not follow.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from sip_grouping.edition.records import Pin, Role
from sip_grouping.grouping.certificate import CertificateRow
from sip_grouping.rules import CertificateRuleId
from sip_grouping.verification.certified import ROLES, Certified
from sip_grouping.verification.certified_groups import (
    enough_groups_in_all,
    enough_groups_of_theme,
    few_groups_in_all,
    few_groups_of_theme,
    in_its_rooms,
    in_its_seats,
    in_used_places,
)
from sip_grouping.verification.certified_previous import who_meets_again
from sip_grouping.verification.certified_row import Of, Row
from sip_grouping.verification.counting import HELD_ONLY, MEMBERS, NEED_COLUMNS
from sip_grouping.verification.violation import Violation, violation

_ONLY_MODERATOR, _ONLY_SECRETARY = HELD_ONLY.start, HELD_ONLY.start + 1


def check_rows(certified: Certified) -> Iterator[Violation]:
    """Check that every valid grouping keeps each row."""
    for number, row in enumerate(certified.certificate.rows):
        test = _TESTS.get(row.rule)
        if row.limit >= 0 and all(times <= 0 for times in row.coefficients):
            continue  # whatever the grouping
        if test is None or not test(_read(certified, row)):
            yield violation(CertificateRuleId.ROWS, "certificate-row", number=number, name=row.rule)


def _read(certified: Certified, row: CertificateRow) -> Row:
    kinds: dict[str, dict[object, int]] = defaultdict(dict)
    for at, coefficient in zip(row.columns, row.coefficients, strict=True):
        column = certified.certificate.columns[at]
        if coefficient:
            key = column.of[0] if column.kind in {"groups", "used"} else column.of
            kinds[column.kind][key] = coefficient
    return Row(certified, row.limit, **kinds)  # type: ignore[arg-type]


def _in_few_groups(row: Row) -> bool:
    """Of its copies, each is in one group of a theme, and in no more than each of their themes allows."""
    owner, certified = row.owner, row.certified
    if owner is None or not row.only("placed"):
        return False
    return row.limit >= row.most_of_a_copy * len(certified.units[owner])


def _in_different_slots(row: Row) -> bool:
    """Allow a member one group of a slot, of all themes that share one."""
    owner, certified = row.owner, row.certified
    cells = {cell for _, cell in row.placed}
    slots = {certified.certificate.cells[cell].slot for cell in cells}
    shared = all(certified.rules(cell).shared_slot for cell in cells)
    if owner is None or not row.only("placed") or len(slots) != 1 or "" in slots or not shared:
        return False
    return row.limit >= max([0, *row.placed.values()]) * len(certified.units[owner])


def _no_larger(row: Row) -> bool:
    """No group is larger than size_max; each coefficient is a copy's size at most."""
    cell, certified = row.cell, row.certified
    if cell is None or row.limit < 0 or not row.only("groups", "placed"):
        return False
    most = certified.rules(cell).sizes(certified.track(cell)).size_max
    sizes = certified.least[:, MEMBERS]
    fits = all(times <= sizes[owner] for (owner, _), times in row.placed.items())
    return fits and row.groups.get(cell, 0) <= -most


def _no_smaller(row: Row) -> bool:
    cell, certified = row.cell, row.certified
    if cell is None or row.limit < 0 or not row.only("groups", "placed"):
        return False
    least = certified.rules(cell).sizes(certified.track(cell)).size_min
    return row.groups.get(cell, 0) <= least and _counts_all(row, cell, MEMBERS)


def _counts_all(row: Row, cell: int, column: int) -> bool:
    """Return whether every class of a cell is in it with what its copies bring, at least, negated."""
    most = row.certified.most[:, column]
    return all(
        row.placed.get((owner, cell), 0) <= -most[owner] for owner in row.certified.placed_in[cell]
    )


def _linked(row: Row) -> bool:
    """Let a group hold only so many copies of a class."""
    cell, owner = row.cell, row.owner
    if cell is None or owner is None or row.limit < 0 or not row.only("groups", "placed"):
        return False
    times = max(row.placed[owner, cell], 0)
    return row.groups.get(cell, 0) <= -times * row.certified.per_group(owner, cell)


def _apart(row: Row) -> bool:
    """Count groups with somebody of some classes; no group has two classes that conflict."""
    cell, certified = row.cell, row.certified
    if cell is None or row.limit < 0 or not row.only("groups", "placed", "present"):
        return False
    if not row.groups:
        if len(row.placed) != 1 or len(row.present) != 1:
            return False
        (((owner, _), times),), (((_, *classes), below),) = row.placed.items(), row.present.items()
        return owner in classes and below <= -max(times, 0) * certified.per_group(owner, cell)
    sides: list[tuple[int, ...]] = [
        (owner,) for (owner, _), times in row.placed.items() if times > 0
    ]
    if any(len(certified.units[one[0]]) > 1 for one in sides):
        return False
    sides += [of[1:] for of, times in row.present.items() if times > 0]
    highest = max([0, *row.placed.values(), *row.present.values()])
    return row.groups[cell] <= -highest and _all_conflict(certified, cell, sides)


def _all_conflict(certified: Certified, cell: int, sides: list[tuple[int, ...]]) -> bool:
    masks = []
    for classes in sides:
        mask = np.zeros(len(certified.chances.brings), dtype=bool)
        mask[[unit for owner in classes for unit in certified.units[owner]]] = True
        masks.append(mask)
    for number, classes in enumerate(sides):
        far = np.logical_and.reduce([certified.conflicts(cell, owner) for owner in classes])
        if any((other & ~far).any() for other in masks[number + 1 :]):
            return False
    return True


def _enough(rule: str) -> Callable[[Row], bool]:
    """Return the test that groups have enough members who count for a rule, or holders of its role."""

    def test(row: Row) -> bool:
        cell = row.cell
        if cell is None or row.limit < 0:
            return False
        rules = row.certified.rules(cell)
        wanted = {
            "moderators": rules.moderators,
            "secretaries": rules.secretaries,
            "one-role": rules.moderators + rules.secretaries,
            "experienced": rules.experienced_min,
        }[rule]
        if row.groups.get(cell, 0) > wanted:
            return False
        if row.only("groups", "placed"):
            return _counts_all(row, cell, NEED_COLUMNS[rule])
        if rule not in _ROLE_OF or not row.only("groups", "holds"):
            return False
        return _falling(row.holds) and _holders_all(row, cell, _ROLE_OF[rule])

    return test


def _holders_all(row: Row, cell: int, role: int) -> bool:
    """Return whether everybody of a cell who may hold a role is in it, with -1 at most."""
    certified = row.certified
    return all(
        row.holds.get((owner, cell, role, position), 0) <= -1
        for owner in certified.placed_in[cell]
        for copy in certified.certificate.classes[owner]
        for position, member_id in enumerate(copy)
        if certified.chances.may_hold(certified.edition.member_by_id[member_id], ROLES[role])
    )


def _seated(rule: str) -> Callable[[Row], bool]:
    """Return the test that no more members need seats of a rule than there are, or hold its role."""

    def test(row: Row) -> bool:
        certified, cell = row.certified, row.cell
        if rule == "one-role" and row.only("holds"):
            people = {(owner, position) for owner, _, _, position in row.holds}
            return len(people) == 1 and row.limit >= max([0, *row.holds.values()])
        if cell is None or row.limit < 0:
            return False
        rules = certified.rules(cell)
        seats = {
            "moderators": rules.moderators,
            "secretaries": rules.secretaries,
            "one-role": rules.moderators + rules.secretaries,
        }[rule]
        if row.groups.get(cell, 0) > -seats:
            return False
        if row.only("groups", "placed"):
            columns = _SEATED[rule]
            bound = certified.least[:, columns].sum(axis=1)
            return all(times <= bound[owner] for (owner, _), times in row.placed.items())
        return (
            rule in _ROLE_OF
            and row.only("groups", "holds")
            and all(of[2] == _ROLE_OF[rule] and times <= 1 for of, times in row.holds.items())
        )

    return test


def _holds_where_placed(row: Row) -> bool:
    cell, owner = row.cell, row.owner
    if cell is None or owner is None or row.limit < 0 or not row.only("placed", "holds"):
        return False
    held = [times for times in row.holds.values() if times > 0]
    return len(held) <= 1 and row.placed.get((owner, cell), 0) <= -max([0, *held])


def _in_a_role_only(row: Row) -> bool:
    """Somebody of the class takes part in a role only: where it is placed it holds one of those."""
    cell, owner, certified = row.cell, row.owner, row.certified
    if cell is None or owner is None or row.limit < 0 or not row.only("placed", "holds"):
        return False
    times = max(row.placed.get((owner, cell), 0), 0)
    if len(certified.units[owner]) > 1 or not _falling(row.holds):
        return False
    rules = certified.rules(cell)
    wanted = (rules.moderators, rules.secretaries)
    for position in range(len(certified.certificate.classes[owner][0])):
        member = certified.member(owner, position)
        answers = (member.moderator, member.secretary)
        only = [role for role, answer in enumerate(answers) if answer == "only" and wanted[role]]
        if "only" in answers and all(
            row.holds.get((owner, cell, role, position), 0) <= -times for role in only
        ):
            return True
    return False


def _pinned(row: Row) -> bool:
    """Somebody of the class has a pin that asks for one of these columns to be 1."""
    owner, certified = row.owner, row.certified
    if owner is None or row.limit < -1 or len(certified.units[owner]) > 1:
        return False
    (copy,) = certified.certificate.classes[owner]
    return any(_asks(row, pin, owner, copy) for pin in certified.edition.pins)


def _asks(row: Row, pin: Pin, owner: int, copy: tuple[str, ...]) -> bool:
    certified = row.certified
    here = [
        cell
        for cell in certified.cells_of_kind.get((pin.theme, pin.track.value, pin.place), ())
        if owner in certified.placed_in[cell]
    ]
    if row.only("placed") and {pin.member_id, *pin.with_members} & {*copy}:
        return all(row.placed.get((owner, cell), 0) <= -1 for cell in here) and _falling(row.placed)
    if pin.member_id not in copy:
        return False
    position = copy.index(pin.member_id)
    if row.only("plain") and pin.role is Role.MEMBER:
        keys = [(owner, cell, position) for cell in here]
        return all(row.plain.get(one, 0) <= -1 for one in keys) and _falling(row.plain)
    if row.only("holds") and pin.role in ROLES:
        held = [(owner, cell, ROLES.index(pin.role), position) for cell in here]
        return all(row.holds.get(one, 0) <= -1 for one in held) and _falling(row.holds)
    return False


def _falling(columns: Mapping[Of, int]) -> bool:
    return all(times <= 0 for times in columns.values())


def _plain_where_placed(row: Row) -> bool:
    """Whoever is somewhere without a role is there, and holds none."""
    cell, owner = row.cell, row.owner
    if cell is None or owner is None or row.limit < 0 or not row.only("placed", "holds", "plain"):
        return False
    positions = {of[-1] for of in (*row.plain, *row.holds)}
    times = max([0, *row.plain.values(), *row.holds.values()])
    return len(positions) == 1 and row.placed.get((owner, cell), 0) <= -times


_ROLE_OF = {"moderators": 0, "secretaries": 1}
_SEATED = {
    "moderators": [_ONLY_MODERATOR],
    "secretaries": [_ONLY_SECRETARY],
    "one-role": list(range(HELD_ONLY.start, HELD_ONLY.stop)),
}
_TESTS: Mapping[str, Callable[[Row], bool]] = {
    "groups-per-member-most": _in_few_groups,
    "different-slots-most": _in_different_slots,
    "rooms-most": in_its_rooms,
    "seats-most": in_its_seats,
    "used-most": in_used_places,
    "again-most": who_meets_again,
    "again-least": who_meets_again,
    "groups-per-theme-most": few_groups_of_theme,
    "groups-per-theme-least": enough_groups_of_theme,
    "groups-in-all-most": few_groups_in_all,
    "groups-in-all-least": enough_groups_in_all,
    "size-most": _no_larger,
    "size-least": _no_smaller,
    "link": _linked,
    "apart-most": _apart,
    "volunteer-most": _holds_where_placed,
    "role-only-most": _in_a_role_only,
    "pin-least": _pinned,
    "pin-most": _plain_where_placed,
    **{f"{rule}-least": _enough(rule) for rule in NEED_COLUMNS},
    **{f"{rule}-most": _seated(rule) for rule in _SEATED},
}
