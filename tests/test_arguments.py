"""What callers may give to `form_groups`, `verify` and `save`: right types, or everything named at once."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small import member, small_edition

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.grouping import Status
from sip_grouping.solve.arguments import checked_arguments


@pytest.fixture(scope="module")
def edition() -> Edition:
    return small_edition([member(f"m{i}") for i in range(3)])


@pytest.fixture(scope="module")
def result(edition: Edition) -> sip.Result:
    return sip.form_groups(edition, work_limit=10)


@pytest.fixture(scope="module")
def nothing() -> sip.Result:
    """Return a result without a grouping: groups_min cannot be kept."""
    themes = [sip.Theme(id="a", groups_min=2)]
    result = sip.form_groups(small_edition([member("m0")], themes=themes), work_limit=10)
    assert result.grouping is None
    return result


def findings_of(edition: object, **given: object) -> tuple[sip.Finding, ...]:
    with pytest.raises(sip.InputError) as caught:
        sip.form_groups(edition, **given)  # type: ignore[arg-type]
    return caught.value.findings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_limit", "60"),
        ("time_limit", True),
        ("time_limit", 10**400),
        ("time_limit", 1j),
        ("work_limit", b"1"),
        ("work_limit", [1]),
        ("work_limit", np.bool_(True)),
        ("gap", None),
        ("gap", "0.1"),
        ("gap", False),
        ("seed", 1.0),
        ("seed", "1"),
        ("seed", None),
        ("seed", True),
        ("seed", 2**31),
        pytest.param("seed", 10**5000, id="seed-of-5000-digits"),
        ("workers", 2.0),
        ("workers", True),
        ("workers", 1_000_000_000),
        ("pins", None),
        ("pins", "m1"),
        ("pins", 3),
        ("pins", pd.DataFrame({"member_id": ["m1"]})),
        ("pins", sip.Pin(member_id="m1", theme="a", track=sip.Track.VIDEO)),
        ("hint", "groups"),
        ("hint", Path("groups")),
        ("observer", print),
        ("observer", sip.Observer),
    ],
)
def test_an_argument_that_does_not_fit_is_named(edition: Edition, name: str, value: object) -> None:
    (finding,) = findings_of(edition, **{name: value})
    assert finding.column == name
    assert finding.file == "form_groups"
    assert finding.remedy
    assert len(str(finding)) < 500


def test_all_arguments_of_a_wrong_type_come_at_once() -> None:
    wrong: dict[str, object] = {
        "time_limit": "60",
        "work_limit": "1",
        "gap": "0",
        "seed": "0",
        "workers": "1",
        "pins": ["m1", {"member_id": "m2"}],
        "hint": 1,
        "observer": 1,
    }
    found = findings_of("data/demo", **wrong)
    assert [finding.column for finding in found] == [
        "edition", "time_limit", "work_limit", "gap", "seed", "workers", "pins[0]", "pins[1]",
        "hint", "observer",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["data/demo", Path("data/demo")])
def test_a_path_for_an_edition_is_told_what_to_do(path: object, result: sip.Result) -> None:
    (finding,) = findings_of(path)
    assert "load_edition(" in finding.remedy
    with pytest.raises(sip.InputError, match=r"load_edition\("):
        sip.verify(path, result)  # type: ignore[arg-type]


def test_numbers_of_numpy_are_numbers(edition: Edition) -> None:
    plain = sip.form_groups(edition, work_limit=10.0, gap=0.0, seed=3, workers=1)
    numpy = sip.form_groups(
        edition,
        work_limit=np.float64(10),
        gap=np.float32(0),  # type: ignore[arg-type]
        seed=np.int64(3),  # type: ignore[arg-type]
        workers=np.int8(1),  # type: ignore[arg-type]
    )
    assert numpy.grouping == plain.grouping
    assert repr(numpy.grouping) == repr(plain.grouping)


def test_a_whole_number_of_seconds_is_the_same_as_a_decimal_one(edition: Edition) -> None:
    whole, decimal = (checked_arguments(edition, time_limit=value) for value in (60, 60.0))
    assert repr(whole) == repr(decimal)


def test_what_can_cancel_is_an_event(edition: Edition) -> None:
    event = threading.Event()
    assert checked_arguments(edition, cancel=event).cancel is event
    with pytest.raises(sip.InputError, match="cancel must be"):
        checked_arguments(edition, cancel=True)


def test_pins_may_come_from_any_list(edition: Edition) -> None:
    pins = [sip.Pin(member_id=f"m{i}", theme="a", track=sip.Track.VIDEO) for i in range(2)]
    for given in (pins, tuple(pins), iter(pins), np.array(pins, dtype=object)):
        assert checked_arguments(edition, pins=given).pins == tuple(pins)


def test_a_result_is_taken_where_a_grouping_is(edition: Edition, result: sip.Result) -> None:
    assert sip.verify(edition, result).ok
    assert sip.form_groups(edition, work_limit=10, hint=result).score == result.score


def test_a_result_without_a_grouping_is_refused_as_such(
    edition: Edition, nothing: sip.Result, tmp_path: Path
) -> None:
    calls: list[Any] = [
        lambda: sip.verify(edition, nothing),
        lambda: sip.save(nothing, tmp_path / "groups"),
    ]
    for call in calls:
        with pytest.raises(sip.NoGroupingError, match=f"its status is {nothing.status}"):
            call()
    (finding,) = findings_of(edition, hint=nothing)
    assert (finding.code, finding.column) == ("no-grouping", "hint")
    assert nothing.status is Status.INFEASIBLE


@pytest.mark.parametrize("given", ["groups", None, 3])
def test_what_is_no_grouping_is_refused_as_such(
    edition: Edition, given: Any, tmp_path: Path
) -> None:
    calls: list[Any] = [
        lambda: sip.verify(edition, given),
        lambda: sip.save(given, tmp_path / "groups"),
    ]
    for call in calls:
        with pytest.raises(sip.InputError, match=r"load_grouping\("):
            call()
