"""Weekly slots that are taken, in the model: groups of one member, rooms of offices, their boundaries."""

from collections import Counter

import pytest
from small import member, office, small_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Theme, Track
from sip_grouping.grouping import Group, Reason, Status
from sip_grouping.problem import build_problem
from sip_grouping.rules import RuleId
from sip_grouping.solve import form_groups

THEMES = [Theme(id="a"), Theme(id="b")]


def best(edition: Edition) -> tuple[Group, ...]:
    """Return the groups of the proven best grouping."""
    result = form_groups(edition, work_limit=50.0)
    assert result.status is Status.OPTIMAL
    assert result.grouping is not None
    return result.grouping.group_records


def placed(edition: Edition) -> int:
    """Return how many seats the proven best grouping has."""
    return sum(group.size for group in best(edition))


def people(count: int, *slots: str, themes: tuple[str, ...] = ("a",)) -> list[Member]:
    """Return members at the office who accept no video."""
    return [
        member(f"m{number}", slots=slots, video=False, themes=themes) for number in range(count)
    ]


class TestGroupsOfOneMember:
    def meeting(self, *slots: str, themes: list[Theme] | None = None, **rules: object) -> Edition:
        given: dict[str, object] = {"shared_slot": True, "groups_per_member": 2} | rules
        both = people(2, *slots, themes=("a", "b"))
        return small_edition(both, themes=themes or THEMES, **given)  # type: ignore[arg-type]

    def test_one_slot_is_one_group(self) -> None:
        assert [group.theme for group in best(self.meeting("tue"))] == ["a"]

    def test_two_slots_are_two_groups(self) -> None:
        assert {group.slot for group in best(self.meeting("tue", "sat"))} == {"tue", "sat"}

    def test_who_lists_none_is_free_at_other_times(self) -> None:
        assert [group.slot for group in best(self.meeting())] == ["", ""]

    def test_who_lists_none_has_the_slot_of_the_others(self) -> None:
        free, bound = people(2, themes=("a", "b"))
        edition = self.meeting().replace(
            members=(free, bound.model_copy(update={"slots": ("tue",)}))
        )
        assert [group.slot for group in best(edition)] == ["tue"]

    def test_slots_of_one_theme_alone_do_not_meet(self) -> None:
        alone = Theme.model_validate({"id": "b", "rules": {"shared_slot": False}})
        assert len(best(self.meeting("tue", themes=[THEMES[0], alone]))) == 2

    def test_members_who_are_alike_need_both_slots(self) -> None:
        """All take both slots, so that either slot alone would take everyone."""
        edition = self.meeting("tue", "sat")
        slots = {cell.slot for cell in build_problem(edition).cells}
        assert slots == {"tue", "sat"}

    def test_by_video_as_at_a_place(self) -> None:
        home = [member(f"m{i}", themes=("a", "b"), slots=("tue",)) for i in range(2)]
        local = Theme(id="a", tracks=(Track.LOCAL,))
        remote = Theme(id="b", tracks=(Track.VIDEO,))
        edition = self.meeting(themes=[local, remote]).replace(members=tuple(home))
        assert [group.theme for group in best(edition)] == ["a"]


class TestRooms:
    def edition(self, rooms: int | None, members: list[Member], **rules: object) -> Edition:
        offices = [office(rooms=rooms)]
        return small_edition(members, offices=offices, **{"shared_slot": True} | rules)  # type: ignore[arg-type]

    @pytest.mark.parametrize(("rooms", "seats"), [(None, 6), (0, 0), (1, 3), (2, 6), (3, 6)])
    def test_as_many_groups_as_rooms(self, rooms: int | None, seats: int) -> None:
        assert placed(self.edition(rooms, people(6, "tue"))) == seats

    def test_four_in_one_room_of_three(self) -> None:
        assert placed(self.edition(1, people(4, "tue"))) == 3

    def test_another_slot_has_the_room_again(self) -> None:
        groups = best(self.edition(1, people(4, "tue", "sat")))
        assert Counter(group.slot for group in groups) == {"tue": 1, "sat": 1}

    def test_themes_share_the_rooms(self) -> None:
        members = [
            one.model_copy(update={"themes": ("a",) if number < 2 else ("b",)})
            for number, one in enumerate(people(4, "tue"))
        ]
        offices = [office(rooms=1)]
        assert placed(small_edition(members, themes=THEMES, offices=offices, shared_slot=True)) == 2

    def test_who_lists_none_takes_no_room(self) -> None:
        groups = best(self.edition(1, [*people(2, "tue"), *(member(f"n{i}") for i in range(4))]))
        assert Counter(group.slot for group in groups) in ({"tue": 1, "": 1}, {"tue": 1, "": 2})
        assert sum(group.size for group in groups) == 6

    def test_only_groups_that_share_a_slot_count(self) -> None:
        assert placed(self.edition(0, people(4, "tue"), shared_slot=False)) == 4

    def test_other_members_meet_elsewhere(self) -> None:
        members = people(4, "tue")
        offices = [office(rooms=1), office("north", 5.0, rooms=1)]
        groups = best(small_edition(members, offices=offices, shared_slot=True))
        assert {group.place for group in groups} == {"hub", "north"}

    def test_the_reason_where_there_is_no_room(self) -> None:
        result = form_groups(self.edition(0, people(2, "tue")), work_limit=50.0)
        assert result.grouping is not None
        assert {one.reason for one in result.grouping.left_out} == {Reason.NO_PLACE_IN_REACH}

    def test_the_reason_where_the_rooms_are_full(self) -> None:
        result = form_groups(self.edition(1, people(4, "tue")), work_limit=50.0)
        assert result.grouping is not None
        assert {one.reason for one in result.grouping.left_out} == {Reason.OUTWEIGHED}

    def test_a_conflict_names_the_rooms(self) -> None:
        two = [Theme(id="a", groups_min=2)]
        edition = small_edition(
            people(4, "tue"), themes=two, offices=[office(rooms=1)], shared_slot=True
        )
        result = form_groups(edition, work_limit=50.0)
        assert result.status is Status.INFEASIBLE
        assert result.conflict is not None
        assert RuleId.ROOMS in {one.rule for one in result.conflict.rules}

    def test_pins_share_the_rooms(self) -> None:
        pins = [
            Pin(member_id=one, theme=theme, track=Track.LOCAL, place="hub")
            for one, theme in (("m0", "a"), ("m2", "b"))
        ]
        members = people(4, "tue", themes=("a", "b"))
        offices = [office(rooms=1)]
        edition = small_edition(
            members, themes=THEMES, offices=offices, shared_slot=True, pins=pins
        )
        assert form_groups(edition, work_limit=50.0).status is Status.INFEASIBLE
        roomy = edition.replace(offices=(office(rooms=2),))
        assert placed(roomy) == 4
