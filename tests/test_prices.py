"""Shadow prices: what they promise by duality holds by enumeration, and the command tells them."""

import csv
import json
import re
from itertools import product
from pathlib import Path

import pytest
from brute_force import best_grouping_by_enumeration
from cli_case import command, write_edition
from small import member, office, small_edition
from tiny_editions import crowded_edition, tiny_edition

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme
from sip_grouping.errors import InputError
from sip_grouping.explain import Price, Priced, Prices, changed, prices
from sip_grouping.explain.shadow import NEW_MEMBER
from sip_grouping.grouping import Status
from sip_grouping.problem import Problem, build_problem

Capture = pytest.CaptureFixture[str]
NEW = {Priced.MEMBER, Priced.MODERATOR, Priced.SECRETARY}


def who_may_be_where(edition: Edition) -> tuple[object, ...]:
    """Return all that the model knows of groups, without the new member: places, cells, members in them."""
    problem: Problem = build_problem(edition)
    known = edition.members
    inside: dict[tuple[str, ...], set[str]] = {}
    for cell, owner in zip(problem.pair_cell.tolist(), problem.pair_class.tolist(), strict=True):
        one = problem.cells[cell]
        key = (one.theme, one.track.value, problem.place_id(one), one.language, one.slot)
        for copy in problem.classes.copies[owner]:
            inside.setdefault(key, set()).update(known[index].member_id for index in copy)
    places = [(one.place_id, one.latitude, one.longitude) for one in problem.places]
    return places, {key: ids - {NEW_MEMBER} for key, ids in inside.items()}


def priced(edition: Edition) -> Prices | None:
    try:
        return prices(edition, confirm=0)
    except InputError:
        return None  # the relaxation has no solution


def checked(edition: Edition, told: Prices, row: Price, same: tuple[object, ...]) -> bool:
    """Assert that a change is worth its price at most; return whether it could be said."""
    if row.change is None or (row.what is Priced.SEAT and not row.place):
        return False
    try:
        after = changed(edition, [row.change])
    except InputError:
        return False  # such as a new member whose country has no postcode table here
    if row.what in NEW and who_may_be_where(after) != same:
        return False  # another group has become possible
    best = best_grouping_by_enumeration(after)
    assert best is None or best <= told.bound_thousandths + row.thousandths, row
    return True


def test_a_change_is_worth_its_price_at_most() -> None:
    said = dict.fromkeys(Priced, 0)
    for draw, seed in (
        *product((tiny_edition,), range(25)),
        *product((crowded_edition,), range(11)),
    ):
        edition = draw(seed)
        told = priced(edition)
        if told is None:
            continue
        same = who_may_be_where(edition)
        seen = dict.fromkeys(Priced, 0)
        for row in told.rows:
            if not seen[row.what] and checked(edition, told, row, same):
                seen[row.what] += 1
                said[row.what] += 1
    assert all(said[what] >= 10 for what in NEW), said


def short_of_moderators() -> Edition:
    """Two groups could meet at the office; one volunteers to moderate, and another room is of no use."""
    members = [member(f"m{number}", video=False) for number in range(6)]
    members[0] = member("m0", moderator=True, video=False)
    return small_edition(members, themes=[Theme(id="a")], moderators=1)


def test_what_is_scarce_has_a_price_that_is_confirmed() -> None:
    edition = short_of_moderators()
    told = prices(edition, confirm=1)
    assert told.before is not None
    assert told.before.status is Status.OPTIMAL
    moderator = next(one for one in told.rows if one.what is Priced.MODERATOR)
    assert (moderator.theme, moderator.place) == ("a", "hub")
    found = told.difference(moderator)
    assert found is not None
    # Three are left out; two of them and the new one make a second group.
    assert found.certain == 300_000
    # Another member who moderates nothing finds no seat: it has no price.
    assert not [one for one in told.rows if one.what is Priced.MEMBER]
    row = told.table.iloc[0]
    assert (row["what"], row["points"]) == ("moderator", moderator.thousandths / 1000)
    assert row["confirmed_least"] == row["confirmed_most"] == 300.0
    assert told.by_place("moderator").loc["hub", "a"] == row["points"]


def six() -> list[sip.Member]:
    return [member(f"m{number}", video=False) for number in range(6)]


SCARCE = {
    # Two meet at the office, a third lives half a km too far away.
    Priced.KM: (
        small_edition([*six()[:2], member("far", 30.5, video=False)], offices=[office()]), 100_000,
    ),
    Priced.ROOM: (
        small_edition(
            [one.model_copy(update={"slots": ("tue",)}) for one in six()],
            offices=[office(rooms=1)],
            shared_slot=True,
        ),
        300_000,
    ),
    Priced.GROUPS_MAX: (small_edition(six(), themes=[Theme(id="a", groups_max=1)]), 300_000),
    Priced.GROUPS_MIN: (
        small_edition(
            six()[:2], themes=[Theme(id="a", groups_min=1)], score={"group_points": 250.0}
        ),
        50_000,
    ),
    # A group of three, and one who is left out.
    Priced.SEAT: (small_edition(six()[:4], themes=[Theme(id="a", groups_max=1)]), 100_000),
}  # fmt: skip


@pytest.mark.parametrize("what", SCARCE)
def test_each_kind_is_priced_and_confirmed(what: Priced) -> None:
    edition, gain = SCARCE[what]
    told = prices(edition, confirm=1)
    row = next(one for one in told.rows if one.what is what and one.change is not None)
    found = told.difference(row)
    assert found is not None
    assert found.certain == gain
    # Where prices are not the only ones, as of a group that is asked for, they may be too high.
    assert row.thousandths == gain or (what is Priced.GROUPS_MIN and row.thousandths > gain)


def test_where_nothing_is_scarce_nothing_has_a_price() -> None:
    edition = short_of_moderators()
    nobody = edition.replace(members=edition.members[1:2])
    told = prices(nobody)
    assert told.rows == ()
    assert told.table.empty
    assert "Nothing is scarce" in told.summary()


def test_an_edition_without_a_grouping_has_no_prices() -> None:
    edition = short_of_moderators()
    asked = edition.replace(themes=(Theme(id="a", groups_min=9),))
    with pytest.raises(InputError, match="no-prices"):
        prices(asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_is_told_in_each_language(language: Language) -> None:
    text = prices(short_of_moderators(), confirm=0).summary(language)
    assert len(text.splitlines()) >= 5
    assert "{" not in text
    assert re.search(r"\b300[.,]000\b|hub", text)


def test_the_command_writes_a_table_once(tmp_path: Path, capsys: Capture) -> None:
    edition = write_edition(tmp_path / "edition")
    out = tmp_path / "prices.csv"
    ran = command(capsys, "prices", edition, "--out", out, "--lang", "nl")
    assert ran.code == 0, ran.err
    assert "opnieuw opgelost" in ran.out
    assert str(out) in ran.out
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ran = command(capsys, "prices", edition, "--json", "--confirm", "0")
    record = ran.json
    assert isinstance(record["prices"], list)
    assert len(record["prices"]) == len(rows) > 0
    assert {row["what"] for row in rows} <= {what.value for what in Priced}
    assert all(one["confirmed"] is None for one in record["prices"])
    assert not re.search("secret[ .]|alice", json.dumps(record).lower())
    ran = command(capsys, "prices", edition, "--out", out)
    assert ran.code == 2
    assert "prices.csv" in ran.err


def test_a_change_of_a_row_can_be_made_by_hand() -> None:
    edition = sip.load_edition("data/demo-2020-2021")
    told = prices(edition, confirm=0)
    kinds = {one.what for one in told.rows}
    assert kinds >= {Priced.MODERATOR, Priced.SECRETARY, Priced.MEMBER, Priced.KM, Priced.SEAT}
    for what in sorted(kinds):
        for row in [one for one in told.rows if one.what is what and one.change is not None][:2]:
            assert row.change is not None
            assert changed(edition, [row.change]).digest != edition.digest


def test_prices_are_drawn_on_a_map(tmp_path: Path, capsys: Capture) -> None:
    edition = sip.load_edition("data/demo-2020-2021")
    told = prices(edition, confirm=0)
    drawn = told.map_picture("secretary", "nl", "svg")
    assert drawn == told.map_picture("secretary", "nl", "svg")
    assert drawn.startswith(b"<?xml")
    dearest = next(one for one in told.rows if one.what is Priced.SECRETARY)
    assert dearest.place == "louvain-la-neuve"
    figure = told.plot_map(Priced.SECRETARY, "nl")
    assert "Louvain-la-Neuve 172,6" in getattr(figure, "alt", "")
    assert "@" not in drawn.decode()
    with pytest.raises(InputError, match="unknown-kind-of-price"):
        told.plot_map("coffee")
    small = write_edition(tmp_path / "edition")
    file = tmp_path / "map.png"
    given = ("prices", small, "--confirm", "0", "--map", file, "--what", "member")
    assert command(capsys, *given).code == 0
    assert file.read_bytes().startswith(b"\x89PNG")
    assert command(capsys, *given).code == 2
    assert command(capsys, *given[:-1], "coffee").code == 2
    assert command(capsys, *given[:5], tmp_path / "map.html").code == 2


def test_where_nothing_has_a_price_the_map_is_empty() -> None:
    nobody = short_of_moderators().replace(members=six()[:1])
    assert prices(nobody).map_picture("member").startswith(b"\x89PNG")
