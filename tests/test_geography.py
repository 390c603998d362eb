"""Postcodes: as they are typed, and looked up, exactly or by their prefix."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_grouping.geography import (
    PostcodePoint,
    PostcodeTable,
    lost_zero,
    normalise_postcode,
)
from sip_grouping.geography.distance import distance_m


def point(
    country: str, postcode: str, latitude: float, longitude: float, precision_km: float = 1.0
) -> PostcodePoint:
    return PostcodePoint(country, postcode, f"place {postcode}", latitude, longitude, precision_km)


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [
        ("FR", "75011", "75011"),
        ("FR", " 75 011 ", "75011"),
        ("FR", "75\u00a0011", "75011"),
        ("FR", "F-75011", "75011"),
        ("FR", "fr 75011", "75011"),
        ("FR", "F75011", "75011"),
        ("FR", "75380 CEDEX 08", "75380"),
        ("FR", "75380 cedex", "75380"),
        ("FR", "75380CEDEX8", "75380"),
        ("FR", "69432 LYON CEDEX 03", "69432"),
        ("FR", "01000", "01000"),
        ("FR", "75011.0", "75011"),
        ("FR", "1000", "1000"),
        ("FR", "1000.0", "1000"),
        ("FR", "PARIS CEDEX", "PARIS CEDEX"),
        ("FR", "B-1000", "B-1000"),
        ("FR", "", ""),
        ("BE", "B-1000", "1000"),
        ("BE", "B 1000", "1000"),
        ("BE", "BE-1000", "1000"),
        ("BE", "be1000", "1000"),
        ("BE", "F-1000", "F-1000"),
        ("BE", "1000 CEDEX", "1000 CEDEX"),
        ("BE", "\uff11\uff10\uff10\uff10", "1000"),
        ("BE", "10\x1f00", "1000"),
        ("FR", "36240 Écueillé 3e", "36240"),
        ("BE", "1000\nBruxelles", "1000"),
        ("XX", " 12 34 ", "1234"),
    ],
)
def test_a_postcode_as_it_was_typed(country: str, text: str, code: str) -> None:
    assert normalise_postcode(country, text) == code


@given(st.sampled_from(["BE", "FR"]), st.text(max_size=20))
def test_normalising_never_adds_digits_and_settles(country: str, text: str) -> None:
    once = normalise_postcode(country, text)
    assert normalise_postcode(country, once) == once
    assert sum(letter.isascii() and letter.isdigit() for letter in once) <= 3 * len(text)


@pytest.mark.parametrize(
    ("country", "code", "meant"),
    [
        ("FR", "1000", "01000"),
        ("FR", "9 800", "09800"),
        ("FR", "1000.0", "01000"),
        ("FR", "01000", None),
        ("FR", "0100", None),
        ("FR", "100", None),
        ("FR", "100A", None),
        ("BE", "1000", None),
        ("BE", "100", None),
    ],
)
def test_a_lost_zero_is_offered_and_never_put_back(
    country: str, code: str, meant: str | None
) -> None:
    assert lost_zero(country, code) == meant


SMALL = PostcodeTable(
    [
        point("BE", "1000", 50.85, 4.35),
        point("BE", "1030", 50.87, 4.38),
        point("BE", "1400", 50.60, 4.33),
        point("FR", "01400", 46.15, 4.93),
        point("FR", "69003", 45.76, 4.85),
        point("FR", "69430", 46.16, 4.59),
        point("FR", "20000", 41.92, 8.74),
        point("FR", "97110", 16.24, -61.54),
        point("FR", "97410", -21.34, 55.48),
    ]
)


def test_the_very_code() -> None:
    located = SMALL.locate("FR", "F-69 003")
    assert located is not None
    assert (located.matched, located.exact, located.likely_error_km) == ("69003", True, 1.0)
    assert located.point.coordinates == (45.76, 4.85)


def test_one_code_in_two_countries() -> None:
    belgian, french = SMALL.locate("BE", "1400"), SMALL.locate("FR", "01400")
    assert belgian is not None
    assert french is not None
    assert distance_m(belgian.point.coordinates, french.point.coordinates) > 400_000


def test_a_code_without_its_zero_stays_unknown() -> None:
    assert SMALL.locate("FR", "1400") is None


@pytest.mark.parametrize("text", ["", "abc", "690033", "6900", "69OO3", "B-1000", "-6903"])
def test_what_is_no_postcode_is_not_guessed(text: str) -> None:
    assert SMALL.locate("FR", text) is None


def test_an_unknown_country() -> None:
    assert SMALL.locate("NL", "1000") is None


def test_the_longest_prefix_and_how_far_it_may_be_off() -> None:
    located = SMALL.locate("FR", "69432 LYON CEDEX 03")
    assert located is not None
    assert (located.matched, located.exact) == ("6943", False)
    assert located.point.postcode == "69432"
    # One code alone has no spread; the codes around it do: Lyon is 49 km from Beaujeu.
    assert 45 < located.likely_error_km < 55
    assert located.point.precision_km == located.likely_error_km


def test_a_prefix_lies_at_the_mean_of_its_codes() -> None:
    located = SMALL.locate("BE", "1099")
    assert located is not None
    assert located.matched == "10"
    assert located.point.coordinates == (50.86, 4.365)
    assert 1 <= located.likely_error_km < 3


def test_a_prefix_is_no_more_precise_than_its_codes() -> None:
    table = PostcodeTable([point("BE", "1000", 50.85, 4.35, 7.0)])
    located = table.locate("BE", "1005")
    assert located is not None
    assert located.likely_error_km == 7.0


def test_one_digit_says_nothing() -> None:
    assert SMALL.locate("BE", "1999") is None
    assert SMALL.locate("FR", "61000") is None


def test_overseas_needs_three_digits() -> None:
    assert SMALL.locate("FR", "97300") is None
    located = SMALL.locate("FR", "97499")
    assert located is not None
    assert located.matched == "974"
    assert SMALL.locate("FR", "98000") is None


def test_corsica() -> None:
    located = SMALL.locate("FR", "20599")
    assert located is not None
    assert located.matched == "20"


def test_overlay_lets_the_other_win_and_changes_neither() -> None:
    own = PostcodeTable([point("BE", "1000", 50.0, 4.0), point("BE", "1931", 50.9, 4.4)])
    both = SMALL.overlay(own)
    assert len(both) == len(SMALL) + 1
    assert {p.latitude for p in both if p.postcode == "1000"} == {50.0}
    assert {p.latitude for p in SMALL if p.postcode == "1000"} == {50.85}
    assert ("BE", "1931") in both
    assert ("BE", "1931") not in SMALL


def test_a_code_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="BE 1000 is given twice"):
        PostcodeTable([point("BE", "1000", 50, 4), point("BE", "1000", 51, 4)])


def test_what_a_table_shows_of_itself() -> None:
    assert repr(SMALL) == "PostcodeTable(BE: 3, FR: 6)"
    assert repr(PostcodeTable([])) == "PostcodeTable(empty)"


def test_importing_reads_no_table() -> None:
    program = (
        "import sip_grouping.geography.table as g; assert g._bundled_table.cache_info().currsize == 0; "
        "assert g.PostcodeTable.bundled() is g.PostcodeTable.bundled()"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
