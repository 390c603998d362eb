"""Rules that rows of members and offices say, each row by itself, and what leaves one of them out.

Comes in: an `Edition`. Goes out: `SaidRule`s. A conflict names those of the rows that are needed, and a
change of one of them is a way out.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from sip_grouping.catalogue import Telling, telling
from sip_grouping.edition import Edition
from sip_grouping.edition.origins import RowPlace
from sip_grouping.edition.records import Member, Role
from sip_grouping.edition.values import ONLY
from sip_grouping.problem.classes import HELD_ROLES
from sip_grouping.rules import RuleId
from sip_grouping.solve.called import place_called
from sip_grouping.solve.changes import Change, ChangeRecord
from sip_grouping.solve.smaller import Steps

Part = tuple[str, ...]
"""What is said at once: ids of two members who are apart or together, of one member, of an office."""


@dataclass(frozen=True)
class SaidRule:
    """A rule that rows say.

    Attributes
    ----------
    key
        Table and column.
    parts
        What rows say of it.
    keeping
        The edition in which only some parts are said.
    telling_of, rows_of, members_of
        One part: in a sentence, the rows that say it, and the members whose rows these are.
    steps_of
        One part: changes of its rows that loosen it more and more.
    """

    rule: RuleId
    key: str
    parts: tuple[Part, ...]
    keeping: Callable[[Edition, Collection[Part]], Edition]
    telling_of: Callable[[Part], Telling]
    rows_of: Callable[[Part], tuple[RowPlace, ...]]
    steps_of: Callable[[Part], Sequence[Change]]
    members_of: Callable[[Part], Part] = lambda part: part


def said_rules(edition: Edition, theme_ids: Iterable[str]) -> list[SaidRule]:
    """Return what rows say, as far as it may matter to groups of some themes."""
    pairs = (
        (RuleId.APART, "apart", "apart", "may-share"),
        (RuleId.TOGETHER, "together", "belong", "may-part"),
    )
    found = [_of_pairs(edition, *one) for one in pairs]
    found += [_of_roles(edition, role) for role in HELD_ROLES]
    if any(edition.rules_of(theme_id).shared_slot for theme_id in theme_ids):
        found.append(_of_offices(edition, RuleId.ROOMS, "rooms", "rooms", len(edition.members)))
    seats = edition.seats_of(one.member_id for one in edition.members)
    found.append(_of_offices(edition, RuleId.SEATS, "seats_max", "seats", seats))
    return [one for one in found if one.parts]


def _of_pairs(edition: Edition, rule: RuleId, field: str, told: str, undone: str) -> SaidRule:
    """Return who is apart, or together: a pair is said by the row of either of them, or of both."""
    said: dict[Part, list[str]] = {}
    for member in edition.members:
        for other in getattr(member, field):
            pair = (min(member.member_id, other), max(member.member_id, other))
            said.setdefault(pair, []).append(member.member_id)

    def keeping(of: Edition, kept: Collection[Part]) -> Edition:
        wanted = frozenset(kept)

        def changed(one: Member) -> Member:
            before = getattr(one, field)
            after = tuple(
                other
                for other in before
                if (min(one.member_id, other), max(one.member_id, other)) in wanted
            )
            return one if after == before else one.model_copy(update={field: after})

        return of.replace(members=tuple(map(changed, of.members)))

    def steps_of(pair: Part) -> Sequence[Change]:
        records: list[ChangeRecord] = []
        for member_id in said[pair]:
            others = getattr(edition.member_by_id[member_id], field)
            left = " ".join(one for one in others if one not in pair)
            records.append(
                {"kind": "member", "member_id": member_id, "field": field, "value": left}
            )
        first, second = pair
        sentence = telling("conflict", undone, first=first, second=second)
        others = [one for one in said if one != pair]
        return (
            Change(
                rule, f"members.{field}", sentence, lambda of: keeping(of, others),
                records=tuple(records), amount=1,
            ),
        )  # fmt: skip

    return SaidRule(
        rule,
        f"members.{field}",
        tuple(said),
        keeping,
        lambda pair: telling("conflict", told, first=pair[0], second=pair[1]),
        lambda pair: tuple(edition.origins.of_member(one, field) for one in said[pair]),
        steps_of,
    )


def _of_roles(edition: Edition, role: Role) -> SaidRule:
    """Return who takes part in a role only; who says so of two roles stands at the first of them."""
    said: dict[Part, list[Role]] = {
        (one.member_id,): [name for name in HELD_ROLES if getattr(one, name.value) == ONLY]
        for one in edition.members
        if one.only_in_a_role
    }
    said = {part: roles for part, roles in said.items() if roles[0] is role}

    def willing(one: Member) -> Member:
        answers = {name.value: True for name in HELD_ROLES if getattr(one, name.value) == ONLY}
        return one.model_copy(update=answers)

    def keeping(of: Edition, kept: Collection[Part]) -> Edition:
        gone = {member_id for (member_id,) in said} - {member_id for (member_id,) in kept}
        return of.replace(
            members=tuple(willing(one) if one.member_id in gone else one for one in of.members)
        )

    def roles_of(part: Part) -> Telling:
        first, *others = (telling("role", one.value) for one in said[part])
        return telling("conflict", "either", first=first, second=others[0]) if others else first

    def steps_of(part: Part) -> Sequence[Change]:
        (member_id,) = part
        records: tuple[ChangeRecord, ...] = tuple(
            {"kind": "member", "member_id": member_id, "field": one.value, "value": "yes"}
            for one in said[part]
        )
        sentence = telling("conflict", "not-only", member=member_id, role=roles_of(part))
        others = [one for one in said if one != part]
        return (
            Change(
                RuleId.ROLE_ONLY, f"members.{role.value}", sentence,
                lambda of: keeping(of, others), records=records, amount=1,
            ),
        )  # fmt: skip

    return SaidRule(
        RuleId.ROLE_ONLY,
        f"members.{role.value}",
        tuple(said),
        keeping,
        lambda part: telling("conflict", "role-only", member=part[0], role=roles_of(part)),
        lambda part: tuple(edition.origins.of_member(part[0], one.value) for one in said[part]),
        steps_of,
    )


def _of_offices(edition: Edition, rule: RuleId, field: str, told: str, most: int) -> SaidRule:
    """Return which offices have no more than so many rooms, or seats."""
    said: dict[Part, int] = {
        (one.office_id,): int(getattr(one, field))
        for one in edition.offices
        if getattr(one, field) is not None
    }

    def with_values(of: Edition, values: dict[str, int | None]) -> Edition:
        offices = (
            one.model_copy(update={field: values[one.office_id]})
            if one.office_id in values
            else one
            for one in of.offices
        )
        return of.replace(offices=tuple(offices))

    def keeping(of: Edition, kept: Collection[Part]) -> Edition:
        return with_values(
            of, {office_id: None for (office_id,) in said if (office_id,) not in kept}
        )

    def steps_of(part: Part) -> Sequence[Change]:
        (office_id,), now = part, said[part]

        def make(then: int) -> Change:
            record: ChangeRecord = {
                "kind": "office", "office_id": office_id, "field": field, "value": then,
            }  # fmt: skip
            sentence = telling(
                "conflict",
                "raise",
                theme=place_called(edition, office_id),
                name=field,
                now=str(now),
                then=str(then),
            )
            return Change(
                rule, f"offices.{field}", sentence, lambda of: with_values(of, {office_id: then}),
                records=(record,), amount=then - now,
            )  # fmt: skip

        return Steps(range(now + 1, most + 1), make)

    return SaidRule(
        rule,
        f"offices.{field}",
        tuple(said),
        keeping,
        lambda part: telling(
            "conflict", told, office=place_called(edition, part[0]), most=said[part]
        ),
        lambda part: (edition.origins.of_office(part[0], field),),
        steps_of,
        lambda _: (),
    )
