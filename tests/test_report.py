"""Reports: every figure counted anew, every member once, names only with leave, no text that runs."""

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from cli_case import command, write_edition
from nasty_edition import TEXTS, nasty_edition, nasty_grouping
from outline import Outline
from small import member, office, small_edition
from source import PACKAGE

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language, known, pattern
from sip_grouping.edition.records import Role, Theme, Track
from sip_grouping.geography.distance import Coordinates, distance_m
from sip_grouping.grouping import ObjectiveName, Stage
from sip_grouping.plan import MeetingKind
from sip_grouping.report.full.page import report_page
from sip_grouping.report.full.tables import Bar, bars, table
from sip_grouping.report.overview.standing import Short
from sip_grouping.report.speech import Words
from sip_grouping.solve import form_groups

Capture = pytest.CaptureFixture[str]


@cache
def formed() -> tuple[sip.Edition, sip.Grouping, sip.Grouping]:
    """Return an edition, a grouping, and an earlier one of it under another rule."""
    edition = sip.synthetic_edition(members=150, seed=4)
    grouping = form_groups(edition, gap=0.02, work_limit=20).grouping
    earlier = form_groups(edition.with_rules(travel_km=12), gap=0.05, work_limit=20).grouping
    assert grouping is not None
    assert earlier is not None
    return edition, grouping, earlier


@cache
def page(language: Language = "en") -> Outline:
    edition, grouping, earlier = formed()
    return Outline(report_page(edition, grouping, language=language, earlier=earlier, checked=True))


def row(outline: Outline, *begins: str) -> list[str]:
    """Return the one row of the page's tables that begins with these cells."""
    cells = [[cell.strip() for cell in one] for one in outline.rows]
    (found,) = [one for one in cells if one[: len(begins)] == list(begins)]
    return found


# The page as a whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_in_its_language(language: Language) -> None:
    edition, grouping, earlier = formed()
    text = report_page(edition, grouping, language=language, earlier=earlier)
    outline = Outline(text)
    assert ("html", {"lang": language}) in outline.tags
    assert not re.search(r"https?://|url\(|@import|@font-face", text)
    for tag, attributes in outline.tags:
        assert not {"src", "style"} & set(attributes), tag
        assert not any(name.startswith("on") for name in attributes), tag
        href = attributes.get("href")
        assert href in {None, "data:,"} or f'id="{str(href).removeprefix("#")}"' in text
    assert [tag for tag, _ in outline.tags].count("script") == 1
    assert text == report_page(edition, grouping, language=language, earlier=earlier)


def test_ids_on_the_page_are_unique_and_headings_skip_no_level() -> None:
    ids = [str(one["id"]) for _, one in page().tags if "id" in one]
    assert len(ids) == len(set(ids))
    levels = [int(tag[1]) for tag, _ in page().tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_every_header_a_scope() -> None:
    tags = [tag for tag, _ in page().tags]
    assert tags.count("table") == tags.count("caption") > 20
    assert all("scope" in one for tag, one in page().tags if tag == "th")


def test_a_report_of_five_hundred_members_is_light() -> None:
    edition = sip.synthetic_edition(members=500, seed=5)
    grouping = form_groups(edition, gap=0.1, work_limit=20).grouping
    assert grouping is not None
    text = report_page(edition, grouping, language="fr", names=True, earlier=grouping)
    assert len(text.encode()) < 3_000_000


# What it says


def test_the_summary_counts_what_was_formed() -> None:
    edition, grouping, _ = formed()
    tracks = Counter(one.track for one in grouping.group_records)
    themes = len({one.theme for one in grouping.group_records})
    assert (
        f"{len(grouping.group_records)} groups for {themes} themes: {tracks[Track.LOCAL]} meet in"
        f" person, {tracks[Track.VIDEO]} by video."
    ) in page().text
    eligible = sum(one.eligible for one in edition.members)
    assert f"{len(grouping.placements)} of the {eligible} members who take part" in page().text
    firsts = sum(one.rank == 1 for one in grouping.placements)
    assert f"{firsts} places are a first choice" in page().text
    metres = sorted(one.travel_m or 0 for one in grouping.placements if one.track is Track.LOCAL)
    assert f"live {sum(metres) / len(metres) / 1000:.1f}\u00a0km from" in page().text
    assert f"none further than {metres[-1] / 1000:.1f}\u00a0km" in page().text


OPTIMAL, FEASIBLE = sip.Status.OPTIMAL, sip.Status.FEASIBLE
STAGE = Stage(name=ObjectiveName.PLACED, value=5, bound=5, gap=0.0)


@pytest.mark.parametrize(
    ("changes", "said", "unsaid"),
    [
        ({"status": OPTIMAL, "gap": 0.0}, "no other grouping that keeps all rules has a higher", ""),
        # 0.00023 % is not within 0.000 %.
        ({"status": FEASIBLE, "gap": 0.0000023}, "at most 0.001\u00a0% below the best", "no other"),
        ({"status": FEASIBLE, "gap": 0.01234}, "at most 1.234\u00a0% below the best", "no other"),
        ({"status": FEASIBLE, "gap": None, "bound_thousandths": None}, "is not known", "no other"),
        (
            {"status": OPTIMAL, "gap": None, "bound_thousandths": None, "stages": (STAGE,)},
            "Nothing better exists in the order of what was wanted",
            "no other grouping",
        ),
        ({"settings": {"edited_by_hand": True}}, "It was changed by hand", ""),
    ],
)  # fmt: skip
def test_no_more_is_claimed_than_is_proven(
    changes: dict[str, object], said: str, unsaid: str
) -> None:
    edition, grouping, _ = formed()
    text = Outline(report_page(edition, grouping.model_copy(update=changes), language="en")).text
    assert said in text
    assert not unsaid or unsaid not in text
    assert "shares no code" not in text  # nobody says here that it was checked


def test_a_check_that_was_made_is_told() -> None:
    assert "shares no code with what formed the groups" in page().text


def test_points_stand_in_the_table_of_the_score() -> None:
    _, grouping, _ = formed()
    terms = grouping.score_terms
    assert row(page(), "Travel") == ["Travel", f"{-terms.travel / 1000:,.3f}"]
    assert row(page(), "Total score") == ["Total score", f"{grouping.score:,.3f}"]
    assert row(page(), "No grouping can score above")[1] == f"{grouping.bound:,.3f}"


def test_objectives_in_order_are_told() -> None:
    edition, grouping, _ = formed()
    stages = (
        STAGE,
        Stage(name=ObjectiveName.TRAVEL, value=-12_345, bound=None),
        Stage(name=ObjectiveName.SCORE, value=1_500, bound=2_000, gap=0.3334),
    )
    made = grouping.model_copy(update={"stages": stages})
    outline = Outline(report_page(edition, made, language="en"))
    assert row(outline, "members placed") == ["members placed", "5", "5", "0.000\u00a0%"]
    assert row(outline, "least travel") == [
        "least travel",
        "12.3\u00a0km",
        "not known",
        "not known",
    ]
    assert row(outline, "the score") == ["the score", "1.500", "2.000", "33.340\u00a0%"]


def test_every_member_stands_once_in_its_group() -> None:
    _, grouping, _ = formed()
    roles = {Role.MODERATOR: "moderator", Role.SECRETARY: "secretary", Role.MEMBER: ""}
    cells = [[cell.strip() for cell in one] for one in page().rows]
    for one in grouping.placements:
        figures = [str(one.rank)]
        if one.travel_m is not None:
            figures.append(f"{one.travel_m / 1000:.1f}\u00a0km")
        assert cells.count([one.member_id, roles[one.role], *figures]) == 1, one
    for group in grouping.group_records:
        assert f"Members of {group.group_id}" in page().text
        assert row(page(), group.group_id)[0] == group.group_id


def test_members_left_out_stand_with_their_reason() -> None:
    _, grouping, _ = formed()
    words = Words("en")
    for reason, many in Counter(one.reason for one in grouping.left_out).items():
        _, count, ids = row(page(), words.reason(reason))
        assert count == str(many)
        assert ids.split(", ") == [
            one.member_id for one in grouping.left_out if one.reason is reason
        ]


def test_choices_obtained_and_travel_add_up() -> None:
    _, grouping, _ = formed()
    ranks = Counter(one.rank for one in grouping.placements)
    for rank, many in ranks.items():
        choice = {1: "first choice", 2: "second choice", 3: "third choice"}.get(rank)
        assert row(page(), choice or f"choice {rank}")[1] == str(many)
    metres = [one.travel_m for one in grouping.placements if one.travel_m is not None]
    ways = [one for one in page().rows if re.fullmatch(r"\d+ to \d+\u00a0km", one[0])]
    for name, count, _, _ in ways:
        start, end = (1000 * int(one) for one in re.findall(r"\d+", name))
        assert int(count) == sum(start <= one < end for one in metres)
    assert sum(int(one[1]) for one in ways) == len(metres)


def test_sizes_stand_beside_their_limits() -> None:
    edition, grouping, _ = formed()
    kinds = {(one.theme, one.track) for one in grouping.group_records}
    for theme, track in kinds:
        sizes = sorted(
            one.size for one in grouping.group_records if (one.theme, one.track) == (theme, track)
        )
        limits = edition.rules.sizes(track)
        told = row(
            page(),
            edition.theme_by_id[theme].title_in("en"),
            "in person" if track is Track.LOCAL else "by video",
        )
        assert told[2] == f"{limits.size_min} to {limits.size_max}"
        assert told[3] == ", ".join(
            f"{size} ({sizes.count(size)}\u00d7)" for size in sorted(set(sizes))
        )
        assert told[5:] == [str(sizes.count(limits.size_min)), str(sizes.count(limits.size_max))]


def test_roles_are_counted_place_by_place() -> None:
    edition, grouping, _ = formed()
    rules = edition.rules
    places = {one.place: one for one in grouping.group_records if one.track is Track.LOCAL}
    willing = [one for one in edition.members if one.eligible and one.local and one.moderator]
    assert places
    for place, group in places.items():
        assert group.latitude is not None
        assert group.longitude is not None
        at = Coordinates(group.latitude, group.longitude)
        reach = sum(
            distance_m(Coordinates(*edition.position(one)), at)
            <= (rules.office_travel_m if one.office == place else rules.travel_m)
            for one in willing
        )
        groups = sum(one.place == place for one in grouping.group_records)
        told = [
            one
            for one in page().rows
            if len(one) == 6 and one[:2] == [group.place_name, str(groups)]
        ]
        assert [one[2:4] for one in told] == [[str(groups), str(reach)]]


def test_demand_for_each_theme_is_counted() -> None:
    edition, grouping, _ = formed()
    eligible = [one for one in edition.members if one.eligible]
    for theme in edition.themes:
        told = row(
            page(), theme.title_in("en"), str(sum(one.themes[0] == theme.id for one in eligible))
        )
        assert told[2] == str(sum(theme.id in one.themes for one in eligible))
        assert told[3] == str(sum(one.theme == theme.id for one in grouping.placements))


def test_an_earlier_grouping_is_compared() -> None:
    edition, grouping, earlier = formed()
    pair = sip.compare(earlier, grouping, edition=edition)
    moved = pair.members[pair.members["change"] == "moved"]["member_id"].tolist()
    told = [one for one in page().rows if len(one) == 4 and one[1] == "other group"]
    assert [one[0] for one in told] == moved
    assert moved
    counts = Counter(pair.members.drop_duplicates("member_id")["change"])
    assert row(page(), "same group")[1] == str(counts["stayed"])
    closed = pair.groups[pair.groups["change"] == "closed"]["group_id_a"].tolist()
    assert [one[1] for one in page().rows if len(one) > 3 and one[0] == "closed"] == closed
    without = Outline(report_page(edition, grouping, language="en"))
    assert "Compared with an earlier grouping" not in without.text
    assert "Compared with an earlier grouping" in page().text


def test_a_grouping_of_nobody_has_a_report() -> None:
    edition = small_edition([member("a")], offices=[office()], themes=[Theme(id="a")])
    grouping = form_groups(edition).grouping
    assert grouping is not None
    text = Outline(report_page(edition, grouping, language="en")).text
    assert "0 groups for 0 themes" in text
    assert "1 member who would take part" in text


# Names


def named_edition() -> sip.Edition:
    edition, _, _ = formed()
    members = [
        one.model_copy(update={"name": f"Privy {one.member_id}", "email": f"{one.member_id}@x.example",
                               "extra": {"Phone": "555-0100"}})
        for one in edition.members
    ]  # fmt: skip
    return edition.replace(members=members)


def test_names_and_addresses_stand_only_where_asked_for() -> None:
    _, grouping, earlier = formed()
    for names in (False, True):
        text = report_page(named_edition(), grouping, language="en", names=names, earlier=earlier)
        outline = Outline(text)
        assert ("Privy" in text) == names
        assert ("@x.example" in text) == names
        assert ("keep it within the team" in text) == names
        assert "555-0100" not in text
        labels = "".join(str(one.get("aria-label")) for _, one in outline.tags)
        assert "Privy" not in labels
    for one in grouping.left_out:
        assert f"Privy {one.member_id} ({one.member_id})" in outline.text
    for placement in grouping.placements:
        name, mail = f"Privy {placement.member_id}", f"{placement.member_id}@x.example"
        assert any(cells[:3] == [placement.member_id, name, mail] for cells in outline.rows)


# Nasty texts


@pytest.mark.parametrize("names", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_texts_hold_is_text(language: Language, names: bool) -> None:
    edition = nasty_edition()
    grouping = nasty_grouping(edition)
    text = report_page(edition, grouping, language=language, names=names, earlier=grouping)
    outline = Outline(text)
    assert [tag for tag, _ in outline.tags].count("script") == 1
    assert {tag for tag, _ in outline.tags} <= {
        *("html", "head", "meta", "title", "link", "style", "body", "main", "h1", "h2", "h3", "p"),
        *("svg", "defs", "path", "circle", "g", "use", "text", "rect", "div", "fieldset", "legend"),
        *("label", "input", "span", "ul", "li", "button", "strong", "figure", "figcaption", "a"),
        *("nav", "section", "article", "dl", "dt", "dd", "table", "caption", "thead", "tbody"),
        *("tr", "th", "td", "script"),
    }
    for _, attributes in outline.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    for theme in edition.themes:
        assert theme.title_in(language) in outline.text
    for one in edition.members:
        assert one.member_id in outline.text
        assert not names or str(one.name) in outline.text
    assert names or not any(f"{one}@nasty.example" in outline.text for one in TEXTS)


# Tables and words


def test_a_column_that_is_empty_in_every_row_is_left_out() -> None:
    made = table("c", ("a", "b", "c"), [("x", "", "1"), ("y", "", "2")], (2,))
    assert made.header == ("a", "c")
    assert made.rows == (("x", "1"), ("y", "2"))
    assert made.numbers == {1}
    assert table("c", ("a", "b"), []).header == ("a", "b")
    assert table("c", ("a", "b"), [("", "")]).header == ("a",)


def test_bars_are_shares_of_the_longest() -> None:
    assert bars([2, 4, 0]) == [Bar(0.5), Bar(1.0), Bar(0.0)]
    assert bars([0]) == [Bar(0.0)]
    assert bars([]) == []


def test_words_are_those_of_the_language() -> None:
    nl, fr = Words("nl"), Words("fr")
    assert nl.km(12_345) == "12,3\u00a0km"
    assert fr.slot("tue-evening") == "mardi soir"
    assert nl.slot("tue-evening") == "dinsdagavond"
    assert Words("en").slot("mon-noon") == "Monday noon"
    assert nl.slot("2nd-week") == "2nd-week"
    assert (nl.spoken("fr"), fr.spoken("nl"), fr.spoken("xx-none")) == (
        "Frans",
        "néerlandais",
        "xx-none",
    )
    assert (nl.country("FR"), nl.country("??")) == ("Frankrijk", "??")
    assert Words("en").percent_at_most(0.0000023) == "0.001\u00a0%"


def test_every_word_of_the_reports_is_said_somewhere() -> None:
    folder = PACKAGE / "report"
    texts = [
        file.read_text("utf-8")
        for file in folder.rglob("*")
        if file.suffix in {".py", ".j2"} and file.is_file()
    ]
    made = {
        *(f"objective-{one.value}" for one in ObjectiveName),
        "objective-within",
        *(one.value for one in Track),
        *("unplaced-caption", "ineligible-caption"),
        *(f"need-{one.value}" for one in Short),
        *(f"meeting-{one.value}" for one in MeetingKind),
    }
    for context, key in known("en"):
        if context == "report":
            quoted = (f'"{key}"', f"'{key}'")
            assert key in made or any(one in text for text in texts for one in quoted), key
    for key in made:
        assert pattern("en", "report", key)


# The command


def test_the_command_writes_a_report_once(tmp_path: Path, capsys: Capture) -> None:
    edition, groups = write_edition(tmp_path / "edition"), tmp_path / "groups"
    assert command(capsys, "form", edition, "--out", groups).code == 0
    file = tmp_path / "report.html"
    ran = command(capsys, "report", edition, groups, "--out", file, "--against", groups, "--json")
    assert ran.code == 0
    assert ran.json == {
        "command": "report", "exit_code": 0, "file": str(file), "groups": 2, "names": False,
    }  # fmt: skip
    text = Outline(file.read_text("utf-8")).text
    assert "Alice" not in text
    assert "shares no code" in text
    assert "Compared with an earlier grouping" in text
    assert command(capsys, "report", edition, groups, "--out", file).code == 2
    ran = command(
        capsys, "report", edition, groups, "--out", file, "--names", "--force", "--lang", "nl"
    )
    assert ran.code == 0
    text = Outline(file.read_text("utf-8")).text
    assert "Secret Alice" in text
    assert "Verslag van de groepen" in text


def test_a_grouping_that_the_verifier_refuses_gets_no_report(
    tmp_path: Path, capsys: Capture
) -> None:
    edition, groups = write_edition(tmp_path / "edition"), tmp_path / "groups"
    assert command(capsys, "form", edition, "--out", groups).code == 0
    grouping = sip.load_grouping(groups)
    wrong = grouping.model_copy(update={"score_thousandths": grouping.score_thousandths + 1})
    sip.save(wrong, tmp_path / "wrong")
    file = tmp_path / "report.html"
    assert command(capsys, "report", edition, tmp_path / "wrong", "--out", file).code == 5
    assert (
        command(capsys, "report", edition, groups, "--out", file, "--against", tmp_path).code == 2
    )
    assert not file.exists()
