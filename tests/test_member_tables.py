"""Tables of members and groups: the answers in them, never names, and the same columns where no row is."""

from pathlib import Path

import pandas as pd
import pytest
from positions import table_of
from small import member, office, small_edition

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.grouping import GROUP_COLUMNS, MEMBER_COLUMNS, reason_sentence
from sip_grouping.problem.classes import member_classes

PEOPLE = [
    member(
        "m0",
        themes=("a", "b"),
        moderator=True,
        video=False,
        languages=("nl", "fr"),
        slots=("tue-evening",),
        office="hub",
        name="Secret Alice",
        email="alice@secret.example",
        extra={"Remarque": "aucune", "rank": "own", "rank_answer": "own2", "country": "Ailleurs"},
    ),
    member("m1", latitude=None, longitude=None, together=("m0",)),
    member(
        "m2", cooperator=False, extra={"E-mail": "y@secret.example", "email": "x@secret.example"}
    ),
]
THEMES = [sip.Theme(id="a"), sip.Theme(id="b")]


@pytest.fixture(scope="module")
def edition() -> sip.Edition:
    return small_edition(PEOPLE, themes=THEMES)


@pytest.fixture(scope="module")
def result(edition: sip.Edition) -> sip.Result:
    return sip.form_groups(edition, work_limit=10)


@pytest.fixture(scope="module")
def nothing() -> sip.Result:
    edition = small_edition(PEOPLE, themes=[sip.Theme(id="a", groups_min=9), sip.Theme(id="b")])
    result = sip.form_groups(edition, work_limit=10)
    assert result.grouping is None
    return result


def test_the_members_table_has_the_columns_of_the_file(edition: sip.Edition) -> None:
    table = edition.members_table
    assert list(table["member_id"]) == ["m0", "m1", "m2"]
    assert {
        "member_id", "country", "postcode", "theme_1", "theme_2", "office", "cooperator", "commits",
        "moderator", "secretary", "local", "video", "languages", "slots", "together", "apart",
        "latitude", "longitude", "Remarque",
    } <= set(table.columns)  # fmt: skip
    assert list(table.columns[:5]) == ["member_id", "country", "postcode", "theme_1", "theme_2"]
    first = table.iloc[0]
    assert (first["theme_1"], first["theme_2"]) == ("a", "b")
    assert (first["languages"], first["slots"]) == ("nl fr", "tue-evening")
    assert (bool(first["moderator"]), bool(first["video"])) == (True, False)
    assert pd.isna(table["theme_2"].iloc[1])
    assert pd.isna(table["latitude"].iloc[1])
    assert table["together"].iloc[1] == "m0"


def test_no_table_has_names_or_addresses(edition: sip.Edition, result: sip.Result) -> None:
    for table in (edition.members_table, result.members, result.groups):
        assert not {"name", "email"} & set(table.columns)
        assert "Alice" not in table.to_csv()
        assert "example" not in table.to_csv()


def test_the_members_table_is_read_again_as_the_same_edition() -> None:
    people = [member("m0", themes=("a", "b"), languages=("nl", "en", "fr"), extra={"Note": "x"}),
              member("m1", moderator=True, video=False, office="hub", extra={"Note": ""})]  # fmt: skip
    before = small_edition(people, themes=THEMES)
    offices = pd.DataFrame([office().model_dump()])
    again = sip.edition_from_frames(
        name=before.name,
        themes=THEMES,
        members=before.members_table,
        offices=offices,
        rules=before.rules,
        places=before.places,
        score=before.score,
        reading=sip.Reading(ignore=("Note",)),
        postcodes=table_of(before),
    )
    assert again.members == before.members
    assert again.digest == before.digest


def test_languages_stay_in_the_order_in_which_they_are_listed(tmp_path: Path) -> None:
    orders = (("nl", "fr"), ("fr", "nl"), ("nl", "en", "fr"), ("de", "en"), ())
    people = [member(f"m{at}", languages=order) for at, order in enumerate(orders)]
    edition = small_edition(people)
    sip.save_edition(edition, tmp_path / "edition")
    again = sip.load_edition(tmp_path / "edition", postcodes=table_of(edition))
    assert tuple(one.languages for one in again.members) == orders


def test_members_who_list_the_same_languages_in_another_order_are_alike_to_the_model() -> None:
    orders = (("nl", "fr"), ("fr", "nl"), ("nl", "fr"))
    edition = small_edition([member(f"m{at}", languages=one) for at, one in enumerate(orders)])
    assert member_classes(edition).count.tolist() == [3]


def test_further_columns_called_like_others_stand_beside_them(
    edition: sip.Edition, result: sip.Result
) -> None:
    table = result.members.set_index("member_id")
    assert len(set(table.columns)) == len(table.columns)
    assert table.loc["m0", "rank"] == 1
    assert table.loc["m0", "rank_answer"] == "own2"
    assert table.loc["m0", "rank_answer_answer"] == "own"
    assert table.loc["m0", "country"] == "BE"
    assert table.loc["m0", "country_answer"] == "Ailleurs"
    own = edition.members_table.set_index("member_id")
    assert own.loc["m0", "rank"] == "own"
    assert own.loc["m0", "country_answer"] == "Ailleurs"


def test_the_result_has_the_answers_beside_the_placements(
    edition: sip.Edition, result: sip.Result
) -> None:
    table = result.members
    assert tuple(table.columns[: len(MEMBER_COLUMNS)]) == MEMBER_COLUMNS
    answers = [c for c in edition.members_table.columns if c not in {"rank", "rank_answer"}]
    assert set(answers) <= set(table.columns)
    assert list(table.sort_values("member_id")["office"])[:1] == ["hub"]
    assert len(table) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_stand_in_words_beside_their_codes(result: sip.Result, language: Language) -> None:
    assert result.grouping is not None
    left = sip.LeftOut(member_id="m0", status=sip.LeftOutStatus.UNPLACED, reason=sip.Reason.TOO_FEW)
    placed = tuple(one for one in result.grouping.placements if one.member_id != "m0")
    grouping = result.grouping.model_copy(update={"left_out": (left,), "placements": placed})
    table = sip.members_table(result.edition, grouping, language).set_index("member_id")
    assert table.loc["m0", "reason"] == "too-few"
    assert table.loc["m0", "reason_text"] == reason_sentence(sip.Reason.TOO_FEW, language)
    assert table.drop(index="m0")["reason_text"].isna().all()
    assert "reason_text_answer" not in table.columns
    columns = list(result.members.columns)
    assert columns[columns.index("reason") + 1] == "reason_text"


def test_an_own_column_called_like_the_words_of_a_reason_stays(result: sip.Result) -> None:
    members = tuple(
        one.model_copy(update={"extra": {"reason_text": "mine"}}) for one in result.edition.members
    )
    edition = result.edition.replace(members=members)
    table = sip.members_table(edition, result)
    assert set(table["reason_text_answer"]) == {"mine"}
    assert set(table["reason_text"].dropna()) == {reason_sentence(sip.Reason.NOT_COOPERATOR)}


def test_without_a_grouping_all_columns_and_dtypes_are_there(
    result: sip.Result, nothing: sip.Result
) -> None:
    for full, empty in ((result.members, nothing.members), (result.groups, nothing.groups)):
        assert len(empty) == 0
        assert len(full) > 0
        assert list(empty.columns) == list(full.columns)
        assert list(empty.dtypes) == list(full.dtypes)
    assert tuple(nothing.groups.columns) == GROUP_COLUMNS


def test_an_edition_without_answers_has_the_same_dtypes(edition: sip.Edition) -> None:
    empty = small_edition([]).members_table
    full = edition.members_table
    assert len(empty) == 0
    for column in empty.columns:
        assert empty[column].dtype == full[column].dtype
    assert empty["video"].dtype == bool


def test_a_grouping_without_groups_has_the_same_dtypes(result: sip.Result) -> None:
    alone = sip.form_groups(small_edition([member("m0")]), work_limit=10)
    assert alone.grouping is not None
    assert not alone.grouping.group_records
    assert result.grouping is not None
    for name in ("members", "groups"):
        one, other = getattr(alone.grouping, name), getattr(result.grouping, name)
        assert list(one.dtypes) == list(other.dtypes)
