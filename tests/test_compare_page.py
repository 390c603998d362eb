"""The page of a comparison: well formed, escaped, alone, the same in words as in the picture."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from groupings_by_hand import grouping_of
from outline import Outline
from test_compare import AFTER, BEFORE

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.comparison import flow, page
from sip_grouping.comparison.compared import Compared
from sip_grouping.comparison.flow import Flow, flow_of
from sip_grouping.comparison.words import Words

EVIL = "<script>alert('x')</script>&\""


def picture(*groupings: sip.Grouping) -> Flow:
    names = tuple("ABC"[: len(groupings)])
    compared = Compared(names, groupings, None)
    return flow_of(compared, compared.pairs[0], Words("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_in_its_language(language: Language) -> None:
    text = sip.compare(BEFORE, AFTER, AFTER).html(language)
    outline = Outline(text)
    assert ("html", {"lang": language}) in outline.tags
    assert "script" not in {tag for tag, _ in outline.tags}
    assert not re.search(r"https?://|url\(|@import|@font-face", text)
    for tag, attributes in outline.tags:
        assert not {"src", "onclick", "onload"} & set(attributes), tag
        assert tag not in {"link", "img", "iframe", "object"}
        href = attributes.get("href")
        assert href is None or f'id="{href.removeprefix("#")}"' in text
    assert "prefers-color-scheme: dark" in text
    assert text == sip.compare(BEFORE, AFTER, AFTER).html(language)


def test_whatever_texts_hold_is_text() -> None:
    before = grouping_of({"g1": [EVIL, "b"]}, themes={"g1": EVIL}, places={"g1": EVIL})
    after = grouping_of({"g2": ["b"], "g3": [EVIL]}, themes={"g2": EVIL, "g3": EVIL})
    comparison = sip.compare(before, after, before, names=[EVIL, "B", f"{EVIL}2"])
    for text in (comparison.html(), comparison._repr_html_()):
        assert "<script" not in text
        assert EVIL in Outline(text).text


def test_the_tables_of_the_page_say_what_changed() -> None:
    rows = Outline(sip.compare(BEFORE, AFTER).html()).rows
    assert ["g", "other group", "g2", "as a member", "1", "1.0",
            "g3", "as a member", "1", "1.0"] in rows  # fmt: skip
    assert ["d", "left out now", "g1", "as a member", "1", "1.0", *"----"] in rows
    assert ["a", "same group, other role", "g1", "as a member", "1", "1.0",
            "g3", "as moderator", "1", "1.0"] in rows  # fmt: skip
    assert not any(row[0] in {"b", "z"} for row in rows)
    assert ["kept", "g1", "4", "g3", "4", "3", "a", "hub", ""] in rows
    assert ["opened", "-", "-", "g4", "1", "-", "a", "hub", ""] in rows


def test_the_picture_says_what_the_table_beside_it_says() -> None:
    text = sip.compare(BEFORE, AFTER).html()
    outline = Outline(text)
    told = [row for row in outline.rows if len(row) == 3 and row[2].isdigit()]
    assert told == [
        [one.source, one.target, str(one.count)] for one in picture(BEFORE, AFTER).bands
    ]
    svg = re.search(r"<svg.*?</svg>", text, re.DOTALL)
    assert svg is not None
    root = ET.fromstring(svg.group().replace("<svg", '<svg xmlns="svg"', 1))  # noqa: S314 - our own
    assert root.get("role") == "img"
    titles = [one.text for one in root.iter("{svg}title")]
    assert "g2 to g3: 1" in titles
    for key in ("aria-labelledby", "aria-describedby"):
        assert f'id="{root.get(key)}"' in text


def test_bands_are_as_wide_as_members_went_and_fill_their_boxes() -> None:
    drawn = picture(BEFORE, AFTER)
    ways = {(one.source, one.target): one for one in drawn.bands}
    assert {ends: one.count for ends, one in ways.items()} == {
        ("g1", "g3"): 3, ("g1", "without a group"): 1, ("g2", "g1"): 2, ("g2", "g3"): 1,
        ("without a group", "g1"): 1, ("without a group", "g4"): 1,
    }  # fmt: skip
    assert {ends for ends, one in ways.items() if one.kept} == {("g1", "g3"), ("g2", "g1")}
    per_member = {box.height / box.count for box in (*drawn.left, *drawn.right)}
    assert max(per_member) - min(per_member) < 1e-9
    for side, end in ((drawn.left, "source"), (drawn.right, "target")):
        for box in side:
            bands = [one for one in drawn.bands if getattr(one, end) == box.label]
            assert sum(one.count for one in bands) == box.count
            assert 0 <= box.y < box.y + box.height <= drawn.height
    # Who is without a group in both is not drawn.
    assert sum(one.count for one in drawn.bands) == 9


def test_boxes_of_one_side_do_not_lie_on_each_other() -> None:
    groups = {f"g{at}": [f"m{at}-{n}" for n in range(1 + at % 7)] for at in range(40)}
    mixed = {f"g{at}": [f"m{(at * 7) % 40}-{n}" for n in range(1 + (at * 7) % 40 % 7)]
             for at in range(40)}  # fmt: skip
    drawn = picture(grouping_of(groups), grouping_of(mixed))
    for side in (drawn.left, drawn.right):
        assert len(side) == 40
        for one, other in pairwise(side):
            assert one.y + one.height < other.y
            assert other.middle - one.middle >= 15  # a line of text
    # What stays in its group goes straight: bands cross only where members cross.
    assert [one.label for one in drawn.right] == [
        next(b.target for b in drawn.bands if b.source == box.label) for box in drawn.left
    ]


def test_of_very_many_groups_those_of_a_theme_are_drawn_as_one() -> None:
    count = flow.MOST_GROUPS + 1
    groups = {f"g{at}": [f"m{at}", f"n{at}"] for at in range(count)}
    themes = {f"g{at}": "ab"[at % 2] for at in range(count)}
    videos = [one for one in groups if one.endswith("3")]
    drawn = picture(grouping_of(groups, themes=themes, by_video=videos), grouping_of(groups))
    assert not drawn.by_group
    assert {box.label for box in drawn.right} == {"a, local"}
    assert {box.label for box in drawn.left} == {"a, local", "b, local", "b, video"}
    assert sum(box.count for box in drawn.left) == 2 * count
    assert "drawn together" in sip.compare(grouping_of(groups), grouping_of(groups)).html()
    few = {f"g{at}": groups[f"g{at}"] for at in range(flow.MOST_GROUPS)}
    assert picture(grouping_of(few), grouping_of(few)).by_group


def test_a_theme_has_one_colour_and_long_ids_are_cut_in_the_label_alone() -> None:
    long = "g" * 80
    drawn = picture(
        grouping_of({long: "abc", "g2": "def"}, themes={long: "b"}),
        grouping_of({"g3": "ab", "g4": "cdef"}, themes={"g3": "b"}),
    )
    (first, second), (third, fourth) = drawn.left, drawn.right
    colours = {box.title.rpartition(": ")[2][0]: box.colour for box in drawn.left}
    assert {box.title.rpartition(": ")[2][0]: box.colour for box in drawn.right} == colours
    assert len({first.colour, second.colour}) == 2
    assert {third.colour, fourth.colour} == {first.colour, second.colour}
    (cut,) = (box for box in drawn.left if box.title.startswith(long))
    assert len(cut.label) == 30
    assert dict(drawn.legend) == colours


def test_of_very_many_rows_the_first_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST_ROWS", 3)
    names = [f"m{at}" for at in range(10)]
    text = sip.compare(grouping_of({"g1": names}), grouping_of({}, out=names)).html()
    assert "Further rows that are not shown: 7" in text
    assert sum(row[:1] == ["m2"] for row in Outline(text).rows) == 1
    assert not any(row[:1] == ["m3"] for row in Outline(text).rows)


def test_groupings_without_a_group_have_a_page_too() -> None:
    Outline(sip.compare(grouping_of({}), grouping_of({}, out="ab")).html())


def test_a_grouping_that_contradicts_itself_is_drawn_as_its_members_say() -> None:
    whole = grouping_of({"g1": "abc", "g2": "de"}, themes={"g2": "b"})
    lacking = whole.model_copy(update={"group_records": whole.group_records[:1]})
    for pair in ((whole, lacking), (lacking, whole), (lacking, lacking)):
        drawn = picture(*pair)
        assert (
            [box.label for box in drawn.left] == [box.label for box in drawn.right] == ["g1", "g2"]
        )
        Outline(sip.compare(*pair).html())


def test_titles_of_themes_are_those_of_the_edition() -> None:
    edition = sip.synthetic_edition(members=40, seed=1)
    result = sip.form_groups(edition, work_limit=3)
    assert result.grouping is not None
    assert result.grouping.group_records
    title = edition.theme_by_id[result.grouping.group_records[0].theme].title_in("fr")
    assert title in sip.compare(result, result, edition=edition).html("fr").replace("&#39;", "'")
