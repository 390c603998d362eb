"""What was changed by hand, as lines for readers and as JSON for programs.

Comes in: `Judged`. Goes out: text and plain dictionaries. Ids only: no names and no e-mail addresses.
"""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from sip_grouping.by_hand.changes import GroupChange, MemberChange, Seats
from sip_grouping.by_hand.judge import Judged
from sip_grouping.errors import Violation
from sip_grouping.rules import RULES
from sip_grouping.units import THOUSANDTHS

_KINDS = {"new": "is new", "gone": "has no members left and is gone"}
_SENTENCES = {rule.id: rule.sentence for rule in RULES}


def changes_told(found: Judged, *, at_most: int) -> str:
    """Return a line per change with its points, those it breaks below it, and the scores.

    Of very many changes the first, those that break a rule before others, and how many more.
    """
    changes = found.changes
    ordered = sorted(changes.every, key=lambda one: not one.violations)
    lines = [f"Changed by hand: {_counted(found)}."]
    for change in ordered[:at_most]:
        lines += [f"  {_line(change)}", *_broken(change.violations)]
    if len(ordered) > at_most:
        lines.append(f"  and {len(ordered) - at_most:,} more")
    if changes.other_thousandths:
        lines.append(
            "  the edition, or the stored score, is not what it was:"
            f" {_points(changes.other_thousandths)}"
        )
    if changes.every and changes.elsewhere:
        lines += ["  broken by none of these alone:", *_broken(changes.elsewhere)]
    return "\n".join([*lines, scores_told(found)])


def scores_told(found: Judged) -> str:
    """Return the score that is stored, the score now and the difference, in one line."""
    changes = found.changes
    now = f"{changes.thousandths / THOUSANDTHS:,.3f}"
    if changes.stored_thousandths is None or changes.difference is None:
        return f"Score now {now}; no score is stored to compare it with."
    stored = f"{changes.stored_thousandths / THOUSANDTHS:,.3f}"
    return f"Score stored {stored}, now {now}: {_points(changes.difference)}."


def rules_told(violations: Sequence[Violation]) -> list[str]:
    """Return each broken rule in one sentence."""
    broken = {one.rule for one in violations}
    return [f"{rule}: {sentence}" for rule, sentence in _SENTENCES.items() if rule in broken]


def changes_record(found: Judged) -> dict[str, JsonValue]:
    """Return changes and scores; points, not thousandths."""
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
                "violations": [str(violation) for violation in one.violations],
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
                "violations": [str(violation) for violation in one.violations],
            }
            for one in changes.groups
        ],
    }


def _counted(found: Judged) -> str:
    if found.stored is None:
        return "not known, since no grouping.json is beside the workbook"
    members, groups = len(found.changes.members), len(found.changes.groups)
    parts = [
        f"{count:,} {what}{'' if count == 1 else 's'}"
        for count, what in ((members, "member"), (groups, "group"))
        if count
    ]
    return " and ".join(parts) or "nothing"


def _line(change: MemberChange | GroupChange) -> str:
    points = _points(change.thousandths)
    if isinstance(change, MemberChange):
        return f"member {change.member_id}: {_where(change.before)} -> {_where(change.after)}: {points}"
    if change.kind in _KINDS:
        return f"group {change.group_id} {_KINDS[change.kind]}: {points}"
    fields = ", ".join(
        f"{name} {was or 'none'} -> {now or 'none'}" for name, was, now in change.fields
    )
    return f"group {change.group_id}: {fields}: {points}"


def _where(seats: Seats) -> str:
    return ", ".join(f"{group} ({role})" for group, role in seats) or "no group"


def _broken(violations: Sequence[Violation]) -> Iterator[str]:
    for one in violations:
        yield f"    breaks: {one}"


def _points(thousandths: int) -> str:
    return f"{thousandths / THOUSANDTHS:+,.3f} points"


def _in_points(thousandths: int | None) -> float | None:
    return None if thousandths is None else thousandths / THOUSANDTHS


def _seats(seats: Seats) -> list[JsonValue]:
    return [{"group_id": group, "role": role.value} for group, role in seats]
