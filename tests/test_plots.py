"""Figures show what the tables say, in one look, and are drawn only when asked for."""

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html import escape

import numpy as np
import pytest
from groupings_by_hand import grouping_of
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.colours import PALETTE
from sip_grouping.plots import sizes
from sip_grouping.plots.trace import trace_plot
from sip_grouping.solve.progress import TracePoint

NAMES = ("ranks", "travel", "sizes", "trace", "map")


@pytest.fixture(scope="module")
def result() -> sip.Result:
    edition = sip.synthetic_edition(members=90, seed=4).with_rules(travel_km=40)
    return sip.form_groups(edition, work_limit=6)


def grouping(result: sip.Result) -> sip.Grouping:
    assert result.grouping is not None
    return result.grouping


def drawn(result: sip.Result, name: str, language: Language = "en") -> Figure:
    figure = getattr(result, f"plot_{name}")(language)
    assert isinstance(figure, Figure)
    return figure


def axes_of(figure: Figure) -> Axes:
    (axes,) = figure.axes
    return axes


def bars(axes: Axes) -> list[Rectangle]:
    return [one for one in axes.patches if isinstance(one, Rectangle)]


def points_of(line: Line2D) -> list[list[float]]:
    return [[float(x), float(y)] for x, y in np.asarray(line.get_xydata())]


def texts(figure: Figure) -> str:
    figure.draw_without_rendering()
    found = [one.get_text() for one in figure.findobj(lambda one: hasattr(one, "get_text"))]  # type: ignore[attr-defined]
    return "\n".join(found)


def test_a_bar_for_each_choice_is_as_high_as_members_obtained_it(result: sip.Result) -> None:
    placements = grouping(result).placements
    counts = Counter((one.rank, one.track) for one in placements)
    figure = drawn(result, "ranks")
    ranks = max(rank for rank, _ in counts)
    heights = [one.get_height() for one in bars(axes_of(figure))]
    assert heights[:ranks] == [counts[rank, sip.Track.LOCAL] for rank in range(1, ranks + 1)]
    assert heights[ranks : 2 * ranks] == [
        counts[rank, sip.Track.VIDEO] for rank in range(1, ranks + 1)
    ]
    unplaced = sum(one.status is sip.LeftOutStatus.UNPLACED for one in grouping(result).left_out)
    assert unplaced > 0
    assert heights[-1] == unplaced
    first = sum(one.rank == 1 for one in placements)
    assert f"{first} ({100 * first / (len(placements) + unplaced):.0f}%)" in texts(figure)


def test_the_bars_of_travel_hold_every_member_of_a_local_group(result: sip.Result) -> None:
    km = [one.travel_m / 1000 for one in grouping(result).placements if one.travel_m is not None]
    figure = drawn(result, "travel")
    axes = axes_of(figure)
    assert sum(one.get_height() for one in bars(axes)) == len(km)
    for one in bars(axes):
        low, high = one.get_x(), one.get_x() + one.get_width()
        assert one.get_height() == sum(low <= value < high for value in km)
    said = texts(figure)
    assert f"mean {sum(km) / len(km):.1f} km" in said
    assert "limit 40.0 km" in said
    within = next(line for line in said.splitlines() if line.startswith("nine in ten"))
    limit = float(within.split()[-2])
    assert sum(value <= limit + 0.05 for value in km) >= 0.9 * len(km)


def test_where_themes_have_other_limits_none_is_drawn(result: sip.Result) -> None:
    themes = {one.theme for one in grouping(result).group_records if one.track is sip.Track.LOCAL}
    assert len(themes) > 1
    for edition in (
        result.edition.with_rules(min(themes), travel_km=100),
        result.edition.with_rules(office_travel_km=60),
    ):
        assert "limit" not in texts(drawn(replace(result, edition=edition), "travel"))


def test_each_group_has_a_bar_in_the_colour_of_its_theme(result: sip.Result) -> None:
    figure = drawn(result, "sizes")
    axes = axes_of(figure)
    labels = [one.get_text() for one in axes.get_yticklabels()]
    groups = grouping(result).group_by_id
    assert sorted(labels) == sorted(groups)
    colours = {theme.id: PALETTE[at] for at, theme in enumerate(result.edition.themes)}
    for label, bar in zip(labels, bars(axes), strict=True):
        assert bar.get_width() == groups[label].size
        assert to_hex(bar.get_facecolor()) == colours[groups[label].theme]
        assert bool(bar.get_hatch()) == (groups[label].track is sip.Track.VIDEO)
    assert result.edition.themes[0].title_in("en") in texts(figure)


def test_of_very_many_groups_each_size_has_a_bar(
    result: sip.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "MOST_BARS", 2)
    counts = Counter(one.size for one in grouping(result).group_records)
    heights: Counter[int] = Counter()
    for one in bars(axes_of(drawn(result, "sizes"))):
        heights[round(one.get_x() + one.get_width() / 2)] += round(one.get_height())
    assert {size: height for size, height in heights.items() if height} == counts


def test_score_and_bound_are_lines_to_the_end() -> None:
    trace = [
        TracePoint("bound", 1.0, 0.0, None, 9_000),
        TracePoint("search", 2.0, 1.0, 5_000, 9_000),
        TracePoint("search", 3.0, 2.0, 8_000, 8_500),
    ]
    figure = trace_plot("e", trace, 4.0, 0.0625, "en")
    lines = {str(one.get_label()): one for one in axes_of(figure).lines}
    bound = lines["bound: none is above 8.500"]
    score = lines["score of the best so far: 8.000"]
    assert points_of(bound) == [[1.0, 9.0], [2.0, 9.0], [3.0, 8.5], [4.0, 8.5]]
    assert points_of(score) == [[2.0, 5.0], [3.0, 8.0], [4.0, 8.0]]
    assert "open at the end: 6.250%" in texts(figure)


def test_the_trace_of_a_run_that_found_nothing_is_shown_too(result: sip.Result) -> None:
    nothing = sip.form_groups(result.edition, time_limit=1e-9)
    assert nothing.grouping is None
    nothing.plot_trace()
    empty = replace(nothing, trace=())
    assert "nothing to show" in texts(empty.plot_trace())
    for name in ("ranks", "travel", "sizes", "map"):
        with pytest.raises(sip.NoGroupingError, match=f"plot_{name}"):
            getattr(nothing, f"plot_{name}")()


def test_the_map_is_that_of_the_report(result: sip.Result) -> None:
    figure = drawn(result, "map")
    assert len(figure.axes) > 1
    said = texts(figure)
    assert result.edition.name in said
    groups = [one for one in grouping(result).group_records if one.track is sip.Track.LOCAL]
    assert any(one.place_name in said for one in groups)


def test_a_grouping_without_groups_has_figures(result: sip.Result) -> None:
    empty = replace(result, grouping=grouping_of({}, out="abc"))
    assert "3 (100%)" in texts(empty.plot_ranks())
    for name in ("travel", "sizes"):
        assert "nothing to show" in texts(drawn(empty, name))


@pytest.mark.parametrize("name", NAMES)
def test_figures_speak_three_languages_and_look_the_same_each_time(
    result: sip.Result, name: str
) -> None:
    said = {language: texts(drawn(result, name, language)) for language in LANGUAGES}
    assert len(set(said.values())) == len(LANGUAGES)
    with pytest.raises(sip.InputError, match="unknown-language"):
        drawn(result, name, "de")  # type: ignore[arg-type]
    first, second = (drawn(result, name) for _ in range(2))
    png = first._repr_png_()  # type: ignore[attr-defined]
    assert png.startswith(b"\x89PNG")
    assert png == second._repr_png_()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_who_does_not_see_a_figure_is_told_its_title_and_its_figures(
    result: sip.Result, name: str
) -> None:
    dear = replace(result, edition=result.edition.replace(name='"<b>'))
    alts = {language: drawn(result, name, language).alt for language in LANGUAGES}  # type: ignore[attr-defined]
    assert len(set(alts.values())) == len(LANGUAGES)
    assert all(re.match(r".*2020-2021.*\. .*\d.*[^.]\.$", alt) for alt in alts.values()), alts
    data, about = drawn(result, name)._repr_mimebundle_()  # type: ignore[attr-defined]
    assert about["image/png"]["alt"] == alts["en"]
    assert f'alt="{escape(alts["en"])}"' in data["text/html"]
    assert f"base64,{data['image/png']}" in data["text/html"]
    if name == "trace":
        assert "<b>" not in drawn(dear, name)._repr_mimebundle_()[0]["text/html"]  # type: ignore[attr-defined]


def test_the_words_of_a_figure_say_what_its_bars_show(result: sip.Result) -> None:
    first = sum(one.rank == 1 for one in grouping(result).placements)
    assert f"choice 1: {first} (" in drawn(result, "ranks").alt  # type: ignore[attr-defined]
    groups = [one for one in grouping(result).group_records if one.theme == "support"]
    smallest, largest = min(one.size for one in groups), max(one.size for one in groups)
    told = f"Support: {len(groups)} groups of {smallest} to {largest} members"
    assert told in drawn(result, "sizes").alt  # type: ignore[attr-defined]


def test_what_a_title_holds_is_no_formula(result: sip.Result) -> None:
    dear = result.edition.replace(name="cost $x_1$ and $\\frac{1")
    figure = drawn(replace(result, edition=dear), "trace")
    assert "cost $x_1$" in texts(figure)
    assert figure._repr_png_()  # type: ignore[attr-defined]


PROBE = """
import sys
import sip_grouping as sip
result = sip.form_groups(sip.synthetic_edition(members=30, seed=1), work_limit=2)
assert "matplotlib" not in sys.modules
figure = result.plot_ranks()
assert "matplotlib" in sys.modules
assert "matplotlib.pyplot" not in sys.modules
"""


def test_matplotlib_is_loaded_where_a_figure_is_drawn_and_shows_none() -> None:
    run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=False)
    # The first time of all it may say that it looks for fonts.
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
