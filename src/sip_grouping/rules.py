"""The rules of a valid grouping: one list of ids, each with a plain sentence in ``locale/*/rules.po``.

Comes in: nothing. Goes out: `RuleId` and `RULES`, which the model's rule functions, the verifier's
checks, explanations and reports all name. No logic: each of them has its own, so that a mistake in
one is seen by the other.
"""

from dataclasses import dataclass
from enum import StrEnum

from sip_grouping.catalogue import Language, pattern


class RuleId(StrEnum):
    """What a valid grouping keeps."""

    ELIGIBLE = "eligible"
    GROUPS_PER_MEMBER = "groups-per-member"
    RANKED = "ranked"
    COUNTRY = "country"
    TRACK_ALLOWED = "track-allowed"
    SIZE = "size"
    GROUPS_PER_THEME = "groups-per-theme"
    GROUPS_IN_ALL = "groups-in-all"
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
    SEATS = "seats"
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


class RoundRuleId(StrEnum):
    """What groups that were formed again keep of the groups that were proposed before."""

    ACCEPTED_PLACE = "accepted-place"
    CONSENT = "consent"
    KEPT_ID = "kept-id"
    CHANGES = "changes"
    DISRUPTION = "disruption"


class CertificateRuleId(StrEnum):
    """What the certificate of a bound keeps, so that it proves what it says."""

    OF = "certificate-of"
    SUMS = "certificate-sums"
    MODEL = "certificate-model"
    PLACEMENTS = "certificate-placements"
    ROWS = "certificate-rows"


class PlanRuleId(StrEnum):
    """What a valid plan of meetings keeps, and what its record says of it."""

    OF = "plan-of"
    MEETINGS = "plan-meetings"
    TIME = "plan-time"
    SCHOOL_HOLIDAYS = "plan-school-holidays"
    REST = "plan-rest"
    ATTENDANCE = "plan-attendance"
    ROLES = "plan-roles"
    QUORUM = "plan-quorum"
    PERSON = "plan-person"
    EXPERT = "plan-expert"
    TRACK = "plan-track"
    ROOMS = "plan-rooms"
    SYNTHESIS = "plan-synthesis"
    INFORMATION = "plan-information"
    SCORE = "plan-score"
    BOUND = "plan-bound"


class ProjectRuleId(StrEnum):
    """What chosen test projects, their evaluations and the follow-up keep, and what is said of them."""

    OF = "projects-of"
    ROWS = "projects-rows"
    DATES = "projects-dates"
    ONE_PER_GROUP = "projects-group"
    BUDGET = "projects-budget"
    SHARE = "projects-share"
    SCORE = "projects-score"
    BOUND = "projects-bound"
    BEST = "projects-best"
    EVALUATION = "evaluation-of"
    WEEK = "evaluation-week"
    TIME = "evaluation-time"
    SCHOOL_HOLIDAYS = "evaluation-school-holidays"
    ATTENDANCE = "evaluation-attendance"
    ROLES = "evaluation-roles"
    QUORUM = "evaluation-quorum"
    PERSON = "evaluation-person"
    TRACK = "evaluation-track"
    ROOMS = "evaluation-rooms"
    CONTACT = "followup-contact"
    FITS = "followup-fits"
    MOST = "followup-most"
    PROJECT = "followup-project"
    EVEN = "followup-even"
    LOADS = "followup-loads"


AnyRuleId = RuleId | RecordRuleId | RoundRuleId | CertificateRuleId | PlanRuleId | ProjectRuleId


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, by its id."""

    id: AnyRuleId

    @property
    def sentence(self) -> str:
        """The rule in one plain sentence."""
        return self.sentence_in("en")

    def sentence_in(self, language: Language) -> str:
        """Return the rule in one plain sentence of a language."""
        return pattern(language, "rule", self.id.value)


RULES: tuple[Rule, ...] = tuple(
    map(
        Rule,
        (
            *(*RuleId, *RecordRuleId, *RoundRuleId),
            *(*CertificateRuleId, *PlanRuleId, *ProjectRuleId),
        ),
    )
)
