"""What people read calls themes by title and places by name; JSON and tables keep ids."""

import json
from typing import Any

import pytest
from two_themes import cell, rule, two_themes

import sip_grouping as sip
from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.explain import Explainer, fairness, prices, sweep, what_if
from sip_grouping.explain.naming import Naming
from sip_grouping.solve import form_groups

TITLES = {"a": {"en": "Care", "fr": "Soins", "nl": "Zorg"}, "b": {"en": "Work", "fr": "Travail"}}
LYON = {
    "kind": "add_member",
    "row": {"member_id": "v1", "country": "FR", "postcode": "69003", "theme_1": "a", "moderator": "yes"},
}  # fmt: skip
MOVED = [cell("m2", "moderator", "no")]


def titled(titles: dict[str, dict[str, str]]) -> Edition:
    edition = two_themes()
    themes = tuple(one.model_copy(update={"title": titles[one.id]}) for one in edition.themes)
    [office] = edition.offices
    return edition.replace(
        themes=themes, offices=(office.model_copy(update={"name": "Head office"}),)
    )


@pytest.fixture(scope="module")
def edition() -> Edition:
    return titled(TITLES)


@pytest.fixture(scope="module")
def base(edition: Edition) -> sip.Result:
    return form_groups(edition)


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "rule": (rule("rules.travel_km", 41), "a travel limit of 41 km (rules.travel_km = 41)"),
    "rule of a theme": (rule("themes.b.groups_max", 3), "3 as the most groups on b “Work” (themes.b.groups"),
    "key of a theme": (rule("themes.b.groups_min", 1), ": themes.b.groups_min = 1 (“Work”)"),
    "key left out": (rule("themes.b.groups_max", None), ": themes.b.groups_max left out (“Work”)"),
    "theme": (cell("m0", "theme_2", "b"), ": m0.theme_2 = b “Work”"),
    "office": (cell("m0", "office", "hub"), ": m0.office = hub “Head office”"),
    "rooms": (
        {"kind": "office", "office_id": "hub", "field": "rooms", "value": 2},
        ": hub.rooms = 2 (hub “Head office”)",
    ),
    "volunteer": (LYON, "as moderator, living in FR-69003 “Lyon 3e Arrondissement” (v1)"),
    "pin": (
        {"kind": "pin", "member_id": "m0", "theme": "a", "track": "local", "place": "hub"},
        ": m0 stays in a “Care”, hub “Head office”",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_told_by_names_and_keeps_its_ids_in_json(
    edition: Edition, base: sip.Result, kind: str
) -> None:
    change, words = CHANGES[kind]
    told = what_if(edition, [change], before=base)
    title = told.summary().splitlines()[0]
    assert words in title + "\n"
    assert title in told._repr_html_().replace("&quot;", '"')
    study = sweep(edition, {"one": [change]}, before=base)
    assert words.removeprefix(": ") in study.summary()
    for record in (told.record(), study.record()):
        assert not {"Care", "Work", "Head office"} & set(json.dumps(record).split('"'))
        [*_, rows] = [one for one in (record.get("changes"), record.get("scenarios")) if one]
        assert isinstance(rows, list)
        [row] = rows
        assert isinstance(row, dict)
        assert [row] == [change] or row["changes"] == [change]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "b-hub-1 (“Work” at Head office, 2)"),
        ("fr", "b-hub-1 (« Travail » à Head office, 2)"),
        ("nl", "b-hub-1 (\u2018Work\u2019 in Head office, 2)"),
    ],
)
def test_groups_that_differ_are_told_with_title_and_place(
    edition: Edition, base: sip.Result, language: Language, words: str
) -> None:
    told = what_if(edition, MOVED, before=base)
    [closed] = [one for one in told.summary(language).splitlines() if "b-hub-1" in one][-1:]
    assert words in closed.replace("\u00a0", " ")
    assert set(told.groups["theme"]) == {"a", "b"}
    assert set(told.groups["place"]) == {"hub"}


def test_equal_titles_are_told_apart() -> None:
    same = {one: {"en": "Care", "fr": titles["fr"]} for one, titles in TITLES.items()}
    edition = titled(same)
    told = what_if(
        edition, [rule("themes.b.groups_max", None), *MOVED], before=form_groups(edition)
    )
    assert "themes.b.groups_max left out (b “Care”)" in told.summary()
    assert "(b “Care” at Head office, 2)" in told.summary()
    assert "(a “Care” at Head office, 2 -> 3)" in told.summary()
    assert "(« Travail » à Head office, 2)" in told.summary("fr").replace("\u00a0", " ")
    # A member is told no ids, but of two themes with one title.
    letter = Naming(edition, "m0")
    assert [letter.theme("b", one) for one in ("en", "fr")] == ["b “Care”", "« Travail »"]
    assert letter.title("a", "en") == "Care (a)"


def test_offices_of_one_name_are_told_apart(edition: Edition) -> None:
    [hub] = edition.offices
    two = edition.replace(offices=(hub, hub.model_copy(update={"office_id": "other"})))
    assert Naming(two).group("a", "other", "en") == "“Care” at other “Head office”"
    assert Naming(edition).group("a", "hub", "en") == "“Care” at Head office"
    assert Naming(edition).group("a", "BE-1000", "en").startswith("“Care” at 1000")
    assert Naming(edition).group("a", "video", "en") == "“Care” by video"


def test_the_title_of_a_possible_group_names_theme_and_place(
    edition: Edition, base: sip.Result
) -> None:
    assert base.grouping is not None
    told = Explainer(edition, base.grouping).possible_group("b", "hub")
    assert told.summary().startswith("b “Work” at hub “Head office” (")
    assert (
        told.summary("fr")
        .replace("\u00a0", " ")
        .startswith("b « Travail » à hub « Head office » (")
    )
    assert told.record()["group"] == "b, hub"
    assert "b “Work” at hub “Head office”" in told._repr_html_()


def too_many_groups(edition: Edition) -> Edition:
    """Return the edition with more groups of b than there can be."""
    themes = tuple(
        one.model_copy(update={"groups_min": 5}) if one.id == "b" else one for one in edition.themes
    )
    return edition.replace(themes=themes)


@pytest.mark.parametrize(
    ("language", "asked", "way_out"),
    [
        ("en", "theme b “Work” must have", "lower groups_min of b “Work” from"),
        ("fr", "le thème b « Travail » doit avoir", "baissez groups_min de b « Travail » de"),
        ("nl", "thema b ‘Work’ moet minstens", "verlaag groups_min van b ‘Work’ van"),  # noqa: RUF001
    ],
)
def test_a_conflict_calls_themes_by_title(
    edition: Edition, language: Language, asked: str, way_out: str
) -> None:
    conflict = form_groups(too_many_groups(edition)).conflict
    assert conflict is not None
    told = conflict.text_in(language).replace("\u00a0", " ")
    assert asked in told
    assert way_out in told
    # What may be made of it again has ids alone.
    [way] = conflict.relaxations
    assert way.key == "themes.b.groups_min"
    assert [one["key"] for one in way.changes] == ["themes.b.groups_min"]


def test_a_conflict_calls_places_by_name(edition: Edition) -> None:
    [hub] = edition.offices
    pins = tuple(
        sip.Pin(member_id=one, theme=theme, track="local", place="hub")
        for one, theme in (("m0", "a"), ("m2", "b"))
    )
    full = edition.replace(offices=(hub.model_copy(update={"seats_max": 2}),), pins=pins)
    conflict = form_groups(full).conflict
    assert conflict is not None
    told = conflict.text_in("en")
    assert "the groups that meet at hub “Head office” have no more than 2 members" in told
    assert "raise seats_max of hub “Head office” from 2 to" in told
    assert "pinned to a “Care” at hub “Head office”" in told
    assert "fixé à a « Soins », hub « Head office »" in conflict.text_in("fr").replace(
        "\u00a0", " "
    )


@pytest.mark.parametrize(
    ("language", "theme"),
    [("en", "a “Care”"), ("fr", "a « Soins »"), ("nl", "a ‘Zorg’")],  # noqa: RUF001
)
def test_prices_call_themes_by_title_and_places_by_name(
    edition: Edition, language: Language, theme: str
) -> None:
    told = prices(edition, confirm=0)
    text = told.summary(language).replace("\u00a0", " ")
    assert f"  {theme} " in text
    assert "hub ‘Head office’" if language == "nl" else "Head office" in text  # noqa: RUF001
    assert set(told.table["place"]) <= {"hub", ""}
    assert "Head office" not in json.dumps(told.record())


def test_fairness_calls_offices_by_name_and_data_by_id(edition: Edition) -> None:
    members = tuple(one.model_copy(update={"office": "hub"}) for one in edition.members)
    office = edition.replace(members=members)
    told = fairness(office, form_groups(office))
    assert "hub “Head office”" in told.summary()
    assert "hub « Head office »" in told.summary("fr").replace("\u00a0", " ")
    assert set(told.shares_table["name"]) == {"BE", "hub"}
    assert "Head office" not in json.dumps(told.record())
