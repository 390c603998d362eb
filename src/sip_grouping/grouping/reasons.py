"""Why a member has no group: the reasons, and the sentence that each of them stands for.

Comes in: nothing. Goes out: `Reason` and `REASON_SENTENCES`. A reason is true of every group that the
member could join (docs/file-format-notes.md, "Reasons"), and the first that is true is the one given.
"""

from collections.abc import Mapping
from enum import StrEnum

from sip_grouping.catalogue import Language, pattern


class Reason(StrEnum):
    """Why a member is not placed, strongest first. The first two concern ineligible members only."""

    NOT_COOPERATOR = "not-cooperator"
    NOT_COMMITTED = "not-committed"
    NO_THEME_OPEN = "no-theme-open"
    NO_TRACK = "no-track"
    NO_PLACE_IN_REACH = "no-place-in-reach"
    NO_ROLE_WANTED = "no-role-wanted"
    NO_GROUPS_ALLOWED = "no-groups-allowed"
    BOUND_TO_OTHERS = "bound-to-others"
    TOO_FEW = "too-few"
    NO_MODERATOR = "no-moderator"
    NO_SECRETARY = "no-secretary"
    TOO_FEW_VOLUNTEERS = "too-few-volunteers"
    TOO_FEW_EXPERIENCED = "too-few-experienced"
    NO_GROUP_POSSIBLE = "no-group-possible"
    OUTWEIGHED = "outweighed"
    NOT_IN_BEST_FOUND = "not-in-best-found"


REASON_SENTENCES: Mapping[Reason, str] = {
    Reason.NOT_COOPERATOR: "is not a cooperator",
    Reason.NOT_COMMITTED: "does not commit for the whole period",
    Reason.NO_THEME_OPEN: "none of the themes it ranked is open in its country",
    Reason.NO_TRACK: "accepts no track that the themes it could join allow",
    Reason.NO_PLACE_IN_REACH: (
        "no candidate place is within its travel limit, and no theme is open to it by video"
    ),
    Reason.NO_ROLE_WANTED: (
        "takes part in a role only, and no group within its reach has a seat of that role"
    ),
    Reason.NO_GROUPS_ALLOWED: "the themes it could join may have no group (groups_max is 0)",
    Reason.BOUND_TO_OTHERS: (
        "it and the members it belongs together with are too many for any group it could join, or"
        " cannot all join it"
    ),
    Reason.TOO_FEW: "in no group it could join are there members enough for the minimum size",
    Reason.NO_MODERATOR: (
        "in no group it could join do as many members volunteer as moderator as are wanted"
    ),
    Reason.NO_SECRETARY: (
        "in no group it could join do as many members volunteer as secretary as are wanted"
    ),
    Reason.TOO_FEW_VOLUNTEERS: (
        "in no group it could join do volunteers fill all roles: a person holds one"
    ),
    Reason.TOO_FEW_EXPERIENCED: (
        "in no group it could join are as many members experienced as are wanted"
    ),
    Reason.NO_GROUP_POSSIBLE: (
        "no group with it can be formed: in each one it could join members, volunteers or members"
        " who may share a group are lacking"
    ),
    Reason.OUTWEIGHED: "proven: any grouping that places it has no better score",
    Reason.NOT_IN_BEST_FOUND: "the best grouping found has no seat for it; not proven",
}


def reason_sentence(reason: Reason, language: Language) -> str:
    """Return why a member has no group, as the end of a sentence about that member."""
    return pattern(language, "reason", reason.value)
