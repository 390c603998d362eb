"""When a member meets: the meetings of a plan as letters tell them, to one reader or to a moderator.

Comes in: an edition, its groups, meetings of a plan. Goes out: frozen records of texts, in the order of time.
No names of members.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Track
from sip_grouping.errors import InputError
from sip_grouping.findings import finding
from sip_grouping.grouping import Grouping
from sip_grouping.plan import Meeting, MeetingKind
from sip_grouping.plan.people import People
from sip_grouping.report.words import clock_text, country_text, day_text
from sip_grouping.text import one_line

PLANNED, MOVED, NEW, CANCELLED = "planned", "moved", "new", "cancelled"
_SHOWN = ("date", "start", "end", "track", "place")
PlaceText = Callable[[str, str, Member | None, Language], str]
"""Place id, its name, who reads it, the language: where that is."""


@dataclass(frozen=True, slots=True)
class MeetingTold:
    """A meeting as its reader is told of it.

    Attributes
    ----------
    kind
        ``group``, ``synthesis``, ``information`` or ``evaluation``.
    state
        ``planned``; since the meetings told before also ``moved``, ``new`` or ``cancelled``.
    day, start, end
        "Tuesday 12 January 2021", "18:30", "21:30": local time of its place.
    group
        Of a group's meeting and of an evaluation the id of the group; else empty.
    number
        Of the group's meetings, from 1; of the moments for everybody likewise.
    phase
        The title of its phase; empty where it has none.
    theme, country
        Their titles; of a moment for everybody the country for which it is.
    place
        Where; empty by video.
    expert
        Whether an expert comes.
    attends
        Whether the reader can come, by its own answers. Of a sheet: whether its moderator can.
    attending, size
        How many can come, of how many.
    """

    kind: str
    state: str
    day: str
    start: str
    end: str
    group: str
    number: int
    phase: str
    theme: str
    country: str
    place: str
    expert: bool
    attends: bool
    attending: int
    size: int


class MeetingsTold:
    """The meetings of an edition, for its letters.

    Parameters
    ----------
    place
        Says where a place is.
    before
        What was told before; None: nothing was.

    Raises
    ------
    InputError
        A meeting is of a group or a theme that there is not.
    """

    def __init__(
        self,
        edition: Edition,
        grouping: Grouping,
        meetings: Iterable[Meeting],
        place: PlaceText,
        before: Iterable[Meeting] | None = None,
    ) -> None:
        self._edition = edition
        self._people = People(edition, grouping)
        self._place = place
        planned = {one.meeting_id: one for one in meetings}
        strange = [
            finding("meeting-of-no-group", "meetings", one.meeting_id, "group_id", one.group_id)
            for one in planned.values()
            if one.kind is not MeetingKind.INFORMATION and not self._people.groups_of(one)
        ]
        if strange:
            raise InputError(strange)
        known = None if before is None else {one.meeting_id: one for one in before}
        told = [(one, _state(one, known)) for one in planned.values()]
        told += [(one, CANCELLED) for key, one in (known or {}).items() if key not in planned]
        self._meetings = sorted(told, key=lambda pair: (pair[0].begins, pair[0].meeting_id))

    def of_member(self, member: Member, language: Language) -> tuple[MeetingTold, ...]:
        """Return the meetings to which a member is asked."""
        return tuple(
            self._told(*told, member, language) for told in self._by_member[member.member_id]
        )

    def of_group(
        self, group_id: str, leader: Member | None, language: Language
    ) -> tuple[MeetingTold, ...]:
        """Return the meetings of a group and the syntheses of its theme."""
        return tuple(self._told(*told, leader, language) for told in self._by_group[group_id])

    @cached_property
    def _by_member(self) -> Mapping[str, list[tuple[Meeting, str]]]:
        found: dict[str, list[tuple[Meeting, str]]] = defaultdict(list)
        for one, state in self._meetings:
            for who in self._people.asked(one):
                found[who].append((one, state))
        return found

    @cached_property
    def _by_group(self) -> Mapping[str, list[tuple[Meeting, str]]]:
        found: dict[str, list[tuple[Meeting, str]]] = defaultdict(list)
        for one, state in self._meetings:
            for group in self._people.groups_of(one):
                found[group.group_id].append((one, state))
        return found

    def _told(
        self, one: Meeting, state: str, reader: Member | None, language: Language
    ) -> MeetingTold:
        calendar = self._edition.season.calendar
        phases = () if calendar is None else calendar.phases
        titles = [phase.title_in(language) for phase in phases if phase.id == one.phase]
        theme = self._edition.theme_by_id.get(one.theme)
        local = one.track is Track.LOCAL
        return MeetingTold(
            kind=one.kind.value,
            state=state,
            day=day_text(one.date, language),
            start=clock_text(one.start, language),
            end=clock_text(one.end, language),
            group=one.group_id or "",
            number=one.number,
            phase=one_line(next(iter(titles), "")),
            theme="" if theme is None else one_line(theme.title_in(language)),
            country=country_text(one.place, language)
            if one.kind is MeetingKind.INFORMATION
            else "",
            place=self._place(one.place, self._people.place_name(one), reader, language)
            if local
            else "",
            expert=one.expert_id is not None,
            attends=reader is None or reader.member_id not in one.absent,
            attending=one.attending,
            size=one.size,
        )


def _state(one: Meeting, known: Mapping[str, Meeting] | None) -> str:
    """Return what became of a meeting since others were told."""
    if known is None:
        return PLANNED
    earlier = known.get(one.meeting_id)
    if earlier is None:
        return NEW
    moved = any(getattr(one, name) != getattr(earlier, name) for name in _SHOWN)
    return MOVED if moved else PLANNED
