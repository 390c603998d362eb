"""The notebooks in examples run from top to bottom, say what they promise, and are kept without outputs.

As Jupyter shows them they are quiet, accessible and no wider than the screen.
"""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from executed import EXAMPLES, NOTEBOOKS, executed
from exports.answers import ANSWERS
from exports.make_exports import EDITION_TOML, EXPORTS, OFFICES_CSV
from in_browser import NEEDS_BROWSER, SCHEMES, WIDTHS, Opened, assert_usable, browser
from playwright.sync_api import Browser

__all__ = ["browser"]


def cells(name: str) -> list[dict[str, Any]]:
    found = json.loads((EXAMPLES / name).read_text("utf-8"))["cells"]
    assert isinstance(found, list)
    return found


def shown(name: str) -> str:
    """Return what a notebook shows, text and HTML."""
    texts = []
    for cell in executed(name).cells:
        for output in cell.get("outputs", []):
            assert output["output_type"] != "stream" or output["name"] == "stdout", output
            texts += [str(output.get("text", "")), *map(str, output.get("data", {}).values())]
    return "\n".join(texts)


LETTERS = "(35, 6, "
"""What the notebook says when letters are written: a letter that follows holds the name of its reader."""

PROMISED = {
    "1-first-grouping.ipynb": ["2 problems in the input", "No violation", "True", "too-few"],
    "2-comparing-scenarios.ipynb": [
        "20 km against 40 km",
        "has a group now",
        "fewer groups",
        "pareto",
    ],
    "3-from-a-form-to-letters.ipynb": [
        "answered-again",
        "rank of support",
        "No violation",
        LETTERS,
        "True",
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_from_top_to_bottom(name: str) -> None:
    text = shown(name)
    for one in PROMISED[name]:
        assert one in text, one
    assert 'class="sip-card"' in text
    before_letters = text.partition(LETTERS)[0]
    assert "@" not in before_letters.replace("@media", "")
    assert not any(one.name in before_letters for one in ANSWERS)


def test_every_notebook_is_told_of() -> None:
    assert sorted(PROMISED) == NOTEBOOKS
    text = (EXAMPLES / "README.md").read_text("utf-8")
    assert all(f"]({name})" in text for name in NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_kept_without_outputs_and_without_clocks(name: str) -> None:
    nbformat.validate(nbformat.read(EXAMPLES / name, as_version=4))  # type: ignore[no-untyped-call]
    for cell in cells(name):
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
            assert "time_limit" not in "".join(cell["source"])


def test_the_data_of_the_form_are_those_of_the_exports() -> None:
    (export,) = (one for one in EXPORTS if one.name == "google-csv-fr")
    assert (EXAMPLES / "data" / "answers.csv").read_bytes() == export.data
    assert (EXAMPLES / "data" / "edition.toml").read_text("utf-8") == EDITION_TOML
    assert (EXAMPLES / "data" / "offices.csv").read_text("utf-8") == OFFICES_CSV


# In a browser: here, since a notebook is run once in a process

FOREIGN = (".jp-InputArea", ".jp-OutputPrompt", "table.dataframe")
"""What Jupyter colours and what pandas draws: the code, the numbers of cells, tables of pandas."""

FIGURES = {"1-first-grouping.ipynb": 3, "2-comparing-scenarios.ipynb": 0}
"""How many a notebook shows; one where nothing is said."""


def as_page(name: str, theme: str) -> str:
    """Return a notebook that was run as Jupyter shows it, without what it would fetch from elsewhere."""
    nbconvert = pytest.importorskip("nbconvert", reason="nbconvert is not installed")
    nothing = dict.fromkeys(("require_js_url", "jquery_url", "mathjax_url", "mermaid_js_url"), "")
    exporter = nbconvert.HTMLExporter(template_name="lab", theme=theme, **nothing)
    page, _ = exporter.from_notebook_node(executed(name))
    assert isinstance(page, str)
    return page


@NEEDS_BROWSER
@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_whole_notebook_is_quiet_accessible_and_no_wider_than_the_screen(
    browser: Browser, tmp_path: Path, name: str, scheme: str
) -> None:
    file = tmp_path / "notebook.html"
    file.write_text(as_page(name, scheme), "utf-8")
    for width in WIDTHS:
        opened = Opened(browser, file, scheme, width)
        assert_usable(opened, scheme, width, foreign=FOREIGN)
        figures = opened.page.locator("img")
        told = figures.evaluate_all("all => all.map(one => [one.alt, one.naturalWidth > 0])")
        assert len(told) == FIGURES.get(name, 1)
        for alt, seen in told:
            assert seen
            assert re.match(r".*(2020-2021|2026-2027).*\d+ ", alt), alt
        cells = opened.page.locator(".sip-card td:not(.sip-number)")
        aligned = cells.evaluate_all("all => all.map(one => getComputedStyle(one).textAlign)")
        assert set(aligned) == {"left"}
        opened.close()
