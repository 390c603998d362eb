"""The levels of a profile, told: values in their units, what differs, and what is proven of it.

Comes in: `LevelDifference`s, a language. Goes out: text.
"""

from collections.abc import Sequence

from sip_grouping.catalogue import Language, number, said
from sip_grouping.explain.figures import Between
from sip_grouping.explain.levels import ByProfile, LevelDifference, by_profile, deciding
from sip_grouping.grouping.show import objective_text
from sip_grouping.grouping.stages import IN_POINTS, WHOLE_SHARE, ObjectiveName
from sip_grouping.units import THOUSANDTHS

_WAYS = frozenset({ObjectiveName.TRAVEL, ObjectiveName.LONGEST_WAY})


def profile_text(profile: str) -> str:
    """Return the name of a profile as it is typed."""
    return profile.replace("_", "-")


def value_text(name: ObjectiveName, value: int, language: Language) -> str:
    """Return a value of an objective in its unit: points, km, per cent, or how many."""
    if name in IN_POINTS:
        return number(language, value / THOUSANDTHS, 3)
    if name in _WAYS:
        # Of ways, the engine makes the metres with a minus as large as possible.
        return f"{number(language, -value / 1000, 3)}\u00a0km"
    if name is ObjectiveName.LEAST_SHARE:
        return f"{number(language, 100 * value / WHOLE_SHARE, 2)}\u00a0%"
    return number(language, value)


def level_rows(
    levels: Sequence[LevelDifference], language: Language
) -> list[tuple[str, str, str, str]]:
    """Return a row for each level: what it asks for, both values, the difference."""
    return [
        (
            objective_text(one.name, language),
            value_text(one.name, one.before.value, language),
            value_text(one.name, one.after.value, language),
            _difference(one, language),
        )
        for one in levels
    ]


def level_text(level: LevelDifference, language: Language) -> str:
    """Return a level and by how much it differs, in a few words."""
    return f"{objective_text(level.name, language)} {_difference(level, language)}"


def by_profile_text(profile: str, levels: Sequence[LevelDifference], language: Language) -> str:
    """Return in a sentence which edition is better by a profile, as far as it is proven."""
    verdict, first = by_profile(levels), deciding(levels)
    name = profile_text(profile)
    if first is None:
        return said(language, "by-profile", ByProfile.SAME, profile=name)
    part = verdict.value
    level, change = objective_text(first.name, language), _difference(first, language)
    return said(language, "by-profile", part, profile=name, level=level, change=change)


def between_text(
    name: ObjectiveName, between: Between, language: Language, *, unknown: str = "?"
) -> str:
    """Return a difference in an objective with its sign, or its ends; `unknown` where neither is known."""
    if between.certain is not None:
        return _signed(name, between.certain, language)
    if between.least is None and between.most is None:
        return unknown
    ends = (between.least, between.most)
    least, most = ("?" if end is None else _signed(name, end, language) for end in ends)
    return f"{least} ... {most}"


def _difference(one: LevelDifference, language: Language) -> str:
    return between_text(one.name, one.difference, language)


def _signed(name: ObjectiveName, value: int, language: Language) -> str:
    shown = -value if name in _WAYS else value
    return f"{'+' if shown > 0 else ''}{value_text(name, value, language)}"
