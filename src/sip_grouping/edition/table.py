"""The answers of an edition's members as a table.

Comes in: members. Goes out: a DataFrame with the columns of members.csv, without names and e-mail
addresses. A new field of `Member` is a column of it without a change here.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sip_grouping.edition.languages import languages_in
from sip_grouping.edition.records import ROLE_ANSWERS, Member
from sip_grouping.edition.values import ONLY, RoleAnswer
from sip_grouping.frames import DEGREES, TEXT, WHOLE, YES_NO, frame, unique_titles

if TYPE_CHECKING:
    import pandas as pd

_PERSONAL = frozenset({"name", "email"})
_FIRST, _LAST = ("member_id", "country", "postcode", "themes"), ("latitude", "longitude")


def answers_table(members: Sequence[Member], beside: Iterable[str] = ()) -> "pd.DataFrame":
    """Return one row per member, in their order.

    Yes/no is bool; where somebody says `only` to a role, the column of that role holds True, False and
    "only" as objects.

    Parameters
    ----------
    beside
        Columns of a table that this one is to be joined with. A further column of the members called
        like one of these, or like one of members.csv, gets ``_answer`` after its name.
    """
    ranks = range(max((len(member.themes) for member in members), default=1))
    fields = Member.model_fields
    plain = {"weight"} if all(one.weight == 1 for one in members) else set()
    others = [name for name in fields if name not in {*_FIRST, *_LAST, *_PERSONAL, "extra", *plain}]
    names = [*_FIRST, *others, *_LAST]
    dtypes: dict[str, Any] = {}
    for name in names:
        if name == "themes":
            dtypes.update({f"theme_{rank + 1}": TEXT for rank in ranks})
        else:
            only = name in ROLE_ANSWERS and any(getattr(one, name) == ONLY for one in members)
            dtypes[name] = object if only else _dtype(fields[name].annotation)
    further = [
        name
        for name in dict.fromkeys(key for member in members for key in member.extra)
        if re.sub(r"\W|_", "", name).lower() not in _PERSONAL
    ]
    titles = unique_titles(further, {*dtypes, *beside})
    dtypes.update(dict.fromkeys(titles.values(), TEXT))
    return frame((_row(member, names, titles) for member in members), dtypes)


def _dtype(annotation: object) -> object:
    if annotation in {bool, RoleAnswer}:
        return YES_NO
    if annotation is int:
        return WHOLE
    return DEGREES if annotation == float | None else TEXT


def _row(member: Member, names: Sequence[str], titles: dict[str, str]) -> dict[str, object]:
    row: dict[str, object] = {}
    for name in names:
        value = getattr(member, name)
        if name == "themes":
            row.update({f"theme_{rank}": theme for rank, theme in enumerate(value, start=1)})
        else:
            row[name] = _listed(name, value) if isinstance(value, tuple) else value
    row.update({titles[name]: text for name, text in member.extra.items() if name in titles})
    return row


def _listed(name: str, parts: Sequence[str]) -> str | None:
    """Return a list as a cell of members.csv holds it; None where it is empty."""
    with_spaces = " ".join(parts)
    # Between two others with spaces alone, English may mean "and".
    doubtful = name == "languages" and languages_in(with_spaces).codes != parts
    apart = ", " if doubtful or any(" " in part for part in parts) else " "
    return apart.join(parts) or None
