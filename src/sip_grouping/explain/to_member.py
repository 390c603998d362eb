"""A reason as its member is told in a letter: to "you", with titles and names of places, of nobody else.

Comes in: a `Why` of a member, a `Naming` with that member as reader. Goes out: sentences. Why it has no
group at all, the letter says itself; here it is told what would change that.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sip_grouping.catalogue import Language, pattern, said
from sip_grouping.explain.changes import AddMember, Change, MemberChange, PinChange, RuleChange
from sip_grouping.explain.naming import Naming
from sip_grouping.report.words import choice_text

if TYPE_CHECKING:
    from sip_grouping.explain.why import Why

_OWN_ANSWERS = frozenset({"video", "local", "moderator", "secretary"})


def to_member(why: "Why", naming: Naming, language: Language) -> str:
    """Return a reason to the member whom it is about, with what would change it."""
    return " ".join(filter(None, (_cause(why, naming, language), *_effect(why, naming, language))))


def _cause(why: "Why", naming: Naming, language: Language) -> str:
    # The letter has told it already.
    if why.about.value == "placement":
        return ""
    named = why.words(naming, language)
    if "rank" in named:
        named["choice"] = choice_text(int(named.pop("rank")), language)
    cause = pattern(language, "why-letter.because", why.code)
    return said(language, "why-letter", why.about.value, cause=cause, **named)


def _effect(why: "Why", naming: Naming, language: Language) -> Iterator[str]:
    change = why.change
    if why.seat is not None:
        yield why.seated(language, naming)
        return
    if change is None:
        if not why.decided:
            yield from why.left_open(language, to_member=True)
        elif why.about.value == "placement":
            yield pattern(language, "why-letter", "none-helps")
        return
    if isinstance(change, PinChange):
        theme, where = naming.theme(change.theme, language), naming.where(change.place, language)
        yield said(language, "why-letter", "pin", theme=theme, where=where)
    else:
        told = _change(change, naming, language)
        yield said(language, "why-letter", "enough", change=told)
    yield from why.worth(language)


def _change(change: Change, naming: Naming, language: Language) -> str:
    told = ""
    if isinstance(change, RuleChange):
        told = naming.rule(change, language)
    elif isinstance(change, AddMember):
        told = naming.added(change, language)
    elif isinstance(change, MemberChange) and change.member_id == naming.reader:
        told = _answer(change, naming, language)
    return told or pattern(language, "why-letter", "other")


def _answer(change: MemberChange, naming: Naming, language: Language) -> str:
    """Return what a member would answer, as letters say what may help; nothing of what they do not."""
    field = change.field
    if field.startswith("theme_") and isinstance(change.value, str):
        title = naming.title(change.value, language)
        return said(language, "reason.help", "themes", themes=(title,))
    if field == "together":
        return pattern(language, "reason.help", "apart")
    if field not in _OWN_ANSWERS or change.value != "yes":
        return ""
    known = None if naming.edition is None else naming.edition.member_by_id[change.member_id]
    only = getattr(known, field, None) == "only"
    return pattern(language, "reason.help", "member" if only else field)
