"""Meetings in a few words, for pages: where, what, in which phase, how many can come.

Comes in: an edition and its groups, the words of a language, a meeting. Goes out: plain text, ids only.
"""

from dataclasses import dataclass

from sip_grouping.edition.records import Track
from sip_grouping.plan import Meeting
from sip_grouping.plan.people import People
from sip_grouping.report.speech import Words


@dataclass(frozen=True, slots=True)
class MeetingWords:
    """What pages say of the meetings of an edition, in one language."""

    people: People
    words: Words

    def where(self, one: Meeting) -> str:
        """Return where a meeting is."""
        return self.people.place_name(one) if one.track is Track.LOCAL else self.words.say("video")

    def what(self, one: Meeting) -> str:
        """Return what a meeting is."""
        theme = self.people.edition.theme_by_id.get(one.theme)
        return self.words.say(
            f"meeting-{one.kind.value}",
            group=one.group_id or "",
            number=self.words.number(one.number),
            theme="" if theme is None else self.words.title(theme),
            country=self.words.country(one.place),
        )

    def when(self, one: Meeting) -> str:
        """Return the day and the time of the beginning."""
        words = self.words
        return words.say("day-at", day=words.short_day(one.date), start=words.clock(one.start))

    def attending(self, one: Meeting) -> str:
        """Return how many can come, of how many."""
        attending, size = self.words.number(one.attending), self.words.number(one.size)
        return self.words.say("attending", attending=attending, size=size)

    def share(self, one: Meeting) -> str:
        """Return the same for a column that says so."""
        attending, size = self.words.number(one.attending), self.words.number(one.size)
        return self.words.say("share-of", attending=attending, size=size)

    def phase(self, one: Meeting) -> str:
        """Return the title of a meeting's phase."""
        calendar = self.people.edition.season.calendar
        phases = () if calendar is None else calendar.phases
        titles = (p.title_in(self.words.language) for p in phases if p.id == one.phase)
        return next(titles, one.phase)
