"""The way from a spreadsheet to a first grouping, as a page of the docs.

Comes in: the spreadsheets of two teams. Goes out: ``docs/first-edition.md``: what is typed and what the command
answers, round by round. Run it to write the page anew: ``python tests/first_edition.py``.
"""

import io
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

from spreadsheets import EDITION, OFFICES, SLIPS, Team, corrected, members

from sip_grouping.command.app import run

PAGE = Path(__file__).resolve().parents[1] / "docs" / "first-edition.md"
_TIMED = re.compile(r"\s+\d+\.\d s ")
_NAMES = {"fr": "A team that writes French", "nl": "A team that writes Dutch"}


def said(*arguments: str) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error of a command."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(arguments)
    return code, out.getvalue(), err.getvalue()


def rounds(team: Team, folder: Path) -> Iterator[tuple[int, str, str]]:
    """Yield what `form` answers, until it has written a grouping or both rounds are over."""
    (folder / "edition.toml").write_text(EDITION[team], "utf-8")
    # Saved by a spreadsheet of these countries: semicolons, Windows-1252.
    (folder / "offices.csv").write_bytes(OFFICES[team].encode("cp1252"))
    text = members(team)
    with chdir(folder.parent):
        for table in (text, corrected(text, team)):
            (folder / "members.csv").write_bytes(table.encode("cp1252"))
            yield said("form", folder.name, "--out", "groups", "--lang", team, "--work-limit", "50")


def page() -> str:
    """Return the page of the docs."""
    parts = [
        "# From a spreadsheet to a first grouping",
        "",
        "Two teams wrote a table of 35 people in their own language and saved it as a spreadsheet of their country does:"
        " semicolons, Windows-1252, a title row, five slips. The same files and answers are tested; "
        "`python tests/first_edition.py` writes this page.",
    ]
    for team in ("fr", "nl"):
        name: Team = "fr" if team == "fr" else "nl"
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "edition"
            folder.mkdir()
            answers = list(rounds(name, folder))
        first = "\n".join(members(name).splitlines()[:6])
        parts += ["", f"## {_NAMES[name]}", "", "members.csv begins:", "", "```", first, "```"]
        for number, (code, out, err) in enumerate(answers, start=1):
            command = f"sip-grouping form edition --out groups --lang {name}"
            # What the clock says is not repeated, nor the table of the report beyond its beginning.
            told = "\n".join(line for line in err.splitlines() if not _TIMED.match(line))
            shown = "\n".join([*told.splitlines(), *out.splitlines()[:4]])
            parts += [
                "",
                f"Round {number}:",
                "",
                "```",
                f"$ {command}",
                shown.rstrip(),
                f"(exit code {code})",
                "```",
            ]
            if number == 1:
                changes = ", ".join(f"`{a.strip(';')}` to `{b.strip(';')}`" for a, b in SLIPS[name])
                parts += ["", f"The team corrects five cells: {changes}."]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.exit(0)
