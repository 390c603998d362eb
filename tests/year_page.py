"""The edition 2020-2021 from answers to follow-up, as a page of the docs.

Comes in: the demo edition, and what happens in its season. Goes out: ``docs/edition-2020-2021.md``: what is
typed and what the commands answer, step by step. Run it to write the page anew:
``python tests/year_page.py``.
"""

import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

from season_page import Transcript, beginning

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "edition-2020-2021.md"
DEMO = ROOT / "data" / "demo-2020-2021"
_LIMITS = ("--work-limit", "60", "--workers", "1")
_PROPOSALS = (("An exchange of tools", "2400"), ("A helpline", "3100"), ("A fund for breaks", "5200"),
              ("A buddy for new members", "1500"), ("A fair price list", "2600"))  # fmt: skip


def rows(path: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: str, table: list[dict[str, str]]) -> None:
    """Write a table."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


def told_of_meetings(letter: str) -> str:
    """Return the lines of a letter that tell of meetings."""
    lines = Path(letter).read_text("utf-8").splitlines()
    return "\n".join(one for one in lines if one.startswith("- ") and " 2021" in one)


def moderator_of(group_id: str) -> str:
    """Return the moderator of a group."""
    found = (one for one in rows("groups/assignments.csv") if one["group_id"] == group_id)
    return next(one["member_id"] for one in found if one["role"] == "moderator")


def ill(member_id: str, day: str) -> None:
    """Write into the edition that a member cannot meet on a day."""
    members = rows("edition/members.csv")
    write(
        "edition/members.csv",
        [one | {"cannot": day if one["member_id"] == member_id else ""} for one in members],
    )


def proposals() -> str:
    """Write what five groups propose as test projects; return it."""
    groups = sorted(one["group_id"] for one in rows("groups/groups.csv"))
    write(
        "edition/projects.csv",
        [
            {"project_id": f"p{number}", "group_id": group, "title": title, "budget": budget,
             "from": "2021-03-01", "to": "2021-04-09", "willing": ""}
            for number, (group, (title, budget)) in enumerate(zip(groups[::3], _PROPOSALS, strict=False), 1)
        ],
    )  # fmt: skip
    return Path("edition/projects.csv").read_text("utf-8")


def of_kind(path: str, kind: str) -> Iterator[str]:
    """Yield the lines of meetings.csv of a kind, after its header."""
    header, *lines = Path(path).read_text("utf-8-sig").splitlines()
    yield header
    yield from (line for line in lines if line.split(",")[1] == kind)


def transcript() -> Transcript:
    """Go through the edition in the current folder."""
    shutil.copytree(DEMO, "edition")
    page = Transcript()
    page.say(
        "# The edition 2020-2021, from answers to follow-up",
        "The demo edition of this repository, whose members are made up, from the answers to groups, to"
        " meetings, to recommendations, test projects and their follow-up. Each command is shown with its"
        " real answer. The same commands and answers are tested; `python tests/year_page.py` writes this"
        " page, in a folder with a copy of `data/demo-2020-2021` called `edition`. How people answer to the"
        " groups that are proposed to them is another story: [a season by command line](season.md).",
        "## Answers",
    )
    page.type("check", "edition")
    page.say("## Groups")
    page.type("form", "edition", "--out", "groups", "--work-limit", "60", lines=4)
    page.type("verify", "edition", "groups")
    page.say(
        "## Meetings",
        "Phases, closed days and times stand in `edition.toml`, experts in `experts.csv`;"
        " see [meetings.md](meetings.md).",
    )
    page.type("plan", "edition", "groups", "--out", "plan", *_LIMITS)
    page.type("verify-plan", "edition", "groups", "plan")
    page.show("plan/meetings.csv begins:", beginning("plan/meetings.csv"))
    page.say("Everybody is told when, in letters and in calendars:")
    page.type(
        "letters", "edition", "groups", "--plan", "plan", "--out", "letters", "--format", "txt"
    )
    experts = [one for one in rows("plan/meetings.csv") if one["expert_id"]]
    late = max(experts, key=lambda one: (one["date"], one["meeting_id"]))
    moderator = moderator_of(late["group_id"])
    page.show(
        f"From letters/member-{moderator}.txt:", told_of_meetings(f"letters/member-{moderator}.txt")
    )
    page.say(
        "## A moderator is ill",
        f"On {late['date']} the moderator of {late['group_id']}, {moderator}, is in hospital: the date is"
        " added to `cannot` in `members.csv`. What was announced stays, as far as can be:",
    )
    ill(moderator, late["date"])
    page.type(
        *("plan", "edition", "groups", "--before", "plan", "--announced", "2021-01-31"),
        *("--out", "plan-2", *_LIMITS),
    )
    page.type("verify-plan", "edition", "groups", "plan-2")
    page.type(
        *("letters", "edition", "groups", "--plan", "plan-2", "--plan-before", "plan"),
        *("--out", "letters-2", "--format", "txt"),
    )
    page.show(
        f"From letters-2/member-{moderator}.txt:",
        told_of_meetings(f"letters-2/member-{moderator}.txt"),
    )
    page.say(
        "## Recommendations",
        "Before the groups write their recommendations, those on one theme meet each other, across offices,"
        " countries and languages; then all cooperators hear of them:",
    )
    page.show("From plan-2/meetings.csv:", "\n".join(of_kind("plan-2/meetings.csv", "synthesis")))
    page.show("And:", "\n".join(of_kind("plan-2/meetings.csv", "information")))
    page.say("## Test projects", "Five groups propose one:")
    page.show("edition/projects.csv:", proposals())
    page.say(
        "Chosen is what most members are willing to carry out under the budget, no theme with more than half"
        " of it and no country with more than seven tenths; each ends with an evaluation:"
    )
    page.type(
        "projects",
        "edition",
        "groups",
        "--plan",
        "plan-2",
        "--out",
        "projects",
        "--work-limit",
        "60",
    )
    page.show("projects/projects.csv:", Path("projects/projects.csv").read_text("utf-8-sig"))
    page.show("projects/meetings.csv:", Path("projects/meetings.csv").read_text("utf-8-sig"))
    page.type("verify-plan", "edition", "groups", "plan-2", "--projects", "projects")
    page.say("## Follow-up", "Who of the team follows which group, and its project:")
    page.show("projects/followup.csv begins:", beginning("projects/followup.csv", 8))
    page.type(
        *("overview", "edition", "groups", "--plan", "plan-2", "--projects", "projects"),
        *("--on", "2021-02-10", "--out", "overview.html"),
    )
    page.say(
        "It says for each of the team which groups it follows, what is behind them, what comes next and what"
        " is short. All of the edition stands in the report, too:"
    )
    page.type(
        *("report", "edition", "groups", "--plan", "plan-2", "--projects", "projects"),
        *("--out", "report.html"),
    )
    return page


def page() -> str:
    """Return the page of the docs."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        return "\n".join(transcript().parts).rstrip("\n") + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.exit(0)
