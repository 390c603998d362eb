"""Evaluation meetings: as many attend as plain enumeration says can; none where there is no moment."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import product
from math import ceil

import pytest
from grouping_builder import GroupWanted, build_grouping
from how_many import cases
from small import member, small_edition
from test_projects import FROM, TO, at_one_place, evaluation_of, planned
from test_verify_projects import tiny_projects
from tiny_plans import DAYS

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, Phase, Project, ProjectRules, Season
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Group, Grouping
from sip_grouping.plan import Meeting, MeetingKind, Plan
from sip_grouping.season import plan_meetings
from sip_grouping.season.evaluation import evaluations
from sip_grouping.season.projects import Proposal, proposals_of

Moment = tuple[datetime, datetime, str]


class Enumerated:
    """All ways to evaluate some projects of a tiny season, beside a plan."""

    def __init__(self, edition: Edition, grouping: Grouping, plan: Plan | None) -> None:
        assert edition.season.calendar is not None
        self.edition, self.grouping, self.plan = edition, grouping, plan
        self.calendar = edition.season.calendar
        self.people = {
            group.group_id: [
                p.member_id for p in grouping.placements if p.group_id == group.group_id
            ]
            for group in grouping.group_records
        }

    def best(self, projects: tuple[Proposal, ...]) -> tuple[int, int] | None:
        """Return minus the evaluations too soon after a meeting, and how many can attend; None: none can be.

        Rest comes first.
        """
        ways = [list(self._moments(one.project, one.last)) for one in projects]
        found = [
            (-self.too_soon(projects, moments), count)
            for moments in product(*ways)
            if (count := self._attending(projects, moments)) is not None
        ]
        return max(found, default=None)

    def too_soon(self, projects: tuple[Proposal, ...], moments: tuple[Moment, ...]) -> int:
        """Return how many evaluations lie less than rest_days from a meeting of their group."""
        return sum(
            any(
                other.kind is MeetingKind.GROUP
                and other.group_id == one.project.group_id
                and abs((other.date - begin.date()).days) - 1 < self.calendar.rest_days
                for other in (() if self.plan is None else self.plan.meetings)
            )
            for one, (begin, _, _) in zip(projects, moments, strict=True)
        )

    def _moments(self, project: Project, last: date) -> Iterator[Moment]:
        length = timedelta(hours=self.calendar.meeting_hours)
        group = self.grouping.group_by_id[project.group_id]
        for number in range(1, 8):
            day = last + timedelta(number)
            if any(day in one for one in self.calendar.closed):
                continue
            if any(
                row.first <= day <= (row.last or row.first)
                and row.country
                in {self.edition.member_by_id[m].country for m in self.people[group.group_id]}
                and (not row.languages or not group.language or group.language in row.languages)
                for row in self.edition.season.school_holidays
            ):
                continue
            for part, start in self.calendar.start_times.items():
                begin = datetime.combine(day, time.fromisoformat(start))
                yield begin, begin + length, part

    def _able(self, who: str, moment: Moment) -> bool:
        member = self.edition.member_by_id[who]
        begin, end, part = moment
        listed = not member.slots or f"{DAYS[begin.weekday()]}-{part}" in member.slots
        if not listed or any(begin.date() in one for one in member.cannot):
            return False
        return not any(
            one.begins < end and begin < one.ends and who in self._at(one)
            for one in (() if self.plan is None else self.plan.meetings)
        )

    def _at(self, one: Meeting) -> set[str]:
        if one.kind is MeetingKind.INFORMATION:
            people = {
                m.member_id for m in self.edition.members if m.cooperator and m.country == one.place
            }
        elif one.kind is MeetingKind.SYNTHESIS:
            groups = [g for g in self.grouping.group_records if g.theme == one.theme]
            people = {who for g in groups for who in g.moderators}
            people = (people - set(one.standing_in)) | set(one.standing_in.values())
        else:
            people = set(self.people[one.group_id or ""])
        return people - set(one.absent)

    def _attending(self, projects: tuple[Proposal, ...], moments: tuple[Moment, ...]) -> int | None:
        """Return how many attend at these moments at most; None where that cannot be."""
        if not self._have_rooms(projects, moments):
            return None
        groups = [self.grouping.group_by_id[one.project.group_id] for one in projects]
        seats = [
            (n, who)
            for n, group in enumerate(groups)
            for who in self.people[group.group_id]
            if self._able(who, moments[n])
        ]
        # Who could be at two of them at once is at either; all others are where they can be.
        twice = [
            (n, who)
            for n, who in seats
            if any(
                other != n and one == who and self._overlap(moments[n], moments[other])
                for other, one in seats
            )
        ]
        best = None
        for kept in product((True, False), repeat=len(twice)):
            come = set(seats) - {seat for seat, stays in zip(twice, kept, strict=True) if not stays}
            if any(
                n < other and one == who and self._overlap(moments[n], moments[other])
                for n, who in come
                for other, one in come
            ):
                continue
            if all(self._enough(n, group.group_id, come) for n, group in enumerate(groups)):
                best = max(len(come), best or 0)
        return best

    def _enough(self, number: int, group_id: str, come: set[tuple[int, str]]) -> bool:
        group = self.grouping.group_by_id[group_id]
        there = {who for n, who in come if n == number}
        needed = ceil(Fraction(str(self.calendar.quorum)) * len(self.people[group_id]))
        return len(there) >= needed and {*group.moderators, *group.secretaries} <= there

    def _overlap(self, one: Moment, other: Moment) -> bool:
        return one[0] < other[1] and other[0] < one[1]

    def _may_be_by_video(self, group: Group) -> bool:
        """Return whether no slot that counts is listed by all of a group, and its theme goes by video."""
        members = [self.edition.member_by_id[who] for who in self.people[group.group_id]]
        return Track.VIDEO in self.edition.theme_by_id[group.theme].tracks and not any(
            all(not one.slots or f"{day}-{part}" in one.slots for one in members)
            for day in DAYS
            for part in self.calendar.start_times
        )

    def _have_rooms(self, projects: tuple[Proposal, ...], moments: tuple[Moment, ...]) -> bool:
        rooms = {office.office_id: office.rooms for office in self.edition.offices}
        first = self.calendar.in_person_from
        held = [
            (one.place, one.begins, one.ends)
            for one in (() if self.plan is None else self.plan.meetings)
            if one.track is Track.LOCAL
        ]
        for one, (begin, end, _) in zip(projects, moments, strict=True):
            group = self.grouping.group_by_id[one.project.group_id]
            local = group.track is Track.LOCAL and (first is None or begin.date() >= first)
            if local and not self._may_be_by_video(group):
                held.append((group.place, begin, end))
        return all(
            rooms.get(place) is None
            or sum(p == place and b <= begin < e for p, b, e in held) <= (rooms[place] or 0)
            for place, begin, _ in held
        )


@pytest.mark.parametrize("first", range(0, cases(100, 200), 50))
def test_as_many_attend_as_plain_enumeration_says(first: int) -> None:
    met = unmet = less = tired = 0
    for seed in range(first, first + 50):
        edition, grouping = tiny_projects(seed)
        of_group = {one.group.group_id: one for one in proposals_of(edition, grouping)}
        chosen = tuple(of_group.values())  # one per group, whatever it costs
        plan = plan_meetings(edition, grouping, work_limit=30, workers=1).plan if seed % 2 else None
        ways = Enumerated(edition, grouping, plan)
        most = ways.best(chosen)
        found = evaluations(edition, grouping, chosen, plan)
        meetings = [one for one in found if isinstance(one, Meeting)]
        if most is None:
            assert not meetings
            unmet += 1
        else:
            by_group = {one.group_id: one for one in meetings}
            own = [by_group[one.project.group_id] for one in chosen]
            soon = ways.too_soon(chosen, tuple((one.begins, one.ends, "") for one in own))
            assert (-soon, sum(one.attending for one in meetings)) == most, seed
            met += 1
            less += most[1] < sum(one.size for one in meetings)
            tired += soon
    assert met >= 20
    assert less
    assert unmet
    assert tired


def test_who_is_in_two_groups_that_meet_at_once_is_at_either() -> None:
    """The one evening at which both groups can meet: the member of both, without a role, chooses."""
    slots = {f"m{n}": ("wed-evening",) for n in (0, 1, 3, 4)}
    members = [member(f"m{n}", slots=slots.get(f"m{n}", ())) for n in range(5)]
    made = small_edition(members)
    groups: list[GroupWanted] = [
        {"theme": "a", "members": [first, second, "m2"], "track": "video",
         "moderators": [first], "secretaries": [second]}
        for first, second in (("m0", "m1"), ("m3", "m4"))
    ]  # fmt: skip
    season = Season(
        calendar=Calendar(phases=(Phase(id="p", first=FROM, last=TO),)),
        projects=ProjectRules.model_validate({"from": FROM, "to": TO, "budget": 9.0}),
        proposals=tuple(Project(project_id=f"p{n}", group_id=f"g{n}", budget=1.0) for n in (1, 2)),
    )
    edition, grouping = made.replace(season=season), build_grouping(made, groups)
    found = evaluations(edition, grouping, proposals_of(edition, grouping))
    meetings = [one for one in found if isinstance(one, Meeting)]
    assert len({one.begins for one in meetings}) == 1
    assert sorted(one.absent for one in meetings) == [(), ("m2",)]
    assert [one.attending + len(one.absent) for one in meetings] == [3, 3]


@pytest.mark.parametrize(
    ("day", "rest_days", "evaluated"),
    [
        (date(2021, 4, 8), 6, date(2021, 4, 15)),
        (date(2021, 4, 9), 6, date(2021, 4, 16)),
        (date(2021, 4, 13), 6, date(2021, 4, 20)),
        # Nowhere is there rest enough: as early as can be.
        (date(2021, 4, 14), 7, date(2021, 4, 15)),
    ],
)
def test_a_group_rests_before_its_evaluation_where_it_can(
    day: date, rest_days: int, evaluated: date
) -> None:
    edition, grouping = at_one_place()
    assert edition.season.calendar is not None
    calendar = edition.season.calendar.model_copy(update={"rest_days": rest_days})
    edition = edition.replace(season=edition.season.model_copy(update={"calendar": calendar}))
    met = evaluation_of(edition, grouping)
    changes = {"kind": MeetingKind.GROUP, "date": day}
    before = planned(met.model_copy(update=changes))
    assert evaluation_of(edition, grouping, before).date == evaluated
    # A meeting of another group is no reason to wait.
    of_others = planned(met.model_copy(update=changes | {"group_id": "g2"}))
    assert evaluation_of(edition, grouping, of_others).date == date(2021, 4, 15)


def test_without_a_room_a_group_without_a_common_slot_meets_by_video() -> None:
    edition, grouping = at_one_place()
    slots = {"m1": ("thu-evening", "fri-evening"), "m2": ("mon-evening",)}

    def listing(*ids: str) -> Edition:
        members = tuple(
            one.model_copy(update={"slots": slots[one.member_id]}) if one.member_id in ids else one
            for one in edition.members
        )
        return edition.replace(members=members)

    first = evaluation_of(listing("m1", "m2"), grouping)
    assert (first.track, first.place, str(first.date)) == (Track.LOCAL, "hub", "2021-04-15")
    # Both evenings on which m1, who has a role, can come: the one room is taken.
    taken = planned(
        *(
            first.model_copy(
                update={"group_id": "g2", "kind": MeetingKind.GROUP, "date": date(2021, 4, day)}
            )
            for day in (15, 16)
        )
    )
    by_video = evaluation_of(listing("m1", "m2"), grouping, taken)
    assert (by_video.track, by_video.place) == (Track.VIDEO, "")
    assert by_video.begins == first.begins
    # With a slot that all list the group meets in person, and has no moment.
    found = evaluations(listing("m1"), grouping, proposals_of(listing("m1"), grouping), taken)
    assert found == ("p1",)
