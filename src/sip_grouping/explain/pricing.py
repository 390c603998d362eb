"""What one more volunteer, member, km, seat, room or group is worth, and the largest confirmed.

Comes in: an edition, limits. Goes out: `Prices`, frozen: rows by what, theme and place in points, as a
table, as text and as JSON. The prices are those of the LP relaxation (`shadow`); of the largest of each kind
the changed edition is solved as well (`what_if`), which says what the change really brings.
"""

import threading
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from pydantic import JsonValue

from sip_grouping.catalogue import Language, pattern
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError, checked_language
from sip_grouping.explain.asking import what_if
from sip_grouping.explain.changes import change_record
from sip_grouping.explain.figures import Between, points
from sip_grouping.explain.prices_told import prices_text
from sip_grouping.explain.shadow import Price, Priced, home_of, place_name, shadow_prices
from sip_grouping.explain.solving import Asked, groups_of
from sip_grouping.findings import finding
from sip_grouping.frames import plain_frame
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve.arguments import checked_arguments
from sip_grouping.solve.interrupt import heeding_interrupts
from sip_grouping.solve.narrowing import bounded
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.result import Result
from sip_grouping.solve.row_prices import RowPrices

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sip_grouping.report.map.worth import Worth
    from sip_grouping.report.speech import Words

_FUNCTION = "prices"


@dataclass(frozen=True)
class Confirmed:
    """A price, and what solving the changed edition said.

    `difference`: between which numbers its best score less that of the edition lies.
    """

    price: Price
    difference: Between


@dataclass(frozen=True)
class Prices:
    """What one more of something is worth in an edition.

    Attributes
    ----------
    bound_thousandths
        Of the LP relaxation whose prices these are.
    rows
        Dearest first.
    before
        The groups of the edition as it is; None where nothing was confirmed.
    confirmed
        The largest of each kind, solved again.
    """

    edition: Edition
    bound_thousandths: int
    rows: tuple[Price, ...]
    before: Result | None = field(default=None, repr=False)
    confirmed: tuple[Confirmed, ...] = ()

    @property
    def table(self) -> "pd.DataFrame":
        """One row per price, dearest first: what, theme, track, place, points, and what was confirmed.

        `points` is the price, `own_points` the part of it that is the new member's own placement;
        `confirmed_least` and `confirmed_most` say between which numbers the true difference lies, where the
        changed edition was solved. Ids only.
        """
        return plain_frame((self._row(one) for one in self.rows), _COLUMNS)

    def by_place(self, what: Priced | str) -> "pd.DataFrame":
        """Return the points of one kind, a row for each place and a column for each theme; NaN: nothing."""
        rows = [one for one in self.rows if one.what == what and one.place]
        frame = plain_frame(
            ((one.place, one.theme, points(one.thousandths)) for one in rows),
            ["place", "theme", "points"],
        )
        return frame.pivot_table(index="place", columns="theme", values="points", aggfunc="max")

    def plot_map(
        self, what: Priced | str = Priced.MODERATOR, language: Language = "en"
    ) -> "Figure":
        """Return a map of the prices of one kind: a symbol for each place, of its dearest theme.

        Raises
        ------
        InputError
            There is no such kind, or no such language.
        """
        from sip_grouping.report.map.worth import worth_figure  # noqa: PLC0415 - it loads matplotlib

        title, worths, words = self._map(what, checked_language(language, "plot_map"))
        return worth_figure(title, worths, self.edition.themes, words)

    def map_picture(
        self,
        what: Priced | str = Priced.MODERATOR,
        language: Language = "en",
        kind: Literal["png", "svg"] = "png",
    ) -> bytes:
        """Return the same map as a file; the same prices give the same bytes."""
        from sip_grouping.report.map.worth import worth_picture  # noqa: PLC0415

        title, worths, words = self._map(what, checked_language(language, "map_picture"))
        return worth_picture(title, worths, self.edition.themes, words, kind)

    def _map(self, what: Priced | str, language: Language) -> tuple[str, list["Worth"], "Words"]:
        from sip_grouping.report.map.worth import Worth  # noqa: PLC0415
        from sip_grouping.report.speech import Words  # noqa: PLC0415

        if what not in set(Priced):
            known = ", ".join(Priced)
            raise InputError(
                [finding("unknown-kind-of-price", "map", found=str(what), known=known)]
            )
        number = {theme.id: at for at, theme in enumerate(self.edition.themes)}
        worths: list[Worth] = []
        for one in self.rows:
            home = home_of(self.edition, one.place) if one.what == what and one.place else None
            if home is not None:
                value = points(one.thousandths) or 0.0
                name = place_name(self.edition, one.place)
                worths.append(Worth(name, home[1:], number.get(one.theme, 0), value))
        kind = pattern(language, "prices", f"what-{Priced(what).value}").rstrip(
            ": \N{NO-BREAK SPACE}"
        )
        title = f"{kind} ({self.edition.name})"
        return title, worths, Words(language)

    def summary(self, language: Language = "en", *, at_most: int = 8) -> str:
        """Return the dearest rows of each kind as lines of text.

        Parameters
        ----------
        at_most
            Rows of each kind.
        """
        return prices_text(self, checked_language(language, "summary"), at_most)

    def record(self) -> dict[str, JsonValue]:
        """Return all rows as plain JSON, with the change that each is about; points."""
        rows: list[JsonValue] = []
        for one in self.rows:
            change = None if one.change is None else change_record(one.change)
            difference = self.difference(one)
            told: JsonValue = None if difference is None else difference.record()
            row = {key: value for key, value in self._row(one).items() if key in _OF_A_PRICE}
            rows.append({**row, "change": change, "confirmed": told})  # type: ignore[dict-item]
        return {
            "edition": self.edition.name,
            "bound": points(self.bound_thousandths),
            "prices": rows,
        }

    def difference(self, price: Price) -> Between | None:
        """Return what solving again said of a price; None where that was not done."""
        return next((one.difference for one in self.confirmed if one.price is price), None)

    def _row(self, one: Price) -> dict[str, object]:
        difference = self.difference(one)
        return {
            "what": one.what.value,
            "theme": one.theme,
            "track": one.track,
            "place": one.place,
            "points": points(one.thousandths),
            "own_points": points(one.own_thousandths),
            "confirmed_least": None if difference is None else points(difference.least),
            "confirmed_most": None if difference is None else points(difference.most),
        }


_OF_A_PRICE = ("what", "theme", "track", "place", "points", "own_points")
_COLUMNS = (*_OF_A_PRICE, "confirmed_least", "confirmed_most")


def prices(
    edition: Edition,
    *,
    confirm: int = 1,
    time_limit: float | None = None,
    work_limit: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
    workers: int = 1,
    observer: Observer | None = None,
    cancel: threading.Event | None = None,
) -> Prices:
    """Ask what one more of everything is worth, by theme and place.

    Parameters
    ----------
    confirm
        How many of the dearest of each kind are confirmed by solving the changed edition; 0: none.
    time_limit
        Wall clock in seconds for all together. What it leaves no time for is not confirmed.
    work_limit, gap, seed, workers
        Of each solve; see `form_groups`.

    Raises
    ------
    InputError
        An argument does not fit; or the LP relaxation has no end: no grouping is possible, it was stopped, or
        its sums are beyond 64 bits.
    """
    started = perf_counter()
    given = checked_arguments(
        edition, time_limit=time_limit, work_limit=work_limit, gap=gap, seed=seed, workers=workers,
        observer=observer, cancel=cancel,
    )  # fmt: skip
    run = given.run()
    with heeding_interrupts(run):
        run.phase("building")
        problem = build_problem(edition)
        model = bounded(problem, score(problem), run)
    if model is None or model.relaxed is None:
        raise InputError([finding("no-prices", _FUNCTION)])
    priced = RowPrices(model.f, model.relaxed.relaxation)
    told = Prices(edition, priced.relaxation.bound, tuple(shadow_prices(priced)))
    asked = Asked(time_limit, work_limit, gap, seed, workers)

    def left() -> float | None:
        return None if time_limit is None else time_limit - (perf_counter() - started)

    return _confirmed(told, confirm, asked, left(), observer, cancel)


def _confirmed(
    told: Prices,
    confirm: int,
    asked: Asked,
    seconds: float | None,
    observer: Observer | None,
    cancel: threading.Event | None,
) -> Prices:
    """Solve the edition, and with the changes of the dearest prices of each kind."""
    chosen = [
        one
        for what in Priced
        for one in [row for row in told.rows if row.what is what and row.change is not None][
            :confirm
        ]
    ]
    if not chosen or (seconds is not None and seconds <= 0):
        return told
    started = perf_counter()
    # The edition takes the time of two of its changes: all of them begin from its groups.
    share = None if seconds is None else seconds / (len(chosen) + 2)
    base = replace(asked, time_limit=None if share is None else 2 * share)
    before = groups_of(told.edition, base, observer=observer, cancel=cancel)
    found: list[Confirmed] = []
    for one in chosen:
        stopped = cancel is not None and cancel.is_set()
        if stopped or (seconds is not None and perf_counter() - started >= seconds):
            break
        assert one.change is not None  # noqa: S101 (chosen so)
        again = what_if(
            told.edition, [one.change], before=before, time_limit=share, work_limit=asked.work_limit,
            gap=asked.gap, seed=asked.seed, workers=asked.workers, observer=observer, cancel=cancel,
        )  # fmt: skip
        found.append(Confirmed(one, again.difference))
    return replace(told, before=before, confirmed=tuple(found))
