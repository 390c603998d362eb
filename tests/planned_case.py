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


def planned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, Path, Path]:
    """Return the folders of an edition, of its groups, and of a plan."""
    edition = write_edition(tmp_path / "edition", edition=EDITION + CALENDAR, members=MEMBERS)
    groups, plan = tmp_path / "groups", tmp_path / "plan"
    limits = ("--work-limit", "20", "--workers", "1", "--quiet")
    assert command(capsys, "form", edition, "--out", groups, *limits).code == 0
    assert command(capsys, "plan", edition, groups, "--out", plan, *limits).code == 0
    return edition, groups, plan
