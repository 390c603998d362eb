"""What would change a grouping: an edition with named changes, what they bring and for whom.

Comes in: an edition, changes as data. Goes out: the changed edition, and groupings beside each other.
"""

from sip_grouping.explain.changed import changed
from sip_grouping.explain.changes import (
    AddMember,
    Change,
    MemberChange,
    OfficeChange,
    PinChange,
    RuleChange,
    change_record,
    changes_from,
)

__all__ = [
    "AddMember",
    "Change",
    "MemberChange",
    "OfficeChange",
    "PinChange",
    "RuleChange",
    "change_record",
    "changed",
    "changes_from",
]
