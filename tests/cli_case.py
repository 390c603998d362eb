"""What tests of the command line share: a small edition on disk, and results of any kind."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sip_grouping.command.app import run
from sip_grouping.solve import form_groups
from sip_grouping.solve.result import Result

GROUPING_FILES = {"assignments.csv", "groups.csv", "grouping.json", "run.json"}

EDITION = """\
name = "small"
[rules]
local = { size_min = 3, size_max = 6 }
video = { size_min = 3, size_max = 6 }
[[themes]]
id = "support"
title = { fr = "Accompagnement", en = "Support" }
[[themes]]
id = "gender"
title = { en = "Gender equality" }
"""
OFFICES = """\
office_id,name,country,postcode
liege,Liège,BE,4000
"""
MEMBERS = """\
member_id,country,postcode,theme_1,theme_2,moderator,secretary,video,name,email,commits
a,BE,4000,support,,yes,,,Secret Alice,alice@secret.example,yes
b,BE,4000,support,gender,,yes,,Secret Bob,bob@secret.example,yes
c,BE,4020,support,,,,,Secret Carl,carl@secret.example,yes
d,BE,4000,support,,,,,,,yes
e,BE,4000,gender,support,yes,,,,,yes
f,BE,4020,gender,,,yes,,,,yes
g,BE,4000,gender,,,,,,,yes
h,FR,75011,gender,,,,no,,,yes
i,BE,4000,gender,,,,,,,no
"""


def write_edition(folder: Path, *, edition: str = EDITION, members: str = MEMBERS) -> Path:
    """Write a small edition that has an optimum at once; return its folder."""
    folder.mkdir()
    (folder / "edition.toml").write_text(edition, encoding="utf-8")
    (folder / "members.csv").write_text(members, encoding="utf-8")
    (folder / "offices.csv").write_text(OFFICES, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        """Standard output as the JSON object that it must be."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


def command(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Ran:
    """Run the command in this process."""
    capsys.readouterr()
    code = run([str(one) for one in arguments])
    shown = capsys.readouterr()
    return Ran(code, shown.out, shown.err)


def pretend(
    monkeypatch: pytest.MonkeyPatch, outcome: BaseException | None = None, **changes: object
) -> None:
    """Let the engine end in another way: with an exception, or its result changed."""

    def engine(edition: object, **settings: object) -> Result:
        if outcome is not None:
            raise outcome
        return replace(form_groups(edition, **settings), **changes)  # type: ignore[arg-type]

    monkeypatch.setattr("sip_grouping.solve.form_groups", engine)


def names_in(folder: Path) -> set[str]:
    """Return the names of the files in a folder; none if it does not exist."""
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def contents(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    """Return files as they are on disk."""
    return {name: (folder / name).read_bytes() for name in names}
