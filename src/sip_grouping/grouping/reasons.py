"""Why a member has no group: the reasons, and the sentence that each of them stands for.

Comes in: nothing. Goes out: `Reason` and its sentence. A reason is true of every group that the
member could join (docs/file-format-notes.md, "Reasons"), and the first that is true is the one given.
"""

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


def reason_sentence(reason: Reason, language: Language = "en") -> str:
    """Return a reason as it is told of a member, in the third person: for tables and reports."""
    return pattern(language, "reason", reason.value)
