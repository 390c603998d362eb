"""Letters as pages in a browser: every kind in every language is quiet, accessible and no wider."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from in_browser import NEEDS_BROWSER, Opened, assert_usable, browser
from letters_by_hand import edition_with, grouping_with, person
from playwright.sync_api import Browser

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES

pytestmark = NEEDS_BROWSER
__all__ = ["browser"]

LOOKS = {"en": (("light", 390), ("dark", 1440)), "fr": (("dark", 390),), "nl": (("light", 1440),)}
"""Every scheme with every width: languages share them, for letters differ in their words alone."""
KINDS = ("member-led", "member-video", "member-out", "group-one")
LONG = "W" * 60
"""Nothing at which a line may break: an address has none either."""


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Return a folder of letters by language: of a group with roles, one by video, one without a group."""
    folder = tmp_path_factory.mktemp("letters")
    for language in LANGUAGES:
        answers = {"languages": (language,), "share_contact": True}
        ids = ("led", "notes", "plain", "video", "other", "out")
        members = [
            person(one, **answers, email=f"{LONG}.{one}@example.org", name=f"<b>{LONG}</b> {one}")
            for one in ids
        ]
        edition = edition_with(members)
        grouping = grouping_with(
            edition,
            [
                {"theme": "support", "place": "bxl", "members": ("led", "notes", "plain"),
                 "moderators": ("led",), "secretaries": ("notes",), "group_id": "one"},
                {"theme": "gender", "track": "video", "members": ("video", "other"), "group_id": "two"},
            ],
        )  # fmt: skip
        sip.write_letters(edition, grouping, folder / language, formats="html")
    return {language: folder / language for language in LANGUAGES}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_quiet_accessible_and_no_wider_than_the_screen(
    browser: Browser, letters: Mapping[str, Path], language: str, kind: str
) -> None:
    for scheme, width in LOOKS[language]:
        opened = Opened(browser, letters[language] / f"{kind}.html", scheme, width)
        assert_usable(opened, scheme, width)
        assert opened.page.title() == opened.page.locator("h1").inner_text()
        opened.close()
