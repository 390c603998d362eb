"""What it takes to place a member if others may move: the optimum under that condition, and whom it moves.

Comes in: where the edition stands, a member, limits. Goes out: `Moving`. Accepted placements and pins stay.
"""

import threading
from dataclasses import dataclass

import pandas as pd

from sip_grouping.comparison.moves import Change, Move, moves_between
from sip_grouping.errors import InputError
from sip_grouping.findings import finding
from sip_grouping.grouping import Grouping, LeftOut, LeftOutStatus, Reason
from sip_grouping.rounds.standing import Standing
from sip_grouping.solve.placing import Placing, best_with
from sip_grouping.units import THOUSANDTHS
from sip_grouping.verification.facts import Facts

COLUMNS = ("member_id", "change", "from_group", "to_group", "from_role", "to_role")
_UNCHANGED = frozenset({Change.STAYED, Change.OUT})


@dataclass(frozen=True)
class Moving:
    """The best grouping that places a member.

    Attributes
    ----------
    now_thousandths
        The score of the groups as they stand.
    moves
        Whoever has another group or role then, the member itself among them.
    """

    member_id: str
    placing: Placing
    now_thousandths: int
    moves: tuple[Move, ...] = ()

    @property
    def grouping(self) -> Grouping | None:
        """The groups as they would be; None where there are none."""
        return self.placing.grouping

    @property
    def table(self) -> pd.DataFrame:
        """Who moves: one row per place that changes."""
        rows = [
            {
                "member_id": one.member_id,
                "change": one.change.value,
                "from_group": "" if one.a is None else one.a.group_id,
                "to_group": "" if one.b is None else one.b.group_id,
                "from_role": "" if one.a is None else one.a.role.value,
                "to_role": "" if one.b is None else one.b.role.value,
            }
            for one in self.moves
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def record(self) -> dict[str, object]:
        """Return it as an object of JSON; points."""
        score = None if self.grouping is None else self.grouping.score
        bound = self.placing.bound_thousandths
        return {
            "status": self.placing.status.value,
            "score": score,
            "bound": None if bound is None else bound / THOUSANDTHS,
            "gap": self.placing.gap,
            "now": self.now_thousandths / THOUSANDTHS,
            "moved": self.table.to_dict("records"),
        }


def moving(
    standing: Standing,
    member_id: str,
    *,
    time_limit: float | None = None,
    work_limit: float | None = None,
    cancel: threading.Event | None = None,
) -> Moving:
    """Return what it takes to place a member.

    Raises
    ------
    InputError
        There is no such member.
    """
    edition = standing.edition
    if member_id not in edition.member_by_id:
        raise InputError([finding("unknown-member", "join", None, "member_id", member_id)])
    placing = best_with(
        edition,
        member_id,
        hint=standing.grouping,
        time_limit=time_limit,
        work_limit=work_limit,
        cancel=cancel,
    )
    now = Facts(edition, standing.grouping).score_terms.total
    if placing.grouping is None:
        return Moving(member_id, placing, now)
    moved = [
        one
        for one in moves_between(_with_all(standing), placing.grouping).every
        if one.change not in _UNCHANGED
    ]
    return Moving(member_id, placing, now, tuple(moved))


def _with_all(standing: Standing) -> Grouping:
    """Return the groups as they stand, in which everybody without a group is named as such."""
    left_out = tuple(
        LeftOut(
            member_id=one.member_id,
            status=LeftOutStatus.UNPLACED if one.eligible else LeftOutStatus.INELIGIBLE,
            reason=Reason.NOT_IN_BEST_FOUND,  # why is asked by nobody here
        )
        for one in standing.edition.members
        if one.member_id not in standing.groups_of
    )
    return standing.grouping.model_copy(update={"left_out": left_out})
