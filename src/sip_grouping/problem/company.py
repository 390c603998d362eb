"""Who shared a group in the edition before, as far as it makes a difference that they share one again.

Comes in: an `Edition`, its `MemberClasses`. Goes out: `Company`, numbers of the groups of before by rows of
the member arrays. No points, no solver.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.previous import groups_before
from sip_grouping.problem.classes import MemberClasses

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Company:
    """The groups of the edition before, with the members who take part in this one.

    Attributes
    ----------
    themes
        Theme of each group.
    group, owner
        Shape (entries,): members of a group of before in one copy of a class; several of one group may
        be entries of one class.
    groups_of
        Numbers of the groups in which a member was, by its index in `edition.members`.
    """

    themes: tuple[str, ...]
    group: Ints
    owner: Ints
    groups_of: Mapping[int, tuple[int, ...]]


def told_apart_by_company(edition: Edition) -> Mapping[str, tuple[str, ...]]:
    """Return what tells members apart who are alike otherwise: the groups in which they were."""
    if not edition.previous.asks_for_pairs:
        return {}
    return groups_before(edition).groups_of


def company_before(edition: Edition, classes: MemberClasses) -> Company | None:
    """Return who was with whom; None where it makes no difference."""
    if not edition.previous.asks_for_pairs:
        return None
    before = groups_before(edition)
    number = {group: k for k, group in enumerate(before.members)}
    known = told_apart_by_company(edition)
    groups_of = {
        index: tuple(number[group] for group in known[one.member_id])
        for index, one in enumerate(edition.members)
        if one.member_id in known
    }
    rows = zip(classes.member_class.tolist(), classes.member_index.tolist(), strict=True)
    entries = [(group, owner) for owner, index in rows for group in groups_of.get(index, ())]
    if not entries:
        return None
    table = np.array(entries, dtype=np.int64)
    themes = tuple(before.theme[group] for group in number)
    return Company(themes, table[:, 0], table[:, 1], groups_of)
