"""The reasons of members left out, in the engine and in the verifier: true of every possible group.

Each code is kept, broken and at its limit; then tiny editions are compared with plain enumeration.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from grouping_builder import build_grouping
from how_many import cases
from meridian import edition_of, exact_m, living, unchecked
from reasons_by_hand import ReasonsByHand
from tiny_editions import tiny_edition
from verify_cases import changed

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, RulesOverride, SizeLimits, Theme, Track
from sip_grouping.grouping import LeftOut, LeftOutStatus, Reason
from sip_grouping.problem import build_problem
from sip_grouping.problem import chances as engine_chances
from sip_grouping.solve import form_groups
from sip_grouping.solve import possible as engine_possible
from sip_grouping.solve.reasons import left_out
from sip_grouping.verification import possible as verifier_possible
from sip_grouping.verification import verify
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.reasons import check_reasons

R = Reason
LOCAL = (Track.LOCAL,)
FR, NL = ("fr",), ("nl",)


def crowd(count: int, prefix: str = "m", **answers: object) -> list[Member]:
    return [living(f"{prefix}{number}", 0.0, **answers) for number in range(count)]


def given_by_engine(edition: Edition, *, optimal: bool = True) -> dict[str, Reason]:
    """Return the reasons that the engine would give, were nobody placed."""
    rows = left_out(build_problem(edition), (), optimal=optimal)
    return {row.member_id: row.reason for row in rows}


def refused_by_verifier(edition: Edition, member: Member, reason: Reason) -> bool:
    """Return whether the verifier refuses a reason of a member when nobody is placed."""
    nobody = dict.fromkeys(edition.member_by_id, R.OUTWEIGHED)
    grouping = build_grouping(edition, [], proven=True, reasons=nobody)
    status = LeftOutStatus.UNPLACED if member.eligible else LeftOutStatus.INELIGIBLE
    row = LeftOut(member_id=member.member_id, status=status, reason=reason)
    return any(check_reasons(Facts(edition, changed(grouping, left_out=(row,)))))


def assert_reason(edition: Edition, member_id: str, expected: Reason) -> None:
    """Engine, enumeration and verifier agree; the verifier refuses all other reasons."""
    member = edition.member_by_id[member_id]
    assert given_by_engine(edition)[member_id] is expected
    assert ReasonsByHand(edition).reason(member, proven=True) is expected
    allowed = [one for one in Reason if not refused_by_verifier(edition, member, one)]
    assert allowed == [expected]


def no_track(tracks: tuple[Track, ...]) -> Edition:
    return edition_of([living("x", local=False), *crowd(3)], themes=[Theme(id="a", tracks=tracks)])


def themes_open(*countries: str) -> Edition:
    """X, of Belgium, ranks two themes; the second is open in these countries, the first in France."""
    themes = [
        Theme(id="a", countries=("FR",)),
        Theme.model_validate({"id": "b", "countries": countries}),
    ]
    return edition_of([living("x", themes=("a", "b")), *crowd(3, themes=("b",))], themes=themes)


def in_reach(metres: int) -> Edition:
    """X lives 20 km away; the limit is so many metres more or less than its way."""
    limit = (exact_m(20.0) + metres) / 1000
    themes = [Theme(id="a", tracks=LOCAL)]
    return edition_of([living("x", 20.0), *crowd(3)], themes=themes, travel_km=limit)


def groups_allowed(groups_max: int) -> Edition:
    themes = [Theme(id="a", groups_max=0), Theme(id="b", groups_max=groups_max)]
    return edition_of([living("x", themes=("a", "b")), *crowd(3, themes=("b",))], themes=themes)


def block_of(size: int) -> Edition:
    """X belongs together with others; theme a has groups of up to 3, theme b of up to 5."""
    block = crowd(size - 1)
    ids = tuple(member.member_id for member in block)
    five = RulesOverride.model_validate({"local": {"size_max": 5}, "video": {"size_max": 5}})
    return edition_of(
        [living("x", together=ids), *block, living("y", themes=("b",))],
        themes=[Theme(id="a"), Theme(id="b", rules=five)],
    )


def torn_block(spread_metres: int) -> Edition:
    members = [living("x", -5.0, together=("y",)), living("y", 5.0), *crowd(3)]
    limit = (exact_m(-5.0, 5.0) + spread_metres) / 1000
    return edition_of(members, themes=[Theme(id="a", tracks=LOCAL)], spread_km=limit)


def block_out_of_reach(metres: int) -> Edition:
    limit = (exact_m(20.0) + metres) / 1000
    members = [living("x", together=("y",)), living("y", 20.0), *crowd(3)]
    return edition_of(members, themes=[Theme(id="a", tracks=LOCAL)], travel_km=limit)


def crowd_of(count: int) -> Edition:
    pairs = SizeLimits(size_min=4, size_max=6)
    return edition_of([living("x"), *crowd(count - 1)], local=pairs, video=pairs)


def apart_from_one_of(count: int) -> Edition:
    pairs = SizeLimits(size_min=4, size_max=6)
    members = [living("x", apart=("m0",)), *crowd(count)]
    return edition_of(members, local=pairs, video=pairs)


def near_one(spread_metres: int) -> Edition:
    """X and y could be a pair if the spread allows it; nobody else lives there."""
    members = [living("x", -5.0), living("y", 5.0)]
    limit = (exact_m(-5.0, 5.0) + spread_metres) / 1000
    return edition_of(members, themes=[Theme(id="a", tracks=LOCAL)], spread_km=limit)


def experienced(count: int, wanted: int) -> Edition:
    """X and three others, some of whom have been in an edition before."""
    others = [living(f"m{number}", experienced=number < count) for number in range(3)]
    return edition_of([living("x"), *others], experienced_min=wanted)


def volunteers(
    leading: int, writing: int, either: int = 0, *, moderators: int = 0, secretaries: int = 0
) -> Edition:
    members = [
        living("x"),
        *crowd(leading, "p", moderator=True),
        *crowd(writing, "q", secretary=True),
        *crowd(either, "r", moderator=True, secretary=True),
        *crowd(3),
    ]
    six = SizeLimits(size_min=2, size_max=6)
    return edition_of(members, local=six, video=six, moderators=moderators, secretaries=secretaries)


def volunteer_pinned_elsewhere(theme: str) -> Edition:
    themes = [Theme(id="a"), Theme(id="b")]
    members = [
        living("x"),
        living("p", moderator=True, themes=("a", "b")),
        *crowd(3),
        living("s", moderator=True, themes=("b",)),
    ]
    pins = [Pin(member_id="p", theme=theme, track=Track.VIDEO)]
    return edition_of(members, themes=themes, pins=pins, moderators=1)


def only_moderator(moderators: int, *, secretaries: int = 0, company: int = 3) -> Edition:
    """X takes part as moderator only, and so do the others called o; there are plain members too."""
    three = SizeLimits(size_min=3, size_max=4)
    members = [living("x", moderator="only"), *crowd(2, "o", moderator="only"), *crowd(company)]
    return edition_of(
        members, local=three, video=three, moderators=moderators, secretaries=secretaries
    )


def only_with_block(moderators: int) -> Edition:
    """X belongs together with another who takes part as moderator only; theme b has seats for both."""
    two = [Theme(id="a"), Theme(id="b", rules=RulesOverride(moderators=2))]
    members = [
        living("x", themes=("a", "b"), moderator="only", together=("y",)),
        living("y", themes=("a", "b"), moderator="only"),
        *crowd(3, moderator=True),
    ]
    edition = edition_of(members, themes=two, moderators=moderators)
    # Theme b is closed, so that only theme a is left; the pair may still be asked for.
    closed = two[1].model_copy(update={"groups_max": 0})
    return edition.replace(themes=(two[0], closed))


def only_pinned_elsewhere(answer: object) -> Edition:
    """P, the only moderator, is pinned to theme b; members may be in two groups."""
    members = [
        living("x"),
        living("p", moderator=answer, themes=("a", "b")),
        *crowd(3, themes=("a", "b")),
        living("s", moderator=True, themes=("b",)),
    ]
    pins = [Pin(member_id="p", theme="b", track=Track.VIDEO)]
    themes = [Theme(id="a"), Theme(id="b")]
    return edition_of(members, themes=themes, pins=pins, moderators=1, groups_per_member=2)


def moderators_out_of_each_others_way() -> Edition:
    """Experience is with two who take part as moderator only, and a group has one."""
    members = [living("x"), *crowd(2, "o", moderator="only", experienced=True), *crowd(3)]
    return edition_of(members, moderators=1, experienced_min=2)


def languages_of_roles(secretary: tuple[str, ...]) -> Edition:
    members = [
        living("x", languages=("fr", "nl")),
        *crowd(2, "p", moderator=True, languages=FR),
        *crowd(2, "q", secretary=True, languages=secretary),
    ]
    return edition_of(members, shared_language=True, moderators=1, secretaries=1)


def moderator_apart_from_secretary(secretaries: int) -> Edition:
    """Twelve members; the only moderator is apart from a secretary, who may be the only one."""
    members = [
        living("p", moderator=True, apart=("q0",)),
        *crowd(secretaries, "q", secretary=True),
        *crowd(11 - secretaries),
    ]
    six = SizeLimits(size_min=3, size_max=6)
    return edition_of(members, local=six, video=six, moderators=1, secretaries=1)


def different_lacks(both: tuple[str, ...]) -> Edition:
    """By French no members enough, by Dutch no moderator."""
    members = [
        living("x", languages=("fr", "nl")),
        living("p", languages=both, moderator=True),
        *crowd(4, languages=NL),
    ]
    four = SizeLimits(size_min=3, size_max=4)
    return edition_of(members, local=four, video=four, shared_language=True, moderators=1)


def blocks_that_do_not_add_up(size_max: int) -> Edition:
    """Four are wanted: x alone, and blocks of two."""
    members = [living("x")]
    for one in "abc":
        members += [living(f"{one}0", together=(f"{one}1",)), living(f"{one}1")]
    four = SizeLimits(size_min=4, size_max=size_max)
    return edition_of(members, local=four, video=four)


def mutually_apart(apart: int) -> Edition:
    """Of the others, of whom two are wanted, so many of three pairs are apart."""
    pairs = [("u", "v"), ("v", "w"), ("u", "w")][:apart]
    ids = {one: tuple(b for a, b in pairs if a == one) for one in "uvw"}
    members = [living("x"), *(living(one, apart=others) for one, others in ids.items())]
    three = SizeLimits(size_min=3, size_max=3)
    return edition_of(members, local=three, video=three)


Case = tuple[str, Callable[[], Edition], str, Reason]
CASES: list[Case] = [
    ("ineligible", lambda: edition_of([living("x", cooperator=False)]), "x", R.NOT_COOPERATOR),
    ("not committed", lambda: edition_of([living("x", commits=False)]), "x", R.NOT_COMMITTED),
    ("no theme open", lambda: themes_open("FR"), "x", R.NO_THEME_OPEN),
    ("one theme open", lambda: themes_open("FR", "BE"), "x", R.OUTWEIGHED),
    ("no track", lambda: no_track(LOCAL), "x", R.NO_TRACK),
    ("a track", lambda: no_track((Track.LOCAL, Track.VIDEO)), "x", R.OUTWEIGHED),
    ("a metre too far", lambda: in_reach(-1), "x", R.NO_PLACE_IN_REACH),
    ("at the limit", lambda: in_reach(0), "x", R.OUTWEIGHED),
    ("no groups of both themes", lambda: groups_allowed(0), "x", R.NO_GROUPS_ALLOWED),
    ("groups of one theme", lambda: groups_allowed(1), "x", R.OUTWEIGHED),
    ("block too large for its theme", lambda: block_of(4), "x", R.BOUND_TO_OTHERS),
    ("block that fills a group", lambda: block_of(3), "x", R.OUTWEIGHED),
    ("block torn by the spread", lambda: torn_block(-1), "x", R.BOUND_TO_OTHERS),
    ("block as wide as the spread", lambda: torn_block(0), "x", R.OUTWEIGHED),
    ("company out of reach", lambda: block_out_of_reach(-1), "x", R.BOUND_TO_OTHERS),
    ("who is out of reach itself", lambda: block_out_of_reach(-1), "y", R.NO_PLACE_IN_REACH),
    ("company in reach", lambda: block_out_of_reach(0), "x", R.OUTWEIGHED),
    ("one too few", lambda: crowd_of(3), "x", R.TOO_FEW),
    ("just enough", lambda: crowd_of(4), "x", R.OUTWEIGHED),
    ("too few but for who is apart", lambda: apart_from_one_of(3), "x", R.TOO_FEW),
    ("the others are enough", lambda: apart_from_one_of(4), "x", R.OUTWEIGHED),
    ("too few within the spread", lambda: near_one(-1), "x", R.TOO_FEW),
    ("just within the spread", lambda: near_one(0), "x", R.OUTWEIGHED),
    ("no moderator", lambda: volunteers(0, 1, moderators=1), "x", R.NO_MODERATOR),
    ("one moderator of two", lambda: volunteers(1, 0, moderators=2), "x", R.NO_MODERATOR),
    ("two moderators of two", lambda: volunteers(2, 0, moderators=2), "x", R.OUTWEIGHED),
    ("no secretary", lambda: volunteers(1, 0, secretaries=1), "x", R.NO_SECRETARY),
    ("a secretary", lambda: volunteers(0, 1, secretaries=1), "x", R.OUTWEIGHED),
    (
        "one volunteer for both",
        lambda: volunteers(0, 0, 1, moderators=1, secretaries=1),
        "x",
        R.TOO_FEW_VOLUNTEERS,
    ),
    (
        "two volunteers for both",
        lambda: volunteers(0, 1, 1, moderators=1, secretaries=1),
        "x",
        R.OUTWEIGHED,
    ),
    ("no experienced member", lambda: experienced(0, 1), "x", R.TOO_FEW_EXPERIENCED),
    ("one experienced of two", lambda: experienced(1, 2), "x", R.TOO_FEW_EXPERIENCED),
    ("two experienced of two", lambda: experienced(2, 2), "x", R.OUTWEIGHED),
    ("moderator pinned elsewhere", lambda: volunteer_pinned_elsewhere("b"), "x", R.NO_MODERATOR),
    ("moderator pinned here", lambda: volunteer_pinned_elsewhere("a"), "x", R.OUTWEIGHED),
    ("a role that no group has", lambda: only_moderator(0), "x", R.NO_ROLE_WANTED),
    ("another role", lambda: only_moderator(0, secretaries=1), "x", R.NO_ROLE_WANTED),
    ("a role that groups have", lambda: only_moderator(1), "x", R.OUTWEIGHED),
    ("too few beside the moderator", lambda: only_moderator(1, company=1), "m0", R.TOO_FEW),
    ("too few beside itself", lambda: only_moderator(1, company=1), "x", R.TOO_FEW),
    ("enough with two moderators", lambda: only_moderator(2, company=1), "m0", R.OUTWEIGHED),
    ("company with too few seats", lambda: only_with_block(1), "x", R.BOUND_TO_OTHERS),
    ("company with seats enough", lambda: only_with_block(2), "x", R.OUTWEIGHED),
    ("only moderator pinned elsewhere", lambda: only_pinned_elsewhere("only"), "x", R.NO_MODERATOR),
    ("moderator free for two groups", lambda: only_pinned_elsewhere(True), "x", R.OUTWEIGHED),
    (
        "experienced moderators in one group",
        moderators_out_of_each_others_way,
        "x",
        R.NO_GROUP_POSSIBLE,
    ),
    ("roles in different languages", lambda: languages_of_roles(NL), "x", R.TOO_FEW_VOLUNTEERS),
    ("roles in one language", lambda: languages_of_roles(FR), "x", R.OUTWEIGHED),
    ("moderator of another language", lambda: languages_of_roles(NL), "q0", R.NO_MODERATOR),
    (
        "moderator apart from the secretary",
        lambda: moderator_apart_from_secretary(1),
        "m0",
        R.NO_GROUP_POSSIBLE,
    ),
    ("that moderator", lambda: moderator_apart_from_secretary(1), "p", R.NO_SECRETARY),
    ("that secretary", lambda: moderator_apart_from_secretary(1), "q0", R.NO_MODERATOR),
    ("another secretary", lambda: moderator_apart_from_secretary(2), "m0", R.OUTWEIGHED),
    ("different lacks", lambda: different_lacks(FR), "x", R.NO_GROUP_POSSIBLE),
    ("no lack in one", lambda: different_lacks(("fr", "nl")), "x", R.OUTWEIGHED),
    ("blocks do not add up", lambda: blocks_that_do_not_add_up(4), "x", R.NO_GROUP_POSSIBLE),
    ("blocks add up", lambda: blocks_that_do_not_add_up(5), "x", R.OUTWEIGHED),
    ("all others apart", lambda: mutually_apart(3), "x", R.NO_GROUP_POSSIBLE),
    ("two others not apart", lambda: mutually_apart(2), "x", R.OUTWEIGHED),
]


def test_every_reason_is_documented() -> None:
    notes = (Path(__file__).parents[1] / "docs" / "file-format-notes.md").read_text("utf-8")
    assert [one for one in Reason if f"`{one}`" not in notes] == []


@pytest.mark.parametrize(
    ("build", "member_id", "expected"),
    [case[1:] for case in CASES],
    ids=[case[0].replace(" ", "-") for case in CASES],
)
def test_the_strongest_true_reason_is_given_and_no_other_accepted(
    build: Callable[[], Edition], member_id: str, expected: Reason
) -> None:
    assert_reason(build(), member_id, expected)


def test_every_code_has_a_case() -> None:
    assert {case[3] for case in CASES} == set(Reason) - {R.NOT_IN_BEST_FOUND}


def test_nobody_is_told_of_one_group_what_is_lacking_in_another() -> None:
    """Moderators speak French, secretaries Dutch: not everybody lacks the same."""
    result = form_groups(languages_of_roles(NL), work_limit=10.0)
    assert result.grouping is not None
    assert {one.member_id: one.reason for one in result.grouping.left_out} == {
        "x": R.TOO_FEW_VOLUNTEERS,
        "p0": R.NO_SECRETARY,
        "p1": R.NO_SECRETARY,
        "q0": R.NO_MODERATOR,
        "q1": R.NO_MODERATOR,
    }


def test_where_no_group_can_exist_nobody_is_outweighed() -> None:
    result = form_groups(moderator_apart_from_secretary(1), work_limit=10.0)
    assert result.grouping is not None
    assert len(result.grouping.left_out) == 12
    reasons = Counter(one.reason for one in result.grouping.left_out)
    assert reasons == {R.NO_GROUP_POSSIBLE: 10, R.NO_SECRETARY: 1, R.NO_MODERATOR: 1}


def test_without_proof_the_weakest_reason_says_so() -> None:
    edition = crowd_of(4)
    assert set(given_by_engine(edition, optimal=False).values()) == {R.NOT_IN_BEST_FOUND}


def test_what_is_not_decided_is_told_by_the_weaker_reason_and_accepted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edition = mutually_apart(3)
    monkeypatch.setattr(engine_possible, "MOST_UNITS", 0)
    assert given_by_engine(edition)["x"] is R.OUTWEIGHED
    monkeypatch.setattr(verifier_possible, "MOST_MEMBERS", 0)
    for reason in (R.NO_GROUP_POSSIBLE, R.OUTWEIGHED):
        assert not refused_by_verifier(edition, edition.member_by_id["x"], reason)
    assert refused_by_verifier(edition, edition.member_by_id["x"], R.TOO_FEW)


def test_the_verifier_looks_exactly_only_where_the_engine_does() -> None:
    assert engine_possible.MOST_UNITS > verifier_possible.MOST_MEMBERS
    assert engine_possible.MOST_LOOKS >= 10 * verifier_possible.MOST_LOOKS


def test_an_edition_that_was_not_checked_is_verified_all_the_same() -> None:
    edition = edition_of([living("x"), living("y"), living("z")])
    strange = [
        living("x", themes=("a", "nowhere"), together=("y", "ghost"), apart=("ghost",)),
        living("y", commits=False),
        living("z", together=("x",), apart=("x",)),
    ]
    found = verify(
        unchecked(edition, members=tuple(strange)), build_grouping(edition, [], proven=True)
    )
    assert not found.ok


SEEDS = cases(100, 200)
REFUSED = cases(40, 100)
BATCH = 20


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
@pytest.mark.parametrize("stepwise", [True, False])
def test_reasons_are_those_of_plain_enumeration(
    first: int, stepwise: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every member, as if nobody were placed; exact looks alone, too."""
    if not stepwise:
        monkeypatch.setattr(engine_possible.CloseLook, "_built_stepwise", lambda *_: False)
        monkeypatch.setattr(
            "sip_grouping.solve.reasons.surely_possible",
            lambda problem: engine_chances.surely_possible(problem) & False,
        )
    for seed in range(first, first + BATCH):
        edition = tiny_edition(seed)
        pinned = {who for pin in edition.pins for who in (pin.member_id, *pin.with_members)}
        by_hand = ReasonsByHand(edition)
        given = given_by_engine(edition)
        expected = {
            one.member_id: by_hand.reason(one, proven=True)
            for one in edition.members
            if one.member_id not in pinned
        }
        assert {one: given[one] for one in expected} == expected, seed


@pytest.mark.parametrize("first", range(0, REFUSED, BATCH))
def test_the_verifier_accepts_the_reasons_given_and_no_others(first: int) -> None:
    """Of the members left out of a best grouping."""
    for seed in range(first, first + BATCH):
        edition = tiny_edition(seed)
        grouping = form_groups(edition, work_limit=100.0).grouping
        if grouping is None:
            continue
        assert verify(edition, grouping).ok, seed
        for row in grouping.left_out:
            member = edition.member_by_id[row.member_id]
            takes_no_part = {R.NOT_COOPERATOR: member.cooperator, R.NOT_COMMITTED: member.commits}
            for reason in Reason:
                other = changed(grouping, left_out=(row.model_copy(update={"reason": reason}),))
                accepted = not any(check_reasons(Facts(edition, other)))
                true = reason is row.reason or not takes_no_part.get(reason, True)
                assert accepted is true, (seed, row.member_id, reason)
