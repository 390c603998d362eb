"""The rules of a valid grouping: one list of ids and plain sentences.

Comes in: nothing. Goes out: `RuleId` and `RULES`, which the model's rule functions, the verifier's
checks, explanations and reports all name. No logic: each of them has its own, so that a mistake in
one is seen by the other.
"""

from dataclasses import dataclass
from enum import StrEnum


class RuleId(StrEnum):
    """What a valid grouping keeps."""

    ELIGIBLE = "eligible"
    GROUPS_PER_MEMBER = "groups-per-member"
    RANKED = "ranked"
    COUNTRY = "country"
    TRACK_ALLOWED = "track-allowed"
    SIZE = "size"
    GROUPS_PER_THEME = "groups-per-theme"
    MODERATORS = "moderators"
    SECRETARIES = "secretaries"
    EXPERIENCED = "experienced"
    VOLUNTEER = "volunteer"
    ROLE_ONLY = "role-only"
    ONE_ROLE = "one-role"
    PLACE = "place"
    ACCEPTS_LOCAL = "accepts-local"
    TRAVEL = "travel"
    SPREAD = "spread"
    ACCEPTS_VIDEO = "accepts-video"
    SHARED_LANGUAGE = "shared-language"
    SHARED_SLOT = "shared-slot"
    DIFFERENT_SLOTS = "different-slots"
    ROOMS = "rooms"
    TOGETHER = "together"
    APART = "apart"
    PIN = "pin"


class RecordRuleId(StrEnum):
    """What the written record of a grouping keeps: its figures are the true ones."""

    DIGEST = "digest"
    ONE_ROW_PER_MEMBER = "one-row-per-member"
    KNOWN_IDS = "known-ids"
    GROUP_ID = "group-id"
    GROUP_ROW = "group-row"
    RANK_FIGURE = "rank-figure"
    TRAVEL_FIGURE = "travel-figure"
    GROUP_FIGURES = "group-figures"
    SCORE_FIGURE = "score-figure"
    BOUND = "bound"
    STATUS = "status"
    REASON = "reason"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, in one plain sentence."""

    id: RuleId | RecordRuleId
    sentence: str


RULES: tuple[Rule, ...] = (
    Rule(RuleId.ELIGIBLE, "Only cooperators who commit for the whole period are placed."),
    Rule(
        RuleId.GROUPS_PER_MEMBER,
        "A member is in at most one group of a theme, and in no more groups than groups_per_member of"
        " each of its groups' themes allows.",
    ),
    Rule(RuleId.RANKED, "A member is placed only in themes it ranked."),
    Rule(RuleId.COUNTRY, "A member is placed only in themes that are open in its country."),
    Rule(RuleId.TRACK_ALLOWED, "A group has one theme and a track which that theme allows."),
    Rule(RuleId.SIZE, "The size of a group is within the limits of its track and theme."),
    Rule(RuleId.GROUPS_PER_THEME, "Each theme has from groups_min to groups_max groups."),
    Rule(RuleId.MODERATORS, "Each group has the wanted number of moderators."),
    Rule(RuleId.SECRETARIES, "Each group has the wanted number of secretaries."),
    Rule(RuleId.EXPERIENCED, "Each group has experienced_min experienced members or more."),
    Rule(RuleId.VOLUNTEER, "Who holds a role volunteered for it and is in the group."),
    Rule(RuleId.ROLE_ONLY, "Who takes part in a role only holds it."),
    Rule(RuleId.ONE_ROLE, "A person holds one role at most."),
    Rule(RuleId.PLACE, "A local group meets at one candidate place; a video group has none."),
    Rule(RuleId.ACCEPTS_LOCAL, "Every member of a local group accepts local groups."),
    Rule(
        RuleId.TRAVEL,
        "Every member of a local group lives within travel_km of its place; where the place is"
        " the member's own office, within office_travel_km instead.",
    ),
    Rule(RuleId.SPREAD, "Any two members of a local group live within spread_km of each other."),
    Rule(RuleId.ACCEPTS_VIDEO, "Every member of a video group accepts video."),
    Rule(RuleId.SHARED_LANGUAGE, "Every member of a group lists the group's language."),
    Rule(RuleId.SHARED_SLOT, "Every member of a group lists the group's weekly slot."),
    Rule(
        RuleId.DIFFERENT_SLOTS,
        "With shared_slot, groups of one member meet in different weekly slots.",
    ),
    Rule(
        RuleId.ROOMS,
        "With shared_slot, no more groups meet at an office in one weekly slot than it has rooms.",
    ),
    Rule(RuleId.TOGETHER, "Members who belong together share their groups, or none is placed."),
    Rule(RuleId.APART, "Members who belong apart share no group."),
    Rule(RuleId.PIN, "Pinned placements stay."),
    Rule(RecordRuleId.DIGEST, "The grouping belongs to this edition."),
    Rule(
        RecordRuleId.ONE_ROW_PER_MEMBER,
        "Every member has one row for each of its groups, or one row that says it has none.",
    ),
    Rule(RecordRuleId.KNOWN_IDS, "Every member, theme, group and place named exists."),
    Rule(
        RecordRuleId.GROUP_ID,
        "A group id has letters, digits, dots, hyphens and underscores, a letter or a digit first and no"
        " dot last.",
    ),
    Rule(RecordRuleId.GROUP_ROW, "Members and groups name each other in both tables."),
    Rule(RecordRuleId.RANK_FIGURE, "The rank shown is the rank of the theme in the answers."),
    Rule(RecordRuleId.TRAVEL_FIGURE, "The distance shown is the geodesic distance to the metre."),
    Rule(
        RecordRuleId.GROUP_FIGURES,
        "Size, travel, spread, place, language and slot shown of a group are true.",
    ),
    Rule(RecordRuleId.SCORE_FIGURE, "The score and each of its terms are those of the placements."),
    Rule(RecordRuleId.BOUND, "The bound is not below the score, and the gap follows from both."),
    Rule(RecordRuleId.STATUS, "The status is optimal only where score and bound are equal."),
    Rule(RecordRuleId.REASON, "A member who is not placed has a reason that fits its answers."),
    Rule(
        RecordRuleId.SETTINGS,
        "Seed, settings and versions are those that a run has, each of its type.",
    ),
)
