"""Answers to proposals, as people and spreadsheets write them: understood or named, all rows or none."""

import shutil
from pathlib import Path

import pytest
from slips import Slip
from slips.answers import ACCEPTED, ANSWERS, ASKED, IDS, ROUND
from slips.base import EDITION, OFFICES
from test_rounds import answers
from test_slips import says, text_of

import sip_grouping as sip
from sip_grouping.catalogue import Language
from sip_grouping.rounds import Rounds

LANGUAGES: tuple[Language, ...] = ("nl", "fr", "en")
_NAMES = dict(zip(IDS, ("Aurore", "Bruno", "Claire", "Denis", "Emma"), strict=True))


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store in which the second round is open, and one member has accepted."""
    folder = tmp_path_factory.mktemp("season")
    (folder / "edition").mkdir()
    rows = "".join(
        f"{who},BE,4000,support,gender,Verborgen {name},{name}@verborgen.example,fr,tue-evening\n"
        for who, name in _NAMES.items()
    )
    header = "member_id,country,postcode,theme_1,theme_2,name,email,languages,slots\n"
    rules = 'moderators = 0\nsecretaries = 0\n[places]\ntowns = "none"\n[[themes]]'
    for name, text in {
        "edition.toml": EDITION.replace("\n[[themes]]", f"\n{rules}", 1),
        "members.csv": header + rows,
        "offices.csv": OFFICES,
    }.items():
        (folder / "edition" / name).write_text(text, "utf-8")
    edition = sip.load_edition(folder / "edition")
    grouping = sip.form_groups(edition, work_limit=20).grouping
    assert grouping is not None
    with Rounds.start(folder / "s.db", edition, grouping) as rounds:
        rounds.propose()
        rounds.answer(answers(folder / "a.csv", f"member_id,answer\n{ACCEPTED},accept\n"))
        assert set(rounds.propose()["member_id"]) == set(ASKED)
        assert rounds.state().round == ROUND
        assert {row["group_id"] for row in rounds.state().open.values()} == {"support-liege-1"}
    return folder / "s.db"


def test_there_are_enough_slips_of_answers() -> None:
    assert len({slip.id for slip in ANSWERS}) == len(ANSWERS) >= 25
    assert all(slip.names or slip.verdict == "read" for slip in ANSWERS)
    assert all(slip.means or slip.verdict == "error" for slip in ANSWERS)


@pytest.mark.parametrize("slip", ANSWERS, ids=lambda slip: slip.id)
def test_an_answer_is_understood_or_named(slip: Slip, season: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    shutil.copy(season, store)
    ((name, data),) = slip.files.items()
    assert data is not None
    (tmp_path / name).write_bytes(data)
    with Rounds.open(store) as rounds:
        before = rounds.state()
        try:
            findings = rounds.answer(tmp_path / name)
        except sip.InputError as error:
            findings = error.findings
            assert slip.verdict == "error", text_of(findings)
            assert rounds.state() == before
        else:
            assert slip.verdict != "error", f"read, with {text_of(findings) or 'no word'}"
            replies = rounds.state().replies[ROUND]
            assert replies == {who: said for who, _, said in slip.means}
            edition = rounds.state().edition()
            if slip.id != "answers-decline-with-a-wish":  # nothing else is changed
                for who in IDS:
                    known = before.edition().member_by_id[who]
                    left = replies.get(who) == "decline"
                    now = edition.member_by_id[who].model_copy(update={"commits": known.commits})
                    assert now == known
                    assert edition.member_by_id[who].commits is not left
            if slip.verdict == "read":
                assert findings == (), text_of(findings)
    if slip.names:
        assert any(all(says(one, words) for words in slip.names) for one in findings), (
            f"{slip.names} are not named: {text_of(findings)}"
        )
    for one in findings:
        for language in LANGUAGES:
            told = one.record(language)
            assert "verborgen" not in str(told).casefold()
            assert slip.verdict != "error" or told["remedy"]


def test_what_a_member_writes_beside_an_answer_can_be_forgotten(
    season: Path, tmp_path: Path
) -> None:
    store = tmp_path / "s.db"
    shutil.copy(season, store)
    text = "member_id,answer,date,comment\na03,accept,the day Claire called,with pleasure\n"
    with Rounds.open(store) as rounds:
        rounds.answer(answers(tmp_path / "a.csv", text))
        steps, personal = rounds._store.recorded()
        told = {"date": "the day Claire called", "comment": "with pleasure"}
        assert personal[steps[-1].number] == {"a03": told}
        assert rounds.state().edition().member_by_id["a03"].name == "Verborgen Claire"
        rounds.forget("a03")
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("s.db*"))
    assert b"Claire" not in raw


def test_a_wish_that_comes_with_a_decline_is_read_under_french_titles(
    season: Path, tmp_path: Path
) -> None:
    store = tmp_path / "s.db"
    shutil.copy(season, store)
    text = "N° membre;Réponse;Thème 1;Modérateur\na03;refuse;Égalité de genre;oui\n"
    with Rounds.open(store) as rounds:
        assert rounds.answer(answers(tmp_path / "a.csv", text)) == ()
        changed = rounds.state().edition().member_by_id["a03"]
    assert (changed.themes, changed.moderator, changed.commits) == (("gender",), True, True)
