"""Group identity: groups formed again keep their ids while most of their members stay."""

import pytest
from small import member, office, small_edition

from sip_grouping.demo import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, Theme
from sip_grouping.grouping import Grouping
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify


def formed(edition: Edition, **settings: object) -> Grouping:
    result = form_groups(edition, work_limit=60, **settings)  # type: ignore[arg-type]
    assert result.grouping is not None
    assert verify(edition, result.grouping).ok
    return result.grouping


def groups_of(grouping: Grouping) -> dict[str, str]:
    return {one.member_id: one.group_id for one in grouping.placements}


def pins_of(grouping: Grouping) -> list[Pin]:
    return [
        Pin(
            member_id=one.member_id,
            theme=one.theme,
            track=one.track,
            place=grouping.group_by_id[one.group_id].place,
        )
        for one in grouping.placements
    ]


def test_with_everybody_pinned_nobody_gets_another_group() -> None:
    edition = synthetic_edition(members=240, seed=11, towns="none")
    first = formed(edition, gap=0.001)
    again = formed(edition, pins=pins_of(first), hint=first)
    assert groups_of(again) == groups_of(first)
    assert {g.group_id for g in again.group_records} == {g.group_id for g in first.group_records}


def test_members_who_leave_take_no_id_with_them() -> None:
    people = [member(f"m{i}", video=False, languages=("fr",)) for i in range(9)]
    edition = small_edition(people, local={"size_min": 2, "size_max": 3})
    first = formed(edition)
    assert len(first.group_records) == 3
    # One member of each group leaves: two of three stay, so all ids stay.
    gone = {rows[0].member_id for rows in first.placements_by_group.values()}
    fewer = edition.replace(members=tuple(m for m in people if m.member_id not in gone))
    again = formed(fewer, hint=first)
    before, after = groups_of(first), groups_of(again)
    assert after == {who: group for who, group in before.items() if who not in gone}


def test_as_few_as_can_be_move_where_a_group_must_be_filled() -> None:
    people = [member(f"m{i}", video=False) for i in range(12)]
    edition = small_edition(people, local={"size_min": 3, "size_max": 4})
    first = formed(edition)
    assert [g.size for g in first.group_records] == [4, 4, 4]
    # A group loses two of four members, and with them its id: one member of another group has to
    # move, and no more.
    (_, short), *_ = first.placements_by_group.items()
    gone = {row.member_id for row in short[:2]}
    fewer = edition.replace(members=tuple(m for m in people if m.member_id not in gone))
    again = formed(fewer, hint=first)
    assert len(again.group_records) == 3
    before, after = groups_of(first), groups_of(again)
    stayers = {row.member_id for row in short[2:]}
    moved = [who for who in after if who not in stayers and after[who] != before[who]]
    assert len(moved) == 1


def test_a_dissolved_group_leaves_its_id_to_nobody() -> None:
    people = [member(f"m{i}", video=False) for i in range(6)]
    edition = small_edition(people, local={"size_min": 3, "size_max": 3})
    first = formed(edition)
    one, other = first.group_records
    gone = {row.member_id for row in first.placements_by_group[one.group_id]}
    new = tuple(member(f"n{i}", video=False) for i in range(3))
    changed = edition.replace(
        members=(*(m for m in people if m.member_id not in gone), *new),
    )
    again = formed(changed, hint=first)
    ids = {g.group_id for g in again.group_records}
    assert other.group_id in ids
    assert one.group_id not in ids
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("themes", "offices"),
    [
        (("a", "a-b"), ("b-c", "c")),
        (("support", "support-BE"), ("1000", "BE-x1")),
    ],
)
def test_ids_made_of_the_same_words_differ(
    themes: tuple[str, str], offices: tuple[str, str]
) -> None:
    if offices[1].startswith("BE-"):
        offices = ("1000", "hub")
    people = [
        member(f"{theme}{i}", km=km, video=False, themes=(theme,))
        for theme, km in zip(themes, (0.0, 80.0), strict=True)
        for i in range(3)
    ]
    edition = small_edition(
        people,
        themes=[Theme(id=theme) for theme in themes],
        offices=[office(offices[0], 0.0), office(offices[1], 80.0)],
        towns="members",
    )
    grouping = formed(edition)
    ids = [g.group_id for g in grouping.group_records]
    assert len(ids) == 2
    assert len(set(ids)) == 2


def test_ids_stay_in_a_run_without_time_for_nearness() -> None:
    edition = synthetic_edition(members=240, seed=11, towns="none")
    first = formed(edition, gap=0.001)
    result = form_groups(edition, pins=pins_of(first), hint=first, time_limit=4.0, gap=0.001)
    assert result.grouping is not None
    assert groups_of(result.grouping) == groups_of(first)
