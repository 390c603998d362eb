"""Findings in a notebook.

Comes in: findings, a language. Goes out: a table for a card: where, what is wrong, what to do; alike ones
in one row.
"""

from collections.abc import Iterable

from sip_grouping.cards import CardTable
from sip_grouping.catalogue import Language, pattern
from sip_grouping.findings.finding import Finding
from sip_grouping.findings.grouped import grouped

_HEADER = ("where", "what", "what-to-do", "kind")


def findings_table(
    findings: Iterable[Finding], language: Language, *, caption: str = ""
) -> CardTable:
    """Return a row per kind of finding in a column; without findings no row."""
    rows = [
        (one.place, f"{one.message}{one.told}", one.remedy, one.code)
        for one in grouped(findings, language)
    ]
    return CardTable([pattern(language, "card", one) for one in _HEADER], rows, caption)
