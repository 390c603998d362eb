"""Why, as a page of the docs: questions of members and of the team, answers, and their proofs.

Comes in: a synthetic edition. Goes out: ``docs/explain.md``: what is typed and what the commands answer. Run
it to write the page anew: ``python tests/explain_page.py``.
"""

import json
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

from season_page import Transcript

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explain.md"
PIN = [{"kind": "pin", "member_id": "m054", "theme": "support", "track": "video", "place": ""}]


def transcript() -> Transcript:
    """Ask in the current folder."""
    page = Transcript()
    page.say(
        "# Why?",
        "A member asks why she has no group, the team why there is none on a theme in a town. `explain`"
        " answers with the cause, and with changes that were made and solved: what it costs to have it"
        " otherwise, and what would bring it about. The members of this page are made up, its answers are"
        " real and tested: `python tests/explain_page.py` writes it.",
    )
    page.type("demo", "edition", "--members", "120", "--seed", "9", "-q")
    page.type("form", "edition", "--out", "groups", "-q")
    page.say("## Why has m054 no group?")
    page.type("explain", "edition", "groups", "--member", "m054")
    page.say(
        "There could be a group with her, but every grouping that has her scores less, and the best of them"
        " that much less. Anybody can check it: the pin is a change like any other, and `what-if` solves the"
        " edition with it.",
    )
    Path("pin.json").write_text(json.dumps(PIN), "utf-8")
    page.show("`pin.json`:", json.dumps(PIN))
    page.type("what-if", "edition", "--changes", "pin.json", "--before", "groups", lines=9)
    page.say("... and who would be elsewhere.")
    page.say("## Why has m021 none?")
    page.type("explain", "edition", "groups", "--member", "m021")
    page.say(
        "Here no group is possible at all: that is counted. Each change below it was made and solved, and is"
        " told because an optimal grouping of the changed edition has a group for the member. That a smaller"
        " change does not do it is said where it is proven: with it no grouping that places the member"
        " reaches today's best score, and what is loosened less allows less. For other programs, as data:",
    )
    page.type("explain", "edition", "groups", "--member", "m021", "--json", lines=16)
    page.say("## Why is m025 not on her first choice?")
    page.type("explain", "edition", "groups", "--member", "m025")
    page.say("## Why is there no group on new perspectives in Liège?")
    page.type("explain", "edition", "groups", "--theme", "new-perspectives", "--place", "liege")
    page.say(
        "Several things are lacking, and what mends one of them does not make the group. Changes that do"
        " together are found by counting, smallest first: more members and volunteers, smaller groups,"
        " longer ways; also rules on language, slot and distances, where those who could come do not fit"
        " together. Each was made and solved, and so was each part of it: that all of it is needed is"
        " proven. In JSON `changes` lists them, and `change` is null where it takes several. With some a"
        " group could be formed, but the best groups have none; then it is told how many more members it"
        " takes until they have one.",
    )
    page.say("## What does this group bring?")
    page.type("explain", "edition", "groups", "--group", "support-video-1")
    page.say("## Why are there no groups at all?")
    pins = "member_id,theme,track,place\nm025,support,local,bruxelles\nm080,new-perspectives,local,liege\n"
    Path("edition", "pins.csv").write_text(pins, "utf-8")
    page.show("`edition/pins.csv`:", pins)
    page.type("form", "edition", "--out", "other", "-q", code=3)
    page.say(
        "What cannot hold together is as little as can be: without any one of it the rest can, which is"
        " solved again each time. Of thousands of pins, and of the rows that say who is apart or together,"
        " who takes part in a role only and how many rooms and seats an office has, those that are needed"
        " are found by halving (QuickXplain): two of 2,000 in some 40 questions. Each change that is"
        " offered was made and solved, best score first; in JSON it is data for `what-if`, with `least` where"
        " a smaller one is proven not to help. 110 tiny editions are compared with plain enumeration, and of"
        " 22 with 500 and 2,000 members all of it is solved again"
        " ([benchmarks](../benchmarks/README.md#editions-without-a-grouping)).",
    )
    page.say(
        "## How it is found",
        "The model of the edition is built once, and each question is one row more: copies of the member in"
        " cells of a kind, at least one. The LP relaxation is solved warm, and cuts in whole numbers make"
        " its optimum whole in most cases; CP-SAT decides what it leaves"
        " open on the columns whose loss is small enough, and the loss of all others proves that they do"
        " not matter (`solve/conditions`). A change of a rule, an answer or a volunteer makes another"
        " edition, which is read and checked like one from files. How long it takes stands in"
        " [benchmarks](../benchmarks/README.md#explanations).",
        "An edition of more than 2,000 members has too large a model for an answer at once. There only"
        " changes of the member's own answers are tried, and one is told where it is proven without that"
        " model: no grouping without the member is worth more than the bound of the grouping, and one with"
        " the member, on a free seat of a video group or in a few formed again, is worth as much. What it"
        " does to the best score is not known then. Of limits of travel it is told with which one a group,"
        " as it is, has a seat for the member: the groups with the member there keep every rule, and are"
        " worth so much more. In JSON `changes` are the limit and a pin of the member to that group, with"
        " which it surely has its place. Of a group that is not there it is told what makes one possible,"
        " asked among those who could come; not whether the best groups have one. Where nothing of all this"
        " is found, the reason is told, and that what"
        ' would change it is not worked out in an edition as large as this (`"undecided": "too-large"` in'
        " JSON): `what-if` says what one change would do.",
        "`letters --explain` and `report --explain` tell members and team the same, members without"
        " ids, with a limit for the work of all questions together (`Explainer(work_limit_of_all=...)`):"
        " what counting shows is said in any case, and what was not decided within the limit is said so"
        ' (`"undecided": "limit"` in JSON). Where neither the grouping nor a question proves that nothing'
        " better exists, the reason is `not-in-best-found`, and claims no proof.",
        'From Python: `Explainer(edition, grouping).member("m054")` of `sip_grouping.explain`, with'
        ' `.reasons`, `.table`, `.record()` and `.summary("nl")`.',
    )
    return page


def page() -> str:
    """Return the page."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        return "\n".join(transcript().parts).rstrip("\n") + "\n"


if __name__ == "__main__":
    text = page()
    PAGE.write_text(text, "utf-8")
    sys.stdout.write(f"{PAGE.name}: {len(text.splitlines())} lines\n")
