# The names of this package and where each of them lives; see `sip_grouping`.

from .asking import WhatIf, what_if
from .changes import (
    AddMember,
    Change,
    MemberChange,
    OfficeChange,
    PinChange,
    RemovePin,
    RuleChange,
    change_record,
    changes_from,
)
from .changing import changed
from .differences import (
    Difference,
    GroupDifference,
    GroupFate,
    MemberDifference,
)
from .evenness import (
    Fairness,
    ProfilePrice,
    Profiles,
    Share,
    fairness,
    price_of_profiles,
)
from .explainer import Explainer
from .figures import Between, Figures
from .levels import ByProfile, LevelDifference
from .pricing import Confirmed, Prices, prices
from .scenarios import Scenario, read_changes, read_scenarios
from .shadow import Price, Priced
from .sweep_rows import Origin, Sweep, SweepRow, SweepStatus
from .sweeping import sweep
from .tighten import only_tightens
from .typed import typed_changes, volunteer
from .why import Explanation, Why

__all__ = [
    "AddMember",
    "Between",
    "ByProfile",
    "Change",
    "Confirmed",
    "Difference",
    "Explainer",
    "Explanation",
    "Fairness",
    "Figures",
    "GroupDifference",
    "GroupFate",
    "LevelDifference",
    "MemberChange",
    "MemberDifference",
    "OfficeChange",
    "Origin",
    "PinChange",
    "Price",
    "Priced",
    "Prices",
    "ProfilePrice",
    "Profiles",
    "RemovePin",
    "RuleChange",
    "Scenario",
    "Share",
    "Sweep",
    "SweepRow",
    "SweepStatus",
    "WhatIf",
    "Why",
    "change_record",
    "changed",
    "changes_from",
    "fairness",
    "only_tightens",
    "price_of_profiles",
    "prices",
    "read_changes",
    "read_scenarios",
    "sweep",
    "typed_changes",
    "volunteer",
    "what_if",
]
