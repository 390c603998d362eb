"""What README.md shows works: the commands are there, the example runs, the links lead somewhere."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer

from sip_grouping.command.app import app, run
from sip_grouping.command.outcome import ExitCode
from sip_grouping.grouping.files import GROUPING_FILES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_first_two_sh_blocks_are_one_line_each() -> None:
    forming, testing = blocks("sh")[:2]
    assert forming.count("\n") == testing.count("\n") == 1
    assert "sip-grouping form data/demo-2020-2021" in forming
    assert testing.rstrip().endswith("-m pytest")


def test_the_example_runs_after_the_first_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "data" / "demo-2020-2021", tmp_path / "data" / "demo-2020-2021")
    monkeypatch.chdir(tmp_path)
    command = shlex.split(blocks("sh")[0].partition("/sip-grouping ")[2])
    assert run([*command, "--gap", "0.01", "--quiet"]) == ExitCode.DONE
    (example,) = blocks("python")
    names: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), names)  # noqa: S102 - it is our own page
    result = names["result"]
    assert getattr(result, "grouping", None) == names["again"]
    assert {path.name for path in (tmp_path / "groups").iterdir()} == set(GROUPING_FILES)


def test_every_link_to_a_file_leads_to_one() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "docs/command-line.md"])
def test_every_exit_code_is_explained(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for code in ExitCode:
        assert f"| {code.value} |" in text


def test_every_command_stands_in_the_table() -> None:
    named = set(re.findall(r"^\| `sip-grouping ([a-z-]+)", README, re.MULTILINE))
    commands = typer.main.get_command(app)
    assert isinstance(commands, typer.core.TyperGroup)
    assert named == set(commands.commands)
