"""What a step records of an edition, of answers, of members: counts, ids and answers, personal data apart.

Comes in: editions, groupings, files that were read. Goes out: `Recorded`, as the store takes it.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.findings import finding
from sip_grouping.grouping import Grouping
from sip_grouping.reading.answers import Answers
from sip_grouping.rounds.documents import (
    counts_of,
    grouping_document,
    member_document,
    settings_document,
    wishes_document,
)
from sip_grouping.rounds.members import Changes


class Recorded(NamedTuple):
    """The parts of a step.

    Attributes
    ----------
    personal
        By member id: what can be forgotten.
    """

    counts: dict[str, int]
    content: dict[str, Any]
    personal: dict[str, dict[str, Any]]


def refuse_several_groups(edition: Edition) -> None:
    """Refuse an edition in which a member may have several groups: an answer is one to one proposal.

    Raises
    ------
    InputError
        It is one.
    """
    most = edition.most_groups_per_member
    if most > 1:
        place = ("edition.toml", None, "rules.groups_per_member")
        raise InputError([finding("several-groups", *place, str(most), most=most)])


def of_start(edition: Edition, grouping: Grouping) -> Recorded:
    """Return what is recorded of an edition whose groups are formed."""
    documents = {one.member_id: member_document(one) for one in edition.members}
    content = {
        "settings": settings_document(edition),
        "members": [answers for answers, _ in documents.values()],
        "grouping": grouping_document(grouping),
    }
    personal = {who: known for who, (_, known) in documents.items()}
    return Recorded(counts_of(edition, grouping), content, personal)


def of_answers(read: Answers) -> Recorded:
    """Return what is recorded of answers; what people write freely, dates that are none too, is personal."""
    content = [
        {"member_id": one.member_id, "answer": one.answer, "wishes": wishes_document(one.wishes)}
        for one in read.replies
    ]
    counts = {
        said: sum(one.answer == said for one in read.replies)
        for said in ("accept", "decline", "none")
    }
    beside = {
        one.member_id: {
            name: text for name, text in (("comment", one.comment), ("date", one.date)) if text
        }
        for one in read.replies
    }
    return Recorded(counts, {"answers": content}, beside)


def of_changes(read: Changes, known: Collection[str], released: Sequence[str]) -> Recorded:
    """Return what is recorded of members.

    Parameters
    ----------
    known
        Ids of the members so far.
    released
        Ids of those whose accepted placement is open again.
    """
    documents = [member_document(one) for one in read.members]
    content = {
        "members": [answers for answers, _ in documents],
        "withdrawn": sorted(read.withdrawn),
        "released": list(released),
        "locations": [one.model_dump(mode="json") for one in read.locations],
    }
    new = sum(one.member_id not in known for one in read.members)
    counts = {"new": new, "changed": len(documents) - new, "withdrawn": len(read.withdrawn)}
    return Recorded(counts, content, {answers["member_id"]: data for answers, data in documents})
