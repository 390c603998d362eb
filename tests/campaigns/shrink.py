"""The smallest edition that still shows something.

Comes in: an `Edition` and a question. Goes out: an edition for which the answer is still yes, from which
no member, pair, pin, office, theme or theme's own rule can be taken without making it no.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from pydantic import ValidationError

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, RulesOverride
from sip_grouping.errors import InputError

_T = TypeVar("_T")


def smallest(edition: Edition, shows: Callable[[Edition], bool]) -> Edition:
    """Return a smallest edition that still shows what `edition` shows."""
    while True:
        for smaller in _smaller(edition):
            if shows(smaller):
                edition = smaller
                break
        else:
            return edition


def as_python(edition: Edition) -> str:
    """Return lines that make the edition again: ``Edition.model_validate`` of what is not default."""
    content = edition.model_dump(mode="json", exclude_defaults=True)
    used = {
        (one.get("home_country") or one["country"], one["postcode"]) for one in _records(content)
    }
    listed = content.get("places", {}).get("towns", "members")
    towns = set(listed) if isinstance(listed, list) else set()
    towns |= {pin.get("place", "") for pin in content.get("pins", ())}
    content["locations"] = [
        one
        for one in content.get("locations", ())
        if (one["country"], one["postcode"]) in used
        or f"{one['country']}-{one['postcode']}" in towns
    ]
    return f"Edition.model_validate({content!r})"


def _records(content: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    return [*content.get("members", ()), *content.get("offices", ())]


def _smaller(edition: Edition) -> Iterator[Edition]:
    for change in _changes(edition):
        try:
            yield edition.replace(**change)
        except (InputError, ValidationError):
            continue


def _changes(edition: Edition) -> Iterator[dict[str, object]]:
    for number in range(len(edition.pins)):
        yield {"pins": _but(edition.pins, number)}
    for number in range(len(edition.members)):
        yield {"members": without_member(edition, number)}
    for number, theme in enumerate(edition.themes):
        if len(edition.themes) > 1:
            yield {
                "themes": _but(edition.themes, number),
                "members": tuple(
                    one.model_copy(update={"themes": tuple(t for t in one.themes if t != theme.id)})
                    for one in edition.members
                    if one.themes != (theme.id,)
                ),
            }
    for number, office in enumerate(edition.offices):
        yield {
            "offices": _but(edition.offices, number),
            "members": tuple(
                one.model_copy(update={"office": None} if one.office == office.office_id else {})
                for one in edition.members
            ),
        }
    for number, member in enumerate(edition.members):
        simpler: tuple[tuple[str, object], ...] = (
            *(("together", ()), ("apart", ()), ("languages", ()), ("slots", ())),
            *(("latitude", None), ("office", None), ("moderator", False), ("secretary", False)),
        )
        for name, plain in simpler:
            if getattr(member, name) != plain:
                update = {name: plain} | ({"longitude": None} if name == "latitude" else {})
                members = list(edition.members)
                members[number] = member.model_copy(update=update)
                yield {"members": tuple(members)}
    for number, theme in enumerate(edition.themes):
        limits: tuple[tuple[str, object], ...] = (
            *(("rules", RulesOverride()), ("groups_max", 1000), ("groups_min", 0)),
        )
        for name, plain in limits:
            if getattr(theme, name) != plain:
                themes = list(edition.themes)
                themes[number] = theme.model_copy(update={name: plain})
                yield {"themes": tuple(themes)}
    plain_rules: tuple[tuple[str, object], ...] = (
        *(("spread_km", None), ("shared_slot", False), ("shared_language", False)),
        *(("moderators", 0), ("secretaries", 0), ("groups_per_member", 1)),
    )
    for name, plain in plain_rules:
        if getattr(edition.rules, name) != plain:
            yield {"rules": edition.rules.model_copy(update={name: plain})}


def without_member(edition: Edition, number: int) -> tuple[Member, ...]:
    """Return the members without one, named by nobody any more. Pins are not looked at."""
    gone = edition.members[number].member_id
    return tuple(
        one.model_copy(
            update={
                "together": tuple(other for other in one.together if other != gone),
                "apart": tuple(other for other in one.apart if other != gone),
            }
        )
        for one in _but(edition.members, number)
    )


def _but(records: tuple[_T, ...], number: int) -> tuple[_T, ...]:
    return records[:number] + records[number + 1 :]
