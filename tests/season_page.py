"""A season by command line, as a page of the docs.

Comes in: a synthetic edition, and what some of its members answer. Goes out: ``docs/season.md``: what is
typed and what the commands answer, round by round. Run it to write the page anew:
``python tests/season_page.py``.
"""

import re
import sys
import tempfile
from collections.abc import Collection, Mapping
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

from first_edition import said

PAGE = Path(__file__).resolve().parents[1] / "docs" / "season.md"
STORE = ("--store", "season.db")
# What the clock says, and digests, which are those of the versions in use as well, are not repeated.
_CHANGING = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "2026-10-05 09:30"),
    (re.compile(r"  [0-9a-f]{12}  "), "  0123456789ab  "),
    (re.compile(r"^\s+\d+\.\d s .*\n", re.MULTILINE), ""),
)
WIDER = """\
member_id,country,postcode,theme_1,languages,moderator,secretary
w1,BE,1070,support,nl,no,no
w2,BE,1050,gender-equality,"fr, nl",no,yes
w3,FR,59000,,fr,yes,no
w4,BE,5000,gender-equality,fr,no,no
"""


@dataclass
class Transcript:
    """A page in the making; commands run in the folder that is the current one."""

    parts: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def say(self, *texts: str) -> None:
        """Add paragraphs."""
        for text in texts:
            self.parts += [text, ""]

    def show(self, title: str, text: str) -> None:
        """Show a file, or the beginning of one."""
        self.parts += [title, "", "```", text.rstrip("\n"), "```", ""]

    def type(self, *arguments: str, code: int = 0, lines: int | None = None) -> None:
        """Run a command and show what it answers.

        Raises
        ------
        AssertionError
            It does not end with the exit code that the page is about.
        """
        ended, out, err = said(*arguments, "--lang", "en")
        text = out + err
        for pattern, instead in _CHANGING:
            text = pattern.sub(instead, text)
        assert ended == code, f"{arguments} ended with {ended}: {text}"
        self.codes.append(ended)
        shown = "\n".join(text.splitlines()[:lines])
        command = f"$ sip-grouping {' '.join(arguments)}"
        self.parts += ["```", command, *([shown] if shown else [])]
        self.parts += [*([f"(exit code {ended})"] if ended else []), "```", ""]

    def round(self, step: str, *arguments: str, code: int = 0, lines: int | None = None) -> None:
        """Run a step of the store."""
        self.type("round", step, *arguments, *STORE, code=code, lines=lines)


def beginning(path: str, lines: int = 4) -> str:
    """Return the first lines of a file."""
    return "\n".join(Path(path).read_text("utf-8").splitlines()[:lines])


def answered(
    number: int, declining: Mapping[str, str], silent: Collection[str], first: Collection[str] = ()
) -> str:
    """Write answers to the proposals of a round; return those that are no acceptance, and some that are.

    Parameters
    ----------
    declining
        By member id, the theme that is wished for instead; empty: none.
    """
    proposals = Path(f"round-{number}", "proposals.csv").read_text("utf-8").splitlines()[1:]
    rows = {}
    for line in proposals:
        who = line.split(",")[2]
        if who in declining:
            rows[who] = f"{who},no,{declining[who]}"
        else:
            rows[who] = f"{who},{'' if who in silent else 'yes'},"
    header = "member_id,answer,theme_1"
    Path(f"answers-{number}.csv").write_text("\n".join([header, *rows.values(), ""]), "utf-8")
    told = [row for who, row in rows.items() if who in {*declining, *silent, *first}]
    return "\n".join([header, *told])


def transcript() -> Transcript:
    """Go through the season in the current folder."""
    page = Transcript()
    page.say(
        "# A season by command line",
        "One edition from the first proposal to the groups that meet, with everything that happens meanwhile:"
        " people decline, do not answer, come late, and a moderator leaves. Each command is shown with its"
        " real answer; the members are made up. What each step means is told in [rounds.md](rounds.md). The"
        " same commands and answers are tested; `python tests/season_page.py` writes this page. The clock and"
        " digests in it are not real ones.",
        "## The start",
    )
    page.type("demo", "edition", "--members", "60", "--seed", "9")
    page.say(
        "Declines are normal, and a group of the smallest size breaks at the first one. With `reserve` groups"
        " are first formed with one member to spare:"
    )
    with Path("edition", "edition.toml").open("a", encoding="utf-8") as file:
        file.write("\n[rounds]\nreserve = 1\n")
    page.show("At the end of edition/edition.toml:", "[rounds]\nreserve = 1")
    page.say("`season.db` is the store: one file that holds everything from now on.")
    page.round("start", "edition")
    page.say("## The first round")
    page.round("propose", "--out", "round-1")
    page.show("round-1/proposals.csv begins:", beginning("round-1/proposals.csv"))
    page.say(
        "The rows go into letters, mails or a form. What comes back is a table with one row per answer; an"
        " empty answer is none. Who declines may name another wish and stays, else leaves."
    )
    declining = {"m016": "", "m053": "new-perspectives", "m049": "", "m020": "", "m056": ""}
    told = answered(1, declining, {"m023", "m055"}, {"m001", "m004"})
    page.show("From answers-1.csv:", told)
    page.round("answer", "answers-1.csv")
    page.round("status")
    page.say("`round reform` forms the groups again. Whoever has accepted stays.")
    page.round("reform", code=3)
    page.say(
        "Not everybody can: support-bruxelles-1 has lost its secretary, and nobody else in it"
        " volunteers to be one. Nothing is recorded; the command names whom it would ask again, at the least"
        " price. The organisers go on with it:"
    )
    page.round("reform", "--relax")
    page.round("export", "--out", "after-round-1")
    page.say(
        "What changed, and for whom, is in a table; for those who have `asked` it costs nothing."
    )
    page.show(
        "after-round-1/grouping/changes.csv:",
        beginning("after-round-1/grouping/changes.csv", 20),
    )
    page.say("Anybody can check it: what was accepted, what changed, every figure.")
    folders = [f"after-round-1/{name}" for name in ("edition", "grouping", "before")]
    page.type("verify", *folders[:2], "--before", folders[2])
    page.say(
        "## The second round",
        "Somebody comes late, and the moderator of support-video-1 has to withdraw, who had accepted.",
    )
    late = (
        "member_id,country,postcode,theme_1,theme_2,languages,moderator,withdrawn\n"
        'm061,BE,5000,support,gender-equality,"fr, nl",yes,\n'
        "m013,,,,,,,yes\n"
    )
    Path("members-2.csv").write_text(late, "utf-8")
    page.show("members-2.csv:", late)
    page.round("members", "members-2.csv")
    page.say("Which groups may the new member join as they stand, nobody else moving?")
    page.round("join", "m061", lines=12)
    page.round("reform")
    page.say(
        "Asked are those who have not accepted what they have now: who is new, moved, or has a new role."
    )
    page.round("propose", "--out", "round-2")
    page.show("round-2/proposals.csv:", beginning("round-2/proposals.csv", 20))
    told = answered(2, {}, {"m055"}, [f"m{n:03}" for n in range(1, 62)])
    page.show("answers-2.csv:", told)
    page.round("answer", "answers-2.csv")
    page.round("reform")
    page.say("## Room that is left", "Cooperators who did not sign up may be asked for it:")
    Path("wider.csv").write_text(WIDER, "utf-8")
    page.show("wider.csv:", WIDER)
    page.round("invite", "wider.csv", "--out", "invitations")
    page.show("invitations/invitations.csv:", beginning("invitations/invitations.csv", 12))
    page.say("Two of them come; they are members from then on.")
    come = "\n".join(WIDER.splitlines()[:3]) + "\n"
    Path("members-3.csv").write_text(come, "utf-8")
    page.show("members-3.csv:", come)
    page.round("members", "members-3.csv")
    page.round("reform")
    page.round("propose", "--out", "round-3")
    told = answered(3, {}, {}, ["w1", "w2"])
    page.show("From answers-3.csv:", told)
    page.round("answer", "answers-3.csv")
    page.say(
        "## The end",
        "Somebody who has left asks to be forgotten: name, address and whatever else was told are erased.",
    )
    page.round("forget", "m016")
    page.round("export", "--out", "final")
    page.type("verify", "final/edition", "final/grouping")
    page.round("status")
    page.round("history")
    page.say("A copy of the store, made at any moment, holds all of it:")
    page.round("backup", "copy.db")
    return page


def page() -> str:
    """Return the page of the docs."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        return "\n".join(transcript().parts).rstrip("\n") + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.exit(0)
