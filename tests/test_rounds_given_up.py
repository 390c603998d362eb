"""What was accepted and could not be kept: it is known by id, told in letters, and checked from the files."""

import csv
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli_case import command
from grouping_builder import GroupWanted, build_grouping
from small import member, small_edition
from test_rounds_reform import written
from test_rounds_verify import edited

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.edition.records import Role
from sip_grouping.grouping.promises import pins_of_accepted
from sip_grouping.grouping.proposed import ANSWER_COLUMNS
from sip_grouping.rounds import Rounds, verify_round
from sip_grouping.rounds import reform as reform_module
from sip_grouping.rounds.checking import verify_state
from sip_grouping.solve.promises import InTheWay
from sip_grouping.solve.reform import Reformed, as_one_of, form_again
from sip_grouping.verification import ReformVerification

Capture = pytest.CaptureFixture[str]
WORK = ("--work-limit", "100")
BROKEN = ["m1", "m2"]


SPOKEN: Mapping[str, Language] = {"m1": "fr", "m2": "en"}


@dataclass(frozen=True)
class Verdict:
    """What a verifier says."""

    ok: bool


def started(tmp_path: Path) -> Path:
    """Return the store of two groups of which the smaller loses the only moderator it could have."""
    people = [
        member(
            f"m{n}", km=0.1 * n + (20 if n > 2 else 0), moderator=n in {0, 3},
            languages=(SPOKEN.get(f"m{n}", "nl"),),
        )
        for n in range(7)
    ]  # fmt: skip
    rules = {"local": {"size_min": 2, "size_max": 6}, "shared_language": False}
    whole = small_edition(people).with_rules(**rules, travel_km=25.0, moderators=1)
    sip.save_edition(whole, tmp_path / "edition")
    edition = sip.load_edition(tmp_path / "edition")
    groups: list[GroupWanted] = [
        {
            "theme": "a", "track": "local", "place": "hub", "secretaries": [],
            "members": [f"m{n}" for n in range(first, end)], "moderators": [f"m{first}"],
        }
        for first, end in ((0, 3), (3, 7))
    ]  # fmt: skip
    grouping = build_grouping(edition, groups)
    with Rounds.start(tmp_path / "s.db", edition, grouping) as rounds:
        rounds.propose()
        said = dict.fromkeys(("m1", "m2", "m3", "m4", "m6"), "accept") | {"m0": "no", "m5": ""}
        rounds.answer(written(tmp_path / "a.csv", said))
    return tmp_path / "s.db"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("given-up")
    with Rounds.open(started(folder)) as rounds:
        assert rounds.reform(work_limit=100.0, relax=True).given_up == set(BROKEN)
        rounds.export(folder / "out")
    return folder / "out"


def test_whose_place_is_given_up_is_said_by_id(tmp_path: Path, capsys: Capture) -> None:
    store = started(tmp_path)
    at = ("--store", store)
    refused = command(capsys, "round", "reform", *at, *WORK, "--json", "--quiet")
    assert (refused.code, refused.json["given_up"]) == (3, [])
    shutil.copy(store, tmp_path / "other.db")
    told = command(capsys, "round", "reform", "--relax", "--store", tmp_path / "other.db", *WORK)
    assert told.code == 0
    assert "Accepted places that change: 2.\n  m1 in " in told.out
    assert ": another group (20.000 points)\n  m2 in " in told.out
    made = command(capsys, "round", "reform", "--relax", *at, *WORK, "--json", "--quiet")
    assert (made.code, made.json["given_up"], made.json["relaxed"]) == (0, BROKEN, True)
    status = command(capsys, "round", "status", *at, "--json")
    assert status.json["given_up"] == BROKEN
    for language, says in {"en": "since", "fr": "depuis", "nl": "sindsdien"}.items():
        (line,) = command(capsys, "round", "status", *at, "--lang", language).out.splitlines()[-1:]
        assert line.endswith(": m1, m2")
        assert says in line
    verified = command(capsys, "round", "verify", *at, "--json")
    assert (verified.code, verified.json["given_up"]) == (0, BROKEN)
    assert "m1, m2" in command(capsys, "round", "verify", *at, "--lang", "fr").out


def test_who_accepts_anew_or_leaves_is_asked_no_more(tmp_path: Path, capsys: Capture) -> None:
    with Rounds.open(started(tmp_path)) as rounds:
        rounds.reform(work_limit=100.0, relax=True)
        rounds.propose()
        rounds.answer(written(tmp_path / "b.csv", {"m1": "accept"}))
        assert rounds.state().to_ask_again() == ["m2"]
        rounds.export(tmp_path / "out")
        letters(tmp_path / "out", tmp_path / "letters", capsys)
        told = {who: (tmp_path / f"letters/member-{who}.txt").read_text("utf-8") for who in BROKEN}
        assert "Nous sommes désolés" in told["m1"]
        assert "à nouveau la question" not in told["m1"]
        assert "ask you again" in told["m2"]
        rounds.answer(written(tmp_path / "c.csv", {"m2": "decline"}))
        assert rounds.state().to_ask_again() == []
        assert rounds.state().given_up() == dict.fromkeys(BROKEN, Role.MEMBER)
        rounds.export(tmp_path / "later")
        found = verify_round(tmp_path / "later")
        assert isinstance(found, ReformVerification)
        assert (found.ok, found.as_formed) == (True, False)
        assert found == verify_state(rounds.state())[2]
        letters(tmp_path / "later", tmp_path / "last", capsys)
        left = (tmp_path / "last" / "member-m2.txt").read_text("utf-8")
        assert "Thank you for letting us know" in left
        assert "sorry" not in left
        rounds.reform(work_limit=100.0)
        assert rounds.state().given_up() == {}


def test_who_was_not_asked_yet_is_not_forgotten_where_groups_are_formed_once_more(
    tmp_path: Path,
) -> None:
    with Rounds.open(started(tmp_path)) as rounds:
        rounds.reform(work_limit=100.0, relax=True)
        rounds.reform(work_limit=100.0)
        assert rounds.state().given_up() == {}
        assert rounds.state().to_ask_again() == BROKEN
        (tmp_path / "m.csv").write_text("member_id,withdrawn\nm1,yes\n", "utf-8")
        rounds.members(tmp_path / "m.csv")
        assert rounds.state().to_ask_again() == ["m2"]
        rounds.propose()
        rounds.answer(written(tmp_path / "b.csv", {"m2": ""}))
        assert rounds.state().to_ask_again() == ["m2"]
        rounds.answer(written(tmp_path / "c.csv", {"m2": "accept"}))
        assert rounds.state().to_ask_again() == []


def letters(out: Path, to: Path, capsys: Capture) -> list[dict[str, str]]:
    folders = (out / "edition", out / "grouping", "--out", to, "--since", out / "before")
    ran = command(capsys, "letters", *folders, "--format", "txt")
    assert ran.code == 0, ran.err
    with (to / "mail-merge.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file, delimiter=";"))


SORRY: Mapping[Language, tuple[str, ...]] = {
    "nl": ("U had een plaats in groep", "Het spijt ons", "vragen we het u opnieuw"),
    "fr": ("Vous aviez accepté une place", "Nous sommes désolés", "à nouveau la question"),
    "en": ("You had accepted a place in group", "We are sorry", "we ask you again"),
}


def test_the_letters_of_an_export_say_so_and_nobody_elses_do(
    exported: Path, tmp_path: Path, capsys: Capture
) -> None:
    with (exported / "before" / "answers.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == ANSWER_COLUMNS
    given_up = [(one["member_id"], one["role"]) for one in rows if one["answer"] == "given_up"]
    assert given_up == [(who, "member") for who in BROKEN]
    for row in letters(exported, tmp_path / "letters", capsys):
        language: Language = next(one for one in LANGUAGES if one == row["language"])
        text = (tmp_path / "letters" / f"{row['file']}.txt").read_text("utf-8")
        sorry = row["member_id"] in BROKEN
        assert all((said in text) == sorry for said in SORRY[language]), text
        assert ("given_up" in row["changed"].split("; ")) == sorry
        assert not sorry or row["settled"] == "no"


TAMPERED: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "a mark of somebody who stays": (
        edited("before/answers.csv", "m4,accept,member", "m4,given_up,member"), "consent",
    ),
    "a mark of somebody who was not asked": (
        edited("before/answers.csv", "m5,none,", "m5,given_up,member"), "consent",
    ),
    "a mark of somebody who left": (
        edited("before/answers.csv", "m0,changed,", "m0,given_up,moderator"), "consent",
    ),
    "no mark of somebody who had to give way": (
        edited("before/answers.csv", "m1,given_up,", "m1,accept,"), "accepted-place",
    ),
    "a mark of a role that was not proposed": (
        edited("before/answers.csv", "m1,given_up,member", "m1,given_up,secretary"), "consent",
    ),
    "a mark of one who would have asked": (
        edited("before/answers.csv", "m1,given_up,member", "m1,changed,"), "changes",
    ),
    "a mark without a role": (
        edited("before/answers.csv", "m1,given_up,member", "m1,given_up,"), "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_a_mark_that_contradicts_the_rest_is_found(
    what: str, exported: Path, tmp_path: Path, capsys: Capture
) -> None:
    tamper, rule = TAMPERED[what]
    out = tmp_path / "out"
    shutil.copytree(exported, out)
    folders = (out / "edition", out / "grouping", "--before", out / "before")
    done = command(capsys, "verify", *folders)
    assert (done.code, "given up: m1, m2" in done.out) == (0, True)
    tamper(out)
    refused = command(capsys, "verify", *folders)
    assert refused.code == (5 if rule else 2)
    assert f"[{rule or 'not-as-exported'}]" in refused.err


def test_who_is_asked_again_for_nothing_is_told_apart(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a hurry more is opened than has to change, and pins of what stays may not verify."""

    def hurried(*arguments: object, **settings: object) -> Reformed:
        made = form_again(*arguments, **settings)  # type: ignore[arg-type]
        return made if made.in_the_way is None else Reformed(made.result)

    opened = frozenset({"m1", "m2", "m3", "m4"})
    monkeypatch.setattr(reform_module, "form_again", hurried)
    monkeypatch.setattr(
        reform_module, "who_must_give_way", lambda *_, **__: InTheWay(opened, (), 0, proven=False)
    )
    monkeypatch.setattr(reform_module, "verify", lambda *_: Verdict(ok=False))
    store = started(tmp_path)
    made = command(capsys, "round", "reform", "--relax", "--no-options", "--store", store, *WORK)
    assert made.code == 0
    assert "Accepted places that change: 2.\n  m1 in " in made.out
    assert "asked again all the same: m3, m4.\n" in made.out
    with Rounds.open(store) as rounds:
        assert rounds.state().given_up() == dict.fromkeys(BROKEN, Role.MEMBER)
        assert rounds.state().to_ask_again() == BROKEN
        rounds.export(tmp_path / "out")
    assert verify_round(tmp_path / "out").ok


def test_a_grouping_as_one_with_more_pins_tells_stronger_reasons() -> None:
    """Beside a pair that may part somebody is outweighed; beside one that may not there are too few."""
    people = [member(f"m{n}", km=0.1 * n) for n in range(3)]
    edition = small_edition(people).with_rules(local={"size_min": 2, "size_max": 2}, travel_km=25.0)
    edition = edition.with_rules(video={"size_min": 2, "size_max": 2})
    grouping = sip.form_groups(edition, work_limit=20).grouping
    assert grouping is not None
    (out,) = grouping.left_out
    assert out.reason is sip.Reason.OUTWEIGHED
    accepted = {one.member_id: one.role for one in grouping.placements}
    whole = edition.replace(pins=pins_of_accepted(grouping, accepted))
    found = as_one_of(whole, grouping)
    assert sip.verify(whole, found).ok
    assert [one.reason for one in found.left_out] == [sip.Reason.TOO_FEW]
    assert as_one_of(edition, grouping) == grouping
