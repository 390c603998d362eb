"""Takes the pictures of docs/images anew: the report of the demo edition in Chromium.

Run ``python docs/pictures.py`` from anywhere; it needs playwright, Chromium and Pillow. Fonts of the machine
show in the pictures, so they are the same only on one machine.
"""

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

import sip_grouping as sip

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent / "data" / "demo-2020-2021"
MOST_BYTES = 200_000


def keep(page: Page, name: str) -> None:
    """Save what the window shows."""
    file = HERE / "images" / f"{name}.png"
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.save(file, optimize=True)
    if file.stat().st_size >= MOST_BYTES:
        raise SystemExit(f"{file.name} is larger than {MOST_BYTES:,} bytes")


def main() -> None:
    """Form the groups, write the report, look at its parts."""
    edition = sip.load_edition(DEMO)
    grouping = sip.form_groups(edition, work_limit=60)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder, "report.html")
        sip.export_report(edition, grouping, file, checked=sip.verify(edition, grouping).ok)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for scheme, name, anchor, height in (
            ("light", "report", "", 760),
            ("light", "report-map", "on-the-map", 900),
            ("dark", "report-groups", "g0", 640),
        ):
            context = browser.new_context(
                viewport={"width": 1200, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            page = context.new_page()
            page.goto(file.as_uri())
            if anchor == "on-the-map":
                page.locator("[data-box]").first.click()
            if anchor:
                page.evaluate("id => document.getElementById(id).scrollIntoView()", anchor)
            if anchor == "on-the-map":
                page.locator(".place use").nth(1).hover()
            page.wait_for_timeout(200)
            keep(page, name)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
