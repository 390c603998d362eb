"""A comparison in a notebook.

Comes in: what was compared. Goes out: HTML with counts, and a row per grouping. No ids of members.
"""

from sip_grouping.comparison.compared import Compared
from sip_grouping.comparison.measures import MEASURES, ranked
from sip_grouping.comparison.words import Words, about_scores
from sip_grouping.notebook import table_html


def comparison_html(compared: Compared) -> str:
    """Return how many members moved and which groups stayed, and the measures of each grouping."""
    words = Words("en")
    lines = []
    for pair in compared.pairs:
        members = "; ".join(
            f"{words.word('change', change)} {words.count(count)}"
            for change, count in pair.moves.counts.items()
        )
        groups = "; ".join(
            f"{words.word('group-count', change)} {words.count(count)}"
            for change, count in pair.group_counts.items()
        )
        lines += [
            words.said("against", a=pair.name_a, b=pair.name_b),
            f"{words.said('members')}: {members}",
            groups,
        ]
    rows = [
        (
            compared.names[one.index],
            *(words.measure(name, compared.figures[one.index][name]) for name in MEASURES),
        )
        for one in ranked(compared.figures, compared.usual_measures)
    ]
    header = ("", *(words.word("measure", name) for name in MEASURES))
    title = words.said("title", names=", ".join(compared.names))
    return table_html(title, [*lines, *about_scores(compared, words)], header, rows)
