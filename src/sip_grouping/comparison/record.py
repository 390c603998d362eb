"""A comparison for other programs.

Comes in: a comparison. Goes out: plain JSON. Ids only; of the members those for whom something changed.
"""

from pydantic import JsonValue

from sip_grouping.comparison.compared import Compared
from sip_grouping.comparison.measures import ranked
from sip_grouping.comparison.moves import Change, Move
from sip_grouping.comparison.pair import GroupChange, Pair
from sip_grouping.comparison.tables import terms_of
from sip_grouping.grouping import Group, Placement

Plain = dict[str, JsonValue]
_UNTOLD = (Change.STAYED, Change.OUT)


def comparison_record(comparison: Compared, by: tuple[str, ...]) -> Plain:
    """Return groupings with their figures, each pair, and the order by some measures."""
    figures = comparison.figures
    order = ranked(figures, by)
    return {
        "groupings": [
            {
                "name": name,
                "edition": one.edition_name,
                "edition_digest": one.edition_digest,
                "status": one.status.value,
                "terms": {**terms_of(one)},
                "measures": {**figures[at]},
            }
            for at, (name, one) in enumerate(
                zip(comparison.names, comparison.groupings, strict=True)
            )
        ],
        "scores_comparable": comparison.scores_comparable,
        "pairs": [_pair(one) for one in comparison.pairs],
        "ranking": {
            "by": list(by),
            "order": [
                {
                    "name": comparison.names[one.index],
                    "order": one.order,
                    "pareto": one.pareto,
                }
                for one in order
            ],
        },
    }


def _pair(pair: Pair) -> Plain:
    moves = pair.moves
    return {
        "a": pair.name_a,
        "b": pair.name_b,
        "same_edition": pair.same_edition,
        "parts_that_differ": list(pair.parts),
        "members": {
            "compared": len(moves.change_by_member),
            "only_a": list(moves.only_a),
            "only_b": list(moves.only_b),
            **{change.value: count for change, count in moves.counts.items()},
        },
        "groups": {**pair.group_counts},
        "member_changes": [_move(one) for one in moves.every if one.change not in _UNTOLD],
        "group_changes": [_group_change(one) for one in pair.groups],
    }


def _move(move: Move) -> Plain:
    return {
        "member_id": move.member_id,
        "change": move.change.value,
        "a": _seat(move.a),
        "b": _seat(move.b),
    }


def _seat(placement: Placement | None) -> JsonValue:
    if placement is None:
        return None
    return {
        "group_id": placement.group_id,
        "role": placement.role.value,
        "theme": placement.theme,
        "rank": placement.rank,
        "track": placement.track.value,
        "travel_km": None if placement.travel_m is None else placement.travel_m / 1000,
    }


def _group_change(one: GroupChange) -> Plain:
    return {
        "change": one.change,
        "a": _group_id(one.a),
        "b": _group_id(one.b),
        "stayed": one.members,
        "differs": list(one.differs),
    }


def _group_id(group: Group | None) -> str | None:
    return None if group is None else group.group_id
