"""What a grouping says of its score and objectives: values, bounds, gaps, status.

Comes in: `Facts`. Goes out: violations. One function per rule.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from sip_grouping.grouping import ObjectiveName, Status
from sip_grouping.rules import RecordRuleId
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.score import objective_values
from sip_grouping.verification.violation import Violation, figure, violation

Check = Callable[[Facts], Iterator[Violation]]

_SAME_GAP = 1e-12


def check_score(facts: Facts) -> Iterator[Violation]:
    """Check that the score and each of its terms are those of the placements."""
    terms = facts.score_terms
    shown = facts.grouping.score_terms
    for name, found, allowed in (
        ("term-rank", shown.rank, terms.rank),
        ("term-travel", shown.travel, terms.travel),
        ("term-video", shown.video, terms.video),
        ("term-groups", shown.groups, terms.groups),
        ("term-places", shown.places, terms.places),
        ("term-previous", shown.previous, terms.previous),
        ("score", facts.grouping.score_thousandths, terms.total),
    ):
        if found != allowed:
            yield violation(
                RecordRuleId.SCORE_FIGURE,
                name,
                found=found,
                allowed=allowed,
            )


def check_bound(facts: Facts) -> Iterator[Violation]:
    """Check that the bound is not below the true score, and the gap follows from both.

    gap = (bound - score) / |score|: 0 where both are equal, none where the score is 0 or there is no
    bound.
    """
    score, bound = facts.score_terms.total, facts.grouping.bound_thousandths
    if bound is not None and bound < score:
        yield violation(
            RecordRuleId.BOUND,
            "bound",
            found=bound,
            allowed=figure("at-least", limit=score),
        )
    yield from _gap(facts.grouping.gap, score, bound, "gap")


def _gap(
    shown: float | None, value: int, bound: int | None, part: str, **named: str
) -> Iterator[Violation]:
    gap: float | None = None
    if bound is not None and (bound == value or value != 0):
        gap = 0.0 if bound == value else (bound - value) / abs(value)
    same = shown == gap if shown is None or gap is None else abs(shown - gap) <= _SAME_GAP
    if not same:
        yield violation(
            RecordRuleId.BOUND,
            part,
            found=shown,
            allowed=gap,
            **named,
        )


def check_stages(facts: Facts) -> Iterator[Violation]:
    """Check each objective's value, that its bound is not below it, and that the gap follows."""
    stages = facts.grouping.stages
    values = _values(facts)
    for name, count in Counter(stage.name for stage in stages).items():
        if count > 1:
            yield violation(
                RecordRuleId.SCORE_FIGURE,
                "stage-twice",
                found=count,
                allowed=1,
                objective=name.value,
            )
    for stage in stages:
        value = values[stage.name]
        if stage.value != value:
            yield violation(
                RecordRuleId.SCORE_FIGURE,
                "stage-value",
                found=stage.value,
                allowed=value,
                objective=stage.name.value,
            )
        if stage.bound is not None and stage.bound < value:
            yield violation(
                RecordRuleId.BOUND,
                "stage-bound",
                found=stage.bound,
                allowed=figure("at-least", limit=value),
                objective=stage.name.value,
            )
        yield from _gap(stage.gap, value, stage.bound, "stage-gap", objective=stage.name.value)


def _values(facts: Facts) -> Mapping[ObjectiveName, int]:
    """Return the true value of each objective; of what changed since a proposal, what is told.

    What the groups were before stands in no grouping: `rounds` checks that value, where both are known.
    Changes never add to the score, which is as much as can be said here.
    """
    told = {stage.name: stage.value for stage in facts.grouping.stages}
    if not told:
        return {}
    values = objective_values(facts, told)
    name = ObjectiveName.SCORE_LESS_DISRUPTION
    if name in told:
        values[name] = min(told[name], facts.score_terms.total)
    return values


def check_status(facts: Facts) -> Iterator[Violation]:
    """Check that the status is optimal where each bound is the true value, and feasible elsewhere.

    Where there are stages their bounds decide, else that of the score.
    """
    stages = facts.grouping.stages
    if stages:
        values = _values(facts)
        proven = all(stage.bound == values[stage.name] for stage in stages)
    else:
        proven = facts.grouping.bound_thousandths == facts.score_terms.total
    status = Status.OPTIMAL if proven else Status.FEASIBLE
    if facts.grouping.status != status:
        yield violation(
            RecordRuleId.STATUS,
            "status-of-stages" if stages else "status-of-score",
            found=str(facts.grouping.status),
            allowed=status.value,
        )


OBJECTIVE_CHECKS: tuple[Check, ...] = (
    check_score,
    check_bound,
    check_stages,
    check_status,
)
