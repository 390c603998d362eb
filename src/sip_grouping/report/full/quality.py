"""What was formed, and how good it is proven to be, in plain words.

Comes in: an edition, a grouping of it, the words of a language. Goes out: sentences, tables of the score.
"""

from collections import Counter
from collections.abc import Iterator

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Grouping, LeftOutStatus, ObjectiveName, Stage, Status
from sip_grouping.grouping.show import objective_text
from sip_grouping.grouping.stages import IN_POINTS, WHOLE_SHARE
from sip_grouping.report.full.tables import Table, table
from sip_grouping.report.speech import Words
from sip_grouping.units import THOUSANDTHS


def about_groups(edition: Edition, grouping: Grouping, words: Words) -> Iterator[str]:
    """Yield what was formed: groups, members placed, choices, travel, members left out."""
    tracks = Counter(one.track for one in grouping.group_records)
    themes = len({one.theme for one in grouping.group_records})
    yield words.say(
        "formed",
        groups=words.count("group", len(grouping.group_records)),
        themes=words.count("theme", themes),
        local=words.number(tracks[Track.LOCAL]),
        video=words.number(tracks[Track.VIDEO]),
    )
    eligible = sum(one.eligible for one in edition.members)
    placed = {one.member_id for one in grouping.placements}
    if eligible:
        yield words.say(
            "placed",
            placed=words.number(len(placed)),
            eligible=words.number(eligible),
            share=words.percent(len(placed) / eligible),
        )
    firsts = sum(one.rank == 1 for one in grouping.placements)
    if placed:
        yield words.say(
            "first-choices",
            firsts=words.number(firsts),
            share=words.percent(firsts / len(grouping.placements)),
        )
    metres = sorted(one.travel_m for one in grouping.placements if one.travel_m is not None)
    if metres:
        yield words.say(
            "travelled",
            mean=words.km(sum(metres) / len(metres)),
            most=words.km(metres[-(-9 * len(metres) // 10) - 1]),
            largest=words.km(metres[-1]),
        )
    without = sum(one.status is LeftOutStatus.UNPLACED for one in grouping.left_out)
    yield (
        words.say("left-out-count", members=words.count("member", without))
        if without
        else (words.say("all-placed"))
    )


def about_proof(
    edition: Edition, grouping: Grouping, words: Words, *, checked: bool
) -> Iterator[str]:
    """Yield what is known of the best grouping that could exist, and who checked this one."""
    bound = grouping.bound
    if grouping.status is Status.OPTIMAL:
        # With several objectives a grouping that reaches less of the first may well have a higher score.
        yield words.say("proven-best-in-order" if grouping.stages else "proven-best")
    elif grouping.gap is not None and bound is not None:
        yield words.say("proven-within", share=words.percent_at_most(grouping.gap))
        # All of `bound` may be out of reach, so this is the most that a better one could gain.
        yield words.say(
            "gain-at-most",
            points=words.number(bound - grouping.score, 3),
            first=words.number(edition.score.rank_points[0], 3),
        )
    else:
        yield words.say("proof-unknown")
    if grouping.settings.get("edited_by_hand"):
        yield words.say("edited-by-hand")
    if checked:
        yield words.say("checked")


def score_table(grouping: Grouping, words: Words) -> Table:
    """Return the score with its terms, and what is proven of it."""
    terms = grouping.score_terms

    def points(thousandths: int | None) -> str:
        return "" if thousandths is None else words.number(thousandths / THOUSANDTHS, 3)

    rows = [
        (words.say("term-rank"), points(terms.rank)),
        (words.say("term-travel"), points(-terms.travel)),
        (words.say("term-video"), points(-terms.video)),
        (words.say("term-groups"), points(-terms.groups)),
        *([(words.say("term-places"), points(-terms.places))] if terms.places else []),
        *([(words.say("term-previous"), points(terms.previous))] if terms.previous else []),
        (words.say("score"), points(grouping.score_thousandths)),
        (words.say("bound"), points(grouping.bound_thousandths) or words.say("not-known")),
        (
            words.say("gap"),
            words.say("not-known") if grouping.gap is None else words.percent_at_most(grouping.gap),
        ),
    ]
    return table(words.say("score-caption"), (words.say("part"), words.say("points")), rows, (1,))


def stages_table(grouping: Grouping, words: Words) -> Table | None:
    """Return the objectives in their order, where there were several."""
    if not grouping.stages:
        return None
    header = [words.say(one) for one in ("objective", "reached", "bound", "gap")]
    return table(
        words.say("stages-caption"),
        header,
        [
            (
                objective_text(one.name, words.language),
                _in_unit(one, one.value, words),
                words.say("not-known") if one.bound is None else _in_unit(one, one.bound, words),
                words.say("not-known") if one.gap is None else words.percent_at_most(one.gap),
            )
            for one in grouping.stages
        ],
        (1, 2, 3),
    )


def _in_unit(stage: Stage, value: int, words: Words) -> str:
    """Return a value of an objective: points, km, per cent, or how many."""
    if stage.name in IN_POINTS:
        return words.number(value / THOUSANDTHS, 3)
    if stage.name in {ObjectiveName.TRAVEL, ObjectiveName.LONGEST_WAY}:
        return words.km(-value)
    if stage.name is ObjectiveName.LEAST_SHARE:
        return words.percent(value / WHOLE_SHARE, 2)
    return words.number(value)
