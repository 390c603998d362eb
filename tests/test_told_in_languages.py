"""What is really said of bad input, in Dutch and in French: translated, filled, and no English left."""

import ast
import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest
from bad_editions import BAD_EDITIONS, write_edition
from source import ENGLISH, READERS, calls_of, sources

import sip_grouping as sip
from sip_grouping.catalogue import Language, known, pattern
from sip_grouping.command.invocation import Invocation
from sip_grouping.command.outcome import Answer, Console, answer_of
from sip_grouping.findings import Finding

OTHERS: tuple[Language, ...] = ("fr", "nl")
# Words that are the same in both languages.
ALIKE = {
    "fr": {
        ("status", "optimal"),
        ("stop", "optimal"),
        ("by-hand", "points"),
        ("why", "points"),
        ("what-if", "score"),
        ("step", "invitations"),
        ("sweep", "score"),
        ("sweep-status", "optimal"),
        ("fairness", "score"),
        ("fairness", "gini-column"),
    },
    "nl": {
        ("summary", "open-in"),
        ("summary", "rank"),
        ("role", "moderator"),
        ("need", "moderators"),
        ("plot", "told"),
        ("verified", "at"),
        ("what-if", "score"),
        ("what-if", "status"),
        ("what-if", "line"),
        ("sweep", "scenario"),
        ("sweep", "score"),
        ("sweep", "status"),
        ("fairness", "score"),
        ("fairness", "gini-column"),
    },
}
# Told by the system or by libraries, in their own words.
FOREIGN = ("reason",)


@cache
def literal_codes() -> set[str]:
    """Return codes of findings whose sentences still stand in the readers."""
    codes = set()
    for name in ("Finding", "wrong"):
        for file, node in calls_of(name):
            if file.startswith(READERS) and node.args:
                found = ast.walk(node.args[0])
                codes |= {str(one.value) for one in found if isinstance(one, ast.Constant)}
    return codes


@cache
def own_remedies() -> tuple[str, ...]:
    """Return beginnings of remedies that the readers put before those of the catalogue."""
    return tuple(
        str(node.left.value)
        for file, tree in sources().items()
        if file.startswith(READERS)
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant)
    )


def check_told(findings: Sequence[Finding]) -> None:
    assert findings
    for one in findings:
        for language in OTHERS:
            told = one.told_in(language)
            assert told.message != one.message, (language, one)
            assert told.remedy != one.remedy, (language, one)
            text = f"{told.message} {told.remedy}"
            for name, value in one.parameters:
                if name in FOREIGN:
                    text = text.replace(str(value), "")
            assert not ENGLISH[language].search(text), (language, text)
            assert told.code == one.code
            assert told.place == one.place


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_of_the_catalogue_was_left_in_english(language: Language) -> None:
    for context, part in known("en"):
        said = pattern(language, context, part)
        alike = said == pattern("en", context, part)
        assert alike == ((context, part) in ALIKE[language]), (context, part)
        words = re.sub(r"`.*?`|\{.*?\}", "", said)  # parameters, and what is to be typed
        assert not ENGLISH[language].search(words), (context, part, said)


@pytest.mark.parametrize("name", BAD_EDITIONS)
def test_a_mistake_in_an_edition_is_told_in_each_language(name: str, tmp_path: Path) -> None:
    with pytest.raises(sip.InputError) as caught:
        sip.load_edition(write_edition(tmp_path / "edition", BAD_EDITIONS[name]))
    english = literal_codes()
    check = [
        one
        for one in caught.value.findings
        if one.code not in english and not one.remedy.startswith(own_remedies())
    ]
    if check:
        check_told(check)
    for language in OTHERS:
        # Whatever its sentences, a text of all of them can be made.
        text = caught.value.text_in(language)
        assert text.splitlines()[0] != caught.value.text_in("en").splitlines()[0]
        assert all(f"[{one.code}]" in text for one in caught.value.findings)


def text(folder: Path, content: str) -> Path:
    path = folder / "table.csv"
    path.write_text(content, "utf-8")
    return path


def bad_table(rows: str) -> Callable[[Path], object]:
    header = "country,postcode,latitude,longitude,precision_km\n"
    return lambda folder: sip.PostcodeTable.from_file(text(folder, header + rows))


def bad_grouping(content: str) -> Callable[[Path], object]:
    def load(folder: Path) -> object:
        (folder / "grouping.json").write_text(content, "utf-8")
        return sip.load_grouping(folder)

    return load


def all_arguments_wrong(_: Path) -> object:
    edition = sip.synthetic_edition(members=12)
    wrong: dict[str, object] = {
        "time_limit": -1, "work_limit": "1", "gap": -1.0, "seed": -1, "workers": 0, "pins": [1],
        "hint": 1, "observer": 1, "cancel": 1, "objectives": "score",
    }  # fmt: skip
    return sip.form_groups(edition, **wrong)  # type: ignore[arg-type]


def saved_over(folder: Path) -> object:
    (folder / "letter.txt").write_text("precious", "utf-8")
    sip.save_edition(sip.synthetic_edition(members=12), folder)
    raise AssertionError


RECORD: dict[str, object] = {"format_version": 1}

CALLS: dict[str, Callable[[Path], object]] = {
    "no folder": lambda folder: sip.load_edition(folder / "nothing"),
    "a file for a folder": lambda folder: sip.load_edition(text(folder, "x")),
    "no grouping": lambda folder: sip.load_grouping(folder / "nothing"),
    "an empty folder": sip.load_grouping,
    "no JSON": bad_grouping("{"),
    "no object": bad_grouping("[]"),
    "a number that is none": bad_grouping('{"a": NaN}'),
    "another version": bad_grouping('{"format_version": "x"}'),
    "a record without keys": bad_grouping(json.dumps(RECORD)),
    "no table": lambda folder: sip.PostcodeTable.from_file(folder / "nothing.csv"),
    "a table without columns": lambda folder: sip.PostcodeTable.from_file(text(folder, "a,b\n")),
    "a table without rows": bad_table(""),
    "a table with an open quote": bad_table('BE,"4000'),
    "a table full of mistakes": bad_table(
        "NL,1,100,x,many\nFR,1000,5,48,\nBE,40000,50,5,\nBE,4000,50,5,\nBE,4000,50,5,\n"
    ),
    "no archive": lambda folder: sip.PostcodeTable.from_file(
        text(folder, "x").rename(folder / "table.zip")
    ),
    "all arguments": all_arguments_wrong,
    "no edition": lambda _: sip.form_groups("demo"),  # type: ignore[arg-type]
    "nothing to verify": lambda _: sip.verify("demo", None),  # type: ignore[arg-type]
    "a synthetic edition of none": lambda _: sip.synthetic_edition(members=0, moderator_share=2),
    "a folder with other files": saved_over,
    "an unknown rule": lambda _: sip.synthetic_edition(members=12).with_rules(travel=3),
    "an unknown theme": lambda _: sip.synthetic_edition(members=12).with_rules("x", travel_km=3),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_what_is_said_elsewhere_is_told_in_each_language(name: str, tmp_path: Path) -> None:
    with pytest.raises(sip.InputError) as caught:
        CALLS[name](tmp_path)
    check_told(caught.value.findings)


def test_a_warning_is_told_in_each_language() -> None:
    edition = sip.make_edition(
        name="x",
        themes=[sip.Theme(id="a")],
        members=[sip.Member(member_id="m", country="BE", postcode="4001", themes=("a",))],
        offices=[sip.Office(office_id="o", country="FR", postcode="75999")],
        places=sip.Places(towns=("FR-75998",)),
    )
    guessed = [one for one in edition.warnings if one.code == "approximate-postcode"]
    assert len(guessed) == 3
    check_told(edition.warnings)


def test_an_error_of_the_disk_is_told_in_each_language() -> None:
    def job(_: Console) -> Answer:
        raise PermissionError(13, "Permission denied", "groups")

    for language in OTHERS:
        answer = answer_of(job, Console("form", Invocation(), language=language))
        assert "Permission denied" in answer.problem
        assert not ENGLISH[language].search(answer.problem.replace("[file-access]", ""))
