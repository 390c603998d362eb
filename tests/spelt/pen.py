"""A pen with habits: it writes cells and titles in one of the ways that are read.

Comes in: a seed and habits. Goes out: texts. Each habit has random numbers of its own, so that a spelling
with fewer habits is the same spelling without them: what fails is found by taking habits away.
"""

import random
import unicodedata
from collections.abc import Callable, Sequence

from sip_grouping.reading.columns import TableName, columns_of
from spelt import words
from spelt.editions import DAYS, OFFICES, PARTS, TITLES, point_of

HABITS = (
    *("titles", "rank-titles", "title-case", "title-accents", "title-spaces", "title-remarks"),
    *(
        "column-order",
        "fewer-columns",
        "yes-no",
        "blanks",
        "countries",
        "towns",
        "marks-of-country",
    ),
    *("spaces-in-codes", "numbers-of-spreadsheets", "theme-titles", "office-names", "case"),
    *("languages", "slots", "lists", "ids", "tracks", "decimal-commas", "invisible", "typographic"),
    *("decomposed", "spaces", "title-rows", "blank-rows", "empty-columns", "header-again"),
    *("file-names", "native", "toml", "more-sheets", "short-rows", "town-ids"),
)
"""All that a pen may do; what belongs to one kind of file does nothing in others."""


class Pen:
    """Writes in one of the accepted ways; see the module's first lines."""

    def __init__(self, seed: int, habits: frozenset[str]) -> None:
        unknown = habits - set(HABITS)
        assert not unknown, unknown
        self._seed = seed
        self._habits = habits
        self._drawn: dict[str, random.Random] = {}

    def rng(self, habit: str) -> random.Random:
        """Return the random numbers of a habit."""
        return self._drawn.setdefault(habit, random.Random(f"{self._seed} {habit}"))

    def does(self, habit: str, chance: float = 1.0) -> bool:
        """Return whether a habit shows here."""
        return habit in self._habits and self.rng(habit).random() < chance

    def one_of(self, habit: str, own: str, others: Sequence[str]) -> str:
        """Return the text itself or, by habit, another one that says the same."""
        return self.rng(habit).choice((own, *others)) if self.does(habit) else own

    # Cells

    def yes_no(self, said: bool | str, default: bool, *, blanks: bool, marks: bool) -> str:
        if said == "only":
            return self.one_of("yes-no", "only", self._cased("yes-no", words.ONLY))
        if said == default and blanks and self.does("blanks", 0.5):
            return ""
        known = (*words.YES, *(words.MARKS if marks else ())) if said else words.NO
        return self.one_of("yes-no", "yes" if said else "no", self._cased("yes-no", known))

    def country(self, code: str) -> str:
        more = [words.IN_TWO_LANGUAGES[code]] if code in words.IN_TWO_LANGUAGES else []
        return self.one_of("countries", code, (*words.COUNTRIES[code], *more))

    def postcode(self, country: str, code: str) -> str:
        plain = country in {"BE", "FR"}
        if not plain:
            return code
        text = code
        if country == "FR" and self.does("spaces-in-codes", 0.4):
            text = f"{code[:2]} {code[2:]}"
        if self.does("numbers-of-spreadsheets", 0.4):
            thousands = f"{code[:-3]}.{code[-3:]}"
            return self.rng("numbers-of-spreadsheets").choice((f"{code}.0", f"{code},0", thousands))
        if self.does("marks-of-country", 0.5):
            marks = {"BE": ("B-", "B ", "BE ", "BE-", "b-"), "FR": ("F-", "FR-", "F ", "FR ")}
            text = self.rng("marks-of-country").choice(marks[country]) + text
        point = point_of(country, code)
        if point is not None and self.does("towns", 0.5):
            town = point.place.partition("/")[0]
            rng = self.rng("towns")
            between = rng.choice((" ", " ", ", ", " - "))
            text = f"{text}{between}{rng.choice((town, town.upper(), without_accents(town)))}"
            if country == "FR" and rng.random() < 0.3:
                text += rng.choice((" Cedex", " CEDEX 9", " 3e"))
        return text

    def theme(self, theme_id: str) -> str:
        titles = list(TITLES[theme_id].values())
        both = [f"{titles[0]} / {titles[1]}"] if len(titles) > 1 else []
        text = self.one_of("theme-titles", theme_id, (*titles, *both))
        return self._in_any_case(text)

    def office(self, office_id: str) -> str:
        name = OFFICES[office_id][0]
        return self._in_any_case(self.one_of("office-names", office_id, [name] if name else []))

    def _in_any_case(self, text: str) -> str:
        if not self.does("case", 0.5):
            return text
        return self.rng("case").choice((text.upper(), text.lower(), without_accents(text)))

    def languages(self, codes: Sequence[str]) -> str:
        found = [self.one_of("languages", code, words.LANGUAGES[code]) for code in codes]
        # With spaces alone a name of several words would be torn, and `en` may mean "and".
        spaces = not {"en", "et"} & set(found[1:-1])
        return self._list(found, spaces=spaces and all(len(one) == 2 for one in found))

    def slots(self, slots: Sequence[str]) -> str:
        found = [self._slot(one) for one in slots]
        return self._list(found, spaces=found == list(slots))

    def _slot(self, slot: str) -> str:
        day, _, part = slot.partition("-")
        if day not in DAYS or part not in PARTS:
            return self._in_any_case(slot)
        return self.one_of("slots", slot, words.slot_words(DAYS.index(day), part))

    def ids(self, ids: Sequence[str]) -> str:
        return self._list([self.member_id(one) for one in ids], spaces=True)

    def member_id(self, member_id: str) -> str:
        """Return what a cell that names a member holds: perhaps what a spreadsheet made of its id."""
        if not self.does("ids", 0.5):
            return member_id
        if member_id.isdecimal():
            return self.rng("ids").choice((str(int(member_id)), f"{int(member_id)}.0"))
        return self.rng("ids").choice((member_id.upper(), member_id.lower()))

    def track(self, track: str) -> str:
        return self.one_of("tracks", track, self._cased("tracks", words.TRACKS[track]))

    def role(self, role: str) -> str:
        return self.one_of("tracks", role, self._cased("tracks", words.ROLES[role]))

    def degrees(self, value: float) -> str:
        text = repr(value)
        if self.does("decimal-commas", 0.7):
            rng = self.rng("decimal-commas")
            text = (
                text.replace(".", ",") if rng.random() < 0.7 else f"+{text}" * (value > 0) or text
            )
            text += "0" * rng.randint(0, 2)
        return text

    def town(self, town_id: str) -> str:
        """Return a town as a list in the settings may have it."""
        country, _, code = town_id.partition("-")
        return self.one_of(
            "town-ids", town_id, (f"{country.lower()} {code}", code, f"{country}{code}")
        )

    def amount(self, value: float) -> str:
        """Return a number of which three digits after a mark would leave it in doubt what the mark is."""
        text = f"{value:g}"
        text += "0" * (len(text.partition(".")[2]) == 3)
        return text.replace(".", ",") if self.does("decimal-commas", 0.7) else text

    def rooms(self, count: int) -> str:
        return self.one_of("numbers-of-spreadsheets", str(count), (f"{count}.0", f"{count},0"))

    def text(self, text: str) -> str:
        """Return a text with what word processors, other systems and copying put in it."""
        if "'" in text or "-" in text or " " in text:
            rng = self.rng("typographic")
            if self.does("typographic", 0.6):
                text = text.replace("'", rng.choice("\u2019\u02bc'")).replace(
                    "-", rng.choice("\u2010\u2011\u2013-")
                )
                text = text.replace(" ", rng.choice("\u00a0\u202f "))
        if text and self.does("invisible", 0.3):
            rng = self.rng("invisible")
            at = rng.randint(0, len(text))
            text = text[:at] + rng.choice("\u200b\u00ad\u200d\ufeff\u2060") + text[at:]
        if self.does("decomposed", 0.7):
            text = unicodedata.normalize("NFD", text)
        if self.does("spaces", 0.3):
            text = self.rng("spaces").choice(
                (f" {text}", f"{text}  ", f"\u00a0{text}", f"{text}\t")
            )
        return text

    def _list(self, parts: Sequence[str], *, spaces: bool) -> str:
        if not self.does("lists"):
            return ", ".join(parts)
        between = [",", ", ", ";", " ; ", "\n", *([" ", "  "] if spaces else [])]
        return self.rng("lists").choice(between).join(parts)

    def _cased(self, habit: str, texts: Sequence[str]) -> tuple[str, ...]:
        changed: Callable[[str], str] = self.rng(habit).choice(
            (str, str.upper, str.capitalize, str.lower)
        )
        return tuple(map(changed, texts))

    # Titles

    def title(self, table: TableName, field: str, *, yes_no: bool = False) -> str:
        names = columns_of(table)[field].names
        title = self._spaced(self.one_of("titles", field, names))
        if self.does("title-remarks", 0.4) and title != field:
            rng = self.rng("title-remarks")
            if yes_no:
                title += rng.choice((" (oui/non)", " (ja/nee)", " : oui / non", "\n(oui/non)"))
            else:
                other = self._spaced(rng.choice(names[1:]))
                title = rng.choice((f"{title} / {other}", f"{title}\n{other}", f"{title} :"))
        return self._title(title)

    def rank(self, rank: int) -> str:
        """Return the title of a ranked theme."""
        own = f"theme_{rank}"
        more = [one.format(rank) for one in words.ANY_RANK]
        return self._title(
            self._spaced(self.one_of("rank-titles", own, (*words.RANKS[rank], *more)))
        )

    def _spaced(self, title: str) -> str:
        if not self.does("title-spaces", 0.7):
            return title
        return title.replace(" ", self.rng("title-spaces").choice(("_", "-", "  ", "\u00a0", "\n")))

    def _title(self, title: str) -> str:
        if self.does("title-case", 0.7):
            changed: Callable[[str], str] = self.rng("title-case").choice((str.upper, str.lower))
            title = changed(title)
        if self.does("title-accents", 0.7):
            title = without_accents(title)
        return self.text(title)


def without_accents(text: str) -> str:
    """Return a text as somebody types it who has no accents at hand."""
    plain = unicodedata.normalize("NFD", text.replace("Œ", "Oe").replace("œ", "oe"))
    return "".join(one for one in plain if not unicodedata.combining(one))
