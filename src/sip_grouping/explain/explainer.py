"""Why a member is where it is: each reason with changes that were tried by solving the changed edition.

Comes in: an `Edition` and a grouping of it that the verifier accepts. Goes out: an `Explanation` per member.
A reason is that of the verifier's own list; what it costs to have it otherwise, and what would change it, is
asked of the optimizer, and said to be proven only where it is.
"""

from collections.abc import Iterable, Iterator
from math import inf
from pathlib import Path

import numpy as np

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Track
from sip_grouping.errors import InputError, VerificationError
from sip_grouping.explain.candidates import Candidate, candidates, own_answers
from sip_grouping.explain.case import ANY, Cases, Kind, difference
from sip_grouping.explain.changes import Change, PinChange, RuleChange
from sip_grouping.explain.changing import table_of
from sip_grouping.explain.group_reasons import of_group, of_kind
from sip_grouping.explain.large import MOST_MEMBERS, Nearby
from sip_grouping.explain.least import limits_below
from sip_grouping.explain.naming import Naming
from sip_grouping.explain.topic import Topic
from sip_grouping.explain.why import About, Explanation, Undecided, Why
from sip_grouping.findings import Finding, finding, nearest
from sip_grouping.geography import PostcodeTable
from sip_grouping.grouping import Grouping, LeftOutStatus, Placement, Reason
from sip_grouping.problem.places import in_reach
from sip_grouping.report.explained import Explained
from sip_grouping.solve.best import Allowance, Best
from sip_grouping.solve.run import Limits
from sip_grouping.units import THOUSANDTHS
from sip_grouping.verification import verify
from sip_grouping.verification.pins_given import with_pins_given

MOST_CHANGES = 3
"""So many changes that help are told of one member at most, beside what its place would cost."""

FAR_SHARE = 0.5
"""Whoever travels more than this part of the limit is told of the nearest place."""

WORK_EACH = 20.0
"""Deterministic work of one question at most."""


class Explainer:
    """Explains the members of one grouping; what it has solved it keeps.

    Parameters
    ----------
    work_limit
        Deterministic work of one question at most, in CP-SAT's units.
    time_limit
        Wall clock of one question at most, seconds; None: no limit.
    work_limit_of_all
        Deterministic work of all questions together; what is asked once it is spent is said not to be
        decided. None: no limit.
    postcodes
        Where to look up postcodes of members who are added; see `changed`.
    verified
        Whether the verifier has accepted the grouping already, as one that `form_groups` returns.

    Raises
    ------
    VerificationError
        The grouping is none of this edition, or breaks a rule.
    """

    def __init__(
        self,
        edition: Edition,
        grouping: Grouping,
        *,
        work_limit: float = WORK_EACH,
        time_limit: float | None = None,
        work_limit_of_all: float | None = None,
        seed: int = 0,
        postcodes: PostcodeTable | Path | str | None = None,
        verified: bool = False,
    ) -> None:
        if not verified:
            verification = verify(edition, grouping)
            if not verification.ok:
                raise VerificationError(verification.violations)
        self.edition, _ = with_pins_given(edition, grouping)
        self.grouping = grouping
        self._naming = Naming(self.edition)
        limits = Limits(time_limit=time_limit, work_limit=work_limit, seed=seed)
        allowance = Allowance(inf if work_limit_of_all is None else work_limit_of_all)
        towns = table_of(postcodes)
        self.cases = Cases(self.edition, limits, grouping, towns, allowance)
        self._nearby: Nearby | None = None
        if len(edition.members) > MOST_MEMBERS:
            self._nearby = Nearby(self.edition, grouping, limits, towns, allowance)
        self._left_out = {one.member_id: one for one in grouping.left_out}

    def member(self, member_id: str, *, thorough: bool = True) -> Explanation:
        """Return why a member is not placed, not on its first choice, far from home, or on video.

        Parameters
        ----------
        thorough
            Whether several changes are looked for, also of who is placed; else one of who is not.

        Raises
        ------
        InputError
            There is no such member.
        """
        member = self.edition.member_by_id.get(member_id)
        if member is None:
            raise InputError([_unknown("member", member_id, self.edition.member_by_id)])
        left = self._left_out.get(member_id)
        if left is not None:
            topic = Topic(About.PLACEMENT, ANY, left.reason)
            told = tuple(self._reasons(member, topic, MOST_CHANGES if thorough else 1))
            return Explanation(member_id, left.status.value, told, naming=self._naming)
        rows = self._rows_of(member_id)
        most = MOST_CHANGES if thorough else 0
        reasons = [
            why
            for topic in (
                *self._ranks(member, rows),
                *self._tracks(member, rows),
                *self._ways(member, rows),
            )
            for why in self._reasons(member, topic, most)
        ]
        return Explanation(member_id, "placed", tuple(reasons), naming=self._naming)

    def members(self) -> Iterator[Explanation]:
        """Yield an explanation of each member, in the order of the edition, none of them thorough."""
        return (self.member(one.member_id, thorough=False) for one in self.edition.members)

    def told(self) -> dict[str, Explained]:
        """Return what is said to each member who waits, or is not where it wished to be, by its id.

        What letters and reports take as `explained`: letters tell it to the member, reports to the team.
        Who takes no part has its reason already.
        """
        return {
            one.subject: one.told_to
            for one in self.members()
            if one.reasons and one.status != LeftOutStatus.INELIGIBLE
        }

    def group(self, group_id: str) -> Explanation:
        """Return what closing a group of the grouping costs, and what binds in it.

        Raises
        ------
        InputError
            There is no such group.
        """
        group = self.grouping.group_by_id.get(group_id)
        if group is None:
            raise InputError([_unknown("group", group_id, self.grouping.group_by_id)])
        reasons = tuple(of_group(self.cases, self.grouping, group))
        return Explanation(group_id, "open", reasons, "group_id", self._naming)

    def possible_group(self, theme: str, place: str = "") -> Explanation:
        """Return what a group of a theme at a place costs, or what it lacks; without a place: by video.

        Raises
        ------
        InputError
            There is no such theme or candidate place, or the theme has no groups of that track.
        """
        track = Track.LOCAL if place else Track.VIDEO
        if theme not in self.edition.theme_by_id:
            raise InputError([_unknown("theme", theme, self.edition.theme_by_id)])
        places = {one.place_id for one in self.cases.now.places}
        if place and place not in places:
            raise InputError([_unknown("place", place, places)])
        allowed = self.edition.theme_by_id[theme].tracks
        if track not in allowed:
            wrong = ("track-not-allowed", "explain", None, "theme", theme)
            raise InputError([finding(*wrong, theme=theme, track=track.value)])
        kind = Kind(theme, track, place)
        there = [
            one for one in self.grouping.group_records if kind.fits(one.theme, one.track, one.place)
        ]
        name, about = f"{theme}, {place or track.value}", (theme, place)
        if there:
            reasons = [why for one in there for why in of_group(self.cases, self.grouping, one)]
            return Explanation(name, "open", tuple(reasons), "group", self._naming, about)
        return Explanation(
            name, "closed", tuple(of_kind(self.cases, kind)), "group", self._naming, about
        )

    def _rows_of(self, member_id: str) -> list[Placement]:
        return [one for one in self.grouping.placements if one.member_id == member_id]

    # What there is to be said.

    def _ranks(self, member: Member, rows: list[Placement]) -> Iterator[Topic]:
        """Yield the first choice of a member who has none of its choices as good."""
        if rows and all(one.rank > 1 for one in rows):
            theme = member.themes[0]
            kind = Kind(theme)
            named = (("theme", theme), ("rank", str(min(one.rank for one in rows))))
            yield Topic(About.RANK, kind, self._cause(member, kind), named)

    def _tracks(self, member: Member, rows: list[Placement]) -> Iterator[Topic]:
        for one in rows:
            if one.track is Track.VIDEO and member.local:
                kind = Kind(one.theme, Track.LOCAL)
                named = (("theme", one.theme),)
                yield Topic(About.TRACK, kind, self._cause(member, kind), named)

    def _ways(self, member: Member, rows: list[Placement]) -> Iterator[Topic]:
        """Yield the nearest place where a member could meet on its theme, if it travels far to another."""
        for one in () if self._nearby else rows:
            rules = self.edition.rules_of(one.theme)
            if one.travel_m is None or one.travel_m <= FAR_SHARE * rules.travel_m:
                continue
            near = self._nearest(member, one.theme)
            if near is not None and near[0] < one.travel_m:
                metres, place = near
                named = (
                    ("km", f"{one.travel_m / THOUSANDTHS:.1f}"),
                    ("place", place),
                    ("near", f"{metres / THOUSANDTHS:.1f}"),
                )
                kind = Kind(one.theme, Track.LOCAL, place)
                yield Topic(About.TRAVEL, kind, self._cause(member, kind), named)

    def _nearest(self, member: Member, theme: str) -> tuple[int, str] | None:
        """Return the nearest place where a group of a theme could have a member, with the way there."""
        problem = self.cases.now.problem
        owner = problem.classes.class_of_member[member.member_id]
        pairs = np.flatnonzero(problem.pair_class == owner)
        ways = np.flatnonzero(np.isin(problem.ways.pair, pairs))
        found = [
            (int(problem.ways.metres[way]), problem.place_id(cell))
            for way in ways.tolist()
            for cell in (problem.cells[int(problem.pair_cell[problem.ways.pair[way]])],)
            if cell.theme == theme and cell.track is Track.LOCAL
        ]
        return min(found, default=None)

    def _cause(self, member: Member, kind: Kind) -> Reason:
        """Return why a member is in no group of a kind: what counting shows, or that it is outweighed."""
        edition = self.edition
        theme = edition.theme_by_id[kind.theme or ""]
        if member.country not in theme.countries:
            return Reason.NO_THEME_OPEN
        tracks = [one for one in theme.tracks if member.accepts(one) and kind.track in {None, one}]
        if not tracks:
            return Reason.NO_TRACK
        if not theme.groups_max:
            return Reason.NO_GROUPS_ALLOWED
        now, who = self.cases.now, member.member_id
        if tracks == [Track.LOCAL] and not in_reach(edition, member, theme, now.places):
            return Reason.NO_PLACE_IN_REACH
        if self._nearby:
            return self._outweighed(Best())
        if now.surely_not(who, kind):
            return now.cause(who, kind) or Reason.NO_GROUP_POSSIBLE
        with_member = now.placing(who, kind)
        if with_member.infeasible:
            return Reason.NO_GROUP_POSSIBLE
        return self._outweighed(with_member)

    def _outweighed(self, elsewhere: Best) -> Reason:
        """Return whether it is proven that no grouping in which something is otherwise is better."""
        score = self.grouping.score_thousandths
        bounds = [
            one for one in (self.grouping.bound_thousandths, elsewhere.bound) if one is not None
        ]
        proven = min(bounds, default=score + 1) <= score
        return Reason.OUTWEIGHED if proven else Reason.NOT_IN_BEST_FOUND

    # What it would cost, and what would change it.

    def _reasons(self, member: Member, topic: Topic, most: int) -> Iterator[Why]:
        now = self.cases.now
        if topic.cause is Reason.NOT_COOPERATOR:
            yield Why(topic.cause.value, None, placed=False, points=0, minimal=True)
            return
        if self._nearby:
            answers = own_answers(now, member, topic.kind, topic.cause)
            yield from self._nearby.reasons(member, topic, answers, most)
            return
        told, decided = 0, True
        if topic.cause in {Reason.OUTWEIGHED, Reason.NOT_IN_BEST_FOUND}:
            best = now.placing(member.member_id, topic.kind)
            pin = self._pin(member, topic, best)
            if pin is not None:
                yield pin
                told += 1
            decided = pin is not None or best.proven
        helped, keys = 0, set[str]()
        tried = candidates(now, member, topic.kind, topic.cause) if told < most else ()
        for candidate in tried:
            if helped == most or self.cases.allowance.spent:
                decided &= helped == most
                break
            change = candidate.change
            if isinstance(change, RuleChange) and change.key in keys:
                continue  # a smaller change of this rule has been told
            why, known = self._tried(member, topic, candidate)
            decided &= known
            if why is not None:
                yield why if why.minimal else self._least(member, topic, candidate) or why
                helped += 1
                keys |= {change.key} if isinstance(change, RuleChange) else set()
        if not told + helped:
            yield topic.alone(None if decided else Undecided.LIMIT)

    def _pin(self, member: Member, topic: Topic, best: Best) -> Why | None:
        """Return what it costs to have the member there, whoever else has to move."""
        now = self.cases.now
        place = now.place_of(best, member.member_id, topic.kind)
        if place is None:
            return None
        theme, track, place_id = place
        change = PinChange(
            member_id=member.member_id, theme=theme, track=track.value, place=place_id
        )
        points = difference(best, now.best)
        return Why(
            topic.cause.value, change, placed=True, points=points, minimal=best.proven,
            about=topic.about, named=topic.named,
        )  # fmt: skip

    def _tried(self, member: Member, topic: Topic, candidate: Candidate) -> tuple[Why | None, bool]:
        """Return what a change brings, None where the member is not there then; and whether it is known."""
        case = self.cases.with_changes([candidate.change])
        if case is None or case.surely_not(member.member_id, topic.kind):
            return None, True
        best = case.best
        if not best.proven or best.value is None:
            return None, best.proven
        if not case.has(member.member_id, topic.kind):
            with_member = case.placing(member.member_id, topic.kind)
            if not with_member.proven or best.value != with_member.value:
                return None, with_member.proven
        why = Why(
            topic.cause.value, candidate.change, placed=True, points=difference(best, self.cases.now.best),
            minimal=self._smallest(member, topic, candidate), about=topic.about, named=topic.named,
        )  # fmt: skip
        return why, True

    def _least(self, member: Member, topic: Topic, candidate: Candidate) -> Why | None:
        """Return the least limit of travel that does it, by halving; None where it is not found."""
        longest = candidate.change
        if not isinstance(longest, RuleChange):
            return None
        shorter = limits_below(self.cases.now, longest)
        low, high = 0, len(shorter)
        while low < high and not self.cases.allowance.spent:
            middle = (low + high) // 2
            if self._too_little(member, topic, shorter[middle].change):
                low = middle + 1
            else:
                high = middle
        return self._tried(member, topic, shorter[high])[0] if high < len(shorter) else None

    def _smallest(self, member: Member, topic: Topic, candidate: Candidate) -> bool:
        """Return whether no smaller change does it, for certain."""
        return candidate.smaller is None or self._too_little(member, topic, candidate.smaller)

    def _too_little(self, member: Member, topic: Topic, change: Change) -> bool:
        """Return whether a change, and all that are smaller, surely do not do it.

        A rule that is loosened less allows less: with it no grouping that has the member there reaches
        today's best score, so with none of the smaller ones.
        """
        case = self.cases.with_changes([change])
        now = self.cases.now.best
        if case is None or now.value is None:
            return False
        best = case.placing(member.member_id, topic.kind)
        return best.infeasible or (best.bound is not None and best.bound < now.value)


def _unknown(what: str, given: str, known: Iterable[str]) -> Finding:
    column = {"member": "member_id", "group": "group_id"}.get(what, what)
    near = nearest(given, known)
    return finding("explain-unknown", "explain", None, column, given, variant=what, near=near)
