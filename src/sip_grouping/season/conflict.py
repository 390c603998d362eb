"""Why there is no plan: rules that cannot hold together, and the least changes that help.

Comes in: a `Case` without a plan. Goes out: `PlanConflict`, minimal by deletion (each rule that is named is
needed), and `PlanRelaxation`s, each the least of its kind and confirmed by a solve of the whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import monotonic

import numpy as np
from ortools.sat.python import cp_model

from sip_grouping.catalogue import Language, pattern
from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, Expert
from sip_grouping.grouping import Grouping
from sip_grouping.season.case import Case, case_of
from sip_grouping.season.model import PlanRule
from sip_grouping.season.moments import Bools
from sip_grouping.season.shared import build

_WORK = 30.0
"""Deterministic work on one question."""
_MOST_DAYS = 60
_MOST_MORE = 64


@dataclass(frozen=True)
class PlanConflict:
    """Rules that cannot hold together: of one group, or of all where each group alone has a plan.

    Attributes
    ----------
    rules
        Without any one of them there would be a plan of these meetings.
    phase
        In which there is no moment, where it is one phase alone.
    members
        Moderators and secretaries of whom each alone leaves no moment in that phase.
    """

    group_id: str | None
    rules: tuple[PlanRule, ...]
    phase: str | None = None
    members: tuple[str, ...] = ()

    def text_in(self, language: Language) -> str:
        """Return the conflict as a text of a few lines."""
        together = self.group_id is None
        first = pattern(language, "plan-conflict", "together" if together else "group")
        lines = [first.format(group=self.group_id)]
        lines += [f"- {pattern(language, 'plan-rule', rule.value)}" for rule in self.rules]
        if self.phase is not None:
            nobody = pattern(language, "plan-conflict", "members" if self.members else "phase")
            lines.append(nobody.format(phase=self.phase, members=", ".join(self.members)))
        return "\n".join(lines)

    def record(self, language: Language = "en") -> dict[str, object]:
        """Return it for other programs."""
        return {
            "group_id": self.group_id,
            "rules": [rule.value for rule in self.rules],
            "phase": self.phase,
            "members": list(self.members),
            "text": self.text_in(language),
        }


@dataclass(frozen=True)
class PlanRelaxation:
    """The least change of one kind with which there is a plan: a key of the edition and its new value."""

    key: str
    value: object

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"

    def record(self) -> dict[str, object]:
        """Return it for other programs."""
        return {"key": self.key, "value": self.value}


@dataclass
class Asking:
    """Whether there is a plan, asked within limits. Seconds are for all questions together."""

    seconds: float | None
    work: float | None
    seed: int
    begun: float = field(default_factory=monotonic)

    @property
    def out_of_time(self) -> bool:
        """Whether no further question is asked."""
        return self.seconds is not None and monotonic() - self.begun > self.seconds

    def possible(
        self,
        case: Case,
        groups: tuple[int, ...] | None = None,
        without: frozenset[PlanRule] = frozenset(),
    ) -> bool | None:
        """Return whether there is a plan; None where that was not found out."""
        if self.out_of_time:
            return None
        found = build(case, groups, without, scored=False)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.seed % (2**31 - 1)
        solver.parameters.max_presolve_iterations = 1
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.max_deterministic_time = _WORK if self.work is None else self.work
        if self.seconds is not None:
            left = self.seconds - (monotonic() - self.begun)
            solver.parameters.max_time_in_seconds = max(0.1, left)
        status = solver.solve(found.model)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return True
        return False if status == cp_model.INFEASIBLE else None


def conflict_of(case: Case, asking: Asking) -> PlanConflict | None:
    """Return rules that cannot hold together: of the first group that has no plan by itself, else of all."""
    for number in range(len(case.groups)):
        if asking.possible(case, (number,)) is False:
            return _minimal(case, (number,), asking)
    return _minimal(case, None, asking)


def _minimal(case: Case, groups: tuple[int, ...] | None, asking: Asking) -> PlanConflict | None:
    without: frozenset[PlanRule] = frozenset()
    for rule in PlanRule:
        if asking.possible(case, groups, without | {rule}) is False:
            without |= {rule}
    if asking.out_of_time:
        return None
    rules = tuple(rule for rule in PlanRule if rule not in without)
    if groups is None:
        return PlanConflict(None, rules)
    number = groups[0]
    group = case.groups[number].group.group_id
    for k, phase in enumerate(case.phases):
        if phase.meetings[0] and not (case.in_phase[k] & _open(case, number)).any():
            return PlanConflict(group, rules, phase.id, _blocking(case, number, k))
    return PlanConflict(group, rules)


def _open(case: Case, number: int) -> Bools:
    one = case.groups[number]
    need = case.calendar.least_attending(len(one.members))
    return np.asarray(one.open & one.in_school & one.holders_able & (one.able.sum(axis=0) >= need))


def _blocking(case: Case, number: int, k: int) -> tuple[str, ...]:
    """Return moderators and secretaries who have no moment in a phase, each by itself."""
    one = case.groups[number]
    here = case.in_phase[k] & one.open & one.in_school
    return tuple(who for who in one.holders if not (here & one.able[one.row[who]]).any())


def ways_out(
    case: Case, grouping: Grouping, conflict: PlanConflict | None, asking: Asking
) -> tuple[PlanRelaxation, ...]:
    """Return the least changes, one of each kind, with which there is a plan of all meetings."""
    edition = case.edition

    def helps(changed: Edition) -> bool:
        if asking.out_of_time:
            # A case of 2,000 members takes seconds to make, and there are hundreds of changes to try.
            return False
        return asking.possible(replace(case_of(changed, grouping), put=case.put)) is True

    found = [
        *_of_moves(case, asking),
        *_of_calendar(edition, case.calendar, helps),
        *_of_school_holidays(edition, helps),
        *_of_rooms(case, edition, helps),
        *_of_experts(case, edition, helps),
        *_of_more_experts(case, edition, helps),
        *_of_members(case, edition, conflict, helps),
    ]
    return tuple(found)


def _of_moves(case: Case, asking: Asking) -> Iterator[PlanRelaxation]:
    """Try without as few of the moves by hand as will do: each that is named is needed."""
    given = frozenset(range(len(case.put)))

    def helps(dropped: frozenset[int]) -> bool:
        kept = tuple(one for n, one in enumerate(case.put) if n not in dropped)
        return asking.possible(replace(case, put=kept)) is True

    dropped = given
    if not given or not helps(dropped):
        return
    for number in sorted(given):
        if helps(dropped - {number}):
            dropped -= {number}
    told = (
        f"{case.put[n].meeting.meeting_id}={case.put[n].begins:%Y-%m-%dT%H:%M}"
        for n in sorted(dropped)
    )
    yield PlanRelaxation("moved", "- " + ", ".join(told))


def _with_calendar(edition: Edition, **changes: object) -> Edition:
    calendar = edition.season.calendar
    assert calendar is not None  # noqa: S101 - a case has one
    changed = calendar.model_copy(update=changes)
    return edition.model_copy(
        update={"season": edition.season.model_copy(update={"calendar": changed})}
    )


def _least(most: int, helps: Callable[[int], bool]) -> int | None:
    """Return the least step from 1 that helps, where more helps as well; None where none does."""
    if most < 1 or not helps(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if helps(middle) else (middle, high)
    return high


def _of_calendar(
    edition: Edition, calendar: Calendar, helps: Callable[[Edition], bool]
) -> Iterator[PlanRelaxation]:
    thousandths = round(calendar.quorum * 1000)
    less = _least(
        thousandths,
        lambda step: helps(_with_calendar(edition, quorum=(thousandths - step) / 1000)),
    )
    if less is not None:
        yield PlanRelaxation("calendar.quorum", (thousandths - less) / 1000)
    rest = calendar.rest_days
    less = _least(rest, lambda step: helps(_with_calendar(edition, rest_days=rest - step)))
    if less is not None:
        yield PlanRelaxation("calendar.rest_days", rest - less)
    total = calendar.meetings_of_a_group
    least = sum(phase.meetings[0] for phase in calendar.phases)
    fewer = _least(
        total - least, lambda step: helps(_with_calendar(edition, meetings_per_group=total - step))
    )
    if fewer is not None:
        yield PlanRelaxation("calendar.meetings_per_group", total - fewer)
    for number, phase in enumerate(calendar.phases):

        def later(days: int, number: int = number) -> Edition:
            last = calendar.phases[number].last + timedelta(days)
            changed = calendar.phases[number].model_copy(update={"last": last})
            phases = list(calendar.phases)
            phases[number] = changed
            return _with_calendar(edition, phases=tuple(phases))

        days = _least(_MOST_DAYS, lambda step, later=later: helps(later(step)))  # type: ignore[misc]
        if days is not None:
            until = phase.last + timedelta(days)
            yield PlanRelaxation(f"calendar.phases[{phase.id}].to", until.isoformat())


def _of_school_holidays(
    edition: Edition, helps: Callable[[Edition], bool]
) -> Iterator[PlanRelaxation]:
    """Try to meet in as few stretches of school holidays as will do: each that is named is needed."""
    rows = edition.season.school_holidays

    def without(dropped: frozenset[int]) -> Edition:
        kept = tuple(one for n, one in enumerate(rows) if n not in dropped)
        season = edition.season.model_copy(update={"school_holidays": kept})
        return edition.model_copy(update={"season": season})

    dropped = frozenset(range(len(rows)))
    if not rows or not helps(without(dropped)):
        return
    for number in range(len(rows)):
        if helps(without(dropped - {number})):
            dropped -= {number}
    yield PlanRelaxation("school_holidays", "- " + ", ".join(str(rows[n]) for n in sorted(dropped)))


def _of_rooms(
    case: Case, edition: Edition, helps: Callable[[Edition], bool]
) -> Iterator[PlanRelaxation]:
    used = {one.group.place for one in case.groups}
    for number, office in enumerate(edition.offices):
        if office.rooms is None or office.office_id not in used:
            continue

        def more(step: int, number: int = number) -> Edition:
            offices = list(edition.offices)
            rooms = (offices[number].rooms or 0) + step
            offices[number] = offices[number].model_copy(update={"rooms": rooms})
            return edition.model_copy(update={"offices": tuple(offices)})

        step = _least(_MOST_MORE, lambda step, more=more: helps(more(step)))  # type: ignore[misc]
        if step is not None:
            yield PlanRelaxation(f"offices[{office.office_id}].rooms", office.rooms + step)


def _of_experts(
    case: Case, edition: Edition, helps: Callable[[Edition], bool]
) -> Iterator[PlanRelaxation]:
    for number, (expert, _) in enumerate(case.experts):

        def more(step: int, number: int = number) -> Edition:
            experts = [one for one, _ in case.experts]
            changed = experts[number].sessions_max + step
            experts[number] = experts[number].model_copy(update={"sessions_max": changed})
            season = edition.season.model_copy(update={"experts": tuple(experts)})
            return edition.model_copy(update={"season": season})

        step = _least(_MOST_MORE, lambda step, more=more: helps(more(step)))  # type: ignore[misc]
        if step is not None:
            value = expert.sessions_max + step
            yield PlanRelaxation(f"experts[{expert.expert_id}].sessions_max", value)


def _of_more_experts(
    case: Case, edition: Edition, helps: Callable[[Edition], bool]
) -> Iterator[PlanRelaxation]:
    """Try one more expert who can always come and speaks every language: of one theme, else of all."""
    if not any(phase.expert for phase in case.phases):
        return
    taken = {one.expert_id for one, _ in case.experts}
    name = next(f"new-{n}" for n in range(len(taken) + 1) if f"new-{n}" not in taken)

    def more(themes: tuple[str, ...], sessions: int) -> Edition:
        added = Expert(expert_id=name, themes=themes, sessions_max=sessions)
        experts = (*edition.season.experts, added)
        season = edition.season.model_copy(update={"experts": experts})
        return edition.model_copy(update={"season": season})

    each = tuple(case.themes)
    found = False
    for themes in [(one,) for one in each] + ([each] if len(each) > 1 else []):
        if found and len(themes) > 1:
            return
        sessions = _least(_MOST_MORE, lambda step, themes=themes: helps(more(themes, step)))  # type: ignore[misc]
        if sessions is not None:
            found = True
            yield PlanRelaxation(f"experts + {' '.join(themes)}: sessions_max", sessions)


def _of_members(
    case: Case,
    edition: Edition,
    conflict: PlanConflict | None,
    helps: Callable[[Edition], bool],
) -> Iterator[PlanRelaxation]:
    """Try one more slot of one moderator or secretary of the group without a plan, of each the first."""
    if conflict is None or conflict.group_id is None:
        return
    one = next(one for one in case.groups if one.group.group_id == conflict.group_id)
    slots = dict.fromkeys(
        case.calendar.slot_of(day, part)
        for day, part in zip(case.moments.days, case.moments.parts, strict=True)
    )
    members = edition.members
    for who in one.holders:
        at = next(n for n, member in enumerate(members) if member.member_id == who)
        for slot in slots:
            listed = members[at].slots
            if not listed or slot in listed:
                continue
            changed = list(members)
            changed[at] = members[at].model_copy(update={"slots": tuple(sorted((*listed, slot)))})
            if helps(edition.model_copy(update={"members": tuple(changed)})):
                yield PlanRelaxation(f"members[{who}].slots", f"+ {slot}")
                break
