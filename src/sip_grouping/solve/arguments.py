"""The arguments of `form_groups`, checked all at once.

Comes in: whatever a caller gave. Goes out: `Arguments`, plain and of the right types, or one `InputError`
that names every argument that does not fit. A number may be numpy's; true and false are no numbers.
"""

import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from numbers import Integral, Real
from os import PathLike
from typing import cast

from pydantic import BaseModel

from sip_grouping.catalogue import Parameter
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.formed import grouping_of
from sip_grouping.grouping.stages import CHOICES, ObjectiveName, objective_asked_for
from sip_grouping.solve.notebook import default_observer
from sip_grouping.solve.profiles import PROFILES, objectives_of_profile
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.run import Limits, Run

LARGEST_SEED = 2**31 - 1  # what CP-SAT takes
MOST_WORKERS = 1000

_FUNCTION = "form_groups"


@dataclass(frozen=True, slots=True)
class Arguments:
    """What `form_groups` was asked for, of the types that its signature names.

    Without an observer, in a notebook, the one that shows the progress there.
    """

    edition: Edition
    time_limit: float | None
    work_limit: float | None
    gap: float
    seed: int
    workers: int
    pins: tuple[Pin, ...]
    hint: Grouping | None
    observer: Observer | None
    cancel: threading.Event | None
    objectives: tuple[ObjectiveName, ...]

    def run(self) -> Run:
        """Return a run within these limits; its clock begins."""
        return Run(
            Limits(self.time_limit, self.work_limit, self.gap, self.seed, self.workers),
            members=len(self.edition.members),
            observer=self.observer,
            cancel=self.cancel,
        )


def checked_arguments(
    edition: object,
    *,
    time_limit: object = None,
    work_limit: object = None,
    gap: object = 0.0,
    seed: object = 0,
    workers: object = 1,
    pins: object = (),
    hint: object = None,
    observer: object = None,
    cancel: object = None,
    objectives: object = None,
    profile: object = None,
) -> Arguments:
    """Return the arguments of `form_groups` if all of them fit.

    Raises
    ------
    InputError
        One finding for every argument of a wrong type or out of range.
    """
    wrong: list[Finding] = []
    if not isinstance(edition, Edition):
        variant = "edition-path" if isinstance(edition, str | PathLike) else "edition"
        wrong.append(_of_wrong_type("edition", edition, variant))
    limits = {
        "time_limit": _limit("time_limit", time_limit, "seconds", wrong),
        "work_limit": _limit("work_limit", work_limit, "above-0", wrong),
    }
    gap_wanted = _gap(gap, wrong)
    whole = {
        "seed": _whole("seed", seed, 0, LARGEST_SEED, wrong),
        "workers": _whole("workers", workers, 1, MOST_WORKERS, wrong),
    }
    placements = _pins(pins, wrong)
    start = _hint(hint, wrong)
    if not (observer is None or isinstance(observer, Observer)):
        wrong.append(_of_wrong_type("observer", observer, "observer"))
    if not (cancel is None or callable(getattr(cancel, "is_set", None))):
        wrong.append(_of_wrong_type("cancel", cancel, "cancel"))
    order = _order(edition, objectives, profile, wrong)
    if wrong:
        raise InputError(wrong)
    return Arguments(
        edition=cast("Edition", edition),
        time_limit=limits["time_limit"],
        work_limit=limits["work_limit"],
        gap=gap_wanted,
        seed=whole["seed"],
        workers=whole["workers"],
        pins=placements,
        hint=start,
        observer=cast("Observer", observer) if observer is not None else default_observer(),
        cancel=cast("threading.Event | None", cancel),
        objectives=order,
    )


def _order(
    edition: object, objectives: object, profile: object, wrong: list[Finding]
) -> tuple[ObjectiveName, ...]:
    """Return the objectives asked for, by their names or by that of a profile; of neither, the score."""
    if profile is None:
        return (ObjectiveName.SCORE,) if objectives is None else _objectives(objectives, wrong)
    if not isinstance(profile, str) or profile not in PROFILES:
        wrong.append(_of_wrong_type("profile", profile, "profile", known=", ".join(PROFILES)))
    elif objectives is not None:
        wrong.append(_unfit("profile", profile, "profile-and-objectives", is_number=True))
    elif isinstance(edition, Edition):
        return objectives_of_profile(profile, edition)
    return ()


def _objectives(value: object, wrong: list[Finding]) -> tuple[ObjectiveName, ...]:
    given = [] if isinstance(value, str) or not isinstance(value, Sequence) else list(value)
    names = [name for one in given if (name := objective_asked_for(one)) is not None]
    if not given or len(names) < len(given) or len(set(names)) < len(names):
        known = ", ".join(CHOICES)
        wrong.append(_of_wrong_type("objectives", value, "objectives", known=known))
    return tuple(names)


def _limit(name: str, value: object, variant: str, wrong: list[Finding]) -> float | None:
    if value is None:
        return None
    number = _real(value)
    if number is None or not (isfinite(number) and number > 0):
        wrong.append(_unfit(name, value, variant, is_number=number is not None))
    return number


def _gap(value: object, wrong: list[Finding]) -> float:
    number = _real(value)
    if number is not None and isfinite(number) and number >= 0:
        return number
    wrong.append(_unfit("gap", value, "from-0", is_number=number is not None))
    return 0.0


def _whole(name: str, value: object, least: int, most: int, wrong: list[Finding]) -> int:
    is_number = isinstance(value, Integral) and not isinstance(value, bool)
    number = int(value) if isinstance(value, Integral) else least
    if not is_number or not least <= number <= most:
        limits = {"least": least, "most": most}
        wrong.append(_unfit(name, value, "whole", is_number=is_number, **limits))
    return number


def _real(value: object) -> float | None:
    """Return a number as a float, infinite where it is too large for one; None: it is no number."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        return float(value)
    except OverflowError:
        return inf


def _pins(value: object, wrong: list[Finding]) -> tuple[Pin, ...]:
    # A pin and a table can be looped over too, but give names of fields and columns.
    listed = isinstance(value, Iterable) and not isinstance(value, _NO_LISTS)
    if not listed or hasattr(value, "columns"):
        wrong.append(_of_wrong_type("pins", value, "pins"))
        return ()
    found = tuple(cast("Iterable[object]", value))
    for number, one in enumerate(found):
        if not isinstance(one, Pin):
            wrong.append(_of_wrong_type(f"pins[{number}]", one, "pin"))
    return cast("tuple[Pin, ...]", found)


_NO_LISTS = (str, bytes, Mapping, BaseModel)


def _hint(value: object, wrong: list[Finding]) -> Grouping | None:
    if value is None or isinstance(value, Grouping):
        return value
    try:
        return grouping_of(cast("Grouping", value), _FUNCTION, "hint")
    except InputError as error:
        wrong.extend(error.findings)
        return None


def _unfit(
    name: str, value: object, variant: str, *, is_number: bool, **limits: Parameter
) -> Finding:
    if not is_number:
        return _of_wrong_type(name, value, variant, **limits)
    return finding(
        "argument-out-of-range", _FUNCTION, None, name, _short(value),
        sheet=None, variant=variant, name=name, **limits,
    )  # fmt: skip


def _of_wrong_type(name: str, value: object, variant: str, **others: Parameter) -> Finding:
    shown = _short(value) if isinstance(value, str | Real | PathLike) else None
    return finding(
        "wrong-type", _FUNCTION, None, name, shown,
        sheet=None, variant=variant, name=name, kind=_kind(value), **others,
    )  # fmt: skip


def _kind(value: object) -> str:
    """Return what a value is, as Python calls it in every language."""
    if value is None:
        return "None"
    return f"type[{value.__name__}]" if isinstance(value, type) else type(value).__name__


def _short(value: object) -> str:
    try:
        text = str(value)
    except ValueError:  # Python writes no number of more than some thousand digits
        return f">= 1e{sys.get_int_max_str_digits()}"
    return text if len(text) <= 100 else f"{text[:97]}..."
