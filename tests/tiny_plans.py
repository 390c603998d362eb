"""Tiny seasons, and the best plan of each by plain enumeration, written from the file contract alone.

Shares no code with the planner: of the package only editions, groupings and calendars are imported.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import ceil
from typing import NamedTuple

from grouping_builder import GroupWanted, build_grouping
from small import member, office, small_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, Expert, Phase, Season, date_range
from sip_grouping.edition.records import Member, Theme, Track
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.grouping import Group

MONDAY = date(2021, 3, 1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Slot(NamedTuple):
    """A date with a part of the day."""

    begin: datetime
    part: str


Meetings = dict[str, tuple[tuple[int, Slot], ...]]
"""Phase and moment of the meetings of each group."""
Syntheses = list[tuple[tuple[int, str], Slot]]
"""Phase, theme and moment of each synthesis."""


def tiny_season(seed: int) -> tuple[Edition, Grouping]:
    """Return an edition of one or two groups of three, with a calendar of a week."""
    rng = random.Random(seed)
    starts = (
        {"evening": "18:00", "morning": "09:00"} if rng.random() < 0.5 else {"evening": "18:00"}
    )
    slots = [f"{day}-{part}" for day in DAYS[:6] for part in starts]
    ids = [f"m{n}" for n in range(1, 7)]
    seats = [ids[:3], ids[3:]][: rng.choice([1, 2, 2])]
    if len(seats) > 1 and rng.random() < 0.4:
        seats[1] = [*seats[1][:2], seats[0][rng.randrange(3)]]
        rng.shuffle(seats[1])
    members = [
        member(
            who,
            country=rng.choice(["BE", "BE", "FR"]),
            themes=("a", "b"),
            cooperator=rng.random() < 0.9,
            video=True,
            slots=tuple(rng.sample(slots, min(len(slots), rng.randint(4, 8))))
            if rng.random() < 0.6
            else (),
            cannot=(date_range(str(MONDAY + timedelta(rng.randrange(6)))),)
            if rng.random() < 0.5
            else (),
        )
        for who in sorted({one for several in seats for one in several})
    ]
    second = MONDAY + timedelta(rng.choice([2, 3, 4]))
    phases = (
        Phase(id="one", first=MONDAY, last=MONDAY + timedelta(3), meetings=(1, rng.choice([1, 2]))),
        Phase(
            id="two",
            first=second,
            last=MONDAY + timedelta(5),
            meetings=(rng.choice([0, 1]), 1),
            expert=rng.random() < 0.4,
            synthesis_before=rng.random() < 0.5,
            information=rng.choice([0, 1]),
        ),
    )
    calendar = Calendar(
        meetings_per_group=rng.choice([1, 2, 3]),
        in_person_from=rng.choice([None, MONDAY + timedelta(3)]),
        start_times=starts,
        meeting_hours=5.5 if rng.random() < 0.2 else 3.0,
        rest_days=rng.choice([0, 0, 1, 2]),
        quorum=rng.choice([0.3, 0.5, 0.5, 0.7]),
        holidays=False,
        closed=(date_range("2021-03-02"),) if rng.random() < 0.3 else (),
        phases=phases,
    )
    experts = tuple(
        Expert(expert_id=f"e{n}", themes=("a", "b")[n:], sessions_max=rng.randint(1, 3))
        for n in range(2)
    )
    made = small_edition(
        members,
        themes=[Theme(id="a"), Theme(id="b")],
        offices=[office(rooms=rng.choice([None, None, 1]))],
    ).replace(season=Season(calendar=calendar, experts=experts))
    wanted: list[GroupWanted] = []
    for several in seats:
        one: GroupWanted = {
            "theme": rng.choice(["a", "b"]),
            "members": several,
            "track": rng.choice(["local", "video"]),
            "moderators": several[:1],
            "secretaries": several[1:2],
        }
        if one["track"] == "local":
            one["place"] = "hub"
        wanted.append(one)
    return made, build_grouping(made, wanted)


class Enumerated:
    """All plans of a tiny season."""

    def __init__(self, edition: Edition, grouping: Grouping) -> None:
        calendar = edition.season.calendar
        assert calendar is not None
        self.edition, self.grouping, self.calendar = edition, grouping, calendar
        self.informed: dict[tuple[str, str], datetime] = {}
        self.length = timedelta(hours=calendar.meeting_hours)
        self.phases = sorted(calendar.phases, key=lambda one: one.first)
        self.members = {
            group.group_id: [
                edition.member_by_id[one.member_id]
                for one in grouping.placements
                if one.group_id == group.group_id
            ]
            for group in grouping.group_records
        }
        days = (max(p.last for p in self.phases) - MONDAY).days + 1
        closed = {day for one in calendar.closed for day in one.days}
        self.slots = [
            Slot(datetime.combine(day, time.fromisoformat(begin)), part)
            for day in (MONDAY + timedelta(n) for n in range(days))
            if day not in closed
            for part, begin in calendar.start_times.items()
        ]

    def best(self) -> int | None:
        """Return the best score in thousandths of a point; None where there is no plan."""
        scores = (score for _, _, score in self.valid())
        return max((score for score in scores if score > -(10**8)), default=None)

    def valid(self) -> Iterator[tuple[Meetings, Syntheses, int]]:
        """Yield all valid plans: meetings of groups, syntheses, score; moments for all at their best."""
        groups = self.grouping.group_records
        schedules = [list(self._schedules(group)) for group in groups]
        for chosen in product(*schedules):
            plan = dict(zip((g.group_id for g in groups), chosen, strict=True))
            for syntheses, score in self._scores(plan):
                yield plan, syntheses, score

    def school(self, slot: Slot, people: list[Member], language: str) -> bool:
        """Return whether a moment falls in school holidays of people who meet in a language."""
        return any(
            row.first <= slot.begin.date() <= (row.last or row.first)
            and row.country in {one.country for one in people}
            and (not row.languages or not language or language in row.languages)
            for row in self.edition.season.school_holidays
        )

    def able(self, who: Member | Expert, slot: Slot) -> bool:
        """Return whether somebody can by slots and dates."""
        name = f"{DAYS[slot.begin.weekday()]}-{slot.part}"
        listed = not who.slots or name in who.slots
        return listed and not any(slot.begin.date() in one for one in who.cannot)

    def overlap(self, one: Slot, other: Slot) -> bool:
        """Return whether two meetings are partly at the same time."""
        return one.begin < other.begin + self.length and other.begin < one.begin + self.length

    def _schedules(self, group: Group) -> Iterator[tuple[tuple[int, Slot], ...]]:
        """Yield the meetings that a group could have by itself: phase and moment, in order of time."""
        people = self.members[group.group_id]
        holders = [p for p in people if p.member_id in {*group.moderators, *group.secretaries}]
        need = ceil(Fraction(str(self.calendar.quorum)) * len(people))
        options = [
            (k, slot)
            for slot in self.slots
            for k, phase in enumerate(self.phases)
            if phase.first <= slot.begin.date() <= phase.last
            and not self.school(slot, people, group.language)
            and all(self.able(p, slot) for p in holders)
            and sum(self.able(p, slot) for p in people) >= need
        ]
        low = sum(p.meetings[0] for p in self.phases)
        high = sum(p.meetings[1] for p in self.phases)
        total = min(max(self.calendar.meetings_per_group, low), high)
        for chosen in combinations(options, total):
            dates = [slot.begin.date() for _, slot in chosen]
            gaps = [(b - a).days > self.calendar.rest_days for a, b in pairwise(dates)]
            counts = [sum(k == n for k, _ in chosen) for n in range(len(self.phases))]
            fits = all(
                p.meetings[0] <= c <= p.meetings[1]
                for p, c in zip(self.phases, counts, strict=True)
            )
            if all(gaps) and fits and (not chosen or chosen[0][0] == 0):
                yield chosen

    def _scores(self, plan: Meetings) -> Iterator[tuple[Syntheses, int]]:
        """Yield syntheses and scores of all plans with these meetings of the groups."""
        in_person = self._in_person(plan)
        if in_person is None or not self._experts_suffice(plan):
            return
        late = sum(self._late(chosen) for chosen in plan.values())
        themes = sorted({group.theme for group in self.grouping.group_records})
        wanted = [
            (k, theme)
            for k, phase in enumerate(self.phases)
            if phase.synthesis_before
            for theme in themes
        ]
        choices = [
            [s for s in self.slots if self._between(plan, k, theme, s)] for k, theme in wanted
        ]
        for moments in product(*choices):
            syntheses = list(zip(wanted, moments, strict=True))
            yield from (
                (syntheses, 1000 * attendance + 2000 * in_person - late)
                for attendance in self._attendances(plan, syntheses)
            )

    def _in_person(self, plan: Meetings) -> int | None:
        """Return the most meetings in person, None where the rooms do not suffice."""
        first = self.calendar.in_person_from
        must: list[Slot] = []
        may: list[Slot] = []
        for group in self.grouping.group_records:
            if group.track is Track.VIDEO:
                continue
            own = [s for _, s in plan[group.group_id] if first is None or s.begin.date() >= first]
            listed = [set(p.slots) for p in self.members[group.group_id] if p.slots]
            parts = self.calendar.start_times
            known = {f"{day}-{part}" for day in DAYS for part in parts}
            common = set.intersection(*listed) & known if listed else known
            (must if common else may).extend(own)
        rooms = self.edition.offices[0].rooms
        best = None
        for size in range(len(may) + 1):
            for some in combinations(may, size):
                there = [*must, *some]
                if rooms is None or all(
                    sum(o.begin <= s.begin < o.begin + self.length for o in there) <= rooms
                    for s in there
                ):
                    best = len(there)
        return best

    def _experts_suffice(self, plan: Meetings) -> bool:
        return any(True for _ in self.experts(plan))

    def experts(self, plan: Meetings) -> Iterator[dict[tuple[str, Slot], str]]:
        """Yield who may come to which meetings of groups, by group and moment."""
        theme = {group.group_id: group.theme for group in self.grouping.group_records}
        asked = [
            (group, slot)
            for group, chosen in plan.items()
            for k, slot in chosen
            if self.phases[k].expert
        ]
        experts = self.edition.season.experts
        for chosen in product(experts, repeat=len(asked)):
            if (
                all(
                    theme[group] in one.themes and self.able(one, slot)
                    for (group, slot), one in zip(asked, chosen, strict=True)
                )
                and all(chosen.count(one) <= one.sessions_max for one in experts)
                and not any(
                    a is b and self.overlap(asked[m][1], asked[n][1])
                    for (m, a), (n, b) in combinations(enumerate(chosen), 2)
                )
            ):
                yield {key: one.expert_id for key, one in zip(asked, chosen, strict=True)}

    def _late(self, chosen: tuple[tuple[int, Slot], ...]) -> int:
        lost = 0
        for n, phase in enumerate(self.phases):
            dates = [slot.begin.date() for k, slot in chosen if k == n]
            if dates:
                middle = Fraction((phase.last - phase.first).days, 2)
                past = (max(dates) - phase.first).days - middle
                lost += int(max(Fraction(0), past) * 500)
        return lost

    def _between(self, plan: Meetings, k: int, theme: str, slot: Slot) -> bool:
        if slot.begin.date() > self.phases[k].last:
            return False
        for group in self.grouping.group_records:
            if group.theme != theme:
                continue
            if self.school(slot, self.members[group.group_id], group.language):
                return False
            for n, other in plan[group.group_id]:
                if n < k and other.begin + self.length > slot.begin:
                    return False
                if n == k and slot.begin + self.length > other.begin:
                    return False
        return True

    def _attendances(
        self,
        plan: Meetings,
        syntheses: Syntheses,
    ) -> Iterator[int]:
        """Yield the attendances of all valid choices of who goes where, moments for all included."""
        events = [(group, slot) for group, chosen in plan.items() for _, slot in chosen]
        per_person: list[list[tuple[str, frozenset[tuple[str, Slot]]]]] = []
        for who in self.edition.members:
            group_ids = [g for g, people in self.members.items() if who in people]
            groups = [g for g in self.grouping.group_records if g.group_id in group_ids]
            could = [(g, s) for g, s in events if g in group_ids and self.able(who, s)]
            must = {
                (g.group_id, s)
                for g in groups
                if who.member_id in {*g.moderators, *g.secretaries}
                for name, s in could
                if name == g.group_id
            }
            could += [
                (f"synthesis {g.group_id}", s)
                for (_, theme), s in syntheses
                for g in groups
                if g.theme == theme
                and who.member_id in {*g.moderators, *g.secretaries}
                and self.able(who, s)
            ]
            per_person.append(
                [
                    (who.member_id, frozenset(chosen))
                    for size in range(len(could) + 1)
                    for chosen in combinations(could, size)
                    if must <= set(chosen)
                    and not any(self.overlap(a[1], b[1]) for a, b in combinations(chosen, 2))
                    and all(
                        one in chosen or self._excused(who, one, chosen, groups) for one in could
                    )
                ]
            )
        for choice in product(*per_person):
            attending = dict(choice)
            total = self._counted(plan, syntheses, attending)
            if total is not None:
                yield total + self._informed(attending)

    def _excused(
        self,
        who: Member,
        one: tuple[str, Slot],
        chosen: tuple[tuple[str, Slot], ...],
        groups: list[Group],
    ) -> bool:
        """Return whether a person who could come need not: it stands in at most, or is somewhere else."""
        name, slot = one
        group = next(g for g in groups if g.group_id == name.removeprefix("synthesis "))
        if name.startswith("synthesis ") and who.member_id not in group.moderators:
            return True
        return any(self.overlap(slot, other) for _, other in chosen)

    def _counted(
        self,
        plan: Meetings,
        syntheses: Syntheses,
        attending: dict[str, frozenset[tuple[str, Slot]]],
    ) -> int | None:
        total = 0
        quorum = Fraction(str(self.calendar.quorum))
        for group, chosen in plan.items():
            people = self.members[group]
            for _, slot in chosen:
                there = sum((group, slot) in attending[p.member_id] for p in people)
                if there < ceil(quorum * len(people)):
                    return None
                total += there
        for (_, theme), slot in syntheses:
            own = [g for g in self.grouping.group_records if g.theme == theme]
            there = 0
            for g in own:
                come = [
                    w for w, what in attending.items() if (f"synthesis {g.group_id}", slot) in what
                ]
                if len(come) > 1:
                    return None  # one seat: the other one is free for something else
                there += len(come)
            if there < ceil(quorum * len(own)):
                return None
            total += there
        return total

    def _informed(self, attending: dict[str, frozenset[tuple[str, Slot]]]) -> int:
        total = 0
        for phase in self.phases:
            if not phase.information:
                continue
            here = [s for s in self.slots if phase.first <= s.begin.date() <= phase.last]
            for country in sorted({m.country for m in self.edition.members if m.cooperator}):
                people = [m for m in self.edition.members if m.cooperator and m.country == country]
                total += max(
                    (
                        sum(
                            self.able(p, slot)
                            and not any(self.overlap(slot, s) for _, s in attending[p.member_id])
                            for p in people
                        )
                        for slot in here
                        if not self.school(slot, people, "")
                        and self.informed.get((phase.id, country), slot.begin) == slot.begin
                    ),
                    default=-(10**6),
                )
        return total
