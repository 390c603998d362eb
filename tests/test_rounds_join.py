"""The best groups for one member, nobody else moving: by the index, by trying, and by command line."""

from pathlib import Path

import pytest
from cli_case import command
from grouping_builder import GroupWanted, build_grouping
from joining import (
    after_joining,
    amid_the_season,
    possible_by_trying,
    seated,
    state_of,
    thinned,
    with_room,
)
from previous_editions import previous_edition
from small import member, small_edition
from test_office_seats import seated_edition
from test_weight import weighted_edition
from tiny_editions import crowded_edition, tiny_edition

import sip_grouping as sip
from sip_grouping.edition.records import Member, Theme, Track
from sip_grouping.rounds import Rounds
from sip_grouping.rounds.join import Joins
from sip_grouping.rounds.state import State

Capture = pytest.CaptureFixture[str]
ALL = 1000


def checked_by_trying(edition: sip.Edition, seed: int) -> tuple[int, int]:
    """Check all members of an edition against the verifier; return how many joins there are, and are not."""
    formed = sip.form_groups(edition, work_limit=5).grouping
    if formed is None or not formed.placements:
        return 0, 0
    edition = with_room(edition)
    before = thinned(edition, formed, seed)
    joins = Joins(state_of(edition, before))
    yes = no = 0
    for one in edition.members:
        told = joins.best(one.member_id, ALL)
        true = possible_by_trying(edition, before, one.member_id)
        assert {choice.group_id: choice.change for choice in told.possible} == true, one.member_id
        changes = [choice.change or 0 for choice in told.possible]
        assert changes == sorted(changes, reverse=True)
        for choice in told.possible:
            assert choice.role is not None
            after = after_joining(
                edition, before, one.member_id, choice.group_id, choice.role, choice.leaves
            )
            group = after.group_by_id[choice.group_id]
            assert sip.verify(edition, after).ok
            assert (group.size, group.language) == (choice.size, choice.language)
        assert all(choice.against for choice in told.next)
        assert len(told.possible) + len(told.next) + len(told.present) == len(before.group_records)
        yes, no = yes + len(told.possible), no + len(told.next)
    return yes, no


# Seeds in which there is somebody who may join a group, and somebody who may not.
@pytest.mark.parametrize("seed", [2, 7, 8, 11, 15, 16])
def test_what_is_offered_is_what_the_verifier_accepts(seed: int) -> None:
    yes, no = checked_by_trying(tiny_edition(seed), seed)
    assert yes >= 1
    assert no >= 1


@pytest.mark.parametrize("seed", [1, 4, 10, 17, 20])
def test_so_it_is_where_slots_and_rooms_are_short(seed: int) -> None:
    yes, no = checked_by_trying(crowded_edition(seed), seed)
    assert yes >= 1
    assert no >= 1


@pytest.mark.parametrize("seed", [0, 4, 7, 8, 15, 18, 24, 28])
def test_so_it_is_where_offices_have_few_seats(seed: int) -> None:
    yes, no = checked_by_trying(seated_edition(seed), seed)
    assert yes >= 1
    assert no >= 1


@pytest.mark.parametrize("seed", [0, 4, 16, 18, 20, 23])
def test_so_it_is_where_members_count_several_times(seed: int) -> None:
    yes, no = checked_by_trying(weighted_edition(seed), seed)
    assert yes >= 1
    assert no >= 1


@pytest.mark.parametrize("seed", [10, 11, 23, 29, 46, 47, 49, 58])
def test_so_it_is_where_meeting_again_counts(seed: int) -> None:
    yes, no = checked_by_trying(previous_edition(seed), seed)
    assert yes >= 1
    assert no >= 1


def test_so_it_is_amid_the_season() -> None:
    # Of several groupings that are as good one leaves room for nobody, so that all seeds count together.
    assert sum(map(offered_amid_the_season, [305, 309, 310, 311, 314, 319]))


def offered_amid_the_season(seed: int) -> int:
    """Check every offer of one edition by trying it; return how many there are."""
    edition = tiny_edition(seed)
    formed = sip.form_groups(edition, work_limit=5).grouping
    assert formed is not None
    edition = with_room(edition)
    before = thinned(edition, formed, seed)
    state = state_of(edition, before)
    amid_the_season(state, before, seed)
    joins = Joins(state)
    edition = joins.standing.edition
    seats = [(who, one.group.group_id, role) for one in joins.standing.groups
             for who, role in one.roles.items()]  # fmt: skip
    now = seated(edition, before, seats)
    promised = {one.group.group_id for one in joins.standing.groups if one.promised}
    offered = 0
    for one in edition.members:
        told = {
            choice.group_id: choice.change for choice in joins.best(one.member_id, ALL).possible
        }
        assert told == possible_by_trying(edition, now, one.member_id, promised), one.member_id
        offered += len(told)
    return offered


def pair_and(joiner: Member, *others: Member, **given: object) -> tuple[sip.Edition, State]:
    """Return an edition in which x and y are a group of theme a at the hub, and somebody who may join."""
    inside = [member("x", languages=("fr",), slots=("tue-evening",)), member("y")]
    people = [*inside, *others, joiner]
    themes = [Theme(id="a"), Theme(id="b", countries=("FR",)), Theme(id="c", tracks=(Track.VIDEO,))]
    edition = small_edition(people, themes=themes, **given)  # type: ignore[arg-type]
    groups: list[GroupWanted] = [
        {"theme": "a", "members": ["x", "y"], "track": "local", "place": "hub", "group_id": "g"}
    ]
    return edition, state_of(edition, build_grouping(edition, groups))


def rules_against(state: State, member_id: str = "z") -> list[tuple[str, str]]:
    told = Joins(state).best(member_id)
    assert not told.possible
    return [(one.rule.value, one.part) for one in told.next[0].against]


@pytest.mark.parametrize(
    ("joiner", "rules", "expected"),
    [
        (member("z", commits=False), {}, ("eligible", "takes-no-part")),
        (member("z", themes=("c",)), {}, ("ranked", "not-ranked")),
        (member("z", local=False), {}, ("accepts-local", "video-only")),
        (member("z", 31.0), {}, ("travel", "too-far")),
        (member("z", 8.0, office="hub"), {"office_travel_km": 7.0}, ("travel", "too-far")),
        (member("z", 8.0), {"spread_km": 7.0}, ("spread", "far-from-others")),
        (member("z", apart=("y",)), {}, ("apart", "apart")),
        (member("z", together=("w",)), {}, ("together", "together")),
        (member("z", languages=("nl",)), {"shared_language": True},
         ("shared-language", "no-common-language")),
        (member("z", slots=("sat-morning",)), {"shared_slot": True},
         ("shared-slot", "no-common-slot")),
        (member("z", moderator="only"), {}, ("role-only", "role-taken")),
        (member("z"), {"local": {"size_min": 1, "size_max": 2}}, ("size", "full")),
        (member("z"), {"local": {"size_min": 4, "size_max": 5}}, ("size", "too-small")),
        (member("z"), {"experienced_min": 1}, ("experienced", "inexperienced")),
        (member("z"), {"moderators": 1}, ("moderators", "no-moderator")),
        (member("z", moderator=True), {"secretaries": 1}, ("secretaries", "no-secretary")),
    ],
)  # fmt: skip
def test_each_rule_stands_against_a_join_by_itself(
    joiner: Member, rules: dict[str, object], expected: tuple[str, str]
) -> None:
    others = (member("w"),) if joiner.together else ()
    _, state = pair_and(joiner, *others, **rules)
    assert rules_against(state) == [expected]


def test_a_theme_that_is_closed_in_the_country_stands_against_it() -> None:
    people = [member("x", country="FR", themes=("b",)), member("y", country="FR", themes=("b",))]
    themes = [Theme(id="a"), Theme(id="b", countries=("FR",))]
    edition = small_edition([*people, member("z", themes=("a", "b"))], themes=themes)
    group: GroupWanted = {"theme": "b", "members": ["x", "y"], "track": "local", "place": "hub"}
    state = state_of(edition, build_grouping(edition, [group]))
    assert rules_against(state) == [("country", "closed")]


@pytest.mark.parametrize(
    ("joiner", "rules", "role"),
    [
        (member("z", 29.9), {}, "member"),
        (member("z", 6.9), {"spread_km": 7.0}, "member"),
        (member("z", languages=("fr", "nl")), {"shared_language": True}, "member"),
        (member("z", moderator=True), {"moderators": 1}, "moderator"),
        (member("z", secretary="only"), {"secretaries": 1}, "secretary"),
        (member("z", experienced=True), {"experienced_min": 1}, "member"),
        (member("z"), {"local": {"size_min": 3, "size_max": 3}}, "member"),
    ],
)
def test_just_within_the_rules_it_is_possible(
    joiner: Member, rules: dict[str, object], role: str
) -> None:
    _, state = pair_and(joiner, **rules)
    (choice,) = Joins(state).best("z").possible
    assert (choice.group_id, choice.role, choice.size) == ("g", role, 3)
    assert choice.points == choice.change == 100_000


def test_the_language_of_a_group_changes_only_while_nobody_has_accepted_it() -> None:
    people = [member("x", languages=("fr", "nl")), member("y"), member("z", languages=("nl",))]
    edition = small_edition(people, shared_language=True)
    group: GroupWanted = {
        "theme": "a", "members": ["x", "y"], "track": "local", "place": "hub", "language": "fr",
    }  # fmt: skip
    state = state_of(edition, build_grouping(edition, [group]))
    (choice,) = Joins(state).best("z").possible
    assert choice.language == "nl"
    row = {"member_id": "y", "group_id": "g1", "role": "member", "theme": "a", "track": "local",
           "place": "hub"}  # fmt: skip
    state.accepted["y"] = row
    assert rules_against(state) == [("shared-language", "promised-language")]


def two_groups(**rules: object) -> tuple[sip.Edition, State]:
    """Return an edition with groups of three and of two, three themes apart from them."""
    themes = [Theme(id="a"), Theme(id="b")]
    people = [
        member("m0", themes=("b", "a"), moderator=True, experienced=True),
        member("m1", themes=("b", "a")), member("m2"),
        member("m3", themes=("b",)), member("m4", themes=("b",), moderator=True, experienced=True),
    ]  # fmt: skip
    edition = small_edition(people, themes=themes, **rules)  # type: ignore[arg-type]
    moderated = bool(rules.get("moderators"))
    groups: list[GroupWanted] = [
        {"theme": "a", "members": ["m0", "m1", "m2"], "track": "local", "place": "hub",
         "group_id": "first", "moderators": ["m0"] if moderated else []},
        {"theme": "b", "members": ["m3", "m4"], "track": "local", "place": "hub",
         "group_id": "second", "moderators": ["m4"] if moderated else []},
    ]  # fmt: skip
    return edition, state_of(edition, build_grouping(edition, groups))


def test_who_is_placed_leaves_its_group_where_that_can_do_without() -> None:
    _, state = two_groups()
    told = Joins(state).best("m1")
    (choice,) = told.possible
    assert (choice.group_id, choice.leaves, choice.points, choice.change) == (
        "second", ("first",), 100_000, 20_000,
    )  # fmt: skip
    (present,) = told.present
    assert (present.group_id, present.points, present.change, present.size) == (
        "first", 80_000, 0, 3,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("member_id", "rules", "expected"),
    [
        ("m3", {}, None),
        ("m1", {"local": {"size_min": 3, "size_max": 4}}, ("size", "leaves-too-few")),
        ("m0", {"moderators": 1}, ("moderators", "leaves-no-moderator")),
        ("m0", {"experienced_min": 1}, ("experienced", "leaves-inexperienced")),
    ],
)
def test_a_group_that_is_left_must_not_break(
    member_id: str, rules: dict[str, object], expected: tuple[str, str] | None
) -> None:
    _, state = two_groups(**rules)
    told = Joins(state).best(member_id)
    assert not told.possible
    found = [(one.rule.value, one.part) for one in told.next[0].against]
    if expected is None:
        assert ("ranked", "not-ranked") in found
    else:
        assert expected in found


def test_who_has_accepted_stays() -> None:
    _, state = two_groups()
    state.accepted["m1"] = {
        "member_id": "m1", "group_id": "first", "role": "member", "theme": "a", "track": "local",
        "place": "hub",
    }  # fmt: skip
    assert rules_against(state, "m1") == [("pin", "accepted")]


def test_who_has_left_sits_nowhere() -> None:
    edition, state = two_groups()
    state.left["m3"] = "declined"
    joins = Joins(state)
    assert [len(one.members) for one in joins.standing.groups] == [3, 1]
    (choice,) = joins.best("m1").possible
    assert (choice.group_id, choice.size) == ("second", 2)
    assert edition.member_by_id["m3"].eligible
    assert rules_against(state, "m3")[0] == ("eligible", "takes-no-part")


def test_who_declined_a_place_and_wishes_another_is_placed_nowhere(tmp_path: Path) -> None:
    edition, state = two_groups()
    grouping = state.current()
    assert grouping is not None
    answers = tmp_path / "a.csv"
    answers.write_text("member_id,answer,theme_1,theme_2\nm2,decline,b,a\nm1,accept,,\n", "utf-8")
    with Rounds.start(tmp_path / "s.db", edition, grouping) as rounds:
        rounds.propose()
        rounds.answer(answers)
        told = rounds.join("m2")
        assert not told.present
        assert told.possible[0].group_id == "second"
        answers.write_text("member_id,answer\nm2,accept\n", "utf-8")
        rounds.answer(answers)
        assert [one.group_id for one in rounds.join("m2").present] == ["first"]


def test_an_unknown_member_is_named() -> None:
    _, state = two_groups()
    with pytest.raises(sip.InputError) as caught:
        Joins(state).best("nobody")
    assert [one.code for one in caught.value.findings] == ["unknown-member"]


def test_tables_for_an_analyst() -> None:
    _, state = two_groups()
    told = Joins(state).best("m1")
    assert told.best.to_dict("records") == [
        {
            "group_id": "second", "theme": "b", "track": "local", "place": "hub",
            "place_name": "", "rank": 1, "points": 100.0, "change": 20.0, "travel_km": 0.0,
            "size": 3, "role": "member", "language": "", "slot": "", "leaves": "first",
        }
    ]  # fmt: skip
    table = Joins(state).best("m3").obstacles("nl")
    assert list(table["rule"]) == ["ranked", "size", "size"]
    assert "vol" in table["text"][1]


def test_joining_by_command_line(tmp_path: Path, capsys: Capture) -> None:
    edition, state = two_groups()
    grouping = state.current()
    assert grouping is not None
    store = tmp_path / "s.db"
    Rounds.start(store, edition, grouping).close()
    ran = command(capsys, "round", "join", "m1", "--store", store, "--json").json
    assert ran["member_id"] == "m1"
    assert isinstance(ran["best"], list)
    assert [one["group_id"] for one in ran["best"]] == ["second"]
    for lang, full in (("en", "is full"), ("fr", "complet"), ("nl", "vol")):
        told = command(capsys, "round", "join", "m3", "--store", store, "--lang", lang)
        assert told.code == 0
        assert full in told.out
        assert "[size]" in told.out
    assert command(capsys, "round", "join", "m9", "--store", store).code == 2
    assert command(capsys, "round", "join", "m1", "--store", store, "--best", "0").code == 2
    with Rounds.open(store, write=False) as rounds:
        assert [one.what for one in rounds.steps()] == ["start"]


def test_groups_of_its_theme_and_track_are_told_of_first() -> None:
    people = [member(f"m{n}") for n in range(6)] + [member("v", video=False)]
    edition = small_edition(people, score={"km_points": 1.0})
    groups: list[GroupWanted] = [
        {"theme": "a", "members": ["m0", "m1", "m2"], "track": "video", "group_id": "video"},
        {"theme": "a", "members": ["m3", "m4", "m5"], "track": "local", "place": "hub",
         "group_id": "here"},
    ]  # fmt: skip
    edition = edition.replace(members=(*people[:-1], member("v", 29.0, video=False)))
    told = Joins(state_of(edition, build_grouping(edition, groups))).best("v")
    # By points alone the group by video would come first: 85 to 71.
    assert [one.group_id for one in told.next] == ["here", "video"]
