"""Small editions after public bug reports: what people write is understood, or named.

The editions lie beside the project; without them these tests skip.
"""

import runpy
from pathlib import Path

import pytest

import sip_grouping as sip
from sip_grouping.findings import Finding, grouped_lines

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not here")


def read(name: str, mapping: sip.FormMapping | None = None) -> sip.Edition:
    return sip.load_edition(CASES / name, mapping=mapping)


def refused(name: str) -> tuple[Finding, ...]:
    with pytest.raises(sip.InputError) as caught:
        read(name)
    return caught.value.findings


def formed(edition: sip.Edition) -> sip.Result:
    result = sip.form_groups(edition, work_limit=50)
    assert result.grouping is not None
    assert sip.verify(edition, result).ok
    return result


def placed(name: str) -> int:
    result = formed(read(name))
    return len({one.member_id for one in grouping_of(result).placements})


def grouping_of(result: sip.Result) -> sip.Grouping:
    assert result.grouping is not None
    return result.grouping


def codes(found: tuple[Finding, ...]) -> set[str]:
    return {one.code for one in found}


def test_a_town_beside_the_postcode_is_read_and_named() -> None:
    edition = read("02-postcode-with-city")
    assert [one.postcode for one in edition.members] == [
        "75011", "44000", "59000", "1000", "1000", "4000", "4000", "75426",
    ]  # fmt: skip
    assert codes(edition.warnings) >= {"postcode-read", "approximate-postcode"}
    (guessed,) = [one for one in edition.warnings if one.code == "approximate-postcode"]
    assert "Paris" in guessed.message
    assert "km" in guessed.message


def test_the_line_that_names_the_separator_is_obeyed() -> None:
    assert len(read("04-sep-line").members) == 9


def test_the_separator_is_the_one_that_gives_known_columns() -> None:
    edition = read("06-commas-in-title")
    assert len(edition.members) == 9
    assert sum(one.code == "column-not-read" for one in edition.warnings) == 2


def test_characters_that_cannot_be_seen_are_taken_away() -> None:
    edition = read("07-invisible-characters")
    assert [one.member_id for one in edition.members][-2:] == ["m07", "m08"]
    assert {one.office for one in edition.members} == {"bruxelles", "liège"}


def test_a_member_called_by_name_is_offered_by_id_and_never_named() -> None:
    found = refused("09-together-by-name")
    assert len(found) == 5
    (named,) = [one for one in found if one.code == "member-by-name"]
    assert "m01" in named.remedy
    for name in ("Bram", "Claes", "Lambert"):
        assert name not in str(sip.InputError(found))


def test_words_of_a_form_are_named_and_a_mapping_reads_them() -> None:
    found = refused("10b-words-of-a-form")
    assert {one.column for one in found} == {"moderator", "languages"}
    assert len(grouped_lines(found)) == 2
    mapping = sip.FormMapping(
        values={
            "moderator": {"Oui, avec plaisir": "yes", "Non merci": "no"},
            "languages": {"fr/nl": "fr, nl"},
        }
    )
    edition = read("10b-words-of-a-form", mapping)
    assert {one.country for one in edition.members} == {"BE"}
    assert [one.moderator for one in edition.members].count(True) == 3
    assert [one.secretary for one in edition.members].count(True) == 3


def test_several_themes_in_one_cell_are_offered_column_by_column() -> None:
    found = refused("11b-several-themes-in-one-cell")
    several = [one for one in found if one.code == "several-themes-in-one-cell"]
    assert [one.row for one in several] == [2, 3]
    assert "theme_1 support, theme_2 gender" in several[0].remedy
    (numbered,) = [one for one in found if one.code == "unknown-theme"]
    assert "did you mean 'support'" in numbered.remedy


def test_coordinates_are_compared_with_the_postcode() -> None:
    found = refused("13c-coordinates-plausible-errors")
    assert [(one.code, one.row) for one in found] == [
        ("swapped-coordinates", 3),
        ("null-island", 4),
    ]


def test_names_and_regions_of_a_language_are_that_language() -> None:
    edition = read("14-language-names")
    assert {code for one in edition.members for code in one.languages} == {"fr", "nl"}
    assert placed("14-language-names") == 8


def test_groups_of_one_member_have_different_slots() -> None:
    result = formed(read("16-two-groups-same-slot"))
    ids = [one.member_id for one in grouping_of(result).placements]
    assert len(ids) == len(set(ids))


def test_a_conflict_names_both_rules() -> None:
    result = sip.form_groups(read("19e-pin-of-the-only-moderator-as-secretary"), work_limit=50)
    assert result.grouping is None
    assert result.conflict is not None
    assert len(result.conflict.rules) >= 2


@pytest.mark.parametrize("name", ["23-moderator-apart-from-secretary", "36-bilingual-brussels"])
def test_a_reason_is_true_of_every_group(name: str) -> None:
    result = formed(read(name))
    reasons = {one.reason for one in grouping_of(result).left_out}
    assert "outweighed" not in reasons


def test_an_id_that_a_spreadsheet_rewrote_is_named_as_that() -> None:
    (found,) = refused("26-ids-through-excel")
    assert (found.code, found.value) == ("id-became-a-number", "1,00E+05")
    assert "spreadsheet" in found.message


def test_headers_in_french_are_read() -> None:
    (member,) = read("30-headers-in-french").members
    assert (member.member_id, member.postcode, member.themes) == (
        "m00",
        "4000",
        ("support", "gender"),
    )
    assert (member.moderator, member.secretary, member.languages) == (True, True, ("fr",))


def test_second_choices_are_read_without_an_underscore() -> None:
    assert placed("32b-theme2-without-underscore") == 8


def test_a_choice_grid_is_named_and_a_mapping_turns_it_round() -> None:
    found = refused("34-choice-grid")
    (missing,) = [one for one in found if one.code == "missing-column"]
    assert "grid" in missing.remedy
    mapping = sip.FormMapping(
        grid={
            "Classez les thèmes [Accompagnement]": "support",
            "Classez les thèmes [Après la crise sanitaire]": "crisis",
            "Classez les thèmes [Égalité de genre]": "gender",
        }
    )
    edition = read("34-choice-grid", mapping)
    assert {one.themes for one in edition.members} == {("support", "gender")}


def test_the_slips_of_a_word_processor_in_toml_are_named() -> None:
    (found,) = refused("39-smart-quotes-in-toml")
    assert (found.code, found.row) == ("typographic-quotes", 1)


def test_an_office_is_read_by_its_name() -> None:
    edition = read("40-office-by-name")
    assert [one.office for one in edition.members] == ["lln", "bru", "bru", "lie"]


def test_pins_of_a_call_are_in_the_grouping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / "43-pins-through-the-api")
    edition = read("43-pins-through-the-api")
    pin = sip.Pin(member_id=edition.members[0].member_id, theme="support", track=sip.Track.VIDEO)
    if not edition.members[0].video:
        pytest.skip("the first member accepts no video")
    result = sip.form_groups(edition, pins=[pin], work_limit=50)
    assert result.grouping is not None
    assert sip.verify(edition, result.grouping).ok


def test_both_causes_of_an_unknown_postcode_are_told() -> None:
    found = refused("45-belgian-code-under-FR")
    assert [one.row for one in found] == [2, 3, 4]
    assert "BE" in found[0].remedy
    assert "Liège" in found[0].remedy
    assert "04000" in found[0].remedy


def test_formulas_stay_texts() -> None:
    assert [one.member_id for one in read("46b-formula-as-id").members][:2] == ["=1+1", "@SUM(A1)"]


def test_a_frame_with_repeated_labels_tells_positions(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(CASES / "48-frame-with-repeated-index" / "run.py"))
    said = capsys.readouterr().out
    assert "row 1 (position 4)" in said
    assert "2 (2)" in said


@pytest.mark.parametrize(
    "name",
    ["closed_theme_ranked_second", "group_id_collision", "group_id_collision_support_BE"],
)
def test_attacks_that_are_valid_editions_are_formed(name: str) -> None:
    formed(read(f"attack/{name}"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("km_overflow__far_overseas__999999_999999", "points-too-large"),
        ("office_named_like_town_of_odd_postcode", "office-called-like-a-town"),
        ("toml_dotted_deep", "malformed-toml"),
        ("theme_column_of_5000_digits", "missing-column"),
    ],
)
def test_attacks_that_are_none_are_refused(name: str, code: str) -> None:
    assert codes(refused(f"attack/{name}")) == {code}
