"""The public names: all that a signature names can be imported, and a type checker knows them."""

import dataclasses
import enum
import inspect
import pickle
import typing
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from pydantic import BaseModel

import sip_grouping as sip
from sip_grouping import edition, plan, verification

WANTED = {
    "Conflict", "Finding", "OutputError", "Reason", "Role", "RulesOverride", "StopReason",
    "TracePoint", "Track", "Verification", "Violation",
}  # fmt: skip


def test_what_signatures_name_is_at_the_top() -> None:
    assert set(sip.__all__) >= WANTED


LOADED_WHERE_USED = {"Figure": Figure, "pd": pd}
"""Classes and modules of libraries that a module names and loads only where it is called."""


def hints_of(owner: object) -> dict[str, object]:
    return typing.get_type_hints(owner, localns=LOADED_WHERE_USED, include_extras=False)


def annotations_of(name: str) -> Iterator[tuple[str, object]]:
    """Yield every annotation that a user of a public name meets, and where it stands."""
    public = getattr(sip if name in sip.__all__ else edition, name)
    if not inspect.isclass(public):
        yield from ((f"{name}({key})", hint) for key, hint in hints_of(public).items())
        return
    if issubclass(public, BaseModel) or dataclasses.is_dataclass(public):
        for key, hint in hints_of(public).items():
            if not key.startswith("_") and typing.get_origin(hint) is not typing.ClassVar:
                yield f"{name}.{key}", hint
    for key, member in vars(public).items():
        if key.startswith("_") and key != "__init__":
            continue
        function = getattr(member, "fget", None) or getattr(member, "func", None) or member
        function = getattr(function, "__func__", function)
        if inspect.isfunction(function):
            yield from ((f"{name}.{key}({one})", hint) for one, hint in hints_of(function).items())


def classes_in(hint: object) -> Iterator[type]:
    """Yield the classes of this package that an annotation names, however deep."""
    if isinstance(hint, type) and hint.__module__.startswith("sip_grouping"):
        yield hint
    for one in typing.get_args(hint):
        yield from classes_in(one)


@pytest.mark.parametrize("name", [*sip.__all__, *edition.__all__])
def test_every_type_of_a_signature_can_be_imported_from_the_top_or_with_the_edition(
    name: str,
) -> None:
    """Records of the season are imported from `sip_grouping.edition` and `.plan`: few need them."""
    public = {getattr(sip, one) for one in sip.__all__}
    public |= {getattr(edition, one) for one in edition.__all__}
    public |= {getattr(verification, one) for one in verification.__all__}
    public |= {getattr(plan, one) for one in plan.__all__}
    for place, hint in annotations_of(name):
        for found in classes_in(hint):
            assert found in public, f"{place} names {found.__module__}.{found.__name__}"


def test_the_walk_sees_annotations() -> None:
    seen = {place for name in sip.__all__ for place, _ in annotations_of(name)}
    assert {
        "Edition.themes", "Result.trace", "Result.score(return)", "Grouping.group_by_id(return)",
        "form_groups(hint)", "VerificationError.__init__(violations)", "PostcodeTable.bundled(return)",
    } <= seen  # fmt: skip


def test_a_type_checker_finds_the_types() -> None:
    """They are installed with the package; `typed_names.py` says what is known of them."""
    installed = Path(sip.__file__).parent
    assert {"py.typed", "__init__.pyi"} <= {one.name for one in installed.iterdir()}


@pytest.mark.parametrize("name", sip.__all__)
def test_a_class_is_pickled_by_where_it_lives(name: str) -> None:
    public = getattr(sip, name)
    assert pickle.loads(pickle.dumps(public)) is public  # noqa: S301 - our own bytes
    assert not isinstance(public, enum.Enum)
