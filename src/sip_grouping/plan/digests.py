"""Digests of what a plan is made for: the groups, and the calendar with all that decides when they meet.

Comes in: a grouping, an edition, a plan. Goes out: SHA-256 in hexadecimal digits. The order of records is in
none of them.
"""

import hashlib
import json

from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping
from sip_grouping.plan.plan import Plan


def grouping_digest(grouping: Grouping) -> str:
    """Return the digest of who is in which group in which role, and where and how the groups meet."""
    groups: list[JsonValue] = [
        [one.group_id, one.theme, one.track.value, one.place, one.language, one.slot]
        for one in sorted(grouping.group_records, key=lambda one: one.group_id)
    ]
    seats: list[JsonValue] = [
        [*seat]
        for seat in sorted(
            (one.group_id, one.member_id, one.role.value) for one in grouping.placements
        )
    ]
    return _digest({"groups": groups, "seats": seats})


def season_digest(edition: Edition) -> str:
    """Return the digest of calendar, school holidays, experts, rooms, and when members can meet."""
    calendar = edition.season.calendar
    experts = sorted(edition.season.experts, key=lambda one: one.expert_id)
    school: list[JsonValue] = sorted(
        (
            [one.country, list(one.languages), f"{one.first}/{one.until}"]
            for one in edition.season.school_holidays
        ),
        key=str,
    )
    # Without the table nothing is added, so that what was planned before keeps its digest.
    of_schools: dict[str, JsonValue] = {"school_holidays": school} if school else {}
    members = sorted(edition.members, key=lambda one: one.member_id)
    return _digest(
        {
            "calendar": None
            if calendar is None
            else calendar.model_dump(
                mode="json", by_alias=True, exclude={"phases": {"__all__": {"title"}}}
            ),
            "experts": [one.model_dump(mode="json", exclude={"name"}) for one in experts],
            "members": [
                [
                    one.member_id,
                    one.country,
                    one.cooperator,
                    list(one.slots),
                    [str(stretch) for stretch in one.cannot],
                ]
                for one in members
            ],
            "rooms": {one.office_id: one.rooms for one in edition.offices},
            **of_schools,
        }
    )


def projects_digest(edition: Edition) -> str:
    """Return the digest of the proposals, what decides on them, and the team. No names, no titles."""
    season = edition.season
    proposals = sorted(season.proposals, key=lambda one: one.project_id)
    team = sorted(season.team, key=lambda one: one.team_id)
    return _digest(
        {
            "rules": None
            if season.projects is None
            else {
                **season.projects.model_dump(mode="json", by_alias=True, exclude={"share_max"}),
                "share_max": dict(season.projects.share_max),
            },
            "proposals": [
                one.model_dump(mode="json", by_alias=True, exclude={"title"}) for one in proposals
            ],
            "team": [one.model_dump(mode="json", exclude={"name"}) for one in team],
        }
    )


def plan_digest(plan: Plan) -> str:
    """Return the digest of the meetings of a plan: when, where and with whom they are."""
    return _digest([one.model_dump(mode="json") for one in plan.meetings])


def _digest(content: JsonValue) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
