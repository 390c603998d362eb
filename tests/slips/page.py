"""The page for people: what is written, where it was seen, what happens.

Comes in: slips. Goes out: Markdown. ``python -m slips.page > ../docs/slips.md`` in `tests` writes it anew.
"""

import sys
from collections.abc import Iterable

from slips import SLIPS
from slips.answers import ANSWERS
from slips.base import MEANINGS, Slip

_HEAD = """\
# What people and their tools write

Spreadsheets, form tools and hurried people change what was meant. Each row below is an edition with one
such slip in it, or at the end a file of answers to proposals; `tests/test_slips.py` and
`tests/test_rounds_answers.py` read it and look whether what happens is what stands here. *Seen* leads to a
public report of the same kind of thing; where there is none, the slip is a neighbour of the others.

- **read**: understood without a word
- **read, with a warning**: understood, and said so
- **refused**: an error that names the place, what stands there and what to do
- **read with a warning, or refused**: one of the two; never in silence, and never with another meaning

`tests/slips/page.py` writes this page.
"""


def page(slips: Iterable[Slip] = (*SLIPS, *ANSWERS)) -> str:
    """Return the page."""
    kinds: dict[str, list[Slip]] = {}
    for slip in slips:
        kinds.setdefault(slip.kind, []).append(slip)
    return _HEAD + "".join(_table(kind, some) for kind, some in kinds.items())


def _table(kind: str, slips: list[Slip]) -> str:
    lines = [f"\n## {kind.capitalize()}\n", "| written | seen | what happens |", "|---|---|---|"]
    for slip in slips:
        seen = f"[{slip.source.title}]({slip.source.address})" if slip.source else ""
        happens = MEANINGS[slip.verdict] + (f": {slip.says}" if slip.says else _as_what(slip))
        cells = (slip.written, seen, happens)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _as_what(slip: Slip) -> str:
    """Return what a slip is read as, where that is short enough to tell."""
    texts = []
    for _, field, value in slip.means:
        plain = " ".join(value) if isinstance(value, tuple) and field != "position" else value
        if isinstance(value, bool):
            plain = "yes" if value else "no"
        if isinstance(plain, str) and plain and field != "extra":
            texts.append(f"{field} `{plain}`")
    return " as " + ", ".join(dict.fromkeys(texts)) if texts and slip.verdict == "read" else ""


if __name__ == "__main__":
    sys.stdout.write(page())
