"""What a notebook shows of a thing: a card with a title, key figures, lines and tables, as HTML.

Comes in: plain values, a language. Goes out: HTML in which every text is escaped. Its colours are those of
the notebook where they are known, else light or dark as the reader's system has it; its styles hold inside
the card alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from sip_grouping.catalogue import Language, number, said

_ROWS_SHOWN = 30
_LONGEST_CELL = 200
_LONG_CELL = 40
_NUMBER = re.compile(r"[-+]?\d[\d.,\u00a0]*%?|-")
"""A number as a language writes it, or that there is none."""

# A notebook's own colours, where it tells them, go together: paper and ink of one theme. Its rules for tables
# ("right", "centre", stripes) are as strong as `.sip-card td`, and come later.
_STYLE = """\
.sip-card{--sip-ink:var(--jp-content-font-color1,var(--vscode-editor-foreground,#1b1f24));\
--sip-paper:var(--jp-layout-color0,var(--vscode-editor-background,#fff));\
--sip-line:var(--jp-border-color1,#8b949e66);color:var(--sip-ink);background:var(--sip-paper);\
border:1px solid var(--sip-line);border-radius:6px;padding:.7em 1em;max-width:64em;line-height:1.45}
@media (prefers-color-scheme:dark){.sip-card{\
--sip-ink:var(--jp-content-font-color1,var(--vscode-editor-foreground,#e8eaed));\
--sip-paper:var(--jp-layout-color0,var(--vscode-editor-background,#15181c))}}
.sip-card .sip-title{font-weight:600;font-size:1.1em;overflow-wrap:anywhere}
.sip-card .sip-figures{display:flex;flex-wrap:wrap;gap:.3em 1.6em;margin:.5em 0}
.sip-card .sip-figures span{display:block;font-size:.85em;opacity:.8}
.sip-card .sip-figures strong{font-size:1.15em;font-weight:600}
.sip-card .sip-scroll{overflow-x:auto}
.sip-card .sip-scroll table{border-collapse:collapse;margin:.6em 0;font-size:.95em;color:inherit;\
background:none;table-layout:auto}
.sip-card .sip-scroll tr{background:none}
.sip-card .sip-scroll th,.sip-card .sip-scroll td{text-align:left;vertical-align:top;\
padding:.15em 1em .15em 0;border:0;border-bottom:1px solid var(--sip-line);color:inherit;\
background:none;white-space:normal;line-height:1.4}
.sip-card .sip-scroll .sip-number{text-align:right;font-variant-numeric:tabular-nums}
.sip-card .sip-scroll .sip-long{min-width:17em}
.sip-card .sip-scroll caption{text-align:left;padding:.2em 0;color:inherit;font-weight:600}"""


@dataclass(frozen=True, slots=True)
class CardTable:
    """A table on a card; columns whose cells are all numbers, also written ones, stand to the right."""

    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    caption: str = ""


def card_html(
    title: str,
    lines: Iterable[str] = (),
    *,
    figures: Iterable[tuple[str, object]] = (),
    tables: Iterable[CardTable] = (),
    language: Language = "en",
) -> str:
    """Return a card.

    Parameters
    ----------
    lines
        Sentences below the title.
    figures
        What stands out: a word and its value.
    tables
        Those without rows are left out; of very many rows the first are shown, and how many more.
    language
        In which whole numbers are written, and how many more there are.
    """
    told = "".join(
        f"<div><span>{_text(word)}</span><strong>{_text(_written(value, language))}</strong></div>"
        for word, value in figures
    )
    parts = [
        f'<div class="sip-title">{_text(title)}</div>',
        *(f"<div>{_text(line)}</div>" for line in lines),
        f'<div class="sip-figures">{told}</div>' if told else "",
        *(_table(one, language) for one in tables if one.rows),
    ]
    return f'<style>{_STYLE}</style><div class="sip-card">{"".join(parts)}</div>'


def _table(table: CardTable, language: Language) -> str:
    marks = [_mark([row[at] for row in table.rows]) for at in range(len(table.header))]
    # A header without words is an empty cell, and no header.
    heads = "".join(
        _cells("th" if one else "td", [one], [mark])
        for one, mark in zip(table.header, marks, strict=True)
    )
    rows = [[_written(one, language) for one in row] for row in table.rows[:_ROWS_SHOWN]]
    body = "".join(f"<tr>{_cells('td', row, marks)}</tr>" for row in rows)
    caption = f"<caption>{_text(table.caption)}</caption>" if table.caption else ""
    named = table.caption or ", ".join(filter(None, table.header))
    left = len(table.rows) - _ROWS_SHOWN
    count = number(language, left)
    more = f"<div>{_text(said(language, 'card', 'more', count=count))}</div>" if left > 0 else ""
    return (
        # Who has no pointer scrolls a wide table with the keyboard.
        f'<div class="sip-scroll" role="group" tabindex="0" aria-label="{_text(named)}">'
        f"<table>{caption}<thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>{more}"
    )


def _mark(cells: Sequence[object]) -> str:
    """Return the class of a column: of numbers, of sentences, or of neither."""
    if all(isinstance(one, int) or _NUMBER.fullmatch(str(one)) for one in cells):
        return ' class="sip-number"'
    return ' class="sip-long"' if any(len(str(one)) > _LONG_CELL for one in cells) else ""


def _cells(tag: str, values: Sequence[str], marks: Sequence[str]) -> str:
    return "".join(
        f"<{tag}{mark}>{_text(value)}</{tag}>" for value, mark in zip(values, marks, strict=True)
    )


def _written(value: object, language: Language) -> str:
    return number(language, value) if isinstance(value, int) else str(value)


def _text(text: str) -> str:
    return escape(text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}...")
