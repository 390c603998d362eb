"""The catalogue of sentences: whole in each language, and every finding of the source is in it."""

import ast
import fnmatch
import re
import string
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import pytest
from source import READERS, calls_of, sources

from sip_grouping.catalogue import (
    LANGUAGES,
    Language,
    Parameter,
    counted,
    known,
    number,
    pattern,
    sentence,
)
from sip_grouping.edition.records import Role, Track
from sip_grouping.findings import Finding, finding, grouped_lines
from sip_grouping.grouping import Reason, Status
from sip_grouping.rules import (
    CertificateRuleId,
    PlanRuleId,
    ProjectRuleId,
    RecordRuleId,
    RoundRuleId,
    RuleId,
)
from sip_grouping.solve.result import StopReason


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


MAKER = "findings/finding.py"


@dataclass(frozen=True)
class Called:
    """A call of `finding` whose code is written out.

    Attributes
    ----------
    variant
        ``*`` where it is not written out.
    parameters
        What the sentences are filled with; None where the call does not show it.
    """

    place: str
    code: str
    variant: str
    parameters: frozenset[str] | None

    def patterns(self, part: str) -> list[str]:
        """Return the sentences that this call may need."""
        contexts = [one for one, of in known("en") if of == part]
        if self.variant == "*":
            # A variant that has no sentence of its own takes that of the code.
            found = fnmatch.filter(contexts, f"{self.code}.*")
            found += [self.code] if self.code in contexts else []
        else:
            own = [f"{self.code}.{self.variant}", self.code]
            found = [one for one in own if one in contexts][:1]
        return [pattern("en", one, part) for one in found]


def called_findings() -> list[Called]:
    found = []
    for file, node in calls_of("finding"):
        given = {one.arg: one.value for one in node.keywords}
        code, variant = node.args[0] if node.args else given.get("code"), given.get("variant")
        if not isinstance(code, ast.Constant):
            continue
        text = "" if variant is None else "*"
        text = str(variant.value) if isinstance(variant, ast.Constant) else text
        shown = None if None in given else frozenset(name for name in given if name is not None)
        found.append(Called(f"{file}, line {node.lineno}", str(code.value), text, shown))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_sentence_with_the_same_parameters(language: Language) -> None:
    assert known(language) == known("en")
    for context, part in known("en"):
        said = pattern(language, context, part)
        assert said, (context, part)
        assert placeholders(said) == placeholders(pattern("en", context, part)), (context, part)


def test_every_finding_of_the_source_is_in_the_catalogue() -> None:
    for one in called_findings():
        assert one.patterns("message"), one
        assert one.patterns("remedy"), one


def test_every_finding_of_the_source_is_given_what_its_sentences_ask_for() -> None:
    for one in called_findings():
        if one.parameters is not None and one.variant != "*":
            for said in (*one.patterns("message"), *one.patterns("remedy")):
                assert placeholders(said) <= one.parameters, (one, said)


def test_no_module_but_the_readers_makes_a_sentence_of_its_own() -> None:
    for file, node in calls_of("Finding"):
        assert file == MAKER or file.startswith(READERS), (file, node.lineno)
    for file, node in calls_of("replace"):
        changed = {one.arg for one in node.keywords} & {"message", "remedy"}
        assert not changed or file == MAKER or file.startswith(READERS), (file, node.lineno)


@cache
def literals() -> set[str]:
    return {
        node.value
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def parts_of(context: str) -> set[str]:
    return {part for one, part in known("en") if one == context}


@pytest.mark.parametrize(
    ("context", "codes"),
    [
        ("reason", set(Reason)),
        ("reason.letter", set(Reason)),
        ("role", set(Role)),
        ("status", set(Status)),
        ("stop", set(StopReason)),
        ("stopped", set(StopReason)),
        ("track", {*Track, "none"}),
        (
            "rule",
            {
                *(*RuleId, *RecordRuleId, *RoundRuleId),
                *(*CertificateRuleId, *PlanRuleId, *ProjectRuleId),
            },
        ),
    ],
)
def test_every_code_has_its_words_and_no_word_is_of_no_code(context: str, codes: set[str]) -> None:
    assert parts_of(context) == codes


@pytest.mark.parametrize(
    "context", ["summary", "verdict", "reason.help", "slot", "distance", "conflict"]
)
def test_every_part_of_a_text_is_said_somewhere(context: str) -> None:
    assert parts_of(context) <= literals()


def test_no_reason_calls_a_member_it() -> None:
    for context, part in product(("reason", "reason.letter"), parts_of("reason")):
        said = pattern("en", context, part)
        assert not {"it", "its", "outweighed"} & set(re.findall(r"\w+", said)), said


def test_members_are_spoken_to_politely() -> None:
    polite = {"en": r"\byou\b|\byour\b|are formed", "fr": r"\bvo(us|tre|s)\b", "nl": r"\b(u|uw)\b"}
    familiar = {"fr": r"\b(tu|te|toi|ton|ta|tes)\b", "nl": r"\b(je|jij|jou|jouw|jullie)\b"}
    for language in LANGUAGES:
        for part in parts_of("reason.letter"):
            said = pattern(language, "reason.letter", part)
            assert re.search(polite[language], said), said
            assert language == "en" or not re.search(familiar[language], said), said


def test_every_sentence_of_the_catalogue_is_said_somewhere() -> None:
    texts = literals()
    ends = tuple(text for text in texts if text.startswith("-") and len(text) > 1)
    for context, part in known("en"):
        code = context.partition(".")[0]
        assert code in texts or code.endswith(ends), (context, part)


def test_counting_knows_one_and_many() -> None:
    assert counted("en", "problems", 1) == "1 problem in the input"
    assert counted("en", "problems", 2345) == "2,345 problems in the input"
    assert counted("nl", "problems", 0) == "0 problemen in de invoer"
    assert counted("fr", "problems", 0) == "0 problème dans les données"
    with pytest.raises(KeyError):
        counted("en", "no-such-thing", 2)


@pytest.mark.parametrize(
    ("language", "whole", "points", "loose"),
    [
        ("en", "1,234,567", "-1,234.500", "1234.5"),
        ("nl", "1.234.567", "-1.234,500", "1234,5"),
        (
            "fr",
            "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567",
            "-1\N{NO-BREAK SPACE}234,500",
            "1234,5",
        ),
    ],
)
def test_numbers_are_written_as_a_language_writes_them(
    language: Language, whole: str, points: str, loose: str
) -> None:
    assert number(language, 1_234_567) == whole
    assert number(language, -1_234.5, 3) == points
    assert number(language, 1_234.5, 1, grouped=False) == loose


def test_several_texts_are_a_list_of_the_language() -> None:
    cases: tuple[tuple[Language, str, str], ...] = (
        ("en", "or", "and"),
        ("fr", "ou", "et"),
        ("nl", "of", "en"),
    )
    for language, word, country in cases:
        words: dict[str, Parameter] = {"words": ("a", "b")}
        assert f"a {word} b" in sentence(language, "unknown-word", "", "message", words)
        places: dict[str, Parameter] = {"theme": "t", "country": "FR", "countries": ("X", "Y")}
        said = sentence(language, "theme-closed-in-country", "", "message", places)
        assert f"X {country} Y" in said


def test_sentences_that_nobody_has_translated_stay_as_they_are() -> None:
    """So do those of the catalogue that were changed by hand: what was added must not be lost."""
    own = Finding("unknown-member", "wrong", "mend")
    assert own.told_in("fr") == own
    changed = replace(finding("unknown-member"), remedy="look twice")
    assert changed.told_in("nl").remedy == "look twice"
    assert finding("unknown-member").told_in("nl").message == "dit lid bestaat niet"


def test_a_finding_that_the_catalogue_does_not_know_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        finding("no-such-code")


def test_alike_findings_are_one_line_with_their_rows_and_examples() -> None:
    rows = (2, 3, 4, 9, 11, 13, 15, 17, 19, 21, 23)
    alike = [Finding("a", "wrong", "mend", "f.csv", row, "c", f"v{row}") for row in rows]
    (line,) = grouped_lines(alike)
    assert line == (
        "f.csv, column c: wrong (11 times; rows 2-4, 9, 11, 13, 15, 17, 19, 21 +1;"
        " such as 'v2', 'v3', 'v4') -> mend [a]"
    )
    assert len(grouped_lines([*alike, Finding("b", "other", "mend", "f.csv", 2, "c")])) == 2
