"""A conflict names the rows that say its rules, as the files have them, and no others."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cli_case import command
from small import member, office, small_edition

import sip_grouping as sip
from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Theme, Track
from sip_grouping.explain import changed, changes_from
from sip_grouping.grouping import Status
from sip_grouping.rules import RuleId
from sip_grouping.solve import form_groups
from sip_grouping.solve.result import Conflict, Relaxation


class Case(NamedTuple):
    """An edition without a grouping, and what is said of the rows of one rule.

    `rows`: of each part of the rule file and row, the header being row 1.
    `way`: a change of one of these rows, which helps.
    """

    edition: Edition
    rule: RuleId
    rows: list[list[tuple[str, int]]]
    members: Sequence[tuple[str, ...]]
    way: str


def people(count: int, themes: tuple[str, ...] = ("a",), **answers: Any) -> list[Member]:
    return [member(f"m{i}", video=False, themes=themes, **answers) for i in range(count)]


def with_others(edition: list[Member]) -> list[Member]:
    """Put before some members four of another theme: two apart, two together, one in a role only."""
    first = member("x0", video=False, themes=("b",), apart=("x1",))
    second = member("x1", video=False, themes=("b",), together=("x2",))
    only = member("x3", video=False, themes=("b",), moderator="only")
    return [first, second, member("x2", video=False, themes=("b",)), only, *edition]


def of_size(size: int, least: int = 1) -> dict[str, Any]:
    return {
        "themes": [Theme(id="a", groups_min=least), Theme(id="b")],
        "local": {"size_min": size, "size_max": size},
    }


def apart() -> Case:
    one, two, three, four = people(4)
    named_twice = two.model_copy(update={"apart": ("m0",)})
    first = one.model_copy(update={"apart": ("m1", "m2", "m3")})
    edition = small_edition(with_others([first, named_twice, three, four]), **of_size(2, 2))
    rows = [[("members.csv", 6), ("members.csv", 7)], [("members.csv", 6)], [("members.csv", 6)]]
    members = [("m0", "m1"), ("m0", "m2"), ("m0", "m3")]
    return Case(edition, RuleId.APART, rows, members, "let members m0 and m1 share a group")


def together() -> Case:
    one, two, three, four = people(4)
    first = one.model_copy(update={"together": ("m1",)})
    fourth = four.model_copy(update={"together": ("m2",)})
    edition = small_edition(with_others([first, two, three, fourth]), **of_size(3))
    rows = [[("members.csv", 6)], [("members.csv", 9)]]
    members = [("m0", "m1"), ("m2", "m3")]
    way = "let members m0 and m1 be in different groups"
    return Case(edition, RuleId.TOGETHER, rows, members, way)


def role_only() -> Case:
    one, two = people(2, moderator="only")
    both = two.model_copy(update={"secretary": "only"})
    edition = small_edition(with_others([one, both]), moderators=1, **of_size(2))
    rows = [[("members.csv", 6)], [("members.csv", 7), ("members.csv", 7)]]
    way = "member m0 takes part as a plain member too, not as moderator only"
    return Case(edition, RuleId.ROLE_ONLY, rows, [("m0",), ("m1",)], way)


def rooms() -> Case:
    offices = [office("far", 300, rooms=1), office("hub", rooms=1)]
    edition = small_edition(
        with_others(people(4, slots=("tue-evening",))),
        offices=offices, shared_slot=True, **of_size(2, 2),
    )  # fmt: skip
    return Case(
        edition, RuleId.ROOMS, [[("offices.csv", 3)]], [()], "raise rooms of hub from 1 to 2"
    )


def seats() -> Case:
    near = office().model_copy(update={"seats_max": 3})
    far = office("far", 300).model_copy(update={"seats_max": 3})
    edition = small_edition(with_others(people(4)), offices=[far, near], **of_size(2, 2))
    way = "raise seats_max of hub from 3 to 4"
    return Case(edition, RuleId.SEATS, [[("offices.csv", 3)]], [()], way)


def pins() -> Case:
    placed = [
        Pin(member_id=one, theme=theme, track=Track.LOCAL, place="hub")
        for one, theme in (("x0", "b"), ("m0", "a"), ("m1", "b"))
    ]
    edition = small_edition(with_others(people(3, themes=("a", "b"))), pins=placed, **of_size(3, 0))
    edition = edition.with_rules("b", local={"size_min": 1, "size_max": 9})
    way = "remove the pin of member m0 to a at hub"
    rows = [[("pins.csv", 3)], [("pins.csv", 4)]]
    return Case(edition, RuleId.PIN, rows, [("m0",), ("m1",)], way)


CASES = {one.__name__: one for one in (apart, together, role_only, rooms, seats, pins)}


def conflict_of(edition: Edition) -> Conflict:
    result = form_groups(edition, work_limit=50)
    assert result.status is Status.INFEASIBLE
    assert result.conflict is not None
    assert result.conflict.complete
    return result.conflict


def saved(edition: Edition, folder: Path) -> Path:
    sip.save_edition(edition, folder)
    return folder


@pytest.mark.parametrize("name", CASES)
def test_the_rows_of_a_rule_are_named(name: str, tmp_path: Path) -> None:
    case = CASES[name]()
    edition = sip.load_edition(saved(case.edition, tmp_path / "edition"))
    conflict = conflict_of(edition)
    mine = [one for one in conflict.rules if one.rule is case.rule]
    assert [[(row.file, row.row) for row in one.rows] for one in mine] == case.rows
    assert [one.members for one in mine] == list(case.members)
    # All else that conflicts is said by a key of edition.toml.
    others = [one for one in conflict.rules if one.rule is not case.rule]
    assert others or case.rule is RuleId.PIN
    for one in others:
        assert [(row.file, row.row, row.column) for row in one.rows] == [
            ("edition.toml", None, one.key)
        ]
    way = next(one for one in conflict.relaxations if one.message == case.way)
    result = form_groups(changed(edition, changes_from(way.changes)), work_limit=50)
    assert result.status is Status.OPTIMAL
    assert result.grouping is not None
    assert result.grouping.score_thousandths == way.score_thousandths
    assert way.least


@pytest.mark.parametrize("name", CASES)
def test_rows_are_told_in_each_language(name: str, tmp_path: Path) -> None:
    edition = sip.load_edition(saved(CASES[name]().edition, tmp_path / "edition"))
    conflict = conflict_of(edition)
    words: dict[Language, str] = {"en": "row", "fr": "ligne", "nl": "rij"}
    for language, word in words.items():
        text = conflict.text_in(language)
        for one in conflict.rules:
            for row in one.rows:
                told = f"({row.file}, {word} {row.row})" in text
                assert (told or len(one.rows) > 1) == (row.row is not None)


def test_rows_that_name_a_pair_twice_are_told_at_once(tmp_path: Path) -> None:
    edition = sip.load_edition(saved(apart().edition, tmp_path / "edition"))
    assert (
        "  members m0 and m1 are apart: they share no group (members.csv, rows 6-7)\n"
        in conflict_of(edition).text_in("en")
    )


def test_rows_are_those_of_the_file_whatever_stands_above_and_however_it_is_called(
    tmp_path: Path,
) -> None:
    folder = saved(seats().edition, tmp_path / "edition")
    table = (folder / "offices.csv").read_text("utf-8-sig")
    titled = "Our offices,,,\n\n" + table.replace("seats_max", "Nombre de places", 1)
    (folder / "offices.csv").write_text(titled, "utf-8")
    said = next(
        one for one in conflict_of(sip.load_edition(folder)).rules if one.rule is RuleId.SEATS
    )
    (row,) = said.rows
    assert (row.row, row.column, row.record_id) == (5, "Nombre de places", "hub")


def test_json_of_the_command_has_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = saved(together().edition, tmp_path / "edition")
    answer = command(capsys, "form", folder, "--out", tmp_path / "groups", "--json")
    assert answer.code == 3
    rules = json.loads(answer.out)["conflict"]["rules"]
    assert [one["rows"] for one in rules if one["rule"] == "together"] == [
        [{"file": "members.csv", "sheet": None, "row": 6, "column": "together", "id": "m0"}],
        [{"file": "members.csv", "sheet": None, "row": 9, "column": "together", "id": "m3"}],
    ]


def test_what_was_read_from_no_file_is_named_by_its_id() -> None:
    edition = together().edition
    said = [one for one in conflict_of(edition).rules if one.rule is RuleId.TOGETHER]
    assert [[(row.file, row.row, row.record_id) for row in one.rows] for one in said] == [
        [("members", None, "m0")],
        [("members", None, "m3")],
    ]
    assert "row" not in conflict_of(edition).text_in("en")


def test_rows_survive_changes_of_the_edition(tmp_path: Path) -> None:
    edition = sip.load_edition(saved(pins().edition, tmp_path / "edition"))
    fewer = edition.replace(
        pins=edition.pins[1:],
        members=tuple(one for one in edition.members if one.member_id != "x3"),
    )
    given = Pin(member_id="m2", theme="b", track=Track.LOCAL, place="hub")
    result = form_groups(fewer, pins=[given])
    assert result.conflict is not None
    rows = {one.members: one.rows[0].row for one in result.conflict.rules if one.rule is RuleId.PIN}
    assert rows.pop(("m0",)) == 3
    assert list(rows.items()) in ([(("m1",), 4)], [(("m2",), None)])


def test_an_edition_is_the_same_wherever_it_was_read(tmp_path: Path) -> None:
    edition = sip.load_edition(saved(together().edition, tmp_path / "first"))
    read = sip.load_edition(saved(edition, tmp_path / "other.xlsx"))
    assert read.origins != edition.origins
    assert read == edition
    assert read.digest == edition.digest
    # What a store keeps does not hold it.
    told = [one.model_dump(mode="json", exclude={"warnings"}) for one in (read, edition)]
    assert told[0] == told[1]


def test_a_limit_leaves_no_row_that_is_not_proven_needed() -> None:
    """Every rule that is named as one of several rows is needed: without it there is a grouping."""
    edition = apart().edition
    conflict = conflict_of(edition)

    def without(one: Relaxation) -> Edition:
        gone = set(one.members)
        kept = tuple(
            two.model_copy(update={"apart": tuple(set(two.apart) - gone)})
            if two.member_id in gone
            else two
            for two in edition.members
        )
        return edition.replace(members=kept)

    for one in conflict.rules:
        if one.rule is RuleId.APART:
            assert form_groups(without(one), work_limit=50).status is Status.OPTIMAL
