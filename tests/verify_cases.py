"""Cases of the verifier: an edition, a grouping, and exactly the rules that must be reported.

Comes in: nothing. Goes out: `Case`, short ways to write one, and ways to change a grouping.
"""

from dataclasses import dataclass

from grouping_builder import GroupWanted, build_grouping

from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping, LeftOut, LeftOutStatus, Reason
from sip_grouping.rules import RecordRuleId, RuleId
from sip_grouping.verification import verify

Rule = RuleId | RecordRuleId
KINDS = ("kept", "broken", "boundary")


@dataclass(frozen=True)
class Case:
    """One thing to verify. `reported` tells whether its rule, and no other, must be reported."""

    rule: Rule
    kind: str
    what: str
    edition: Edition
    grouping: Grouping
    reported: bool

    def __str__(self) -> str:
        return f"{self.rule}-{self.kind}-{self.what}".replace(" ", "_")


def kept(rule: Rule, what: str, edition: Edition, *given: Grouping | GroupWanted) -> Case:
    """Return a case that keeps the rule."""
    return Case(rule, "kept", what, edition, _grouping(edition, given), reported=False)


def broken(rule: Rule, what: str, edition: Edition, *given: Grouping | GroupWanted) -> Case:
    """Return a case that breaks the rule."""
    return Case(rule, "broken", what, edition, _grouping(edition, given), reported=True)


def inside(rule: Rule, what: str, edition: Edition, *given: Grouping | GroupWanted) -> Case:
    """Return a case that keeps the rule narrowly."""
    return Case(rule, "boundary", what, edition, _grouping(edition, given), reported=False)


def outside(rule: Rule, what: str, edition: Edition, *given: Grouping | GroupWanted) -> Case:
    """Return a case that breaks the rule narrowly."""
    return Case(rule, "boundary", what, edition, _grouping(edition, given), reported=True)


def assert_exactly_its_rule_is_reported(case: Case) -> None:
    """Verify the grouping of a case."""
    found = verify(case.edition, case.grouping)
    expected = {case.rule} if case.reported else set()
    assert {violation.rule for violation in found.violations} == expected, str(found)
    assert found.ok is not case.reported


def local(*members: str, theme: str = "a", place: str = "hub") -> GroupWanted:
    """Return a local group."""
    return {"theme": theme, "place": place, "members": members}


def video(*members: str, theme: str = "a") -> GroupWanted:
    """Return a video group."""
    return {"theme": theme, "track": "video", "members": members}


def changed(grouping: Grouping, **fields: object) -> Grouping:
    """Return the grouping with some fields changed."""
    return grouping.model_copy(update=fields)


def with_group(grouping: Grouping, number: int = 0, /, **fields: object) -> Grouping:
    """Return the grouping with some fields of one group changed."""
    groups = list(grouping.group_records)
    groups[number] = groups[number].model_copy(update=fields)
    return changed(grouping, group_records=tuple(groups))


def with_row(grouping: Grouping, number: int = 0, /, **fields: object) -> Grouping:
    """Return the grouping with some fields of one placement changed."""
    rows = list(grouping.placements)
    rows[number] = rows[number].model_copy(update=fields)
    return changed(grouping, placements=tuple(rows))


def _grouping(edition: Edition, given: tuple[Grouping | GroupWanted, ...]) -> Grouping:
    if given and isinstance(given[0], Grouping):
        return given[0]
    return build_grouping(edition, [one for one in given if not isinstance(one, Grouping)])


def left_out(member_id: str, reason: Reason, *, eligible: bool = True) -> LeftOut:
    """Return the row of a member without a group."""
    status = LeftOutStatus.UNPLACED if eligible else LeftOutStatus.INELIGIBLE
    return LeftOut(member_id=member_id, status=status, reason=reason)
