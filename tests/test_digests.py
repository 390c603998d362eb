"""Digests by part: what is in them, what is not, and the first difference that a mismatch names."""

import hashlib
import json
import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from grouping_builder import build_grouping
from hypothesis import given, settings
from hypothesis import strategies as st
from meridian import edition_of, living, office_at
from tiny_editions import tiny_editions
from verify_cases import changed

from sip_grouping.demo import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.edition.digests import _members, first_difference
from sip_grouping.edition.records import (
    Location,
    Pin,
    Places,
    RulesOverride,
    Theme,
    Track,
)
from sip_grouping.edition.score import Score
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.files import load_grouping, save
from sip_grouping.rules import RecordRuleId
from sip_grouping.verification import Violation, verify

PARTS = ("members", "rules", "score", "places", "offices", "pins")

PIN = Pin(member_id="a", theme="x", track=Track.LOCAL, place="hub", with_members=("b",))
EDITION = edition_of(
    [
        living("a", 1.0, themes=("x", "y"), together=("b",), name="Secret", office="hub"),
        living("b", 2.0, themes=("y", "x"), languages=("nl", "fr")),
        living("c", 3.0, themes=("x",), apart=("a",), email="c@secret.example"),
    ],
    themes=[Theme(id="x", title={"en": "X"}), Theme(id="y", rules=RulesOverride(travel_km=20.0))],
    offices=[office_at("hub"), office_at("north", 20.0)],
    pins=[PIN],
)
GROUPING = build_grouping(
    EDITION, [{"theme": "x", "place": "hub", "members": ["a", "b"]}], bound_thousandths=10**6
)


def of_member(number: int, **answers: object) -> Edition:
    members = list(EDITION.members)
    members[number] = members[number].model_copy(update=answers)
    return EDITION.replace(members=tuple(members))


def of_theme(number: int, **fields: object) -> Edition:
    themes = list(EDITION.themes)
    themes[number] = themes[number].model_copy(update=fields)
    return EDITION.replace(themes=tuple(themes))


def of_office(**fields: object) -> Edition:
    first, *others = EDITION.offices
    return EDITION.replace(offices=(first.model_copy(update=fields), *others))


@dataclass(frozen=True)
class Change:
    """A change of the edition, the part that sees it, and what a mismatch says of it."""

    edition: Edition
    part: str
    message: str
    member_id: str | None = None
    found: str | None = None
    allowed: str | None = None


RULES = EDITION.rules
CHANGES = {
    "an answer": Change(of_member(1, video=False), "members", "differs", "b"),
    "the order of choices": Change(of_member(0, themes=("y", "x")), "members", "differs", "a"),
    "where a member lives": Change(of_member(2, latitude=50.5), "members", "differs", "c"),
    "who belongs together": Change(of_member(2, together=("b",), apart=()), "members", "", "a"),
    "a member more": Change(
        EDITION.replace(members=(*EDITION.members, living("aa", themes=("x",)))),
        "members", "is new in this edition", "aa",
    ),
    "a member less": Change(
        EDITION.replace(members=EDITION.members[:2]), "members", "differs", "a"
    ),
    "a rule": Change(
        EDITION.replace(rules=RULES.model_copy(update={"travel_km": 31.0})),
        "rules", "themes.x.rules.travel_m differs", None, "30000", "31000",
    ),
    "a rule of a theme": Change(
        of_theme(1, rules=RulesOverride(travel_km=21.0)),
        "rules", "themes.y.rules.travel_m differs", None, "20000", "21000",
    ),
    "a country of a theme": Change(
        of_theme(0, countries=("BE",)),
        "rules", "themes.x.countries differs", None, '["BE", "FR"]', '["BE"]',
    ),
    "points": Change(
        EDITION.replace(score=Score(rank_points=EDITION.score.rank_points, km_points=0.75)),
        "score", "km_points differs", None, str(EDITION.score.km_points), "0.75",
    ),
    "the order of points": Change(
        EDITION.replace(score=Score(rank_points=(60, 80, 100))), "score", "", None,
    ),
    "places": Change(
        EDITION.replace(places=Places(towns="none", thinning_km=3.0)),
        "places", "", None,
    ),
    "where an office lies": Change(of_office(latitude=50.1), "offices", "hub differs", None),
    "rooms": Change(of_office(rooms=2), "offices", "hub differs", None),
    "a pin less": Change(
        EDITION.replace(pins=()), "pins", "a x is not in this edition", None
    ),
}  # fmt: skip


def digest_violations(edition: Edition, grouping: Grouping = GROUPING) -> list[Violation]:
    found = verify(edition, grouping).violations
    return [one for one in found if one.rule is RecordRuleId.DIGEST]


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_by_its_part_alone_and_named(what: str) -> None:
    change = CHANGES[what]
    parts = [p for p in PARTS if EDITION.digests[p] != change.edition.digests[p]]
    assert parts == [change.part]
    assert EDITION.digest != change.edition.digest
    (violation,) = digest_violations(change.edition)
    assert f"other {change.part}; first difference: " in violation.message
    assert violation.message.endswith(change.message)
    assert violation.member_id == change.member_id
    if change.found is not None:
        assert (violation.found, violation.allowed) == (change.found, change.allowed)


UNSEEN = {
    "names": of_member(1, name="Somebody", email="x@example.org", extra={"Shirt": "L"}),
    "titles": of_theme(0, title={"fr": "Autre"}),
    "the name of an office": of_office(name="Elsewhere"),
    "the postcode of an office that says where it lies": of_office(postcode="4000"),
    "who names whom": EDITION.replace(
        members=(
            EDITION.members[0].model_copy(update={"apart": ("c",), "together": ()}),
            EDITION.members[1].model_copy(update={"together": ("a",)}),
            EDITION.members[2].model_copy(update={"apart": ()}),
        )
    ),
    "where a rule is written": EDITION.replace(
        themes=(
            EDITION.themes[0].model_copy(
                update={"rules": RulesOverride(spread_km=RULES.spread_km)}
            ),
            EDITION.themes[1],
        )
    ),
    "fractions of a metre": EDITION.replace(
        rules=RULES.model_copy(update={"travel_km": RULES.travel_km + 0.0001})
    ),
    "last points again": EDITION.replace(
        score=EDITION.score.model_copy(
            update={"rank_points": (*EDITION.score.rank_points, EDITION.score.rank_points[-1])}
        )
    ),
    "which language is listed first": of_member(1, languages=("fr", "nl")),
    "a location that nobody needs": EDITION.replace(
        locations=(
            *EDITION.locations,
            Location(country="FR", postcode="69003", latitude=45.7, longitude=4.8),
        )
    ),
}


@pytest.mark.parametrize("what", UNSEEN)
def test_what_decides_nothing_is_in_no_digest(what: str) -> None:
    assert UNSEEN[what].digests == EDITION.digests
    assert UNSEEN[what].digest == EDITION.digest
    assert not digest_violations(UNSEEN[what])


def at_postcodes(latitude: float) -> Edition:
    nowhere = {"latitude": None, "longitude": None, "postcode": "1000"}
    spots = [
        Location(country="BE", postcode=code, latitude=latitude, longitude=4.0)
        for code in ("1000", "2000")
    ]
    return Edition(
        name="x",
        themes=(Theme(id="x"),),
        members=(living("a", themes=("x",)).model_copy(update=nowhere),),
        offices=(office_at("hub").model_copy(update=nowhere),),
        places=Places(towns=("BE-2000",)),
        locations=tuple(spots),
    )


def test_a_location_that_decides_a_position_is_in_the_parts_that_use_it() -> None:
    one, other = at_postcodes(50.0), at_postcodes(50.001)
    seen = [part for part in PARTS if one.digests[part] != other.digests[part]]
    assert seen == ["members", "places", "offices"]


@settings(deadline=None, max_examples=60)
@given(tiny_editions(), st.randoms(use_true_random=False))
def test_no_order_of_records_changes_a_digest(edition: Edition, chance: random.Random) -> None:
    def shuffled(records: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(records, len(records)))

    other = edition.replace(
        **{
            name: shuffled(getattr(edition, name))
            for name in ("members", "offices", "pins", "themes", "locations")
        }
    )
    assert other.digests == edition.digests
    assert other.digest == edition.digest
    assert other.kept_entries == edition.kept_entries
    assert [*other.kept_entries["members"]] == [*edition.kept_entries["members"]]


def test_what_is_kept_holds_no_answers_and_stays_small(tmp_path: Path) -> None:
    edition = synthetic_edition(members=500, seed=3)
    grouping = changed(
        GROUPING,
        edition_digest=edition.digest,
        edition_digests=edition.digests,
        edition_entries=edition.kept_entries,
    )
    assert all(len(str(mark)) == 4 for mark in edition.kept_entries["members"].values())
    save(grouping, tmp_path / "groups")
    assert load_grouping(tmp_path / "groups") == grouping
    kept = json.loads((tmp_path / "groups" / "grouping.json").read_text("utf-8"))["edition"]
    assert kept["digests"] == edition.digests
    assert len(json.dumps(kept["entries"]["members"])) < 20 * 500


def test_a_grouping_that_keeps_no_entries_still_names_the_part() -> None:
    bare = changed(GROUPING, edition_entries={})
    (violation,) = digest_violations(CHANGES["a rule"].edition, bare)
    assert "other rules" in violation.message
    assert "not kept" in violation.message


def test_tampered_digests_and_entries_are_found() -> None:
    digests = {**EDITION.digests, "score": "0" * 64}
    entries = {**EDITION.kept_entries, "members": {**EDITION.kept_entries["members"], "c": "zzzz"}}
    for tampered in (
        changed(GROUPING, edition_digests=digests),
        changed(GROUPING, edition_entries=entries),
        changed(GROUPING, edition_digests={**EDITION.digests, "weather": "0"}),
        changed(GROUPING, edition_entries={**EDITION.kept_entries, "weather": {}}),
        changed(GROUPING, edition_digest="0" * 64),
    ):
        assert len(digest_violations(EDITION, tampered)) == 1


def test_the_first_difference_is_the_first_by_key() -> None:
    assert first_difference({"a": 1, "c": 1}, {"a": 1, "b": 2, "c": 2}) == ("b", None, 2)
    assert first_difference({"a": 1}, {}) == ("a", 1, None)
    assert first_difference({"a": None}, {}) == ("a", None, None)
    assert first_difference({"a": 1}, {"a": 1}) is None


@settings(max_examples=60, deadline=None)
@given(edition=tiny_editions())
def test_answers_told_one_by_one_have_the_digest_of_all_of_them_together(edition: Edition) -> None:
    every = dict(_members(edition))
    assert digest_of(every) == edition.digests["members"]
    kept = {one: digest_of([one, content])[:4] for one, content in every.items()}
    assert edition.kept_entries["members"] == kept
    assert list(edition.kept_entries["members"]) == sorted(kept)


@given(
    moderator=st.sampled_from([True, False, "only"]), own=st.booleans(), weight=st.integers(1, 3)
)
def test_a_digest_has_the_answers_as_a_record_writes_them(
    moderator: bool | str, own: bool, weight: int
) -> None:
    home: dict[str, object] = {"latitude": 50.85, "longitude": 4.35} if own else {}
    member = living("a", 0, moderator=moderator, weight=weight, languages=("nl", "fr"), **home)
    told = json.loads(json.dumps(dict(_members(edition_of([member])))["a"]))
    written = member.model_dump(mode="json")
    alike = told.keys() & written.keys() - {"together", "apart", "languages", "moderator"}
    assert {name: told[name] for name in alike} == {name: written[name] for name in alike}
    assert told["languages"] == ["fr", "nl"]
    assert ("weight" in told) == (weight != 1)
    assert written.keys() - told.keys() <= {
        *("member_id", "name", "email", "extra", "share_contact", "cannot"),
        *("latitude", "longitude", "home_country", "weight"),
    }


def digest_of(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
