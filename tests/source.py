"""The source of the package as syntax trees, for tests of what may stand in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import sip_grouping

PACKAGE = Path(sip_grouping.__file__).parent
SOURCES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}
READERS = "reading/"
"""Where sentences still stand in the code."""
# Words that stand in nearly every English sentence, and in none of the language.
COMMON = (
    "the|are|and|has|have|must|write|give|with|no|not|than|from|this|there|cannot|number|file|row"
)
ENGLISH = {
    "fr": re.compile(rf"\b({COMMON}|is|of|or)\b", re.IGNORECASE),
    "nl": re.compile(rf"\b({COMMON})\b", re.IGNORECASE),
}


def calls_of(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of a function by its file."""
    for file, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name in {
                getattr(node.func, "id", ""),
                getattr(node.func, "attr", ""),
            }:
                yield file, node
