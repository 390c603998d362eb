"""A violation: one rule that a grouping breaks, where, and by how much. No names of members."""

from collections.abc import Iterable
from dataclasses import dataclass

from sip_grouping.rules import RecordRuleId, RuleId


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule.

    Attributes
    ----------
    rule, message
        The rule's id and its plain sentence.
    group_id, member_id
        Where it is broken, by id; None where it concerns no single group (member).
    found, allowed
        What the grouping has, and what it may have.
    """

    rule: RuleId | RecordRuleId
    message: str
    group_id: str | None = None
    member_id: str | None = None
    found: object = None
    allowed: object = None

    def __str__(self) -> str:
        where = [f"group {self.group_id}"] if self.group_id else []
        where += [f"member {self.member_id}"] if self.member_id else []
        place = f"{', '.join(where)}: " if where else ""
        found = f" Found: {_plain(self.found)}." if self.found is not None else ""
        allowed = f" Allowed: {_plain(self.allowed)}." if self.allowed is not None else ""
        return f"{place}{self.message}{found}{allowed} [{self.rule}]"


def _plain(value: object) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(one) for one in value)
    return str(value)
