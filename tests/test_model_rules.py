"""Each rule of a valid grouping in the model: kept, broken, and at the boundary."""

import pytest
from small import member, metres_between, office, small_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Role, SizeLimits, Theme, Track
from sip_grouping.grouping import Reason, Status
from sip_grouping.rules import RuleId
from sip_grouping.solve import form_groups
from sip_grouping.solve.result import Result, StopReason


def solved(edition: Edition) -> Result:
    """Return the proven result of an edition, within deterministic limits."""
    result = form_groups(edition, work_limit=50.0)
    assert result.status in {Status.OPTIMAL, Status.INFEASIBLE}
    return result


def placed(edition: Edition) -> set[str]:
    """Return the members placed in the proven best grouping."""
    result = solved(edition)
    assert result.grouping is not None
    return {one.member_id for one in result.grouping.placements}


def groups_of(edition: Edition) -> dict[str, set[str]]:
    """Return the members of each group of the proven best grouping."""
    result = solved(edition)
    assert result.grouping is not None
    return {
        group_id: {one.member_id for one in rows}
        for group_id, rows in result.grouping.placements_by_group.items()
    }


def local_only(member_id: str, km: float = 0.0, **answers: object) -> Member:
    return member(member_id, km, video=False, **answers)


class TestWhoMayBePlaced:
    @pytest.mark.parametrize(
        ("answers", "reason"),
        [
            ({"cooperator": False}, Reason.NOT_COOPERATOR),
            ({"commits": False}, Reason.NOT_COMMITTED),
        ],
    )
    def test_only_cooperators_who_commit(self, answers: dict[str, bool], reason: Reason) -> None:
        people = [member("m1"), member("m2"), member("m3", **answers)]
        result = solved(small_edition(people))
        assert result.grouping is not None
        assert {one.member_id for one in result.grouping.placements} == {"m1", "m2"}
        assert [(one.member_id, one.reason) for one in result.grouping.left_out] == [("m3", reason)]

    def test_only_ranked_themes(self) -> None:
        themes = [Theme(id="a"), Theme(id="b")]
        people = [member("m1"), member("m2"), member("m3", themes=("b",))]
        assert placed(small_edition(people, themes=themes)) == {"m1", "m2"}

    def test_themes_are_open_by_country(self) -> None:
        themes = [Theme(id="a", countries=("BE",)), Theme(id="b", countries=("FR",))]
        people = [member("m1"), member("m2")]
        people += [
            member(name, country="FR", postcode="75001", themes=("b",)) for name in ("f1", "f2")
        ]
        result = solved(small_edition(people, themes=themes))
        assert result.grouping is not None
        assert {one.theme for one in result.grouping.group_records} == {"a", "b"}

    def test_both_countries_share_a_group(self) -> None:
        people = [member("m1"), member("f1", country="FR", postcode="75001")]
        assert placed(small_edition(people)) == {"m1", "f1"}


class TestSizes:
    @pytest.mark.parametrize(("count", "expected"), [(1, 0), (2, 2), (3, 3), (4, 4), (7, 7)])
    def test_size_min_and_size_max(self, count: int, expected: int) -> None:
        people = [local_only(f"m{i}") for i in range(count)]
        assert len(placed(small_edition(people))) == expected

    def test_more_than_fits_are_left_out(self) -> None:
        people = [local_only(f"m{i}") for i in range(4)]
        themes = [Theme(id="a", groups_max=1)]
        assert len(placed(small_edition(people, themes=themes))) == 3

    def test_a_theme_overrides_the_sizes(self) -> None:
        themes = [Theme.model_validate({"id": "a", "rules": {"local": {"size_min": 3}}})]
        people = [local_only("m1"), local_only("m2")]
        assert placed(small_edition(people, themes=themes)) == set()

    def test_sizes_within_a_cell_are_even(self) -> None:
        people = [local_only(f"m{i}") for i in range(9)]
        limits = SizeLimits(size_min=2, size_max=6)
        sizes = sorted(
            len(group) for group in groups_of(small_edition(people, local=limits)).values()
        )
        assert sum(sizes) == 9
        assert sizes[-1] - sizes[0] <= 1


class TestTracks:
    def test_a_theme_without_video_has_no_video_group(self) -> None:
        themes = [Theme(id="a", tracks=(Track.LOCAL,))]
        people = [member("m1", local=False), member("m2", local=False)]
        result = solved(small_edition(people, themes=themes))
        assert result.grouping is not None
        assert {one.reason for one in result.grouping.left_out} == {Reason.NO_TRACK}

    def test_members_join_only_tracks_they_accept(self) -> None:
        people = [member("m1", video=False), member("m2", local=False)]
        assert placed(small_edition(people)) == set()

    def test_video_joins_people_who_live_apart(self) -> None:
        people = [member("m1", 0), member("m2", 900)]
        result = solved(small_edition(people))
        assert result.grouping is not None
        assert [one.track for one in result.grouping.group_records] == [Track.VIDEO]
        # 2 first choices, less 15 for each member who would have met locally.
        assert result.score == 2 * 100 - 2 * 15

    def test_nothing_is_lost_by_video_for_who_accepts_only_that(self) -> None:
        people = [member("m1", local=False), member("m2", 900, local=False)]
        assert solved(small_edition(people)).score == 200


class TestRoles:
    def test_without_a_volunteer_no_group(self) -> None:
        people = [local_only("m1"), local_only("m2")]
        result = solved(small_edition(people, moderators=1))
        assert result.grouping is not None
        assert {one.reason for one in result.grouping.left_out} == {Reason.NO_MODERATOR}

    def test_one_person_does_not_hold_both_roles(self) -> None:
        both = local_only("m1", moderator=True, secretary=True)
        people = [both, local_only("m2")]
        assert placed(small_edition(people, moderators=1, secretaries=1)) == set()
        people = [both, local_only("m2", secretary=True)]
        result = solved(small_edition(people, moderators=1, secretaries=1))
        assert result.grouping is not None
        group = result.grouping.group_records[0]
        assert (group.moderators, group.secretaries) == (("m1",), ("m2",))

    def test_each_group_has_its_own(self) -> None:
        people = [local_only(f"m{i}", moderator=i < 1) for i in range(6)]
        assert len(placed(small_edition(people, moderators=1))) == 3
        people = [local_only(f"m{i}", moderator=i < 2) for i in range(6)]
        assert len(placed(small_edition(people, moderators=1))) == 6

    def test_several_holders_per_group(self) -> None:
        people = [local_only(f"m{i}", moderator=i < 2) for i in range(3)]
        assert len(placed(small_edition(people, moderators=2))) == 3
        assert placed(small_edition(people, moderators=3)) == set()


class TestExperience:
    def test_each_group_has_enough_experienced_members(self) -> None:
        people = [local_only(f"m{i}", experienced=i < 3) for i in range(6)]
        assert len(placed(small_edition(people, experienced_min=1))) == 6
        # Two each: the third experienced member makes no second group, and one group takes three.
        assert len(placed(small_edition(people, experienced_min=2))) == 3

    def test_at_the_boundary(self) -> None:
        people = [local_only(f"m{i}", experienced=i < 2) for i in range(4)]
        assert len(placed(small_edition(people, experienced_min=1))) == 4
        assert len(placed(small_edition(people, experienced_min=2))) == 3
        assert not placed(small_edition(people, experienced_min=3))

    def test_beside_roles_and_with_several_groups_each(self) -> None:
        people = [
            member(f"m{i}", themes=("a", "b"), moderator=i % 2 == 0, experienced=i < 2)
            for i in range(4)
        ]
        edition = small_edition(
            people,
            themes=[Theme(id="a"), Theme(id="b")],
            moderators=1,
            experienced_min=2,
            groups_per_member=2,
        )
        groups = groups_of(edition)
        assert groups
        assert all({"m0", "m1"} <= inside for inside in groups.values())

    def test_the_reason_and_the_conflict_name_it(self) -> None:
        people = [local_only(f"m{i}") for i in range(3)]
        grouping = solved(small_edition(people, experienced_min=1)).grouping
        assert grouping is not None
        assert {one.reason for one in grouping.left_out} == {Reason.TOO_FEW_EXPERIENCED}
        asked = small_edition(people, themes=[Theme(id="a", groups_min=1)], experienced_min=1)
        conflict = form_groups(asked, work_limit=50).conflict
        assert conflict is not None
        assert RuleId.EXPERIENCED in {one.rule for one in conflict.rules}
        assert any(one.key.endswith("experienced_min") for one in conflict.relaxations)


class TestDistances:
    def test_travel_to_the_metre(self) -> None:
        away = metres_between(0, 20)
        people = [local_only("m1"), local_only("m2", 20.0)]
        assert placed(small_edition(people, travel_km=away / 1000)) == {"m1", "m2"}
        assert placed(small_edition(people, travel_km=(away - 1) / 1000)) == set()

    def test_office_travel_holds_at_the_own_office_only(self) -> None:
        away = metres_between(0, 20)
        own_km = away / 1000
        far = local_only("m2", 20.0, office="hub")
        edition = small_edition([local_only("m1"), far], travel_km=5.0, office_travel_km=own_km)
        assert placed(edition) == {"m1", "m2"}
        other = far.model_copy(update={"office": "elsewhere"})
        edition = small_edition(
            [local_only("m1"), other],
            offices=[office(), office("elsewhere", 300)],
            travel_km=5.0,
            office_travel_km=own_km,
        )
        assert placed(edition) == set()

    def test_travel_costs_points_rounded_half_up(self) -> None:
        away = metres_between(0, 20)
        people = [local_only("m1"), local_only("m2", 20.0)]
        score = small_edition(people, score={"km_points": 0.5})
        lost = (away + 1) // 2
        assert solved(score).score_thousandths == 200_000 - lost

    def test_spread_to_the_metre(self) -> None:
        across = metres_between(-20, 20)
        people = [local_only("m1", -20), local_only("m2", 20)]
        assert placed(small_edition(people, spread_km=across / 1000)) == {"m1", "m2"}
        assert placed(small_edition(people, spread_km=(across - 1) / 1000)) == set()

    def test_spread_divides_a_place_into_groups(self) -> None:
        people = [local_only(f"n{i}", 20) for i in range(2)]
        people += [local_only(f"s{i}", -20) for i in range(2)]
        found = groups_of(small_edition(people, spread_km=10.0))
        assert sorted(map(sorted, found.values())) == [["n0", "n1"], ["s0", "s1"]]

    def test_towns_where_members_live_are_places(self) -> None:
        # Of a postcode that nobody knows: far from a known one they would say nothing of its town.
        people = [local_only(name, 300, postcode="9999") for name in ("m1", "m2")]
        assert placed(small_edition(people, towns="none")) == set()
        assert placed(small_edition(people, towns="members")) == {"m1", "m2"}


class TestShared:
    def test_one_language_that_all_list(self) -> None:
        people = [local_only("m1", languages=("fr",)), local_only("m2", languages=("nl",))]
        assert placed(small_edition(people, shared_language=True)) == set()
        assert len(placed(small_edition(people, shared_language=False))) == 2
        people.append(local_only("m3", languages=("fr", "nl")))
        assert len(placed(small_edition(people, shared_language=True))) == 2
        people.append(local_only("m4"))
        result = solved(small_edition(people, shared_language=True))
        assert result.grouping is not None
        assert len(result.grouping.placements) == 4

    def test_one_slot_that_all_list(self) -> None:
        people = [
            local_only("m1", slots=("tue-evening",)),
            local_only("m2", slots=("sat-morning",)),
        ]
        assert placed(small_edition(people, shared_slot=True)) == set()
        assert len(placed(small_edition(people))) == 2
        people.append(local_only("m3", slots=("tue-evening", "sat-morning")))
        result = solved(small_edition(people, shared_slot=True))
        assert result.grouping is not None
        assert len(result.grouping.placements) == 2
        assert result.grouping.group_records[0].slot in {"tue-evening", "sat-morning"}


class TestTogetherAndApart:
    def test_both_in_one_group_or_neither(self) -> None:
        people = [local_only("m1"), local_only("m2", 300, together=("m1",)), local_only("m3")]
        # m2 reaches no place, so m1 stays out with it, and m3 alone is too few.
        result = solved(small_edition(people))
        assert result.grouping is not None
        assert not result.grouping.placements
        reasons = {one.member_id: one.reason for one in result.grouping.left_out}
        assert reasons["m1"] is Reason.BOUND_TO_OTHERS

    def test_together_in_one_group_of_a_cell_with_several(self) -> None:
        people = [local_only(f"m{i}") for i in range(6)]
        people[0] = local_only("m0", together=("m5",))
        found = groups_of(small_edition(people))
        assert len(found) == 2
        assert any({"m0", "m5"} <= group for group in found.values())

    def test_blocks_that_do_not_divide_evenly(self) -> None:
        # Three blocks of two cannot fill two groups of three: one block stays out.
        people = [local_only(f"m{i}", together=(f"m{i ^ 1}",)) for i in range(6)]
        themes = [Theme(id="a", groups_max=2)]
        assert len(placed(small_edition(people, themes=themes))) == 4
        assert len(placed(small_edition(people))) == 6

    def test_apart_share_no_group(self) -> None:
        people = [local_only("m1", apart=("m2",)), local_only("m2"), local_only("m3")]
        assert len(placed(small_edition(people))) == 2
        people.append(local_only("m4"))
        found = groups_of(small_edition(people))
        assert len(found) == 2
        assert not any({"m1", "m2"} <= group for group in found.values())

    def test_three_apart_from_each_other_in_two_groups(self) -> None:
        # Pairwise totals allow it; only the groups one by one show that it cannot be.
        people = [local_only(f"x{i}", apart=("x0", "x1", "x2")[:i]) for i in range(3)]
        people += [local_only(f"m{i}") for i in range(3)]
        themes = [Theme(id="a", groups_max=2)]
        assert len(placed(small_edition(people, themes=themes))) == 5


class TestPins:
    PIN = Pin(member_id="m1", theme="b", track=Track.LOCAL, place="hub")
    THEMES = (Theme(id="a"), Theme(id="b"))

    def people(self) -> list[Member]:
        return [local_only(f"m{i}", themes=("a", "b")) for i in range(3)]

    def test_a_pin_stays_whatever_it_costs(self) -> None:
        free = small_edition(self.people(), themes=list(self.THEMES))
        assert solved(free).score == 300
        pinned = small_edition(self.people(), themes=list(self.THEMES), pins=[self.PIN])
        result = solved(pinned)
        assert result.grouping is not None
        assert result.score == 240
        assert {one.theme for one in result.grouping.placements} == {"b"}

    def test_pins_given_to_form_groups(self) -> None:
        edition = small_edition(self.people(), themes=list(self.THEMES))
        result = form_groups(edition, pins=[self.PIN], work_limit=50.0)
        assert result.score == 240
        assert result.edition.pins == (self.PIN,)

    def test_a_pinned_role(self) -> None:
        people = [local_only(f"m{i}", moderator=True) for i in range(3)]
        for role in (Role.MODERATOR, Role.MEMBER):
            pin = Pin(member_id="m1", theme="a", track=Track.LOCAL, place="hub", role=role)
            result = solved(small_edition(people, pins=[pin], moderators=1))
            assert result.grouping is not None
            held = {one.member_id: one.role for one in result.grouping.placements}
            assert held["m1"] is role

    def test_with_members_share_the_group(self) -> None:
        people = [local_only(f"m{i}") for i in range(6)]
        pin = Pin(
            member_id="m1", theme="a", track=Track.LOCAL, place="hub", with_members=("m4", "m5")
        )
        assert {"m1", "m4", "m5"} in groups_of(small_edition(people, pins=[pin])).values()

    def test_a_pinned_place_need_not_be_a_candidate(self) -> None:
        pin = Pin(member_id="m1", theme="a", track=Track.LOCAL, place="BE-1000")
        people = [local_only("m1"), local_only("m2")]
        result = solved(small_edition(people, pins=[pin]))
        assert result.grouping is not None
        assert [one.place for one in result.grouping.group_records] == ["BE-1000"]

    def test_an_impossible_pin_is_infeasible_and_named(self) -> None:
        pin = Pin(member_id="m1", theme="a", track=Track.LOCAL, place="hub")
        result = solved(small_edition([local_only("m1")], pins=[pin]))
        assert result.status is Status.INFEASIBLE
        assert result.stop_reason is StopReason.INFEASIBLE
        assert result.grouping is None
        assert result.conflict is not None
        assert "m1" in str(result.conflict)


class TestGroupsPerTheme:
    def test_groups_min_is_kept_at_a_loss(self) -> None:
        themes = [Theme(id="a"), Theme(id="b", groups_min=1)]
        people = [local_only(f"m{i}", themes=("a", "b")) for i in range(4)]
        result = solved(small_edition(people, themes=themes))
        assert result.score == 2 * 100 + 2 * 80

    def test_groups_max(self) -> None:
        people = [local_only(f"m{i}") for i in range(9)]
        for most in (0, 1, 2):
            themes = [Theme(id="a", groups_max=most)]
            assert len(placed(small_edition(people, themes=themes))) == 3 * most

    def test_groups_min_out_of_reach_is_infeasible(self) -> None:
        themes = [Theme(id="a", groups_min=2)]
        people = [local_only(f"m{i}") for i in range(3)]
        result = solved(small_edition(people, themes=themes))
        assert result.status is Status.INFEASIBLE
        assert result.conflict is not None
        changes = [one.message for one in result.conflict.relaxations]
        assert "lower groups_min of a from 2 to 1" in changes
        assert "lower size_min of a, local, from 2 to 1" in changes


class TestGroupsPerMember:
    def test_in_two_groups_of_two_themes(self) -> None:
        themes = [Theme(id="a"), Theme(id="b")]
        people = [local_only(f"m{i}", themes=("a", "b")) for i in range(2)]
        assert solved(small_edition(people, themes=themes)).score == 200
        assert solved(small_edition(people, themes=themes, groups_per_member=2)).score == 360

    def test_never_twice_in_a_theme(self) -> None:
        people = [local_only(f"m{i}") for i in range(3)]
        assert solved(small_edition(people, groups_per_member=2)).score == 300

    def test_a_theme_may_want_its_members_for_itself(self) -> None:
        people = [local_only(f"m{i}", themes=("a", "b")) for i in range(3)]
        alone = Theme.model_validate({"id": "a", "rules": {"groups_per_member": 1}})
        themes = [alone, Theme(id="b")]
        assert solved(small_edition(people, themes=themes, groups_per_member=2)).score == 300
        more = Theme.model_validate({"id": "a", "rules": {"groups_per_member": 2}})
        # Theme b still allows one group only to whoever joins it.
        assert solved(small_edition(people, themes=[more, Theme(id="b")])).score == 300

    def test_one_role_over_all_groups(self) -> None:
        themes = [Theme(id="a"), Theme(id="b")]
        people = [local_only(f"m{i}", themes=("a", "b"), moderator=i == 0) for i in range(2)]
        edition = small_edition(people, themes=themes, groups_per_member=2, moderators=1)
        assert solved(edition).score == 200

    def test_pinned_company_with_several_groups(self) -> None:
        people = [local_only(f"m{i}") for i in range(4)]
        pin = Pin(member_id="m0", theme="a", track=Track.LOCAL, place="hub", with_members=("m3",))
        found = groups_of(small_edition(people, pins=[pin], groups_per_member=2))
        assert any({"m0", "m3"} <= group for group in found.values())


class TestScore:
    def test_ranks_past_the_list_take_its_last_value(self) -> None:
        themes = [Theme(id=name) for name in "abcd"]
        people = [local_only(f"m{i}", themes=tuple("bcda")) for i in range(2)]
        limits = dict.fromkeys("bcd", 0)
        themes = [Theme(id=name, groups_max=limits.get(name, 1)) for name in "abcd"]
        assert solved(small_edition(people, themes=themes)).score == 120

    def test_points_lost_per_group(self) -> None:
        people = [local_only(f"m{i}") for i in range(4)]
        assert solved(small_edition(people, score={"group_points": 50.0})).score == 300
        # A group of two is worth 200: opening it for 200 and one thousandth does not pay.
        few = [local_only(f"m{i}") for i in range(2)]
        assert placed(small_edition(few, score={"group_points": 200.001})) == set()

    def test_an_edition_without_groups_is_optimal_at_zero(self) -> None:
        result = solved(small_edition([]))
        assert (result.status, result.score, result.gap) == (Status.OPTIMAL, 0, 0)
