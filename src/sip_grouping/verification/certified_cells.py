"""Whether every valid group has a cell in a certificate, and every placement its points.

Comes in: `Certified`. Goes out: violations. A valid group is one of a theme, track, place, language and slot;
it needs one cell of that theme, track and place which has a column for each of its members. Where cells were
taken apart around members who may share no group, no cell has everybody; that each group has one all the
same is shown by leaving out members one after the other: of whoever is left, somebody all of whose
companions are in one cell, or are too few for a group, can be left out, since each group with it is seen to.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sip_grouping.catalogue import Telling, telling
from sip_grouping.edition.records import Member, Rules, Track
from sip_grouping.grouping.certificate import CertificateColumn
from sip_grouping.rules import CertificateRuleId
from sip_grouping.verification.certified import ROLES, Certified, KindKey
from sip_grouping.verification.counting import lacks_where
from sip_grouping.verification.kinds import Kind, KindOfGroup
from sip_grouping.verification.score import group_thousandths, thousandths_of
from sip_grouping.verification.violation import Violation, violation

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def check_columns(certified: Certified) -> Iterator[Violation]:
    """Check that each column counts for at least its points, and may be as large as the rules allow."""
    rule = CertificateRuleId.PLACEMENTS
    of_a_group = -group_thousandths(certified.edition)
    points = _Points(certified)
    met, most = certified.met, certified.most_groups
    for number, column in enumerate(certified.certificate.columns):
        if column.kind == "groups":
            least, highest = of_a_group, most[column.of[0]]
        elif column.kind == "placed":
            owner, cell = column.of
            least, highest = points.of(owner, cell), len(certified.units[owner])
        elif column.kind == "used":
            least, highest = -_of_a_place(certified, column.of[0]), 1
        elif column.kind == "again":
            cell, before = column.of[0], certified.certificate.before[column.of[1]]
            least = met.points(cell, before)
            highest = met.most_pairs(cell, met.most_members(cell, before))
        elif column.kind == "holds":
            owner, _, role, position = column.of
            who = certified.member(owner, position).member_id
            least, highest = met.points_of_role(who, ROLES[role]), 1
        else:
            least = 0
            highest = most[column.of[0]] if column.kind == "present" else 1
        if column.objective < least:
            yield _low(certified, column, "certificate-points", column.objective, least)
        if column.upper < highest:
            yield violation(
                rule, "certificate-upper", number=number, found=column.upper, allowed=highest
            )


def _low(
    certified: Certified, column: CertificateColumn, part: str, found: int, least: int
) -> Violation:
    cell = column.of[1] if column.kind in {"placed", "holds", "plain"} else column.of[0]
    theme, _, _ = kind = certified.kinds[cell]
    member_id = (
        certified.certificate.classes[column.of[0]][0][0] if column.kind == "placed" else None
    )
    return violation(
        CertificateRuleId.PLACEMENTS, part, member_id=member_id, found=found, allowed=least,
        theme=theme, where=_where(kind),
    )  # fmt: skip


def _of_a_place(certified: Certified, cell: int) -> int:
    """Return what is lost where a group meets at the place of a cell."""
    office = certified.edition.office_by_id.get(certified.certificate.cells[cell].place)
    return 0 if office is None else thousandths_of(office.open_points)


def _where(kind: KindKey) -> Telling | str:
    return kind[2] or telling("track", kind[1])


class _Points:
    """What placements are worth, in thousandths of a point."""

    def __init__(self, certified: Certified) -> None:
        self._certified = certified
        score = certified.edition.score
        self._of_rank = [thousandths_of(one) for one in score.rank_points]
        self._by_video = thousandths_of(score.video_points)
        per_metre = Fraction(str(score.km_points))
        self._up, self._down = 2 * per_metre.numerator, 2 * per_metre.denominator
        self._known: dict[tuple[object, ...], int] = {}

    def of(self, owner: int, cell: int) -> int:
        """Return the most that a copy of a class is worth in a cell."""
        certificate = self._certified.certificate
        return max(
            sum(self._of_member(member_id, self._certified.kinds[cell]) for member_id in copy)
            for copy in certificate.classes[owner]
        )

    def _of_member(self, member_id: str, kind: KindKey) -> int:
        theme, track, place = kind
        member = self._certified.edition.member_by_id[member_id]
        if theme not in member.themes:
            return 0  # and not to be placed there
        points = self._of_rank[min(member.themes.index(theme), len(self._of_rank) - 1)]
        if track == Track.VIDEO:
            lost = self._by_video if member.local else 0
        else:
            lost = self._travel(member, place)
        return member.weight * (points - lost)

    def _travel(self, member: Member, place: str) -> int:
        home = self._certified.edition.position(member)
        if (home, place) not in self._known:
            facts = self._certified.facts
            metres = facts.distances.metres(home, facts.places.candidates[place])
            self._known[home, place] = (self._up * metres + self._down // 2) // self._down
        return self._known[home, place]


def check_every_group_has_a_cell(certified: Certified) -> Iterator[Violation]:
    """Check that whatever valid group there is, some cell of its kind has a column for each member."""
    for kind in certified.chances.every_kind():
        missing = _without_cell(certified, kind)
        if missing is not None:
            member_id = next(
                one.member_id
                for one in certified.edition.members
                if one.eligible and certified.chances.unit_of(one) == missing
            )
            key = (kind.theme.id, kind.track.value, kind.place)
            yield violation(
                CertificateRuleId.PLACEMENTS, "certificate-missing", member_id=member_id,
                theme=kind.theme.id, where=_where(key),
            )  # fmt: skip


def _without_cell(certified: Certified, kind: KindOfGroup) -> int | None:
    """Return a unit of which a group of a kind may have no cell; None where all have one."""
    chances, rules = certified.chances, certified.edition.rules_of(kind.theme.id)
    wants = lacks_where(rules, kind.track)
    key = (kind.theme.id, kind.track.value, kind.place)
    # Cells whose groups are counted by their slot take groups of that slot alone.
    cells = [
        cell
        for cell in certified.cells_of_kind.get(key, ())
        if cell not in certified.tied or certified.certificate.cells[cell].slot == kind.slot
    ]
    inside = [certified.units_in[cell] for cell in cells]
    if _seen_to(kind.units, inside, chances.brings, wants):
        return None
    units = np.flatnonzero(kind.units)
    near = _near(certified, kind, rules, units)
    left = np.ones(len(units), dtype=bool)
    covered = np.array([one[units] for one in inside], dtype=bool).reshape(-1, len(units))
    brings = chances.brings[units]
    while left.any():
        # Whose companions, among those who are left, are all in one cell.
        outside = (left & ~covered).astype(np.int64)
        settled = (near @ outside.T == 0).any(axis=1)
        there = (near * left) @ brings
        for weights, number in wants:
            settled |= there @ weights < number
        settled &= left
        if not settled.any():
            return int(units[left][0])
        left &= ~settled
        whole = np.zeros_like(kind.units)
        whole[units[left]] = True
        if _seen_to(whole, inside, chances.brings, wants):
            return None
    return None


def _seen_to(
    units: Bools, inside: list[Bools], brings: Ints, wants: list[tuple[Ints, int]]
) -> bool:
    """Return whether some cell has all of these units, or they are too few for a group."""
    if any(not (units & ~one).any() for one in inside):
        return True
    there = brings[units].sum(axis=0)
    return any(int(there @ weights) < number for weights, number in wants)


def _near(certified: Certified, kind: KindOfGroup, rules: Rules, units: Ints) -> Ints:
    """Return which units may share a group of a kind, shape (units, units), 1 or 0."""
    nothing = np.zeros(0, dtype=np.int64)
    told = Kind(kind.track, rules, nothing, frozenset(), nothing)
    chances = certified.chances
    rows = [~chances.conflicts(told, unit, units) for unit in units.tolist()]
    return np.array(rows, dtype=np.int64).reshape(-1, len(units))
