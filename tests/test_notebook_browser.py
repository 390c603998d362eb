"""What a notebook shows, cell by cell, and the page of a comparison, in a browser.

All of it is quiet, accessible and no wider than the screen.
"""

from pathlib import Path
from typing import Any

import pytest
from in_browser import NEEDS_BROWSER, SCHEMES, WIDTHS, Opened, assert_usable, browser
from nasty_edition import nasty_edition, nasty_grouping
from playwright.sync_api import Browser
from small import member, small_edition

import sip_grouping as sip

pytestmark = NEEDS_BROWSER
__all__ = ["browser"]

SHELL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Cells</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>
<body><main><h1>Cells</h1>{cells}</main></body></html>
"""
"""A notebook in a browser has outputs one below the other, on a page of the scheme of its reader."""


def refused() -> sip.InputError:
    with pytest.raises(sip.InputError) as caught:
        small_edition([member(f"m{at}", themes=("nowhere",)) for at in range(9)])
    return caught.value


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("cells")
    edition = nasty_edition()
    grouping = nasty_grouping(edition)
    plain = sip.synthetic_edition(members=60, seed=3)
    results = [sip.form_groups(plain, work_limit=5, workers=1, gap=gap) for gap in (0.5, 0.0)]
    shown: list[Any] = [
        edition,
        grouping,
        sip.verify(edition, grouping),
        sip.compare(grouping, grouping, edition=edition),
        refused(),
        plain,
        *results,
        sip.compare(*(result.grouping for result in results if result.grouping), edition=plain),
    ]
    pages = {
        "cells": SHELL.format(cells="".join(f"<div>{one._repr_html_()}</div>" for one in shown)),
        "comparison": sip.compare(
            *(result.grouping for result in results if result.grouping), edition=plain
        ).html(),
        "nasty-comparison": sip.compare(grouping, grouping, edition=edition).html("fr"),
    }
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, "utf-8")
    return {name: folder / f"{name}.html" for name in pages}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["cells", "comparison", "nasty-comparison"])
def test_what_is_shown_is_quiet_accessible_and_no_wider_than_the_screen(
    browser: Browser, files: dict[str, Path], name: str, scheme: str, width: int
) -> None:
    opened = Opened(browser, files[name], scheme, width)
    assert_usable(opened, scheme, width)
    opened.close()
