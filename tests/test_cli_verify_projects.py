"""`verify-plan` of what `projects` writes: accepted as written; whatever is tampered with is found."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cli_case import EDITION, command, write_edition
from planned_case import CALENDAR

from sip_grouping.command.app import run
from sip_grouping.plan import load_plan, load_projects, save_plan
from sip_grouping.season import projects as season_projects
from sip_grouping.verification import project_choice

Capture = pytest.CaptureFixture[str]
PROJECTS = """\
[projects]
from = 2021-01-05
to = 2021-04-15
budget = 1000.0
share_max = { theme = 0.6 }
"""
PROPOSALS = """\
project_id,group_id,title,budget,to,willing
p1,support-liege-1,Try,400,,a b
p2,support-liege-1,Try another,300,,
p3,gender-liege-1,Ask,500,2021-01-15,
"""
TEAM = "team_id,name,groups_max\nt1,Secret Zoe,1\nt2,,1\nt3,,0\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an edition, its groups, a plan, and projects made beside it."""
    folder = tmp_path_factory.mktemp("season")
    edition = write_edition(folder / "edition", edition=EDITION + CALENDAR + PROJECTS)
    (edition / "projects.csv").write_text(PROPOSALS, "utf-8")
    (edition / "team.csv").write_text(TEAM, "utf-8")
    groups, plan = str(folder / "groups"), str(folder / "plan")
    limits = ["--work-limit", "20", "--workers", "1", "--quiet"]
    assert run(["form", str(edition), "--out", groups, "--quiet"]) == 0
    assert run(["plan", str(edition), groups, "--out", plan, *limits]) == 0
    out = str(folder / "projects")
    assert run(["projects", str(edition), groups, "--plan", plan, "--out", out, "--quiet"]) == 0
    return folder


def verify(capsys: Capture, folder: Path, *rest: str | Path) -> tuple[int, str, str]:
    ran = command(capsys, "verify-plan", folder / "edition", folder / "groups", *rest)
    return ran.code, ran.out, ran.err


def test_projects_are_valid_alone_and_beside_their_plan(written: Path, capsys: Capture) -> None:
    made = load_projects(written / "projects")
    assert made.chosen == ("p2", "p3")
    assert made.plan_digest is not None
    code, out, _ = verify(capsys, written, written / "projects")
    assert code == 0
    assert "2 projects chosen, score 70.000, cost 800.00, 2 groups followed" in out
    assert "--projects" in out  # which says how to look for clashes
    beside: list[str | Path] = [written / "plan", "--projects", written / "projects"]
    code, out, _ = verify(capsys, written, *beside)
    assert code == 0
    assert len(out.splitlines()) == 2
    told = command(
        capsys, "verify-plan", written / "edition", written / "groups", *beside, "--json"
    ).json
    assert told["ok"] is True
    assert told["meetings"] == len(load_plan(written / "plan").meetings)
    assert told["projects"] == {
        "chosen": ["p2", "p3"], "score": 70.0, "cost": 800.0, "meetings": 2, "evenness": 2,
        "decided": True,
    }  # fmt: skip
    files = [path for path in (written / "projects").rglob("*") if path.is_file()]
    assert not any("Secret" in path.read_text("utf-8") for path in files)


def test_it_is_said_when_there_was_too_much_to_go_through(
    written: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_choice, "MOST_STATES", -1)
    for language, words in (("en", "not checked"), ("nl", "niet nagegaan"), ("fr", "pas été")):
        code, out, _ = verify(capsys, written, written / "projects", "--lang", language)
        assert code == 0
        assert words in out


def test_a_folder_without_its_figures_is_told_as_one_of_projects(
    written: Path, tmp_path: Path, capsys: Capture
) -> None:
    shutil.copytree(written / "projects", tmp_path / "part")
    (tmp_path / "part" / "projects.json").unlink()
    code, _, err = verify(capsys, written, tmp_path / "part")
    assert code == 2
    assert "projects.json" in err


def test_the_option_goes_with_a_plan(written: Path, capsys: Capture) -> None:
    code, _, err = verify(capsys, written, written / "projects", "--projects", written / "projects")
    assert code == 2
    assert "--projects goes with the folder of a plan" in err
    code, _, err = verify(capsys, written, written / "groups")
    assert code == 2
    assert "plan.json" in err


Edit = Callable[[str], str]


def put(pattern: str, new: str) -> Edit:
    """Return what replaces the first place of a text that is so."""

    def edit(text: str) -> str:
        found, count = re.subn(pattern, new, text, count=1, flags=re.MULTILINE)
        assert count == 1
        assert found != text
        return found

    return edit


def without(start: str) -> Edit:
    return put(rf"^{start}.*\n", "")


def twice(start: str) -> Edit:
    return put(rf"^({start}.*\n)", r"\1\1")


def swapped(text: str) -> str:
    header, first, second, *rest = text.splitlines(keepends=True)
    return "".join((header, second, first, *rest))


P, F, M, J = "projects.csv", "followup.csv", "meetings.csv", "projects.json"
TAMPERED: list[tuple[str, Edit, str]] = [
    (P, put(r"^(p1,[^,]*),no", r"\1,yes"), "projects-group"),
    (P, put(r"^(p3,[^,]*),yes", r"\1,no"), "projects-score"),
    (P, put(r"^(p2,[^,]*,yes),4", r"\1,5"), "projects-rows"),
    (P, put(r",300\.0,", ",299.0,"), "projects-rows"),
    (P, put(r"^(p1,.*),BE,", r"\1,FR,"), "projects-rows"),
    (P, put(r"^(p1,.*),2021-01-05,", r"\1,2021-01-06,"), "projects-rows"),
    (P, put(r"^(p1,.*),2021-04-15", r"\1,2021-04-14"), "projects-rows"),
    (P, put(r"^p1,support-liege-1", "p1,gender-liege-1"), "projects-rows"),
    (P, put(r"^p1,", "p0,"), "projects-rows"),
    (P, without("p1,"), "projects-rows"),
    (P, twice("p1,"), "projects-rows"),
    (P, swapped, "projects-rows"),
    (F, without("gender"), "followup-contact"),
    (F, twice("gender"), "followup-contact"),
    (F, swapped, "followup-contact"),
    (F, put(r",t\d$", ",t9"), "followup-contact"),
    (F, put(r"t1$", "t2"), "followup-most"),
    (F, put(r"t1$", "t3"), "followup-most"),
    (F, put(r",p3,", ",,"), "followup-project"),
    (F, put(r",p2,", ",p1,"), "followup-project"),
    (M, without("evaluation-p2"), "evaluation-of"),
    (M, twice("evaluation-p2"), "evaluation-of"),
    (M, swapped, "evaluation-of"),
    (M, put(r"^evaluation-p2", "evaluation-p1"), "evaluation-of"),
    (M, put(r"^(evaluation-p2),evaluation", r"\1,group"), "evaluation-of"),
    (M, put(r"^(evaluation-p2.*),support,", r"\1,gender,"), "evaluation-of"),
    (M, put(r"^(evaluation-p2.*),2021-04-\d\d,", r"\1,2021-04-23,"), "evaluation-week"),
    (M, put(r"^(evaluation-p2.*),18:30,", r"\1,17:30,"), "evaluation-time"),
    (M, put(r"^(evaluation-p2.*),21:30,", r"\1,21:00,"), "evaluation-time"),
    (M, put(r"^(evaluation-p2.*),4,,4$", r"\1,3,,4"), "evaluation-attendance"),
    (M, put(r"^(evaluation-p2.*),4,,4$", r"\1,4,,5"), "evaluation-attendance"),
    (M, put(r"^(evaluation-p2.*),4,,4$", r"\1,3,c,4"), "evaluation-attendance"),
    (M, put(r"^(evaluation-p2.*),4,,4$", r"\1,3,a,4"), "evaluation-roles"),
    (M, put(r"^(evaluation-p2.*),4,,4$", r"\1,1,b c d,4"), "evaluation-quorum"),
    (M, put(r"^(evaluation-p2.*),local,liege", r"\1,video,"), "evaluation-track"),
    (M, put(r"^(evaluation-p2.*),local,liege", r"\1,local,namur"), "evaluation-track"),
    (J, put(r'"edition_name": "small"', '"edition_name": "other"'), "projects-of"),
    *((J, put(rf'"{name}_digest": "', rf'"{name}_digest": "0'), "projects-of")
      for name in ("edition", "grouping", "season", "projects", "plan")),
    (J, put(r'"score": 70\.0', '"score": 80.0'), "projects-score"),
    (J, put(r'"cost": 800\.0', '"cost": 700.0'), "projects-score"),
    (J, put(r'    "p2",\n', ""), "projects-score"),
    (J, put(r'"bound": 70\.0', '"bound": 60.0'), "projects-bound"),
    (J, put(r'"gap": 0\.0', '"gap": 0.1'), "projects-bound"),
    (J, put(r'"status": "optimal"', '"status": "unknown"'), "projects-bound"),
    (J, put(r'"t1": 1', '"t1": 2'), "followup-loads"),
    (J, put(r'"evenness": 2', '"evenness": 1'), "followup-loads"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(TAMPERED)))
def test_whatever_is_tampered_with_in_a_folder_is_found(
    number: int, written: Path, tmp_path: Path, capsys: Capture
) -> None:
    name, edit, rule = TAMPERED[number]
    tampered = tmp_path / "tampered"
    shutil.copytree(written / "projects", tampered)
    file = tampered / name
    file.write_text(edit(file.read_text("utf-8")), "utf-8")
    code, _, err = verify(capsys, written, written / "plan", "--projects", tampered)
    assert code == 5
    assert f"[{rule}]" in err


def test_two_at_one_time_are_found_beside_the_plan_alone(
    written: Path, tmp_path: Path, capsys: Capture
) -> None:
    plan = load_plan(written / "plan")
    own = next(
        one
        for one in plan.meetings
        if one.group_id == "gender-liege-1" and "2021-01-15" < str(one.date) <= "2021-01-22"
    )
    moved = tmp_path / "moved"
    shutil.copytree(written / "projects", moved)
    table = moved / "meetings.csv"
    when = f"{own.date},{own.start:%H:%M},{own.end:%H:%M}"
    edit = put(r"^(evaluation-p3,.*),2021-01-\d\d,\d\d:\d\d,\d\d:\d\d,", rf"\1,{when},")
    table.write_text(edit(table.read_text("utf-8")), "utf-8")
    assert verify(capsys, written, moved)[0] == 0
    for language in ("en", "nl", "fr"):
        beside = (written / "plan", "--projects", moved, "--lang", language)
        code, _, err = verify(capsys, written, *beside)
        assert code == 5
        assert "evaluation-p3" in err
        assert "[evaluation-person]" in err
        assert own.meeting_id in err


def test_nothing_is_written_that_the_verifier_refuses(
    written: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = season_projects.choose

    def worse(*given: object, **options: object) -> object:
        found = best(*given, **options)  # type: ignore[arg-type]
        assert found is not None
        return replace(found, chosen=found.chosen[1:], bound=found.score - 40_000)

    monkeypatch.setattr(season_projects, "choose", worse)
    arguments: list[str | Path] = ["projects", written / "edition", written / "groups", "--out"]
    arguments.append(tmp_path / "out")
    ran = command(capsys, *arguments)
    assert ran.code == 5
    assert "[projects-best]" in ran.err
    assert not (tmp_path / "out").exists()
    monkeypatch.undo()
    assert command(capsys, *arguments).code == 0


def test_a_plan_that_is_not_valid_is_refused(
    written: Path, tmp_path: Path, capsys: Capture
) -> None:
    plan = load_plan(written / "plan")
    save_plan(plan.model_copy(update={"meetings": plan.meetings[1:]}), tmp_path / "plan")
    arguments: list[str | Path] = ["projects", written / "edition", written / "groups", "--out"]
    arguments.append(tmp_path / "out")
    ran = command(capsys, *arguments, "--plan", tmp_path / "plan")
    assert ran.code == 5
    assert "[plan-meetings]" in ran.err
    assert not (tmp_path / "out").exists()
