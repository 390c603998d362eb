"""A comparison in a notebook.

Comes in: what was compared, a language. Goes out: a card with counts, and a row per grouping. No ids of
members.
"""

from sip_grouping.cards import CardTable, card_html
from sip_grouping.catalogue import Language
from sip_grouping.comparison.compared import Compared
from sip_grouping.comparison.measures import MEASURES, ranked
from sip_grouping.comparison.words import Words, about_scores


def comparison_html(compared: Compared, language: Language) -> str:
    """Return how many members moved and which groups stayed, and the measures of each grouping."""
    words = Words(language)
    changes = [
        (
            words.said("against", a=pair.name_a, b=pair.name_b),
            *pair.moves.counts.values(),
            *pair.group_counts.values(),
        )
        for pair in compared.pairs
    ]
    header = [
        "",
        *(words.word("change", one) for one in compared.pairs[0].moves.counts),
        *(words.word("group-count", one) for one in compared.pairs[0].group_counts),
    ]
    figures = [
        (
            compared.names[one.index],
            *(words.measure(name, compared.figures[one.index][name]) for name in MEASURES),
        )
        for one in ranked(compared.figures, compared.usual_measures)
    ]
    measures = ["", *(words.word("measure", name) for name in MEASURES)]
    return card_html(
        words.said("title", names=", ".join(compared.names)),
        about_scores(compared, words),
        tables=[CardTable(header, changes), CardTable(measures, figures)],
        language=language,
    )
