"""A grouping: which member is in which group, and what is claimed of it; tables and files."""

from sip_grouping.grouping.columns import GROUP_COLUMNS, MEMBER_COLUMNS
from sip_grouping.grouping.grouping import (
    FORMAT_VERSION,
    GROUP_ID,
    Group,
    Grouping,
    LeftOut,
    LeftOutStatus,
    Placement,
    ScoreTerms,
    Status,
    relative_gap,
    rounded_mean_m,
    safe_group_id,
)
from sip_grouping.grouping.reasons import Reason, reason_sentence
from sip_grouping.grouping.stages import ObjectiveName, Stage

__all__ = [
    "FORMAT_VERSION",
    "GROUP_COLUMNS",
    "GROUP_ID",
    "MEMBER_COLUMNS",
    "Group",
    "Grouping",
    "LeftOut",
    "LeftOutStatus",
    "ObjectiveName",
    "Placement",
    "Reason",
    "ScoreTerms",
    "Stage",
    "Status",
    "reason_sentence",
    "relative_gap",
    "rounded_mean_m",
    "safe_group_id",
]
