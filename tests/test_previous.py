"""Previous editions: who meets again and who holds a role again, in the score, the model and the files."""

import json
from pathlib import Path

import pytest
from how_many import cases
from positions import table_of
from previous_editions import best_with_previous, previous_edition
from small import member, small_edition

import sip_grouping as sip
from sip_grouping.command.app import run
from sip_grouping.edition import Edition
from sip_grouping.edition.previous import Previous, PreviousSeat
from sip_grouping.edition.records import Role, Theme
from sip_grouping.explain import Priced, changed, only_tightens, prices
from sip_grouping.grouping import Grouping, Status
from sip_grouping.ledger import prove
from sip_grouping.rules import RecordRuleId
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify

SEEDS = cases(60, 200)
BATCH = 20


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_the_best_of_all_groupings_is_found_and_proven(first: int) -> None:
    for seed in range(first, first + BATCH):
        edition = previous_edition(seed)
        best = best_with_previous(edition)
        result = form_groups(edition, work_limit=100.0)
        if best is None:
            assert result.status is Status.INFEASIBLE, seed
            continue
        assert (result.status, result.score_thousandths) == (Status.OPTIMAL, best), seed
        assert result.grouping is not None
        assert verify(edition, result.grouping).score_thousandths == best, seed


def met(
    *groups: tuple[str, str], theme: str = "a", role: Role = Role.MEMBER
) -> tuple[PreviousSeat, ...]:
    """Return seats of before: each group by its name and its members, one letter each."""
    return tuple(
        PreviousSeat(member_id=who, group_id=group, theme=theme, role=role)
        for group, members in groups
        for who in members
    )


def six(previous: Previous, seats: tuple[PreviousSeat, ...]) -> Edition:
    """Return an edition of six alike members and two groups of three."""
    edition = small_edition([member(who) for who in "pqrstu"])
    return edition.replace(previous=previous, previous_seats=seats)


def formed(edition: Edition) -> Grouping:
    result = form_groups(edition, work_limit=20.0)
    assert result.status is Status.OPTIMAL
    assert result.grouping is not None
    return result.grouping


def together(grouping: Grouping) -> set[frozenset[str]]:
    return {
        frozenset(one.member_id for one in rows) for rows in grouping.placements_by_group.values()
    }


def test_who_was_together_is_together_again_where_that_is_wished() -> None:
    grouping = formed(six(Previous(together=2.5), met(("x", "prt"), ("y", "qsu"))))
    assert together(grouping) == {frozenset("prt"), frozenset("qsu")}
    assert grouping.score_terms.previous == 6 * 2_500


def test_who_was_together_is_told_apart_where_mixing_is_wished() -> None:
    wish = Previous(mix=2.5)
    grouping = formed(six(wish, met(("x", "pqr"), ("y", "stu"), theme="another")))
    assert len(grouping.placements) == 6
    assert all(
        len(one & set("pqr")) < 2 and len(one & set("stu")) < 2 for one in together(grouping)
    )
    assert formed(six(wish, met(("x", "pqr"), theme="a"))).score_terms.previous == 0


def test_a_pair_that_met_twice_counts_twice() -> None:
    seats = met(("x", "pq"), ("y", "pq"))
    assert formed(six(Previous(together=1.0), seats)).score_terms.previous == 2_000


def test_a_role_goes_to_who_did_not_hold_it() -> None:
    people = [member("p", moderator=True), member("q", moderator=True), member("r"), member("s")]
    edition = small_edition(people, moderators=1).replace(
        previous=Previous(same_role=30.0), previous_seats=met(("x", "p"), role=Role.MODERATOR)
    )
    grouping = formed(edition)
    assert grouping.score_terms.previous == -30_000 * (len(grouping.group_records) == 2)
    edition = edition.replace(previous=Previous(same_role=300.0))
    assert [one.moderators for one in formed(edition).group_records] == [("q",)]


def test_alike_members_of_other_groups_are_told_apart() -> None:
    """Six people with the same answers, of whom only those who met count together."""
    grouping = formed(six(Previous(together=1.0), met(("x", "pu"), ("y", "qt"))))
    groups = together(grouping)
    assert all(any(set(pair) <= one for one in groups) for pair in ("pu", "qt"))


def test_the_members_of_before_who_are_no_members_now_count_for_nothing() -> None:
    edition = six(Previous(together=1.0), met(("x", "pz"), ("y", "vw")))
    assert formed(edition).score_terms.previous == 0
    assert edition.digest == six(Previous(), ()).digest


def test_what_makes_no_difference_is_in_no_digest_and_what_does_is_in_that_of_the_score() -> None:
    plain, seats = six(Previous(), ()), met(("x", "pq"))
    assert six(Previous(), seats).digest == plain.digest
    assert six(Previous(mix=1.0), ()).digest == plain.digest
    changed = six(Previous(mix=1.0), seats)
    differ = [part for part in plain.digests if plain.digests[part] != changed.digests[part]]
    assert differ == ["score"]
    assert six(Previous(mix=2.0), seats).digest != changed.digest
    assert six(Previous(mix=1.0), met(("x", "pr"))).digest != changed.digest


def test_a_term_that_is_not_true_is_refused() -> None:
    edition = six(Previous(together=1.0), met(("x", "pqr")))
    grouping = formed(edition)
    terms = grouping.score_terms
    told = terms.model_copy(update={"previous": terms.previous + 1000, "rank": terms.rank - 1000})
    broken = verify(edition, grouping.model_copy(update={"score_terms": told}))
    assert [one.rule for one in broken.violations] == [RecordRuleId.SCORE_FIGURE] * 2


def test_later_objectives_keep_what_meeting_again_is_worth() -> None:
    for seed in range(cases(8, 20)):
        edition = previous_edition(seed)
        first = form_groups(edition, work_limit=50.0)
        both = form_groups(edition, objectives=("score", "travel"), work_limit=50.0)
        assert both.status is first.status, seed
        if first.grouping is not None and both.grouping is not None:
            assert both.grouping.score == first.grouping.score, seed
            assert verify(edition, both.grouping).ok


@pytest.mark.parametrize("suffix", ["", ".xlsx"])
def test_the_groups_of_before_are_written_and_read_again(tmp_path: Path, suffix: str) -> None:
    for seed in range(cases(6, 12)):
        edition = previous_edition(seed)
        path = tmp_path / f"edition-{seed}{suffix}"
        sip.save_edition(edition, path)
        read = sip.load_edition(path, postcodes=table_of(edition))
        assert read.previous == edition.previous
        assert read.previous_seats == edition.previous_seats
        assert read.digest == edition.digest


def folder(tmp_path: Path, previous: str, wishes: str = "together = 1.0") -> Path:
    edition = six(Previous(), ()).replace(themes=[Theme(id="a", title={"fr": "Soutien"})])
    sip.save_edition(edition, tmp_path / "edition", force=True)
    toml = tmp_path / "edition" / "edition.toml"
    toml.write_text(toml.read_text() + f"\n[previous]\n{wishes}\n")
    (tmp_path / "edition" / "previous.csv").write_text(previous)
    return tmp_path / "edition"


def told_of_before(edition: Edition) -> list[str]:
    return [
        one.code
        for one in edition.warnings
        if one.column == "previous" or one.file == "previous.csv"
    ]


def test_the_table_of_the_edition_before_is_read_as_it_was_written(tmp_path: Path) -> None:
    """assignments.csv of the edition before, under another name; themes by their title as well."""
    text = (
        "member_id,status,group_id,role,theme,rank,track,travel_km,reason\n"
        "p,placed,x,moderator,Soutien,1,local,1.000,\n"
        "q,placed,x,,a,1,local,2.000,\n"
        "gone,placed,x,lid,a,1,local,2.000,\n"
        "r,unplaced,,,,,,,outweighed\n"
    )
    edition = sip.load_edition(folder(tmp_path, text))
    assert [(one.member_id, one.theme, one.role.value) for one in edition.previous_seats] == [
        ("p", "a", "moderator"),
        ("q", "a", "member"),
        ("gone", "a", "member"),
    ]
    assert told_of_before(edition) == []


def test_what_cannot_be_is_named_with_its_row_all_at_once(tmp_path: Path) -> None:
    text = "member_id,group_id,theme,role\np,x,a,\np,x,a,\nq,x,b,\nr,y,a,boss\n,y,a,\n"
    with pytest.raises(sip.InputError) as caught:
        sip.load_edition(folder(tmp_path, text))
    told = {(one.code, one.file, one.row) for one in caught.value.findings}
    assert {code for code, _, _ in told} >= {
        "previous-twice",
        "previous-of-two-themes",
        "empty-cell",
    }
    assert {(file, row) for _, file, row in told} == {("previous.csv", row) for row in (3, 4, 5, 6)}


@pytest.mark.parametrize(
    ("previous", "wishes", "code"),
    [
        ("member_id,group_id,theme\np,x,a\nq,x,a\n", "together = 0.0", "previous-without-wish"),
        ("member_id,group_id,theme\nv,x,a\nw,x,a\n", "mix = 1.0", "previous-of-others"),
        ("member_id,group_id,theme\n", "mix = 1.0", "previous-without-groups"),
    ],
)
def test_what_makes_no_difference_is_said(
    tmp_path: Path, previous: str, wishes: str, code: str
) -> None:
    edition = sip.load_edition(folder(tmp_path, previous, wishes))
    assert told_of_before(edition) == [code]


def test_a_season_begins_with_the_groups_of_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = formed(six(Previous(), ()))
    sip.save(before, tmp_path / "before")
    edition = folder(tmp_path, "member_id,group_id,theme\n", "mix = 0.0\ntogether = 3.0")
    store = tmp_path / "season.db"
    start = ("round", "start", str(edition), "--store", str(store))
    assert run([*start, "--previous", str(tmp_path / "before"), "--quiet"]) == 0
    assert run(["round", "export", "--store", str(store), "--out", str(tmp_path / "out")]) == 0
    now = json.loads((tmp_path / "out" / "grouping" / "grouping.json").read_text())
    assert now["score_terms"]["previous"] == 6 * 3.0
    out = tmp_path / "out"
    assert run(["verify", str(out / "edition"), str(out / "grouping")]) == 0
    capsys.readouterr()


def test_changes_know_the_groups_of_before() -> None:
    edition = six(Previous(together=1.0), met(("x", "pq")))
    more = changed(edition, [{"kind": "rule", "key": "previous.together", "value": 2.0}])
    assert (more.previous.together, more.previous_seats) == (2.0, edition.previous_seats)
    assert not only_tightens(edition, more)
    with pytest.raises(sip.InputError) as caught:
        changed(edition, [{"kind": "pin", "member_id": "p", "theme": "b", "track": "video"}])
    assert {one.code for one in caught.value.findings} == {"unknown-theme"}


def test_a_certificate_says_what_meeting_again_is_worth() -> None:
    edition = six(Previous(together=1.0), met(("x", "pq")))
    certificate = prove(edition, formed(edition)).certificate
    assert (certificate.score, certificate.before) == (601_000, (("x", "a"),))
    plain = six(Previous(together=1.0), met(("x", "vw")))
    assert prove(plain, formed(plain)).certificate.before == ()


def of_x(*people: sip.Member, groups_max: int = 1000, **wishes: float) -> Edition:
    """Return an edition of people who were all in one group on its theme, with groups of two and three."""
    edition = small_edition([*people], themes=[Theme(id="a", groups_max=groups_max)])
    whole = "".join(one.member_id for one in people)
    return edition.replace(previous=Previous(**wishes), previous_seats=met(("x", whole)))


def near(ids: str) -> list[sip.Member]:
    return [member(who, video=False) for who in ids]


WORTH = {
    # A member half a km too far away meets the two others again.
    "km": (of_x(*near("pq"), member("r", 30.5, video=False), together=50.0), Priced.KM, 200_000),
    # A second group of three, and three pairs in it.
    "group": (of_x(*near("pqrstu"), groups_max=1, together=50.0), Priced.GROUPS_MAX, 450_000),
    "group, less": (of_x(*near("pqrstu"), groups_max=1, together=-40.0), Priced.GROUPS_MAX, 180_000),
    # A fourth member of the one group meets three.
    "seat": (of_x(*near("pqrs"), groups_max=1, together=50.0), Priced.SEAT, 250_000),
}  # fmt: skip


@pytest.mark.parametrize("what", WORTH)
def test_a_price_knows_who_would_meet_again(what: str) -> None:
    edition, kind, gain = WORTH[what]
    told = prices(edition, confirm=1)
    row = next(one for one in told.rows if one.what is kind and one.change is not None)
    found = told.difference(row)
    assert found is not None
    assert row.thousandths == found.certain == gain


def test_no_change_is_worth_more_than_its_price() -> None:
    said = 0
    for seed in (9, 14, 23, 29, *range(30, 30 + cases(2, 60))):
        edition = previous_edition(seed)
        if form_groups(edition, work_limit=30.0).status is Status.INFEASIBLE:
            continue
        told = prices(edition, confirm=1, work_limit=30.0)
        for one in told.confirmed:
            if one.price.what in {Priced.KM, Priced.GROUPS_MAX, Priced.GROUPS_MIN, Priced.ROOM}:
                gained = one.difference.certain
                assert told.before is not None
                above = told.bound_thousandths - (told.before.score_thousandths or 0)
                assert gained is None or gained <= one.price.thousandths + above, (seed, one)
                said += 1
    assert said
