"""A small edition with groups and a plan of their meetings, as folders, for tests of commands."""

from pathlib import Path

import pytest
from cli_case import EDITION, MEMBERS, command, write_edition

CALENDAR = """\
[calendar]
meetings_per_group = 2
rest_days = 2
[[calendar.phases]]
id = "study"
from = 2021-01-04
to = 2021-01-17
[[calendar.phases]]
id = "end"
from = 2021-01-18
to = 2021-01-31
synthesis_before = true
information = 1
"""
PROJECTS = """\
[projects]
from = 2021-01-04
to = 2021-02-14
budget = 1000.0
"""


TEAM = "team_id,name,groups_max\nt1,Hidden Helper,9\n"


def planned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, Path, Path]:
    """Return the folders of an edition, of its groups, and of a plan."""
    edition = write_edition(
        tmp_path / "edition", edition=EDITION + CALENDAR + PROJECTS, members=MEMBERS
    )
    (edition / "team.csv").write_text(TEAM, "utf-8")
    groups, plan = tmp_path / "groups", tmp_path / "plan"
    limits = ("--work-limit", "20", "--workers", "1", "--quiet")
    assert command(capsys, "form", edition, "--out", groups, *limits).code == 0
    assert command(capsys, "plan", edition, groups, "--out", plan, *limits).code == 0
    return edition, groups, plan


def with_project(
    edition: Path, groups: Path, plan: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[Path, str]:
    """Let the first group propose a test project; return the folder of what is chosen, and the group."""
    header, *lines = (groups / "groups.csv").read_text("utf-8-sig").splitlines()
    group = lines[0].split(",")[header.split(",").index("group_id")]
    rows = f"project_id,group_id,title,budget\np1,{group},Tools,500\n"
    (edition / "projects.csv").write_text(rows, "utf-8")
    out = edition.parent / "projects"
    ran = command(capsys, "projects", edition, groups, "--plan", plan, "--out", out, "--quiet")
    assert ran.code == 0, ran.err
    return out, group
