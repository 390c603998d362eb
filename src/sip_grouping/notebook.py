"""What a notebook shows: short tables as HTML, and a line of text that changes in place.

Comes in: plain values. Goes out: HTML in which every text is escaped, and a line in the cell that runs.
IPython is no dependency: it is used where it is loaded already, and never imported otherwise.
"""

import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

_ROWS_SHOWN = 30
_LONGEST_CELL = 200


def table_html(
    title: str,
    lines: Iterable[str] = (),
    header: Sequence[str] = (),
    rows: Sequence[Sequence[object]] = (),
) -> str:
    """Return a title, lines below it, and a table; of very many rows the first, and how many more."""
    parts = [f"<strong>{_text(title)}</strong>", *(f"<div>{_text(line)}</div>" for line in lines)]
    if rows:
        heads = "".join(f"<th>{_text(one)}</th>" for one in header)
        body = "".join(
            f"<tr>{''.join(f'<td>{_text(one)}</td>' for one in row)}</tr>"
            for row in rows[:_ROWS_SHOWN]
        )
        parts.append(f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")
    if len(rows) > _ROWS_SHOWN:
        parts.append(f"<div>and {len(rows) - _ROWS_SHOWN:,} more</div>")
    return f"<div>{''.join(parts)}</div>"


def _text(value: object) -> str:
    text = str(value)
    return escape(text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}...")


def in_notebook() -> bool:
    """Return whether the code runs in the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return any(kind.__name__ == "ZMQInteractiveShell" for kind in type(shell).__mro__)


def changing_line() -> Callable[[str], None]:
    """Return what shows a text in the cell that runs, in the place of the text before.

    Only where `in_notebook`.
    """
    handle: Any = None

    def show(text: str) -> None:
        nonlocal handle
        content = {"text/plain": text}
        if handle is None:
            handle = importlib.import_module("IPython.display").display(
                content, raw=True, display_id=True
            )
        else:
            handle.update(content, raw=True)

    return show
