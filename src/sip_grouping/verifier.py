"""The verifier: recomputes every rule and every figure of a grouping from the edition alone.

Comes in: an `Edition` and a `Grouping`, from the engine, from files or by hand. Goes out: a
`Verification` with typed violations. It shares the data classes and the rule ids with the engine and
nothing else: distances are geopy's (`ground`), places are found again, points are counted again. It
never raises on a bad grouping: whatever is wrong becomes a violation.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sip_grouping.edition import Edition
from sip_grouping.ground import Ground
from sip_grouping.grouping import Group, Grouping, Placement, ScoreTerms
from sip_grouping.records import Member, Pin, Role, Rules, Track
from sip_grouping.rules import SENTENCES, RecordRuleId, RuleId
from sip_grouping.verify_record import record_violations, recounted_terms
from sip_grouping.violation import Violation

AnyRule = RuleId | RecordRuleId


@dataclass(frozen=True, slots=True)
class Verification:
    """What the verifier found, and the score it counted itself (thousandths of a point)."""

    violations: tuple[Violation, ...]
    score_terms: ScoreTerms

    @property
    def ok(self) -> bool:
        """Whether the grouping keeps every rule and every figure of it is true."""
        return not self.violations

    @property
    def score_thousandths(self) -> int:
        """The score of the placements, whatever the grouping claims."""
        return self.score_terms.total


def verify(edition: Edition, grouping: Grouping) -> Verification:
    """Check a grouping against every rule of a valid grouping, and every figure of its record.

    Distances are geopy's WGS-84 geodesics rounded to whole metres, halves up; limits are compared in
    whole metres.
    """
    ground = Ground(edition)
    view = _View(edition, grouping, ground)
    found = [
        *_of_members(view),
        *_of_groups(view),
        *_of_themes(view),
        *_of_pairs(view),
        *_of_pins(view),
        *record_violations(edition, grouping, ground),
    ]
    return Verification(tuple(found), recounted_terms(edition, grouping, ground))


class _View:
    """A grouping as the rules see it: who is in which group, as far as ids are known."""

    def __init__(self, edition: Edition, grouping: Grouping, ground: Ground) -> None:
        self.edition = edition
        self.grouping = grouping
        self.ground = ground
        self.groups: dict[str, Group] = {g.group_id: g for g in grouping.group_records}
        self.rows: dict[str, list[Placement]] = defaultdict(list)
        self.groups_of: dict[str, list[str]] = defaultdict(list)
        for row in grouping.placements:
            if row.member_id in edition.member_by_id and row.group_id in self.groups:
                self.rows[row.group_id].append(row)
                self.groups_of[row.member_id].append(row.group_id)

    def known_groups(self) -> Iterator[tuple[Group, Rules, list[Member]]]:
        """Yield the groups of known themes, with their rules and members."""
        for group in self.grouping.group_records:
            if group.theme in self.edition.theme_by_id:
                members = [
                    self.edition.member_by_id[r.member_id] for r in self.rows[group.group_id]
                ]
                yield group, self.edition.rules_of(group.theme), members


def _of_members(view: _View) -> Iterator[Violation]:
    """Eligible, ranked, open in the country, accepts the track, not in too many groups."""
    for member in view.edition.members:
        groups = [view.groups[group_id] for group_id in view.groups_of.get(member.member_id, ())]
        if not groups:
            continue
        if not member.eligible:
            yield _violation(RuleId.ELIGIBLE, member=member, found="placed")
        yield from _too_many_groups(view, member, groups)
        for group in groups:
            theme = view.edition.theme_by_id.get(group.theme)
            if group.theme not in member.themes:
                yield _violation(RuleId.RANKED, group, member, group.theme, member.themes)
            if theme is not None and member.country not in theme.countries:
                yield _violation(RuleId.COUNTRY, group, member, member.country, theme.countries)
            if group.track is Track.LOCAL and not member.local:
                yield _violation(RuleId.ACCEPTS_LOCAL, group, member, "no", "yes")
            if group.track is Track.VIDEO and not member.video:
                yield _violation(RuleId.ACCEPTS_VIDEO, group, member, "no", "yes")
        held = [
            row
            for group in groups
            for row in view.rows[group.group_id]
            if row.member_id == member.member_id and row.role is not Role.MEMBER
        ]
        if len(held) > 1:
            yield _violation(RuleId.ONE_ROLE, member=member, found=len(held), allowed=1)


def _too_many_groups(view: _View, member: Member, groups: list[Group]) -> Iterator[Violation]:
    by_theme = Counter(group.theme for group in groups)
    for theme, count in by_theme.items():
        if count > 1:
            yield _violation(
                RuleId.GROUPS_PER_MEMBER, member=member, found=f"{count} of {theme}", allowed=1
            )
    limits = [
        view.edition.rules_of(theme).groups_per_member
        for theme in by_theme
        if theme in view.edition.theme_by_id
    ]
    if limits and len(groups) > min(limits):
        yield _violation(
            RuleId.GROUPS_PER_MEMBER, member=member, found=len(groups), allowed=min(limits)
        )


def _of_groups(view: _View) -> Iterator[Violation]:
    for group, rules, members in view.known_groups():
        theme = view.edition.theme_by_id[group.theme]
        if group.track not in theme.tracks:
            yield _violation(RuleId.TRACK_ALLOWED, group, found=group.track, allowed=theme.tracks)
        limits = rules.local if group.track is Track.LOCAL else rules.video
        if not limits.size_min <= len(members) <= limits.size_max:
            allowed = f"{limits.size_min} to {limits.size_max}"
            yield _violation(RuleId.SIZE, group, found=len(members), allowed=allowed)
        yield from _roles(view, group, rules)
        yield from _shared(RuleId.SHARED_LANGUAGE, group, members, rules)
        yield from _shared(RuleId.SHARED_SLOT, group, members, rules)
        yield from _place(view, group, rules, members)


def _roles(view: _View, group: Group, rules: Rules) -> Iterator[Violation]:
    rows = view.rows[group.group_id]
    for rule, role, listed, wanted in (
        (RuleId.MODERATORS, Role.MODERATOR, group.moderators, rules.moderators),
        (RuleId.SECRETARIES, Role.SECRETARY, group.secretaries, rules.secretaries),
    ):
        held = {row.member_id for row in rows if row.role is role}
        if len(held) != wanted or len(set(listed)) != wanted:
            found = max((len(held), len(set(listed))), key=lambda count: abs(count - wanted))
            yield _violation(rule, group, found=found, allowed=wanted)
        for member_id in sorted(held | set(listed)):
            member = view.edition.member_by_id.get(member_id)
            here = any(row.member_id == member_id for row in rows)
            volunteers = member is not None and (
                member.moderator if role is Role.MODERATOR else member.secretary
            )
            if not here or not volunteers:
                yield Violation(
                    RuleId.VOLUNTEER, _text(RuleId.VOLUNTEER), group.group_id, member_id, role
                )
    both = set(group.moderators) & set(group.secretaries)
    for member_id in sorted(both):
        yield Violation(RuleId.ONE_ROLE, _text(RuleId.ONE_ROLE), group.group_id, member_id, 2, 1)


def _shared(rule: RuleId, group: Group, members: list[Member], rules: Rules) -> Iterator[Violation]:
    language = rule is RuleId.SHARED_LANGUAGE
    if not (rules.shared_language if language else rules.shared_slot):
        return
    code = group.language if language else group.slot
    for member in members:
        listed = member.languages if language else member.slots
        if listed and code not in listed:
            yield _violation(rule, group, member, found=code, allowed=listed)


def _place(view: _View, group: Group, rules: Rules, members: list[Member]) -> Iterator[Violation]:
    if group.track is Track.VIDEO:
        if group.place:
            yield _violation(RuleId.PLACE, group, found=group.place, allowed="none, by video")
        return
    place = view.ground.candidates.get(group.place)
    if place is None:
        yield _violation(RuleId.PLACE, group, found=group.place, allowed="a candidate place")
        place = view.ground.anywhere(group.place)
        if place is None:
            return
    for member in members:
        own = member.office is not None and member.office == group.place
        limit = rules.office_travel_m if own else rules.travel_m
        metres = view.ground.metres(view.edition.position(member), place)
        if metres > limit:
            yield _violation(RuleId.TRAVEL, group, member, f"{metres} m", f"{limit} m")
    if rules.spread_m is not None:
        for first, second, metres in view.ground.further_than(members, rules.spread_m):
            between = f"{metres} m to {second}"
            yield Violation(
                RuleId.SPREAD,
                _text(RuleId.SPREAD),
                group.group_id,
                first,
                between,
                f"{rules.spread_m} m",
            )


def _of_themes(view: _View) -> Iterator[Violation]:
    count = Counter(group.theme for group in view.grouping.group_records)
    for theme in view.edition.themes:
        if not theme.groups_min <= count[theme.id] <= theme.groups_max:
            allowed = f"{theme.groups_min} to {theme.groups_max} of {theme.id}"
            yield _violation(RuleId.GROUPS_PER_THEME, found=count[theme.id], allowed=allowed)


def _of_pairs(view: _View) -> Iterator[Violation]:
    """Together and apart, in both directions, whichever row names them."""
    for rule in (RuleId.TOGETHER, RuleId.APART):
        pairs = {
            tuple(sorted((member.member_id, other)))
            for member in view.edition.members
            for other in (member.together if rule is RuleId.TOGETHER else member.apart)
        }
        for first, second in sorted(pairs):
            in_first = set(view.groups_of.get(first, ()))
            in_second = set(view.groups_of.get(second, ()))
            broken = in_first != in_second if rule is RuleId.TOGETHER else in_first & in_second
            if broken:
                group_id = min(in_first | in_second)
                yield Violation(rule, _text(rule), group_id, first, f"with {second}")


def _of_pins(view: _View) -> Iterator[Violation]:
    for pin in view.edition.pins:
        if not any(
            _keeps(view, group_id, pin) for group_id in view.groups_of.get(pin.member_id, ())
        ):
            wanted = f"{pin.theme}, {pin.place or 'video'}, role {pin.role or 'any'}"
            company = f", with {' '.join(pin.with_members)}" if pin.with_members else ""
            yield Violation(
                RuleId.PIN, _text(RuleId.PIN), None, pin.member_id, None, wanted + company
            )


def _keeps(view: _View, group_id: str, pin: Pin) -> bool:
    group = view.groups[group_id]
    if (group.theme, group.track, group.place) != (pin.theme, pin.track, pin.place):
        return False
    role_of = {row.member_id: row.role for row in view.rows[group_id]}
    if pin.role is not None and role_of[pin.member_id] is not pin.role:
        return False
    return all(other in role_of for other in pin.with_members)


def _text(rule: AnyRule) -> str:
    return SENTENCES[rule]


def _violation(
    rule: AnyRule,
    group: Group | None = None,
    member: Member | None = None,
    found: object = None,
    allowed: object = None,
) -> Violation:
    return Violation(
        rule,
        _text(rule),
        None if group is None else group.group_id,
        None if member is None else member.member_id,
        found,
        allowed,
    )
