"""Inviting people of a list: read, choose, write and record, or nothing of it.

Comes in: an open store, where the edition stands, a file. Goes out: a step, the table of invitations.
"""

import contextlib
from pathlib import Path

import pandas as pd

from sip_grouping.catalogue import Language
from sip_grouping.files.folder import new_folder, write_file
from sip_grouping.findings import Finding
from sip_grouping.rounds.invitation_text import INVITATIONS, invitations_csv, table_of
from sip_grouping.rounds.invite import Limits, invitations, recorded
from sip_grouping.rounds.invitees import read_invitees
from sip_grouping.rounds.join import Joins
from sip_grouping.rounds.state import State
from sip_grouping.rounds.store import Store

_RECORDED = ("round", "group_id", "order", "member_id", "role_wanted")


def invite(
    store: Store,
    state: State,
    file: Path,
    out: Path | None,
    limits: Limits,
    language: Language,
    postcodes: Path | str | None = None,
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Invite people of a list; see `Rounds.invite`."""
    joins = Joins(state)
    edition = joins.standing.edition
    read = read_invitees(file, edition, postcodes)
    found = invitations(joins, state, read.people, limits)
    table = table_of(found, edition, language)
    with contextlib.nullcontext() if out is None else new_folder(out) as made:
        if made is not None:
            write_file(made / INVITATIONS, invitations_csv(table), force=False)
        store.add("invite", state.round, *recorded(found))
    return table, read.warnings


def invitations_so_far(state: State) -> pd.DataFrame:
    """Return all invitations: round, group, order, id and the role that was wanted."""
    rows = [row for rows in state.invited.values() for row in rows]
    table = pd.DataFrame(rows, columns=list(_RECORDED))
    return table.sort_values(list(_RECORDED[:3]), ignore_index=True)
