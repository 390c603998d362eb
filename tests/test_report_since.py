"""Reports of groups formed again: what changed since the proposal, in every language."""

import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from cli_case import command
from grouping_builder import GroupWanted
from letters_by_hand import edition_with, grouping_with, person
from test_rounds_reform import season, with_answers

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.grouping.proposed import load_options
from sip_grouping.report.full.members import Shown
from sip_grouping.report.full.since import since_proposal
from sip_grouping.report.full.tables import Table
from sip_grouping.report.speech import Words
from sip_grouping.rounds.reform import Reform

Capture = pytest.CaptureFixture[str]
ENGLISH = re.compile(
    r"\b(?:the|group|groups|members|who|asked|another|since|moves?|which)\b", re.IGNORECASE
)
OPTIONS = pd.DataFrame(
    [
        ("two", "1", "invite", 2.0, 5.0, 12.5, 30.0),
        ("two", "2", "promote", 0.0, 5.0, 1.0, 5.0),
        ("two", "3", "merge", 0.0, 5.0, 1.0, 5.0),
        ("two", "4", "move to video", 0.0, 5.0, 1.0, 5.0),
        ("two", "5", "dissolve", 0.0, 5.0, 1.0, 5.0),
    ],
    columns=["group_id", "rank", "option", "members_moved", "placed", "score", "disruption"],
)


def group(members: str, group_id: str, **fields: object) -> GroupWanted:
    wanted: dict[str, object] = {
        "theme": "support", "place": "bxl", "members": list(members), "group_id": group_id,
    }  # fmt: skip
    return wanted | fields  # type: ignore[return-value]


def told(language: Language) -> tuple[str, dict[str, Table]]:
    """Return the sentence, and the tables by their order, of every kind of change at once."""
    edition = edition_with([person(one, commits=one != "h") for one in "abcdefghi"])
    video = {"track": "video", "place": ""}
    before = [
        group("ab", "place", slot="mon-evening", moderators=["a"]), group("cd", "track"),
        group("efgh", "ended"),
    ]  # fmt: skip
    now = [
        group("abf", "place", place="BE-9000", slot="tue-evening", moderators=["b"]),
        group("cd", "track", **video), group("ei", "opened", theme="gender"),
    ]  # fmt: skip
    lines, tables = since_proposal(
        sip.Proposed(
            grouping_with(edition, before), asked=frozenset("f"), given_up={"e": sip.Role.MEMBER}
        ),
        grouping_with(edition, now),
        Shown(edition, Words(language), names=False),
        OPTIONS,
    )
    return "\n".join(lines), dict(zip(("kinds", "groups", "options"), tables, strict=True))


def test_counts_and_points_are_those_of_the_changes() -> None:
    line, tables = told("en")
    # e changes theme (40), g is left out (100); f asked; h left; a and b meet elsewhere, at another time.
    price = 40 + 100 + 30 + 10 + 5 + 2 * 10 + 2 * 20 + 2 * 15
    assert "as they were: 0; who move without having asked: 2." in line
    assert f"Disruption in all: {price} points." in line
    assert line.endswith("\nHad accepted what could not be kept: e.")
    rows = {row[0]: row[1:] for row in tables["kinds"].rows}
    assert rows == {
        "another group": ("0", "1", "0"),
        "another theme": ("1", "0", "40"),
        "no group any more": ("1", "1", "100"),
        "the role is lost": ("1", "0", "10"),
        "a new role": ("1", "0", "5"),
        "video in place of a place, or the reverse": ("2", "0", "30"),
        "another place": ("2", "0", "20"),
        "another weekly slot": ("2", "0", "40"),
        "group closed": ("1", "0", "30"),
        "a group, and none before": ("0", "1", "0"),
    }
    groups = {row[0]: row[1] for row in tables["groups"].rows}
    assert groups == {
        "place": "another place, another weekly slot",
        "track": "video in place of a place, or the reverse",
        "ended": "group closed",
        "opened": "group opened",
    }
    assert tables["options"].rows[0] == ("two", "invite somebody", "2", "5", "12.5", "30")


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_nothing_is_left_in_english(language: Language) -> None:
    line, tables = told(language)
    said = [line]
    for one in tables.values():
        said += [one.caption, *one.header]
        said += [cell for row in one.rows for cell in row[1:] if isinstance(cell, str)]
    for text in said:
        assert not ENGLISH.search(text), text
        assert not re.search(r"[{}]", text), text


@pytest.fixture(scope="module")
def reformed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Reform]:
    """Return the export of a season in which groups were formed again, and how."""
    folder = tmp_path_factory.mktemp("season")
    with season(folder) as rounds:
        with_answers(rounds, folder, 5, declining=0.2)
        reform = rounds.reform(work_limit=60.0, relax=True)
        rounds.export(folder / "out")
    return folder / "out", reform


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_season_is_told_on_the_page(
    reformed: tuple[Path, Reform], tmp_path: Path, capsys: Capture, language: Language
) -> None:
    out, reform = reformed
    page = tmp_path / "report.html"
    ran = command(
        capsys, "report", out / "edition", out / "grouping", "--against", out / "before",
        "--out", page, "--lang", language,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    text = unescape(page.read_text("utf-8"))
    points = Words(language).number(reform.again.disruption / 1000)
    assert f" {points} " in text
    caption = Words(language).say("since-caption")
    assert text.count(f"<caption>{caption}</caption>") == 1
    options = Words(language).say("since-options-caption")
    assert (options in text) == bool(reform.options)
    # Groups without answers are compared as any other grouping.
    bare = tmp_path / "before"
    sip.save(sip.load_grouping(out / "before"), bare)
    ran = command(
        capsys, "report", out / "edition", out / "grouping", "--against", bare,
        "--out", page, "--lang", language, "--force",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert caption not in unescape(page.read_text("utf-8"))


@pytest.mark.parametrize("row", ["one,1,sell,0,1,1.0,1.0", "one,1,merge,0,many,1.0,1.0"])
def test_options_that_no_round_wrote_are_refused(tmp_path: Path, row: str) -> None:
    assert load_options(tmp_path) is None
    header = ",".join(OPTIONS.columns)
    (tmp_path / "options.csv").write_text(f"{header}\n{row}\n", "utf-8")
    with pytest.raises(sip.InputError, match="not-as-exported"):
        load_options(tmp_path)
