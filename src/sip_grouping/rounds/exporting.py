"""A running edition as folders: the edition as it stands, its groups, and what they were before.

Comes in: a `State`. Goes out: files in a folder that the caller makes.
"""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sip_grouping.files.folder import write_file
from sip_grouping.files.tables import csv_bytes
from sip_grouping.grouping.changes import CHANGE_COLUMNS, Change
from sip_grouping.grouping.files import save
from sip_grouping.grouping.options import OPTION_COLUMNS, OPTIONS
from sip_grouping.grouping.proposed import (
    ACCEPT,
    ANSWER_COLUMNS,
    ANSWERS,
    BEFORE,
    CHANGED,
    CHANGES,
    GIVEN_UP,
    NONE,
    Proposed,
    change_rows,
)
from sip_grouping.reading.writing import save_edition
from sip_grouping.rounds.figures import as_it_stands
from sip_grouping.rounds.proposals import PROPOSALS, proposals_csv
from sip_grouping.rounds.state import PROPOSAL_COLUMNS, Before, State

EDITION, GROUPING = "edition", "grouping"


def export(state: State, folder: Path) -> None:
    """Write where a running edition stands into an empty folder."""
    edition, grouping = state.edition(), state.current()
    save_edition(edition, folder / EDITION)
    if grouping is not None:
        save(as_it_stands(edition, grouping), folder / GROUPING)
    if state.before is not None:
        write_file(folder / GROUPING / CHANGES, changes_csv(state.before.changes), force=False)
        options = [[one[name] for name in OPTION_COLUMNS] for one in state.before.options]
        write_file(folder / GROUPING / OPTIONS, csv_bytes(OPTION_COLUMNS, options), force=False)
        save(state.before.grouping, folder / BEFORE)
        told = proposed_of(state, state.before)
        write_file(folder / BEFORE / ANSWERS, _answers_csv(told), force=False)
    if state.open:
        rows = pd.DataFrame(list(state.open.values()), columns=list(PROPOSAL_COLUMNS))
        write_file(folder / PROPOSALS, proposals_csv(rows), force=False)


def changes_csv(changes: Iterable[Change]) -> bytes:
    """Return changes as changes.csv holds them."""
    return csv_bytes(CHANGE_COLUMNS, [one.row for one in changes])


def _answers_csv(told: Proposed) -> bytes:
    return csv_bytes(
        ANSWER_COLUMNS, [_answer(one.member_id, told) for one in told.grouping.placements]
    )


def _answer(who: str, told: Proposed) -> tuple[str, str, str]:
    for said, roles in ((ACCEPT, told.accepted), (GIVEN_UP, told.given_up)):
        if who in roles:
            return who, said, roles[who].value
    return who, CHANGED if who in told.asked else NONE, ""


def proposed_of(state: State, before: Before) -> Proposed:
    """Return what an export tells of the groups before, for the verifier."""
    rows = change_rows(one.row for one in before.changes)
    return Proposed(before.grouping, before.accepted, before.asked, rows, state.given_up())
