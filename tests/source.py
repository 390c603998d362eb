"""The source of the package as syntax trees, for tests of what may stand in it."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import sip_grouping

PACKAGE = Path(sip_grouping.__file__).parent
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


@cache
def sources() -> dict[str, ast.Module]:
    """Return the modules by their path in the package; read once, by whoever asks first."""
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@cache
def _calls() -> dict[str, list[tuple[str, ast.Call]]]:
    found: defaultdict[str, list[tuple[str, ast.Call]]] = defaultdict(list)
    for file, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                for name in {getattr(node.func, one, "") for one in ("id", "attr")}:
                    found[name].append((file, node))
    return dict(found)


def calls_of(name: str) -> list[tuple[str, ast.Call]]:
    """Return the calls of a function, each with its file."""
    return _calls().get(name, [])
