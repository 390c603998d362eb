"""What must hold between records: kept, broken and at the boundary, and no false alarm."""

import random
from collections.abc import Iterable, Sequence
from time import process_time

import pytest
from how_many import cases
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from small import member, metres_between, office, small_edition
from tiny_editions import tiny_editions

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Role, RulesOverride, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding
from sip_grouping.solve import form_groups

BOTH = ("a", "b")
TWO_THEMES = [Theme(id="a"), Theme(id="b")]


def found(members: Sequence[Member], **edition: object) -> tuple[Finding, ...]:
    """Return the findings of an edition of groups of 2 or 3; none where it is good."""
    try:
        small_edition(list(members), **edition)  # type: ignore[arg-type]
    except InputError as error:
        findings = error.findings
    else:
        findings = ()
    assert all(one.message and one.remedy and one.file for one in findings)
    return findings


def codes(members: Sequence[Member], **edition: object) -> list[str]:
    return [one.code for one in found(members, **edition)]


def pin(member_id: str, theme: str = "a", **given: object) -> Pin:
    where = {"track": Track.LOCAL, "place": "hub"}
    return Pin.model_validate({"member_id": member_id, "theme": theme} | where | given)


def people(names: Iterable[str], **answers: object) -> list[Member]:
    return [member(name, 0, **answers) for name in names]


# Together and apart


def test_a_chain_needs_one_theme_for_all() -> None:
    chain = [
        member("x", together=("y",)),
        member("y", themes=BOTH, together=("z",)),
        member("z", themes=("b",)),
    ]
    (finding,) = found(chain, themes=TWO_THEMES)
    assert finding.code == "together-impossible"
    for row in ("x", "y", "z"):
        assert row in finding.message
    chain[2] = member("z", themes=("b", "a"))
    assert codes(chain, themes=TWO_THEMES) == []


@pytest.mark.parametrize("listed", ["languages", "slots"])
def test_a_chain_needs_one_language_and_slot_for_all(listed: str) -> None:
    rule = f"shared_{listed.removesuffix('s')}"
    lists: list[dict[str, object]] = [
        {listed: ("aa", "bb")},
        {listed: ("bb", "cc")},
        {listed: ("cc", "aa")},
    ]
    chain = [
        member("x", 0, together=("y",), **lists[0]),
        member("y", 0, together=("z",), **lists[1]),
        member("z", 0, **lists[2]),
    ]
    assert codes(chain, **{rule: True}) == ["together-impossible"]
    assert codes(chain, **{rule: False}) == []
    any_code = [*chain[:2], member("z")]
    assert codes(any_code, **{rule: True}) == []


def test_a_pair_is_told_once_whoever_names_it() -> None:
    pair = [
        member("x", together=("y",), local=False),
        member("y", together=("x",), video=False),
    ]
    assert codes(pair) == ["together-impossible"]
    pair = [member("x", together=("y",), apart=("y",)), member("y", apart=("x",))]
    assert codes(pair) == ["together-and-apart"]


def test_two_who_take_no_part_keep_the_rule() -> None:
    pair = [member("x", together=("y",), commits=False), member("y", cooperator=False)]
    assert codes(pair) == []
    pair[1] = member("y")
    assert codes(pair) == ["together-with-ineligible"]


def test_a_block_fits_the_largest_group_and_no_more() -> None:
    block = [member("m0", together=("m1", "m2")), *people(["m1", "m2"])]
    assert codes(block) == []
    block += [member("m3", together=("m0",))]
    (finding,) = found(block)
    assert finding.code == "block-too-large"
    assert "4 members" in finding.message
    larger = [Theme(id="a", rules=RulesOverride.model_validate({"video": {"size_max": 4}}))]
    assert codes(block, themes=larger) == []


def test_a_row_given_often_is_no_block() -> None:
    assert set(codes([member("x") for _ in range(16)])) == {"duplicate-member"}


def test_a_pair_named_by_a_second_row_of_one_id() -> None:
    rows = [member("x"), member("y"), member("x", together=("y",)), member("z", together=("x",))]
    assert codes(rows) == ["duplicate-member"]


def test_a_track_counts_where_a_shared_theme_allows_it() -> None:
    pair = [member("x", together=("y",), local=False), member("y")]
    assert codes(pair, themes=[Theme(id="a")]) == []
    assert codes(pair, themes=[Theme(id="a", tracks=(Track.LOCAL,))]) == ["together-impossible"]


# Records


@pytest.mark.parametrize("code", ["fr", "nl-be", "pt_br", "zh-hans-cn", "es-419", "ελ"])
def test_a_language_code(code: str) -> None:
    assert codes([member("x", languages=(code,))]) == []


@pytest.mark.parametrize("code", ["fr/nl", "2", "fr+nl", "fr.", "-fr", "?"])
def test_no_language_code(code: str) -> None:
    (finding,) = found([member("x", languages=(code,))])
    assert (finding.code, finding.column, finding.value) == (
        "malformed-language",
        "languages",
        code,
    )


def test_an_edition_without_any_place_or_video() -> None:
    video = Theme(id="a", tracks=(Track.VIDEO,))
    local = Theme(id="a", tracks=(Track.LOCAL,))
    assert codes([member("x")], themes=[local], offices=[]) == ["no-place-at-all"]
    assert codes([member("x")], themes=[video], offices=[]) == []
    assert codes([member("x")], themes=[local]) == []
    assert codes([member("x")], themes=[local], offices=[], towns="members") == []
    # A pin makes its place a candidate.
    pinned = [pin("x", place="BE-1000")]
    assert codes([member("x")], themes=[local], offices=[], pins=pinned) == []


def test_a_wrong_id_in_every_row_takes_no_time() -> None:
    """100 offices and 3,000 members of an unknown one: the nearest is looked up once."""
    offices = [office(f"office-{number}") for number in range(100)]
    members = [member(f"m{number}", office="ofice-7") for number in range(3000)]
    began = process_time()
    assert len(found(members, offices=offices)) == 3000
    assert process_time() - began < 5


# Pins of a company


@pytest.mark.parametrize("column", ["with_members", "together"])
def test_who_comes_along_must_be_able_to(column: str) -> None:
    def along(km: float = 0, **answers: object) -> list[str]:
        bound = {column: ("y",)}
        members = [
            member("x", together=bound.get("together", ())),
            member("y", km, **answers),
        ]
        pins = [pin("x", with_members=bound.get("with_members", ()))]
        return codes(members, themes=TWO_THEMES, pins=pins)

    assert along() == []
    assert "pin-of-ineligible" in along(commits=False)
    assert "pin-not-ranked" in along(themes=("b",))
    assert "pin-track-not-accepted" in along(local=False)
    assert along(km=29.9) == []
    assert along(km=30.1) == ["pin-too-far"]


def test_the_travel_limit_of_a_pin_is_to_the_metre() -> None:
    metres = metres_between(0, 20)
    far = [member("x", 20)]
    assert codes(far, pins=[pin("x")], travel_km=metres / 1000) == []
    assert codes(far, pins=[pin("x")], travel_km=(metres - 1) / 1000) == ["pin-too-far"]
    own = [member("x", 20, office="hub")]
    limits = {"travel_km": 1, "office_travel_km": metres / 1000}
    assert codes(own, pins=[pin("x")], **limits) == []
    assert codes(far, pins=[pin("x")], **limits) == ["pin-too-far"]


def test_a_company_fits_the_seats_and_no_more() -> None:
    members = people("wxyz")
    assert codes(members, pins=[pin("w", with_members=("x", "y"))]) == []
    assert codes(members, pins=[pin("w", with_members=("x", "y", "z"))]) == ["company-too-large"]
    # Through a second pin that names one of them: all four are in one group.
    chained = [pin("w", with_members=("x",)), pin("y", with_members=("x", "z"))]
    assert codes(members, pins=chained) == ["company-too-large"]


def test_a_company_shares_a_language_and_a_slot() -> None:
    members = [member("x", languages=("fr",), slots=("mon",))]
    members += [member("y", languages=("nl",), slots=("tue",))]
    pins = [pin("x", with_members=("y",))]
    assert codes(members, pins=pins) == []
    assert codes(members, pins=pins, shared_language=True) == ["company-without-language"]
    assert codes(members, pins=pins, shared_slot=True) == ["company-without-slot"]


def test_a_company_lives_near_each_other() -> None:
    members = [member("x", -10), member("y", 10)]
    pins = [pin("x", with_members=("y",))]
    metres = metres_between(-10, 10)
    assert codes(members, pins=pins, spread_km=metres / 1000) == []
    assert codes(members, pins=pins, spread_km=(metres - 1) / 1000) == ["company-too-far-apart"]
    by_video = [pin("x", track="video", place="", with_members=("y",))]
    assert codes(members, pins=by_video, spread_km=1) == []


def test_members_apart_are_in_no_company() -> None:
    members = [member("x"), member("y", apart=("z",)), member("z")]
    assert codes(members, pins=[pin("x", with_members=("y",))]) == []
    (finding,) = found(members, pins=[pin("x", with_members=("y", "z"))])
    assert (finding.code, finding.column) == ("company-apart", "with_members")


def test_role_holders_of_a_company() -> None:
    members = people("xy", moderator=True)
    two = [pin("x", role=Role.MODERATOR, with_members=("y",)), pin("y", role=Role.MODERATOR)]
    assert codes(members, pins=two, moderators=2) == []
    assert codes(members, pins=two, moderators=1) == ["too-many-role-holders"]
    assert codes(members, pins=two[:1], moderators=0) == ["too-many-role-holders"]
    # In two groups, as far as the pins say.
    apart = [pin("x", role=Role.MODERATOR), pin("y", role=Role.MODERATOR)]
    assert codes(members, pins=apart, moderators=1) == []


def test_pins_of_a_company_agree() -> None:
    offices = [office(), office("second", 1)]
    pins = [pin("x", with_members=("y",)), pin("y", place="second")]
    assert codes(people("xy"), offices=offices, pins=pins) == ["pins-contradict"]
    assert codes(people("xy"), offices=offices, pins=[pins[0], pin("y")]) == []


def test_pins_ask_for_no_more_groups_than_a_theme_has() -> None:
    pins = [pin("x"), pin("y", track="video", place="")]
    for most, expected in ((2, []), (1, ["too-many-pinned-groups"])):
        assert codes(people("xy"), themes=[Theme(id="a", groups_max=most)], pins=pins) == expected
    none = [Theme(id="a", groups_max=0)]
    assert codes(people("xy"), themes=none, pins=pins[:1]) == ["too-many-pinned-groups"]


def test_pins_ask_for_no_more_groups_than_a_member_has() -> None:
    members = [member("x", themes=BOTH), member("y", themes=BOTH)]
    pins = [pin("x", with_members=("y",)), pin("y", theme="b")]
    assert codes(members, themes=TWO_THEMES, pins=pins) == ["too-many-pins"]
    assert codes(members, themes=TWO_THEMES, pins=pins, groups_per_member=2) == []


# No false alarm, no crash


def answers(draw: random.Random, names: Sequence[str]) -> dict[str, object]:
    return {
        "themes": draw.choice([("a",), ("b",), ("a", "b"), ("b", "a")]),
        "commits": draw.random() < 0.8,
        "local": draw.random() < 0.8,
        "video": draw.random() < 0.8,
        "languages": draw.choice([(), ("fr",), ("nl",), ("fr", "nl")]),
        "together": tuple(draw.sample(names, draw.choice([0, 0, 0, 1, 2]))),
        "apart": tuple(draw.sample(names, draw.choice([0, 0, 0, 1]))),
    }


@settings(deadline=None, max_examples=cases(100, 300))
@given(st.integers(0, 2**32))
def test_any_pairs_and_pins_are_an_edition_or_findings(seed: int) -> None:
    """Ids in any relation give an edition or findings, the same whichever way rows are sorted."""
    draw = random.Random(seed)
    names = [f"m{number}" for number in range(6)]
    members = [member(one, draw.uniform(-40, 40), **answers(draw, names)) for one in names]
    pins = [
        pin(
            draw.choice([*names, "nobody"]),
            draw.choice("abc"),
            track=draw.choice(list(Track)),
            place=draw.choice(["hub", "", "second", "BE-1000"]),
            with_members=tuple(draw.sample(names, draw.choice([0, 1, 2]))),
        )
        for _ in range(draw.choice([0, 1, 3]))
    ]
    given: dict[str, object] = {"themes": TWO_THEMES, "pins": pins, "shared_language": True}
    forwards = found(members, **given)
    backwards = found(members[::-1], **given)
    assert bool(forwards) == bool(backwards)
    assert {one.code for one in forwards} == {one.code for one in backwards}


@settings(deadline=None, max_examples=cases(25, 60))
@given(tiny_editions())
def test_pins_of_a_valid_grouping_are_never_refused(edition: Edition) -> None:
    """Whatever grouping is valid may be pinned as a whole, each member with all of its group."""
    try:
        without_pins = edition.replace(pins=())
    except InputError:
        reject()  # the only place that a group could have is that of a pin
    grouping = form_groups(without_pins, work_limit=20).grouping
    for group in () if grouping is None else grouping.group_records:
        assert grouping is not None
        placed = grouping.placements_by_group[group.group_id]
        ids = [one.member_id for one in placed]
        pins = tuple(
            Pin(
                member_id=one.member_id,
                theme=group.theme,
                track=group.track,
                place=group.place,
                role=one.role,
                with_members=tuple(other for other in ids if other != one.member_id),
            )
            for one in placed
        )
        assert edition.replace(pins=pins).pins == pins


def test_pairs_that_fit_are_an_edition() -> None:
    """A full edition that uses every relation between records."""
    members = [
        member("x", together=("y",), apart=("v",), languages=("fr",), moderator=True),
        member("y", together=("x",), languages=("fr", "nl")),
        member("z", 5, languages=("nl",), secretary=True),
        member("v", -5, apart=("x", "z")),
        member("w", commits=False, together=()),
    ]
    pins = [pin("x", role=Role.MODERATOR), pin("y", with_members=("x",)), pin("v", place="BE-1000")]
    edition: Edition = small_edition(
        members, pins=pins, moderators=1, shared_language=True, spread_km=60.0, towns="members"
    )
    assert edition.pins == tuple(pins)
