"""The reasons of members without a group: which of them the verifier lets stand."""

import pytest
from grouping_builder import GroupWanted, build_grouping
from meridian import edition_of, exact_m, living
from verify_cases import (
    Case,
    assert_exactly_its_rule_is_reported,
    broken,
    changed,
    inside,
    kept,
    left_out,
    outside,
)

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, RulesOverride, Theme
from sip_grouping.grouping import (
    Grouping,
    LeftOut,
    Reason,
)
from sip_grouping.rules import RecordRuleId


def _km_beyond(metres: int) -> float:
    """Return kilometres north of the office that are just more than so many metres."""
    return next(km / 1000 for km in range(metres - 20, metres + 20) if exact_m(km / 1000) > metres)


def _reason() -> list[Case]:
    rule = RecordRuleId.REASON

    def alone(
        member: Member, reason: Reason, *, proven: bool = True, **rules: object
    ) -> tuple[Edition, Grouping]:
        themes = [Theme.model_validate({"id": "a"} | rules)]
        edition = edition_of([member, living("y"), living("z")], themes=themes)
        pair: GroupWanted = {"theme": "a", "track": "local", "place": "hub", "members": ["y", "z"]}
        groups = [pair] if themes[0].groups_max else []
        others = {} if groups else {"y": Reason.NO_GROUPS_ALLOWED, "z": Reason.NO_GROUPS_ALLOWED}
        grouping = build_grouping(
            edition,
            groups,
            proven=proven,
            bound_thousandths=999_999,
            reasons={member.member_id: reason, **others},
        )
        return edition, grouping

    def given(member: Member, row: LeftOut) -> tuple[Edition, Grouping]:
        edition, grouping = alone(member, Reason.OUTWEIGHED)
        return edition, changed(grouping, left_out=(row,))

    no = {"cooperator": False}
    away = living("x", _km_beyond(30_000), video=False)
    at_limit = living("x", _km_beyond(30_000) - 0.01, video=False)
    by_video = living("x", local=False)
    not_in = Reason.NOT_IN_BEST_FOUND
    ghost = left_out("x", Reason.NOT_COOPERATOR, eligible=False)
    return [
        kept(rule, "not a cooperator", *given(living("x", **no), ghost)),
        broken(rule, "ineligible that is not", *given(living("x"), ghost)),
        broken(
            rule,
            "unplaced that takes no part",
            *given(living("x", **no), left_out("x", Reason.OUTWEIGHED)),
        ),
        broken(
            rule,
            "not committed and it commits",
            *given(living("x", **no), left_out("x", Reason.NOT_COMMITTED, eligible=False)),
        ),
        broken(
            rule,
            "eligible with a reason of others",
            *given(living("x"), left_out("x", Reason.NOT_COOPERATOR)),
        ),
        inside(
            rule,
            "either of two",
            *given(
                living("x", cooperator=False, commits=False),
                left_out("x", Reason.NOT_COMMITTED, eligible=False),
            ),
        ),
        inside(rule, "no track", *alone(by_video, Reason.NO_TRACK, tracks=("local",))),
        outside(rule, "a track is open", *alone(by_video, Reason.NO_TRACK)),
        inside(rule, "a metre out of reach", *alone(away, Reason.NO_PLACE_IN_REACH)),
        outside(rule, "in reach", *alone(at_limit, Reason.NO_PLACE_IN_REACH)),
        outside(
            rule, "out of reach but by video", *alone(living("x", 90.0), Reason.NO_PLACE_IN_REACH)
        ),
        inside(
            rule, "no groups allowed", *alone(living("x"), Reason.NO_GROUPS_ALLOWED, groups_max=0)
        ),
        outside(rule, "groups allowed", *alone(living("x"), Reason.NO_GROUPS_ALLOWED)),
        inside(rule, "outweighed", *alone(living("x"), Reason.OUTWEIGHED)),
        outside(
            rule, "outweighed, not proven", *alone(living("x"), Reason.OUTWEIGHED, proven=False)
        ),
        inside(rule, "not in the best found", *alone(living("x"), not_in, proven=False)),
        outside(rule, "not in the best found, proven", *alone(living("x"), not_in)),
        outside(
            rule, "no moderator where none is wanted", *alone(living("x"), Reason.NO_MODERATOR)
        ),
        outside(
            rule, "no secretary where none is wanted", *alone(living("x"), Reason.NO_SECRETARY)
        ),
        outside(
            rule,
            "too few volunteers where none are wanted",
            *alone(living("x"), Reason.TOO_FEW_VOLUNTEERS),
        ),
        outside(rule, "bound to nobody", *alone(living("x"), Reason.BOUND_TO_OTHERS)),
        outside(
            rule,
            "too few where one is enough",
            *alone(
                living("x"),
                Reason.TOO_FEW,
                tracks=("local",),
                rules=RulesOverride.model_validate({"local": {"size_min": 1}}),
            ),
        ),
    ]


CASES: tuple[Case, ...] = tuple(_reason())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_exactly_the_broken_rule_is_reported(case: Case) -> None:
    assert_exactly_its_rule_is_reported(case)
