"""What a run was, for other programs: the JSON of ``--json``.

Comes in: a `Result`, findings, violations. Goes out: plain dictionaries that `json` can write. Ids
only: no names and no e-mail addresses.
"""

from collections import Counter
from collections.abc import Iterable

from pydantic import JsonValue

from sip_grouping.catalogue import Language
from sip_grouping.findings import Finding
from sip_grouping.grouping import LeftOutStatus
from sip_grouping.solve.result import Conflict, Relaxation, Result
from sip_grouping.units import THOUSANDTHS

Plain = dict[str, JsonValue]


def result_record(result: Result, language: Language) -> Plain:
    """Return the verdict, score, bound, gap and counts of a run. Scores in points."""
    return {
        "edition": result.edition.name,
        "status": result.status.value,
        "stop_reason": result.stop_reason.value,
        "score": result.score,
        "bound": result.bound,
        "gap": result.gap,
        "stages": _stages(result),
        "counts": _counts(result),
        "conflict": None if result.conflict is None else _conflict(result.conflict, language),
        "seconds": round(result.seconds, 3),
        "work": result.work,
        "warnings": [*finding_records(result.edition.warnings, language)],
    }


def _conflict(conflict: Conflict, language: Language) -> Plain:
    def both(one: Relaxation) -> Plain:
        return {
            "rule": one.rule.value,
            "key": one.key,
            "message": one.message_in(language),
            "least": one.least,
            "members": [*one.members],
        }

    def rule(one: Relaxation) -> Plain:
        return both(one) | {"rows": [{**place.record()} for place in one.rows]}

    def relaxation(one: Relaxation) -> Plain:
        return both(one) | {
            "changes": [dict(change) for change in one.changes],
            "amount": one.amount,
            "score": _points(one.score_thousandths),
            "bound": _points(one.bound_thousandths),
        }

    return {
        "rules": [rule(one) for one in conflict.rules],
        "relaxations": [relaxation(one) for one in conflict.relaxations],
        "complete": conflict.complete,
    }


def _points(thousandths: int | None) -> float | None:
    return None if thousandths is None else thousandths / THOUSANDTHS


def _stages(result: Result) -> list[JsonValue]:
    """Return what was reached in each of several objectives, in their own units; empty for the score."""
    grouping = result.grouping
    return [] if grouping is None else [one.model_dump(mode="json") for one in grouping.stages]


def _counts(result: Result) -> Plain:
    members = result.edition.members
    counts: Plain = {
        "members": len(members),
        "eligible": sum(member.eligible for member in members),
    }
    grouping = result.grouping
    if grouping is None:
        return counts | {"placed": None, "unplaced": None, "groups": None}
    statuses = Counter(one.status for one in grouping.left_out)
    return counts | {
        "placed": len({one.member_id for one in grouping.placements}),
        "unplaced": statuses[LeftOutStatus.UNPLACED],
        "groups": len(grouping.group_records),
    }


def finding_records(findings: Iterable[Finding], language: Language) -> list[Plain]:
    """Return findings, each with its place and remedy."""
    return [{**finding.record(language)} for finding in findings]
