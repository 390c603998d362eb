"""What was changed by hand, as lines for readers and as JSON for programs.

Comes in: `Judged`, a language. Goes out: text and plain dictionaries. Ids only: no names and no e-mail
addresses.
"""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from sip_grouping.by_hand.changes import GroupChange, MemberChange, Seats
from sip_grouping.by_hand.judge import Judged
from sip_grouping.catalogue import Language, counted, listed, number, pattern, said
from sip_grouping.errors import Violation
from sip_grouping.rules import RULES
from sip_grouping.units import THOUSANDTHS


def changes_told(found: Judged, language: Language, *, at_most: int) -> str:
    """Return a line per change with its points, those it breaks below it, and the scores.

    Of very many changes the first, those that break a rule before others, and how many more.
    """
    changes = found.changes
    ordered = sorted(changes.every, key=lambda one: not one.violations)
    lines = [_heading(found, language)]
    for change in ordered[:at_most]:
        lines += [f"  {_line(change, language)}", *_broken(change.violations, language)]
    if len(ordered) > at_most:
        count = number(language, len(ordered) - at_most)
        lines.append("  " + said(language, "card", "more", count=count))
    if changes.other_thousandths:
        points = _points(changes.other_thousandths, language)
        lines.append("  " + said(language, "by-hand", "other", points=points))
    if changes.every and changes.elsewhere:
        lines.append("  " + pattern(language, "by-hand", "elsewhere"))
        lines += _broken(changes.elsewhere, language)
    return "\n".join([*lines, scores_told(found, language)])


def scores_told(found: Judged, language: Language) -> str:
    """Return the score that is stored, the score now and the difference, in one line."""
    changes = found.changes
    now = number(language, changes.thousandths / THOUSANDTHS, 3)
    if changes.stored_thousandths is None or changes.difference is None:
        return said(language, "by-hand", "no-stored", now=now)
    stored = number(language, changes.stored_thousandths / THOUSANDTHS, 3)
    points = _points(changes.difference, language)
    return said(language, "by-hand", "scores", stored=stored, now=now, points=points)


def rules_told(violations: Sequence[Violation], language: Language) -> list[str]:
    """Return each broken rule in one sentence."""
    broken = {one.rule for one in violations}
    return [f"{one.id}: {one.sentence_in(language)}" for one in RULES if one.id in broken]


def changes_record(found: Judged, language: Language) -> dict[str, JsonValue]:
    """Return changes and scores; points, not thousandths; violations as texts of a language."""
    changes = found.changes
    return {
        "stored_score": _in_points(changes.stored_thousandths),
        "difference": _in_points(changes.difference),
        "other_points": _in_points(changes.other_thousandths),
        "moved": [
            {
                "member_id": one.member_id,
                "before": _seats(one.before),
                "after": _seats(one.after),
                "points": _in_points(one.thousandths),
                "violations": [broken.text_in(language) for broken in one.violations],
            }
            for one in changes.members
        ],
        "groups_changed": [
            {
                "group_id": one.group_id,
                "kind": one.kind,
                "fields": [
                    {"field": name, "was": was, "now": now} for name, was, now in one.fields
                ],
                "points": _in_points(one.thousandths),
                "violations": [broken.text_in(language) for broken in one.violations],
            }
            for one in changes.groups
        ],
    }


def _heading(found: Judged, language: Language) -> str:
    if found.stored is None:
        return pattern(language, "by-hand", "not-known")
    counts = (("member", found.changes.members), ("group", found.changes.groups))
    told = [counted(language, what, len(ones)) for what, ones in counts if ones]
    if not told:
        return pattern(language, "by-hand", "nothing")
    return said(language, "by-hand", "changed", changes=listed(language, told))


def _line(change: MemberChange | GroupChange, language: Language) -> str:
    points = _points(change.thousandths, language)
    if isinstance(change, MemberChange):
        before, after = (_where(seats, language) for seats in (change.before, change.after))
        return said(
            language,
            "by-hand",
            "member",
            member=change.member_id,
            before=before,
            after=after,
            points=points,
        )
    if change.kind != "changed":
        return said(language, "by-hand", change.kind, group=change.group_id, points=points)
    none = pattern(language, "figure", "none")
    fields = ", ".join(f"{name} {was or none} -> {now or none}" for name, was, now in change.fields)
    return said(language, "by-hand", "fields", group=change.group_id, fields=fields, points=points)


def _where(seats: Seats, language: Language) -> str:
    told = [f"{group} ({pattern(language, 'role', role.value)})" for group, role in seats]
    return ", ".join(told) or pattern(language, "figure", "no-group")


def _broken(violations: Sequence[Violation], language: Language) -> Iterator[str]:
    for one in violations:
        yield "    " + said(language, "by-hand", "breaks", violation=one.text_in(language))


def _points(thousandths: int, language: Language) -> str:
    sign = "-" if thousandths < 0 else "+"
    points = sign + number(language, abs(thousandths) / THOUSANDTHS, 3)
    return said(language, "by-hand", "points", points=points)


def _in_points(thousandths: int | None) -> float | None:
    return None if thousandths is None else thousandths / THOUSANDTHS


def _seats(seats: Seats) -> list[JsonValue]:
    return [{"group_id": group, "role": role.value} for group, role in seats]
