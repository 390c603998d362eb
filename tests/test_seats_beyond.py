"""Seats beyond the limit of travel in large editions: the verifier accepts the member there."""

from typing import Any

import pytest
from grouping_builder import build_grouping
from how_many import cases
from small import member, metres_between, office, small_edition
from test_explain_large import with_weights

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Office, SizeLimits, Theme
from sip_grouping.errors import InputError
from sip_grouping.explain import Explainer
from sip_grouping.explain.changes import Change, PinChange, RuleChange
from sip_grouping.explain.changing import changed
from sip_grouping.explain.why import Why
from sip_grouping.grouping import Grouping
from sip_grouping.rules import RecordRuleId
from sip_grouping.units import THOUSANDTHS
from sip_grouping.verification import verify

SEEDS = cases(2, 20)
"""Editions that are checked."""


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every edition a large one."""
    monkeypatch.setattr("sip_grouping.explain.explainer.MOST_MEMBERS", 0)


def seats_in(edition: Edition, grouping: Grouping) -> list[tuple[str, Why]]:
    """Return what is said of seats beyond a limit, with the member."""
    explainer = Explainer(edition, grouping)
    return [
        (one.member_id, why)
        for one in edition.members
        for why in explainer.member(one.member_id).reasons
        if why.seat is not None
    ]


def with_seat(edition: Edition, grouping: Grouping, member_id: str, group_id: str) -> Grouping:
    """Return the groups as they are with one member more in one of them."""
    groups: list[Any] = []
    for one in grouping.group_records:
        rows = grouping.placements_by_group[one.group_id]
        more = [member_id] if one.group_id == group_id else []
        groups.append(
            {
                "group_id": one.group_id,
                "theme": one.theme,
                "track": one.track.value,
                "place": one.place,
                "members": [*(row.member_id for row in rows), *more],
                "moderators": [row.member_id for row in rows if row.role == "moderator"],
                "secretaries": [row.member_id for row in rows if row.role == "secretary"],
                "language": one.language,
                "slot": one.slot,
            }
        )
    reasons = {one.member_id: one.reason for one in grouping.left_out}
    return build_grouping(edition, groups, reasons=reasons)


def shorter(change: Change) -> RuleChange:
    """Return a limit a metre shorter."""
    assert isinstance(change, RuleChange)
    assert isinstance(change.value, float)
    return change.model_copy(update={"value": round(change.value - 0.001, 3)})


def formed(edition: Edition) -> Grouping | None:
    return sip.form_groups(edition, work_limit=50).grouping


def drawn(kind: str, seed: int) -> Edition:
    """Return a synthetic edition in which some members of 80 have no group."""
    edition = sip.synthetic_edition(members=80, seed=seed)
    if kind == "spread":
        return edition.with_rules(spread_km=100.0)
    if kind == "office limits":
        return edition.with_rules(office_travel_km=40.0)
    return with_weights(edition, seed) if kind == "weights" else edition


@pytest.mark.parametrize("kind", ["plain", "weights", "spread", "office limits"])
def test_the_verifier_accepts_the_groups_with_the_member_there(kind: str) -> None:
    told = 0
    for seed in range(SEEDS):
        edition = drawn(kind, seed)
        grouping = formed(edition)
        assert grouping is not None
        for who, why in seats_in(edition, grouping):
            limit, pin = why.together
            after = changed(edition, [limit, pin])
            named = dict(why.named)
            verified = verify(after, with_seat(after, grouping, who, named["group"]))
            # Others may be left out for another reason once all may travel further.
            broken = [one for one in verified.violations if one.rule is not RecordRuleId.REASON]
            assert not broken, (seed, who, broken)
            gain = verified.score_thousandths - grouping.score_thousandths
            assert gain == int(named["gain"]) > 0
            assert (why.placed, why.points, why.change) == (True, None, None)
            best = sip.form_groups(after, work_limit=50)
            assert best.score_thousandths is not None
            assert best.score_thousandths >= verified.score_thousandths
            # A metre less, and nobody can be there.
            with pytest.raises(InputError, match="pin-too-far"):
                changed(edition, [shorter(limit), pin])
            told += 1
    assert told


def test_the_nearest_seat_is_told_with_what_it_is_worth() -> None:
    """Two groups have a seat; one nearer is full, one of a theme that the member did not rank."""
    people = [
        *(member(f"a{one}", 40.0, video=False) for one in range(2)),
        *(member(f"b{one}", 60.0, video=False, themes=("b", "a")) for one in range(3)),
        *(member(f"c{one}", 100.0, video=False) for one in range(2)),
    ]
    edition = small_edition(
        [*people, member("x", video=False)],
        offices=[office("near", 40.0), office("full", 60.0), office("far", 100.0)],
        themes=[Theme(id="a"), Theme(id="b")],
        score={"km_points": 0.5},
    )
    grouping = formed(edition)
    assert grouping is not None
    [(who, why)] = seats_in(edition, grouping)
    limit, pin = why.together
    way = metres_between(0.0, 40.0)
    assert limit == RuleChange(key="rules.travel_km", value=way / 1000)
    assert pin == PinChange(member_id=who, theme="a", track="local", place="near")
    assert dict(why.named)["gain"] == str(100 * THOUSANDTHS - (way + 1) // 2)
    record = why.record()
    assert record["change"] is None
    assert len(record["changes"]) == 2  # type: ignore[arg-type]
    assert "has a seat for the member" in why.text_in("en")


def one_group(**given: Any) -> list[tuple[str, Why]]:
    """Return what is said of x, for whom one group 40 km away may have a seat."""
    answers = given.pop("answers", {})
    others = given.pop("others", {})
    people = [member(f"a{one}", 40.0, video=False, **others) for one in range(2)]
    people.append(member("x", **({"video": False} | answers)))
    offices = [Office(**{**office("near", 40.0).model_dump(), **given.pop("office", {})})]
    edition = small_edition(people, offices=offices, **given)
    grouping = formed(edition)
    assert grouping is not None
    assert grouping.placements
    return seats_in(edition, grouping)


@pytest.mark.parametrize(
    ("given", "there"),
    [
        ({}, True),
        ({"local": SizeLimits(size_min=2, size_max=2)}, False),
        ({"spread_km": 20.0}, False),
        ({"answers": {"weight": 2}}, False),
        ({"office": {"seats_max": 2}}, False),
        ({"shared_language": True, "answers": {"languages": ("nl",)}}, True),
        (
            {
                "shared_language": True,
                "answers": {"languages": ("nl",)},
                "others": {"languages": ("fr",)},
            },
            False,
        ),
        ({"score": {"km_points": 2.6}}, False),
        ({"answers": {"commits": False}}, False),
        ({"answers": {"apart": ("a0",)}}, False),
    ],
)
def test_a_seat_is_told_of_where_it_is_free_to_the_member(given: Any, there: bool) -> None:
    assert bool(one_group(**given)) is there


@pytest.mark.parametrize(
    ("language", "team", "letter"),
    [
        ("en", "a-near-1 has a seat for the member", "there is a free place for you"),
        ("fr", "a-near-1 a une place pour ce membre", "une place est libre pour vous"),
        ("nl", "heeft a-near-1 een plaats voor dit lid", "er een vrije plaats voor u"),
    ],
)
def test_it_is_told_to_the_team_and_to_the_member(language: Any, team: str, letter: str) -> None:
    people = [member(f"a{one}", 40.0, video=False) for one in range(2)]
    edition = small_edition([*people, member("x", video=False)], offices=[office("near", 40.0)])
    grouping = formed(edition)
    assert grouping is not None
    told = Explainer(edition, grouping).member("x")
    assert team in told.summary(language)
    assert "a-near-1" in told.summary(language)
    [text] = told.to_member(language)
    assert letter in text
    assert "rules." not in text
    assert "a-near-1" not in text
