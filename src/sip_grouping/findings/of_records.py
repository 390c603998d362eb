"""pydantic's errors as findings in plain words.

Comes in: errors of a record's fields. Goes out: findings with the place and the remedy. No finding
shows a name or an e-mail address.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sip_grouping.catalogue import Parameter, known
from sip_grouping.findings.finding import Finding, finding

PERSONAL = frozenset({"name", "email"})


def nearest(text: str, known: Iterable[str]) -> str | None:
    """Return the known word that is near a text, if there is one."""
    return next(iter(get_close_matches(text, list(known), n=1)), None)


def close_to(text: str, known: Mapping[str, Any] | tuple[str, ...] | list[str]) -> str:
    """Return ': did you mean ...' where a known word is near, else an empty text."""
    near = nearest(text, known)
    return f"; did you mean {near!r}?" if near else ""


def findings_of(
    error: ValidationError,
    file: str,
    model: type[BaseModel],
    *,
    row: int | str | None = None,
    prefix: str = "",
) -> list[Finding]:
    """Return pydantic's errors about a `model` as findings in plain words."""
    errors = error.errors(include_url=False)
    return [
        _finding(one, file, model, row, prefix)
        for one in errors
        if not _of_another_reading(one) and not _of_its_parts(one, errors)
    ]


def _of_its_parts(one: ErrorDetails, errors: Iterable[ErrorDetails]) -> bool:
    """Return whether a list is called too short because of parts that have errors of their own."""
    place = one["loc"]
    return one["type"] == "too_short" and any(
        other["loc"][: len(place)] == place for other in errors if len(other["loc"]) > len(place)
    )


def _of_another_reading(one: ErrorDetails) -> bool:
    """Return whether an error is about a word where a list was given, or the other way round.

    A field that takes a word or a list (`towns`) fails as both; only one was meant.
    """
    kinds = {part for part in one["loc"] if isinstance(part, str) and _is_union_tag(part)}
    if not kinds:
        return False
    of_list = any(kind.startswith("tuple") for kind in kinds)
    if not of_list:
        return isinstance(one["input"], list | tuple)
    return one["type"] in {"tuple_type", "list_type"}


def _keys_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Return the keys known where an unknown one stands, such as `size_min` under `rules.local`."""
    for part in place[:-1]:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(str(part))
        kinds = () if field is None else (field.annotation, *get_args(field.annotation))
        inner = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if not inner:
            return []
        model = inner[0]
    return [field.alias or name for name, field in model.model_fields.items()]


def _finding(
    one: ErrorDetails, file: str, model: type[BaseModel], row: int | str | None, prefix: str
) -> Finding:
    parts = [str(part) for part in one["loc"] if not _is_union_tag(str(part))]
    key = ".".join([prefix, *parts] if prefix else parts)
    shown = None
    if not isinstance(one["input"], dict) and (not parts or parts[0] not in PERSONAL):
        shown = str(one["input"])
    if one["type"] == "missing" and isinstance(one["input"], dict):
        shown = None
    code, variant, parameters = kind_of(one)
    if code == "unknown-key":
        parameters["near"] = nearest(str(one["loc"][-1]), _keys_at(model, one["loc"]))
    column = key or None
    return finding(code, file, row, column, shown, sheet=None, variant=variant, **parameters)


def _is_union_tag(part: str) -> bool:
    return part.startswith(("literal", "tuple", "function-", "constrained-"))


_KINDS: Mapping[str, tuple[str, str]] = {
    "missing": ("missing-key", ""),
    "extra_forbidden": ("unknown-key", ""),
    "int_type": ("not-a-whole-number", ""),
    "int_parsing": ("not-a-whole-number", ""),
    "int_parsing_size": ("out-of-range", "too-large"),
    "int_from_float": ("not-a-whole-number", ""),
    "float_type": ("not-a-number", ""),
    "float_parsing": ("not-a-number", ""),
    "finite_number": ("not-a-number", "finite"),
    "bool_type": ("not-true-or-false", ""),
    "bool_parsing": ("not-true-or-false", ""),
    "string_type": ("not-text", ""),
    "string_too_short": ("empty-text", ""),
    "string_too_long": ("text-too-long", ""),
    "too_short": ("empty-list", ""),
    "tuple_type": ("not-a-list", ""),
    "model_type": ("not-a-table", ""),
    "mapping_type": ("not-a-table", ""),
    "dict_type": ("not-a-table", ""),
    "date_type": ("not-a-date", ""),
    "date_parsing": ("not-a-date", ""),
    "date_from_datetime_parsing": ("not-a-date", ""),
    "date_from_datetime_inexact": ("not-a-date", ""),
    "string_pattern_mismatch": ("malformed-id", ""),
}
"""Code and variant of the errors that say all by their type alone."""
_LEAST, _MOST = ("ge", "gt"), ("le", "lt")


def kind_of(one: ErrorDetails) -> tuple[str, str, dict[str, Parameter | None]]:
    """Return code, variant and parameters of the finding that says what one of pydantic's errors says.

    A type of error that a validator of the records made up is the variant of ``invalid-value``; one that
    nobody has foreseen is told in pydantic's own words.
    """
    kind, context = one["type"], one.get("ctx", {})
    if kind in _KINDS:
        return *_KINDS[kind], {}
    for variant, keys in (("at-least", _LEAST), ("at-most", _MOST)):
        limit = next((context[key] for key in keys if key in context), None)
        if limit is not None:
            return "out-of-range", variant, {"limit": limit}
    if kind in {"literal_error", "enum"}:
        words = tuple(_QUOTED.findall(context["expected"]))
        return "unknown-word", "towns" if "towns" in one["loc"] else "", {"words": words}
    if ("invalid-value." + kind, "message") in known("en"):
        return "invalid-value", kind, dict(context)
    return "invalid-value", "", {"reason": one["msg"]}


_QUOTED = re.compile("'[^']*'")
