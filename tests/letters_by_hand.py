"""Editions and groupings for tests of letters: every role, track and reason, and who shares a contact.

Comes in: what a test wants to differ. Goes out: an edition with names and addresses, and a grouping
of it that says what the test wants said, true or not. All members are synthetic.
"""

from collections.abc import Mapping, Sequence

from grouping_builder import GroupWanted, build_grouping

from sip_grouping.edition import Edition
from sip_grouping.edition.records import (
    Location,
    Member,
    Office,
    Places,
    Rules,
    SizeLimits,
    Theme,
)
from sip_grouping.grouping import Grouping, Reason

THEMES = (
    Theme(id="support", title={"nl": "Begeleiding", "fr": "Accompagnement", "en": "Support"}),
    Theme(id="gender", title={"nl": "Gendergelijkheid", "fr": "Égalité de genre", "en": "Gender"}),
    Theme(id="sharing", title={"nl": "Deeleconomie", "fr": "Économie du partage", "en": "Sharing"}),
)
HUB = Office(office_id="bxl", name="Bruxelles", country="BE", postcode="1060")
SPOTS = (
    Location(country="BE", postcode="1060", latitude=50.83, longitude=4.35, place_name="Saint-Gilles"),
    Location(country="BE", postcode="9000", latitude=51.05, longitude=3.72, place_name="Gent"),
    Location(country="FR", postcode="59000", latitude=50.63, longitude=3.06, place_name="Lille"),
)  # fmt: skip


def person(member_id: str, **answers: object) -> Member:
    """Return a member with a name and an address of its own, who shares neither."""
    given: dict[str, object] = {
        "member_id": member_id,
        "country": "BE",
        "postcode": "1060",
        "themes": ("support", "gender"),
        "name": f"Name{member_id} Family",
        "email": f"mail.{member_id}@example.org",
    }
    return Member.model_validate(given | answers)


def edition_with(members: Sequence[Member], **fields: object) -> Edition:
    """Return an edition of these members, with an office in Brussels and a town in Ghent and in Lille."""
    given: dict[str, object] = {
        "name": "2026-2027",
        "themes": THEMES,
        "members": tuple(members),
        "offices": (HUB,),
        "rules": Rules(
            local=SizeLimits(size_min=1, size_max=99),
            video=SizeLimits(size_min=1, size_max=99),
            travel_km=100.0,
        ),
        "places": Places(towns=("BE-9000", "FR-59000")),
        "locations": SPOTS,
    }
    return Edition.model_validate(given | fields)


def grouping_with(
    edition: Edition,
    groups: Sequence[GroupWanted],
    reasons: Mapping[str, Reason] | None = None,
) -> Grouping:
    """Return a grouping with these groups; the reason of everyone else is `too-few`, or as told."""
    told = {member.member_id: Reason.TOO_FEW for member in edition.members}
    return build_grouping(edition, groups, reasons=told | dict(reasons or {}))
