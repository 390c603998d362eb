"""What may help a member who has no group: answers of its own that it could widen.

Comes in: a member, the reason. Goes out: phrases that end the sentence "It may help to ...". Each is
something that this member has not said yes to and that an edition has; whether a grouping then places
the member is not claimed.
"""

from collections.abc import Mapping

from sip_grouping.catalogue import Language, pattern, said
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Theme, Track
from sip_grouping.grouping import Reason

_MOST_TITLES = 5
_WIDER = ("video", "local", "theme", "language", "slot")
_HELPS: Mapping[Reason, tuple[str, ...]] = {
    Reason.NOT_COOPERATOR: (),
    Reason.NOT_COMMITTED: (),
    Reason.NO_THEME_OPEN: ("theme",),
    Reason.NO_TRACK: ("video", "local", "theme"),
    Reason.NO_PLACE_IN_REACH: ("video", "theme"),
    Reason.NO_ROLE_WANTED: ("member", "theme"),
    Reason.NO_GROUPS_ALLOWED: ("theme",),
    Reason.BOUND_TO_OTHERS: ("apart", *_WIDER),
    Reason.TOO_FEW: (*_WIDER, "company"),
    Reason.NO_MODERATOR: ("moderator", *_WIDER),
    Reason.NO_SECRETARY: ("secretary", *_WIDER),
    Reason.TOO_FEW_VOLUNTEERS: ("moderator", "secretary", *_WIDER),
    Reason.TOO_FEW_EXPERIENCED: (*_WIDER, "experienced"),
    Reason.NO_GROUP_POSSIBLE: (*_WIDER, "moderator", "secretary", "company"),
    Reason.OUTWEIGHED: _WIDER,
    Reason.NOT_IN_BEST_FOUND: _WIDER,
}
"""What each reason leaves open, most to the point first."""


def what_helps(
    edition: Edition, member: Member, reason: Reason, language: Language
) -> tuple[str, ...]:
    """Return what may help a member, in its language; empty: nothing that is for the member to change."""
    found = []
    for what in _HELPS[reason]:
        if what == "theme":
            found += _other_themes(edition, member, language)
        elif _open_to(what, edition, member):
            found.append(pattern(language, "reason.help", what))
    return tuple(found)


def _open_to(what: str, edition: Edition, member: Member) -> bool:
    """Return whether a member could still say yes to something that its themes ask for."""
    themes = _own_themes(edition, member)
    rules = [edition.rules_of(one.id) for one in themes]
    match what:
        case "video":
            return not member.video and any(Track.VIDEO in one.tracks for one in themes)
        case "local":
            return not member.local and any(Track.LOCAL in one.tracks for one in themes)
        case "language":
            return bool(member.languages) and any(one.shared_language for one in rules)
        case "slot":
            return bool(member.slots) and any(one.shared_slot for one in rules)
        case "moderator":
            wanted = any(one.moderators for one in rules)
            return wanted and not member.volunteers_for(Role.MODERATOR)
        case "secretary":
            wanted = any(one.secretaries for one in rules)
            return wanted and not member.volunteers_for(Role.SECRETARY)
        case "member":
            return member.only_in_a_role
        case _:
            return True


def _own_themes(edition: Edition, member: Member) -> list[Theme]:
    """Return the themes a member ranked that are open in its country."""
    return [one for one in _open_themes(edition, member) if one.id in member.themes]


def _open_themes(edition: Edition, member: Member) -> list[Theme]:
    return [one for one in edition.themes if member.country in one.countries and one.groups_max]


def _other_themes(edition: Edition, member: Member, language: Language) -> list[str]:
    others = [one for one in _open_themes(edition, member) if one.id not in member.themes]
    titles = tuple(" ".join(one.title_in(language).split()) for one in others)
    if not titles:
        return []
    if len(titles) > _MOST_TITLES:
        return [pattern(language, "reason.help", "other-theme")]
    return [said(language, "reason.help", "themes", themes=titles)]
