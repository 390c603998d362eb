"""Placing a member where others may move: the optimum under that condition, by pins and by command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_case import command
from grouping_builder import GroupWanted, build_grouping
from joining import state_of
from small import member, small_edition
from tiny_editions import tiny_edition

import sip_grouping as sip
from sip_grouping.edition.records import Member, Pin, Theme, Track
from sip_grouping.rounds import Rounds
from sip_grouping.rounds.moving import moving
from sip_grouping.rounds.standing import Standing
from sip_grouping.verification.measures import Distances, PlacesOfEdition

Capture = pytest.CaptureFixture[str]


def pins_of(edition: sip.Edition, one: Member) -> Iterator[Pin]:
    """Yield a pin for each theme, track and place in which a member might be."""
    places = PlacesOfEdition(edition, Distances()).candidates
    for theme in one.themes:
        for track in edition.theme_by_id[theme].tracks:
            for place in places if track is Track.LOCAL else ("",):
                yield Pin(member_id=one.member_id, theme=theme, track=track, place=place)


def best_by_pins(edition: sip.Edition, one: Member) -> int | None:
    """Return the largest score of the optima in which a member is pinned somewhere; None: there is none."""
    found = []
    for pin in pins_of(edition, one):
        try:
            result = sip.form_groups(edition, pins=[pin], work_limit=20)
        except sip.InputError:
            continue
        if result.grouping is not None:
            assert result.status is sip.Status.OPTIMAL
            found.append(result.grouping.score_thousandths)
    return max(found, default=None)


@pytest.mark.parametrize("seed", [1, 3, 4, 9, 12, 18])
def test_it_is_the_best_of_all_places_that_a_member_can_be_pinned_to(seed: int) -> None:
    edition = tiny_edition(seed)
    formed = sip.form_groups(edition, work_limit=20).grouping
    assert formed is not None
    standing = Standing(state_of(edition, formed))
    left_out = [one.member_id for one in formed.left_out]
    for one in [edition.member_by_id[who] for who in left_out[:2]] + [edition.members[0]]:
        found = moving(standing, one.member_id, work_limit=20)
        best = best_by_pins(edition, one)
        if best is None:
            assert found.placing.status is sip.Status.INFEASIBLE
            assert found.grouping is None
            continue
        assert found.placing.status is sip.Status.OPTIMAL
        assert found.grouping is not None
        assert found.grouping.score_thousandths == found.placing.bound_thousandths == best
        assert one.member_id in {row.member_id for row in found.grouping.placements}
        assert sip.verify(edition, found.grouping).ok
        assert found.now_thousandths == formed.score_thousandths
        # What is proven under the condition is not proven of the edition.
        assert found.grouping.status is sip.Status.FEASIBLE
        assert found.grouping.bound_thousandths is None


def full_group(*joiners: Member) -> tuple[sip.Edition, sip.Grouping]:
    """Return an edition in which one group of a is full, and m2 may as well go to b."""
    people = [member("m0"), member("m1"), member("m2", themes=("a", "b")),
              member("m3", themes=("b",)), member("m4", themes=("b",)), *joiners]  # fmt: skip
    themes = [Theme(id="a", groups_max=1), Theme(id="b", groups_max=1)]
    edition = small_edition(people, themes=themes)
    groups: list[GroupWanted] = [
        {"theme": "a", "members": ["m0", "m1", "m2"], "track": "local", "place": "hub",
         "group_id": "first"},
        {"theme": "b", "members": ["m3", "m4"], "track": "local", "place": "hub",
         "group_id": "second"},
    ]  # fmt: skip
    return edition, build_grouping(edition, groups)


def test_whom_it_moves_is_told() -> None:
    edition, grouping = full_group(member("z", 4.0))
    standing = Standing(state_of(edition, grouping))
    found = moving(standing, "z", work_limit=20)
    assert found.table.to_dict("records") == [
        {"member_id": "m2", "change": "moved", "from_group": "first", "to_group": "second",
         "from_role": "member", "to_role": "member"},
        {"member_id": "z", "change": "gained", "from_group": "", "to_group": "first",
         "from_role": "", "to_role": "member"},
    ]  # fmt: skip
    assert found.grouping is not None
    assert found.grouping.score_thousandths - found.now_thousandths == 80_000


def test_of_members_who_are_alike_the_one_that_is_asked_for_is_placed() -> None:
    edition, grouping = full_group(*(member(f"z{n}", 4.0) for n in range(4)))
    standing = Standing(state_of(edition, grouping))
    for n in range(4):
        found = moving(standing, f"z{n}", work_limit=20)
        assert found.grouping is not None
        placed = {one.member_id for one in found.grouping.placements}
        assert f"z{n}" in placed
        assert sip.verify(edition, found.grouping).ok


def test_what_was_accepted_stays() -> None:
    edition, grouping = full_group(member("z", 4.0, video=False))
    state = state_of(edition, grouping)
    for who in ("m0", "m1", "m2"):
        state.accepted[who] = {
            "member_id": who, "group_id": "first", "role": "member", "theme": "a",
            "track": "local", "place": "hub",
        }  # fmt: skip
    found = moving(Standing(state), "z", work_limit=20)
    assert found.placing.status is sip.Status.INFEASIBLE


def test_moves_by_command_line(tmp_path: Path, capsys: Capture) -> None:
    edition, grouping = full_group(member("z", 4.0), member("far", 90.0, video=False))
    store = tmp_path / "s.db"
    Rounds.start(store, edition, grouping).close()
    at = ("--store", store, "--moves", "--work-limit", "20")
    ran = command(capsys, "round", "join", "z", *at, "--json")
    assert ran.code == 0
    told = ran.json["moves"]
    assert isinstance(told, dict)
    assert (told["status"], told["gap"], told["now"]) == ("optimal", 0.0, 500.0)
    assert told["score"] == told["bound"] == 580.0
    assert [one["member_id"] for one in told["moved"]] == ["m2", "z"]
    for lang, moved in (("en", "from first to second"), ("fr", "de first à second"),
                        ("nl", "van first naar second")):  # fmt: skip
        assert f"{moved}" in command(capsys, "round", "join", "z", *at, "--lang", lang).out
    ran = command(capsys, "round", "join", "far", *at)
    assert ran.code == 3
    assert "No valid grouping" in ran.out
