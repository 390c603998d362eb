"""A map as a file: a page of HTML, or a picture as PNG or SVG.

Comes in: an edition, a grouping of it, the name of a file. Goes out: the file, written whole or not at all.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.files.folder import write_file
from sip_grouping.findings import finding, nearest
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.report.map.page import map_page
from sip_grouping.report.map.picture import map_picture
from sip_grouping.report.map.scene import scene_of
from sip_grouping.report.speech import Words

_Drawn = Callable[[Edition, Grouping, Language, Sequence[str]], bytes]


def export_map(
    edition: Edition,
    grouping: Grouping | Formed,
    file: Path | str,
    *,
    language: Language = "en",
    themes: Sequence[str] = (),
    force: bool = False,
) -> None:
    """Draw a grouping as a map. The same arguments give the same bytes. Ids only, no names.

    Parameters
    ----------
    edition, grouping
        They belong together; `verify` says whether they do.
    file
        Its name ends in .html (one page that needs no network), .png or .svg.
    themes
        Ids of the themes that are shown; none: all.
    force
        Whether a file that is there may be replaced.

    Raises
    ------
    InputError
        The edition has no such theme, or the name of the file says no kind of map.
    OutputError
        The file cannot be written there.
    """
    made = grouping_of(grouping, "export_map")
    draw = checked_map(edition, file, themes)
    write_file(file, draw(edition, made, language, themes), force=force)


def checked_map(edition: Edition, file: Path | str, themes: Sequence[str]) -> _Drawn:
    """Return what draws the map that the name of a file asks for.

    Raises
    ------
    InputError
        See `export_map`.
    """
    wrong = [
        finding(
            "unknown-theme", "export_map", column="themes", value=theme, variant="argument",
            known=", ".join(edition.theme_by_id), near=nearest(theme, edition.theme_by_id),
        )
        for theme in themes
        if theme not in edition.theme_by_id
    ]  # fmt: skip
    ending = Path(file).suffix.lower()
    if ending not in _KINDS:
        wrong.append(finding("unknown-kind-of-map", str(file), known=", ".join(_KINDS)))
    if wrong:
        raise InputError(wrong)
    return _KINDS[ending]


def _html(edition: Edition, made: Grouping, language: Language, themes: Sequence[str]) -> bytes:
    return map_page(edition, made, language=language, themes=themes).encode("utf-8")


def _png(edition: Edition, made: Grouping, language: Language, themes: Sequence[str]) -> bytes:
    return map_picture(scene_of(edition, made, themes), Words(language), "png")


def _svg(edition: Edition, made: Grouping, language: Language, themes: Sequence[str]) -> bytes:
    return map_picture(scene_of(edition, made, themes), Words(language), "svg")


_KINDS: dict[str, _Drawn] = {".html": _html, ".htm": _html, ".png": _png, ".svg": _svg}
