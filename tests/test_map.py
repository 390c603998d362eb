"""Maps: who is drawn where, the same each time, no home exact, no text that runs; page, PNG and SVG."""

import math
import re
from functools import cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from groupings_by_hand import grouping_of
from nasty_edition import TEXTS, nasty_edition, nasty_grouping
from outline import Outline
from small import member, office, small_edition

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.edition.records import Theme, Track
from sip_grouping.grouping import LeftOutStatus
from sip_grouping.report.map.frames import frames_of
from sip_grouping.report.map.labels import Label, labels_of
from sip_grouping.report.map.page import map_page
from sip_grouping.report.map.palette import SHAPES, style_of
from sip_grouping.report.map.picture import map_picture
from sip_grouping.report.map.scene import STACK_RADIUS, Mark, Scene, scene_of
from sip_grouping.report.speech import Words
from sip_grouping.solve import form_groups

BRUSSELS, PARIS, LILLE, REUNION, MONTREAL = (
    (50.85, 4.35), (48.86, 2.35), (50.63, 3.06), (-20.9, 55.5), (45.5, -73.6),
)  # fmt: skip


@cache
def formed() -> tuple[sip.Edition, sip.Grouping]:
    edition = sip.synthetic_edition(members=150, seed=4)
    grouping = form_groups(edition, gap=0.02, work_limit=20).grouping
    assert grouping is not None
    assert {one.track for one in grouping.group_records} == {Track.LOCAL, Track.VIDEO}
    assert any(one.status is LeftOutStatus.UNPLACED for one in grouping.left_out)
    return edition, grouping


@cache
def scene() -> Scene:
    return scene_of(*formed())


# Frames


def test_a_spot_lies_where_it_is_on_its_frame() -> None:
    (frame,), found = frames_of([BRUSSELS, PARIS, LILLE])
    assert set(found) == {BRUSSELS, PARIS, LILLE}
    (x_paris, y_paris), (x_lille, y_lille) = frame.point(PARIS), frame.point(LILLE)
    x_brussels, y_brussels = frame.point(BRUSSELS)
    assert 0 < x_paris < x_lille < x_brussels < frame.width
    assert 0 < y_brussels < y_lille < y_paris < frame.height
    # Mercator keeps angles: a degree of latitude there is about 1.6 of longitude.
    assert (y_paris - y_lille) / (x_lille - x_paris) == pytest.approx(
        1.77 / 0.71 / math.cos(math.radians(49.75)), rel=0.01
    )


def test_a_region_overseas_has_a_frame_of_its_own_and_far_homes_none() -> None:
    frames, found = frames_of([BRUSSELS, REUNION, MONTREAL])
    assert [one.region.id if one.region else None for one in frames] == [None, "FR-RE"]
    assert found == {BRUSSELS: 0, REUNION: 1}
    for spot, number in found.items():
        x, y = frames[number].point(spot)
        assert 0 < x < frames[number].width
        assert 0 < y < frames[number].height
    # The whole island is seen, not the home alone.
    assert [one.id for one in frames[1].shapes] == ["FR-RE"]


def test_without_a_spot_both_countries_are_shown() -> None:
    (frame,), found = frames_of([])
    assert found == {}
    assert len(frame.shapes) == 24


# The scene


def test_each_placement_has_one_mark_and_each_member_left_out_another() -> None:
    edition, grouping = formed()
    drawn = [
        (m.placement.member_id, one.group.group_id) for one in scene().groups for m in one.members
    ]
    assert sorted(drawn) == sorted((p.member_id, p.group_id) for p in grouping.placements)
    assert [one.left_out for one in scene().left_out] == [
        one for one in grouping.left_out if one.status is LeftOutStatus.UNPLACED
    ]
    assert scene().outside == 0
    for one in scene().groups:
        assert (one.mark is None) == (one.group.track is Track.VIDEO)
    assert len(edition.themes) == len(scene().themes)


def marks() -> list[Mark]:
    found = [m.mark for one in scene().groups for m in one.members]
    found += [one.mark for one in scene().left_out]
    return [one for one in found if one is not None]


def test_no_two_marks_cover_each_other_and_none_is_at_a_home() -> None:
    edition, _ = formed()
    frames = scene().frames
    exact = {
        (round(x, 1), round(y, 1))
        for one in edition.members
        for x, y in [frames[0].point(edition.position(one))]
    }
    places = [(one.at[0] + one.aside[0], one.at[1] + one.aside[1]) for one in marks()]
    for one in marks():
        assert math.hypot(*one.aside) > 2
    assert not exact & {(round(x, 1), round(y, 1)) for x, y in places}
    together: dict[tuple[float, float], list[tuple[float, float]]] = {}
    for one in marks():
        together.setdefault(one.at, []).append(one.aside)
    assert max(map(len, together.values())) > 1
    for several in together.values():
        for aside, other in combinations(several, 2):
            assert math.dist(aside, other) > 4


def test_own_coordinates_do_not_show_to_the_metre() -> None:
    homes = [member(f"m{number}", 0.123 * number) for number in range(3)]
    edition = small_edition(homes, offices=[office()])
    grouping = form_groups(edition).grouping
    assert grouping is not None
    made = scene_of(edition, grouping)
    spots = {m.mark.at for one in made.groups for m in one.members if m.mark}
    assert spots <= {
        made.frames[0].point((round(50.0 + step / 100, 2), 4.0)) for step in range(-2, 3)
    }


def test_the_order_of_members_moves_no_mark() -> None:
    edition, grouping = formed()
    turned = grouping.model_copy(update={"placements": tuple(reversed(grouping.placements))})
    again = scene_of(edition, turned)
    wanted = {m.placement.member_id: m.mark for one in scene().groups for m in one.members}
    assert {m.placement.member_id: m.mark for one in again.groups for m in one.members} == wanted


def test_groups_of_one_place_stand_beside_each_other() -> None:
    at_place: dict[object, list[Mark]] = {}
    for one in scene().groups:
        if one.mark is not None:
            at_place.setdefault(one.mark.at, []).append(one.mark)
    several = [found for found in at_place.values() if len(found) > 1]
    assert several
    for found in several:
        for mark, other in combinations(found, 2):
            assert math.dist(mark.aside, other.aside) > 15


@pytest.mark.parametrize("many", [1, 2, 5, 7, 8, 20, 120])
def test_any_number_of_groups_stands_around_its_place_and_apart(many: int) -> None:
    """One group after another opens at the hub; where there are more than a ring holds, they are a stack."""
    groups = {f"g{number}": ["a"] for number in range(many)}
    grouping = grouping_of(groups)
    at_hub = {"latitude": 50.0, "longitude": 4.0}
    records = [one.model_copy(update=at_hub) for one in grouping.group_records]
    edition = small_edition([member("a")], offices=[office()])
    made = scene_of(edition, grouping.model_copy(update={"group_records": tuple(records)}))
    asides = [one.mark.aside for one in made.groups if one.mark is not None]
    assert len(asides) == many
    nearest = min((math.dist(*two) for two in combinations(asides, 2)), default=22.0)
    assert nearest >= 15
    furthest = max(math.hypot(*one) for one in asides)
    assert furthest < (30 if many <= 7 else 12 * math.sqrt(many + 6))
    if many <= 7:
        assert made.stacks == ()
        return
    (stack,) = made.stacks
    assert [one.number for one in stack.groups] == list(range(many))
    assert made.stacked == set(range(many))
    assert furthest < stack.reach
    # Nor do they touch the sign in the middle.
    assert min(math.hypot(*one) for one in asides) > STACK_RADIUS + 7.5


def test_marks_are_smaller_where_there_are_many() -> None:
    many = [f"m{number}" for number in range(2_001)]
    edition = small_edition([member(one) for one in many], offices=[office()])
    for count, scale in ((2_000, 1.0), (2_001, 0.7)):
        made = scene_of(edition, grouping_of({"g1": many[:count]}))
        assert made.scale == scale
        found = [m.mark.aside for one in made.groups for m in one.members if m.mark is not None]
        assert max(math.hypot(*one) for one in found) < 27 * scale


def test_themes_may_be_chosen() -> None:
    edition, grouping = formed()
    wanted = edition.themes[1].id
    made = scene_of(edition, grouping, [wanted])
    assert {one.group.theme for one in made.groups} == {wanted}
    assert {one.theme for one in made.groups} == {1}
    for one in made.left_out:
        assert wanted in edition.member_by_id[one.left_out.member_id].themes


def test_forty_two_themes_look_different() -> None:
    looks = {style_of(number) for number in range(42)}
    assert len(looks) == 42
    assert all(0 <= one.shape < len(SHAPES) for one in looks)
    # Neighbours differ in both.
    for number in range(41):
        one, other = style_of(number), style_of(number + 1)
        assert one.colour != other.colour
        assert one.shape != other.shape


def _sides(label: Label, zoom: float) -> tuple[float, float]:
    """Return where a name begins and ends, with letters of 7 pixels."""
    begins = label.at[0] * zoom + label.aside[0]
    return begins, begins + (-7 if label.leftwards else 7) * len(label.text)


def test_names_that_are_shown_together_do_not_cover_each_other() -> None:
    labels = labels_of(scene(), 0)
    assert {one.text for one in labels} >= {
        one.group.place_name for one in scene().groups if one.mark is not None
    }
    for zoom in (1.0, 2.0, 4.0, 8.0):
        for one, other in combinations([one for one in labels if one.zoom <= zoom], 2):
            above = abs(one.at[1] - other.at[1]) * zoom
            ends = sorted(sorted(_sides(label, zoom)) for label in (one, other))
            assert above >= 15 or ends[0][1] <= ends[1][0], (one.text, other.text, zoom)
    assert any(one.zoom <= 1 for one in labels)


# The page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_in_its_language(language: Language) -> None:
    edition, grouping = formed()
    text = map_page(edition, grouping, language=language)
    outline = Outline(text)
    assert ("html", {"lang": language}) in outline.tags
    assert not re.search(r"https?://|url\(|@import|@font-face", text)
    for tag, attributes in outline.tags:
        assert not {"src", "style"} & set(attributes), tag
        assert not any(name.startswith("on") for name in attributes), tag
        href = attributes.get("href")
        assert href in {None, "data:,"} or f'id="{str(href).removeprefix("#")}"' in text
    assert [tag for tag, _ in outline.tags].count("script") == 1
    assert len(text.encode()) < 1_000_000
    assert text == map_page(edition, grouping, language=language)
    assert edition.themes[0].title_in(language) in outline.text


def test_the_page_shows_every_group_and_every_member_once() -> None:
    edition, grouping = formed()
    outline = Outline(map_page(edition, grouping, language="en"))
    labels = [str(one["aria-label"]) for _, one in outline.tags if "data-mark" in one]
    local = [one for one in grouping.group_records if one.track is Track.LOCAL]
    assert sum(label.startswith("Group ") for label in labels) == len(local)
    for placement in grouping.placements:
        told = [one for one in labels if one.startswith(f"Member {placement.member_id} ·")]
        assert len(told) == 1
        assert placement.group_id in told[0]
        size = grouping.group_by_id[placement.group_id].size
        assert f"({size} members)" in told[0]
        if placement.travel_m is not None:
            assert f"{placement.travel_m / 1000:.1f}\u00a0km from home" in told[0]
    for one in scene().left_out:
        assert any(
            label.startswith(f"Member {one.left_out.member_id} has no group: ") for label in labels
        )
    for group in grouping.group_records:
        assert f"Group {group.group_id} · " in outline.text


def test_a_map_of_some_themes_says_which() -> None:
    edition, grouping = formed()
    theme = edition.themes[0]
    groups = [one for one in grouping.group_records if one.theme == theme.id]
    text = Outline(map_page(edition, grouping, language="en", themes=[theme.id])).text
    assert f"Support: {len(groups)} groups with {sum(one.size for one in groups)} members." in text
    assert "who take part" not in text
    assert "who take part" in Outline(map_page(edition, grouping, language="en")).text


def test_no_name_and_no_address_is_on_a_map() -> None:
    edition, grouping = nasty_edition(), nasty_grouping(nasty_edition())
    outline = Outline(map_page(edition, grouping, language="en"))
    assert "@nasty.example" not in outline.text
    named = edition.replace(
        members=[one.model_copy(update={"name": "Secret Name"}) for one in edition.members]
    )
    assert "Secret Name" not in map_page(named, grouping, language="en")


def test_whatever_texts_hold_is_text() -> None:
    edition = nasty_edition()
    grouping = nasty_grouping(edition)
    assert sip.verify(edition, grouping).ok
    for language in LANGUAGES:
        outline = Outline(map_page(edition, grouping, language=language))
        assert [tag for tag, _ in outline.tags].count("script") == 1
        assert {tag for tag, _ in outline.tags} <= {
            *("html", "head", "meta", "title", "link", "style", "body", "main", "h1", "h2", "p"),
            *("svg", "defs", "path", "circle", "g", "use", "text", "div", "fieldset", "legend"),
            *("label", "input", "span", "ul", "li", "button", "strong", "figure", "figcaption"),
            "script",
        }
        for _, attributes in outline.tags:
            assert not any(name.startswith("on") for name in attributes)
        for theme in edition.themes:
            assert theme.title_in(language) in outline.text


def test_fifty_nasty_texts_and_more_stand_wherever_one_may() -> None:
    assert len(TEXTS) >= 100
    edition = nasty_edition()
    assert {one.name for one in edition.members} == set(TEXTS)
    assert {key for one in edition.members for key in one.extra} == set(TEXTS)
    ids = {one.member_id for one in edition.members} | {one.office_id for one in edition.offices}
    assert len(ids & set(TEXTS)) > 20


# Pictures


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_repeat_byte_for_byte(language: Language) -> None:
    words = Words(language)
    # A png of the same drawing takes three times as long.
    for kind in ("png", "svg") if language == "fr" else ("svg",):
        one = map_picture(scene(), words, kind)
        assert one == map_picture(scene_of(*formed()), words, kind)
        if kind == "png":
            assert one.startswith(b"\x89PNG")
            assert b"matplotlib" not in one
        else:
            assert b"<dc:date>" not in one
            ET.fromstring(one)  # noqa: S314 - we wrote it


def test_a_picture_takes_any_text() -> None:
    edition = nasty_edition()
    made = scene_of(edition, nasty_grouping(edition))
    for language in LANGUAGES:
        svg = map_picture(made, Words(language), "svg").decode()
        root = ET.fromstring(svg)  # noqa: S314
        assert not [one for one in root.iter() if one.tag.endswith("script")]
        assert not re.search(r"<[^!>]*\son\w+=", svg)
    assert map_picture(made, Words("fr"), "png").startswith(b"\x89PNG")


def test_a_picture_lists_some_of_very_many_video_groups() -> None:
    groups = {f"video{number}": ["a"] for number in range(25)}
    edition = small_edition([member("a")], offices=[office()])
    made = scene_of(edition, grouping_of(groups, by_video=tuple(groups)))
    svg = map_picture(made, Words("nl"), "svg").decode()
    assert "<!-- video17 · 1 lid -->" in svg
    assert "<!-- video18 · 1 lid -->" not in svg
    assert "<!-- en nog 7 groepen -->" in svg


def test_a_grouping_without_groups_has_a_map() -> None:
    edition = small_edition([member("a")], themes=[Theme(id="a")])
    grouping = form_groups(edition).grouping
    assert grouping is not None
    assert not grouping.group_records
    assert "0 groups" in Outline(map_page(edition, grouping, language="en")).text
    assert map_picture(scene_of(edition, grouping), Words("en"), "png").startswith(b"\x89PNG")


# Files


def test_a_map_is_written_as_its_name_says(tmp_path: Path) -> None:
    edition, grouping = formed()
    begins = {
        "html": b"<!doctype html>",
        "png": b"\x89PNG",
        "svg": b"<?xml",
        "HTM": b"<!doctype html>",
    }
    for ending, beginning in begins.items():
        file = tmp_path / f"map.{ending}"
        sip.export_map(edition, grouping, file, language="nl")
        assert file.read_bytes().startswith(beginning)
        with pytest.raises(sip.OutputError):
            sip.export_map(edition, grouping, file)
        sip.export_map(edition, grouping, file, themes=[edition.themes[0].id], force=True)


def test_an_unknown_theme_and_an_unknown_kind_are_named_together(tmp_path: Path) -> None:
    edition, grouping = formed()
    with pytest.raises(sip.InputError) as caught:
        sip.export_map(edition, grouping, tmp_path / "map.pdf", themes=["suport", "support"])
    assert [one.code for one in caught.value.findings] == ["unknown-theme", "unknown-kind-of-map"]
    assert "'support'" in caught.value.findings[0].remedy
    assert not list(tmp_path.iterdir())
