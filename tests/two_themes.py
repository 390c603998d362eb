"""A small edition of two themes, and changes of it as `what_if` and `sweep` take them."""

from typing import Any

from small import member, office, small_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme


def two_themes() -> Edition:
    """Two members of a and two of b at the office, one of a at 40 km; groups of 2 or 3."""
    members = [
        member("m0", 0, moderator=True, video=False),
        member("m1", 1, video=False),
        member("m2", 0, themes=("b",), moderator=True, video=False),
        member("m3", 1, themes=("b", "a"), video=False),
        member("far", 40, video=False),
    ]
    themes = [Theme(id="a"), Theme(id="b")]
    return small_edition(members, themes=themes, offices=[office()], moderators=1)


def rule(key: str, value: object) -> dict[str, Any]:
    return {"kind": "rule", "key": key, "value": value}


def cell(member_id: str, field: str, value: object) -> dict[str, Any]:
    return {"kind": "member", "member_id": member_id, "field": field, "value": value}
