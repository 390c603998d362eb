"""The rules of a valid plan, one check each, written from the file contract.

Comes in: `PlanFacts`. Goes out: violations.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from math import ceil

from sip_grouping.edition.records import Track
from sip_grouping.errors import Violation, violation
from sip_grouping.plan import Meeting, MeetingKind
from sip_grouping.rules import PlanRuleId
from sip_grouping.verification.plan_facts import PlanFacts, pairs_at_once


def _of(
    rule: PlanRuleId,
    one: Meeting,
    *,
    found: object = None,
    allowed: object = None,
    who: str | None = None,
    what: str = "",
    part: str | None = None,
) -> Violation:
    return violation(
        rule,
        part or rule.value,
        one.group_id,
        who,
        found=found,
        allowed=allowed,
        meeting=one.meeting_id,
        what=what,
    )


def check_known(facts: PlanFacts) -> Iterator[Violation]:
    """Ids are known, each meeting has one of its own, and rows are in the order of time."""
    counted = Counter(one.meeting_id for one in facts.plan.meetings)
    themes = {group.theme for group in facts.groups.values()}
    for one in facts.plan.meetings:
        named = {
            MeetingKind.GROUP: f"{one.group_id}-{one.number}",
            MeetingKind.SYNTHESIS: f"synthesis-{one.phase}-{one.theme}",
            MeetingKind.INFORMATION: f"information-{one.phase}-{one.place}-{one.number}",
        }.get(one.kind, one.meeting_id)
        if counted[one.meeting_id] > 1 or one.meeting_id != named:
            yield _of(PlanRuleId.MEETINGS, one, found=one.meeting_id, allowed=named)
        group = facts.groups.get(one.group_id or "")
        known = {
            MeetingKind.GROUP: group is not None and one.theme == group.theme,
            MeetingKind.SYNTHESIS: one.theme in themes and one.group_id is None,
            MeetingKind.INFORMATION: not one.theme and one.group_id is None,
        }.get(one.kind, False)
        if not known or one.phase not in facts.phases:
            yield _of(PlanRuleId.MEETINGS, one, found=one.phase)
    order = [(one.date, one.start, one.meeting_id) for one in facts.plan.meetings]
    for one, key, wanted in zip(facts.plan.meetings, order, sorted(order), strict=True):
        if key != wanted:
            yield _of(PlanRuleId.MEETINGS, one, found=key[2], allowed=wanted[2])


def check_counts(facts: PlanFacts) -> Iterator[Violation]:
    """Each group has its number of meetings, in all and in each phase; the first one in the first phase."""
    calendar = facts.calendar
    low = sum(phase.meetings[0] for phase in calendar.phases)
    high = sum(phase.meetings[1] for phase in calendar.phases)
    wanted = sorted((low, calendar.meetings_per_group, high))[1] if low <= high else low
    for group in facts.groups:
        meetings = facts.of_group.get(group, ())
        rule = PlanRuleId.MEETINGS
        if len(meetings) != wanted:
            yield violation(rule, "plan-count", group, found=len(meetings), allowed=wanted)
        for phase in calendar.phases:
            count = len(facts.of_group_in_phase.get((group, phase.id), ()))
            if not phase.meetings[0] <= count <= phase.meetings[1]:
                limits = f"{phase.id}: {phase.meetings[0]}-{phase.meetings[1]}"
                yield violation(rule, "plan-count", group, found=count, allowed=limits)
        for number, one in enumerate(meetings, start=1):
            if one.number != number:
                yield _of(rule, one, found=one.number, allowed=number)
        if meetings and facts.position.get(meetings[0].phase) != 0:
            yield _of(rule, meetings[0], found=meetings[0].phase, allowed=next(iter(facts.phases)))


def check_times(facts: PlanFacts) -> Iterator[Violation]:
    """Meetings begin with a part of the day, last as long as they should, in their phase, on open days."""
    for one in facts.plan.meetings:
        if not facts.parts_of(one) or not facts.lasts_as_it_should(one):
            yield _of(PlanRuleId.TIME, one, found=f"{one.start:%H:%M}-{one.end:%H:%M}")
        phase = facts.phases.get(one.phase)
        bound = phase is not None and one.kind is not MeetingKind.SYNTHESIS
        if bound and phase is not None and not phase.first <= one.date <= phase.last:
            dates = f"{phase.first}/{phase.last}"
            yield _of(PlanRuleId.TIME, one, found=str(one.date), allowed=dates)
        if facts.closed(one.date, facts.countries(one)):
            yield _of(PlanRuleId.TIME, one, part="plan-closed", what=str(one.date))
        school = facts.in_school_holidays(one)
        if school is not None:
            yield _of(PlanRuleId.SCHOOL_HOLIDAYS, one, what=school)


def check_rest(facts: PlanFacts) -> Iterator[Violation]:
    """So many days lie between two meetings of a group."""
    for meetings in facts.of_group.values():
        for before, one in pairwise(meetings):
            between = (one.date - before.date).days - 1
            if between < facts.calendar.rest_days:
                yield _of(PlanRuleId.REST, one, found=between, allowed=facts.calendar.rest_days)


def check_attendance(facts: PlanFacts) -> Iterator[Violation]:
    """Who is counted can come; size and number attending are true; roles and quorum are there."""
    share = Decimal(str(facts.calendar.quorum))
    for one in facts.plan.meetings:
        if one.kind is MeetingKind.GROUP:
            people = facts.people.get(one.group_id or "", frozenset())
            needed = ceil(share * len(people))
        elif one.kind is MeetingKind.INFORMATION:
            people, needed = facts.cooperators(one.place), 0
        else:
            continue
        strangers = sorted(set(one.absent) - people)
        for who in strangers or [
            w for w in sorted(people - set(one.absent)) if not facts.can(w, one)
        ]:
            yield _of(PlanRuleId.ATTENDANCE, one, who=who)
        true = len(people) - len(set(one.absent))
        if (one.size, one.attending, len(one.absent)) != (len(people), true, len(set(one.absent))):
            yield _of(PlanRuleId.ATTENDANCE, one, found=one.attending, allowed=true)
        group = facts.groups.get(one.group_id or "")
        if group is not None:
            for who in sorted({*group.moderators, *group.secretaries} & set(one.absent)):
                yield _of(PlanRuleId.ROLES, one, who=who)
        if true < needed:
            yield _of(PlanRuleId.QUORUM, one, found=true, allowed=needed)


def check_persons(facts: PlanFacts) -> Iterator[Violation]:
    """Nobody is counted as attending two meetings at one time."""
    at: dict[str, list[Meeting]] = {}
    for one in facts.plan.meetings:
        for who in facts.there(one):
            at.setdefault(who, []).append(one)
    for who, meetings in sorted(at.items()):
        for before, one in pairs_at_once(meetings):
            yield _of(PlanRuleId.PERSON, one, who=who, found=before.meeting_id)


def check_experts(facts: PlanFacts) -> Iterator[Violation]:
    """Meetings of an expert phase have one who fits and can; no expert is at two at once, or too often."""
    known = {one.expert_id: one for one in facts.edition.season.experts}
    busy: dict[str, list[Meeting]] = {}
    for one in facts.plan.meetings:
        phase = facts.phases.get(one.phase)
        asked = one.kind is MeetingKind.GROUP and phase is not None and phase.expert
        expert = known.get(one.expert_id or "")
        group = facts.groups.get(one.group_id or "")
        if one.expert_id is not None:
            busy.setdefault(one.expert_id, []).append(one)
        if not asked or expert is None or group is None:
            if asked or one.expert_id is not None:
                yield _of(PlanRuleId.EXPERT, one, found=one.expert_id)
            continue
        speaks = not expert.languages or not group.language or group.language in expert.languages
        listed = facts.listed(expert.slots, expert.cannot, one)
        if not (speaks and group.theme in expert.themes and listed):
            yield _of(PlanRuleId.EXPERT, one, found=one.expert_id)
    for expert_id, meetings in busy.items():
        if expert_id in known and len(meetings) > known[expert_id].sessions_max:
            limit = known[expert_id].sessions_max
            yield _of(PlanRuleId.EXPERT, meetings[-1], found=len(meetings), allowed=limit)
        for before, one in pairs_at_once(meetings):
            yield _of(PlanRuleId.EXPERT, one, found=before.meeting_id)


def check_tracks(facts: PlanFacts) -> Iterator[Violation]:
    """Check that local groups meet in person from a date on, at their place; all else is by video."""
    first = facts.calendar.in_person_from
    for one in facts.plan.meetings:
        group = facts.groups.get(one.group_id or "")
        place = one.place
        if one.kind is MeetingKind.INFORMATION:
            place = ""
        in_person = (
            group is not None and group.track is Track.LOCAL and one.kind is MeetingKind.GROUP
        )
        in_person = in_person and (first is None or one.date >= first)
        if in_person and group is not None and one.track is Track.VIDEO:
            if not facts.may_be_by_video(group.group_id):
                yield _of(PlanRuleId.TRACK, one, found=one.track.value, allowed=Track.LOCAL.value)
            in_person = False
        wanted = Track.LOCAL if in_person else Track.VIDEO
        there = group.place if in_person and group is not None else ""
        if one.track is not wanted or place != there:
            yield _of(
                PlanRuleId.TRACK, one, found=f"{one.track} {place}", allowed=f"{wanted} {there}"
            )


def check_rooms(facts: PlanFacts) -> Iterator[Violation]:
    """No more meetings at one time than an office has rooms."""
    for office in facts.edition.offices:
        if office.rooms is None:
            continue
        here = [
            one
            for one in facts.plan.meetings
            if one.track is Track.LOCAL and one.place == office.office_id
        ]
        for one in here:
            count = sum(other.begins <= one.begins < other.ends for other in here)
            if count > office.rooms:
                yield _of(PlanRuleId.ROOMS, one, found=count, allowed=office.rooms)


def check_syntheses(facts: PlanFacts) -> Iterator[Violation]:
    """Each theme has its synthesis between two phases, with as many moderators as can come."""
    themes = sorted({group.theme for group in facts.groups.values()})
    wanted = {(p.id, t) for p in facts.phases.values() if p.synthesis_before for t in themes}
    syntheses = facts.of_kind(MeetingKind.SYNTHESIS)
    have = Counter((one.phase, one.theme) for one in syntheses)
    for phase, theme in sorted(wanted):
        if have[phase, theme] != 1:
            yield violation(
                PlanRuleId.SYNTHESIS,
                "plan-none",
                found=have[phase, theme],
                allowed=1,
                what=f"{phase}, {theme}",
            )
    for one in syntheses:
        if (one.phase, one.theme) not in wanted:
            yield _of(PlanRuleId.SYNTHESIS, one, found=one.phase)
            continue
        for group in facts.groups_of_theme(one.theme):
            for other in facts.of_group.get(group.group_id, ()):
                place = facts.position.get(other.phase, 0) - facts.position[one.phase]
                late = place < 0 and other.ends > one.begins
                if late or (place == 0 and one.ends > other.begins):
                    yield _of(PlanRuleId.SYNTHESIS, one, found=other.meeting_id)
        yield from _seats(facts, one)


def _seats(facts: PlanFacts, one: Meeting) -> Iterator[Violation]:
    size = 0
    stood = dict(one.standing_in)
    absent = set(one.absent)
    known: set[str] = set()
    for group in facts.groups_of_theme(one.theme):
        seats, others = facts.seats(group)
        size += len(seats)
        known.update(seats)
        for who in seats:
            if who in stood:
                if who in absent or stood[who] not in others or not facts.can(stood[who], one):
                    yield _of(PlanRuleId.SYNTHESIS, one, who=who)
            elif who not in absent and not facts.can(who, one):
                yield _of(PlanRuleId.SYNTHESIS, one, who=who)
            if (
                (who in stood or who in absent)
                and facts.can(who, one)
                and not _elsewhere(facts, who, one)
            ):
                yield _of(PlanRuleId.SYNTHESIS, one, who=who)
    twice = len(set(stood.values())) < len(stood) or len(absent) < len(one.absent)
    if twice or not (absent | set(stood)) <= known:
        yield _of(PlanRuleId.SYNTHESIS, one)
    if (one.size, one.attending) != (size, size - len(absent)):
        yield _of(PlanRuleId.ATTENDANCE, one, found=one.attending, allowed=size - len(absent))
    needed = ceil(Decimal(str(facts.calendar.quorum)) * size)
    if size - len(absent) < needed:
        yield _of(PlanRuleId.QUORUM, one, found=size - len(absent), allowed=needed)


def _elsewhere(facts: PlanFacts, who: str, one: Meeting) -> bool:
    """Return whether somebody is at another meeting of its own at that time, information aside."""
    return any(
        other.overlaps(one) and who in facts.there(other)
        for other in facts.plan.meetings
        if other is not one and other.kind is not MeetingKind.INFORMATION
    )


def check_information(facts: PlanFacts) -> Iterator[Violation]:
    """Each country has its moments for all cooperators, on different days, in order."""
    countries = sorted({one.country for one in facts.edition.members if one.cooperator})
    moments = facts.of_kind(MeetingKind.INFORMATION)
    for phase in facts.phases.values():
        for country in countries:
            own = sorted(
                (one for one in moments if (one.phase, one.place) == (phase.id, country)),
                key=lambda one: one.begins,
            )
            if len(own) != phase.information or len({one.date for one in own}) < len(own):
                yield violation(
                    PlanRuleId.INFORMATION,
                    "plan-none",
                    found=len(own),
                    allowed=phase.information,
                    what=f"{phase.id}, {country}",
                )
            for number, one in enumerate(own, start=1):
                if one.number != number:
                    yield _of(PlanRuleId.INFORMATION, one, found=one.number, allowed=number)
    for one in moments:
        if one.place not in countries:
            yield _of(PlanRuleId.INFORMATION, one, found=one.place)


PLAN_CHECKS: tuple[Callable[[PlanFacts], Iterator[Violation]], ...] = (
    check_known,
    check_counts,
    check_times,
    check_rest,
    check_attendance,
    check_persons,
    check_experts,
    check_tracks,
    check_rooms,
    check_syntheses,
    check_information,
)
