"""Parts of a season that share nothing: what couples groups, and that parts make the plan of the whole."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from grouping_builder import build_grouping
from small import member, office, small_edition
from tiny_plans import tiny_season

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, Expert, Phase, Season
from sip_grouping.edition.records import Theme
from sip_grouping.grouping import Grouping
from sip_grouping.season import plan_meetings, planning
from sip_grouping.season.case import Case, case_of
from sip_grouping.season.parts import Part, parts_of
from sip_grouping.verification import verify_plan

DAYS = {"from": "2021-03-01", "to": "2021-03-14"}


def season(
    *,
    shared: bool = False,
    themes: str = "ab",
    rooms: int | None = None,
    country: str = "BE",
    experts: str = "",
    **phase: object,
) -> tuple[Edition, Grouping]:
    """Return two groups at one office, which share what is asked for."""
    seats = [["m1", "m2", "m3"], ["m3" if shared else "m6", "m4", "m5"]]
    ids = sorted({who for several in seats for who in several})
    members = [
        member(who, themes=("a", "b"), country=country if who in seats[1] else "BE", moderator=True,
               secretary=True)
        for who in ids
    ]  # fmt: skip
    calendar = Calendar(
        meetings_per_group=1, phases=(Phase.model_validate({"id": "one", **DAYS, **phase}),)
    )
    edition = small_edition(
        members,
        themes=[Theme(id=one, countries=("BE", "FR")) for one in "ab"],
        offices=[office("o1", rooms=rooms)],
    ).replace(
        season=Season(
            calendar=calendar,
            experts=(Expert(expert_id="e1", themes=tuple(experts)),) if experts else (),
        )
    )
    groups = [
        {"theme": theme, "place": "o1", "members": several, "moderators": several[1:2],
         "secretaries": several[2:]}
        for theme, several in zip(themes, seats, strict=True)
    ]  # fmt: skip
    return edition, build_grouping(edition, groups)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ({}, 2),
        ({"shared": True}, 1),
        ({"rooms": 1}, 1),
        ({"themes": "aa"}, 2),
        ({"themes": "aa", "synthesis_before": True}, 1),
        ({"synthesis_before": True}, 2),
        ({"information": 1}, 1),
        ({"experts": "ab"}, 2),
        ({"experts": "ab", "expert": True}, 1),
        ({"experts": "a", "expert": True}, 2),
    ],
)
def test_groups_are_one_part_where_they_share_something(
    asked: Mapping[str, object], parts: int
) -> None:
    edition, grouping = season(**asked)  # type: ignore[arg-type]
    found = parts_of(case_of(edition, grouping))
    assert len(found) == parts
    assert sorted(n for one in found for n in one.groups) == [0, 1]


def test_a_country_without_groups_is_a_part_that_is_told_all_the_same() -> None:
    edition, grouping = season(information=1, country="BE")
    case = case_of(edition, grouping)
    abroad = case.edition.members[0].model_copy(update={"member_id": "x9", "country": "FR"})
    wider = case.edition.model_copy(update={"members": (*case.edition.members, abroad)})
    found = parts_of(replace(case, edition=wider))
    assert [(one.groups, one.countries) for one in found] == [((0, 1), ("BE",)), ((), ("FR",))]


def whole(case: Case) -> tuple[Part, ...]:
    return (Part(tuple(range(len(case.groups))), tuple(case.themes), tuple(case.cooperators)),)


def test_parts_make_a_plan_as_good_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    split = planned = 0
    for seed in range(60):
        edition, grouping = tiny_season(seed)
        apart = len(parts_of(case_of(edition, grouping))) > 1
        split += apart
        if not apart:
            continue
        found = plan_meetings(edition, grouping, workers=1, work_limit=50)
        with monkeypatch.context() as patch:
            patch.setattr(planning, "parts_of", whole)
            other = plan_meetings(edition, grouping, workers=1, work_limit=50)
        assert found.status is other.status
        if found.plan is None or other.plan is None:
            continue
        planned += 1
        assert found.plan.score_thousandths == other.plan.score_thousandths
        assert found.bound_thousandths == other.bound_thousandths
        assert verify_plan(edition, grouping, found.plan).ok
    assert split >= 5
    assert planned >= 3
