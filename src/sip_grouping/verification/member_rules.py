"""The rules that concern members, pairs of members, pins and themes across groups.

Comes in: `Facts`. Goes out: violations. One function per rule.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from sip_grouping.catalogue import Telling, telling
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Role
from sip_grouping.grouping import Group, Placement
from sip_grouping.rules import RuleId
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.violation import Violation, figure, violation

Check = Callable[[Facts], Iterator[Violation]]


def check_eligible(facts: Facts) -> Iterator[Violation]:
    """Check that only cooperators who commit for the whole period are placed."""
    for member_id in facts.rows_of_member:
        if not facts.edition.member_by_id[member_id].eligible:
            yield violation(
                RuleId.ELIGIBLE,
                "not-eligible",
                member_id=member_id,
            )


def check_groups_per_member(facts: Facts) -> Iterator[Violation]:
    """Check that no member is in more groups than allowed, or twice in the same one.

    A member is in one group of a theme at most, and in all in no more groups than
    groups_per_member of each of its groups' themes allows.
    """
    for member_id, rows in facts.rows_of_member.items():
        themes = Counter(facts.groups[group_id].theme for group_id in rows)
        limits = [
            facts.edition.rules_of(theme).groups_per_member
            for theme in themes
            if theme in facts.edition.theme_by_id
        ]
        most = min(limits, default=facts.edition.rules.groups_per_member)
        if len(rows) > most:
            yield _too_many(member_id, "many-groups", len(rows), most)
        for theme, count in themes.items():
            if count > 1:
                yield _too_many(member_id, "many-groups-of-theme", count, 1, theme=theme)
    for (member_id, group_id), count in _row_counts(facts).items():
        if count > 1:
            yield violation(
                RuleId.GROUPS_PER_MEMBER,
                "same-group-twice",
                group_id,
                member_id,
                found=count,
                allowed=1,
            )


def _too_many(member_id: str, part: str, count: int, most: int, **named: str) -> Violation:
    return violation(
        RuleId.GROUPS_PER_MEMBER,
        part,
        member_id=member_id,
        found=count,
        allowed=figure("at-most", limit=most),
        **named,
    )


def _row_counts(facts: Facts) -> Counter[tuple[str, str]]:
    return Counter((row.member_id, row.group_id) for row in facts.grouping.placements)


def check_ranked(facts: Facts) -> Iterator[Violation]:
    """Check that a member is placed only in themes it ranked."""
    for member, group, _ in _seats(facts):
        if group.theme in facts.edition.theme_by_id and group.theme not in member.themes:
            yield violation(
                RuleId.RANKED,
                "not-ranked",
                group.group_id,
                member.member_id,
                found=group.theme,
                allowed=" ".join(member.themes),
            )


def check_country(facts: Facts) -> Iterator[Violation]:
    """Check that a member is placed only in themes that are open in its country."""
    for member, group, _ in _seats(facts):
        theme = facts.edition.theme_by_id.get(group.theme)
        if theme is not None and member.country not in theme.countries:
            yield violation(
                RuleId.COUNTRY,
                "theme-not-open",
                group.group_id,
                member.member_id,
                found=member.country,
                allowed=" ".join(theme.countries),
                theme=theme.id,
            )


def check_groups_per_theme(facts: Facts) -> Iterator[Violation]:
    """Check that each theme has from groups_min to groups_max groups."""
    counts = Counter(group.theme for group in facts.groups.values())
    for theme in facts.edition.themes:
        if not theme.groups_min <= counts[theme.id] <= theme.groups_max:
            yield violation(
                RuleId.GROUPS_PER_THEME,
                "groups-of-theme",
                found=counts[theme.id],
                allowed=figure("range", low=theme.groups_min, high=theme.groups_max),
                theme=theme.id,
            )


def check_groups_in_all(facts: Facts) -> Iterator[Violation]:
    """Check that there are from groups_min to groups_max groups over all themes."""
    least, most = facts.edition.total.groups_min, facts.edition.total.groups_max
    count = len(facts.groups)
    if count < least or (most is not None and count > most):
        allowed = (
            figure("at-least", limit=least)
            if most is None
            else figure("range", low=least, high=most)
        )
        yield violation(RuleId.GROUPS_IN_ALL, "groups-in-all", found=count, allowed=allowed)


def check_one_role(facts: Facts) -> Iterator[Violation]:
    """Check that a person holds one role at most, over all its groups."""
    held: Counter[str] = Counter()
    for (_, role), holders in facts.holders.items():
        if role is not Role.MEMBER:
            held.update(holders)
    for member_id, count in held.items():
        if count > 1:
            yield violation(
                RuleId.ONE_ROLE,
                "roles",
                member_id=member_id,
                found=count,
                allowed=figure("at-most", limit=1),
            )


def check_different_slots(facts: Facts) -> Iterator[Violation]:
    """Check that groups of one member which share a slot meet in different ones; empty is none."""
    shares = {
        theme.id for theme in facts.edition.themes if facts.edition.rules_of(theme.id).shared_slot
    }
    for member_id, rows in facts.rows_of_member.items():
        groups = [facts.groups[group_id] for group_id in rows]
        slots = Counter(group.slot for group in groups if group.theme in shares and group.slot)
        for slot, count in slots.items():
            if count > 1:
                yield violation(
                    RuleId.DIFFERENT_SLOTS,
                    "same-slot",
                    member_id=member_id,
                    found=count,
                    allowed=figure("at-most", limit=1),
                    slot=slot,
                )


def check_together(facts: Facts) -> Iterator[Violation]:
    """Check that members who belong together, whichever row says so, are in the same groups."""
    for first, second in _pairs(facts.edition, "together"):
        found, wanted = facts.groups_of(second), facts.groups_of(first)
        if found != wanted:
            yield violation(
                RuleId.TOGETHER,
                "together",
                member_id=first,
                found=" ".join(sorted(wanted)) or figure("no-group"),
                allowed=" ".join(sorted(found)) or figure("no-group"),
                other_id=second,
                other=second,
            )


def check_apart(facts: Facts) -> Iterator[Violation]:
    """Check that members who belong apart, whichever row says so, share no group."""
    for first, second in _pairs(facts.edition, "apart"):
        for group_id in sorted(facts.groups_of(first) & facts.groups_of(second)):
            yield violation(
                RuleId.APART,
                "apart",
                group_id,
                first,
                other_id=second,
                other=second,
            )


def _pairs(edition: Edition, field: str) -> Iterator[tuple[str, str]]:
    """Give every pair of known members once, in the order of the rows that name it."""
    seen: set[frozenset[str]] = set()
    for member in edition.members:
        others: tuple[str, ...] = member.together if field == "together" else member.apart
        for other in others:
            pair = frozenset((member.member_id, other))
            if pair not in seen and other in edition.member_by_id:
                seen.add(pair)
                yield member.member_id, other


def check_pins(facts: Facts) -> Iterator[Violation]:
    """Check that pinned placements stay: theme, track, place, role and the members pinned with it.

    A pin with role "member" wants the member to hold no role in that group.
    """
    for pin in facts.edition.pins:
        rows = facts.rows_of_member.get(pin.member_id, {})
        if not any(
            _keeps(facts, pin, facts.groups[group_id], row) for group_id, row in rows.items()
        ):
            yield violation(
                RuleId.PIN,
                "pin",
                member_id=pin.member_id,
                found=" ".join(rows) or figure("no-group"),
                allowed=_pin_in_words(pin),
            )


def _keeps(facts: Facts, pin: Pin, group: Group, row: Placement) -> bool:
    return (
        (group.theme, group.track, group.place) == (pin.theme, pin.track, pin.place)
        and pin.role in {None, row.role}
        and facts.rows_of_group[group.group_id].keys() >= set(pin.with_members)
    )


def _pin_in_words(pin: Pin) -> Telling:
    company = " ".join(pin.with_members)
    return figure(
        "pin",
        theme=pin.theme,
        track=telling("track", pin.track.value),
        place=figure("pin-place", place=pin.place) if pin.place else "",
        role=figure("pin-role", role=telling("role", pin.role.value)) if pin.role else "",
        company=figure("pin-company", members=company) if company else "",
    )


def _seats(facts: Facts) -> Iterator[tuple[Member, Group, Placement]]:
    for group in facts.filled_groups:
        for member_id, row in facts.rows_of_group[group.group_id].items():
            yield facts.edition.member_by_id[member_id], group, row


MEMBER_CHECKS: tuple[Check, ...] = (
    check_eligible,
    check_groups_per_member,
    check_ranked,
    check_country,
    check_groups_per_theme,
    check_groups_in_all,
    check_one_role,
    check_different_slots,
    check_together,
    check_apart,
    check_pins,
)
