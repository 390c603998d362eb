"""A running edition whose groups are formed again: what stays, what changes, what stands in the way."""

import csv
import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from cli_case import command
from small import member, small_edition

import sip_grouping as sip
from sip_grouping.grouping.changes import changes_between, disruption_of
from sip_grouping.grouping.promises import broken_promises
from sip_grouping.rounds import Rounds
from sip_grouping.rounds import reform as reform_module
from sip_grouping.rounds.proposals import rows_to_propose
from sip_grouping.solve.reform import Reformed, form_again

Capture = pytest.CaptureFixture[str]
WORK = 100.0


def written(path: Path, rows: Mapping[str, str]) -> Path:
    lines = ["member_id,answer", *(f"{who},{said}" for who, said in rows.items())]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def season(tmp_path: Path, members: int = 60, seed: int = 3) -> Rounds:
    edition = sip.synthetic_edition(members=members, seed=seed)
    grouping = sip.form_groups(edition, work_limit=60.0).grouping
    assert grouping is not None
    return Rounds.start(tmp_path / "s.db", edition, grouping)


def with_answers(rounds: Rounds, tmp_path: Path, seed: int, declining: float = 0.1) -> None:
    rng = random.Random(seed)
    said = {}
    state = rounds.state()
    if not rows_to_propose(state.current() or pytest.fail("no groups"), 1, state):
        return
    for who in rounds.propose()["member_id"]:
        drawn = rng.random()
        said[who] = "decline" if drawn < declining else "accept" if drawn < 0.8 else ""
    rounds.answer(written(tmp_path / f"answers-{seed}.csv", said))


def six_in_two_groups(**rules: object) -> sip.Edition:
    """Return an edition of two groups of three, who live at two ends of a town."""
    people = [
        member(f"m{n}", km=0.1 * n + (20 if n > 2 else 0), moderator=n % 3 == 0) for n in range(6)
    ]
    edition = small_edition(people)
    return edition.with_rules(local={"size_min": 2, "size_max": 3}, travel_km=25.0, **rules)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_was_accepted_stays_over_several_rounds(seed: int, tmp_path: Path) -> None:
    with season(tmp_path, seed=seed) as rounds:
        for number in range(3):
            with_answers(rounds, tmp_path, 10 * seed + number)
            before, promises = rounds.state().current(), rounds.state().promises()
            reform = rounds.reform(work_limit=WORK, relax=True)
            after, state = rounds.state().current(), rounds.state()
            assert before is not None
            assert after is not None
            relaxed = reform.relaxed.members if reform.relaxed else frozenset()
            kept = promises.keys() - relaxed
            assert not broken_promises(before, after, kept)
            assert state.promises().keys() == kept
            assert sip.verify(state.edition(), after).ok
            told = changes_between(
                before,
                after,
                state.before.asked if state.before else (),
                state.edition().disruption,
            )
            assert (told, reform.again.disruption) == (reform.again.changes, disruption_of(told))


def test_a_group_keeps_its_id_and_the_moderator_is_replaced(tmp_path: Path) -> None:
    people = [member(f"m{n}", km=0.1 * n, moderator=n in {0, 1}) for n in range(4)]
    edition = small_edition(people).with_rules(moderators=1, local={"size_min": 2, "size_max": 4})
    grouping = sip.form_groups(edition, work_limit=20).grouping
    assert grouping is not None
    (group,) = grouping.group_records
    (moderator,) = group.moderators
    other = ({"m0", "m1"} - {moderator}).pop()
    with Rounds.start(tmp_path / "s.db", edition, grouping) as rounds:
        rounds.propose()
        said = {"m2": "accept", "m3": "accept", moderator: "decline"}
        rounds.answer(written(tmp_path / "a.csv", said))
        assert [one.lacking for one in rounds.shortfalls()] == [(sip.Role.MODERATOR,)]
        reform = rounds.reform(work_limit=WORK)
        (now,) = reform.again.grouping.group_records if reform.again.grouping else ()
        assert (now.group_id, now.moderators, now.size) == (group.group_id, (other,), 3)
        rows = {(one.member_id, one.kind.value, one.asked) for one in reform.again.changes}
        assert rows == {(moderator, "left_out", True), (other, "role_gained", False)}
        # A new role needs new consent; the others accepted what they have.
        assert list(rounds.propose()["member_id"]) == [other]


def test_answers_to_what_is_no_longer_proposed_are_refused(tmp_path: Path) -> None:
    with season(tmp_path) as rounds:
        proposals = rounds.propose()
        first = proposals["member_id"].iloc[0]
        rounds.answer(written(tmp_path / "a.csv", {first: "decline"}))
        rounds.reform(work_limit=WORK)
        with pytest.raises(sip.InputError, match="not-proposed"):
            rounds.answer(written(tmp_path / "b.csv", {first: "accept"}))


def test_other_answers_end_an_acceptance_that_they_contradict(tmp_path: Path) -> None:
    edition = six_in_two_groups()
    grouping = sip.form_groups(edition, work_limit=20).grouping
    assert grouping is not None
    with Rounds.start(tmp_path / "s.db", edition, grouping) as rounds:
        rounds.propose()
        rounds.answer(written(tmp_path / "a.csv", dict.fromkeys(("m1", "m2"), "accept")))
        header = "member_id,country,postcode,latitude,longitude,theme_1,local,video\n"
        one = edition.member_by_id["m1"]
        row = f"m1,BE,{one.postcode},{one.latitude},{one.longitude},{one.themes[0]},no,yes\n"
        (tmp_path / "m.csv").write_text(header + row, "utf-8")
        rounds.members(tmp_path / "m.csv")
        state = rounds.state()
        assert set(state.accepted) == {"m2"}
        assert state.asked == {"m1"}


def test_the_export_verifies_and_tells_what_changed(tmp_path: Path) -> None:
    with season(tmp_path) as rounds:
        with_answers(rounds, tmp_path, 5)
        reform = rounds.reform(work_limit=WORK, relax=True)
        rounds.export(tmp_path / "out")
        edition = sip.load_edition(tmp_path / "out" / "edition")
        grouping = sip.load_grouping(tmp_path / "out" / "grouping")
        assert sip.verify(edition, grouping).ok
        with (tmp_path / "out" / "grouping" / "changes.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert sum(float(one["points"]) for one in rows) * 1000 == reform.again.disruption
        with (tmp_path / "out" / "grouping" / "options.csv").open(encoding="utf-8") as file:
            options = list(csv.DictReader(file))
        assert [one["option"] for one in options] == [one.way.value for one in reform.options]
        short = {one["group_id"] for one in options}
        assert all(
            sum(o["group_id"] == g and o["rank"] == "1" for o in options) == 1 for g in short
        )
        assert len(rounds.changes) == len(rows) == len(reform.again.changes)
        # More answers make another edition: what stands is still one of it, or what was formed.
        with_answers(rounds, tmp_path, 6, declining=0.0)
        rounds.export(tmp_path / "later")
        later = sip.load_edition(tmp_path / "later" / "edition")
        assert later.digest != edition.digest
        assert sip.verify(later, sip.load_grouping(tmp_path / "later" / "grouping")).ok


def test_the_command_says_what_stands_in_the_way(tmp_path: Path, capsys: Capture) -> None:
    edition = six_in_two_groups(moderators=1)
    folder, store = tmp_path / "edition", tmp_path / "s.db"
    sip.save_edition(edition, folder)
    assert command(capsys, "round", "start", folder, "--store", store).code == 0
    assert command(capsys, "round", "propose", "--store", store).code == 0
    # Both moderators leave: nobody else may hold the role.
    said = dict.fromkeys((f"m{n}" for n in range(6)), "accept") | dict.fromkeys(("m0", "m3"), "no")
    answers = written(tmp_path / "a.csv", said)
    assert command(capsys, "round", "answer", answers, "--store", store).code == 0
    refused = command(capsys, "round", "reform", "--store", store, "--json", "--quiet")
    in_the_way = refused.json["in_the_way"]
    assert isinstance(in_the_way, dict)
    assert (refused.code, in_the_way["members"]) == (3, ["m1", "m2", "m4", "m5"])
    assert (in_the_way["points"], in_the_way["proven"]) == (400.0, True)
    refused = command(capsys, "round", "reform", "--store", store, "--lang", "nl")
    assert refused.code == 3
    assert "geen groep meer" in refused.err
    assert "er blijft geen moderator over" in refused.err
    with Rounds.open(store, write=False) as rounds:
        assert [one.what for one in rounds.steps()] == ["start", "propose", "answer"]
    relaxed = command(capsys, "round", "reform", "--relax", "--store", store, "--json", "--quiet")
    assert relaxed.code == 0
    told = relaxed.json
    assert (told["placed"], told["relaxed"], told["status"]) == (0, True, "optimal")


def test_too_few_moves_are_told_with_how_many_are_needed(tmp_path: Path, capsys: Capture) -> None:
    edition = six_in_two_groups().with_rules(local={"size_min": 3}, video={"size_min": 3})
    grouping = sip.form_groups(edition, work_limit=20).grouping
    assert grouping is not None
    store = tmp_path / "s.db"
    with Rounds.start(store, edition, grouping) as rounds:
        rounds.propose()
        rounds.answer(written(tmp_path / "a.csv", {"m0": "decline"}))
    asked = ("round", "reform", "--store", store, "--json", "--quiet", "--max-moves")
    refused = command(capsys, *asked, "1")
    assert (refused.code, refused.json["fewest_moves"]) == (3, 2)
    made = command(capsys, *asked, "2")
    assert (made.code, made.json["moved"]) == (0, ["m1", "m2"])


def test_relaxing_ends_in_groups_however_short_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look at what was accepted finds nothing in time, as it may at real sizes."""
    real = form_again

    def hurried(*arguments: object, **settings: object) -> Reformed:
        accepted = settings["accepted"]
        made = real(*arguments, **settings)  # type: ignore[arg-type]
        if made.in_the_way is None:
            return made
        assert accepted
        return Reformed(made.result)

    monkeypatch.setattr(reform_module, "form_again", hurried)
    with season(tmp_path) as rounds:
        with_answers(rounds, tmp_path, 2, declining=0.3)
        promises = rounds.state().promises()
        assert rounds.reform(work_limit=WORK).again.grouping is None
        reform = rounds.reform(work_limit=WORK, relax=True)
        assert reform.again.grouping is not None
        assert reform.relaxed is not None
        assert not reform.relaxed.proven
        state = rounds.state()
        assert state.promises().keys() == promises.keys() - reform.relaxed.members
        assert sip.verify(state.edition(), reform.again.grouping).ok
