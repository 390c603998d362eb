"""Editions, results and groupings: they do not change, have a hash, can be sent, and print as one line."""

import copy
import json
import multiprocessing
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from small import member, small_edition

import sip_grouping as sip
from sip_grouping.frozen import Frozen, frozen

LONG = "a very long name " * 50


@pytest.fixture(scope="module")
def edition() -> sip.Edition:
    return small_edition(
        [
            member(f"m{i}", extra={"note": f"n{i}"}, name="Secret Alice", email="a@secret.example")
            for i in range(3)
        ],
        themes=[sip.Theme(id="a", title={"fr": "Égalité"})],
    )


@pytest.fixture(scope="module")
def result(edition: sip.Edition) -> sip.Result:
    return sip.form_groups(edition, work_limit=10)


@pytest.fixture(scope="module")
def grouping(result: sip.Result) -> sip.Grouping:
    assert result.grouping is not None
    return result.grouping


CHANGES: dict[str, Callable[[Any], object]] = {
    "set": lambda one: one.__setitem__("x", "y"),
    "delete": lambda one: one.__delitem__(next(iter(one))),
    "clear": lambda one: one.clear(),
    "pop": lambda one: one.pop("x", None),
    "popitem": lambda one: one.popitem(),
    "setdefault": lambda one: one.setdefault("x", "y"),
    "update": lambda one: one.update(x="y"),
    "or": lambda one: one.__ior__({"x": "y"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_mapping_can_be_changed_in_place(
    change: str, edition: sip.Edition, result: sip.Result, grouping: sip.Grouping
) -> None:
    mappings: list[Any] = [
        edition.members[0].extra,
        edition.themes[0].title,
        edition.member_by_id,
        edition.theme_by_id,
        edition.office_by_id,
        edition.location_by_town,
        edition.digests,
        edition.kept_entries,
        edition.kept_entries["rules"],
        grouping.settings,
        grouping.versions,
        grouping.edition_digests,
        grouping.edition_entries["rules"],
        grouping.group_by_id,
        grouping.placements_by_group,
    ]
    before = pickle.dumps((result, mappings))
    for mapping in mappings:
        with pytest.raises(TypeError, match="cannot be changed"):
            CHANGES[change](mapping)
    assert pickle.dumps((result, mappings)) == before


def test_what_was_given_can_change_and_the_record_does_not() -> None:
    given = {"note": "as it was"}
    one = member("m", extra=given)
    given["note"] = "changed"
    assert one.extra == {"note": "as it was"}


def test_settings_are_frozen_however_deep(grouping: sip.Grouping) -> None:
    settings: Any = {"objectives": [{"name": "score", "weights": [1, 2]}]}
    deep = sip.Grouping.model_validate(grouping.model_dump() | {"settings": settings})
    with pytest.raises(TypeError):
        deep.settings["objectives"][0]["name"] = "x"  # type: ignore[index, call-overload]
    assert json.loads(deep.model_dump_json())["settings"] == settings
    assert isinstance(hash(deep), int)
    again = sip.Grouping.model_validate(deep.model_dump())
    assert again == deep == sip.Grouping.model_validate_json(deep.model_dump_json())


def test_equal_ones_have_one_hash(
    edition: sip.Edition, result: sip.Result, grouping: sip.Grouping
) -> None:
    for one in (edition, result, grouping, *edition.members, *edition.themes):
        again = copy.deepcopy(one)
        assert again == one
        assert hash(again) == hash(one)
        assert len({one, again}) == 1
    other = edition.with_rules(travel_km=3)
    assert other != edition
    assert len({edition, other}) == 2


def test_they_travel_between_processes(
    edition: sip.Edition, result: sip.Result, grouping: sip.Grouping
) -> None:
    _ = (edition.digest, edition.member_by_id, grouping.group_by_id)  # what is kept goes along
    for one in (edition, result, grouping):
        for again in (
            pickle.loads(pickle.dumps(one)),  # noqa: S301
            copy.copy(one),
            copy.deepcopy(one),
        ):
            assert again == one
            assert type(again) is type(one)
    again = copy.deepcopy(edition)
    with pytest.raises(TypeError):
        again.members[0].extra["x"] = "y"  # type: ignore[index]


def _digest(edition: sip.Edition) -> tuple[str, str]:
    return edition.digest, edition.members[0].extra["note"]


def test_another_process_gets_the_same_edition(edition: sip.Edition) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(_digest, [edition]) == [_digest(edition)]


def test_json_of_pydantic_gives_the_same_again(edition: sip.Edition) -> None:
    again = sip.Edition.model_validate_json(edition.model_dump_json())
    assert again == edition
    assert again.digest == edition.digest
    assert sip.Edition.model_validate(edition.model_dump()) == edition


def test_a_frozen_mapping_is_a_dict_to_json_and_to_equality() -> None:
    one = frozen({"b": [1, {"c": None}], "a": "x"})
    assert isinstance(one, Frozen)
    assert json.loads(json.dumps(one)) == {"b": [1, {"c": None}], "a": "x"}
    assert one == {"b": (1, {"c": None}), "a": "x"}
    assert one | {"a": "y"} == {"b": (1, {"c": None}), "a": "y"}
    assert hash(frozen({"a": 1, "b": 2})) == hash(frozen({"b": 2, "a": 1}))


def test_the_text_of_large_ones_is_one_short_line() -> None:
    edition = sip.synthetic_edition(members=60, seed=1)
    result = sip.form_groups(edition, work_limit=2)
    assert result.grouping is not None
    named = edition.replace(name=LONG)
    for one in (edition, result, result.grouping, named):
        for text in (repr(one), str(one)):
            assert len(text) < 300
            assert "\n" not in text
    assert repr(edition).startswith(f"Edition(name={edition.name!r}, themes=")
    assert "members=60" in repr(edition)
    assert repr(result).startswith("Result(")
    assert f"status={result.status.value!r}" in repr(result)
    for one in (result, result.grouping):
        assert f"score={result.score}" in repr(one)
    assert f"groups={len(result.groups)}" in repr(result.grouping)


def test_no_text_shows_a_name(
    edition: sip.Edition, result: sip.Result, grouping: sip.Grouping
) -> None:
    for one in (edition, result, grouping, edition.members[0]):
        assert "Alice" not in repr(one) + str(one)
        assert "example" not in repr(one) + str(one)


def test_a_changed_copy_remembers_nothing_of_the_old_one(
    edition: sip.Edition, grouping: sip.Grouping
) -> None:
    digest, groups = edition.digest, grouping.group_by_id
    fewer = edition.model_copy(update={"members": edition.members[:2]})
    assert list(fewer.member_by_id) == ["m0", "m1"]
    assert fewer.digest != digest
    assert not grouping.model_copy(update={"group_records": ()}).group_by_id
    assert grouping.group_by_id is groups
