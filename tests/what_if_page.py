"""What would it bring, as a page of the docs: questions, answers, and what is proven of them.

Comes in: a synthetic edition. Goes out: ``docs/what-if.md``: what is typed and what the commands answer. Run
it to write the page anew: ``python tests/what_if_page.py``.
"""

import csv
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

from season_page import Transcript

PAGE = Path(__file__).resolve().parents[1] / "docs" / "what-if.md"
SCENARIOS = """\
scenario,rules.travel_km,rules.local.size_min,m044.commits,add_volunteer
"a little further",35,,,
"further",40,,,
"smaller groups",,7,,
"both",35,7,,
"m044 does not come",,,no,
"a moderator in Lyon",,,,moderator:FR-69003
"a secretary in Liège",,,,secretary:liege:support
"a mistake",-5,,,
"""
PYTHON = """\
>>> import sip_grouping as sip
>>> from sip_grouping.explain import read_scenarios, sweep, what_if
>>> edition = sip.load_edition("edition")
>>> base = sip.form_groups(edition)
>>> told = what_if(edition, [{"kind": "rule", "key": "rules.travel_km", "value": 40.0}], before=base)
>>> told.points, told.after.status, told.loosens
>>> told.members[["member_id", "difference", "group_after"]]
>>> with ProcessPoolExecutor(4) as executor:
...     study = sweep(edition, read_scenarios("scenarios.csv", edition), executor=executor, cache="kept")
>>> study.frame.sort_values("points", ascending=False)
"""


def transcript() -> Transcript:
    """Ask in the current folder."""
    page = Transcript()
    page.say(
        "# What would it bring?",
        "What if members travelled further, if somebody were a secretary, if there were one more moderator in"
        " Lyon? `what-if` solves the edition as it is and the edition with the changes, the second from the"
        " first, and says for whom it makes a difference; `sweep` does so for many scenarios. The members of"
        " this page are made up, its answers are real and tested: `python tests/what_if_page.py` writes it.",
    )
    page.type("demo", "edition", "--members", "120", "--seed", "9", "-q")
    page.type("form", "edition", "--out", "groups", "-q")
    page.say(
        "## One question",
        "Would it help if members travelled 40 km at most, and not 30?",
    )
    page.type("what-if", "edition", "--set", "rules.travel_km=40", "--before", "groups")
    page.say(
        "Without `--before` the groups of the edition as it is are formed first. For other programs:"
    )
    known = ("--before", "groups")
    page.type("what-if", "edition", "--set", "rules.travel_km=40", *known, "--json", lines=18)
    page.say(
        "... and the figures before, what is certain of the difference, for whom it makes one."
    )
    page.say(
        "Both scores are proven to be the best there are, so the difference is a number. Where one of them is"
        " not, because a limit ended the search or a gap was wished for, it lies between two numbers, and the"
        " answer says between which, never one that is not known:",
    )
    page.type("what-if", "edition", "--set", "rules.local.size_min=7", "--gap", "0.05")
    page.say(
        "The lower one is the score that was found less the bound of the edition as it is, the upper one the"
        " new bound less the score as it is. Here more is certain: smaller groups *may* be formed, larger"
        " ones still may, so the best score cannot fall, and the lower number is 0 at least. In the same way"
        " it cannot rise where a change only tightens; then the bound as it is holds for the changed edition"
        " too, and where the groups as they are remain valid and worth as much, they are the best without any"
        " search. What only tightens is not always what it seems: a member who no longer accepts local groups"
        " loses no points by video any more, and takes a candidate town away, which may make room for another"
        " one. Such a change is solved like any other.",
        "## One more volunteer",
    )
    page.type("what-if", "edition", "--add-volunteer", "moderator:FR-69003", *known)
    page.say(
        "The new member gains points of its own; they are told apart. A volunteer lives in the town, or at an"
        " office that it is attached to; takes part for the whole period, accepts local groups and video,"
        " speaks any language and comes in any slot. It ranks every theme that is open in its country, in the"
        " order of the edition, or the one that is named: `moderator:FR-69003:support`. `both` is a volunteer"
        " for either role, `member` for none. Whoever wants it otherwise gives the whole row in a file of"
        " `--changes`.",
        "## By a profile",
        "Groups may be formed by a [profile of fairness](fairness.md) and not by the score alone. With"
        " `--profile` both editions are, and they are compared on each level of the profile in its"
        " order: the first that differs decides.",
    )
    page.type(
        "what-if", "edition", "--set", "rules.travel_km=40", "--profile", "rank-maximal", lines=14
    )
    page.say(
        "As many are on their first choice as before, so the second level decides; what comes after it is"
        " told all the same. A difference is a number where the level and all before it are proven on"
        " both sides; after one that is not proven nothing is said of the next. `--before` takes groups of"
        " `form --profile` with the same profile.",
        "## What cannot be",
    )
    page.type("what-if", "edition", "--set", "themes.support.groups_min=12", *known, code=3)
    page.type(
        "what-if",
        "edition",
        "--set",
        "rules.travelkm=40",
        "--member",
        "m1.moderator=perhaps",
        code=2,
    )
    page.say(
        "## Many questions",
        "A table has a row per scenario; an empty cell changes nothing.",
    )
    Path("scenarios.csv").write_text(SCENARIOS, "utf-8")
    page.show("scenarios.csv:", SCENARIOS)
    page.type("sweep", "edition", "scenarios.csv", "--out", "study.csv", "--cache", "kept", "-q")
    page.show("study.csv, without what a clock says:", _beginning("study.csv"))
    page.say(
        "With `--workers 4` four processes solve them; with `--cache` what is solved is kept at once, by the"
        " digest of the changed edition and all that decides the answer, so that a sweep that was stopped,"
        " even killed, goes on where it was, and another one with the same scenario solves it no more:",
    )
    page.type("sweep", "edition", "scenarios.csv", "--cache", "kept")
    page.say(
        "A column `profile` (`rank-maximal`, ...; `score`: the plain score) names the profile of a scenario,"
        " `--profile` that of all others. A scenario is held against the edition as it is by the same"
        " profile: `by_profile` says whether it is better, `level` is the first objective that differs, by"
        " `level_least` to `level_most` in its own unit. Of TOML, each table of"
        " `[[scenarios]]` has a `profile`.",
        "What a clock or a signal stopped is not kept. Two scenarios that come to the same edition are solved"
        " once, one that changes nothing is not solved at all.",
        "## In Python",
        "```python\n" + PYTHON.rstrip() + "\n```",
        "`WhatIf` has `before`, `after`, `difference`, `members` and `groups` as tables, `record()` as JSON"
        " and a card in notebooks; `Sweep` has one `frame`. By a `profile=`, `WhatIf.levels`, `levels_table`"
        " and `by_profile` say what differs on which level, and `Sweep.levels` for all scenarios; a"
        " `Scenario(changes, profile)` has one of its own. Changes are data, the JSON of the file contract:"
        ' `{"kind": "rule", "key": "rules.travel_km", "value": 40.0}`, `{"kind": "member", "member_id":'
        ' "m012", "field": "secretary", "value": "yes"}`, `{"kind": "add_member", "row": {...}}`,'
        ' `{"kind": "pin", "theme": "support", "track": "local", "place": "liege", "member_id": "m012"}`,'
        ' and, beyond the contract, `{"kind": "office", "office_id": "liege", "field": "rooms", "value": 2}`.'
        " `changed(edition, changes)` is the edition with them, the same as is read once they are made in its"
        " files.",
        "Any executor of `concurrent.futures` will do. On a Dask cluster, with the extra `dask`:",
        "```python\n"
        "from distributed import Client\n\n"
        'with Client("scheduler:8786") as client:\n'
        '    study = sweep(edition, scenarios, executor=client.get_executor(), cache="kept")\n'
        "```",
        "The workers need this package and nothing else: each task carries the edition and its groups. The"
        " cache is written where `sweep` is called. How much sooner 200 scenarios are known than one by one"
        " stands in [benchmarks](../benchmarks/README.md#scenarios).",
    )
    return page


def _beginning(path: str) -> str:
    """Return the first rows of a table, up to the columns that say how long they took."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[:6]
    return "\n".join(",".join(row[: rows[0].index("seconds")]) for row in rows)


def page() -> str:
    """Return the page."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        return "\n".join(transcript().parts).rstrip("\n") + "\n"


if __name__ == "__main__":
    text = page()
    PAGE.write_text(text, "utf-8")
    sys.stdout.write(f"{PAGE.name}: {len(text.splitlines())} lines\n")
