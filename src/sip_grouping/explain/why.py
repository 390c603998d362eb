"""Reasons with what would change them: data, and the sentences that say it.

Comes in: nothing. Goes out: `Why`, one reason and one change that was solved; `Explanation`, all of
one member, group or possible group, strongest first. Members go by their ids, never by their names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import JsonValue

from sip_grouping.cards import CardTable, card_html
from sip_grouping.catalogue import Language, number, pattern, said
from sip_grouping.errors import checked_language
from sip_grouping.explain.changes import (
    Change,
    OfficeChange,
    PinChange,
    RuleChange,
    change_record,
)
from sip_grouping.explain.naming import IDS_ALONE, Naming
from sip_grouping.explain.to_member import to_member
from sip_grouping.explain.told import change_text, together_text
from sip_grouping.frames import plain_frame
from sip_grouping.grouping import Reason
from sip_grouping.notebook import card_language
from sip_grouping.report.explained import Reader
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    import pandas as pd

_TOLD_ELSEWHERE = frozenset({Reason.OUTWEIGHED, Reason.NOT_IN_BEST_FOUND})
"""Reasons that have another sentence where they are about a member who is placed."""


MENDED = "mended"
"""The code of what makes good all that a possible group lacks."""

_WITHOUT_CHANGE = frozenset({"closing", "opening"})
"""What is said of a group that asks for no change of files: what it costs."""


class About(StrEnum):
    """What a reason is about.

    ``placement``: that the member has no group; ``rank``: that it is not on a theme it would rather have;
    ``track``: that it meets by video though it accepts local groups; ``travel``: that there is a nearer
    place; ``group``: a group that there is, or could be.
    """

    PLACEMENT = "placement"
    RANK = "rank"
    TRACK = "track"
    TRAVEL = "travel"
    GROUP = "group"


class Undecided(StrEnum):
    """Why it is not known what would help.

    ``limit``: a limit of work or time was reached; ``too-large``: the edition is too large for its model to
    be asked, and nothing was found without it.
    """

    LIMIT = "limit"
    TOO_LARGE = "too-large"


@dataclass(frozen=True)
class Why:
    """One reason, and what was tried by solving the changed edition: one change, or several together.

    Attributes
    ----------
    code
        Of `Reason`, for a member; of a group ``closing``, ``opening``, ``binds-...``, ``lacks-...``, or
        ``mended``: what makes good all that it lacks.
    change
        What would change it; None: nothing of this kind helps, it is no change of files, or it takes
        several.
    placed
        Whether an optimal grouping of the changed edition places the member, or has the group.
    points
        Its optimal score less today's, in thousandths; None where one of both is not proven.
    minimal
        Whether it is proven that no smaller change of the same kind does it; of several together, that
        no grouping has the group without one of them, or with a smaller one.
    about, named
        What the sentence is about, and the words in it.
    undecided
        Without a change: why something may help all the same; with one, of a group: why it is not known
        whether an optimal grouping has it; None: all that was tried was decided.
    together
        Changes of which it takes all; empty where one is enough, or none is known.
    """

    code: str
    change: Change | None
    placed: bool
    points: int | None
    minimal: bool
    about: About = About.PLACEMENT
    named: tuple[tuple[str, str], ...] = ()
    undecided: Undecided | None = None
    together: tuple[Change, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """All that would be changed: one change, several of which each is needed, or none."""
        return self.together if self.change is None else (self.change,)

    @property
    def seat(self) -> RuleChange | None:
        """The limit with which a group, as it is, has a seat for the member; None: it is not about that."""
        first = self.together[0] if self.together and self.about is not About.GROUP else None
        return first if isinstance(first, RuleChange) else None

    def seated(self, language: Language, naming: Naming) -> str:
        """Return which group has a seat for the member with a longer limit, and what is certain of it."""
        limit, pin = self.together
        if not (isinstance(limit, RuleChange) and isinstance(pin, PinChange)):
            return ""
        if naming.reader is not None:
            theme, where = naming.theme(pin.theme, language), naming.where(pin.place, language)
            change = naming.rule(limit, language)
            return said(language, "why-letter", "seat", change=change, theme=theme, where=where)
        change = change_text(limit, language, naming)
        named = self.words(naming, language)
        return said(
            language, "why-change", "seat", change=change, group=named["group"], gain=named["gain"]
        )

    @property
    def binds(self) -> bool:
        """Whether it is about a limit that a group has reached."""
        return self.code.startswith("binds-")

    @property
    def decided(self) -> bool:
        """Whether all that was tried was decided; else something may help all the same."""
        return self.undecided is None

    def text_in(self, language: Language = "en", naming: Naming = IDS_ALONE) -> str:
        """Return the reason, the change and what it brings, as sentences to the team.

        Parameters
        ----------
        naming
            How themes and places are called; by default by their ids alone. Members go by theirs.
        """
        checked_language(language, "text_in")
        told = (self._cause(language, naming), *self._effect(language, naming))
        return " ".join(filter(None, told))

    def words(self, naming: Naming, language: Language) -> dict[str, str]:
        """Return the words that a sentence about it names, as a language has them."""
        told = dict(self.named)
        if "theme" in told:
            told["theme"] = naming.theme(told["theme"], language)
        if self.about is About.GROUP:
            told["where"] = naming.where(told.pop("place", ""), language)
        elif "place" in told:
            told["place"] = naming.place(told["place"], language)
        for one in {"km", "near"} & set(told):
            told[one] = number(language, float(told[one]), 1)
        if "gain" in told:
            told["gain"] = number(language, int(told["gain"]) / THOUSANDTHS, 3)
        return told

    def worth(self, language: Language) -> Iterator[str]:
        """Yield what the change does to the best score, and whether a smaller one does not do it."""
        yield self._worth(language)
        if self.together and self.minimal:
            yield pattern(language, "why", "minimal-together")
        elif self._says_smallest():
            yield pattern(language, "why", "minimal")

    def record(self, language: Language = "en", naming: Naming = IDS_ALONE) -> dict[str, JsonValue]:
        """Return it as an object of JSON; points, not thousandths."""
        return {
            "about": self.about.value,
            "code": self.code,
            "text": self.text_in(language, naming),
            "change": None if self.change is None else change_record(self.change),
            "changes": [change_record(one) for one in self.changes],
            "placed": self.placed,
            "points": None if self.points is None else self.points / THOUSANDTHS,
            "minimal": self.minimal,
            "decided": self.decided,
            "undecided": None if self.undecided is None else self.undecided.value,
        }

    def _cause(self, language: Language, naming: Naming) -> str:
        named = self.words(naming, language)
        if self.about is About.GROUP:
            return "" if self.code == MENDED else said(language, "why-group", self.code, **named)
        elsewhere = self.about is not About.PLACEMENT and self.code in _TOLD_ELSEWHERE
        cause = pattern(language, *(("why", self.code) if elsewhere else ("reason", self.code)))
        return said(language, "why", self.about.value, cause=cause, **named)

    def _effect(self, language: Language, naming: Naming) -> tuple[str, ...]:
        if not self.changes and self.about is About.GROUP:
            if self.binds:
                return (pattern(language, "why", "binds-nothing"),)
            return (self._worth(language),) if self.code in _WITHOUT_CHANGE else ()
        if not self.changes:
            return tuple(self.left_open(language))
        if self.seat is not None:
            return (self.seated(language, naming),)
        change = together_text(self.changes, language, naming)
        what = said(language, "why-change", self._part(), change=change)
        return what, *self.worth(language)

    def left_open(self, language: Language, *, to_member: bool = False) -> Iterator[str]:
        """Yield why it is not known what would change it; nothing where it is."""
        if self.undecided is Undecided.LIMIT:
            yield pattern(language, "why", "undecided")
        elif self.undecided is not None:
            yield pattern(language, "why", "too-large-to-tell" if to_member else "too-large")

    def _part(self) -> str:
        if isinstance(self.change, PinChange):
            return "pin"
        whose = "group" if self.about is About.GROUP else "member"
        if self.code == MENDED:
            placed = "group-placed-together" if self.together else "group-placed"
            undecided = "group-possible" if self.undecided is None else "group-undecided-together"
            return placed if self.placed else undecided
        if self.binds and self.placed:
            return "group-binds"
        if whose == "group" and self.undecided is not None:
            return "group-undecided"
        return f"{whose}-placed" if self.placed else f"{whose}-not-placed"

    def _says_smallest(self) -> bool:
        return self.minimal and isinstance(self.change, RuleChange | OfficeChange)

    def _worth(self, language: Language) -> str:
        if self.points is None:
            return pattern(language, "why", "points-unknown")
        if not self.points:
            return pattern(language, "why", "points-none")
        points = number(language, abs(self.points) / THOUSANDTHS, 3)
        return said(
            language, "why", "points-less" if self.points < 0 else "points-more", points=points
        )


@dataclass(frozen=True)
class Explanation:
    """All reasons of one member, group or possible group, strongest first.

    Attributes
    ----------
    subject
        Id of the member or group; of a possible group its theme and place.
    status
        Of a member ``placed``, ``unplaced`` or ``ineligible``; of a group ``open`` or ``closed``.
    key
        What JSON calls the subject.
    naming
        How its sentences call themes and places.
    possible
        Theme and place of a possible group, the place empty for one by video; else empty.
    """

    subject: str
    status: str
    reasons: tuple[Why, ...]
    key: str = "member_id"
    naming: Naming = field(default=IDS_ALONE, compare=False, repr=False)
    possible: tuple[str, ...] = ()

    def record(self, language: Language = "en") -> dict[str, JsonValue]:
        """Return it as an object of JSON."""
        return {
            self.key: self.subject,
            "status": self.status,
            "reasons": [one.record(language, self.naming) for one in self.reasons],
        }

    def sentences(self, language: Language = "en") -> tuple[str, ...]:
        """Return the strongest reason of each thing that it is about, as sentences to the team."""
        return tuple(one.text_in(language, self.naming) for one in self._strongest())

    def to_member(self, language: Language = "en") -> tuple[str, ...]:
        """Return the same as sentences to the member whom it is about: no ids, nobody else.

        Why the member has no group is not among them: letters say it anyhow.
        """
        naming = Naming(self.naming.edition, self.subject)
        return tuple(to_member(one, naming, language) for one in self._strongest())

    def told_to(self, language: Language, reader: Reader) -> tuple[str, ...]:
        """Return the sentences to the member, or to the team."""
        return self.to_member(language) if reader == "member" else self.sentences(language)

    def summary(self, language: Language = "en") -> str:
        """Return it as lines of text to the team."""
        checked_language(language, "summary")
        lines = [f"- {one.text_in(language, self.naming)}" for one in self.reasons]
        return "\n".join([self._title(language), *(lines or [self._nothing(language)])])

    @property
    def table(self) -> "pd.DataFrame":
        """One row per reason: about, code, change as text, placed, points, minimal."""
        rows = [
            {
                "about": one.about.value,
                "code": one.code,
                "change": together_text(one.changes, "en"),
                "placed": one.placed,
                "points": None if one.points is None else one.points / THOUSANDTHS,
                "minimal": one.minimal,
            }
            for one in self.reasons
        ]
        return plain_frame(rows, ["about", "code", "change", "placed", "points", "minimal"])

    def _strongest(self) -> tuple[Why, ...]:
        first: dict[About, Why] = {}
        for one in self.reasons:
            first.setdefault(one.about, one)
        return tuple(first.values())

    def _title(self, language: Language) -> str:
        status = pattern(language, "why-status", self.status)
        subject = self.subject
        if self.possible:
            theme, place = self.possible
            where = self.naming.where(place, language)
            subject = f"{self.naming.theme(theme, language)} {where}"
        return f"{subject} ({status})"

    def _nothing(self, language: Language) -> str:
        return pattern(language, "why", "nothing")

    def _repr_html_(self) -> str:
        language = card_language()
        header = [pattern(language, "why", one) for one in ("reason", "points", "smallest")]
        rows = [
            (
                one.text_in(language, self.naming),
                "" if one.points is None else number(language, one.points / THOUSANDTHS, 3),
                pattern(language, "why", "yes" if one.minimal else "no"),
            )
            for one in self.reasons
        ]
        lines = [] if rows else [self._nothing(language)]
        tables = [CardTable(header, rows)] if rows else []
        return card_html(self._title(language), lines, tables=tables, language=language)
