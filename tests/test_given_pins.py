"""Pins given in a call: the same as those of pins.csv, towns found in the same way."""

from pathlib import Path

import pytest
from bad_editions import GOOD, write_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, Track
from sip_grouping.errors import InputError
from sip_grouping.geography import PostcodePoint, PostcodeTable
from sip_grouping.reading import load_edition
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify

HEADER = GOOD["pins.csv"].splitlines()[0]


def edition_with(tmp_path: Path, *rows: str, postcodes: PostcodeTable | None = None) -> Edition:
    """Return the good edition with these rows of pins.csv, and none where there are no rows."""
    folder = write_edition(tmp_path / f"edition{len(rows)}")
    (folder / "pins.csv").unlink()
    if rows:
        (folder / "pins.csv").write_text("\n".join([HEADER, *rows]), "utf-8")
    return load_edition(folder, postcodes=postcodes)


def pinned(place: str, member_id: str = "m1") -> Pin:
    return Pin(
        member_id=member_id, theme="support", track=Track.LOCAL, place=place, with_members=("m2",)
    )


def test_a_town_that_only_the_pin_names_is_found(tmp_path: Path) -> None:
    """Nobody lives in Seraing: its postcode is looked up for the pin."""
    read = edition_with(tmp_path, "m1,support,local,BE-4100,,m2")
    given = edition_with(tmp_path).with_pins((pinned("BE-4100"),))
    assert given == read
    assert given.digest == read.digest
    result = form_groups(edition_with(tmp_path), pins=[pinned("BE-4100")], work_limit=50)
    assert result.grouping is not None
    group = result.grouping.group_by_id[
        next(one.group_id for one in result.grouping.placements if one.member_id == "m1")
    ]
    assert (group.place, group.place_name) == ("BE-4100", "Seraing")
    assert verify(read, result.grouping).ok


def test_an_approximate_town_is_warned_of_as_in_a_file(tmp_path: Path) -> None:
    read = edition_with(tmp_path, "m1,support,local,BE-4099,,m2")
    given = edition_with(tmp_path).with_pins((pinned("BE-4099"),))
    assert [one.code for one in given.warnings] == ["approximate-postcode"]
    assert [one.message for one in given.warnings] == [one.message for one in read.warnings]
    assert given.locations == read.locations


@pytest.mark.parametrize("place", ["BE-99", "FR-4000", "BE-0000", "BE-ABCD", "BE-12-34", "nowhere"])
def test_a_town_that_is_none_gets_the_same_finding_as_in_a_file(place: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as of_file:
        edition_with(tmp_path, f"m1,support,local,{place},,m2")
    with pytest.raises(InputError) as of_call:
        edition_with(tmp_path).with_pins((pinned(place),))

    def said(error: InputError) -> list[tuple[str, str, str, str | None, str | None]]:
        return [
            (one.code, one.message, one.remedy, one.column, one.value) for one in error.findings
        ]

    assert said(of_call.value) == said(of_file.value)
    assert [one.row for one in of_call.value.findings] == ["pin 1"]


def test_pins_given_are_counted_by_themselves(tmp_path: Path) -> None:
    """The first pin of the call is pin 1, whatever pins the edition has."""
    edition = load_edition(write_edition(tmp_path / "good"))
    with pytest.raises(InputError) as caught:
        edition.with_pins((pinned("BE-0000", "m4").model_copy(update={"with_members": ()}),))
    assert [one.row for one in caught.value.findings] == ["pin 1"]
    with pytest.raises(InputError) as caught:
        edition.with_pins((pinned("liege"),))
    (finding,) = caught.value.findings
    assert (finding.code, finding.row) == ("duplicate-pin", "pin 1")
    assert "row edition.pins[0] too" in finding.message


def test_an_own_table_tells_where_a_pinned_town_lies(tmp_path: Path) -> None:
    own = PostcodeTable([PostcodePoint("BE", "0001", "Own town", 50.6, 5.6, 0.1)])
    given = edition_with(tmp_path).with_pins((pinned("BE-0001"),), postcodes=own)
    assert given.location_by_town["BE-0001"].place_name == "Own town"


def test_a_town_known_to_the_edition_is_not_looked_up_again(tmp_path: Path) -> None:
    moved = PostcodeTable([PostcodePoint("BE", "4020", "Elsewhere", 50.6, 5.6, 0.1)])
    edition = edition_with(tmp_path, postcodes=PostcodeTable.bundled().overlay(moved))
    given = edition.with_pins((pinned("BE-4020"),))
    assert given.location_by_town["BE-4020"].place_name == "Elsewhere"
    assert given.locations == edition.locations
