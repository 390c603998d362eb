"""Changes as they are typed: ``rules.travel_km=40``, ``m012.secretary=yes``, ``moderator:FR-69003``.

Comes in: texts of a command line or of a table, the edition they are about. Goes out: changes, or one
`InputError` with a finding for every text that is none. Values are read as in a sheet of settings; what
they must be is for `changed` to say.
"""

import tomllib
from collections.abc import Iterable
from typing import Any

from sip_grouping.edition import Edition
from sip_grouping.edition.values import TOWN_ID
from sip_grouping.errors import InputError
from sip_grouping.explain.changes import (
    CHANGES,
    AddMember,
    Cell,
    Change,
    MemberChange,
    OfficeChange,
    RuleChange,
)
from sip_grouping.explain.changing import changed
from sip_grouping.findings import Finding, finding
from sip_grouping.reading.edition_sheet import two_readings_of, value_of
from sip_grouping.reading.names import Names
from sip_grouping.reading.words import role_name
from sip_grouping.text import key_of

_TOML = ("[", "{", '"', "'")
_BOTH = frozenset(map(key_of, ("both", "les deux", "beide", "allebei", "moderator+secretary")))


def typed_changes(
    edition: Edition,
    *,
    keys: Iterable[str] = (),
    members: Iterable[str] = (),
    offices: Iterable[str] = (),
    volunteers: Iterable[str] = (),
) -> tuple[Change, ...]:
    """Return the changes that texts say.

    Parameters
    ----------
    keys
        ``KEY=VALUE``, such as ``rules.travel_km=40``; nothing after the sign leaves the key out.
    members, offices
        ``ID.COLUMN=VALUE``, such as ``m012.secretary=yes``.
    volunteers
        ``ROLE:PLACE`` or ``ROLE:PLACE:THEME``; see `volunteer`. They are numbered in this order.

    Raises
    ------
    InputError
        A text is no change; holds every finding.
    """
    made: list[Change] = []
    findings: list[Finding] = []
    for text in keys:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            findings.append(finding("not-a-setting", CHANGES, None, None, text))
            continue
        _add(made, findings, key_change(key.strip(), value.strip()))
    for kind, id_field, texts in (
        (MemberChange, "member_id", members),
        (OfficeChange, "office_id", offices),
    ):
        for text in texts:
            where, sign, value = text.partition("=")
            # An id may have dots; no column has one.
            row_id, dot, field = where.rpartition(".")
            if not (sign and dot and row_id.strip() and field.strip()):
                findings.append(finding("not-a-setting", CHANGES, None, None, text, variant="cell"))
                continue
            given = {id_field: row_id.strip(), "field": field.strip(), "value": value.strip()}
            made.append(kind.model_validate(given))
    for number, text in enumerate(volunteers, start=1):
        _add(made, findings, _volunteer(edition, text, f"volunteer-{number}"))
    if findings:
        raise InputError([*findings, *_wrong_with(edition, made)])
    return tuple(made)


def _wrong_with(edition: Edition, made: Iterable[Change]) -> tuple[Finding, ...]:
    """Return what is wrong with the changes that could be read, lest it is found only the next time."""
    try:
        changed(edition, made)
    except InputError as error:
        return error.findings
    return ()


def _add(made: list[Change], findings: list[Finding], one: Change | Finding) -> None:
    if isinstance(one, Finding):
        findings.append(one)
    else:
        made.append(one)


def key_change(key: str, text: str) -> RuleChange | Finding:
    """Return a change of a key whose value is written as TOML, or as in a sheet of settings."""
    if not text:
        return RuleChange(key=key)
    if text.startswith(_TOML):
        try:
            return RuleChange(key=key, value=tomllib.loads(f"value = {text}")["value"])
        except (tomllib.TOMLDecodeError, ValueError) as error:
            return finding(
                "not-a-setting", CHANGES, None, key, text, variant="toml", reason=str(error)
            )
    path = key.split(".")
    both = two_readings_of(path, text)
    if both is not None:
        return finding("number-in-doubt", CHANGES, None, key, text, large=both[0], small=both[1])
    value: Any = value_of(path, text)
    return RuleChange(key=key, value=value)


def volunteer(
    edition: Edition, role: str, place: str, theme: str | None = None, *, member_id: str
) -> AddMember:
    """Return one more member who would take a role, at an office or in a town.

    The member lives in the town, or where the office is, and then is attached to it; takes part for the
    whole period; accepts local groups and video; speaks and comes at any time. It ranks the theme that is
    named, else every theme that is open in the country of the place, in the order of the edition.

    Parameters
    ----------
    role
        ``moderator``, ``secretary``, ``both`` or ``member``, also in Dutch or French.
    place
        Id or name of an office, or a town such as ``FR-69003``.
    theme
        Id or title of a theme; None: all that are open.

    Raises
    ------
    InputError
        There is no such role or place, or no theme is open there. What else does not fit is for `changed`
        to say.
    """
    text = ":".join(filter(None, (role, place, theme)))
    made = _of_parts(edition, text, role, place, theme or "", member_id)
    if isinstance(made, Finding):
        raise InputError([made])
    return made


def _volunteer(edition: Edition, text: str, member_id: str) -> AddMember | Finding:
    role, _, rest = (part.strip() for part in text.partition(":"))
    place, _, theme = (part.strip() for part in rest.partition(":"))
    if not (role and place):
        return finding("not-a-volunteer", CHANGES, None, None, text)
    return _of_parts(edition, text, role, place, theme, member_id)


def _of_parts(
    edition: Edition, text: str, role: str, place: str, theme: str, member_id: str
) -> AddMember | Finding:
    roles = {"moderator", "secretary"} if key_of(role) in _BOTH else {role_name(role)}
    if None in roles:
        return finding("not-a-volunteer", CHANGES, None, None, text, variant="role")
    where = _where(edition, place)
    if where is None:
        return finding("not-a-volunteer", CHANGES, None, None, text, variant="place")
    country = str(where["country"])
    themes = [theme] if theme else [t.id for t in edition.themes if country in t.countries]
    if not themes:
        return finding(
            "not-a-volunteer", CHANGES, None, None, text, variant="closed", country=country
        )
    taken = edition.member_by_id
    while member_id in taken:
        member_id += "-new"
    row: dict[str, Cell] = {
        "member_id": member_id,
        **where,
        **{f"theme_{rank}": one for rank, one in enumerate(themes, start=1)},
        **{name: "yes" if name in roles else "no" for name in ("moderator", "secretary")},
    }
    return AddMember(row=row)


def _where(edition: Edition, place: str) -> dict[str, Cell] | None:
    """Return the cells that say where a member lives: at an office or in a town; None: that is no place."""
    names = Names({one.office_id: (one.name,) for one in edition.offices})
    meant = names.meant(place)
    if len(meant) == 1:
        office = edition.office_by_id[meant[0]]
        cells: dict[str, Cell] = {
            "country": office.country, "postcode": office.postcode, "office": office.office_id,
        }  # fmt: skip
        own = office.own_position
        return cells | ({} if own is None else {"latitude": own[0], "longitude": own[1]})
    town = TOWN_ID.fullmatch(place.upper())
    return None if meant or town is None else {"country": town[1], "postcode": town[2]}
