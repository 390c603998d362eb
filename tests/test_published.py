"""Published instances through the engine: facility location with seats, places that cost, and weights."""

import sys
from pathlib import Path

import pytest

from sip_grouping.solve.run import Limits
from sip_grouping.verification import verify

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from benchmarks.facility import (  # noqa: E402 (the benchmarks are no package that is installed)
    FOLDER,
    SETS,
    Facilities,
    edition_of,
    solved,
)

published = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the published instances are not beside the project"
)


@published
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *(("holmberg", name) for name in ("p1", "p3", "p6", "p13")),
        *(("pmedcap", f"pmedcap1_{number}.txt") for number in (2,)),
    ],
)
def test_the_published_optimum_is_found_and_proven(kind: str, name: str) -> None:
    folder, read, values = SETS[kind]
    told = read(folder / name)
    run = solved(told, Limits(work_limit=200.0))
    assert run.incumbent is not None
    assert run.incumbent.value == run.bound == -1000 * values(folder)[name]
    grouping = run.incumbent.grouping
    assert len(grouping.placements) == len(told.demand)
    assert told.groups in {None, len(grouping.group_records)}
    assert verify(edition_of(told), grouping).ok


def test_a_small_instance_by_hand() -> None:
    """Two sites of 5 seats; customers of 3, 3 and 2: two of them fit in one site, and never both of 3."""
    told = Facilities((5, 5), (10, 12), (3, 3, 2), ((1.0, 9.0), (2.5, 4.0), (3.0, 1.0)))
    run = solved(told, Limits(work_limit=20.0))
    assert run.incumbent is not None
    # Both are opened: 22; the first customer at the first site, the second at the other, 1 + 4, the third 1.
    assert run.incumbent.value == run.bound == -28_000
    places = {one.place for one in run.incumbent.grouping.group_records}
    assert places == {"s0", "s1"}
