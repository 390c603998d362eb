"""What is read otherwise than it is typed is certain, or named in a warning, or refused.

Cells are broken at random; what stays without a finding has to be what an own, literal reading of the
cell says, which knows of typing differences alone: case, accents, spaces and marks.
"""

import csv
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest
from babel import Locale
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from slips import SLIPS
from slips.base import EDITION, MEMBERS, OFFICES, TITLES

import sip_grouping as sip
from sip_grouping import Edition, Member
from sip_grouping.findings import Finding

Cell = tuple[str, str]
"""Member and column."""
Cells = Mapping[Cell, str]
INVISIBLE = "\u200b\u00ad\ufeff"
YES = ["yes", "y", "oui", "o", "ja", "j", "true", "vrai", "waar", "1", "x"]
NO = ["no", "n", "non", "nee", "false", "faux", "onwaar", "0"]
THEMES = {
    "support": ("support", "Begeleiding", "L'accompagnement, du projet à l'emploi"),
    "gender": ("gender", "Gendergelijkheid", "Égalité de genre", "Gender equality"),
    "sharing": ("sharing", "Deeleconomie", "Économie du partage", "Sharing economy"),
}
OFFICE_NAMES = {
    "liege": ("liege", "Liège"), "lln": ("lln", "Louvain-la-Neuve"), "lille": ("lille", "Lille")
}  # fmt: skip
NAMED_IN = ("nl", "fr", "en", "de")
COUNTRIES = {
    code: (code, *others, *(str(Locale(one).territories[code]) for one in NAMED_IN))
    for code, others in {"BE": ("BEL",), "FR": ("FRA",)}.items()
}
LANGUAGES = {
    code: (code, *others, *(str(Locale(one).languages[code]) for one in NAMED_IN))
    for code, others in {
        "fr": ("fra", "fre"), "nl": ("nld", "dut", "vlaams", "flamand", "flemish"), "en": ("eng",),
        "af": ("afr",),
    }.items()
}  # fmt: skip
_TUESDAY = "tuesdays tuesday tues tue tu mardis mardi mar dinsdags dinsdag dins di"
_EVENING = "evenings evening soirees soiree soirs soir avonds avond"
_DAY, _PART = _TUESDAY.replace(" ", "|"), _EVENING.replace(" ", "|")
SLOT = re.compile(rf"({_DAY})({_PART})|({_PART})({_DAY})")


def alike(text: str) -> str:
    """Return the letters and digits of a text, whatever their case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in plain if one.isalnum())


def seen(text: str) -> str:
    """Return a text as it looks: without what cannot be seen, any space as a space."""
    kept = "".join(
        one for one in text if unicodedata.category(one) not in {"Cf", "Cc"} or one in "\n\t"
    )
    typed = kept.replace("\u2019", "'").replace("\u2013", "-").replace("\u00a0", " ")
    return unicodedata.normalize("NFC", typed).strip()


def one_of(names: Mapping[str, Iterable[str]], text: str) -> object:
    """Return what one name says, or two names of the same: a form in two languages shows both."""
    fitting = {
        one
        for one, several in names.items()
        if alike(text) in map(alike, several)
        or alike(text) in {alike(first) + alike(other) for first in several for other in several}
    }
    return next(iter(fitting)) if len(fitting) == 1 else None


def yes_or_no(text: str) -> object:
    if not text:
        return None
    words = {part: alike(part) for part in re.split("[/|]", text)}
    said = {word in YES if word in YES + NO else None for word in words.values()}
    return next(iter(said)) if len(said) == 1 else None


def language(text: str) -> str | None:
    names = {alike(name): code for code, several in LANGUAGES.items() for name in several}
    region = re.fullmatch(r"([a-z]{2,3})[-_]([a-z]{2})", text.casefold())
    if region and region[2].upper() in Locale("en").territories:
        own = language(region[1])
        return (
            own if own == region[2] or (region[2] not in LANGUAGES and region[2] != "de") else None
        )
    # A rare language is one all the same, where its code stands there to the letter.
    rare = text.casefold() if text.casefold() in Locale("en").languages else None
    return names.get(alike(text)) or (rare if rare and len(rare) < 4 else None)


def languages(text: str) -> object:
    found: list[str | None] = []
    for part in filter(alike, re.split(r"[,;\n]", text)):
        whole = language(part.strip())
        found += [whole] if whole else map(language, part.replace("/", " ").split())
    return tuple(dict.fromkeys(found))


def slots(text: str) -> object:
    """Return what a list of weekdays with parts of the day says, without what stands between them."""
    found: set[str] = set()
    for part in filter(str.strip, re.split(r"[,;\n]", text)):
        words = re.sub(r"\b(le|op|on|the|au|en|d|l|s|in)\b", "", part.casefold())
        says = [
            # `di` is dimanche in French and dinsdag in Dutch.
            "sun-evening" if "di" in both and "soir" in "".join(both) else "tue-evening"
            for both in SLOT.findall(alike(words))
        ]
        found |= set(says) if says and not SLOT.sub("", alike(words)) else {part.strip()}
    return tuple(sorted(found))


def number(text: str) -> object:
    plain = text.replace(",", ".")
    return float(plain) if re.fullmatch(r"[+-]?\d*\.?\d+|\d+\.", plain) else None


def ids(text: str) -> object:
    own = {alike(row["member_id"]): row["member_id"] for row in MEMBERS}
    found: set[str] = set()
    for part in filter(alike, re.split(r"[,;\n]", text)):
        whole = own.get(alike(part))
        found |= {whole} if whole else {own.get(alike(one), one) for one in part.split()}
    return tuple(sorted(found))


LITERAL: Mapping[str, Callable[[str], object]] = {
    "country": lambda text: one_of(COUNTRIES, text),
    "postcode": lambda text: text,
    "theme_1": lambda text: one_of(THEMES, text),
    "theme_2": lambda text: one_of(THEMES, text) if text else "",
    "office": lambda text: one_of(OFFICE_NAMES, text) if text else "",
    "moderator": lambda text: yes_or_no(text) if text else False,
    "video": yes_or_no,
    "languages": languages,
    "slots": slots,
    "together": ids,
    "latitude": number,
}
"""What a cell says by itself, by column; None: nothing."""

WRITTEN: Mapping[str, tuple[str, ...]] = {
    "country": ("BE", "FR", "Belgique", "België", "Frankrijk", "France", "Belgium"),
    "postcode": ("4000", "59000", "4020", "75011", "1348"),
    "theme_1": ("support", "Begeleiding", "Égalité de genre", "gender", "Gendergelijkheid"),
    "theme_2": ("gender", "Support", "Gender equality", "sharing", "Deeleconomie"),
    "office": ("liege", "Liège", "lln", "Louvain-la-Neuve", "Lille"),
    "moderator": ("yes", "no", "oui", "Nee", "vrai", "1", "0", "x"),
    "video": ("yes", "no", "Ja", "non", "onwaar", "1", "0"),
    "languages": ("fr", "nl", "Français", "frans, Nederlands", "fr nl", "en", "fr_BE"),
    "slots": ("tue-evening", "Mardi soir", "dinsdagavond", "Tuesday evening"),
    "together": ("a01", "a02, a03", "f01;f02", "f04"),
    "latitude": ("50.63", "50,63", "50.6"),
}
MARKS = " -_.,;/'()!?#\n\t\u00a0\u200b\u2019\u201301oOlIxX?éa"


def broken(cell: str, chance: random.Random, column: str) -> str:
    """Return a cell with one to three slips of a hand or a program."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(cell) + 1)
        rest = cell[at:]
        match chance.randrange(8):
            case 0:
                cell = cell[:at] + rest[1:]
            case 1:
                cell = cell[:at] + rest[:1] * 2 + rest[1:]
            case 2:
                cell = cell[:at] + chance.choice(MARKS) + rest[1:]
            case 3:
                cell = cell[:at] + rest[1:2] + rest[:1] + rest[2:]
            case 4:
                cell = cell[:at] + chance.choice(MARKS) + rest
            case 5:
                cell = chance.choice((cell.upper(), cell.lower(), cell.title(), alike(cell)))
            case 6:
                cell += chance.choice(MARKS) + chance.choice(WRITTEN[column])
            case _:
                cell = chance.choice(WRITTEN[column])
    return cell


def written(folder: Path, cells: Cells) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "edition.toml").write_text(EDITION, "utf-8")
    (folder / "offices.csv").write_text(OFFICES, "utf-8")
    with (folder / "members.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow(TITLES)
        for row in MEMBERS:
            table.writerow([cells.get((row["member_id"], title), row[title]) for title in TITLES])
    return folder


def places(findings: Iterable[Finding]) -> set[tuple[int, str]]:
    return {(int(one.row), one.column or "") for one in findings if isinstance(one.row, int)}


ROW = {row["member_id"]: number for number, row in enumerate(MEMBERS, start=2)}


def read(folder: Path, cells: Cells) -> tuple[Edition, Cells]:
    """Return the edition, and the cells that were not refused; every refusal has to name a cell."""
    left = dict(cells)
    while True:
        try:
            return sip.load_edition(written(folder, left)), left
        except sip.InputError as error:
            refused = places(error.findings)
            own = {cell for cell in left if (ROW[cell[0]], cell[1]) in refused}
            # A good cell may be refused for one beside it: a postcode for its country.
            rows = {row for row, _ in refused}
            own = own or {cell for cell in left if ROW[cell[0]] in rows} or set(left)
            if not own:
                raise
            left = {cell: text for cell, text in left.items() if cell not in own}


def value(member: Member, column: str) -> object:
    if column.startswith("theme_"):
        rank = int(column[-1])
        return member.themes[rank - 1] if rank <= len(member.themes) else ""
    if column == "office":
        return member.office or ""
    return getattr(member, column)


def silent(edition: Edition, cells: Cells) -> list[tuple[Cell, str, object, object]]:
    """Return the cells that no warning names and that are read as something that they do not say."""
    named = places(edition.warnings)
    columns = {one.column for one in edition.warnings if one.row in {None, 1}}
    found = []
    for (member_id, column), text in cells.items():
        if (ROW[member_id], column) in named or column in columns:
            continue
        got = value(edition.member_by_id[member_id], column)
        says = LITERAL[column](seen(text))
        if got != says:
            found.append(((member_id, column), text, got, says))
    return found


@pytest.fixture(scope="module")
def spot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("silent")


@settings(deadline=None, max_examples=cases(120, 300), derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_a_broken_cell_is_read_for_what_it_says_or_named_or_refused(spot: Path, seed: int) -> None:
    chance = random.Random(seed)
    column_of = dict(zip(ROW, chance.sample(list(LITERAL), len(ROW)), strict=True))
    cells = {
        (member_id, column): broken(chance.choice(WRITTEN[column]), chance, column)
        for member_id, column in column_of.items()
    }
    edition, left = read(spot / "edition", cells)
    assert not silent(edition, left)


RULES: Mapping[str, tuple[str, ...]] = {
    "other encodings": ("unicode-text", "windows-1252", "mixed-encodings"),
    "separators and `sep=`": (
        "semicolons",
        "semicolons-and-bare-commas",
        "sep-tab-quoted",
        "cell-too-many",
    ),
    "title rows": ("title-row-above", "total-below"),
    "file names": ("file-name-in-capitals",),
    "headers and synonyms": ("headers-in-french", "decomposed-title", "postcode-under-two-titles"),
    "columns not read": (
        "two-columns-not-read",
        "misspelt-list",
        "newsletter-yes-no",
        "newsletter-ignored",
    ),
    "text": ("zero-width", "soft-hyphen", "non-breaking-space", "smart-apostrophe", "smart-dash"),
    "yes and no": ("vrai-faux", "yes-with-spaces", "perhaps", "dash-for-no"),
    "blanks": ("cross-or-blank", "cross-or-blank-where-blank-is-yes", "blank-settled"),
    "countries": ("country-names", "another-country"),
    "themes and offices": (
        "theme-without-accents",
        "theme-of-two",
        "office-by-name",
        "office-of-two",
    ),
    "languages": (
        "regional-codes",
        "language-names",
        "en-between-two",
        "no-language",
        "country-as-language",
    ),
    "lists": ("languages-over-lines", "ids-with-commas-and-blank", "languages-with-slash"),
    "slots": ("slots-in-french", "slots-in-dutch", "slot-with-an-hour"),
    "numbers": ("decimal-commas", "one-mark-and-three-digits", "percent"),
    "ids": ("id-without-zeros", "id-in-scientific-notation", "id-in-scientific-notation-of-two"),
    "postcodes": ("town-behind", "decimals", "thousands", "cedex-with-town", "letters-for-digits"),
    "coordinates": ("outside-the-globe", "swapped", "null-island", "far-from-the-postcode"),
    "closed themes": ("closed-theme-second",),
    "workbooks": (
        "xlsx-zero-by-format",
        "xlsx-whole-numbers",
        "xlsx-formula",
        "xlsx-reference-lost",
    ),
}
"""Of each rule of reading: the slips that show what it takes for certain, what it names, what it refuses."""


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_of_reading_is_shown_to_understand_or_to_say(rule: str) -> None:
    of = {slip.id: slip for slip in SLIPS}
    for one in RULES[rule]:
        slip = of[one]
        # What the slip says happens is seen in test_slips; here: that it says enough to be seen. A file
        # that is read without a word has to give the edition of the base.
        assert slip.means or slip.names or slip.kind == "files", one
        assert slip.verdict == "read" or slip.names, one
