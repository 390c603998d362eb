"""The edition in which a cell is typed, and how a rule is told.

Comes in: cells. Goes out: `Rule`, and files of an edition.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CERTAIN = "certain"
REFUSED = object()
"""What a cell is read as that is not read."""

EDITION = """\
name = "2026-2027"

[rules]
moderators = 1
secretaries = 0

[[themes]]
id = "support"
title = { nl = "Begeleiding", fr = "L'accompagnement, du projet à l'emploi", en = "Support" }

[[themes]]
id = "gender"
title = { nl = "Gendergelijkheid", fr = "Égalité de genre", en = "Care" }

[[themes]]
id = "sharing"
title = { nl = "Deeleconomie", fr = "Économie du partage", en = "Care" }
countries = ["FR"]
"""
OFFICES = """\
office_id,name,country,postcode,rooms
liege,Liège,BE,4000,3
nord,Bruxelles,BE,1000,
sud,Bruxelles,BE,1060,
"""
COLUMNS = (
    *("member_id", "country", "home_country", "postcode", "theme_1", "theme_2", "office"),
    *("cooperator", "moderator", "local", "video", "languages", "slots", "together", "latitude"),
    *("longitude", "name", "email"),
)
_PLAIN = {"country": "BE", "postcode": "4000", "theme_1": "support"}
ROWS = [
    {"member_id": "000456", **_PLAIN, "cooperator": "yes", "name": "Verborgen Aurore"},
    {
        "member_id": "m2",
        **_PLAIN,
        "cooperator": "yes",
        "moderator": "yes",
        "name": "Verborgen Bruno",
    },
    {"member_id": "A-3", **_PLAIN, "country": "FR", "postcode": "59000", "cooperator": "yes"},
]
"""The first has the cell that is typed; the others see to it that nothing else need be said."""


def table(rows: Iterable[dict[str, str]], columns: Iterable[str] = COLUMNS) -> list[list[str]]:
    names = list(columns)
    return [names, *([row.get(name, "") for name in names] for row in rows)]


def as_csv(rows: Iterable[Iterable[str]], separator: str = ",") -> str:
    lines = (
        separator.join('"' + cell.replace('"', '""') + '"' if cell else "" for cell in row)
        for row in rows
    )
    return "\n".join(lines) + "\n"


def folder_of(path: Path, **files: str | bytes) -> Path:
    """Write an edition with some files of its own; members, offices, edition or any other."""
    path.mkdir()
    given: dict[str, str | bytes] = {
        "edition.toml": EDITION,
        "members.csv": as_csv(table(ROWS)),
        "offices.csv": OFFICES,
    }
    for name, content in (
        given | {name.replace("__", "."): one for name, one in files.items()}
    ).items():
        (path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@dataclass(frozen=True)
class Rule:
    """What is typed into a cell of the first member, what it is read as, and how that is told."""

    paragraph: str
    column: str
    typed: str
    read: object
    told: str
    beside: tuple[tuple[str, str], ...] = ()
    """Other cells of the row."""


def cells(
    paragraph: str,
    column: str,
    told: str,
    *rules: tuple[str, object],
    beside: dict[str, str] | None = None,
) -> list[Rule]:
    more = tuple((beside or {}).items())
    return [Rule(paragraph, column, typed, read, told, more) for typed, read in rules]
