"""What changes bring, and for whom: figures of both editions, what is certain of the difference, commands."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from brute_force import OutOfStepsError, best_grouping_by_enumeration
from cli_case import command, write_edition
from tiny_editions import tiny_edition
from two_themes import cell, rule, two_themes

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError, VerificationError
from sip_grouping.explain import (
    Between,
    Difference,
    Figures,
    WhatIf,
    changed,
    typed_changes,
    volunteer,
    what_if,
)
from sip_grouping.explain.figures import difference
from sip_grouping.grouping import Status
from sip_grouping.reading import load_edition
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo-2020-2021"


def newcomer(member_id: str, **row: object) -> dict[str, Any]:
    given = {"member_id": member_id, "country": "BE", "postcode": "1000", "theme_1": "a"}
    return {"kind": "add_member", "row": given | row}


@pytest.fixture(scope="module")
def edition() -> Edition:
    return two_themes()


@pytest.fixture(scope="module")
def base(edition: Edition) -> sip.Result:
    return form_groups(edition)


def asked(edition: Edition, base: sip.Result, *changes: dict[str, Any]) -> WhatIf:
    return what_if(edition, changes, before=base)


def kinds(told: WhatIf) -> dict[str, str]:
    return {one.member_id: one.difference.value for one in told.member_differences}


def test_who_is_placed_that_was_not(edition: Edition, base: sip.Result) -> None:
    told = asked(edition, base, rule("rules.travel_km", 41))
    assert told.points == 100.0
    assert (told.before.placed, told.after.placed) == (4, 5)
    assert kinds(told) == {"far": "placed"}
    assert told.loosens
    assert not told.tightens
    (grown,) = told.group_differences
    assert (grown.difference.value, grown.size_before, grown.size_after) == ("kept", 2, 3)
    assert verify(told.changed_edition, told.formed_after).ok


def test_who_loses_a_group_and_who_finds_another(edition: Edition, base: sip.Result) -> None:
    told = asked(edition, base, cell("m2", "moderator", "no"))
    assert told.points == -120.0  # two first choices gone, one second choice instead
    assert kinds(told) == {"m2": "left_out", "m3": "theme"}
    assert {one.difference.value for one in told.group_differences} == {"closed", "kept"}
    assert told.tightens
    roles = asked(edition, base, cell("m0", "moderator", "no"), cell("m1", "moderator", "yes"))
    assert roles.points == 0.0
    assert kinds(roles) == {"m0": "role", "m1": "role"}


def test_what_a_new_member_brings_and_what_is_its_own(edition: Edition, base: sip.Result) -> None:
    told = asked(edition, base, newcomer("v1", theme_1="b"))
    assert told.points == told.points_of_new_members == 100.0
    assert kinds(told) == {"v1": "joined"}
    alone = asked(edition, base, newcomer("v1", latitude="51.9", longitude="4.4", video="no"))
    assert alone.points == alone.points_of_new_members == 0.0
    assert kinds(alone) == {"v1": "not_placed"}


def test_what_decides_nothing_is_not_solved(edition: Edition, base: sip.Result) -> None:
    told = asked(edition, base, rule("name", "other"), cell("m0", "email", "x@example.org"))
    assert told.decides_nothing
    assert told.formed_after is base
    assert told.points == 0.0
    assert "decides groups" in told.summary()
    assert "x@example.org" not in told.summary() + told._repr_html_()


def test_a_bound_is_handed_on_where_the_change_only_tightens(
    edition: Edition, base: sip.Result
) -> None:
    told = asked(edition, base, rule("rules.travel_km", 20))
    assert isinstance(told.formed_after, sip.Result)
    assert (told.after.status, told.points) == (Status.OPTIMAL, 0.0)
    # Nothing was searched: the groups of before are the best there can be.
    assert told.formed_after.work == 0.0
    assert not told.member_differences
    assert not told.group_differences
    assert verify(told.changed_edition, told.formed_after).ok


def test_no_bound_is_taken_from_a_file(edition: Edition, base: sip.Result) -> None:
    assert base.grouping is not None
    boastful = base.grouping.model_copy(
        update={"bound_thousandths": base.grouping.score_thousandths - 1_000}
    )
    with pytest.raises(VerificationError):
        what_if(edition, [rule("rules.travel_km", 20)], before=boastful)
    low = what_if(edition, [cell("m3", "theme_2", "")], before=base.grouping)
    assert low.points == 0.0
    assert low.after.status is Status.OPTIMAL


def test_infeasible_before_or_after(edition: Edition, base: sip.Result) -> None:
    told = asked(edition, base, rule("themes.b.groups_min", 2))
    assert (told.after.status, told.score, told.points) == (Status.INFEASIBLE, None, None)
    assert "groups_min" in told.summary()
    impossible = told.changed_edition
    back = what_if(impossible, [rule("themes.b.groups_min", 0)])
    assert (back.before.status, back.after.status) == (Status.INFEASIBLE, Status.OPTIMAL)
    assert back.points is None
    assert back.members.empty
    both = what_if(impossible, [rule("themes.b.groups_min", 3)])
    assert "before as after" in both.summary()


def test_other_points_are_said(edition: Edition, base: sip.Result) -> None:
    told = asked(edition, base, rule("score.rank_points", [50, 10]))
    assert not told.same_points
    assert told.points == -200.0
    assert "different points" in told.summary()


def test_groups_of_another_edition_are_refused(edition: Edition, base: sip.Result) -> None:
    other = changed(edition, [rule("rules.travel_km", 3)])
    with pytest.raises(InputError) as caught:
        what_if(other, [], before=base)
    assert [one.code for one in caught.value.findings] == ["groups-of-another-edition"]
    with pytest.raises(InputError):
        what_if(edition, [], before="folder")  # type: ignore[arg-type]


# --- what is certain of the difference ---------------------------------------------------------


def figures(score: int | None, bound: int | None) -> Figures:
    status = Status.OPTIMAL if score == bound else Status.FEASIBLE
    return Figures(status, score, bound, 1, 1, 1)


@pytest.mark.parametrize(
    ("before", "after", "ways", "least", "most"),
    [
        ((10, 10), (12, 12), (False, False), 2, 2),
        ((10, 15), (12, 20), (False, False), -3, 10),
        ((10, 15), (12, 20), (False, True), 0, 10),
        ((10, 15), (12, 20), (True, False), -3, 0),
        ((10, 15), (12, 20), (True, True), 0, 0),
        ((10, None), (12, 20), (False, False), None, 10),
        ((10, None), (12, None), (False, True), 0, None),
        ((10, None), (12, None), (True, False), None, 0),
        ((10, 10), (None, None), (True, False), None, None),
    ],
)
def test_a_difference_lies_between_what_is_proven(
    before: tuple[int, int | None],
    after: tuple[int | None, int | None],
    ways: tuple[bool, bool],
    least: int | None,
    most: int | None,
) -> None:
    got = difference(figures(*before), figures(*after), tightens=ways[0], loosens=ways[1])
    assert got == Between(least, most)
    assert got.certain == (least if least == most else None)


def test_no_single_figure_where_neither_is_proven() -> None:
    edition = sip.synthetic_edition(members=60, seed=1)
    told = what_if(edition, [rule("rules.local.size_min", 7)], gap=0.05)
    assert told.after.status is Status.FEASIBLE
    assert told.points is None
    between = told.difference
    assert between.least is not None
    assert between.most is not None
    assert between.least == 0 < between.most  # smaller groups may, larger ones need not be
    best = form_groups(edition).score_thousandths
    other = form_groups(told.changed_edition).score_thousandths
    assert best is not None
    assert other is not None
    assert between.least <= other - best <= between.most
    assert "proven" in told.summary()


@pytest.mark.slow
def test_from_groups_like_the_best_ones_the_proof_takes_less_work() -> None:
    """The work is that of the solver and repeats; before, it was several times that from nothing."""
    edition = sip.load_edition(DEMO)
    told = what_if(edition, [rule("score.video_points", 5.0)])
    cold = form_groups(told.changed_edition)
    assert isinstance(told.formed_after, sip.Result)
    assert (told.after.status, told.score) == (Status.OPTIMAL, cold.score)
    assert told.formed_after.work < cold.work


@pytest.mark.slow
def test_it_is_the_difference_of_the_best_groupings() -> None:
    """On tiny editions, by enumeration; also where the bound of before was handed on."""
    seen = set()
    for seed in range(40):
        edition = tiny_edition(seed)
        who = edition.members[seed % len(edition.members)].member_id
        change = [
            rule("rules.travel_km", 12),
            cell(who, "commits", "no"),
            cell(who, "moderator", "yes"),
        ]
        try:
            told = what_if(edition, [change[seed % 3]])
            best = best_grouping_by_enumeration(edition, most_steps=20_000)
            other = best_grouping_by_enumeration(told.changed_edition, most_steps=20_000)
        except (InputError, OutOfStepsError):
            continue
        expected = None if best is None or other is None else (other - best) / 1000
        assert told.points == expected, seed
        seen.add((told.tightens, told.loosens, None if expected is None else expected > 0))
    assert len(seen) > 3


# --- typed -------------------------------------------------------------------------------------


def test_typed_changes_are_the_same_as_data(edition: Edition) -> None:
    made = typed_changes(
        edition,
        keys=["rules.travel_km=37,5", "rules.spread_km=", "themes.a.tracks=local", "places.towns=none",
              "score.rank_points=[90, 80.5]", "rules.shared_slot=oui"],
        members=["m0.secretary=ja", "m1.theme_1="],
        offices=["hub.rooms=2"],
    )  # fmt: skip
    told = [json.loads(one.model_dump_json()) for one in made]
    assert told == [
        rule("rules.travel_km", 37.5), rule("rules.spread_km", None), rule("themes.a.tracks", ["local"]),
        rule("places.towns", "none"), rule("score.rank_points", [90, 80.5]), rule("rules.shared_slot", True),
        cell("m0", "secretary", "ja"), cell("m1", "theme_1", ""),
        {"kind": "office", "office_id": "hub", "field": "rooms", "value": "2"},
    ]  # fmt: skip


def test_every_mistake_of_typed_changes_is_told(edition: Edition) -> None:
    with pytest.raises(InputError) as caught:
        typed_changes(
            edition,
            keys=["rules.travel_km", "rules.local.size_min=12.000", "x=[", "rules.travelkm=4"],
            members=["m0=yes", "m9.secretary=yes"],
            volunteers=["moderator", "boss:hub", "moderator:Atlantis", "moderator:FR-00001"],
        )
    found = [(one.code, one.variant) for one in caught.value.findings]
    assert found == [
        ("not-a-setting", ""), ("number-in-doubt", ""), ("not-a-setting", "toml"), ("not-a-setting", "cell"),
        ("not-a-volunteer", ""), ("not-a-volunteer", "role"), ("not-a-volunteer", "place"),
        ("unknown-key", ""), ("unknown-member", ""), ("unknown-postcode", ""),
    ]  # fmt: skip


def test_a_volunteer_lives_in_the_town_or_at_the_office(tmp_path: Path) -> None:
    edition = load_edition(write_edition(tmp_path / "edition"))
    at_office = volunteer(edition, "modérateur", "Liège", member_id="v1")
    in_town = volunteer(edition, "les deux", "fr-69003", "Accompagnement", member_id="a")
    after = changed(edition, [at_office, in_town])
    one, two = after.members[-2:]
    assert (one.office, one.postcode, one.themes) == ("liege", "4000", ("support", "gender"))
    assert (one.moderator, one.secretary, one.local, one.video) == (True, False, True, True)
    assert one.languages == one.slots == ()
    # An id that is taken becomes another one.
    assert (two.member_id, two.town_id, two.themes) == ("a-new", "FR-69003", ("support",))
    assert (two.moderator, two.secretary, two.office) == (True, True, None)


def test_a_volunteer_ranks_what_is_open_in_the_country(edition: Edition) -> None:
    closed = changed(
        edition, [rule("themes.a.countries", ["FR"]), *([cell("far", "theme_1", "b")])]
    )
    assert volunteer(closed, "member", "hub", member_id="v").row["theme_1"] == "b"
    none = changed(closed, [rule("themes.b.countries", ["FR"])])
    with pytest.raises(InputError) as caught:
        volunteer(none, "member", "hub", member_id="v")
    assert caught.value.findings[0].variant == "closed"


# --- as shown, and as a command ----------------------------------------------------------------


def test_frames_and_a_card(edition: Edition, base: sip.Result) -> None:
    told = asked(edition, base, cell("m2", "moderator", "no"))
    assert list(told.figures.index) == ["before", "after"]
    assert told.figures.loc["after", "score"] == told.score
    assert told.members.set_index("member_id").difference["m2"] == Difference.LEFT_OUT.value
    assert told.members["rank_after"].dtype == "Int64"
    assert set(told.groups["difference"]) == {"closed", "kept"}
    sip.show_in("nl")
    try:
        assert "hebben geen groep meer" in told._repr_html_()
    finally:
        sip.show_in("en")
    assert "have no group any more" in told._repr_html_()


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_the_summary_in_each_language(edition: Edition, base: sip.Result, language: Any) -> None:
    changes = [
        rule("rules.spread_km", None),
        rule("rules.travel_km", 41),
        newcomer("v1", theme_1="b"),
    ]
    pin = {"kind": "pin", "theme": "b", "track": "local", "place": "hub", "member_id": "m2"}
    text = asked(edition, base, *changes, pin).summary(language)
    assert "far" in text
    assert "v1" in text
    others = {"en": "as it is", "fr": "telle quelle", "nl": "zoals ze is"}
    assert [one in text for one in others.values()].count(True) == 1


def run(capsys: pytest.CaptureFixture[str], folder: Path, *options: str | Path) -> Any:
    return command(capsys, "what-if", folder, *options)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_edition(tmp_path / "edition")
    ran = run(capsys, folder, "--set", "rules.local.size_min=4", "--member", "i.commits=yes",
              "--add-volunteer", "both:liege:gender", "--json", "-q")  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    told = ran.json
    assert {"score", "bound", "gap", "status", "placed", "differences", "before", "points"} <= set(
        told
    )
    assert told["status"] == "optimal"
    again = tmp_path / "changes.json"
    again.write_text(ran.out, encoding="utf-8")
    assert run(capsys, folder, "--changes", again, "--json", "-q").json == told
    text = run(capsys, folder, "--changes", again, "--lang", "fr")
    assert "volunteer-1" in text.out
    assert "Secret" not in text.out + text.err


def test_the_command_takes_groups_that_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, groups = write_edition(tmp_path / "edition"), tmp_path / "groups"
    assert command(capsys, "form", folder, "--out", groups).code == 0
    options = ("--set", "rules.travel_km=25", "--json", "-q")
    assert (
        run(capsys, folder, *options, "--before", groups).json["before"]
        == (run(capsys, folder, *options).json["before"])
    )


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--set", "rules.travelkm=40"], 2),
        (["--set", "rules.travel_km=-1"], 2),
        ([], 2),
        (["--set", "themes.support.groups_min=7"], 3),
        (["--set", "rules.travel_km=30", "--strict"], 2),
        (["--set", "rules.travel_km=29"], 0),
        (["--changes", "nothing.json"], 2),
    ],
)
def test_exit_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: Sequence[str], code: int
) -> None:
    folder = write_edition(tmp_path / "edition")
    ran = run(capsys, folder, *options)
    assert ran.code == code
    assert ran.err or ran.out
