"""How evenly a grouping serves its members, and what profiles cost, as lines of text.

Comes in: `Fairness` or `Profiles`, a language. Goes out: text.
"""

from typing import TYPE_CHECKING

from sip_grouping.catalogue import Language, counted, number, pattern, said
from sip_grouping.explain.figures import Between
from sip_grouping.report.words import choice_text, country_text
from sip_grouping.text import aligned
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    from sip_grouping.explain.evenness import Fairness, ProfilePrice, Profiles


def fairness_text(told: "Fairness", language: Language) -> str:
    """Return who is placed, the ranks obtained, Gini and longest way, and the shares of each unit."""

    def say(part: str, **parameters: str) -> str:
        return said(language, "fairness", part, **parameters)

    members = counted(language, "member", told.eligible)
    lines = [
        say("title", edition=told.edition_name),
        say("placed", placed=number(language, told.placed), members=members),
    ]
    rows = [
        [choice_text(rank, language), number(language, many)]
        for rank, many in enumerate(told.ranks, start=1)
    ]
    rows.append([say("no-group"), number(language, told.unplaced)])
    lines += [f"  {line}" for line in aligned(rows, right=(1,))]
    lines.append(say("gini", gini="-" if told.gini is None else number(language, told.gini, 3)))
    if told.longest_way_m is not None:
        lines.append(say("longest", km=number(language, told.longest_way_m / 1000, 1)))
    for unit in ("country", "office"):
        shares = [
            [
                country_text(one.name, language)
                if unit == "country"
                else told.naming.place(one.name, language),
                number(language, one.placed),
                number(language, one.members),
                _per_cent(one.share, language),
            ]
            for one in told.shares
            if one.unit == unit
        ]
        if shares:
            header = [say(unit), say("with-group"), say("of-members"), say("share")]
            lines += ["", *aligned([header, *shares], right=(1, 2, 3))]
    return "\n".join(lines)


def profiles_text(told: "Profiles", language: Language) -> str:
    """Return a row for each profile: its score, what it costs, and what it is like."""
    parts = (
        "profile",
        "score",
        "price",
        "placed-column",
        "first",
        "worst",
        "way",
        "least",
        "gini-column",
    )
    header = [pattern(language, "fairness", one) for one in parts]
    rows = [_cells(one, language) for one in told.rows]
    title = said(language, "fairness", "profiles-title", edition=told.edition_name)
    means = pattern(language, "fairness", "price-means")
    return "\n".join([title, *aligned([header, *rows], right=range(1, len(parts))), means])


def _cells(one: "ProfilePrice", language: Language) -> list[str]:
    name = one.profile.replace("_", "-")
    told, score = one.fairness, one.result.score
    if told is None or score is None:
        status = pattern(language, "status", one.result.status.value)
        return [name, status, *["-"] * 7]
    way = told.longest_way_m
    return [
        name,
        number(language, score, 3),
        _price(one.price, language),
        number(language, told.placed),
        number(language, told.ranks[0] if told.ranks else 0),
        "-" if told.worst_rank is None else number(language, told.worst_rank),
        "-" if way is None else number(language, way / 1000, 1),
        _per_cent(told.least_share, language),
        "-" if told.gini is None else number(language, told.gini, 3),
    ]


def _price(price: Between, language: Language) -> str:
    if price.certain is not None:
        return number(language, price.certain / THOUSANDTHS, 3)
    if price.least is None:
        return "-"
    least = number(language, price.least / THOUSANDTHS, 3)
    most = "?" if price.most is None else number(language, price.most / THOUSANDTHS, 3)
    return said(language, "fairness", "between", least=least, most=most)


def _per_cent(share: float, language: Language) -> str:
    return f"{number(language, 100 * share, 1)}\u00a0%"
