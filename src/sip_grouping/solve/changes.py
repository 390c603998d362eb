"""Changes to an edition that loosen a rule, and rules dropped altogether.

Comes in: an `Edition`. Goes out: `Change`, what to change as the files name it, and the changed edition.
Conflicts ask which of these rules are needed; the steps that may help are in `smaller`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf

from pydantic import JsonValue

from sip_grouping.catalogue import Parameter, Telling, telling
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role, RulesOverride, SizeLimitsOverride, Track
from sip_grouping.edition.values import MOST_KM
from sip_grouping.errors import InputError
from sip_grouping.problem.needs import NEEDS, Need
from sip_grouping.rules import RuleId
from sip_grouping.solve.called import theme_called

ChangeRecord = dict[str, JsonValue]
"""A change as JSON has it, such as ``{"kind": "rule", "key": "rules.travel_km", "value": 37.0}``."""

ALL_THEMES = ""
"""Stands for a theme where something is asked of all themes together."""

_LARGEST_SIZE = 1_000_000


@dataclass(frozen=True)
class Change:
    """One rule made looser.

    Attributes
    ----------
    key
        What to change, as edition.toml calls it.
    telling
        The rule as it is, or the change, in one sentence.
    every_step
        Whether no value lies between it and the next smaller change.
    nested
        Whether it allows all that smaller changes of its kind allow.
    records
        The same for the files of the edition: JSON as the file contract has changes. Empty for a rule
        that is dropped only to see whether it is needed.
    amount
        By how much it loosens: km, members, groups, rows; None where it has no measure.
    """

    rule: RuleId
    key: str
    telling: Telling
    change: Callable[[Edition], Edition]
    every_step: bool = True
    nested: bool = True
    records: tuple[ChangeRecord, ...] = ()
    amount: float | None = None

    def applied_to(self, edition: Edition) -> Edition | None:
        """Return the changed edition; None where its parts no longer fit together."""
        try:
            return self.change(edition)
        except InputError:
            return None


def rule_record(key: str, value: bool | float) -> ChangeRecord:
    """Return the change of a key of edition.toml as JSON has it."""
    return {"kind": "rule", "key": key, "value": value}


def as_asked(edition: Edition, themes: Iterable[str], pins: frozenset[object]) -> Edition:
    """Return the edition that asks for nothing but groups_min of some themes, and some pins.

    `themes`: with `ALL_THEMES` among them groups_min of all together counts as well.
    """
    asked = set(themes)
    changed = tuple(
        one if one.id in asked else one.model_copy(update={"groups_min": 0})
        for one in edition.themes
    )
    kept = tuple(p for p in edition.pins if p in pins)
    least = edition.total.groups_min if ALL_THEMES in asked else 0
    total = edition.total.model_copy(update={"groups_min": least})
    try:
        return edition.replace(themes=changed, total=total, pins=kept)
    except InputError:
        # The pinned place was the only one: without the pin no group could meet anywhere.
        return edition.replace(themes=changed, total=total)


def themes_concerned(edition: Edition, themes: Iterable[str]) -> list[str]:
    """Return the themes that something is asked of, each once; all of them where it is of all together."""
    named = dict.fromkeys(themes)
    return [theme.id for theme in edition.themes] if ALL_THEMES in named else list(named)


def droppable_rules(edition: Edition, theme_ids: list[str]) -> list[Change]:
    """Return the rules of some themes that keys say, each with the edition that does not have it."""
    found = [change for theme_id in theme_ids for change in _rules_of(edition, theme_id)]
    if edition.total.groups_max is not None:
        most = telling("conflict", "total-max", groups=edition.total.groups_max)
        found.append(
            Change(RuleId.GROUPS_IN_ALL, "total.groups_max", most, with_total(groups_max=None))
        )
    return found


def _without_only(edition: Edition, roles: frozenset[Role]) -> Edition:
    """Return the edition in which who takes part in one of these roles only may be a plain member too."""
    members = tuple(
        one.model_copy(update={role.value: True for role in one.roles})
        if one.only_in_a_role and roles & one.roles
        else one
        for one in edition.members
    )
    return edition.replace(members=members)


def _with_fewer(theme_id: str, need: Need, wanted: int) -> Callable[[Edition], Edition]:
    """Return what asks less of a theme's groups, and forbids nobody to be in one for want of a seat."""
    fewer = with_rules(theme_id, {need.key: wanted})
    return lambda edition: fewer(_without_only(edition, need.roles))


def _rules_of(edition: Edition, theme_id: str) -> list[Change]:
    theme, rules = edition.theme_by_id[theme_id], edition.rules_of(theme_id)
    found: list[Change] = []

    def say(part: str, **parameters: Parameter | Telling) -> Telling:
        return telling("conflict", part, theme=theme_called(theme), **parameters)

    def add(rule: RuleId, name: str, told: Telling, **dropped: object) -> None:
        key = f"themes.{theme_id}.rules.{name}"
        found.append(Change(rule, key, told, with_rules(theme_id, dropped)))

    for track in theme.tracks:
        sizes = rules.sizes(track)
        if sizes.size_min > 1:
            add(
                RuleId.SIZE,
                f"{track}.size_min",
                say("size-min", track=telling("track", track.value), size=sizes.size_min),
                **{track: SizeLimitsOverride(size_min=1)},
            )
        add(
            RuleId.SIZE,
            f"{track}.size_max",
            say("size-max", track=telling("track", track.value), size=sizes.size_max),
            **{track: SizeLimitsOverride(size_max=_LARGEST_SIZE)},
        )
    for need in NEEDS:
        wanted = need.wanted(rules)
        if need.key and wanted:
            told = say("need", wanted=wanted, need=telling("need", need.key))
            key = f"themes.{theme_id}.rules.{need.key}"
            # A pin may ask for a role by name: then one of it is the least that can be asked for.
            fewer = [_with_fewer(theme_id, need, n) for n in range(wanted)]
            found.append(Change(need.rule, key, told, _first_that_fits(fewer)))
    if Track.LOCAL in theme.tracks:
        add(
            RuleId.TRAVEL,
            "travel_km",
            say("travel", km=f"{rules.travel_km:g}"),
            travel_km=float(MOST_KM),
            office_travel_km=float(MOST_KM),
        )
        if rules.spread_km is not None:
            told = say("spread", km=f"{rules.spread_km:g}")
            add(RuleId.SPREAD, "spread_km", told, spread_km=inf)
    if rules.shared_language:
        add(RuleId.SHARED_LANGUAGE, "shared_language", say("language"), shared_language=False)
    if rules.shared_slot:
        add(RuleId.SHARED_SLOT, "shared_slot", say("slot"), shared_slot=False)
    return found


def _first_that_fits(
    changes: Sequence[Callable[[Edition], Edition]],
) -> Callable[[Edition], Edition]:
    """Return the first of some changes after which the parts of an edition fit together."""

    def changed(edition: Edition) -> Edition:
        for change in changes[:-1]:
            with suppress(InputError):
                return change(edition)
        return changes[-1](edition)

    return changed


def with_total(**changes: object) -> Callable[[Edition], Edition]:
    """Return what changes how many groups there may be over all themes."""
    return lambda edition: edition.replace(total=edition.total.model_copy(update=changes))


def with_rules(theme_id: str, changes: Mapping[str, object]) -> Callable[[Edition], Edition]:
    """Return what gives a theme of an edition some rules of its own."""

    def changed(edition: Edition) -> Edition:
        theme = edition.theme_by_id[theme_id]
        own = theme.rules.model_dump(exclude_none=True)
        new = RulesOverride.model_validate(changes).model_dump(exclude_none=True)
        for name, value in new.items():
            own[name] = own.get(name, {}) | value if isinstance(value, dict) else value
        rules = RulesOverride.model_validate(own)
        themes = tuple(
            one.model_copy(update={"rules": rules}) if one.id == theme_id else one
            for one in edition.themes
        )
        return edition.replace(themes=themes)

    return changed
