"""How a grouping was made: the settings that a run has and the libraries whose versions it notes.

Comes in: nothing. Goes out: `Settings`, one field per setting with its type, and `LIBRARIES`. What is no
such setting or library stands in no grouping; the verifier says so.
"""

from functools import cache
from importlib.metadata import version
from typing import Annotated

from pydantic import Field

from sip_grouping.frozen import Record
from sip_grouping.grouping.stages import ObjectiveName

LIBRARIES = ("sip-grouping", "ortools", "highspy", "numpy", "scipy", "geopy", "pyproj")


def versions_of_libraries() -> dict[str, str]:
    """Return the version of each of these libraries."""
    return dict(_versions())


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    # Each is read from a file and parsed, which took a tenth of the time of a small edition.
    return tuple((name, version(name)) for name in LIBRARIES)


Limit = Annotated[float, Field(gt=0)]


class Settings(Record):
    """What was asked of the run, as `form_groups` takes it, and whether somebody changed the groups after."""

    time_limit: Limit | None = None
    work_limit: Limit | None = None
    gap: float = Field(default=0.0, ge=0)
    workers: int = Field(default=1, ge=1)
    objectives: tuple[ObjectiveName, ...] = Field(default=(ObjectiveName.SCORE,), min_length=1)
    max_moves: int | None = Field(default=None, ge=0)
    edited_by_hand: bool = False
