"""What an invitation says: why this group, in the language of whoever is invited; and the table of them all.

Comes in: `Invitation`s, the edition. Goes out: text that can be sent, without the name or id of anybody; the
rows of invitations.csv. Sentences stand in ``locale/LANGUAGE/invite.po``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from sip_grouping.catalogue import LANGUAGES, Language, counted, number, pattern, said
from sip_grouping.edition import Edition
from sip_grouping.files.tables import csv_bytes
from sip_grouping.rounds.invite import Invitation

INVITATIONS = "invitations.csv"
COLUMNS = ("group_id", "order", "member_id", "travel_km", "language", "role_wanted", "why")
"""The columns of invitations.csv."""

_COUNTRY_LANGUAGES: Mapping[str, Language] = {"FR": "fr"}
_NEAR_M = 1000


def table_of(found: Iterable[Invitation], edition: Edition, language: Language) -> pd.DataFrame:
    """Return invitations as a table, one row each.

    Parameters
    ----------
    language
        Of the sentences for those whose own is not known.
    """
    rows = [
        {
            "group_id": one.group.group.group_id,
            "order": one.order,
            "member_id": one.person.member.member_id,
            "travel_km": None if one.travel_m is None else one.travel_m / 1000,
            "language": one.language,
            "role_wanted": "" if one.wanted is None else one.wanted.value,
            "why": why(one, edition, written_to(one, language)),
        }
        for one in found
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def invitations_csv(table: pd.DataFrame) -> bytes:
    """Return invitations as invitations.csv holds them, km with 3 decimals."""
    rows: list[list[Any]] = table.astype(object).where(table.notna(), None).to_numpy().tolist()
    km = COLUMNS.index("travel_km")
    for row in rows:
        row[km] = None if row[km] is None else f"{row[km]:.3f}"
    return csv_bytes(COLUMNS, rows)


def written_to(one: Invitation, language: Language) -> Language:
    """Return the language in which somebody is written to, as in letters.

    The first that the person lists of those that letters have; else that of the group; else that of
    the country, where there is one; else the one given.
    """
    member = one.person.member
    for code in (*member.languages, one.group.group.language):
        for known in LANGUAGES:
            if code == known:
                return known
    return _COUNTRY_LANGUAGES.get(member.country, language)


def why(one: Invitation, edition: Edition, language: Language) -> str:
    """Return why somebody is invited to a group: what it studies, where, how near, how much room.

    Its language is told where it is not that of the sentence.
    """
    group = one.group.group
    told = {
        "theme": edition.theme_by_id[group.theme].title_in(language),
        "room": counted(language, "more member", one.group.room),
    }
    if one.travel_m is None:
        text = said(language, "invitation", "video", **told)
    else:
        place = group.place_name or group.place
        own = one.person.member.office == group.place
        text = said(
            language, "invitation", "office" if own else "local",
            place=place, distance=_distance(one.travel_m, language), **told,
        )  # fmt: skip
    if one.language not in {"", language}:
        spoken = _language_name(one.language, language)
        text += " " + said(language, "invitation", "language", spoken=spoken)
    if one.wanted is not None:
        text += " " + pattern(language, "invitation", one.wanted.value)
    return text


def _language_name(code: str, language: Language) -> str:
    from babel import Locale  # noqa: PLC0415 - it loads tables

    return str(Locale(language).languages.get(code, code))


def _distance(metres: int, language: Language) -> str:
    if metres < _NEAR_M:
        return pattern(language, "distance", "near")
    return said(language, "distance", "km", km=number(language, metres / 1000, 1))
