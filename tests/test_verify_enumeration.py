"""The enumeration of tiny editions: right by hand, valid to the verifier, touched by every rule."""

import pytest
from brute_force import best_grouping_by_enumeration, best_groups_by_enumeration
from grouping_builder import build_grouping
from how_many import cases
from hypothesis import given, settings
from meridian import edition_of, exact_m, living
from tiny_editions import FEATURES, tiny_edition, tiny_editions, without

from sip_grouping.edition import Edition
from sip_grouping.edition.records import SizeLimits, Theme
from sip_grouping.errors import InputError
from sip_grouping.verification import verify

NOT_RELAXING = {
    "eligible",
    "accepts_local",
    "accepts_video",
    "office_travel",
    "theme_rules",
    "offices",
    "towns",
    "own_coordinates",
}
"""Without these an edition is another one; without any other feature it allows no less."""

PAIRS = SizeLimits(size_min=2, size_max=2)
AB = (Theme(id="a"), Theme(id="b"))


def test_three_at_the_office_are_one_group() -> None:
    assert best_grouping_by_enumeration(edition_of([living(one) for one in "xyz"])) == 300_000


def test_each_pair_on_its_first_choice_unless_groups_cost_more() -> None:
    members = [
        living("p", themes=("a", "b")),
        living("q", themes=("a", "b")),
        living("r", themes=("b", "a")),
        living("s", themes=("b",)),
    ]
    edition = edition_of(members, themes=AB, local=PAIRS, video=PAIRS)
    assert best_grouping_by_enumeration(edition) == 400_000
    dear = edition.replace(score=edition.score.model_copy(update={"group_points": 30.0}))
    assert best_grouping_by_enumeration(dear) == 340_000
    # One group of two on its first choice: 200 - 199 points. A second adds as much.
    dearest = edition.replace(score=edition.score.model_copy(update={"group_points": 199.0}))
    assert best_grouping_by_enumeration(dearest) == 2_000


def test_video_where_the_way_costs_more() -> None:
    members = [living("x"), living("y", 10.0)]
    way = exact_m(10.0)
    near = edition_of(members, score={"km_points": 2.0})
    assert best_grouping_by_enumeration(near) == 200_000 - 2 * way
    far = edition_of(members, score={"km_points": 4.0})
    assert best_grouping_by_enumeration(far) == 200_000 - 2 * 15_000


def test_one_moderator_leads_one_group() -> None:
    members = [living("x", moderator=True), *(living(one) for one in "uvw")]
    assert best_grouping_by_enumeration(edition_of(members, moderators=1)) == 300_000


def test_one_person_holds_one_role_over_all_groups() -> None:
    members = [living("x", moderator=True, secretary=True, themes=("a", "b")), living("y")]
    alone = edition_of(members, themes=AB, moderators=1, secretaries=1)
    assert best_grouping_by_enumeration(alone) == 0
    both = [living(one, moderator=one == "x", themes=("a", "b")) for one in "xy"]
    twice = edition_of(both, themes=AB, moderators=1, groups_per_member=2)
    assert best_grouping_by_enumeration(twice) == 200_000


def test_two_groups_of_two_themes_where_two_are_allowed() -> None:
    members = [living(one, themes=("a", "b")) for one in "xy"]
    assert best_grouping_by_enumeration(edition_of(members, themes=AB)) == 200_000
    two = edition_of(members, themes=AB, groups_per_member=2)
    assert best_grouping_by_enumeration(two) == 360_000


def test_apart_and_together() -> None:
    four = [living("x", apart=("y",)), *(living(one) for one in "yuv")]
    assert best_grouping_by_enumeration(edition_of(four)) == 400_000
    three = edition_of(four[:3])
    assert best_grouping_by_enumeration(three) == 200_000
    bound = [living("x", together=("y", "u")), *(living(one) for one in "yuv")]
    assert best_grouping_by_enumeration(edition_of(bound)) == 300_000


def test_none_where_a_wanted_group_cannot_be() -> None:
    edition = edition_of([living("x")], themes=[Theme(id="a", groups_min=1)])
    assert best_grouping_by_enumeration(edition) is None


def assert_verified(edition: Edition) -> None:
    best = best_groups_by_enumeration(edition)
    if best is None:
        return
    found = verify(edition, build_grouping(edition, best.groups, proven=True))
    assert found.ok, str(found)
    assert found.score_thousandths == best.score_thousandths


@pytest.mark.parametrize("first_seed", range(0, cases(150, 300), 25))
def test_the_verifier_accepts_every_enumerated_grouping(first_seed: int) -> None:
    for seed in range(first_seed, first_seed + 25):
        assert_verified(tiny_edition(seed))


@settings(deadline=None, max_examples=60)
@given(tiny_editions())
def test_the_verifier_accepts_what_is_enumerated(edition: Edition) -> None:
    assert_verified(edition)


def test_the_same_seed_draws_the_same_edition() -> None:
    assert tiny_edition(7).digest == tiny_edition(7).digest
    assert tiny_edition(7).digest != tiny_edition(8).digest


def test_every_rule_decides_some_tiny_edition() -> None:
    """Without a rule the best score changes somewhere, and is never lower for want of it."""
    undecided = set(FEATURES)
    for seed in range(300):
        edition = tiny_edition(seed)
        best = best_grouping_by_enumeration(edition)
        for feature in sorted(undecided):
            try:
                other = without(edition, feature)
            except InputError:
                continue
            relaxed = best_grouping_by_enumeration(other)
            if relaxed != best:
                undecided.discard(feature)
            if feature not in NOT_RELAXING and best is not None:
                assert relaxed is not None, (seed, feature)
                assert relaxed >= best, (seed, feature)
        if not undecided:
            break
    assert not undecided
