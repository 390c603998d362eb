"""Editions without a grouping: sets that are minimal, and changes that are made, solved and least."""

import itertools
import math
import os
import random
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import pytest
from brute_force import best_grouping_by_enumeration
from small import member, small_edition
from tiny_editions import tiny_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.explain import changed, changes_from
from sip_grouping.grouping import Status
from sip_grouping.rules import RuleId
from sip_grouping.solve import conflict as conflict_module
from sip_grouping.solve import form_groups
from sip_grouping.solve.cpsat import Outcome
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.needed import needed_of
from sip_grouping.solve.result import Conflict, Relaxation
from sip_grouping.solve.run import Run

EDITIONS = int(os.environ.get("SIP_GROUPING_CONFLICTS", "6"))
"""So many tiny editions are enumerated: 100 and more in the whole campaign."""


def tiny_conflict(seed: int) -> Edition | None:
    """Return a tiny edition that asks for more groups than there can be; None: there is one."""
    rng = random.Random(f"conflict {seed}")
    edition = tiny_edition(seed)
    themes = tuple(
        one.model_copy(update={"groups_min": min(rng.choice((0, 1, 2)), one.groups_max)})
        for one in edition.themes
    )
    edition = edition.replace(themes=themes)
    return edition if best_grouping_by_enumeration(edition) is None else None


def conflict_of(edition: Edition) -> Conflict:
    result = form_groups(edition, work_limit=200)
    assert result.status is Status.INFEASIBLE
    assert result.conflict is not None
    assert result.conflict.complete
    return result.conflict


def asking_only(edition: Edition, asked: Iterable[tuple[str, ...]]) -> Edition:
    kept = set(asked)
    themes = tuple(
        one if ("theme", one.id) in kept else one.model_copy(update={"groups_min": 0})
        for one in edition.themes
    )
    pins = tuple(one for one in edition.pins if ("pin", one.member_id, one.theme) in kept)
    return edition.replace(themes=themes, pins=pins)


def asked_in(edition: Edition, conflict: Conflict) -> list[tuple[str, ...]]:
    """Return the requirements that a conflict names, by theme, and by member and theme."""
    found: list[tuple[str, ...]] = []
    for one in conflict.rules:
        if one.rule is RuleId.GROUPS_PER_THEME:
            found.append(("theme", one.key.split(".")[1]))
        elif one.rule is RuleId.PIN:
            themes = [
                pin.theme
                for pin in edition.pins
                if pin.member_id == one.members[0] and f"pinned to {pin.theme} at" in one.message
            ]
            found.append(("pin", one.members[0], *themes))
    return found


ASKED = (RuleId.GROUPS_PER_THEME, RuleId.PIN)
"""Rules of a conflict that ask for something; the others stand behind."""


class Said(NamedTuple):
    """A rule of an edition: its key, and the ids of the members whose rows say it, or of the office."""

    key: str
    members: tuple[str, ...] = ()
    office: str = ""


def rules_there_are(edition: Edition, themes: Collection[str]) -> Iterator[Said]:
    """Yield the rules of some themes, and of the rows, of which each may be left out."""
    for theme in themes:
        rules = edition.rules_of(theme)
        # Who takes part in a role that no group has is kept out by its own answer alone.
        asked = ("moderators", "secretaries", "experienced_min")
        names = [*(one for one in asked if getattr(rules, one)), "travel_km", "spread_km"]
        sizes = [f"{one.value}.{end}" for one in Track for end in ("size_min", "size_max")]
        yield from (
            Said(f"themes.{theme}.rules.{name}")
            for name in (*names, *sizes, "shared_language", "shared_slot")
        )
    pairs = {
        (field, *sorted((one.member_id, other)))
        for one in edition.members
        for field in ("apart", "together")
        for other in getattr(one, field)
    }
    yield from (Said(f"members.{field}", tuple(pair)) for field, *pair in sorted(pairs))
    for one in edition.members:
        role = next((it for it in ("moderator", "secretary") if getattr(one, it) == "only"), "")
        if role:
            yield Said(f"members.{role}", (one.member_id,))
    for office in edition.offices:
        yield Said("offices.rooms", office=office.office_id)
        yield Said("offices.seats_max", office=office.office_id)


def said_by(one: Relaxation) -> Said:
    office = one.rows[0].record_id if one.key.startswith("offices.") else None
    return Said(one.key, one.members, office or "")


def without_rule(edition: Edition, one: Said) -> Edition | None:
    """Return the edition without a rule, as a user would leave it out; None: it contradicts the rest."""
    table, *rest = one.key.split(".")
    if table == "offices":
        offices = tuple(
            two.model_copy(update={rest[0]: None}) if two.office_id == one.office else two
            for two in edition.offices
        )
        return edition.replace(offices=offices)
    if table == "members":
        return edition.replace(members=tuple(free_of(two, one) for two in edition.members))
    theme, name = rest[0], ".".join(rest[2:])
    if name in {"moderators", "secretaries"}:
        roles = {name.removesuffix("s"), "secretary" if name == "secretaries" else "moderator"}
        edition = edition.replace(
            members=tuple(
                willing(two) if any(getattr(two, role, "") == "only" for role in roles) else two
                for two in edition.members
            )
        )
    values: dict[str, tuple[object, ...]] = {
        "size_min": (1,), "size_max": (1000,), "moderators": (0, 1), "secretaries": (0, 1),
        "experienced_min": (0,), "travel_km": (9000.0,), "spread_km": (9000.0,),
        "shared_language": (False,), "shared_slot": (False,),
    }  # fmt: skip
    for value in values[name.split(".")[-1]]:
        changes: dict[str, object] = {name: value}
        if name == "travel_km":
            changes["office_travel_km"] = value
        records = [
            {"kind": "rule", "key": f"themes.{theme}.rules.{key}", "value": to}
            for key, to in changes.items()
        ]
        try:
            return changed(edition, changes_from(records))
        except InputError:
            continue
    return None


def free_of(two: Member, one: Said) -> Member:
    """Return a member of whom a row of a conflict does not speak any more."""
    if two.member_id not in one.members:
        return two
    field = one.key.split(".")[1]
    if field in {"moderator", "secretary"}:
        return willing(two)
    left = tuple(other for other in getattr(two, field) if other not in one.members)
    return two.model_copy(update={field: left})


def willing(two: Member) -> Member:
    answers = {role: True for role in ("moderator", "secretary") if getattr(two, role) == "only"}
    return two.model_copy(update=answers)


def a_step_less(one: Relaxation) -> list[dict[str, Any]]:
    """Return the changes with one step less: a unit, or a metre; empty where there is none."""
    record = dict(one.changes[0])
    value, amount = record.get("value"), one.amount
    if len(one.changes) > 1 or not one.least or not amount or isinstance(value, bool):
        return []
    if not isinstance(value, int | float):
        return []  # a pin, or a word in a cell
    unit = 0.001 if one.key.endswith("_km") else 1
    if amount <= unit:
        return []
    loosens_down = one.key.endswith(("_min", "moderators", "secretaries"))
    return [record | {"value": round(value + (unit if loosens_down else -unit), 3)}]


def or_none(edition: Edition, records: Iterable[dict[str, Any]]) -> Edition | None:
    """Return the changed edition; None where what is left contradicts itself, which is no way out."""
    try:
        return changed(edition, changes_from(records))
    except InputError:
        return None


def test_what_is_named_is_minimal_and_what_is_offered_is_best_by_enumeration() -> None:
    seen = 0
    # The first of them conflicts by more of a pin than its row in the model.
    for seed in itertools.chain([115], itertools.count()):
        if seen == EDITIONS:
            return
        edition = tiny_conflict(seed)
        if edition is None:
            continue
        seen += 1
        conflict = conflict_of(edition)
        asked = asked_in(edition, conflict)
        assert asked, seed
        assert best_grouping_by_enumeration(asking_only(edition, asked)) is None, seed
        for gone in asked:
            fewer = asking_only(edition, [one for one in asked if one != gone])
            assert best_grouping_by_enumeration(fewer) is not None, (seed, gone)
        # Nor is any of the rules behind more than is needed: they conflict alone, and not without one.
        named = [said_by(one) for one in conflict.rules if one.rule not in ASKED]
        alone = asking_only(edition, asked)
        themes = {one[1] if one[0] == "theme" else one[2] for one in asked}
        for rule in rules_there_are(alone, themes):
            if rule not in named:
                alone = without_rule(alone, rule) or alone
        assert best_grouping_by_enumeration(alone) is None, seed
        for rule in named:
            others = without_rule(alone, rule)
            assert others is not None, (seed, rule)
            assert best_grouping_by_enumeration(others) is not None, (seed, rule)
        scores = []
        for one in conflict.relaxations:
            assert one.changes, (seed, one)
            best = best_grouping_by_enumeration(changed(edition, changes_from(one.changes)))
            assert best is not None, (seed, one)
            assert one.optimal, (seed, one)
            assert best == one.score_thousandths, (seed, one)
            scores.append(best)
            less = a_step_less(one)
            if less and (smaller := or_none(edition, less)) is not None:
                assert best_grouping_by_enumeration(smaller) is None, (seed, one)
        assert scores == sorted(scores, reverse=True), seed


def test_each_relaxation_is_made_and_a_smaller_one_does_not_help() -> None:
    people = [
        *(member(f"m{i}", video=False) for i in range(4)),
        *(member(f"far{i}", 33 + i, video=False) for i in range(3)),
    ]
    edition = small_edition(
        people, themes=[Theme(id="a", groups_min=1)], local={"size_min": 6, "size_max": 9},
        travel_km=30.0, moderators=0,
    )  # fmt: skip
    units = {"themes.a.rules.travel_km": 0.001, "themes.a.rules.local.size_min": -1}
    offered = {one.key: one for one in conflict_of(edition).relaxations}
    for key, unit in units.items():
        one = offered[key]
        assert one.least
        (record,) = one.changes
        result = form_groups(changed(edition, [record]), work_limit=100)
        assert result.status is Status.OPTIMAL
        assert result.grouping is not None
        assert result.grouping.score_thousandths == one.score_thousandths
        value = record["value"]
        assert isinstance(value, int | float)
        smaller = dict(record) | {"value": round(value - unit, 3)}
        less = form_groups(changed(edition, [smaller]), work_limit=100)
        assert less.status is Status.INFEASIBLE


def test_two_things_of_two_thousand_are_found_in_few_questions() -> None:
    asked: list[int] = []

    def can_hold(some: list[int]) -> bool:
        asked.append(len(some))
        return not {700, 1900} <= set(some)

    assert needed_of(range(2000), can_hold) == ([700, 1900], True)
    assert len(asked) <= 45


def test_what_is_not_decided_is_kept_and_told() -> None:
    named, decided = needed_of(range(8), lambda some: None if len(some) < 6 else 3 not in some)
    assert 3 in named
    assert not decided


def test_two_pins_of_many_are_found_in_few_solves(monkeypatch: pytest.MonkeyPatch) -> None:
    count = int(os.environ.get("SIP_GROUPING_PINS", "100"))
    # Two pins each ask for one more of three people; all others are pinned to another theme.
    three = ("x0", "x1", "x2")
    people = [member(f"m{i}", video=False, themes=("c",)) for i in range(count - 2)]
    people[5:5] = [member(one, video=False, themes=("a", "b")) for one in three]
    elsewhere = {"x0": "a", "x1": "b"}
    pins = [
        Pin(
            member_id=one.member_id,
            theme=elsewhere.get(one.member_id, "c"),
            track=Track.LOCAL,
            place="hub",
        )
        for one in people
        if one.member_id != "x2"
    ]
    solves: list[Status] = []
    solved = conflict_module._solved

    def counted(arrays: LinearArrays, run: Run) -> Outcome:
        outcome = solved(arrays, run)
        solves.append(outcome.status)
        return outcome

    monkeypatch.setattr(conflict_module, "_solved", counted)
    edition = small_edition(people, themes=[Theme(id=one) for one in "abc"], pins=pins)
    result = form_groups(edition)
    assert result.conflict is not None
    named = {one.members[0] for one in result.conflict.rules if one.rule is RuleId.PIN}
    assert named == {"x0", "x1"}
    assert len(solves) <= 1 + 4 * math.log2(count)
    removed = [one for one in result.conflict.relaxations if one.key == "pins"]
    assert removed
    for one in removed:
        assert len(changed(edition, changes_from(one.changes)).pins) == count - 1
