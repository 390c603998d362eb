"""Proposals: a place in a group for each placed member who is to answer, as proposals.csv holds them.

Comes in: the groups, where the edition stands. Goes out: rows, and the file.
"""

from typing import Any

import pandas as pd

from sip_grouping.files.tables import csv_bytes
from sip_grouping.grouping import Grouping
from sip_grouping.rounds.state import PROPOSAL_COLUMNS, State

PROPOSALS = "proposals.csv"


def rows_to_propose(grouping: Grouping, number: int, state: State) -> list[dict[str, Any]]:
    """Return the proposals of a round: a row per placed member who has not accepted that place and role."""
    rows = []
    for at, one in enumerate(grouping.placements, start=1):
        group = grouping.group_by_id[one.group_id]
        before = state.accepted.get(one.member_id)
        same = before is not None and all(
            before[name] == value
            for name, value in (("group_id", one.group_id), ("role", one.role.value))
        )
        if same or one.member_id in state.left:
            continue
        rows.append(
            {
                "proposal_id": f"{number}-{at}",
                "round": number,
                "member_id": one.member_id,
                "group_id": one.group_id,
                "role": one.role.value,
                "theme": one.theme,
                "track": one.track.value,
                "place": group.place,
                "place_name": group.place_name,
                "language": group.language,
                "slot": group.slot,
                "size": group.size,
                "travel_km": None if one.travel_m is None else one.travel_m / 1000,
            }
        )
    return rows


def proposals_csv(proposals: pd.DataFrame) -> bytes:
    """Return proposals as proposals.csv holds them."""
    plain = proposals.astype(object).where(proposals.notna(), None)
    return csv_bytes(PROPOSAL_COLUMNS, plain.itertuples(index=False, name=None))
