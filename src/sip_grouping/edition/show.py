"""An edition in a notebook.

Comes in: an edition. Goes out: a card with counts, themes and what is worth knowing. No ids of members and
no names.
"""

from typing import TYPE_CHECKING

from sip_grouping.cards import CardTable, card_html
from sip_grouping.findings.show import findings_table

if TYPE_CHECKING:
    from sip_grouping.edition.edition import Edition


def edition_html(edition: "Edition") -> str:
    """Return counts of an edition, a row per theme, and its warnings, alike ones in one row."""
    eligible = [member for member in edition.members if member.eligible]
    figures = (
        ("members", len(edition.members)),
        ("who take part", len(eligible)),
        ("moderators", sum(bool(member.moderator) for member in eligible)),
        ("secretaries", sum(bool(member.secretary) for member in eligible)),
        ("offices", len(edition.offices)),
        ("pins", len(edition.pins)),
    )
    rows = [
        (
            theme.id,
            theme.title_in("en"),
            " ".join(theme.countries),
            " ".join(track.value for track in theme.tracks),
            sum(theme.id in member.themes for member in eligible),
            sum(member.themes[0] == theme.id for member in eligible),
        )
        for theme in edition.themes
    ]
    header = ("theme", "title", "open in", "tracks", "ranked by", "first choice of")
    tables = [CardTable(header, rows), findings_table(edition.warnings, "worth knowing")]
    return card_html(f"Edition {edition.name}", figures=figures, tables=tables)
