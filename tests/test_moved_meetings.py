"""A meeting moved by hand: planned again around it with the fewest changes; what is said where it cannot."""

import json
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from cli_case import command
from how_many import cases
from ortools.sat.python import cp_model
from small import member
from test_cli_plan import Capture, command_of, formed
from test_school_holidays import one_group, stretch, with_school
from test_verify_plan import season
from tiny_plans import MONDAY, Enumerated, tiny_season

from sip_grouping.catalogue import LANGUAGES
from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import date_range
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding
from sip_grouping.grouping import Grouping, Status
from sip_grouping.plan import Meeting, MeetingKind, Plan, load_plan
from sip_grouping.season import plan_meetings
from sip_grouping.season.again import hint_of
from sip_grouping.season.case import case_of
from sip_grouping.season.chosen import meetings_of
from sip_grouping.season.model import PlanRule
from sip_grouping.season.put import Moves
from sip_grouping.season.shared import build
from sip_grouping.verification.plan import verify_plan


def place(one: Meeting) -> tuple[object, ...]:
    return (one.kind, one.group_id or one.theme, one.phase, one.begins)


def fewest(
    edition: Edition, grouping: Grouping, before: Plan, put: Meeting, begins: datetime
) -> tuple[int, int] | None:
    """Return how many others stay at most with a meeting put somewhere, and the best score of such a plan."""
    enumerated = Enumerated(edition, grouping)
    # These depend on no other meeting, so that all of them stay.
    enumerated.informed = {
        (one.phase, one.place): one.begins
        for one in before.meetings
        if one.kind is MeetingKind.INFORMATION
    }
    phase_of = [phase.id for phase in enumerated.phases]
    others = [
        one for one in before.meetings if one.kind is not MeetingKind.INFORMATION and one is not put
    ]
    best: tuple[int, int] | None = None
    for meetings, syntheses, score in enumerated.valid():
        places = {
            (MeetingKind.GROUP, group, phase_of[k], slot.begin)
            for group, several in meetings.items()
            for k, slot in several
        } | {
            (MeetingKind.SYNTHESIS, theme, phase_of[k], slot.begin)
            for (k, theme), slot in syntheses
        }  # fmt: skip
        if (*place(put)[:3], begins) in places and score > -(10**8):
            found = (sum(place(one) in places for one in others), score)
            best = found if best is None else max(best, found)
    return best


@pytest.mark.parametrize("seed", range(800, cases(830, 860)))
def test_as_few_others_change_as_plain_enumeration_says(seed: int) -> None:
    edition, grouping = tiny_season(seed)
    before = plan_meetings(edition, grouping, work_limit=30, workers=1).plan
    if before is None or not before.meetings_of_group:
        return
    rng = random.Random(seed)
    asked = [one for one in before.meetings if one.kind is not MeetingKind.INFORMATION]
    put = rng.choice(asked)
    begins = put.begins + timedelta(rng.choice([-2, -1, 1, 2]))
    best = fewest(edition, grouping, before, put, begins)
    moved = {put.meeting_id: begins.date()}
    try:
        found = plan_meetings(
            edition, grouping, work_limit=30, workers=1, before=before, moved=moved
        )
    except InputError as error:
        (one,) = error.findings
        assert one.code in {"move-phase", "move-cannot", "move-nowhere"}
        assert best is None
        return
    if best is None:
        assert found.status is Status.INFEASIBLE
        assert found.conflict is not None
        assert PlanRule.MOVED in found.conflict.rules
        key = f"- {put.meeting_id}={begins:%Y-%m-%dT%H:%M}"
        assert ("moved", key) in {(one.key, one.value) for one in found.relaxations}
        return
    assert found.plan is not None
    assert verify_plan(edition, grouping, found.plan).violations == ()
    places = {place(one) for one in found.plan.meetings}
    assert (*place(put)[:3], begins) in places
    others = [one for one in asked if one is not put]
    assert (sum(place(one) in places for one in others), found.plan.score_thousandths) == best
    assert found.plan.settings["fewest_moves"] is True
    # The bound stays that of all plans, with or without the move.
    assert found.plan.bound_thousandths == before.score_thousandths


@pytest.fixture(scope="module")
def planned() -> tuple[Edition, Grouping, Plan]:
    edition, grouping = season()
    plan = plan_meetings(edition, grouping, work_limit=30, workers=1).plan
    assert plan is not None
    return edition, grouping, plan


def test_a_plan_is_a_whole_hint_for_planning_again(
    planned: tuple[Edition, Grouping, Plan],
) -> None:
    edition, grouping, plan = planned
    found = build(case_of(edition, grouping))
    hint_of(found, plan)
    hint = found.model.proto.solution_hint
    assert len(hint.vars) > len(found.meets)
    for number, value in zip(hint.vars, hint.values, strict=True):
        found.model.add(found.model.get_bool_var_from_proto_index(number) == value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(found.model) == cp_model.OPTIMAL
    assert meetings_of(found, solver.boolean_value) == plan.meetings


def again(planned: tuple[Edition, Grouping, Plan], moved: Moves) -> Plan:
    edition, grouping, before = planned
    found = plan_meetings(edition, grouping, work_limit=30, workers=1, before=before, moved=moved)
    assert found.plan is not None
    assert verify_plan(edition, grouping, found.plan).violations == ()
    return found.plan


def test_every_kind_of_meeting_can_be_moved(planned: tuple[Edition, Grouping, Plan]) -> None:
    for name in ("g2-1", "synthesis-end-b", "information-end-FR-1"):
        one = next(one for one in planned[2].meetings if one.meeting_id == name)
        later = one.begins + timedelta(2)
        told = [f"{name}={later:%Y-%m-%dT%H:%M}"]
        made = again(planned, told)
        assert next(o.begins for o in made.meetings if o.meeting_id == name) == later
        assert made.settings["by_hand"] == {name: f"{later:%Y-%m-%dT%H:%M}"}
        assert made.settings["moved"] == 1
        assert again(planned, {name: later}).meetings == made.meetings
        assert again(planned, {name: later.date()}).meetings == made.meetings


def test_several_are_moved_at_once(planned: tuple[Edition, Grouping, Plan]) -> None:
    asked = {}
    for name in ("g2-1", "g2-3"):
        one = next(one for one in planned[2].meetings if one.meeting_id == name)
        asked[name] = one.begins + timedelta(2)
    made = again(planned, asked)
    assert {n: next(o.begins for o in made.meetings if o.meeting_id == n) for n in asked} == asked


def findings(planned: tuple[Edition, Grouping, Plan], moved: Moves) -> list[Finding]:
    edition, grouping, before = planned
    with pytest.raises(InputError) as raised:
        plan_meetings(edition, grouping, work_limit=30, workers=1, before=before, moved=moved)
    for one in raised.value.findings:
        assert one.file == "moved"
        for language in LANGUAGES:
            told = one.told_in(language)
            assert told.message
            assert told.remedy
            assert "--move" in one.place_in(language)
    return list(raised.value.findings)


def test_what_cannot_be_is_told_all_at_once_with_a_remedy(
    planned: tuple[Edition, Grouping, Plan],
) -> None:
    told = findings(
        planned,
        [
            "g1-9=2021-03-09",  # the plan has no such meeting
            "g1-1=next week",  # no date
            "g1-1",  # no date at all
            "g2-1=2021-02-31",  # no day
            "g2-2=2021-04-09",  # outside its phase
            "g2-3=2021-03-24T18:00",  # no start
            "g1-3=2021-03-24",  # the moderator lists Tuesday and Thursday
        ],
    )
    assert [(one.code, one.value) for one in told] == [
        ("move-unknown", "g1-9=2021-03-09"),
        ("move-no-time", "g1-1=next week"),
        ("move-twice", "g1-1"),
        ("move-no-time", "g2-1=2021-02-31"),
        ("move-phase", "g2-2=2021-04-09"),
        ("move-start", "g2-3=2021-03-24T18:00"),
        ("move-cannot", "g1-3=2021-03-24"),
    ]
    shown = [str(one) for one in told]
    assert "g1-3" in shown[0]  # what may be meant
    assert "phase experts" in shown[4]
    assert "from 2021-03-15 to 2021-03-21" in shown[4]
    assert "09:30, 14:00, 18:30" in shown[5]
    assert "m1, m2, who must be there" in shown[6]
    # The nearest moments at which it could be, whatever the others do.
    assert "2021-03-23T18:30, 2021-03-25T18:30, 2021-03-30T18:30" in shown[6]


@pytest.mark.parametrize(
    ("asked", "variant", "part"),
    [
        ("g2-1=2021-03-02", "closed", "it is closed"),
        ("g2-3=2021-04-05T09:30", "phase", "from 2021-03-22 to 2021-04-04"),
        ("synthesis-end-b=2021-03-02", "closed", "it is closed"),
        ("information-end-BE-1=2021-03-21", "phase", "phase end"),
        ("information-end-BE-1=2021-03-22T18:30", "quorum", "0/3"),
    ],
)
def test_each_reason_is_told(
    planned: tuple[Edition, Grouping, Plan], asked: str, variant: str, part: str
) -> None:
    (one,) = findings(planned, [asked])
    assert one.code == ("move-phase" if variant == "phase" else "move-cannot")
    assert one.variant in {variant, ""}
    assert part in one.message


def test_school_holidays_quorum_and_a_phase_without_moments_are_told() -> None:
    edition, grouping = one_group()
    before = plan_meetings(edition, grouping, work_limit=30, workers=1).plan
    assert before is not None
    away = date_range("2021-03-05")
    members = tuple(
        one if one.member_id == "m1" else one.model_copy(update={"cannot": (away,)})
        for one in edition.members
    )
    closed = with_school(edition, stretch(MONDAY + timedelta(3), MONDAY + timedelta(3)))
    busy = edition.replace(members=(members[0], edition.members[1], *members[2:], member("m9")))
    (one,) = findings((closed, grouping, before), ["g1-1=2021-03-04"])
    assert one.variant == "school"
    assert edition.season.calendar is not None
    strict = edition.season.calendar.model_copy(update={"quorum": 1.0})
    season_ = edition.season.model_copy(update={"calendar": strict})
    (one,) = findings((busy.replace(season=season_), grouping, before), ["g1-1=2021-03-05"])
    assert (one.variant, "2/3" in one.message) == ("quorum", True)
    never = with_school(edition, stretch(MONDAY, MONDAY + timedelta(13)))
    (one,) = findings((never, grouping, before), ["g1-1=2021-03-04"])
    assert one.code == "move-nowhere"


def test_a_move_without_a_plan_is_told() -> None:
    edition, grouping = one_group()
    with pytest.raises(InputError, match="move-without-plan"):
        plan_meetings(edition, grouping, moved={"g1-1": date(2021, 3, 4)})


def test_a_move_for_which_there_is_no_plan_is_told_with_what_would_help(
    planned: tuple[Edition, Grouping, Plan],
) -> None:
    edition, grouping, before = planned
    # The expert can come on Mondays, and six days lie between two meetings: from Wednesday there are four.
    moved = {"g2-1": date(2021, 3, 10), "g2-3": date(2021, 3, 30)}
    found = plan_meetings(edition, grouping, work_limit=30, workers=1, before=before, moved=moved)
    assert found.status is Status.INFEASIBLE
    assert found.conflict is not None
    assert {PlanRule.MOVED, PlanRule.REST_DAYS} <= set(found.conflict.rules)
    assert found.conflict.group_id == "g2"
    told = {one.key: one.value for one in found.relaxations}
    assert told["moved"] == "- g2-1=2021-03-10T18:30"
    assert told["calendar.rest_days"] == 4


def test_the_command_moves_a_meeting(tmp_path: Path, capsys: Capture) -> None:
    formed(tmp_path, capsys)
    assert command_of(tmp_path, capsys).code == 0
    before = load_plan(tmp_path / "plan")
    one = next(one for one in before.meetings if one.group_id is not None)
    three = [str(tmp_path / "edition"), str(tmp_path / "groups"), "--out", str(tmp_path / "again")]
    options = ["--work-limit", "20", "--workers", "1", "--json"]
    known = ["--before", str(tmp_path / "plan")]
    later = f"{one.begins + timedelta(1):%Y-%m-%dT%H:%M}"
    ran = command(capsys, "plan", *three, *known, *options, "--move", f"{one.meeting_id}={later}")
    told = json.loads(ran.out)
    assert (ran.code, told["by_hand"]) == (0, {one.meeting_id: later})
    assert command(capsys, "verify-plan", *three[:2], str(tmp_path / "again")).code == 0
    file = tmp_path / "again" / "calendars" / f"group-{one.group_id}.ics"
    assert "SEQUENCE:1" in file.read_text("utf-8")
    ran = command(capsys, "plan", *three, "--move", f"{one.meeting_id}={later}")
    assert (ran.code, "--before" in ran.err) == (2, True)
    both = ["--move", "nobody=2021-01-05", "--move", f"{one.meeting_id}=2022-01-05", "--force"]
    for language, words in (("en", "no meeting nobody"), ("nl", "geen bijeenkomst nobody"),
                            ("fr", "pas de réunion nobody")):  # fmt: skip
        ran = command(capsys, "plan", *three, *known, *both, "--lang", language)
        assert ran.code == 2
        assert words in ran.err
        assert f"{one.meeting_id}=2022-01-05" in ran.err
        assert "--move" in ran.err


def expert_gone(edition: Edition, plan: Plan, seed: int) -> Edition:
    """Return an edition in which an expert of a plan cannot come to one of its meetings, or to one less."""
    rng = random.Random(seed)
    one = rng.choice([one for one in plan.meetings if one.expert_id is not None])
    away = rng.random() < 0.5
    experts = []
    for expert in edition.season.experts:
        changes: dict[str, object] = {}
        if expert.expert_id == one.expert_id:
            sessions = sum(other.expert_id == one.expert_id for other in plan.meetings) - 1
            changes = (
                {"cannot": (date_range(str(one.date)),)} if away else {"sessions_max": sessions}
            )
        experts.append(expert.model_copy(update=changes))
    return edition.replace(season=edition.season.model_copy(update={"experts": tuple(experts)}))


def fewest_with_experts(
    edition: Edition, grouping: Grouping, before: Plan
) -> tuple[int, int, int] | None:
    """Return how many meetings stay at most, then with how many of their experts, and the best score then."""
    enumerated = Enumerated(edition, grouping)
    phase_of = [phase.id for phase in enumerated.phases]
    informed = [one for one in before.meetings if one.kind is MeetingKind.INFORMATION]
    enumerated.informed = {(one.phase, one.place): one.begins for one in informed}
    best: tuple[int, int, int] | None = None
    for meetings, syntheses, score in enumerated.valid():
        places = {
            (MeetingKind.GROUP, group, phase_of[k], slot.begin)
            for group, several in meetings.items()
            for k, slot in several
        } | {
            (MeetingKind.SYNTHESIS, theme, phase_of[k], slot.begin)
            for (k, theme), slot in syntheses
        }  # fmt: skip
        stay = [one for one in before.meetings if place(one) in places]
        if score < -(10**8) or (best is not None and len(stay) < best[0]):
            continue
        asked = [one for one in stay if one.expert_id is not None]
        experts = max(
            sum((one.group_id, one.begins, one.expert_id) in told for one in asked)
            for told in (
                {(group, slot.begin, who) for (group, slot), who in chosen.items()}
                for chosen in enumerated.experts(meetings)
            )
        )
        found = (len(stay), experts, score)
        best = found if best is None else max(best, found)
    return best


def seasons_with_experts(count: int) -> list[int]:
    """Return seeds of tiny seasons with a meeting of an expert phase."""
    found: list[int] = []
    for seed in range(1000, 1600):
        if len(found) == count:
            break
        edition, _ = tiny_season(seed)
        calendar = edition.season.calendar
        if calendar is not None and any(phase.expert for phase in calendar.phases):
            found.append(seed)
    return found


@pytest.mark.parametrize("seed", seasons_with_experts(cases(40, 100)))
def test_as_few_experts_change_as_plain_enumeration_says(seed: int) -> None:
    edition, grouping = tiny_season(seed)
    before = plan_meetings(edition, grouping, work_limit=30, workers=1).plan
    if before is None or not any(one.expert_id for one in before.meetings):
        return
    same = plan_meetings(edition, grouping, work_limit=30, workers=1, before=before).plan
    assert same is not None
    assert (same.settings["moved"], same.settings["other_experts"]) == (0, 0)
    changed = expert_gone(edition, before, seed)
    best = fewest_with_experts(changed, grouping, before)
    found = plan_meetings(changed, grouping, work_limit=30, workers=1, before=before)
    if best is None:
        assert found.status is Status.INFEASIBLE
        return
    plan = found.plan
    assert plan is not None
    assert verify_plan(changed, grouping, plan).violations == ()
    asked = [one for one in before.meetings if one.kind is not MeetingKind.INFORMATION]
    now = {place(one): one.expert_id for one in plan.meetings}
    stay = [one for one in asked if place(one) in now]
    with_expert = [one for one in stay if one.expert_id and now[place(one)] == one.expert_id]
    assert (len(stay), len(with_expert), plan.score_thousandths) == best
    others = sum(one.expert_id is not None for one in stay) - len(with_expert)
    assert plan.settings["other_experts"] == others
    assert plan.settings["fewest_other_experts"] is True
