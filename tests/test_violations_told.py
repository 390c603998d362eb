"""What the verifier answers, in three languages: every sentence is filled, and no English is left."""

import ast
import fnmatch
import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli_case import command, write_edition
from edited_tables import Tables
from source import ENGLISH, calls_of
from test_catalogue import placeholders
from test_verify_tampered import EDITION, TAMPERED

import sip_grouping as sip
from sip_grouping.catalogue import Language, known, pattern
from sip_grouping.errors import Violation
from sip_grouping.rules import RULES, RuleId

OTHERS: tuple[Language, ...] = ("fr", "nl")
OWN = {"found", "allowed", "other_id", "group_id", "member_id"}


@dataclass(frozen=True)
class Said:
    """A call that names a sentence; parts of the name that are not written out are ``*``."""

    place: str
    part: str
    parameters: frozenset[str] | None


def written(node: ast.expr) -> Iterator[str]:
    """Yield what an expression may be, as patterns."""
    if isinstance(node, ast.IfExp):
        yield from written(node.body)
        yield from written(node.orelse)
    elif isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(one.value) if isinstance(one, ast.Constant) else "*" for one in node.values
        )


def said_by(function: str, at: int) -> list[Said]:
    found = []
    for file, call in calls_of(function):
        names = [one.arg for one in call.keywords]
        given = None if None in names else frozenset(map(str, names)) - OWN
        parts = written(call.args[at]) if len(call.args) > at else ()
        found += [Said(f"{file}, line {call.lineno}", part, given) for part in parts]
    return found


@pytest.mark.parametrize(
    ("function", "at", "context"), [("violation", 1, "violation"), ("figure", 0, "figure")]
)
def test_what_the_verifier_says_is_in_the_catalogue(function: str, at: int, context: str) -> None:
    parts = [part for one, part in known("en") if one == context]
    calls = said_by(function, at)
    assert len(calls) > 10
    for call in calls:
        meant = fnmatch.filter(parts, call.part)
        assert meant, call
        if call.parameters is not None:
            for part in meant:
                assert placeholders(pattern("en", context, part)) <= call.parameters, (call, part)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("what", TAMPERED)
def test_every_violation_is_told_in_each_language(what: str, language: Language) -> None:
    verification = sip.verify(EDITION, TAMPERED[what][0]())
    for one in verification.violations:
        told = one.text_in(language)
        assert told.endswith(f"[{one.rule}]")
        assert one.message_in(language) != one.message
        assert one.message in str(one) == one.text_in("en")
        # Ids, columns, codes and figures are the same; the words around them are not.
        plain = re.sub(r"\b[\w.]*[-_.\d][\w.-]*\b|\{.*?\}", "", told.rpartition(" [")[0])
        assert not ENGLISH[language].search(plain), told
        assert pickle.loads(pickle.dumps(one)).text_in(language) == told  # noqa: S301
    error = sip.VerificationError(verification.violations)
    lines = error.text_in(language).splitlines()
    assert len(lines) == 1 + len(verification.violations)
    assert str(len(verification.violations)) in lines[0]
    assert lines[0] != error.full_text.splitlines()[0]


def test_a_violation_that_somebody_else_made_stays_as_it_is() -> None:
    own = Violation(RuleId.SIZE, "far too large", "g", found=9, allowed="at most 8")
    assert str(own) == "group g: far too large (found 9, must be at most 8) [size]"
    assert own.text_in("fr") == (
        "groupe g : far too large (trouvé : 9 ; attendu : at most 8) [size]"
    )


def test_every_rule_is_one_sentence_in_each_language() -> None:
    for rule in RULES:
        sentences = {rule.sentence_in(language) for language in ("en", *OTHERS)}
        assert len(sentences) == 3
        assert all(re.fullmatch(r"[A-ZÀ-Ý].*[^.]\.", one) for one in sentences), sentences


WORDS = {
    "en": ("is a valid grouping of small: 2 groups", "member h: no group -> ", "breaks: ", "points"),
    "fr": ("est une répartition valable de small : 2 groupes", "membre h : aucun groupe -> ",
           "enfreint : ", "Score conservé"),
    "nl": ("is een geldige indeling van small: 2 groepen", "lid h: geen groep -> ", "overtreedt: ",
           "Bewaarde score"),
}  # fmt: skip
RANKED = {
    "en": "ranked: A member is placed only in themes it ranked.",
    "fr": "ranked: Un membre n'est placé que dans un thème qu'il a choisi.",
    "nl": "ranked: Een lid krijgt alleen een plaats in een thema dat het koos.",
}


@pytest.fixture(scope="module")
def written_small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("small")
    edition = write_edition(folder / "edition")
    sip.save(sip.form_groups(sip.load_edition(edition), work_limit=10), folder / "groups")
    return edition, folder / "groups"


def test_verify_answers_in_the_language_asked_for(
    written_small: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edition, groups = written_small
    sip.save(sip.load_grouping(groups), tmp_path / "edited")
    tables = Tables.of(tmp_path / "edited")
    group = tables.row("e")["group_id"]
    tables.move("h", group)
    tables.move("c", group)
    tables.write()
    keys = set()
    for language, (valid, moved, breaks, scores) in WORDS.items():
        fine = command(capsys, "verify", edition, groups, "--lang", language)
        assert fine.code == 0
        assert valid in fine.out
        kept = command(capsys, "verify", edition, groups, "--tables", "--lang", language)
        assert kept.code == 0
        judged = ("verify", edition, tables.folder, "--tables", "--lang", language)
        broken = command(capsys, *judged)
        assert broken.code == 5
        for said in (moved, breaks, scores):
            assert said in broken.out
        assert RANKED[language] in broken.err
        if language != "en":
            plain = re.sub(
                r"[\w.]*[-_./\d][\w./-]*", "", fine.out + kept.out + broken.out + broken.err
            )
            assert not ENGLISH[language].search(plain), plain
        as_json = command(capsys, *judged, "--json").json
        keys.add((*as_json, *as_json["moved"][0]))  # type: ignore[index]
        assert all(one in broken.err for one in as_json["violations"])  # type: ignore[attr-defined]
    assert len(keys) == 1
