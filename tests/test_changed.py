"""An edition with named changes: the same as its files with them, every mistake told by name."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from bad_editions import write_edition
from changed_files import change_files
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from positions import table_of
from small import member, small_edition
from tiny_editions import tiny_editions

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme
from sip_grouping.errors import InputError
from sip_grouping.explain import (
    AddMember,
    MemberChange,
    PinChange,
    RuleChange,
    change_record,
    changed,
    changes_from,
)
from sip_grouping.findings import Finding
from sip_grouping.reading import load_edition, save_edition


def refused(edition: Edition, *changes: dict[str, Any]) -> list[Finding]:
    with pytest.raises(InputError) as caught:
        changed(edition, changes)
    return list(caught.value.findings)


def rule(key: str, value: object) -> dict[str, Any]:
    return {"kind": "rule", "key": key, "value": value}


def cell(member_id: str, field: str, value: object) -> dict[str, Any]:
    return {"kind": "member", "member_id": member_id, "field": field, "value": value}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return load_edition(write_edition(tmp_path_factory.mktemp("good") / "edition"))


# --- the same as in the files ------------------------------------------------------------------

COUNTS = st.integers(-1, 5)
KM = st.sampled_from([0, 6.5, 9, 20.0, 45, 1e9, "9"])
KEYS: dict[str, st.SearchStrategy[object]] = {
    "rules.local.size_min": COUNTS, "rules.local.size_max": COUNTS, "rules.video.size_max": COUNTS,
    "rules.travel_km": KM, "rules.office_travel_km": KM | st.none(), "rules.spread_km": KM | st.none(),
    "rules.moderators": COUNTS, "rules.secretaries": COUNTS, "rules.experienced_min": COUNTS,
    "rules.shared_language": st.booleans() | st.just("no"), "rules.shared_slot": st.booleans(),
    "rules.groups_per_member": COUNTS, "places.offices": st.booleans(),
    "places.towns": st.sampled_from(["members", "none", ["BE-1001"], ["BE-1002", "FR-59003"], "all"]),
    "places.thinning_km": KM, "score.rank_points": st.sampled_from([[10], [100, 80.5], [], [1.2345]]),
    "score.km_points": st.sampled_from([0, 0.25]), "score.group_points": st.sampled_from([0, 12.5]),
    "name": st.just("other"), "rules": st.just({"travel_km": 12}),
}  # fmt: skip
THEME_KEYS: dict[str, st.SearchStrategy[object]] = {
    "tracks": st.sampled_from([["local"], ["video"], ["local", "video"], []]),
    "countries": st.sampled_from([["BE"], ["FR"], ["BE", "FR"]]), "groups_max": COUNTS,
    "groups_min": COUNTS, "title.fr": st.just("Thème"), "rules.travel_km": KM | st.none(),
    "rules.local.size_min": COUNTS | st.none(), "rules.local": st.none() | st.just({"size_max": 4}),
    "rules.moderators": COUNTS, "rules.shared_slot": st.booleans() | st.none(),
}  # fmt: skip
ANSWERS = st.sampled_from(["yes", "oui", "Nee", "0", "x", "", "maybe"])
THEMES = st.sampled_from(["a", "B", "c", "Titel a", "", "z"])
CELLS: dict[str, st.SearchStrategy[str]] = {
    **dict.fromkeys(("secretary", "cooperator", "commits", "experienced"), ANSWERS),
    **dict.fromkeys(("local", "video", "share_contact"), ANSWERS),
    **dict.fromkeys(("theme_1", "theme_2", "theme_4"), THEMES),
    "moderator": ANSWERS | st.sampled_from(["enkel", "only"]),
    "languages": st.sampled_from(["", "fr", "Français, Nederlands", "xx"]),
    "slots": st.sampled_from(["", "mardi soir", "tue sat", "sat;tue"]),
    "office": st.sampled_from(["", "hub", "HUB", "nowhere"]),
    "together": st.sampled_from(["", "m1", "m2 m3"]),
    "apart": st.sampled_from(["", "m0", "m4;m5", "m99"]),
    "country": st.sampled_from(["BE", "Frankrijk", "x"]),
    "postcode": st.sampled_from(["1001", "B-1002", "59003", "99999"]),
    "home_country": st.sampled_from(["", "DE", "BE", "FR"]),
    "latitude": st.sampled_from(["", "50.41", "50,42", "north"]),
    "longitude": st.sampled_from(["", "3.2"]),
    "name": st.just("Somebody Else"),
    "note": st.sampled_from(["", "=1+1", "x"]),
}


@st.composite
def some_changes(draw: st.DrawFn, edition: Edition) -> list[dict[str, Any]]:
    """Return changes of different things, most of which fit the edition."""
    ids = [one.member_id for one in edition.members]
    keys = draw(st.lists(st.sampled_from(sorted(KEYS)), max_size=3, unique=True))
    made = [rule(key, draw(KEYS[key])) for key in keys]
    theme = draw(st.sampled_from(edition.themes)).id
    keys = draw(st.lists(st.sampled_from(sorted(THEME_KEYS)), max_size=2, unique=True))
    if not {"rules.local", "rules.local.size_min"} <= set(keys):
        made += [rule(f"themes.{theme}.{key}", draw(THEME_KEYS[key])) for key in keys]
    fields = st.tuples(st.sampled_from(ids), st.sampled_from(sorted(CELLS)))
    for member_id, field in draw(st.lists(fields, max_size=4, unique=True)):
        made.append(cell(member_id, field, draw(CELLS[field])))
    if draw(st.booleans()):
        row = {
            "member_id": draw(st.sampled_from(["new", "m0"])),
            "country": "BE",
            "postcode": "1001",
        }
        row |= {"theme_1": draw(THEMES)} | {
            name: draw(CELLS[name])
            for name in draw(st.lists(st.sampled_from(sorted(CELLS)), max_size=4, unique=True))
        }
        made.append({"kind": "add_member", "row": row})
    if draw(st.booleans()):
        pin = {
            "kind": "pin",
            "theme": draw(THEMES),
            "track": draw(st.sampled_from(["local", "vidéo"])),
        }
        pin["place"] = draw(st.sampled_from(["", "hub", "BE-1001", "FR-59003"]))
        made.append(pin | {"member_id": draw(st.sampled_from([*ids, "M0", "who"]))})
    if draw(st.booleans()):
        field, value = draw(
            st.sampled_from([("rooms", "2"), ("rooms", "12.000"), ("postcode", "1002")])
        )
        made.append({"kind": "office", "office_id": "hub", "field": field, "value": value})
    overlap = {"rules"} <= {one.get("key") for one in made}
    return [one for one in made if not (overlap and one.get("key", "").startswith("rules."))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("changed")


def test_it_is_the_edition_of_the_changed_files(folder: Path) -> None:
    made = []

    @settings(deadline=None, max_examples=cases(60, 150), derandomize=True)
    @given(st.data())
    def compare(data: st.DataObject) -> None:
        drawn = _titled(data.draw(tiny_editions()))
        table = table_of(drawn)
        save_edition(drawn, folder / "edition", force=True)
        edition = load_edition(folder / "edition", postcodes=table)
        changes = data.draw(some_changes(edition))
        change_files(folder / "edition", changes)
        try:
            expected = load_edition(folder / "edition", postcodes=table)
        except InputError:
            with pytest.raises(InputError):
                changed(edition, changes, postcodes=table)
            return
        got = changed(edition, changes, postcodes=table)
        assert got == expected
        assert got.digests == expected.digests
        assert changed(edition, changes[::-1], postcodes=table).digest == got.digest
        made.append(len(changes))

    compare()
    # What is refused in both says less.
    assert sum(1 for one in made if one) > cases(6, 25)


def _titled(edition: Edition) -> Edition:
    """Return an edition with titles and a further column."""
    return edition.replace(
        members=tuple(one.model_copy(update={"extra": {"note": "n"}}) for one in edition.members),
        themes=tuple(
            one.model_copy(update={"title": {"nl": f"Titel {one.id}"}}) for one in edition.themes
        ),
    )


# --- single changes ----------------------------------------------------------------------------


def test_without_changes_it_is_the_same(good: Edition) -> None:
    assert changed(good, []) == good
    assert changed(good, []).warnings == good.warnings


def test_a_change_of_each_kind(good: Edition) -> None:
    got = changed(
        good,
        [
            RuleChange(key="themes.sharing.rules.local.size_min", value=3),
            RuleChange(key="places.towns", value=["FR-69003"]),
            MemberChange(member_id="m1", field="theme_2", value="Partage"),
            RuleChange(key="themes.sharing.title.fr", value="Partage"),
            AddMember(
                row={"member_id": "v1", "country": "France", "postcode": 1420, "theme_1": "sharing"}
            ),
            PinChange(member_id="v1", theme="sharing", track="local", place="FR-01420"),
        ],
    )
    assert got.rules_of("sharing").local.size_min == 3
    assert got.member_by_id["m1"].themes == ("support", "sharing")
    assert got.member_by_id["v1"].town_id == "FR-01420"
    assert got.pins[-1].place == "FR-01420"
    assert {"FR-69003", "FR-01420"} <= set(got.location_by_town)
    assert got.location_by_town["BE-4000"] == good.location_by_town["BE-4000"]


def test_what_no_member_lives_in_any_more_is_not_kept(good: Edition) -> None:
    got = changed(good, [cell("m2", "postcode", "4030 Liège")])
    assert "BE-4020" not in got.location_by_town
    assert "BE-4030" in got.location_by_town


def test_a_rank_further_on_needs_those_before_it() -> None:
    edition = small_edition([member("m0")], themes=[Theme(id=one) for one in "abc"])
    (found,) = refused(edition, cell("m0", "theme_3", "c"))
    assert (found.code, found.row, found.column) == ("rank-left-out", "m0", "theme_2")
    both = changed(edition, [cell("m0", "theme_3", "c"), cell("m0", "theme_2", "b")])
    assert both.members[0].themes == ("a", "b", "c")


def test_what_is_not_touched_stays_as_it_is() -> None:
    """Also what no file would give: members made in Python keep what they are."""
    edition = small_edition([member("m0", languages=("zz",), slots=("any-time",)), member("m1")])
    got = changed(edition, [cell("m0", "cooperator", "no")])
    assert got.members[0] == edition.members[0].model_copy(update={"cooperator": False})
    assert got.members[1] is edition.members[1]
    assert not [one for one in got.warnings if one.code == "slot-as-written"]


def test_a_change_that_changes_nothing_is_told(good: Edition) -> None:
    got = changed(
        good,
        [
            rule("rules.travel_km", 30),
            cell("m1", "moderator", "oui"),
            rule("rules.spread_km", None),
        ],
    )
    assert got == good
    idle = [one.column for one in got.warnings if one.code == "change-without-effect"]
    assert idle == ["rules.travel_km", "rules.spread_km", "m1.moderator"]


# --- mistakes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("rules.travelkm", "rules.travel_km"),
        ("travel_km", "rules.travel_km"),
        ("themes.suport.rules.travel_km", "themes.support.rules.travel_km"),
        ("themes.support.group_max", "themes.support.groups_max"),
        ("themes[0].tracks", "themes.support.tracks"),
        ("rules.local.size", "rules.local.size_min"),
    ],
)
def test_a_key_that_is_none_is_told_with_the_nearest(good: Edition, key: str, near: str) -> None:
    (found,) = refused(good, rule(key, 1))
    assert (found.code, found.file, found.column) == ("unknown-key", "changes", key)
    assert f"did you mean '{near}'" in found.remedy


def test_all_mistakes_are_told_at_once(good: Edition) -> None:
    found = refused(
        good,
        rule("rules.travelkm", 40),
        rule("rules.moderators", -1),
        rule("themes.sharing.groups_min", "two"),
        cell("m1", "secretry", "yes"),
        cell("m1", "secretary", "perhaps"),
        cell("m9", "secretary", "yes"),
        cell("m2", "member_id", "m3"),
        cell("m3", "apart", "m1"),
        {"kind": "add_member", "row": {"member_id": "m1", "country": "BE", "theme_1": "support"}},
        {"kind": "office", "office_id": "luik", "field": "rooms", "value": 1},
        {"kind": "pin", "theme": "support", "track": "local", "place": "nowhere"},
    )
    assert {(one.code, one.row, one.column) for one in found} == {
        ("unknown-key", None, "rules.travelkm"),
        ("out-of-range", None, "rules.moderators"),
        ("not-a-whole-number", None, "themes.sharing.groups_min"),
        ("change-of-no-column", "m1", "secretry"),
        ("not-yes-or-no", "m1", "secretary"),
        ("unknown-member", None, "m9.secretary"),
        ("change-of-no-column", "m2", "member_id"),
        ("missing-column", "m1", "postcode"),
        ("unknown-office", None, "luik.rooms"),
        ("empty-cell", "pin 1", "member_id"),
        ("together-and-apart", "m3", "apart"),
    }
    assert all(one.remedy for one in found)


def test_a_value_of_a_theme_is_told_by_its_id(good: Edition) -> None:
    (found,) = refused(good, rule("themes.sharing.rules.local.size_min", 9))
    assert (found.code, found.column) == ("theme-rules-contradict", "themes.sharing.rules.local")


@pytest.mark.parametrize(
    "two",
    [
        [rule("rules.travel_km", 1), rule("rules.travel_km", 2)],
        [rule("rules.local.size_min", 1), rule("rules.local", {"size_min": 2})],
        [cell("m1", "secretary", "yes"), cell("m1", "secretary", "no")],
        [cell("m1", "secretary", "yes"), cell("m1", "Secrétaire", "no")],
    ],
)
def test_two_changes_of_one_thing_are_refused(good: Edition, two: list[dict[str, Any]]) -> None:
    assert "changed-twice" in {one.code for one in refused(good, *two)}


def test_personal_data_is_in_no_finding(good: Edition) -> None:
    found = refused(good, cell("m1", "office", "Secret Alice"), cell("m2", "email", "a\0b"))
    assert "Secret" not in str([one.record() for one in found])


# --- as data -----------------------------------------------------------------------------------

JSON: list[dict[str, Any]] = [
    {"kind": "rule", "key": "rules.travel_km", "value": 37.0},
    {"kind": "rule", "key": "rules.spread_km", "value": None},
    {"kind": "rule", "key": "score.rank_points", "value": [100, 80]},
    {"kind": "member", "member_id": "m1", "field": "secretary", "value": "yes"},
    {"kind": "add_member", "row": {"member_id": "v", "country": "BE", "local": True}},
    {"kind": "pin", "theme": "support", "track": "local", "place": "liege"},
    {"kind": "pin", "theme": "support", "track": "video", "place": "", "member_id": "m1"},
    {"kind": "office", "office_id": "liege", "field": "rooms", "value": 2},
]


@pytest.mark.parametrize("record", JSON)
def test_json_is_that_of_the_contract(record: dict[str, Any]) -> None:
    (one,) = changes_from([json.loads(json.dumps(record))])
    assert change_record(one) == record
    assert json.loads(json.dumps(change_record(one))) == record
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own bytes
    assert hash(one) == hash(changes_from([record])[0])
    assert one.told


def test_what_is_no_change_is_told() -> None:
    wrong: list[Any] = [{"kind": "rules"}, {}, 3, {"kind": "rule", "kee": 1}, {"kind": "member"}]
    with pytest.raises(InputError) as caught:
        changes_from(wrong)
    places = {(one.code, one.row, one.column) for one in caught.value.findings}
    assert places == {
        ("no-such-change", 1, "kind"), ("no-such-change", 2, "kind"), ("no-such-change", 3, "kind"),
        ("missing-key", 4, "key"), ("unknown-key", 4, "kee"),
        ("missing-key", 5, "member_id"), ("missing-key", 5, "field"),
    }  # fmt: skip
    assert "did you mean 'rule'" in caught.value.findings[0].remedy
