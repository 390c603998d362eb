"""What `round export` wrote is checked from its files alone: seasons are accepted, altered files are not."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cli_case import command
from small import member, small_edition
from test_rounds_reform import season, with_answers, written

import sip_grouping as sip
from sip_grouping.rounds import Rounds, verify_round
from sip_grouping.rounds.checking import verify_state
from sip_grouping.verification import ReformVerification

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_round_of_a_season_is_accepted(seed: int, tmp_path: Path) -> None:
    with season(tmp_path, seed=seed) as rounds:
        rounds.export(tmp_path / "first")
        assert type(verify_round(tmp_path / "first")).__name__ == "Verification"
        for number in range(2):
            with_answers(rounds, tmp_path, 10 * seed + number)
            reform = rounds.reform(work_limit=100.0, relax=True)
            rounds.export(tmp_path / f"round-{number}")
            found = verify_round(tmp_path / f"round-{number}")
            assert isinstance(found, ReformVerification)
            assert found.ok, found
            assert found.as_formed
            assert found == verify_state(rounds.state())[2]
            assert (found.disruption_thousandths, found.moved) == (
                reform.again.disruption,
                reform.again.moved,
            )


def six(tmp_path: Path) -> Rounds:
    """Return two groups of three in two towns, formed again after one has left each of them."""
    people = [member(f"m{n}", km=0.1 * n + (20 if n > 2 else 0), moderator=True) for n in range(6)]
    rules = {"local": {"size_min": 2, "size_max": 3}, "travel_km": 25.0, "moderators": 1}
    sip.save_edition(small_edition(people).with_rules(**rules), tmp_path / "edition")
    edition = sip.load_edition(tmp_path / "edition")
    grouping = sip.form_groups(edition, work_limit=20).grouping
    assert grouping is not None
    rounds = Rounds.start(tmp_path / "s.db", edition, grouping)
    rounds.propose()
    said = {"m0": "accept", "m1": "accept", "m2": "no", "m4": "accept", "m5": "no"}
    rounds.answer(written(tmp_path / "a.csv", said))
    rounds.reform(work_limit=20.0)
    return rounds


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("six")
    with six(folder) as rounds:
        rounds.export(folder / "out")
    return folder / "out"


def edited(file: str, old: str, new: str, count: int = 1) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, count), "utf-8")

    return edit


def without_last_line(file: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        lines = (folder / file).read_text("utf-8").splitlines(keepends=True)
        (folder / file).write_text("".join(lines[:-1]), "utf-8")

    return edit


def swapped_ids(folder: Path) -> None:
    """Swap the ids of both groups wherever they stand in the grouping."""
    ids = [one.group_id for one in sip.load_grouping(folder / "grouping").group_records]
    for name in ("grouping.json", "assignments.csv", "groups.csv"):
        path = folder / "grouping" / name
        text = path.read_text("utf-8").replace(ids[0], "\0").replace(ids[1], ids[0])
        path.write_text(text.replace("\0", ids[1]), "utf-8")


def higher_value(folder: Path) -> None:
    path = folder / "grouping" / "grouping.json"
    record = json.loads(path.read_text("utf-8"))
    record["stages"][0]["value"] -= 1
    path.write_text(json.dumps(record), "utf-8")


TAMPERED: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "a row is gone": (without_last_line("grouping/changes.csv"), "changes"),
    "another kind": (edited("grouping/changes.csv", "left_out", "moved_group"), "changes"),
    "other points": (edited("grouping/changes.csv", ",0.0", ",20.0"), "disruption"),
    "ids swapped": (swapped_ids, "accepted-place"),
    "another value": (higher_value, "disruption"),
    "an acceptance made up": (edited("before/answers.csv", "m3,none,", "m3,accept,member"), "consent"),
    "another role accepted": (edited("before/answers.csv", "accept,m", "accept,secretary#"), ""),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_a_file_that_was_tampered_with_is_refused(
    what: str, exported: Path, tmp_path: Path, capsys: Capture
) -> None:
    tamper, rule = TAMPERED[what]
    shutil.copytree(exported, tmp_path / "out")
    tamper(tmp_path / "out")
    edition, grouping, before = (
        tmp_path / "out" / one for one in ("edition", "grouping", "before")
    )
    refused = command(capsys, "verify", edition, grouping, "--before", before)
    assert refused.code == (5 if rule else 2)
    assert f"[{rule or 'not-as-exported'}]" in refused.err
    if rule:
        assert not verify_round(tmp_path / "out").ok
    else:
        with pytest.raises(sip.InputError, match="not-as-exported"):
            verify_round(tmp_path / "out")


def test_the_commands_say_what_is_kept(exported: Path, tmp_path: Path, capsys: Capture) -> None:
    folders: list[Path | str] = [
        exported / "edition",
        exported / "grouping",
        "--before",
        exported / "before",
    ]
    with six(tmp_path) as rounds:
        rounds.close()
    calls: list[list[Path | str]] = [
        ["verify", *folders],
        ["round", "verify", "--store", tmp_path / "s.db"],
    ]
    for call in calls:
        done = command(capsys, *call, "--json")
        assert done.code == 0
        assert (done.json["accepted"], done.json["moved"], done.json["violations"]) == (3, [], [])
        told = command(capsys, *call, "--lang", "nl")
        assert "Aanvaarde plaatsen die behouden zijn: 3." in told.out
    both = command(capsys, "verify", *folders, "--tables")
    assert both.code == 2
    assert "--before" in both.err


BAD: Mapping[str, Callable[[Path], None]] = {
    "another column": edited("before/answers.csv", "role", "rôle"),
    "another column of changes": edited("grouping/changes.csv", "kind", "sort"),
    "a cell too many": edited("grouping/changes.csv", "0.0\n", "0.0,1\n"),
    "another answer": edited("before/answers.csv", "accept", "perhaps"),
    "another role": edited("before/answers.csv", "none,", "none,member"),
    "an answer is missing": without_last_line("before/answers.csv"),
    "an answer of somebody else": edited("before/answers.csv", "m0", "m9"),
    "no answers": lambda folder: (folder / "before" / "answers.csv").unlink(),
    "no changes": lambda folder: (folder / "grouping" / "changes.csv").unlink(),
}


@pytest.mark.parametrize("what", BAD)
def test_files_that_are_none_of_an_export_are_said_to_be(
    what: str, exported: Path, tmp_path: Path
) -> None:
    shutil.copytree(exported, tmp_path / "out")
    BAD[what](tmp_path / "out")
    with pytest.raises(sip.InputError) as caught:
        verify_round(tmp_path / "out")
    codes = {one.code for one in caught.value.findings}
    assert codes == {"file-missing" if what.startswith("no ") else "not-as-exported"}
    for one in caught.value.findings:
        assert one.told_in("fr").message != one.message
        assert one.told_in("nl").remedy != one.remedy


def test_who_leaves_after_the_groups_were_formed_is_where_the_rows_say(tmp_path: Path) -> None:
    with six(tmp_path) as rounds:
        rounds.propose()
        rounds.answer(written(tmp_path / "b.csv", {"m3": "no"}))
        rounds.export(tmp_path / "out")
        found = verify_round(tmp_path / "out")
        assert isinstance(found, ReformVerification)
        # The group is too small now; what it keeps of the groups before is as it was.
        assert {one.rule.value for one in found.violations} == {"size", "moderators"}
        assert not found.as_formed
        assert len(found.not_checked) == 4
        edited("grouping/changes.csv", ",0.0", ",20.0")(tmp_path / "out")
        assert "disruption" in {one.rule.value for one in verify_round(tmp_path / "out").violations}
