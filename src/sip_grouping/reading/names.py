"""What a reference in a cell may mean: a theme, an office, a member.

Comes in: the ids there are, with titles and names. Goes out: the id that a text means, all that it may
mean, or none. Nothing is taken that is not the only one that fits.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import permutations

from sip_grouping.text import cleaned, key_of

_SCIENTIFIC = re.compile(r"\d([.,]\d+)?E[+-]?\d+", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(r"\w@\w")
_DECIMAL = re.compile(r"\d+([.,]\d+)?(E[+-]?\d+)?", re.IGNORECASE | re.ASCII)


class Names:
    """Ids with the titles or names that people use for them."""

    def __init__(
        self, known: Mapping[str, Iterable[str]], *, complete: bool = True, source: str = ""
    ) -> None:
        self.source = source
        """The file or table in which they stand."""
        self.ids = tuple(known)
        self._ids = frozenset(known)
        self.complete = complete
        """Whether all ids there are could be read: else nothing is called unknown."""
        self._exact: dict[str, list[str]] = defaultdict(list)
        self._alike: dict[str, list[str]] = defaultdict(list)
        for one, titles in known.items():
            own = list(dict.fromkeys(map(cleaned, titles)))
            # A form in two languages has both titles in one option.
            both = (f"{first} / {second}" for first, second in permutations(own, 2))
            texts = dict.fromkeys((one, *own, *both))
            for text in dict.fromkeys(text.casefold() for text in texts if text):
                self._exact[text].append(one)
            for key in dict.fromkeys(map(key_of, texts)):
                if key:
                    self._alike[key].append(one)

    def meant(self, text: str) -> tuple[str, ...]:
        """Return the ids that a text fits: the id itself, else a title, else a title but for accents."""
        if text in self._ids:
            return (text,)
        exact: list[str] = self._exact.get(text.casefold(), [])
        return tuple(exact or self._alike.get(key_of(text), []))

    @property
    def names(self) -> tuple[str, ...]:
        """All ids and titles, in lower case."""
        return tuple(self._exact)

    def near(self, text: str) -> str | None:
        """Return the id whose own or other name is nearly the text."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - for hints alone

        found = process.extractOne(
            key_of(text), list(self._alike), scorer=fuzz.WRatio, score_cutoff=_NEAR
        )
        if found is None or len(key_of(text)) < 2:
            return None
        ids = self._alike[found[0]]
        return ids[0] if len(ids) == 1 else None


_NEAR = 80.0
_ALIKE = 85.0
"""Of 100: how alike texts and ids are so that one may be meant for the other; ids are short."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a reference to a member means: its id, and whether that was taken from another spelling."""

    member_id: str
    rewritten: bool = False


class MemberIds:
    """The ids of the members of a table, and the names by which people may call them."""

    def __init__(self, names: Iterable[tuple[str, str]], *, complete: bool = True) -> None:
        self.complete = complete
        self._names = [(member_id, name) for member_id, name in names if member_id]
        self._ids = {member_id for member_id, _ in self._names}
        self._by_number: dict[Decimal, set[str]] | None = None

    # Most references are ids as they stand: nothing else is made for them.
    @cached_property
    def _by_key(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for member_id, _ in self._names:
            found.setdefault(key_of(member_id), set()).add(member_id)
        return found

    @cached_property
    def _by_name(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for member_id, name in self._names:
            if name:
                found.setdefault(key_of(name), set()).add(member_id)
        return found

    def __contains__(self, member_id: str) -> bool:
        return member_id in self._ids

    def meant(self, text: str) -> Meant | None:
        """Return the one member that a text means by its id; None where none or several fit.

        An id that a spreadsheet rewrote fits the id that is the same number: 456 fits 000456,
        and 1,00E+05 fits an id that is 100000 to as many digits.
        """
        if text in self._ids:
            return Meant(text)
        alike = self._by_key.get(key_of(text), set()) if key_of(text) else set()
        if len(alike) == 1:
            return Meant(next(iter(alike)), rewritten=True)
        fitting = self._same_number(text)
        return Meant(next(iter(fitting)), rewritten=True) if len(fitting) == 1 else None

    def near(self, text: str) -> str | None:
        """Return the one id that a text is nearly like; None where the nearest are several."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - for hints alone

        key = key_of(text)
        if len(key) < _SHORTEST:
            return None
        found = process.extract(key, list(self._by_key), scorer=fuzz.ratio, limit=2)
        alike = [(ids, merit) for name, merit, _ in found if (ids := self._by_key[name])]
        (ids, merit), (_, next_best) = (*alike, (set(), 0.0), (set(), 0.0))[:2]
        return next(iter(ids)) if len(ids) == 1 and merit >= _ALIKE and merit > next_best else None

    def named(self, text: str) -> str | None:
        """Return the one member who goes by a name."""
        found = self._by_name.get(key_of(text), set())
        return next(iter(found)) if len(found) == 1 else None

    def _same_number(self, text: str) -> set[str]:
        number = _number(text)
        if number is None:
            return set()
        if self._by_number is None:
            numbers: dict[Decimal, set[str]] = defaultdict(set)
            for one in self._ids:
                own = _number(one)
                if own is not None:
                    numbers[own].add(one)
            self._by_number = dict(numbers)
        if not _SCIENTIFIC.fullmatch(text):
            return self._by_number.get(number, set())
        # A spreadsheet shows few digits of a long number: any id that rounds to them fits.
        places = len(number.as_tuple().digits)
        return {
            one
            for value, ids in self._by_number.items()
            if value and _rounded(value, places) == number
            for one in ids
        }


def _number(text: str) -> Decimal | None:
    if len(text) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _rounded(value: Decimal, digits: int) -> Decimal:
    exponent = value.adjusted() - digits + 1
    return value.quantize(Decimal(1).scaleb(exponent)) if exponent > 0 else value


_LONGEST_NUMBER = 25


def is_address(text: str) -> bool:
    """Return whether a text is an e-mail address."""
    return re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", text) is not None


def is_rewritten_number(text: str) -> bool:
    """Return whether a text is what a spreadsheet makes of a long number, such as ``1,00E+05``."""
    return _SCIENTIFIC.fullmatch(text) is not None and bool(re.search(r"[.,]|\+", text))


class Personal:
    """The names and e-mail addresses of a table, which no finding may show."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)

    @cached_property
    def _keys(self) -> set[str]:
        return {key for text in self._texts if len(key := key_of(text)) >= _SHORTEST}

    def and_of(self, texts: Iterable[str]) -> "Personal":
        """Return these names, and those of further texts."""
        return Personal([*self._texts, *texts])

    def in_text(self, text: str) -> bool:
        """Return whether a text is, holds or may be part of a name or an address."""
        if _ADDRESS.search(text):
            return True
        key = key_of(text)
        return len(key) >= _SHORTEST and any(one in key or key == one for one in self._keys)


_SHORTEST = 4
"""Names of fewer letters are in too many words to be told from them."""
