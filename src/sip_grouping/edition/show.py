"""An edition in a notebook.

Comes in: an edition. Goes out: HTML with counts and themes. No ids of members and no names.
"""

from typing import TYPE_CHECKING

from sip_grouping.notebook import table_html

if TYPE_CHECKING:
    from sip_grouping.edition.edition import Edition


def edition_html(edition: "Edition") -> str:
    """Return counts of an edition, and a row per theme."""
    eligible = [member for member in edition.members if member.eligible]
    lines = [
        f"{len(edition.members):,} members, {len(eligible):,} of whom take part;"
        f" {len(edition.offices)} offices; {len(edition.pins)} pins;"
        f" {len(edition.warnings)} warnings"
    ]
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
    return table_html(edition.name, lines, header, rows)
