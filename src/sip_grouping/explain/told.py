"""What changes bring, told: lines of text, and a card for a notebook.

Comes in: a `WhatIf`, a language. Goes out: text, HTML. Themes by title, places by name; of members ids only.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from sip_grouping.cards import CardTable, card_html
from sip_grouping.catalogue import Language, number, pattern, said
from sip_grouping.explain.changes import (
    AddMember,
    Change,
    MemberChange,
    OfficeChange,
    PinChange,
    RemovePin,
    RuleChange,
)
from sip_grouping.explain.differences import (
    Difference,
    GroupDifference,
    GroupFate,
    MemberDifference,
)
from sip_grouping.explain.figures import Figures, points
from sip_grouping.explain.levels_told import by_profile_text, level_rows, profile_text
from sip_grouping.explain.naming import Naming
from sip_grouping.grouping import Status
from sip_grouping.solve.result import Result
from sip_grouping.text import aligned

if TYPE_CHECKING:
    from sip_grouping.explain.asking import WhatIf

_IDS_SHOWN = 12
_PERSONAL = frozenset({"name", "email"})


def change_text(change: Change, language: Language, naming: Naming | None = None) -> str:
    """Return a change in a few words: what was, as the files call it, and what it becomes.

    Parameters
    ----------
    naming
        How themes and places are called, and rules told in words beside their keys; None: as in the files.
    """
    if isinstance(change, RuleChange):
        value = change.value
        if value is None:
            out = said(language, "change", "key-out", key=change.key)
            theme = "" if naming is None else naming.key(change.key, language)
            return f"{out} ({theme})" if theme else out
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        said_in_full = f"{change.key} = {shown}"
        if naming is None:
            return said_in_full
        words, theme = naming.rule(change, language), naming.key(change.key, language)
        if words:
            return f"{words} ({said_in_full})"
        return f"{said_in_full} ({theme})" if theme else said_in_full
    if isinstance(change, MemberChange | OfficeChange):
        return _cell_text(change, language, naming)
    if isinstance(change, AddMember):
        if naming is not None:
            return naming.added(change, language)
        member = str(change.row.get("member_id") or "?")
        where = str(change.row.get("office") or change.row.get("postcode") or "?")
        return said(language, "change", "add-member", member=member, where=where)
    return _pin_text(change, language, naming)


def together_text(
    changes: Sequence[Change], language: Language, naming: Naming | None = None
) -> str:
    """Return changes of which it takes all, in a line; members who are added alike are counted."""
    if naming is None:
        return "; ".join(change_text(one, language) for one in changes)
    alike: dict[str, list[Change]] = {}
    for one in changes:
        alike.setdefault(change_text(one, language, naming), []).append(one)
    return "; ".join(
        naming.added(one, language, len(same)) if isinstance(one, AddMember) else text
        for text, same in alike.items()
        for one in same[:1]
    )


def changes_text(changes: Iterable[Change], language: Language, naming: Naming) -> str:
    """Return changes in a line; who is added has an id, by which the groups tell of it."""
    told = []
    for one in changes:
        who = one.row.get("member_id") if isinstance(one, AddMember) else None
        text = change_text(one, language, naming)
        told.append(f"{text} ({who})" if who else text)
    return "; ".join(told)


def _cell_text(
    change: MemberChange | OfficeChange, language: Language, naming: Naming | None
) -> str:
    text = "" if change.value is None else str(change.value)
    if naming is not None and text and change.field.startswith("theme_"):
        text = naming.theme(text, language)
    if naming is not None and text and change.field == "office":
        text = naming.place(text, language)
    becomes = f"{change.told} = {'...' if change.field in _PERSONAL else text or '-'}"
    if naming is None or isinstance(change, MemberChange):
        return becomes
    office = naming.place(change.office_id, language)
    return becomes if office == change.office_id else f"{becomes} ({office})"


def _pin_text(change: PinChange | RemovePin, language: Language, naming: Naming | None) -> str:
    part = "pin-out" if isinstance(change, RemovePin) else "pin"
    theme, place = change.theme, change.place or change.track
    if naming is not None:
        theme = naming.theme(theme, language)
        place = naming.place(place, language) if change.place else naming.where("", language)
    return said(language, "change", part, member=change.member_id or "?", theme=theme, place=place)


def what_if_text(told: "WhatIf", language: Language) -> str:
    """Return the changes, both verdicts and the differences, a line each."""
    header = ("", *(pattern(language, "what-if", one) for one in ("before", "after")))
    rows = aligned([header, *_rows(told, language)], right=(1, 2))
    lines = [_title(told, language), *(f"  {one}" for one in rows)]
    if told.levels:
        levels = [_level_header(language), *level_rows(told.levels, language)]
        lines.append(_levels_title(told, language))
        lines += [f"  {one}" for one in aligned(levels, right=(1, 2, 3))]
    return "\n".join([*lines, *_sentences(told, language)])


def what_if_html(told: "WhatIf", language: Language) -> str:
    """Return a card of the same, with a table of the members and of the groups that differ."""
    header = ["", *(pattern(language, "what-if", one) for one in ("before", "after"))]
    words = {one: pattern(language, "difference", one.value) for one in Difference}
    members = [
        (one.member_id, words[one.difference], one.group_before, one.group_after)
        for one in told.member_differences
    ]
    member_header = [
        pattern(language, "what-if", one) for one in ("member", "difference", "before", "after")
    ]
    levels = [
        CardTable(
            _level_header(language),
            level_rows(told.levels, language),
            _levels_title(told, language),
        )
    ]
    tables = [
        CardTable(header, _rows(told, language)),
        *(levels if told.levels else ()),
        CardTable(member_header, members, pattern(language, "what-if", "members")),
    ]
    lines = list(_sentences(told, language))
    return card_html(_title(told, language), lines, tables=tables, language=language)


def _level_header(language: Language) -> tuple[str, str, str, str]:
    before, after, difference = (
        pattern(language, "what-if", one) for one in ("before", "after", "difference")
    )
    return "", before, after, difference


def _levels_title(told: "WhatIf", language: Language) -> str:
    return said(language, "by-profile", "title", profile=profile_text(told.profile or ""))


def _title(told: "WhatIf", language: Language) -> str:
    changes = changes_text(told.changes, language, told.naming)
    part = "title" if told.changes else "title-nothing"
    return said(language, "what-if", part, edition=told.edition.name, changes=changes)


def _rows(told: "WhatIf", language: Language) -> list[tuple[str, str, str]]:
    before, after = told.before, told.after
    # By a profile the bound is one of each level.
    left_out = () if told.profile is None else ("bound", "gap")
    return [
        (
            pattern(language, "what-if", name),
            _cell(name, before, language),
            _cell(name, after, language),
        )
        for name in ("status", "score", "bound", "gap", "placed", "groups")
        if name not in left_out
    ]


def _cell(name: str, figures: Figures, language: Language) -> str:
    if name == "status":
        return pattern(language, "status", figures.status.value)
    value: float | int | None = getattr(figures, name)
    if value is None:
        return "-"
    if name == "placed":
        return said(
            language, "what-if", "placed-of",
            placed=number(language, value), eligible=number(language, figures.eligible),
        )  # fmt: skip
    if name == "gap":
        return f"{number(language, 100 * value, 3)} %"
    return number(language, value, 0 if name == "groups" else 3)


def _sentences(told: "WhatIf", language: Language) -> Iterator[str]:
    yield _verdict(told, language)
    if told.points_of_new_members:
        own = number(language, told.points_of_new_members, 3)
        yield said(language, "what-if", "new-members", points=own)
    if not told.same_points:
        yield pattern(language, "what-if", "other-points")
    yield from _of_members(told.member_differences, language)
    yield from _of_groups(told.group_differences, language, told.naming)
    formed = told.formed_after
    if isinstance(formed, Result) and formed.conflict is not None and not told.decides_nothing:
        yield formed.conflict.text_in(language)


def _verdict(told: "WhatIf", language: Language) -> str:
    """Return what is certain of the difference; where it is no single number, between which it lies."""
    if told.decides_nothing:
        return pattern(language, "what-if", "decides-nothing")
    if Status.INFEASIBLE in {told.before.status, told.after.status}:
        both = told.before.status is told.after.status
        now = told.after.status is Status.INFEASIBLE
        part = "both-infeasible" if both else "now-infeasible" if now else "now-possible"
        return pattern(language, "what-if", part)
    if told.profile is not None and told.levels:
        return by_profile_text(told.profile, told.levels, language)
    between = told.difference
    if between.certain is not None:
        return _certain(between.certain, language)
    found = {
        "least": "-" if between.least is None else _points(between.least, language),
        "most": "-" if between.most is None else _points(between.most, language),
    }
    if between.least is None and between.most is None:
        return pattern(language, "what-if", "not-known")
    if between.least is None:
        return said(language, "what-if", "at-most", most=found["most"])
    part = "at-least" if between.most is None else "between"
    return said(language, "what-if", part, **found)


def _certain(difference: int, language: Language) -> str:
    if not difference:
        return pattern(language, "what-if", "same")
    size = number(language, abs(points(difference) or 0.0), 3)
    return said(language, "what-if", "rises" if difference > 0 else "falls", points=size)


def _points(thousandths: int, language: Language) -> str:
    sign = "+" if thousandths > 0 else ""
    return sign + number(language, thousandths / 1000, 3)


def _of_members(differences: Sequence[MemberDifference], language: Language) -> Iterator[str]:
    order = list(Difference)
    ranked = sorted(differences, key=lambda one: order.index(one.difference))
    for kind, rows in groupby(ranked, key=lambda one: one.difference):
        word = pattern(language, "difference", kind.value)
        yield _line(word, [_member(one, language) for one in rows], language)


def _member(one: MemberDifference, language: Language) -> str:
    if one.difference is Difference.ROLE:
        roles = [pattern(language, "role", role) for role in (one.role_before, one.role_after)]
        return f"{one.member_id} ({' -> '.join(roles)})"
    ways = [way for way in (one.group_before, one.group_after) if way]
    return f"{one.member_id} ({' -> '.join(ways)})" if ways else one.member_id


def _of_groups(
    differences: Sequence[GroupDifference], language: Language, naming: Naming
) -> Iterator[str]:
    for fate in GroupFate:
        rows = [_group(one, language, naming) for one in differences if one.difference is fate]
        if rows:
            yield _line(pattern(language, "group-difference", fate.value), rows, language)


def _group(one: GroupDifference, language: Language, naming: Naming) -> str:
    sizes = [str(size) for size in (one.size_before, one.size_after) if size is not None]
    group = naming.group(one.theme, one.place, language)
    return f"{one.group_id} ({group}, {' -> '.join(sizes)})"


def _line(what: str, texts: Sequence[str], language: Language) -> str:
    shown = ", ".join(texts[:_IDS_SHOWN])
    more = len(texts) - _IDS_SHOWN
    if more > 0:
        count = number(language, more)
        shown = said(language, "what-if", "and-more", shown=shown, count=count)
    return said(language, "what-if", "line", what=what, who=shown)
