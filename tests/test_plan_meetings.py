"""Plans of meetings: as good as plain enumeration says, and what is said where there is none."""

from datetime import date, timedelta

import pytest
from grouping_builder import GroupWanted, build_grouping
from how_many import cases
from small import member, office, small_edition
from tiny_plans import MONDAY, Enumerated, tiny_season

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, Expert, Phase, Season, date_range
from sip_grouping.edition.records import Track
from sip_grouping.errors import InputError
from sip_grouping.grouping import Grouping, Status
from sip_grouping.plan import MeetingKind
from sip_grouping.season import plan_meetings
from sip_grouping.season.model import PlanRule


@pytest.mark.parametrize("seed", range(cases(50, 100)))
def test_a_tiny_plan_is_as_good_as_plain_enumeration_says(seed: int) -> None:
    edition, grouping = tiny_season(seed)
    best = Enumerated(edition, grouping).best()
    found = plan_meetings(edition, grouping, work_limit=30, workers=1)
    if best is None:
        assert found.status is Status.INFEASIBLE
        assert found.conflict is not None
        assert found.conflict.rules
        return
    assert found.plan is not None
    assert found.status is Status.OPTIMAL
    assert found.plan.score_thousandths == best
    assert found.plan.bound_thousandths == best


def one_group(
    *, moderator: tuple[str, ...] = (), rooms: int | None = None, **calendar: object
) -> tuple[Edition, Grouping]:
    """Return a local group of three, a calendar of two phases in three weeks, and no experts."""
    members = [member("m1", slots=moderator), member("m2"), member("m3", slots=("tue-evening",))]
    phases = (
        Phase(id="study", first=MONDAY, last=MONDAY + timedelta(6)),
        Phase(id="experts", first=MONDAY + timedelta(7), last=MONDAY + timedelta(20)),
    )
    made = small_edition(members, offices=[office(rooms=rooms)]).replace(
        season=Season(calendar=Calendar.model_validate({"phases": phases, **calendar}))
    )
    group: GroupWanted = {
        "theme": "a",
        "members": ["m1", "m2", "m3"],
        "place": "hub",
        "track": "local",
        "moderators": ["m1"],
        "secretaries": ["m2"],
    }
    return made, build_grouping(made, [group])


def test_all_come_where_all_can() -> None:
    found = plan_meetings(*one_group(), work_limit=30, workers=1)
    assert found.plan is not None
    assert [one.date for one in found.plan.meetings] == [date(2021, 3, 2), date(2021, 3, 9)]
    assert all(one.attending == one.size == 3 for one in found.plan.meetings)
    assert {one.track for one in found.plan.meetings} == {Track.LOCAL}
    assert found.plan.score_thousandths == 6 * 1000 + 2 * 2000


def test_of_equal_plans_one_at_usual_times_is_chosen() -> None:
    edition, grouping = one_group()
    free = tuple(one.model_copy(update={"slots": ()}) for one in edition.members)
    found = plan_meetings(edition.replace(members=free), grouping, work_limit=30, workers=1)
    assert found.plan is not None
    assert all(one.date.weekday() < 5 for one in found.plan.meetings)
    assert {f"{one.start:%H:%M}" for one in found.plan.meetings} == {"18:30"}


def test_a_moderator_without_a_free_moment_is_named_with_the_least_change() -> None:
    edition, grouping = one_group(moderator=("tue-evening",))
    away = date_range("2021-03-08/2021-03-21")
    members = tuple(
        one.model_copy(update={"cannot": (away,)}) if one.member_id == "m1" else one
        for one in edition.members
    )
    found = plan_meetings(edition.replace(members=members), grouping, work_limit=30, workers=1)
    assert found.status is Status.INFEASIBLE
    assert found.conflict is not None
    assert found.conflict.group_id == "g1"
    assert found.conflict.phase == "experts"
    assert found.conflict.members == ("m1",)
    assert PlanRule.HOLDERS in found.conflict.rules
    later = {one.key: one.value for one in found.relaxations}
    # The first Tuesday after the absence is two days after the phase.
    assert later["calendar.phases[experts].to"] == "2021-03-23"


def test_a_quorum_that_cannot_be_is_lowered_no_further_than_needed() -> None:
    edition, grouping = one_group(quorum=1.0)
    away = date_range("2021-03-08/2021-03-21")
    members = tuple(
        one.model_copy(update={"cannot": (away,)}) if one.member_id == "m3" else one
        for one in edition.members
    )
    found = plan_meetings(edition.replace(members=members), grouping, work_limit=30, workers=1)
    assert found.status is Status.INFEASIBLE
    assert found.conflict is not None
    assert PlanRule.QUORUM in found.conflict.rules
    # Two of three are enough from 0.666 downwards: 0.667 of 3 is a little more than two.
    assert {one.key: one.value for one in found.relaxations}["calendar.quorum"] == 0.666


def test_holidays_of_the_country_are_avoided() -> None:
    phase = Phase(id="easter", first=date(2021, 4, 5), last=date(2021, 4, 6))
    edition, grouping = one_group(phases=(phase,))
    found = plan_meetings(edition, grouping, work_limit=30, workers=1)
    assert found.plan is not None
    assert [one.date for one in found.plan.meetings] == [date(2021, 4, 6)]


def test_an_expert_is_where_one_is_asked_for() -> None:
    phase = Phase(id="experts", first=MONDAY, last=MONDAY + timedelta(6), expert=True)
    edition, grouping = one_group(phases=(phase,))
    without = plan_meetings(edition, grouping, work_limit=30, workers=1)
    assert without.status is Status.INFEASIBLE
    assert without.conflict is not None
    assert PlanRule.EXPERT in without.conflict.rules
    assert [(one.key, one.value) for one in without.relaxations] == [
        ("experts + a: sessions_max", 1)
    ]
    expert = Expert(expert_id="e1", themes=("a",), slots=("thu-morning",))
    assert edition.season.calendar is not None
    season = Season(calendar=edition.season.calendar, experts=(expert,))
    found = plan_meetings(edition.replace(season=season), grouping, work_limit=30, workers=1)
    assert found.plan is not None
    (meeting,) = found.plan.meetings
    assert (meeting.expert_id, meeting.date) == ("e1", date(2021, 3, 4))


def test_a_synthesis_lies_between_the_phases() -> None:
    phases = (
        Phase(id="ideas", first=MONDAY, last=MONDAY + timedelta(6)),
        Phase(
            id="end",
            first=MONDAY + timedelta(7),
            last=MONDAY + timedelta(13),
            synthesis_before=True,
        ),
    )
    found = plan_meetings(*one_group(phases=phases), work_limit=30, workers=1)
    assert found.plan is not None
    kinds = [one.kind for one in found.plan.meetings]
    assert kinds == [MeetingKind.GROUP, MeetingKind.SYNTHESIS, MeetingKind.GROUP]
    assert found.plan.meetings[1].size == 1


def test_an_edition_without_a_calendar_is_told_so() -> None:
    edition, grouping = one_group()
    with pytest.raises(InputError, match="no calendar"):
        plan_meetings(edition.replace(season=Season()), grouping)
