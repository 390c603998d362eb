"""Points so large that 64-bit sums could not hold them: a finding, or the right result."""

import pytest
from small import member, office, small_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.records import RulesOverride, Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.grouping import Status
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify

FAR = {"latitude": -21.1, "longitude": 55.5}  # Réunion, 9,400 km from the office


def far_edition(km_points: float, *, count: int = 4, **given: object) -> Edition:
    people = [member(f"m{n}", video=False, **FAR) for n in range(count)]
    return small_edition(
        people,
        offices=[office()],
        score={"rank_points": (1_000_000,), "km_points": km_points},
        travel_km=20_000.0,
        **given,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("km_points", [999_999.999999, 1_000_000.0, 5_000.1])
def test_a_loss_that_no_sum_could_hold_is_named(km_points: float) -> None:
    with pytest.raises(InputError) as caught:
        far_edition(km_points)
    (finding,) = caught.value.findings
    assert (finding.code, finding.column) == ("points-too-large", "score.km_points")
    assert finding.value == str(km_points)
    assert "km_points" in finding.remedy


def test_what_counts_is_the_longest_way_of_each_theme_and_all_groups_of_a_member() -> None:
    themes = [Theme(id="a"), Theme(id="b", rules=RulesOverride(travel_km=100.0))]
    near = [member("m1", themes=("a", "b"))]

    def edition(**rules: float) -> Edition:
        score: dict[str, object] = {"km_points": 900_000.0}
        return small_edition(near, themes=themes, score=score, travel_km=100.0, **rules)  # type: ignore[arg-type]

    assert edition().score.km_points == 900_000.0
    for rules in ({"groups_per_member": 2}, {"office_travel_km": 120.0}):
        with pytest.raises(InputError, match="points-too-large"):
            edition(**rules)
    video = [Theme(id="a", tracks=(Track.VIDEO,), rules=RulesOverride(travel_km=20_000.0))]
    by_video = small_edition([member("m1")], themes=video, score={"km_points": 900_000.0})
    assert by_video.rules_of("a").travel_km == 20_000.0


@pytest.mark.parametrize("km_points", [4_999.0, 4_998.999999, 0.000001])
@pytest.mark.parametrize("groups_min", [0, 1])
def test_the_largest_points_that_are_allowed_give_the_right_result(
    km_points: float, groups_min: int
) -> None:
    edition = far_edition(km_points, themes=[Theme(id="a", groups_min=groups_min)])
    result = form_groups(edition, work_limit=50)
    assert result.status is Status.OPTIMAL
    assert result.grouping is not None
    checked = verify(edition, result.grouping)
    assert checked.ok, checked.violations
    placed = len(result.grouping.placements)
    assert placed == (4 if km_points < 1 else 2 * groups_min)
    metres = result.grouping.placements[0].travel_m if placed else 0
    each = 10**9 - edition.score.travel_thousandths(metres or 0)
    assert result.score_thousandths == placed * each


def test_many_members_with_the_largest_points() -> None:
    edition = far_edition(4_999.0, count=150, themes=[Theme(id="a", groups_min=50)])
    result = form_groups(edition, work_limit=50)
    assert result.status is Status.OPTIMAL
    assert result.grouping is not None
    assert verify(edition, result.grouping).ok
