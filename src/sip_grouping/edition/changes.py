"""Rules of an edition changed by name: what `Edition.with_rules` takes.

Comes in: rules, or a theme's own, and the changes. Goes out: new ones, or an `InputError` whose findings
name each change that cannot be, with the nearest name there is.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from sip_grouping.edition.records import Rules, RulesOverride
from sip_grouping.errors import InputError
from sip_grouping.findings import findings_of

_R = TypeVar("_R", Rules, RulesOverride)


def changed_rules(rules: _R, changes: Mapping[str, object]) -> _R:
    """Return rules with some values changed. Limits of sizes may be given in part.

    Raises
    ------
    InputError
        A name is unknown, or a value is of a wrong type or out of range; holds every finding.
    """
    given = {name: _plain(value) for name, value in changes.items()}
    before: dict[str, Any] = rules.model_dump()
    merged = before | {
        name: {**(before[name] or {}), **value}
        if isinstance(value, dict) and isinstance(before.get(name), dict | None)
        else value
        for name, value in given.items()
    }
    kind = type(rules)
    try:
        return kind.model_validate(merged, strict=True)
    except ValidationError as error:
        raise InputError(findings_of(error, "with_rules", kind)) from None


def _plain(value: object) -> object:
    """Return records as what they say, and numbers of numpy as those of Python."""
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_unset=True)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return value
