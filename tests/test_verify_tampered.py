"""A true grouping, and what can be done to it: the verifier finds every change.

Here a change may break several rules at once; the ones named with it must be among those reported.
"""

from collections.abc import Callable

import pytest
from grouping_builder import build_grouping
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from meridian import edition_of, exact_m, latitude_at, living, office_at
from tiny_editions import tiny_editions
from verify_cases import changed, left_out, with_group, with_row

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, Role, SizeLimits, Theme, Track
from sip_grouping.errors import VerificationError
from sip_grouping.grouping import (
    Group,
    Grouping,
    LeftOut,
    LeftOutStatus,
    Placement,
    Reason,
    ScoreTerms,
    Status,
)
from sip_grouping.rules import RecordRuleId, RuleId
from sip_grouping.verification import verify

Rule = RuleId | RecordRuleId

EDITION = edition_of(
    [
        living("a", 1.0, moderator=True, languages=("fr",), together=("b",), office="hub"),
        living("b", 2.0, secretary=True, languages=("fr", "nl"), slots=("tue",)),
        living("c", -3.0, themes=("b", "a"), languages=("fr",)),
        living("d", 20.0, moderator=True, themes=("b",), languages=("nl",), apart=("a",)),
        living("e", 21.0, secretary=True, themes=("a", "b"), languages=("nl",), name="Eve Eve"),
        living("f", 22.5, themes=("b",), local=True, video=False),
        living("g", 80.0, moderator=True, languages=("nl",), local=False),
        living("h", 95.0, secretary=True, languages=(), email="h@example.org"),
        living("i", 21.0, themes=("b", "a"), languages=("nl",)),
        living("j", commits=False),
        living("k", 300.0, video=False),
    ],
    themes=[Theme(id="a"), Theme(id="b", tracks=(Track.LOCAL,), groups_max=1)],
    offices=[office_at("hub"), office_at("north", 20.0)],
    local=SizeLimits(size_min=2, size_max=3),
    spread_km=10.0,
    moderators=1,
    secretaries=1,
    shared_language=True,
    shared_slot=True,
    pins=[Pin(member_id="a", theme="a", track=Track.LOCAL, place="hub")],
    score={"group_points": 5.0},
)
TRUE = build_grouping(
    EDITION,
    [
        {
            "theme": "a",
            "place": "hub",
            "members": ["a", "b", "c"],
            "moderators": ["a"],
            "secretaries": ["b"],
        },
        {
            "theme": "b",
            "place": "north",
            "members": ["d", "e", "f"],
            "moderators": ["d"],
            "secretaries": ["e"],
        },
        {
            "theme": "a",
            "track": "video",
            "members": ["g", "h"],
            "moderators": ["g"],
            "secretaries": ["h"],
        },
    ],
    bound_thousandths=900_000,
    reasons={"k": Reason.NO_PLACE_IN_REACH},
)


def row_of(member_id: str, /, **fields: object) -> Grouping:
    number = [row.member_id for row in TRUE.placements].index(member_id)
    return with_row(TRUE, number, **fields)


def rows(*placements: Placement, **fields: object) -> Grouping:
    return changed(TRUE, placements=placements, **fields)


def without_row(member_id: str) -> Grouping:
    return rows(*(row for row in TRUE.placements if row.member_id != member_id))


def moved(member_id: str, group_id: str) -> Grouping:
    """Move a member and fit its own row to the new group, so that only the truth is against it."""
    group = TRUE.group_by_id[group_id]
    member = EDITION.member_by_id[member_id]
    km = {"hub": 0.0, "north": 20.0}.get(group.place)
    home_km = (member.latitude or 0.0) - 50.0
    away = None if km is None else exact_m(round(home_km * 111.23, 3), km)
    return row_of(
        member_id,
        group_id=group_id,
        theme=group.theme,
        track=group.track,
        travel_m=away,
        rank=member.rank_of(group.theme) or 1,
    )


def joined(member_id: str, group_id: str) -> Grouping:
    """Add a member without a group to one."""
    group = TRUE.group_by_id[group_id]
    row = Placement(
        member_id=member_id,
        group_id=group_id,
        role=Role.MEMBER,
        theme=group.theme,
        rank=1,
        track=group.track,
    )
    others = tuple(one for one in TRUE.left_out if one.member_id != member_id)
    return rows(*TRUE.placements, row, left_out=others)


def swapped_roles() -> Grouping:
    first = row_of("a", role=Role.SECRETARY)
    second = with_row(first, 1, role=Role.MODERATOR)
    return with_group(second, moderators=("b",), secretaries=("a",))


def swapped_members() -> Grouping:
    ids = {"c": "i", "i": "c"}
    changed_rows = [
        row.model_copy(update={"member_id": ids.get(row.member_id, row.member_id)})
        for row in TRUE.placements
    ]
    left = [
        one.model_copy(update={"member_id": ids.get(one.member_id, one.member_id)})
        for one in TRUE.left_out
    ]
    return rows(*changed_rows, left_out=tuple(left))


def term(name: str, by: int) -> Grouping:
    terms = TRUE.score_terms
    return changed(TRUE, score_terms=terms.model_copy(update={name: getattr(terms, name) + by}))


def reason(member_id: str, **fields: object) -> Grouping:
    left = [
        one.model_copy(update=fields) if one.member_id == member_id else one
        for one in TRUE.left_out
    ]
    return changed(TRUE, left_out=tuple(left))


def last_group_again(**fields: object) -> Grouping:
    again = TRUE.group_records[-1].model_copy(update=fields)
    return changed(TRUE, group_records=(*TRUE.group_records, again))


R, W = RuleId, RecordRuleId
TAMPERED: dict[str, tuple[Callable[[], Grouping], set[Rule]]] = {
    "member moved out of reach": (lambda: moved("c", "g2"), {R.SPREAD, R.SIZE, W.GROUP_FIGURES}),
    "member moved far away": (lambda: moved("h", "g1"), {R.TRAVEL, R.SPREAD, R.SIZE}),
    "member moved to video": (lambda: moved("f", "g3"), {R.RANKED, R.ACCEPTS_VIDEO}),
    "member by video moved to a place": (lambda: moved("g", "g2"), {R.ACCEPTS_LOCAL, R.TRAVEL}),
    "member moved from its companion": (lambda: moved("b", "g3"), {R.TOGETHER, R.SECRETARIES}),
    "member moved to whom it must avoid": (lambda: moved("d", "g1"), {R.APART, R.RANKED}),
    "member moved from its pin": (lambda: moved("a", "g3"), {R.PIN, R.TOGETHER, R.MODERATORS}),
    "members of two rows swapped": (swapped_members, {R.SPREAD, W.TRAVEL_FIGURE}),
    "roles swapped": (swapped_roles, {R.VOLUNTEER}),
    "role taken in the member's row": (
        lambda: row_of("a", role=Role.MEMBER),
        {R.MODERATORS, W.GROUP_ROW},
    ),
    "role given in the member's row": (
        lambda: row_of("c", role=Role.SECRETARY),
        {R.SECRETARIES, R.VOLUNTEER, W.GROUP_ROW},
    ),
    "moderator of the group's row changed": (
        lambda: with_group(TRUE, moderators=("c",)),
        {R.VOLUNTEER, W.GROUP_ROW},
    ),
    "secretary of another group": (
        lambda: with_group(TRUE, secretaries=("e",)),
        {R.VOLUNTEER, W.GROUP_ROW},
    ),
    "moderator unknown": (lambda: with_group(TRUE, moderators=("zz",)), {W.KNOWN_IDS}),
    "group one too large": (lambda: joined("i", "g2"), {R.SIZE, W.GROUP_FIGURES}),
    "group one too small": (lambda: without_row("h"), {R.SIZE, W.ONE_ROW_PER_MEMBER}),
    "ineligible member placed": (lambda: joined("j", "g3"), {R.ELIGIBLE}),
    "member dropped": (lambda: without_row("c"), {W.ONE_ROW_PER_MEMBER, W.GROUP_FIGURES}),
    "member twice in a group": (
        lambda: rows(*TRUE.placements, TRUE.placements[0]),
        {R.GROUPS_PER_MEMBER, W.ONE_ROW_PER_MEMBER},
    ),
    "member in two groups": (
        lambda: rows(*TRUE.placements, moved("c", "g2").placements[2]),
        {R.GROUPS_PER_MEMBER},
    ),
    "member unknown": (lambda: row_of("c", member_id="zz"), {W.KNOWN_IDS, W.ONE_ROW_PER_MEMBER}),
    "row without group dropped": (lambda: changed(TRUE, left_out=()), {W.ONE_ROW_PER_MEMBER}),
    "row without group twice": (
        lambda: changed(TRUE, left_out=(*TRUE.left_out, TRUE.left_out[0])),
        {W.ONE_ROW_PER_MEMBER},
    ),
    "placed and not placed": (
        lambda: changed(TRUE, left_out=(*TRUE.left_out, left_out("c", Reason.NOT_IN_BEST_FOUND))),
        {W.ONE_ROW_PER_MEMBER},
    ),
    "distance one metre longer": (
        lambda: row_of("c", travel_m=exact_m(-3.0) + 1),
        {W.TRAVEL_FIGURE},
    ),
    "distance dropped": (lambda: row_of("c", travel_m=None), {W.TRAVEL_FIGURE}),
    "distance given by video": (lambda: row_of("g", travel_m=80_000), {W.TRAVEL_FIGURE}),
    "rank edited": (lambda: row_of("c", rank=1), {W.RANK_FIGURE}),
    "theme of a row edited": (lambda: row_of("c", theme="b"), {W.GROUP_ROW}),
    "track of a row edited": (lambda: row_of("g", track=Track.LOCAL), {W.GROUP_ROW}),
    "group row removed": (
        lambda: changed(TRUE, group_records=TRUE.group_records[:-1]),
        {W.KNOWN_IDS, W.SCORE_FIGURE},
    ),
    "group row twice": (last_group_again, {W.GROUP_ROW}),
    "group without members added": (
        lambda: last_group_again(group_id="g9"),
        {W.GROUP_ROW, W.SCORE_FIGURE},
    ),
    "group renamed": (lambda: with_group(TRUE, group_id="g9"), {W.KNOWN_IDS, W.GROUP_ROW}),
    "place moved": (
        lambda: with_group(TRUE, place="north", latitude=latitude_at(20.0)),
        {R.PIN, W.TRAVEL_FIGURE, W.GROUP_FIGURES, W.SCORE_FIGURE},
    ),
    "place unknown": (lambda: with_group(TRUE, 1, place="BE-9999"), {W.KNOWN_IDS}),
    "place that is no candidate": (lambda: with_group(TRUE, 1, place="BE-2000"), {R.PLACE}),
    "place dropped": (lambda: with_group(TRUE, 1, place=""), {R.PLACE}),
    "place given to a video group": (lambda: with_group(TRUE, 2, place="hub"), {R.PLACE}),
    "coordinates moved": (lambda: with_group(TRUE, latitude=50.00001), {W.GROUP_FIGURES}),
    "size edited": (lambda: with_group(TRUE, size=4), {W.GROUP_FIGURES}),
    "mean edited": (lambda: with_group(TRUE, mean_travel_m=0), {W.GROUP_FIGURES}),
    "longest edited": (lambda: with_group(TRUE, max_travel_m=0), {W.GROUP_FIGURES}),
    "spread edited": (lambda: with_group(TRUE, spread_m=0), {W.GROUP_FIGURES}),
    "theme of a group edited": (
        lambda: with_group(TRUE, theme="b"),
        {R.RANKED, R.GROUPS_PER_THEME, W.GROUP_ROW},
    ),
    "theme unknown": (lambda: with_group(TRUE, theme="zz"), {W.KNOWN_IDS}),
    "track of a group edited": (
        lambda: with_group(TRUE, 1, track=Track.VIDEO),
        {R.TRACK_ALLOWED, R.PLACE, R.ACCEPTS_VIDEO},
    ),
    "language edited": (lambda: with_group(TRUE, language="nl"), {R.SHARED_LANGUAGE}),
    "language dropped": (lambda: with_group(TRUE, language=""), {R.SHARED_LANGUAGE}),
    "slot edited": (lambda: with_group(TRUE, slot="sat"), {R.SHARED_SLOT}),
    "score edited": (
        lambda: changed(TRUE, score_thousandths=TRUE.score_thousandths + 1),
        {W.SCORE_FIGURE},
    ),
    "rank term edited": (lambda: term("rank", 1), {W.SCORE_FIGURE}),
    "travel term edited": (lambda: term("travel", -1), {W.SCORE_FIGURE}),
    "video term edited": (lambda: term("video", 1), {W.SCORE_FIGURE}),
    "groups term edited": (lambda: term("groups", -5000), {W.SCORE_FIGURE}),
    "bound below score": (lambda: changed(TRUE, bound_thousandths=1), {W.BOUND}),
    "bound lowered": (lambda: changed(TRUE, bound_thousandths=899_999), {W.BOUND}),
    "gap edited": (lambda: changed(TRUE, gap=0.0), {W.BOUND}),
    "called optimal": (lambda: changed(TRUE, status=Status.OPTIMAL), {W.STATUS}),
    "called infeasible": (lambda: changed(TRUE, status=Status.INFEASIBLE), {W.STATUS}),
    "digest edited": (lambda: changed(TRUE, edition_digest="0" * 64), {W.DIGEST}),
    "edition renamed": (lambda: changed(TRUE, edition_name="other"), {W.DIGEST}),
    "reason that is false": (lambda: reason("i", reason=Reason.NO_TRACK), {W.REASON}),
    "reason without proof": (lambda: reason("i", reason=Reason.OUTWEIGHED), {W.REASON}),
    "ineligible called unplaced": (
        lambda: reason("j", status=LeftOutStatus.UNPLACED),
        {W.REASON},
    ),
    "reason of the ineligible changed": (
        lambda: reason("j", reason=Reason.NOT_COOPERATOR),
        {W.REASON},
    ),
}


def test_the_true_grouping_is_accepted() -> None:
    found = verify(EDITION, TRUE)
    assert found.ok, str(found)
    assert found.score_terms == TRUE.score_terms
    assert found.score_thousandths == TRUE.score_thousandths


@pytest.mark.parametrize("what", TAMPERED)
def test_every_change_is_found(what: str) -> None:
    change, expected = TAMPERED[what]
    found = verify(EDITION, change())
    assert expected <= {violation.rule for violation in found.violations}, str(found)


@pytest.mark.parametrize("what", TAMPERED)
def test_violations_come_in_one_order_and_hold_no_names(what: str) -> None:
    tampered = TAMPERED[what][0]()
    found = verify(EDITION, tampered)
    assert found == verify(EDITION, tampered)
    text = str(VerificationError(found.violations)) + str(found)
    assert "Eve" not in text
    assert "example.org" not in text


def test_a_violation_tells_where_what_and_how_much() -> None:
    found = verify(EDITION, TAMPERED["group one too large"][0]())
    (size,) = [one for one in found.violations if one.rule is RuleId.SIZE]
    assert (size.group_id, size.found, size.allowed) == ("g2", 4, "2 to 3")
    assert str(size).startswith("group g2: ")
    assert str(size).endswith("(found 4, must be 2 to 3) [size]")


_ids = st.sampled_from(["m0", "m1", "m2", "m3", "ghost"])
_group_ids = st.sampled_from(["g1", "g2", "g3"])
_themes = st.sampled_from(["a", "b", "none"])
_counts = st.none() | st.integers(0, 10**9)
_any_group = st.builds(
    Group,
    group_id=_group_ids,
    theme=_themes,
    track=st.sampled_from(Track),
    place=st.sampled_from(["", "hub", "north", "BE-1001", "nowhere", "-", "FR-"]),
    latitude=st.none() | st.floats(-90, 90),
    longitude=st.none() | st.floats(-180, 180),
    language=st.sampled_from(["", "fr", "xx"]),
    slot=st.sampled_from(["", "tue"]),
    size=st.integers(-3, 10**9),
    moderators=st.lists(_ids, max_size=3).map(tuple),
    secretaries=st.lists(_ids, max_size=3).map(tuple),
    mean_travel_m=_counts,
    max_travel_m=_counts,
    spread_m=_counts,
)
_any_row = st.builds(
    Placement,
    member_id=_ids,
    group_id=_group_ids,
    role=st.sampled_from(Role),
    theme=_themes,
    rank=st.integers(-2, 9),
    track=st.sampled_from(Track),
    travel_m=_counts,
)
_any_left_out = st.builds(
    LeftOut,
    member_id=_ids,
    status=st.sampled_from(LeftOutStatus),
    reason=st.sampled_from(Reason),
)
_any_grouping = st.builds(
    Grouping,
    edition_name=st.just("tiny"),
    edition_digest=st.text(max_size=3),
    status=st.sampled_from(Status),
    group_records=st.lists(_any_group, max_size=4).map(tuple),
    placements=st.lists(_any_row, max_size=8).map(tuple),
    left_out=st.lists(_any_left_out, max_size=5).map(tuple),
    score_thousandths=st.integers(),
    score_terms=st.builds(ScoreTerms, rank=st.integers(), travel=st.integers()),
    bound_thousandths=st.none() | st.integers(),
    gap=st.none() | st.floats(allow_nan=False, allow_infinity=False),
)


@settings(deadline=None, max_examples=cases(60, 150))
@given(tiny_editions(), _any_grouping)
def test_nonsense_is_refused_and_never_raises(edition: Edition, grouping: Grouping) -> None:
    found = verify(edition, grouping)
    assert RecordRuleId.DIGEST in {violation.rule for violation in found.violations}
    assert all(str(violation).endswith(f"[{violation.rule}]") for violation in found.violations)
