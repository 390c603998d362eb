"""What decides a grouping, part by part, and a digest of each part.

Comes in: an edition. Goes out: per part its entries (key to content) without names, e-mail addresses,
further columns, titles and whatever else decides nothing; a SHA-256 of each part; what a grouping
keeps of the entries; and the first entry in which two editions differ. The order of members, offices,
pins and themes is in none of them, nor is who of two members names the other.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from sip_grouping.edition.joined import first_joined
from sip_grouping.edition.previous import groups_before
from sip_grouping.edition.records import ROLE_ANSWERS, Member, Office, Role, Rules, Theme
from sip_grouping.edition.towns import far_from_postcode
from sip_grouping.frozen import Frozen, Record, frozen

if TYPE_CHECKING:
    from sip_grouping.edition.edition import Edition

Entries = Mapping[str, JsonValue]

MEMBERS = "members"
_NO_ANSWERS = frozenset({"name", "email", "extra", "share_contact", "cannot"})
_TOLD_OTHERWISE = frozenset({"member_id", "latitude", "longitude", "home_country", "weight"})
_ANSWERS = tuple(Member.model_fields.keys() - _NO_ANSWERS - _TOLD_OTHERWISE)
_ROLES = {name: Role(name) for name in ROLE_ANSWERS}
_WHERE_AN_OFFICE_IS = ("office_id", "name", "country", "postcode", "latitude", "longitude")
_UNUSED_OF_AN_OFFICE = ("seats_max", "open_points")
_MARK_LENGTH = 4
"""Hex digits kept of a member's answers. So few that no answer can be found again by trying: each of
65,536 marks is that of many possible answers. The digest of the whole part is what decides."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells editions apart.

    Attributes
    ----------
    digests
        SHA-256 in hexadecimal digits of each part.
    digest
        SHA-256 of these.
    kept
        Per part what a grouping keeps of it, by key in ascending order: the contents themselves, of
        the answers of members a mark only.
    """

    digests: Mapping[str, str]
    digest: str
    kept: Mapping[str, Entries]


def identity_of(edition: "Edition") -> Identity:
    """Return the digests of an edition, and what a grouping keeps to name a difference later."""
    entries: dict[str, Entries] = {
        part: dict(sorted(read(edition).items())) for part, read in _OTHER_PARTS.items()
    }
    marks, of_members = _members_told(edition)
    digests = {MEMBERS: of_members} | {part: _digest(one) for part, one in entries.items()}
    return Identity(Frozen(digests), _digest(digests), frozen({MEMBERS: marks} | entries))


def _members_told(edition: "Edition") -> tuple[Entries, str]:
    """Return the marks of the members' answers by id, in ascending order, and the digest of all answers.

    The answers of each are written once, and the text of the whole part is put together of them: the
    answers of a million members are never there at once.
    """
    marks: dict[str, JsonValue] = {}
    whole = hashlib.sha256(b"{")
    for key, content in sorted(_members(edition), key=itemgetter(0)):
        name, text = _compact(key), _compact(content)
        mark = hashlib.sha256(b"[%b,%b]" % (name, text)).hexdigest()
        whole.update(b"%b%b:%b" % (b"," if marks else b"", name, text))
        marks[key] = mark[:_MARK_LENGTH]
    whole.update(b"}")
    return marks, whole.hexdigest()


def first_difference(
    kept: Entries, entries: Entries
) -> tuple[str, JsonValue | None, JsonValue | None] | None:
    """Return the first key, in ascending order, whose content differs, with both contents.

    Parameters
    ----------
    kept, entries
        What was kept of a part, and the same of the edition at hand; see `Identity.kept`.

    Returns
    -------
    tuple or None
        Key, content kept, content now; None for the content of an entry that one side lacks.
    """
    for key in sorted(kept.keys() | entries.keys()):
        if key not in kept or key not in entries or kept[key] != entries[key]:
            return key, kept.get(key), entries.get(key)
    return None


def _members(edition: "Edition") -> Iterator[tuple[str, dict[str, JsonValue]]]:
    """Yield the answers of each member that decide something, by its id."""
    blocks = _blocks({member.member_id: member.together for member in edition.members})
    apart: dict[str, set[str]] = defaultdict(set)
    for member in edition.members:
        for other in member.apart:
            apart[member.member_id].add(other)
            apart[other].add(member.member_id)
    far = far_from_postcode(edition.members, edition.locations)
    for number, member in enumerate(edition.members):
        answers, roles = vars(member), member.roles
        content: dict[str, Any] = {name: answers[name] for name in _ANSWERS}
        content |= {
            "position": list(edition.position(member)),
            "own_position": member.own_position is not None,
            "languages": sorted(answers["languages"]),
            "together": blocks[member.member_id],
            "apart": sorted(apart.get(member.member_id, ())),
            # Beside a role that somebody takes part in only, what it says of the other decides nothing.
            **{name: role in roles and answers[name] for name, role in _ROLES.items()},
        }
        # Where it is not so it leaves no trace.
        if number in far:
            content["far_from_postcode"] = True
        if member.home_country:
            content["home_country"] = member.home_country
        if member.weight != 1:
            content["weight"] = member.weight
        yield member.member_id, content


def _blocks(together: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return per member the first id of all who belong together with it, through others too."""
    ties = ((one, other) for one, others in together.items() for other in others)
    return first_joined(together, ties)


def _rules(edition: "Edition") -> dict[str, JsonValue]:
    """Return themes with the rules that hold for each: where a rule was written decides nothing."""
    found: dict[str, JsonValue] = {}
    for theme in edition.themes:
        content = _theme(theme) | {
            f"rules.{key}": value for key, value in _limits(edition.rules_of(theme.id)).items()
        }
        found |= {f"themes.{theme.id}.{key}": value for key, value in content.items()}
    # Without limits over all themes they leave no trace.
    total = edition.total.model_dump(mode="json", exclude_defaults=True)
    return found | {f"total.{key}": value for key, value in total.items()}


def _theme(theme: Theme) -> dict[str, JsonValue]:
    content = theme.model_dump(mode="json", exclude={"id", "title", "rules"})
    return {key: sorted(v) if isinstance(v, list) else v for key, v in content.items()}


def _limits(rules: Rules) -> dict[str, JsonValue]:
    """Return rules by their dotted key; distances in whole metres, as they are compared.

    The limit to the own office stands where it is another one than that to all places.
    """
    found: dict[str, JsonValue] = {}
    alike = {"office_travel_km"} if rules.office_travel_m == rules.travel_m else set()
    for name in type(rules).model_fields.keys() - alike:
        value = getattr(rules, name)
        if isinstance(value, Record):
            found |= {f"{name}.{key}": one for key, one in value.model_dump(mode="json").items()}
        elif name.endswith("_km"):
            metres = f"{name.removesuffix('_km')}_m"
            found[metres] = getattr(rules, metres)
        else:
            found[name] = value
    return found


def _score(edition: "Edition") -> dict[str, JsonValue]:
    content = edition.score.model_dump(mode="json")
    points = content["rank_points"]
    while len(points) > 1 and points[-1] == points[-2]:  # ranks past the list take its last value
        points.pop()
    return content | _previous(edition)


def _previous(edition: "Edition") -> dict[str, JsonValue]:
    """Return what is wished of the edition before; where it makes no difference it leaves no trace."""
    wishes, groups = edition.previous, groups_before(edition)
    found: dict[str, JsonValue] = {}
    if wishes.asks_for_pairs:
        for group, ids in groups.members.items():
            together: list[JsonValue] = [*sorted(ids)]
            found[f"previous.{group}"] = {"theme": groups.theme[group], "members": together}
        found |= {"previous.together": wishes.together, "previous.mix": wishes.mix} if found else {}
    if wishes.same_role and groups.held:
        for role in {role for _, role in groups.held}:
            holders: list[JsonValue] = [*sorted(who for who, held in groups.held if held is role)]
            found[f"previous.held.{role.value}"] = holders
        found["previous.same_role"] = wishes.same_role
    return found


def _places(edition: "Edition") -> dict[str, JsonValue]:
    places = edition.places
    content: dict[str, JsonValue] = {
        name: value
        for name, value in places.model_dump(mode="json").items()
        if name not in {"thinning_km", "towns"}
    }
    content["thinning_m"] = places.thinning_m
    if isinstance(places.towns, str):
        return content | {"towns": places.towns}
    return content | {f"towns.{town}": _position(edition, town) for town in places.towns}


def _offices(edition: "Edition") -> dict[str, JsonValue]:
    return {
        office.office_id: office.model_dump(
            mode="json",
            exclude={*_WHERE_AN_OFFICE_IS, *_UNUSED_OF_AN_OFFICE},
        )
        | {"position": list(edition.position(office))}
        # What is never asked for leaves no trace.
        | {
            name: value
            for name in _UNUSED_OF_AN_OFFICE
            if (value := getattr(office, name)) != Office.model_fields[name].default
        }
        for office in edition.offices
    }


def _pins(edition: "Edition") -> dict[str, JsonValue]:
    """Return pins by member and theme; an edition has one at most of both."""
    return {
        f"{pin.member_id} {pin.theme}": pin.model_dump(mode="json", exclude={"member_id", "theme"})
        | {
            "position": _position(edition, pin.place)
            if pin.place not in edition.office_by_id
            else None
        }
        for pin in edition.pins
    }


def _position(edition: "Edition", town: str) -> JsonValue:
    """Return where the postcode table puts a town; None where it says nothing of it."""
    spot = edition.location_by_town.get(town)
    return None if spot is None else [spot.latitude, spot.longitude]


def _digest(content: object) -> str:
    return hashlib.sha256(_compact(content)).hexdigest()


def _compact(content: object) -> bytes:
    return _ENCODER.encode(content).encode("utf-8", "surrogatepass")


_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


_OTHER_PARTS: Mapping[str, Callable[["Edition"], dict[str, JsonValue]]] = {
    "rules": _rules,
    "score": _score,
    "places": _places,
    "offices": _offices,
    "pins": _pins,
}
PARTS = (MEMBERS, *_OTHER_PARTS)
