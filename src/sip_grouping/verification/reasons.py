"""The reasons of members without a group: whether each is the strongest that is true.

Comes in: `Facts`. Goes out: violations of one rule. What the edition shows is computed anew, for every
group a member could join; whether a better grouping would have had a seat is for the proof. Where the
pool of a group is too large to be looked at exactly (`possible`), either reason is let stand.
"""

from collections.abc import Iterator
from functools import cached_property

from sip_grouping.edition.records import Member, Track
from sip_grouping.grouping import LeftOut, LeftOutStatus, Reason, Status
from sip_grouping.rules import RecordRuleId
from sip_grouping.verification.chances import Chances
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.possible import CloseLook
from sip_grouping.verification.violation import Violation, figure, violation

STRENGTH = {reason: number for number, reason in enumerate(Reason)}


def check_reasons(facts: Facts) -> Iterator[Violation]:
    """Check that status and reason of every member without a group are true, and no stronger one is."""
    reasons = TrueReasons(facts, proven=facts.grouping.status is Status.OPTIMAL)
    for row in facts.grouping.left_out:
        member = facts.edition.member_by_id.get(row.member_id)
        if member is None:
            continue
        if (row.status is LeftOutStatus.UNPLACED) != member.eligible:
            allowed = LeftOutStatus.UNPLACED if member.eligible else LeftOutStatus.INELIGIBLE
            yield violation(
                RecordRuleId.REASON,
                "status-of-member",
                member_id=row.member_id,
                found=row.status.value,
                allowed=allowed.value,
            )
            continue
        true = reasons.of(member)
        if row.reason not in true:
            yield _untrue_reason(row, true)


def _untrue_reason(row: LeftOut, true: frozenset[Reason]) -> Violation:
    strongest = min(true, key=STRENGTH.__getitem__)
    weaker = STRENGTH[row.reason] > STRENGTH[strongest]
    codes = tuple(reason.value for reason in Reason if reason in true)
    return violation(
        RecordRuleId.REASON,
        "weak-reason" if weaker else "false-reason",
        member_id=row.member_id,
        found=row.reason.value,
        allowed=codes[0] if len(codes) == 1 else figure("either", codes=codes),
    )


class TrueReasons:
    """The reasons that may be given to the members of an edition, were they left out.

    `proven`: whether the grouping is known to be the best.
    """

    def __init__(self, facts: Facts, *, proven: bool) -> None:
        self._facts = facts
        self._proven = proven
        self._of_alike: dict[object, frozenset[Reason]] = {}

    @cached_property
    def _chances(self) -> Chances:
        return Chances(self._facts.edition, self._facts.places, self._facts.distances)

    @cached_property
    def _look(self) -> CloseLook:
        return CloseLook(self._chances)

    def of(self, member: Member) -> frozenset[Reason]:
        """Return the strongest true reason of a member; two where it is not decided which it is."""
        if not member.eligible:
            answers = {
                Reason.NOT_COOPERATOR: member.cooperator,
                Reason.NOT_COMMITTED: member.commits,
            }
            return frozenset(reason for reason, kept in answers.items() if not kept)
        unit = self._chances.unit_of(member)
        alike = self._chances.alike(unit)
        if alike not in self._of_alike:
            self._of_alike[alike] = self._of_unit(unit)
        return self._of_alike[alike] or frozenset({self._own_obstacle(member)})

    def _of_unit(self, unit: int) -> frozenset[Reason]:
        """Return what may be told of all possible groups of a unit; empty: there is none."""
        common: frozenset[Reason] | None = None
        undecided = False
        for kind in self._chances.kinds(unit):
            if common is not None and kind.lacks and common <= kind.lacks:
                continue  # its pool lacks no less: nothing new
            if not kind.lacks and self._chances.surely_possible(unit, kind):
                return frozenset({self._outweighed})
            pool = self._chances.pool(unit, kind)
            common = pool.lacks if common is None else common & pool.lacks
            if not pool.lacks:
                possible = self._look.possible(pool)
                if possible:
                    return frozenset({self._outweighed})
                undecided |= possible is None
        if common is None:
            return frozenset()
        if common:
            return frozenset({min(common, key=STRENGTH.__getitem__)})
        either = {Reason.NO_GROUP_POSSIBLE, self._outweighed}
        return frozenset(either if undecided else {Reason.NO_GROUP_POSSIBLE})

    @property
    def _outweighed(self) -> Reason:
        return Reason.OUTWEIGHED if self._proven else Reason.NOT_IN_BEST_FOUND

    def _own_obstacle(self, member: Member) -> Reason:
        """Return why a member has no possible group: its own answers, or those it is bound to."""
        chances = self._chances
        themes = chances.themes_of(member)
        if not themes:
            return Reason.NO_THEME_OPEN
        tracks = [
            (theme, track) for theme in themes for track in theme.tracks if member.accepts(track)
        ]
        if not tracks:
            return Reason.NO_TRACK
        kinds = [
            (theme, track)
            for theme, track in tracks
            if track is Track.VIDEO or chances.places_in_reach(member, theme)
        ]
        if not kinds:
            return Reason.NO_PLACE_IN_REACH
        kinds = [(theme, track) for theme, track in kinds if chances.has_seat(member, theme)]
        if not kinds:
            return Reason.NO_ROLE_WANTED
        kinds = [(theme, track) for theme, track in kinds if theme.groups_max]
        if not kinds:
            return Reason.NO_GROUPS_ALLOWED
        rules = self._facts.edition.rules_of
        if all(member.weight > rules(one.id).sizes(track).size_max for one, track in kinds):
            return Reason.NO_GROUP_POSSIBLE
        return Reason.BOUND_TO_OTHERS
