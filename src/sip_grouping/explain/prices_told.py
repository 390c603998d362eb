"""Prices as lines of text: the dearest of each kind.

Comes in: `Prices`, a language. Goes out: text. Themes by title, places by name, ids beside them.
"""

from typing import TYPE_CHECKING

from sip_grouping.catalogue import Language, counted, number, pattern, said
from sip_grouping.explain.figures import Between
from sip_grouping.explain.naming import Naming
from sip_grouping.explain.shadow import Price, Priced
from sip_grouping.text import aligned
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    from sip_grouping.explain.pricing import Prices


def prices_text(told: "Prices", language: Language, at_most: int) -> str:
    """Return a title, then for each kind its dearest rows and how many more there are."""

    def say(part: str) -> str:
        return pattern(language, "prices", part)

    bound = number(language, told.bound_thousandths / THOUSANDTHS, 3)
    lines = [said(language, "prices", "title", edition=told.edition.name, bound=bound)]
    naming = Naming(told.edition)
    for what in Priced:
        rows = [one for one in told.rows if one.what is what]
        if not rows:
            continue
        lines += ["", say(f"what-{what.value}")]
        header = [say(one) for one in ("theme", "place", "points", "own", "confirmed")]
        cells = [_cells(told, one, naming, language) for one in rows[:at_most]]
        lines += [f"  {line}" for line in aligned([header, *cells], right=(2, 3, 4))]
        if len(rows) > at_most:
            lines.append("  " + counted(language, "price more", len(rows) - at_most))
    if len(lines) == 1:
        lines.append(say("nothing"))
    else:
        lines += ["", say("means")]
    return "\n".join(lines)


def _cells(told: "Prices", one: Price, naming: Naming, language: Language) -> list[str]:
    everywhere = pattern(language, "prices", "everywhere")
    track = "" if one.place or not one.track else pattern(language, "track", one.track)
    where = ", ".join(filter(None, (everywhere, track)))
    if one.place:
        where = naming.place(one.place, language)
    own = number(language, one.own_thousandths / THOUSANDTHS, 3) if one.own_thousandths else "-"
    return [
        naming.theme(one.theme, language)
        if one.theme
        else pattern(language, "prices", "all-themes"),
        where,
        number(language, one.thousandths / THOUSANDTHS, 3),
        own,
        _between(told.difference(one), language),
    ]


def _between(difference: Between | None, language: Language) -> str:
    if difference is None:
        return "-"
    if difference.certain is not None:
        return number(language, difference.certain / THOUSANDTHS, 3)
    ends = (difference.least, difference.most)
    least, most = ("?" if one is None else number(language, one / THOUSANDTHS, 3) for one in ends)
    return said(language, "prices", "between", least=least, most=most)
