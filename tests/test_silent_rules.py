"""Nothing is read otherwise than typed without a word: it is certain, named in a warning, or refused.

The tables of rules stand in `silent`: what is typed, what it is read as, how that is told. `certain` says
that no other meaning is possible, so that nothing need be said.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from babel import Locale
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from silent.base import CERTAIN, REFUSED, ROWS, Rule, as_csv, folder_of, table
from silent.cells import RULES
from silent.files import FILES, Written
from spelt import words
from spelt.editions import DAYS, PARTS
from spelt.pen import without_accents

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme
from sip_grouping.errors import InputError


def told_by(path: Path) -> tuple[Edition | None, set[str]]:
    """Return what was read, and the codes of all that was said."""
    try:
        edition = sip.load_edition(path)
    except InputError as error:
        return None, {one.code for one in error.findings}
    return edition, {one.code for one in edition.warnings}


@pytest.mark.parametrize(
    "rule", RULES, ids=lambda rule: f"{rule.paragraph}-{rule.column}-{rule.typed!a}"
)
def test_a_cell_is_told_as_the_table_of_rules_says(rule: Rule, tmp_path: Path) -> None:
    first, *others = ROWS
    row = {**first, **dict(rule.beside), rule.column: rule.typed}
    path = folder_of(tmp_path / "edition", members__csv=as_csv(table([row, *others])))
    edition, codes = told_by(path)
    if rule.read is REFUSED:
        assert edition is None
        assert rule.told in codes
        return
    assert edition is not None, codes
    field = "themes" if rule.column.startswith("theme_") else rule.column
    value = getattr(edition.members[0], field)
    assert (value[1] if field == "themes" else value) == rule.read
    assert codes == ({rule.told} if rule.told != CERTAIN else set())


@pytest.mark.parametrize("written", FILES, ids=lambda one: f"{one.paragraph}-{one.what}")
def test_a_file_is_told_as_the_table_of_rules_says(written: Written, tmp_path: Path) -> None:
    edition, codes = told_by(written.write(tmp_path / "edition"))
    if written.read is REFUSED:
        assert edition is None
        assert written.told in codes
        return
    assert edition is not None, codes
    assert written.look(edition) == written.read
    assert codes == ({written.told} if written.told != CERTAIN else set())


PARAGRAPHS = {
    *("files", "headers", "text", "yes-no", "country", "themes", "offices", "languages", "lists"),
    *("numbers", "ids", "postcodes", "coordinates", "findings", "closed-themes", "workbooks"),
    *("edition.toml",),
}


def test_every_paragraph_has_rules() -> None:
    assert {one.paragraph for one in RULES} | {one.paragraph for one in FILES} == PARAGRAPHS
    assert len(RULES) + len(FILES) >= 210


# DataFrames: values that are no texts


@pytest.mark.parametrize(
    ("column", "value", "read"),
    [
        ("member_id", 7.0, "7"),
        ("member_id", 1.2345678901234568e17, REFUSED),
        ("postcode", 1000.0, "1000"),
        ("postcode", 1000.5, REFUSED),
        ("video", False, False),
        ("video", 0.0, False),
        ("video", 0.5, REFUSED),
        ("languages", ["fr", "nl"], ("fr", "nl")),
        ("languages", ["fr, nl"], REFUSED),
        ("languages", None, ()),
    ],
)
def test_a_value_of_a_frame_is_certain_or_refused(column: str, value: object, read: object) -> None:
    row = {"member_id": "m1", "country": "BE", "postcode": "1000", "theme_1": "a", column: value}
    frame = pd.DataFrame({name: pd.Series([one], dtype=object) for name, one in row.items()})
    if read is REFUSED:
        with pytest.raises(InputError):
            sip.edition_from_frames(name="x", themes=[Theme(id="a")], members=frame)
    else:
        edition = sip.edition_from_frames(name="x", themes=[Theme(id="a")], members=frame)
        assert getattr(edition.members[0], column) == read


def test_an_index_of_ids_beside_other_ids_is_refused() -> None:
    frame = pd.DataFrame(
        {"member_id": ["p"], "country": "BE", "postcode": "1000", "theme_1": "a"},
        index=pd.Index(["m1"], name="member_id"),
    )
    with pytest.raises(InputError) as caught:
        sip.edition_from_frames(name="x", themes=[Theme(id="a")], members=frame)
    assert {one.code for one in caught.value.findings} == {"duplicate-column"}
    same = frame.set_index(pd.Index(["p"], name="member_id"))
    edition = sip.edition_from_frames(name="x", themes=[Theme(id="a")], members=same)
    assert [one.member_id for one in edition.members] == ["p"]


# Whatever stands in a cell: silence only where the dictionary knows no other meaning


def plain(text: str) -> str:
    """Return a text as somebody sees it who knows no invisible characters."""
    return re.sub("[\u200b\u00ad]", "", text).replace("\u00a0", " ").replace("\u2019", "'").strip()


def letters(text: str) -> str:

    return re.sub(r"[\W_]", "", without_accents(plain(text))).casefold()


YES, NO = ({letters(one) for one in some} for some in ((*words.YES, "x"), words.NO))
THEMES = {
    **dict.fromkeys(map(letters, ("support", "Begeleiding")), "support"),
    letters("L'accompagnement, du projet à l'emploi"): "support",
    **dict.fromkeys(map(letters, ("gender", "Gendergelijkheid", "Égalité de genre")), "gender"),
}
NAMED = {
    letters(name) for one in ("nl", "fr", "en", "de") for name in Locale(one).languages.values()
}
OFFICE_IDS = {"", "liege", "nord", "sud"}
LANGUAGES = {
    letters(name): code for code, names in words.LANGUAGES.items() for name in (*names, code)
}
SLOTS = {
    letters(text): f"{DAYS[number]}-{part}"
    for number in range(7)
    for part in PARTS
    for text in (*words.slot_words(number, part), f"{DAYS[number]}-{part}")
}


def certainly(column: str, typed: str) -> Callable[[object], bool]:
    """Return whether a value is all that a text can mean, by the dictionaries of the tests alone."""
    text = plain(typed)
    if column == "cooperator":
        keys = {letters(part) for part in re.split(r"\s*/\s*", text)}
        return lambda value: (
            (value is True and (not text or text in words.MARKS or keys <= YES))
            or (value is False and keys <= NO)
        )
    if column == "country":
        names = {letters(name) for name in (*words.COUNTRIES["BE"], "bel")}
        return lambda value: value == "BE" and all(letters(one) in names for one in text.split("/"))
    if column == "theme_1":
        return lambda value: isinstance(value, tuple) and THEMES.get(letters(text)) == value[0]
    if column == "office":
        return lambda value: (value or "") == letters(text) and letters(text) in OFFICE_IDS
    if column == "postcode":
        return lambda value: value == text
    if column == "latitude":
        return lambda value: value == (float(text.replace(",", ".")) if text else None)
    if column == "together":
        parts = set(filter(None, re.split(r"[\s,;]+", text)))
        return lambda value: set(value) == parts  # type: ignore[call-overload]
    if column == "languages":
        parts = set(filter(None, map(str.strip, re.split(r"[,;\n]+", text))))
        pieces = set(filter(None, re.split(r"[\s,;]+", text)))
        return lambda value: _are_languages(set(value), parts) or _are_languages(set(value), pieces)  # type: ignore[call-overload]
    if column == "slots":
        listed = list(filter(None, map(str.strip, re.split(r"[,;\n]+", text))))
        return lambda value: set(value) in _slots_of(listed)  # type: ignore[call-overload]
    assert column == "name"
    return lambda value: (value or "") == text


BETWEEN = {
    *("", "le", "la", "l", "les", "au", "en", "du", "de", "het", "op", "s", "the", "on", "in", "d"),
}
"""What stands between a weekday and a part of the day, and says nothing."""


def _slots_of(parts: list[str]) -> list[set[str]]:
    """Return all that texts may mean as weekly slots, several of which spaces may separate."""
    found: list[set[str]] = [set()]
    for part in parts:
        pieces = [one for one in part.split() if letters(one) not in BETWEEN]
        found = [one | other for one in found for other in _torn(pieces)]
    return found


def _torn(pieces: list[str]) -> list[set[str]]:
    if not pieces:
        return [set()]
    return [
        {SLOTS[letters("".join(pieces[:count]))]} | others
        for count in range(1, len(pieces) + 1)
        if letters("".join(pieces[:count])) in SLOTS
        for others in _torn(pieces[count:])
    ]


def _are_languages(codes: set[str], parts: set[str]) -> bool:
    """Return whether texts mean languages: by the dictionary, or as codes that it does not know."""
    known = {LANGUAGES[letters(one)] for one in parts if letters(one) in LANGUAGES}
    others = {one for one in parts if letters(one) not in LANGUAGES}
    return (
        known <= codes
        and len(codes - known) <= len(others)
        and all(
            letters(one) in NAMED or re.fullmatch(r"[a-z]{2,3}([-_]\w+)?", one.lower())
            for one in others
        )
    )


TYPED = (
    *(
        *words.YES,
        *words.NO,
        *words.ONLY,
        *words.MARKS,
        "",
        "-",
        "peut-être",
        "1.0",
        "12.000",
        "#N/A",
    ),
    *(*words.COUNTRIES["BE"], "Belgique / België", "FR", "Luxembourg", "B"),
    *(
        "support",
        "SUPPORT",
        "Begeleiding",
        "Égalité de genre",
        "gender",
        "Care",
        "sharing",
        "support, gender",
    ),
    *("4000", "B-4000", "4000 Liège", "4.000", "04000", "4000.0", "12-34", "1000A", "4001"),
    *("liege", "Liège", "Bruxelles", "nord", "aucun", "50.63", "50,63", "5,57", "0", "1e2", "inf"),
    *("m2", "M2", "A-3", "m2 A-3", "m2;A-3", "456", "Verborgen Bruno", "m9"),
    *("fr", "FR nl", "fr en nl", "Frans", "français, Nederlands", "fr/nl", "en", "ja nee"),
    *(
        "mardi soir",
        "dinsdagavond",
        "mardi",
        "tue-evening",
        "lundi matin; jeudi soir",
        "le mardi soir",
        "di",
    ),
)
COLUMNS_TRIED = (
    *(
        "cooperator",
        "country",
        "theme_1",
        "office",
        "postcode",
        "latitude",
        "together",
        "languages",
    ),
    *("slots", "name"),
)


@st.composite
def typed_cells(draw: st.DrawFn) -> tuple[str, str]:
    """Return a column and a text: one that fits some column, perhaps with a slip of the pen."""
    text = draw(st.sampled_from(TYPED))
    rng = random.Random(draw(st.integers(0, 2**32 - 1)))
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        at = rng.randint(0, len(text))
        match rng.randrange(4):
            case 0:
                text = text[:at] + rng.choice("aeE0129 ,;./-_'\u200b\u00a0\u2019()x") + text[at:]
            case 1:
                text = text[:at] + text[at + 1 :]
            case 2:
                text = text + rng.choice((" ", ", ", "; ", " / ", "\n")) + rng.choice(TYPED)
            case _:
                text = rng.choice((text.upper(), text.lower(), text.capitalize()))
    return draw(st.sampled_from(COLUMNS_TRIED)), text


@settings(deadline=None, max_examples=cases(500, 1_500), derandomize=True)
@given(typed_cells())
def test_silence_means_that_nothing_else_can_be_meant(
    tmp_path_factory: pytest.TempPathFactory, cell: tuple[str, str]
) -> None:
    column, typed = cell
    first, *others = ROWS
    row = {**first, column: typed} | ({"longitude": "5.57"} if column == "latitude" else {})
    path = tmp_path_factory.getbasetemp() / "typed"
    if not path.exists():
        folder_of(path)
    (path / "members.csv").write_text(as_csv(table([row, *others])), "utf-8")
    edition, codes = told_by(path)
    if edition is None or codes:
        assert codes
        return
    value = getattr(edition.members[0], "themes" if column == "theme_1" else column)
    assert certainly(column, typed)(value), value
