"""How long a browser takes to open the report and the map of a large grouping.

Run ``python benchmarks/opening.py --members 10000``: forms the groups of a synthetic edition (about half a
minute for 10,000 members), writes both pages into a temporary folder, and opens each several times in
Chromium, by playwright, each time in a new context. Prints a row per page: size, seconds to write, elements,
and seconds from the address to the second frame drawn after loading, the best and the worst.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import sip_grouping as sip

TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def opened(browser: Browser, file: Path) -> tuple[float, int]:
    """Return the seconds until a page is drawn, and how many elements it has."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(file.as_uri())
    page.evaluate(TWO_FRAMES)
    seconds = time.perf_counter() - begun
    elements = int(page.evaluate("document.querySelectorAll('*').length"))
    context.close()
    return seconds, elements


def main() -> None:
    """Form, write, open, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--browser", default=shutil.which("chromium"), help="path of Chromium")
    arguments = parser.parse_args()
    edition = sip.synthetic_edition(members=arguments.members, seed=arguments.seed)
    grouping = sip.form_groups(edition, gap=0.01).grouping
    if grouping is None:
        parser.error("no grouping was found")
    print("page,members,groups,mb,write_s,elements,open_best_s,open_worst_s")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=arguments.browser, args=["--no-sandbox"]
        )
        for name, export in (("report", sip.export_report), ("map", sip.export_map)):
            file = Path(folder, f"{name}.html")
            begun = time.perf_counter()
            export(edition, grouping, file)
            written = time.perf_counter() - begun
            runs = [opened(browser, file) for _ in range(arguments.times)]
            seconds = [one for one, _ in runs]
            print(
                f"{name},{len(edition.members)},{len(grouping.group_records)},"
                f"{file.stat().st_size / 1e6:.1f},{written:.1f},{runs[0][1]},"
                f"{min(seconds):.2f},{max(seconds):.2f}"
            )
        browser.close()


if __name__ == "__main__":
    main()
