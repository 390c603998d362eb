"""Pins given in the call: they are kept in the grouping, and hold as those of the edition do."""

import json
from pathlib import Path

import pytest
from grouping_builder import GroupWanted, build_grouping
from meridian import edition_of, living, office_at
from verify_cases import changed

from sip_grouping.edition.records import Pin, Role, Track
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.files import load_grouping, save
from sip_grouping.rules import RecordRuleId, RuleId
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify

EDITION = edition_of(
    [living("a", 1.0), living("b", 2.0), living("c", 3.0), living("d", 4.0)],
    offices=[office_at("hub"), office_at("north", 5.0)],
)
PIN = Pin(member_id="a", theme="a", track=Track.LOCAL, place="north", with_members=("c",))


def groups_at(place: str, edition_pins: tuple[Pin, ...] = (PIN,), **fields: object) -> Grouping:
    wanted: list[GroupWanted] = [
        {"theme": "a", "place": place, "members": ["a", "c"]},
        {"theme": "a", "place": "hub", "members": ["b", "d"]},
    ]
    built = build_grouping(EDITION.with_pins(edition_pins), wanted, bound_thousandths=10**6)
    return changed(built, pins=edition_pins, **fields)


def rules_of(grouping: Grouping) -> set[object]:
    return {one.rule for one in verify(EDITION, grouping).violations}


def test_a_grouping_formed_with_pins_verifies_against_both_editions(tmp_path: Path) -> None:
    result = form_groups(EDITION, pins=[PIN], work_limit=20)
    assert result.grouping is not None
    assert result.grouping.pins == (PIN,)
    save(result.grouping, tmp_path / "groups")
    read = load_grouping(tmp_path / "groups")
    assert read == result.grouping
    for edition in (EDITION, EDITION.with_pins((PIN,)), result.edition):
        found = verify(edition, read)
        assert found.ok, str(found)


def test_pins_are_written_as_the_columns_of_pins_csv(tmp_path: Path) -> None:
    save(groups_at("north"), tmp_path / "groups")
    record = json.loads((tmp_path / "groups" / "grouping.json").read_text("utf-8"))
    assert record["pins"] == [
        {
            "member_id": "a",
            "theme": "a",
            "track": "local",
            "place": "north",
            "role": None,
            "with_members": ["c"],
        }
    ]


def test_a_pin_of_the_call_that_is_not_kept_is_found() -> None:
    assert rules_of(groups_at("north")) == set()
    assert rules_of(groups_at("hub")) == {RuleId.PIN}


def test_pins_taken_out_of_the_grouping_are_missed() -> None:
    assert rules_of(changed(groups_at("north"), pins=())) == {RecordRuleId.DIGEST}


@pytest.mark.parametrize(
    "pin",
    [
        PIN.model_copy(update={"member_id": "nobody"}),
        PIN.model_copy(update={"theme": "zz"}),
        PIN.model_copy(update={"place": "FR-69003"}),
        PIN.model_copy(update={"role": Role.MODERATOR}),
    ],
)
def test_pins_that_do_not_fit_are_violations_and_no_error(pin: Pin) -> None:
    assert RuleId.PIN in rules_of(changed(groups_at("north"), pins=(pin,)))


def test_a_town_that_only_a_pin_of_the_call_names() -> None:
    members = [
        one.model_copy(update={"latitude": 51.05, "longitude": 3.73}) for one in EDITION.members
    ]
    edition = EDITION.replace(members=tuple(members))
    pin = PIN.model_copy(update={"place": "BE-9000"})
    result = form_groups(edition, pins=[pin], work_limit=20)
    assert result.grouping is not None
    assert {one.place for one in result.grouping.group_records} >= {"BE-9000"}
    found = verify(edition, result.grouping)
    assert found.ok, str(found)
    assert not verify(edition, changed(result.grouping, pins=())).ok
