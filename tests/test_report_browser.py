"""Report and map in a real browser: light and dark, telephone and desk, keyboard, axe, and no network.

Chromium is looked for where Debian has it. Without one the tests are skipped, and say so.
"""

import math
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from groupings_by_hand import grouping_of
from in_browser import NEEDS_BROWSER, SCHEMES, WIDTHS, Opened, assert_usable, browser
from nasty_edition import nasty_edition, nasty_grouping
from playwright.sync_api import Browser, Page
from season_case import season_case
from small import member, office, small_edition

import sip_grouping as sip
from sip_grouping.edition.records import Track
from sip_grouping.explain import Explainer
from sip_grouping.grouping import LeftOutStatus
from sip_grouping.solve import form_groups

pytestmark = NEEDS_BROWSER
__all__ = ["browser"]


@cache
def formed() -> tuple[sip.Edition, sip.Grouping]:
    edition = sip.synthetic_edition(members=150, seed=4)
    grouping = form_groups(edition, gap=0.02, work_limit=20).grouping
    assert grouping is not None
    return edition, grouping


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    edition, grouping = formed()
    paths = {
        name: folder / f"{name}.html"
        for name in ("report", "map", "nasty-report", "nasty-map", "season")
    }
    told = Explainer(edition, grouping, work_limit_of_all=2.0).told()
    sip.export_report(
        edition, grouping, paths["report"], language="nl", against=grouping, explained=told
    )
    sip.export_map(edition, grouping, paths["map"], language="fr")
    case = season_case()
    sip.export_report(
        case.edition, case.grouping, paths["season"], plan=case.plan, projects=case.projects
    )
    edition = nasty_edition()
    grouping = nasty_grouping(edition)
    sip.export_report(edition, grouping, paths["nasty-report"], names=True, against=grouping)
    sip.export_map(edition, grouping, paths["nasty-map"])
    paths["picture"] = folder / "map.svg"
    sip.export_map(edition, grouping, paths["picture"])
    return paths


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["report", "map", "nasty-report", "nasty-map", "season"])
def test_a_page_is_quiet_accessible_and_no_wider_than_the_screen(
    browser: Browser, files: dict[str, Path], name: str, scheme: str, width: int
) -> None:
    opened = Opened(browser, files[name], scheme, width)
    page = opened.page
    assert_usable(opened, scheme, width)
    assert page.locator("script").count() == 1
    opened.close()


@pytest.mark.parametrize("name", ["report", "map"])
def test_a_script_or_an_image_that_got_into_a_page_would_not_be_taken(
    browser: Browser, files: dict[str, Path], name: str
) -> None:
    """Were a text not escaped one day, the page's own policy stands behind it."""
    opened = Opened(browser, files[name])
    page = opened.page
    page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.ran = 1';
          const image = document.createElement('img');
          image.src = 'https://evil.example/seen.png';
          const broken = document.createElement('div');
          broken.innerHTML = '<svg onload="window.ran=2"></svg><b style="color:red" id="red">x</b>';
          document.body.append(script, image, broken);
        }"""
    )
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert page.locator("#red").evaluate("one => getComputedStyle(one).color") != "rgb(255, 0, 0)"
    page.context.close()
    assert len(opened.complaints) >= 3
    assert all("Content Security Policy" in one for one in opened.complaints)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["report", "map"])
def test_each_placed_member_and_each_member_left_out_has_one_mark_that_is_seen(
    browser: Browser, files: dict[str, Path], name: str, width: int
) -> None:
    _, grouping = formed()
    opened = Opened(browser, files[name], width=width)
    sizes = opened.page.evaluate(
        """() => [...document.querySelectorAll('[data-mark]')].map(mark => {
          const box = mark.querySelector('use').getBoundingClientRect();
          return [mark.classList.contains('place') ? 'place' : mark.classList[0] ?? 'left-out',
                  Math.round(Math.min(box.width, box.height))];
        })"""
    )
    tracks = [one.track for one in grouping.placements]
    kinds = [kind for kind, _ in sizes]
    assert kinds.count("local") == tracks.count(Track.LOCAL)
    assert kinds.count("video") == tracks.count(Track.VIDEO)
    assert kinds.count("place") == sum(one.track is Track.LOCAL for one in grouping.group_records)
    assert kinds.count("left-out") == sum(
        one.status is LeftOutStatus.UNPLACED for one in grouping.left_out
    )
    # Marks keep their size on the screen, however narrow that is.
    smallest = {"local": 5, "video": 4, "place": 13, "left-out": 5}
    for kind, size in sizes:
        assert smallest[kind] <= size <= 22, kind
    opened.close()


def shown(page: Page, selector: str) -> int:
    """Return how many elements are to be seen."""
    count = page.evaluate(
        "selector => [...document.querySelectorAll(selector)]"
        ".filter(one => one.getBoundingClientRect().width > 0).length",
        selector,
    )
    assert isinstance(count, int)
    return count


def test_filters_are_worked_by_keyboard(browser: Browser, files: dict[str, Path]) -> None:
    edition, grouping = formed()
    opened = Opened(browser, files["map"])
    page = opened.page
    placed = sum(one.theme == edition.themes[0].id for one in grouping.placements)
    groups = [one for one in grouping.group_records if one.theme == edition.themes[0].id]
    assert placed
    before = shown(page, ".of [data-mark]")
    assert before == len(grouping.placements)

    page.locator("[data-zoom='0']").focus()
    box = page.locator("input[data-by='theme']").first
    for _ in range(200):
        page.keyboard.press("Tab")
        if box.evaluate("one => one === document.activeElement"):
            break
    assert box.evaluate("one => one.matches(':focus-visible')")
    page.keyboard.press("Space")
    assert shown(page, ".of [data-mark]") == before - placed
    assert shown(page, "[data-theme='0']") == 0
    assert page.locator("[data-count='groups']").inner_text() == str(
        len(grouping.group_records) - len(groups)
    )
    assert page.locator("[data-count='members']").inner_text() == str(before - placed)
    page.keyboard.press("Space")
    assert shown(page, ".of [data-mark]") == before

    page.locator("input[data-by='track'][value='video']").focus()
    page.keyboard.press("Space")
    local = sum(one.track is Track.LOCAL for one in grouping.placements)
    assert shown(page, ".of [data-mark]") == local
    page.locator("input[data-by='left']").focus()
    assert shown(page, ".left [data-mark]") > 0
    page.keyboard.press("Space")
    assert shown(page, ".left [data-mark]") == 0
    opened.close()


def test_languages_are_filtered_too(browser: Browser, files: dict[str, Path]) -> None:
    _, grouping = formed()
    opened = Opened(browser, files["map"])
    sizes: dict[str, int] = {}
    for one in grouping.group_records:
        sizes[one.language] = sizes.get(one.language, 0) + one.size
    assert len(sizes) > 1
    for language, size in sizes.items():
        before = shown(opened.page, ".of [data-mark]")
        opened.page.locator(f"input[data-by='language'][value='{language}']").press("Space")
        assert shown(opened.page, ".of [data-mark]") == before - size
    opened.close()


def test_a_mark_says_what_it_is_under_the_pointer_and_under_the_keyboard(
    browser: Browser, files: dict[str, Path]
) -> None:
    _, grouping = formed()
    opened = Opened(browser, files["map"])
    page = opened.page
    tip, about = page.locator(".tip"), page.locator(".about")
    assert tip.is_hidden()
    group = next(one for one in grouping.group_records if one.track is Track.LOCAL)
    place = page.locator(f".place[aria-label^='Groupe {group.group_id} ']")
    page.keyboard.press("Tab")
    for _ in range(400):
        if place.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    assert tip.is_visible()
    said = tip.inner_text()
    assert said == about.inner_text() == place.get_attribute("aria-label")
    assert f"{group.size} membres" in said

    # The arrows go round: from the group to each of its members, and back.
    labels = []
    for _ in range(group.size):
        page.keyboard.press("ArrowRight")
        labels.append(tip.inner_text())
    for one in grouping.placements_by_group[group.group_id]:
        (label,) = [text for text in labels if text.startswith(f"Membre {one.member_id} ")]
        assert f"{(one.travel_m or 0) / 1000:.1f}".replace(".", ",") in label
        assert group.group_id in label
    page.keyboard.press("ArrowRight")
    assert tip.inner_text() == said
    page.keyboard.press("Escape")
    assert tip.is_hidden()

    page.mouse.move(5, 5)
    assert tip.is_hidden()
    box = place.locator("use").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert tip.is_visible()
    assert tip.inner_text().startswith(("Membre ", "Groupe "))
    opened.close()


def test_marks_keep_their_size_when_one_looks_closer(
    browser: Browser, files: dict[str, Path]
) -> None:
    opened = Opened(browser, files["map"])
    page = opened.page
    measure = (
        "() => { const all = [...document.querySelectorAll('.place')], one = all[0];"
        " const other = all.find(mark => mark.getAttribute('transform') !== one.getAttribute('transform'));"
        " const box = mark => mark.querySelector('use').getBoundingClientRect();"
        " return [box(one).width, Math.hypot(box(one).x - box(other).x, box(one).y - box(other).y)]; }"
    )
    size, apart = page.evaluate(measure)
    names = shown(page, ".name text")
    for _ in range(3):
        page.locator("[data-zoom='2']").click()
    closer, further = page.evaluate(measure)
    assert closer == pytest.approx(size, rel=0.02)
    assert further > 4 * apart
    # All of a few places may have had room for their names before.
    every = page.evaluate("document.querySelectorAll('.name').length")
    seen = page.evaluate("document.querySelectorAll('.name:not(.off)').length")
    assert seen == every if names == every else seen > names
    page.locator("[data-zoom='0']").click()
    assert page.evaluate(measure) == pytest.approx([size, apart], rel=0.02)
    opened.close()


def test_a_report_prints_with_each_part_on_a_page_of_its_own(
    browser: Browser, files: dict[str, Path]
) -> None:
    opened = Opened(browser, files["report"], scheme="dark")
    page = opened.page
    printed = page.pdf(format="A4", print_background=True)
    assert printed.startswith(b"%PDF")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert shown(page, ".screen") == 0
    for part in ("groups", "left-out", "figures", "against"):
        section = f"section[aria-labelledby='{part}']"
        assert page.locator(section).evaluate("one => getComputedStyle(one).breakBefore") == "page"
    assert shown(page, ".group table tbody tr") == len(formed()[1].placements)
    opened.close()


def test_a_picture_runs_nothing(browser: Browser, files: dict[str, Path]) -> None:
    opened = Opened(browser, files["picture"])
    assert opened.page.evaluate("window.ran") is None
    assert opened.page.locator("path").count() > 50
    opened.close()


HERE = 24


@pytest.fixture(scope="module")
def stacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a map of very many groups at one place: a third of them of another theme."""
    members = [member(f"m{number}") for number in range(HERE)]
    themes = [sip.Theme(id="a", title="One"), sip.Theme(id="b", title="Other")]
    edition = small_edition(members, themes=themes, offices=[office()])
    grouping = grouping_of({f"g{number}": [f"m{number}"] for number in range(HERE)})
    records = [
        one.model_copy(update={"latitude": 50.0, "longitude": 4.0, "theme": "ab"[number % 3 == 0]})
        for number, one in enumerate(grouping.group_records)
    ]
    path = tmp_path_factory.mktemp("stacked") / "map.html"
    sip.export_map(edition, grouping.model_copy(update={"group_records": tuple(records)}), path)
    return path


def boxes(page: Page, selector: str) -> list[tuple[float, float, float, float]]:
    found = page.locator(selector).evaluate_all(
        "all => all.filter(one => one.getClientRects().length).map(one => {"
        " const {left, top, right, bottom} = one.querySelector('use').getBoundingClientRect();"
        " return [left, top, right, bottom]; })"
    )
    return [tuple(one) for one in found]


def test_very_many_groups_at_one_place_are_one_sign_that_opens(
    browser: Browser, stacked: Path
) -> None:
    opened = Opened(browser, stacked)
    page = opened.page
    sign = page.locator(".sign[data-mark]")
    assert sign.count() == 1
    assert sign.locator("text").text_content() == str(HERE)
    assert str(HERE) in (sign.get_attribute("aria-label") or "")
    assert shown(page, ".place") == 0
    assert page.locator(".about").inner_text().count("number") == 1

    for _ in range(2):
        page.locator("[data-zoom='2']").click()
    sign.click()
    assert sign.get_attribute("aria-expanded") == "true"
    signs = [*boxes(page, ".place"), *boxes(page, ".sign[data-mark]")]
    assert len(signs) == HERE + 1
    for one, other in combinations(signs, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        middle = [((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box in (one, other)]
        assert apart or math.dist(*middle) > 14, (one, other)
    page.mouse.click(*signs[0][:2])
    page.keyboard.press("Escape")
    assert shown(page, ".place") == 0
    assert sign.get_attribute("aria-expanded") == "false"

    sign.focus()
    page.keyboard.press("Enter")
    assert shown(page, ".place") == HERE
    page.keyboard.press("Tab")
    assert page.locator(".tip").inner_text().startswith("Group g0 ")
    page.keyboard.press("Escape")
    assert sign.evaluate("one => one === document.activeElement")
    assert shown(page, ".place") == 0

    page.locator("input[data-by='theme']").first.press("Space")
    assert sign.locator("text").text_content() == str(HERE // 3)
    assert (sign.get_attribute("aria-label") or "").endswith(f" {HERE // 3}")
    page.locator("input[data-by='theme']").last.press("Space")
    assert shown(page, ".sign[data-mark]") == 0
    opened.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_an_open_stack_is_accessible(
    browser: Browser, stacked: Path, scheme: str, width: int
) -> None:
    opened = Opened(browser, stacked, scheme, width)
    opened.page.locator(".sign[data-mark]").press("Enter")
    assert shown(opened.page, ".place") == HERE
    assert_usable(opened, scheme, width)
    opened.close()
