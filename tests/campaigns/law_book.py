"""Laws that tie the best scores of two editions to each other, whatever the best grouping is.

Comes in: an edition, its best grouping, a random number generator. Goes out: `Turn`, a changed edition and
what its best score must be: the same, no lower, or a multiple. None where the law says nothing of the
edition. Candidate towns depend on who lives where, so no law moves them unawares.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from campaigns.rule_book import RuleBook
from campaigns.shrink import without_member
from positions import candidate_positions

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Rules, RulesOverride, Theme
from sip_grouping.edition.values import COUNTRIES, ONLY
from sip_grouping.grouping import Grouping


class Turn(NamedTuple):
    """A changed edition. `relation`: same, not-lower, or times; `base` replaces the first edition."""

    edition: Edition
    relation: str = "same"
    factor: int = 1
    base: Edition | None = None


Law = Callable[[Edition, Grouping, random.Random], Turn | None]


def members_are_called_otherwise(edition: Edition, _: Grouping, rng: random.Random) -> Turn:
    """Give the members each other's ids."""
    ids = [member.member_id for member in edition.members]
    name = dict(zip(ids, rng.sample(ids, len(ids)), strict=True))
    return Turn(_renamed(edition, member=name))


def rows_are_shuffled(edition: Edition, _: Grouping, rng: random.Random) -> Turn:
    """Shuffle the rows of members, offices, pins and locations."""
    return Turn(
        edition.replace(
            **{
                field: tuple(rng.sample(getattr(edition, field), len(getattr(edition, field))))
                for field in ("members", "offices", "pins", "locations", "themes")
            }
        )
    )


def themes_and_offices_are_renamed(edition: Edition, _: Grouping, __: random.Random) -> Turn:
    """Give new ids, which sort the other way round."""
    themes = {one.id: f"t{9 - number}" for number, one in enumerate(edition.themes)}
    offices = {one.office_id: f"o{99 - number}" for number, one in enumerate(edition.offices)}
    return Turn(_renamed(edition, theme=themes, office=offices))


def a_language_gets_a_twin(edition: Edition, _: Grouping, __: random.Random) -> Turn:
    """Let all who list fr list another language too."""
    return Turn(
        _with_members(
            edition,
            lambda one: {
                "languages": (*one.languages, "br") if "fr" in one.languages else one.languages
            },
        )
    )


def a_theme_that_nobody_ranks_comes(edition: Edition, _: Grouping, __: random.Random) -> Turn:
    """Add a theme at the front."""
    return Turn(edition.replace(themes=(Theme(id="nobodys"), *edition.themes)))


def a_theme_opens_everywhere(edition: Edition, _: Grouping, rng: random.Random) -> Turn | None:
    """Open a theme in all countries."""
    closed = [one for one in edition.themes if len(one.countries) < len(COUNTRIES)]
    if not closed:
        return None
    theme = rng.choice(closed)
    opened = theme.model_copy(update={"countries": COUNTRIES})
    themes = tuple(opened if one is theme else one for one in edition.themes)
    return Turn(edition.replace(themes=themes), "not-lower")


def somebody_by_video_comes(edition: Edition, _: Grouping, rng: random.Random) -> Turn:
    """Add a member who accepts video alone: the candidate places stay."""
    like = rng.choice(edition.members)
    plain = {"member_id": "newcomer", "local": False, "video": True, "together": (), "apart": ()}
    return Turn(
        edition.replace(members=(*edition.members, like.model_copy(update=plain))), "not-lower"
    )


def who_is_left_out_goes(edition: Edition, best: Grouping, rng: random.Random) -> Turn | None:
    """Take away somebody whom the best grouping leaves out; the candidate places must stay."""
    pinned = {one for pin in edition.pins for one in (pin.member_id, *pin.with_members)}
    book = RuleBook(edition)
    places = candidate_positions(edition)
    for row in rng.sample(best.left_out, len(best.left_out)):
        number = book.number_of[row.member_id]
        if row.member_id in pinned or len(book.block_of(number)) > 1:
            continue
        other = edition.replace(members=without_member(edition, number))
        if candidate_positions(other) == places:
            return Turn(other)
    return None


def limits_of_travel_widen(edition: Edition, _: Grouping, rng: random.Random) -> Turn:
    """Raise both limits by some kilometres."""
    more = rng.choice((1.0, 7.0, 25.0))

    def wider(rules: Rules | RulesOverride) -> dict[str, object]:
        limits = {name: getattr(rules, name) for name in ("travel_km", "office_travel_km")}
        return {name: km + more for name, km in limits.items() if km is not None}

    return Turn(_with_rules(edition, wider), "not-lower")


def spread_widens(edition: Edition, _: Grouping, rng: random.Random) -> Turn | None:
    """Raise the limit between two members of a group."""
    more = rng.choice((2.0, 10.0))

    def wider(rules: Rules | RulesOverride) -> dict[str, object]:
        return {} if rules.spread_km is None else {"spread_km": rules.spread_km + more}

    return _if_changed(edition, Turn(_with_rules(edition, wider), "not-lower"))


def groups_may_be_larger(edition: Edition, _: Grouping, __: random.Random) -> Turn:
    """Raise size_max by one."""
    return Turn(_with_rules(edition, lambda rules: _sizes(rules, "size_max", 1)), "not-lower")


def groups_may_be_smaller(edition: Edition, _: Grouping, __: random.Random) -> Turn:
    """Lower size_min by one."""
    return Turn(_with_rules(edition, lambda rules: _sizes(rules, "size_min", -1)), "not-lower")


def themes_may_have_more_groups(edition: Edition, _: Grouping, __: random.Random) -> Turn:
    """Raise groups_max by one."""
    themes = (one.model_copy(update={"groups_max": one.groups_max + 1}) for one in edition.themes)
    return Turn(edition.replace(themes=tuple(themes)), "not-lower")


def somebody_volunteers(edition: Edition, _: Grouping, rng: random.Random) -> Turn:
    """Let one more member volunteer for both roles."""
    who = rng.choice(edition.members)
    both = {"moderator": True, "secretary": True}
    return Turn(_with_members(edition, lambda one: both if one is who else {}), "not-lower")


def who_takes_part_in_a_role_only_would_do_without(
    edition: Edition, _: Grouping, rng: random.Random
) -> Turn | None:
    """Let one who says `only` to a role be a plain member too."""
    said = [one for one in edition.members if ONLY in {one.moderator, one.secretary}]
    if not said:
        return None
    who = rng.choice(said)
    willing = {"moderator": bool(who.moderator), "secretary": bool(who.secretary)}
    return Turn(_with_members(edition, lambda one: willing if one is who else {}), "not-lower")


def a_pair_is_forgotten(edition: Edition, _: Grouping, rng: random.Random) -> Turn | None:
    """Take away a together or an apart."""
    pairs = [
        (member.member_id, field, other)
        for member in edition.members
        for field in ("together", "apart")
        for other in getattr(member, field)
    ]
    if not pairs:
        return None
    first, field, second = rng.choice(pairs)

    def without(one: Member) -> dict[str, object]:
        other = {first: second, second: first}.get(one.member_id)
        return {field: tuple(who for who in getattr(one, field) if who != other)}

    return Turn(_with_members(edition, without), "not-lower")


def a_pin_is_forgotten(edition: Edition, _: Grouping, rng: random.Random) -> Turn | None:
    """Take a pin away that makes no candidate place."""
    if not edition.pins:
        return None
    number = rng.randrange(len(edition.pins))
    other = edition.replace(pins=edition.pins[:number] + edition.pins[number + 1 :])
    same_places = candidate_positions(other) == candidate_positions(edition)
    return Turn(other, "not-lower") if same_places else None


def what_is_best_is_pinned(edition: Edition, best: Grouping, rng: random.Random) -> Turn | None:
    """Pin a placement of the best grouping, with its role and company."""
    if not best.placements:
        return None
    row = rng.choice(best.placements)
    inside = [one.member_id for one in best.placements_by_group[row.group_id]]
    pin = Pin(
        member_id=row.member_id,
        theme=row.theme,
        track=row.track,
        place=best.group_by_id[row.group_id].place,
        role=rng.choice((None, row.role)),
        with_members=tuple(
            rng.sample([one for one in inside if one != row.member_id], len(inside) // 3)
        ),
    )
    if any((one.member_id, one.theme) == (pin.member_id, pin.theme) for one in edition.pins):
        return None
    return Turn(edition.with_pins((pin,)))


def what_is_best_is_asked_of_a_pair(
    edition: Edition, best: Grouping, rng: random.Random
) -> Turn | None:
    """Ask two members to be together, or apart, who are so in the best grouping."""
    groups = {
        member.member_id: {
            row.group_id for row in best.placements if row.member_id == member.member_id
        }
        for member in edition.members
    }
    placed = [one for one, joined in groups.items() if joined]
    if len(placed) < 2:
        return None
    first = rng.choice(placed)
    alike = [one for one in placed if one != first and groups[one] == groups[first]]
    others = [one for one in placed if not groups[one] & groups[first]]
    field, partners = rng.choice((("together", alike), ("apart", others)))
    if not partners:
        return None
    second = rng.choice(partners)
    return Turn(
        _with_members(
            edition,
            lambda one: {field: (*getattr(one, field), second)} if one.member_id == first else {},
        )
    )


def the_number_of_groups_is_asked(edition: Edition, best: Grouping, _: random.Random) -> Turn:
    """Ask for as many groups of each theme as the best grouping has."""
    count = Counter(group.theme for group in best.group_records)
    themes = (
        one.model_copy(update={"groups_min": count[one.id], "groups_max": count[one.id]})
        for one in edition.themes
    )
    return Turn(edition.replace(themes=tuple(themes)))


def points_are_multiplied(edition: Edition, _: Grouping, rng: random.Random) -> Turn:
    """Multiply all points; whole points per km first, so that nothing is rounded."""
    factor, score = rng.choice((2, 3, 10)), edition.score
    base = {"km_points": float(round(score.km_points))}
    times = {
        "rank_points": tuple(factor * points for points in score.rank_points),
        "km_points": factor * base["km_points"],
        "video_points": factor * score.video_points,
        "group_points": factor * score.group_points,
    }
    return Turn(
        edition.replace(score=type(score).model_validate(times)),
        "times",
        factor,
        edition.replace(score=score.model_copy(update=base)),
    )


def all_moves_east(edition: Edition, _: Grouping, __: random.Random) -> Turn:
    """Move everything by a degree of longitude, which leaves all distances as they are."""

    def east(one: Member) -> dict[str, object]:
        return {} if one.longitude is None else {"longitude": one.longitude + 1.0}

    moved = _with_members(edition, east)
    return Turn(
        moved.replace(
            **{
                field: tuple(
                    one
                    if one.longitude is None
                    else one.model_copy(update={"longitude": one.longitude + 1.0})
                    for one in getattr(edition, field)
                )
                for field in ("offices", "locations")
            }
        )
    )


LAWS: tuple[Law, ...] = (
    members_are_called_otherwise,
    rows_are_shuffled,
    themes_and_offices_are_renamed,
    a_language_gets_a_twin,
    a_theme_that_nobody_ranks_comes,
    a_theme_opens_everywhere,
    somebody_by_video_comes,
    who_is_left_out_goes,
    limits_of_travel_widen,
    spread_widens,
    groups_may_be_larger,
    groups_may_be_smaller,
    themes_may_have_more_groups,
    somebody_volunteers,
    who_takes_part_in_a_role_only_would_do_without,
    a_pair_is_forgotten,
    a_pin_is_forgotten,
    what_is_best_is_pinned,
    what_is_best_is_asked_of_a_pair,
    the_number_of_groups_is_asked,
    points_are_multiplied,
    all_moves_east,
)


def _with_members(edition: Edition, change: Callable[[Member], Mapping[str, object]]) -> Edition:
    return edition.replace(
        members=tuple(
            Member.model_validate(one.model_dump() | dict(change(one))) for one in edition.members
        )
    )


def _with_rules(
    edition: Edition, change: Callable[[Rules | RulesOverride], Mapping[str, object]]
) -> Edition:
    return edition.replace(
        rules=edition.rules.model_copy(update=change(edition.rules)),
        themes=tuple(
            one.model_copy(update={"rules": one.rules.model_copy(update=change(one.rules))})
            for one in edition.themes
        ),
    )


def _sizes(rules: Rules | RulesOverride, name: str, step: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for track in ("local", "video"):
        limits = getattr(rules, track)
        if limits is not None and getattr(limits, name) is not None:
            size = max(1, getattr(limits, name) + step)
            found[track] = limits.model_copy(update={name: size})
    return found


def _if_changed(edition: Edition, turn: Turn) -> Turn | None:
    return None if turn.edition == edition else turn


def _renamed(
    edition: Edition,
    *,
    member: Mapping[str, str] | None = None,
    theme: Mapping[str, str] | None = None,
    office: Mapping[str, str] | None = None,
) -> Edition:
    """Return the edition with other ids; what a mapping does not name keeps its own."""

    def of(names: Mapping[str, str] | None, one: str | None) -> str | None:
        return one if one is None else (names or {}).get(one, one)

    def all_of(names: Mapping[str, str] | None, ids: tuple[str, ...]) -> tuple[str | None, ...]:
        return tuple(of(names, one) for one in ids)

    return edition.replace(
        themes=tuple(one.model_copy(update={"id": of(theme, one.id)}) for one in edition.themes),
        offices=tuple(
            one.model_copy(update={"office_id": of(office, one.office_id)})
            for one in edition.offices
        ),
        members=tuple(
            Member.model_validate(
                one.model_dump()
                | {
                    "member_id": of(member, one.member_id),
                    "themes": all_of(theme, one.themes),
                    "office": of(office, one.office),
                    "together": all_of(member, one.together),
                    "apart": all_of(member, one.apart),
                }
            )
            for one in edition.members
        ),
        pins=tuple(
            Pin.model_validate(
                one.model_dump()
                | {
                    "member_id": of(member, one.member_id),
                    "theme": of(theme, one.theme),
                    "place": of(office, one.place),
                    "with_members": all_of(member, one.with_members),
                }
            )
            for one in edition.pins
        ),
    )
