"""An edition in a notebook.

Comes in: an edition, a language. Goes out: a card with counts, themes and what is worth knowing. No ids
of members and no names.
"""

from typing import TYPE_CHECKING

from sip_grouping.cards import CardTable, card_html
from sip_grouping.catalogue import Language, pattern, said
from sip_grouping.findings.show import findings_table

if TYPE_CHECKING:
    from sip_grouping.edition.edition import Edition


def edition_html(edition: "Edition", language: Language) -> str:
    """Return counts of an edition, a row per theme, and its warnings, alike ones in one row."""

    def word(part: str) -> str:
        return pattern(language, "card", part)

    eligible = [member for member in edition.members if member.eligible]
    figures = (
        (word("members"), len(edition.members)),
        (word("eligible"), len(eligible)),
        (word("moderators"), sum(bool(member.moderator) for member in eligible)),
        (word("secretaries"), sum(bool(member.secretary) for member in eligible)),
        (word("offices"), len(edition.offices)),
        (word("pins"), len(edition.pins)),
    )
    rows = [
        (
            theme.id,
            theme.title_in(language),
            " ".join(theme.countries),
            ", ".join(pattern(language, "track", track.value) for track in theme.tracks),
            sum(theme.id in member.themes for member in eligible),
            sum(member.themes[0] == theme.id for member in eligible),
        )
        for theme in edition.themes
    ]
    header = [
        word(one) for one in ("theme", "title", "countries", "tracks", "ranked", "first-choice")
    ]
    warnings = findings_table(edition.warnings, language, caption=word("worth-knowing"))
    return card_html(
        said(language, "card", "edition", edition=edition.name),
        figures=figures,
        tables=[CardTable(header, rows), warnings],
        language=language,
    )
