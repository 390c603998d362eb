"""What letters and reports take of explanations: sentences about one member, made where they are wanted.

Comes in: nothing. Goes out: a type. Who explains is not known here.
"""

from collections.abc import Callable, Sequence

from sip_grouping.catalogue import Language

Explained = Callable[[Language], Sequence[str]]
"""What is said of one member's place, in a language: ids only, of nobody else."""


def no_words(language: Language) -> tuple[str, ...]:
    """Return what is said of a member of whom nothing was asked."""
    del language
    return ()
