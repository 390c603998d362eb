"""How evenly a grouping serves the members, and what the profiles of fairness cost.

Comes in: an edition, a grouping of it. Goes out: `Fairness`, figures as data, tables, text and plain JSON;
and `Profiles`: the same of the best grouping of each profile, with what it loses of the score. Ids of
offices only, none of members.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

from pydantic import JsonValue

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError, checked_language
from sip_grouping.explain.fairness_told import fairness_text, profiles_text
from sip_grouping.explain.figures import Between, points
from sip_grouping.explain.naming import IDS_ALONE, Naming
from sip_grouping.findings import finding
from sip_grouping.frames import DECIMAL, TEXT, WHOLE, frame
from sip_grouping.grouping import Grouping, ObjectiveName, Status
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.grouping.stages import WHOLE_SHARE
from sip_grouping.solve import form_groups
from sip_grouping.solve.profiles import PROFILES
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.result import Result
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.score import objective_values, seat_terms

if TYPE_CHECKING:
    import pandas as pd

SCORE = "score"
"""What the profiles are held against: the plain score."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of an office or country are placed. `unit`: country or office; `members`: who take part."""

    unit: str
    name: str
    members: int
    placed: int

    @property
    def share(self) -> float:
        """Placed members of all who take part."""
        return self.placed / self.members


@dataclass(frozen=True)
class Fairness:
    """How evenly a grouping serves the members.

    Attributes
    ----------
    eligible, placed
        Members who take part, and those of them with a group.
    ranks
        Placements on the first choice, the second and so on, up to the last that a member ranked.
    gini
        Gini coefficient of the satisfaction of those who take part: 0 where all have the same, 1 is the
        limit where one has everything; None where nobody has any. See `gini_of`.
    longest_way_m
        Whole metres of the longest way to a local group; None where nobody travels.
    shares
        Of every country, then of every office, of which somebody takes part; ascending by name.
    least_share
        Value of the objective ``least_share``, of 1: the least share of seats taken, over countries and the
        offices with as many members as the smallest group.
    naming
        What offices are called where people read of them.
    """

    edition_name: str
    eligible: int
    placed: int
    ranks: tuple[int, ...]
    gini: float | None
    longest_way_m: int | None
    shares: tuple[Share, ...]
    least_share: float
    naming: Naming = field(default=IDS_ALONE, compare=False, repr=False)

    @property
    def unplaced(self) -> int:
        """Members who take part and have no group."""
        return self.eligible - self.placed

    @property
    def worst_rank(self) -> int | None:
        """The worst rank obtained; None where nobody is placed."""
        return max((at for at, count in enumerate(self.ranks, start=1) if count), default=None)

    @property
    def ranks_table(self) -> "pd.DataFrame":
        """One row per rank: `rank`, `placements`."""
        rows = [{"rank": at, "placements": n} for at, n in enumerate(self.ranks, start=1)]
        return frame(rows, {"rank": WHOLE, "placements": WHOLE})

    @property
    def shares_table(self) -> "pd.DataFrame":
        """One row per country and office: `unit`, `name`, `members`, `placed`, `share`."""
        rows = [{**asdict(one), "share": one.share} for one in self.shares]
        dtypes = {"unit": TEXT, "name": TEXT, "members": WHOLE, "placed": WHOLE, "share": DECIMAL}
        return frame(rows, dtypes)

    def summary(self, language: Language = "en") -> str:
        """Return the figures as lines of text."""
        return fairness_text(self, checked_language(language, "summary"))

    def record(self) -> dict[str, JsonValue]:
        """Return the figures as plain JSON; the longest way in km."""
        shares: list[JsonValue] = [{**asdict(one), "share": one.share} for one in self.shares]
        return {
            "edition": self.edition_name,
            "eligible": self.eligible,
            "placed": self.placed,
            "unplaced": self.unplaced,
            "ranks": list(self.ranks),
            "worst_rank": self.worst_rank,
            "gini": self.gini,
            "longest_way_km": None if self.longest_way_m is None else self.longest_way_m / 1000,
            "shares": shares,
            "least_share": self.least_share,
        }


@dataclass(frozen=True)
class ProfilePrice:
    """The best grouping of one profile, and what it costs.

    Attributes
    ----------
    profile
        Its name; `score` for the plain score.
    fairness
        None where no grouping was found.
    price
        Between which numbers the best score lies above that of the profile's best grouping; not known on
        either side where the profile was not proven.
    """

    profile: str
    result: Result = field(repr=False)
    fairness: Fairness | None
    price: Between


@dataclass(frozen=True)
class Profiles:
    """What each profile of fairness costs: the plain score first, then as they were asked for."""

    edition_name: str
    rows: tuple[ProfilePrice, ...]

    @property
    def table(self) -> "pd.DataFrame":
        """One row per profile: `profile`, `status`, `score`, `price_least`, `price_most`, and so on.

        Points; `longest_way_km` in km; `least_share` of 1.
        """
        return frame((_row(one) for one in self.rows), _COLUMNS)

    def summary(self, language: Language = "en") -> str:
        """Return the profiles as a table of text."""
        return profiles_text(self, checked_language(language, "summary"))

    def record(self) -> dict[str, JsonValue]:
        """Return the profiles as plain JSON, each with its stages."""
        rows: list[JsonValue] = []
        for one in self.rows:
            grouping = one.result.grouping
            stages = () if grouping is None else grouping.stages
            rows.append(
                {
                    "profile": one.profile,
                    "status": one.result.status.value,
                    "score": one.result.score,
                    "price": one.price.record(),
                    "stages": [stage.model_dump(mode="json") for stage in stages],
                    "fairness": None if one.fairness is None else one.fairness.record(),
                }
            )
        return {"edition": self.edition_name, "profiles": rows}


_COLUMNS = {
    "profile": TEXT, "status": TEXT, "score": DECIMAL, "price_least": DECIMAL, "price_most": DECIMAL,
    "placed": WHOLE, "first_choices": WHOLE, "worst_rank": WHOLE, "longest_way_km": DECIMAL,
    "least_share": DECIMAL, "gini": DECIMAL,
}  # fmt: skip


def _row(one: ProfilePrice) -> dict[str, object]:
    known: dict[str, object] = {
        "profile": one.profile,
        "status": one.result.status.value,
        "score": one.result.score,
        "price_least": points(one.price.least),
        "price_most": points(one.price.most),
    }
    told = one.fairness
    if told is None:
        return known
    way = told.longest_way_m
    return known | {
        "placed": told.placed,
        "first_choices": told.ranks[0] if told.ranks else 0,
        "worst_rank": told.worst_rank,
        "longest_way_km": None if way is None else way / 1000,
        "least_share": told.least_share,
        "gini": told.gini,
    }


def fairness(edition: Edition, grouping: Grouping | Formed) -> Fairness:
    """Return how evenly a grouping serves the members of its edition.

    What is counted is counted anew from who is in which group, distances too.

    Raises
    ------
    InputError
        There is no grouping, or it is none.
    """
    facts = Facts(edition, grouping_of(grouping, "fairness", "grouping"))
    members = [one for one in edition.members if one.eligible]
    ranks: Counter[int] = Counter()
    satisfied = dict.fromkeys((one.member_id for one in members), 0)
    ways: list[int] = []
    for group in facts.filled_groups:
        for member in facts.members_of(group):
            rank = member.rank_of(group.theme)
            way = facts.travel_m(member, group)
            ranks.update([] if rank is None else [rank])
            ways += [] if way is None else [way]
            if member.member_id in satisfied:
                satisfied[member.member_id] += seat_terms(facts, group, member).total
    least = ObjectiveName.LEAST_SHARE
    last = max((len(one.themes) for one in members), default=0)
    placed = facts.rows_of_member.keys() & satisfied.keys()
    return Fairness(
        edition_name=edition.name,
        eligible=len(members),
        placed=len(placed),
        ranks=tuple(ranks[rank] for rank in range(1, last + 1)),
        gini=gini_of([max(one, 0) for one in satisfied.values()]),
        longest_way_m=max(ways, default=None),
        shares=tuple(_shares(edition, placed)),
        least_share=objective_values(facts, [least])[least] / WHOLE_SHARE,
        naming=Naming(edition),
    )


def _shares(edition: Edition, placed: set[str]) -> Iterator[Share]:
    for unit in ("country", "office"):
        all_: Counter[str] = Counter()
        inside: Counter[str] = Counter()
        for member in edition.members:
            name = getattr(member, unit)
            if member.eligible and name is not None:
                all_[name] += 1
                inside[name] += member.member_id in placed
        for name in sorted(all_):
            yield Share(unit, name, all_[name], inside[name])


def gini_of(amounts: Sequence[int]) -> float | None:
    """Return the Gini coefficient of amounts from 0; None where they sum to 0.

    With x ascending, the sum of (2 i - n - 1) x_i over n times the sum of x: half the mean difference of two
    members, relative to the mean (Damgaard and Weiner, Describing inequality in plant size or fecundity,
    Ecology 81, 2000). The amount of a member is its part of the score: rank points less travel and video
    points, over its groups, not below 0; 0 for whoever takes part and has no group.
    """
    ascending, total, count = sorted(amounts), sum(amounts), len(amounts)
    if not total:
        return None
    uneven = sum((2 * at - count - 1) * one for at, one in enumerate(ascending, start=1))
    return uneven / (count * total)


def price_of_profiles(
    edition: Edition,
    profiles: Sequence[str] = tuple(PROFILES),
    *,
    time_limit: float | None = None,
    work_limit: float | None = None,
    seed: int = 0,
    workers: int = 1,
    observer: Observer | None = None,
    cancel: threading.Event | None = None,
) -> Profiles:
    """Form the groups of an edition by the plain score and by each profile, and say what each costs.

    Parameters
    ----------
    profiles
        Names, each once; see `form_groups`.
    time_limit, work_limit
        For all of them: what is left is shared evenly among those that are still to be solved.
    seed, workers, observer, cancel
        As for `form_groups`.

    Raises
    ------
    InputError
        A profile is none or stands twice, or another argument does not fit.
    VerificationError
        The verifier refused a grouping: a defect.
    """
    known = ", ".join(PROFILES)
    wrong = [one for one in profiles if one not in PROFILES or list(profiles).count(one) > 1]
    if wrong:
        raise InputError(
            [finding("unknown-profile", "price_of_profiles", found=str(wrong[0]), known=known)]
        )
    began, work = perf_counter(), 0.0
    rows: list[ProfilePrice] = []
    results: list[Result] = []
    names = (SCORE, *profiles)
    for number, name in enumerate(names):
        left = len(names) - number
        seconds = None if time_limit is None else time_limit - (perf_counter() - began)
        result = form_groups(
            edition,
            time_limit=None if seconds is None else max(seconds / left, 1e-3),
            work_limit=None if work_limit is None else max((work_limit - work) / left, 1e-3),
            seed=seed,
            workers=workers,
            observer=observer,
            cancel=cancel,
            profile=None if name == SCORE else name,
        )
        work += result.work
        results.append(result)
        told = None if result.grouping is None else fairness(edition, result)
        rows.append(ProfilePrice(name, result, told, _price(results[0], result)))
    return Profiles(edition.name, tuple(rows))


def _price(best: Result, of_profile: Result) -> Between:
    """Return between which numbers the price lies: the best score less that of the profile's best."""
    score = of_profile.score_thousandths
    if score is None or best.score_thousandths is None or of_profile.status is not Status.OPTIMAL:
        return Between(None, None)
    bound = best.bound_thousandths
    return Between(best.score_thousandths - score, None if bound is None else bound - score)
