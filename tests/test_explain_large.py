"""Large editions: what is said without their model is true, and what is not known is said not to be."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import how_many
import pytest
from small import member, small_edition
from test_explain import BATCH, SEEDS, as_changed, places
from tiny_editions import tiny_edition

import sip_grouping as sip
from sip_grouping import problem
from sip_grouping.edition import Edition
from sip_grouping.edition.limits import Total
from sip_grouping.explain import Explainer
from sip_grouping.explain.case import ANY, Case, Kind
from sip_grouping.explain.large import GROUPS_SOLVED, Nearby
from sip_grouping.grouping import Grouping, Status, relative_gap
from sip_grouping.problem import Problem, build_problem
from sip_grouping.solve.best import Best


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Make every edition a large one."""
    monkeypatch.setattr("sip_grouping.explain.explainer.MOST_MEMBERS", 0)
    return monkeypatch


def formed(edition: Edition) -> Grouping:
    grouping = sip.form_groups(edition, work_limit=50).grouping
    assert grouping is not None
    return grouping


def with_as_many_groups(edition: Edition, grouping: Grouping, *, in_all: bool) -> Edition:
    """Return an edition that allows no more groups than it has."""
    count = Counter(one.theme for one in grouping.group_records)
    if in_all:
        return edition.replace(total=Total(groups_min=count.total(), groups_max=count.total()))
    themes = (
        one.model_copy(update={"groups_min": count[one.id], "groups_max": count[one.id]})
        for one in edition.themes
    )
    return edition.replace(themes=tuple(themes))


def with_weights(edition: Edition, seed: int) -> Edition:
    """Return an edition in which some members take more than one seat."""
    rng = random.Random(f"weights {seed}")
    members = (
        one.model_copy(update={"weight": rng.choice((1, 1, 2, 3))}) for one in edition.members
    )
    return edition.replace(members=tuple(members))


@pytest.mark.parametrize("limited", ["not", "in all", "by theme", "weights"])
def test_each_change_is_one_that_the_whole_model_confirms(
    limited: str, large: pytest.MonkeyPatch
) -> None:
    told: Counter[str] = Counter()
    for seed in range(how_many.cases(2, 4)):
        edition = sip.synthetic_edition(members=60, seed=seed)
        if limited == "weights":
            edition = with_weights(edition, seed)
        grouping = formed(edition)
        if limited in {"in all", "by theme"}:
            # As many groups as there are, and full ones mostly: a member more is no longer one group more.
            edition = with_as_many_groups(edition, grouping, in_all=limited == "in all")
            grouping = formed(edition)
        found = list(Explainer(edition, grouping).members())
        with large.context() as whole:
            whole.setattr("sip_grouping.explain.explainer.MOST_MEMBERS", 10**6)
            cases = Explainer(edition, grouping).cases
        reason_of = {one.member_id: one.reason for one in grouping.left_out}
        for one in found:
            if one.subject in reason_of and one.status == "unplaced":
                assert {why.code for why in one.reasons} == {reason_of[one.subject].value}
            for why in one.reasons:
                told[f"{why.code} {'helped' if why.change else 'alone'}"] += 1
                if why.change is None:
                    continue
                assert (why.placed, why.minimal, why.points) == (True, True, None)
                after = cases.with_changes([why.change])
                assert after is not None
                best, with_member = after.best, after.placing(one.subject)
                assert best.proven
                assert best.value == with_member.value, (seed, one.subject)
    assert sum(count for what, count in told.items() if what.endswith("helped")) >= 3


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_each_change_is_one_that_enumeration_confirms(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + BATCH):
        edition = tiny_edition(seed)
        grouping = sip.form_groups(edition, work_limit=50).grouping
        if grouping is None:
            continue
        explainer = Explainer(edition, grouping)
        for one in edition.members:
            for why in explainer.member(one.member_id).reasons:
                # A limit of travel and the seat that it opens are two changes.
                changes: Any = why.record()["changes"]
                if changes:
                    after = as_changed(edition, tmp_path / "edition", *changes)
                    assert places(after, one.member_id), (seed, one.member_id, changes)
                elif why.code != "not-cooperator":
                    assert not why.decided


@pytest.mark.usefixtures("large")
def test_where_the_bound_is_far_nothing_is_claimed() -> None:
    edition = sip.synthetic_edition(members=60, seed=3)
    grouping = formed(edition)
    helped = [
        one.subject
        for one in Explainer(edition, grouping).members()
        if any(why.change is not None for why in one.reasons)
    ]
    assert helped
    bound = grouping.score_thousandths + 1_000_000
    gap = relative_gap(grouping.score_thousandths, bound)
    open_end = {"status": Status.FEASIBLE, "bound_thousandths": bound, "gap": gap, "stages": ()}
    explainer = Explainer(edition, grouping.model_copy(update=open_end), verified=True)
    for who in helped:
        [why] = explainer.member(who).reasons
        assert (why.change, why.decided) == (None, False)
        # No limit was reached: it is the size of the edition that keeps the rest from being known.
        assert why.record()["undecided"] == "too-large"
        assert why.text_in("en").endswith(
            "What would change it is not worked out in an edition as large as this;"
            " `what-if` says what one change would do."
        )
        [told] = why.left_open("en", to_member=True)
        assert told == "What would change it is not worked out where so many take part."
        assert why.text_in("fr").endswith("`what-if` dit ce que ferait un changement.")
        assert why.text_in("nl").endswith("`what-if` zegt wat één wijziging zou doen.")


@pytest.mark.usefixtures("large")
def test_in_a_large_edition_a_limit_is_told_where_it_was_reached() -> None:
    # All seats are taken: that four make two groups is known when they are formed.
    people = [member(f"near{number}", local=False) for number in range(6)]
    edition = small_edition([*people, member("far", 500.0, video=False)])
    grouping = formed(edition)
    [why] = Explainer(edition, grouping).member("far").reasons
    assert why.change is not None
    [why] = Explainer(edition, grouping, work_limit_of_all=0.0).member("far").reasons
    assert (why.change, why.record()["undecided"]) == (None, "limit")
    assert "within the limits of work and time" in why.text_in("en")


def test_no_model_of_the_whole_edition_is_made(large: pytest.MonkeyPatch) -> None:
    edition = sip.synthetic_edition(members=240, seed=0)
    grouping = sip.form_groups(edition, gap=0.001).grouping
    assert grouping is not None
    # Nobody finds a free seat, so that models are made.
    large.setattr(Nearby, "_with_a_free_seat", lambda *_: iter(()))
    sizes: list[int] = []

    def counted(part: Edition) -> Problem:
        sizes.append(len(part.members))
        return build_problem(part)

    large.setattr(problem, "build_problem", counted)
    list(Explainer(edition, grouping).members())
    largest = max(edition.rules_of(one.id).video.size_max for one in edition.themes)
    assert sizes
    assert max(sizes) <= GROUPS_SOLVED * largest + 1


def test_a_grouping_that_breaks_a_rule_is_refused_unless_it_was_verified() -> None:
    edition = sip.synthetic_edition(members=60, seed=3)
    grouping = formed(edition)
    wrong = grouping.model_copy(update={"score_thousandths": grouping.score_thousandths + 1})
    with pytest.raises(sip.VerificationError):
        Explainer(edition, wrong)
    assert Explainer(edition, grouping, verified=True).grouping is grouping


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("named_by", ["x", "y"])
def test_who_is_bound_to_others_is_not_told_that_it_alone_could_join(named_by: str) -> None:
    """Whoever names the other in its row: both are together, and y accepts no video either."""
    both: dict[str, tuple[str, ...]] = {"x": ("y",), "y": ("x",)}
    far = [
        member(one, 500.0, video=False, together=both[one] if one == named_by else ())
        for one in "xy"
    ]
    edition = small_edition([*(member(f"near{n}", local=False) for n in range(2)), *far])
    grouping = formed(edition)
    [why] = Explainer(edition, grouping).member("x").reasons
    assert why.change is None


@pytest.mark.parametrize("limited", ["not", "in all", "by theme"])
def test_a_group_more_is_counted_where_groups_are_limited(
    limited: str, large: pytest.MonkeyPatch
) -> None:
    # The other group is not solved, but counted.
    large.setattr("sip_grouping.explain.large.GROUPS_SOLVED", 1)
    people = [member(f"near{number}", local=False) for number in range(6)]
    edition = small_edition([*people, member("far", 500.0, video=False)])
    if limited == "in all":
        edition = edition.replace(total=Total(groups_max=2))
    if limited == "by theme":
        edition = edition.replace(themes=(sip.Theme(id="a", groups_max=2),))
    grouping = formed(edition)
    assert [one.size for one in grouping.group_records] == [3, 3]
    [why] = Explainer(edition, grouping).member("far").reasons
    # Four make two groups; in one of three there is no seat for one who is worth less by video.
    assert (why.change is not None, why.decided) == (limited == "not", limited == "not")


@pytest.mark.usefixtures("large")
def test_who_takes_several_seats_counts_as_often_where_groups_are_full() -> None:
    weights = {"near0": 2, "near1": 1, "near2": 2, "near3": 1}
    people = [member(who, local=False, weight=weight) for who, weight in weights.items()]
    edition = small_edition([*people, member("far", 500.0, video=False)])
    edition = edition.replace(themes=(sip.Theme(id="a", groups_max=2),))
    grouping = formed(edition)
    assert len(grouping.placements) == 4
    # By video, where it would rather meet others in person, it is worth less than whoever it would replace.
    [why] = Explainer(edition, grouping).member("far").reasons
    assert why.change is None


@pytest.mark.usefixtures("large")
def test_a_free_seat_needs_no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [member(f"near{number}", local=False) for number in range(5)]
    edition = small_edition([*people, member("far", 500.0, video=False)])
    grouping = formed(edition)
    monkeypatch.setattr("sip_grouping.explain.large.Case", None)
    [why] = Explainer(edition, grouping, work_limit_of_all=0.0).member("far").reasons
    assert why.record()["change"] == {
        "kind": "member", "member_id": "far", "field": "video", "value": "yes",
    }  # fmt: skip
    after = edition.replace(
        members=(*people, member("far", 500.0, video=True)),
    )
    assert "far" in {one.member_id for one in formed(after).placements}


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(("short", "asked"), [(5_001, True), (105_000, True), (105_001, False)])
def test_no_group_is_formed_again_where_counting_shows_that_none_reaches_the_bound(
    short: int, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups are full, and who is added is worth 85 points; of the others one is on its second choice."""
    people = [member(f"near{number}", local=False) for number in range(5)]
    people.append(member("near5", local=False, themes=("b", "a")))
    themes = [sip.Theme(id="a", groups_max=2), sip.Theme(id="b", groups_max=0)]
    edition = small_edition([*people, member("far", 500.0, video=False)], themes=themes)
    grouping = formed(edition)
    bound = grouping.score_thousandths + short
    gap = relative_gap(grouping.score_thousandths, bound)
    left = {"bound_thousandths": bound, "gap": gap, "stages": (), "status": Status.FEASIBLE}
    grouping = grouping.model_copy(update=left)
    formed_again: list[str] = []

    class Counted(Case):
        def placing(self, member_id: str, kind: Kind = ANY) -> Best:
            formed_again.append(member_id)
            return super().placing(member_id, kind)

    monkeypatch.setattr("sip_grouping.explain.large.Case", Counted)
    [why] = Explainer(edition, grouping, verified=True).member("far").reasons
    assert why.change is None
    # 85 points for who is added, and 20 for a first choice that counting does not know to be closed.
    assert formed_again == (["far"] if asked else [])
