"""In a notebook: short tables in which all is escaped, and a line of progress; elsewhere nothing of it."""

import html.parser
import subprocess
import sys
import types
from typing import Any

import pytest
from small import member, small_edition

import sip_grouping as sip
from sip_grouping.notebook import in_notebook, table_html
from sip_grouping.solve.notebook import NotebookProgress
from sip_grouping.solve.progress import TracePoint

EVIL = "<script>alert('x')</script>&"


class Tags(html.parser.HTMLParser):
    """Keeps the tags and the text of a page; all tags must be closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.tags.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


@pytest.fixture(scope="module")
def evil() -> sip.Edition:
    people = [
        member(f"<b>{i}", name="Secret Alice", email="a@b.example", extra={EVIL: EVIL})
        for i in range(3)
    ]
    return small_edition(people, themes=[sip.Theme(id="a", title={"en": EVIL})]).replace(name=EVIL)


@pytest.fixture(scope="module")
def result(evil: sip.Edition) -> sip.Result:
    return sip.form_groups(evil, work_limit=10)


def shown(one: Any) -> Tags:
    page = one._repr_html_()
    assert len(page) < 5000
    tags = Tags(page)
    assert tags.tags <= {"div", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    assert "Alice" not in page
    assert "<b>" not in page
    assert EVIL in tags.text
    return tags


def test_an_edition_shows_its_counts_and_themes(evil: sip.Edition) -> None:
    text = shown(evil).text
    assert "3 members, 3 of whom take part" in text
    assert "first choice of" in text


def test_a_result_and_its_grouping_show_the_verdict(result: sip.Result) -> None:
    for one in (result, result.grouping):
        assert "optimal: score 300.000, bound 300.000, gap 0.000%" in shown(one).text
        assert "1 groups, 3 members placed, 0 not placed" in shown(one).text
    assert "stopped after" in shown(result).text


def test_a_result_without_a_grouping_says_why(evil: sip.Edition) -> None:
    themes = (evil.themes[0].model_copy(update={"groups_min": 9}),)
    infeasible = sip.form_groups(evil.replace(themes=themes), work_limit=10)
    assert infeasible.conflict is not None
    text = shown(infeasible).text
    assert "infeasible: no grouping" in text
    assert infeasible.conflict.rules[0].message in text
    assert "unknown: no grouping" in shown(sip.form_groups(evil, time_limit=1e-9)).text


def test_of_many_rows_the_first_are_shown() -> None:
    tags = Tags(table_html("title", (), ("n",), [(n,) for n in range(1000)]))
    assert " 29 " in tags.text
    assert " 30 " not in tags.text
    assert "and 970 more" in tags.text
    assert len(table_html("x" * 100_000)) < 1000


class ZMQInteractiveShell:
    """The shell of a kernel, as IPython calls it."""


class Colab(ZMQInteractiveShell):
    """A shell derived from it."""


class TerminalInteractiveShell:
    """The shell of a terminal."""


class Screen:
    """A notebook's display: the texts that were shown, in order, and how many places they took."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.places = 0

    def display(self, content: dict[str, str], *, raw: bool, display_id: bool) -> "Screen":
        assert raw
        assert display_id
        self.places += 1
        self.texts.append(content["text/plain"])
        return self

    def update(self, content: dict[str, str], *, raw: bool) -> None:
        assert raw
        self.texts.append(content["text/plain"])


def pretend(monkeypatch: pytest.MonkeyPatch, shell: object) -> Screen:
    """Let the code run below a shell of IPython."""
    screen = Screen()
    module: Any = types.ModuleType("IPython")
    module.get_ipython = lambda: shell
    module.display = types.ModuleType("IPython.display")
    module.display.display = screen.display
    monkeypatch.setitem(sys.modules, "IPython", module)
    monkeypatch.setitem(sys.modules, "IPython.display", module.display)
    return screen


@pytest.mark.parametrize("shell", [ZMQInteractiveShell(), Colab()])
def test_a_notebook_shows_the_progress_in_one_line(
    shell: object, result: sip.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = pretend(monkeypatch, shell)
    again = sip.form_groups(result.edition, work_limit=10)
    assert again.grouping == result.grouping
    assert screen.places == 1
    assert screen.texts[0].startswith("building, ")
    assert screen.texts[-1].startswith("verifying, ")
    assert screen.texts[-1].endswith("score 300.000; bound 300.000; gap 0.000%")
    assert all("\n" not in text for text in screen.texts)


def test_an_observer_of_ones_own_is_the_only_one(
    result: sip.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = pretend(monkeypatch, ZMQInteractiveShell())
    sip.form_groups(result.edition, work_limit=10, observer=sip.Observer())
    assert not screen.texts


@pytest.mark.parametrize("shell", [None, TerminalInteractiveShell()])
def test_elsewhere_nothing_is_shown(
    shell: object, result: sip.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = pretend(monkeypatch, shell)
    assert not in_notebook()
    sip.form_groups(result.edition, work_limit=10)
    assert not screen.texts


def test_a_notebook_that_cannot_show_anything_harms_nothing(
    result: sip.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = pretend(monkeypatch, ZMQInteractiveShell())
    monkeypatch.delattr(sys.modules["IPython.display"], "display")
    assert sip.form_groups(result.edition, work_limit=10).grouping == result.grouping
    assert not screen.texts


def test_what_comes_close_together_is_shown_once() -> None:
    texts: list[str] = []
    times = iter([0.0, 1.0, 1.05, 1.5, 1.5, 1.6, 2.0])
    progress = NotebookProgress(texts.append, lambda: next(times))
    progress.on_phase("search")
    for score in (1000, 2000, 3000):
        progress.on_progress(TracePoint("search", 0.0, 0.0, score, None))
    progress.on_phase("verifying")
    assert texts == ["search, 1.0 s", "search, 1.5 s; score 2.000", "verifying, 2.0 s; score 3.000"]


def test_ipython_is_not_loaded_by_the_library() -> None:
    probe = (
        "import sys, sip_grouping as sip\n"
        "edition = sip.synthetic_edition(members=10, seed=0)\n"
        "sip.form_groups(edition, work_limit=1)\n"
        "assert 'IPython' not in sys.modules\n"
    )
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert run.stdout == run.stderr == ""
