# The public names and where each of them lives. Read by type checkers and, at run time, by lazy_loader.

from .demo import synthetic_edition
from .edition import Edition
from .edition.records import (
    Member,
    Office,
    Pin,
    Places,
    Role,
    Rules,
    RulesOverride,
    Score,
    SizeLimits,
    SizeLimitsOverride,
    Theme,
    Track,
)
from .errors import (
    Finding,
    InputError,
    NoGroupingError,
    OutputError,
    SipGroupingError,
    VerificationError,
)
from .geography import PostcodeTable
from .grouping import Group, Grouping, LeftOut, Placement, Reason, Status
from .grouping.files import load_grouping, save
from .reading import edition_from_frames, load_edition, make_edition, save_edition
from .solve import form_groups
from .solve.progress import Observer, TracePoint
from .solve.result import Conflict, Relaxation, Result, StopReason
from .verification import Verification, Violation, verify

__version__: str

__all__ = [
    "Conflict",
    "Edition",
    "Finding",
    "Group",
    "Grouping",
    "InputError",
    "LeftOut",
    "Member",
    "NoGroupingError",
    "Observer",
    "Office",
    "OutputError",
    "Pin",
    "Placement",
    "Places",
    "PostcodeTable",
    "Reason",
    "Relaxation",
    "Result",
    "Role",
    "Rules",
    "RulesOverride",
    "Score",
    "SipGroupingError",
    "SizeLimits",
    "SizeLimitsOverride",
    "Status",
    "StopReason",
    "Theme",
    "TracePoint",
    "Track",
    "Verification",
    "VerificationError",
    "Violation",
    "edition_from_frames",
    "form_groups",
    "load_edition",
    "load_grouping",
    "make_edition",
    "save",
    "save_edition",
    "synthetic_edition",
    "verify",
]
