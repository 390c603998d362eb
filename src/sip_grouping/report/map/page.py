"""A grouping as a map on a page of HTML.

Comes in: an edition, a grouping of it, a language, the themes that are wanted. Goes out: the page as text.
"""

from collections.abc import Collection

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping
from sip_grouping.report.map.scene import scene_of
from sip_grouping.report.map.view import map_view, scene_summary
from sip_grouping.report.page import page
from sip_grouping.report.speech import Words


def map_page(
    edition: Edition, grouping: Grouping, *, language: Language, themes: Collection[str] = ()
) -> str:
    """Return the page of a map: one file that needs no network. Ids only, no names.

    Parameters
    ----------
    edition, grouping
        They belong together.
    themes
        Ids of the themes that are shown; none: all.
    """
    words = Words(language)
    scene = scene_of(edition, grouping, themes)
    return page(
        "map_page.html.j2",
        words,
        styles=("base.css", "map.css"),
        title=words.say("map-title", edition=edition.name),
        summary=scene_summary(scene, words),
        map=map_view(scene, words),
    )
