"""Who meets again in a certificate: whether pairs and roles count for enough, and rows about them follow.

Comes in: `Certified`, a `Row`. Goes out: what columns are worth at least and how large they may be;
violations where something that is gained has no column. A column `again` is the number of pairs that were in
one group of the edition before and share a group of one cell; `steps` say whether so many of the members, at
least, are in the cell.
"""

from collections.abc import Iterator
from math import comb

from sip_grouping.catalogue import telling
from sip_grouping.rules import CertificateRuleId
from sip_grouping.verification.certified import ROLES, Certified
from sip_grouping.verification.certified_met import Before
from sip_grouping.verification.certified_row import Row
from sip_grouping.verification.violation import Violation, violation


def check_gains(certified: Certified) -> Iterator[Violation]:
    """Check that there is a column wherever something is gained by who meets again, or has its role again."""
    met = certified.met
    number = {before: at for at, before in enumerate(certified.certificate.before)}
    for cell, kind in enumerate(certified.kinds):
        counted = all(
            ("again", cell, number.get(before, -1)) in certified.column_of
            for before in met.members
            if met.points(cell, before) > 0 and met.most_members(cell, before) > 1
        )
        if not (counted and _roles_counted(certified, cell)):
            yield violation(
                CertificateRuleId.PLACEMENTS, "certificate-again", theme=kind[0],
                where=kind[2] or telling("track", kind[1]),
            )  # fmt: skip


def _roles_counted(certified: Certified, cell: int) -> bool:
    rules = certified.rules(cell)
    wanted = (rules.moderators, rules.secretaries)
    if certified.edition.previous.same_role >= 0:
        return True
    known = certified.edition.member_by_id
    return all(
        ("holds", owner, cell, role, position) in certified.column_of
        for owner in certified.placed_in[cell]
        for copy in certified.certificate.classes[owner]
        for position, member_id in enumerate(copy)
        for role, which in enumerate(ROLES)
        if wanted[role] and certified.chances.may_hold(known[member_id], which)
        and certified.met.points_of_role(member_id, which) > 0
    )  # fmt: skip


def who_meets_again(row: Row) -> bool:
    """Return whether every valid grouping keeps a row about pairs and members of one group of before.

    With m members of it in a group, n in all groups of the cell: what is placed comes to `each` n at most,
    and the steps to the sum of the first n. Pairs that count for more are at most those of groups filled one
    by one; where they count for less, the row holds group by group, each with m (m - 1) / 2 of them.
    """
    certified, cell = row.certified, row.cell
    whose = {of[1] for of in (*row.again, *row.steps)}
    if cell is None or len(whose) != 1 or not row.only("groups", "placed", "again", "steps"):
        return False
    met, before = certified.met, certified.certificate.before[next(iter(whose))]
    each = _of_each(row, cell, before)
    if each is None:
        return False
    pairs, opened = sum(row.again.values()), row.groups.get(cell, 0)
    steps = {of[2]: times for of, times in row.steps.items()}
    most, stepped = met.most_members(cell, before), 0
    for members in range(most + 1):
        stepped += steps.get(members, 0)
        # Where pairs count for less, group by group, below; the steps are of all together.
        beside = 0 if pairs < 0 else each * members + pairs * met.most_pairs(cell, members)
        if beside + stepped > row.limit:
            return False
    if pairs >= 0:
        return opened <= 0
    largest = min(most, met.size_max(cell))
    return all(
        each * members + opened + pairs * comb(members, 2) <= 0 for members in range(largest + 1)
    )


def _of_each(row: Row, cell: int, before: Before) -> int | None:
    """Return what placements come to at most, for each member of a group of before; None: for others too."""
    found: list[int] = []
    for owner in row.certified.placed_in[cell]:
        times, brings = row.placed.get((owner, cell), 0), row.certified.met.of_class(owner, before)
        least, most = min(brings), max(brings)
        if times > 0 and not least:
            return None
        if most:
            found.append(-(-times // least) if times > 0 else -(-times // most))
    return max(found, default=0)
