"""Form working groups of a cooperative's members: proven good, verified and explained.

>>> import sip_grouping as sip
>>> edition = sip.load_edition("data/demo-2020-2021")
>>> result = sip.form_groups(edition, time_limit=60)
>>> print(result.summary())
>>> sip.save(result, "groups")

Importing this package does nothing else: no files are read and no solver is loaded until a name that
needs it is used.
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "Edition",
    "Grouping",
    "InputError",
    "Member",
    "Observer",
    "Office",
    "Pin",
    "Places",
    "PostcodeTable",
    "Result",
    "Rules",
    "Score",
    "SizeLimits",
    "Status",
    "Theme",
    "VerificationError",
    "edition_from_frames",
    "form_groups",
    "load_edition",
    "load_grouping",
    "make_edition",
    "save",
    "save_edition",
    "synthetic_edition",
    "verify",
]

if TYPE_CHECKING:
    from sip_grouping.demo import synthetic_edition
    from sip_grouping.edition import Edition
    from sip_grouping.errors import InputError, VerificationError
    from sip_grouping.geography import PostcodeTable
    from sip_grouping.grouping import Grouping, Status
    from sip_grouping.io import (
        edition_from_frames,
        load_edition,
        load_grouping,
        make_edition,
        save,
        save_edition,
    )
    from sip_grouping.progress import Observer
    from sip_grouping.records import (
        Member,
        Office,
        Pin,
        Places,
        Rules,
        Score,
        SizeLimits,
        Theme,
    )
    from sip_grouping.result import Result
    from sip_grouping.solve import form_groups
    from sip_grouping.verification import verify

_HOMES = {
    "demo": ("synthetic_edition",),
    "edition": ("Edition",),
    "errors": ("InputError", "VerificationError"),
    "geography": ("PostcodeTable",),
    "grouping": ("Grouping", "Status"),
    "io": (
        "edition_from_frames",
        "load_edition",
        "load_grouping",
        "make_edition",
        "save",
        "save_edition",
    ),
    "progress": ("Observer",),
    "records": ("Member", "Office", "Pin", "Places", "Rules", "Score", "SizeLimits", "Theme"),
    "result": ("Result",),
    "solve": ("form_groups",),
    "verification": ("verify",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    """Load a public name where it is first used (PEP 562): solvers and tables take time to load."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
