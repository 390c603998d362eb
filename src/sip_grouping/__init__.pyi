# The public names and where each of them lives. Read by type checkers and, at run time, by lazy_loader.

from .by_hand import grouping_from_tables
from .comparison import Comparison, compare
from .demo import synthetic_edition
from .edition import Edition
from .edition.life import Disruption, RoundRules
from .edition.limits import Total
from .edition.previous import Previous, PreviousSeat
from .edition.records import (
    Location,
    Member,
    Office,
    Pin,
    Places,
    Role,
    Rules,
    RulesOverride,
    SizeLimits,
    SizeLimitsOverride,
    Theme,
    Track,
)
from .edition.score import Score
from .errors import (
    InputError,
    NoGroupingError,
    OutputError,
    SipGroupingError,
    VerificationError,
    Violation,
)
from .export import export_workbook
from .findings import Finding
from .geography import Located, PostcodePoint, PostcodeTable
from .geography.distance import Coordinates
from .grouping import (
    Group,
    Grouping,
    LeftOut,
    LeftOutStatus,
    ObjectiveName,
    Placement,
    Reason,
    ScoreTerms,
    Stage,
    Status,
)
from .grouping.files import load_grouping, save
from .grouping.formed import Formed
from .grouping.members import members_table
from .grouping.proposed import ChangeRow, Proposed, load_before
from .reading import (
    Duplicates,
    FormMapping,
    FormRows,
    Imported,
    ReadAs,
    Reading,
    edition_from_frames,
    import_form,
    load_edition,
    make_edition,
    save_edition,
)
from .report.full.export import export_report
from .report.letters.writing import Letters, write_letters
from .report.map.export import export_map
from .rules import CertificateRuleId, RecordRuleId, RoundRuleId, RuleId
from .shown import show_in
from .solve import form_groups
from .solve.progress import Observer, TracePoint
from .solve.result import Conflict, Relaxation, Result, StopReason
from .verification import Verification, verify

__version__: str

__all__ = [
    "CertificateRuleId",
    "ChangeRow",
    "Comparison",
    "Conflict",
    "Coordinates",
    "Disruption",
    "Duplicates",
    "Edition",
    "Finding",
    "FormMapping",
    "FormRows",
    "Formed",
    "Group",
    "Grouping",
    "Imported",
    "InputError",
    "LeftOut",
    "LeftOutStatus",
    "Letters",
    "Located",
    "Location",
    "Member",
    "NoGroupingError",
    "ObjectiveName",
    "Observer",
    "Office",
    "OutputError",
    "Pin",
    "Placement",
    "Places",
    "PostcodePoint",
    "PostcodeTable",
    "Previous",
    "PreviousSeat",
    "Proposed",
    "ReadAs",
    "Reading",
    "Reason",
    "RecordRuleId",
    "Relaxation",
    "Result",
    "Role",
    "RoundRuleId",
    "RoundRules",
    "RuleId",
    "Rules",
    "RulesOverride",
    "Score",
    "ScoreTerms",
    "SipGroupingError",
    "SizeLimits",
    "SizeLimitsOverride",
    "Stage",
    "Status",
    "StopReason",
    "Theme",
    "Total",
    "TracePoint",
    "Track",
    "Verification",
    "VerificationError",
    "Violation",
    "compare",
    "edition_from_frames",
    "export_map",
    "export_report",
    "export_workbook",
    "form_groups",
    "grouping_from_tables",
    "import_form",
    "load_before",
    "load_edition",
    "load_grouping",
    "make_edition",
    "members_table",
    "save",
    "save_edition",
    "show_in",
    "synthetic_edition",
    "verify",
    "write_letters",
]
