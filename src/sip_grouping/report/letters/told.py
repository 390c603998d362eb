"""What templates of letters can name: frozen records, texts of one language.

Comes in: texts and ids from `facts`. Goes out: the same, as docs/letters.md lists them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sip_grouping.catalogue import Language
from sip_grouping.report.letters.meetings import MeetingTold
from sip_grouping.report.letters.since import News, SheetNews


@dataclass(frozen=True, slots=True)
class Contact:
    """A member as another of the same group may know it. `label` has name and address in one text.

    `new`, `new_role`: whether it is new in the group, or in its role there, since an earlier grouping.
    """

    name: str
    email: str
    role: str
    role_name: str
    languages: str
    new: bool = False
    new_role: bool = False

    @property
    def label(self) -> str:
        """Name and address, or whichever there is."""
        return (
            f"{self.name} ({self.email})" if self.name and self.email else self.name or self.email
        )


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a letter is for. `shares`: its group is given its name or address."""

    id: str
    name: str
    email: str
    languages: str
    shares: bool
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group; `place`, `slot` and `language` are empty where there is none."""

    id: str
    theme: str
    track: str
    place: str
    slot: str
    language: str
    size: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's place in one group.

    Attributes
    ----------
    rank, choice
        1 and "first choice", and so on.
    role, role_name
        ``moderator``, ``secretary`` or ``member``, and its word.
    settled
        Whether a pin holds the member in this group.
    asked
        Whether the member is to say if it accepts: the group, or the role where the group is settled.
    distance
        From home to the meeting place, in words; empty for a video group.
    moderators, others
        Of the other members those who share their contact, moderators apart.
    moderators_label
        The labels of these moderators, as a list of the language.
    moderators_hidden, others_hidden
        How many more there are.
    """

    group: GroupFacts
    rank: int
    choice: str
    role: str
    role_name: str
    settled: bool
    asked: bool
    distance: str
    moderators: tuple[Contact, ...]
    moderators_label: str
    moderators_hidden: int
    others: tuple[Contact, ...]
    others_hidden: int


@dataclass(frozen=True, slots=True)
class Why:
    """Why a member has no group: the reason's code, a sentence to the member, what may help."""

    code: str
    text: str
    helps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What the letter to a member may say. `reason` is None of those who are placed.

    `since`: what changed since an earlier grouping; None where there is none to tell against.
    `explained`: why the place, or that there is none, and what would change it; empty where not asked.
    `meetings`: to which it is asked, in the order of time; empty where no plan is given.
    """

    language: Language
    edition: str
    member: Recipient
    status: str
    seats: tuple[Seat, ...]
    reason: Why | None
    since: News | None = None
    explained: tuple[str, ...] = ()
    meetings: tuple[MeetingTold, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the sheet of a group may say. `moderator` is None where the group has none.

    `members`, `hidden`: of all but that moderator those who share their contact, and how many more.
    `asked`: whether anybody in the group is still to say if it accepts.
    """

    language: Language
    edition: str
    moderator: Recipient | None
    group: GroupFacts
    members: tuple[Contact, ...]
    hidden: int
    asked: bool
    since: SheetNews | None = None
    meetings: tuple[MeetingTold, ...] = ()
