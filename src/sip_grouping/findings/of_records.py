"""pydantic's errors as findings in plain words.

Comes in: errors of a record's fields. Goes out: findings with the place and the remedy. No finding
shows a name or an e-mail address.
"""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sip_grouping.findings.finding import Finding

PERSONAL = frozenset({"name", "email"})


def close_to(text: str, known: Mapping[str, Any] | tuple[str, ...] | list[str]) -> str:
    """Return ': did you mean ...' where a known word is near, else an empty text."""
    near = get_close_matches(text, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def findings_of(
    error: ValidationError,
    file: str,
    model: type[BaseModel],
    *,
    row: int | str | None = None,
    prefix: str = "",
) -> list[Finding]:
    """Return pydantic's errors about a `model` as findings in plain words."""
    found = []
    for one in error.errors(include_url=False):
        if _of_another_reading(one):
            continue
        finding = _finding(one, file, row, prefix)
        if finding.code == "unknown-key":
            near = close_to(str(one["loc"][-1]), _keys_at(model, one["loc"]))
            finding = replace(finding, remedy=finding.remedy + near)
        found.append(finding)
    return found


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
        field = model.model_fields.get(str(part))
        kinds = () if field is None else (field.annotation, *get_args(field.annotation))
        inner = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if not inner:
            return []
        model = inner[0]
    return list(model.model_fields)


def _finding(one: ErrorDetails, file: str, row: int | str | None, prefix: str) -> Finding:
    parts = [str(part) for part in one["loc"] if not _is_union_tag(str(part))]
    key = ".".join([prefix, *parts] if prefix else parts)
    code, message, remedy = _plain(one)
    shown = None
    if not isinstance(one["input"], dict) and (not parts or parts[0] not in PERSONAL):
        shown = str(one["input"])
    if one["type"] in {"missing", "value_error"} and isinstance(one["input"], dict):
        shown = None
    return Finding(code, message, remedy, file, row, key or None, shown)


def _is_union_tag(part: str) -> bool:
    return part.startswith(("literal", "tuple", "function-", "constrained-"))


_PLAIN: dict[str, tuple[str, str, str]] = {
    "missing": ("missing-key", "this is missing", "add it"),
    "extra_forbidden": (
        "unknown-key",
        "there is no such key",
        "remove it, or correct its spelling",
    ),
    "int_type": ("not-a-whole-number", "a whole number is expected", "write a whole number"),
    "int_parsing": ("not-a-whole-number", "a whole number is expected", "write a whole number"),
    "int_parsing_size": ("out-of-range", "the number is too large", "write a smaller number"),
    "int_from_float": ("not-a-whole-number", "a whole number is expected", "write a whole number"),
    "float_type": ("not-a-number", "a number is expected", "write a number"),
    "float_parsing": ("not-a-number", "a number is expected", "write a number"),
    "finite_number": ("not-a-number", "a finite number is expected", "write a finite number"),
    "bool_type": ("not-true-or-false", "true or false is expected", "write true or false"),
    "bool_parsing": ("not-true-or-false", "true or false is expected", "write true or false"),
    "string_type": ("not-text", "a text is expected", "write a text between quotation marks"),
    "string_too_short": ("empty-text", "the text is empty", "write a text"),
    "string_too_long": ("text-too-long", "the text is too long", "shorten it"),
    "too_short": ("empty-list", "the list is empty", "give at least one"),
    "tuple_type": ("not-a-list", "a list is expected", "write a list in square brackets"),
    "model_type": ("not-a-table", "a table of keys is expected", "write keys with their values"),
    "mapping_type": ("not-a-table", "a table of keys is expected", "write keys with their values"),
    "dict_type": ("not-a-table", "a table of keys is expected", "write keys with their values"),
    "string_pattern_mismatch": (
        "malformed-id",
        "the id holds characters that an id may not",
        "use letters, digits, - and _ without spaces, commas or semicolons",
    ),
}


def _plain(one: ErrorDetails) -> tuple[str, str, str]:
    kind, context = one["type"], one.get("ctx", {})
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in {"greater_than_equal", "greater_than", "less_than_equal", "less_than"}:
        least = kind.startswith("greater")
        limit = context.get("ge", context.get("gt", context.get("le", context.get("lt"))))
        word = "at least" if least else "at most"
        return (
            "out-of-range",
            f"the value must be {word} {limit}",
            f"write a value of {word} {limit}",
        )
    if kind == "literal_error" and "towns" in one["loc"]:
        words = f"{context['expected'].replace(' or ', ', ')} or a list of postcodes"
        return "unknown-word", f"the value must be {words}", f"write {words}"
    if kind in {"literal_error", "enum"}:
        return (
            "unknown-word",
            f"the value must be {context['expected']}",
            f"write {context['expected']}",
        )
    message = (
        one["msg"].removeprefix("Value error, ").replace("Input should be", "the value must be")
    )
    return "invalid-value", message, "correct the value"
