"""Ways to go on with a group that fell short, each as a question to the optimizer.

Comes in: what a group lacks, and what stands already. Goes out: `Question`s: an edition, which cells and
pairs remain, what has to be. Accepted placements of other groups stay; those of the group itself stay where
it goes on as it was, and are open where it does not.
"""

import itertools
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Places, Role, Track
from sip_grouping.errors import InputError
from sip_grouping.grouping import Group, Grouping
from sip_grouping.grouping.options import Way
from sip_grouping.objective import Objective, Term
from sip_grouping.problem import Cell, Problem
from sip_grouping.problem.narrow import parts_of
from sip_grouping.problem.places import candidate_places
from sip_grouping.solve.placing import copies_placed
from sip_grouping.solve.reform import standing_in

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Missing:
    """What a group lacks: members up to the least size, and holders of roles."""

    group_id: str
    members: int
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Situation:
    """What all options have in common; see `form_again`.

    Attributes
    ----------
    hint
        The groups as they were formed again, from which each option begins.
    work_limit
        Deterministic work on each option; None: as much as it takes.
    seconds
        Wall clock for all options together; None: no limit.
    """

    edition: Edition
    earlier: Grouping
    asked: Collection[str]
    promises: Mapping[str, Role]
    hint: Grouping
    work_limit: float | None = None
    seconds: float | None = None
    seed: int = 0
    cancel: threading.Event | None = None


@dataclass(frozen=True)
class Question:
    """An edition, whose promises stay, which cells and pairs remain, and what has to be.

    Attributes
    ----------
    keeps
        Which classes remain in a cell; None: all.
    floors
        Objectives that reach 1 at least.
    invited
        Ids of guests, who count for nothing.
    ends
        Whether the group does not go on.
    """

    edition: Edition
    promises: Mapping[str, Role]
    keeps: Callable[[Problem, Cell], Bools | None]
    floors: tuple[Callable[[Problem], Objective], ...] = ()
    invited: frozenset[str] = field(default_factory=frozenset)
    ends: bool = False


def questions_of(missing: Missing, group: Group, at: Situation) -> Iterator[tuple[Way, Question]]:
    """Yield the ways to go on with a group that fell short, each with its question."""
    standing = standing_in(at.edition, at.earlier, at.asked, at.promises)
    stayers = [who for who, one in standing.stayers.items() if one.group_id == group.group_id]
    others = {who: role for who, role in at.promises.items() if who not in stayers}
    goes_on = _goes_on(group.group_id)
    if missing.roles and not missing.members:
        only_they = _only(group.group_id, stayers)
        yield Way.PROMOTE, Question(at.edition, at.promises, only_they, (goes_on,))
    if stayers:
        invited = _with_invited(missing, group, at.edition, stayers)
        if invited is not None:
            edition, guests = invited
            only_they = _only(group.group_id, stayers, guests)
            yield (
                Way.INVITE,
                Question(edition, at.promises, only_they, (goes_on,), frozenset(guests)),
            )
        together = _as_one(at.edition, stayers)
        if together is not None:
            yield (
                Way.MERGE,
                Question(
                    together, others, _elsewhere(group, stayers[0]),
                    (partial(copies_placed, member_id=stayers[0]),), ends=True,
                ),
            )  # fmt: skip
        theme = at.edition.theme_by_id.get(group.theme)
        if group.track is Track.LOCAL and theme is not None and Track.VIDEO in theme.tracks:
            yield Way.VIDEO, Question(at.edition, others, _by_video(group.group_id), (goes_on,))
    yield Way.DISSOLVE, Question(at.edition, others, _everything, ends=True)


def narrowed_to(problem: Problem, question: Question) -> Problem | None:
    """Return the problem with the cells and pairs that a question leaves; None: not what has to be."""
    kept = []
    for number, cell in enumerate(problem.cells):
        pairs = np.arange(*problem.cell_start[number : number + 2].tolist(), dtype=np.int64)
        mask = question.keeps(problem, cell)
        if mask is not None:
            pairs = pairs[mask[problem.pair_class[pairs]]]
        if len(pairs):
            kept.append((number, pairs))
    if not kept:
        return None if question.floors else problem
    return parts_of(problem, kept)


def _classes_of(problem: Problem, members: Collection[str]) -> Bools:
    found = np.zeros(len(problem.classes.count), dtype=bool)
    for who in members:
        number = problem.classes.class_of_member.get(who)
        if number is not None:
            found[number] = True
    return found


def _only(
    group_id: str, members: Collection[str], guests: Collection[str] = ()
) -> Callable[[Problem, Cell], Bools | None]:
    """Leave a group, as it was, to some members and to guests, who are in no other."""

    def keeps(problem: Problem, cell: Cell) -> Bools | None:
        standing = problem.standing
        if cell.keeps != group_id or standing is None:
            return ~_classes_of(problem, guests) if guests else None
        mine = _classes_of(problem, [*members, *guests])
        group = standing.earlier.group_by_id[group_id]
        place = problem.place_id(cell)
        if standing.same_kind(group, place, cell.track, cell.language, cell.slot):
            return mine
        return np.zeros_like(mine)

    return keeps


def _everything(_: Problem, __: Cell) -> Bools | None:
    """Leave all cells as they are."""
    return None


def _by_video(group_id: str) -> Callable[[Problem, Cell], Bools | None]:
    """Leave of a group's cells those by video."""

    def keeps(problem: Problem, cell: Cell) -> Bools | None:
        gone = cell.keeps == group_id and cell.track is not Track.VIDEO
        return np.zeros(len(problem.classes.count), dtype=bool) if gone else None

    return keeps


def _elsewhere(group: Group, member_id: str) -> Callable[[Problem, Cell], Bools | None]:
    """Leave to those who were in a group, who are one block, the other groups of its theme."""

    def keeps(problem: Problem, cell: Cell) -> Bools | None:
        if cell.keeps and cell.theme == group.theme:
            return None
        return ~_classes_of(problem, [member_id])

    return keeps


def _goes_on(group_id: str) -> Callable[[Problem], Objective]:
    """Return what counts whether a group goes on."""

    def make(problem: Problem) -> Objective:
        cells = np.array([cell.keeps == group_id for cell in problem.cells], dtype=np.int64)
        term = Term(np.zeros(len(problem.pair_cell), dtype=np.int64), cells)
        return Objective("goes_on", {"goes_on": term}, lambda g: group_id in g.group_by_id, make)

    return make


def _as_one(edition: Edition, members: Sequence[str]) -> Edition | None:
    """Return the edition in which some members belong together; None where they cannot."""
    changed = tuple(
        one.model_copy(
            update={
                "together": tuple(
                    dict.fromkeys([*one.together, *(m for m in members if m != one.member_id)])
                )
            }
        )
        if one.member_id in members
        else one
        for one in edition.members
    )
    try:
        return edition.replace(members=changed)
    except InputError:
        return None


def _with_invited(
    missing: Missing, group: Group, edition: Edition, stayers: Sequence[str]
) -> tuple[Edition, list[str]] | None:
    """Return the edition with as many guests as a group lacks, who live where it meets; None: it cannot be.

    They make no place and move none: each lives in a town of its own, which is no candidate.
    """
    near = edition.member_by_id[stayers[0]]
    where = _meeting_place(group, edition) if group.place else edition.position(near)
    if where is None:
        return None
    count = max(missing.members, len(missing.roles))
    numbers = (f"invited-{number}" for number in itertools.count(1))
    ids = list(itertools.islice((one for one in numbers if one not in edition.member_by_id), count))
    guests, pins = [], []
    for who, role in zip(ids, [*missing.roles, *[None] * count], strict=False):
        guests.append(
            Member(
                member_id=who,
                country=near.country,
                postcode=who,
                themes=(group.theme,),
                latitude=where[0],
                longitude=where[1],
                local=group.track is Track.LOCAL,
                video=group.track is Track.VIDEO,
                moderator=role is Role.MODERATOR,
                secretary=role is Role.SECRETARY,
                languages=(group.language,) if group.language else (),
                slots=(group.slot,) if group.slot else (),
            )
        )
        pins.append(
            Pin(member_id=who, theme=group.theme, track=group.track, place=group.place, role=role)
        )
    towns = [one.place_id for one in candidate_places(edition)]
    towns = [one for one in towns if one not in edition.office_by_id]
    try:
        whole = edition.replace(
            members=(*edition.members, *guests),
            pins=(*edition.pins, *pins),
            places=Places(
                offices=edition.places.offices, towns=tuple(towns) or "none", thinning_km=0.0
            ),
        )
    except InputError:
        return None
    return whole, ids


def _meeting_place(group: Group, edition: Edition) -> tuple[float, float] | None:
    """Return where a group meets, as the edition is now; None where nobody knows that any more."""
    own = {
        one.town_id
        for one in edition.members
        if one.eligible and one.local and one.own_position is not None
    }
    if group.place not in {*edition.office_by_id, *edition.location_by_town, *own}:
        return None
    places = candidate_places(edition, (group.place,))
    return next((one.latitude, one.longitude) for one in places if one.place_id == group.place)
