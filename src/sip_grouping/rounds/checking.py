"""The independent check of a running edition: its groups, and what they keep of those proposed before.

Comes in: the folder that `round export` wrote, or a `State`. Goes out: what the verifier found.
"""

from pathlib import Path

from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.files import load_grouping
from sip_grouping.grouping.proposed import BEFORE, load_proposed
from sip_grouping.reading import load_edition
from sip_grouping.rounds.exporting import EDITION, GROUPING, proposed_of
from sip_grouping.rounds.figures import as_it_stands
from sip_grouping.rounds.state import State
from sip_grouping.verification import Verification, verify, verify_reformed


def verify_round(folder: Path | str) -> Verification:
    """Check what `round export` wrote, from its files alone.

    Returns
    -------
    Verification
        A `ReformVerification` where the groups were formed again: then accepted placements, consent, ids,
        changes.csv and the disruption are checked too.

    Raises
    ------
    InputError
        A file is missing or unreadable.
    """
    whole = Path(folder)
    edition, grouping = load_edition(whole / EDITION), load_grouping(whole / GROUPING)
    if not (whole / BEFORE).exists():
        return verify(edition, grouping)
    proposed = load_proposed(whole / BEFORE, whole / GROUPING)
    return verify_reformed(edition, grouping, proposed)


def verify_state(state: State) -> tuple[Edition, Grouping, Verification]:
    """Check a running edition as it stands, as `verify_round` would its export.

    Returns
    -------
    tuple
        The edition and the groups as they stand, and what the verifier found.
    """
    edition, grouping = state.edition(), state.current()
    assert grouping is not None  # noqa: S101 (a store begins with groups)
    standing = as_it_stands(edition, grouping)
    if state.before is None:
        return edition, standing, verify(edition, standing)
    return edition, standing, verify_reformed(edition, standing, proposed_of(state, state.before))
