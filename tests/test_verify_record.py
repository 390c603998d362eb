"""The rules of the written record: its rows and figures, kept, broken and at the boundary."""

from collections.abc import Mapping

import pytest
from grouping_builder import GroupWanted, build_grouping
from meridian import edition_of, exact_m, living
from verify_cases import (
    Case,
    assert_exactly_its_rule_is_reported,
    broken,
    changed,
    inside,
    kept,
    left_out,
    outside,
    with_group,
    with_row,
)

from sip_grouping.edition.records import RulesOverride, Theme, Track
from sip_grouping.grouping import (
    Group,
    Grouping,
    Reason,
    ScoreTerms,
    Status,
)
from sip_grouping.rules import RecordRuleId

LOCAL: GroupWanted = {"theme": "a", "place": "hub", "members": ["a", "b"]}
VIDEO: GroupWanted = {"theme": "a", "track": "video", "members": ["c", "d"]}
EDITION = edition_of(
    [
        living("a", 1.0, themes=("b", "a"), moderator=True),
        living("b", -2.5, secretary=True),
        living("c", 90.0, moderator=True),
        living("d", 120.0, local=False, secretary=True),
    ],
    themes=[Theme(id="a", rules=RulesOverride(moderators=1, secretaries=1)), Theme(id="b")],
)
GROUPING = build_grouping(
    EDITION,
    [
        {**LOCAL, "moderators": ["a"], "secretaries": ["b"]},
        {**VIDEO, "moderators": ["c"], "secretaries": ["d"]},
    ],
    proven=True,
)
# Members c and d have reasons that stay true whatever is proven.
OPEN_EDITION = EDITION.replace(
    members=(
        *EDITION.members[:2],
        living("c", 90.0, moderator=True, video=False),
        living("d", 120.0, local=False, video=False, secretary=True),
    )
)
OPEN = build_grouping(
    OPEN_EDITION,
    [{**LOCAL, "moderators": ["a"], "secretaries": ["b"]}],
    bound_thousandths=400_000,
)


def _digest() -> list[Case]:
    rule = RecordRuleId.DIGEST
    other = edition_of(EDITION.members[:3], themes=EDITION.themes)
    named = EDITION.replace(
        members=tuple(one.model_copy(update={"name": "Somebody"}) for one in EDITION.members)
    )
    return [
        kept(rule, "of this edition", EDITION, GROUPING),
        broken(rule, "of another", EDITION, changed(GROUPING, edition_digest=other.digest)),
        inside(rule, "only names differ", named, GROUPING),
        outside(rule, "another name of the edition", EDITION, changed(GROUPING, edition_name="x")),
    ]


def _one_row() -> list[Case]:
    rule = RecordRuleId.ONE_ROW_PER_MEMBER
    twice = changed(OPEN, left_out=(*OPEN.left_out, OPEN.left_out[0]))
    both = changed(GROUPING, left_out=(left_out("a", Reason.OUTWEIGHED),))
    wide = edition_of(
        [living(one, themes=("a", "b")) for one in "abc"],
        themes=[Theme(id="a"), Theme(id="b")],
        groups_per_member=2,
    )
    two_groups = build_grouping(
        wide, [LOCAL, {"theme": "b", "place": "hub", "members": ["a", "c"]}], proven=True
    )
    return [
        kept(rule, "all placed", EDITION, GROUPING),
        broken(rule, "no row", OPEN_EDITION, changed(OPEN, left_out=OPEN.left_out[1:])),
        broken(rule, "two rows without group", OPEN_EDITION, twice),
        broken(rule, "placed and not placed", EDITION, both),
        inside(rule, "one row for each of two groups", wide, two_groups),
    ]


def _known_ids() -> list[Case]:
    rule = RecordRuleId.KNOWN_IDS
    ghost = left_out("ghost", Reason.OUTWEIGHED)
    listed = with_group(GROUPING, moderators=("a", "ghost"))
    empty = build_grouping(edition_of([living("a")]), [], proven=True)
    # An unknown theme or place is judged by no other rule that needs it; points are lost with it.
    nowhere = build_grouping(EDITION, [], bound_thousandths=0)
    return [
        kept(rule, "all known", EDITION, GROUPING),
        broken(rule, "member without group", EDITION, changed(GROUPING, left_out=(ghost,))),
        broken(rule, "moderator of a group", EDITION, listed),
        inside(rule, "nobody placed", edition_of([living("a")]), empty),
        inside(rule, "no group at all", EDITION, nowhere),
        outside(rule, "place", EDITION, _at_unknown_place()),
    ]


def _at_unknown_place() -> Grouping:
    """Return GROUPING with its local group nowhere: the score counts no travel then."""
    terms = GROUPING.score_terms.model_copy(update={"travel": 0})
    return changed(
        with_group(GROUPING, place="nowhere"),
        score_terms=terms,
        score_thousandths=terms.total,
        bound_thousandths=terms.total,
    )


def _group_row() -> list[Case]:
    rule = RecordRuleId.GROUP_ROW
    doubled = changed(GROUPING, group_records=(*GROUPING.group_records, GROUPING.group_records[0]))
    empty_group = Group(group_id="g9", theme="b", track=Track.VIDEO, size=0)
    with_empty = changed(GROUPING, group_records=(*GROUPING.group_records, empty_group))
    swapped = with_group(GROUPING, moderators=("a",), secretaries=())
    reordered = changed(GROUPING, placements=GROUPING.placements[::-1])
    return [
        kept(rule, "both tables agree", EDITION, GROUPING),
        broken(rule, "theme of a row", EDITION, with_row(GROUPING, theme="b")),
        broken(rule, "track of a row", EDITION, with_row(GROUPING, track="video")),
        broken(rule, "secretary missing in the group's row", EDITION, swapped),
        broken(rule, "two rows of one group", EDITION, doubled),
        broken(rule, "row without members", EDITION, with_empty),
        inside(rule, "another order of rows", EDITION, reordered),
        outside(
            rule, "named twice in its row", EDITION, with_group(GROUPING, moderators=("a", "a"))
        ),
    ]


def _rank_figure() -> list[Case]:
    rule = RecordRuleId.RANK_FIGURE
    return [
        kept(rule, "second choice", EDITION, GROUPING),
        broken(rule, "second shown as first", EDITION, with_row(GROUPING, 0, rank=1)),
        outside(rule, "one more than the last rank", EDITION, with_row(GROUPING, 1, rank=2)),
        outside(rule, "nought", EDITION, with_row(GROUPING, 1, rank=0)),
    ]


def _travel_figure() -> list[Case]:
    rule = RecordRuleId.TRAVEL_FIGURE
    travel_m = exact_m(1.0)
    return [
        kept(rule, "exact", EDITION, GROUPING),
        broken(rule, "nothing shown", EDITION, with_row(GROUPING, travel_m=None)),
        inside(rule, "same metre", EDITION, with_row(GROUPING, travel_m=travel_m)),
        outside(rule, "one metre more", EDITION, with_row(GROUPING, travel_m=travel_m + 1)),
        outside(rule, "one metre less", EDITION, with_row(GROUPING, travel_m=travel_m - 1)),
        outside(rule, "nought for video", EDITION, with_row(GROUPING, 2, travel_m=0)),
    ]


def _group_figures() -> list[Case]:
    rule = RecordRuleId.GROUP_FIGURES
    shown = GROUPING.group_records[0]
    assert shown.mean_travel_m is not None
    assert shown.max_travel_m is not None
    assert shown.spread_m is not None
    assert shown.latitude is not None
    wrong: Mapping[str, object] = {
        "size": 3,
        "mean_travel_m": shown.mean_travel_m + 1,
        "max_travel_m": shown.max_travel_m - 1,
        "spread_m": shown.spread_m + 1,
        "latitude": None,
        "longitude": 4.001,
    }
    alone = edition_of([living("a", 3.0)], local={"size_min": 1, "size_max": 1})
    halved = edition_of([living("a"), living("b", *_odd_metres())])
    one = build_grouping(alone, [{**LOCAL, "members": ["a"]}], proven=True)
    half = build_grouping(halved, [LOCAL], proven=True)
    mean = half.group_records[0].mean_travel_m
    assert mean is not None
    near = with_group(GROUPING, latitude=shown.latitude + 0.9e-9)
    far = with_group(GROUPING, latitude=shown.latitude + 1.1e-9)
    return [
        kept(rule, "all true", EDITION, GROUPING),
        *(
            broken(rule, name, EDITION, with_group(GROUPING, **{name: value}))
            for name, value in wrong.items()
        ),
        broken(rule, "spread of a video group", EDITION, with_group(GROUPING, 1, spread_m=0)),
        inside(rule, "spread of one member is nought", alone, one),
        outside(rule, "spread of one member is empty", alone, with_group(one, spread_m=None)),
        inside(rule, "half a metre up", halved, half),
        outside(rule, "half a metre down", halved, with_group(half, mean_travel_m=mean - 1)),
        inside(rule, "place within a billionth of a degree", EDITION, near),
        outside(rule, "place beyond a billionth of a degree", EDITION, far),
        *_names_of_places(),
        *_codes_without_a_rule(),
    ]


def _names_of_places() -> list[Case]:
    rule = RecordRuleId.GROUP_FIGURES
    hub = EDITION.offices[0].model_copy(update={"name": "The hub"})
    named = EDITION.replace(offices=(hub, *EDITION.offices[1:]))
    return [
        inside(rule, "no name of a place", named, GROUPING),
        inside(rule, "its name", named, with_group(GROUPING, place_name="The hub")),
        inside(rule, "its id without a name", EDITION, with_group(GROUPING, place_name="hub")),
        broken(rule, "another name", EDITION, with_group(GROUPING, place_name="x")),
        broken(rule, "its id though it has a name", named, with_group(GROUPING, place_name="hub")),
        broken(rule, "a name by video", EDITION, with_group(GROUPING, 1, place_name="hub")),
    ]


def _codes_without_a_rule() -> list[Case]:
    rule = RecordRuleId.GROUP_FIGURES
    edition = edition_of(
        [
            living("a", languages=("fr", "nl"), slots=("tue",)),
            living("b", languages=("nl",)),
            living("c"),
        ]
    )
    built = build_grouping(edition, [{**LOCAL, "members": ["a", "b", "c"]}], proven=True)
    silent = build_grouping(EDITION, [LOCAL, VIDEO], proven=True)
    silent_edition = EDITION.replace(themes=(Theme(id="a"), Theme(id="b")))
    silent = changed(
        silent,
        edition_digest=silent_edition.digest,
        edition_digests=silent_edition.digests,
        edition_entries=silent_edition.kept_entries,
    )
    return [
        inside(rule, "shared by all who list any", edition, with_group(built, language="nl")),
        inside(rule, "none shown", edition, with_group(built, language="", slot="")),
        broken(rule, "listed by some", edition, with_group(built, language="fr")),
        broken(rule, "listed by nobody", edition, with_group(built, language="zz")),
        broken(rule, "slot of nobody", edition, with_group(built, slot="zz")),
        inside(rule, "nobody lists any", silent_edition, silent),
        broken(rule, "where nobody lists any", silent_edition, with_group(silent, language="zz")),
    ]


def _group_id() -> list[Case]:
    rule = RecordRuleId.GROUP_ID

    def called(group_id: str) -> Grouping:
        first = changed(
            GROUPING,
            placements=tuple(
                row.model_copy(update={"group_id": group_id}) if row.group_id == "g1" else row
                for row in GROUPING.placements
            ),
        )
        return with_group(first, group_id=group_id)

    good = ("support-FR-69003-1", "a", "7", "Liège_2.b", "a..b")
    bad = ("../../x", "", ".x", "a/b", "a\\b", "a b", "x.", "-x", "a:b", "a\n", "_x", "con\0")
    return [
        kept(rule, "plain", EDITION, GROUPING),
        *(inside(rule, one, EDITION, called(one)) for one in good),
        *(broken(rule, repr(one), EDITION, called(one)) for one in bad),
    ]


def _settings() -> list[Case]:
    rule = RecordRuleId.SETTINGS
    true = {"time_limit": None, "work_limit": 5, "gap": 0.01, "workers": 1}
    wrong: list[dict[str, object]] = [
        {"time_limit": 0},
        {"time_limit": "60"},
        {"work_limit": True},
        {"gap": -1.0},
        {"gap": None},
        {"workers": 0},
        {"workers": 1.5},
        {"weather": "fine"},
    ]
    return [
        kept(rule, "none told", EDITION, GROUPING),
        kept(rule, "all told", EDITION, changed(GROUPING, settings=true, seed=7)),
        inside(rule, "nought", EDITION, changed(GROUPING, settings={"gap": 0, "workers": 1})),
        *(broken(rule, str(one), EDITION, changed(GROUPING, settings=one)) for one in wrong),
        *(
            broken(rule, f"seed {one!r}", EDITION, changed(GROUPING, seed=one))
            for one in (-1, True, "0", 1.0, None)
        ),
        inside(rule, "a version", EDITION, changed(GROUPING, versions={"numpy": "2.1.0rc1+x"})),
        broken(rule, "no version", EDITION, changed(GROUPING, versions={"numpy": "best"})),
        broken(rule, "another library", EDITION, changed(GROUPING, versions={"left-pad": "1"})),
    ]


def _odd_metres() -> tuple[float]:
    """Return kilometres whose exact distance from the office is an odd number of metres."""
    return (next(km for km in (1.0, 1.001, 1.002, 1.003, 1.004) if exact_m(km) % 2),)


def _score_figure() -> list[Case]:
    rule = RecordRuleId.SCORE_FIGURE
    terms = GROUPING.score_terms
    halves = edition_of(
        [living("a"), living("b", *_odd_metres())], score={"km_points": 0.5, "rank_points": [1]}
    )
    travel = exact_m(*_odd_metres())
    rounded = build_grouping(halves, [LOCAL], proven=True)
    up = ScoreTerms(rank=2000, travel=(travel + 1) // 2)
    down = ScoreTerms(rank=2000, travel=travel // 2)
    one_less = changed(GROUPING, score_thousandths=GROUPING.score_thousandths - 1)
    return [
        kept(rule, "true", EDITION, GROUPING),
        broken(rule, "score", EDITION, one_less),
        *(
            broken(
                rule,
                f"{name} term",
                EDITION,
                changed(
                    GROUPING,
                    score_terms=terms.model_copy(update={name: getattr(terms, name) + 1}),
                ),
            )
            for name in ScoreTerms.model_fields
        ),
        inside(rule, "half a thousandth is lost as one", halves, changed(rounded, score_terms=up)),
        outside(rule, "half a thousandth is not lost", halves, changed(rounded, score_terms=down)),
    ]


def _bound() -> list[Case]:
    rule = RecordRuleId.BOUND
    score = OPEN.score_thousandths
    nothing = build_grouping(EDITION, [], bound_thousandths=5000)

    def bounded(bound: int | None, gap: float | None) -> Grouping:
        return changed(OPEN, bound_thousandths=bound, gap=gap)

    true_gap = (400_000 - score) / score
    return [
        kept(rule, "above the score", OPEN_EDITION, OPEN),
        broken(rule, "below the score", OPEN_EDITION, bounded(score - 1000, -1000 / score)),
        broken(rule, "gap of another bound", OPEN_EDITION, bounded(400_000, true_gap + 0.01)),
        broken(rule, "gap without a bound", OPEN_EDITION, bounded(None, 0.1)),
        broken(rule, "bound without a gap", OPEN_EDITION, bounded(400_000, None)),
        inside(rule, "equal to the score", EDITION, GROUPING),
        inside(rule, "none", OPEN_EDITION, bounded(None, None)),
        inside(rule, "one thousandth above", OPEN_EDITION, bounded(score + 1, 1 / score)),
        outside(rule, "one thousandth below", OPEN_EDITION, bounded(score - 1, -1 / score)),
        inside(rule, "score 0 has no gap", EDITION, nothing),
        outside(rule, "score 0 with a gap", EDITION, changed(nothing, gap=0.0)),
    ]


def _status() -> list[Case]:
    rule = RecordRuleId.STATUS
    score = OPEN.score_thousandths
    nearly = changed(OPEN, bound_thousandths=score + 1, gap=1 / score)
    return [
        kept(rule, "optimal", EDITION, GROUPING),
        kept(rule, "feasible", OPEN_EDITION, OPEN),
        broken(rule, "optimal with a gap", OPEN_EDITION, changed(OPEN, status=Status.OPTIMAL)),
        broken(rule, "feasible without one", EDITION, changed(GROUPING, status=Status.FEASIBLE)),
        broken(rule, "infeasible", OPEN_EDITION, changed(OPEN, status=Status.INFEASIBLE)),
        broken(rule, "unknown", OPEN_EDITION, changed(OPEN, status=Status.UNKNOWN)),
        inside(rule, "a thousandth open", OPEN_EDITION, nearly),
        outside(
            rule,
            "a thousandth open is not optimal",
            OPEN_EDITION,
            changed(nearly, status=Status.OPTIMAL),
        ),
    ]


CASES: tuple[Case, ...] = (
    *_digest(),
    *_one_row(),
    *_known_ids(),
    *_group_id(),
    *_group_row(),
    *_rank_figure(),
    *_travel_figure(),
    *_group_figures(),
    *_score_figure(),
    *_bound(),
    *_status(),
    *_settings(),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_exactly_the_broken_rule_is_reported(case: Case) -> None:
    assert_exactly_its_rule_is_reported(case)
