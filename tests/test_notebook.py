"""In a notebook: cards in which all is escaped, and a line of progress; elsewhere nothing of it."""

import html.parser
import re
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from small import member, small_edition
from source import ENGLISH

import sip_grouping as sip
from sip_grouping.cards import CardTable, card_html
from sip_grouping.catalogue import Language
from sip_grouping.notebook import in_notebook
from sip_grouping.solve.notebook import NotebookProgress
from sip_grouping.solve.progress import TracePoint

EVIL = "<script>alert('x')</script>&"


class Tags(html.parser.HTMLParser):
    """Keeps the tags and the text of a page; all tags must be closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.style = ""
        self.open: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.tags.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] == "style":
            self.style += data
        else:
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


TAGS = {
    *("style", "div", "span", "strong"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}


def shown(one: Any) -> Tags:
    page = one._repr_html_()
    assert len(page) < 8000
    tags = Tags(page)
    assert tags.tags <= TAGS
    assert "Alice" not in page
    assert "<b>" not in page
    return tags


def selectors(style: str) -> list[str]:
    inside = re.sub(r"@media[^{]*\{((?:[^{}]*\{[^}]*\})*)\}", r"\1", style)
    return [one.strip() for rule in re.findall(r"([^{}]+)\{", inside) for one in rule.split(",")]


def test_an_edition_shows_its_counts_and_themes(evil: sip.Edition) -> None:
    text = shown(evil).text
    assert EVIL in text
    assert " members 3 who take part 3 would moderate 0 would take minutes 0 offices 1 " in text
    assert "first choice of" in text


def test_an_edition_shows_what_is_worth_knowing(evil: sip.Edition) -> None:
    asking = evil.replace(rules=evil.rules.model_copy(update={"moderators": 1}))
    (warning,) = asking.warnings
    text = shown(asking).text
    assert "Worth knowing" in text
    assert warning.message in text
    assert "Worth knowing" not in shown(evil).text


def test_a_result_and_its_grouping_show_the_verdict(result: sip.Result) -> None:
    for one in (result, result.grouping):
        text = shown(one).text
        assert EVIL in text
        assert "Proven optimal: no valid grouping has a higher score." in text
        assert " score 300.000 bound 300.000 groups 1 members placed 3 not placed 0 " in text
        assert " first choices 100\u00a0% mean travel in km 0.0 " in text
    assert "s: the proof was complete." in shown(result).text


def test_a_gap_is_never_shown_smaller_than_it_is(result: sip.Result) -> None:
    assert result.grouping is not None
    changes = {"status": sip.Status.FEASIBLE, "bound_thousandths": 300_001, "gap": 1 / 300_000}
    open_gap = result.grouping.model_copy(update=changes)
    assert "within 0.001 % of the best possible score" in shown(open_gap).text
    unknown = result.grouping.model_copy(update=changes | {"bound_thousandths": None, "gap": None})
    text = shown(unknown).text
    assert "How far it is from the best possible score is not known." in text
    assert " bound none " in text


def test_a_result_without_a_grouping_says_why(evil: sip.Edition) -> None:
    themes = (evil.themes[0].model_copy(update={"groups_min": 9}),)
    infeasible = sip.form_groups(evil.replace(themes=themes), work_limit=10)
    assert infeasible.conflict is not None
    assert infeasible.conflict.relaxations
    text = shown(infeasible).text
    assert EVIL in text
    assert "s: no grouping is possible." in text
    for one in (*infeasible.conflict.rules, *infeasible.conflict.relaxations):
        assert one.message in text
    assert (
        "was found: unknown, no bound, time-limit"
        in shown(sip.form_groups(evil, time_limit=1e-9)).text
    )


def test_a_comparison_shows_who_moved_and_the_measures(result: sip.Result) -> None:
    nobody = sip.form_groups(result.edition.with_rules(local={"size_min": 3}, travel_km=0),
                             work_limit=10)  # fmt: skip
    text = shown(sip.compare(result, nobody, result, names=["one", EVIL, "three"])).text
    assert EVIL in text
    assert "one against three 3 0 0 0 0 0 1 0 0 " in text
    assert "three 300.000 3 3 0.0 0.0 1 0.0" in text


def test_what_is_wrong_with_an_input_is_a_table_of_alike_ones() -> None:
    people = [member(f"m{at}", themes=("nowhere",), name="Alice") for at in range(40)]
    with pytest.raises(sip.InputError) as caught:
        small_edition([*people, member("x", office=EVIL)])
    error = caught.value
    text = shown(error).text
    assert "41 problems in the input" in text
    assert "40 times" in text
    assert EVIL in text
    assert error.findings[0].remedy in text
    assert repr(error).startswith("InputError(40 unknown-theme, 1 ")
    assert "Alice" not in repr(error)


def test_the_verdict_of_the_verifier_is_a_table(result: sip.Result) -> None:
    assert result.grouping is not None
    good = sip.verify(result.edition, result)
    assert " No violation not checked: " in shown(good).text
    assert "true score 300.000" in shown(good).text
    assert repr(good) == "Verification(ok=True, violations=0, score=300.0)"
    bad = sip.verify(result.edition, result.grouping.model_copy(update={"score_thousandths": 1}))
    for one in (bad, sip.VerificationError(bad.violations)):
        text = shown(one).text
        assert bad.violations[0].message in text
        assert str(bad.violations[0].found) in text
    assert repr(bad).startswith("Verification(ok=False, violations=")
    assert str(bad.violations[0].rule) in repr(sip.VerificationError(bad.violations))


@pytest.fixture
def told_in() -> Iterator[Callable[[Language], None]]:
    """Give what sets the language of cards; in the end it is English again."""
    yield sip.show_in
    sip.show_in("en")


def test_cards_are_told_in_the_language_that_is_set(
    result: sip.Result, told_in: Callable[[Language], None]
) -> None:
    assert result.grouping is not None
    asking = result.edition.replace(rules=result.edition.rules.model_copy(update={"moderators": 1}))
    themes = (result.edition.themes[0].model_copy(update={"groups_min": 9}),)
    infeasible = sip.form_groups(result.edition.replace(themes=themes), work_limit=10)
    with pytest.raises(sip.InputError) as caught:
        small_edition([member("m", themes=("nowhere",))])
    bad = sip.verify(result.edition, result.grouping.model_copy(update={"score_thousandths": 1}))
    things = [
        *(asking, result, result.grouping, infeasible, caught.value),
        *(sip.compare(result, result), bad, sip.VerificationError(bad.violations)),
    ]
    english = [shown(one).text for one in things]
    for language in ("nl", "fr"):
        told_in(language)
        for thing, before in zip(things, english, strict=True):
            text = shown(thing).text
            assert text != before
            # Codes and keys are the same in every language.
            said = re.sub(r"[\w.]+[-_][\w-]+", "", text.replace(EVIL, ""))
            assert not ENGLISH[language].search(said), said
    told_in("en")
    assert [shown(one).text for one in things] == english
    with pytest.raises(sip.InputError, match="show_in"):
        sip.show_in("de")  # type: ignore[arg-type]


def test_a_card_says_what_is_proven_of_several_objectives(evil: sip.Edition) -> None:
    found = sip.form_groups(evil, work_limit=10, objectives=["placed", "score"])
    assert found.status is sip.Status.OPTIMAL
    text = shown(found).text
    assert "higher score" not in text
    assert "order of what was wanted (1. members placed, 2. the score)" in text


def test_the_styles_of_a_card_hold_inside_it_alone() -> None:
    page = card_html("title", tables=[CardTable(("a",), [(1,)])])
    style = Tags(page).style
    found = selectors(style)
    assert len(found) > 8
    assert all(re.match(r"\.sip-card(?![\w-])", one) for one in found), found
    assert "@media (prefers-color-scheme:dark)" in style
    assert page.count('class="sip-card"') == 1


def test_of_many_rows_the_first_are_shown() -> None:
    rows = [(n, f"text {n}") for n in range(1000)]
    page = card_html("title", tables=[CardTable(("n", "t"), rows)])
    tags = Tags(page)
    assert " 29 " in tags.text
    assert " 30 " not in tags.text
    assert "and 970 more" in tags.text
    assert '<td class="sip-number">29</td><td>text 29</td>' in page
    assert len(card_html("x" * 100_000)) < 3000


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
