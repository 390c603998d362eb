"""Explanations in letters and reports: what `explain` says, in the reader's language, of nobody else."""

import csv
import re
from pathlib import Path

import pytest
from small import member, small_edition

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.command.app import run
from sip_grouping.edition import Edition
from sip_grouping.explain import Explainer
from sip_grouping.explain.changes import (
    AddMember,
    Change,
    MemberChange,
    OfficeChange,
    PinChange,
    RuleChange,
)
from sip_grouping.explain.naming import Naming
from sip_grouping.explain.why import About, Explanation, Why
from sip_grouping.grouping import Grouping, Reason, Status, relative_gap


def waiting_edition() -> Edition:
    """Return an edition in which one member is too far, one on its second choice, others as they wish."""
    people = [
        member(f"near{number}", video=False, languages=("en",), name=f"Person {number}")
        for number in range(4)
    ]
    far = member("far", 40.0, video=False, languages=("nl",), name="Person Far")
    second = member("second", video=False, languages=("fr",), themes=("b", "a"), name="Second")
    themes = [sip.Theme(id="a", title={"en": "A"}), sip.Theme(id="b", title={"en": "B"})]
    return small_edition([*people, far, second], themes=themes)


@pytest.fixture(scope="module")
def edition() -> Edition:
    return waiting_edition()


@pytest.fixture(scope="module")
def grouping(edition: Edition) -> Grouping:
    made = sip.form_groups(edition, work_limit=50).grouping
    assert made is not None
    return made


LANGUAGE_OF: dict[str, Language] = {"far": "nl", "second": "fr"}


def test_letters_of_the_demo_hold_no_ids(tmp_path: Path) -> None:
    edition = sip.synthetic_edition(members=240, seed=0)
    made = sip.form_groups(edition, work_limit=50).grouping
    assert made is not None
    explainer = Explainer(edition, made)
    told = explainer.told()
    sip.write_letters(edition, made, tmp_path / "letters", explained=told)
    ids = {*edition.theme_by_id, *edition.office_by_id, *edition.location_by_town}
    ids |= {*edition.member_by_id, *made.group_by_id}
    an_id = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(ids)))})(?![\w-])")
    seen = {why.about for one in explainer.members() for why in one.reasons}
    assert seen >= {About.PLACEMENT, About.RANK, About.TRACK}
    rows = _merge(tmp_path / "letters")
    for who, explained in told.items():
        text = (tmp_path / "letters" / f"member-{who}.txt").read_text("utf-8")
        for language in LANGUAGES:
            for sentence in explained(language, "member"):
                assert sentence
                assert not an_id.search(sentence), sentence
        said = [
            one for one in LANGUAGES if " ".join(explained(one, "member")) == rows[who]["explained"]
        ]
        assert len(said) == 1
        assert all(f"- {one}\n" in text for one in explained(said[0], "member"))
    # The team finds the ids again, beside what they are called.
    [first] = told["m003"]("fr", "team")
    assert "m003 reste dans support « Accompagnement », liege « Liège »." in first


VOLUNTEER = {"member_id": "x", "country": "BE", "postcode": "4000", "moderator": "yes"}
SAID_TO_MEMBERS: dict[str, tuple[Change, str]] = {
    "travel": (RuleChange(key="rules.travel_km", value=37.5), "a travel limit of 37.500 km"),
    "travel of a theme": (
        RuleChange(key="themes.t-1.rules.travel_km", value=37.0),
        "a travel limit of 37 km for “Title 1”",
    ),
    "size": (
        RuleChange(key="themes.t-1.rules.local.size_min", value=3),
        "3 as the fewest members of a group on “Title 1” that meets in person",
    ),
    "groups": (
        RuleChange(key="themes.t-1.groups_max", value=1),
        "1 as the most groups on “Title 1”",
    ),
    "another rule": (RuleChange(key="rules.spread_km", value=9), "of which the team can tell you"),
    "an office": (OfficeChange(office_id="hq", field="rooms", value=2), "the team can tell you"),
    "somebody else": (MemberChange(member_id="m-2", field="video", value="yes"), "the team can tell you"),
    "video": (
        MemberChange(member_id="m-1", field="video", value="yes"),
        "accept a group by video as well",
    ),
    "not only": (
        MemberChange(member_id="m-1", field="secretary", value="yes"),
        "take part without that role as well",
    ),
    "role": (MemberChange(member_id="m-1", field="moderator", value="yes"), "volunteer as moderator"),
    "theme": (
        MemberChange(member_id="m-1", field="theme_2", value="t-2"),
        "choose another theme as well: Title 2",
    ),
    "together": (
        MemberChange(member_id="m-1", field="together", value=""),
        "agree that you need not all be in the same group",
    ),
    "volunteer": (
        AddMember(row=VOLUNTEER),
        "one more volunteer as moderator, living in 4000 Liège",
    ),
    "at an office": (
        AddMember(row={**VOLUNTEER, "secretary": "yes", "office": "hq"}),
        "one more volunteer for either role, living in Head office (4000 Liège)",
    ),
    "place": (
        PinChange(theme="t-1", track="local", place="hq", member_id="m-1"),
        ", at Head office (4000 Liège).",
    ),
    "by video": (PinChange(theme="t-1", track="video", member_id="m-1"), "on “Title 1”, by video."),
}  # fmt: skip


@pytest.mark.parametrize("kind", SAID_TO_MEMBERS)
def test_a_change_is_told_to_the_member_in_words(kind: str) -> None:
    change, words = SAID_TO_MEMBERS[kind]
    people = [sip.Member(**one) for one in (
        {"member_id": "m-1", "country": "BE", "postcode": "4000", "themes": ("t-1",), "secretary": "only"},
        {"member_id": "m-2", "country": "BE", "postcode": "4000", "themes": ("t-1",)},
    )]  # fmt: skip
    edition = sip.make_edition(
        name="x",
        themes=[sip.Theme(id=f"t-{one}", title={"en": f"Title {one}"}) for one in (1, 2)],
        offices=[sip.Office(office_id="hq", country="BE", postcode="4000", name="Head office")],
        members=people,
    )
    why = Why("outweighed", change, placed=True, points=-500, minimal=False)
    told = Explanation("m-1", "unplaced", (why,), naming=Naming(edition))
    [sentence] = told.to_member("en")
    assert words in sentence
    assert sentence.endswith("The best score is then 0.500 points lower.")
    for language in LANGUAGES:
        [own] = told.to_member(language)
        assert not re.search(r"[tm]-\d|hq|BE-|rules\.", own)


def test_a_letter_says_what_explain_says_in_the_language_of_its_reader(
    edition: Edition, grouping: Grouping, tmp_path: Path
) -> None:
    explainer = Explainer(edition, grouping)
    told = explainer.told()
    assert set(told) == set(LANGUAGE_OF)
    sip.write_letters(edition, grouping, tmp_path / "letters", explained=told)
    rows = _merge(tmp_path / "letters")
    for one in edition.members:
        who = one.member_id
        text = (tmp_path / "letters" / f"member-{who}.txt").read_text("utf-8")
        page = (tmp_path / "letters" / f"member-{who}.html").read_text("utf-8")
        if who not in LANGUAGE_OF:
            assert rows[who]["explained"] == ""
            assert "calculated" not in text + page
            continue
        said = explainer.member(who, thorough=False).to_member(LANGUAGE_OF[who])
        assert said
        for sentence in said:
            assert f"- {sentence}\n" in text
            assert page.count("<li>") > len(said)
            others = {each.member_id for each in edition.members} - {who}
            assert not [each for each in others if re.search(rf"\b{each}\b", sentence)]
        assert rows[who]["explained"] == " ".join(said)


def _merge(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "mail-merge.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["member_id"]: row for row in csv.DictReader(file, delimiter=";")}


def test_without_explanations_letters_and_report_say_nothing_of_them(
    edition: Edition, grouping: Grouping, tmp_path: Path
) -> None:
    sip.write_letters(edition, grouping, tmp_path / "letters")
    assert {one["explained"] for one in _merge(tmp_path / "letters").values()} == {""}
    sip.export_report(edition, grouping, tmp_path / "plain.html")
    assert 'id="explained"' not in (tmp_path / "plain.html").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_lists_who_waits_by_id_alone(
    edition: Edition, grouping: Grouping, language: Language, tmp_path: Path
) -> None:
    explainer = Explainer(edition, grouping)
    file = tmp_path / "report.html"
    sip.export_report(
        edition, grouping, file, language=language, names=True, explained=explainer.told()
    )
    [section] = re.findall(
        r'<section aria-labelledby="explained".*?</section>', file.read_text("utf-8"), re.DOTALL
    )
    assert "Person" not in section
    assert re.findall(r'<th scope="row">(\w+)</th>', section) == list(LANGUAGE_OF)
    for who in LANGUAGE_OF:
        for sentence in explainer.member(who, thorough=False).sentences(language):
            assert sentence.replace("'", "&#39;") in section


def test_what_was_not_decided_within_the_work_is_said_not_to_be(
    edition: Edition, grouping: Grouping
) -> None:
    explainer = Explainer(edition, grouping, work_limit_of_all=1e-9)
    told = {one.subject: one for one in explainer.members()}
    [far] = told["far"].reasons
    # What counting shows needs no work; what would help does.
    assert (far.code, far.change, far.decided) == ("no-place-in-reach", None, False)
    assert "not decided within the limits of work and time" in told["far"].sentences("en")[0]
    [second] = told["second"].reasons
    assert (second.code, second.change) == ("too-few", None)
    # The whole of it again: an answer that was decided says nothing of a limit.
    whole = {one.subject: one for one in Explainer(edition, grouping).members()}
    assert all(why.decided for one in whole.values() for why in one.reasons)


def test_all_questions_together_keep_the_allowance() -> None:
    edition = sip.synthetic_edition(members=60, seed=3)
    made = sip.form_groups(edition, work_limit=50).grouping
    assert made is not None
    unlimited = Explainer(edition, made)
    all_told = [*unlimited.members()]
    needed = unlimited.cases.allowance.used
    assert needed > 0.0
    half = Explainer(edition, made, work_limit_of_all=needed / 2)
    told = [*half.members()]
    assert half.cases.allowance.spent
    assert half.cases.allowance.used < needed
    # What was asked in time is answered as without a limit, and the same again.
    answers = [one.record() for one in told]
    again = Explainer(edition, made, work_limit_of_all=needed / 2)
    assert [one.record() for one in again.members()] == answers
    undecided = [
        why for one in told for why in one.reasons if why.change is None and not why.decided
    ]
    assert undecided
    same = sum(one == other for one, other in zip(told, all_told, strict=True))
    assert 0 < same < len(told)


def test_no_proof_is_claimed_where_neither_the_grouping_nor_a_question_has_one() -> None:
    edition = sip.synthetic_edition(members=60, seed=3)
    made = sip.form_groups(edition, work_limit=50).grouping
    assert made is not None
    left_out = tuple(
        one.model_copy(update={"reason": Reason.NOT_IN_BEST_FOUND})
        if one.reason is Reason.OUTWEIGHED
        else one
        for one in made.left_out
    )
    bound = made.score_thousandths + 100_000
    gap = relative_gap(made.score_thousandths, bound)
    changed = {"status": Status.FEASIBLE, "bound_thousandths": bound, "gap": gap}
    found = made.model_copy(update=changed | {"left_out": left_out, "stages": ()})
    codes = {
        known: {
            why.code
            for one in Explainer(edition, found, work_limit_of_all=known).members()
            for why in one.reasons
            if why.about is not About.PLACEMENT
        }
        for known in (None, 1e-9)
    }
    assert "outweighed" in codes[None]
    assert "outweighed" not in codes[1e-9]
    assert "not-in-best-found" in codes[1e-9]


def test_by_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sip.save_edition(waiting_edition(), tmp_path / "edition")
    folder, groups = str(tmp_path / "edition"), str(tmp_path / "groups")
    assert run(["form", folder, "--out", groups, "--quiet"]) == 0
    letters, report = str(tmp_path / "letters"), str(tmp_path / "report.html")
    assert run(["letters", folder, groups, "--out", letters, "--explain", "--quiet"]) == 0
    assert "berekend" in (tmp_path / "letters" / "member-far.txt").read_text("utf-8")
    assert run(["report", folder, groups, "--out", report, "--explain", "--lang", "en"]) == 0
    assert "It would be so with: " in Path(report).read_text("utf-8")
    some = ["--explain", "--explain-work", "0.000000001", "--force", "--lang", "en"]
    assert run(["report", folder, groups, "--out", report, *some]) == 0
    assert "not decided within the limits of work and time" in Path(report).read_text("utf-8")
    assert run(["report", folder, groups, "--out", report, "--explain-work", "0"]) == 2
    capsys.readouterr()
