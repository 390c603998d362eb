"""The reasons of members without a group: whether they fit the answers.

Comes in: `Facts`. Goes out: violations of one rule. A reason is refused only where the edition shows
it to be false: whether a better grouping would have had a seat is for the proof, not for the reader.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sip_grouping.edition.records import Member, Theme, Track
from sip_grouping.grouping import LeftOut, LeftOutStatus, Reason, Status
from sip_grouping.rules import RecordRuleId
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.violation import Violation

_INELIGIBLE_REASONS = (Reason.NOT_COOPERATOR, Reason.NOT_COMMITTED)


def check_reasons(facts: Facts) -> Iterator[Violation]:
    """Check that status and reason of every member without a group fit its answers."""
    bound_members = _members_bound_to_others(facts)
    for row in facts.grouping.left_out:
        member = facts.edition.member_by_id.get(row.member_id)
        if member is None:
            continue
        eligible = row.status is LeftOutStatus.UNPLACED
        if eligible != member.eligible:
            yield Violation(
                RecordRuleId.REASON,
                "the status does not fit the answers",
                member_id=row.member_id,
                found=row.status.value,
                allowed=(
                    LeftOutStatus.UNPLACED if member.eligible else LeftOutStatus.INELIGIBLE
                ).value,
            )
        elif (row.reason in _INELIGIBLE_REASONS) == eligible:
            yield _false_reason(row, f"is no reason of a member that is {row.status}")
        else:
            chances = _Chances(facts, member, member.member_id in bound_members)
            refuted = _REFUTED_WHEN[row.reason](chances)
            if refuted:
                yield _false_reason(row, refuted)


def _false_reason(row: LeftOut, message: str) -> Violation:
    return Violation(
        RecordRuleId.REASON,
        f"the reason is false: {message}",
        member_id=row.member_id,
        found=row.reason.value,
        allowed="a true reason",
    )


def _members_bound_to_others(facts: Facts) -> set[str]:
    """Return ids of members named in a together, in either direction, or pinned with others."""
    found: set[str] = set()
    for member in facts.edition.members:
        if member.together:
            found.update((member.member_id, *member.together))
    for pin in facts.edition.pins:
        if pin.with_members:
            found.update((pin.member_id, *pin.with_members))
    return found


@dataclass(frozen=True)
class _Chances:
    """What a member could join, by its own answers alone."""

    facts: Facts
    member: Member
    bound_to_others: bool

    @cached_property
    def open_themes(self) -> tuple[Theme, ...]:
        """Themes it ranked that are open in its country."""
        themes = (self.facts.edition.theme_by_id.get(theme) for theme in self.member.themes)
        return tuple(
            theme
            for theme in themes
            if theme is not None and self.member.country in theme.countries
        )

    @cached_property
    def tracks(self) -> tuple[tuple[Theme, Track], ...]:
        """Themes with a track that both the theme and the member accept."""
        return tuple(
            (theme, track)
            for theme in self.open_themes
            for track in theme.tracks
            if (self.member.local if track is Track.LOCAL else self.member.video)
        )

    @cached_property
    def joinable(self) -> tuple[tuple[Theme, Track], ...]:
        """The same, where a local group could meet within the member's travel limit."""
        return tuple(
            (theme, track)
            for theme, track in self.tracks
            if track is Track.VIDEO or self._place_in_reach(theme)
        )

    def _place_in_reach(self, theme: Theme) -> bool:
        rules = self.facts.edition.rules_of(theme.id)
        home = self.facts.edition.position(self.member)
        candidates = self.facts.places.candidates
        own_office = candidates.get(self.member.office or "")
        distances = self.facts.distances
        if own_office is not None and distances.metres(home, own_office) <= rules.office_travel_m:
            return True
        others = [where for place, where in candidates.items() if place != self.member.office]
        return distances.within(home, others, rules.travel_m)

    @property
    def optimal(self) -> bool:
        return self.facts.grouping.status is Status.OPTIMAL


def _not_cooperator(chances: _Chances) -> str:
    return "it is a cooperator" if chances.member.cooperator else ""


def _not_committed(chances: _Chances) -> str:
    return "it commits for the whole period" if chances.member.commits else ""


def _no_track(chances: _Chances) -> str:
    if not chances.tracks:
        return ""
    theme, track = chances.tracks[0]
    return f"it accepts track {track}, which theme {theme.id} allows"


def _no_place_in_reach(chances: _Chances) -> str:
    if not chances.joinable:
        return ""
    theme, track = chances.joinable[0]
    if track is Track.VIDEO:
        return f"theme {theme.id} is open to it by video"
    return f"a candidate place is within its travel limit for theme {theme.id}"


def _no_groups_allowed(chances: _Chances) -> str:
    allowed = [theme.id for theme, _ in chances.joinable if theme.groups_max > 0]
    return f"theme {allowed[0]} may have groups" if allowed else ""


def _too_few(chances: _Chances) -> str:
    rules_of = chances.facts.edition.rules_of
    alone = bool(chances.joinable) and all(
        rules_of(theme.id).sizes(track).size_min <= 1 for theme, track in chances.joinable
    )
    return "it could be a group by itself" if alone else ""


def _roles_wanted(moderators: bool, secretaries: bool) -> Callable[[_Chances], str]:
    def refuted(chances: _Chances) -> str:
        rules = [chances.facts.edition.rules_of(theme.id) for theme, _ in chances.joinable]
        wanted = [moderators * rule.moderators + secretaries * rule.secretaries for rule in rules]
        return "no group it could join wants that role" if rules and not any(wanted) else ""

    return refuted


def _bound_to_others(chances: _Chances) -> str:
    return "" if chances.bound_to_others else "it belongs together with nobody"


def _outweighed(chances: _Chances) -> str:
    return "" if chances.optimal else "nothing is proven, the status is not optimal"


def _not_in_best_found(chances: _Chances) -> str:
    return "the grouping is proven optimal" if chances.optimal else ""


_REFUTED_WHEN: dict[Reason, Callable[[_Chances], str]] = {
    Reason.NOT_COOPERATOR: _not_cooperator,
    Reason.NOT_COMMITTED: _not_committed,
    Reason.NO_TRACK: _no_track,
    Reason.NO_PLACE_IN_REACH: _no_place_in_reach,
    Reason.NO_GROUPS_ALLOWED: _no_groups_allowed,
    Reason.TOO_FEW: _too_few,
    Reason.NO_MODERATOR: _roles_wanted(moderators=True, secretaries=False),
    Reason.NO_SECRETARY: _roles_wanted(moderators=False, secretaries=True),
    Reason.TOO_FEW_VOLUNTEERS: _roles_wanted(moderators=True, secretaries=True),
    Reason.BOUND_TO_OTHERS: _bound_to_others,
    Reason.OUTWEIGHED: _outweighed,
    Reason.NOT_IN_BEST_FOUND: _not_in_best_found,
}
"""Per reason: what proves it false, empty where nothing does."""
