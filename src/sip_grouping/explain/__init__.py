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
    RemovePin,
    RuleChange,
    change_record,
    changes_from,
)
from sip_grouping.explain.differences import (
    Difference,
    GroupDifference,
    GroupFate,
    MemberDifference,
)
from sip_grouping.explain.explainer import Explainer
from sip_grouping.explain.fairness import (
    Fairness,
    ProfilePrice,
    Profiles,
    Share,
    fairness,
    price_of_profiles,
)
from sip_grouping.explain.figures import Between, Figures
from sip_grouping.explain.levels import ByProfile, LevelDifference
from sip_grouping.explain.prices import Confirmed, Prices, prices
from sip_grouping.explain.scenarios import Scenario, read_changes, read_scenarios
from sip_grouping.explain.shadow import Price, Priced
from sip_grouping.explain.sweep_rows import Origin, Sweep, SweepRow, SweepStatus
from sip_grouping.explain.sweeping import sweep
from sip_grouping.explain.tighten import only_tightens
from sip_grouping.explain.typed import typed_changes, volunteer
from sip_grouping.explain.what_if import WhatIf, what_if
from sip_grouping.explain.why import Explanation, Why

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
