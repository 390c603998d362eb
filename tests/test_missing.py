"""What makes a group possible where several things are lacking: each set of changes made in the files.

Tiny editions are compared with plain enumeration: with all of it the group is there as is said, without any
one of it not.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from brute_force import best_grouping_by_enumeration
from changed_files import change_files
from how_many import cases
from positions import table_of
from small import member, office, small_edition
from test_explain import best_of_kind
from test_office_seats import seated_edition
from tiny_editions import tiny_edition

import sip_grouping as sip
from sip_grouping import problem
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Office, SizeLimits, Theme, Track
from sip_grouping.explain.changes import AddMember, RuleChange, change_record
from sip_grouping.explain.explainer import Explainer
from sip_grouping.explain.why import MENDED, Explanation, Why
from sip_grouping.problem import Problem, build_problem
from sip_grouping.units import THOUSANDTHS

SEEDS = cases(6, 300)
"""Editions that are checked."""

Kind = tuple[str, str]


def mended(told: Explanation) -> list[Why]:
    return [one for one in told.reasons if one.code == MENDED]


def explained(edition: Edition) -> Iterator[tuple[Kind, Explanation]]:
    """Yield what is said of every theme and place, an empty one for video, without a group."""
    grouping = sip.form_groups(edition, work_limit=50).grouping
    if grouping is None:
        return
    explainer = Explainer(edition, grouping)
    places = [one.place_id for one in explainer.cases.now.places]
    for theme in edition.themes:
        for place in (*places, ""):
            track = Track.LOCAL if place else Track.VIDEO
            if track in theme.tracks:
                told = explainer.possible_group(theme.id, place)
                if told.status == "closed":
                    yield (theme.id, place), told


def with_files(edition: Edition, changes: list[dict[str, Any]], folder: Path) -> Edition:
    """Return the edition read from its files with changes made there."""
    sip.save_edition(edition, folder, force=True)
    change_files(folder, changes)
    return sip.load_edition(folder, postcodes=table_of(edition))


def checked(edition: Edition, kind: Kind, why: Why, folder: Path) -> None:
    """Make changes in the files, all of them and all but one: by enumeration it is as is said."""
    changes: list[dict[str, Any]] = [dict(change_record(one)) for one in why.changes]
    after = with_files(edition, changes, folder)
    best, there = best_grouping_by_enumeration(after), best_of_kind(after, *kind, 1, 99)
    today = best_grouping_by_enumeration(edition)
    assert best is not None
    assert today is not None
    assert there is not None, (kind, changes)
    assert why.points == best - today, (kind, changes)
    assert why.placed == (best == there), (kind, changes)
    assert why.decided
    assert why.minimal, (kind, changes)
    for left_out in changes:
        part = with_files(edition, [one for one in changes if one is not left_out], folder)
        there = best_of_kind(part, *kind, 1, 99)
        assert there is None or (why.placed and there != best_grouping_by_enumeration(part))


@pytest.mark.parametrize("draw", [tiny_edition, seated_edition])
def test_with_all_of_it_there_is_a_group_and_without_any_of_it_none(
    draw: Callable[[int], Edition], tmp_path: Path
) -> None:
    told: Counter[int] = Counter()
    for seed in range(SEEDS):
        edition = draw(seed)
        for kind, explanation in explained(edition):
            for why in mended(explanation):
                checked(edition, kind, why, tmp_path / "edition")
                told[len(why.changes)] += 1
    assert sum(count for changes, count in told.items() if changes > 1)


@pytest.mark.parametrize("draw", [tiny_edition, seated_edition])
def test_in_a_large_edition_it_is_told_what_makes_a_group_possible(
    draw: Callable[[int], Edition], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the best groups have one is not asked, and said not to be known."""
    monkeypatch.setattr("sip_grouping.explain.group_reasons.MOST_MEMBERS", 0)
    folder = tmp_path / "edition"
    told = 0
    for seed in range(SEEDS):
        edition = draw(seed)
        for kind, explanation in explained(edition):
            for why in mended(explanation):
                assert (why.placed, why.points) == (False, None)
                assert why.record()["undecided"] == "too-large"
                assert "whether the best groups have one is not proven" in why.text_in("en")
                changes: list[dict[str, Any]] = [dict(change_record(one)) for one in why.changes]
                after = with_files(edition, changes, folder)
                assert best_of_kind(after, *kind, 1, 99) is not None, (seed, kind, changes)
                assert why.minimal, (seed, kind, changes)
                for left_out in changes:
                    others = [one for one in changes if one is not left_out]
                    part = with_files(edition, others, folder)
                    assert best_of_kind(part, *kind, 1, 99) is None, (seed, kind, others)
                told += 1
    assert told


@pytest.mark.parametrize("large", [False, True])
def test_who_is_added_beside_a_town_does_not_take_its_place(
    large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two towns are nearer than places may be: with one more member in the other it would be the place."""
    if large:
        monkeypatch.setattr("sip_grouping.explain.group_reasons.MOST_MEMBERS", 0)
    edition = tiny_edition(17)
    for kind, told in explained(edition):
        for why in mended(told):
            changes: list[dict[str, Any]] = [dict(change_record(one)) for one in why.changes]
            after = with_files(edition, changes, tmp_path / "edition")
            assert best_of_kind(after, *kind, 1, 99) is not None, (kind, changes)


def test_in_a_large_edition_only_who_could_come_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sip_grouping.explain.group_reasons.MOST_MEMBERS", 0)
    sizes: list[int] = []

    def counted(edition: Edition) -> Problem:
        sizes.append(len(edition.members))
        return build_problem(edition)

    monkeypatch.setattr(problem, "build_problem", counted)
    people = [*crowd(9, moderator=True), member("far", 200.0, video=False)]
    edition = small_edition(people, offices=[office(), office("north", 200.0)], moderators=1)
    grouping = sip.form_groups(edition, work_limit=10).grouping
    assert grouping is not None
    sizes.clear()
    told = Explainer(edition, grouping).possible_group("a", "north")
    assert [kinds(one) for one in mended(told)] == [["moderator"]]
    assert sizes
    assert max(sizes) <= 3


def lacking(people: list[Member], place: str = "north", **given: Any) -> Explanation:
    """Return what is said of theme a at an office 200 km from most members."""
    offices = given.pop("offices", [office(), office("north", 200.0)])
    edition = small_edition(people, offices=offices, **given)
    grouping = sip.form_groups(edition, work_limit=10).grouping
    assert grouping is not None
    return Explainer(edition, grouping).possible_group("a", place)


def kinds(why: Why) -> list[str]:
    """Return what is changed, in short: a role of who is added, or a key."""
    return [
        next((role for role in ("moderator", "secretary") if one.row[role] == "yes"), "member")
        if isinstance(one, AddMember)
        else one.told
        for one in why.changes
    ]


def crowd(count: int, km: float = 0.0, prefix: str = "m", **answers: Any) -> list[Member]:
    return [member(f"{prefix}{one}", km, video=False, **answers) for one in range(count)]


def test_a_moderator_and_two_members_are_told_together() -> None:
    sizes = SizeLimits(size_min=4, size_max=6)
    people = [*crowd(4, moderator=True), member("far", 200.0, video=False)]
    told = lacking(people, moderators=1, local=sizes)
    assert [one.code for one in told.reasons] == ["lacks-members", "lacks-moderator", *[MENDED] * 2]
    assert [one.change for one in told.reasons] == [None] * 4
    fewer, more = mended(told)
    assert kinds(fewer) == ["moderator", "themes.a.rules.local.size_min"]
    assert fewer.changes[1] == RuleChange(key="themes.a.rules.local.size_min", value=2)
    assert kinds(more) == ["moderator", "member", "member"]
    assert (more.placed, more.minimal) == (True, True)
    # The three who are added, and the one who had no group.
    assert more.points == 400 * THOUSANDTHS


def test_one_change_that_mends_several_lacks_is_told_as_one() -> None:
    """The moderator whom a group lacks is the member whom it lacks."""
    people = [*crowd(3, moderator=True), *crowd(1, 200.0, "n")]
    first, *_ = mended(lacking(people, moderators=1))
    assert kinds(first) == ["moderator"]
    assert first.change == first.changes[0]
    assert (first.placed, first.minimal) == (True, True)


def test_who_lives_further_brings_role_and_number() -> None:
    """With 50 km two more come, one of them a moderator; with a metre less one is missing."""
    people = [
        *crowd(3, moderator=True),
        *crowd(1, 200.0, "n"),
        *crowd(1, 160.0, "p", moderator=True),
        *crowd(1, 150.0, "q"),
    ]
    sizes = SizeLimits(size_min=3, size_max=3)
    (way,) = (
        one
        for one in mended(lacking(people, moderators=1, local=sizes))
        if "travel" in kinds(one)[-1]
    )
    change = way.changes[0]
    assert isinstance(change, RuleChange)
    assert change.key == "themes.a.rules.travel_km"
    assert isinstance(change.value, float)
    assert 49.5 < change.value < 50.5
    assert (way.placed, way.minimal) == (True, True)


def test_members_who_share_no_language_are_told_what_would_help() -> None:
    people = [*crowd(3, languages=("fr",)), *crowd(1, 200.0, "n", languages=("fr",))]
    people += crowd(1, 200.0, "p", languages=("nl",))
    told = lacking(people, shared_language=True)
    assert told.reasons[0].code == "lacks-company"
    freed, more = mended(told)
    assert kinds(freed) == ["themes.a.rules.shared_language"]
    assert kinds(more) == ["member"]
    assert (freed.placed, freed.minimal, more.placed, more.minimal) == (True,) * 4


def test_groups_a_room_and_seats_are_among_what_is_lacking() -> None:
    themes = [Theme(id="a", groups_max=0), Theme(id="b")]
    people = [*crowd(3, themes=("b",)), *crowd(2, 200.0, "n")]
    [told] = lacking(people, themes=themes).reasons
    assert (told.code, told.placed) == ("lacks-groups", True)
    few = Office(**{**office("north", 200.0).model_dump(), "seats_max": 1})
    told_of_room = lacking([*crowd(3), *crowd(2, 200.0, "n")], offices=[office(), few])
    assert told_of_room.reasons[0].code == "lacks-room"
    assert kinds(mended(told_of_room)[0]) == ["north.seats_max"]
    assert mended(told_of_room)[0].placed


def test_experience_is_lacking_too_and_one_who_comes_may_bring_all() -> None:
    people = [*crowd(3, experienced=True, secretary=True), *crowd(2, 200.0, "n")]
    told = lacking(people, experienced_min=1, secretaries=1)
    assert [one.code for one in told.reasons[:2]] == ["lacks-secretary", "lacks-experienced"]
    first, *_ = mended(told)
    assert kinds(first) == ["secretary"]
    assert isinstance(first.change, AddMember)
    assert first.change.row["experienced"] == "yes"


def test_what_the_best_groups_do_without_is_told_with_how_many_more_it_takes() -> None:
    """With a moderator three could meet at north, but one is nearer to the hub, which needs her."""
    people = [*crowd(2, moderator=True), *crowd(1, 26.0, "b"), *crowd(1, 55.0, "n")]
    three = SizeLimits(size_min=3, size_max=3)
    north = office("north", 55.0)
    told = lacking(
        people, offices=[office(), north], local=three, moderators=1, score={"km_points": 1.0}
    )
    possible, placed = mended(told)
    assert (kinds(possible), possible.placed) == (["moderator"], False)
    assert "though the best groups have none" in possible.text_in("en")
    assert (kinds(placed), placed.placed) == (["moderator", "member"], True)
    assert (possible.minimal, placed.minimal) == (True, True)


def test_of_a_group_that_costs_points_it_is_told_how_many_more_members_it_takes() -> None:
    """Three could meet at north, but one of them makes three with those of the hub, and is nearer to it."""
    people = [*crowd(2), *crowd(1, 26.0, "b"), *crowd(2, 55.0, "n")]
    told = lacking(
        people,
        offices=[office(), office("north", 55.0)],
        local=SizeLimits(size_min=3, size_max=3),
        score={"km_points": 1.0},
    )
    assert told.reasons[0].code == "opening"
    [more] = mended(told)
    assert (kinds(more), more.placed, more.minimal) == (["member"], True, True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "with all of this: one more volunteer as moderator, living in north; 2 more members",
        ),
        ("fr", "avec tout ceci : une personne de plus, volontaire pour la modération"),
        ("nl", "met dit alles: één kandidaat-moderator meer, wonend in north; 2 leden meer"),
    ],
)
def test_they_are_told_in_each_language(language: Any, words: str) -> None:
    sizes = SizeLimits(size_min=4, size_max=6)
    people = [*crowd(4, moderator=True), member("far", 200.0, video=False)]
    told = lacking(people, moderators=1, local=sizes)
    assert words in told.summary(language)
    record = mended(told)[1].record(language)
    assert record["change"] is None
    changes = record["changes"]
    assert isinstance(changes, list)
    assert len(changes) == 3
    assert "{" not in told.summary(language)
