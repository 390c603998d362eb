"""Members who take part in a role only: read, checked, placed and written."""

from pathlib import Path

import pandas as pd
import pytest
from bad_editions import write_edition
from brute_force import best_grouping_by_enumeration
from positions import table_of
from small import member, small_edition
from test_model_rules import groups_of, local_only, placed, solved

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Role, RulesOverride, SizeLimits, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding
from sip_grouping.grouping import Status
from sip_grouping.rules import RuleId
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify

M, S, PLAIN = Role.MODERATOR, Role.SECRETARY, Role.MEMBER


def roles_of(edition: Edition) -> dict[str, Role]:
    """Return the role of each member placed in the proven best grouping, which is verified."""
    result = solved(edition)
    assert result.grouping is not None
    assert verify(edition, result.grouping).ok
    assert result.score_thousandths == best_grouping_by_enumeration(edition)
    return {row.member_id: row.role for row in result.grouping.placements}


def refused(members: list[Member], **edition: object) -> tuple[Finding, ...]:
    with pytest.raises(InputError) as caught:
        small_edition(members, **edition)  # type: ignore[arg-type]
    for one in caught.value.findings:
        assert all(one.told_in(language).message for language in LANGUAGES)
    return caught.value.findings


# Answers


@pytest.mark.parametrize(
    ("moderator", "secretary", "roles"),
    [
        (False, False, {PLAIN}),
        (True, False, {PLAIN, M}),
        (True, True, {PLAIN, M, S}),
        ("only", False, {M}),
        (False, "only", {S}),
        ("only", True, {M}),
        ("only", "only", {M, S}),
    ],
)
def test_the_roles_of_a_member(moderator: object, secretary: object, roles: set[Role]) -> None:
    one = member("x", moderator=moderator, secretary=secretary)
    assert one.roles == roles
    assert one.only_in_a_role == (PLAIN not in roles)
    assert [role for role in Role if one.volunteers_for(role)] == sorted(
        roles, key=list(Role).index
    )


@pytest.mark.parametrize("word", ["only", "ONLY", "enkel", "Alleen", " uniquement ", "Seulement"])
def test_the_words_that_mean_only(word: str, tmp_path: Path) -> None:
    folder = write_edition(tmp_path / "edition")
    path = folder / "members.csv"
    text = path.read_text("utf-8")
    row = "m4,BE,4000,support,,,no,no,"
    assert row in text
    path.write_text(text.replace(row, f"m4,BE,4000,support,,,no,{word},"), "utf-8")
    edition = sip.load_edition(folder)
    assert edition.member_by_id["m4"].secretary == "only"
    sip.save_edition(edition, tmp_path / "again")
    assert "only" in (tmp_path / "again" / "members.csv").read_text("utf-8")
    again = sip.load_edition(tmp_path / "again")
    assert again.members == edition.members
    assert again.digest == edition.digest


def test_only_is_an_answer_to_roles_alone(tmp_path: Path) -> None:
    folder = write_edition(tmp_path / "edition")
    path = folder / "members.csv"
    text = path.read_text("utf-8").replace(
        ",yes,yes,yes,Secret Alice", ",yes,only,yes,Secret Alice"
    )
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        sip.load_edition(folder)
    assert [(one.code, one.column) for one in caught.value.findings] == [("not-yes-or-no", "local")]


def test_the_digest_tells_only_from_yes() -> None:
    def digest(**answers: object) -> str:
        return small_edition([member("x", 0, **answers), member("y")]).digest

    assert len({digest(), digest(moderator=True), digest(moderator="only")}) == 3
    # Whoever takes part as moderator only is no secretary, whatever it says of that.
    assert digest(moderator="only", secretary=True) == digest(moderator="only")
    assert digest(moderator="only", secretary="only") != digest(moderator="only")


def test_the_members_table_shows_only() -> None:
    table = small_edition(
        [member("x", moderator="only"), member("y", moderator=True)]
    ).members_table
    assert list(table["moderator"]) == ["only", True]
    assert table["moderator"].dtype == object
    assert table["secretary"].dtype == bool
    assert small_edition([member("x", moderator=True)]).members_table["moderator"].dtype == bool


def test_a_table_with_only_is_read_again() -> None:
    before = small_edition(
        [member("x", secretary="only"), member("y", secretary=True), member("z")]
    )
    again = sip.edition_from_frames(
        name="small",
        themes=before.themes,
        members=before.members_table,
        offices=pd.DataFrame([before.offices[0].model_dump()]),
        rules=before.rules,
        places=before.places,
        score=before.score,
        postcodes=table_of(before),
    )
    assert [one.secretary for one in again.members] == ["only", True, False]
    assert again.digest == before.digest


# What cannot hold


def pin(member_id: str, theme: str = "a", **given: object) -> Pin:
    where = {"track": Track.LOCAL, "place": "hub"}
    return Pin.model_validate({"member_id": member_id, "theme": theme} | where | given)


@pytest.mark.parametrize("role", [S, PLAIN])
def test_a_pin_to_another_role_is_an_input_error(role: Role) -> None:
    people = [member("x", moderator="only", secretary=True), member("y", secretary=True)]
    (found,) = refused(people, pins=[pin("x", role=role)], moderators=1, secretaries=1)
    assert (found.code, found.column, found.value) == ("pin-not-a-volunteer", "role", role.value)
    assert "only" in found.message
    good = small_edition(people, pins=[pin("x", role=M)], moderators=1, secretaries=1)
    assert roles_of(good) == {"x": M, "y": S}


@pytest.mark.parametrize(
    ("people", "seats", "short"),
    [
        ([("only", False)] * 2, (2, 0), None),
        ([("only", False)] * 2, (1, 1), ("moderator", 2, 1)),
        ([("only", "only")] * 2, (1, 1), None),
        ([("only", "only")] * 3, (1, 1), ("moderator / secretary", 3, 2)),
        ([("only", "only")] * 2 + [("only", False)], (1, 2), None),
        ([("only", "only")] * 2 + [("only", False)], (1, 1), ("moderator / secretary", 3, 2)),
    ],
)
def test_pins_put_no_more_into_a_group_than_it_has_seats(
    people: list[tuple[object, object]], seats: tuple[int, int], short: tuple[object, ...] | None
) -> None:
    members = [
        member(f"x{i}", moderator=moderator, secretary=secretary)
        for i, (moderator, secretary) in enumerate(people)
    ]
    others = [member(f"v{i}", moderator=True, secretary=True) for i in range(3)]
    company = tuple(one.member_id for one in members[1:])
    given = {
        "pins": [pin("x0", with_members=company)],
        "moderators": seats[0],
        "secretaries": seats[1],
        "local": SizeLimits(size_min=2, size_max=6),
    }
    if short is None:
        edition = small_edition([*members, *others], **given)  # type: ignore[arg-type]
        assert {one.member_id for one in members} <= placed(edition)
        return
    (found,) = refused([*members, *others], **given)
    assert found.code == "company-without-seats"
    assert dict(found.parameters) == dict(zip(("roles", "members", "seats"), short, strict=True))


def test_a_pinned_role_takes_a_seat_from_who_said_only() -> None:
    people = [member("x", moderator="only"), member("y", moderator=True), member("z")]
    both = [pin("x", with_members=("y",)), pin("y", role=M)]
    (found,) = refused(people, pins=both, moderators=1)
    assert found.code == "company-without-seats"
    assert placed(small_edition(people, pins=both, moderators=2)) == {"x", "y", "z"}


def test_who_said_only_is_pinned_to_one_group() -> None:
    people = [member(name, themes=("a", "b"), moderator=answer)
              for name, answer in (("x", "only"), ("y", True), ("z", True))]  # fmt: skip
    themes = [Theme(id="a"), Theme(id="b")]
    given = {"themes": themes, "moderators": 1, "groups_per_member": 2}
    (found,) = refused(people, pins=[pin("x"), pin("x", "b")], **given)
    assert (found.code, found.variant) == ("too-many-pins", "only")
    small_edition(people, pins=[pin("y"), pin("y", "b")], **given)  # type: ignore[arg-type]


def test_a_pair_without_seats_is_an_input_error() -> None:
    pair = [member("x", moderator="only", together=("y",)), member("y", moderator="only")]
    (found,) = refused(pair, moderators=1)
    assert (found.code, found.variant) == ("together-impossible", "no-seats")
    assert placed(small_edition(pair, moderators=2)) == {"x", "y"}
    second = Theme(id="b", rules=RulesOverride(moderators=2))
    more = [one.model_copy(update={"themes": ("a", "b")}) for one in pair]
    themes = [Theme(id="a"), second]
    assert placed(small_edition(more, moderators=1, themes=themes)) == {"x", "y"}
    chain = [*pair, member("z", moderator="only", together=("y",))]
    assert placed(small_edition(chain, moderators=3)) == {"x", "y", "z"}
    (found,) = refused(chain, moderators=2)
    assert (found.code, found.variant) == ("together-impossible", "several-no-seats")


# Groups


def test_a_group_takes_as_many_as_it_has_seats() -> None:
    people = [local_only(f"o{i}", moderator="only") for i in range(3)]
    people += [local_only(f"m{i}") for i in range(2)]
    assert (
        len(placed(small_edition(people, moderators=1, local=SizeLimits(size_min=2, size_max=5))))
        == 4
    )
    for groups in (1, 2):
        themes = [Theme(id="a", groups_max=groups)]
        roles = roles_of(small_edition(people, moderators=1, themes=themes))
        assert [roles.get(f"o{i}") for i in range(3)].count(M) == groups
        assert list(roles.values()).count(M) == groups


def test_the_one_who_said_only_holds_the_role_though_others_volunteer() -> None:
    people = [
        local_only("x", moderator="only"),
        *(local_only(f"m{i}", moderator=True) for i in (0, 1)),
    ]
    assert roles_of(small_edition(people, moderators=1)) == {"x": M, "m0": PLAIN, "m1": PLAIN}


def test_only_to_both_roles_takes_the_one_that_is_left() -> None:
    x = local_only("x", moderator="only", secretary="only")
    for other, expected in (("moderator", S), ("secretary", M)):
        people = [x, local_only("y", **{other: True})]
        assert roles_of(small_edition(people, moderators=1, secretaries=1))["x"] is expected


def test_only_to_one_role_and_yes_to_the_other() -> None:
    people = [local_only("x", moderator="only", secretary=True), local_only("y", moderator=True)]
    assert roles_of(small_edition(people, moderators=1, secretaries=1)) == {}
    people.append(local_only("z", secretary=True))
    roles = roles_of(small_edition(people, moderators=1, secretaries=1))
    assert roles == {"x": M, "y": PLAIN, "z": S}


def test_without_a_seat_of_the_role_nobody_takes_part_in_it_only() -> None:
    people = [local_only("x", moderator="only"), *(local_only(f"m{i}") for i in range(2))]
    edition = small_edition(people)
    assert roles_of(edition) == {"m0": PLAIN, "m1": PLAIN}
    (left,) = solved(edition).grouping.left_out  # type: ignore[union-attr]
    assert left.reason == "no-role-wanted"


def test_a_theme_that_wants_the_role_takes_who_says_only() -> None:
    themes = [Theme(id="a"), Theme(id="b", rules=RulesOverride(moderators=1))]
    people = [local_only("x", themes=("a", "b"), moderator="only"), local_only("y", themes=("b",))]
    edition = small_edition(people, themes=themes)
    assert roles_of(edition) == {"x": M, "y": PLAIN}


def test_several_groups_each() -> None:
    """A person holds one role, so who says only is in one group."""
    themes = [Theme(id="a"), Theme(id="b")]
    people = [
        member("x", themes=("a", "b"), moderator="only"),
        member("y", themes=("a", "b"), moderator=True),
        *(member(f"m{i}", themes=("a", "b")) for i in range(2)),
    ]
    edition = small_edition(people, themes=themes, moderators=1, groups_per_member=2)
    groups = groups_of(edition)
    assert len(groups) == 2
    assert sum("x" in group for group in groups.values()) == 1
    assert roles_of(edition)["x"] is M
    only_both = people[0].model_copy(update={"secretary": "only"})
    alone = small_edition(
        [only_both, *people[2:]], themes=themes, moderators=1, groups_per_member=2
    )
    assert len(groups_of(alone)) == 1


@pytest.mark.parametrize("several", [1, 2])
def test_apart_and_spread_group_by_group(several: int) -> None:
    """Groups that are modelled one by one give a seat to each who says only."""
    people = [
        local_only("x", 0, moderator="only", apart=("y",)),
        local_only("y", 0, moderator="only"),
        local_only("z", 12, moderator="only"),
        *(local_only(f"n{i}", 0) for i in range(3)),
        local_only("f", 12),
    ]
    edition = small_edition(
        people, moderators=1, spread_km=5.0, groups_per_member=several, travel_km=20.0
    )
    roles = roles_of(edition)
    assert all(roles[one] is M for one in "xyz")
    assert len(roles) == len(people)


def test_classes_tell_only_from_yes() -> None:
    """Members alike in all else, of one postcode: some may be plain members, some may not."""
    same: dict[str, object] = {"latitude": None, "longitude": None, "video": False}
    people = [member(f"o{i}", 0, moderator="only", **same) for i in range(4)]
    people += [member(f"y{i}", 0, moderator=True, **same) for i in range(2)]
    roles = roles_of(small_edition(people, moderators=1))
    assert [role for name, role in roles.items() if name[0] == "o"] == [M, M]
    assert {role for name, role in roles.items() if name[0] == "y"} == {PLAIN}


# Where there is no grouping


def test_the_rule_behind_a_group_that_cannot_be() -> None:
    people = [local_only(f"o{i}", moderator="only") for i in range(2)]
    asked = small_edition(people, themes=[Theme(id="a", groups_min=1)], moderators=1)
    result = form_groups(asked, work_limit=50)
    assert result.status is Status.INFEASIBLE
    assert result.conflict is not None
    assert result.conflict.complete
    assert RuleId.ROLE_ONLY in {one.rule for one in result.conflict.rules}


def test_fewer_seats_are_offered_only_where_they_help() -> None:
    """Asking no moderators shuts out who takes part as moderator only; one instead of two helps."""
    people = [local_only("x", moderator="only"), local_only("y")]
    asked = small_edition(people, themes=[Theme(id="a", groups_min=1)], moderators=2)
    conflict = form_groups(asked, work_limit=50).conflict
    assert conflict is not None
    assert RuleId.MODERATORS in {one.rule for one in conflict.rules}
    changes = [one for one in conflict.relaxations if one.key.endswith("moderators")]
    assert [one.message for one in changes] == ["ask 1 instead of 2 moderators per group of a"]
    assert changes[0].least
