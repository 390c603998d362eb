"""When the groups meet: a year view, a week view, and dates by group, for the report.

Comes in: an edition, its groups, the meetings of a plan and of test projects, the words of a language. Goes
out: months of days, weeks of meetings, tables. Ids only.
"""

import calendar as civil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sip_grouping.edition.calendar import DateRange
from sip_grouping.grouping import Grouping, Status
from sip_grouping.plan import Meeting, MeetingKind, Plan
from sip_grouping.plan.people import People
from sip_grouping.plan.projects import ChosenProjects
from sip_grouping.report.full.days_off import DaysOff
from sip_grouping.report.full.members import Shown, anchors
from sip_grouping.report.full.tables import Cell, Link, Sign, Table, table
from sip_grouping.report.map.palette import Style, style_of
from sip_grouping.report.meetings import MeetingWords
from sip_grouping.units import THOUSANDTHS

_WEEK = timedelta(7)
_SHADES = 4


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the year view.

    Attributes
    ----------
    number
        Of the month.
    meetings, told
        How many there are, and the same in words with the date.
    shade
        From 0 for none to `_SHADES` for as many as on the fullest day.
    closed
        Whether nobody meets: closed, or a public or school holiday of every member.
    week
        The id of its week on the page, where something happens in it.
    """

    number: int
    meetings: str
    told: str
    shade: int
    closed: bool
    week: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month: rows of seven days from Monday; None outside of it."""

    title: str
    rows: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting of the week view. `style` is that of its theme; `to` the id of its group's card."""

    time: str
    what: str
    to: str
    style: Style | None
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of the week view with its meetings."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """A week in which something happens."""

    anchor: str
    title: str
    days: tuple[WeekDay, ...]


@dataclass(frozen=True, slots=True)
class SeasonView:
    """All that the report shows of a plan; `dates` by the id of a group."""

    lines: tuple[str, ...]
    phases: Table
    weekdays: tuple[tuple[str, str], ...]
    months: tuple[Month, ...]
    by_group: Table
    weeks: tuple[Week, ...]
    dates: Mapping[str, Table]


class _Season:
    def __init__(
        self,
        grouping: Grouping,
        shown: Shown,
        plan: Plan,
        projects: ChosenProjects | None,
    ) -> None:
        self.edition, self.words = shown.edition, shown.words
        self.grouping, self.shown, self.plan, self.projects = grouping, shown, plan, projects
        self.people = People(self.edition, grouping)
        self.told = MeetingWords(self.people, self.words)
        more = () if projects is None else projects.meetings
        self.meetings = sorted(
            (*plan.meetings, *more), key=lambda one: (one.begins, one.meeting_id)
        )
        self.anchors = anchors(grouping)
        position = {theme.id: number for number, theme in enumerate(self.edition.themes)}
        self.styles = {theme: style_of(number) for theme, number in position.items()}
        self.days = Counter(one.date for one in self.meetings)
        self.days_off = DaysOff(self.edition, grouping, _span(self))

    def week_of(self, day: date) -> str:
        """Return the id of a week on the page."""
        year, week, _ = day.isocalendar()
        return f"w{year}-{week:02}"


def season_view(
    grouping: Grouping,
    shown: Shown,
    plan: Plan,
    projects: ChosenProjects | None = None,
    *,
    checked: bool = False,
) -> SeasonView:
    """Return what a report shows of a plan.

    Parameters
    ----------
    grouping, plan, projects
        They belong together.
    checked
        Whether the verifier accepted the plan.
    """
    season = _Season(grouping, shown, plan, projects)
    return SeasonView(
        lines=tuple(_lines(season, checked=checked)),
        phases=_phases(season),
        weekdays=tuple(zip(*(shown.words.weekdays(wide) for wide in (False, True)), strict=True)),
        months=tuple(_months(season)),
        by_group=_by_group(season),
        weeks=tuple(_weeks(season)),
        dates={group: _dates(season, group) for group in sorted(grouping.group_by_id)},
    )


def _lines(season: _Season, *, checked: bool) -> Iterator[str]:
    words, plan = season.words, season.plan
    yield words.say(
        "meetings-planned",
        meetings=words.count("meeting", len(season.meetings)),
        groups=words.count("group", len(season.grouping.group_records)),
        in_person=words.number(plan.in_person),
    )
    asked = sum(one.size for one in plan.meetings)
    if asked:
        yield words.say(
            "meetings-attended",
            attendance=words.number(plan.attendance),
            asked=words.number(asked),
            share=words.percent(plan.attendance / asked),
        )
    if plan.late_thousandths:
        yield words.say("meetings-late", late=words.number(plan.late_thousandths / THOUSANDTHS, 2))
    if plan.status is Status.OPTIMAL:
        yield words.say("meetings-optimal", score=words.number(plan.score, 3))
    elif plan.gap is not None:
        share = words.percent_at_most(plan.gap)
        yield words.say("meetings-gap", score=words.number(plan.score, 3), share=share)
    if checked:
        yield words.say("meetings-checked")


def _phases(season: _Season) -> Table:
    """Return the phases, and the days on which nobody meets."""
    words, calendar = season.words, season.edition.season.calendar
    rows: list[Sequence[Cell]] = []
    counted = Counter((one.phase, one.kind) for one in season.meetings)
    for phase in () if calendar is None else calendar.phases:
        kinds = [counted[phase.id, kind] for kind in MeetingKind]
        dates = (words.short_day(phase.first), words.short_day(phase.last))
        rows.append((phase.title_in(words.language), *dates, words.number(sum(kinds))))
    rows += [
        (words.say("closed"), words.short_day(one.first), words.short_day(one.last), "")
        for one in (() if calendar is None else calendar.closed)
    ]
    rows += [row for _, row in sorted(_days_off(season), key=lambda one: one[0])]
    header = [words.say(one) for one in ("phase", "from-day", "to-day", "meetings")]
    return table(words.say("phases-caption"), header, rows, (3,))


def _days_off(season: _Season) -> Iterator[tuple[date, Sequence[Cell]]]:
    """Yield the holidays of members with their first day, those of schools with their languages."""
    words = season.words
    for day, countries in season.days_off.public.items():
        told = words.say("holiday", countries=", ".join(map(words.country, countries)))
        yield day, (told, words.short_day(day), "", "")
    for one in season.days_off.school:
        whose = words.country(one.country)
        if one.languages:
            whose += f" ({', '.join(map(words.spoken, one.languages))})"
        last = "" if one.until == one.first else words.short_day(one.until)
        told = words.say("school-holidays", whose=whose)
        yield one.first, (told, words.short_day(one.first), last, "")


def _span(season: _Season) -> DateRange | None:
    """Return the dates that the views show: those of the phases and of all meetings."""
    calendar = season.edition.season.calendar
    days = [one.date for one in season.meetings]
    days += [day for p in (calendar.phases if calendar else ()) for day in (p.first, p.last)]
    return DateRange(first=min(days), last=max(days)) if days else None


def _months(season: _Season) -> Iterator[Month]:
    span = _span(season)
    if span is None:
        return
    closed, fullest = season.days_off.of_all, max(season.days.values(), default=1)
    month = span.first.replace(day=1)
    while month <= span.last:
        rows = civil.Calendar().monthdatescalendar(month.year, month.month)
        yield Month(
            season.words.month(month),
            tuple(
                tuple(
                    _day(season, day, fullest, closed) if day.month == month.month else None
                    for day in row
                )
                for row in rows
            ),
        )
        month = (month + timedelta(31)).replace(day=1)


def _day(season: _Season, day: date, fullest: int, closed: frozenset[date]) -> Day:
    many, words = season.days[day], season.words
    told = words.say("on-day", meetings=words.count("meeting", many), day=words.day(day))
    return Day(
        number=day.day,
        meetings=words.number(many) if many else "",
        told=told if many else "",
        shade=-(-_SHADES * many // fullest),
        closed=day in closed,
        week=season.week_of(day) if many else "",
    )


def _weeks(season: _Season) -> Iterator[Week]:
    words = season.words
    by_day: dict[date, list[Meeting]] = defaultdict(list)
    for one in season.meetings:
        by_day[one.date].append(one)
    for monday in sorted({day - timedelta(day.weekday()) for day in by_day}):
        days = [monday + timedelta(n) for n in range(7)]
        yield Week(
            anchor=season.week_of(monday),
            title=words.say(
                "week-of", first=words.day(monday), last=words.day(monday + _WEEK - timedelta(1))
            ),
            days=tuple(
                WeekDay(words.short_day(day), tuple(_entry(season, one) for one in by_day[day]))
                for day in days
            ),
        )


def _entry(season: _Season, one: Meeting) -> Entry:
    words = season.words
    facts = [season.told.where(one), season.told.phase(one), season.told.attending(one)]
    if one.expert_id is not None:
        facts.append(words.say("with-expert", expert=one.expert_id))
    return Entry(
        time=words.say("time-span", start=words.clock(one.start), end=words.clock(one.end)),
        what=season.told.what(one),
        to=season.anchors.get(one.group_id or "", ""),
        style=season.styles.get(one.theme),
        facts=tuple(fact for fact in facts if fact),
    )


def _by_group(season: _Season) -> Table:
    """Return a row per group with the dates of its meetings, and of its evaluation."""
    words = season.words
    numbered: dict[str, dict[int, str]] = defaultdict(dict)
    evaluated: dict[str, str] = {}
    for one in season.meetings:
        told = season.told.when(one)
        if one.kind is MeetingKind.GROUP:
            numbered[one.group_id or ""][one.number] = told
        elif one.kind is MeetingKind.EVALUATION:
            evaluated[one.group_id or ""] = told
    most = max((number for several in numbered.values() for number in several), default=0)
    rows: list[Sequence[Cell]] = [
        (
            Link(one.group_id, season.anchors[one.group_id]),
            Sign(words.title(season.edition.theme_by_id[one.theme]), season.styles[one.theme]),
            one.place_name or one.place or words.say("video"),
            *(numbered[one.group_id].get(n, "") for n in range(1, most + 1)),
            evaluated.get(one.group_id, ""),
        )
        for one in season.grouping.group_records
    ]
    header = [words.say(one) for one in ("group", "theme", "meets")]
    header += [words.number(n) for n in range(1, most + 1)] + [words.say("evaluation")]
    return table(words.say("dates-caption"), header, rows)


def _dates(season: _Season, group_id: str) -> Table:
    """Return the meetings of a group and the syntheses of its theme."""
    words, group = season.words, season.grouping.group_by_id[group_id]
    own = [one for one in season.meetings if group in season.people.groups_of(one)]
    rows = [
        (
            season.told.when(one),
            season.told.phase(one) if one.kind is MeetingKind.GROUP else season.told.what(one),
            season.told.where(one),
            season.told.share(one),
            one.expert_id or "",
            season.shown.listed(one.absent),
        )
        for one in own
    ]
    keys = ("when", "what-column", "meets", "can-come", "expert", "absent")
    caption = words.say("group-dates-caption", group=group_id)
    return table(caption, [words.say(one) for one in keys], rows)
