"""Invitations to groups with room: whom, in which order, how often, in which words, what is kept of it."""

import json
import random
from pathlib import Path

import pandas as pd
import pytest
from cli_case import command
from grouping_builder import GroupWanted, build_grouping
from joining import seated, seats_of, state_of, thinned, with_room
from small import latitude_at, member, office, small_edition
from tiny_editions import crowded_edition, tiny_edition

import sip_grouping as sip
from sip_grouping.edition.records import Member, Role, Theme, Track
from sip_grouping.rounds import Rounds
from sip_grouping.rounds.fits import Person
from sip_grouping.rounds.invite import Limits, invitations
from sip_grouping.rounds.join import Joins
from sip_grouping.rules import RuleId
from sip_grouping.verification import verify

Capture = pytest.CaptureFixture[str]
COLUMNS = ["group_id", "order", "member_id", "travel_km", "language", "role_wanted", "why"]
MENDED_LATER = {RuleId.SIZE, RuleId.MODERATORS, RuleId.SECRETARIES, RuleId.EXPERIENCED}
HEADER = (
    "member_id,country,postcode,latitude,longitude,theme_1,office,moderator,languages,name,email\n"
)


def row(
    member_id: str, km: float = 0.0, *, theme: str = "", at: str = "", moderator: str = "",
    languages: str = "", country: str = "BE", person: str = "", email: str = "",
) -> str:  # fmt: skip
    place = f"{latitude_at(km):.6f},4.0"
    return f"{member_id},{country},1000,{place},{theme},{at},{moderator},{languages},{person},{email}\n"


def listed(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "".join(rows), "utf-8")
    return path


def started(path: Path, **rules: object) -> Rounds:
    """Return a store in which x and y meet about a at the hub, v and w about b by video; up to 5 in each."""
    people = [
        member("x", languages=("fr",), moderator=True), member("y", languages=("fr", "nl")),
        member("v", themes=("b",)), member("w", themes=("b",), name="Hidden Wanda"),
    ]  # fmt: skip
    themes = [
        Theme(id="a", title={"nl": "Zorg", "fr": "Soins", "en": "Care"}, tracks=(Track.LOCAL,)),
        Theme(id="b", countries=("BE",), tracks=(Track.VIDEO,)),
    ]
    sizes = {"size_min": 2, "size_max": 5}
    given: dict[str, object] = {"local": sizes, "video": sizes, "shared_language": True, **rules}
    edition = small_edition(
        people,
        themes=themes,
        offices=[office(), office("north", 20.0)],
        **given,  # type: ignore[arg-type]
    )
    groups: list[GroupWanted] = [
        {"theme": "a", "members": ["x", "y"], "track": "local", "place": "hub", "group_id": "near",
         "language": "fr", "moderators": ["x"] if given.get("moderators") else []},
        {"theme": "b", "members": ["v", "w"], "track": "video", "group_id": "far"},
    ]  # fmt: skip
    return Rounds.start(path, edition, build_grouping(edition, groups))


def of(table: pd.DataFrame, group_id: str) -> list[str]:
    return list(table[table["group_id"] == group_id]["member_id"])


def test_close_people_of_its_office_who_list_its_language_are_asked_first(tmp_path: Path) -> None:
    with started(tmp_path / "s.db") as rounds:
        table, warnings = rounds.invite(
            listed(
                tmp_path / "list.csv",
                row("p1", 9.0, theme="a"),
                row("p2", 3.0, theme="a"),
                row("p3", 3.0, theme="a", languages="fr"),
                row("p4", 20.0, theme="a", at="hub"),
                row("p5", 31.0, theme="a"),
                row("p6", 1.0, theme="a", languages="nl"),
                row("p7", 1.0, theme="a", languages="en"),
                row("p8", 1.0, theme="b"),
            ),
            per_seat=10,
        )
    assert list(table.columns) == COLUMNS
    # p5 lives too far, p7 shares no language; p6 would make the group work in Dutch, which x does not list.
    assert of(table, "near") == ["p4", "p3", "p2", "p1"]
    assert list(table[table["group_id"] == "near"]["order"]) == [1, 2, 3, 4]
    assert list(table[table["group_id"] == "near"]["language"]) == ["fr"] * 4
    assert of(table, "far") == ["p8"]
    assert table["travel_km"].isna().tolist() == [False] * 4 + [True]
    assert not warnings


def test_a_missing_role_comes_before_all_else() -> None:
    people = [member("x"), member("y")]
    edition = small_edition(people, moderators=1, local={"size_min": 2, "size_max": 9})
    group: GroupWanted = {"theme": "a", "members": ["x", "y"], "track": "local", "place": "hub"}
    state = state_of(edition, build_grouping(edition, [group]))
    listed_people = [
        member("near", office="hub"), member("far", 29.0, moderator=True),
        member("only", 28.0, moderator="only"), member("third", 27.0, moderator=True),
    ]  # fmt: skip
    people_of_list = [Person(one, edition.position(one)) for one in listed_people]
    found = invitations(Joins(state), state, people_of_list, Limits(per_seat=2))
    told = [(one.person.member.member_id, one.wanted) for one in found]
    # Two are asked for one role; the third volunteer is asked for a plain place, after those nearer.
    assert told == [
        ("third", Role.MODERATOR), ("only", Role.MODERATOR), ("near", None), ("far", None),
    ]  # fmt: skip
    assert [one.order for one in found] == [1, 2, 3, 4]


def test_who_rather_takes_part_in_a_role_that_is_taken_is_not_asked(tmp_path: Path) -> None:
    with started(tmp_path / "s.db", moderators=0) as rounds:
        file = listed(tmp_path / "l.csv", row("p", theme="a", moderator="only"))
        assert rounds.invite(file)[0].empty


def test_of_alike_people_the_smallest_group_asks_first() -> None:
    people = [member(f"m{n}", local=False) for n in range(7)]
    edition = small_edition(people, video={"size_min": 2, "size_max": 6})
    groups: list[GroupWanted] = [
        {
            "theme": "a",
            "members": [f"m{n}" for n in range(5)],
            "track": "video",
            "group_id": "large",
        },
        {"theme": "a", "members": ["m5", "m6"], "track": "video", "group_id": "small"},
    ]
    state = state_of(edition, build_grouping(edition, groups))
    listed_people = [member(f"p{n}", local=False) for n in range(5)]
    people_of_list = [Person(one, edition.position(one)) for one in listed_people]
    found = invitations(Joins(state), state, people_of_list, Limits(per_person=1, per_seat=1))
    told = [(one.group.group.group_id, one.person.member.member_id) for one in found]
    assert told == [
        ("large", "p3"),
        ("small", "p0"),
        ("small", "p1"),
        ("small", "p2"),
        ("small", "p4"),
    ]


def test_who_is_placed_or_declined_is_not_asked(tmp_path: Path) -> None:
    file = listed(tmp_path / "l.csv", row("x"), row("y"), row("v"), row("w"), row("new"))
    with started(tmp_path / "s.db") as rounds:
        rounds.propose()
        answers = tmp_path / "a.csv"
        answers.write_text("member_id,answer,languages\nv,decline,\nw,decline,nl\n", "utf-8")
        rounds.answer(answers)
        assert set(rounds.invite(file)[0]["member_id"]) == {"new"}


def test_nobody_is_asked_too_often_over_all_rounds(tmp_path: Path) -> None:
    file = listed(tmp_path / "l.csv", *(row(f"p{n}") for n in range(4)))
    with started(tmp_path / "s.db") as rounds:
        first, _ = rounds.invite(file, per_person=1, per_seat=1)
        # Three seats and four people; each is asked for one group.
        assert of(first, "near") == ["p0", "p1", "p2"]
        assert of(first, "far") == ["p3"]
        again, _ = rounds.invite(file, per_person=1, per_seat=1)
        assert again.empty
        # In the same round the seats of the near group are asked for; the other has two left.
        more, _ = rounds.invite(file, per_person=2, per_seat=1)
        assert (of(more, "near"), of(more, "far")) == ([], ["p0", "p1"])
        rounds.propose()
        # A new round asks anew, but nobody twice for one group.
        last, _ = rounds.invite(file, per_person=2, per_seat=1)
        assert (of(last, "near"), of(last, "far")) == (["p3"], ["p2"])
        assert rounds.invite(file, per_person=2)[0].empty
        so_far = rounds.invitations
        assert list(so_far["round"]) == [0] * 6 + [1] * 2
        assert not so_far.duplicated(["group_id", "member_id"]).any()
        assert so_far.groupby("member_id").size().to_dict() == {f"p{n}": 2 for n in range(4)}
        assert next(one.counts for one in rounds.steps() if one.what == "invite") == {
            "invitations": 4, "groups": 2, "people": 4,
        }  # fmt: skip


def test_a_list_needs_no_themes_at_all(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Lidnummer;Land;Postcode\np1;BE;1000\np2;FR;75011\n", "utf-8")
    with started(tmp_path / "s.db") as rounds:
        table, _ = rounds.invite(file)
    # Theme b is closed in France, and Paris is far.
    assert list(zip(table["group_id"], table["member_id"], strict=True)) == [
        ("near", "p1"), ("far", "p1"),
    ]  # fmt: skip


def test_why_is_told_in_the_language_of_who_is_asked(tmp_path: Path) -> None:
    file = listed(
        tmp_path / "l.csv",
        row("en", 3.2, theme="a", languages="en fr", person="Hidden Ann", email="ann@h.example"),
        row("fr", theme="a", languages="fr", at="hub"),
        row("nl", theme="b", languages="nl", moderator="yes"),
        row("any", theme="b"),
    )
    with started(tmp_path / "s.db") as rounds:
        table = rounds.invite(file, language="nl")[0].set_index("member_id")
    plain = table["why"].str.replace("\u2018", "<").str.replace("\u2019", ">")
    assert plain.to_dict() == {
        "en": "The group on “Care” meets at hub, about 3.2 km from your home, and has room for"
        " 3 more members. It works in French.",
        "fr": "Le groupe sur le thème « Soins » se réunit à votre bureau, hub, et peut accueillir"
        " 3 membres de plus.",
        "nl": "De groep rond het thema <b> vergadert via video, zodat u zich niet hoeft te"
        " verplaatsen, en heeft nog plaats voor 3 leden.",
        "any": "De groep rond het thema <b> vergadert via video, zodat u zich niet hoeft te"
        " verplaatsen, en heeft nog plaats voor 3 leden.",
    }


def test_a_role_that_is_wanted_is_told(tmp_path: Path) -> None:
    people = [member("x"), member("y")]
    edition = small_edition(people, moderators=1, secretaries=1)
    group: GroupWanted = {
        "theme": "a", "members": ["x", "y"], "track": "local", "place": "hub",
        "moderators": ["y"], "secretaries": ["x"],
    }  # fmt: skip
    edition = edition.replace(
        members=tuple(
            one.model_copy(update={"moderator": True, "secretary": True}) for one in people
        )
    )
    with Rounds.start(tmp_path / "s.db", edition, build_grouping(edition, [group])) as rounds:
        withdrawn = tmp_path / "m.csv"
        withdrawn.write_text("member_id,withdrawn\ny,yes\n", "utf-8")
        rounds.members(withdrawn)
        file = listed(tmp_path / "l.csv", row("p", theme="a", moderator="yes", languages="en"))
        table, _ = rounds.invite(file)
    assert list(table["role_wanted"]) == ["moderator"]
    assert table["why"][0].endswith(
        "room for 2 more members. It is looking for a moderator, for which you volunteered."
    )


def test_the_store_keeps_ids_of_the_invited_and_nothing_else(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    file = listed(
        tmp_path / "l.csv", row("p1", 3.0, person="Hidden Ann", email="ann@hidden.example")
    )
    with started(store) as rounds:
        rounds.invite(file, tmp_path / "out")
        rounds.invitations.to_csv(tmp_path / "seen.csv")
    raw = b"".join(one.read_bytes() for one in tmp_path.glob("s.db*"))
    assert b"p1" in raw
    for text in ("Hidden Ann", "ann@hidden.example", f"{latitude_at(3.0):.6f}"):
        assert text.encode() not in raw, text
    written = (tmp_path / "out" / "invitations.csv").read_text("utf-8")
    assert "Hidden" not in written
    assert "hidden.example" not in written


def test_a_member_under_a_second_id_is_not_asked(tmp_path: Path) -> None:
    people = [member("x", email="Ann@h.example"), member("y")]
    edition = small_edition(people)
    group: GroupWanted = {"theme": "a", "members": ["x", "y"], "track": "local", "place": "hub"}
    with Rounds.start(tmp_path / "s.db", edition, build_grouping(edition, [group])) as rounds:
        file = listed(tmp_path / "l.csv", row("z", theme="a", email="ann@h.example"))
        table, warnings = rounds.invite(file)
    assert table.empty
    (told,) = warnings
    assert (told.code, told.value) == ("member-invited", "z")
    assert "h.example" not in str(told)


def test_nothing_is_recorded_where_the_list_or_the_folder_is_wrong(tmp_path: Path) -> None:
    with started(tmp_path / "s.db") as rounds:
        bad = listed(tmp_path / "bad.csv", row("p1", theme="zz"), row("p1"))
        with pytest.raises(sip.InputError) as caught:
            rounds.invite(bad)
        assert {one.code for one in caught.value.findings} == {"unknown-theme", "duplicate-member"}
        good = listed(tmp_path / "l.csv", row("p1"))
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "precious.txt").write_text("kept", "utf-8")
        with pytest.raises(sip.InputError):
            rounds.invite(good, tmp_path / "out")
        assert [one.what for one in rounds.steps()] == ["start"]
        assert rounds.invitations.empty


def test_who_is_invited_and_comes_is_a_member_of_the_next_round(tmp_path: Path) -> None:
    text = listed(
        tmp_path / "l.csv", row("p1", 2.0, theme="a", languages="fr"), row("p2", theme="b")
    )
    with started(tmp_path / "s.db") as rounds:
        rounds.propose()
        table, _ = rounds.invite(text, per_person=1)
        assert of(table, "near") == ["p1"]
        rounds.members(listed(tmp_path / "m.csv", row("p1", 2.0, theme="a", languages="fr")))
        told = rounds.join("p1")
        assert [one.group_id for one in told.possible] == ["near"]
        # Who came has no group yet: the group may ask eight of nine for its three seats.
        again, _ = rounds.invite(
            listed(tmp_path / "l2.csv", *(row(f"q{n}", theme="a") for n in range(9))), per_seat=3
        )
        assert len(of(again, "near")) == 8
        edition = rounds.state().edition()
    formed = sip.form_groups(edition, work_limit=20).grouping
    assert formed is not None
    assert "p1" in {one.member_id for one in formed.placements}


@pytest.mark.parametrize("seed", [2, 7, 8, 11, 15, 16, 20])
@pytest.mark.parametrize("draw", [tiny_edition, crowded_edition])
def test_all_are_asked_whom_the_verifier_accepts_in_the_group_and_nobody_else(
    draw: object, seed: int
) -> None:
    assert callable(draw)
    edition: sip.Edition = with_room(draw(seed))
    formed = sip.form_groups(edition, work_limit=5).grouping
    assert formed is not None
    before = thinned(edition, formed, seed)
    state = state_of(edition, before)
    rng = random.Random(seed)
    people = [
        one.model_copy(update={"member_id": f"p{n}", "together": (), "apart": ()})
        for n, one in enumerate(rng.sample(edition.members, 4))
        if one.eligible and not one.only_in_a_role
    ]
    found = invitations(
        Joins(state), state, [Person(one, edition.position(one)) for one in people],
        Limits(per_person=1000, per_seat=1000),
    )  # fmt: skip
    told = {(one.person.member.member_id, one.group.group.group_id) for one in found}
    assert told == {
        (one.member_id, group.group_id)
        for one in people
        for group in before.group_records
        if _accepted(edition, before, one, group.group_id)
    }


def _accepted(edition: sip.Edition, before: sip.Grouping, one: Member, group_id: str) -> bool:
    """Return whether nothing is wrong with a person in a group but what more people can mend."""
    group = before.group_by_id[group_id]
    if group.size >= edition.rules_of(group.theme).sizes(group.track).size_max:
        return False
    wider = edition.replace(members=(*edition.members, one))
    seats = [*seats_of(before), (one.member_id, group_id, Role.MEMBER)]
    found = verify(wider, seated(wider, before, seats)).violations
    return not {violation.rule for violation in found} - MENDED_LATER


def test_inviting_by_command_line(tmp_path: Path, capsys: Capture) -> None:
    store = tmp_path / "s.db"
    started(store).close()
    file = listed(tmp_path / "l.csv", row("p1", 2.0), row("p2", languages="nl", country="FR"))
    at = ("--store", store)
    ran = command(capsys, "round", "invite", file, *at, "--out", tmp_path / "out", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["counts"] == {"invitations": 2, "groups": 2, "people": 1}
    written = pd.read_csv(tmp_path / "out" / "invitations.csv", dtype=str, keep_default_na=False)
    assert list(written.columns) == COLUMNS
    assert sorted(written["travel_km"]) == ["", "2.000"]
    # There is such a folder already: nothing is written or recorded.
    assert command(capsys, "round", "invite", file, *at, "--out", tmp_path / "out").code == 2
    other = ("--out", tmp_path / "more", "--per-seat", "0")
    assert command(capsys, "round", "invite", file, *at, *other).code == 2
    history = json.loads(command(capsys, "round", "history", *at, "--json").out)["steps"]
    assert [one["what"] for one in history] == ["start", "invite"]
