"""Pages in a real browser that may load nothing but their own file.

Chromium is looked for where Debian has it. Tests that need it are skipped without it, and say so.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
from playwright.sync_api import Browser, Dialog, Page, Route  # noqa: E402

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
NEEDS_BROWSER = pytest.mark.skipif(
    BROWSER is None, reason="there is no Chromium: apt-get install chromium"
)

SCHEMES = ("light", "dark")
WIDTHS = (390, 1440)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_api.sync_playwright() as playwright:
        # Root, as in most containers, has no sandbox.
        opened = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


class Opened:
    """A page in a browser that may load nothing but its own file."""

    def __init__(
        self, browser: Browser, file: Path, scheme: str = "light", width: int = 1440
    ) -> None:
        self.complaints: list[str] = []
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: self.complaints.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._dismissed)
        self._file = file.as_uri()
        self.page.route("**/*", self._routed)
        self.page.goto(self._file)

    def _dismissed(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _routed(self, route: Route) -> None:
        address = route.request.url
        if address == self._file or address.startswith("data:"):
            route.continue_()
        else:
            self.complaints.append(f"request: {address}")
            route.abort()

    def close(self) -> None:
        """Close the page; nothing must have gone wrong on it."""
        self.page.context.close()
        assert self.complaints == []


def assert_usable(opened: Opened, scheme: str, width: int, *, foreign: Sequence[str] = ()) -> None:
    """Assert that a page fits the screen, follows the scheme, passes axe and runs nothing that was typed.

    Parameters
    ----------
    foreign
        Selectors of what others wrote on the page: axe does not judge it.
    """
    page = opened.page
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, wide
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")
    context = {"exclude": [[one] for one in foreign]} if foreign else None
    found = axe.Axe().run(page, context=context).response["violations"]
    told = [(one["id"], node["html"][:200]) for one in found for node in one["nodes"][:2]]
    assert told == [], told
    assert page.evaluate("window.ran") is None
