"""An edition as a folder: edition.toml, members.csv, offices.csv, pins.csv.

Comes in: an `Edition`. Goes out: a folder that `load_edition` reads as the same edition.
"""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomli_w

from sip_grouping.edition import Edition
from sip_grouping.io.edition_parts import EDITION, MEMBERS, OFFICES, PINS
from sip_grouping.io.folder import write_folder
from sip_grouping.records import Member, Theme

EDITION_FILES = (EDITION, MEMBERS, OFFICES, PINS, "README.md")


def save_edition(edition: Edition, folder: Path | str, *, force: bool = False) -> None:
    """Write an edition to a folder, whole or not at all.

    Raises
    ------
    OutputError
        The folder exists, cannot be written, or holds other files; nothing was changed.
    """
    files = {
        EDITION: tomli_w.dumps(_toml(edition)).encode(),
        MEMBERS: _members(edition),
        OFFICES: _table(
            ("office_id", "name", "country", "postcode", "latitude", "longitude", "rooms"),
            (
                (o.office_id, o.name, o.country, o.postcode, o.latitude, o.longitude, o.rooms)
                for o in edition.offices
            ),
        ),
    }
    if edition.pins:
        files[PINS] = _table(
            ("member_id", "theme", "track", "place", "role", "with_members"),
            (
                (p.member_id, p.theme, p.track, p.place, p.role, " ".join(p.with_members))
                for p in edition.pins
            ),
        )
    write_folder(folder, files, force=force, known_files=EDITION_FILES)


def _toml(edition: Edition) -> dict[str, Any]:
    return {
        "name": edition.name,
        "rules": edition.rules.model_dump(mode="json", exclude_none=True),
        "places": edition.places.model_dump(mode="json"),
        "score": edition.score.model_dump(mode="json"),
        "themes": [_theme(theme) for theme in edition.themes],
    }


def _theme(theme: Theme) -> dict[str, Any]:
    content = theme.model_dump(mode="json", exclude_none=True)
    spread = theme.rules.spread_km
    if spread is not None:
        content["rules"]["spread_km"] = spread
    return {key: value for key, value in content.items() if value != {}}


def _members(edition: Edition) -> bytes:
    ranks = max((len(member.themes) for member in edition.members), default=1)
    extra = list(dict.fromkeys(key for member in edition.members for key in member.extra))
    personal = [
        name for name in ("name", "email") if any(getattr(m, name) for m in edition.members)
    ]
    columns = (
        "member_id", "country", "postcode", *(f"theme_{rank + 1}" for rank in range(ranks)),
        "office", "cooperator", "commits", "moderator", "secretary", "local", "video",
        "languages", "slots", "together", "apart", "latitude", "longitude", *personal, *extra,
    )  # fmt: skip

    def row(member: Member) -> tuple[object, ...]:
        themes = (*member.themes, *[""] * (ranks - len(member.themes)))
        yes_no = (
            "yes" if answer else "no"
            for answer in (
                member.cooperator, member.commits, member.moderator,
                member.secretary, member.local, member.video,
            )
        )  # fmt: skip
        lists = (member.languages, member.slots, member.together, member.apart)
        return (
            member.member_id, member.country, member.postcode, *themes, member.office, *yes_no,
            *(" ".join(codes) for codes in lists), member.latitude, member.longitude,
            *(getattr(member, name) for name in personal),
            *(member.extra.get(key) for key in extra),
        )  # fmt: skip

    return _table(columns, (row(member) for member in edition.members))


def _table(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue().encode()
