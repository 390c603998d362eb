"""The verifier of plans: it accepts what the planner makes, and finds whatever is tampered with."""

import random
from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from grouping_builder import GroupWanted, build_grouping
from how_many import cases
from small import member, office, small_edition
from tiny_plans import MONDAY, tiny_season

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, Expert, Phase, Season, date_range
from sip_grouping.edition.records import Theme, Track
from sip_grouping.grouping import Grouping, Status
from sip_grouping.plan import Meeting, MeetingKind, Plan
from sip_grouping.rules import PlanRuleId
from sip_grouping.season import plan_meetings
from sip_grouping.season.again import no_longer
from sip_grouping.verification.plan import verify_plan


def season() -> tuple[Edition, Grouping]:
    """Return two groups on two themes with every kind of meeting, one of them in person."""
    members = [
        *(member(f"m{n}", country="BE", slots=("tue-evening", "thu-evening")) for n in range(1, 4)),
        *(member(f"m{n}", country="FR", themes=("b",)) for n in range(4, 7)),
    ]
    phases = (
        Phase(id="study", first=MONDAY, last=MONDAY + timedelta(13)),
        Phase(id="experts", first=MONDAY + timedelta(14), last=MONDAY + timedelta(20), expert=True),
        Phase(
            id="end",
            first=MONDAY + timedelta(21),
            last=MONDAY + timedelta(34),
            synthesis_before=True,
            information=1,
        ),
    )
    calendar = Calendar(
        meetings_per_group=3,
        phases=phases,
        in_person_from=MONDAY + timedelta(7),
        closed=(date_range("2021-03-02"),),
    )
    made = small_edition(
        members, themes=[Theme(id="a"), Theme(id="b")], offices=[office(rooms=1)]
    ).replace(
        season=Season(
            calendar=calendar,
            experts=(
                Expert(
                    expert_id="e1",
                    themes=("a", "b"),
                    sessions_max=2,
                    slots=("tue-evening", "mon-evening"),
                ),
                Expert(
                    expert_id="e2", themes=("b",), cannot=(date_range("2021-03-01/2021-04-30"),)
                ),
            ),
        )
    )
    groups: list[GroupWanted] = [
        {"theme": "a", "members": ["m1", "m2", "m3"], "place": "hub", "track": "local",
         "moderators": ["m1"], "secretaries": ["m2"]},
        {"theme": "b", "members": ["m4", "m5", "m6"], "track": "video",
         "moderators": ["m4"], "secretaries": ["m5"]},
    ]  # fmt: skip
    return made, build_grouping(made, groups)


@pytest.fixture(scope="module")
def planned() -> tuple[Edition, Grouping, Plan]:
    edition, grouping = season()
    found = plan_meetings(edition, grouping, work_limit=30, workers=1)
    assert found.plan is not None
    assert found.plan.status is Status.OPTIMAL
    return edition, grouping, found.plan


def test_a_plan_of_the_planner_is_valid(planned: tuple[Edition, Grouping, Plan]) -> None:
    edition, grouping, plan = planned
    found = verify_plan(edition, grouping, plan)
    assert found.violations == ()
    assert found.score_thousandths == plan.score_thousandths
    assert {one.kind for one in plan.meetings} == set(MeetingKind) - {MeetingKind.EVALUATION}
    assert {one.track for one in plan.meetings} == set(Track)


@pytest.mark.parametrize("seed", range(500, cases(560, 620)))
def test_every_tiny_plan_is_valid(seed: int) -> None:
    edition, grouping = tiny_season(seed)
    found = plan_meetings(edition, grouping, work_limit=30, workers=1)
    if found.plan is not None:
        assert verify_plan(edition, grouping, found.plan).violations == ()


def row(plan: Plan, name: str, /, **changes: object) -> Plan:
    """Return a plan with one meeting changed."""
    return plan.model_copy(
        update={
            "meetings": tuple(
                one.model_copy(update=changes) if one.meeting_id == name else one
                for one in plan.meetings
            )
        }
    )


def without(plan: Plan, meeting_id: str) -> Plan:
    """Return a plan without one meeting."""
    rest = tuple(one for one in plan.meetings if one.meeting_id != meeting_id)
    return plan.model_copy(update={"meetings": rest})


def twice(plan: Plan, meeting_id: str) -> Plan:
    """Return a plan with one meeting twice."""
    (one,) = (one for one in plan.meetings if one.meeting_id == meeting_id)
    return plan.model_copy(update={"meetings": (*plan.meetings, one)})


def of(plan: Plan, meeting_id: str) -> Meeting:
    return next(one for one in plan.meetings if one.meeting_id == meeting_id)


def claim(plan: Plan, **changes: object) -> Plan:
    return plan.model_copy(update=changes)


Tamper = Callable[[Plan], Plan]
A, B = "g1-1", "g2-1"
SYNTHESIS, INFORMATION = "synthesis-end-a", "information-end-BE-1"
TAMPERED: list[tuple[PlanRuleId, Tamper]] = [
    (PlanRuleId.OF, lambda plan: claim(plan, edition_name="other")),
    (PlanRuleId.OF, lambda plan: claim(plan, edition_digest="0")),
    (PlanRuleId.OF, lambda plan: claim(plan, grouping_digest="0")),
    (PlanRuleId.OF, lambda plan: claim(plan, season_digest="0")),
    (PlanRuleId.MEETINGS, lambda plan: without(plan, A)),
    (PlanRuleId.MEETINGS, lambda plan: twice(plan, B)),
    (PlanRuleId.MEETINGS, lambda plan: row(plan, A, number=2)),
    (PlanRuleId.MEETINGS, lambda plan: row(plan, A, phase="end")),
    (PlanRuleId.MEETINGS, lambda plan: row(plan, A, phase="nothing")),
    (PlanRuleId.MEETINGS, lambda plan: row(plan, A, theme="b")),
    (PlanRuleId.MEETINGS, lambda plan: row(plan, A, group_id="g9")),
    (PlanRuleId.MEETINGS, lambda plan: row(plan, A, meeting_id="g1-9")),
    (PlanRuleId.MEETINGS, lambda plan: claim(plan, meetings=plan.meetings[::-1])),
    (PlanRuleId.TIME, lambda plan: row(plan, A, start=time(18, 0), end=time(21, 0))),
    (PlanRuleId.TIME, lambda plan: row(plan, A, end=time(22, 0))),
    (PlanRuleId.TIME, lambda plan: row(plan, A, date=date(2021, 3, 2))),
    (PlanRuleId.TIME, lambda plan: row(plan, A, date=date(2021, 2, 25))),
    (PlanRuleId.TIME, lambda plan: row(plan, "g2-3", date=date(2021, 4, 20))),
    (PlanRuleId.REST, lambda plan: row(plan, "g2-2", date=of(plan, B).date + timedelta(6))),
    (PlanRuleId.ATTENDANCE, lambda plan: row(plan, A, attending=2)),
    (PlanRuleId.ATTENDANCE, lambda plan: row(plan, A, size=4, attending=4)),
    (PlanRuleId.ATTENDANCE, lambda plan: row(plan, A, absent=("m5",), attending=2)),
    (PlanRuleId.ATTENDANCE, lambda plan: row(plan, A, absent=("m3", "m3"), attending=1)),
    (PlanRuleId.ATTENDANCE, lambda plan: row(plan, A, date=of(plan, A).date + timedelta(1))),
    (PlanRuleId.ATTENDANCE, lambda plan: row(plan, INFORMATION, attending=0)),
    (PlanRuleId.ROLES, lambda plan: row(plan, A, absent=("m1",), attending=2)),
    (PlanRuleId.ROLES, lambda plan: row(plan, B, absent=("m5",), attending=2)),
    (PlanRuleId.QUORUM, lambda plan: row(plan, A, absent=("m2", "m3"), attending=1)),
    (
        PlanRuleId.PERSON,
        lambda plan: row(
            plan, INFORMATION, date=of(plan, "g1-3").date, start=of(plan, "g1-3").start
        ),
    ),
    (PlanRuleId.EXPERT, lambda plan: row(plan, "g1-2", expert_id=None)),
    (PlanRuleId.EXPERT, lambda plan: row(plan, "g1-2", expert_id="e2")),
    (PlanRuleId.EXPERT, lambda plan: row(plan, "g2-2", expert_id="e2")),
    (PlanRuleId.EXPERT, lambda plan: row(plan, "g2-2", expert_id="e9")),
    (PlanRuleId.EXPERT, lambda plan: row(plan, A, expert_id="e1")),
    (PlanRuleId.EXPERT, lambda plan: row(plan, "g2-2", date=of(plan, "g1-2").date)),
    (PlanRuleId.TRACK, lambda plan: row(plan, "g1-3", track=Track.VIDEO, place="")),
    (PlanRuleId.TRACK, lambda plan: row(plan, "g1-3", place="elsewhere")),
    (PlanRuleId.TRACK, lambda plan: row(plan, "g2-3", track=Track.LOCAL, place="hub")),
    (PlanRuleId.TRACK, lambda plan: row(plan, SYNTHESIS, track=Track.LOCAL)),
    (PlanRuleId.SYNTHESIS, lambda plan: without(plan, SYNTHESIS)),
    (
        PlanRuleId.SYNTHESIS,
        lambda plan: row(plan, SYNTHESIS, date=of(plan, "g1-3").date + timedelta(1)),
    ),
    (
        PlanRuleId.SYNTHESIS,
        lambda plan: row(plan, SYNTHESIS, date=of(plan, "g1-2").date - timedelta(1)),
    ),
    (PlanRuleId.SYNTHESIS, lambda plan: row(plan, SYNTHESIS, standing_in={"m1": "m3"})),
    (PlanRuleId.SYNTHESIS, lambda plan: row(plan, SYNTHESIS, absent=("m1",), attending=0)),
    (PlanRuleId.INFORMATION, lambda plan: without(plan, INFORMATION)),
    (PlanRuleId.INFORMATION, lambda plan: row(plan, INFORMATION, place="DE")),
    (PlanRuleId.SCORE, lambda plan: claim(plan, score_thousandths=plan.score_thousandths + 1)),
    (PlanRuleId.SCORE, lambda plan: claim(plan, attendance=plan.attendance + 1)),
    (PlanRuleId.SCORE, lambda plan: claim(plan, in_person=plan.in_person + 1)),
    (PlanRuleId.SCORE, lambda plan: claim(plan, late_thousandths=plan.late_thousandths + 250)),
    (PlanRuleId.BOUND, lambda plan: claim(plan, bound_thousandths=plan.score_thousandths - 1)),
    (PlanRuleId.BOUND, lambda plan: claim(plan, bound_thousandths=plan.score_thousandths + 1)),
    (PlanRuleId.BOUND, lambda plan: claim(plan, status=Status.FEASIBLE)),
    (PlanRuleId.BOUND, lambda plan: claim(plan, gap=0.5)),
]


@pytest.mark.parametrize("number", range(len(TAMPERED)))
def test_whatever_is_tampered_with_is_found(
    number: int, planned: tuple[Edition, Grouping, Plan]
) -> None:
    edition, grouping, plan = planned
    rule, tamper = TAMPERED[number]
    tampered = tamper(plan)
    assert tampered != plan
    assert rule in {one.rule for one in verify_plan(edition, grouping, tampered).violations}


def test_two_groups_do_not_share_one_room(planned: tuple[Edition, Grouping, Plan]) -> None:
    edition, grouping, plan = planned
    office_full = edition.replace(offices=(office(rooms=0),))
    found = verify_plan(office_full, grouping, plan)
    assert PlanRuleId.ROOMS in {one.rule for one in found.violations}


def test_a_meeting_may_last_until_midnight(planned: tuple[Edition, Grouping, Plan]) -> None:
    edition, grouping, plan = planned
    late = of(plan, B).model_copy(update={"start": time(21), "end": time(0)})
    assert late.ends - late.begins == timedelta(hours=3)
    same = late.model_copy(update={"meeting_id": "g1-1", "group_id": "g1", "start": time(22)})
    assert late.overlaps(same)
    assert same.overlaps(late)
    next_day = late.model_copy(update={"date": late.date + timedelta(1), "start": time(0)})
    assert not late.overlaps(next_day)
    # Who is in both groups would be at two meetings at once.
    placements = list(grouping.placements)
    mixed = [
        one.model_copy(update={"member_id": "m3"}) if one.member_id == "m6" else one
        for one in placements
    ]
    both = grouping.model_copy(update={"placements": tuple(mixed)})
    night = plan.model_copy(update={"meetings": (late, same)})
    found = verify_plan(edition, both, night).violations
    assert "m3" in {one.member_id for one in found if one.rule is PlanRuleId.PERSON}


def test_rest_days_hold_to_the_day(planned: tuple[Edition, Grouping, Plan]) -> None:
    edition, grouping, plan = planned
    first = of(plan, B).date
    for days, broken in ((7, False), (6, True)):
        moved = row(plan, "g2-2", date=first + timedelta(days))
        rules = {one.rule for one in verify_plan(edition, grouping, moved).violations}
        assert (PlanRuleId.REST in rules) is broken


Changed = Callable[[Edition, Plan], tuple[Edition, Plan]]
DAYS = {
    "g2-1": 1,
    "g1-1": 9,
    "g2-2": 15,
    "g1-2": 16,
    "g1-3": 23,
    "g2-3": 25,
    SYNTHESIS: 18,
    "synthesis-end-b": 19,
    INFORMATION: 30,
    "information-end-FR-1": 31,
}


def settled(plan: Plan) -> Plan:
    """Return a plan as good on days of March 2021 that boundaries are told of, all in the evening."""
    for name, day in DAYS.items():
        evening = {"start": time(18, 30), "end": time(21, 30)}
        plan = row(plan, name, date=date(2021, 3, day), **evening)
    ordered = sorted(plan.meetings, key=lambda one: (one.begins, one.meeting_id))
    return claim(plan, meetings=tuple(ordered))


def at(name: str, day: int, start: time | None = None, **fields: object) -> Changed:
    """Return what puts a meeting on a day of March 2021, and perhaps at another time."""

    def change(edition: Edition, plan: Plan) -> tuple[Edition, Plan]:
        begin = start or of(plan, name).start
        end = time(begin.hour + 3, begin.minute)
        told = {"date": date(2021, 3, 1) + timedelta(day - 1), "start": begin, "end": end}
        return edition, row(plan, name, **told, **fields)

    return change


def absent(name: str, *who: str, attending: int, **calendar: object) -> Changed:
    """Return what lets some of a group miss a meeting, under another calendar."""

    def change(edition: Edition, plan: Plan) -> tuple[Edition, Plan]:
        changed = row(plan, name, absent=who, attending=attending)
        return under(**calendar)(edition, changed)

    return change


def under(**fields: object) -> Changed:
    """Return what changes the calendar and leaves the plan."""

    def change(edition: Edition, plan: Plan) -> tuple[Edition, Plan]:
        assert edition.season.calendar is not None
        calendar = edition.season.calendar.model_copy(update=fields)
        season = edition.season.model_copy(update={"calendar": calendar})
        return edition.replace(season=season), plan

    return change


def of_study(meetings: int) -> Changed:
    """Return what asks for so many meetings per group, up to two of them in the first phase."""

    def change(edition: Edition, plan: Plan) -> tuple[Edition, Plan]:
        assert edition.season.calendar is not None
        study, *others = edition.season.calendar.phases
        phases = (study.model_copy(update={"meetings": (1, 2)}), *others)
        return under(meetings_per_group=meetings, phases=phases)(edition, plan)

    return change


def sessions(most: int) -> Changed:
    """Return what lets the first expert come so often."""

    def change(edition: Edition, plan: Plan) -> tuple[Edition, Plan]:
        first, *others = edition.season.experts
        experts = (first.model_copy(update={"sessions_max": most}), *others)
        season = edition.season.model_copy(update={"experts": experts})
        return edition.replace(season=season), plan

    return change


def rooms(many: int) -> Changed:
    """Return what gives the office so many rooms, with both groups in it at one time."""

    def change(edition: Edition, plan: Plan) -> tuple[Edition, Plan]:
        together = row(
            plan,
            "g2-1",
            date=of(plan, A).date,
            start=of(plan, A).start,
            track=Track.LOCAL,
            place="hub",
        )
        return edition.replace(offices=(office(rooms=many),)), together

    return change


def claimed(**fields: object) -> Changed:
    """Return what claims something else of a plan."""
    return lambda edition, plan: (edition, claim(plan, **fields))


AFTERNOON, MORNING = time(14, 0), time(9, 30)
BOUNDARIES: list[tuple[str, PlanRuleId, Changed, Changed]] = [
    ("first day of a phase", PlanRuleId.TIME, at("g2-1", 1), at("g2-1", 0)),
    ("last day of a phase", PlanRuleId.TIME, at("g2-1", 14), at("g2-1", 15)),
    ("closed", PlanRuleId.TIME, at("g2-1", 3), at("g2-1", 2)),
    ("rest", PlanRuleId.REST, at("g2-2", 8), at("g2-2", 7)),
    ("counted", PlanRuleId.ATTENDANCE, absent("g2-1", "m6", attending=2),
     absent("g2-1", "m6", attending=3)),
    ("slot of who attends", PlanRuleId.ATTENDANCE, at("g1-1", 11), at("g1-1", 10)),
    ("roles", PlanRuleId.ROLES, absent("g2-1", "m6", attending=2),
     absent("g2-1", "m5", attending=2)),
    ("quorum", PlanRuleId.QUORUM, absent("g2-1", "m6", attending=2, quorum=0.666),
     absent("g2-1", "m6", attending=2, quorum=0.667)),
    ("two at once", PlanRuleId.PERSON, at("synthesis-end-b", 15, AFTERNOON),
     at("synthesis-end-b", 15)),
    ("sessions of an expert", PlanRuleId.EXPERT, sessions(2), sessions(1)),
    ("in person from", PlanRuleId.TRACK, under(in_person_from=date(2021, 3, 9)),
     under(in_person_from=date(2021, 3, 10))),
    ("rooms", PlanRuleId.ROOMS, rooms(2), rooms(1)),
    ("synthesis after earlier meetings", PlanRuleId.SYNTHESIS, at("synthesis-end-b", 16, MORNING),
     at("synthesis-end-b", 15, AFTERNOON)),
    ("synthesis before its phase", PlanRuleId.SYNTHESIS, at("synthesis-end-b", 25, AFTERNOON),
     at("synthesis-end-b", 25)),
    ("first day of information", PlanRuleId.TIME, at(INFORMATION, 22), at(INFORMATION, 21)),
    ("meetings of a group", PlanRuleId.MEETINGS, of_study(3), of_study(4)),
    ("score", PlanRuleId.SCORE, claimed(), lambda e, plan: (
        e, claim(plan, score_thousandths=plan.score_thousandths + 1))),
    ("bound", PlanRuleId.BOUND, lambda e, plan: (
        e, claim(plan, bound_thousandths=plan.score_thousandths)), lambda e, plan: (
        e, claim(plan, bound_thousandths=plan.score_thousandths - 1))),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(BOUNDARIES)), ids=[one[0] for one in BOUNDARIES])
def test_each_rule_is_kept_at_its_boundary_and_broken_beyond(
    number: int, planned: tuple[Edition, Grouping, Plan]
) -> None:
    edition, grouping, found = planned
    plan = settled(found)
    assert verify_plan(edition, grouping, plan).violations == ()
    _, rule, kept, broken = BOUNDARIES[number]
    for change, wanted in ((kept, False), (broken, True)):
        changed, told = change(edition, plan)
        rules = {one.rule for one in verify_plan(changed, grouping, told).violations}
        assert (rule in rules) is wanted, rules


@pytest.mark.parametrize("seed", range(500, 530))
def test_planning_again_changes_as_little_as_can_be(seed: int) -> None:
    edition, grouping = tiny_season(seed)
    first = plan_meetings(edition, grouping, work_limit=30, workers=1).plan
    if first is None or not first.meetings:
        return
    # Nothing has changed: nothing moves.
    same = plan_meetings(edition, grouping, work_limit=30, workers=1, before=first)
    assert same.plan is not None
    assert same.plan.settings["moved"] == 0
    assert same.plan.score_thousandths == first.score_thousandths
    # The first meeting cannot be when it was: the rest stays as far as it can.
    calendar = edition.season.calendar
    assert calendar is not None
    away = date_range(str(first.meetings[0].date))
    closed = calendar.model_copy(update={"closed": (*calendar.closed, away)})
    changed = edition.replace(season=edition.season.model_copy(update={"calendar": closed}))
    again = plan_meetings(changed, grouping, work_limit=30, workers=1, before=first)
    free = plan_meetings(changed, grouping, work_limit=30, workers=1)
    assert (again.plan is None) == (free.plan is None)
    if again.plan is not None and free.plan is not None:
        assert verify_plan(changed, grouping, again.plan).violations == ()
        assert again.plan.settings["fewest_moves"] is True
        assert again.plan.settings["moved"] <= len(no_longer(free.plan, first))  # type: ignore[operator]
        assert again.plan.bound_thousandths == free.plan.score_thousandths


def test_what_was_announced_stays_first(planned: tuple[Edition, Grouping, Plan]) -> None:
    edition, grouping, plan = planned
    late = plan.meetings[-1].date
    again = plan_meetings(
        edition, grouping, work_limit=30, workers=1, before=plan, announced=late
    ).plan
    assert again is not None
    assert again.meetings == plan.meetings


ODD: dict[str, tuple[object, ...]] = {
    "date": (date(1, 1, 1), date(9999, 12, 31), date(2021, 3, 2), date(2021, 4, 5)),
    "start": (time(0), time(23, 59), time(18, 30), time(20)),
    "end": (time(0), time(23, 59), time(21, 30), time(10)),
    "track": tuple(Track),
    "kind": tuple(MeetingKind),
    "place": ("", "hub", "nowhere", "BE", "DE"),
    "theme": ("", "a", "b", "zz"),
    "phase": ("", "study", "end", "zz"),
    "group_id": (None, "g1", "g2", "g9", ""),
    "meeting_id": ("", "g1-1", "x"),
    "expert_id": (None, "e1", "e2", "e9"),
    "absent": ((), ("m1",), ("m1", "m1"), ("zz",), ("m4", "m5", "m6")),
    "standing_in": ({}, {"m1": "m2"}, {"zz": "zz"}),
    "number": (1, 2, 0),
    "size": (0, 3, 99),
    "attending": (0, 3, 99),
}


@pytest.mark.parametrize("seed", range(300))
def test_nothing_that_is_told_stops_the_verifier(
    seed: int, planned: tuple[Edition, Grouping, Plan]
) -> None:
    edition, grouping, plan = planned
    rng = random.Random(seed)
    rows = list(plan.meetings)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(rows))
        changes = {one: rng.choice(ODD[one]) for one in rng.sample(sorted(ODD), 2)}
        rows[at] = rows[at].model_copy(update=changes)
    told = claim(plan, meetings=tuple(rows))
    found = verify_plan(edition, grouping, told)
    assert found.ok is (found.violations == ())
    assert found.ok or told != plan
    # Of another edition and other groups, too.
    other_edition, other_groups = tiny_season(seed)
    for of_edition, of_groups in ((edition, other_groups), (other_edition, grouping)):
        assert not verify_plan(of_edition, of_groups, told).ok
