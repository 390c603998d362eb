"""The catalogue of sentences: whole in each language, and every finding of the source is in it."""

import ast
import fnmatch
import string
from dataclasses import replace
from pathlib import Path

import pytest

import sip_grouping
from sip_grouping.catalogue import (
    LANGUAGES,
    Language,
    Parameter,
    counted,
    known,
    pattern,
    sentence,
)
from sip_grouping.findings import Finding, finding, grouped_lines

PACKAGE = Path(sip_grouping.__file__).parent


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def called_findings() -> list[tuple[str, int, str, str]]:
    """Return file, line, code and variant of each call of `finding` whose code is written out.

    The variant is ``*`` where it is not written out.
    """
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "finding"
            if named and isinstance(node, ast.Call) and node.args:
                code = node.args[0]
                variant = next((k.value for k in node.keywords if k.arg == "variant"), None)
                if isinstance(code, ast.Constant):
                    text = "" if variant is None else "*"
                    text = str(variant.value) if isinstance(variant, ast.Constant) else text
                    found.append((path.name, node.lineno, str(code.value), text))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_sentence_with_the_same_parameters(language: Language) -> None:
    assert known(language) == known("en")
    for context, part in known("en"):
        said = pattern(language, context, part)
        assert said, (context, part)
        assert placeholders(said) == placeholders(pattern("en", context, part)), (context, part)


def test_every_finding_of_the_source_is_in_the_catalogue() -> None:
    for file, line, code, variant in called_findings():
        for part in ("message", "remedy"):
            contexts = [one for one, of in known("en") if of == part]
            said = fnmatch.filter(contexts, f"{code}.{variant}") if variant else []
            assert said or code in contexts, (file, line, code, part)


def test_counting_knows_one_and_many() -> None:
    assert counted("en", "problems", 1) == "1 problem in the input"
    assert counted("en", "problems", 2345) == "2,345 problems in the input"
    assert counted("nl", "problems", 0) == "0 problemen in de invoer"
    assert counted("fr", "problems", 0) == "0 problème dans les données"
    with pytest.raises(KeyError):
        counted("en", "no-such-thing", 2)


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
