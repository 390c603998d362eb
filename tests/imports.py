"""Draws which package (or module) of sip_grouping imports which, as Graphviz lines on standard output.

Usage: python tests/imports.py [--modules]
"""

import argparse
import ast
from pathlib import Path

import sip_grouping

PACKAGE = Path(sip_grouping.__file__).parent


def arrows(*, modules: bool) -> list[tuple[str, str]]:
    """Return who imports whom, each once."""
    found: set[tuple[str, str]] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        here = _short(".".join(path.relative_to(PACKAGE).with_suffix("").parts), modules=modules)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sip_grouping."):
                there = _short(str(node.module).removeprefix("sip_grouping."), modules=modules)
                if here != there:
                    found.add((here, there))
    return sorted(found)


def _short(module: str, *, modules: bool) -> str:
    return module.removesuffix(".__init__") if modules else module.split(".", maxsplit=1)[0]


def main() -> None:
    """Print the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", action="store_true")
    chosen = parser.parse_args()
    print("digraph imports {")
    for here, there in arrows(modules=chosen.modules):
        print(f'  "{here}" -> "{there}";')
    print("}")


if __name__ == "__main__":
    main()
