"""Damaged files: whatever bytes they hold, an edition or an InputError comes out, and no name."""

import csv
import io
import json
import random
from pathlib import Path

import pytest
from bad_editions import GOOD, write_edition
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from small import member, small_edition

from sip_grouping.errors import InputError
from sip_grouping.findings import Finding
from sip_grouping.grouping.files import load_grouping, save
from sip_grouping.reading import load_edition
from sip_grouping.solve import form_groups


@pytest.fixture(scope="module")
def spot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


def texts_of(folder: Path) -> str:
    """Return all that is said of an edition, read or not."""
    refused = None
    said: tuple[Finding, ...] = ()
    try:
        said = load_edition(folder).warnings
    except InputError as error:
        refused, said = error, error.findings
    assert said or refused is None
    assert all(one.message and one.remedy and one.file for one in said)
    return "\n".join(str(one) for one in said)


def damaged(content: bytes, draw: random.Random) -> bytes:
    """Return a file with a few bytes changed, taken away, added or repeated."""
    bytes_ = bytearray(content)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(bytes_) + 1)
        match draw.randrange(4):
            case 0:
                bytes_[at : at + 1] = bytes([draw.randrange(256)])
            case 1:
                del bytes_[at : at + draw.choice([1, 1, 5, 40])]
            case 2:
                bytes_[at:at] = draw.choice(
                    [b",", b'"', b"\n", b";", b"[", b"=", b"'", b"\r", b"-"]
                )
            case _:
                bytes_[at:at] = bytes_[at : at + 30]
    return bytes(bytes_)


@settings(deadline=None, max_examples=cases(150, 400))
@given(st.integers(0, 2**32), st.sampled_from(sorted(GOOD)))
def test_a_damaged_edition_is_read_or_refused(spot: Path, seed: int, name: str) -> None:
    folder = write_edition(spot / "edition")
    (folder / name).write_bytes(damaged(GOOD[name].encode(), random.Random(seed)))
    texts_of(folder)


@settings(deadline=None, max_examples=cases(60, 150))
@given(st.binary(max_size=200), st.sampled_from(sorted(GOOD)))
def test_any_bytes_are_read_or_refused(spot: Path, content: bytes, name: str) -> None:
    folder = write_edition(spot / "bytes")
    (folder / name).write_bytes(content)
    texts_of(folder)


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("first", ["member_id", "name"])
def test_a_separator_too_few_or_too_many_shows_no_name(
    separator: str, first: str, tmp_path: Path
) -> None:
    """Names then stand in other columns, where values are shown otherwise."""
    rows = list(csv.DictReader(io.StringIO(GOOD["members.csv"])))
    order = sorted(rows[0], key=lambda column: column != first)
    header = separator.join(order)
    # Kinds of cells that accept free text come right before and after the names.
    lines = [separator.join(row[column] for column in order) for row in rows]
    for at in range(lines[0].count(separator)):
        parts = lines[0].split(separator)
        fewer = [*parts[:at], parts[at] + parts[at + 1], *parts[at + 2 :]]
        more = [*parts[: at + 1], "", *parts[at + 1 :]]
        for changed in (fewer, more):
            folder = write_edition(tmp_path / "edition")
            text = "\n".join([header, separator.join(changed), *lines[1:]])
            (folder / "members.csv").write_text(text, "utf-8")
            said = texts_of(folder)
            assert "Alice" not in said, said
            assert "secret.example" not in said, said


@settings(deadline=None, max_examples=cases(80, 200))
@given(st.integers(0, 2**32))
def test_a_damaged_grouping_is_read_or_refused(spot: Path, seed: int) -> None:
    draw = random.Random(seed)
    folder = spot / "grouping"
    if not folder.exists():
        people = [member(f"m{number}", number) for number in range(5)]
        save(form_groups(small_edition(people), work_limit=20), folder)
    good = {path.name: path.read_bytes() for path in folder.iterdir()}
    name = draw.choice(sorted(good))
    changed = damaged(good[name], draw)
    if name == "grouping.json" and draw.random() < 0.7:
        record = json.loads(good[name])
        part = draw.choice([record, record["groups"][0], record["assignments"][0]])
        part[draw.choice(sorted(part))] = draw.choice(
            [None, True, -1, 0.5, "x", [], {}, [[]], 1e300]
        )
        changed = json.dumps(record).encode()
    (folder / name).write_bytes(changed)
    refused = None
    try:
        load_grouping(folder)
    except InputError as error:
        refused = error
    finally:
        (folder / name).write_bytes(good[name])
    assert refused is None or refused.findings
