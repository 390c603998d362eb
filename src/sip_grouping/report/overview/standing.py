"""Where each group stands on a day: which meetings are behind it, what comes next, what is short.

Comes in: an edition, its groups, a plan of their meetings, test projects with contacts, a day. Goes out:
frozen records; ids only, nothing worded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Expert
from sip_grouping.edition.records import Role
from sip_grouping.grouping import Group, Grouping
from sip_grouping.plan import Meeting, MeetingKind, Plan
from sip_grouping.plan.people import People
from sip_grouping.plan.projects import ChosenProjects, ProposalRow


class Short(StrEnum):
    """What is short in a group, most pressing first."""

    QUORUM = "quorum"
    """A meeting to come has no more people than the quorum: one who cancels breaks it."""
    SMALLEST = "smallest"
    """The group has its least size: one who leaves makes it fall short."""
    MODERATOR = "moderator"
    """Nobody else in the group volunteers as moderator."""
    SECRETARY = "secretary"
    """Nobody else in the group volunteers as secretary."""
    EXPERT = "expert"
    """Only one expert has the theme and the language of the group."""
    ABSENT = "absent"
    """Members who can come to no more than half of the meetings to come."""
    CONTACT = "contact"
    """Nobody of the team follows the group."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is short: since which meeting, or for whom."""

    what: Short
    meeting: Meeting | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a group stands.

    Attributes
    ----------
    held, coming
        Its own meetings before the day, and from it on, evaluations included, in the order of time.
    next
        The next of its meetings and of the syntheses of its theme; None: there is none.
    project, evaluation
        The test project that it carries out, and the meeting at its end.
    contact
        Who of the team follows it; None: nobody, or that is not known.
    """

    group: Group
    held: tuple[Meeting, ...]
    coming: tuple[Meeting, ...]
    next: Meeting | None
    project: ProposalRow | None
    evaluation: Meeting | None
    contact: str | None
    needs: tuple[Need, ...]


def standings(
    edition: Edition,
    grouping: Grouping,
    plan: Plan,
    projects: ChosenProjects | None,
    day: date,
) -> tuple[Standing, ...]:
    """Return where each group stands on a day, in the order of the grouping.

    Parameters
    ----------
    projects
        Test projects, contacts and evaluations; None: not known, so that no group has one.
    day
        Meetings of this day are still to come.
    """
    more = () if projects is None else projects.meetings
    meetings = sorted((*plan.meetings, *more), key=lambda one: (one.begins, one.meeting_id))
    people = People(edition, grouping)
    contacts = {} if projects is None else {one.group_id: one.team_id for one in projects.contacts}
    carried = {
        one.group_id: one for one in (() if projects is None else projects.proposals) if one.chosen
    }
    found = []
    for group in grouping.group_records:
        asked = [one for one in meetings if group in people.groups_of(one)]
        own = [one for one in asked if one.group_id == group.group_id]
        coming = tuple(one for one in own if one.date >= day)
        contact = contacts.get(group.group_id)
        needs = list(_needs(edition, grouping, group, coming))
        if projects is not None and contact is None:
            needs.append(Need(Short.CONTACT))
        found.append(
            Standing(
                group=group,
                held=tuple(one for one in own if one.date < day),
                coming=coming,
                next=next((one for one in asked if one.date >= day), None),
                project=carried.get(group.group_id),
                evaluation=next((o for o in own if o.kind is MeetingKind.EVALUATION), None),
                contact=contact,
                needs=tuple(needs),
            )
        )
    return tuple(found)


def _needs(
    edition: Edition, grouping: Grouping, group: Group, coming: tuple[Meeting, ...]
) -> Iterator[Need]:
    """Yield what is short in a group whose meetings to come are these; nothing once it has met for good."""
    calendar = edition.season.calendar
    if not coming or calendar is None:
        return
    least = calendar.least_attending(group.size)
    tight = [one for one in coming if one.attending <= least]
    if tight:
        yield Need(Short.QUORUM, tight[0])
    rules = edition.rules_of(group.theme)
    rows = grouping.placements_by_group.get(group.group_id, ())
    if edition.seats_of(one.member_id for one in rows) <= rules.sizes(group.track).size_min:
        yield Need(Short.SMALLEST)
    yield from _roles(edition, grouping, group)
    with_expert = [one for one in coming if one.expert_id is not None]
    if with_expert and sum(_fits(one, group) for one in edition.season.experts) <= 1:
        yield Need(Short.EXPERT, with_expert[0])
    missed = _missed(coming)
    seldom = tuple(sorted(who for who, many in missed.items() if 2 * many >= len(coming)))
    if seldom:
        yield Need(Short.ABSENT, None, seldom)


def _roles(edition: Edition, grouping: Grouping, group: Group) -> Iterator[Need]:
    rules = edition.rules_of(group.theme)
    holders = {*group.moderators, *group.secretaries}
    ids = [one.member_id for one in grouping.placements_by_group.get(group.group_id, ())]
    others = [edition.member_by_id[who] for who in ids if who not in holders]
    asked = (
        (Short.MODERATOR, Role.MODERATOR, rules.moderators),
        (Short.SECRETARY, Role.SECRETARY, rules.secretaries),
    )
    for what, role, wanted in asked:
        if wanted and not any(one.volunteers_for(role) for one in others):
            yield Need(what)


def _fits(expert: Expert, group: Group) -> bool:
    speaks = not expert.languages or not group.language or group.language in expert.languages
    return speaks and group.theme in expert.themes and expert.sessions_max > 0


def _missed(meetings: tuple[Meeting, ...]) -> Mapping[str, int]:
    """Return how many of the meetings each member who misses any cannot attend."""
    found: dict[str, int] = {}
    for one in meetings:
        for who in one.absent:
            found[who] = found.get(who, 0) + 1
    return found
