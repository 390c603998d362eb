"""The rules of what the members of a group share: place, travel, track, language, company, pins."""

import pytest
from grouping_builder import GroupWanted
from meridian import edition_of, exact_m, living, office_at
from verify_cases import (
    Case,
    assert_exactly_its_rule_is_reported,
    broken,
    inside,
    kept,
    local,
    outside,
    video,
)

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Pin, Role, RulesOverride, Theme, Track
from sip_grouping.rules import RuleId

A, B, C = (living(member_id) for member_id in "abc")
TWO = edition_of([A, B])
THEMES = (Theme(id="a"), Theme(id="b"), Theme(id="c"))
BOTH = ("a", "b", "c")


def _place() -> list[Case]:
    rule = RuleId.PLACE
    in_town = [living(one, 20.0, postcode="2000") for one in "ab"]
    away_m = exact_m(20.0)

    def towns(thinning_km: float, **places: object) -> Edition:
        return edition_of(in_town, places={"towns": "members", "thinning_km": thinning_km} | places)

    town = local("a", "b", place="BE-2000")
    no_office = towns(0.0, offices=False)
    pin = Pin(member_id="a", theme="a", track=Track.LOCAL, place="hub")
    listed = edition_of(in_town, places={"towns": ("BE-1000", "FR-59000"), "thinning_km": 1.0})
    return [
        kept(rule, "office", TWO, local("a", "b")),
        kept(rule, "town at the mean of its members", towns(10.0), town),
        broken(rule, "town of no list", listed, town),
        broken(rule, "no towns at all", edition_of(in_town), town),
        broken(rule, "office where none may be", no_office, local("a", "b")),
        broken(rule, "video with a place", TWO, {**video("a", "b"), "place": "hub"}),
        inside(rule, "exactly as far as thinning", towns(away_m / 1000), town),
        outside(rule, "one metre nearer than thinning", towns((away_m + 1) / 1000), town),
        inside(
            rule,
            "pinned office where no offices are candidates",
            no_office.with_pins((pin,)),
            local("a", "b"),
        ),
        inside(rule, "listed town without members", listed, local("a", "b", place="FR-59000")),
    ]


def _accepts(rule: RuleId, flag: str) -> list[Case]:
    refuses = edition_of([living("a", **{flag: False}), B])
    group, other = (local, video) if flag == "local" else (video, local)
    return [
        kept(rule, "accepts both", TWO, group("a", "b")),
        broken(rule, "refuses", refuses, group("a", "b")),
        inside(rule, "accepts the other alone", refuses, other("a", "b")),
    ]


def _travel() -> list[Case]:
    rule = RuleId.TRAVEL
    far_km = exact_m(25.0) / 1000
    members = [living("a", 25.0), living("b")]
    attached = [living("a", 25.0, office="hub"), living("b")]
    elsewhere = [living("a", 25.0, office="other"), living("b")]
    offices = [office_at("hub"), office_at("other", 200.0)]
    here = local("a", "b")

    def limits(who: list[Member], travel_km: float, office_km: float) -> Edition:
        return edition_of(who, offices=offices, travel_km=travel_km, office_travel_km=office_km)

    return [
        kept(rule, "near", limits(members, 30, 30), here),
        broken(rule, "far", limits(members, 20, 30), here),
        inside(rule, "exact metre", limits(members, far_km, 0), here),
        outside(rule, "one metre more", limits(members, far_km - 0.001, 100), here),
        inside(rule, "own office, exact metre", limits(attached, 0, far_km), here),
        outside(rule, "own office, one metre more", limits(attached, 100, far_km - 0.001), here),
        outside(rule, "office of others", limits(elsewhere, far_km - 0.001, 100), here),
        inside(rule, "video from anywhere", limits(members, 0, 0), video("a", "b")),
    ]


def _spread() -> list[Case]:
    rule = RuleId.SPREAD
    members = [living("a", -12.0), living("b", 14.0), living("c", 1.0)]
    wide_km = exact_m(-12.0, 14.0) / 1000
    here = local("a", "b", "c")
    narrow = RulesOverride(spread_km=wide_km - 0.001)
    themed = edition_of(members, themes=[Theme(id="a", rules=narrow)])
    return [
        kept(rule, "no limit", edition_of(members), here),
        broken(rule, "far apart", edition_of(members, spread_km=20.0), here),
        inside(rule, "exact metre", edition_of(members, spread_km=wide_km), here),
        outside(rule, "one metre more", edition_of(members, spread_km=wide_km - 0.001), here),
        outside(rule, "limit of the theme", themed, here),
        inside(rule, "video", edition_of(members, spread_km=0.0), video("a", "b", "c")),
    ]


def _shared(rule: RuleId) -> list[Case]:
    """Cases of languages and of slots."""
    language = rule is RuleId.SHARED_LANGUAGE

    def listing(*codes: tuple[str, ...], on: bool = True) -> Edition:
        members = [
            living(one, languages=listed if language else (), slots=() if language else listed)
            for one, listed in zip("abc", codes, strict=False)
        ]
        return edition_of(members, shared_language=on and language, shared_slot=on and not language)

    def using(code: str, *members: str) -> GroupWanted:
        if language:
            return {**local(*members), "language": code}
        return {**local(*members), "slot": code}

    mixed = listing(("x", "y"), ("y", "z"), ())
    return [
        kept(rule, "one in common", mixed, using("y", "a", "b", "c")),
        broken(rule, "one lists another", mixed, using("x", "a", "b", "c")),
        broken(rule, "nothing said", mixed, using("", "a", "b", "c")),
        inside(rule, "nobody lists any", listing((), ()), using("", "a", "b")),
        inside(rule, "nobody lists any, one said", listing((), ()), using("x", "a", "b")),
        inside(rule, "not wanted", listing(("x",), ("y",), on=False), using("", "a", "b")),
        outside(rule, "only one lists any", listing(("x",), ()), using("y", "a", "b")),
        outside(rule, "only one lists any, nothing said", listing(("x",), ()), using("", "a", "b")),
    ]


def _different_slots() -> list[Case]:
    rule = RuleId.DIFFERENT_SLOTS

    def listing(*slots: str, **rules: object) -> Edition:
        members = [living(one, themes=BOTH, slots=slots) for one in "ab"]
        given = {"themes": THEMES, "shared_slot": True, "groups_per_member": 3} | rules
        return edition_of(members, **given)  # type: ignore[arg-type]

    def at(slot: str, theme: str) -> GroupWanted:
        return {**local("a", "b", theme=theme), "slot": slot}

    free = Theme(id="b", rules=RulesOverride(shared_slot=False))
    return [
        kept(rule, "in two slots", listing("x", "y"), at("x", "a"), at("y", "b")),
        broken(rule, "in one slot", listing("x", "y"), at("x", "a"), at("x", "b")),
        broken(
            rule, "by video and at a place", listing("x"), at("x", "a"), video("a", "b", theme="b")
        ),
        inside(rule, "not wanted", listing("x", shared_slot=False), at("x", "a"), at("x", "b")),
        inside(
            rule,
            "one theme wants none",
            listing("x", themes=(THEMES[0], free, THEMES[2])),
            at("x", "a"),
            at("x", "b"),
        ),
        inside(rule, "nobody lists any", listing(), at("", "a"), at("", "b")),
        outside(rule, "nobody lists any, one said", listing(), at("x", "a"), at("x", "b")),
        outside(rule, "two of three", listing("x", "y"), at("x", "a"), at("y", "b"), at("x", "c")),
    ]


def _rooms() -> list[Case]:
    rule = RuleId.ROOMS

    def with_rooms(rooms: int | None, *slots: str, **rules: object) -> Edition:
        members = [living(one, slots=slots) for one in "abcdef"]
        offices = [office_at("hub", rooms=rooms), office_at("north", 5.0, rooms=rooms)]
        return edition_of(members, offices=offices, **{"shared_slot": True} | rules)  # type: ignore[arg-type]

    def at(slot: str, *members: str, place: str = "hub") -> GroupWanted:
        return {**local(*members, place=place), "slot": slot}

    first, second, third = at("x", "a", "b"), at("x", "c", "d"), at("x", "e", "f")
    elsewhere = at("x", "c", "d", place="north")
    by_video: GroupWanted = {**video("c", "d"), "slot": "x"}
    silent = at("", "a", "b"), at("", "c", "d")
    return [
        kept(rule, "any number", with_rooms(None, "x"), first, second),
        broken(rule, "three in two rooms", with_rooms(2, "x"), first, second, third),
        inside(rule, "two in two rooms", with_rooms(2, "x"), first, second),
        outside(rule, "two in one room", with_rooms(1, "x"), first, second),
        inside(rule, "one after the other", with_rooms(1, "x", "y"), first, at("y", "c", "d")),
        inside(rule, "at another office", with_rooms(1, "x"), first, elsewhere),
        inside(rule, "one by video", with_rooms(1, "x"), first, by_video),
        inside(rule, "not wanted", with_rooms(0, "x", shared_slot=False), first, second),
        inside(rule, "nobody lists any", with_rooms(1), *silent),
        outside(rule, "no room", with_rooms(0, "x"), first),
        outside(rule, "no room, nobody lists any", with_rooms(0), silent[0]),
    ]


def _seats() -> list[Case]:
    rule = RuleId.SEATS

    def with_seats(seats: int | None) -> Edition:
        members = [living(one) for one in "abcdef"]
        offices = [office_at("hub", seats_max=seats), office_at("north", 5.0, seats_max=seats)]
        return edition_of(members, offices=offices)

    first, second = local("a", "b"), local("c", "d", "e")
    return [
        kept(rule, "any number", with_seats(None), first, second),
        broken(rule, "five on three seats", with_seats(3), first, second),
        inside(rule, "five on five seats", with_seats(5), first, second),
        outside(rule, "five on four seats", with_seats(4), first, second),
        inside(rule, "at two offices", with_seats(3), first, local("c", "d", "e", place="north")),
        inside(rule, "one by video", with_seats(2), first, video("c", "d")),
        outside(rule, "no seat", with_seats(0), first),
    ]


def _together() -> list[Case]:
    rule = RuleId.TOGETHER
    members = [living("a", together=("b",)), *(living(one) for one in "bcd")]
    edition = edition_of(members)
    wide = edition_of(
        [living("a", themes=BOTH, together=("b",)), *(living(one, themes=BOTH) for one in "bcd")],
        themes=THEMES,
        groups_per_member=2,
    )
    return [
        kept(rule, "in one group", edition, local("a", "b")),
        broken(rule, "in two groups", edition, local("a", "c"), local("b", "d")),
        inside(rule, "neither placed", edition, local("c", "d")),
        outside(rule, "only the one who names", edition, local("a", "c")),
        outside(rule, "only the one who is named", edition, local("b", "c")),
        outside(
            rule, "one of two groups shared", wide, local("a", "b"), local("a", "c", theme="b")
        ),
        inside(rule, "both groups shared", wide, local("a", "b"), local("a", "b", "c", theme="b")),
    ]


def _apart() -> list[Case]:
    rule = RuleId.APART
    edition = edition_of([living("a", apart=("b",)), *(living(one) for one in "bcd")])
    named = edition_of([A, living("b", apart=("a",)), C])
    return [
        kept(rule, "in two groups", edition, local("a", "c"), local("b", "d")),
        broken(rule, "in one group", edition, local("a", "b")),
        inside(rule, "same theme and place", edition, local("a", "c", "d")),
        outside(rule, "the other row names it", named, local("b", "c", "a")),
    ]


def _pin() -> list[Case]:
    rule = RuleId.PIN
    members = [living(one, moderator=True, themes=BOTH) for one in "abc"]
    offices = [office_at("hub"), office_at("north", 5.0)]

    def pinned(moderators: int = 0, **fields: object) -> Edition:
        pin = Pin.model_validate(
            {"member_id": "a", "theme": "a", "track": "local", "place": "hub"} | fields
        )
        return edition_of(
            members, themes=THEMES, offices=offices, pins=[pin], moderators=moderators
        )

    def led_by(one: str) -> GroupWanted:
        return {**local("a", "b", "c"), "moderators": [one]}

    by_video = pinned(track="video", place="")
    return [
        kept(rule, "there", pinned(), local("a", "b")),
        kept(rule, "by video", by_video, video("a", "b")),
        broken(rule, "other place", pinned(), local("a", "b", place="north")),
        broken(rule, "other theme", pinned(), local("a", "b", theme="b")),
        broken(rule, "other track", pinned(), video("a", "b")),
        broken(rule, "not placed", pinned(), local("b", "c")),
        inside(rule, "role kept", pinned(1, role=Role.MODERATOR), led_by("a")),
        outside(rule, "role lost", pinned(1, role=Role.MODERATOR), led_by("b")),
        inside(rule, "any role", pinned(1), led_by("a")),
        inside(rule, "no role wanted", pinned(1, role=Role.MEMBER), led_by("b")),
        outside(rule, "no role wanted and one held", pinned(1, role=Role.MEMBER), led_by("a")),
        inside(rule, "company kept", pinned(with_members=("b", "c")), local("a", "b", "c")),
        outside(rule, "company lost", pinned(with_members=("b", "c")), local("a", "b")),
    ]


CASES: tuple[Case, ...] = (
    *_place(),
    *_accepts(RuleId.ACCEPTS_LOCAL, "local"),
    *_accepts(RuleId.ACCEPTS_VIDEO, "video"),
    *_travel(),
    *_spread(),
    *_shared(RuleId.SHARED_LANGUAGE),
    *_shared(RuleId.SHARED_SLOT),
    *_different_slots(),
    *_rooms(),
    *_seats(),
    *_together(),
    *_apart(),
    *_pin(),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_exactly_the_broken_rule_is_reported(case: Case) -> None:
    assert_exactly_its_rule_is_reported(case)
