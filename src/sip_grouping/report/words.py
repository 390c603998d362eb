"""Codes of a grouping as words: tracks and choices, in the languages of its readers.

Comes in: a value of a record, a language. Goes out: a word or two, as they stand within a sentence.
"""

from sip_grouping.catalogue import Language, pattern, said
from sip_grouping.edition.records import Track

_NAMED_CHOICES = 3


def track_text(track: Track | None, language: Language) -> str:
    """Return how a group meets: local, by video; None: no group does."""
    return pattern(language, "track", "none" if track is None else track.value)


def choice_text(rank: int, language: Language) -> str:
    """Return a rank as a choice: first choice, second choice ..."""
    if rank <= _NAMED_CHOICES:
        return pattern(language, "choice", str(rank))
    return said(language, "choice", "other", rank=rank)
