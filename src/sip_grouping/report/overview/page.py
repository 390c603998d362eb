"""The overview of the follow-up group, as a page of HTML and as a file.

Comes in: an edition, its groups, a plan, test projects, a day, a language, whether names may be shown. Goes
out: the page as text, or the file, written whole or not at all.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.files.folder import write_file
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.plan import Meeting, MeetingKind, Plan
from sip_grouping.plan.people import People
from sip_grouping.plan.projects import ChosenProjects
from sip_grouping.report.full.members import Shown
from sip_grouping.report.full.tables import Cell, Link, Sign, Table, table
from sip_grouping.report.map.palette import style_of
from sip_grouping.report.map.view import Shape, key_shapes
from sip_grouping.report.meetings import MeetingWords
from sip_grouping.report.overview.standing import Need, Short, Standing, standings
from sip_grouping.report.page import page
from sip_grouping.report.speech import Words
from sip_grouping.units import THOUSANDTHS

_SOON = timedelta(28)


@dataclass(frozen=True, slots=True)
class Following:
    """What one of the team follows: a table of groups, and of their projects where there are any."""

    anchor: str
    title: str
    groups: Table
    projects: Table | None


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the template of the overview shows."""

    shapes: tuple[Shape, ...]
    lines: tuple[str, ...]
    needs: Table | None
    soon: Table | None
    following: tuple[Following, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    shown: Shown
    told: MeetingWords
    all: tuple[Standing, ...]

    @property
    def words(self) -> Words:
        return self.shown.words

    @property
    def edition(self) -> Edition:
        return self.shown.edition

    def contact(self, team_id: str | None) -> str:
        """Return one of the team, by name where that may be shown; or that nobody follows."""
        if team_id is None:
            return self.words.say("nobody")
        names = {one.team_id: one.name for one in self.edition.season.team}
        name = names.get(team_id) if self.shown.names else None
        return f"{name} ({team_id})" if name else team_id

    def theme(self, one: Standing) -> Sign:
        """Return the theme of a group with its sign."""
        themes = [theme.id for theme in self.edition.themes]
        style = style_of(themes.index(one.group.theme))
        return Sign(self.words.title(self.edition.theme_by_id[one.group.theme]), style)

    def where(self, one: Standing) -> str:
        """Return where a group meets."""
        return one.group.place_name or one.group.place or self.words.say("video")

    def need(self, need: Need) -> str:
        """Return what is short as a sentence."""
        when = "" if need.meeting is None else self.told.when(need.meeting)
        members = self.shown.listed(need.members)
        return self.words.say(f"need-{need.what.value}", when=when, members=members)


def export_overview(
    edition: Edition,
    grouping: Grouping | Formed,
    plan: Plan,
    file: Path | str,
    *,
    day: date,
    projects: ChosenProjects | None = None,
    language: Language = "en",
    names: bool = False,
    force: bool = False,
) -> None:
    """Write the overview for those who follow the groups: one page of HTML that needs no network.

    It says for each of the team which groups and test projects it follows, how many of their meetings are
    behind them, what comes next and what is short; and of all groups what needs care, most pressing first.
    The same arguments give the same bytes.

    Parameters
    ----------
    edition, grouping, plan, projects
        They belong together; `verify`, `verify_plan` and `verify_projects` say whether they do.
    day
        Of which the page tells; its own meetings are still to come.
    names
        Whether names of members and of the team are shown; ids alone where not.
    force
        Whether a file that is there may be replaced.

    Raises
    ------
    OutputError
        The file cannot be written there.
    """
    made = grouping_of(grouping, "export_overview")
    text = overview_page(
        edition, made, plan, day=day, projects=projects, language=language, names=names
    )
    write_file(file, text.encode("utf-8"), force=force)


def overview_page(
    edition: Edition,
    grouping: Grouping,
    plan: Plan,
    *,
    day: date,
    projects: ChosenProjects | None = None,
    language: Language = "en",
    names: bool = False,
) -> str:
    """Return the overview as text; see `export_overview`."""
    words = Words(language)
    own = _Page(
        Shown(edition, words, names),
        MeetingWords(People(edition, grouping), words),
        standings(edition, grouping, plan, projects, day),
    )
    more = () if projects is None else projects.meetings
    overview = Overview(
        shapes=key_shapes(style_of(number) for number in range(len(edition.themes))),
        lines=tuple(_lines(own, day)),
        needs=_needs(own),
        soon=_soon(own, (*plan.meetings, *more), day),
        following=tuple(_following(own)),
    )
    return page(
        "overview.html.j2",
        words,
        styles=("base.css", "map.css", "report.css"),
        title=words.say("overview-title", edition=edition.name),
        overview=overview,
        names=names,
    )


def _lines(own: _Page, day: date) -> Iterator[str]:
    words = own.words
    held = sum(len(one.held) for one in own.all)
    yield words.say(
        "overview-day",
        day=words.day(day),
        groups=words.count("group", len(own.all)),
        held=words.number(held),
        coming=words.number(sum(len(one.coming) for one in own.all)),
    )
    projects = [one.project for one in own.all if one.project is not None]
    if projects:
        cost = sum(one.budget_thousandths for one in projects) / THOUSANDTHS
        told = words.count("project", len(projects))
        yield words.say("overview-projects", projects=told, cost=words.number(cost, 2))
    short = sum(bool(one.needs) for one in own.all)
    yield (
        words.say("overview-short", groups=words.count("group", short))
        if short
        else words.say("overview-nothing-short")
    )


def _needs(own: _Page) -> Table | None:
    """Return what is short, a row per group, those with the most pressing needs first."""
    order = list(Short)
    ranks = {
        one.group.group_id: sorted(order.index(need.what) for need in one.needs) for one in own.all
    }
    short = sorted(
        (one for one in own.all if one.needs),
        key=lambda one: (ranks[one.group.group_id], one.group.group_id),
    )
    rows = [
        (
            Link(one.group.group_id, _anchor(one.contact)),
            " ".join(own.need(need) for need in one.needs),
            own.contact(one.contact),
        )
        for one in short
    ]
    keys = ("group", "what-is-short", "followed-by")
    header = [own.words.say(one) for one in keys]
    return table(own.words.say("needs-caption"), header, rows) if rows else None


def _soon(own: _Page, meetings: Sequence[Meeting], day: date) -> Table | None:
    """Return the meetings of the next four weeks."""
    words = own.words
    contacts = {one.group.group_id: one.contact for one in own.all}
    rows = [
        (
            own.told.when(one),
            own.told.what(one),
            own.told.where(one),
            own.told.share(one),
            one.expert_id or "",
            own.contact(contacts[one.group_id]) if one.group_id in contacts else "",
        )
        for one in sorted(meetings, key=lambda one: (one.begins, one.meeting_id))
        if day <= one.date < day + _SOON
    ]
    keys = ("when", "what-column", "meets", "can-come", "expert", "followed-by")
    header = [words.say(key) for key in keys]
    return table(words.say("soon-caption"), header, rows) if rows else None


def _following(own: _Page) -> Iterator[Following]:
    """Yield what each of the team follows, in the order of their ids; groups of nobody last."""
    by_contact: dict[str | None, list[Standing]] = defaultdict(list)
    for one in own.all:
        by_contact[one.contact].append(one)
    for contact in sorted(by_contact, key=lambda one: (one is None, one or "")):
        several = by_contact[contact]
        yield Following(
            anchor=_anchor(contact),
            title=own.words.say(
                "follows" if contact else "follows-nobody",
                contact=own.contact(contact),
                groups=own.words.count("group", len(several)),
            ),
            groups=_groups(own, contact, several),
            projects=_projects(own, contact, several),
        )


def _anchor(contact: str | None) -> str:
    return "nobody" if contact is None else "follows-" + "".join(f"{ord(c):x}." for c in contact)


def _groups(own: _Page, contact: str | None, several: Sequence[Standing]) -> Table:
    words = own.words
    rows: list[Sequence[Cell]] = [
        (
            one.group.group_id,
            own.theme(one),
            own.where(one),
            words.spoken(one.group.language) if one.group.language else "",
            words.number(one.group.size),
            own.shown.listed(one.group.moderators),
            own.shown.listed(one.group.secretaries),
            words.say(
                "held-of",
                held=words.number(_own(one.held)),
                all=words.number(_own(one.held) + _own(one.coming)),
            ),
            words.say("all-held")
            if one.next is None
            else f"{own.told.when(one.next)}: {_short_what(own, one.next)}",
            " ".join(own.need(need) for need in one.needs),
        )
        for one in several
    ]
    keys = (
        *("group", "theme", "meets", "language", "size", "moderators", "secretaries"),
        *("meetings", "comes-next", "what-is-short"),
    )
    caption = words.say("follows-caption", contact=own.contact(contact))
    return table(caption, [words.say(one) for one in keys], rows, (4,))


def _own(meetings: Sequence[Meeting]) -> int:
    return sum(one.kind is MeetingKind.GROUP for one in meetings)


def _short_what(own: _Page, one: Meeting) -> str:
    """Return what comes next in a row of its group, which need not be named again."""
    if one.kind is MeetingKind.GROUP:
        return own.told.phase(one) or own.told.what(one)
    key = "evaluation" if one.kind is MeetingKind.EVALUATION else "synthesis"
    return own.words.say(key)


def _projects(own: _Page, contact: str | None, several: Sequence[Standing]) -> Table | None:
    words = own.words
    titles = {one.project_id: one.title for one in own.edition.season.proposals}
    rows = [
        (
            one.group.group_id,
            titles.get(one.project.project_id) or one.project.project_id,
            words.number(one.project.budget_thousandths / THOUSANDTHS, 2),
            words.number(one.project.willing),
            words.short_day(one.project.first),
            words.short_day(one.project.last),
            "" if one.evaluation is None else own.told.when(one.evaluation),
        )
        for one in several
        if one.project is not None
    ]
    keys = ("group", "project", "budget", "willing", "from-day", "to-day", "evaluation")
    caption = words.say("projects-caption", contact=own.contact(contact))
    header = [words.say(one) for one in keys]
    return table(caption, header, rows, (2, 3)) if rows else None
