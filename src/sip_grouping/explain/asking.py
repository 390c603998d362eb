"""What an edition with named changes brings, and for whom: both solved, the second from the first.

Comes in: an edition, changes, limits, perhaps the groups of the edition as it is. Goes out: `WhatIf`, frozen:
figures of both, what is certain of the difference, the differences member by member and group by group.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError, VerificationError, checked_language
from sip_grouping.explain.changes import Change, change_record, changes_from
from sip_grouping.explain.changing import changed
from sip_grouping.explain.differences import (
    GroupDifference,
    MemberDifference,
    differences_between,
    differences_record,
    group_frame,
    member_frame,
)
from sip_grouping.explain.figures import Between, Figures, difference, figures_of, points
from sip_grouping.explain.levels import (
    ByProfile,
    LevelDifference,
    by_profile,
    level_frame,
    levels_between,
)
from sip_grouping.explain.levels_told import profile_text
from sip_grouping.explain.naming import Naming, towns_lacking
from sip_grouping.explain.solving import Asked, groups_of
from sip_grouping.explain.tighten import only_tightens
from sip_grouping.explain.told import what_if_html, what_if_text
from sip_grouping.findings import Finding, finding
from sip_grouping.frames import plain_frame
from sip_grouping.geography import PostcodeTable
from sip_grouping.grouping import Grouping
from sip_grouping.notebook import card_language
from sip_grouping.solve.arguments import checked_arguments
from sip_grouping.solve.profiles import objectives_of_profile
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.result import Result
from sip_grouping.verification import verify

if TYPE_CHECKING:
    import pandas as pd

_BASE_SHARE = 0.5
"""The part of a time limit that solving the edition as it is may take."""


@dataclass(frozen=True)
class WhatIf:
    """An edition as it is and with changes, side by side.

    Attributes
    ----------
    edition, changed_edition
        As it is, and with the changes.
    formed_before, formed_after
        The groups of both: results, or the grouping that was given.
    tightens, loosens
        Whether the changed edition certainly allows no more than the edition, or no less: then its best
        score is certainly no higher, or no lower, also where neither is proven.
    profile
        By which both were formed; None: by the plain score.
    """

    changes: tuple[Change, ...]
    edition: Edition
    changed_edition: Edition
    formed_before: Result | Grouping = field(repr=False)
    formed_after: Result | Grouping = field(repr=False)
    tightens: bool = False
    loosens: bool = False
    profile: str | None = None

    @cached_property
    def before(self) -> Figures:
        """Verdict, score and bound of the edition as it is."""
        return figures_of(self.edition, self.formed_before)

    @cached_property
    def after(self) -> Figures:
        """Verdict, score and bound of the changed edition."""
        return figures_of(self.changed_edition, self.formed_after)

    @property
    def score(self) -> float | None:
        """Score of the changed edition in points; None without a grouping."""
        return self.after.score

    @property
    def grouping_before(self) -> Grouping | None:
        """The groups of the edition as it is; None where there are none."""
        return _grouping(self.formed_before)

    @property
    def grouping_after(self) -> Grouping | None:
        """The groups of the changed edition; None where there are none."""
        return _grouping(self.formed_after)

    @cached_property
    def naming(self) -> Naming:
        """How texts call themes and places: as the changed edition does, with the towns that it lacks."""
        return Naming(self.changed_edition, towns=towns_lacking(self.changed_edition, self.edition))

    @property
    def decides_nothing(self) -> bool:
        """Whether the changes are about nothing that decides groups."""
        return self.edition.digest == self.changed_edition.digest

    @property
    def same_points(self) -> bool:
        """Whether both scores count the same points; else their difference says little."""
        return self.edition.digests["score"] == self.changed_edition.digests["score"]

    @cached_property
    def difference(self) -> Between:
        """Between which numbers the best score of the changed edition less that of the edition lies.

        One number only where both are proven. It is about the best scores there are, not about those of
        the groupings that were found; by a profile, about those of its best groupings.
        """
        if self.decides_nothing:
            return Between(0, 0)
        if self.profile is not None:
            return self.levels[-1].difference if self.levels else Between(None, None)
        return difference(self.before, self.after, tightens=self.tightens, loosens=self.loosens)

    @cached_property
    def levels(self) -> tuple[LevelDifference, ...]:
        """What differs on each level of the profile, in its order; empty without one, or without groups."""
        if self.profile is None:
            return ()
        return levels_between(self.before.stages, self.after.stages, same=self.decides_nothing)

    @property
    def by_profile(self) -> ByProfile | None:
        """Whether the changed edition is better by the profile, as far as it is proven; None without one."""
        return None if self.profile is None else by_profile(self.levels)

    @property
    def levels_table(self) -> "pd.DataFrame":
        """One row per level of the profile: values, bounds, difference; the score in points."""
        return level_frame(self.levels)

    @property
    def points(self) -> float | None:
        """The best score of the changed edition less that of the edition, where it is proven; points."""
        return points(self.difference.certain)

    @cached_property
    def points_of_new_members(self) -> float:
        """What the placements of members who were not there before are worth in the new groups, in points."""
        grouping, score = self.grouping_after, self.changed_edition.score
        if grouping is None:
            return 0.0
        total = 0
        for one in grouping.placements:
            if one.member_id not in self.edition.member_by_id:
                local = self.changed_edition.member_by_id[one.member_id].local
                lost = score.video_thousandths if local else 0
                travel = lost if one.travel_m is None else score.travel_thousandths(one.travel_m)
                total += score.rank_thousandths(one.rank) - travel
        return points(total) or 0.0

    @cached_property
    def _differences(self) -> tuple[tuple[MemberDifference, ...], tuple[GroupDifference, ...]]:
        if self.grouping_before is None or self.grouping_after is None:
            return (), ()
        return differences_between(self.grouping_before, self.grouping_after)

    @property
    def member_differences(self) -> tuple[MemberDifference, ...]:
        """For whom the groupings differ; empty where one of them is missing."""
        return self._differences[0]

    @property
    def group_differences(self) -> tuple[GroupDifference, ...]:
        """Which groups open, close, or are kept with another size, track, place, language or slot."""
        return self._differences[1]

    @property
    def members(self) -> "pd.DataFrame":
        """One row per member and place that differs: the fields of `MemberDifference`. Ids only."""
        return member_frame(self.member_differences)

    @property
    def groups(self) -> "pd.DataFrame":
        """One row per group that opens, closes or is kept otherwise: the fields of `GroupDifference`."""
        return group_frame(self.group_differences)

    @property
    def figures(self) -> "pd.DataFrame":
        """Two rows, ``before`` and ``after``: status, score and bound in points, gap, placed, groups."""
        return plain_frame([self.before.record(), self.after.record()], index=["before", "after"])

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is worth knowing of the changed edition and is not said of the edition as it is."""
        known = set(self.edition.warnings)
        return tuple(one for one in self.changed_edition.warnings if one not in known)

    def summary(self, language: Language = "en") -> str:
        """Return the changes, both verdicts and the differences as lines of text; of members ids only."""
        return what_if_text(self, checked_language(language, "summary"))

    def record(self) -> dict[str, JsonValue]:
        """Return all of it as plain JSON: the figures of the changed edition, those before, differences."""
        members, groups = self._differences
        return {
            "changes": [change_record(one) for one in self.changes],
            **self.after.record(),
            "before": self.before.record(),
            "profile": self.profile,
            "levels": [one.record() for one in self.levels],
            "by_profile": self.by_profile,
            "points": self.difference.record(),
            "points_of_new_members": self.points_of_new_members,
            "same_points": self.same_points,
            "tightens": self.tightens,
            "loosens": self.loosens,
            "differences": differences_record(members, groups),
        }

    def _repr_html_(self) -> str:
        return what_if_html(self, card_language())


def _grouping(formed: Result | Grouping) -> Grouping | None:
    return formed if isinstance(formed, Grouping) else formed.grouping


def what_if(
    edition: Edition,
    changes: Iterable[Change | Mapping[str, Any]],
    *,
    before: Result | Grouping | None = None,
    time_limit: float | None = None,
    work_limit: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
    workers: int = 1,
    profile: str | None = None,
    postcodes: PostcodeTable | Path | str | None = None,
    observer: Observer | None = None,
    cancel: threading.Event | None = None,
) -> WhatIf:
    """Ask what an edition with changes brings, and for whom.

    The changed edition is solved from the groups of the edition as it is, so that of equal groupings one is
    found in which few members move; fewer may be possible.

    Parameters
    ----------
    changes
        As for `changed`.
    before
        The groups of the edition as it is: a result, or a grouping of a folder, whose bound is taken as it
        claims it. None: they are formed.
    time_limit
        Wall clock in seconds for both together; the edition as it is takes half of it at most.
    work_limit, gap, seed, workers
        Of each of the two; see `form_groups`.
    profile
        Name of a list of objectives, as of `form_groups`: both are formed by it, and compared on each of
        its levels; None: by the plain score.
    postcodes
        As for `changed`.
    observer, cancel
        As for `form_groups`.

    Raises
    ------
    InputError
        As of `changed`; or an argument does not fit, or `before` is of another edition or profile.
    VerificationError
        The verifier refused a grouping: the one that is given, or, a defect, one that was found.
    """
    made = changes_from(changes)
    after = changed(edition, made, postcodes=postcodes)
    asked = Asked(time_limit, work_limit, gap, seed, workers, profile)
    checked_arguments(edition, profile=profile)
    started = perf_counter()
    if before is None:
        share = None if time_limit is None else time_limit * _BASE_SHARE
        base = replace(asked, time_limit=share)
        before = groups_of(edition, base, observer=observer, cancel=cancel)
    else:
        check_given(edition, before, "what_if", profile)
    left = None if time_limit is None else max(time_limit - (perf_counter() - started), 1e-3)
    tightens, loosens = only_tightens(edition, after), only_tightens(after, edition)
    formed: Result | Grouping = before
    if edition.digest != after.digest:
        # A bound that a file claims is not handed on: nobody has proven it here.
        # What tightens the rules may raise the least share: it counts fewer offices then.
        carried = tightens and isinstance(before, Result) and profile is None
        formed = groups_of(
            after,
            replace(asked, time_limit=left),
            start=_grouping(before),
            bound=before.bound_thousandths if carried else None,
            observer=observer,
            cancel=cancel,
        )
    return WhatIf(made, edition, after, before, formed, tightens, loosens, profile)


def check_given(
    edition: Edition, before: object, function: str, profile: str | None = None
) -> None:
    """Refuse groups that are of another edition or profile, or that the verifier refuses.

    Raises
    ------
    InputError, VerificationError
        As `what_if`.
    """
    if not isinstance(before, Result | Grouping):
        kind = type(before).__name__
        wrong = finding("wrong-type", function, column="before", variant="grouping", kind=kind)
        raise InputError([wrong])
    grouping = _grouping(before)
    other = before.edition.digest if isinstance(before, Result) else before.edition_digest
    if other != edition.digest:
        raise InputError([finding("groups-of-another-edition", function, column="before")])
    if profile is not None and grouping is not None:
        names = tuple(one.name for one in grouping.stages)
        if names != objectives_of_profile(profile, edition):
            wrong = finding(
                "groups-of-another-profile",
                function,
                column="before",
                profile=profile_text(profile),
            )
            raise InputError([wrong])
    if isinstance(before, Grouping) and grouping is not None:
        verification = verify(edition, grouping)
        if not verification.ok:
            raise VerificationError(verification.violations)
