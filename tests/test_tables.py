"""Tables that somebody edited by hand: what they say, what breaks, what is refused and named."""

from pathlib import Path

import pytest
from edited_tables import Row, Tables
from grouping_builder import build_grouping
from meridian import edition_of, living, office_at
from verify_cases import local, video

import sip_grouping as sip
from sip_grouping.by_hand import Judged, judged
from sip_grouping.by_hand.sharing import slots_of
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, SizeLimits, Theme, Track
from sip_grouping.grouping import Grouping, ObjectiveName, Stage
from sip_grouping.reading.group_rows import HandGroup
from sip_grouping.rules import RuleId

THEMES = (Theme(id="a"), Theme(id="b"))
BOTH = ("a", "b")


def two_groups(folder: Path) -> tuple[Edition, Tables]:
    """Return an edition with a local group g1 (p q r), a video group g2 (s t) and u left out."""
    members = [
        *(living(one, number, themes=BOTH) for number, one in enumerate("pqr")),
        *(living(one, 9.0, themes=("b", "a")) for one in "st"),
        living("u", 3.0, themes=("b", "a")),
    ]
    edition = edition_of(members, themes=THEMES, offices=(office_at("hub"), office_at("far", 9.0)))
    groups = [local("p", "q", "r"), video("s", "t", theme="b")]
    return edition, saved(folder, build_grouping(edition, groups, bound_thousandths=900_000))


def saved(folder: Path, grouping: Grouping) -> Tables:
    sip.save(grouping, folder / "groups")
    return Tables.of(folder / "groups")


def judge(edition: Edition, tables: Tables) -> Judged:
    tables.write()
    return judged(edition, tables.folder)


def broken_rules(found: Judged) -> set[str]:
    return {one.rule.value for one in found.verification.violations}


def refused(edition: Edition, tables: Tables) -> list[sip.Finding]:
    with pytest.raises(sip.InputError) as caught:
        judge(edition, tables)
    return list(caught.value.findings)


def test_tables_that_nobody_edited_are_the_stored_grouping(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    found = judge(edition, tables)
    assert found.grouping == found.stored
    assert found.warnings == ()
    assert found.changes.difference == 0
    assert not found.changes.members
    assert not found.changes.groups


def test_a_move_that_keeps_the_rules_says_what_it_costs(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    tables.move("r", "g2")
    found = judge(edition, tables)
    assert found.verification.ok
    assert sip.verify(edition, found.grouping).ok
    (change,) = found.changes.members
    assert (change.member_id, change.before, change.after) == (
        "r", (("g1", "member"),), (("g2", "member"),)
    )  # fmt: skip
    stored = found.stored
    assert stored is not None
    travel = next(row.travel_m for row in stored.placements if row.member_id == "r")
    assert travel is not None
    # From a first choice, some km away, to a second one by video.
    lost = 100_000 - (travel + 1) // 2 - (80_000 - 15_000)
    assert change.thousandths == -lost == found.changes.difference
    assert found.grouping.score_thousandths == stored.score_thousandths - lost


def test_what_is_kept_and_what_is_computed_of_the_stored_record(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    tables.move("r", "g2")
    tables.write()
    grouping = sip.grouping_from_tables(edition, tables.folder)
    assert grouping.bound_thousandths == 900_000
    score = grouping.score_thousandths
    assert grouping.gap == (900_000 - score) / score
    assert grouping.status is sip.Status.FEASIBLE
    assert grouping.settings["edited_by_hand"] is True
    row = next(one for one in grouping.placements if one.member_id == "r")
    assert (row.theme, row.rank, row.track, row.travel_m) == ("b", 2, Track.VIDEO, None)
    groups = grouping.group_by_id
    assert (groups["g1"].size, groups["g2"].size) == (2, 3)


def test_the_best_score_stays_optimal_and_loses_it_with_the_first_point(tmp_path: Path) -> None:
    members = [living("x"), living("y"), living("z", 2.0)]
    edition = edition_of(members, local=SizeLimits(size_min=2, size_max=2))
    tables = saved(tmp_path, build_grouping(edition, [local("x", "y")], proven=True))
    tables.move("x", "")
    tables.move("z", "g1")
    found = judge(edition, tables).grouping
    assert found.status is sip.Status.FEASIBLE
    assert [(one.member_id, one.reason) for one in found.left_out] == [("x", "not-in-best-found")]
    # Back to a grouping as good as the best one.
    tables.move("z", "")
    tables.move("x", "g1")
    assert judge(edition, tables).grouping.status is sip.Status.OPTIMAL


def test_members_who_change_places_keep_the_rules(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    tables.move("r", "g2")
    tables.move("s", "g1")
    found = judge(edition, tables)
    assert found.verification.ok
    assert [one.member_id for one in found.changes.members] == ["r", "s"]
    assert sum(one.thousandths for one in found.changes.members) == found.changes.difference


def rules_broken_by(
    folder: Path, edition: Edition, moves: list[tuple[str, str, str]], *groups: object
) -> Judged:
    tables = saved(folder, build_grouping(edition, groups))  # type: ignore[arg-type]
    for member_id, group_id, role in moves:
        tables.move(member_id, group_id, role)
    return judge(edition, tables)


def test_one_too_many_breaks_the_size(tmp_path: Path) -> None:
    edition = edition_of([living(one) for one in "vwxyz"])
    found = rules_broken_by(tmp_path, edition, [("z", "g1", "member")], local("v", "w", "x"))
    assert broken_rules(found) == {"size"}
    (change,) = found.changes.members
    assert [one.rule for one in change.violations] == [RuleId.SIZE]


def test_the_group_that_is_left_breaks_the_size_as_well(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    tables.move("s", "g1")
    found = judge(edition, tables)
    assert [(one.rule, one.group_id) for one in found.verification.violations] == [
        (RuleId.SIZE, "g1"), (RuleId.SIZE, "g2"),
    ]  # fmt: skip
    assert found.changes.members[0].violations == found.verification.violations
    assert found.changes.elsewhere == ()


def test_a_role_that_was_not_offered(tmp_path: Path) -> None:
    edition = edition_of([living("x", moderator=True), living("y")], moderators=1)
    group = local("x", "y") | {"moderators": ["x"]}
    moves = [("x", "g1", "member"), ("y", "g1", "moderator")]
    found = rules_broken_by(tmp_path, edition, moves, group)
    assert broken_rules(found) == {"volunteer"}
    assert [(one.member_id, one.thousandths) for one in found.changes.members] == [
        ("x", 0),
        ("y", 0),
    ]
    assert [len(one.violations) for one in found.changes.members] == [0, 1]
    both = [("x", "g1", "member")]
    (tmp_path / "none").mkdir()
    assert broken_rules(rules_broken_by(tmp_path / "none", edition, both, group)) == {"moderators"}


def test_who_takes_part_in_a_role_only_has_to_hold_it(tmp_path: Path) -> None:
    members = [living("x", moderator="only"), living("y", moderator=True), living("z")]
    edition = edition_of(members, moderators=1)
    group = local("x", "y", "z") | {"moderators": ["x"]}
    moves = [("x", "g1", "member"), ("y", "g1", "moderator")]
    assert broken_rules(rules_broken_by(tmp_path, edition, moves, group)) == {"role-only"}


def test_a_way_that_is_too_long(tmp_path: Path) -> None:
    edition = edition_of([living("x"), living("y"), living("z", 31.0)])
    found = rules_broken_by(tmp_path, edition, [("z", "g1", "member")], local("x", "y"))
    assert broken_rules(found) == {"travel"}


def test_a_language_that_one_does_not_list(tmp_path: Path) -> None:
    members = [
        living("x", languages=("fr",)),
        living("y", languages=("fr",)),
        living("z", languages=("nl",)),
    ]
    edition = edition_of(members, shared_language=True)
    found = rules_broken_by(tmp_path, edition, [("z", "g1", "member")], local("x", "y"))
    assert broken_rules(found) == {"shared-language"}
    assert [one.member_id for one in found.verification.violations] == ["z"]
    assert found.grouping.group_records[0].language == "fr"


def test_the_group_takes_another_language_that_all_list(tmp_path: Path) -> None:
    members = [
        living("x", languages=("fr", "nl")), living("y", languages=("fr", "nl")),
        living("z", languages=("nl",)),
    ]  # fmt: skip
    edition = edition_of(members, shared_language=True)
    found = rules_broken_by(tmp_path, edition, [("z", "g1", "member")], local("x", "y"))
    assert found.verification.ok
    (group,) = found.changes.groups
    assert (group.kind, group.fields) == ("changed", (("language", "fr", "nl"),))


def test_the_group_takes_a_slot_that_is_free_for_all(tmp_path: Path) -> None:
    slots = ("mon-evening", "sat-morning", "tue-evening")
    members = [
        living("x", slots=slots, themes=BOTH), living("y", slots=slots, themes=BOTH),
        living("v", slots=("mon-evening",), themes=("b",)),
        living("z", slots=("mon-evening", "tue-evening")),
    ]  # fmt: skip
    edition = edition_of(members, themes=THEMES, shared_slot=True, groups_per_member=2)
    groups = [
        local("x", "y") | {"slot": "sat-morning"},
        local("x", "v", theme="b") | {"slot": "mon-evening"},
    ]
    found = rules_broken_by(tmp_path, edition, [("z", "g1", "member")], *groups)
    assert found.verification.ok, str(found.verification)
    assert found.grouping.group_by_id["g1"].slot == "tue-evening"


def test_together_and_apart_are_told_to_both(tmp_path: Path) -> None:
    members = [
        living("v"),
        living("w"),
        living("x", together=("y",)),
        living("y"),
        living("z", apart=("v",)),
    ]
    edition = edition_of(members, local=SizeLimits(size_min=1, size_max=3))
    groups = (local("v", "w"), local("x", "y"))
    found = rules_broken_by(tmp_path, edition, [("y", "g1", "member")], *groups)
    assert broken_rules(found) == {"together"}
    assert [one.member_id for one in found.changes.members] == ["y"]
    assert [one.rule for one in found.changes.members[0].violations] == [RuleId.TOGETHER]
    (tmp_path / "apart").mkdir()
    found = rules_broken_by(tmp_path / "apart", edition, [("z", "g1", "member")], *groups)
    assert broken_rules(found) == {"apart"}


def test_who_takes_no_part_is_not_placed(tmp_path: Path) -> None:
    edition = edition_of([living("x"), living("y"), living("z", commits=False)])
    found = rules_broken_by(tmp_path, edition, [("z", "g1", "member")], local("x", "y"))
    assert broken_rules(found) == {"eligible"}


def test_a_theme_that_was_not_ranked(tmp_path: Path) -> None:
    edition = edition_of([living("x"), living("y"), living("z", themes=("b",))], themes=THEMES)
    found = rules_broken_by(tmp_path, edition, [("z", "g1", "member")], local("x", "y"))
    assert broken_rules(found) == {"ranked"}
    assert found.grouping.placements[-1].rank == 0


def test_a_pin_given_in_the_call_still_holds(tmp_path: Path) -> None:
    edition = edition_of([living(one) for one in "xyz"])
    grouping = build_grouping(
        edition.with_pins([Pin(member_id="x", theme="a", track=Track.LOCAL, place="hub")]),
        [local("x", "y")],
    )
    pinned = grouping.model_copy(
        update={"pins": (Pin(member_id="x", theme="a", track=Track.LOCAL, place="hub"),)}
    )
    tables = saved(tmp_path, pinned)
    assert judge(edition, tables).grouping == pinned
    tables.move("x", "")
    tables.move("z", "g1")
    assert broken_rules(judge(edition, tables)) == {"pin"}


def test_a_new_group_is_made_of_the_rows_of_its_members(tmp_path: Path) -> None:
    edition = edition_of([living(one) for one in "wxyz"], score={"group_points": 5.0})
    tables = saved(tmp_path, build_grouping(edition, [local("w", "x")]))
    for one in "yz":
        tables.row(one).update(
            status="placed", group_id="Nieuwe-groep", role="lid", theme="a", track="video"
        )
    found = judge(edition, tables)
    assert found.verification.ok
    group = found.grouping.group_by_id["Nieuwe-groep"]
    assert (group.theme, group.track, group.size, group.place) == ("a", Track.VIDEO, 2, "")
    (change,) = found.changes.groups
    assert (change.group_id, change.kind, change.thousandths) == ("Nieuwe-groep", "new", -5_000)
    assert found.changes.difference == 2 * 85_000 - 5_000


def test_a_new_local_group_has_its_place_in_the_table_of_groups(tmp_path: Path) -> None:
    edition = edition_of([living(one) for one in "wxyz"])
    tables = saved(tmp_path, build_grouping(edition, [local("w", "x")]))
    for one in "yz":
        tables.move(one, "g2")
        tables.row(one).update(theme="a", track="local")
    (finding,) = refused(edition, tables)
    assert (finding.code, finding.variant, finding.column) == ("unknown-group", "new", "group_id")
    assert "place" in finding.message
    tables.groups.append({"group_id": "g2", "theme": "a", "track": "lokaal", "place": "HUB"})
    found = judge(edition, tables)
    assert found.verification.ok
    assert found.grouping.group_by_id["g2"].place == "hub"
    # A column of one's own in the other table does as well.
    tables.groups.pop()
    for row in tables.assignments:
        row["place"] = "hub" if row["group_id"] == "g2" else ""
    assert judge(edition, tables).grouping == found.grouping


def test_a_place_among_the_members_of_a_known_group_is_not_read(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    for row in tables.assignments:
        row["place"] = "hub" if row["group_id"] == "g1" else ""
    tables.move("r", "g2")
    assert judge(edition, tables).warnings == ()
    tables.row("q")["place"] = "far"
    assert [(one.code, one.row, one.column) for one in judge(edition, tables).warnings] == [
        ("figure-not-read", 3, "place")
    ]


def test_slots_are_tried_until_all_are_free() -> None:
    """The first free slot of each would leave none for the last."""
    slots = ("mon-evening", "sat-morning", "tue-evening")
    choices = {"a": slots[:2], "b": slots[1:], "c": slots[:2]}
    edition = edition_of(
        [living(one, slots=own) for one, own in choices.items()],
        offices=[office_at("hub", rooms=1)],
        shared_slot=True,
    )
    groups = [HandGroup(one, "a", Track.LOCAL, "hub", slot="never") for one in choices]
    members = {one: [edition.member_by_id[one]] for one in choices}
    found = slots_of(edition, groups, members)
    assert found == {"a": "mon-evening", "b": "tue-evening", "c": "sat-morning"}
    # Where there is none for all, each has one of its own all the same.
    fewer = edition.replace(members=tuple(living(one, slots=slots[:2]) for one in choices))
    members = {one: [fewer.member_by_id[one]] for one in choices}
    found = slots_of(fewer, groups, members)
    assert sorted(found.values()) == ["mon-evening", "mon-evening", "sat-morning"]


def test_the_rows_of_a_new_group_must_agree(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    for one in "ps":
        tables.move(one, "nieuw")
    codes = {(one.code, one.column) for one in refused(edition, tables)}
    assert codes == {("new-group-in-doubt", "theme"), ("new-group-in-doubt", "track")}


def test_a_group_without_members_is_gone(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    for one in "st":
        tables.move(one, "")
    found = judge(edition, tables)
    assert found.verification.ok
    assert [one.group_id for one in found.grouping.group_records] == ["g1"]
    assert [(one.group_id, one.kind) for one in found.changes.groups] == [("g2", "gone")]
    assert {one.member_id for one in found.grouping.left_out} == {"s", "t", "u"}
    # Its row may be removed too.
    tables.groups = tables.groups[:1]
    assert judge(edition, tables).grouping == found.grouping


def test_a_group_whose_row_was_removed_has_no_members(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    tables.groups = tables.groups[:1]
    (finding,) = refused(edition, tables)
    assert (finding.code, finding.value) == ("group-without-row", "g2")


def test_another_place_changes_the_ways_of_all_who_stay(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    tables.groups[0]["place"] = "far"
    found = judge(edition, tables)
    assert found.verification.ok
    (group,) = found.changes.groups
    assert group.fields == (("place", "hub", "far"),)
    assert group.thousandths == found.changes.difference != 0
    assert found.grouping.group_by_id["g1"].place_name == "far"


def test_stages_keep_what_is_still_proven(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    stored = sip.load_grouping(tables.folder)
    travel = -sum(row.travel_m or 0 for row in stored.placements)
    stages = (
        Stage(name=ObjectiveName.PLACED, value=5, bound=6, gap=0.2),
        Stage(name=ObjectiveName.TRAVEL, value=travel, bound=travel, gap=0.0),
    )
    with_stages = stored.model_copy(update={"stages": stages})
    sip.save(with_stages, tables.folder, force=True)
    assert judge(edition, tables).grouping == with_stages
    tables.move("r", "")
    placed, ways = judge(edition, tables).grouping.stages
    assert (placed.name, placed.value, placed.bound) == ("placed", 4, 6)
    assert (ways.name, ways.bound, ways.gap) == ("travel", None, None)
    assert ways.value > travel
    tables.move("r", "g2")
    found = judge(edition, tables)
    assert [one.bound for one in found.grouping.stages] == [6, travel]
    # Fewer metres than the bound allows: the bound of the stored grouping was false, which is told.
    assert broken_rules(found) == {"bound"}


def test_another_edition_is_named_and_the_bound_not_kept(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    found = judge(edition.with_rules(travel_km=20.0), tables)
    assert found.verification.ok
    assert found.grouping.bound is None
    (warning,) = found.warnings
    assert (warning.code, dict(warning.parameters)["parts"]) == ("edition-changed", ("rules",))
    cheaper = edition.replace(score=edition.score.model_copy(update={"video_points": 0.0}))
    changes = judge(cheaper, tables).changes
    assert not changes.members
    assert not changes.groups
    assert changes.other_thousandths == changes.difference == 2 * 15_000


@pytest.mark.parametrize(
    ("change", "code", "column", "value"),
    [
        ({"group_id": ""}, "placed-without-group", "status", "placed"),
        ({"status": "niet geplaatst"}, "group-without-placed", "status", "niet geplaatst"),
        ({"status": "inéligible"}, "group-without-placed", "status", "inéligible"),
        ({"status": "perhaps"}, "unknown-word", "status", "perhaps"),
        ({"role": "voorzitter"}, "unknown-word", "role", "voorzitter"),
        ({"group_id": "g11"}, "unknown-group", "group_id", "g11"),
        ({"group_id": "-"}, "malformed-group-id", "group_id", "-"),
        ({"group_id": "new group!"}, "malformed-group-id", "group_id", "new group!"),
        ({"group_id": "#REF!"}, "spreadsheet-error", "group_id", "#REF!"),
        ({"member_id": ""}, "empty-cell", "member_id", ""),
    ],
)
def test_a_cell_that_cannot_be_is_named(
    change: Row, code: str, column: str, value: str, tmp_path: Path
) -> None:
    edition, tables = two_groups(tmp_path)
    tables.row("p").update(change)
    found = [one for one in refused(edition, tables) if one.code != "member-without-row"]
    assert [(one.code, one.file, one.row, one.column, one.value) for one in found] == [
        (code, "assignments.csv", 2, column, value)
    ]
    assert found[0].remedy


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"theme": "c"}, "unknown-theme", "theme"),
        ({"track": "by phone"}, "unknown-word", "track"),
        ({"place": "hubb"}, "unknown-place", "place"),
        ({"place": ""}, "place-missing", "place"),
        ({"track": "video"}, "place-of-video", "place"),
        ({"language": "fr, nl"}, "several-of-one", "language"),
        ({"slot": "tue-evening, sat-morning"}, "several-of-one", "slot"),
        ({"group_id": "g2"}, "group-twice", "group_id"),
    ],
)
def test_a_cell_of_a_group_that_cannot_be_is_named(
    change: Row, code: str, column: str, tmp_path: Path
) -> None:
    edition, tables = two_groups(tmp_path)
    tables.groups[0].update(change)
    found = [one for one in refused(edition, tables) if one.file == "groups.csv"]
    assert [(one.code, one.column) for one in found] == [(code, column)]


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    tables.row("p")["group_id"] = ""
    tables.row("q")["role"] = "chef"
    tables.row("r")["member_id"] = "stranger"
    tables.assignments.append(dict(tables.row("s")))
    tables.groups[0]["place"] = "nowhere"
    found = refused(edition, tables)
    assert {(one.code, one.row, one.value) for one in found} == {
        ("placed-without-group", 2, "placed"),
        ("unknown-word", 3, "chef"),
        ("unknown-member", 4, "stranger"),
        ("member-in-two-rows", 8, "s"),
        ("member-without-row", None, "r"),
        ("unknown-place", 2, "nowhere"),
    }
    for language in ("nl", "fr"):
        assert all(one.told_in(language) != one for one in found)


def test_a_slip_of_the_pen_gets_a_proposal(tmp_path: Path) -> None:
    members = [living(one) for one in ("member01", "member02", "member03")]
    edition = edition_of(members)
    group = local("member01", "member02", "member03") | {"group_id": "support-liege-1"}
    tables = saved(tmp_path, build_grouping(edition, [group]))
    tables.row("member01")["group_id"] = "suport-liege-1"
    tables.row("member03")["member_id"] = "memebr03"
    unknown_group, unknown_member = refused(edition, tables)
    assert unknown_group.code == "unknown-group"
    assert "'support-liege-1'" in unknown_group.remedy
    assert unknown_member.code == "unknown-member"
    assert "'member03'" in unknown_member.remedy


def test_names_are_never_shown(tmp_path: Path) -> None:
    members = [living(one, name=f"Secret {one.upper()}lice") for one in "xyz"]
    edition = edition_of(members)
    tables = saved(tmp_path, build_grouping(edition, [local("x", "y")]))
    tables.row("x")["member_id"] = "Secret Xlice"
    tables.row("y")["role"] = "Secret Ylice"
    tables.row("z")["group_id"] = "Secret Zlice"
    with pytest.raises(sip.InputError) as caught:
        judge(edition, tables)
    assert "Secret" not in str(caught.value)
    assert [one.code for one in caught.value.findings] == [
        "member-by-name", "unknown-word", "group-without-placed", "malformed-group-id",
    ]  # fmt: skip


def test_a_cell_that_is_computed_counts_for_nothing_and_that_is_said(tmp_path: Path) -> None:
    edition, tables = two_groups(tmp_path)
    unchanged = judge(edition, tables).grouping
    tables.row("q").update(theme="b", travel_km="0")
    tables.groups[1].update(moderator="s", size="7", latitude="50,1")
    found = judge(edition, tables)
    assert found.grouping == unchanged
    assert [(one.code, one.file, one.column) for one in found.warnings] == [
        ("figure-not-read", "assignments.csv", "theme"),
        ("figure-not-read", "assignments.csv", "travel_km"),
        ("figure-not-read", "groups.csv", "size"),
        ("figure-not-read", "groups.csv", "moderator"),
    ]
