"""The rules of who may be placed, how many, and with which roles: kept, broken, at the boundary."""

import pytest
from grouping_builder import GroupWanted
from meridian import edition_of, living, unchecked
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
from sip_grouping.edition.limits import Total
from sip_grouping.edition.records import RulesOverride, SizeLimitsOverride, Theme
from sip_grouping.rules import RuleId

A, B, C = (living(member_id) for member_id in "abc")
TWO = edition_of([A, B])
THEMES = (Theme(id="a"), Theme(id="b"), Theme(id="c"))
BOTH = ("a", "b", "c")


def _theme(**fields: object) -> Theme:
    return Theme.model_validate({"id": "a"} | fields)


def _eligible() -> list[Case]:
    rule = RuleId.ELIGIBLE
    out = edition_of([A, B, living("c", cooperator=False, commits=False)])
    half = edition_of([A, B, living("c", commits=False), living("d", cooperator=False)])
    return [
        kept(rule, "left out", out, local("a", "b")),
        broken(rule, "placed", out, local("a", "b", "c")),
        outside(rule, "cooperator who does not commit", half, local("a", "b", "c")),
        outside(rule, "commits and is no cooperator", half, local("a", "b", "d")),
    ]


def _groups_per_member() -> list[Case]:
    rule = RuleId.GROUPS_PER_MEMBER
    members = [living(member_id, themes=BOTH) for member_id in "abcdef"]
    one = edition_of(members, themes=THEMES)
    two = edition_of(members, themes=THEMES, groups_per_member=2)
    own = (Theme(id="a", rules=RulesOverride(groups_per_member=1)), *THEMES[1:])
    theme_one = edition_of(members, themes=own, groups_per_member=2)
    in_a, in_b, in_c = local("a", "b"), local("a", "c", theme="b"), local("a", "d", theme="c")
    again = local("a", "c")
    return [
        kept(rule, "one group", one, in_a),
        broken(rule, "two groups", one, in_a, in_b),
        inside(rule, "two of two", two, in_a, in_b),
        outside(rule, "three of two", two, in_a, in_b, in_c),
        outside(rule, "two of one theme", two, in_a, again),
        outside(rule, "a second theme where one wants its members alone", theme_one, in_a, in_b),
    ]


def _ranked() -> list[Case]:
    rule = RuleId.RANKED
    edition = edition_of([living("a", themes=BOTH), B, C], themes=THEMES)
    last = edition_of([living(one, themes=("b", "c", "a")) for one in "ab"], themes=THEMES)
    return [
        kept(rule, "first choice", edition, local("a", "b")),
        broken(rule, "other theme", edition, local("a", "b", theme="b")),
        inside(rule, "last choice", last, local("a", "b")),
    ]


def _country() -> list[Case]:
    rule = RuleId.COUNTRY
    french = living("f", country="FR", postcode="59000")
    both = edition_of([A, french])
    return [
        kept(rule, "open in both", both, local("a", "f")),
        broken(
            rule,
            "closed in one",
            unchecked(both, themes=(_theme(countries=("BE",)),)),
            local("a", "f"),
        ),
        inside(
            rule,
            "open in its country alone",
            edition_of([A, B], themes=[_theme(countries=("BE",))]),
            local("a", "b"),
        ),
    ]


def _track_allowed() -> list[Case]:
    rule = RuleId.TRACK_ALLOWED
    by_video = edition_of([A, B], themes=[_theme(tracks=("video",))])
    at_places = edition_of([A, B], themes=[_theme(tracks=("local",))])
    return [
        kept(rule, "both tracks", TWO, video("a", "b")),
        broken(rule, "local", by_video, local("a", "b")),
        broken(rule, "video", at_places, video("a", "b")),
        inside(rule, "the only track", by_video, video("a", "b")),
    ]


def _size() -> list[Case]:
    rule = RuleId.SIZE
    four = edition_of([*(A, B, C), living("d")])
    larger = RulesOverride(local=SizeLimitsOverride(size_max=4))
    theme_four = edition_of(four.members, themes=[Theme(id="a", rules=larger)])
    everyone = ("a", "b", "c", "d")
    return [
        kept(rule, "two", four, local("a", "b")),
        broken(rule, "one", four, local("a")),
        broken(rule, "four by video", four, video(*everyone)),
        inside(rule, "size_min and size_max", four, video("a", "b", "c")),
        outside(rule, "one above size_max", four, local(*everyone)),
        inside(rule, "size_max of the theme", theme_four, local(*everyone)),
        outside(rule, "video keeps the size of the edition", theme_four, video(*everyone)),
    ]


def _groups_per_theme() -> list[Case]:
    rule = RuleId.GROUPS_PER_THEME
    members = [living(one) for one in "abcd"]

    def limited(groups_min: int, groups_max: int) -> Edition:
        return edition_of(members, themes=[_theme(groups_min=groups_min, groups_max=groups_max)])

    pairs = (local("a", "b"), local("c", "d"))
    return [
        kept(rule, "none wanted", limited(0, 1)),
        broken(rule, "too few", limited(1, 1)),
        inside(rule, "groups_min", limited(2, 5), *pairs),
        outside(rule, "one below groups_min", limited(2, 5), pairs[0]),
        inside(rule, "groups_max", limited(0, 2), *pairs),
        outside(rule, "one above groups_max", limited(0, 1), *pairs),
    ]


def _groups_in_all() -> list[Case]:
    rule = RuleId.GROUPS_IN_ALL
    themes = [_theme(), Theme(id="b")]
    members = [living(one, themes=("a", "b")) for one in "abcd"]

    def limited(groups_min: int, groups_max: int | None) -> Edition:
        total = Total(groups_min=groups_min, groups_max=groups_max)
        return edition_of(members, themes=themes).replace(total=total)

    pairs = (local("a", "b"), local("c", "d", theme="b"))
    return [
        kept(rule, "none wanted", limited(0, None)),
        broken(rule, "too few", limited(1, None)),
        inside(rule, "exactly two", limited(2, 2), *pairs),
        outside(rule, "one fewer than exactly two", limited(2, 2), pairs[0]),
        inside(rule, "groups_max", limited(0, 2), *pairs),
        outside(rule, "one above groups_max", limited(0, 1), *pairs),
    ]


def _holders(rule: RuleId) -> list[Case]:
    """Cases of moderators and of secretaries."""
    members = [living(one, moderator=True, secretary=True) for one in "abc"]
    moderators = rule is RuleId.MODERATORS

    def wants(count: int) -> Edition:
        return edition_of(
            members,
            moderators=count if moderators else 0,
            secretaries=0 if moderators else count,
        )

    def held(*ids: str) -> GroupWanted:
        return {
            **local("a", "b", "c"),
            "moderators": ids if moderators else (),
            "secretaries": () if moderators else ids,
        }

    return [
        kept(rule, "one", wants(1), held("a")),
        broken(rule, "none", wants(1), held()),
        inside(rule, "two of two", wants(2), held("a", "b")),
        outside(rule, "one of two", wants(2), held("a")),
        outside(rule, "two of one", wants(1), held("a", "b")),
        outside(rule, "one where none is wanted", wants(0), held("a")),
    ]


def _experienced() -> list[Case]:
    rule = RuleId.EXPERIENCED
    members = [living(one, experienced=one in "ab") for one in "abcd"]
    one, two = edition_of(members, experienced_min=1), edition_of(members, experienced_min=2)
    return [
        kept(rule, "one", one, local("a", "c", "d")),
        broken(rule, "none", one, local("c", "d")),
        inside(rule, "two of two", two, local("a", "b", "c")),
        outside(rule, "one of two", two, local("a", "c", "d")),
    ]


def _volunteer() -> list[Case]:
    rule = RuleId.VOLUNTEER
    members = [living("a", moderator=True), living("b", secretary=True), C]
    edition = edition_of(members, moderators=1, secretaries=1)

    def with_roles(moderator: str, secretary: str) -> GroupWanted:
        return {
            **local("a", "b", "c"),
            "moderators": [moderator],
            "secretaries": [secretary],
        }

    return [
        kept(rule, "both", edition, with_roles("a", "b")),
        broken(rule, "no volunteer", edition, with_roles("a", "c")),
        outside(rule, "each for the other role", edition, with_roles("b", "a")),
    ]


def _role_only() -> list[Case]:
    rule = RuleId.ROLE_ONLY
    either = living("a", moderator="only", secretary="only")
    willing = living("b", moderator=True, secretary=True)
    free = living("c", moderator="only", secretary=True)
    edition = edition_of([either, willing, C], moderators=1, secretaries=1)
    chosen = edition_of([free, willing, A], moderators=1, secretaries=1)

    def with_roles(*ids: str) -> GroupWanted:
        """Return a group whose first member is moderator and whose second is secretary."""
        return {**local(*ids), "moderators": ids[:1], "secretaries": ids[1:2]}

    one = edition_of([living("a", moderator="only"), willing, C], moderators=1)
    leading: GroupWanted = {**local("a", "b", "c"), "moderators": ["a"]}
    without: GroupWanted = {**local("b", "c"), "moderators": ["b"]}
    another: GroupWanted = {**local("a", "b", "c"), "moderators": ["b"]}
    return [
        kept(rule, "holds it", one, leading),
        kept(rule, "not placed", one, without),
        broken(rule, "plain member", one, another),
        inside(rule, "either of two as moderator", edition, with_roles("a", "b", "c")),
        inside(rule, "either of two as secretary", edition, with_roles("b", "a", "c")),
        inside(rule, "only beside yes", chosen, with_roles("c", "b", "a")),
        outside(rule, "the one it said yes to", chosen, with_roles("b", "c", "a")),
    ]


def _one_role() -> list[Case]:
    rule = RuleId.ONE_ROLE
    members = [living(one, themes=BOTH, moderator=True, secretary=True) for one in "abcd"]
    edition = edition_of(members, themes=THEMES, moderators=1, groups_per_member=2)
    mixed = edition_of(
        [living(one, themes=("a", "b"), moderator=True, secretary=True) for one in "abcd"],
        themes=(
            Theme(id="a", rules=RulesOverride(moderators=1)),
            Theme(id="b", rules=RulesOverride(secretaries=1)),
        ),
        groups_per_member=2,
    )
    first: GroupWanted = {**local("a", "b"), "moderators": ["a"]}
    return [
        kept(rule, "two people", edition, first, {**local("c", "d"), "moderators": ["c"]}),
        broken(
            rule,
            "the same role twice",
            edition,
            first,
            {**local("a", "c", theme="b"), "moderators": ["a"]},
        ),
        inside(
            rule,
            "one role in two groups",
            edition,
            first,
            {**local("a", "c", theme="b"), "moderators": ["c"]},
        ),
        outside(
            rule,
            "two different roles",
            mixed,
            first,
            {**local("a", "c", theme="b"), "secretaries": ["a"]},
        ),
    ]


CASES: tuple[Case, ...] = (
    *_eligible(),
    *_groups_per_member(),
    *_ranked(),
    *_country(),
    *_track_allowed(),
    *_size(),
    *_groups_per_theme(),
    *_groups_in_all(),
    *_holders(RuleId.MODERATORS),
    *_holders(RuleId.SECRETARIES),
    *_experienced(),
    *_volunteer(),
    *_role_only(),
    *_one_role(),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_exactly_the_broken_rule_is_reported(case: Case) -> None:
    assert_exactly_its_rule_is_reported(case)
