"""The page of a ledger in a real browser: light and dark, telephone and desk, axe, and no network."""

from pathlib import Path

import pytest
from in_browser import NEEDS_BROWSER, SCHEMES, WIDTHS, Opened, assert_usable, browser
from playwright.sync_api import Browser
from test_ledger import beyond

pytestmark = NEEDS_BROWSER
__all__ = ["browser"]


@pytest.mark.parametrize(
    ("scheme", "width"), list(zip(SCHEMES, WIDTHS, strict=True)), ids=["telephone", "desk"]
)
def test_the_page_is_quiet_accessible_and_no_wider_than_the_screen(
    browser: Browser, tmp_path: Path, scheme: str, width: int
) -> None:
    file = tmp_path / "index.html"
    file.write_text(beyond().html("nl"), "utf-8")
    opened = Opened(browser, file, scheme, width)
    assert_usable(opened, scheme, width)
    opened.close()
