"""The rules of evaluation meetings, alone and beside a plan, written from the file contract.

Comes in: `ProjectFacts`. Goes out: violations.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from math import ceil

from sip_grouping.edition.records import Track
from sip_grouping.errors import Violation, violation
from sip_grouping.plan import Meeting, MeetingKind
from sip_grouping.rules import ProjectRuleId
from sip_grouping.verification.plan_facts import pairs_at_once
from sip_grouping.verification.project_facts import ProjectFacts

_DAYS = 7


def _of(
    rule: ProjectRuleId,
    part: str,
    one: Meeting,
    *,
    found: object = None,
    allowed: object = None,
    who: str | None = None,
) -> Violation:
    return violation(
        rule, part, one.group_id, who, found=found, allowed=allowed, meeting=one.meeting_id
    )


def _project_id(one: Meeting) -> str:
    return one.meeting_id.removeprefix("evaluation-")


def check_evaluations(facts: ProjectFacts) -> Iterator[Violation]:
    """Each chosen project has one evaluation, of its group, no other meeting is there, rows are in order."""
    rule, known = ProjectRuleId.EVALUATION, {one.project_id: one for one in facts.chosen}
    counted = Counter(_project_id(one) for one in facts.made.meetings)
    for project_id, project in known.items():
        if counted[project_id] != 1:
            yield violation(
                rule, "evaluation-times", project.group_id, project=project_id,
                found=counted[project_id], allowed=1,
            )  # fmt: skip
    for one in facts.made.meetings:
        own = known.get(_project_id(one))
        group = facts.groups.get(one.group_id or "")
        plain = (one.phase, one.number, one.expert_id, dict(one.standing_in)) == ("", 1, None, {})
        named = one.meeting_id.startswith("evaluation-") and one.kind is MeetingKind.EVALUATION
        right = group is not None and own is not None and own.group_id == group.group_id
        if not (plain and named and right) or group is None or one.theme != group.theme:
            yield _of(rule, "evaluation-of", one)
    order = [(one.date, one.start, one.meeting_id) for one in facts.made.meetings]
    if order != sorted(order):
        yield violation(rule, "rows-unsorted", file="meetings.csv")


def check_weeks(facts: ProjectFacts) -> Iterator[Violation]:
    """Check that an evaluation is within a week after the last day of its project."""
    known = {one.project_id: one for one in facts.chosen}
    for one in facts.made.meetings:
        project = known.get(_project_id(one))
        if project is None:
            continue
        last = facts.dates_of(project)[1]
        if not timedelta(0) < one.date - last <= timedelta(_DAYS):
            dates = f"{last + timedelta(1)}/{last + timedelta(_DAYS)}"
            yield _of(
                ProjectRuleId.WEEK, "evaluation-week", one, found=str(one.date), allowed=dates
            )


def check_evaluation_times(facts: ProjectFacts) -> Iterator[Violation]:
    """Check that evaluations begin with a part of the day, last as long as they should, on open days."""
    for one in facts.made.meetings:
        if not facts.parts_of(one) or not facts.lasts_as_it_should(one):
            times = f"{one.start:%H:%M}-{one.end:%H:%M}"
            yield _of(ProjectRuleId.TIME, "plan-time", one, found=times)
        if facts.closed(one.date, facts.countries(one)):
            yield violation(
                ProjectRuleId.TIME, "plan-closed", one.group_id,
                meeting=one.meeting_id, what=str(one.date),
            )  # fmt: skip
        school = facts.in_school_holidays(one)
        if school is not None:
            yield violation(
                ProjectRuleId.SCHOOL_HOLIDAYS, "plan-school-holidays", one.group_id,
                meeting=one.meeting_id, what=school,
            )  # fmt: skip


def check_evaluation_attendance(facts: ProjectFacts) -> Iterator[Violation]:
    """Who is counted can come, who is absent cannot; figures are true; roles and quorum are there."""
    share = Decimal(str(facts.calendar.quorum))
    # Without the plan that was kept off, nobody knows who is at one of its meetings.
    all_known = facts.made.plan_digest is None or facts.plan is not None
    for one in facts.made.meetings:
        group = facts.groups.get(one.group_id or "")
        if group is None:
            continue
        people, absent = facts.people[group.group_id], set(one.absent)
        wrong = (absent - people) | {who for who in people - absent if not facts.can(who, one)}
        if all_known:
            wrong |= {
                who
                for who in people & absent
                if facts.can(who, one) and not _is_elsewhere(facts, who, one)
            }
        for who in sorted(wrong):
            yield _of(ProjectRuleId.ATTENDANCE, "plan-attendance", one, who=who)
        there = len(people - absent)
        figures = (one.size, one.attending, len(one.absent))
        if figures != (len(people), there, len(absent)):
            yield _of(
                ProjectRuleId.ATTENDANCE, "plan-attendance", one, found=one.attending, allowed=there
            )
        for who in sorted({*group.moderators, *group.secretaries} & absent):
            yield _of(ProjectRuleId.ROLES, "plan-roles", one, who=who)
        needed = ceil(share * len(people))
        if there < needed:
            yield _of(ProjectRuleId.QUORUM, "plan-quorum", one, found=there, allowed=needed)


def _is_elsewhere(facts: ProjectFacts, who: str, one: Meeting) -> bool:
    return any(
        other.overlaps(one) and who in facts.there(other)
        for other in (*facts.others, *facts.made.meetings)
        if other is not one
    )


def check_evaluation_persons(facts: ProjectFacts) -> Iterator[Violation]:
    """Nobody is counted at two evaluations at one time, or at one and at a meeting of the plan."""
    own = set(map(id, facts.made.meetings))
    at: dict[str, list[Meeting]] = {}
    for one in (*facts.others, *facts.made.meetings):
        for who in facts.there(one):
            at.setdefault(who, []).append(one)
    for who, meetings in sorted(at.items()):
        for pair in pairs_at_once(meetings):
            evaluation = next((one for one in pair[::-1] if id(one) in own), None)
            if evaluation is not None:
                other = pair[0] if evaluation is pair[1] else pair[1]
                yield _of(
                    ProjectRuleId.PERSON, "plan-person", evaluation, who=who, found=other.meeting_id
                )


def check_evaluation_tracks(facts: ProjectFacts) -> Iterator[Violation]:
    """Local groups meet in person at their place from a date on; else an evaluation is by video."""
    first = facts.calendar.in_person_from
    for one in facts.made.meetings:
        group = facts.groups.get(one.group_id or "")
        if group is None:
            continue
        in_person = group.track is Track.LOCAL and (first is None or one.date >= first)
        if in_person and one.track is Track.VIDEO and facts.may_be_by_video(group.group_id):
            in_person = False
        wanted = (Track.LOCAL, group.place) if in_person else (Track.VIDEO, "")
        if (one.track, one.place) != wanted:
            found, allowed = f"{one.track} {one.place}", " ".join(wanted)
            yield _of(
                ProjectRuleId.TRACK, "plan-track", one, found=found.strip(), allowed=allowed.strip()
            )


def check_evaluation_rooms(facts: ProjectFacts) -> Iterator[Violation]:
    """No more meetings at one time than an office has rooms, those of the plan counted."""
    for office in facts.edition.offices:
        if office.rooms is None:
            continue
        own, others = (
            [one for one in several if one.track is Track.LOCAL and one.place == office.office_id]
            for several in (facts.made.meetings, facts.others)
        )
        for one in own:
            # Most meetings go on at once when one of them begins.
            begins = [
                other.begins for other in (*own, *others) if one.begins <= other.begins < one.ends
            ]
            going_on = (
                sum(other.begins <= begin < other.ends for other in (*own, *others))
                for begin in begins
            )
            count = max(going_on, default=0)
            if count > office.rooms:
                yield _of(ProjectRuleId.ROOMS, "plan-rooms", one, found=count, allowed=office.rooms)


EVALUATION_CHECKS: tuple[Callable[[ProjectFacts], Iterator[Violation]], ...] = (
    check_evaluations,
    check_weeks,
    check_evaluation_times,
    check_evaluation_attendance,
    check_evaluation_persons,
    check_evaluation_tracks,
    check_evaluation_rooms,
)
