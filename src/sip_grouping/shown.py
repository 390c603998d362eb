"""In which language a notebook shows things by itself.

Comes in: a language. Goes out: nothing; `notebook` keeps it, and whatever shows itself as a card asks there.
"""

from sip_grouping.catalogue import Language
from sip_grouping.errors import checked_language
from sip_grouping.notebook import set_card_language


def show_in(language: Language) -> None:
    """Show the cards of a notebook in Dutch, French or English from now on; at first it is English.

    Cards are what a notebook shows by itself of an edition, a grouping, a result, a verification, a
    comparison or an error. What is asked for, such as `Result.summary` or `Result.plot_ranks`, is told
    in the language that it is given.

    Raises
    ------
    InputError
        The language is none of ``nl``, ``fr`` and ``en``; nothing was changed.
    """
    set_card_language(checked_language(language, "show_in"))
