"""Takes the pictures of docs/images anew: what comes out of the demo edition, in Chromium.

Run ``python docs/pictures.py`` from anywhere, with the tests installed; it needs Chromium and Pillow as well.
Fonts of the machine show in the pictures, so they are the same only on one machine.
"""

import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import sip_grouping as sip
from sip_grouping.explain import prices
from sip_grouping.ledger import prove

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent / "data" / "demo-2020-2021"
EXAMPLES = HERE.parent / "examples"
MOST_BYTES = 150_000


def nothing(_: Page) -> None:
    """Do nothing to a page before its picture is taken."""


def shown_at(selector: str, number: int = 0) -> Callable[[Page], None]:
    """Return what scrolls to an element of a page."""

    def scroll(page: Page) -> None:
        page.locator(selector).nth(number).evaluate("one => one.scrollIntoView()")

    return scroll


def belgium(page: Page) -> None:
    """Show Belgium on the map of a report, and what is said of a place."""
    page.locator("[data-box]").first.click()
    shown_at("#on-the-map")(page)
    page.locator(".place use").nth(1).hover()


@dataclass(frozen=True)
class Shot:
    """A picture: its name, the page, how that is looked at."""

    name: str
    file: Path
    height: int
    prepare: Callable[[Page], None] = nothing
    scheme: str = "light"
    width: int = 1200


def report_shots(folder: Path) -> Iterator[Shot]:
    """Write the report of the demo edition, and yield its pictures."""
    edition = sip.load_edition(DEMO)
    grouping = sip.form_groups(edition, work_limit=60)
    file = folder / "report.html"
    sip.export_report(edition, grouping, file, checked=sip.verify(edition, grouping).ok)
    yield Shot("report", file, 760)
    yield Shot("report-map", file, 900, belgium)
    yield Shot("report-groups", file, 640, shown_at("#g0"), "dark")


def comparison_shots(folder: Path) -> Iterator[Shot]:
    """Write the comparison of two scenarios, as the second notebook has it, and yield its pictures."""
    edition = sip.load_edition(DEMO)
    results = [
        sip.form_groups(edition.with_rules(travel_km=km), work_limit=20, gap=0.001)
        for km in (20, 40)
    ]
    file = folder / "comparison.html"
    file.write_text(
        sip.compare(*results, names=["20 km", "40 km"], edition=edition).html(), "utf-8"
    )
    yield Shot("comparison", file, 900, shown_at("table"))


def notebook_shots(folder: Path) -> Iterator[Shot]:
    """Run the first notebook, and yield pictures of it as Jupyter shows it."""
    shutil.copytree(EXAMPLES, folder / "examples", ignore=shutil.ignore_patterns("groups"))
    shutil.copytree(DEMO, folder / "data" / DEMO.name)
    path = folder / "examples" / "1-first-grouping.ipynb"
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}})
    client.execute(env=os.environ | {"PYTHONPATH": str(Path(sip.__file__).parents[1])})
    page, _ = HTMLExporter(template_name="lab", theme="dark").from_notebook_node(notebook)
    path.with_suffix(".html").write_text(page, "utf-8")
    yield Shot(
        "notebook", path.with_suffix(".html"), 800, shown_at(".jp-CodeCell", 3), "dark", 1000
    )


def letter_shots(folder: Path) -> Iterator[Shot]:
    """Write the letters of the demo edition to made-up names, and yield one in Dutch."""
    edition = sip.load_edition(DEMO)
    named = [
        one.model_copy(
            update={
                "name": f"Lid {one.member_id[1:]}",
                "email": f"{one.member_id}@example.org",
                "share_contact": True,
            }
        )
        for one in edition.members
    ]
    edition = edition.replace(members=tuple(named))
    result = sip.form_groups(edition, work_limit=20, gap=0.001)
    letters = sip.write_letters(edition, result, folder / "letters", formats="html")
    placements = result.grouping.placements if result.grouping else ()
    placed = [
        one.member_id
        for one in placements
        if edition.member_by_id[one.member_id].languages[:1] == ("nl",) and one.travel_m is not None
    ]
    yield Shot("letter", letters.folder / f"member-{min(placed)}.html", 960, width=800)


def ledger_shots(folder: Path) -> Iterator[Shot]:
    """Write the ledger of the demo edition and the map of its prices, and yield their pictures."""
    edition = sip.load_edition(DEMO)
    prove(edition, sip.form_groups(edition, work_limit=60)).save(folder / "ledger")
    yield Shot("ledger", folder / "ledger" / "index.html", 860, width=1000)
    drawn = prices(edition, confirm=0).map_picture("secretary", kind="svg")
    (folder / "prices.svg").write_bytes(drawn)
    file = folder / "prices.html"
    file.write_text('<body style="margin:0"><img src="prices.svg" width="1200">', "utf-8")
    yield Shot("prices", file, 880)


def take(browser: Browser, shot: Shot) -> None:
    """Save what the window shows, in as few colours as it takes."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.scheme == "dark" else "light",
        offline=True,
    )
    page = context.new_page()
    page.goto(shot.file.as_uri(), wait_until="domcontentloaded")
    shot.prepare(page)
    page.wait_for_timeout(200)
    file = HERE / "images" / f"{shot.name}.png"
    seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    seen.quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
    context.close()
    if file.stat().st_size >= MOST_BYTES:
        raise SystemExit(f"{file.name} is larger than {MOST_BYTES:,} bytes")


def main() -> None:
    """Form the groups, write the pages, look at their parts."""
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for shots in (
            report_shots,
            comparison_shots,
            notebook_shots,
            letter_shots,
            ledger_shots,
        ):
            for shot in shots(Path(temporary)):
                take(browser, shot)
        browser.close()


if __name__ == "__main__":
    main()
