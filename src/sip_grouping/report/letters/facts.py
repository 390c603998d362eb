"""What a letter may say: facts about one member, or one group, as texts of one language.

Comes in: an edition, a grouping of it, a member or a group. Goes out: frozen records, which templates get
as their variables. Name and e-mail address of somebody else are put into them in one place alone,
`_contacts`, and only of members of the same group who said `share_contact`; the names of those who left
a group in `_names`.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from sip_grouping.catalogue import LANGUAGES, Language, listed, pattern
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Role, Track
from sip_grouping.frozen import Frozen
from sip_grouping.grouping import Group, Grouping, LeftOut, Placement
from sip_grouping.grouping.grouping import PLACED
from sip_grouping.grouping.proposed import Proposed
from sip_grouping.plan import Meeting
from sip_grouping.report.explained import Explained
from sip_grouping.report.letters.helps import what_helps
from sip_grouping.report.letters.meetings import MeetingsTold
from sip_grouping.report.letters.since import Since
from sip_grouping.report.letters.told import (
    Contact,
    GroupFacts,
    MemberFacts,
    Recipient,
    Seat,
    SheetFacts,
    Why,
)
from sip_grouping.report.places import place_text
from sip_grouping.report.words import (
    choice_text,
    distance_text,
    language_text,
    role_text,
    slot_text,
)
from sip_grouping.text import one_line

_COUNTRY_LANGUAGES: Mapping[str, Language] = {"FR": "fr"}
"""The language of those who list none that letters have, where their country leaves no doubt."""


class Facts:
    """What may be said of an edition and a grouping of it, to each of its members.

    Parameters
    ----------
    language
        Of those who list none that letters have, and whose group and country do not tell.
    earlier
        What stood before: letters tell what changed since.
    explained
        What is said of a member's place, by its id.
    meetings, meetings_before
        When the groups meet, and what was told of it before; None: nothing was.
    """

    def __init__(
        self,
        edition: Edition,
        grouping: Grouping,
        language: Language,
        earlier: Proposed | None = None,
        explained: Mapping[str, Explained] | None = None,
        meetings: Iterable[Meeting] = (),
        meetings_before: Iterable[Meeting] | None = None,
    ) -> None:
        self._meetings = MeetingsTold(edition, grouping, meetings, self._place, meetings_before)
        self._explained = explained or {}
        self._edition = edition
        self._grouping = grouping
        self._language: Language = language
        self._since = None if earlier is None else Since(edition, earlier, grouping)

    def of_members(self) -> Iterable[MemberFacts]:
        """Yield what each member is told, in the order of the edition."""
        for member in self._edition.members:
            yield self.of_member(member)

    def of_member(self, member: Member) -> MemberFacts:
        """Return what a member is told."""
        rows = self._rows[member.member_id]
        placements = [one for one in rows if isinstance(one, Placement)]
        left_out = [one for one in rows if isinstance(one, LeftOut)]
        language = self.language_of(member)
        return MemberFacts(
            language=language,
            edition=one_line(self._edition.name),
            member=_recipient(member, language),
            status=PLACED if placements else left_out[0].status.value,
            seats=tuple(self._seat(member, one, language) for one in placements),
            reason=None if placements else self._why(member, left_out[0], language),
            since=None if self._since is None else self._since.of_member(member.member_id, rows[0]),
            explained=self._explained_to(member.member_id, language),
            meetings=self._meetings.of_member(member, language),
        )

    def of_groups(self) -> Iterable[SheetFacts]:
        """Yield what the sheet of each group says: one for each of its moderators, or one for none."""
        for group in self._grouping.group_records:
            for one in group.moderators:
                yield self._sheet(group, self._edition.member_by_id[one])
            if not group.moderators:
                yield self._sheet(group, None)

    def language_of(self, member: Member) -> Language:
        """Return the language in which a member is written to.

        The first that it lists of those that letters have; else that of its group; else that of its
        country, where there is one; else the language given.
        """
        groups = [
            self._grouping.group_by_id[one.group_id].language
            for one in self._rows[member.member_id]
            if isinstance(one, Placement)
        ]
        own = _first_of_letters([*member.languages, *groups])
        return own or _COUNTRY_LANGUAGES.get(member.country, self._language)

    @cached_property
    def _rows(self) -> Mapping[str, tuple[Placement | LeftOut, ...]]:
        found: dict[str, list[Placement | LeftOut]] = {}
        for placement in self._grouping.placements:
            found.setdefault(placement.member_id, []).append(placement)
        for left_out in self._grouping.left_out:
            found.setdefault(left_out.member_id, []).append(left_out)
        return {member_id: tuple(rows) for member_id, rows in found.items()}

    @cached_property
    def _pins(self) -> Mapping[tuple[str, str, Track, str], Pin]:
        """The pins of the edition and of the call that formed the groups, by member and place."""
        return {
            (one.member_id, one.theme, one.track, one.place): one
            for one in (*self._edition.pins, *self._grouping.pins)
        }

    def _settled(self, placement: Placement) -> tuple[bool, bool]:
        """Return whether a placement is pinned, and whether its member is to accept it or its role."""
        group = self._grouping.group_by_id[placement.group_id]
        pin = self._pins.get((placement.member_id, group.theme, group.track, group.place))
        # A new role needs new consent.
        return pin is not None, pin is None or (pin.role or Role.MEMBER) is not placement.role

    def _seat(self, member: Member, placement: Placement, language: Language) -> Seat:
        group = self._grouping.group_by_id[placement.group_id]
        settled, asked = self._settled(placement)
        company = self._company(group, member)
        moderators = [one for one in company if one.role is Role.MODERATOR]
        others = [one for one in company if one.role is not Role.MODERATOR]
        shown_moderators = self._contacts(moderators, language)
        shown_others = self._contacts(others, language)
        metres = placement.travel_m
        return Seat(
            group=self._group(group, member, language),
            rank=placement.rank,
            choice=choice_text(placement.rank, language),
            role=placement.role.value,
            role_name=role_text(placement.role, language),
            settled=settled,
            asked=asked,
            distance="" if metres is None else distance_text(metres, language),
            moderators=shown_moderators,
            moderators_label=listed(language, [one.label for one in shown_moderators]),
            moderators_hidden=len(moderators) - len(shown_moderators),
            others=shown_others,
            others_hidden=len(others) - len(shown_others),
        )

    def _sheet(self, group: Group, leader: Member | None) -> SheetFacts:
        language = (
            _first_of_letters([group.language]) or self._language
            if leader is None
            else self.language_of(leader)
        )
        company = self._company(group, leader)
        members = self._contacts(company, language)
        reader = None if leader is None else leader.member_id
        return SheetFacts(
            language=language,
            edition=one_line(self._edition.name),
            moderator=None if leader is None else _recipient(leader, language),
            group=self._group(group, leader, language),
            members=members,
            hidden=len(company) - len(members),
            asked=any(self._settled(one)[1] for one in self._company(group, None)),
            since=None if self._since is None else self._since.of_group(group, reader, self._names),
            meetings=self._meetings.of_group(group.group_id, leader, language),
        )

    def _company(self, group: Group, but: Member | None) -> list[Placement]:
        inside = self._grouping.placements_by_group.get(group.group_id, ())
        return [one for one in inside if but is None or one.member_id != but.member_id]

    def _contacts(self, rows: Iterable[Placement], language: Language) -> tuple[Contact, ...]:
        """Return those of a group who let its members know their name and address, and have one."""
        found = []
        for one in rows:
            member = self._edition.member_by_id[one.member_id]
            if _shares(member):
                found.append(
                    Contact(
                        name=one_line(member.name),
                        email=one_line(member.email),
                        role=one.role.value,
                        role_name=role_text(one.role, language),
                        languages=_languages(member, language),
                        new=self._since is not None and self._since.is_new(one),
                        new_role=self._since is not None and self._since.has_new_role(one),
                    )
                )
        return tuple(found)

    def _names(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the names of those who let the members of their group know them."""
        known = [self._edition.member_by_id.get(one) for one in ids]
        told = [one_line(one.name) for one in known if one is not None and one.share_contact]
        return tuple(name for name in told if name)

    def _group(self, group: Group, reader: Member | None, language: Language) -> GroupFacts:
        theme = self._edition.theme_by_id[group.theme]
        local = group.track is Track.LOCAL
        return GroupFacts(
            id=group.group_id,
            theme=one_line(theme.title_in(language)),
            track=group.track.value,
            place=self._place(group.place, group.place_name, reader, language) if local else "",
            slot=one_line(slot_text(group.slot, language)),
            language=language_text(group.language, language) if group.language else "",
            size=group.size,
        )

    def _place(
        self, place_id: str, place_name: str, reader: Member | None, language: Language
    ) -> str:
        """Return where a group meets: office, postcode and town; the country where it is another one."""
        country = "" if reader is None else reader.lies_in
        return place_text(self._edition, place_id, place_name, country, language)

    def _explained_to(self, member_id: str, language: Language) -> tuple[str, ...]:
        told = self._explained.get(member_id)
        return () if told is None else tuple(told(language, "member"))

    def _why(self, member: Member, left_out: LeftOut, language: Language) -> Why:
        return Why(
            code=left_out.reason.value,
            text=pattern(language, "reason.letter", left_out.reason.value),
            helps=what_helps(self._edition, member, left_out.reason, language),
        )


def _shares(member: Member) -> bool:
    """Return whether the members of its group may know who a member is, and there is something to know."""
    return member.share_contact and bool(one_line(member.name) or one_line(member.email))


def _recipient(member: Member, language: Language) -> Recipient:
    return Recipient(
        id=member.member_id,
        name=one_line(member.name),
        email=one_line(member.email),
        languages=_languages(member, language),
        shares=_shares(member),
        extra=Frozen({key: one_line(text) for key, text in member.extra.items()}),
    )


def _languages(member: Member, language: Language) -> str:
    return ", ".join(language_text(code, language) for code in member.languages)


def _first_of_letters(codes: Iterable[str]) -> Language | None:
    return next((one for code in codes for one in LANGUAGES if one == code), None)
