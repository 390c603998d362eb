"""Changes to an edition as data: one key, one cell, one row.

Comes in: JSON such as ``{"kind": "rule", "key": "rules.travel_km", "value": 37.0}``, or the records. Goes
out: the records, frozen, whose JSON is that of the file contract. Each can be made in the files of the
edition by hand; what the values mean is for the readers of these files to say (`changed`).
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, JsonValue, TypeAdapter, ValidationError

from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding, nearest
from sip_grouping.findings.of_records import findings_of
from sip_grouping.frozen import FrozenValue, Record, frozen

CHANGES = "changes"
"""What findings call the list of changes."""

Cell = str | bool | int | float | tuple[str, ...] | None
"""What stands in a cell: its text as the file has it, or the value that this text would be read as."""
Row = Annotated[Mapping[str, Cell], AfterValidator(frozen)]


class RuleChange(Record):
    """A key of edition.toml: ``rules.travel_km``, ``places.thinning_km``, ``score.km_points``.

    The keys of a theme go by its id: ``themes.support.rules.local.size_min``, ``themes.support.tracks``.
    `value`: as TOML has it; None: the key is left out.
    """

    kind: Literal["rule"] = "rule"
    key: str
    value: FrozenValue = None

    @property
    def told(self) -> str:
        """How it is called in a list of changes."""
        return self.key


class MemberChange(Record):
    """A cell of members.csv, by the member's id and the column."""

    kind: Literal["member"] = "member"
    member_id: str
    field: str
    value: Cell = None

    @property
    def told(self) -> str:
        """How it is called in a list of changes."""
        return f"{self.member_id}.{self.field}"


class OfficeChange(Record):
    """A cell of offices.csv, by the office's id and the column."""

    kind: Literal["office"] = "office"
    office_id: str
    field: str
    value: Cell = None

    @property
    def told(self) -> str:
        """How it is called in a list of changes."""
        return f"{self.office_id}.{self.field}"


class AddMember(Record):
    """One more row of members.csv, by column."""

    kind: Literal["add_member"] = "add_member"
    row: Row

    @property
    def told(self) -> str:
        """How it is called in a list of changes."""
        return f"+{self.row.get('member_id') or ''}"


class PinChange(Record):
    """One more row of pins.csv: a placement that must stay. `place` is empty for video.

    `member_id` may be left out where a change is about one member, as in a reason of its placement; it is
    needed where the change is made.
    """

    kind: Literal["pin"] = "pin"
    theme: str
    track: str
    place: str = ""
    member_id: str | None = None
    role: str | None = None
    with_members: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """How it is called in a list of changes."""
        return f"{self.member_id or ''} -> {self.theme}, {self.place or self.track}"


class RemovePin(Record):
    """A row of pins.csv left out: the placement of a member in a theme need not stay."""

    kind: Literal["remove_pin"] = "remove_pin"
    member_id: str
    theme: str
    track: str
    place: str = ""

    @property
    def told(self) -> str:
        """How it is called in a list of changes."""
        return f"{self.member_id} -/-> {self.theme}, {self.place or self.track}"


Change = RuleChange | MemberChange | OfficeChange | AddMember | PinChange | RemovePin
"""Any change, told apart by its `kind`."""

_KINDS: dict[str, type[Change]] = {
    "rule": RuleChange,
    "member": MemberChange,
    "office": OfficeChange,
    "add_member": AddMember,
    "pin": PinChange,
    "remove_pin": RemovePin,
}
_JSON: TypeAdapter[Change] = TypeAdapter(Annotated[Change, Field(discriminator="kind")])


def change_record(change: Change) -> dict[str, JsonValue]:
    """Return a change as JSON has it; what a pin leaves open is left out."""
    record: dict[str, JsonValue] = _JSON.dump_python(change, mode="json")
    if isinstance(change, PinChange):
        optional: dict[str, JsonValue] = {"member_id": None, "role": None, "with_members": []}
        return {key: one for key, one in record.items() if one != optional.get(key, ...)}
    return record


def changes_from(given: Iterable[Change | Mapping[str, Any]]) -> tuple[Change, ...]:
    """Return changes as records, from records or from what JSON says.

    Raises
    ------
    InputError
        Something is no change; holds every finding, which counts them from 1.
    """
    findings: list[Finding] = []
    read: list[Change] = []
    listed = not isinstance(given, str | bytes | Mapping | Record)
    for number, one in enumerate(given if listed else [given], start=1):
        if isinstance(one, Change):
            read.append(one)
            continue
        kind = one.get("kind") if isinstance(one, Mapping) else None
        model = _KINDS.get(kind) if isinstance(kind, str) else None
        if model is None:
            shown = kind if isinstance(kind, str) else None
            findings.append(
                finding(
                    "no-such-change", CHANGES, number, "kind", shown,
                    kinds=tuple(_KINDS), near=nearest(shown or "", _KINDS),
                )
            )  # fmt: skip
            continue
        try:
            read.append(model.model_validate(one))
        except ValidationError as error:
            findings += findings_of(error, CHANGES, model, row=number)
    if findings:
        raise InputError(findings)
    return tuple(read)
