"""What groups formed again keep of those before: promises, consent, ids; and what is told to have changed.

Comes in: `Changed`. Goes out: violations. One function per rule.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

from sip_grouping.catalogue import telling
from sip_grouping.edition.records import Pin, Role
from sip_grouping.grouping import Group
from sip_grouping.grouping.proposed import CHANGE_COLUMNS, ChangeRow
from sip_grouping.rules import RecordRuleId, RoundRuleId
from sip_grouping.verification.reformed import Changed, TrueRow
from sip_grouping.verification.violation import Violation, figure, violation

Check = Callable[[Changed], Iterator[Violation]]

_Key = tuple[str, str, str]


def check_accepted_places(changed: Changed) -> Iterator[Violation]:
    """Check that who accepted is in its group, and that this has the theme, track, place, slot and language.

    Where nobody of a group lists a language or a slot, or no rule asks for one, it may have none any more.
    """
    staying: dict[str, None] = {}
    for who in changed.accepted:
        if who in changed.left_since:
            continue
        earlier, seat = changed.before[who].group_id, changed.now.get(who)
        if seat is None or seat.group_id != earlier:
            yield violation(
                RoundRuleId.ACCEPTED_PLACE,
                "accepted-moved",
                None if seat is None else seat.group_id,
                who,
                found=figure("no-group") if seat is None else seat.group_id,
                allowed=earlier,
            )
        else:
            staying[earlier] = None
    for group_id in staying:
        was, here = changed.groups_before[group_id], changed.facts.groups[group_id]
        for column in ("theme", "track", "place", "slot", "language"):
            found, allowed = getattr(here, column), getattr(was, column)
            if found != allowed and not _free(changed, here, column, str(found), str(allowed)):
                yield violation(
                    RoundRuleId.ACCEPTED_PLACE,
                    "accepted-other",
                    group_id,
                    found=str(found) or figure("empty"),
                    allowed=str(allowed) or figure("empty"),
                    column=column,
                )


def check_given_up(changed: Changed) -> Iterator[Violation]:
    """Check of each placement that is told as given up that it is not there any more as it was accepted.

    Whoever took no part any more, or asked for a change, gave it up and not the organisers.
    """
    for who, role in changed.given_up.items():
        before = changed.before[who]
        if role not in {Role.MEMBER, before.role}:
            yield _consent("role-not-proposed", before.group_id, who, role, before.role)
        elif who in changed.asked:
            yield violation(RoundRuleId.CONSENT, "given-up-asked", before.group_id, who)
        elif changed.stays_as_accepted(who, role):
            yield violation(RoundRuleId.CONSENT, "given-up-kept", before.group_id, who)


def _free(changed: Changed, group: Group, column: str, found: str, allowed: str) -> bool:
    """Return whether the language or slot of a group may be another: there was none, or none is needed."""
    if column not in {"slot", "language"}:
        return False
    if not allowed:
        return True
    rules = changed.facts.rules_of(group)
    ruled = rules is not None and getattr(rules, f"shared_{column}")
    listed = any(getattr(one, f"{column}s") for one in changed.facts.members_of(group))
    return not found and not (ruled and listed)


def check_consent(changed: Changed) -> Iterator[Violation]:
    """Check that an accepted role stays, and that what is pinned is what was accepted.

    The pins are those of the groups as they were formed: later answers change them.
    """
    pins: dict[str, list[Pin]] = {}
    for pin in changed.facts.edition.pins:
        pins.setdefault(pin.member_id, []).append(pin)
    for who, role in changed.accepted.items():
        before, seat = changed.before[who], changed.now.get(who)
        if role not in {Role.MEMBER, before.role}:
            yield _consent("role-not-proposed", before.group_id, who, role, before.role)
        if seat is not None and role is not Role.MEMBER and seat.role is not role:
            yield _consent("accepted-role-lost", seat.group_id, who, seat.role, role)
        if changed.stage is None:
            continue
        group = changed.groups_before[before.group_id]
        here = [
            pin
            for pin in pins.get(who, ())
            if (pin.theme, pin.track, pin.place) == (group.theme, group.track, group.place)
        ]
        if not here:
            yield violation(
                RoundRuleId.CONSENT,
                "accepted-not-pinned",
                group.group_id,
                who,
                found=figure("none"),
                allowed=figure(
                    "pin",
                    theme=group.theme,
                    track=telling("track", group.track.value),
                    place=figure("pin-place", place=group.place) if group.place else "",
                    role="",
                    company="",
                ),
            )
        for pin in here:
            if pin.role is not None and pin.role is not role:
                yield _consent("role-pinned-unasked", before.group_id, who, pin.role, role)


def _consent(part: str, group_id: str, who: str, found: Role, allowed: Role) -> Violation:
    return violation(
        RoundRuleId.CONSENT,
        part,
        group_id,
        who,
        found=telling("role", found.value),
        allowed=telling("role", allowed.value),
    )


def check_kept_ids(changed: Changed) -> Iterator[Violation]:
    """Check that groups keep their ids, and no other group has the id of one that was there before.

    Where a group is most of several of before, it has the id of one of them.
    """
    for group_id in changed.themes_now:
        if changed.goes_on(group_id):
            continue
        if group_id in changed.groups_before:
            yield violation(
                RoundRuleId.KEPT_ID,
                "id-of-another",
                group_id,
                found=changed.common[group_id, group_id],
                allowed=figure("at-least", limit=changed.stayers[group_id] // 2 + 1),
            )
        for earlier, here in changed.common:
            if here == group_id != earlier and changed.most_in(earlier, group_id):
                if changed.goes_on(earlier):
                    continue
                yield violation(
                    RoundRuleId.KEPT_ID, "id-lost", group_id, found=group_id, allowed=earlier
                )


def check_changes(changed: Changed) -> Iterator[Violation]:
    """Check that each row of changes.csv is true and stands there once, and that none is missing."""
    wanted = {_key(one.row): one for one in changed.rows}
    times = Counter(map(_key, changed.proposed.changes))
    for row in changed.proposed.changes:
        true = wanted.get(_key(row))
        if true is None:
            yield _about(RoundRuleId.CHANGES, "change-false", row)
        else:
            for column in CHANGE_COLUMNS[:-1]:
                found, allowed = getattr(row, column), getattr(true.row, column)
                if found != allowed:
                    yield _about(
                        RoundRuleId.CHANGES,
                        "change-column",
                        row,
                        found=found or figure("empty"),
                        allowed=allowed or figure("empty"),
                        column=column,
                    )
    for key, true in wanted.items():
        if times[key] != 1:
            part = "change-twice" if times[key] else "change-missing"
            yield _about(RoundRuleId.CHANGES, part, true.row, found=times[key], allowed=1)


def _key(row: ChangeRow) -> _Key:
    """Return what tells the rows of changes apart."""
    return row.member_id, row.kind, "" if row.member_id else row.from_group


def _about(
    rule: RoundRuleId,
    part: str,
    row: ChangeRow,
    *,
    found: object = None,
    allowed: object = None,
    **named: str,
) -> Violation:
    return violation(
        rule,
        part,
        row.to_group or row.from_group or None,
        row.member_id or None,
        found=found,
        allowed=allowed,
        kind=row.kind,
        **named,
    )


def check_disruption(changed: Changed) -> Iterator[Violation]:
    """Check the points of each change, their total, and how many members moved.

    Nothing that changes for a member who asked for it costs anything. The total stands in the grouping as
    score less disruption.
    """
    wanted = {_key(one.row): one for one in changed.rows}
    for row in changed.proposed.changes:
        true = wanted.get(_key(row))
        if true is not None and _thousandths(row.points) != true.thousandths:
            part = "points-of-asked" if true.row.asked == "yes" else "points-of-change"
            yield _about(RoundRuleId.DISRUPTION, part, row, found=row.points, allowed=_points(true))
    value = changed.facts.score_terms.total - changed.disruption
    stage, grouping = changed.stage, changed.facts.grouping
    if stage is None:
        # With a bound it is of the edition as it stands: no answers came since, and the value is known.
        if grouping.bound_thousandths is not None:
            yield violation(RoundRuleId.DISRUPTION, "no-value", found=None, allowed=value)
        return
    if stage.value != value:
        yield violation(RoundRuleId.DISRUPTION, "total", found=stage.value, allowed=value)
    if stage.bound is not None and stage.bound < value:
        yield violation(
            RecordRuleId.BOUND,
            "stage-bound",
            found=stage.bound,
            allowed=figure("at-least", limit=value),
            objective=stage.name.value,
        )
    most = grouping.settings.get("max_moves")
    if type(most) is int and len(changed.moved) > most:
        yield violation(
            RoundRuleId.DISRUPTION,
            "many-moves",
            found=len(changed.moved),
            allowed=figure("at-most", limit=most),
        )


def _points(true: TrueRow) -> str:
    return str(Decimal(true.thousandths) / 1000)


def _thousandths(points: str) -> Decimal | None:
    try:
        return Decimal(points) * 1000
    except InvalidOperation:
        return None


REFORM_CHECKS: tuple[Check, ...] = (
    check_accepted_places,
    check_consent,
    check_given_up,
    check_kept_ids,
    check_changes,
    check_disruption,
)
