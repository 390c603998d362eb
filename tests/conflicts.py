"""What a conflict names, left out of an edition by hand; shares no code with what found it.

Comes in: an `Edition` without a grouping and its `Conflict`. Goes out: what it asks for and the rules behind,
and editions without some of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Track
from sip_grouping.errors import InputError
from sip_grouping.explain import changed, changes_from
from sip_grouping.rules import RuleId
from sip_grouping.solve.result import Conflict, Relaxation

ASKED = (RuleId.GROUPS_PER_THEME, RuleId.PIN)
"""Rules of a conflict that ask for something, as does `total.groups_min`; the others stand behind."""

Asked = tuple[str, ...]
"""What is asked for: ``("theme", id)``, ``("total",)``, ``("pin", member, theme)``."""


def asked_in(conflict: Conflict) -> list[Asked]:
    """Return the requirements that a conflict names."""
    found: list[Asked] = []
    for one in conflict.rules:
        if one.rule is RuleId.GROUPS_PER_THEME:
            found.append(("theme", one.key.split(".")[1]))
        elif one.key == "total.groups_min":
            found.append(("total",))
        elif one.rule is RuleId.PIN:
            # Called by its id, and by its title where that says more.
            theme = one.message.split(" is pinned to ")[1].split(" at ")[0].split(" “")[0]
            found.append(("pin", one.members[0], theme))
    return found


def asking_only(edition: Edition, asked: Iterable[Asked]) -> Edition:
    """Return the edition that asks for some of it and nothing else."""
    kept = set(asked)
    themes = tuple(
        one if ("theme", one.id) in kept else one.model_copy(update={"groups_min": 0})
        for one in edition.themes
    )
    total = edition.total
    if ("total",) not in kept:
        total = total.model_copy(update={"groups_min": 0})
    pins = tuple(one for one in edition.pins if ("pin", one.member_id, one.theme) in kept)
    return edition.replace(themes=themes, total=total, pins=pins)


def themes_of(edition: Edition, asked: Iterable[Asked]) -> list[str]:
    """Return the themes that something is asked of; all, where it is asked of all together."""
    named = {theme for kind, *ids in asked for theme in (ids[-1:] if ids else edition.theme_by_id)}
    return [one.id for one in edition.themes if one.id in named]


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
        for name in ("rooms", "seats_max"):
            if getattr(office, name) is not None:
                yield Said(f"offices.{name}", office=office.office_id)
    if edition.total.groups_max is not None:
        yield Said("total.groups_max")


def rules_behind(conflict: Conflict) -> list[Said]:
    """Return the rules that a conflict names beside what is asked for."""
    return [said_by(one) for one in conflict.rules if not _asks(one)]


def _asks(one: Relaxation) -> bool:
    return one.rule in ASKED or one.key == "total.groups_min"


def named_alone(edition: Edition, conflict: Conflict) -> Edition:
    """Return the edition with what a conflict names, and without all else that it could have named."""
    asked, named = asked_in(conflict), set(rules_behind(conflict))
    alone = asking_only(edition, asked)
    gone = [one for one in rules_there_are(alone, themes_of(edition, asked)) if one not in named]
    # What cannot be left out by itself was no candidate either.
    for one in (one for one in gone if one.key.startswith("themes.")):
        alone = left_out(alone, [one]) or alone
    return left_out(alone, [one for one in gone if not one.key.startswith("themes.")]) or alone


def said_by(one: Relaxation) -> Said:
    """Return what a rule of a conflict is about."""
    office = one.rows[0].record_id if one.key.startswith("offices.") else None
    return Said(one.key, one.members, office or "")


def left_out(edition: Edition, gone: Collection[Said]) -> Edition | None:
    """Return the edition without some rules; None where leaving one out contradicts the rest."""
    members = [one for one in gone if one.key.startswith("members.")]
    if members:
        by_id: dict[str, list[Said]] = defaultdict(list)
        for one in members:
            for member_id in one.members:
                by_id[member_id].append(one)
        freed = (_free_of(two, by_id.get(two.member_id, ())) for two in edition.members)
        edition = edition.replace(members=tuple(freed))
    offices = [one for one in gone if one.key.startswith("offices.")]
    if offices:
        none_at = {(one.office, one.key.split(".")[1]) for one in offices}
        edition = edition.replace(
            offices=tuple(
                two.model_copy(
                    update={name: None for office, name in none_at if office == two.office_id}
                )
                for two in edition.offices
            )
        )
    if any(one.key == "total.groups_max" for one in gone):
        edition = edition.replace(total=edition.total.model_copy(update={"groups_max": None}))
    for one in gone:
        if one.key.startswith("themes."):
            less = _without_key(edition, one.key)
            if less is None:
                return None
            edition = less
    return edition


def _without_key(edition: Edition, whole: str) -> Edition | None:
    _, theme, _, name = whole.split(".", 3)
    if name in {"moderators", "secretaries"}:
        # With no seats of a role nobody could take part in it only.
        role = {"moderators": "moderator", "secretaries": "secretary"}[name]
        edition = edition.replace(
            members=tuple(
                willing(two) if getattr(two, role) == "only" else two for two in edition.members
            )
        )
    values: dict[str, tuple[Any, ...]] = {
        "size_min": (1,), "size_max": (100_000,), "moderators": (0, 1), "secretaries": (0, 1),
        "experienced_min": (0,), "travel_km": (9000.0,), "spread_km": (9000.0,),
        "shared_language": (False,), "shared_slot": (False,),
    }  # fmt: skip
    for value in values[name.split(".")[-1]]:
        changes = {name: value} | ({"office_travel_km": value} if name == "travel_km" else {})
        records = [
            {"kind": "rule", "key": f"themes.{theme}.rules.{key}", "value": to}
            for key, to in changes.items()
        ]
        found = or_none(edition, records)
        if found is not None:
            return found
    return None


def _free_of(two: Member, gone: Collection[Said]) -> Member:
    """Return a member of whom some rows do not speak any more."""
    for one in gone:
        field = one.key.split(".")[1]
        if field in {"moderator", "secretary"}:
            two = willing(two)
        else:
            left = tuple(other for other in getattr(two, field) if other not in one.members)
            two = two.model_copy(update={field: left})
    return two


def willing(two: Member) -> Member:
    """Return a member who takes part without a role as well."""
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
