"""Editions and groupings as what a store keeps: ids and answers apart from what is personal.

Comes in: records. Goes out: JSON, and the same records again. Personal are names, e-mail addresses,
coordinates and further columns: what a person may ask to be forgotten.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.record import as_record, grouping_from

PERSONAL_FIELDS = frozenset({"name", "email", "extra", "latitude", "longitude"})

Json = dict[str, Any]


def member_document(member: Member) -> tuple[Json, Json]:
    """Return the answers of a member, and what is personal."""
    told = member.model_dump(mode="json", exclude_none=True)
    personal = {name: told.pop(name) for name in PERSONAL_FIELDS if name in told}
    return told, {name: value for name, value in personal.items() if value}


def member_of(answers: Mapping[str, Any], personal: Mapping[str, Any]) -> Member:
    """Return a member from its answers and what is known of the person."""
    return Member.model_validate({**answers, **personal})


def settings_document(edition: Edition) -> Json:
    """Return everything of an edition but its members and warnings."""
    told: Json = edition.model_dump(mode="json", exclude={"members", "warnings"})
    return told


def edition_of_documents(settings: Mapping[str, Any], members: list[Member]) -> Edition:
    """Return an edition from its settings and members.

    Raises
    ------
    InputError
        The members do not fit together; holds every finding.
    """
    return Edition.model_validate({**settings, "members": members})


def grouping_document(grouping: Grouping) -> dict[str, JsonValue]:
    """Return a grouping as grouping.json holds it."""
    return as_record(grouping)


def grouping_of_document(document: Mapping[str, Any]) -> Grouping:
    """Return the grouping that a document holds."""
    return grouping_from(dict(document))


def wishes_document(wishes: Mapping[str, Any]) -> Json:
    """Return changed answers as JSON has them."""
    return {
        name: list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
        for name, value in wishes.items()
    }


def counts_of(edition: Edition, grouping: Grouping) -> dict[str, int]:
    """Return how many members, groups and placed members there are."""
    return {
        "members": len(edition.members),
        "groups": len(grouping.group_records),
        "placed": len({one.member_id for one in grouping.placements}),
    }
