"""An edition with named changes, read and checked as if they stood in its files.

Comes in: an edition, changes as data. Goes out: a new `Edition`, or one `InputError` with every finding of
all changes. Keys are read by the reader of edition.toml, cells and rows by those of the tables, one row at
a time; what is not changed is not read again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sip_grouping.edition import Edition
from sip_grouping.edition.checks import Sources, cross_findings
from sip_grouping.edition.locate import Locator
from sip_grouping.edition.records import Location, Member, Office, Pin
from sip_grouping.errors import InputError
from sip_grouping.explain.changes import (
    CHANGES,
    AddMember,
    Change,
    MemberChange,
    OfficeChange,
    PinChange,
    RemovePin,
    RuleChange,
    changes_from,
)
from sip_grouping.explain.keys import by_theme_id, with_keys
from sip_grouping.explain.rows import RowsChanged
from sip_grouping.findings import Finding, finding
from sip_grouping.geography import PostcodeTable

_PARTS = (
    *("themes", "members", "offices", "rules", "places", "score", "pins", "locations"),
    *("previous", "previous_seats", "season"),
)


def changed(
    edition: Edition,
    changes: Iterable[Change | Mapping[str, Any]],
    *,
    postcodes: PostcodeTable | Path | str | None = None,
) -> Edition:
    """Return an edition with changes made, checked like any edition.

    It is the edition that is read once the same changes are made in the files that `save_edition` writes:
    keys in edition.toml, cells of members.csv and offices.csv, rows of members.csv and pins.csv.

    Parameters
    ----------
    changes
        Records, or their JSON: ``{"kind": "rule", "key": "rules.travel_km", "value": 37.0}``,
        ``{"kind": "member", "member_id": "m1", "field": "secretary", "value": "yes"}``,
        ``{"kind": "add_member", "row": {...}}``, ``{"kind": "pin", "theme": ..., "track": ...}``,
        ``{"kind": "office", "office_id": "o1", "field": "rooms", "value": 2}``,
        ``{"kind": "remove_pin", "member_id": "m1", "theme": ..., "track": ..., "place": ...}``. All are
        made at once, so their order decides nothing.
    postcodes
        Where to look up postcodes that the edition does not know: a table, or a file of one, laid over
        the bundled table. None: the bundled table.

    Returns
    -------
    Edition
        A change that changes nothing is among its warnings (``change-without-effect``).

    Raises
    ------
    InputError
        A key, member, column or value is none, two changes are about one thing, or the changed edition
        does not fit together; holds every finding.
    """
    made = changes_from(changes)
    findings = _twice(made)
    locator = Locator(table_of(postcodes), edition.locations)
    keys = with_keys(edition, [one for one in made if isinstance(one, RuleChange)])
    settings = keys.settings
    findings += settings.findings
    rows = RowsChanged(edition, settings.themes if not settings.findings else edition.themes)
    members, idle_members = rows.members([one for one in made if isinstance(one, MemberChange)])
    added = rows.added([one for one in made if isinstance(one, AddMember)])
    offices, idle_offices = rows.offices([one for one in made if isinstance(one, OfficeChange)])
    pins = rows.pins([one for one in made if isinstance(one, PinChange)])
    rows.look_up(locator)
    findings += rows.findings
    kept, idle_pins = _pins_left(edition, [one for one in made if isinstance(one, RemovePin)])
    idle: tuple[Change, ...] = (*keys.idle, *idle_members(), *idle_offices(), *idle_pins)
    fields: dict[str, Any] = {name: getattr(edition, name) for name in Edition.model_fields}
    if not settings.findings:
        sections = (
            "name",
            "themes",
            "rules",
            "places",
            "score",
            "total",
            "rounds",
            "disruption",
            "previous",
        )
        fields |= {name: getattr(settings, name) for name in sections}
    fields["members"] = (*members(), *added())
    fields["offices"] = offices()
    given = pins()
    fields["pins"] = (*kept, *given)
    sources = _sources(kept, given)
    _locate_towns(edition, fields, locator, sources)
    fields["locations"] = _locations(edition, fields, locator)
    fields["warnings"] = (
        *edition.warnings, *rows.warnings, *locator.warnings, *map(_without_effect, idle),
    )  # fmt: skip
    return _checked(edition, fields, findings, locator, sources)


def _twice(changes: Sequence[Change]) -> list[Finding]:
    """Return the changes about something that another one is about as well, or a part of it."""
    found: list[Finding] = []
    cells: dict[tuple[str, ...], int] = {}
    for number, one in enumerate(changes, start=1):
        if isinstance(one, RuleChange):
            whole = one.key.split(".")
            about = ("rule", *whole)
        elif isinstance(one, MemberChange):
            about = ("member", one.member_id, one.field)
        elif isinstance(one, OfficeChange):
            about = ("office", one.office_id, one.field)
        else:
            continue  # rows of one member or place are for the checks of editions to compare
        overlapping = [
            other
            for key, other in cells.items()
            if key[: len(about)] == about or about[: len(key)] == key
        ]
        if overlapping:
            found.append(
                finding("changed-twice", CHANGES, number, one.told, other=str(overlapping[0]))
            )
        cells[about] = number
    return found


def table_of(postcodes: PostcodeTable | Path | str | None) -> PostcodeTable:
    """Return where postcodes are looked up: a table, or a file of one over the bundled one; None: bundled."""
    if isinstance(postcodes, PostcodeTable):
        return postcodes
    if postcodes is None:
        return PostcodeTable.bundled()
    return PostcodeTable.bundled().overlay(PostcodeTable.from_file(postcodes))


def _pins_left(
    edition: Edition, changes: Sequence[RemovePin]
) -> tuple[tuple[Pin, ...], list[RemovePin]]:
    """Return the pins that stay, and the changes that name no pin there is."""

    def about(one: Pin | RemovePin) -> tuple[str, str, str, str]:
        return (one.member_id, one.theme, str(one.track), one.place)

    gone = {about(one) for one in changes}
    known = {about(one) for one in edition.pins}
    kept = tuple(one for one in edition.pins if about(one) not in gone)
    return kept, [one for one in changes if about(one) not in known]


def _sources(kept: Sequence[Pin], given: Sequence[Pin]) -> Sources:
    own = [f"edition.pins[{number}]" for number in range(len(kept))]
    return Sources(
        edition=CHANGES, pin_rows=[*own, *(f"pin {number + 1}" for number in range(len(given)))]
    )


def _locate_towns(
    edition: Edition, fields: Mapping[str, Any], locator: Locator, sources: Sources
) -> None:
    """Look up the towns that places and pins name and the edition does not know."""
    known = {*edition.location_by_town, *(one.office_id for one in fields["offices"])}
    towns = fields["places"].towns
    for town in towns if not isinstance(towns, str) else ():
        if town not in known:
            locator.locate_town(town, file=CHANGES, column="places.towns")
    for number, pin in enumerate(fields["pins"]):
        if pin.place not in known:
            row = (sources.pin_rows or ())[number]
            locator.locate_town(pin.place, file=sources.pins, row=row, column="place")


def _locations(
    edition: Edition, fields: Mapping[str, Any], locator: Locator
) -> tuple[Location, ...]:
    """Return where all towns lie: what is known stays, what no record names any more goes."""
    before = {name: getattr(edition, name) for name in Edition.model_fields}
    gone = _towns(before) - _towns(fields)
    kept = {
        (one.country, one.postcode): one
        for one in (*locator.locations, *edition.locations)
        if (one.country, one.postcode) not in gone
    }
    return tuple(kept[key] for key in sorted(kept))


def _towns(fields: Mapping[str, Any]) -> set[tuple[str, str]]:
    records: Iterable[Member | Office] = (*fields["members"], *fields["offices"])
    named: Collection[str] = {pin.place for pin in fields["pins"]}
    towns = fields["places"].towns
    listed = () if isinstance(towns, str) else towns
    ids = [town.partition("-") for town in (*named, *listed)]
    return {(one.lies_in, one.postcode) for one in records} | {(a, b) for a, _, b in ids if b}


def _without_effect(change: Change) -> Finding:
    return finding("change-without-effect", CHANGES, None, change.told)


def _checked(
    edition: Edition,
    fields: dict[str, Any],
    findings: list[Finding],
    locator: Locator,
    sources: Sources,
) -> Edition:
    """Return the edition of records that fit together; else all findings at once."""
    if not findings:
        try:
            return Edition.model_validate(fields, context={"sources": sources})
        except InputError as error:
            across = list(error.findings)
    else:
        # What could be read is compared with the rest, so that nothing is found only the next time.
        records = {name: fields[name] for name in _PARTS}
        across = cross_findings(**records, sources=sources)
    raise InputError([*findings, *by_theme_id(locator.explained(across), edition)])
